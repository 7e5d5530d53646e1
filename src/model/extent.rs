//! A box in longitude and latitude.

/// A box in degrees, CRS84 (longitude, latitude). Never crosses the antimeridian: a box that does
/// is two of these.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Extent {
    /// Least longitude.
    pub west: f64,
    /// Least latitude.
    pub south: f64,
    /// Greatest longitude.
    pub east: f64,
    /// Greatest latitude.
    pub north: f64,
}

impl Extent {
    /// Holds nothing; the start of a union.
    pub const EMPTY: Self = Self {
        west: f64::INFINITY,
        south: f64::INFINITY,
        east: f64::NEG_INFINITY,
        north: f64::NEG_INFINITY,
    };

    /// Whether it holds no point at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !(self.west <= self.east && self.south <= self.north)
    }

    /// Grows to hold the point (longitude, latitude).
    pub fn include(&mut self, [lon, lat]: [f64; 2]) {
        self.west = self.west.min(lon);
        self.east = self.east.max(lon);
        self.south = self.south.min(lat);
        self.north = self.north.max(lat);
    }

    /// The least box that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two share a point; borders count.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    /// Whether `other` lies wholly inside; borders count.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.west <= other.west
            && other.east <= self.east
            && self.south <= other.south
            && other.north <= self.north
    }

    /// `[west, south, east, north]`, the order of GeoJSON and OGC APIs.
    #[must_use]
    pub const fn to_array(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }
}
