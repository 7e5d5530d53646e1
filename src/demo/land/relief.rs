//! The land before the city: heights, and the streams that follow from them.
//!
//! Ridges and noise give raw heights. Water fills every hollow until it runs over (priority flood:
//! Barnes, Lehman, Mulla 2014), which gives each place the way its water takes. Where much water
//! comes together there are streams; the land along them is then levelled to their beds, which
//! only fall, so that no river runs uphill.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::grid::{self, EIGHT, Grid};
use super::random::{self, Random};

/// Ridges: a line in kilometres, height above the plain and half width in metres.
const RIDGES: [(&[[f64; 2]], f64, f64); 10] = [
    (
        &[[15.2, 6.0], [17.4, 6.9], [20.0, 6.4], [23.6, 6.6], [25.4, 9.0], [27.6, 11.6]],
        360.0,
        900.0,
    ),
    (&[[18.6, 8.6], [17.6, 10.4]], 210.0, 560.0),
    (&[[5.2, 7.9], [7.0, 7.4], [8.8, 7.9]], 250.0, 720.0),
    (&[[8.4, 12.6], [10.6, 12.2], [12.6, 12.9], [14.6, 11.8]], 240.0, 760.0),
    (&[[16.2, 13.2], [18.0, 14.4], [18.9, 16.6], [20.2, 18.2]], 260.0, 860.0),
    (&[[22.6, 21.2], [24.2, 22.8], [26.4, 24.2], [28.6, 26.2]], 330.0, 1_250.0),
    (&[[24.6, 12.6], [25.6, 14.0], [25.2, 15.2]], 190.0, 560.0),
    (&[[30.2, 18.6], [31.4, 20.0], [32.6, 20.8]], 200.0, 640.0),
    (&[[33.6, 26.6], [35.4, 25.0]], 230.0, 760.0),
    (&[[11.6, 19.4], [13.6, 19.2]], 170.0, 600.0),
];
/// Where water leaves the district, kilometres.
const MOUTHS: [[f64; 2]; 3] = [[36.6, 25.2], [10.6, 2.8], [8.6, 16.8]];
/// Water from so many cells makes a stream.
const STREAM: u32 = 130;

/// A stretch of stream between two places where streams meet.
pub(crate) struct Reach {
    /// Upstream first, metres.
    pub(crate) line: Vec<[f64; 2]>,
    /// Height of the bed at each point, metres; it never rises.
    pub(crate) bed: Vec<f64>,
    /// Land that drains through its lower end, square kilometres.
    pub(crate) drains: f64,
    /// The reach that it runs into.
    pub(crate) next: Option<usize>,
    /// The number of the river it belongs to: that of the longest way up from its mouth.
    pub(crate) river: usize,
}

impl Reach {
    /// Width of the water in metres, after the land that drains through it.
    pub(crate) fn width(&self) -> f64 {
        (3.2 * self.drains.sqrt()).clamp(4.0, 46.0)
    }
}

/// The land.
pub(crate) struct Relief {
    seed: u64,
    /// Height above the sea in metres, at the middles of cells.
    pub(crate) height: Grid<f64>,
    /// The streams.
    pub(crate) reaches: Vec<Reach>,
    /// How high each cell lies above the stream that its water reaches first, metres.
    pub(crate) above: Grid<f64>,
    /// The way of the water: the next cell down, itself on the rim.
    pub(crate) down: Grid<usize>,
    /// The reach that a cell's water comes to first.
    pub(crate) drains_to: Grid<Option<usize>>,
}

impl Relief {
    /// The land of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let seed = Random::new(seed, "relief").next();
        let raw = Grid::of(|cell| raw(seed, grid::middle(cell)));
        let (filled, order, down) = flood(seed, &raw);
        let mut gathered = Grid::filled(1_u32);
        for cell in order.iter().rev() {
            if down[*cell] != *cell {
                let more = gathered[*cell];
                gathered[down[*cell]] += more;
            }
        }
        let (reaches, start) = reaches(seed, &filled, &gathered, &down, &order);
        let mut drains_to: Grid<Option<usize>> = Grid::filled(None);
        let mut bed = Grid::filled(0.0);
        for cell in &order {
            let on = start[*cell];
            drains_to[*cell] = on.or(drains_to[down[*cell]]);
            bed[*cell] = if on.is_some() || down[*cell] == *cell {
                filled[*cell] - 2.0
            } else {
                bed[down[*cell]]
            };
        }
        let height = level(&filled, &reaches);
        let above = Grid::of(|cell| height[cell] - bed[cell]);
        Self { seed, height, reaches, above, down, drains_to }
    }

    /// Height above the sea in metres, with what is too small for the cells.
    pub(crate) fn height_at(&self, at: [f64; 2]) -> f64 {
        let detail = (self.above.at(at) / 60.0).clamp(0.0, 1.0);
        self.height.at(at) + 5.0 * detail * random::rough(self.seed ^ 0x7, at, 190.0, 2)
    }
}

/// Height of the plain and the ridges on it.
fn raw(seed: u64, at: [f64; 2]) -> f64 {
    let far =
        |to: &[f64; 2]| ((at[0] / 1e3 - to[0]).powi(2) + (at[1] / 1e3 - to[1]).powi(2)).sqrt();
    let mouth = MOUTHS.iter().map(far).fold(f64::MAX, f64::min);
    let plain = 14.0 + 2.9 * mouth + 16.0 * random::rough(seed, at, 1_900.0, 4);
    let warp = |k: u64| 1_100.0 * random::rough(seed ^ k, at, 2_300.0, 4);
    let bent = [at[0] + warp(101), at[1] + warp(202)];
    let ridge = |(line, height, width): &(&[[f64; 2]], f64, f64)| {
        let pairs = line.windows(2).map(|ends| to_line(bent, ends[0], ends[1]));
        let near = pairs.fold(f64::MAX, f64::min) / width;
        height * libm::exp(-near * near)
    };
    let hills = RIDGES.iter().map(ridge).fold(0.0_f64, |sum, h| (sum * sum + h * h).sqrt());
    let knoll = (random::noise(seed ^ 0x12f, at, 1_700.0) - 0.38).max(0.0) * 190.0;
    let broken = 1.0 + 0.55 * random::rough(seed ^ 0x194, at, 1_100.0, 4);
    plain + (hills + knoll) * broken
}

/// From a place in metres to a line in kilometres, in metres.
fn to_line(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (a, b) = (a.map(|v| v * 1e3), b.map(|v| v * 1e3));
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let part = (ab[0] * ap[0] + ab[1] * ap[1]) / (ab[0] * ab[0] + ab[1] * ab[1]);
    let part = part.clamp(0.0, 1.0);
    let way = [ap[0] - ab[0] * part, ap[1] - ab[1] * part];
    (way[0] * way[0] + way[1] * way[1]).sqrt()
}

/// The heights with every hollow filled, the cells from the rim up, and the next cell down of each.
///
/// In a filled hollow the way down is not straight: some cells are harder to pass than others.
fn flood(seed: u64, raw: &Grid<f64>) -> (Grid<f64>, Vec<usize>, Grid<usize>) {
    let key = |height: f64| (height * 1e6).round() as i64;
    let mut filled = raw.clone();
    let mut down = Grid::of(|cell| cell);
    let mut seen = Grid::of(grid::on_rim);
    let mut order = Vec::new();
    let mut queue: BinaryHeap<Reverse<(i64, usize)>> =
        grid::cells().filter(|c| grid::on_rim(*c)).map(|c| Reverse((key(raw[c]), c))).collect();
    while let Some(Reverse((_, cell))) = queue.pop() {
        order.push(cell);
        for (next, far) in grid::around(cell, &EIGHT) {
            if !seen[next] {
                seen[next] = true;
                down[next] = cell;
                let at = grid::middle(next);
                let hard = 1.0
                    + random::noise(seed ^ 0x1f9, at, 340.0)
                    + random::noise(seed ^ 0x1fa, at, 150.0);
                filled[next] = raw[next].max(filled[cell] + 0.0008 * far * hard.max(0.05));
                queue.push(Reverse((key(filled[next]), next)));
            }
        }
    }
    // Where a cell has a steeper way down than that by which the flood came, water takes it.
    for cell in order.iter().copied().filter(|cell| !grid::on_rim(*cell)) {
        let fall = |(next, far): &(usize, f64)| (filled[cell] - filled[*next]) / far;
        let steepest = grid::around(cell, &EIGHT).max_by(|a, b| fall(a).total_cmp(&fall(b)));
        if let Some(way) = steepest.filter(|way| fall(way) > 0.0) {
            down[cell] = way.0;
        }
    }
    // From low to high, so that each cell comes after the one below it.
    order.sort_by(|a, b| filled[*a].total_cmp(&filled[*b]).then(a.cmp(b)));
    (filled, order, down)
}

/// The streams as reaches, and for each cell of a stream the reach that begins or runs there.
fn reaches(
    seed: u64,
    filled: &Grid<f64>,
    gathered: &Grid<u32>,
    down: &Grid<usize>,
    order: &[usize],
) -> (Vec<Reach>, Grid<Option<usize>>) {
    let stream = |cell: usize| gathered[cell] >= STREAM;
    let mut above: Grid<u8> = Grid::filled(0);
    for cell in grid::cells().filter(|c| stream(*c) && down[*c] != *c) {
        above[down[cell]] += 1;
    }
    let mut on: Grid<Option<usize>> = Grid::filled(None);
    let mut out: Vec<Reach> = Vec::new();
    // From the mouths up, so that the next reach is known.
    for head in order.iter().copied().filter(|c| stream(*c) && above[*c] != 1) {
        let mut path = vec![head];
        let mut at = head;
        while down[at] != at {
            at = down[at];
            path.push(at);
            if above[at] != 1 {
                break;
            }
        }
        if path.len() < 2 {
            continue;
        }
        let next = on[at];
        let number = out.len();
        path[..path.len() - 1].iter().for_each(|cell| on[*cell] = Some(number));
        let drains = f64::from(gathered[path[path.len() - 2]]) * 0.01;
        out.push(Reach { next, drains, river: number, ..smooth(seed, &path, filled) });
    }
    // A river is, from its mouth up, always the reach with the most water.
    for i in 0..out.len() {
        let Some(next) = out[i].next else { continue };
        let main = (0..out.len())
            .filter(|j| out[*j].next == Some(next))
            .max_by(|a, b| out[*a].drains.total_cmp(&out[*b].drains));
        if main == Some(i) {
            out[i].river = out[next].river;
        }
    }
    (out, on)
}

/// A path over cells as a line with bends, and the bed along it.
fn smooth(seed: u64, path: &[usize], filled: &Grid<f64>) -> Reach {
    let last = path.len() - 1;
    let place = |i: usize| {
        let [x, y] = grid::middle(path[i]);
        if i == 0 || i == last {
            return [x, y];
        }
        let bend = |k: u64| 46.0 * random::noise(seed ^ k, [x, y], 160.0);
        [x + bend(11), y + bend(12)]
    };
    let every: Vec<usize> =
        (0..=last).filter(|i| *i == 0 || *i == last || (i % 2 == 0 && last - i > 1)).collect();
    let mut points: Vec<[f64; 3]> = every
        .iter()
        .map(|i| {
            let [x, y] = place(*i);
            [x, y, filled[path[*i]] - 2.0]
        })
        .collect();
    for _ in 0..3 {
        points = chaikin(&points);
    }
    Reach {
        line: points.iter().map(|p| [p[0], p[1]]).collect(),
        bed: points.iter().map(|p| p[2]).collect(),
        drains: 0.0,
        next: None,
        river: 0,
    }
}

/// The line with its corners cut; its ends stay (Chaikin 1974).
pub(crate) fn chaikin<const N: usize>(line: &[[f64; N]]) -> Vec<[f64; N]> {
    if line.len() < 3 {
        return line.to_vec();
    }
    let mix = |a: &[f64; N], b: &[f64; N], part: f64| {
        std::array::from_fn(|k| a[k] * (1.0 - part) + b[k] * part)
    };
    let mut out = vec![line[0]];
    for pair in line.windows(2) {
        out.push(mix(&pair[0], &pair[1], 0.25));
        out.push(mix(&pair[0], &pair[1], 0.75));
    }
    out.remove(1);
    out.pop();
    out.push(line[line.len() - 1]);
    out
}

/// The heights with the land along each stream levelled to its bed.
fn level(filled: &Grid<f64>, reaches: &[Reach]) -> Grid<f64> {
    let mut nearest: Grid<(f64, f64)> = Grid::filled((f64::MAX, 0.0));
    for reach in reaches {
        let valley = (110.0 + 42.0 * reach.drains.sqrt()).min(420.0);
        for (pair, bed) in reach.line.windows(2).zip(reach.bed.windows(2)) {
            let km = |p: [f64; 2]| p.map(|v| v / 1e3);
            let low = grid::cell_at([
                pair[0][0].min(pair[1][0]) - valley,
                pair[0][1].min(pair[1][1]) - valley,
            ]);
            let high = grid::cell_at([
                pair[0][0].max(pair[1][0]) + valley,
                pair[0][1].max(pair[1][1]) + valley,
            ]);
            let [cols, _] = grid::size();
            for row in low / cols..=high / cols {
                for col in low % cols..=high % cols {
                    let cell = row * cols + col;
                    let far = to_line(grid::middle(cell), km(pair[0]), km(pair[1])) / valley;
                    if far < nearest[cell].0 {
                        nearest[cell] = (far, f64::midpoint(bed[0], bed[1]));
                    }
                }
            }
        }
    }
    Grid::of(|cell| {
        let (far, bed) = nearest[cell];
        if far >= 1.0 {
            return filled[cell];
        }
        bed + (filled[cell].max(bed) - bed) * far * far * (3.0 - 2.0 * far)
    })
}
