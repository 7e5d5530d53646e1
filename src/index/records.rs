//! Records with geometry as they lie in an index: of each a head, and in another array its body, so
//! that what a tile reads of a record is in one place, and next to what it reads of the others of
//! its block.
//!
//! A body holds the positions ([u32; 2] each), for each of them the zoom from which it is kept (u8);
//! if they are many, at an offset that 4 divides the box of each stretch of them ([u32; 4]: least x
//! and y, greatest x and y); at an offset that 2 divides the codes of the coded columns (u16 each),
//! and other values as [`Sent`](crate::model::Sent) reads them.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;

use super::IndexError;
use super::blocks::{ascends, stored};
use super::build::RECORDS_PER_TASK;
use super::coded::Coding;
use super::gather::{Gathered, HOLE, SHELL};
use super::image::{Image, Section, Writer, damaged};
use super::render::Run;
use super::shell::Shell;
use crate::geometry::{Area, Fixed};
use crate::model::Row;
use crate::source::Source;

/// Bodies begin at multiples of this.
const ALIGNMENT: usize = align_of::<Fixed>();
/// So many tasks a thread write before what they wrote is put together.
const TASKS_AT_ONCE: usize = 2;

/// Of a record. One more stands behind the last, where bodies and runs end.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Head {
    /// Where its body begins; it ends where the next begins.
    pub(super) body: u64,
    /// Its row.
    pub(super) row: u32,
    /// How many positions it has.
    pub(super) positions: u32,
    /// Where among the runs of all records those of this one begin, if it has several.
    pub(super) runs: u32,
    /// In the lowest byte what its only run is, or [`SEVERAL`]; above it, by zoom, whether it is
    /// drawn as it is there.
    flags: u32,
}

/// The box of a stretch of positions: least x and y, greatest x and y.
pub(super) type Bounds = [u32; 4];

/// Kind of a record whose runs are listed.
pub(super) const SEVERAL: u8 = u8::MAX;

impl Head {
    /// What its only run is, or [`SEVERAL`].
    pub(super) const fn kind(&self) -> u8 {
        self.flags as u8
    }

    /// Whether it is a polygon of one ring of which zoom `z` keeps all positions, and those, brought
    /// to the nearest tile unit, are clean.
    pub(super) fn is_clean(&self, z: u8) -> bool {
        (self.flags >> u8::BITS).checked_shr(z.into()).is_some_and(|zooms| zooms & 1 == 1)
    }
}

/// How many positions a stretch has, but for the last.
pub(super) const STRETCH: usize = 256;
/// Records of fewer positions have no boxes of their stretches.
const MANY_POSITIONS: usize = 1024;

/// Where in a body its boxes, its codes and its other values begin.
pub(super) const fn places(positions: usize, coded: usize) -> [usize; 3] {
    let end = positions * (size_of::<Fixed>() + 1);
    let (boxes, codes) = if positions < MANY_POSITIONS {
        (end, end.next_multiple_of(size_of::<u16>()))
    } else {
        let boxes = end.next_multiple_of(ALIGNMENT);
        (boxes, boxes + positions.div_ceil(STRETCH) * size_of::<Bounds>())
    };
    [boxes, codes, codes + coded * size_of::<u16>()]
}

/// Records about to be written.
pub(super) struct Records<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) gathered: &'a Gathered,
    /// By position of `gathered`: the zoom from which it is kept.
    pub(super) from: &'a [u8],
    pub(super) coding: &'a Coding<'a>,
    /// Positions of the columns kept that are not coded.
    pub(super) columns: &'a [usize],
}

/// Some records in a row.
#[derive(Default)]
struct Part {
    heads: Vec<Head>,
    bodies: Vec<u8>,
    run_ends: Vec<u32>,
    run_kinds: Vec<u8>,
}

impl Records<'_> {
    /// Writes those of `shapes`, which are in record order.
    pub(super) fn write(&self, shapes: &[u32], out: &mut Writer<'_>) {
        let mut all = Part::default();
        let mut end = 0;
        let together = RECORDS_PER_TASK * TASKS_AT_ONCE * rayon::current_num_threads();
        out.begin(Section::Bodies);
        for (number, shapes) in shapes.chunks(together).enumerate() {
            let tasks = shapes.par_chunks(RECORDS_PER_TASK).enumerate();
            let first = |task: usize| number * together + task * RECORDS_PER_TASK;
            let parts: Vec<Part> =
                tasks.map(|(task, shapes)| self.part(first(task), shapes)).collect();
            for part in parts {
                let runs = all.run_ends.len() as u32;
                all.heads.extend(part.heads.iter().map(|head| Head {
                    body: head.body + end,
                    runs: head.runs + runs,
                    ..*head
                }));
                all.run_ends.extend(part.run_ends);
                all.run_kinds.extend(part.run_kinds);
                out.put(&part.bodies);
                end += part.bodies.len() as u64;
            }
        }
        let runs = all.run_ends.len() as u32;
        all.heads.push(Head { body: end, row: 0, positions: 0, runs, flags: SEVERAL.into() });
        out.section(Section::Heads, &all.heads);
        out.section(Section::RunEnds, &all.run_ends);
        out.section(Section::RunKinds, &all.run_kinds);
    }

    /// Those of `shapes`, of which the first is the record `first`.
    fn part(&self, first: usize, shapes: &[u32]) -> Part {
        let mut part = Part::default();
        let mut shell = Shell::default();
        for (record, shape) in (first..).zip(shapes) {
            let row = self.gathered.shapes[*shape as usize].row;
            let runs = self.gathered.runs_of(*shape as usize);
            let places = self.positions(&runs);
            let start = places.start;
            let mut geometry =
                Run::new(&self.gathered.positions[places.clone()], &self.from[places]);
            let mut flags = SEVERAL.into();
            let listed = part.run_ends.len() as u32;
            if runs.len() == 1 {
                flags = self.gathered.run_kinds[runs.start].into();
                if flags == u32::from(SHELL) {
                    shell.set(geometry);
                    flags |= shell.clean_zooms() << u8::BITS;
                    geometry = shell.run();
                }
            } else {
                let end = |run| (self.gathered.positions_of(run).end - start) as u32;
                part.run_ends.extend(runs.clone().map(end));
                part.run_kinds.extend_from_slice(&self.gathered.run_kinds[runs]);
            }
            let body = part.bodies.len() as u64;
            let positions = geometry.positions.len() as u32;
            part.heads.push(Head { body, row, positions, runs: listed, flags });
            self.body(record, row, geometry, &mut part.bodies);
        }
        part
    }

    /// Where the positions of some runs in a row are.
    fn positions(&self, runs: &Range<usize>) -> Range<usize> {
        let of = |run| self.gathered.positions_of(run);
        if runs.is_empty() { 0..0 } else { of(runs.start).start..of(runs.end - 1).end }
    }

    fn body(&self, record: usize, row: u32, geometry: Run<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(bytemuck::cast_slice(geometry.positions));
        out.extend_from_slice(geometry.from);
        if geometry.positions.len() >= MANY_POSITIONS {
            out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
            for stretch in geometry.positions.chunks(STRETCH) {
                let mut area = Area::EMPTY;
                stretch.iter().for_each(|at| area.include(*at));
                out.extend_from_slice(bytemuck::cast_slice::<Bounds, u8>(&[stored(&area)]));
            }
        }
        out.resize(out.len().next_multiple_of(size_of::<u16>()), 0);
        out.extend_from_slice(bytemuck::cast_slice(self.coding.codes(record)));
        if let Some(feature) = self.source.feature(Row::new(row)) {
            feature.properties().sent(|column| self.columns.contains(&column), out);
        }
        out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
    }
}

/// Checks the sections of an index of `drawn` records, `rows` rows and `coded` coded columns.
pub(super) fn check(
    image: &Image,
    drawn: usize,
    rows: u32,
    coded: usize,
) -> Result<(), IndexError> {
    let heads: &[Head] = image.exactly(Section::Heads, drawn + 1)?;
    let run_ends: &[u32] = image.get(Section::RunEnds);
    let kinds = image.exactly::<u8>(Section::RunKinds, run_ends.len())?;
    let bodies = image.get::<u8>(Section::Bodies).len() as u64;
    if !kinds.iter().all(|kind| *kind <= HOLE) {
        return Err(damaged("kinds of run"));
    }
    let fits = |pair: &[Head]| {
        let [head, next] = pair else { return false };
        let [.., least] = places(head.positions as usize, coded);
        let body = next.body.checked_sub(head.body);
        let runs = run_ends.get(head.runs as usize..next.runs as usize);
        let kind = match head.kind() {
            SEVERAL => runs.is_some_and(|ends| ascends(ends, head.positions as usize, "").is_ok()),
            kind => kind <= HOLE && runs.is_some_and(<[u32]>::is_empty),
        };
        kind && head.row < rows
            && head.body % ALIGNMENT as u64 == 0
            && body.is_some_and(|length| length >= least as u64)
    };
    if !heads.windows(2).all(fits) || heads.last().is_none_or(|last| last.body != bodies) {
        return Err(damaged("records"));
    }
    Ok(())
}
