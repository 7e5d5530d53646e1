//! Served tiles judged against the features that the server's items give, projected and clipped
//! apart from its code.

use std::collections::BTreeMap;

use geo::{Area, Coord, CoordsIter, Geometry, Validation};
use serde_json::Value;

use crate::mvt::{self, Tile};
use crate::planar::{Shape, multi_polygon, to_tile};
use crate::real::{collections, features};
use crate::server::Server;
use crate::{data, geojson, real};

/// Seeded numbers from 0 to below 1 (Knuth's MMIX generator).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.next() * count as f64) as usize
    }
}

/// A collection with all its features that have geometry, each with the id it has in tiles: its
/// number, or the hash of its text.
struct Layer {
    id: String,
    sampled_below: u64,
    features: Vec<(u64, Geometry<f64>)>,
}

fn layers(server: &Server, query: &str) -> Vec<Layer> {
    let all = collections(server).into_iter().map(|id| {
        let features = features(server, &id, query);
        let features = features.iter().filter_map(|one| {
            let id = match &one["id"] {
                Value::String(text) => onemap::catalog::key_of_text(text),
                number => number.as_u64().unwrap(),
            };
            Some((id, geojson::geometry(one)?))
        });
        let features = features.collect();
        let described = server.get(&format!("/xyz/{id}.json")).json();
        Layer { sampled_below: described["sampled_below"].as_u64().unwrap_or(0), id, features }
    });
    all.filter(|layer| !layer.features.is_empty()).collect()
}

/// The tile at zoom `z` that holds a random vertex of the layer.
fn tile_of(layer: &Layer, z: u8, random: &mut Random) -> (u8, u32, u32) {
    let (_, geometry) = &layer.features[random.below(layer.features.len())];
    let place = random.below(geometry.coords_count());
    let at = to_tile(geometry.coords_iter().nth(place).unwrap(), (z, 0, 0));
    let last = f64::from((1_u32 << z) - 1);
    let cell = |value: f64| (value / 4096.0).floor().clamp(0.0, last) as u32;
    (z, cell(at.x), cell(at.y))
}

fn fetch(server: &Server, id: &str, (z, x, y): (u8, u32, u32), query: &str) -> Tile {
    let target = format!("/xyz/{id}/{z}/{x}/{y}.mvt?{query}");
    let answer = server.get(&target);
    match answer.status {
        204 => Tile::default(),
        200 => Tile::read(&answer.body).unwrap_or_else(|error| panic!("{target}: {error}")),
        other => panic!("{target}: {other} {}", String::from_utf8_lossy(&answer.body)),
    }
}

/// What a tile draws of each feature, by its id.
fn drawn(tile: &Tile, id: &str) -> BTreeMap<u64, Shape> {
    let mut shapes: BTreeMap<u64, Shape> = BTreeMap::new();
    for feature in tile.layer(id).into_iter().flat_map(|layer| &layer.features) {
        shapes.entry(feature.id.unwrap()).or_default().draw(&feature.geometry().unwrap());
    }
    shapes
}

#[test]
fn every_polygon_of_a_seeded_sample_of_tiles_is_valid() {
    let Some(server) = real::server() else { return };
    let layers = layers(&server, "datetime=../..");
    let mut random = Random(7);
    let (mut bearing, mut polygons, goal) = (0, 0, data::checks(2000));
    for _ in 0..goal * 20 {
        if bearing >= goal {
            break;
        }
        let layer = &layers[random.below(layers.len())];
        let z = random.below(17) as u8;
        let place = tile_of(layer, z, &mut random);
        let tile = fetch(&server, &layer.id, place, "datetime=../..");
        let mut any = false;
        for feature in tile.layer(&layer.id).into_iter().flat_map(|layer| &layer.features) {
            if let mvt::Geometry::Polygons(list) = feature.geometry().unwrap() {
                any = true;
                polygons += list.len();
                // The crate's check takes quadratic time.
                if list.iter().flatten().map(Vec::len).sum::<usize>() <= 2_500 {
                    let errors = multi_polygon(&list).validation_errors();
                    assert!(
                        errors.is_empty(),
                        "{} {place:?} {:?}: {errors:?}",
                        layer.id,
                        feature.id
                    );
                }
            }
        }
        bearing += usize::from(any);
    }
    assert!(bearing >= goal, "only {bearing} tiles bore polygons");
    println!("{bearing} tiles, {polygons} polygons, all valid");
}

/// Versions meet in one tile, so names carry their starts in both answers.
#[test]
fn tiles_draw_what_is_there_and_nothing_else_within_a_unit_and_a_half() {
    let Some(server) = real::server() else { return };
    let layers = layers(&server, "datetime=../..");
    let mut random = Random(11);
    for _ in 0..data::checks(2000) {
        let layer = &layers[random.below(layers.len())];
        let z = 14 + random.below(6) as u8;
        if u64::from(z) < layer.sampled_below {
            continue;
        }
        let place = tile_of(layer, z, &mut random);
        let tile = fetch(&server, &layer.id, place, "datetime=../..");
        judge(layer, place, &drawn(&tile, &layer.id), &mut random);
    }
}

fn judge(layer: &Layer, place: (u8, u32, u32), drawn: &BTreeMap<u64, Shape>, random: &mut Random) {
    let context = format!("{} {place:?}", layer.id);
    let nothing = Shape::default();
    for (id, geometry) in &layer.features {
        let (truth, found) = (Shape::projected(geometry, place), drawn.get(id).unwrap_or(&nothing));
        let near =
            truth.positions().any(|p| p.x > -70.0 && p.y > -70.0 && p.x < 4166.0 && p.y < 4166.0);
        if !near && truth.rings.is_empty() && truth.lines.is_empty() {
            assert!(found.points.is_empty(), "{context} {id} lies elsewhere");
            continue;
        }
        for at in found.positions() {
            // On the buffer's edge the clip makes positions of its own.
            let inside = at.x > -62.0 && at.y > -62.0 && at.x < 4158.0 && at.y < 4158.0;
            let off = truth.distance(at);
            assert!(!inside || off <= 1.5, "{context} {id}: {at:?} is off by {off}");
        }
        let missing = |at: &Coord<f64>| found.distance(*at) > 1.5;
        let within = |at: &Coord<f64>| at.x >= 0.0 && at.y >= 0.0 && at.x < 4096.0 && at.y < 4096.0;
        let lost = truth.points.iter().filter(|at| within(at)).find(|at| missing(at));
        assert!(lost.is_none(), "{context} {id}: {lost:?} is not drawn");
        for line in truth.lines.iter().filter(|line| line.len() > 1) {
            let long =
                line.windows(2).map(|e| (e[0].x - e[1].x).hypot(e[0].y - e[1].y)).sum::<f64>();
            let lost = line.iter().filter(|at| within(at)).find(|at| missing(at));
            assert!(long < 2.0 || lost.is_none(), "{context} {id}: {lost:?} is not drawn");
        }
        if truth.rings.is_empty() {
            continue;
        }
        // A polygon without area, as some of the data are, is none.
        let there = truth.rings.iter().flatten().any(within) && geometry.unsigned_area() > 1e-13;
        assert!(!there || drawn.contains_key(id), "{context} {id} is not drawn");
        if !geometry.is_valid() {
            continue;
        }
        for _ in 0..12 {
            let at = Coord { x: random.next() * 4096.0, y: random.next() * 4096.0 };
            if truth.distance(at) > 1.5 {
                assert_eq!(found.holds(at), truth.holds(at), "{context} {id}: inside at {at:?}");
            }
        }
    }
    for id in drawn.keys() {
        assert!(layer.features.iter().any(|(one, _)| one == id), "{context}: no feature {id}");
    }
}

/// Layers of the test data that tile their land with exactly shared borders.
const TILINGS: [&str; 4] = [
    "admin.taiwan_villages_north",
    "admin.us_counties_history_northeast",
    "schools.berlin_primary_zones",
    "parcels.prague_bubenec_plots",
];

#[test]
fn shared_borders_leave_no_gap_and_no_overlap_beyond_a_unit_at_any_zoom() {
    let Some(server) = real::server() else { return };
    let query = "datetime=2018-09-01";
    let mut random = Random(13);
    let mut judged = 0;
    for layer in layers(&server, query).iter().filter(|layer| TILINGS.contains(&&*layer.id)) {
        for _ in 0..data::checks(400) {
            let z = 3 + random.below(14) as u8;
            if u64::from(z) < layer.sampled_below {
                continue;
            }
            let place = tile_of(layer, z, &mut random);
            let tile = fetch(&server, &layer.id, place, query);
            let found = drawn(&tile, &layer.id);
            let truth: Vec<_> =
                layer.features.iter().map(|(_, one)| Shape::projected(one, place)).collect();
            let covering = |at: Coord<f64>| truth.iter().filter(|one| one.holds(at)).count();
            for _ in 0..20 {
                let at = Coord { x: random.next() * 4096.0, y: random.next() * 4096.0 };
                // Only where the land is covered once all around: elsewhere the source has gaps.
                let around = [(0.0, 0.0), (8.0, 0.0), (-8.0, 0.0), (0.0, 8.0), (0.0, -8.0)];
                let whole = around
                    .iter()
                    .all(|(dx, dy)| covering(Coord { x: at.x + dx, y: at.y + dy }) == 1);
                let near = || found.values().any(|one| one.distance(at) <= 1.0);
                let count = found.values().filter(|one| one.holds(at)).count();
                assert!(
                    !whole || count == 1 || near(),
                    "{} {place:?}: {count} polygons at {at:?}",
                    layer.id
                );
                judged += usize::from(whole);
            }
        }
    }
    assert!(judged > 200, "only {judged} positions were judged");
}
