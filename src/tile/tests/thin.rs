//! Polygons too small or too thin for the grid: drawn all the same, valid, and where they are.

use geo::algorithm::{Area as _, BooleanOps, Distance, Euclidean, Validation};
use geo::{Coord, MultiPolygon, Point, Polygon};

use super::shapes::{Dice, TOLERANCE, border, decoded, ring, rounds};
use super::*;

/// How far off a polygon may be drawn below zoom 12: two units of simplification more.
const COARSE: f64 = TOLERANCE + 2.0;

/// The tile at zoom `z` that holds [`TILE`]'s north-west corner, or that [`TILE`] holds.
fn tile_at(z: u8) -> (u8, u32, u32) {
    let (deep, x, y) = TILE;
    let cell = |v: u32| if z < deep { v >> (deep - z) } else { v << (z - deep) };
    (z, cell(x), cell(y))
}

/// Units of [`TILE`] in those of the tile of zoom `z`.
fn units_at(z: u8, unit: [f64; 2]) -> [f64; 2] {
    let (_, x, y) = tile_at(z);
    let scale = f64::from(z) - f64::from(TILE.0);
    let offset =
        |tile: u32, own: u32| (f64::from(tile) * 4096.0) * scale.exp2() - f64::from(own) * 4096.0;
    let [u, v] = unit.map(|v| v * scale.exp2());
    [u + offset(TILE.1, x), v + offset(TILE.2, y)]
}

/// What the tile of zoom `z` draws of each feature.
fn drawn(layer: &LayerView, z: u8) -> BTreeMap<u64, MultiPolygon> {
    let (z, x, y) = tile_at(z);
    let found = features(&read(layer, &at(z, x, y)));
    found.iter().map(|feature| (feature.id.unwrap(), decoded(feature))).collect()
}

/// A rectangle turned by an angle.
fn strip(dice: &mut Dice, length: f64, width: f64) -> Vec<[f64; 2]> {
    let centre = [dice.between(20.0, 200.0), dice.between(20.0, 200.0)];
    let quarter = std::f64::consts::FRAC_PI_2;
    let angle = quarter * [0.0, 1.0, dice.between(0.0, 1.0)][(dice.roll() % 3) as usize];
    let (sine, cosine) = angle.sin_cos();
    [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]]
        .map(|[along, across]| {
            let (along, across) = (along * length / 2.0, across * width / 2.0);
            [centre[0] + along * cosine - across * sine, centre[1] + along * sine + across * cosine]
        })
        .to_vec()
}

#[test]
fn what_is_smaller_or_thinner_than_a_unit_is_drawn_where_it_is_at_every_zoom() {
    for round in 0..rounds() {
        let mut dice = Dice(round);
        let strips: Vec<Vec<[f64; 2]>> = (0..60)
            .map(|n| {
                let length = [0.2, 2.0, 20.0, 150.0][n % 4] * dice.between(0.5, 1.5);
                // Thinner than that, positions would be equal before any tile is drawn.
                let width = f64::max(length * [1.0, 0.1, 0.01][n % 3], 0.05);
                strip(&mut dice, length, width)
            })
            .collect();
        let texts: Vec<String> = strips.iter().map(|s| format!("POLYGON (({}))", wkt(s))).collect();
        let layer = Made::of(&texts).view();
        for z in [3, 8, 10, 12, 13, 14, 15, 17] {
            let found = drawn(&layer, z);
            let tolerance = if z < 14 { COARSE } else { TOLERANCE };
            for (id, strip) in strips.iter().enumerate() {
                let truth: Vec<[f64; 2]> = strip.iter().map(|at| units_at(z, *at)).collect();
                let inside = |at: &[f64; 2]| at.iter().all(|v| (-60.0..4150.0).contains(v));
                let what = format!("round {round}, zoom {z}, strip {id}");
                let Some(shape) = found.get(&(id as u64)) else {
                    assert!(!truth.iter().any(inside), "{what} is not there");
                    continue;
                };
                assert!(shape.is_valid(), "{what}: {shape:?}");
                let truth = Polygon::new(ring(&truth), Vec::new());
                for at in shape.iter().flat_map(|part| part.exterior().coords()) {
                    let off = Euclidean.distance(&Point::from(*at), &truth);
                    assert!(border(*at) || off <= tolerance, "{what}: {at:?} is off by {off}");
                }
                for at in truth.exterior().coords().filter(|at| inside(&[at.x, at.y])) {
                    let off = Euclidean.distance(&Point::from(*at), shape);
                    assert!(off <= tolerance, "{what}: {at:?} is not drawn, by {off}");
                }
            }
        }
    }
}

#[test]
fn land_in_parcels_smaller_than_a_unit_is_covered_whole() {
    let cell = |x: f64, y: f64| {
        let corners = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]];
        corners.map(|[dx, dy]| [1000.0 + (x + dx) * 9.0, 1000.0 + (y + dy) * 9.0])
    };
    // More would be drawn as cells.
    let texts: Vec<String> = (0..30 * 30)
        .map(|n| format!("POLYGON (({}))", wkt(&cell(f64::from(n % 30), f64::from(n / 30)))))
        .collect();
    let mut made = Made::of(&texts);
    made.attribute_bytes = 0;
    let layer = made.view();
    for z in [9, 10, 11] {
        let polygons: Vec<MultiPolygon> = drawn(&layer, z).into_values().collect();
        assert_eq!(polygons.len(), 900);
        let union = geo::algorithm::unary_union(&polygons);
        let [low, high] = [[1000.0; 2], [1270.0; 2]].map(|at| units_at(z, at));
        let land = |more: f64| {
            let corners = [low.map(|v| v - more), high.map(|v| v + more)];
            geo::Rect::new(corners[0], corners[1]).to_polygon()
        };
        let gap = land(-0.5).difference(&union).unsigned_area();
        let beyond = union.difference(&land(1.0)).unsigned_area();
        assert!(gap < 1e-9 && beyond < 1e-9, "zoom {z}: gap {gap}, beyond {beyond}");
    }
}

#[test]
fn a_hole_as_wide_as_its_polygon_stays_open() {
    let square = |half: f64| {
        [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]]
            .map(|at| at.map(|v| 800.0 + 0.1 + v * half))
    };
    let text = format!("POLYGON (({}), ({}))", wkt(&square(200.0)), wkt(&square(199.9)));
    let layer = Made::of(&[text]).view();
    for z in [10, 12, 14] {
        let found = &drawn(&layer, z)[&0];
        assert!(found.is_valid());
        let [west, centre] = [[600.1, 800.1], [800.1; 2]].map(|at| units_at(z, at));
        let off = |at: [f64; 2]| Euclidean.distance(&Point::from(Coord::from(at)), found);
        assert!(off(west) < 1.0, "zoom {z}: {found:?}");
        assert!(off(centre) > 5.0, "zoom {z}: {found:?}");
    }
}

#[test]
fn tiles_agree_on_a_unit_in_the_buffer() {
    let speck = [[-3.05, 7.05], [-3.0, 7.05], [-3.0, 7.1], [-3.05, 7.05]];
    let layer = Made::of(&[format!("POLYGON (({}))", wkt(&speck))]).view();
    let (z, x, y) = TILE;
    let ring = |x: u32| {
        let found = features(&read(&layer, &at(z, x, y)));
        decoded(&found[0]).0[0].exterior().coords().map(|at| [at.x, at.y]).collect::<Vec<_>>()
    };
    let east = ring(x);
    let west: Vec<[f64; 2]> = ring(x - 1).into_iter().map(|[x, y]| [x - 4096.0, y]).collect();
    assert_eq!(east, west);
    assert_eq!(east[0], [-4.0, 7.0]);
}
