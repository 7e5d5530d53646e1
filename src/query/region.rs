//! Where features must lie: boxes in longitude and latitude, met exactly.

use crate::access::LayerView;
use crate::geometry::relate::BoxTest;
use crate::geometry::{Area, mercator};
use crate::index::Record;
use crate::model::{Extent, Geometry, GeometrySink, Path, Simple};

/// Units by which the areas of an index may be larger than the geometry they are of.
const ROUNDING: u32 = 2;

/// Boxes of which one must be met, and a range of heights.
#[derive(Clone, Debug)]
pub(super) struct Region {
    boxes: Vec<Placed>,
    heights: Option<[f64; 2]>,
}

/// A box.
#[derive(Clone, Copy, Debug)]
struct Placed {
    extent: Extent,
    /// Meets the record of whatever meets the box.
    outer: Area,
    /// Whatever has its record in here lies in the box.
    inner: Area,
}

impl Region {
    /// That one of `boxes` (longitudes from -180 to 180) is met, and where geometry has heights, one of them lies in `heights`
    /// (both ends inclusive). `None` if that is all the world.
    pub(super) fn new(boxes: &[Extent], heights: Option<[f64; 2]>) -> Option<Self> {
        let world = Extent { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };
        if heights.is_none() && boxes.iter().any(|extent| extent.contains(&world)) {
            return None;
        }
        Some(Self { boxes: boxes.iter().copied().map(Placed::new).collect(), heights })
    }

    /// The areas to ask an index for.
    pub(super) fn areas(&self) -> Vec<Area> {
        self.boxes.iter().map(|placed| placed.outer).collect()
    }

    /// Whether the record's own area settles that its geometry lies in the region.
    pub(super) fn surely_holds(&self, area: &Area) -> bool {
        self.heights.is_none() && self.boxes.iter().any(|placed| placed.inner.contains(area))
    }

    /// Whether the geometry of the record, looked at itself, meets the region.
    pub(super) fn meets(&self, layer: &LayerView, record: Record) -> bool {
        let drawing = layer.index().drawing();
        let (row, area) = (drawing.row(record), drawing.area(record));
        let Some(geometry) = layer.feature(row).and_then(|feature| feature.geometry()) else {
            return false;
        };
        let mut near = self.boxes.iter().filter(|placed| placed.outer.meets(&area));
        near.any(|placed| touches(layer, &geometry, placed.extent))
            && self.heights.is_none_or(|range| rises_into(&geometry, range))
    }
}

impl Placed {
    fn new(extent: Extent) -> Self {
        let Extent { west, south, east, north } = extent;
        // Records at the edge of the world square may stand for geometry beyond it.
        let inner = Area {
            min: mercator::project(west, north).map(|unit| unit.saturating_add(ROUNDING)),
            max: mercator::project(east, south).map(|unit| unit.saturating_sub(ROUNDING)),
        };
        Self { extent, outer: mercator::cover(west, south, east, north), inner }
    }
}

/// Whether the geometry meets the box, as it is stored or moved by a turn where it reaches beyond
/// the antimeridian (179 to 181 degrees).
fn touches(layer: &LayerView, geometry: &Geometry<'_>, extent: Extent) -> bool {
    let mut sink = BoxSink::new(layer, extent);
    geometry.walk(&mut sink);
    if sink.test.hit() {
        return true;
    }
    let (west, east) = sink.reach;
    [(west < -180.0, -360.0), (east > 180.0, 360.0)].into_iter().any(|(beyond, turn)| {
        let moved = Extent { west: extent.west + turn, east: extent.east + turn, ..extent };
        let mut sink = BoxSink::new(layer, moved);
        if beyond {
            geometry.walk(&mut sink);
        }
        sink.test.hit()
    })
}

/// Brings geometry to longitude and latitude and to a box. Positions outside of the CRS's domain
/// are nowhere.
struct BoxSink<'a> {
    layer: &'a LayerView,
    test: BoxTest,
    /// Type of the geometry whose positions come.
    kind: Simple,
    /// Least and greatest longitude met.
    reach: (f64, f64),
}

impl<'a> BoxSink<'a> {
    fn new(layer: &'a LayerView, extent: Extent) -> Self {
        let reach = (f64::INFINITY, f64::NEG_INFINITY);
        Self { layer, test: BoxTest::new(extent), kind: Simple::Point, reach }
    }
}

impl GeometrySink for BoxSink<'_> {
    fn begin(&mut self, kind: Simple, _parts: usize) {
        self.kind = kind;
    }

    fn path(&mut self, path: &Path<'_>) {
        let Self { layer, reach, test, kind } = self;
        if test.hit() {
            return;
        }
        let positions = path.xy().filter_map(|position| {
            let at = layer.to_lonlat(position)?;
            *reach = (reach.0.min(at[0]), reach.1.max(at[0]));
            Some(at)
        });
        match kind {
            Simple::Point | Simple::MultiPoint => positions.for_each(|at| test.point(at)),
            Simple::Polygon | Simple::MultiPolygon => test.ring(positions),
            _ => test.line(positions),
        }
    }

    fn end(&mut self, kind: Simple) {
        if kind == Simple::Polygon {
            self.test.end_polygon();
        }
    }
}

/// Whether the geometry's range of heights meets `range`; one without heights does.
fn rises_into(geometry: &Geometry<'_>, [low, high]: [f64; 2]) -> bool {
    let mut sink = Heights { low: f64::INFINITY, high: f64::NEG_INFINITY };
    geometry.walk(&mut sink);
    let unknown = sink.low > sink.high;
    unknown || (sink.low <= high && low <= sink.high)
}

struct Heights {
    low: f64,
    high: f64,
}

impl GeometrySink for Heights {
    fn begin(&mut self, _kind: Simple, _parts: usize) {}

    fn path(&mut self, path: &Path<'_>) {
        if path.has_z() {
            for height in (0..path.len()).map(|at| path.z(at)) {
                self.low = self.low.min(height);
                self.high = self.high.max(height);
            }
        }
    }

    fn end(&mut self, _kind: Simple) {}
}
