//! Polygons in tile coordinates made valid: simple rings, right winding, no overlap.
//!
//! Most polygons stay valid when their positions are snapped to the tile's grid; [`is_clean`] sees
//! that at little cost. Only the others go through a polygon overlay.

mod clean;
mod graph;
mod node;
mod overlay;
mod ring;
mod sweep;
#[cfg(test)]
mod tests;

pub use clean::is_clean;

/// The polygons of one feature, flat. Rings have no repeated last point; a polygon's first ring is
/// its shell, the others are holes. y grows south. Coordinates lie within ±2^28.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Polygons {
    /// The points of all rings.
    pub points: Vec<[i32; 2]>,
    /// Where each ring ends in `points`.
    pub rings: Vec<u32>,
    /// Where each polygon ends in `rings`.
    pub polygons: Vec<u32>,
}

/// Buffers that calls may share.
#[derive(Default)]
pub struct Scratch {
    clean: clean::Buffers,
    overlay: overlay::Buffers,
    polygons: Polygons,
}

impl Polygons {
    /// Removes everything, keeping the buffers.
    pub fn clear(&mut self) {
        self.points.clear();
        self.rings.clear();
        self.polygons.clear();
    }

    /// The points pushed since the last ring ended become a ring.
    pub fn end_ring(&mut self) {
        self.rings.push(self.points.len() as u32);
    }

    /// The rings since the last polygon ended become a polygon; none: no polygon.
    pub fn end_polygon(&mut self) {
        let end = self.rings.len() as u32;
        if end > self.polygons.last().copied().unwrap_or(0) {
            self.polygons.push(end);
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// Each polygon as its rings, shell first.
    pub fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = &[[i32; 2]]>> {
        let mut from = 0;
        self.polygons.iter().map(move |&to| {
            let rings = from..to as usize;
            from = to as usize;
            rings.map(|ring| self.ring(ring))
        })
    }

    /// The points of the ring at the index; none beyond the last.
    #[must_use]
    pub fn ring(&self, index: usize) -> &[[i32; 2]] {
        let start = match index {
            0 => 0,
            _ => self.rings.get(index - 1).map_or(0, |&end| end as usize),
        };
        let end = self.rings.get(index).map_or(start, |&end| end as usize);
        self.points.get(start..end).unwrap_or(&[])
    }
}

/// Makes the polygons valid by the rules of OGC Simple Features (06-103r4 section 6.1.11):
/// degenerate rings vanish, windings are set as [`is_clean`] wants them, holes are cut out of their
/// shells and overlapping parts are joined. Parts may touch at points, not along edges. May leave
/// nothing. Borders move by half a unit on either axis, twice where parts overlap; those of
/// hundreds of thousands of crossings by more.
///
/// `go_on` is asked now and then whether the work is still wanted; where it is not, nothing is left.
pub fn make_valid(polygons: &mut Polygons, scratch: &mut Scratch, go_on: &dyn Fn() -> bool) {
    ring::tidy(polygons, &mut scratch.polygons);
    if polygons.is_empty() || is_clean(polygons, scratch) {
        return;
    }
    overlay::repair(polygons, &mut scratch.overlay, go_on);
}
