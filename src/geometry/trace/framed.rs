//! A grid of squares in a frame of nothing, and the ways between the corners of its squares.

use super::{NOTHING, Squares};

/// Directions by their number: east, south, west, north.
pub(super) const STEPS: [[i32; 2]; 4] = [[1, 0], [0, 1], [-1, 0], [0, -1]];

/// The grid with a frame of nothing around it, so that every square has neighbours.
#[derive(Default)]
pub(super) struct Framed {
    /// Row by row from the north-west.
    pub(super) values: Vec<u32>,
    /// Squares of a row.
    pub(super) width: usize,
}

impl Framed {
    /// Makes it that of `squares`.
    pub(super) fn fill(&mut self, squares: Squares<'_>) {
        let inner = squares.width.max(1);
        self.width = inner + 2;
        let rows = squares.values.len() / inner;
        self.values.clear();
        self.values.reserve((rows + 2) * self.width);
        // The frame's end of a row and its start of the next lie together.
        self.values.resize(self.width + 1, NOTHING);
        for row in squares.values.chunks_exact(inner) {
            self.values.extend_from_slice(row);
            self.values.extend_from_slice(&[NOTHING; 2]);
        }
        self.values.resize((rows + 2) * self.width, NOTHING);
    }

    /// Column and row of the square at a place.
    pub(super) fn position(&self, place: usize) -> [u32; 2] {
        [place % self.width - 1, place / self.width - 1].map(|v| v as u32)
    }

    /// From a corner of the grid, which is named by the place of the square south-east of it, to the
    /// next in each direction.
    pub(super) fn steps(&self) -> [isize; 4] {
        let width = self.width as isize;
        [1, width, -1, -width]
    }

    /// From a corner to the square ahead on the right of each direction; that on the left is the one
    /// on the right of the direction before.
    pub(super) fn ahead_right(&self) -> [isize; 4] {
        let width = self.width as isize;
        [0, -1, -1 - width, -width]
    }
}
