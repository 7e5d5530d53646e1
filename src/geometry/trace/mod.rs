//! Regions of a grid of squares as polygons: all squares of one value are one multi-polygon, valid
//! by construction. Squares of a value that share an edge are of one polygon; those that meet at a
//! corner alone touch there. Borders are walked with the region on the right, turning right where
//! that can be chosen, and a ring that comes back to one of its corners is split there.

mod framed;

use rustc_hash::FxHashMap;

use self::framed::{Framed, STEPS};
use super::repair::Polygons;

/// The value of squares that belong to nothing.
pub const NOTHING: u32 = u32::MAX;

/// A ring of the border of a region.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Ring {
    /// The region's value, by the order in which values are first met, row by row.
    value: u32,
    /// The connected part of it.
    part: u32,
    is_hole: bool,
    /// Where its corners are.
    corners: [u32; 2],
}

/// Traces; holds the buffers.
#[derive(Default)]
pub struct Trace {
    framed: Framed,
    /// By square, framed: its connected part; of squares of nothing whatever was there before.
    parts: Vec<u32>,
    /// Squares whose northern edge is a border, row by row.
    edges: Vec<u32>,
    /// By part as numbered at first: a part that it was found to be one with, at last itself.
    joined: Vec<u32>,
    /// By part as numbered at first: the place of its value.
    value_of: Vec<u32>,
    /// By part: whether its outer border was walked, which is met before those of its holes.
    shelled: Vec<bool>,
    /// By square, framed: whether the border along its northern edge was walked.
    walked: Vec<bool>,
    corners: Vec<[u32; 2]>,
    rings: Vec<Ring>,
    /// Values in the order in which they are met, and the place of each.
    values: Vec<u32>,
    places: FxHashMap<u32, u32>,
    loops: Loops,
}

/// Splits a ring where it meets itself.
#[derive(Default)]
struct Loops {
    path: Vec<[u32; 2]>,
    /// Which corners of the path lie between two squares of the region that meet there alone.
    crossings: Vec<usize>,
    seen: FxHashMap<[u32; 2], usize>,
}

/// A grid of squares, row by row from the north-west.
#[derive(Clone, Copy)]
pub struct Squares<'a> {
    /// The values.
    pub values: &'a [u32],
    /// Squares of a row.
    pub width: usize,
}

impl Trace {
    /// Finds the regions of `squares`.
    pub fn run(&mut self, squares: Squares<'_>) {
        self.corners.clear();
        self.rings.clear();
        self.framed.fill(squares);
        self.label();
        self.walked.clear();
        self.walked.resize(self.framed.values.len(), false);
        let edges = std::mem::take(&mut self.edges);
        for &place in &edges {
            if !self.walked[place as usize] {
                self.walk(place as usize);
            }
        }
        self.edges = edges;
        self.rings.sort_unstable();
    }

    /// Values in the order in which they are met, each with its polygons, in the squares' corners
    /// as `place` puts them. `polygons` is a buffer.
    pub fn regions(
        &self,
        place: impl Fn([u32; 2]) -> [i32; 2],
        polygons: &mut Polygons,
        mut draw: impl FnMut(u32, &Polygons),
    ) {
        for rings in self.rings.chunk_by(|a, b| a.value == b.value) {
            polygons.clear();
            for part in rings.chunk_by(|a, b| a.part == b.part) {
                for ring in part {
                    let [from, to] = ring.corners.map(|at| at as usize);
                    polygons.points.extend(self.corners[from..to].iter().map(|at| place(*at)));
                    polygons.end_ring();
                }
                polygons.end_polygon();
            }
            draw(self.values[rings[0].value as usize], polygons);
        }
    }

    /// How many corners, rings and values there are.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        [self.corners.len(), self.rings.len(), self.values.len()]
    }

    /// The values, in the order in which they are met.
    #[must_use]
    pub fn values(&self) -> &[u32] {
        &self.values
    }

    /// Numbers the connected parts (two passes, Rosenfeld and Pfaltz 1966) and the values.
    fn label(&mut self) {
        let Self { framed, parts, edges, joined, value_of, shelled, values, places, .. } = self;
        let width = framed.width;
        parts.resize(parts.len().max(framed.values.len()), NOTHING);
        joined.clear();
        value_of.clear();
        values.clear();
        places.clear();
        edges.clear();
        for start in (width..framed.values.len()).step_by(width) {
            let (above, here) = framed.values[start - width..start + width].split_at(width);
            let (parts_above, parts) = parts[start - width..start + width].split_at_mut(width);
            let [mut west, mut part] = [NOTHING; 2];
            let squares = here.iter().zip(above).zip(&*parts_above).zip(parts);
            for (place, (((&value, &north), &part_north), own)) in (start as u32..).zip(squares) {
                if value != NOTHING {
                    if value != north {
                        edges.push(place);
                    }
                    part = match (value == west, value == north) {
                        (true, false) => part,
                        (false, true) => part_north,
                        (true, true) => join(joined, part, part_north),
                        (false, false) => {
                            // Where a value is met for the first time, a part begins.
                            value_of.push(*places.entry(value).or_insert_with(|| {
                                values.push(value);
                                values.len() as u32 - 1
                            }));
                            joined.push(joined.len() as u32);
                            joined.len() as u32 - 1
                        }
                    };
                    *own = part;
                }
                west = value;
            }
        }
        // A part is joined to earlier ones only.
        for part in 0..joined.len() {
            joined[part] = joined[joined[part] as usize];
        }
        shelled.clear();
        shelled.resize(joined.len(), false);
    }

    /// Walks the border from the north-western corner of the square at `start` to the east.
    fn walk(&mut self, start: usize) {
        let squares = &self.framed.values;
        let value = squares[start];
        let (steps, ahead_right) = (self.framed.steps(), self.framed.ahead_right());
        let (mut corner, mut at) = (start, self.framed.position(start));
        let mut direction = 0;
        let Loops { path, crossings, .. } = &mut self.loops;
        path.clear();
        crossings.clear();
        // It begins where the border turns: else the edge before would have been met first.
        while path.is_empty() || corner != start || direction != 0 {
            let left = (direction + 3) % 4;
            let [right_ahead, left_ahead] = [direction, left].map(|side| ahead_right[side]);
            let mut gone = 0;
            // Straight on as long as the region is on the right alone.
            let turns_left = loop {
                if direction == 0 {
                    self.walked[corner] = true;
                }
                corner = corner.wrapping_add_signed(steps[direction]);
                gone += 1;
                let is_region = |side| squares[corner.wrapping_add_signed(side)] == value;
                match (is_region(right_ahead), is_region(left_ahead)) {
                    (true, false) => {}
                    (true, true) => break true,
                    (false, crosswise) => {
                        crossings.extend(crosswise.then_some(path.len()));
                        break false;
                    }
                }
            };
            at = [0, 1].map(|axis| at[axis].wrapping_add_signed(STEPS[direction][axis] * gone));
            path.push(at);
            direction = if turns_left { left } else { (direction + 1) % 4 };
        }
        // Where a ring meets itself it comes by twice.
        let may_meet_itself = crossings.len() > 1;
        let part = self.joined[self.parts[start] as usize];
        let value = self.value_of[part as usize];
        let is_hole = std::mem::replace(&mut self.shelled[part as usize], true);
        let ring = Ring { value, part, is_hole, corners: [0; 2] };
        let Self { loops, corners, rings, .. } = self;
        if may_meet_itself {
            loops.split(|own| {
                let is_hole = doubled_area(own) < 0;
                add(Ring { is_hole, ..ring }, own, corners, rings);
            });
        } else {
            add(ring, &loops.path, corners, rings);
        }
    }
}

impl Loops {
    /// Gives the loops of the path, none of which meets itself.
    fn split(&mut self, mut give: impl FnMut(&[[u32; 2]])) {
        let Self { path, crossings, seen } = self;
        seen.clear();
        let (mut crossings, mut kept) = (crossings.iter().peekable(), 0);
        for place in 0..path.len() {
            let at = path[place];
            if crossings.next_if_eq(&&place).is_some() {
                // What is no longer where it was seen went with a loop.
                let before = seen.insert(at, kept);
                if let Some(from) = before.filter(|from| *from < kept && path[*from] == at) {
                    give(&path[from..kept]);
                    seen.insert(at, from);
                    kept = from + 1;
                    continue;
                }
            }
            path[kept] = at;
            kept += 1;
        }
        give(&path[..kept]);
    }
}

fn add(ring: Ring, path: &[[u32; 2]], corners: &mut Vec<[u32; 2]>, rings: &mut Vec<Ring>) {
    let from = corners.len() as u32;
    corners.extend_from_slice(path);
    rings.push(Ring { corners: [from, corners.len() as u32], ..ring });
}

/// Twice the area of a ring by the surveyor's formula: negative where it turns left.
fn doubled_area(ring: &[[u32; 2]]) -> i64 {
    let Some(&last) = ring.last() else { return 0 };
    let (mut from, mut sum) = (last.map(i64::from), 0);
    for to in ring.iter().map(|at| at.map(i64::from)) {
        sum += from[0] * to[1] - to[0] * from[1];
        from = to;
    }
    sum
}

/// Makes two parts one, the earlier. Which that is.
fn join(joined: &mut [u32], a: u32, b: u32) -> u32 {
    if a == b {
        return a;
    }
    let mut root = |mut part: u32| {
        while joined[part as usize] != part {
            // Ways that are long get half as long by being gone.
            let next = joined[joined[part as usize] as usize];
            joined[part as usize] = next;
            part = next;
        }
        part
    };
    let [a, b] = [a, b].map(&mut root);
    joined[a.max(b) as usize] = a.min(b);
    a.min(b)
}

#[cfg(test)]
mod tests {
    use geo::{Contains, LineString, MultiPolygon, Point, Polygon, Validation};
    use proptest::prelude::*;

    use super::*;

    fn polygons(polygons: &Polygons) -> MultiPolygon {
        let ring = |ring: &[[i32; 2]]| {
            ring.iter().map(|at| at.map(f64::from)).map(|[x, y]| (x, y)).collect::<LineString>()
        };
        let one = |rings: Vec<&[[i32; 2]]>| {
            Polygon::new(ring(rings[0]), rings[1..].iter().map(|own| ring(own)).collect())
        };
        polygons.iter().map(|rings| one(rings.collect())).collect()
    }

    fn traced(values: &[u32], width: usize) -> Vec<(u32, MultiPolygon)> {
        let mut trace = Trace::default();
        trace.run(Squares { values, width });
        let mut out = Vec::new();
        let draw = |value, own: &Polygons| out.push((value, polygons(own)));
        trace.regions(|at| at.map(|v| v as i32), &mut Polygons::default(), draw);
        out
    }

    proptest! {
        #[test]
        fn regions_are_valid_and_hold_their_squares_alone(
            width in 1..12_usize,
            cells in prop::collection::vec(prop_oneof![
                3 => 0..2_u32, 1 => Just(2), 1 => Just(NOTHING)
            ], 1..120),
        ) {
            let height = cells.len() / width;
            let values = &cells[..width * height];
            let regions = traced(values, width);
            let mut met: Vec<u32> = Vec::new();
            for value in values.iter().filter(|value| **value != NOTHING) {
                if !met.contains(value) {
                    met.push(*value);
                }
            }
            prop_assert_eq!(regions.iter().map(|(value, _)| *value).collect::<Vec<_>>(), met);
            for (value, region) in &regions {
                prop_assert!(region.is_valid(), "{value}: {region:?}");
                for (place, own) in values.iter().enumerate() {
                    let at = [place % width, place / width].map(|v| v as f64 + 0.5);
                    let held = region.contains(&Point::new(at[0], at[1]));
                    prop_assert_eq!(held, own == value);
                }
            }
        }
    }

    #[test]
    fn a_ring_that_meets_itself_is_split() {
        // A frame whose inside is two squares that meet at a corner, as the frame does inside.
        let values: Vec<u32> =
            ["11111", "1.111", "11.11", "11111"].concat().bytes().map(u32::from).collect();
        let values: Vec<u32> = values.iter().map(|v| if *v == 46 { NOTHING } else { *v }).collect();
        let regions = traced(&values, 5);
        let [(_, region)] = &regions[..] else { panic!("one value") };
        assert_eq!(region.0.len(), 1);
        assert_eq!(region.0[0].interiors().len(), 2);
    }

    #[test]
    fn shells_turn_clockwise_as_drawn_and_holes_do_not() {
        let mut values = vec![7; 9];
        values[4] = NOTHING;
        let mut trace = Trace::default();
        trace.run(Squares { values: &values, width: 3 });
        let corners = [[1, 2], [2, 2], [2, 1], [1, 1]];
        let mut drawn = Polygons::default();
        trace.regions(
            |at| at.map(|v| v as i32),
            &mut drawn,
            |value, own| {
                assert_eq!(value, 7);
                let mut rings = own.iter().next().unwrap();
                assert_eq!(rings.next().unwrap().len(), 4);
                let hole = rings.next().unwrap();
                assert!(corners.iter().all(|at| hole.contains(at)));
            },
        );
        assert_eq!(trace.counts(), [8, 2, 1]);
        assert!(trace.rings.iter().map(|ring| ring.is_hole).eq([false, true]));
    }
}
