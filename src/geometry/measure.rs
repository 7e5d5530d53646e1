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

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected by `pyproj` 3.7.2 (`Geod(ellps="WGS84")`).
    #[test]
    fn lengths_and_areas_are_geodesic() {
        assert!((distance([0.0, 0.0], [1.0, 0.0]) - 111_319.490_793).abs() < 1e-5);
        let line = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]];
        assert!((length(line.into_iter()) - 221_893.879_351).abs() < 1e-3);
        assert_eq!(length([[3.0, 4.0]].into_iter()), 0.0);
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
        let area = ring_area(square.into_iter());
        assert!((area / 12_308_778_361.469_45 - 1.0).abs() < 1e-9, "{area}");
        assert_eq!(area, ring_area(square.into_iter().rev()));
        assert_eq!(ring_area([[0.0, 0.0]].into_iter()), 0.0);
        assert_eq!(ring_area(std::iter::empty()), 0.0);
    }
}
