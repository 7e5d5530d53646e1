//! Web Mercator in 32-bit fixed point: the world is 2^32 units wide, one is under 1 cm.

/// A position in the world square: x grows east from -180 degrees, y south from +85.0511 degrees.
pub type Fixed = [u32; 2];

/// A box in the world square, both corners inclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Area {
    /// North-west corner (least x, least y).
    pub min: Fixed,
    /// South-east corner (greatest x, greatest y).
    pub max: Fixed,
}

impl Area {
    /// The whole world.
    pub const WORLD: Self = Self { min: [0; 2], max: [u32::MAX; 2] };

    /// Whether the two share a position; borders count.
    #[must_use]
    pub const fn meets(&self, other: &Self) -> bool {
        self.min[0] <= other.max[0]
            && other.min[0] <= self.max[0]
            && self.min[1] <= other.max[1]
            && other.min[1] <= self.max[1]
    }
}

/// Longitude and latitude (degrees) to the world square; beyond its edges, the edge.
#[must_use]
pub fn project(_lon: f64, _lat: f64) -> Fixed {
    todo!()
}

/// The inverse of [`project`]: `[longitude, latitude]` in degrees.
#[must_use]
pub fn unproject(_at: Fixed) -> [f64; 2] {
    todo!()
}

/// The area that holds every position whose longitude and latitude lie in the box (degrees).
#[must_use]
pub fn cover(_west: f64, _south: f64, _east: f64, _north: f64) -> Area {
    todo!()
}
