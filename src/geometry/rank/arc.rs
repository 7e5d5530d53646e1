//! An arc simplified for all zooms at once.

use super::{Fixed, MAX_RANK};

/// Depth of the recursion beyond which ranges are halved instead of cut at the farthest vertex,
/// so that no shape of line costs more than its length times this.
const MAX_DEPTH: u32 = 48;

/// Zoom from which a line is drawn to half a tile unit.
const FINE_ZOOM: u8 = 12;

/// How far from a vertex the line may pass at a zoom, in world units: half a unit of a tile of 4096
/// from zoom 12, two units (a quarter of a pixel of a tile of 512) below.
pub(super) fn tolerance(zoom: u8) -> f64 {
    let unit = 2_f64.powi(20 - i32::from(zoom));
    if zoom < FINE_ZOOM { 2.0 * unit } else { 0.5 * unit }
}

/// Ranks the vertices of runs, one after another.
pub(super) struct Simplifier {
    /// Square of each zoom's tolerance.
    squares: [f64; MAX_RANK as usize + 1],
    /// The arc at hand in its own direction, relative to its first position, without repetitions.
    positions: Vec<[f64; 2]>,
    ranks: Vec<u8>,
    stack: Vec<Range>,
}

/// A stretch of the arc whose ends are kept from zoom `from` at the latest.
struct Range {
    first: usize,
    last: usize,
    from: u8,
    depth: u32,
}

impl Default for Simplifier {
    fn default() -> Self {
        let mut squares = [0.0; MAX_RANK as usize + 1];
        for (zoom, square) in (0..).zip(&mut squares) {
            *square = tolerance(zoom) * tolerance(zoom);
        }
        Self { squares, positions: Vec::new(), ranks: Vec::new(), stack: Vec::new() }
    }
}

impl Simplifier {
    /// Gives the rank of each position of a run. Junctions have 0 already, and of a ring that has
    /// any, the arc from the last to the first is one of its arcs.
    pub(super) fn run(&mut self, positions: &[Fixed], junctions: &[bool], ranks: &mut [u8]) {
        let mut ends = junctions.iter().enumerate().filter(|(_, is)| **is).map(|(i, _)| i);
        let Some(first) = ends.next() else { return };
        let mut from = first;
        for to in ends {
            if to > from + 1 {
                self.arc(positions, from, to - from, ranks);
            }
            from = to;
        }
        // Over the seam of a ring; a line's ends are junctions, so nothing is left of it.
        let rest = positions.len() - from + first;
        if rest > 1 {
            self.arc(positions, from, rest, ranks);
        }
    }

    /// Ranks the vertices between `from` and the one `steps` on, in a ring over its seam.
    fn arc(&mut self, positions: &[Fixed], from: usize, steps: usize, ranks: &mut [u8]) {
        let count = positions.len();
        let index = |step: usize| (from + step) % count;
        let backward = (0..=steps)
            .map(|step| (positions[index(step)], positions[index(steps - step)]))
            .find(|(ahead, back)| ahead != back)
            .is_some_and(|(ahead, back)| back < ahead);
        let along = |step: usize| index(if backward { steps - step } else { step });
        let origin = positions[along(0)];
        self.positions.clear();
        for step in 0..=steps {
            let at = positions[along(step)];
            if step == 0 || at != positions[along(step - 1)] {
                let offset = |axis: usize| f64::from(at[axis]) - f64::from(origin[axis]);
                self.positions.push([offset(0), offset(1)]);
            }
        }
        self.simplify();
        let mut distinct = 0;
        for step in 1..steps {
            if positions[along(step)] != positions[along(step - 1)] {
                distinct += 1;
            }
            ranks[along(step)] = self.ranks.get(distinct).copied().unwrap_or(0);
        }
    }

    /// Douglas and Peucker 1973 on `self.positions`, each vertex kept from the zoom whose
    /// tolerance its distance exceeds, but not before the two whose line it was measured from.
    fn simplify(&mut self) {
        let last = self.positions.len().saturating_sub(1);
        self.ranks.clear();
        self.ranks.resize(last + 1, 0);
        self.stack.clear();
        self.stack.push(Range { first: 0, last, from: 0, depth: 0 });
        while let Some(Range { first, last, from, depth }) = self.stack.pop() {
            if last <= first + 1 {
                continue;
            }
            let (farthest, square) = self.farthest(first, last);
            let zooms = self.squares.partition_point(|tolerated| *tolerated >= square);
            let rank = (zooms as u8).min(MAX_RANK).max(from);
            if rank == MAX_RANK {
                self.ranks[first + 1..last].fill(MAX_RANK);
                continue;
            }
            let middle = if depth < MAX_DEPTH { farthest } else { first.midpoint(last) };
            self.ranks[middle] = rank;
            let depth = depth + 1;
            self.stack.push(Range { first, last: middle, from: rank, depth });
            self.stack.push(Range { first: middle, last, from: rank, depth });
        }
    }

    /// The first vertex of those farthest from the segment between two, and the square of its
    /// distance.
    fn farthest(&self, first: usize, last: usize) -> (usize, f64) {
        let [ax, ay] = self.positions[first];
        let [dx, dy] = [self.positions[last][0] - ax, self.positions[last][1] - ay];
        let length = dx * dx + dy * dy;
        let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
        let mut best = (first + 1, -1.0);
        for (i, [x, y]) in self.positions[first + 1..last].iter().enumerate() {
            let (px, py) = (x - ax, y - ay);
            let along = px * dx + py * dy;
            let square = if along <= 0.0 {
                px * px + py * py
            } else if along >= length {
                let (qx, qy) = (px - dx, py - dy);
                qx * qx + qy * qy
            } else {
                let across = px * dy - py * dx;
                across * across * scale
            };
            if square > best.1 {
                best = (first + 1 + i, square);
            }
        }
        best
    }
}
