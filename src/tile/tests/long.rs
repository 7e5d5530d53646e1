//! Borders of many vertices, of which a tile looks at those alone that are near it.

use geo::algorithm::{Area as _, BooleanOps};
use geo::{MultiPolygon, Polygon};

use super::shapes::{BELOW, Dice, ask_below, decoded, deeper, ring, window};
use super::*;

/// Half the length of the border, from north to south through the tile, and how far it strays.
const REACH: f64 = 40_000.0;
const STRAYS: f64 = 300.0;

/// Two polygons west and east of a crooked border of so many vertices.
fn halves(seed: u64, vertices: usize) -> [Vec<[f64; 2]>; 2] {
    let mut dice = Dice(seed);
    let step = 2.0 * REACH / vertices as f64;
    let border: Vec<[f64; 2]> = (0..=vertices)
        .map(|n| [2048.0 + dice.between(-STRAYS, STRAYS), step * n as f64 - REACH])
        .collect();
    let side = |x: f64| {
        let mut ring = border.clone();
        ring.extend([[x, REACH], [x, -REACH], border[0]]);
        ring
    };
    [side(-REACH), side(REACH)]
}

fn layer(halves: &[Vec<[f64; 2]>; 2]) -> LayerView {
    Made::of(&halves.each_ref().map(|ring| format!("POLYGON (({}))", wkt(ring)))).view()
}

#[test]
fn halves_of_the_land_cover_each_tile_and_lie_where_they_are() {
    let whole = window().unsigned_area();
    for round in 0..3 {
        let halves = halves(round, 3000 + 700 * round as usize);
        let layer = layer(&halves);
        for below in BELOW.into_iter().chain([(1, 0, 1), (3, 3, 6), (4, 8, 15), (5, 2, 2)]) {
            let what = format!("round {round}, tile {below:?}");
            let found = features(&read(&layer, &ask_below(below)));
            let area: f64 = found.iter().map(|own| decoded(own).unsigned_area()).sum();
            assert_eq!(area, whole, "{what}");
            let west: Vec<[f64; 2]> = halves[0].iter().map(|at| deeper(*at, below)).collect();
            let west = MultiPolygon::new(vec![Polygon::new(ring(&west), Vec::new())]);
            let expected = west.intersection(&window().to_polygon()).unsigned_area();
            let drawn = found.iter().find(|own| own.id == Some(0));
            let drawn = drawn.map_or(0.0, |own| decoded(own).unsigned_area());
            assert!((drawn - expected).abs() < 0.002 * whole, "{what}: {drawn}, {expected}");
        }
    }
}

#[test]
fn a_border_of_more_detail_than_can_be_seen_takes_few_vertices_and_stays_shared() {
    let layer = layer(&halves(9, 60_000));
    let (z, x, y) = TILE;
    for up in [3, 4, 5] {
        let found = features(&read(&layer, &at(z - up, x >> up, y >> up)));
        let all: Vec<MultiPolygon> = found.iter().map(decoded).collect();
        let vertices: usize = all.iter().flatten().map(|polygon| polygon.exterior().0.len()).sum();
        assert!((100..13_000).contains(&vertices), "{vertices} vertices at {up} zooms above");
        let union = geo::algorithm::unary_union(&all).unsigned_area();
        let area: f64 = all.iter().map(MultiPolygon::unsigned_area).sum();
        assert!((union - area).abs() < 1.0, "{union}, {area}");
    }
}
