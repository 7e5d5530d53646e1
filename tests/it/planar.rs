//! Plane geometry for judging tiles: an independent Web Mercator in doubles, and inside and
//! distance by the textbook.

use std::f64::consts::PI;

use geo::{Coord, Geometry, LineString, MapCoords, Polygon};

use crate::mvt;

/// Longitude and latitude to tile units (4096 a tile) of tile `x`, `y` at zoom `z`.
pub(crate) fn to_tile(at: Coord<f64>, (z, x, y): (u8, u32, u32)) -> Coord<f64> {
    let size = f64::from(1_u32 << z);
    let lat = at.y.clamp(-85.051_128_779_806_59, 85.051_128_779_806_59).to_radians();
    let east = (at.x + 180.0) / 360.0;
    let south = 0.5 - (PI / 4.0 + lat / 2.0).tan().ln() / (2.0 * PI);
    Coord {
        x: east.mul_add(size, -f64::from(x)) * 4096.0,
        y: south.mul_add(size, -f64::from(y)) * 4096.0,
    }
}

/// A geometry in tile units, taken apart.
#[derive(Default, Debug)]
pub(crate) struct Shape {
    pub(crate) points: Vec<Coord<f64>>,
    pub(crate) lines: Vec<Vec<Coord<f64>>>,
    /// Rings of all polygons; inside is where an odd number of them is around.
    pub(crate) rings: Vec<Vec<Coord<f64>>>,
}

impl Shape {
    /// Of a geometry in degrees.
    pub(crate) fn projected(geometry: &Geometry<f64>, tile: (u8, u32, u32)) -> Self {
        let mut shape = Self::default();
        shape.add(&geometry.map_coords(|at| to_tile(at, tile)));
        shape
    }

    fn add(&mut self, geometry: &Geometry<f64>) {
        match geometry {
            Geometry::Point(point) => self.points.push(point.0),
            Geometry::MultiPoint(points) => self.points.extend(points.iter().map(|p| p.0)),
            Geometry::LineString(line) => self.lines.push(line.0.clone()),
            Geometry::MultiLineString(lines) => {
                self.lines.extend(lines.iter().map(|line| line.0.clone()));
            }
            Geometry::Polygon(polygon) => self.polygon(polygon),
            Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|one| self.polygon(one)),
            Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| self.add(part)),
            other => panic!("{other:?}"),
        }
    }

    fn polygon(&mut self, polygon: &Polygon<f64>) {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        self.rings.extend(rings.map(|ring| ring.0.clone()));
    }

    /// Adds what a tile drew.
    pub(crate) fn draw(&mut self, geometry: &mvt::Geometry) {
        let path = |path: &Vec<mvt::Point>| path.iter().map(coord).collect::<Vec<_>>();
        match geometry {
            mvt::Geometry::Unknown => panic!("a geometry without type"),
            mvt::Geometry::Points(points) => self.points.extend(points.iter().map(coord)),
            mvt::Geometry::Lines(lines) => self.lines.extend(lines.iter().map(path)),
            mvt::Geometry::Polygons(polygons) => {
                for ring in polygons.iter().flatten() {
                    let mut ring = path(ring);
                    ring.push(ring[0]);
                    self.rings.push(ring);
                }
            }
        }
    }

    /// Whether `at` lies inside its polygons.
    pub(crate) fn holds(&self, at: Coord<f64>) -> bool {
        let crossings = self.rings.iter().flat_map(|ring| ring.windows(2)).filter(|edge| {
            let (a, b) = (edge[0], edge[1]);
            (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
        });
        crossings.count() % 2 == 1
    }

    /// The distance from `at` to its points, lines and rings.
    pub(crate) fn distance(&self, at: Coord<f64>) -> f64 {
        let paths = self.lines.iter().chain(&self.rings);
        let edges =
            paths.flat_map(|path| path.windows(2)).map(|edge| to_edge(at, edge[0], edge[1]));
        let points = self.points.iter().map(|point| (at.x - point.x).hypot(at.y - point.y));
        edges.chain(points).fold(f64::INFINITY, f64::min)
    }

    /// All its positions.
    pub(crate) fn positions(&self) -> impl Iterator<Item = Coord<f64>> + '_ {
        self.points
            .iter()
            .chain(self.lines.iter().flatten())
            .chain(self.rings.iter().flatten())
            .copied()
    }
}

fn coord(point: &mvt::Point) -> Coord<f64> {
    Coord { x: point[0] as f64, y: point[1] as f64 }
}

/// The distance from `at` to the segment from `a` to `b`.
fn to_edge(at: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx * dx + dy * dy;
    let along = if length == 0.0 { 0.0 } else { ((at.x - a.x) * dx + (at.y - a.y) * dy) / length };
    let along = along.clamp(0.0, 1.0);
    (at.x - along.mul_add(dx, a.x)).hypot(at.y - along.mul_add(dy, a.y))
}

/// A drawn polygon geometry as the `geo` crate's multi-polygon.
pub(crate) fn multi_polygon(polygons: &[Vec<mvt::Ring>]) -> geo::MultiPolygon<f64> {
    let ring = |ring: &mvt::Ring| LineString(ring.iter().map(coord).collect());
    let polygon = |rings: &Vec<mvt::Ring>| {
        Polygon::new(ring(&rings[0]), rings[1..].iter().map(ring).collect())
    };
    geo::MultiPolygon(polygons.iter().map(polygon).collect())
}
