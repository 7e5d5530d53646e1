//! The planar graph of noded edges: what lies on either side of each, and the border between
//! inside and outside as walks.

use super::node::{Edge, ROLES};
use super::ring::{cross, difference, side};

/// Columns by which edges are found below a point.
const COLUMNS: usize = 64;

/// A half-edge is an edge with a direction: `2 * edge` runs from its `a` to its `b`, `2 * edge + 1`
/// back.
type Half = usize;

#[derive(Default)]
pub(super) struct Buffers {
    /// Half-edges by their first point, round it counterclockwise (x right, y up).
    spokes: Vec<u32>,
    /// Where each half-edge stands in `spokes`.
    place: Vec<u32>,
    /// Where the spokes of each half-edge's first point begin and end.
    hub: Vec<[u32; 2]>,
    /// How often rings of each role wind about what lies left of each half-edge.
    left: Vec<[i32; ROLES]>,
    known: Vec<bool>,
    /// Points gone round, by the first place of their spokes.
    seen: Vec<bool>,
    /// Connected part of the graph, by edge.
    component: Vec<u32>,
    stack: Vec<u32>,
    columns: Columns,
    walked: Vec<bool>,
}

/// A closed way along the border, inside on its left.
pub(super) struct Walk<'a> {
    /// Its points; one may come more than once.
    pub(super) points: &'a [[i32; 2]],
    /// Connected part of the graph that it belongs to.
    pub(super) component: u32,
}

/// Gives `emit` each closed walk along the border of where `fill` holds of the winding numbers.
/// Walks do not cross themselves or one another; about each point, a walk bounds one wedge of the
/// inside after another, so that what lies left of it is connected.
pub(super) fn walks(
    edges: &[Edge],
    fill: impl Fn([i32; ROLES]) -> bool,
    buffers: &mut Buffers,
    mut emit: impl FnMut(&Walk<'_>),
) {
    buffers.arrange(edges);
    buffers.wind(edges);
    let inside = |half: Half| fill(buffers.left[half]);
    let border = |half: Half| inside(half) && !inside(half ^ 1);
    let mut walked = std::mem::take(&mut buffers.walked);
    walked.clear();
    walked.resize(edges.len() * 2, false);
    let mut points = Vec::new();
    for start in 0..edges.len() * 2 {
        if walked[start] || !border(start) {
            continue;
        }
        points.clear();
        let mut half = start;
        while !walked[half] {
            walked[half] = true;
            points.push(from(edges, half));
            // Clockwise from the way back, over the wedge on the left and on to where it ends.
            half = buffers.clockwise(half ^ 1);
            while !border(half) {
                half = buffers.clockwise(half);
            }
        }
        emit(&Walk { points: &points, component: buffers.component[start / 2] });
    }
    buffers.walked = walked;
}

fn from(edges: &[Edge], half: Half) -> [i32; 2] {
    let edge = &edges[half / 2];
    if half.is_multiple_of(2) { edge.a } else { edge.b }
}

impl Buffers {
    /// The next half-edge from the same point, clockwise.
    fn clockwise(&self, half: Half) -> Half {
        let [first, end] = self.hub[half];
        let place = self.place[half];
        self.spokes[if place == first { end - 1 } else { place - 1 } as usize] as Half
    }

    /// The next half-edge from the same point, counterclockwise.
    fn counterclockwise(&self, half: Half) -> Half {
        let [first, end] = self.hub[half];
        let next = self.place[half] + 1;
        self.spokes[if next == end { first } else { next } as usize] as Half
    }

    /// Sorts half-edges by point and angle.
    fn arrange(&mut self, edges: &[Edge]) {
        let count = edges.len() * 2;
        let way = |half: u32| {
            let edge = &edges[half as usize / 2];
            let (a, b) = if half.is_multiple_of(2) { (edge.a, edge.b) } else { (edge.b, edge.a) };
            difference(b, a)
        };
        self.spokes.clear();
        self.spokes.extend(0..count as u32);
        self.spokes.sort_unstable_by(|&one, &other| {
            from(edges, one as Half).cmp(&from(edges, other as Half)).then_with(|| {
                // Even half-edges run east (or straight up), odd ones west (or straight down):
                // from straight down, which none of the former runs, all east come first.
                (one % 2).cmp(&(other % 2)).then_with(|| 0.cmp(&cross(way(one), way(other))))
            })
        });
        self.place.clear();
        self.place.resize(count, 0);
        self.hub.clear();
        self.hub.resize(count, [0; 2]);
        let mut first = 0;
        for group in self
            .spokes
            .chunk_by(|&one, &other| from(edges, one as Half) == from(edges, other as Half))
        {
            let end = first + group.len() as u32;
            for (place, &half) in (first..).zip(group) {
                self.place[half as usize] = place;
                self.hub[half as usize] = [first, end];
            }
            first = end;
        }
    }

    /// Finds what winds about each half-edge's left, part by part of the graph: about the part's
    /// least point by what lies below it, about the others from neighbour to neighbour.
    fn wind(&mut self, edges: &[Edge]) {
        let count = edges.len() * 2;
        self.left.clear();
        self.left.resize(count, [0; ROLES]);
        self.known.clear();
        self.known.resize(count, false);
        self.seen.clear();
        self.seen.resize(count, false);
        self.component.clear();
        self.component.resize(edges.len(), 0);
        let mut parts = 0;
        // In the order of spokes, so that a part is met at its least point first, where the wedge
        // between the last spoke and the first looks west and down, away from it.
        for index in 0..count {
            let half = self.spokes[index] as Half;
            if self.known[half] {
                continue;
            }
            if parts == 1 {
                self.columns.sort(edges);
            }
            let outside =
                if parts == 0 { [0; ROLES] } else { self.columns.below(edges, from(edges, half)) };
            self.spread(edges, half, outside, parts);
            parts += 1;
        }
    }

    /// Goes through the part of the graph from a half-edge right of which `outside` winds.
    fn spread(&mut self, edges: &[Edge], start: Half, outside: [i32; ROLES], part: u32) {
        self.stack.clear();
        self.reach(edges, start, outside, part);
        while let Some(half) = self.stack.pop() {
            // Round the far end: what is left of a spoke is right of the next.
            let back = half as Half ^ 1;
            let hub = self.hub[back][0] as usize;
            if std::mem::replace(&mut self.seen[hub], true) {
                continue;
            }
            let mut spoke = back;
            loop {
                let about = self.left[spoke];
                spoke = self.counterclockwise(spoke);
                if spoke == back {
                    break;
                }
                if !self.known[spoke] {
                    self.reach(edges, spoke, about, part);
                }
            }
        }
    }

    /// Notes both sides of an edge, the right one of the half-edge being known.
    fn reach(&mut self, edges: &[Edge], half: Half, right: [i32; ROLES], part: u32) {
        let turns = edges[half / 2].turns;
        let sign = if half.is_multiple_of(2) { 1 } else { -1 };
        let mut left = right;
        (0..ROLES).for_each(|role| left[role] += sign * turns[role]);
        self.left[half] = left;
        self.left[half ^ 1] = right;
        self.known[half] = true;
        self.known[half ^ 1] = true;
        self.component[half / 2] = part;
        self.stack.extend([half as u32, half as u32 ^ 1]);
    }
}

/// Edges by the columns they cross.
#[derive(Default)]
struct Columns {
    edges: Vec<Vec<u32>>,
    west: i32,
    width: i32,
}

impl Columns {
    fn sort(&mut self, edges: &[Edge]) {
        self.west = edges.iter().map(|edge| edge.a[0]).min().unwrap_or(0);
        let east = edges.iter().map(|edge| edge.b[0]).max().unwrap_or(0);
        self.width = (east - self.west) / COLUMNS as i32 + 1;
        self.edges.resize(COLUMNS, Vec::new());
        self.edges.iter_mut().for_each(Vec::clear);
        for (index, edge) in (0..).zip(edges) {
            for column in self.of(edge.a)..=self.of(edge.b) {
                self.edges[column].push(index);
            }
        }
    }

    const fn of(&self, at: [i32; 2]) -> usize {
        ((at[0] - self.west) / self.width) as usize
    }

    /// What winds about a point that is the least of its part of the graph: the turns of the edges
    /// straight below it.
    fn below(&self, edges: &[Edge], at: [i32; 2]) -> [i32; ROLES] {
        let mut turns = [0; ROLES];
        for &index in &self.edges[self.of(at)] {
            let edge = &edges[index as usize];
            if edge.a[0] <= at[0] && at[0] < edge.b[0] && side(edge.a, edge.b, at) > 0 {
                (0..ROLES).for_each(|role| turns[role] += edge.turns[role]);
            }
        }
        turns
    }
}
