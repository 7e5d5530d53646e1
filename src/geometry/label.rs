//! Where a label stands: a point well inside polygons, the middle of a line.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Fixed;

/// Distances from a position to an edge that one label may cost.
const EFFORT: usize = 100_000;

/// Fewest cells looked at, however many edges there are.
const LEAST_CELLS: usize = 24;

/// A cell is not divided if it could better the distance to the border by no more than this share.
const GOOD_ENOUGH: f64 = 0.1;

/// A centre of mass that lies this share of the way inside that any position could lie is taken.
const WELL_INSIDE: f64 = 0.6;

/// Scan lines tried where the search by cells finds nothing inside.
const SCAN_LINES: usize = 16;

/// A position strictly inside the polygons whose rings these are (even-odd; several polygons in
/// any order), far from their border; `ends` are the ends of the rings in `positions`, which do
/// not repeat the first. `None` where there is no area that a whole unit lies in, or only slivers
/// that bounded effort does not find.
///
/// The pole of inaccessibility by division of cells, as A. Garcia-Castellanos and U. Lombardo 2007
/// define it; for shapes too thin for that, the middle of the widest of some scan lines.
#[must_use]
pub fn inside(positions: &[Fixed], ends: &[u32]) -> Option<Fixed> {
    let rings = Rings { positions, ends };
    rings.pole().filter(|at| rings.hold(*at)).or_else(|| rings.widest())
}

/// The middle of the longest of the lines, along it.
#[must_use]
pub fn midpoint(positions: &[Fixed], ends: &[u32]) -> Option<Fixed> {
    let lines = Rings { positions, ends };
    let (length, line) = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| (line.windows(2).map(span).sum::<f64>(), line))
        .reduce(|longest, other| if other.0 > longest.0 { other } else { longest })?;
    let mut left = length / 2.0;
    for edge in line.windows(2) {
        let step = span(edge);
        if step >= left && step > 0.0 {
            let part = left / step;
            return Some([0, 1].map(|axis| {
                let (from, to) = (f64::from(edge[0][axis]), f64::from(edge[1][axis]));
                (from + (to - from) * part).round() as u32
            }));
        }
        left -= step;
    }
    line.first().copied()
}

fn span(edge: &[Fixed]) -> f64 {
    let along = |axis: usize| f64::from(edge[1][axis]) - f64::from(edge[0][axis]);
    along(0).hypot(along(1))
}

#[derive(Clone, Copy)]
struct Rings<'a> {
    positions: &'a [Fixed],
    ends: &'a [u32],
}

/// A square that may hold the pole.
struct Cell {
    at: [f64; 2],
    /// Half its side.
    half: f64,
    /// From its centre to the border, negative outside.
    distance: f64,
}

impl Cell {
    /// What the distance may be anywhere in it.
    fn bound(&self) -> f64 {
        self.distance + self.half * std::f64::consts::SQRT_2
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |cell: &Self| (cell.bound(), cell.at[0], cell.at[1]);
        let ((a, ax, ay), (b, bx, by)) = (key(self), key(other));
        a.total_cmp(&b).then(ax.total_cmp(&bx)).then(ay.total_cmp(&by))
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl<'a> Rings<'a> {
    fn iter(self) -> impl Iterator<Item = &'a [Fixed]> {
        let mut from = 0;
        self.ends.iter().map(move |&end| {
            let ring = self.positions.get(from..end as usize).unwrap_or(&[]);
            from = end as usize;
            ring
        })
    }

    /// The edges of all rings.
    fn edges(self) -> impl Iterator<Item = (Fixed, Fixed)> {
        self.iter().flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().cycle().skip(1)))
    }

    fn pole(self) -> Option<Fixed> {
        let mut area = super::Area::EMPTY;
        self.positions.iter().for_each(|at| area.include(*at));
        if area.is_empty() {
            return None;
        }
        let size = [0, 1].map(|axis| f64::from(area.max[axis]) - f64::from(area.min[axis]));
        let side = size[0].min(size[1]);
        if side <= 0.0 {
            return None;
        }
        let cell = |at: [f64; 2], half: f64| Cell { at, half, distance: self.distance(at) };
        let corner = area.min.map(f64::from);
        let centre = [corner[0] + size[0] / 2.0, corner[1] + size[1] / 2.0];
        let (mut pole, area) = self.centroid().unwrap_or((centre, f64::INFINITY));
        let mut best = self.distance(pole);
        // No circle inside is wider than the box or larger than the whole. This spares compact
        // shapes, as most are, the search. Of several rings the centre of mass may be in the least.
        let most = (side / 2.0).min((area / std::f64::consts::PI).sqrt());
        if self.ends.len() == 1 && best > 0.0 && best >= WELL_INSIDE * most {
            return Some(pole.map(|v| v.round() as u32));
        }
        // Cells over the box, at most eight along its longer side.
        let step = side.max(size[0].max(size[1]) / 8.0);
        let count = size.map(|length| (length / step).ceil().max(1.0) as usize);
        let mut heap: BinaryHeap<Cell> = BinaryHeap::new();
        let mut look = |heap: &mut BinaryHeap<Cell>, best: &mut f64, at: [f64; 2], half: f64| {
            let found = cell(at, half);
            if found.distance > *best {
                *best = found.distance;
                pole = found.at;
            }
            heap.push(found);
        };
        for index in 0..count[0] * count[1] {
            let [i, j] = [index % count[0], index / count[0]].map(|i| i as f64 + 0.5);
            let at = [corner[0] + i * step, corner[1] + j * step];
            look(&mut heap, &mut best, at, step / 2.0);
        }
        let mut left = LEAST_CELLS.max(EFFORT / self.positions.len().max(1));
        while let Some(next) = heap.pop() {
            let worth = best.max(0.0) * (1.0 + GOOD_ENOUGH) + 0.5;
            if next.bound() <= worth || left == 0 {
                break;
            }
            left = left.saturating_sub(4);
            let half = next.half / 2.0;
            for [dx, dy] in [[-half, -half], [half, -half], [-half, half], [half, half]] {
                look(&mut heap, &mut best, [next.at[0] + dx, next.at[1] + dy], half);
            }
        }
        (best > 0.0).then(|| pole.map(|v| v.round() as u32))
    }

    /// The centre of mass and the area, if the rings have one.
    fn centroid(self) -> Option<([f64; 2], f64)> {
        let origin = self.positions.first()?.map(f64::from);
        let (mut area, mut sum) = (0.0, [0.0; 2]);
        for (a, b) in self.edges() {
            let offset = |at: Fixed| [f64::from(at[0]) - origin[0], f64::from(at[1]) - origin[1]];
            let ([ax, ay], [bx, by]) = (offset(a), offset(b));
            let cross = ax * by - bx * ay;
            area += cross * 3.0;
            sum = [sum[0] + (ax + bx) * cross, sum[1] + (ay + by) * cross];
        }
        let at = [sum[0] / area + origin[0], sum[1] / area + origin[1]];
        at.iter().all(|v| v.is_finite()).then_some((at, area.abs() / 6.0))
    }

    /// From a position to the border, negative outside.
    fn distance(self, [x, y]: [f64; 2]) -> f64 {
        let (mut inside, mut least) = (false, f64::INFINITY);
        for (a, b) in self.edges() {
            let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
            let (dx, dy, px, py) = (bx - ax, by - ay, x - ax, y - ay);
            if (ay > y) != (by > y) && px < dx * py / dy {
                inside = !inside;
            }
            let length = dx * dx + dy * dy;
            let along = ((px * dx + py * dy) / length).clamp(0.0, 1.0);
            let along = if length > 0.0 { along } else { 0.0 };
            let (qx, qy) = (px - along * dx, py - along * dy);
            least = least.min(qx * qx + qy * qy);
        }
        if inside { least.sqrt() } else { -least.sqrt() }
    }

    /// Whether the position lies strictly inside, exactly.
    fn hold(self, at: Fixed) -> bool {
        let mut inside = false;
        for (a, b) in self.edges() {
            let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
            let side = side(low, high, at);
            let within =
                |axis: usize| a[axis].min(b[axis]) <= at[axis] && at[axis] <= a[axis].max(b[axis]);
            if side == 0 && within(0) && within(1) {
                return false;
            }
            if (a[1] > at[1]) != (b[1] > at[1]) && side > 0 {
                inside = !inside;
            }
        }
        inside
    }

    /// The middle of the widest stretch inside on scan lines through the greatest gaps between the
    /// vertices' rows.
    fn widest(self) -> Option<Fixed> {
        let mut rows: Vec<u32> = self.positions.iter().map(|at| at[1]).collect();
        rows.sort_unstable();
        rows.dedup();
        let mut gaps: Vec<(u32, u32)> =
            rows.windows(2).map(|row| (row[1] - row[0], row[0])).filter(|gap| gap.0 > 1).collect();
        gaps.sort_unstable_by_key(|&(height, row)| (std::cmp::Reverse(height), row));
        let mut best = None;
        let mut crossings: Vec<f64> = Vec::new();
        for (height, row) in gaps.into_iter().take(SCAN_LINES) {
            let y = row + height / 2;
            crossings.clear();
            for (a, b) in self.edges().filter(|(a, b)| (a[1] > y) != (b[1] > y)) {
                let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
                crossings.push(ax + (bx - ax) * (f64::from(y) - ay) / (by - ay));
            }
            crossings.sort_unstable_by(f64::total_cmp);
            for pair in crossings.as_chunks::<2>().0 {
                let at = [f64::midpoint(pair[0], pair[1]).round() as u32, y];
                let width = pair[1] - pair[0];
                if best.is_none_or(|(widest, _)| width > widest) && self.hold(at) {
                    best = Some((width, at));
                }
            }
        }
        best.map(|(_, at)| at)
    }
}

/// The sign of the area of three positions: positive where `at` lies to the left of the way from
/// `a` up to `b`, x growing right and y up.
fn side(a: Fixed, b: Fixed, at: Fixed) -> i128 {
    let offset = |p: Fixed, axis: usize| i128::from(p[axis]) - i128::from(a[axis]);
    (offset(b, 0) * offset(at, 1) - offset(b, 1) * offset(at, 0)).signum()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn square(x: u32, y: u32, side: u32) -> [Fixed; 4] {
        [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }

    #[test]
    fn a_label_stands_where_there_is_most_room() {
        assert_eq!(inside(&square(1000, 1000, 500), &[4]), Some([1250, 1250]));
        // A flag on a pole: on the flag.
        let flag = [[0, 0], [300, 0], [300, 200], [5, 200], [5, 2000], [0, 2000]];
        assert!(inside(&flag, &[6]).is_some_and(|[x, y]| (80..220).contains(&x) && y < 150));
        // A ring road: not in its middle.
        let donut = [square(0, 0, 1000), square(100, 100, 800)].concat();
        let rings = Rings { positions: &donut, ends: &[4, 8] };
        assert!(
            inside(&donut, &[4, 8])
                .is_some_and(|at| rings.hold(at) && !(at[0] == 500 && at[1] == 500))
        );
        // Of several polygons, in the largest.
        let parts = [square(0, 0, 10), square(5000, 0, 400)].concat();
        assert_eq!(inside(&parts, &[4, 8]), Some([5200, 200]));
        let corner = square(u32::MAX - 100, u32::MAX - 100, 100);
        assert_eq!(inside(&corner, &[4]), Some([u32::MAX - 50; 2]));
    }

    #[test]
    fn what_has_no_inside_has_no_label() {
        assert_eq!(inside(&[], &[]), None);
        assert_eq!(inside(&[[5, 5]], &[1]), None);
        assert_eq!(inside(&[[0, 0], [10, 10], [20, 20]], &[3]), None);
        assert_eq!(inside(&square(3, 3, 1), &[4]), None);
        assert_eq!(inside(&square(3, 3, 2), &[4]), Some([4, 4]));
    }

    #[test]
    fn thin_shapes_get_a_label_too() {
        let sliver = [[0, 0], [1_000_000, 300_000], [2_000_000, 0], [1_000_000, 300_004]];
        let rings = Rings { positions: &sliver, ends: &[4] };
        assert!(inside(&sliver, &[4]).is_some_and(|at| rings.hold(at)));
    }

    #[test]
    fn the_middle_of_a_line_is_on_its_longest_part() {
        assert_eq!(
            midpoint(&[[0, 0], [10, 0], [0, 0], [100, 0], [100, 40]], &[2, 5]),
            Some([70, 0])
        );
        assert_eq!(midpoint(&[[4, 4], [4, 4]], &[2]), Some([4, 4]));
        assert_eq!(midpoint(&[[4, 4]], &[1]), Some([4, 4]));
        assert_eq!(midpoint(&[], &[]), None);
    }

    proptest! {
        #[test]
        fn labels_of_star_shapes_lie_strictly_inside(
            radii in vec(20..4000_u32, 3..40),
            wide in 1..500_u32,
        ) {
            let ring: Vec<Fixed> = radii.iter().enumerate().map(|(i, radius)| {
                let angle = std::f64::consts::TAU * i as f64 / radii.len() as f64;
                let at = |part: f64| 2e9 + f64::from(*radius) * part;
                [at(f64::from(wide) * angle.cos()) as u32, at(angle.sin()) as u32]
            }).collect();
            let ends = [ring.len() as u32];
            let found = inside(&ring, &ends);
            let rings = Rings { positions: &ring, ends: &ends };
            // A triangle may be flat.
            prop_assert!(found.map_or(radii.len() < 5, |at| rings.hold(at)), "{found:?}");
        }
    }
}
