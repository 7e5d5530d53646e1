//! Geodesic length, area and distance on the WGS 84 ellipsoid.

use geo::{Distance, Geodesic, GeodesicArea, LineString, Point, Polygon};

/// Metres between two positions (longitude, latitude in degrees) along the geodesic (Karney 2013).
#[must_use]
pub fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    Geodesic.distance(Point::from(a), Point::from(b))
}

/// Metres along a line of positions (longitude, latitude in degrees).
pub fn length(positions: impl Iterator<Item = [f64; 2]>) -> f64 {
    let mut last = None;
    positions.map(|at| last.replace(at).map_or(0.0, |from| distance(from, at))).sum()
}

/// Square metres inside a ring of positions (longitude, latitude in degrees), closed or not,
/// whichever way it turns. Holes are for the caller to subtract.
pub fn ring_area(positions: impl Iterator<Item = [f64; 2]>) -> f64 {
    let ring = LineString::from_iter(positions);
    Polygon::new(ring, Vec::new()).geodesic_area_signed().abs()
}
