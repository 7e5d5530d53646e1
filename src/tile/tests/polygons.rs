//! Polygons against a clip of the original positions in doubles, made by another library.

use geo::algorithm::{Area as _, BooleanOps, Distance, Euclidean, Relate, Validation};
use geo::{Coord, InteriorPoint, MultiLineString, MultiPolygon, Point, Polygon, Rect};

use super::shapes::{
    BELOW, Dice, TOLERANCE, ask_below, border, decoded, deeper, ring, rounds, window,
};
use super::*;

/// A shell and a hole.
type Shape = (Vec<[f64; 2]>, Option<Vec<[f64; 2]>>);

/// A ring around a centre that does not cross itself. From five corners on, it is nowhere nearer to
/// the centre than a tenth of the radius.
fn star(dice: &mut Dice, centre: [f64; 2], radius: f64, least: u64) -> Vec<[f64; 2]> {
    let corners = least + dice.roll() % 40;
    let turn = std::f64::consts::TAU / corners as f64;
    let mut ring: Vec<[f64; 2]> = (0..corners)
        .map(|n| {
            let angle = turn * (n as f64 + dice.between(0.0, 0.9));
            let reach = radius * dice.between(0.3, 1.0);
            [centre[0] + reach * angle.cos(), centre[1] + reach * angle.sin()]
        })
        .collect();
    ring.push(ring[0]);
    ring
}

fn boundary(polygons: &MultiPolygon) -> MultiLineString {
    let rings = polygons.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    rings.cloned().collect()
}

/// Whether two areas differ nowhere by more than the tolerance.
fn assert_close(found: &MultiPolygon, expected: &MultiPolygon, what: &str) {
    let difference = found.xor(expected);
    let line = boundary(expected);
    let depth = |at: Coord| Euclidean.distance(&Point::from(at), &line);
    for part in &difference {
        let inner = part.interior_point().map(Coord::from);
        for at in part.exterior().coords().copied().chain(inner) {
            assert!(depth(at) <= TOLERANCE || border(at), "{what}: {at:?} is {} off", depth(at));
        }
    }
}

#[test]
fn polygons_are_valid_and_where_a_clip_in_doubles_has_them() {
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let shapes: Vec<Shape> = (0..60)
            .map(|n| {
                let centre = [dice.between(-900.0, 5000.0), dice.between(-900.0, 5000.0)];
                let radius = [3.0, 30.0, 300.0, 3000.0][n % 4];
                let hole = (n % 3 == 0).then(|| star(&mut dice, centre, radius * 0.1, 3));
                let least = if hole.is_some() { 5 } else { 3 };
                (star(&mut dice, centre, radius, least), hole)
            })
            .collect();
        let layer = Made::of(&shapes.iter().map(polygon_text).collect::<Vec<_>>()).view();
        for below in BELOW {
            let found: BTreeMap<u64, MultiPolygon> = features(&read(&layer, &ask_below(below)))
                .iter()
                .map(|feature| (feature.id.unwrap(), decoded(feature)))
                .collect();
            for (id, shape) in shapes.iter().enumerate() {
                let scaled = |points: &Vec<[f64; 2]>| {
                    ring(&points.iter().map(|p| deeper(*p, below)).collect::<Vec<_>>())
                };
                let holes = shape.1.iter().map(scaled).collect();
                let expected =
                    Polygon::new(scaled(&shape.0), holes).intersection(&window().to_polygon());
                let what = format!("round {round}, tile {below:?}, feature {id}");
                let none = MultiPolygon::new(Vec::new());
                let found = found.get(&(id as u64)).unwrap_or(&none);
                assert!(found.is_valid(), "{what}: {found:?}");
                if found.0.is_empty() {
                    assert!(is_thin(&expected), "{what} is missing: {expected:?}");
                } else {
                    assert!(!expected.0.is_empty() || touches(found), "{what} is not there");
                    assert_close(found, &expected, &what);
                }
            }
        }
    }
}

fn polygon_text(shape: &Shape) -> String {
    let hole = shape.1.as_ref().map_or(String::new(), |hole| format!(", ({})", wkt(hole)));
    format!("POLYGON (({}){hole})", wkt(&shape.0))
}

/// Whether nothing of the area is wider than the tolerance on both sides.
fn is_thin(area: &MultiPolygon) -> bool {
    let line = boundary(area);
    area.unsigned_area() <= 4.0
        || area
            .iter()
            .filter_map(InteriorPoint::interior_point)
            .all(|at| Euclidean.distance(&at, &line) <= TOLERANCE)
}

/// Whether an area lies along the window's border alone, where rounding may bring it in.
fn touches(area: &MultiPolygon) -> bool {
    let inner = Rect::new([-62.0, -62.0], [4158.0, 4158.0]).to_polygon();
    area.relate(&inner).is_disjoint()
}
