//! The zoom from which each vertex is kept, so that borders that neighbours share stay shared.
//!
//! Junctions are the vertices where the linework of the whole layer branches or ends
//! ([`junction`]).
//! They are kept at every zoom and cut rings and lines into arcs. Each arc is simplified once, for
//! all zooms, in a direction that does not depend on who has it ([`arc`]), so that neighbours agree
//! without knowing of each other. Only equal positions are shared: a vertex in the middle of
//! another's edge is not seen.

mod anchor;
mod arc;
mod junction;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::Fixed;

/// A line or a ring: a slice of a layer's positions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run {
    /// Index of its first position.
    pub start: u32,
    /// Number of positions; a ring's first is not repeated at its end.
    pub len: u32,
    /// Whether it is a ring.
    pub closed: bool,
}

impl Run {
    /// Its indices.
    const fn range(&self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// Greatest rank: a vertex that only the deepest zoom keeps.
pub const MAX_RANK: u8 = 22;

/// For each position of a whole layer the zoom, 0 to [`MAX_RANK`], from which it is kept;
/// positions outside all `runs` have 0. Two runs that pass through the same positions keep the same
/// of them, whatever their direction. At each zoom a line is within the zoom's tolerance of what
/// is kept of it (see [`arc::tolerance`]), and a ring keeps three vertices, if it has them.
///
/// `runs` are in order of their start and do not overlap; there are fewer than 2^32 positions.
/// Beyond the result it takes 13 bytes a position.
///
/// # Panics
/// If a run reaches beyond the positions.
#[must_use]
pub fn rank(positions: &[Fixed], runs: &[Run]) -> Vec<u8> {
    let mut marks = junction::find(positions, runs);
    marks.anchor_rings(positions, runs);
    let marks = marks.into_flags();
    let mut ranks = vec![0; positions.len()];
    let mut simplifier = arc::Simplifier::default();
    for run in runs {
        let range = run.range();
        simplifier.run(&positions[range.clone()], &marks[range.clone()], &mut ranks[range]);
    }
    ranks
}
