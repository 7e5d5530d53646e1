//! `aggregate=grid`: counts and sums by cell, of everything that matches at the date.

use std::collections::BTreeMap;

use geo::{Coord, Point};
use onemap::model::{ColumnType, Kind};

use crate::city::{self, City, double, int, text};
use crate::mvt::{Geometry, Tile, Value};
use crate::planar::to_tile;
use crate::server::Server;
use crate::tiles::Random;

const ORIGIN: [f64; 2] = [114.0, 22.5];
const SIDE: f64 = 0.5;

/// A point with its numbers, and the year in which it begins.
struct Place {
    at: Coord<f64>,
    people: i64,
    area: f64,
    since: i64,
}

/// By tile and cell: how many, people, area.
type Sums = BTreeMap<([u32; 2], [i64; 2]), (u64, i64, f64)>;

fn places() -> Vec<Place> {
    let mut random = Random(17);
    let place = |_| {
        // Denser to the south-west.
        let [x, y] = [random.next().powi(2), random.next().powi(3)];
        Place {
            at: Coord { x: ORIGIN[0] + x * SIDE, y: ORIGIN[1] + y * SIDE },
            people: random.below(500) as i64,
            area: random.next() * 100.0,
            since: 2010 + random.below(10) as i64,
        }
    };
    (0..40_000).map(place).collect()
}

fn served(places: &[Place]) -> (City, Server) {
    let columns = [
        ("id", ColumnType::Int),
        ("people", ColumnType::Int),
        ("area", ColumnType::Double),
        ("kind", ColumnType::String),
        ("since", ColumnType::Int),
    ];
    let rows = places.iter().enumerate().map(|(n, own)| {
        let numbers = [int(n as i64), int(own.people), double(own.area)];
        let values = numbers.into_iter().chain([text("a"), int(own.since)]).collect();
        (Some(Point::from(own.at).into()), values)
    });
    let city = city::empty();
    let theme = city.layers.join("test");
    std::fs::create_dir(&theme).unwrap();
    std::fs::write(theme.join("layer.fgb"), city::layer("l", Kind::Point, &columns, rows)).unwrap();
    let sidecar = "id = \"id\"\nvalid_from = { column = \"since\", unit = \"year\" }\n";
    std::fs::write(theme.join("layer.toml"), sidecar).unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]);
    (city, server)
}

fn expected(places: &[Place], z: u8, year: i64) -> Sums {
    let mut sums = Sums::new();
    for own in places.iter().filter(|own| own.since <= year) {
        let at = to_tile(own.at, (z, 0, 0));
        let tile = [at.x, at.y].map(|v| (v / 4096.0) as u32);
        let cell = [0, 1].map(|k| [at.x, at.y][k] as i64 / 64 - i64::from(tile[k]) * 64);
        let sum = sums.entry((tile, cell)).or_default();
        *sum = (sum.0 + 1, sum.1 + own.people, sum.2 + own.area);
    }
    sums
}

fn found(server: &Server, z: u8, tiles: &[[u32; 2]], query: &str) -> Sums {
    let mut sums = Sums::new();
    for [x, y] in tiles {
        let answer = server.get(&format!("/xyz/test.layer/{z}/{x}/{y}.mvt?aggregate=grid&{query}"));
        assert_eq!(answer.status, 200);
        let tile = Tile::read(&answer.body).unwrap();
        for feature in &tile.layer("test.layer").unwrap().features {
            let Geometry::Polygons(polygons) = feature.geometry().unwrap() else { panic!("cells") };
            let [west, north] = polygons[0][0][0];
            let number = |key: &str| match feature.attributes.get(key) {
                Some(Value::Int(number)) => *number as f64,
                Some(Value::UInt(number)) => *number as f64,
                Some(Value::Double(number)) => *number,
                other => panic!("{key}: {other:?}"),
            };
            let sum = (number("_count") as u64, number("people") as i64, number("area"));
            assert!(sums.insert(([*x, *y], [west / 64, north / 64]), sum).is_none());
        }
    }
    sums
}

#[test]
fn cells_hold_the_counts_and_sums_of_all_that_is_valid() {
    let places = places();
    let (_city, server) = served(&places);
    for (z, year) in [(4, 2030), (8, 2014), (10, 2012), (12, 2030)] {
        let expected = expected(&places, z, year);
        let mut tiles: Vec<[u32; 2]> = expected.keys().map(|(tile, _)| *tile).collect();
        tiles.dedup();
        let query = format!("properties=people,area&datetime={year}-06-30");
        let found = found(&server, z, &tiles, &query);
        let all = |sums: &Sums| sums.values().map(|own| own.0).sum::<u64>();
        assert_eq!(all(&expected), all(&found), "z{z}");
        // Places within a centimetre of a cell's edge may count on its other side.
        let same = |cell: &([u32; 2], [i64; 2]), own: &(u64, i64, f64)| {
            found.get(cell).is_some_and(|found| {
                (found.0, found.1) == (own.0, own.1) && (found.2 / own.2 - 1.0).abs() < 1e-9
            })
        };
        let off = expected.iter().filter(|(cell, own)| !same(cell, own)).count();
        assert!(off <= 10, "z{z}: {off} of {} cells are not as expected", expected.len());
    }
}

#[test]
fn what_has_no_sum_is_refused_by_name() {
    let (_city, server) = served(&places()[..10]);
    for (query, parameter) in [
        ("aggregate=hexagons", "aggregate"),
        ("aggregate=grid&properties=kind", "properties"),
        ("aggregate=grid&properties=nothing", "properties"),
    ] {
        let answer = server.get(&format!("/xyz/test.layer/3/6/3.mvt?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(answer.json()["parameter"], parameter, "{query}");
        // What all its tiles refuse has no TileJSON.
        let described = server.get(&format!("/xyz/test.layer.json?{query}"));
        assert_eq!((described.status, described.json()), (400, answer.json()), "{query}");
    }
    let document = server.get("/xyz/test.layer.json?aggregate=grid").json();
    let fields = &document["vector_layers"][0]["fields"];
    assert_eq!(*fields, serde_json::json!({"_count": "Number"}));
    assert!(document["tiles"][0].as_str().unwrap().ends_with("?aggregate=grid"));
}
