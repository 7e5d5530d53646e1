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

#[cfg(test)]
mod tests {
    use geo::{Intersects, LineString, Point, Polygon, Rect, Validation};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn extent([west, south, east, north]: [f64; 4]) -> Extent {
        Extent { west, south, east, north }
    }

    fn rings_meet(rings: &[Vec<[f64; 2]>], area: Extent) -> bool {
        let mut test = BoxTest::new(area);
        rings.iter().for_each(|ring| test.ring(ring.iter().copied()));
        test.end_polygon();
        test.hit()
    }

    fn line_meets(line: &[[f64; 2]], area: Extent) -> bool {
        let mut test = BoxTest::new(area);
        test.line(line.iter().copied());
        test.hit()
    }

    const SHELL: [[f64; 2]; 4] = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]];
    const HOLE: [[f64; 2]; 4] = [[2.0, 2.0], [8.0, 2.0], [8.0, 8.0], [2.0, 8.0]];

    #[test]
    fn a_box_in_a_hole_is_not_met_and_one_in_the_polygon_is() {
        let donut = [SHELL.to_vec(), HOLE.to_vec()];
        assert!(!rings_meet(&donut, extent([3.0, 3.0, 7.0, 7.0])));
        assert!(rings_meet(&donut, extent([2.0, 3.0, 7.0, 7.0])));
        assert!(rings_meet(&donut, extent([0.5, 0.5, 1.0, 1.0])));
        assert!(rings_meet(&donut, extent([-5.0, -5.0, 50.0, 50.0])));
        assert!(rings_meet(&donut, extent([10.0, 10.0, 11.0, 11.0])));
        assert!(!rings_meet(&donut, extent([10.1, 0.0, 11.0, 11.0])));
        assert!(!rings_meet(&donut, Extent::EMPTY));
        let closed = [[SHELL.as_slice(), &SHELL[..1]].concat()];
        assert!(rings_meet(&closed, extent([3.0, 3.0, 7.0, 7.0])));
    }

    #[test]
    fn polygons_of_one_feature_do_not_mix() {
        let mut test = BoxTest::new(extent([20.0, 4.0, 21.0, 5.0]));
        test.ring(SHELL.into_iter());
        test.end_polygon();
        test.ring(SHELL.into_iter().map(|[x, y]| [x + 15.0, y]));
        test.end_polygon();
        assert!(test.hit());
    }

    #[test]
    fn short_runs_and_positions_past_the_antimeridian_are_taken_as_they_are() {
        let area = extent([179.0, -1.0, 180.0, 1.0]);
        assert!(line_meets(&[[170.0, 0.0], [190.0, 0.0]], area));
        assert!(line_meets(&[[180.0, 0.0]], area));
        assert!(!line_meets(&[], area));
        assert!(!line_meets(&[[-180.0, 0.0]], area));
        assert!(rings_meet(&[vec![[179.5, 0.0]]], area));
        assert!(rings_meet(&[vec![[170.0, 0.0], [190.0, 0.0]]], area));
        assert!(!rings_meet(&[vec![]], area));
        let mut test = BoxTest::new(area);
        test.point([f64::NAN, 0.0]);
        assert!(!test.hit());
        test.point([179.0, 1.0]);
        assert!(test.hit());
    }

    /// Boxes and positions on a grid, so that they touch often; sometimes moved by next to nothing.
    fn ordinate() -> impl Strategy<Value = f64> {
        (0..12_i32, prop_oneof![4 => Just(0.0), 1 => Just(1e-15), 1 => Just(-1e-15)])
            .prop_map(|(whole, more)| f64::from(whole) + more)
    }

    fn area() -> impl Strategy<Value = Extent> {
        [ordinate(), ordinate(), ordinate(), ordinate()]
            .prop_map(|[a, b, c, d]| extent([a.min(b), c.min(d), a.max(b), c.max(d)]))
    }

    fn rect(area: Extent) -> Rect {
        Rect::new((area.west, area.south), (area.east, area.north))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn lines_and_points_agree_with_geo(
            line in vec([ordinate(), ordinate()], 2..6),
            area in area(),
        ) {
            let oracle = LineString::from_iter(line.iter().copied()).intersects(&rect(area).to_polygon());
            prop_assert_eq!(line_meets(&line, area), oracle);
            let mut test = BoxTest::new(area);
            test.point(line[0]);
            prop_assert_eq!(test.hit(), rect(area).intersects(&Point::from(line[0])));
        }

        #[test]
        fn polygons_agree_with_geo(
            radii in vec(0.2..7.0_f64, 3..12),
            hole in 0.1..0.9_f64,
            area in area(),
        ) {
            let ring = |part: f64| -> Vec<[f64; 2]> {
                radii.iter().enumerate().map(|(i, radius)| {
                    let angle = std::f64::consts::TAU * i as f64 / radii.len() as f64;
                    [6.0 + part * radius * angle.cos(), 6.0 + part * radius * angle.sin()]
                }).collect()
            };
            let rings = [ring(1.0), ring(hole)];
            let polygon = Polygon::new(
                LineString::from_iter(rings[0].iter().copied()),
                vec![LineString::from_iter(rings[1].iter().copied())],
            );
            prop_assume!(polygon.is_valid());
            prop_assert_eq!(rings_meet(&rings, area), polygon.intersects(&rect(area)));
        }
    }
}
