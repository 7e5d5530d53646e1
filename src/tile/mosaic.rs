//! Tiles of low zooms where polygons are drawn as cells: who owns each cell at the dates asked for,
//! joined by what looks the same, traced, written. Whatever the byte bound takes, the land stays
//! covered: cells grow, then attributes go.

use rustc_hash::{FxHashMap, FxHashSet};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::commands::{Pen, Unit};
use super::draft::{Draft, Kind};
use super::feature::{Name, label, tag};
use super::plan::low_zoom_columns;
use super::shape::Shaper;
use super::values::Values;
use super::{BUFFER, EXTENT, LABEL_SUFFIX, LeftOut, MAX_BYTES, TileError, TilePlan};
use crate::geometry::quadtree::{self, Cells};
use crate::geometry::repair::Polygons;
use crate::geometry::trace::{NOTHING, Squares, Trace};
use crate::index::{Patch, Record, ZoomCells};
use crate::model::message::Message;
use crate::work::Deadline;

/// Runs of cells that are looked at together.
const RUNS_TOGETHER: usize = 1_000;
/// Levels of a tile's widest cells below it.
const LEAST_LEVELS: u8 = 6;
/// So few records are drawn without a look at what that takes.
const FEW: usize = 1_000;
/// How many of the records drawn are looked at to tell what a tile takes.
const SAMPLE: usize = 256;
/// Bytes of a feature without tags: the frames of its parts, and one square.
const BARE_BYTES: usize = 17;
/// Bytes of a tag, at least.
const TAG_BYTES: usize = 2;
/// In a square's value: the record is a feature of its own, not one that others look like.
const OWN: u32 = 1 << 31;

/// Buffers that the tiles built on a thread share.
#[derive(Default)]
pub(super) struct Mosaic {
    /// By square, row by row: the record that owns it.
    owners: Vec<u32>,
    /// By square: what is drawn there.
    values: Vec<u32>,
    /// What is drawn, each once, in the order in which it comes.
    drawn: Vec<u32>,
    /// By record, a bit: whether it is among those.
    seen: Vec<u64>,
    /// Where the squares lie in the tile.
    patch: Option<Patch>,
    /// Some runs of cells with their owners, and what is drawn of those.
    runs: Vec<(Cells, Record)>,
    looks: Vec<u32>,
    trace: Trace,
    polygons: Polygons,
}

/// What looks alike.
struct Looks<'a> {
    plan: &'a TilePlan,
    cells: &'a ZoomCells<'a>,
    /// Values of the columns carried.
    values: Values<'a>,
    /// Columns that tell what looks alike.
    columns: Vec<usize>,
    /// Whether none look alike, as they carry what names them.
    each: bool,
    /// Whether records of one class look alike, and only those.
    by_class: [bool; 2],
    /// The first record met that has the values of these bytes, and of each record that first one.
    firsts: FxHashMap<u128, u32>,
    known: FxHashMap<u32, u32>,
}

impl Mosaic {
    /// Builds the tile behind `bytes`; `features` and `labels` are buffers.
    pub(super) fn build(
        &mut self,
        plan: &TilePlan,
        cells: &ZoomCells<'_>,
        bytes: &mut Message,
        [features, labels]: [&mut Draft; 2],
        deadline: &Deadline,
    ) -> Result<LeftOut, TileError> {
        let name = plan.layer.id().to_string();
        let label_name = format!("{name}{LABEL_SUFFIX}");
        let mut without_attributes = false;
        loop {
            let columns: &[usize] = if without_attributes { &[] } else { &plan.columns };
            let mut looks = Looks::new(plan, cells, columns);
            let own = |above| (!without_attributes).then_some(above);
            self.fill(&mut looks, own(0), deadline)?;
            let mut above = 0;
            loop {
                deadline.check()?;
                if !self.is_likely_too_large(&looks) {
                    self.draw(plan, &looks, [&name, &label_name], [features, labels]);
                    let len = features.len(name.len()) + labels.len(label_name.len());
                    if len <= MAX_BYTES {
                        features.write(&name, bytes);
                        labels.write(&label_name, bytes);
                        let (attributes, coarser) = (without_attributes, 1 << above);
                        return Ok(LeftOut { attributes, coarser, ..LeftOut::default() });
                    }
                }
                if !self.coarsen(plan, cells.level() - above) {
                    break;
                }
                above += 1;
                self.join(&mut looks, own(above));
            }
            // The widest cells without attributes take 200 kB at most.
            without_attributes = true;
        }
    }

    /// Finds the owner of each square, of several the one that comes first in the file, and what is
    /// drawn there; `own` as in [`Mosaic::join`].
    fn fill(
        &mut self,
        looks: &mut Looks<'_>,
        own: Option<u8>,
        deadline: &Deadline,
    ) -> Result<(), TileError> {
        let (plan, cells) = (looks.plan, looks.cells);
        let (z, x, y) = plan.address.zxy();
        let mut inside = cells.inside(z, quadtree::code([x, y]));
        let patch = inside.patch();
        let [width, height] = patch.size();
        for squares in [&mut self.owners, &mut self.values] {
            squares.clear();
            squares.resize(width * height, NOTHING);
        }
        let drawing = plan.layer.index().drawing();
        let mut places = patch.places();
        // What is drawn is told here, where records come in the order in which they lie, and of many
        // together, so that the waits for memory overlap.
        while inside.take(RUNS_TOGETHER, plan.window, &mut self.runs) {
            deadline.check()?;
            looks.of_runs(&self.runs, own, &mut self.looks);
            for (&(run, record), &look) in self.runs.iter().zip(&self.looks) {
                for code in run.codes() {
                    let place = places.of(code);
                    let Some(owner) = self.owners.get_mut(place) else { continue };
                    if *owner == NOTHING || drawing.row(record) < drawing.row(Record::of(*owner)) {
                        *owner = record.number();
                        self.values[place] = look;
                    }
                }
            }
        }
        self.patch = Some(patch);
        Ok(())
    }

    /// Squares twice as wide: each is owned by whom the cell of the level above is. `level` is that
    /// of the squares; `false` where they are as wide as can be.
    fn coarsen(&mut self, plan: &TilePlan, level: u8) -> bool {
        let (z, x, y) = plan.address.zxy();
        let Some(patch) = self.patch.filter(|_| level > z + LEAST_LEVELS) else { return false };
        let above = level - 1;
        let [wide, _] = patch.size();
        let halved = patch.halved();
        let [width, height] = halved.size();
        let [x, y] = [x, y].map(|v| v << (above - z));
        let [west, north] = [x + halved.corner()[0], y + halved.corner()[1]];
        for row in 0..height {
            for column in 0..width {
                let cell = [west + column as u32, north + row as u32];
                let child = quadtree::chosen_child(above, quadtree::code(cell)) as usize;
                let [dx, dy] = [child & 1, child >> 1];
                self.owners[row * width + column] =
                    self.owners[(2 * row + dy) * wide + 2 * column + dx];
            }
        }
        self.owners.truncate(width * height);
        self.patch = Some(halved);
        true
    }

    /// Says of each square what is drawn there; `own`: whether large records are features of their
    /// own, and how many levels above the zoom's.
    fn join(&mut self, looks: &mut Looks<'_>, own: Option<u8>) {
        self.values.clear();
        let mut last = [NOTHING; 2];
        for &owner in &self.owners {
            if owner != last[0] {
                last = [owner, looks.of(owner, own)];
            }
            self.values.push(last[1]);
        }
    }

    /// Whether what is drawn takes more than a tile may, as far as a sample tells: tracing it, which
    /// costs most, would be in vain. Not asked of classes, of which there are seldom too many.
    fn is_likely_too_large(&mut self, looks: &Looks<'_>) -> bool {
        if looks.is_by_class() {
            return false;
        }
        let Self { values, drawn, seen, .. } = self;
        drawn.clear();
        seen.clear();
        for value in values.chunk_by(|a, b| a == b).map(|alike| &alike[0]) {
            if *value == NOTHING {
                continue;
            }
            let record = (value & !OWN) as usize;
            let [word, bit] = [record / 64, record % 64];
            if word >= seen.len() {
                seen.resize(word + 1, 0);
            }
            if seen[word] >> bit & 1 == 0 {
                seen[word] |= 1 << bit;
                drawn.push(*value);
            }
        }
        if drawn.len() < FEW {
            return false;
        }
        let step = drawn.len().div_ceil(SAMPLE);
        let sample = drawn.iter().step_by(step);
        let bytes = looks.bytes(sample.map(|value| Record::of(value & !OWN)));
        // Where values repeat more among all than in the sample, that is too much: a quarter is let
        // off. If they repeat more than that, cells are a level wider than they had to be.
        bytes * step * 3 / 4 > MAX_BYTES
    }

    /// Traces what is drawn and adds its features.
    fn draw(
        &mut self,
        plan: &TilePlan,
        looks: &Looks<'_>,
        names: [&str; 2],
        [features, labels]: [&mut Draft; 2],
    ) {
        let carried = if looks.columns.is_empty() { &[][..] } else { &plan.columns };
        features.reset(plan, carried);
        labels.reset(plan, &[]);
        let Self { values, patch: Some(patch), trace, polygons, .. } = self else { return };
        let [width, _] = patch.size();
        trace.run(Squares { values, width });
        let corner = patch.corner();
        let across = patch.across();
        let unit = EXTENT / across as i32;
        // What reaches the tile's edge goes on into its buffer.
        let place = |at: [u32; 2]| -> Unit {
            [0, 1].map(|axis| match at[axis] + corner[axis] {
                0 => -BUFFER,
                v if v == across => EXTENT + BUFFER,
                v => v as i32 * unit,
            })
        };
        let shaper = Shaper::new(plan.address);
        let [name, label_name] = names.map(str::len);
        trace.regions(place, polygons, |value, region| {
            // What is too large stays so, and is not drawn to its end.
            if features.len(name) + labels.len(label_name) <= MAX_BYTES {
                looks.add(value, region, &shaper, [&mut *features, &mut *labels]);
            }
        });
    }
}

impl<'a> Looks<'a> {
    fn new(plan: &'a TilePlan, cells: &'a ZoomCells<'a>, carried: &[usize]) -> Self {
        let class = plan.layer.class_columns();
        // What names one feature is carried by that alone, unless it was asked for.
        let default = plan.columns == low_zoom_columns(&plan.layer);
        let alike = |column: &usize| !default || class.contains(column);
        let columns: Vec<usize> = carried.iter().copied().filter(alike).collect();
        let within = columns.iter().all(|column| class.contains(column));
        Self {
            plan,
            cells,
            values: Values::of(plan, carried),
            each: !within && plan.layer.id_column().is_some_and(|id| columns.contains(&id)),
            by_class: [within, within && columns.len() == class.len()],
            columns,
            firsts: FxHashMap::default(),
            known: FxHashMap::default(),
        }
    }

    /// Whether what is no feature of its own looks like its class.
    const fn is_by_class(&self) -> bool {
        self.by_class[1]
    }

    /// Bytes that features of these records take, about: shapes as small as can be, and of each
    /// value once those that are new.
    fn bytes(&self, records: impl Iterator<Item = Record>) -> usize {
        let mut known = FxHashSet::default();
        let of = |record| {
            let mut bytes = BARE_BYTES;
            if let Some(held) = self.values.at(record) {
                let wanted = |column| self.columns.contains(&column);
                self.values.each(&held, wanted, |_, field| {
                    let new = known.insert(xxh3_64(field));
                    bytes += TAG_BYTES + if new { field.len() } else { 0 };
                });
            }
            bytes
        };
        records.map(of).sum()
    }

    /// What is drawn of the owners of some runs.
    fn of_runs(&mut self, runs: &[(Cells, Record)], own: Option<u8>, looks: &mut Vec<u32>) {
        looks.clear();
        if let Some(above) = own.filter(|_| self.is_by_class()) {
            // As `of` tells it, without a branch that would wait for memory.
            looks.extend(runs.iter().map(|(_, record)| {
                let class = self.cells.class(*record).number();
                if self.cells.is_own(*record, above) { record.number() | OWN } else { class }
            }));
        } else {
            looks.extend(runs.iter().map(|(_, record)| self.of(record.number(), own)));
        }
    }

    /// What is drawn of a record.
    fn of(&mut self, owner: u32, own: Option<u8>) -> u32 {
        if owner == NOTHING {
            return NOTHING;
        }
        let record = Record::of(owner);
        if own.is_some_and(|above| self.cells.is_own(record, above)) {
            return owner | OWN;
        }
        if self.each {
            return owner;
        }
        let [within, exactly] = self.by_class;
        let like = if within { self.cells.class(record) } else { record };
        if exactly {
            return like.number();
        }
        let Self { values, columns, firsts, known, .. } = self;
        *known.entry(like.number()).or_insert_with(|| {
            let mut bytes = Vec::new();
            if let Some(held) = values.at(like) {
                let wanted = |column| columns.contains(&column);
                values.each(&held, wanted, |column, field| {
                    bytes.extend_from_slice(&(column as u16).to_le_bytes());
                    bytes.extend_from_slice(field);
                });
            }
            *firsts.entry(xxh3_128(&bytes)).or_insert(like.number())
        })
    }

    /// Adds a region: one feature, or all that look like one together.
    fn add(
        &self,
        value: u32,
        region: &Polygons,
        shaper: &Shaper,
        [features, labels]: [&mut Draft; 2],
    ) {
        let plan = self.plan;
        let record = Record::of(value & !OWN);
        let Some(held) = self.values.at(record) else { return };
        Pen::new(&mut features.geometry).polygons(region);
        let from = features.attributes.tags_end();
        features.attributes.next_feature();
        if value & OWN == 0 {
            let schema = plan.layer.schema();
            let wanted = |column| self.columns.contains(&column);
            self.values.each(&held, wanted, |column, field| {
                features.attributes.column(column, field, schema);
            });
            let tags = [from, features.attributes.tags_end()];
            features.push(record, None, Kind::Polygon, tags, 0);
            return;
        }
        let mut scratch = Vec::new();
        let plain = self.values.plain(&held, &mut scratch);
        let held = (&held, &plain);
        let name = Name::of(plan, held);
        let drawing = plan.layer.index().drawing();
        tag(plan, &drawing, held, (&name, 1.0), &mut features.attributes);
        let tags = [from, features.attributes.tags_end()];
        features.push(record, Some(name.id), Kind::Polygon, tags, 0);
        if let Some(column) = plan.layer.name_column() {
            label(plan, shaper, (record, column), held.1.field(column), &name, labels);
        }
    }
}
