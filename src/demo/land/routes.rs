//! The main roads: the cheapest ways over the land between places, as roads find them: along
//! valleys, round hills, into what is there already.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::ears::ears;
use super::grid::{self, Grid, SIXTEEN};
use super::outline::centre;
use super::plane::{self, Point};
use super::random;
use super::relief::Relief;
use super::thin;

/// Expressways: places on their way, kilometres; the names of each.
const EXPRESS: [(&[[f64; 2]], &str, &str); 4] = [
    (
        &[
            [3.6, 11.4],
            [9.2, 10.6],
            [16.0, 10.0],
            [20.6, 12.8],
            [25.2, 16.4],
            [31.2, 21.6],
            [37.0, 25.0],
        ],
        "龙盐快速",
        "Longyan Expressway",
    ),
    (&[[12.6, 3.2], [12.9, 8.8], [13.9, 14.4], [14.2, 20.9]], "清泉高速", "Qingquan Expressway"),
    (&[[27.4, 11.0], [26.2, 15.8], [25.0, 20.4], [29.4, 28.0]], "东环高速", "East Ring Expressway"),
    (
        &[[9.8, 18.2], [16.0, 18.6], [21.8, 19.4], [28.4, 21.2], [35.4, 21.6]],
        "北环高速",
        "North Ring Expressway",
    ),
];
/// Arterials between the centres of subdistricts, by their places in the list.
const PAIRS: [[usize; 2]; 18] = [
    [1, 8],
    [8, 2],
    [2, 3],
    [1, 2],
    [8, 3],
    [3, 4],
    [0, 8],
    [0, 3],
    [0, 4],
    [4, 9],
    [4, 5],
    [5, 6],
    [6, 7],
    [6, 10],
    [5, 10],
    [9, 10],
    [4, 10],
    [0, 5],
];
/// Roads out of the district: from a subdistrict to a place, kilometres.
const OUT: [(usize, [f64; 2]); 12] = [
    (1, [4.6, 13.0]),
    (1, [3.8, 8.6]),
    (2, [8.0, 4.4]),
    (2, [11.4, 2.8]),
    (3, [15.8, 4.6]),
    (9, [22.4, 5.0]),
    (9, [25.6, 7.6]),
    (0, [9.8, 16.6]),
    (0, [13.0, 21.4]),
    (10, [32.6, 16.2]),
    (7, [37.2, 24.4]),
    (7, [31.6, 29.0]),
];
/// Land to build on lies nearer to a main road than this many cells.
const REACH: f64 = 9.0;

/// A road of the main net: its line, and whether it is an expressway.
pub(crate) struct Route {
    /// In the plane; it goes on a little beyond the roads at its ends.
    pub(crate) line: Vec<Point>,
    /// The names, if it has some of its own.
    pub(crate) name: Option<(&'static str, &'static str)>,
}

/// The cost of the land for those who build roads, and the roads so far.
struct Survey {
    seed: u64,
    ground: Grid<f64>,
    /// Cells from a road: 0 on one, up to 3 beside.
    near: Grid<u8>,
}

/// The main roads of the land.
pub(crate) fn routes(
    seed: u64,
    relief: &Relief,
    inside: &Grid<bool>,
    hill: &Grid<bool>,
) -> Vec<Route> {
    let ground = Grid::of(|cell| {
        let steep = relief.height.slope(cell).min(0.5);
        let at = grid::middle(cell);
        let wild = if hill[cell] { 2.6 } else { 0.0 };
        let abroad = if inside[cell] { 0.0 } else { 2.0 };
        1.0 + 16.0 * steep + wild + abroad + 0.5 * random::noise(seed ^ 0x15, at, 700.0)
    });
    let mut survey = Survey { seed, ground, near: Grid::filled(4) };
    let mut anchors = BTreeSet::new();
    let mut arcs: Vec<Vec<usize>> = Vec::new();
    let mut express = Vec::new();
    for (places, zh, en) in EXPRESS {
        let mut path = Vec::new();
        for pair in places.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|at| grid::cell_at(at.map(|km| km * 1e3)));
            let part = survey.way(a, |cell| cell == b, false);
            path.extend_from_slice(&part[usize::from(!path.is_empty())..]);
        }
        survey.build(&path);
        anchors.extend(path.iter().copied());
        express.push((path, zh, en));
    }
    let home = |i: usize| grid::cell_at(centre(i));
    let pairs = PAIRS.iter().map(|[a, b]| (home(*a), home(*b)));
    let away = OUT.iter().map(|(a, b)| (home(*a), grid::cell_at(b.map(|km| km * 1e3))));
    for (a, b) in pairs.chain(away) {
        let path = survey.way(a, |cell| cell == b, true);
        anchors.extend(path.iter().copied().filter(|cell| !inside[*cell]));
        survey.add(&path, &mut arcs);
    }
    survey.fill(inside, hill, &mut arcs);
    let nodes: BTreeSet<usize> = arcs.iter().flat_map(|arc| [arc[0], arc[arc.len() - 1]]).collect();
    let express = express.iter().map(|(path, zh, en)| (path, Some((*zh, *en))));
    let ears = ears(&arcs, anchors);
    let all = express.chain(ears.iter().map(|path| (path, None)));
    all.map(|(path, name)| Route { line: survey.line(path, &nodes), name }).collect()
}

impl Survey {
    fn cost(&self, cell: usize, shared: bool) -> f64 {
        let by = match self.near[cell] {
            0 if shared => 0.3,
            _ if !shared && self.near[cell] < 4 => 4.0,
            1..=3 => 1.9,
            _ => 1.0,
        };
        self.ground[cell].max(0.3) * by
    }

    /// The cheapest way from a cell to the first that `arrived` names (Dijkstra 1959).
    fn way(&self, from: usize, arrived: impl Fn(usize) -> bool, shared: bool) -> Vec<usize> {
        let mut before: Grid<usize> = Grid::filled(usize::MAX);
        let mut best: Grid<u64> = Grid::filled(u64::MAX);
        let mut queue = BinaryHeap::from([Reverse((0_u64, from))]);
        best[from] = 0;
        before[from] = from;
        while let Some(Reverse((so_far, cell))) = queue.pop() {
            if arrived(cell) {
                let mut path = vec![cell];
                while before[path[path.len() - 1]] != path[path.len() - 1] {
                    path.push(before[path[path.len() - 1]]);
                }
                path.reverse();
                return closed(&path);
            }
            if so_far > best[cell] {
                continue;
            }
            for (next, far) in grid::around(cell, &SIXTEEN) {
                let each = f64::midpoint(self.cost(cell, shared), self.cost(next, shared));
                let cost = so_far + (each * far * 64.0) as u64;
                if cost < best[next] {
                    best[next] = cost;
                    before[next] = cell;
                    queue.push(Reverse((cost, next)));
                }
            }
        }
        Vec::new()
    }

    /// Marks the cells of a road and those beside it.
    fn build(&mut self, path: &[usize]) {
        for (cell, far) in path.iter().flat_map(|cell| disc(*cell, 3)) {
            self.near[cell] = self.near[cell].min(far);
        }
    }

    /// Builds what is new of a way: each stretch between roads that are there.
    fn add(&mut self, path: &[usize], out: &mut Vec<Vec<usize>>) {
        let there: Vec<bool> = path.iter().map(|cell| self.near[*cell] == 0).collect();
        let mut from = 0;
        while from + 1 < path.len() {
            let end = (from + 1..path.len()).find(|i| there[*i]).unwrap_or(path.len() - 1);
            let stretch = &path[from..=end];
            if !(there[from] && there[end] && stretch.len() < 6) {
                out.push(stretch.to_vec());
            }
            from = end;
        }
        self.build(path);
    }

    /// A way over cells as a line with a road's bends. It passes `nodes` exactly, and goes on a
    /// little beyond its ends, so that it crosses what it ends on.
    fn line(&self, path: &[usize], nodes: &BTreeSet<usize>) -> Vec<Point> {
        let last = path.len() - 1;
        let fixed: Vec<usize> =
            (0..=last).filter(|i| *i == 0 || *i == last || nodes.contains(&path[*i])).collect();
        let mut points: Vec<[f64; 2]> = Vec::new();
        for pair in fixed.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            points.push(grid::middle(path[from]));
            let parts = ((to - from) / 6).max(1);
            for part in 1..parts {
                let at = grid::middle(path[from + (to - from) * part / parts]);
                let bend = |k: u64| 70.0 * random::noise(self.seed ^ k, at, 900.0);
                points.push([at[0] + bend(41), at[1] + bend(42)]);
            }
        }
        points.push(grid::middle(path[last]));
        let mut line = spline(&points);
        for _ in 0..2 {
            let (end, before) = (line[line.len() - 1], line[line.len() - 2]);
            let way = [end[0] - before[0], end[1] - before[1]];
            let length = (way[0] * way[0] + way[1] * way[1]).sqrt().max(1.0);
            line.pop();
            line.push([end[0] + way[0] / length * 60.0, end[1] + way[1] / length * 60.0]);
            line.reverse();
        }
        let line: Vec<Point> = line.into_iter().map(plane::from_metres).collect();
        thin::line(&line, 2.0)
    }

    /// Roads into land to build on that none comes near, each joined to the net at both ends.
    fn fill(&mut self, inside: &Grid<bool>, hill: &Grid<bool>, out: &mut Vec<Vec<usize>>) {
        for _ in 0..160 {
            let far = self.distances();
            let open = |cell: &usize| inside[*cell] && !hill[*cell];
            let worst = grid::cells()
                .filter(open)
                .max_by(|a, b| far[*a].total_cmp(&far[*b]).then(b.cmp(a)));
            let Some(from) = worst.filter(|cell| far[*cell] > REACH) else { break };
            let one = self.way(from, |cell| self.near[cell] == 0, true);
            let Some(end) = one.last().copied() else { break };
            let [ex, ey] = grid::middle(end);
            // The other end joins the net elsewhere, and not by the way of the first.
            let ground = self.ground.clone();
            let [fx, fy] = grid::middle(from);
            for (cell, _) in one.iter().flat_map(|cell| disc(*cell, 4)) {
                let [x, y] = grid::middle(cell);
                if (x - fx).powi(2) + (y - fy).powi(2) > 250.0 * 250.0 {
                    self.ground[cell] = 60.0;
                }
            }
            one.iter().filter(|cell| **cell != from).for_each(|cell| self.ground[*cell] = 200.0);
            let elsewhere = |cell: usize| {
                let [x, y] = grid::middle(cell);
                let away = ((x - ex).powi(2) + (y - ey).powi(2)).sqrt();
                self.near[cell] == 0 && away > 1_100.0
            };
            let other = self.way(from, elsewhere, true);
            self.ground = ground;
            let mut whole: Vec<usize> = one.iter().rev().copied().collect();
            whole.extend_from_slice(other.get(1..).unwrap_or(&[]));
            self.add(&whole, out);
        }
    }

    /// From each cell to the nearest road, in cells.
    fn distances(&self) -> Grid<f64> {
        let mut far = Grid::of(|cell| if self.near[cell] == 0 { 0.0 } else { f64::MAX });
        let mut queue: BinaryHeap<Reverse<(u64, usize)>> =
            grid::cells().filter(|c| far[*c] == 0.0).map(|c| Reverse((0, c))).collect();
        while let Some(Reverse((_, cell))) = queue.pop() {
            for (next, step) in grid::around(cell, &grid::EIGHT) {
                let to = far[cell] + step / grid::CELL;
                if to < far[next] {
                    far[next] = to;
                    queue.push(Reverse(((to * 1e3) as u64, next)));
                }
            }
        }
        far
    }
}

/// A smooth line through the points (Catmull, Rom 1974, with tangents half as long).
fn spline(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut out = vec![points[0]];
    for i in 0..points.len() - 1 {
        let at = |k: isize| points[(i as isize + k).clamp(0, points.len() as isize - 1) as usize];
        let [p, a, b, q] = [at(-1), at(0), at(1), at(2)];
        let place = |t: f64| {
            let (t2, t3) = (t * t, t * t * t);
            std::array::from_fn(|k| {
                let (from, to) = ((b[k] - p[k]) * 0.45, (q[k] - a[k]) * 0.45);
                (2.0 * t3 - 3.0 * t2 + 1.0) * a[k]
                    + (t3 - 2.0 * t2 + t) * from
                    + (3.0 * t2 - 2.0 * t3) * b[k]
                    + (t3 - t2) * to
            })
        };
        out.extend((1..4).map(|part| place(f64::from(part) / 4.0)));
        out.push(b);
    }
    out
}

/// The path with the cells that its knight's moves pass over.
fn closed(path: &[usize]) -> Vec<usize> {
    let mut out = vec![path[0]];
    for pair in path.windows(2) {
        let ([ax, ay], [bx, by]) = (grid::middle(pair[0]), grid::middle(pair[1]));
        let between = grid::cell_at([f64::midpoint(ax, bx), f64::midpoint(ay, by)]);
        out.extend((between != pair[0] && between != pair[1]).then_some(between));
        out.push(pair[1]);
    }
    out
}

/// The cells up to `reach` away, with the distance rounded down.
fn disc(cell: usize, reach: i64) -> Vec<(usize, u8)> {
    let [cols, rows] = grid::size().map(|n| n as i64);
    let (col, row) = (cell as i64 % cols, cell as i64 / cols);
    let mut out = Vec::new();
    for (dx, dy) in (-reach..=reach).flat_map(|dx| (-reach..=reach).map(move |dy| (dx, dy))) {
        let (x, y, far) = (col + dx, row + dy, ((dx * dx + dy * dy) as f64).sqrt());
        if far <= reach as f64 && (0..cols).contains(&x) && (0..rows).contains(&y) {
            out.push(((y * cols + x) as usize, far.round() as u8));
        }
    }
    out
}
