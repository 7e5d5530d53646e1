//! Which shapes are drawn from which zoom, so that every tile keeps its byte bound.
//!
//! Points and polygons are taken in the order of a hash of their entity, lines in that of their
//! importance; at each zoom the longest prefix that fits the fullest tile is drawn. Prefixes only
//! grow with the zoom, so what is drawn stays drawn, and a prefix by hash keeps the density. Of a
//! layer of polygons alone all shapes are drawn or none: below the first zoom at which all fit it
//! is drawn as cells.

use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::cells::{SHAPES_FROM, TILE_LEVELS, is_affordable};
use super::cost::{Costs, Detail, Tile, tiles_of};
use super::fullest::Fullest;
use super::gather::SHELL;
use super::{Inputs, MAX_BYTES, MAX_ZOOM};
use crate::geometry::mercator::UNIT_ZOOM;
use crate::geometry::{Area, quadtree};

/// Bytes that a tile's estimate may reach: the rest is for the estimate's error.
const TARGET_BYTES: u32 = MAX_BYTES as u32 * 9 / 10;
/// Most instants at which a tile's load is followed.
const MAX_INSTANTS: usize = 64;
/// Most loads (tiles times instants) kept at a time, but that there are two instants at least.
const MAX_LOADS: usize = 1 << 24;
/// Polygons that cover the land are drawn as cells where they are as small as the grid, if they are so
/// many, cover such a share of their box, and would be drawn so many times as large.
const MANY_POLYGONS: usize = 1_000;
const COVERED_SHARE: f64 = 0.15;
const MOST_COVER: f64 = 1.1;
const ZOOMS: usize = MAX_ZOOM as usize + 1;

/// What was chosen.
pub(super) struct Choice {
    /// By shape: the lowest zoom at which it is drawn.
    pub(super) from_zoom: Vec<u8>,
    /// By zoom: the share of hashes drawn.
    pub(super) rates: [f64; ZOOMS],
    /// The first zoom from which every tile fits whole, with all attributes.
    pub(super) sampled_below: u8,
    /// The first zoom at which shapes are drawn; below, it is cells.
    pub(super) shapes_from: u8,
}

/// Shapes in the order in which room is given to them.
struct Queue {
    shapes: Vec<u32>,
    /// By place: what stays or goes together; equal ones are neighbours.
    units: Vec<u64>,
    /// How much of a tile they may fill.
    target: u32,
}

/// Room for the shapes of a queue: what they cost, and when they are valid.
struct Room<'a> {
    queue: &'a Queue,
    costs: &'a Costs<'a>,
    instants: &'a Instants,
}

/// Chooses for all shapes.
pub(super) fn choose(inputs: &Inputs<'_>, costs: &Costs<'_>) -> Choice {
    let shapes = 0..costs.gathered.shapes.len() as u32;
    let (lines, others): (Vec<u32>, Vec<u32>) =
        shapes.partition(|shape| costs.gathered.is_linear(*shape as usize));
    let target =
        if lines.is_empty() || others.is_empty() { TARGET_BYTES } else { TARGET_BYTES / 2 };
    let hashed = by_hash(inputs, costs, others, target);
    let ranked = by_importance(inputs, costs, lines, target);
    let instants = Instants::of(inputs, costs);
    let first = inputs.min_zoom.min(MAX_ZOOM);
    let rooms = [&hashed, &ranked].map(|queue| Room { queue, costs, instants: &instants });
    let plans = rooms.each_ref().map(|room| room.prefixes(first));
    let sampled_below = plans.iter().map(|(_, whole_from)| *whole_from).max().unwrap_or(0);
    let mut drawn = plans.map(|(lengths, _)| lengths);
    let shapes_from = if polygons(costs) { shapes_from(inputs, &rooms[0], &drawn[0]) } else { 0 };
    // What is not drawn need not be told apart by zoom.
    drawn[0][..usize::from(shapes_from)].fill(0);

    let mut from_zoom = vec![0; costs.gathered.shapes.len()];
    for (queue, lengths) in [&hashed, &ranked].into_iter().zip(&drawn) {
        for (place, shape) in queue.shapes.iter().enumerate() {
            from_zoom[*shape as usize] = lengths.partition_point(|length| *length <= place) as u8;
        }
    }
    let mut rates = drawn[0].map(|length| match hashed.units.get(length) {
        Some(hash) => (*hash).max(1) as f64 / 2_f64.powi(64),
        None => 1.0,
    });
    rates[..usize::from(shapes_from)].fill(1.0);
    Choice { from_zoom, rates, sampled_below, shapes_from }
}

/// Whether all shapes are made of polygons alone.
fn polygons(costs: &Costs<'_>) -> bool {
    costs.gathered.run_kinds.iter().all(|kind| *kind >= SHELL)
}

/// The first zoom at which all shapes fit, each with all it takes, and cover what is theirs, if that
/// is below the zooms that have no cells.
fn shapes_from(inputs: &Inputs<'_>, room: &Room<'_>, lengths: &[usize; ZOOMS]) -> u8 {
    let costs = room.costs;
    let all = costs.gathered.shapes.len();
    let fit = |zoom: &u8| {
        let detail = Detail { in_full: true, ..Detail::of(*zoom) };
        let target = room.queue.target.saturating_sub(costs.unseen(*zoom));
        room.first_beyond(*zoom, detail, target).is_none()
    };
    let mut fitting = lengths.partition_point(|length| *length < all) as u8;
    if (0..all).any(|shape| costs.may_be_cut(shape)) {
        fitting = (fitting..SHAPES_FROM).find(fit).unwrap_or(SHAPES_FROM);
    }
    let from = fitting.max(covering(inputs, costs)).min(SHAPES_FROM);
    if from == 0 {
        return 0;
    }
    let widest = from - 1 + TILE_LEVELS[0];
    // What has more cells than can be kept, as millions of shapes over each other, is sampled.
    if is_affordable(costs.gathered, widest) { from } else { 0 }
}

/// The first zoom at which polygons that cover the land are not so small that they, each drawn as a
/// tile unit at least, would cover each other; 0 if they are few or leave most of the land free.
fn covering(inputs: &Inputs<'_>, costs: &Costs<'_>) -> u8 {
    let gathered = costs.gathered;
    let fullest = Fullest::of(inputs, gathered);
    let valid = |shape: &usize| fullest.holds(inputs, gathered.shapes[*shape].row);
    let areas: Vec<f64> =
        (0..gathered.shapes.len()).filter(valid).flat_map(|shape| gathered.areas(shape)).collect();
    let land = gathered.shapes.iter().fold(Area::EMPTY, |all, shape| all.union(&shape.area));
    let total: f64 = areas.iter().sum();
    if areas.len() < MANY_POLYGONS || total < COVERED_SHARE * land.size() {
        return 0;
    }
    let covers = |zoom: &u8| {
        let unit = 4_f64.powi(i32::from(UNIT_ZOOM - zoom));
        areas.iter().map(|area| area.max(unit)).sum::<f64>() <= MOST_COVER * total
    };
    (0..UNIT_ZOOM).find(covers).unwrap_or(UNIT_ZOOM)
}

/// By the hash of the entity, which all its versions share.
fn by_hash(inputs: &Inputs<'_>, costs: &Costs<'_>, shapes: Vec<u32>, target: u32) -> Queue {
    let hash = |shape: u32| {
        let row = costs.gathered.shapes[shape as usize].row;
        sampling_hash(inputs.entities.get(row as usize).copied().unwrap_or(0))
    };
    let mut keyed: Vec<(u64, u32)> = shapes.into_iter().map(|s| (hash(s), s)).collect();
    keyed.sort_unstable();
    let (units, shapes) = keyed.into_iter().unzip();
    Queue { shapes, units, target }
}

/// Lines by class, the longest of a class first. Without classes each line is a unit.
fn by_importance(inputs: &Inputs<'_>, costs: &Costs<'_>, shapes: Vec<u32>, target: u32) -> Queue {
    let class = |shape: u32| {
        let row = costs.gathered.shapes[shape as usize].row as usize;
        inputs.rank.map_or(0, |rank| rank.get(row).copied().unwrap_or(u32::MAX))
    };
    let mut keyed: Vec<(u32, Reverse<u64>, u32)> = shapes
        .into_iter()
        .map(|shape| (class(shape), Reverse(length(costs, shape as usize)), shape))
        .collect();
    keyed.sort_unstable();
    let ranked = inputs.rank.is_some();
    let unit = |(place, key): (usize, &(u32, Reverse<u64>, u32))| {
        if ranked { u64::from(key.0) } else { place as u64 }
    };
    let units = keyed.iter().enumerate().map(unit).collect();
    let shapes = keyed.into_iter().map(|(_, _, shape)| shape).collect();
    Queue { shapes, units, target }
}

/// Length of a shape's lines in world units.
fn length(costs: &Costs<'_>, shape: usize) -> u64 {
    let runs = costs.gathered.runs_of(shape);
    let of_run = |run: usize| {
        let positions = &costs.gathered.positions[costs.gathered.positions_of(run)];
        let step = |pair: &[[u32; 2]]| {
            let [dx, dy] = [0, 1].map(|axis| f64::from(pair[0][axis].abs_diff(pair[1][axis])));
            (dx * dx + dy * dy).sqrt()
        };
        positions.windows(2).map(step).sum::<f64>()
    };
    runs.map(of_run).sum::<f64>() as u64
}

impl Room<'_> {
    /// By zoom the number of shapes of the queue that are drawn, which only grows; and the first zoom
    /// from which all are, with all attributes.
    fn prefixes(&self, first: u8) -> ([usize; ZOOMS], u8) {
        let Self { queue, costs, .. } = self;
        let all = queue.shapes.len();
        let mut lengths = [all; ZOOMS];
        let mut whole_from = 0;
        let (mut before, mut whole_before) = (0, false);
        for zoom in first..MAX_ZOOM {
            // What fits the tile above fits those within it but for vertices and steps, so polygons
            // that cannot be gone through here matter only where not all fitted above.
            let unseen = if whole_before { 0 } else { costs.unseen(zoom) };
            let fitting = |detail, spared: u32| {
                let target = queue.target.saturating_sub(spared);
                self.fitting(zoom, detail, target)
            };
            let chosen = Detail::of(zoom);
            let every = Detail { all_attributes: true, ..chosen };
            let mut length = fitting(chosen, unseen);
            if length < before && unseen > 0 {
                length = length.max(before.min(fitting(chosen, 0)));
            }
            lengths[usize::from(zoom)] = length;
            whole_before = length == all && fitting(every, unseen) == all;
            before = length;
            if !whole_before {
                whole_from = zoom + 1;
            } else if fitting(Detail { vertices: MAX_ZOOM, longest_steps: true, ..every }, unseen)
                == all
            {
                // A tile shows no more than the one above it but for vertices that deeper zooms keep,
                // and its steps are longer.
                break;
            }
        }
        for zoom in (0..ZOOMS - 1).rev() {
            lengths[zoom] = lengths[zoom].min(lengths[zoom + 1]);
        }
        let least = lengths[usize::from(first)];
        lengths[..usize::from(first)].fill(least);
        (lengths, whole_from)
    }

    /// The longest prefix of whole units that fits every tile of `zoom` in `target` bytes. If no unit
    /// fits, as much of the first as does, and one shape in any case.
    fn fitting(&self, zoom: u8, detail: Detail, target: u32) -> usize {
        let Some(place) = self.first_beyond(zoom, detail, target) else {
            return self.queue.shapes.len();
        };
        let unit = self.queue.units[place];
        let start = self.queue.units.partition_point(|other| *other < unit);
        if start == 0 { place.max(1) } else { start }
    }

    /// The place of the first shape with which a tile of `zoom` has more than `target` bytes, if any.
    fn first_beyond(&self, zoom: u8, detail: Detail, target: u32) -> Option<usize> {
        let mut loads = Loads::new(self.instants, self.costs, zoom, target);
        let mut tiles = Vec::new();
        self.queue.shapes.iter().position(|shape| {
            self.costs.of(*shape as usize, zoom, detail, &mut tiles);
            !loads.add(*shape as usize, &tiles)
        })
    }
}

/// Instants at which loads are followed, and which of them each shape is valid at.
struct Instants {
    count: usize,
    /// By shape: half-open range of instants; none where all shapes are drawn together.
    valid: Vec<[u8; 2]>,
    /// Where the shapes lie.
    area: Area,
}

impl Instants {
    /// Loads only rise at starts: all of them if they are few, else evenly many rows apart, and
    /// the last.
    fn of(inputs: &Inputs<'_>, costs: &Costs<'_>) -> Self {
        let shapes = &costs.gathered.shapes;
        let area = shapes.iter().fold(Area::EMPTY, |all, shape| all.union(&shape.area));
        let Some(spans) = inputs.spans.filter(|_| !inputs.together) else {
            return Self { count: 1, valid: Vec::new(), area };
        };
        let spans: Vec<[i64; 2]> = shapes
            .iter()
            .map(|shape| spans.get(shape.row as usize).copied().flatten())
            .map(|span| span.map_or([0, 0], crate::time::Span::to_millis))
            .collect();
        let mut starts: Vec<i64> = spans.iter().map(|span| span[0]).collect();
        starts.sort_unstable();
        let mut distinct = starts.clone();
        distinct.dedup();
        if distinct.len() > MAX_INSTANTS {
            let last = starts.len() - 1;
            let nth = |i: usize| starts[last * i / (MAX_INSTANTS - 1)];
            distinct = (0..MAX_INSTANTS).map(nth).collect();
            distinct.dedup();
        }
        let place = |at: i64| distinct.partition_point(|instant| *instant < at) as u8;
        let valid = spans.iter().map(|span| span.map(place)).collect();
        Self { count: distinct.len().max(1), valid, area }
    }
}

/// The bytes in each tile of a zoom at each instant.
struct Loads<'a> {
    instants: &'a Instants,
    /// Neighbouring instants that share a load, so that loads are bounded in number.
    step: usize,
    per_tile: usize,
    places: FxHashMap<Tile, u32>,
    bytes: Vec<u32>,
    target: u32,
}

impl<'a> Loads<'a> {
    fn new(instants: &'a Instants, costs: &Costs<'_>, zoom: u8, target: u32) -> Self {
        let shapes = costs.gathered.shapes.len();
        let tiles = tiles_of(&instants.area, zoom).min(shapes as u64) as usize;
        let most = (MAX_LOADS / tiles.max(1)).max(2);
        let step = instants.count.div_ceil(most);
        let per_tile = instants.count.div_ceil(step);
        let (places, bytes) = (FxHashMap::default(), Vec::new());
        Self { instants, step, per_tile, places, bytes, target }
    }

    /// Adds a shape's bytes; false if a tile no longer fits.
    fn add(&mut self, shape: usize, tiles: &[(Tile, u32)]) -> bool {
        let [start, end] = match self.instants.valid.get(shape) {
            Some(range) => range.map(usize::from),
            None => [0, self.instants.count],
        };
        let covered = start / self.step..end.div_ceil(self.step);
        let mut fits = true;
        for (tile, added) in tiles {
            let next = self.places.len() as u32;
            let place = *self.places.entry(*tile).or_insert(next) as usize * self.per_tile;
            if place == self.bytes.len() {
                self.bytes.resize(place + self.per_tile, 0);
            }
            for load in &mut self.bytes[place..place + self.per_tile][covered.clone()] {
                *load = load.saturating_add(*added);
                fits &= *load <= self.target;
            }
        }
        fits
    }
}

/// The place of an entity, by its key, in the order in which features are given room: the least
/// come first, at every zoom and wherever not all fit, so that what is kept nests.
#[must_use]
pub const fn sampling_hash(key: u64) -> u64 {
    quadtree::mix(key)
}
