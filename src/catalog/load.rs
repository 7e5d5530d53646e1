//! From a file's private copy and its sidecar to a layer: check, choose, read the rows, index.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::choose::{Choice, Misfit, choose};
use super::rows::{LISTED, Reading, Rows, of_row};
use super::{
    Descriptor, Layer, Problem, Progress, RankColumn, Step, TemporalDefault, Text, crs, scan,
    sidecar, weigh,
};
use crate::geometry::Crs;
use crate::index::{self, Index};
use crate::model::{CollectionId, Fingerprint};
use crate::source::{Checked, Fgb, Source};
use crate::store::{Derivation, Draft, Object, Store};
use crate::time::{TemporalKind, Zone};

/// Version of the profile: raised with what decides its content.
const PROFILE_VERSION: u32 = 2;

/// What is derived from a file: its name, and the version of it that this program writes.
const ROWS: (&str, u32) = ("rows", Checked::VERSION);
const PROFILE: (&str, u32) = ("profile", PROFILE_VERSION);
const INDEX: (&str, u32) = ("index", index::VERSION);
pub(super) const DERIVED: [(&str, u32); 3] = [ROWS, PROFILE, INDEX];

/// Loads layers.
#[derive(Clone, Copy)]
pub(super) struct Loader<'a> {
    pub(super) store: &'a Store,
    pub(super) zone: &'a Zone,
    /// For layers whose sidecar says none.
    pub(super) temporal_default: TemporalDefault,
    pub(super) progress: &'a dyn Progress,
}

/// A layer to be loaded.
pub(super) struct Piece {
    pub(super) id: CollectionId,
    /// The file, relative to its layers folder.
    pub(super) file: String,
    pub(super) object: Object,
    pub(super) fingerprint: Fingerprint,
    pub(super) sidecar: Option<Sidecar>,
}

/// A sidecar's content.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Sidecar {
    /// The file, relative to its layers folder.
    pub(super) file: String,
    pub(super) text: String,
    pub(super) fingerprint: Fingerprint,
}

/// What is kept of a look at all rows.
#[derive(Serialize, Deserialize)]
struct Profiled {
    choice: Choice,
    /// Of a file that names no CRS: whether all its positions can be degrees.
    degrees: bool,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    /// Names what the layer will answer.
    pub(super) fn version(&self, piece: &Piece) -> u128 {
        let sidecar = piece.sidecar.as_ref().map(|sidecar| sidecar.fingerprint.to_string());
        digest(&(
            (DERIVED, self.zone.name(), self.temporal_default),
            (piece.id.as_str(), &piece.file, piece.fingerprint.to_string(), sidecar),
        ))
    }

    /// Loads a layer.
    ///
    /// # Errors
    /// What is wrong with its file or its sidecar.
    pub(super) fn load(&self, piece: &Piece) -> Result<Layer, Problem> {
        let mut descriptor = match &piece.sidecar {
            Some(sidecar) => sidecar::read(&sidecar.file, &sidecar.text)?,
            None => Descriptor::default(),
        };
        descriptor.temporal_default.get_or_insert(self.temporal_default);
        let source = self.source(piece)?;
        let misfit = |misfit: Misfit| match &piece.sidecar {
            Some(own) => sidecar::problem(&own.file, &own.text, &misfit.key, misfit.reason),
            None => Problem::of_file(&piece.file, misfit.reason),
        };
        let named = crs::named(source.header(), descriptor.crs.as_deref()).map_err(misfit)?;
        let mut rows = None;
        let profiled = self.profile(piece, &source, &descriptor, &mut rows, misfit)?;
        let crs = named.map_or_else(|| crs::unnamed(profiled.degrees), Ok).map_err(misfit)?;
        let index = self.index(piece, &source, &crs, &descriptor, &profiled.choice, rows)?;
        let mut problems = told(piece, source.checked());
        problems.extend(
            profiled
                .problems
                .into_iter()
                .map(|problem| Problem { file: piece.file.clone(), ..problem }),
        );
        problems.extend(unplaced(piece, index.rows_unplaced()));
        problems.extend(strange_columns(piece, &descriptor, &source));
        let header = source.header();
        let titled = descriptor.title.take().or_else(|| header.title.as_deref().map(Text::of));
        descriptor.title = titled.or_else(|| Some(Text::of(scan::title_of(&piece.file))));
        let described = header.description.as_deref().map(Text::of);
        descriptor.description = descriptor.description.or(described);
        Ok(Layer {
            id: piece.id.clone(),
            file: piece.file.clone(),
            descriptor,
            validity: profiled.choice.validity(self.zone),
            profile: profiled.choice.profile,
            source: Arc::new(source),
            crs,
            index,
            version: self.version(piece),
            problems,
        })
    }

    fn source(&self, piece: &Piece) -> Result<Fgb, Problem> {
        let of = derivation(piece, ROWS, &());
        let refused = |reason: String| Problem::of_file(&piece.file, reason);
        let built = std::cell::RefCell::new(None);
        let open = |saved: Object| {
            let built = built.borrow_mut().take();
            built.or_else(|| Checked::load(&saved, &piece.object))
        };
        let build = |draft: &mut dyn Draft| {
            self.progress.step(&piece.id, Step::Check);
            let (header, checked) =
                Checked::of(&piece.object).map_err(|error| refused(error.reason))?;
            draft.put(&checked.save());
            *built.borrow_mut() = Some((header, checked));
            Ok(())
        };
        let found = self.store.derive(&of, open, build)?;
        let (header, checked) = found.ok_or_else(|| refused("its check is lost".to_owned()))?;
        Ok(Fgb::new(piece.object.clone(), header, checked, piece.fingerprint))
    }

    fn profile(
        &self,
        piece: &Piece,
        source: &Fgb,
        descriptor: &Descriptor,
        rows: &mut Option<Rows>,
        misfit: impl Fn(Misfit) -> Problem + Copy,
    ) -> Result<Profiled, Problem> {
        let reads = ProfileReads {
            zone: self.zone.name(),
            descriptor: Descriptor {
                id: descriptor.id.clone(),
                name: descriptor.name.clone(),
                valid_from: descriptor.valid_from.clone(),
                valid_to: descriptor.valid_to.clone(),
                temporal: descriptor.temporal,
                temporal_default: descriptor.temporal_default,
                lineage: descriptor.lineage.clone(),
                rank: descriptor.rank.clone(),
                min_zoom: descriptor.min_zoom,
                max_zoom: descriptor.max_zoom,
                tile_properties: descriptor.tile_properties.clone(),
                style: super::Style { by: descriptor.style.by.clone(), ..Default::default() },
                ..Descriptor::default()
            },
        };
        let build = |draft: &mut dyn Draft| {
            self.progress.step(&piece.id, Step::Profile);
            let (mut choice, mut problems) =
                choose(source, descriptor, self.zone).map_err(misfit)?;
            let read = self.reading(source, &choice, descriptor.rank.as_ref());
            choice.profile.times = read.times();
            problems.extend(read.problems.iter().cloned());
            *rows = Some(read);
            let degrees = !crs::is_named(source.header()) && crs::are_degrees(source);
            let profiled = serde_json::to_vec(&Profiled { choice, degrees, problems })
                .map_err(|error| Problem::of_file(&piece.file, error.to_string()))?;
            draft.put(&profiled);
            Ok(())
        };
        let of = derivation(piece, PROFILE, &reads);
        let found = self.store.derive(&of, |saved| serde_json::from_slice(&saved).ok(), build)?;
        found.ok_or_else(|| Problem::of_file(&piece.file, "its profile is lost"))
    }

    fn reading(&self, source: &Fgb, choice: &Choice, rank: Option<&RankColumn>) -> Rows {
        let validity = choice.validity(self.zone);
        Reading { source, choice, validity: validity.as_ref(), rank }.rows()
    }

    fn index(
        &self,
        piece: &Piece,
        source: &Fgb,
        crs: &Crs,
        descriptor: &Descriptor,
        choice: &Choice,
        mut rows: Option<Rows>,
    ) -> Result<Index, Problem> {
        let profile = &choice.profile;
        let together = match profile.temporal {
            TemporalKind::None => false,
            TemporalKind::State => profile.all_by_default,
            TemporalKind::Event => true,
        };
        let labels = profile.name.is_some();
        let reads = IndexReads {
            zone: self.zone.name(),
            choice: (choice.start_unit, choice.end_unit, choice.end_inclusive),
            time: (profile.temporal, profile.start, profile.end, together),
            id: profile.id,
            rank: &descriptor.rank,
            tile_columns: (&profile.tile_columns, &choice.repeating),
            name: profile.name,
            min_zoom: profile.zooms.0,
            crs: &descriptor.crs,
        };
        let build = |draft: &mut dyn Draft| {
            self.progress.step(&piece.id, Step::Index);
            let rank = descriptor.rank.as_ref();
            let rows = rows.take().unwrap_or_else(|| self.reading(source, choice, rank));
            let inputs = index::Inputs {
                source,
                crs,
                spans: rows.spans.as_deref(),
                together,
                entities: &rows.entities,
                rank: rows.rank.as_deref(),
                columns: &choice.profile.near_columns(),
                names: &choice.profile.name_columns(),
                classes: &choice.profile.class_columns(),
                attribute_bytes: &|row| weigh::attributes(source, choice, row),
                labels,
                min_zoom: profile.zooms.0,
            };
            index::build(&inputs, draft)
                .map_err(|error| Problem::of_file(&piece.file, error.reason))
        };
        let of = derivation(piece, INDEX, &reads);
        let open = |saved| Index::open(saved, source.len()).ok();
        let found = self.store.derive(&of, open, build)?;
        found.ok_or_else(|| Problem::of_file(&piece.file, "its index cannot be opened"))
    }
}

/// What the profile is made from beside the file.
#[derive(Serialize)]
struct ProfileReads<'a> {
    zone: &'a str,
    /// With the keys alone that are read.
    descriptor: Descriptor,
}

/// What the index is made from beside the file.
#[derive(Serialize)]
struct IndexReads<'a> {
    zone: &'a str,
    choice: (crate::time::TimeUnit, crate::time::TimeUnit, bool),
    time: (TemporalKind, Option<usize>, Option<usize>, bool),
    id: Option<usize>,
    rank: &'a Option<RankColumn>,
    tile_columns: (&'a [usize], &'a [usize]),
    /// The label column: what a label weighs.
    name: Option<usize>,
    min_zoom: u8,
    crs: &'a Option<String>,
}

fn derivation(
    piece: &Piece,
    (kind, version): (&'static str, u32),
    reads: &impl Serialize,
) -> Derivation {
    Derivation { of: piece.fingerprint, kind, version, hash: digest(reads) }
}

/// A hash of everything in `value`.
fn digest(value: &impl Serialize) -> u128 {
    let bytes = serde_json::to_vec(value).expect("plain values with text keys");
    xxhash_rust::xxh3::xxh3_128(&bytes)
}

/// What the check found.
fn told(piece: &Piece, checked: &Checked) -> Vec<Problem> {
    let remarks = checked.remarks().iter().map(|remark| Problem::of_file(&piece.file, remark));
    let rows = checked.problems().iter().map(|problem| Problem {
        row: Some(problem.row),
        ..Problem::of_file(&piece.file, &problem.reason)
    });
    let listed = checked.problems().len() as u64;
    let more = (checked.found() > listed).then(|| {
        let found = checked.found();
        let reason = format!("{found} rows have problems; the first {listed} are listed");
        Problem::of_file(&piece.file, reason)
    });
    remarks.chain(rows).chain(more).collect()
}

/// Rows that are served, but have no place.
fn unplaced(piece: &Piece, rows: &[u32]) -> Vec<Problem> {
    let reason =
        "its geometry lies where the CRS has no longitude and latitude, so it is on no map";
    let listed = rows.iter().take(LISTED).map(|row| of_row(*row, "", reason.to_owned()));
    let more = (rows.len() > LISTED).then(|| {
        let reason = format!("{} rows are on no map; the first {LISTED} are listed", rows.len());
        Problem { reason, ..Problem::default() }
    });
    let of_file = |problem| Problem { file: piece.file.clone(), ..problem };
    listed.chain(more).map(of_file).collect()
}

/// Columns that the sidecar describes and the file does not have.
fn strange_columns(piece: &Piece, descriptor: &Descriptor, source: &Fgb) -> Vec<Problem> {
    let Some(own) = &piece.sidecar else { return Vec::new() };
    let strange = descriptor.columns.keys().filter(|name| source.schema().position(name).is_none());
    let told = strange.map(|name| {
        let reason = "the file has no such column";
        sidecar::problem(&own.file, &own.text, &["columns", name], reason)
    });
    told.collect()
}
