//! Finding the cells that the records own, and writing those of the levels that are drawn.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::super::Inputs;
use super::super::MAX_ZOOM;
use super::super::build::RECORDS_PER_TASK;
use super::super::cost::Costs;
use super::super::fullest::Fullest;
use super::super::gather::{Gathered, SHELL, Shape};
use super::super::image::{Section, Writer};
use super::level;
use super::{LEVELS, TILE_LEVELS, packed};
use crate::geometry::claim::{self, Claim};
use crate::geometry::quadtree::{Cells, MAX_LEVEL};
use crate::model::Row;

/// Runs that may be kept, beside so many for each record: finer levels that would have more are
/// not drawn.
const MOST_RUNS: u64 = 1 << 22;
const MOST_RUNS_OF_RECORD: u64 = 16;

/// Vertices of the records that one task looks at.
const VERTICES_PER_TASK: u64 = 1 << 16;
/// Levels between a tile and cells of two pixels of 512.
const LEVELS_OF_TWO_PIXELS: u8 = 8;
/// Records that squares of a tile can name.
const MOST_RECORDS: usize = (1 << 31) - 1;

/// What is drawn at the zooms from the first one to before that of the shapes.
pub(in super::super) struct Owned {
    /// By zoom: the level drawn, 0 where shapes are.
    levels: [u8; MAX_ZOOM as usize + 1],
    /// By level: owned cells as they are stored, and their owners.
    runs: Vec<Vec<(u64, u32)>>,
    /// By record: cells owned at the finest level drawn.
    sizes: Vec<u32>,
    /// By record: the first of its class.
    classes: Vec<u32>,
}

/// Whether no more runs of a level are to be expected than can be kept.
pub(in super::super) fn is_affordable(gathered: &Gathered, level: u8) -> bool {
    let bits = 32 - u32::from(level.min(MAX_LEVEL));
    let runs = |(index, shape): (usize, &Shape)| {
        let [w, h] =
            [0, 1].map(|axis| (u64::from(shape.area.max[axis] - shape.area.min[axis]) >> bits) + 1);
        // Cells follow each other on the curve until one comes that a border passes, or a block ends.
        let borders = gathered.passes(index, bits);
        (w * h).min(2 * borders + ((w * h) >> (2 * claim::BLOCK_LEVELS)))
    };
    let shapes = gathered.shapes.par_iter().enumerate();
    let most = MOST_RUNS + MOST_RUNS_OF_RECORD * gathered.shapes.len() as u64;
    shapes.map(runs).reduce(|| 0, u64::saturating_add) <= most
}

/// A level's runs, each with its owner; by level.
type Runs = Vec<Vec<(u64, u32)>>;

/// The records about to be drawn as cells.
pub(super) struct Records<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) costs: &'a Costs<'a>,
    /// By record: its shape.
    pub(super) order: &'a [u32],
    /// By record: the first of its class.
    pub(super) classes: &'a [u32],
}

/// Finds the cells of records that are polygons; `zooms` are the first that is drawn and the first
/// with shapes.
pub(in super::super) fn build(
    inputs: &Inputs<'_>,
    costs: &Costs<'_>,
    order: &[u32],
    zooms: [u8; 2],
) -> Owned {
    let mut owned = Owned {
        levels: [0; MAX_ZOOM as usize + 1],
        runs: vec![Vec::new(); LEVELS],
        sizes: Vec::new(),
        classes: Vec::new(),
    };
    let [first, shapes_from] = zooms;
    if first >= shapes_from || order.len() >= MOST_RECORDS {
        return owned;
    }
    owned.classes = classes(inputs, costs.gathered, order);
    let records = Records { inputs, costs, order, classes: &owned.classes };
    let fullest = Fullest::of(inputs, costs.gathered);
    let last = shapes_from - 1;
    // Cells of two pixels fit most often.
    let coarsest = first + TILE_LEVELS[0];
    let least = last + TILE_LEVELS[0];
    let affordable = |level: &u8| is_affordable(costs.gathered, *level);
    let wanted = (last + LEVELS_OF_TWO_PIXELS).min(MAX_LEVEL);
    let mut finest = (least..=wanted).rev().find(affordable).unwrap_or(least);
    loop {
        let runs = records.runs(coarsest, finest);
        let sizes = sizes(&runs[usize::from(finest)], order.len());
        let chosen = level::Choosing {
            records: &records,
            fullest: &fullest,
            runs: &runs,
            sizes: &sizes,
            finest,
        };
        let finer = (finest + 1).min(last + TILE_LEVELS[1]).min(MAX_LEVEL);
        if finer > finest && chosen.has_room(last, finest) && affordable(&finer) {
            finest = finer;
            continue;
        }
        owned.levels = chosen.levels(first, last);
        (owned.runs, owned.sizes) = (runs, sizes);
        break;
    }
    owned.keep_drawn(finest);
    owned
}

impl Owned {
    /// Forgets the levels that no zoom draws; sizes become those of the finest drawn.
    fn keep_drawn(&mut self, finest: u8) {
        for (level, runs) in self.runs.iter_mut().enumerate() {
            if !self.levels.contains(&(level as u8)) {
                *runs = Vec::new();
            }
        }
        let drawn = self.levels.iter().copied().max().unwrap_or(0);
        if drawn < finest {
            self.sizes = sizes(&self.runs[usize::from(drawn)], self.sizes.len());
        }
    }

    /// Writes the sections.
    pub(in super::super) fn write(&self, out: &mut Writer<'_>) {
        let mut end = 0;
        let ends: Vec<u32> = self
            .runs
            .iter()
            .map(|runs| {
                end += runs.len() as u32;
                end
            })
            .collect();
        out.section(Section::CellLevels, &self.levels);
        out.section(Section::CellEnds, &ends);
        let pieces = || self.runs.iter().flat_map(|runs| runs.chunks(RECORDS_PER_TASK));
        out.begin(Section::CellRuns);
        for runs in pieces() {
            out.put(&runs.iter().map(|(run, _)| *run).collect::<Vec<u64>>());
        }
        out.begin(Section::CellRecords);
        for runs in pieces() {
            out.put(&runs.iter().map(|(_, record)| *record).collect::<Vec<u32>>());
        }
        let owners = self.sizes.iter().zip(&self.classes);
        let owners: Vec<[u32; 2]> = owners.map(|(size, class)| [*size, *class]).collect();
        out.section(Section::CellOwners, &owners);
    }
}

impl Records<'_> {
    /// Records in a row that are about as much work.
    fn tasks(&self) -> Vec<Range<u32>> {
        let mut tasks = Vec::new();
        let (mut start, mut vertices) = (0, 0);
        for (end, shape) in (1..).zip(self.order) {
            vertices += self.costs.gathered.vertices(*shape as usize);
            let is_enough = vertices >= VERTICES_PER_TASK
                || end - start >= RECORDS_PER_TASK as u32
                || end as usize == self.order.len();
            if is_enough {
                tasks.push(start..end);
                (start, vertices) = (end, 0);
            }
        }
        tasks
    }

    /// The owned cells of the levels from `coarsest` to `finest`.
    fn runs(&self, coarsest: u8, finest: u8) -> Runs {
        let mut tasks: Vec<Runs> = self
            .tasks()
            .into_par_iter()
            .map(|records| {
                let mut task = Task::default();
                let mut out = vec![Vec::new(); LEVELS];
                for record in records {
                    let shape = self.order[record as usize] as usize;
                    task.cells(self.costs.gathered, shape, finest);
                    task.give(record, [coarsest, finest], &mut out);
                }
                out
            })
            .collect();
        // Level by level, so that not all runs are there twice.
        let mut join = |level: usize| {
            let of_tasks: Vec<Vec<(u64, u32)>> =
                tasks.iter_mut().map(|task| std::mem::take(&mut task[level])).collect();
            let mut runs = of_tasks.concat();
            drop(of_tasks);
            runs.par_sort_unstable();
            runs
        };
        (0..LEVELS).map(&mut join).collect()
    }
}

/// Finds the cells of some records.
#[derive(Default)]
struct Task {
    claim: Claim,
    cells: Vec<Cells>,
    polygon: Vec<Cells>,
    above: Vec<Cells>,
}

impl Task {
    /// The cells of a shape, once each.
    fn cells(&mut self, gathered: &Gathered, shape: usize, level: u8) {
        self.cells.clear();
        let runs = gathered.runs_of(shape);
        let mut shells =
            runs.clone().filter(|run| gathered.run_kinds[*run] == SHELL).collect::<Vec<usize>>();
        shells.push(runs.end);
        for pair in shells.windows(2) {
            let rings =
                (pair[0]..pair[1]).map(|run| &gathered.positions[gathered.positions_of(run)]);
            self.polygon.clear();
            self.claim.cells(rings, level, &mut self.polygon);
            self.cells.append(&mut self.polygon);
        }
        if shells.len() > 2 {
            once_each(&mut self.cells);
        }
    }

    /// Adds the cells at hand, of the finest level, to all levels.
    fn give(&mut self, record: u32, [coarsest, finest]: [u8; 2], out: &mut Runs) {
        for level in (coarsest.min(finest)..=finest).rev() {
            out[usize::from(level)].extend(self.cells.iter().map(|own| (packed(*own), record)));
            self.above.clear();
            claim::parents(&self.cells, level, &mut self.above);
            std::mem::swap(&mut self.cells, &mut self.above);
        }
    }
}

/// Sorts runs and takes from each what those before it have.
fn once_each(cells: &mut Vec<Cells>) {
    cells.sort_unstable();
    let mut end = 0;
    for own in &mut *cells {
        let last = own.codes().end;
        own.first = own.first.max(end).min(last);
        own.count = (last - own.first) as u32;
        end = end.max(last);
    }
    cells.retain(|own| own.count > 0);
}

/// By record the number of cells.
fn sizes(runs: &[(u64, u32)], records: usize) -> Vec<u32> {
    let mut sizes = vec![0_u32; records];
    for (run, record) in runs {
        let size = &mut sizes[*record as usize];
        *size = size.saturating_add(super::unpacked(*run).count);
    }
    sizes
}

/// By record the first with the same values in the columns that make classes.
fn classes(inputs: &Inputs<'_>, gathered: &Gathered, order: &[u32]) -> Vec<u32> {
    let hash = |shape: &u32| {
        let row = Row::new(gathered.shapes[*shape as usize].row);
        let mut bytes = Vec::new();
        if let Some(feature) = inputs.source.feature(row) {
            feature.properties().copy(|column| inputs.classes.contains(&column), &mut bytes);
        }
        xxh3_128(&bytes)
    };
    let hashes: Vec<u128> = order.par_iter().map(hash).collect();
    let mut first = FxHashMap::default();
    hashes.iter().zip(0..).map(|(hash, record)| *first.entry(*hash).or_insert(record)).collect()
}
