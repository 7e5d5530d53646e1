//! A raster of labels as polygons that share their borders to the bit.
//!
//! Borders run between cells. Each corner is moved a little, the same for all that meet there;
//! between corners where three or more patches meet, a border is one line through the middles of its
//! edges, used by both sides. It cuts corners inside the cells beside them, so borders never cross.

use rustc_hash::{FxHashMap, FxHashSet};

use super::grid::{self, CELL, Grid};
use super::plane::{self, Point, Polygon};
use super::random;
use super::thin;

/// A connected patch of one label.
pub(crate) struct Patch {
    /// Its label.
    pub(crate) label: u16,
    /// Its land.
    pub(crate) polygon: Polygon,
    /// Its cells.
    pub(crate) cells: Vec<usize>,
}

/// A corner of cells: column and row.
type Corner = [i64; 2];

const WAYS: [[i64; 2]; 4] = [[1, 0], [0, 1], [-1, 0], [0, -1]];

struct Labels<'g> {
    of: &'g Grid<u16>,
    parts: Grid<u32>,
    seed: u64,
    off: f64,
}

impl Labels<'_> {
    /// The patch of the cell whose lower left corner this is; 0 outside.
    fn part(&self, [col, row]: [i64; 2]) -> u32 {
        let [cols, rows] = grid::size();
        let there = (0..cols as i64).contains(&col) && (0..rows as i64).contains(&row);
        if there { self.parts[row as usize * cols + col as usize] } else { 0 }
    }

    /// The patches to the left and the right of the edge from a corner in a direction.
    fn beside(&self, [col, row]: Corner, way: usize) -> [u32; 2] {
        let at = |dx: i64, dy: i64| self.part([col + dx, row + dy]);
        match way {
            0 => [at(0, 0), at(0, -1)],
            1 => [at(-1, 0), at(0, 0)],
            2 => [at(-1, -1), at(-1, 0)],
            _ => [at(0, -1), at(-1, -1)],
        }
    }

    /// Whether a border runs from the corner in the direction.
    fn borders(&self, corner: Corner, way: usize) -> bool {
        let [left, right] = self.beside(corner, way);
        left != right
    }

    /// Whether more than two borders meet at the corner.
    fn is_node(&self, corner: Corner) -> bool {
        (0..4).filter(|way| self.borders(corner, *way)).count() > 2
    }
}

fn step([col, row]: Corner, way: usize) -> Corner {
    [col + WAYS[way][0], row + WAYS[way][1]]
}

/// The patches of all labels but 0; their borders without the points that lie nearer than `off`
/// metres to what is left.
pub(crate) fn patches(seed: u64, labels: &Grid<u16>, off: f64) -> Vec<Patch> {
    let labels = settled(labels);
    let (parts, cells) = components(&labels);
    let labels = Labels { of: &labels, parts, seed, off };
    let mut lines: FxHashMap<(Corner, usize), (Vec<Point>, usize)> = FxHashMap::default();
    let mut done: FxHashSet<(Corner, usize)> = FxHashSet::default();
    let mut rings: Vec<Polygon> = vec![Vec::new(); cells.len()];
    let [cols, rows] = grid::size();
    for row in 0..=rows as i64 {
        for col in 0..=cols as i64 {
            for way in 0..4 {
                let start = ([col, row], way);
                let [left, right] = labels.beside(start.0, way);
                if left != right && left != 0 && !done.contains(&start) {
                    let ring = trace(&labels, start, &mut done, &mut lines);
                    rings[left as usize - 1].push(ring);
                }
            }
        }
    }
    let finish = |(mut rings, cells): (Polygon, Vec<usize>)| {
        rings.sort_by_key(|ring| -plane::doubled_area(ring));
        Patch { label: labels.of[cells[0]], polygon: rings, cells }
    };
    rings.into_iter().zip(cells).map(finish).collect()
}

/// The labels without places where one patch meets itself over a corner only.
fn settled(labels: &Grid<u16>) -> Grid<u16> {
    let mut out = labels.clone();
    let [cols, rows] = grid::size();
    for _ in 0..24 {
        let mut changed = false;
        for cell in (0..rows - 1).flat_map(|row| (0..cols - 1).map(move |col| row * cols + col)) {
            let [a, b, c, d] = [cell, cell + 1, cell + cols, cell + cols + 1].map(|i| out[i]);
            if a == d && b != a && c != a {
                out[cell + 1] = a;
                changed = true;
            } else if b == c && a != b && d != b {
                out[cell] = b;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    out
}

/// The connected patches: a number from 1 for each cell (0 for label 0), and the cells of each.
fn components(labels: &Grid<u16>) -> (Grid<u32>, Vec<Vec<usize>>) {
    let mut parts = Grid::filled(0_u32);
    let mut all = Vec::new();
    for start in grid::cells() {
        if labels[start] == 0 || parts[start] != 0 {
            continue;
        }
        let number = all.len() as u32 + 1;
        parts[start] = number;
        let mut cells = vec![start];
        let mut next = 0;
        while next < cells.len() {
            for (other, _) in grid::around(cells[next], &grid::FOUR) {
                if parts[other] == 0 && labels[other] == labels[start] {
                    parts[other] = number;
                    cells.push(other);
                }
            }
            next += 1;
        }
        all.push(cells);
    }
    (parts, all)
}

/// Follows the border with the patch on the left until it closes.
fn trace(
    labels: &Labels<'_>,
    start: (Corner, usize),
    done: &mut FxHashSet<(Corner, usize)>,
    lines: &mut FxHashMap<(Corner, usize), (Vec<Point>, usize)>,
) -> Vec<Point> {
    let mut edges = Vec::new();
    let mut at = start;
    let own = labels.beside(start.0, start.1)[0];
    loop {
        done.insert(at);
        edges.push(at);
        let corner = step(at.0, at.1);
        // Around the own cell first, so that cells joined over a corner only are apart.
        let turns = [1, 0, 3];
        let next = turns.iter().map(|turn| (at.1 + turn) % 4).find(|way| {
            let [left, right] = labels.beside(corner, *way);
            left == own && right != own
        });
        at = (corner, next.unwrap_or(at.1));
        if at == start {
            break;
        }
    }
    let first = edges.iter().position(|(corner, _)| labels.is_node(*corner));
    let Some(first) = first else { return closed(labels, &edges) };
    edges.rotate_left(first);
    let mut ring = Vec::new();
    let mut i = 0;
    while i < edges.len() {
        let (line, count) = arc(labels, edges[i], lines);
        ring.extend_from_slice(&line[..line.len() - 1]);
        i += count;
    }
    ring
}

/// The line from a node along an edge to the next node, and how many edges it has.
fn arc(
    labels: &Labels<'_>,
    start: (Corner, usize),
    lines: &mut FxHashMap<(Corner, usize), (Vec<Point>, usize)>,
) -> (Vec<Point>, usize) {
    if let Some(known) = lines.get(&start) {
        return known.clone();
    }
    let mut corners = vec![start.0];
    let mut way = start.1;
    loop {
        let corner = step(corners[corners.len() - 1], way);
        corners.push(corner);
        if labels.is_node(corner) {
            break;
        }
        let back = (way + 2) % 4;
        way = (0..4).find(|w| *w != back && labels.borders(corner, *w)).unwrap_or(back);
    }
    let count = corners.len() - 1;
    let places: Vec<[f64; 2]> = corners.iter().map(|c| moved(labels.seed, *c)).collect();
    let mut points = vec![places[0]];
    points.extend(places.windows(2).map(|pair| halfway(&pair[0], &pair[1])));
    points.push(places[count]);
    let line: Vec<Point> = points.into_iter().map(rounded).collect();
    let line = thin::line(&line, labels.off);
    let back = line.iter().rev().copied().collect();
    lines.insert((corners[count], (way + 2) % 4), (back, count));
    lines.insert(start, (line.clone(), count));
    (line, count)
}

/// A ring without nodes.
fn closed(labels: &Labels<'_>, edges: &[(Corner, usize)]) -> Vec<Point> {
    let points: Vec<[f64; 2]> =
        edges.iter().map(|(corner, _)| moved(labels.seed, *corner)).collect();
    let ends = points.iter().zip(points.iter().cycle().skip(1));
    let ring: Vec<Point> = ends.map(|(a, b)| rounded(halfway(a, b))).collect();
    thin::ring(&ring, labels.off)
}

/// The middle of two places, the same from both sides.
fn halfway(a: &[f64; 2], b: &[f64; 2]) -> [f64; 2] {
    [f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])]
}

/// The corner's place in metres, a little off the lattice.
fn moved(seed: u64, [col, row]: Corner) -> [f64; 2] {
    let at = [col as f64 * CELL, row as f64 * CELL];
    let off = |k: u64| 0.24 * CELL * random::noise(seed ^ k, at, 0.7 * CELL);
    [at[0] + off(31), at[1] + off(32)]
}

fn rounded([x, y]: [f64; 2]) -> Point {
    [(x * 1000.0).round() as i64, (y * 1000.0).round() as i64]
}
