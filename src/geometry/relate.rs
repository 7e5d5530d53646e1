//! Relations between a geometry and a box, exact on doubles.

use crate::model::Extent;

/// Whether a geometry, given run by run in longitude and latitude, shares a point with a box;
/// borders count.
pub struct BoxTest {
    _area: Extent,
}

impl BoxTest {
    /// Against `area`.
    #[must_use]
    pub fn new(_area: Extent) -> Self {
        todo!()
    }

    /// A position of a point or multi-point.
    pub fn point(&mut self, _at: [f64; 2]) {
        todo!()
    }

    /// A line.
    pub fn line(&mut self, _positions: impl Iterator<Item = [f64; 2]>) {
        todo!()
    }

    /// A ring of the polygon that is open.
    pub fn ring(&mut self, _positions: impl Iterator<Item = [f64; 2]>) {
        todo!()
    }

    /// The polygon whose rings were given is complete.
    pub fn end_polygon(&mut self) {
        todo!()
    }

    /// Whether anything given so far meets the box.
    #[must_use]
    pub fn hit(&self) -> bool {
        todo!()
    }
}
