//! Cells: what polygons are drawn as at the zooms where their shapes do not fit the byte bound.
//!
//! A version of a polygon owns the cells of a quadtree whose sample points lie in it (see
//! [`crate::geometry::quadtree`]). So at any date and under any filter the area that is drawn is
//! that of the layer, without bias, gap or overlap, and no tile depends on another. Of each level
//! that some zoom draws the owned cells are kept in the order of their codes: those of a tile
//! follow each other.

mod build;
mod level;
mod patch;

use super::image::{Image, NO_RECORD, Section, damaged};
use super::{IndexError, MAX_ZOOM, Record};
use crate::geometry::quadtree::{Cells, Code, MAX_LEVEL};
use crate::time::Span;

pub(super) use build::{Owned, build, is_affordable};
use patch::BLOCK_BITS;
pub use patch::Patch;

/// Levels, from that of the world as one cell.
const LEVELS: usize = MAX_LEVEL as usize + 1;
/// Bits of a stored run that hold its length less one.
const COUNT_BITS: u32 = BLOCK_BITS;
/// Whoever owns so many cells of the level drawn is a feature of its own; smaller ones are drawn
/// together with those that look the same.
const CELLS_OF_OWN: u32 = 16;
/// Levels between a tile and its largest cells, and between it and its smallest: 8 pixels of 512 and
/// a tile unit.
pub(super) const TILE_LEVELS: [u8; 2] = [6, 12];
/// From this zoom on polygons are never drawn as cells.
pub(super) const SHAPES_FROM: u8 = MAX_LEVEL - 8;

/// The cells of the level that a zoom draws.
#[derive(Clone, Copy)]
pub struct ZoomCells<'a> {
    level: u8,
    /// Levels from this one to the finest that is kept.
    finer: u8,
    runs: &'a [u64],
    records: &'a [u32],
    /// By record: its cells at the finest level that is kept, and its class.
    owners: &'a [[u32; 2]],
    spans: &'a [[i64; 2]],
}

impl<'a> ZoomCells<'a> {
    /// Those drawn at `zoom`; `None` where shapes are drawn.
    pub(super) fn of(image: &'a Image, zoom: u8) -> Option<Self> {
        let levels: &[u8] = image.get(Section::CellLevels);
        let level = *levels.get(usize::from(zoom)).filter(|level| **level > 0)?;
        let ends: &[u32] = image.get(Section::CellEnds);
        let end = |level: u8| ends.get(usize::from(level)).map_or(0, |end| *end as usize);
        let range = end(level - 1)..end(level);
        Some(Self {
            level,
            finer: levels.iter().fold(level, |finest, own| finest.max(*own)) - level,
            runs: image.get::<u64>(Section::CellRuns).get(range.clone())?,
            records: image.get::<u32>(Section::CellRecords).get(range)?,
            owners: image.get(Section::CellOwners),
            spans: image.get(Section::Spans),
        })
    }

    /// The level.
    #[must_use]
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// The cells inside the cell `code` of `level`, at least six levels above.
    #[must_use]
    pub fn inside(&self, level: u8, code: Code) -> Inside<'a> {
        let below = self.level.saturating_sub(level);
        let [from, to] = [code, code + 1].map(|code| {
            let first = code << (2 * u32::from(below));
            self.runs.partition_point(|run| unpacked(*run).first < first)
        });
        let runs = self.runs.get(from..to).unwrap_or(&[]);
        let records = self.records.get(from..to).unwrap_or(&[]);
        Inside { below, runs, records, spans: self.spans }
    }

    /// Whether a record owns so many cells of the level `above` this one that it is a feature of its
    /// own.
    #[must_use]
    pub fn is_own(&self, record: Record, above: u8) -> bool {
        let size = self.owners.get(record.index()).map_or(0, |[size, _]| *size);
        u64::from(size) >= u64::from(CELLS_OF_OWN) << (2 * (self.finer + above))
    }

    /// A record of those whose values in the columns that tiles carry at low zooms, the label's
    /// aside, are the record's: the same for all of them.
    #[must_use]
    pub fn class(&self, record: Record) -> Record {
        Record(self.owners.get(record.index()).map_or(record.0, |[_, class]| *class))
    }
}

/// The cells inside a cell, in the order of their codes.
#[derive(Clone, Copy)]
pub struct Inside<'a> {
    /// Levels between the cell and those inside.
    below: u8,
    runs: &'a [u64],
    records: &'a [u32],
    spans: &'a [[i64; 2]],
}

impl Inside<'_> {
    /// Where they lie, whoever owns them.
    #[must_use]
    pub fn patch(&self) -> Patch {
        let mut patch = Patch::none(self.below);
        let mut runs = self.runs;
        while let Some(run) = runs.first() {
            let cells = unpacked(*run);
            patch.include(cells);
            // No run leaves its block: the others of this one tell nothing new.
            let block = cells.first >> BLOCK_BITS;
            let behind = runs.partition_point(|run| unpacked(*run).first >> BLOCK_BITS <= block);
            runs = &runs[behind..];
        }
        patch
    }

    /// Takes the next so many runs off; `owned` are then those whose owners are valid within
    /// `window` (`None`: all), of owners that overlap each. Whether there were any left.
    pub fn take(
        &mut self,
        most: usize,
        window: Option<Span>,
        owned: &mut Vec<(Cells, Record)>,
    ) -> bool {
        let most = most.min(self.runs.len()).min(self.records.len());
        let (runs, records);
        (runs, self.runs) = self.runs.split_at(most);
        (records, self.records) = self.records.split_at(most);
        let all = runs.iter().zip(records).map(|(run, record)| (unpacked(*run), Record(*record)));
        owned.clear();
        match window.map(Span::to_millis).filter(|_| !self.spans.is_empty()) {
            None => owned.extend(all),
            Some([from, to]) => owned.extend(all.filter(|(_, record)| {
                let span = self.spans.get(record.index());
                span.is_some_and(|[start, end]| *start < to && from < *end)
            })),
        }
        most > 0
    }
}

const fn packed(cells: Cells) -> u64 {
    cells.first << COUNT_BITS | (cells.count as u64 - 1)
}

const fn unpacked(run: u64) -> Cells {
    let count = (run & ((1 << COUNT_BITS) - 1)) as u32 + 1;
    Cells { first: run >> COUNT_BITS, count }
}

/// Checks the sections; `drawn` is the number of records with geometry.
pub(super) fn check(image: &Image, drawn: usize) -> Result<(), IndexError> {
    let levels = image.exactly::<u8>(Section::CellLevels, usize::from(MAX_ZOOM) + 1)?;
    let fits = |(zoom, level): (usize, &u8)| {
        let tile_levels = usize::from(*level).wrapping_sub(zoom) as u8;
        *level == 0 || (TILE_LEVELS[0]..=TILE_LEVELS[1]).contains(&tile_levels)
    };
    if !levels.iter().enumerate().all(fits) || levels.iter().any(|level| *level > MAX_LEVEL) {
        return Err(damaged("levels of cells"));
    }
    let runs = image.get::<u64>(Section::CellRuns).len();
    image.exactly::<u64>(Section::CellRuns, runs)?;
    let ends = image.exactly::<u32>(Section::CellEnds, LEVELS)?;
    super::blocks::ascends(ends, runs, "cells")?;
    let records = image.exactly::<u32>(Section::CellRecords, runs)?;
    let by_record = if levels.iter().any(|level| *level > 0) { drawn } else { 0 };
    let owners = image.exactly::<[u32; 2]>(Section::CellOwners, by_record)?;
    let classes = owners.iter().map(|[_, class]| class);
    let exists = |record: &u32| (*record as usize) < drawn && *record != NO_RECORD;
    if !records.iter().chain(classes).all(exists) {
        return Err(damaged("owners of cells"));
    }
    Ok(())
}
