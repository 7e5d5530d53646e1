//! The part of a tile in which cells are owned, as squares row by row.

use crate::geometry::claim::Cells;
use crate::geometry::quadtree::{self, Code};

/// Squares begin and end at columns and rows that this divides, so that they can be halved often.
const ALIGNED: u32 = 64;
/// Bits of a cell's code that tell where in such a block it lies.
const BLOCK_BITS: u32 = 2 * ALIGNED.ilog2();

/// A range of columns and rows of a tile's cells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patch {
    /// First column and row.
    min: [u32; 2],
    /// Behind the last column and row.
    max: [u32; 2],
    /// Levels of the cells below the tile.
    below: u8,
    /// Behind the last block included, by its cells' codes without the lowest bits.
    behind: Code,
}

impl Patch {
    /// None yet, of cells so many levels below their tile.
    #[must_use]
    pub const fn none(below: u8) -> Self {
        Self { min: [u32::MAX; 2], max: [0; 2], below, behind: 0 }
    }

    /// Grows to hold cells, which lie in one tile and come in the order of their codes.
    pub fn include(&mut self, cells: Cells) {
        let last = cells.first + u64::from(cells.count) - 1;
        let [first, last] = [cells.first, last].map(|code| code >> BLOCK_BITS);
        // Most cells lie in the block of those before.
        for block in first.max(self.behind)..=last {
            let corner = self.column_row(block << BLOCK_BITS);
            for (axis, from) in corner.into_iter().enumerate() {
                self.min[axis] = self.min[axis].min(from);
                self.max[axis] = self.max[axis].max(from + ALIGNED);
            }
        }
        self.behind = self.behind.max(last + 1);
    }

    /// Columns and rows.
    #[must_use]
    pub const fn size(&self) -> [usize; 2] {
        let [columns, rows] =
            [self.max[0].saturating_sub(self.min[0]), self.max[1].saturating_sub(self.min[1])];
        [columns as usize, rows as usize]
    }

    /// First column and row.
    #[must_use]
    pub const fn corner(&self) -> [u32; 2] {
        self.min
    }

    /// Columns and rows of the whole tile.
    #[must_use]
    pub const fn across(&self) -> u32 {
        1 << self.below
    }

    /// The places of the squares of cells, row by row.
    pub fn places(&self, cells: Cells) -> impl Iterator<Item = usize> + use<> {
        let (patch, width) = (*self, self.size()[0]);
        let mut place = 0;
        (cells.first..cells.first + u64::from(cells.count)).map(move |code| {
            // Of four siblings in a row the others' places follow from the one before.
            place = match code & 3 {
                sibling if sibling == 0 || code == cells.first => patch.place(code),
                2 => place + width - 1,
                _ => place + 1,
            };
            place
        })
    }

    const fn place(&self, code: Code) -> usize {
        let [column, row] = self.column_row(code);
        let width = (self.max[0] - self.min[0]) as usize;
        (row - self.min[1]) as usize * width + (column - self.min[0]) as usize
    }

    /// Column and row in the tile.
    const fn column_row(&self, code: Code) -> [u32; 2] {
        quadtree::column_row(code & ((1 << (2 * self.below as u32)) - 1))
    }

    /// Those of the level above.
    #[must_use]
    pub fn halved(&self) -> Self {
        let [min, max] = [self.min, self.max].map(|corner| corner.map(|v| v / 2));
        Self { min, max, below: self.below.saturating_sub(1), behind: 0 }
    }
}
