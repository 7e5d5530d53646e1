//! Repair by overlay: edges noded on the grid, borders between inside and outside walked, walks
//! made rings and polygons.
//!
//! All in integers, so that what comes out is valid without tolerance.

use std::cell::Cell;

use super::Polygons;
use super::clean::is_convex;
use super::graph::{self, Walk};
use super::node::{self, Edge, ROLES};
use super::ring::{cross, difference, doubled_area, holds};
use super::sweep::{Rect, bounds, within};

const SHELL: usize = 0;
const HOLE: usize = 1;

#[derive(Default)]
pub(super) struct Buffers {
    edges: Vec<Edge>,
    /// Edges of the border of all parts.
    borders: Vec<Edge>,
    node: node::Buffers,
    graph: graph::Buffers,
    rings: Rings,
}

/// Parts of so many edges are asked about one by one.
const LARGE: usize = 10_000;
/// How much coarser a grid is than the one before on which edges met too often.
const COARSER: i32 = 4;

/// Replaces the polygons by the union of what is inside each shell and not inside its holes.
/// "Inside" is where a ring winds at all, so that both loops of an eight stay. Rings are simple,
/// touch others at points at most, and the inside of each polygon is connected.
///
/// Edges that meet more often than [`node::node`] takes, as those of no real feature do, are brought
/// to coarser grids until they do not, so that none takes longer than a tile may.
///
/// Nothing is left where `go_on` says no.
pub(super) fn repair(polygons: &mut Polygons, buffers: &mut Buffers, go_on: &dyn Fn() -> bool) {
    let mut unit = 1;
    while let Err(stop) = unite(polygons, buffers, go_on) {
        if matches!(stop, Stop::Unwanted) {
            return polygons.clear();
        }
        unit *= COARSER;
        for v in polygons.points.as_flattened_mut() {
            *v = (*v + unit / 2).div_euclid(unit) * unit;
        }
    }
}

/// Why polygons are not united.
enum Stop {
    /// Edges meet too often.
    TooMany,
    /// The work is no longer wanted.
    Unwanted,
}

/// As [`repair`]; where it stops, nothing is changed.
fn unite(
    polygons: &mut Polygons,
    buffers: &mut Buffers,
    go_on: &dyn Fn() -> bool,
) -> Result<(), Stop> {
    let noded = |edges: &mut Vec<Edge>, buffers: &mut node::Buffers| {
        if node::node(edges, buffers) { Ok(()) } else { Err(Stop::TooMany) }
    };
    let is_wanted = || if go_on() { Ok(()) } else { Err(Stop::Unwanted) };
    let Buffers { edges, borders, node, graph, rings } = buffers;
    borders.clear();
    for mut part in polygons.iter() {
        edges.clear();
        let Some(shell) = part.next() else { continue };
        let mut holes = part.peekable();
        if holes.peek().is_none() && is_convex(shell) {
            add(borders, shell, SHELL);
            continue;
        }
        add(edges, shell, SHELL);
        holes.for_each(|hole| add(edges, hole, HOLE));
        if edges.len() > LARGE {
            is_wanted()?;
        }
        noded(edges, node)?;
        let fill = |turns: [i32; ROLES]| turns[SHELL] != 0 && turns[HOLE] == 0;
        graph::walks(edges, fill, graph, |walk| add(borders, walk.points, SHELL));
    }
    is_wanted()?;
    noded(borders, node)?;
    is_wanted()?;
    let overlap = Cell::new(false);
    let filled = |turns: [i32; ROLES]| {
        overlap.set(overlap.get() || turns[SHELL] > 1);
        turns[SHELL] > 0
    };
    rings.clear();
    edges.clear();
    graph::walks(borders, filled, graph, |walk| {
        rings.take(walk);
        add(edges, walk.points, SHELL);
    });
    if overlap.get() {
        // Borders inside other parts go, so that what hangs together does so by borders alone.
        is_wanted()?;
        noded(edges, node)?;
        rings.clear();
        graph::walks(edges, filled, graph, |walk| rings.take(walk));
    }
    polygons.clear();
    rings.assemble(polygons);
    Ok(())
}

fn add(edges: &mut Vec<Edge>, ring: &[[i32; 2]], role: usize) {
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    edges.extend(ends.map(|(from, to)| Edge::new(*from, *to, role)));
}

/// Simple rings, and which polygon each belongs to.
#[derive(Default)]
struct Rings {
    points: Vec<[i32; 2]>,
    all: Vec<Ring>,
    /// The part of a walk not yet cut off as a ring, with each point's place in it.
    open: Vec<[i32; 2]>,
    at: rustc_hash::FxHashMap<[i32; 2], usize>,
}

struct Ring {
    start: usize,
    end: usize,
    bounds: Rect,
    /// Twice its area, negative for a hole.
    area: i64,
    component: u32,
    /// The walk it comes from; rings of one walk bound one polygon.
    walk: usize,
}

impl Rings {
    fn clear(&mut self) {
        self.points.clear();
        self.all.clear();
    }

    /// Cuts a walk into simple rings where it comes to a point again: a shell and the holes that
    /// touch it, or holes that touch each other.
    fn take(&mut self, walk: &Walk<'_>) {
        let number = self.all.last().map_or(0, |ring| ring.walk + 1);
        self.open.clear();
        self.at.clear();
        for &point in walk.points {
            if let Some(&place) = self.at.get(&point) {
                self.cut(place, number, walk.component);
            }
            self.at.insert(point, self.open.len());
            self.open.push(point);
        }
        self.cut(0, number, walk.component);
    }

    /// Makes a ring of the open points from `place`, leaving out those on a straight line.
    fn cut(&mut self, place: usize, walk: usize, component: u32) {
        let start = self.points.len();
        let ring = &self.open[place..];
        for (i, &at) in ring.iter().enumerate() {
            let before = ring[i.checked_sub(1).unwrap_or(ring.len() - 1)];
            let after = ring[(i + 1) % ring.len()];
            if cross(difference(at, before), difference(after, at)) != 0 {
                self.points.push(at);
            }
        }
        for point in self.open.drain(place..) {
            self.at.remove(&point);
        }
        let ring = &self.points[start..];
        self.all.push(Ring {
            start,
            end: self.points.len(),
            bounds: bounds(ring),
            area: doubled_area(ring),
            component,
            walk,
        });
    }

    /// Each shell with its holes: those of its walk, and those of walks that have no shell whose
    /// least shell it is.
    fn assemble(&mut self, polygons: &mut Polygons) {
        let mut shells: Vec<usize> = (0..self.all.len()).filter(|&i| self.is_shell(i)).collect();
        let mut owner: Vec<usize> = vec![0; self.all.last().map_or(0, |ring| ring.walk + 1)];
        shells.iter().for_each(|&shell| owner[self.all[shell].walk] = shell + 1);
        shells.sort_by_key(|&shell| self.all[shell].area);
        let mut holes: Vec<(usize, usize)> = Vec::new();
        for hole in (0..self.all.len()).filter(|&i| !self.is_shell(i)) {
            let of_walk = &mut owner[self.all[hole].walk];
            if *of_walk == 0 {
                let found = shells.iter().find(|&&shell| self.lies_in(hole, shell));
                *of_walk = found.map_or(0, |shell| shell + 1);
            }
            if let Some(shell) = of_walk.checked_sub(1) {
                holes.push((shell, hole));
            }
        }
        holes.sort_unstable();
        shells.sort_unstable();
        let mut holes = holes.into_iter().peekable();
        for shell in shells {
            self.push(shell, polygons);
            while let Some((_, hole)) = holes.next_if(|(of, _)| *of == shell) {
                self.push(hole, polygons);
            }
            polygons.end_polygon();
        }
    }

    fn is_shell(&self, ring: usize) -> bool {
        self.all[ring].area > 0
    }

    fn points(&self, ring: usize) -> &[[i32; 2]] {
        &self.points[self.all[ring].start..self.all[ring].end]
    }

    fn push(&self, ring: usize, polygons: &mut Polygons) {
        polygons.points.extend_from_slice(self.points(ring));
        polygons.end_ring();
    }

    /// Whether a hole lies in a shell; a hole without shell hangs together
    /// with no shell that it lies in.
    fn lies_in(&self, hole: usize, shell: usize) -> bool {
        let (inner, outer) = (&self.all[hole], &self.all[shell]);
        inner.component != outer.component
            && within(&inner.bounds, &outer.bounds)
            && holds(self.points(shell), self.points[inner.start])
    }
}
