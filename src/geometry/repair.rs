//! Polygons in tile coordinates made valid: simple rings, right winding, no overlap.

/// The polygons of one feature, flat. Rings have no repeated last point; a polygon's first ring is
/// its shell, the others are holes. y grows south.
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
pub struct Scratch {}

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

    /// The rings since the last polygon ended become a polygon.
    pub fn end_polygon(&mut self) {
        self.polygons.push(self.rings.len() as u32);
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.polygons.is_empty()
    }

    /// Each polygon as its rings, shell first.
    pub fn iter(&self) -> impl Iterator<Item = impl Iterator<Item = &[[i32; 2]]>> {
        let mut ring_from = 0;
        let mut from = 0;
        self.polygons.iter().map(move |&ring_to| {
            let rings = self.rings.get(ring_from..ring_to as usize).unwrap_or(&[]);
            ring_from = ring_to as usize;
            let start = from;
            from = rings.last().map_or(from, |&end| end as usize);
            rings.iter().scan(start, |from, &end| {
                let ring = self.points.get(*from..end as usize).unwrap_or(&[]);
                *from = end as usize;
                Some(ring)
            })
        })
    }
}

/// Whether the polygons are valid as they are and no two of their edges touch but at the ends that
/// a ring's neighbouring edges share: each ring has an area and its winding (shells positive by the
/// surveyor's formula of MVT 2.1 section 4.3.4.4, clockwise as drawn; holes negative), holes lie in
/// their shell, shells outside one another. Valid polygons whose rings touch at a point are not
/// clean: [`make_valid`] decides about those.
#[must_use]
pub fn is_clean(_polygons: &Polygons, _scratch: &mut Scratch) -> bool {
    todo!()
}

/// Makes the polygons valid by the rules of OGC Simple Features: degenerate rings vanish, windings
/// are set, overlapping parts are joined. May leave nothing. Coordinates lie within ±2^28.
pub fn make_valid(_polygons: &mut Polygons, _scratch: &mut Scratch) {
    todo!()
}
