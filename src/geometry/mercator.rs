//! Web Mercator in 32-bit fixed point: the world is 2^32 units wide, one is under 1 cm.
//!
//! Elementary functions are those of `libm`, so that a position has the same fixed point on every
//! machine.

use std::f64::consts::PI;

/// A position in the world square: x grows east from -180 degrees, y south from +85.0511 degrees.
pub type Fixed = [u32; 2];

/// Units across the world.
const WORLD: f64 = 4_294_967_296.0;

/// Tile units across a tile, in which buffers are given.
const TILE_EXTENT: u64 = 4096;

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

    /// Holds nothing; the start of a union.
    pub const EMPTY: Self = Self { min: [u32::MAX; 2], max: [0; 2] };

    /// Whether the two share a position; borders count.
    #[must_use]
    pub const fn meets(&self, other: &Self) -> bool {
        self.min[0] <= other.max[0]
            && other.min[0] <= self.max[0]
            && self.min[1] <= other.max[1]
            && other.min[1] <= self.max[1]
    }

    /// Whether it holds no position at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.min[0] > self.max[0] || self.min[1] > self.max[1]
    }

    /// Grows to hold the position.
    pub fn include(&mut self, at: Fixed) {
        for axis in 0..2 {
            self.min[axis] = self.min[axis].min(at[axis]);
            self.max[axis] = self.max[axis].max(at[axis]);
        }
    }

    /// The least box that holds both.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        for axis in 0..2 {
            self.min[axis] = self.min[axis].min(other.min[axis]);
            self.max[axis] = self.max[axis].max(other.max[axis]);
        }
        self
    }

    /// Whether `other` lies wholly inside; borders count.
    #[must_use]
    pub const fn contains(&self, other: &Self) -> bool {
        self.min[0] <= other.min[0]
            && other.max[0] <= self.max[0]
            && self.min[1] <= other.min[1]
            && other.max[1] <= self.max[1]
    }

    /// Whether the position lies inside; borders count.
    #[must_use]
    pub const fn holds(&self, at: Fixed) -> bool {
        self.min[0] <= at[0] && at[0] <= self.max[0] && self.min[1] <= at[1] && at[1] <= self.max[1]
    }
}

/// Longitude and latitude (degrees) to the world square, to the nearest unit; beyond its edges, the
/// edge. The spherical formula of EPSG:3857 (EPSG Guidance Note 7-2, method 1024).
#[must_use]
pub fn project(lon: f64, lat: f64) -> Fixed {
    let sine = libm::sin(lat.clamp(-90.0, 90.0).to_radians());
    // atanh(sine), infinite at the poles, which the conversion saturates.
    let stretched = 0.5 * libm::log((1.0 + sine) / (1.0 - sine));
    [fixed((lon + 180.0) / 360.0), fixed(0.5 - stretched / (2.0 * PI))]
}

/// A share of the world's width to the nearest unit, saturating.
fn fixed(share: f64) -> u32 {
    (share * WORLD + 0.5).floor() as u32
}

/// The inverse of [`project`]: `[longitude, latitude]` in degrees.
#[must_use]
pub fn unproject(at: Fixed) -> [f64; 2] {
    let [x, y] = at.map(|v| f64::from(v) / WORLD);
    [x * 360.0 - 180.0, libm::atan(libm::sinh(PI * (1.0 - 2.0 * y))).to_degrees()]
}

/// An area that holds the [`project`]ion of every position whose longitude and latitude lie in the
/// box (degrees), at most two units larger than it must be.
#[must_use]
pub fn cover(west: f64, south: f64, east: f64, north: f64) -> Area {
    Area {
        min: project(west, north).map(|v| v.saturating_sub(1)),
        max: project(east, south).map(|v| v.saturating_add(1)),
    }
}

/// The area of a tile and of `buffer` 4096ths of its width around it, both borders included,
/// cut off at the world's edge. Zoom at most 32.
#[must_use]
pub fn tile_area(z: u8, x: u32, y: u32, buffer: u32) -> Area {
    let shift = 32_u32.saturating_sub(u32::from(z));
    let margin = (u64::from(buffer) << shift).div_ceil(TILE_EXTENT);
    let corner = |tile: u32| u64::from(tile) << shift;
    let least = |tile: u32| clamp(corner(tile).saturating_sub(margin));
    let greatest = |tile: u32| clamp(corner(tile) + (1 << shift) + margin);
    Area { min: [least(x), least(y)], max: [greatest(x), greatest(y)] }
}

fn clamp(unit: u64) -> u32 {
    u32::try_from(unit).unwrap_or(u32::MAX)
}

/// Where the Hilbert curve of order 32 over the world square passes the position: near positions
/// mostly have near keys.
#[must_use]
pub fn hilbert([mut x, mut y]: Fixed) -> u64 {
    let mut key = 0;
    for bit in (0..32).rev() {
        let (right, low) = ((x >> bit) & 1, (y >> bit) & 1);
        key = (key << 2) | u64::from((3 * right) ^ low);
        if low == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            std::mem::swap(&mut x, &mut y);
        }
    }
    key
}
