//! Edges cut where they meet, so that they share nothing but ends.

use std::cmp::Ordering;

use super::ring::{cross, difference, side};
use super::sweep::{Order, Rect, all_pairs};

/// Turns that count apart: those of shells and those of holes.
pub(super) const ROLES: usize = 2;

/// Crossings that are rounded, and touches at which edges are cut: less than a second's work, the
/// crossings of a ring of some 1,800 vertices that runs across the whole tile each time.
const MOST_MEETINGS: usize = 500_000;

/// An edge without direction: `a` before `b` (by x, then y), and how often rings of each role run
/// from `a` to `b`, less how often from `b` to `a`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Edge {
    pub(super) a: [i32; 2],
    pub(super) b: [i32; 2],
    pub(super) turns: [i32; ROLES],
}

impl Edge {
    /// The way from one point to another, once, by a ring of the role.
    pub(super) fn new(from: [i32; 2], to: [i32; 2], role: usize) -> Self {
        let mut turns = [0; ROLES];
        turns[role] = if from < to { 1 } else { -1 };
        Self { a: from.min(to), b: from.max(to), turns }
    }

    const fn bounds(&self) -> Rect {
        let (low, high) =
            if self.a[1] < self.b[1] { (self.a[1], self.b[1]) } else { (self.b[1], self.a[1]) };
        [self.a[0], low, self.b[0], high]
    }

    /// Calls `each` with those of the points, which are sorted, whose squares the edge meets. Of a
    /// column of points only the rows are looked at that the edge can come near.
    fn passed(&self, points: &[[i32; 2]], mut each: impl FnMut([i32; 2])) {
        let mut rest = &points[points.partition_point(|at| at[0] < self.a[0])..];
        while let Some(&[x, _]) = rest.first().filter(|at| at[0] <= self.b[0]) {
            let [low, high] = self.rows_in(x);
            let near = rest.partition_point(|at| *at < [x, low]);
            rest.iter().skip(near).take_while(|at| **at <= [x, high]).for_each(|at| {
                if self.meets_square_of(*at) {
                    each(*at);
                }
            });
            rest = &rest[rest.partition_point(|at| at[0] == x)..];
        }
    }

    /// The rows whose squares in column `x` the edge can meet: those between its ends, or its least
    /// and greatest y within the column, and one more.
    fn rows_in(&self, x: i32) -> [i32; 2] {
        let [dx, dy] = difference(self.b, self.a);
        if dx == 0 {
            let [_, low, _, high] = self.bounds();
            return [low, high];
        }
        // Twice the way to either side of the column, no further than the ends.
        let middle = 2 * (i64::from(x) - i64::from(self.a[0]));
        let row =
            |doubled: i64| (doubled.clamp(0, 2 * dx) * dy).div_euclid(2 * dx) as i32 + self.a[1];
        let (one, other) = (row(middle - 1), row(middle + 1));
        [one.min(other), one.max(other) + 1]
    }

    /// Whether the edge meets the square of the positions that round to `at`: half a unit around
    /// it, with its west and north sides and without the others.
    fn meets_square_of(&self, at: [i32; 2]) -> bool {
        let (start, way) = (difference(self.a, at), difference(self.b, self.a));
        let mut enters = Share { of: 0, whole: 1, counts: true };
        let mut leaves = Share { of: 1, whole: 1, counts: true };
        for axis in [0, 1] {
            let (start, whole, ahead) = match way[axis] {
                0 if start[axis] == 0 => continue,
                0 => return false,
                way if way < 0 => (-start[axis], -way, false),
                way => (start[axis], way, true),
            };
            let share = |doubled: i64, counts| Share { of: doubled, whole: 2 * whole, counts };
            enters = enters.with(share(-1 - 2 * start, ahead), Ordering::Less);
            leaves = leaves.with(share(1 - 2 * start, !ahead), Ordering::Greater);
        }
        match enters.compare(leaves) {
            Ordering::Less => true,
            Ordering::Equal => enters.counts && leaves.counts,
            Ordering::Greater => false,
        }
    }
}

/// A share of the way along an edge, up to 2^31 of up to 2^31, and whether it counts itself.
#[derive(Clone, Copy)]
struct Share {
    of: i64,
    whole: i64,
    counts: bool,
}

impl Share {
    fn compare(self, other: Self) -> Ordering {
        (self.of * other.whole).cmp(&(other.of * self.whole))
    }

    /// The other where this one is `replaced` beside it; what counts where both are equal counts in
    /// both.
    fn with(self, other: Self, replaced: Ordering) -> Self {
        match self.compare(other) {
            Ordering::Equal => Self { counts: self.counts && other.counts, ..self },
            order if order == replaced => other,
            _ => self,
        }
    }
}

#[derive(Default)]
pub(super) struct Buffers {
    boxes: Vec<Rect>,
    order: Order,
    /// Points at which the edge of that index is to be cut.
    cuts: Vec<(u32, [i32; 2])>,
    /// Grid points nearest to where edges cross; with them the ends of all, where there are any.
    hot: Vec<[i32; 2]>,
}

/// Cuts edges so that no two share a point that is not an end of both. Where some cross, all are
/// rounded to the grid together (Hobby 1999, Practical segment intersection with finite precision
/// output): each edge goes through every end of an edge and every rounded crossing whose unit square
/// it meets. So none moves by more than half a unit on either axis, and none that bends comes to
/// cross another. `false`, and nothing is cut, beyond [`MOST_MEETINGS`].
pub(super) fn node(edges: &mut Vec<Edge>, buffers: &mut Buffers) -> bool {
    let Buffers { boxes, order, cuts, hot } = buffers;
    merge(edges);
    boxes.clear();
    boxes.extend(edges.iter().map(Edge::bounds));
    cuts.clear();
    hot.clear();
    let few = all_pairs(boxes, order, |i, j| {
        meet(i, j, &edges[i], &edges[j], cuts, hot);
        hot.len().max(cuts.len()) <= MOST_MEETINGS
    });
    if !few {
        return false;
    }
    if !hot.is_empty() {
        hot.extend(edges.iter().flat_map(|edge| [edge.a, edge.b]));
        hot.sort_unstable();
        hot.dedup();
        cuts.clear();
        for (index, edge) in edges.iter().enumerate() {
            edge.passed(hot, |at| cut(index, edge, at, cuts));
        }
    }
    split(edges, cuts);
    merge(edges);
    true
}

/// Cuts edges at the points noted.
fn split(edges: &mut Vec<Edge>, cuts: &mut Vec<(u32, [i32; 2])>) {
    cuts.sort_unstable_by(|(i, p), (j, q)| {
        i.cmp(j).then_with(|| {
            let edge = &edges[*i as usize];
            along(edge, *p).cmp(&along(edge, *q)).then(p.cmp(q))
        })
    });
    cuts.dedup();
    for group in cuts.chunk_by(|one, other| one.0 == other.0) {
        let index = group[0].0 as usize;
        let Edge { a, b, turns } = edges[index];
        let mut from = a;
        for (_, to) in group {
            push(edges, from, *to, turns);
            from = *to;
        }
        push(edges, from, b, turns);
        edges[index].b = a;
    }
}

/// How far along the edge a point lies.
fn along(edge: &Edge, at: [i32; 2]) -> i64 {
    let (way, to) = (difference(edge.b, edge.a), difference(at, edge.a));
    way[0] * to[0] + way[1] * to[1]
}

/// Adds a piece in the same direction.
fn push(edges: &mut Vec<Edge>, a: [i32; 2], b: [i32; 2], turns: [i32; ROLES]) {
    let turned = turns.map(|count| -count);
    edges.push(if a < b { Edge { a, b, turns } } else { Edge { a: b, b: a, turns: turned } });
}

/// Sorts edges, makes equal ones one, and leaves out what is a point or is passed as often one way
/// as the other.
fn merge(edges: &mut Vec<Edge>) {
    edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
    edges.dedup_by(|next, kept| {
        let same = (next.a, next.b) == (kept.a, kept.b);
        if same {
            (0..ROLES).for_each(|role| kept.turns[role] += next.turns[role]);
        }
        same
    });
    edges.retain(|edge| edge.a != edge.b && edge.turns != [0; ROLES]);
}

/// Notes where two edges whose boxes meet are to be cut, or that they cross.
fn meet(
    i: usize,
    j: usize,
    one: &Edge,
    other: &Edge,
    cuts: &mut Vec<(u32, [i32; 2])>,
    hot: &mut Vec<[i32; 2]>,
) {
    let sides = [side(one.a, one.b, other.a), side(one.a, one.b, other.b)];
    let back = [side(other.a, other.b, one.a), side(other.a, other.b, one.b)];
    if sides[0] * sides[1] > 0 || back[0] * back[1] > 0 {
        return;
    }
    if sides[0] * sides[1] < 0 && back[0] * back[1] < 0 {
        hot.push(crossing(one, other));
        return;
    }
    let covers = |edge: &Edge, at: [i32; 2]| {
        let [west, north, east, south] = edge.bounds();
        west <= at[0] && at[0] <= east && north <= at[1] && at[1] <= south
    };
    for (end, side) in [other.a, other.b].into_iter().zip(sides) {
        if side == 0 && covers(one, end) {
            cut(i, one, end, cuts);
        }
    }
    for (end, side) in [one.a, one.b].into_iter().zip(back) {
        if side == 0 && covers(other, end) {
            cut(j, other, end, cuts);
        }
    }
}

/// Notes that the edge of that index is to be cut at a point, if that is no end of it.
fn cut(index: usize, edge: &Edge, at: [i32; 2], cuts: &mut Vec<(u32, [i32; 2])>) {
    if at != edge.a && at != edge.b {
        cuts.push((index as u32, at));
    }
}

/// Where two edges cross, to the nearest grid point.
fn crossing(one: &Edge, other: &Edge) -> [i32; 2] {
    let (way, across) = (difference(one.b, one.a), difference(other.b, other.a));
    let whole = i128::from(cross(way, across));
    let part = i128::from(cross(difference(other.a, one.a), across));
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    let step = |axis: usize| {
        let doubled = 2 * part * i128::from(way[axis]) + whole;
        doubled.div_euclid(2 * whole) as i32
    };
    [one.a[0] + step(0), one.a[1] + step(1)]
}
