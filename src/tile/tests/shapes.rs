//! Shapes against a clip of the original positions in doubles, made by another library.

use geo::algorithm::{Area as _, BooleanOps, Distance, Euclidean};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Point, Polygon, Rect};

use super::*;

/// Greatest distance of a tile's shape from the true one, in tile units: half a unit's diagonal of
/// snapping, and what simplification may drop. Holds from zoom 14; at 21 and 22 units are as small
/// as the fixed point of under a centimetre, which adds one.
pub(super) const TOLERANCE: f64 = 1.5;

/// Numbers that look random and are not (`SplitMix64`).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// How many layers are made of each kind: ten, or two hundred where asked.
pub(super) fn rounds() -> u64 {
    if std::env::var_os("ONEMAP_CHECKS").is_some_and(|size| size == "full") { 200 } else { 10 }
}

pub(super) fn ring(points: &[[f64; 2]]) -> LineString {
    points.iter().map(|[x, y]| Coord { x: *x, y: *y }).collect()
}

pub(super) fn decoded_ring(points: &[mvt::Point]) -> LineString {
    let points: Vec<[f64; 2]> = points.iter().map(|p| p.map(|v| v as f64)).collect();
    let mut ring = ring(&points);
    ring.close();
    ring
}

pub(super) fn decoded(feature: &mvt::Feature) -> MultiPolygon {
    let Ok(mvt::Geometry::Polygons(polygons)) = feature.geometry() else { panic!("polygons") };
    let polygon = |rings: &Vec<mvt::Ring>| {
        let mut rings = rings.iter().map(Vec::as_slice).map(decoded_ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    polygons.iter().map(polygon).collect()
}

pub(super) fn window() -> Rect {
    Rect::new([-64.0, -64.0], [4160.0, 4160.0])
}

/// Units of [`TILE`] in those of a tile `down` zooms below it, whose column and row are `x`, `y`
/// within it.
pub(super) fn deeper(unit: [f64; 2], (down, x, y): (u8, u32, u32)) -> [f64; 2] {
    let scale = f64::from(1u32 << down);
    [unit[0] * scale - f64::from(x) * 4096.0, unit[1] * scale - f64::from(y) * 4096.0]
}

pub(super) fn ask_below((down, x, y): (u8, u32, u32)) -> TileAsk {
    at(TILE.0 + down, (TILE.1 << down) + x, (TILE.2 << down) + y)
}

pub(super) const BELOW: [(u8, u32, u32); 4] = [(0, 0, 0), (1, 1, 0), (3, 2, 5), (6, 31, 40)];

#[test]
fn lines_are_where_a_clip_in_doubles_has_them() {
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let lines: Vec<Vec<[f64; 2]>> = (0..60)
            .map(|n| {
                let mut at = [dice.between(-900.0, 5000.0), dice.between(-900.0, 5000.0)];
                let step = [2.0, 40.0, 800.0][n % 3];
                let mut grow = || {
                    at = at.map(|v| v + dice.between(-step, step));
                    at
                };
                (0..20).map(|_| grow()).collect()
            })
            .collect();
        let texts: Vec<String> = lines.iter().map(|l| format!("LINESTRING ({})", wkt(l))).collect();
        let layer = Made::of(&texts).view();
        for below in BELOW {
            let found: BTreeMap<u64, MultiLineString> = features(&read(&layer, &ask_below(below)))
                .iter()
                .map(|feature| {
                    let Ok(mvt::Geometry::Lines(lines)) = feature.geometry() else { panic!() };
                    let line = |points: &Vec<mvt::Point>| {
                        ring(&points.iter().map(|p| p.map(|v| v as f64)).collect::<Vec<_>>())
                    };
                    (feature.id.unwrap(), lines.iter().map(line).collect())
                })
                .collect();
            for (id, line) in lines.iter().enumerate() {
                let scaled: Vec<[f64; 2]> = line.iter().map(|p| deeper(*p, below)).collect();
                let expected =
                    window().to_polygon().clip(&MultiLineString::new(vec![ring(&scaled)]), false);
                let what = format!("round {round}, tile {below:?}, line {id}");
                assert_lines_close(found.get(&(id as u64)), &expected, &what);
            }
        }
    }
}

/// Whether a position lies on the window's border, where a small move of a line is a greater one
/// along the border.
pub(super) fn border(at: Coord) -> bool {
    [at.x, at.y].iter().any(|v| *v <= -63.0 || *v >= 4159.0)
}

/// Whether all positions of one lie near the other; short pieces may be gone.
fn assert_lines_close(found: Option<&MultiLineString>, expected: &MultiLineString, what: &str) {
    let none = MultiLineString::new(Vec::new());
    let found = found.unwrap_or(&none);
    let near = |at: Coord, line: &MultiLineString| {
        !line.0.is_empty() && Euclidean.distance(&Point::from(at), line) <= TOLERANCE
    };
    for at in found.iter().flat_map(LineString::coords) {
        assert!(near(*at, expected) || border(*at), "{what}: {at:?} is not on the line");
    }
    for piece in expected {
        let box_ = piece.coords().fold([f64::MAX, f64::MIN, f64::MAX, f64::MIN], |b, at| {
            [b[0].min(at.x), b[1].max(at.x), b[2].min(at.y), b[3].max(at.y)]
        });
        if box_[1] - box_[0] < 2.0 && box_[3] - box_[2] < 2.0 {
            continue;
        }
        for segment in piece.lines() {
            let steps = (segment.dx().hypot(segment.dy()) / 5.0).ceil().max(1.0);
            for step in 0..=steps as u32 {
                let at = segment.start + segment.delta() * (f64::from(step) / steps);
                assert!(near(at, found) || border(at), "{what}: {at:?} is missing");
            }
        }
    }
}

#[test]
fn points_are_in_the_tiles_that_hold_them_and_in_the_buffers_of_their_neighbours() {
    let mut dice = Dice(1);
    let points: Vec<[f64; 2]> =
        (0..2000).map(|_| [0; 2].map(|_| dice.between(-200.0, 4300.0))).collect();
    let texts: Vec<String> = points.iter().map(|p| format!("POINT ({})", wkt(&[*p]))).collect();
    let mut made = Made::of(&texts);
    made.attribute_bytes = 0;
    let layer = made.view();
    for below in BELOW {
        let found: BTreeMap<u64, mvt::Point> = features(&read(&layer, &ask_below(below)))
            .iter()
            .map(|feature| {
                let Ok(mvt::Geometry::Points(points)) = feature.geometry() else { panic!() };
                (feature.id.unwrap(), points[0])
            })
            .collect();
        for (id, point) in points.iter().enumerate() {
            let expected = deeper(*point, below);
            // A unit of the fixed point either way.
            let margin = |edge: f64| expected.iter().all(|v| *v >= -edge && *v <= 4096.0 + edge);
            let found = found.get(&(id as u64));
            assert!(found.is_some() || !margin(63.9), "{below:?}: {expected:?} is missing");
            assert!(found.is_none() || margin(64.1), "{below:?}: {expected:?} is not there");
            for (found, expected) in found.into_iter().flatten().zip(expected) {
                assert!((*found as f64 - expected).abs() <= 0.6, "{below:?}: {found} {expected}");
            }
        }
    }
}

/// A sheet of cells without gap: corners of a grid moved about, with a bend in the middle of each
/// side that both neighbours share.
fn sheet(dice: &mut Dice, cells: usize, side: f64, origin: f64) -> Vec<String> {
    let reach = side * 0.3;
    let mut place = |x: f64, y: f64| {
        let at = [origin + x * side, origin + y * side];
        at.map(|v| v + dice.between(-reach, reach))
    };
    let mut corners = BTreeMap::new();
    for y in 0..=cells * 2 {
        for x in 0..=cells * 2 {
            corners.insert((x, y), place(x as f64 / 2.0, y as f64 / 2.0));
        }
    }
    let around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1), (0, 0)];
    let mut texts = Vec::new();
    for y in 0..cells {
        for x in 0..cells {
            let ring = around.map(|(dx, dy)| {
                let node = (x * 2 + dx, y * 2 + dy);
                let on_side = node.0 % 2 == 1 || node.1 % 2 == 1;
                // Bends stay near the middle of their sides, so that no ring crosses itself.
                if !on_side {
                    return corners[&node];
                }
                let (a, b) = if node.0 % 2 == 1 {
                    ((node.0 - 1, node.1), (node.0 + 1, node.1))
                } else {
                    ((node.0, node.1 - 1), (node.0, node.1 + 1))
                };
                let (a, b, bend) = (corners[&a], corners[&b], corners[&node]);
                [0, 1].map(|axis| f64::midpoint(a[axis], b[axis]) * 0.8 + bend[axis] * 0.2)
            });
            texts.push(format!("POLYGON (({}))", wkt(&ring)));
        }
    }
    texts
}

#[test]
fn a_sheet_of_neighbours_covers_the_tile_without_gap_or_overlap() {
    let whole = 2 * (4096 + 128) * (4096 + 128);
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let mut made = Made::of(&sheet(&mut dice, 40, 150.0, -900.0));
        made.attribute_bytes = 0;
        let layer = made.view();
        for below in [(0, 0, 0), (1, 1, 1), (2, 1, 2), (7, 40, 90), (8, 99, 7)] {
            let found = features(&read(&layer, &ask_below(below)));
            let rings = found.iter().flat_map(|feature| {
                let Ok(mvt::Geometry::Polygons(polygons)) = feature.geometry() else { panic!() };
                polygons.into_iter().flatten()
            });
            let area: i64 = rings.map(|ring| mvt::doubled_area(&ring)).sum();
            assert_eq!(area, whole, "round {round}, tile {below:?}");
            let polygons: Vec<MultiPolygon> = found.iter().map(decoded).collect();
            let union = geo::algorithm::unary_union(&polygons).unsigned_area();
            assert!((union * 2.0 - whole as f64).abs() < 1.0, "round {round}: {union}");
        }
    }
}

#[test]
fn neighbouring_tiles_agree_where_both_show_a_feature() {
    let mut dice = Dice(5);
    let mut made = Made::of(&sheet(&mut dice, 50, 150.0, -900.0));
    made.attribute_bytes = 0;
    let layer = made.view();
    let (z, x, y) = TILE;
    // Units inside both tiles' windows, not on the borders where each cuts for itself.
    let strip = |tile: &mvt::Tile, shift: i64| -> std::collections::BTreeSet<(u64, i64, i64)> {
        let points = features(tile).into_iter().flat_map(move |feature| {
            let Ok(mvt::Geometry::Polygons(polygons)) = feature.geometry() else { panic!() };
            let id = feature.id.unwrap();
            polygons.into_iter().flatten().flatten().map(move |[x, y]| (id, x + shift, y))
        });
        points.filter(|(_, x, y)| (-63..=63).contains(x) && (-63..=4159).contains(y)).collect()
    };
    let west = strip(&read(&layer, &at(z, x - 1, y)), -4096);
    let east = strip(&read(&layer, &at(z, x, y)), 0);
    assert!(east.len() > 20);
    assert_eq!(west, east);
}

#[test]
fn collections_are_drawn_by_kind_under_one_id() {
    let text = format!(
        "GEOMETRYCOLLECTION (POINT ({}), LINESTRING ({}), POLYGON (({})), POINT ({}))",
        wkt(&[[1.0, 2.0]]),
        wkt(&[[10.0, 10.0], [50.0, 80.0]]),
        wkt(&[[100.0, 100.0], [200.0, 100.0], [150.0, 200.0], [100.0, 100.0]]),
        wkt(&[[3.0, 4.0]]),
    );
    let mut made = Made::typed(GeometryType::GeometryCollection, &[]);
    made.add(&text, &[]);
    let found = features(&read(&made.view(), &here()));
    let kinds: Vec<_> = found.iter().map(|feature| (feature.id, feature.kind)).collect();
    assert_eq!(kinds, [(Some(0), 1), (Some(0), 2), (Some(0), 3)]);
    let Ok(mvt::Geometry::Points(points)) = found[0].geometry() else { panic!() };
    assert_eq!(points, [[1, 2], [3, 4]]);
}

#[test]
fn lines_shorter_than_a_unit_vanish_and_equal_points_are_one() {
    let texts = [
        format!("LINESTRING ({})", wkt(&[[10.1, 10.1], [10.2, 10.2]])),
        format!("MULTIPOINT ({})", wkt(&[[7.1, 7.1], [9.0, 9.0], [7.2, 7.2]])),
    ];
    let found = features(&read(&Made::of(&texts).view(), &here()));
    let [points] = &found[..] else { panic!("{found:?}") };
    let Ok(mvt::Geometry::Points(points)) = points.geometry() else { panic!() };
    assert_eq!(points, [[7, 7], [9, 9]]);
}
