//! Polygons of which nothing is left on a tile's grid, drawn as the units that they lie in: land
//! does not fade from the map where its parcels do, and what one zoom shows the next shows too.

use super::EXTENT;
use super::commands::Unit;
use crate::geometry::repair::Polygons;

/// Last column and row of units in a tile's buffer.
const LAST: i32 = EXTENT + super::BUFFER - 1;

/// Adds the units that a path through `units` passes, as overlapping polygons: for each step the
/// hull of its two ends. No two units in a row are equal.
pub(super) fn sweep(units: &[Unit], polygons: &mut Polygons) {
    let inside = |unit: Unit| unit.map(|v| v.min(LAST));
    if let [only] = units {
        hull(inside(*only), inside(*only), polygons);
    }
    for step in units.windows(2) {
        hull(inside(step[0]), inside(step[1]), polygons);
    }
}

/// Adds the hull of units that lie within two by two of them, and in the tile and its buffer;
/// `false` where they do not. It is what [`sweep`] comes to, or at most half a unit more.
pub(super) fn compact(units: &[Unit], polygons: &mut Polygons) -> bool {
    let (mut least, mut greatest) = ([i32::MAX; 2], [i32::MIN; 2]);
    for unit in units {
        least = [least[0].min(unit[0]), least[1].min(unit[1])];
        greatest = [greatest[0].max(unit[0]), greatest[1].max(unit[1])];
    }
    let narrow = |axis: usize| greatest[axis].checked_sub(least[axis]).is_some_and(|d| d < 2);
    let first = -super::BUFFER;
    if !narrow(0)
        || !narrow(1)
        || least.iter().any(|v| *v < first)
        || greatest.iter().any(|v| *v > LAST)
    {
        return false;
    }
    let ([west, north], [east, south]) = (least, [greatest[0] + 1, greatest[1] + 1]);
    let square = east - west == 2 && south - north == 2;
    // Each corner's unit, the corner, and what the hull has instead where that unit is missing.
    let middle = [west + 1, north + 1];
    for (unit, corner, cut) in [
        ([west, north], [west, north], [[west, middle[1]], [middle[0], north]]),
        ([east - 1, north], [east, north], [[middle[0], north], [east, middle[1]]]),
        ([east - 1, south - 1], [east, south], [[east, middle[1]], [middle[0], south]]),
        ([west, south - 1], [west, south], [[middle[0], south], [west, middle[1]]]),
    ] {
        if !square || units.contains(&unit) {
            polygons.points.push(corner);
        } else {
            polygons.points.extend(cut);
        }
    }
    polygons.end_ring();
    polygons.end_polygon();
    true
}

/// Adds the hull of two units, clockwise as drawn.
fn hull(one: Unit, other: Unit, polygons: &mut Polygons) {
    let ([x, y], [u, v]) = (one.min(other), one.max(other));
    let points = &mut polygons.points;
    if x == u || y == v {
        let (north, south) = (y.min(v), y.max(v) + 1);
        points.extend([[x, north], [u + 1, north], [u + 1, south], [x, south]]);
    } else if y < v {
        points.extend([[x, y], [x + 1, y], [u + 1, v], [u + 1, v + 1], [u, v + 1], [x, y + 1]]);
    } else {
        points.extend([[x, y], [u, v], [u + 1, v], [u + 1, v + 1], [x + 1, y + 1], [x, y + 1]]);
    }
    polygons.end_ring();
    polygons.end_polygon();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swept(units: &[Unit]) -> Vec<Vec<Unit>> {
        let mut polygons = Polygons::default();
        sweep(units, &mut polygons);
        polygons.iter().map(|rings| rings.flatten().copied().collect()).collect()
    }

    /// Twice the area, positive for a ring that turns clockwise as drawn.
    fn doubled_area(ring: &[Unit]) -> i32 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
    }

    #[test]
    fn a_unit_is_a_square_and_stays_in_the_buffer() {
        assert_eq!(swept(&[[5, 7]]), [[[5, 7], [6, 7], [6, 8], [5, 8]]]);
        assert_eq!(swept(&[[4160, 0]]), [[[4159, 0], [4160, 0], [4160, 1], [4159, 1]]]);
        assert!(swept(&[]).is_empty());
    }

    #[test]
    fn units_within_two_by_two_are_their_hull() {
        let hulls = [
            (vec![[5, 7], [5, 7]], vec![[5, 7], [6, 7], [6, 8], [5, 8]]),
            (vec![[5, 7], [6, 7]], vec![[5, 7], [7, 7], [7, 8], [5, 8]]),
            (vec![[6, 8], [5, 7]], vec![[5, 7], [6, 7], [7, 8], [7, 9], [6, 9], [5, 8]]),
            (vec![[5, 8], [5, 7], [6, 7]], vec![[5, 7], [7, 7], [7, 8], [6, 9], [5, 9]]),
            (vec![[5, 8], [6, 7], [6, 8]], vec![[5, 8], [6, 7], [7, 7], [7, 9], [5, 9]]),
            (vec![[5, 8], [6, 7], [5, 7], [6, 8]], vec![[5, 7], [7, 7], [7, 9], [5, 9]]),
        ];
        for (units, hull) in hulls {
            let mut polygons = Polygons::default();
            assert!(compact(&units, &mut polygons));
            assert_eq!(polygons.points, hull, "{units:?}");
            assert!(doubled_area(&hull) > 0);
        }
        for far in [vec![[5, 7], [7, 7]], vec![[-65, 0]], vec![[4160, 0]], vec![]] {
            let mut polygons = Polygons::default();
            assert!(!compact(&far, &mut polygons) && polygons.points.is_empty());
        }
    }

    #[test]
    fn a_step_in_any_direction_is_the_hull_of_its_ends() {
        for (dx, dy) in [(3, 0), (0, 3), (3, 2), (2, -3)] {
            let (there, back) = (swept(&[[0, 0], [dx, dy]]), swept(&[[0, 0], [-dx, -dy]]));
            // A hull of unit squares that far apart.
            let area = 2 + 2 * (dx.abs() + dy.abs());
            assert_eq!((doubled_area(&there[0]), doubled_area(&back[0])), (area, area));
            for corner in [[0, 0], [1, 0], [0, 1], [1, 1]] {
                let corners = [corner, [corner[0] + dx, corner[1] + dy]];
                let held = corners.iter().all(|at| not_outside(&there[0], *at));
                assert!(held, "{there:?} {corners:?}");
            }
        }
        assert_eq!(swept(&[[0, 0], [1, 0], [1, 1]]).len(), 2);
    }

    /// Whether a convex ring, clockwise as drawn, holds a point or has it on its border.
    fn not_outside(ring: &[Unit], at: Unit) -> bool {
        ring.iter()
            .zip(ring.iter().cycle().skip(1))
            .all(|(a, b)| (b[0] - a[0]) * (at[1] - a[1]) - (b[1] - a[1]) * (at[0] - a[0]) >= 0)
    }
}
