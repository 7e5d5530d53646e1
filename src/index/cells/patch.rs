//! The part of a tile in which cells are owned, as squares row by row.

use crate::geometry::claim::BLOCK_LEVELS;
use crate::geometry::quadtree::{self, Cells, Code};

/// Squares begin and end at columns and rows that this divides, so that they can be halved often; and
/// so that they hold whole blocks, which no run of cells leaves.
const ALIGNED: u32 = 1 << BLOCK_LEVELS;
/// Bits of a cell's code that tell where in its block it lies.
pub(super) const BLOCK_BITS: u32 = 2 * BLOCK_LEVELS as u32;

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
        let [first, last] = [cells.first, cells.codes().end - 1].map(|code| code >> BLOCK_BITS);
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

    /// For the places of the squares of cells, row by row.
    #[must_use]
    pub fn places(&self) -> Places {
        let width = self.size()[0];
        let steps = std::array::from_fn(|code| {
            let [column, row] = quadtree::column_row(code as Code);
            row as usize * width + column as usize
        });
        Places { patch: *self, steps, group: Code::MAX, corner: 0 }
    }

    const fn place(&self, code: Code) -> usize {
        let [column, row] = self.column_row(code);
        let width = (self.max[0] - self.min[0]) as usize;
        row.wrapping_sub(self.min[1]) as usize * width + column.wrapping_sub(self.min[0]) as usize
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

/// Finds the places of cells in a patch; quick where they come in the order of their codes.
pub struct Places {
    patch: Patch,
    /// By the lowest bits of a code: how far the place is from that of the code without them.
    steps: [usize; 1 << GROUP_BITS],
    /// The code of the cell before without those bits, and the place of that.
    group: Code,
    corner: usize,
}

/// Bits of a code that are looked up.
const GROUP_BITS: u32 = 6;

impl Places {
    /// The place of a cell that the patch holds.
    pub fn of(&mut self, code: Code) -> usize {
        let group = code >> GROUP_BITS;
        if group != self.group {
            self.group = group;
            self.corner = self.patch.place(group << GROUP_BITS);
        }
        self.corner.wrapping_add(self.steps[(code & ((1 << GROUP_BITS) - 1)) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_row_by_row_in_whatever_order_cells_come() {
        let mut patch = Patch::none(9);
        let code = |column: u32, row: u32| quadtree::code([column, row]);
        patch.include(Cells { first: code(128, 64), count: 1 });
        patch.include(Cells { first: code(64, 128), count: 4096 });
        assert_eq!((patch.corner(), patch.size()), ([64, 64], [128, 128]));
        let mut places = patch.places();
        for step in [1, 5, 4095] {
            for at in (0..128 * 128).map(|n| n * step % (128 * 128)) {
                let [column, row] = [at % 128, at / 128].map(|v| v as u32);
                assert_eq!(places.of(code(64 + column, 64 + row)), at, "{column} {row}");
            }
        }
    }
}
