//! Geometry ready to draw, borrowed from the index.

use crate::geometry::Fixed;

/// A record's geometry: positions in the world square, and for each vertex of lines and rings the
/// zoom from which it is kept. A collection has points, lines and polygons.
#[derive(Clone, Copy)]
pub struct Render<'a> {
    _positions: &'a [Fixed],
}

/// A line, or a ring without its repeated last vertex.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run<'a> {
    /// The vertices. No two in a row are equal.
    pub positions: &'a [Fixed],
    /// For each vertex the zoom from which it is kept; as many as positions.
    pub from: &'a [u8],
}

impl<'a> Render<'a> {
    /// Its points, not thinned.
    #[must_use]
    pub fn points(&self) -> &'a [Fixed] {
        todo!()
    }

    /// Its lines, each of two vertices at least.
    pub fn lines(&self) -> impl Iterator<Item = Run<'a>> + use<'a> {
        std::iter::empty()
    }

    /// Its polygons, each as its rings, the shell first. Rings have three distinct vertices at
    /// least; their winding is the source's.
    pub fn polygons(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = Run<'a>> + use<'a>> + use<'a> {
        std::iter::empty::<std::iter::Empty<Run<'a>>>()
    }

    /// How many vertices it has in all: what drawing it costs.
    #[must_use]
    pub fn vertices(&self) -> usize {
        todo!()
    }
}
