//! The feature's geometry as a `geozero` geometry, so that WKT, WKB and `geo` types can be made of
//! it by that crate's writers.

use geozero::error::Result;
use geozero::{CoordDimensions, GeomProcessor, GeozeroGeometry};

use super::{Geometry, GeometrySink, Path, Simple};

impl GeozeroGeometry for Geometry<'_> {
    fn process_geom<P: GeomProcessor>(&self, processor: &mut P) -> Result<()> {
        let mut bridge = Bridge { processor, open: Vec::new(), result: Ok(()) };
        self.walk(&mut bridge);
        bridge.result
    }

    fn dims(&self) -> CoordDimensions {
        let (z, m) = self.ordinates(0);
        CoordDimensions { z, m, t: false, tm: false }
    }
}

impl Geometry<'_> {
    /// Whether any position of it has a height, and whether any has a measure.
    fn ordinates(&self, depth: usize) -> (bool, bool) {
        let path = self.whole();
        let mut has = (path.has_z(), path.has_m());
        if depth < super::MAX_DEPTH {
            for part in self.parts() {
                let (z, m) = part.ordinates(depth + 1);
                has = (has.0 || z, has.1 || m);
            }
        }
        has
    }
}

/// Turns the events of a walk into those of a `geozero` processor; keeps the first error.
struct Bridge<'p, P> {
    processor: &'p mut P,
    /// The geometries that are open, with how many children each has had.
    open: Vec<(Simple, usize)>,
    result: Result<()>,
}

impl<P: GeomProcessor> Bridge<'_, P> {
    fn then(&mut self, call: impl FnOnce(&mut P) -> Result<()>) {
        if self.result.is_ok() {
            self.result = call(self.processor);
        }
    }

    /// The place of the next child in the geometry that is open, and that geometry's type.
    fn next_child(&mut self) -> (Option<Simple>, usize) {
        match self.open.last_mut() {
            Some((kind, count)) => {
                *count += 1;
                (Some(*kind), *count - 1)
            }
            None => (None, 0),
        }
    }

    fn positions(&mut self, path: &Path<'_>) {
        let dims = self.processor.dimensions();
        for (i, [x, y]) in path.xy().enumerate() {
            let z = (dims.z && path.has_z()).then(|| path.z(i));
            let m = (dims.m && path.has_m()).then(|| path.m(i));
            self.then(|p| {
                if p.multi_dim() { p.coordinate(x, y, z, m, None, None, i) } else { p.xy(x, y, i) }
            });
        }
    }
}

impl<P: GeomProcessor> GeometrySink for Bridge<'_, P> {
    fn begin(&mut self, kind: Simple, parts: usize) {
        let (parent, idx) = self.next_child();
        let tagged = parent != Some(Simple::MultiPolygon);
        match kind {
            Simple::Point if parts == 0 => self.then(|p| p.empty_point(idx)),
            Simple::Point => self.then(|p| p.point_begin(idx)),
            Simple::Polygon => self.then(|p| p.polygon_begin(tagged, parts, idx)),
            Simple::MultiLineString => self.then(|p| p.multilinestring_begin(parts, idx)),
            Simple::MultiPolygon => self.then(|p| p.multipolygon_begin(parts, idx)),
            Simple::GeometryCollection => self.then(|p| p.geometrycollection_begin(parts, idx)),
            // These say how many positions they have, which their path knows.
            Simple::MultiPoint if parts == 0 => self.then(|p| p.multipoint_begin(0, idx)),
            Simple::LineString if parts == 0 => self.then(|p| p.linestring_begin(true, 0, idx)),
            Simple::MultiPoint | Simple::LineString => {}
        }
        self.open.push((kind, 0));
    }

    fn path(&mut self, path: &Path<'_>) {
        let (kind, child) = self.next_child();
        let size = path.len();
        let place = self.open.len().checked_sub(2).and_then(|i| self.open.get(i));
        let idx = place.map_or(0, |(_, count)| count.saturating_sub(1));
        match kind {
            Some(Simple::MultiPoint) => self.then(|p| p.multipoint_begin(size, idx)),
            Some(Simple::LineString) => self.then(|p| p.linestring_begin(true, size, idx)),
            Some(_) if kind != Some(Simple::Point) => {
                self.then(|p| p.linestring_begin(false, size, child));
            }
            _ => {}
        }
        self.positions(path);
        if matches!(kind, Some(Simple::Polygon | Simple::MultiLineString)) {
            self.then(|p| p.linestring_end(false, child));
        }
    }

    fn end(&mut self, kind: Simple) {
        let (_, parts) = self.open.pop().unwrap_or((kind, 0));
        let (parent, idx) = match self.open.last() {
            Some((parent, count)) => (Some(*parent), count.saturating_sub(1)),
            None => (None, 0),
        };
        let tagged = parent != Some(Simple::MultiPolygon);
        match kind {
            Simple::Point if parts == 0 => {}
            Simple::Point => self.then(|p| p.point_end(idx)),
            Simple::MultiPoint => self.then(|p| p.multipoint_end(idx)),
            Simple::LineString => self.then(|p| p.linestring_end(true, idx)),
            Simple::Polygon => self.then(|p| p.polygon_end(tagged, idx)),
            Simple::MultiLineString => self.then(|p| p.multilinestring_end(idx)),
            Simple::MultiPolygon => self.then(|p| p.multipolygon_end(idx)),
            Simple::GeometryCollection => self.then(|p| p.geometrycollection_end(idx)),
        }
    }
}
