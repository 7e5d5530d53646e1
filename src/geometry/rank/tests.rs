//! Ranks against what they promise: neighbours agree, tolerances hold.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::arc::tolerance;
use super::{Fixed, MAX_RANK, Run, rank};

/// A layer: each run's positions, and whether it is a ring.
type Layer = Vec<(Vec<Fixed>, bool)>;

fn flatten(layer: &Layer) -> (Vec<Fixed>, Vec<Run>) {
    let mut positions: Vec<Fixed> = Vec::new();
    let mut runs = Vec::new();
    for (run, closed) in layer {
        let start = positions.len() as u32;
        runs.push(Run { start, len: run.len() as u32, closed: *closed });
        positions.extend(run);
    }
    (positions, runs)
}

/// The rank of each position, which must not depend on the run.
fn by_position(layer: &Layer) -> HashMap<Fixed, u8> {
    let (positions, runs) = flatten(layer);
    let ranks = rank(&positions, &runs);
    let mut found = HashMap::new();
    for (at, rank) in positions.iter().zip(ranks) {
        assert!(rank <= MAX_RANK);
        assert_eq!(*found.entry(*at).or_insert(rank), rank, "at {at:?}");
    }
    found
}

/// A tessellation: a grid of cells whose nodes are moved and whose edges are bent, each cell a ring
/// that begins at any of its positions and turns either way.
#[derive(Clone, Debug)]
struct Grid {
    side: usize,
    /// Displacement of everything that has one, taken round and round.
    jitter: Vec<[i32; 2]>,
    /// Positions between two nodes.
    bends: usize,
    scale: u32,
    turns: Vec<(u8, bool)>,
    /// Whether a cell exists.
    holds: Vec<bool>,
}

impl Grid {
    fn layer(&self) -> Layer {
        let (size, step) = (self.side, 1 + self.bends);
        let position = |x: usize, y: usize| {
            let jitter = self.jitter[(x * 31 + y * 17) % self.jitter.len()];
            let node = [x, y].map(|v| (v * 40 / step) as i32 + 1000);
            [0, 1].map(|axis| (node[axis] + jitter[axis]) as u32 * self.scale)
        };
        let cell = |x: usize, y: usize| {
            let (x, y) = (x * step, y * step);
            let mut ring = Vec::new();
            ring.extend((0..step).map(|i| position(x + i, y)));
            ring.extend((0..step).map(|i| position(x + step, y + i)));
            ring.extend((0..step).map(|i| position(x + step - i, y + step)));
            ring.extend((0..step).map(|i| position(x, y + step - i)));
            ring
        };
        let mut layer = Vec::new();
        for index in 0..size * size {
            if !self.holds[index % self.holds.len()] {
                continue;
            }
            let mut ring = cell(index % size, index / size);
            let (turn, reversed) = self.turns[index % self.turns.len()];
            let length = ring.len();
            ring.rotate_left(usize::from(turn) % length);
            if reversed {
                ring.reverse();
            }
            layer.push((ring, true));
        }
        layer
    }
}

fn grid() -> impl Strategy<Value = Grid> {
    (
        1..6_usize,
        vec([-9..10_i32, -9..10_i32], 1..200),
        0..12_usize,
        prop_oneof![Just(1_u32), Just(64), Just(2048), Just(100_000)],
        vec((any::<u8>(), any::<bool>()), 1..20),
        vec(prop::bool::weighted(0.8), 1..30),
    )
        .prop_map(|(side, jitter, bends, scale, turns, holds)| Grid {
            side,
            jitter,
            bends,
            scale,
            turns,
            holds,
        })
}

/// Runs on so small a grid that they touch, repeat and fold back all the time.
fn tangle() -> impl Strategy<Value = Layer> {
    let run = vec([0..5_u32, 0..5_u32], 0..12);
    let scale = prop_oneof![Just(1_u32), Just(4096), Just(1 << 29)];
    (vec((run, any::<bool>()), 0..12), scale).prop_map(|(layer, scale)| {
        let grow = |run: Vec<Fixed>| run.into_iter().map(|at| at.map(|v| v * scale)).collect();
        layer.into_iter().map(|(run, closed)| (grow(run), closed)).collect()
    })
}

fn distance(at: Fixed, a: Fixed, b: Fixed) -> f64 {
    let offset = |p: Fixed| [0, 1].map(|i| f64::from(p[i]) - f64::from(a[i]));
    let ([px, py], [dx, dy]) = (offset(at), offset(b));
    let length = dx * dx + dy * dy;
    let t = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (px - t * dx).hypot(py - t * dy)
}

/// Each vertex is within the zoom's tolerance of the segment between the kept vertices around it.
fn check_tolerance(layer: &Layer) {
    let (positions, runs) = flatten(layer);
    let ranks = rank(&positions, &runs);
    for zoom in 0..=MAX_RANK {
        for run in &runs {
            let indices: Vec<usize> = run.range().collect();
            let kept: Vec<usize> =
                (0..indices.len()).filter(|i| ranks[indices[*i]] <= zoom).collect();
            for i in 0..indices.len() {
                if ranks[indices[i]] <= zoom {
                    continue;
                }
                let before = kept.iter().rev().find(|k| **k < i).or(kept.last());
                let after = kept.iter().find(|k| **k > i).or(kept.first());
                let [at, a, b] =
                    [i, *before.unwrap(), *after.unwrap()].map(|i| positions[indices[i]]);
                let off = distance(at, a, b);
                assert!(off <= tolerance(zoom) * (1.0 + 1e-9), "{off} at zoom {zoom}: {at:?}");
            }
        }
    }
}

fn check_rings_stay(layer: &Layer) {
    let (positions, runs) = flatten(layer);
    let ranks = rank(&positions, &runs);
    for run in &runs {
        let distinct = |highest: u8| {
            let kept = run.range().filter(|i| ranks[*i] <= highest).map(|i| positions[i]);
            kept.collect::<std::collections::BTreeSet<_>>().len()
        };
        let least = if run.closed { 3 } else { 2 };
        assert!(distinct(0) >= distinct(MAX_RANK).min(least) || !run.closed);
        if !run.closed && run.len > 0 {
            assert_eq!(ranks[run.range().start], 0);
            assert_eq!(ranks[run.range().end - 1], 0);
        }
    }
}

fn reversed(layer: &Layer) -> Layer {
    let turn = |run: &Vec<Fixed>| run.iter().rev().copied().collect();
    layer.iter().rev().map(|(run, closed)| (turn(run), *closed)).collect()
}

proptest! {
    #[test]
    fn neighbours_keep_the_same_vertices_of_a_shared_border(grid in grid()) {
        let layer = grid.layer();
        let ranks = by_position(&layer);
        prop_assert_eq!(&ranks, &by_position(&reversed(&layer)));
        check_tolerance(&layer);
        check_rings_stay(&layer);
    }

    #[test]
    fn runs_that_touch_and_fold_agree_too(layer in tangle()) {
        let ranks = by_position(&layer);
        prop_assert_eq!(&ranks, &by_position(&reversed(&layer)));
        check_tolerance(&layer);
        check_rings_stay(&layer);
    }

    #[test]
    fn lines_are_within_tolerance(run in vec([0..5000_u32, 0..5000_u32], 0..400), scale in 1..9_u32) {
        check_tolerance(&vec![(run.into_iter().map(|at| at.map(|v| v << scale)).collect(), false)]);
    }
}

#[test]
fn nothing_gives_nothing_and_positions_outside_runs_have_0() {
    assert!(rank(&[], &[]).is_empty());
    let runs = [Run { start: 1, len: 0, closed: true }, Run { start: 1, len: 3, closed: false }];
    let line = [[9, 9], [0, 0], [500, 0], [1000, 0], [7, 7]];
    assert_eq!(rank(&line, &runs), [0, 0, MAX_RANK, 0, 0]);
}

#[test]
fn a_line_that_comes_back_the_way_it_went_keeps_the_same_both_ways() {
    let spur = [[0, 4], [1, 3], [3, 0], [1, 2], [3, 0], [1, 3], [3, 1], [0, 0], [3, 1]];
    by_position(&vec![(spur.to_vec(), false)]);
}

#[test]
fn a_long_spiral_takes_no_quadratic_time() {
    // Douglas and Peucker's worst case: each cut takes one vertex off.
    let spiral = |i: u32| {
        let turn = f64::from(i) * 0.01;
        let radius = 1e9 * libm::exp(-f64::from(i) * 1e-5);
        [libm::cos(turn), libm::sin(turn)].map(|v| (2e9 + radius * v) as u32)
    };
    let line: Vec<Fixed> = (0..200_000).map(spiral).collect();
    let runs = [Run { start: 0, len: line.len() as u32, closed: false }];
    let ranks = rank(&line, &runs);
    assert!(ranks.iter().filter(|rank| **rank <= 4).count() > 100);
}
