//! Geometry ready to draw, borrowed from the index.

use super::blocks;
use super::gather::{HOLE, LINE, POINTS, SHELL};
use super::records::{Bounds, STRETCH};
use crate::geometry::{Area, Fixed};

/// A record's geometry: positions in the world square, and for each vertex of lines and rings the
/// zoom from which it is kept. A collection has points, lines and polygons.
#[derive(Clone, Copy)]
pub struct Render<'a> {
    pub(super) positions: &'a [Fixed],
    /// By position.
    pub(super) from: &'a [u8],
    /// By stretch of positions, if there are many.
    pub(super) boxes: &'a [Bounds],
    /// Where each of its runs ends.
    pub(super) ends: &'a [u32],
    /// What each of its runs is.
    pub(super) kinds: &'a [u8],
}

/// A line, or a ring without its repeated last vertex.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Run<'a> {
    /// The vertices. No two in a row are equal.
    pub positions: &'a [Fixed],
    /// For each vertex the zoom from which it is kept; as many as positions.
    pub from: &'a [u8],
    /// The boxes of the record's stretches, if it has any, and where among its positions these begin.
    boxes: &'a [Bounds],
    start: usize,
}

impl<'a> Run<'a> {
    /// A run without boxes.
    pub(super) const fn new(positions: &'a [Fixed], from: &'a [u8]) -> Self {
        Self { positions, from, boxes: &[], start: 0 }
    }

    /// Whether it has boxes, so that [`Run::stretches`] says more than the run itself.
    #[must_use]
    pub const fn has_boxes(&self) -> bool {
        !self.boxes.is_empty()
    }

    /// Its stretches in their order, each with a box that holds it.
    pub fn stretches(&self) -> impl Iterator<Item = (Self, Area)> + use<'a> {
        let this = *self;
        let end = this.start + this.positions.len();
        let first = this.start / STRETCH;
        let boxes = this.boxes.get(first..end.div_ceil(STRETCH)).unwrap_or(&[]);
        boxes.iter().enumerate().map(move |(index, own)| {
            let from = ((first + index) * STRETCH).max(this.start) - this.start;
            let to = ((first + index + 1) * STRETCH).min(end) - this.start;
            let positions = this.positions.get(from..to).unwrap_or(&[]);
            (Self::new(positions, this.from.get(from..to).unwrap_or(&[])), blocks::area(*own))
        })
    }
}

impl<'a> Render<'a> {
    /// The kinds of a record whose only run is of `kind`.
    pub(super) fn only(kind: u8) -> &'static [u8] {
        const KINDS: [u8; 4] = [POINTS, LINE, SHELL, HOLE];
        KINDS.get(usize::from(kind)).map_or(&[], std::slice::from_ref)
    }

    /// Its points, not thinned.
    #[must_use]
    pub fn points(&self) -> &'a [Fixed] {
        let runs = self.kinds.iter().take_while(|kind| **kind == POINTS).count();
        let end = runs.checked_sub(1).and_then(|last| self.ends.get(last));
        self.positions.get(..end.map_or(0, |end| *end as usize)).unwrap_or(&[])
    }

    /// Its points, if it has nothing else.
    #[must_use]
    pub fn only_points(&self) -> Option<&'a [Fixed]> {
        matches!(self.kinds, [POINTS]).then_some(self.positions)
    }

    /// Its only ring, if it is one polygon without holes.
    #[must_use]
    pub fn only_ring(&self) -> Option<Run<'a>> {
        matches!(self.kinds, [SHELL]).then(|| self.run(0))
    }

    /// Its lines, each of two vertices at least.
    pub fn lines(&self) -> impl Iterator<Item = Run<'a>> + use<'a> {
        let this = *self;
        let of_lines = self.kinds.iter().enumerate().filter(|(_, kind)| **kind == LINE);
        of_lines.map(move |(index, _)| this.run(index))
    }

    /// Its polygons, each as its rings, the shell first. Rings have three distinct vertices at
    /// least; a polygon of one ring is wound as tiles want it, else the winding is the source's.
    pub fn polygons(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = Run<'a>> + Clone + use<'a>> + use<'a> {
        let this = *self;
        let shells = self.kinds.iter().enumerate().filter(|(_, kind)| **kind == SHELL);
        shells.map(move |(shell, _)| {
            let behind = this.kinds.get(shell + 1..).unwrap_or(&[]);
            let holes = behind.iter().take_while(|kind| **kind == HOLE).count();
            (shell..=shell + holes).map(move |index| this.run(index))
        })
    }

    /// How many vertices it has in all: what drawing it costs.
    #[must_use]
    pub const fn vertices(&self) -> usize {
        self.positions.len()
    }

    /// Whether it is made of lines alone.
    pub(super) fn is_linear(&self) -> bool {
        self.kinds.first() == Some(&LINE) && self.kinds.last() == Some(&LINE)
    }

    fn run(&self, index: usize) -> Run<'a> {
        let end = |index: usize| self.ends.get(index).copied();
        let start = index.checked_sub(1).and_then(end).unwrap_or(0) as usize;
        let range = start..end(index).map_or(start, |end| end as usize);
        Run {
            positions: self.positions.get(range.clone()).unwrap_or(&[]),
            boxes: self.boxes,
            start: range.start,
            from: self.from.get(range).unwrap_or(&[]),
        }
    }
}
