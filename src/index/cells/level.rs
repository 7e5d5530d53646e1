//! Which level of cells each zoom draws: the finest whose fullest tiles fit the byte bound.

use super::super::cost::feature_bytes;
use super::super::fullest::Fullest;
use super::super::{MAX_BYTES, MAX_ZOOM};
use super::build::Records;
use super::patch::Patch;
use super::{CELLS_OF_OWN, TILE_LEVELS, unpacked};
use crate::geometry::trace::{NOTHING, Squares, Trace};

/// Bytes that a tile's estimate may reach: the rest is for the estimate's error, and for tiles that
/// are fuller than those looked at.
const TARGET_BYTES: usize = MAX_BYTES * 9 / 10;
/// Bytes of a corner: two small steps, one of which is mostly 0.
const CORNER_BYTES: usize = 2;
/// Commands and first position of a ring.
const RING_BYTES: usize = 7;
/// Squares that a tile's cells may lie in: what tracing them takes.
const MOST_SQUARES: usize = 1 << 19;
/// Tiles of a level that are looked at: those with most runs.
const TILES: usize = 3;
/// In a square's value: the record is a feature of its own.
const OWN: u32 = 1 << 31;

/// Chooses levels.
pub(super) struct Choosing<'a> {
    pub(super) records: &'a Records<'a>,
    pub(super) fullest: &'a Fullest,
    /// By level: owned cells, each with its owner.
    pub(super) runs: &'a [Vec<(u64, u32)>],
    /// By record: cells owned at the finest level.
    pub(super) sizes: &'a [u32],
    pub(super) finest: u8,
}

impl Choosing<'_> {
    /// By zoom: the level drawn.
    pub(super) fn levels(&self, first: u8, last: u8) -> [u8; MAX_ZOOM as usize + 1] {
        let mut levels = [0; MAX_ZOOM as usize + 1];
        let mut level = self.finest;
        for zoom in (first..=last).rev() {
            let [least, most] = TILE_LEVELS.map(|below| zoom + below);
            level = level.clamp(least, most.max(least));
            while level > least && self.bytes(zoom, level) > TARGET_BYTES {
                level -= 1;
            }
            levels[usize::from(zoom)] = level;
        }
        levels
    }

    /// Whether a finer level than `level` may fit at `zoom`, too: twice as long borders.
    pub(super) fn has_room(&self, zoom: u8, level: u8) -> bool {
        self.bytes(zoom, level) <= TARGET_BYTES / 2
    }

    /// The estimated bytes of the fullest tile.
    fn bytes(&self, zoom: u8, level: u8) -> usize {
        let below = 2 * u32::from(level - zoom);
        let runs = &self.runs[usize::from(level)];
        let mut tiles: Vec<&[(u64, u32)]> = runs
            .chunk_by(|a, b| unpacked(a.0).first >> below == unpacked(b.0).first >> below)
            .collect();
        let too_wide = |tile: &&[(u64, u32)]| {
            let mut squares = Patch::none(level - zoom);
            tile.iter().for_each(|(run, _)| squares.include(unpacked(*run)));
            squares.size().iter().product::<usize>() > MOST_SQUARES
        };
        if level - zoom > TILE_LEVELS[0] && tiles.iter().any(too_wide) {
            return usize::MAX;
        }
        tiles.sort_by_key(|tile| std::cmp::Reverse(tile.len()));
        let mut trace = Trace::default();
        let fullest = tiles.iter().take(TILES);
        fullest.map(|tile| self.tile(tile, level, level - zoom, &mut trace)).max().unwrap_or(0)
    }

    fn tile(&self, runs: &[(u64, u32)], level: u8, below: u8, trace: &mut Trace) -> usize {
        let Records { inputs, costs, order, .. } = self.records;
        let row = |record: u32| costs.gathered.shapes[order[record as usize] as usize].row;
        let valid = || runs.iter().filter(|(_, record)| self.fullest.holds(inputs, row(*record)));
        let mut squares = Patch::none(below);
        valid().for_each(|(run, _)| squares.include(unpacked(*run)));
        let [width, height] = squares.size();
        let mut values = vec![NOTHING; width * height];
        let mut owners = vec![u32::MAX; width * height];
        let mut places = squares.places();
        let own = u64::from(CELLS_OF_OWN) << (2 * (self.finest - level));
        for (run, record) in valid() {
            let is_own = u64::from(self.sizes[*record as usize]) >= own;
            let value = if is_own { record | OWN } else { self.records.classes[*record as usize] };
            let row = row(*record);
            for code in unpacked(*run).codes() {
                let place = places.of(code);
                // Of several the first in the file is drawn.
                if row <= owners[place] {
                    (owners[place], values[place]) = (row, value);
                }
            }
        }
        trace.run(Squares { values: &values, width });
        let [corners, rings, _] = trace.counts();
        let features = trace.values().iter().map(|value| {
            let shape = order[(value & !OWN) as usize];
            let mut attributes = costs.attributes[shape as usize];
            if value & OWN == 0 {
                attributes.label = 0;
            }
            feature_bytes(attributes, false) as usize
        });
        features.sum::<usize>() + corners * CORNER_BYTES + rings * RING_BYTES
    }
}
