//! Which cells of a quadtree a polygon owns: those whose sample point lies in it.
//!
//! A point lies in a polygon if a ray from it to the east crosses its rings an odd number of times
//! (even-odd rule; Shimrat 1962), an edge counting from its northern end, inclusive, to its
//! southern end, exclusive. All is exact, and an edge that two polygons share counts the same for
//! both: of polygons that tile the land exactly one owns each cell.

use super::quadtree::{self, Cells, Code, MAX_LEVEL};
use super::{Area, Fixed};

/// Runs end where blocks of so many cells do, as a power of four of cells: so that a run never
/// leaves a block of that size or larger, such as a tile.
pub const BLOCK_LEVELS: u8 = 6;
/// Cells of a block.
const BLOCK: u64 = 1 << (2 * BLOCK_LEVELS);
/// Cells that a polygon's box meets are looked at one by one if they are so few, or are fewer than so
/// many and looks at edges are, too.
const FEW_CELLS: u64 = 16;
const SOME_CELLS: u64 = 64;
const SOME_LOOKS: u64 = 1024;

/// An edge of a ring.
#[derive(Clone, Copy)]
struct Edge {
    from: Fixed,
    to: Fixed,
}

/// Where those edges are taken to lie that lie east of all points looked at: of them only matters
/// between which rows they lead.
const EAST: u32 = u32::MAX;

/// Buffers to find cells with.
#[derive(Default)]
pub struct Claim {
    edges: Vec<Edge>,
    /// Edges that matter in the cells under way, those of a cell behind those of its parent, in the
    /// order of the rings.
    near: Vec<Edge>,
}

impl Claim {
    /// Appends the cells of `level` whose sample points lie in the polygon of `rings` (none with
    /// its first position repeated), in the order of their codes. No work is done per cell inside.
    pub fn cells<'r>(
        &mut self,
        rings: impl Iterator<Item = &'r [Fixed]>,
        level: u8,
        out: &mut Vec<Cells>,
    ) {
        let level = level.min(MAX_LEVEL);
        self.edges.clear();
        let mut area = Area::EMPTY;
        for ring in rings {
            let ends = ring.iter().zip(ring.iter().cycle().skip(1));
            for (&a, &b) in ends {
                area.include(a);
                self.edges.push(Edge { from: a, to: b });
            }
        }
        if area.is_empty() {
            return;
        }
        let from = out.len();
        let width = |level: u8| [0, 1].map(|axis| span(&area, axis, level));
        let [columns, rows] = width(level);
        let cells = columns * rows;
        let looks = cells.saturating_mul(self.edges.len() as u64);
        if cells <= FEW_CELLS || (cells <= SOME_CELLS && looks <= SOME_LOOKS) {
            self.each(&area, level, out);
        } else {
            let coarse = (0..level).rev().find(|level| width(*level).iter().all(|n| *n <= 2));
            let coarse = coarse.unwrap_or(0);
            for code in codes(&area, coarse) {
                self.near.clear();
                self.near.extend_from_slice(&self.edges);
                self.descend((coarse, code), level, (0, false), out);
            }
        }
        debug_assert!(out[from..].is_sorted());
    }

    /// Looks at each cell that the box meets.
    fn each(&self, area: &Area, level: u8, out: &mut Vec<Cells>) {
        for code in codes(area, level) {
            let point = quadtree::sample_point(level, code);
            let in_box = (0..2).all(|k| area.min[k] <= point[k] && point[k] <= area.max[k]);
            if in_box && is_odd(self.edges.iter(), point) {
                push(out, code, 1);
            }
        }
    }

    /// Adds what is owned of a cell of a coarser level. `near` begins with its parent's edges at
    /// `from`; `odd` tells whether an odd number of others counts for all of its points.
    fn descend(
        &mut self,
        (at, code): (u8, Code),
        level: u8,
        (from, mut odd): (usize, bool),
        out: &mut Vec<Cells>,
    ) {
        let end = self.near.len();
        let area = area_of(at, code);
        let mut crossed = false;
        for place in from..end {
            let edge = self.near[place];
            match edge.seen_from(&area) {
                Seen::Never => {}
                Seen::East => odd ^= self.lead_east(edge, &area, end),
                Seen::Across => {
                    crossed = true;
                    self.near.push(edge);
                }
            }
        }
        let edges = || self.near[end..].iter();
        if !crossed {
            if odd != is_odd(edges(), area.min) {
                let below = 2 * u32::from(level - at);
                push(out, code << below, 1 << below);
            }
        } else if at == level {
            if odd != is_odd(edges(), quadtree::sample_point(level, code)) {
                push(out, code, 1);
            }
        } else {
            for child in code << 2..=(code << 2 | 3) {
                self.descend((at + 1, child), level, (end, odd), out);
            }
        }
        self.near.truncate(end);
    }

    /// Adds an edge that lies east of all points of a box, whose edges begin at `start`: joined to
    /// the one before where that ends in the row in which it begins, as far as the box can tell.
    /// Whether the two, or it alone, count for all points: then nothing is added.
    fn lead_east(&mut self, edge: Edge, area: &Area, start: usize) -> bool {
        // Rows north of the box are one, and so are those south of it.
        let ends = [u64::from(area.min[1]), u64::from(area.max[1]) + 1];
        let row = |at: Fixed| u64::from(at[1]).clamp(ends[0], ends[1]);
        let [mut from, to] = [edge.from, edge.to];
        if let Some(last) = self.near[start..].last().copied()
            && [last.from[0], last.to[0]] == [EAST; 2]
            && row(last.to) == row(from)
        {
            from = last.from;
            self.near.pop();
        }
        let rows = [row(from), row(to)];
        let (leads, spans) = (rows[0] != rows[1], rows.iter().all(|row| ends.contains(row)));
        if leads && !spans {
            self.near.push(Edge { from: [EAST, from[1]], to: [EAST, to[1]] });
        }
        leads && spans
    }
}

/// How an edge counts for the points of a box.
enum Seen {
    /// For none.
    Never,
    /// For those in whose rows it lies, as it is east of all.
    East,
    /// It may pass between them.
    Across,
}

impl Edge {
    /// Its northern and its southern end.
    const fn ends(&self) -> [Fixed; 2] {
        if self.from[1] <= self.to[1] { [self.from, self.to] } else { [self.to, self.from] }
    }

    fn seen_from(&self, area: &Area) -> Seen {
        let [north, south] = self.ends();
        let [west, east] = [north[0].min(south[0]), north[0].max(south[0])];
        if south[1] < area.min[1] || north[1] > area.max[1] || east < area.min[0] {
            return Seen::Never;
        }
        if west > area.max[0] {
            return Seen::East;
        }
        let is_east = |x: u32, y: u32| self.is_east_of([x, y]);
        let [[x0, y0], [x1, y1]] = [area.min, area.max];
        let corners = [is_east(x0, y0), is_east(x1, y0), is_east(x0, y1), is_east(x1, y1)];
        if corners.iter().all(|side| side.is_gt()) {
            Seen::East
        } else if corners.iter().all(|side| side.is_lt()) {
            Seen::Never
        } else {
            Seen::Across
        }
    }

    /// Whether the line through the edge passes east of a point, west of it or through it.
    fn is_east_of(&self, at: Fixed) -> std::cmp::Ordering {
        let [north, south] = self.ends();
        let [dx, dy] = [0, 1].map(|k| i128::from(south[k]) - i128::from(north[k]));
        let [px, py] = [0, 1].map(|k| i128::from(at[k]) - i128::from(north[k]));
        (dx * py).cmp(&(px * dy))
    }
}

/// Whether a ray to the east from the point crosses an odd number of edges.
fn is_odd<'e>(edges: impl Iterator<Item = &'e Edge>, at: Fixed) -> bool {
    let crossed = |edge: &&Edge| {
        let [north, south] = edge.ends();
        north[1] <= at[1] && at[1] < south[1] && edge.is_east_of(at).is_gt()
    };
    edges.filter(crossed).count() % 2 == 1
}

/// The box of a cell.
fn area_of(level: u8, code: Code) -> Area {
    let bits = 32 - u32::from(level);
    let [column, row] = quadtree::column_row(code).map(|v| u64::from(v) << bits);
    let last = (1_u64 << bits) - 1;
    Area { min: [column as u32, row as u32], max: [(column + last) as u32, (row + last) as u32] }
}

/// How many cells of a level a box meets along an axis.
fn span(area: &Area, axis: usize, level: u8) -> u64 {
    let bits = 32 - u32::from(level);
    (u64::from(area.max[axis]) >> bits) - (u64::from(area.min[axis]) >> bits) + 1
}

/// The cells of a level that a box meets, in the order of their codes: few.
fn codes(area: &Area, level: u8) -> Vec<Code> {
    let bits = 32 - u32::from(level);
    let range = |axis: usize| {
        let [first, last] = [area.min[axis], area.max[axis]].map(|v| (u64::from(v) >> bits) as u32);
        first..=last
    };
    let mut codes: Vec<Code> = range(1)
        .flat_map(|row| range(0).map(move |column| quadtree::code([column, row])))
        .collect();
    codes.sort_unstable();
    codes
}

/// Appends cells, joined to those before where a block allows it.
fn push(out: &mut Vec<Cells>, first: Code, count: u64) {
    let end = first + count;
    let mut at = first;
    while at < end {
        let until = (at / BLOCK + 1) * BLOCK;
        let count = (end.min(until) - at) as u32;
        match out.last_mut() {
            Some(last) if last.codes().end == at && !at.is_multiple_of(BLOCK) => {
                last.count += count;
            }
            _ => out.push(Cells { first: at, count }),
        }
        at += u64::from(count);
    }
}

/// Appends the cells of the level above `level` whose points are those of `cells`, which are of one
/// owner and in order, as `out` is.
pub fn parents(cells: &[Cells], level: u8, out: &mut Vec<Cells>) {
    let Some(above) = level.checked_sub(1) else { return };
    let of_child = |child: Code, out: &mut Vec<Cells>| {
        if quadtree::chosen_child(above, child >> 2) == child & 3 {
            push(out, child >> 2, 1);
        }
    };
    for run in cells {
        let [first, end] = [run.first, run.codes().end];
        // A parent of which all children are owned needs no look at which of them has its point.
        let whole = [first.div_ceil(4), end / 4];
        if whole[0] >= whole[1] {
            (first..end).for_each(|child| of_child(child, out));
            continue;
        }
        (first..whole[0] * 4).for_each(|child| of_child(child, out));
        push(out, whole[0], whole[1] - whole[0]);
        (whole[1] * 4..end).for_each(|child| of_child(child, out));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cells one by one.
    fn listed(cells: &[Cells]) -> Vec<Code> {
        cells.iter().flat_map(|run| run.codes()).collect()
    }

    fn owned(rings: &[Vec<Fixed>], level: u8) -> Vec<Cells> {
        let mut out = Vec::new();
        Claim::default().cells(rings.iter().map(Vec::as_slice), level, &mut out);
        out
    }

    /// By a look at every cell of the world, with another way to tell inside from outside: the
    /// winding of the ring seen as doubles, which is exact for numbers this small.
    fn looked_up(rings: &[Vec<Fixed>], level: u8) -> Vec<Code> {
        let crossings = |[px, py]: [f64; 2]| {
            let edges = rings.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
            let crossed = edges.filter(|(a, b)| {
                let [ax, ay, bx, by] = [a[0], a[1], b[0], b[1]].map(f64::from);
                (ay > py) != (by > py) && (bx - ax) * (py - ay) / (by - ay) + ax > px
            });
            crossed.count()
        };
        let inside =
            |code: &Code| crossings(quadtree::sample_point(level, *code).map(f64::from)) % 2 == 1;
        (0..1_u64 << (2 * level)).filter(inside).collect()
    }

    /// Positions on a coarse grid all over the world, so that edges lie on cells' borders, too.
    fn position() -> impl Strategy<Value = Fixed> {
        prop_oneof![
            any::<[u8; 2]>().prop_map(|at| at.map(|v| u32::from(v) << 24)),
            any::<[u16; 2]>().prop_map(|at| at.map(|v| u32::from(v) << 16)),
        ]
    }

    proptest! {
        #[test]
        fn the_cells_are_those_whose_points_are_inside(
            ring in prop::collection::vec(position(), 3..20),
            hole in prop::collection::vec(position(), 3..6),
            level in 0..7_u8,
        ) {
            let rings = [ring, hole];
            let cells = owned(&rings, level);
            prop_assert_eq!(listed(&cells), looked_up(&rings, level));
            prop_assert!(cells.iter().all(|run| run.count > 0
                && run.first / BLOCK == (run.codes().end - 1) / BLOCK));
        }

        #[test]
        fn parents_own_what_a_look_at_their_own_level_finds(
            ring in prop::collection::vec(position(), 3..20),
            level in 1..9_u8,
        ) {
            let rings = [ring];
            let mut above = Vec::new();
            parents(&owned(&rings, level), level, &mut above);
            prop_assert_eq!(above, owned(&rings, level - 1));
        }

        #[test]
        fn of_two_that_share_a_border_one_owns_each_cell(
            border in prop::collection::vec(position(), 0..20),
            level in 0..9_u8,
        ) {
            // The world in two, west and east of a path from north to south.
            let [north, south] = [[1 << 31, 0], [1 << 31, u32::MAX]];
            let path: Vec<Fixed> =
                [north].into_iter().chain(border).chain([south]).collect();
            let west: Vec<Fixed> =
                [[0, u32::MAX], [0, 0]].into_iter().chain(path.iter().copied()).collect();
            let east: Vec<Fixed> = path
                .iter()
                .copied()
                .chain([[u32::MAX, u32::MAX], [u32::MAX, 0]])
                .collect();
            // A path that crosses itself gives some land to both or none; the parity tells which.
            let mut both = listed(&owned(&[west], level));
            both.extend(listed(&owned(&[east], level)));
            both.sort_unstable();
            let all: Vec<Code> = (0..1_u64 << (2 * level)).collect();
            prop_assert_eq!(both, all);
        }
    }

    #[test]
    fn a_large_square_is_few_runs() {
        let square = vec![[0, 0], [1 << 31, 0], [1 << 31, 1 << 31], [0, 1 << 31]];
        let cells = owned(&[square], 12);
        assert_eq!(cells.iter().map(|run| u64::from(run.count)).sum::<u64>(), 1 << 22);
        assert_eq!(cells.len(), 1 << 10);
    }

    #[test]
    fn nothing_owns_nothing() {
        assert!(owned(&[], 5).is_empty() && owned(&[vec![]], 5).is_empty());
        let mut out = Vec::new();
        parents(&[Cells { first: 0, count: 1 }], 0, &mut out);
        assert!(out.is_empty());
    }
}
