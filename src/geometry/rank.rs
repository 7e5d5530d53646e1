//! The zoom from which each vertex is kept, so that borders that neighbours share stay shared.

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

/// Greatest rank: a vertex that only the deepest zoom keeps.
pub const MAX_RANK: u8 = 22;

/// For each position of a whole layer the zoom, 0 to [`MAX_RANK`], from which it is kept;
/// positions outside all `runs` have 0. Two runs that pass through the same positions keep the same
/// of them, whatever their direction.
#[must_use]
pub fn rank(_positions: &[Fixed], _runs: &[Run]) -> Vec<u8> {
    todo!()
}
