//! Relations between a geometry and a box, exact on doubles.

use geo::{
    Coord,
    kernels::{Kernel, Orientation, RobustKernel},
};

use crate::model::Extent;

/// Whether a geometry, given run by run in longitude and latitude, shares a point with a box;
/// borders count. Nothing is allocated. Longitudes are taken as they are: 190 is not -170.
pub struct BoxTest {
    area: Extent,
    /// Whether the box's south-west corner lies inside an odd number of the open polygon's rings.
    inside: bool,
    hit: bool,
}

impl BoxTest {
    /// Against `area`; an empty one meets nothing.
    #[must_use]
    pub fn new(area: Extent) -> Self {
        Self { area, inside: false, hit: false }
    }

    /// A position of a point or multi-point.
    pub fn point(&mut self, at: [f64; 2]) {
        self.hit = self.hit || self.holds(at);
    }

    /// A line; one of a single position is that position.
    pub fn line(&mut self, positions: impl Iterator<Item = [f64; 2]>) {
        let mut last = None;
        for at in positions {
            if self.hit {
                return;
            }
            self.hit = self.touches(last.unwrap_or(at), at);
            last = Some(at);
        }
    }

    /// A ring of the polygon that is open, closed or not: the edge from the last position to the
    /// first is implied.
    pub fn ring(&mut self, positions: impl Iterator<Item = [f64; 2]>) {
        let (mut first, mut last) = (None, None);
        for at in positions {
            if self.hit {
                return;
            }
            first = first.or(Some(at));
            self.edge(last.unwrap_or(at), at);
            last = Some(at);
        }
        if let (Some(first), Some(last)) = (first, last) {
            self.edge(last, first);
        }
    }

    /// The polygon whose rings were given is complete.
    pub fn end_polygon(&mut self) {
        // No edge touches the box, so it lies wholly inside or wholly outside.
        self.hit = self.hit || (self.inside && !self.area.is_empty());
        self.inside = false;
    }

    /// Whether anything given so far meets the box.
    #[must_use]
    pub const fn hit(&self) -> bool {
        self.hit
    }

    /// An edge of a ring: does it touch the box, and does it pass the ray that runs east from the
    /// south-west corner?
    fn edge(&mut self, a: [f64; 2], b: [f64; 2]) {
        if self.touches(a, b) {
            self.hit = true;
            return;
        }
        let corner = [self.area.west, self.area.south];
        if (a[1] > corner[1]) != (b[1] > corner[1]) {
            let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
            let east = if low[0].min(high[0]) > corner[0] {
                true
            } else if low[0].max(high[0]) < corner[0] {
                false
            } else {
                side(low, high, corner) == Orientation::CounterClockwise
            };
            self.inside ^= east;
        }
    }

    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let area = &self.area;
        area.west <= x && x <= area.east && area.south <= y && y <= area.north
    }

    /// Whether the segment shares a point with the box.
    fn touches(&self, a: [f64; 2], b: [f64; 2]) -> bool {
        let area = &self.area;
        let apart = (a[0] < area.west && b[0] < area.west)
            || (a[0] > area.east && b[0] > area.east)
            || (a[1] < area.south && b[1] < area.south)
            || (a[1] > area.north && b[1] > area.north);
        if apart {
            return false;
        }
        if self.holds(a) || self.holds(b) {
            return true;
        }
        if area.is_empty() {
            return false;
        }
        // Boxes meet: the segment misses only if all corners lie strictly on one side of it.
        let first = side(a, b, [area.west, area.south]);
        first == Orientation::Collinear
            || [[area.east, area.south], [area.east, area.north], [area.west, area.north]]
                .into_iter()
                .any(|corner| side(a, b, corner) != first)
    }
}

/// On which side of the line from `a` to `b` the position lies, exactly.
fn side(a: [f64; 2], b: [f64; 2], at: [f64; 2]) -> Orientation {
    let coord = |[x, y]: [f64; 2]| Coord { x, y };
    RobustKernel::orient2d(coord(a), coord(b), coord(at))
}
