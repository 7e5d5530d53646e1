//! Building a tile of one layer: select, shape, tag, keep the byte bound, encode.

use std::cell::RefCell;

use super::commands::Pen;
use super::draft::{Draft, Kind, Rank};
use super::feature::{Name, Read, label, tag};
use super::mosaic::Mosaic;
use super::shape::{Shape, Shaper};
use super::values::Values;
use super::{Built, LABEL_SUFFIX, LeftOut, MAX_BYTES, TileError, TilePlan, grid};
use crate::index::{Drawing, Record, sampling_hash};
use crate::model::message::Message;
use crate::work::Deadline;

/// Vertices and features between two looks at the deadline.
const STEPS_BETWEEN_CHECKS: usize = 10_000;
/// Steps that a feature costs beside its vertices.
const STEPS_OF_FEATURE: usize = 20;
/// Features that are looked up before they are drawn, so that the waits for memory, which are most
/// of a look at a feature far from the last, overlap.
const LOOKED_UP_TOGETHER: usize = 32;

/// Buffers that the tiles built on a thread share.
#[derive(Default)]
struct Buffers {
    records: Vec<Record>,
    shape: Shape,
    features: Draft,
    labels: Draft,
    mosaic: Mosaic,
    scratch: Vec<u8>,
}

thread_local! {
    static BUFFERS: RefCell<Buffers> = RefCell::default();
}

/// Builds the tile. Features stand in the index's order, which no request changes.
///
/// # Errors
/// [`TileError::Expired`].
pub fn build(plan: &TilePlan, deadline: &Deadline) -> Result<Built, TileError> {
    let mut bytes = Message::default();
    let left_out = build_onto(plan, &mut bytes, deadline)?;
    Ok(Built { bytes: bytes.into_bytes(), left_out })
}

/// As [`build`], behind the `bytes` of other layers.
pub(super) fn build_onto(
    plan: &TilePlan,
    bytes: &mut Message,
    deadline: &Deadline,
) -> Result<LeftOut, TileError> {
    let (z, ..) = plan.address.zxy();
    // Sums are wanted where features are not drawn.
    if z < plan.layer.zooms().0 && !plan.aggregate {
        return Ok(LeftOut::default());
    }
    BUFFERS.with_borrow_mut(|buffers| {
        let Buffers { features, labels, mosaic, records, .. } = buffers;
        if plan.aggregate {
            return grid::build(plan, bytes, features, records, deadline);
        }
        if let Some(cells) = plan.layer.index().cells(z) {
            return mosaic.build(plan, &cells, bytes, [features, labels], deadline);
        }
        let mut building = Building::new(plan, buffers);
        building.collect(deadline)?;
        Ok(building.finish(bytes))
    })
}

/// Which columns features carry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Carried {
    /// The plan's.
    Asked,
    /// Those that the plan keeps where not all fit.
    Least,
    /// None: what names and weighs a feature alone.
    Nothing,
}

/// A tile under way. What is too large gives up columns, then labels, then the features of highest
/// rank; since sums only grow, what is given up does not depend on the order of features.
struct Building<'a> {
    plan: &'a TilePlan,
    shaper: Shaper,
    name: String,
    label_name: String,
    label_column: Option<usize>,
    buffers: &'a mut Buffers,
    carried: Carried,
    /// Ranks from this one on are given up.
    cut: Option<Rank>,
    /// Features that are drawn, or were before they were given up.
    seen: usize,
}

impl<'a> Building<'a> {
    fn new(plan: &'a TilePlan, buffers: &'a mut Buffers) -> Self {
        buffers.features.reset(plan, &plan.columns);
        buffers.labels.reset(plan, &[]);
        let name = plan.layer.id().to_string();
        Self {
            plan,
            shaper: Shaper::new(plan.address),
            label_name: format!("{name}{LABEL_SUFFIX}"),
            name,
            label_column: plan.layer.name_column(),
            buffers,
            carried: Carried::Asked,
            cut: None,
            seen: 0,
        }
    }

    fn collect(&mut self, deadline: &Deadline) -> Result<(), TileError> {
        let mut records = std::mem::take(&mut self.buffers.records);
        records.clear();
        let (z, ..) = self.plan.address.zxy();
        let area = self.plan.address.area();
        self.plan.layer.index().select(&[area], self.plan.window, Some(z), &mut records);
        let drawing = self.plan.layer.index().drawing();
        let values = Values::of(self.plan, &self.plan.columns);
        let mut steps = STEPS_BETWEEN_CHECKS;
        let mut scratch = std::mem::take(&mut self.buffers.scratch);
        for together in records.chunks(LOOKED_UP_TOGETHER) {
            let mut features = [const { None }; LOOKED_UP_TOGETHER];
            for (feature, record) in features.iter_mut().zip(together) {
                *feature = values.at(*record);
            }
            for (&record, held) in together.iter().zip(&features) {
                if steps >= STEPS_BETWEEN_CHECKS {
                    deadline.check()?;
                    steps = 0;
                }
                let Some(held) = held else { continue };
                let plain = values.plain(held, &mut scratch);
                steps += STEPS_OF_FEATURE + self.add(&drawing, record, (held, &plain), deadline);
            }
        }
        self.buffers.scratch = scratch;
        self.buffers.records = records;
        deadline.check()?;
        Ok(())
    }

    /// Draws a record. How many vertices that took.
    fn add(
        &mut self,
        drawing: &Drawing<'_>,
        record: Record,
        held: Read<'_, '_>,
        deadline: &Deadline,
    ) -> usize {
        if self.cut.is_some_and(|cut| rank(self.plan, record) >= cut) {
            self.seen += 1;
            return 0;
        }
        let render = held.0.drawn.render();
        let (z, ..) = self.plan.address.zxy();
        let clean = held.0.drawn.is_clean(z);
        let of_record = (drawing.area(record), clean);
        self.shaper.shape(&render, of_record, &mut self.buffers.shape, deadline);
        if self.draw(drawing, record, held) {
            self.seen += 1;
            self.keep_bound();
        }
        render.vertices()
    }

    /// Adds what the shape shows, with its tags and label; `false` where it shows nothing.
    fn draw(&mut self, drawing: &Drawing<'_>, record: Record, held: Read<'_, '_>) -> bool {
        let Buffers { shape, features, labels, .. } = &mut *self.buffers;
        let lines = shape.lines().next().is_some();
        if shape.points.is_empty() && !lines && shape.polygons.is_empty() {
            return false;
        }
        let name = Name::of(self.plan, held);
        let from = features.attributes.tags_end();
        if self.carried != Carried::Nothing {
            features.attributes.next_feature();
            tag(self.plan, drawing, held, (&name, 1.0), &mut features.attributes);
        }
        let tags = [from, features.attributes.tags_end()];
        let text = name.text_len();
        if !shape.points.is_empty() {
            Pen::new(&mut features.geometry).points(&shape.points);
            features.push(record, Some(name.id), Kind::Point, tags, text);
        }
        if lines {
            let mut pen = Pen::new(&mut features.geometry);
            shape.lines().for_each(|line| pen.line(line));
            features.push(record, Some(name.id), Kind::Line, tags, text);
        }
        if !shape.polygons.is_empty() {
            Pen::new(&mut features.geometry).polygons(&shape.polygons);
            features.push(record, Some(name.id), Kind::Polygon, tags, text);
        }
        if let Some(column) = self.label_column {
            let field = held.1.field(column);
            label(self.plan, &self.shaper, (record, column), field, &name, labels);
        }
        true
    }

    /// Gives up what is over the bound. Of features a surplus is let grow to the bound itself, so
    /// that they are sorted few times.
    fn keep_bound(&mut self) {
        // Most tiles never come near the bound. Without columns, names are yet to be added.
        if self.carried != Carried::Nothing && self.about() <= MAX_BYTES {
            return;
        }
        while self.carried != Carried::Nothing && self.len() > MAX_BYTES {
            self.carry_less();
        }
        if self.carried != Carried::Nothing {
            return;
        }
        let Buffers { features, labels, .. } = &mut *self.buffers;
        let bare = features.bare_len(self.name.len());
        if self.label_column.is_some() && bare + labels.len(self.label_name.len()) > MAX_BYTES {
            self.label_column = None;
            labels.reset(self.plan, &[]);
        }
        if self.label_column.is_none() && bare > 2 * MAX_BYTES {
            let rank = |record| rank(self.plan, record);
            self.cut = features.cut(self.name.len(), MAX_BYTES, rank).or(self.cut);
        }
    }

    fn about(&self) -> usize {
        let Buffers { features, labels, .. } = &*self.buffers;
        features.about(self.name.len()) + labels.about(self.label_name.len())
    }

    fn len(&self) -> usize {
        let Buffers { features, labels, .. } = &*self.buffers;
        features.len(self.name.len()) + labels.len(self.label_name.len())
    }

    fn carry_less(&mut self) {
        let plan = self.plan;
        let some = self.carried == Carried::Asked && !plan.least.is_empty();
        let features = &mut self.buffers.features;
        if some && plan.least != plan.columns {
            self.carried = Carried::Least;
            features.change_columns(plan, &plan.least);
            retag(plan, &plan.least, features, 1.0);
        } else {
            self.carried = Carried::Nothing;
            features.change_columns(plan, &[]);
        }
    }

    fn finish(self, bytes: &mut Message) -> LeftOut {
        let Buffers { features, labels, .. } = &mut *self.buffers;
        let mut kept = 1.0;
        if self.carried == Carried::Nothing {
            features.cut(self.name.len(), MAX_BYTES, |record| rank(self.plan, record));
            kept = records_of(features) as f64 / self.seen.max(1) as f64;
            retag(self.plan, &[], features, kept);
        }
        let length = features.len(self.name.len()) + labels.len(self.label_name.len());
        debug_assert!(length <= MAX_BYTES, "{length} bytes");
        features.write(&self.name, bytes);
        labels.write(&self.label_name, bytes);
        LeftOut { attributes: self.carried != Carried::Asked, kept, coarser: 1 }
    }
}

/// When a feature is given up: by a hash of its entity, so that the versions of one stay together.
fn rank(plan: &TilePlan, record: Record) -> Rank {
    let index = plan.layer.index();
    (sampling_hash(index.entity(index.drawing().row(record))), record)
}

/// Tags all features anew with `columns`, which the draft wants.
fn retag(plan: &TilePlan, columns: &[usize], features: &mut Draft, kept: f64) {
    let values = Values::of(plan, columns);
    let drawing = plan.layer.index().drawing();
    let mut scratch = Vec::new();
    features.retag(|record, attributes| {
        if let Some(held) = values.at(record) {
            let plain = values.plain(&held, &mut scratch);
            let held = (&held, &plain);
            tag(plan, &drawing, held, (&Name::of(plan, held), kept), attributes);
        }
    });
}

/// How many records a draft has parts of.
fn records_of(draft: &Draft) -> usize {
    draft.parts().chunk_by(|a, b| a.record == b.record).count()
}
