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

/// Zoom at which a tile unit is a unit of the world square.
pub const UNIT_ZOOM: u8 = 20;

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

    /// Holds nothing; the start of a union. Not to be asked what it meets.
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

    /// Its area in square units; a position alone has none.
    #[must_use]
    pub fn size(&self) -> f64 {
        let [width, height] = [0, 1].map(|k| self.max[k].saturating_sub(self.min[k]));
        f64::from(width) * f64::from(height)
    }

    /// Grows to hold the position.
    pub fn include(&mut self, at: Fixed) {
        for (axis, value) in at.into_iter().enumerate() {
            self.min[axis] = self.min[axis].min(value);
            self.max[axis] = self.max[axis].max(value);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn corners_and_centre_of_the_world_are_where_they_belong() {
        assert_eq!(project(0.0, 0.0), [1 << 31; 2]);
        assert_eq!(project(-180.0, 85.051_128_779_806_6), [0, 0]);
        assert_eq!(project(180.0, -85.051_128_779_806_6), [u32::MAX; 2]);
        assert_eq!(project(200.0, -90.0), [u32::MAX; 2]);
        assert_eq!(project(-200.0, 90.0), [0, 0]);
        // EPSG:3857 of Shenzhen by PROJ: 12695987.925, 2576483.399 metres.
        let metres = |v: u32| (f64::from(v) / WORLD - 0.5) * 40_075_016.685_578_49;
        let [x, y] = project(114.05, 22.54);
        assert!((metres(x) - 12_695_987.925).abs() < 0.01, "{x}");
        assert!((metres(y) + 2_576_483.399).abs() < 0.01, "{y}");
    }

    #[test]
    fn tiles_meet_their_neighbours_and_end_at_the_world_s_edge() {
        assert_eq!(tile_area(0, 0, 0, 64), Area::WORLD);
        let tile = tile_area(1, 1, 0, 0);
        assert_eq!(tile, Area { min: [1 << 31, 0], max: [u32::MAX, 1 << 31] });
        let deep = tile_area(22, 5, 6, 1);
        assert_eq!(deep.min, [5 * 1024 - 1, 6 * 1024 - 1]);
        assert_eq!(tile_area(12, 5, 6, 64).max[0], (6 << 20) + (64 << 8));
        assert_eq!(tile_area(22, (1 << 22) - 1, 0, 4096).max[0], u32::MAX);
    }

    #[test]
    fn areas_grow_and_hold() {
        let mut area = Area::EMPTY;
        assert!(area.is_empty());
        area.include([5, 7]);
        assert!(!area.is_empty() && area.holds([5, 7]) && !area.holds([5, 8]));
        let both = area.union(&Area { min: [9, 0], max: [9, 0] });
        assert_eq!(both, Area { min: [5, 0], max: [9, 7] });
        assert!(both.contains(&area) && !area.contains(&both));
    }

    #[test]
    fn the_hilbert_curve_fills_a_square_step_by_step() {
        let side = 1_u32 << 4;
        let scale = |v: u32| v << 28;
        let mut cells: Vec<Fixed> = (0..side * side).map(|i| [i % side, i / side]).collect();
        cells.sort_by_key(|at| hilbert(at.map(scale)));
        for pair in cells.windows(2) {
            let step = pair[0][0].abs_diff(pair[1][0]) + pair[0][1].abs_diff(pair[1][1]);
            assert_eq!(step, 1, "{pair:?}");
        }
    }

    proptest! {
        #[test]
        fn unproject_undoes_project(lon in -180.0..180.0_f64, lat in -85.0..85.0_f64) {
            let [x, y] = unproject(project(lon, lat));
            prop_assert!((x - lon).abs() < 5e-8 && (y - lat).abs() < 5e-8);
        }

        #[test]
        fn every_fixed_position_comes_back(x in any::<u32>(), y in any::<u32>()) {
            let [lon, lat] = unproject([x, y]);
            prop_assert_eq!(project(lon, lat), [x, y]);
        }

        #[test]
        fn cover_holds_what_lies_in_the_box(
            lons in [-200.0..200.0_f64, 0.0..1.0_f64, 0.0..1e-6_f64],
            lats in [-90.0..90.0_f64, 0.0..1.0_f64, 0.0..1e-6_f64],
        ) {
            let area = cover(lons[0], lats[0], lons[0] + lons[2], lats[0] + lats[2]);
            let inside = project(lons[0] + lons[1] * lons[2], lats[0] + lats[1] * lats[2]);
            prop_assert!(area.holds(inside));
        }
    }
}
