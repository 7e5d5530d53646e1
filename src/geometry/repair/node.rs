//! Edges cut where they meet, so that they share nothing but ends.

use super::ring::{cross, difference, side};
use super::sweep::{Rect, all_pairs};

/// Turns that count apart: those of shells and those of holes.
pub(super) const ROLES: usize = 2;

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
}

#[derive(Default)]
pub(super) struct Buffers {
    boxes: Vec<Rect>,
    order: Vec<u32>,
    /// Points at which the edge of that index is to be cut.
    cuts: Vec<(u32, [i32; 2])>,
}

/// Cuts edges until no two share a point that is not an end of both. Crossings move to the nearest
/// grid point, which bends the edges and may make them cross others; each cut leaves the edges'
/// length (by |dx| + |dy|) as it was in all and makes its pieces shorter, so that this ends.
pub(super) fn node(edges: &mut Vec<Edge>, buffers: &mut Buffers) {
    let Buffers { boxes, order, cuts } = buffers;
    loop {
        merge(edges);
        boxes.clear();
        boxes.extend(edges.iter().map(Edge::bounds));
        cuts.clear();
        all_pairs(boxes, order, |i, j| {
            meet(i, j, &edges[i], &edges[j], cuts);
            true
        });
        if cuts.is_empty() {
            return;
        }
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

/// Notes where two edges whose boxes meet are to be cut.
fn meet(i: usize, j: usize, one: &Edge, other: &Edge, cuts: &mut Vec<(u32, [i32; 2])>) {
    let sides = [side(one.a, one.b, other.a), side(one.a, one.b, other.b)];
    let back = [side(other.a, other.b, one.a), side(other.a, other.b, one.b)];
    if sides[0] * sides[1] > 0 || back[0] * back[1] > 0 {
        return;
    }
    let mut cut = |index: usize, edge: &Edge, at: [i32; 2]| {
        if at != edge.a && at != edge.b {
            cuts.push((index as u32, at));
        }
    };
    if sides[0] * sides[1] < 0 && back[0] * back[1] < 0 {
        let at = crossing(one, other);
        cut(i, one, at);
        cut(j, other, at);
        return;
    }
    let covers = |edge: &Edge, at: [i32; 2]| {
        let [west, north, east, south] = edge.bounds();
        west <= at[0] && at[0] <= east && north <= at[1] && at[1] <= south
    };
    for (end, side) in [other.a, other.b].into_iter().zip(sides) {
        if side == 0 && covers(one, end) {
            cut(i, one, end);
        }
    }
    for (end, side) in [one.a, one.b].into_iter().zip(back) {
        if side == 0 && covers(other, end) {
            cut(j, other, end);
        }
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
