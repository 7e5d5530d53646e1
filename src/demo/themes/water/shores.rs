//! The shore of a lake: where its level meets the ground, on squares finer than the land's cells
//! (marching squares: Lorensen, Cline 1987, in the plane).

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::city::City;
use super::super::super::land::grid;
use super::super::super::land::plane::{self, Point, Polygon, Ring};

/// Side of a square, metres.
const SIDE: f64 = 20.0;

/// A lake's water.
pub(super) struct Water {
    /// Its land, islands left out.
    pub(super) polygon: Polygon,
    /// Cubic metres.
    pub(super) volume: f64,
}

/// How deep the water stands at the corners of the squares in a window; below 0 is dry.
struct Depths {
    west: f64,
    south: f64,
    cols: usize,
    values: Vec<f64>,
}

impl Depths {
    fn place(&self, node: usize) -> [f64; 2] {
        let (col, row) = (node % self.cols, node / self.cols);
        [self.west + col as f64 * SIDE, self.south + row as f64 * SIDE]
    }

    /// The nodes beside one, inside the window.
    fn beside(&self, node: usize) -> impl Iterator<Item = usize> {
        let (col, row, cols) = (node % self.cols, node / self.cols, self.cols);
        let rows = self.values.len() / cols;
        [
            (col > 0).then(|| node - 1),
            (col + 1 < cols).then_some(node + 1),
            (row > 0).then(|| node - cols),
            (row + 1 < rows).then_some(node + cols),
        ]
        .into_iter()
        .flatten()
    }
}

/// The water that a dam holds back to a level: `cells` are flooded in the rough, `upstream` is the
/// way from the dam into the valley.
pub(super) fn water(
    city: &City,
    cells: &[usize],
    (dam, upstream): ([f64; 2], [f64; 2]),
    level: f64,
) -> Option<Water> {
    let mut depths = depths(city, cells, (dam, upstream), level);
    let start =
        (0..depths.values.len()).filter(|node| depths.values[*node] > 0.5).min_by(|a, b| {
            let far = |node: &usize| {
                let [x, y] = depths.place(*node);
                (x - dam[0]).powi(2) + (y - dam[1]).powi(2)
            };
            far(a).total_cmp(&far(b)).then(a.cmp(b))
        })?;
    let mut wet = BTreeSet::from([start]);
    let mut queue = vec![start];
    while let Some(node) = queue.pop() {
        for other in depths.beside(node) {
            if depths.values[other] > 0.0 && wet.insert(other) {
                queue.push(other);
            }
        }
    }
    for (node, depth) in depths.values.iter_mut().enumerate() {
        if *depth > 0.0 && !wet.contains(&node) {
            *depth = -0.5;
        }
    }
    let volume = wet.iter().map(|node| depths.values[*node]).sum::<f64>() * SIDE * SIDE;
    let mut polygon = rings(&depths);
    polygon.sort_by_key(|ring| -plane::doubled_area(ring));
    let shell = polygon.first().filter(|ring| plane::area(ring) > 8_000.0)?.clone();
    let island = |ring: &Ring| plane::area(ring) < -2_500.0 && plane::inside(&shell, ring[0]);
    let islands: Vec<Ring> = polygon.into_iter().skip(1).filter(island).collect();
    let polygon: Polygon = [shell].into_iter().chain(islands).collect();
    polygon.iter().all(|ring| plane::is_simple(ring)).then_some(Water { polygon, volume })
}

fn depths(
    city: &City,
    cells: &[usize],
    (dam, upstream): ([f64; 2], [f64; 2]),
    level: f64,
) -> Depths {
    let mut near: BTreeSet<usize> = BTreeSet::new();
    for cell in cells {
        near.extend(grid::around(*cell, &grid::SIXTEEN).map(|(other, _)| other));
        near.insert(*cell);
    }
    let places: Vec<[f64; 2]> = near.iter().map(|cell| grid::middle(*cell)).collect();
    let least = |k: usize| places.iter().map(|p| p[k]).fold(f64::MAX, f64::min) - grid::CELL;
    let most = |k: usize| places.iter().map(|p| p[k]).fold(f64::MIN, f64::max) + grid::CELL;
    let (west, south) = (least(0), least(1));
    let count = |from: f64, to: f64| ((to - from) / SIDE).ceil() as usize + 1;
    let (cols, rows) = (count(west, most(0)), count(south, most(1)));
    let mut out = Depths { west, south, cols, values: Vec::new() };
    let length = (upstream[0] * upstream[0] + upstream[1] * upstream[1]).sqrt().max(1.0);
    let depth = |node: usize| {
        let at = out.place(node);
        let rim = node.is_multiple_of(cols) || node % cols == cols - 1 || node / cols == 0;
        if rim || node / cols == rows - 1 || !near.contains(&grid::cell_at(at)) {
            return -1.0;
        }
        // The dam is straight and steep.
        let behind = (at[0] - dam[0]) * upstream[0] + (at[1] - dam[1]) * upstream[1];
        (level - city.relief.height_at(at)).min(behind / length)
    };
    let values = (0..cols * rows).map(depth).collect();
    out.values = values;
    out
}

/// The borders of what is wet, with the water on the left.
fn rings(depths: &Depths) -> Vec<Ring> {
    let cols = depths.cols;
    let rows = depths.values.len() / cols;
    // A crossing: the lesser node, and whether the other lies north of it.
    let mut next: BTreeMap<(usize, bool), (usize, bool)> = BTreeMap::new();
    for node in (0..rows - 1).flat_map(|row| (0..cols - 1).map(move |col| row * cols + col)) {
        let corners = [node, node + 1, node + cols + 1, node + cols];
        let sides = [(node, false), (node + 1, true), (node + cols, false), (node, true)];
        let wet = corners.map(|corner| depths.values[corner] > 0.0);
        for side in (0..4).filter(|k| wet[*k] && !wet[(*k + 1) % 4]) {
            // Back around what is wet to where it begins.
            let begin = (1..4).map(|k| (side + 4 - k) % 4).find(|k| !wet[*k] && wet[(*k + 1) % 4]);
            if let Some(begin) = begin {
                next.insert(sides[side], sides[begin]);
            }
        }
    }
    let mut out = Vec::new();
    while let Some((start, _)) = next.iter().next().map(|(a, b)| (*a, *b)) {
        let mut path = Vec::new();
        let mut at = start;
        while let Some(to) = next.remove(&at) {
            path.push(crossing(depths, at));
            at = to;
        }
        let ring = smoothed(&path);
        if ring.len() > 3 {
            out.push(ring);
        }
    }
    out
}

fn crossing(depths: &Depths, (node, north): (usize, bool)) -> [f64; 2] {
    let other = if north { node + depths.cols } else { node + 1 };
    let (a, b) = (depths.values[node], depths.values[other]);
    let part = (a / (a - b)).clamp(0.1, 0.9);
    let [x, y] = depths.place(node);
    if north { [x, y + part * SIDE] } else { [x + part * SIDE, y] }
}

/// Each point between its neighbours, twice; every second is kept.
fn smoothed(path: &[[f64; 2]]) -> Vec<Point> {
    let mut points = path.to_vec();
    for _ in 0..2 {
        let n = points.len();
        points = (0..n)
            .map(|i| {
                let (a, b, c) = (points[(i + n - 1) % n], points[i], points[(i + 1) % n]);
                [0, 1].map(|k| (a[k] + 2.0 * b[k] + c[k]) / 4.0)
            })
            .collect();
    }
    points.into_iter().step_by(2).map(plane::from_metres).collect()
}
