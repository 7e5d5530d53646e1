//! Where a tile lies, and what it covers of the world square.

use super::{BUFFER, EXTENT, MAX_ZOOM};
use crate::geometry::mercator::tile_area;
use crate::geometry::{Area, Fixed};

/// Bits of the world square's side (see [`crate::geometry::mercator`]).
const WORLD_BITS: u8 = 32;

/// Where a tile lies: zoom, column, row (XYZ, row 0 in the north).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    z: u8,
    x: u32,
    y: u32,
}

impl Address {
    /// `None` beyond zoom 22 or outside the zoom's grid.
    #[must_use]
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x >> z == 0 && y >> z == 0).then_some(Self { z, x, y })
    }

    /// Zoom, column, row.
    #[must_use]
    pub const fn zxy(self) -> (u8, u32, u32) {
        (self.z, self.x, self.y)
    }

    /// The north-west corner in the world square.
    pub(super) fn corner(self) -> [i64; 2] {
        let side = WORLD_BITS - self.z;
        [i64::from(self.x) << side, i64::from(self.y) << side]
    }

    /// The tile with its buffer, both corners inclusive, in world units from its corner; beyond the
    /// world's edges, too.
    pub(super) fn window(self) -> [[i64; 2]; 2] {
        let side = 1i64 << (WORLD_BITS - self.z);
        let buffer = side * i64::from(BUFFER) / i64::from(EXTENT);
        [[-buffer; 2], [side + buffer; 2]]
    }

    /// The part of the world that the tile with its buffer covers.
    #[must_use]
    pub fn area(self) -> Area {
        tile_area(self.z, self.x, self.y, BUFFER as u32)
    }

    /// Whether `at` lies in the tile itself, without buffer: of all tiles of a zoom, in one.
    #[must_use]
    pub fn holds(self, at: Fixed) -> bool {
        let tile = at.map(|v| (u64::from(v) >> (WORLD_BITS - self.z)) as u32);
        tile == [self.x, self.y]
    }
}
