//! Polygons at the zooms where they do not fit: the land stays covered, at any date and whatever
//! columns are asked for; each class has its share; what is drawn is valid.

use std::collections::BTreeMap;

use geo::{Area, Coord, LineString, Polygon};
use onemap::model::{ColumnType, Kind};

use crate::city::{self, City, int, text};
use crate::mvt::{Geometry, Point, Ring, Tile, Value};
use crate::planar::to_tile;
use crate::server::Server;
use crate::tiles::Random;

/// Parcels along a side of the land.
const PARCELS: usize = 150;
/// South-west corner and side of the land, degrees.
const ORIGIN: [f64; 2] = [114.0, 22.5];
const SIDE: f64 = 0.6;
const CLASSES: usize = 3;
const SIDECAR: &str = "id = \"id\"\nname = \"name\"\nvalid_from = { column = \"since\", unit = \"year\" }\n\
                       valid_to = { column = \"until\", unit = \"year\" }\n[style]\nby = \"class\"\n";

/// Four-sided parcels that tile a square, as rings of shared corners, row by row.
fn parcels() -> Vec<Polygon<f64>> {
    let mut random = Random(11);
    let step = SIDE / PARCELS as f64;
    let side = PARCELS + 1;
    let corners: Vec<Coord<f64>> = (0..side * side)
        .map(|n| {
            let at = [n % side, n / side];
            let [x, y] = at.map(|v| {
                let inner = at.iter().all(|v| *v > 0 && *v < PARCELS);
                v as f64 + if inner { random.next() * 0.6 - 0.3 } else { 0.0 }
            });
            Coord { x: ORIGIN[0] + x * step, y: ORIGIN[1] + y * step }
        })
        .collect();
    let parcel = |n: usize| {
        let corner = |x: usize, y: usize| corners[(n / PARCELS + y) * side + n % PARCELS + x];
        let ring = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)];
        Polygon::new(LineString::from(ring.to_vec()), Vec::new())
    };
    (0..PARCELS * PARCELS).map(parcel).collect()
}

/// The class of a parcel before 2020 or since: in patches; those of the west change.
fn class(parcel: usize, late: bool) -> usize {
    let [x, y] = [parcel % PARCELS, parcel / PARCELS];
    let changed = late && x < PARCELS / 2;
    (x / 7 * 5 + y / 4 * 3 + x * y / 50 + usize::from(changed)) % CLASSES
}

struct Land {
    parcels: Vec<Polygon<f64>>,
    server: Server,
    _city: City,
}

fn served() -> Land {
    let parcels = parcels();
    let columns = [
        ("id", ColumnType::Int),
        ("name", ColumnType::String),
        ("class", ColumnType::String),
        ("number", ColumnType::Int),
        ("since", ColumnType::Int),
        ("until", ColumnType::Int),
    ];
    let versions = parcels.iter().enumerate().flat_map(|(n, shape)| {
        [(false, [2010, 2020]), (true, [2020, 2100])].map(|(late, [since, until])| {
            let class = text(&format!("class {}", class(n, late)));
            let name = text(&format!("parcel number {n}"));
            let values = vec![int(n as i64), name, class, int(n as i64), int(since), int(until)];
            (Some(shape.clone().into()), values)
        })
    });
    let city = city::empty();
    let theme = city.layers.join("test");
    std::fs::create_dir(&theme).unwrap();
    let file = city::layer("layer", Kind::Polygon, &columns, versions);
    std::fs::write(theme.join("layer.fgb"), file).unwrap();
    std::fs::write(theme.join("layer.toml"), SIDECAR).unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]);
    Land { parcels, server, _city: city }
}

/// What a tile draws: by class the area inside the tile, in units.
type Shares = BTreeMap<String, f64>;

impl Land {
    /// The tiles of a zoom that the land meets.
    fn tiles(z: u8) -> impl Iterator<Item = (u8, u32, u32)> {
        let corner = |x: f64, y: f64| {
            let at = to_tile(Coord { x, y }, (z, 0, 0));
            [at.x, at.y].map(|v| (v / 4096.0) as u32)
        };
        let [west, north] = corner(ORIGIN[0], ORIGIN[1] + SIDE);
        let [east, south] = corner(ORIGIN[0] + SIDE, ORIGIN[1]);
        (west..=east).flat_map(move |x| (north..=south).map(move |y| (z, x, y)))
    }

    /// Draws a tile and judges it: squares that belong to one feature or none, no more. Adds the
    /// areas by class; how many features have an id, and how many have none.
    fn judge(&self, (z, x, y): (u8, u32, u32), query: &str, areas: &mut Shares) -> [usize; 2] {
        let answer = self.server.get(&format!("/xyz/test.layer/{z}/{x}/{y}.mvt?{query}"));
        if answer.status == 204 {
            return [0; 2];
        }
        assert_eq!(answer.status, 200, "{z}/{x}/{y}?{query}");
        assert!(answer.body.len() <= 500_000, "{z}/{x}/{y}: {} bytes", answer.body.len());
        let tile = Tile::read(&answer.body).unwrap();
        let features = &tile.layer("test.layer").unwrap().features;
        let mut named = 0;
        let mut all: Vec<Ring> = Vec::new();
        for feature in features {
            let Geometry::Polygons(polygons) = feature.geometry().unwrap() else { panic!("land") };
            let rings = polygons.concat();
            let class = match feature.attributes.get("class") {
                Some(Value::Text(class)) => class.clone(),
                _ => String::new(),
            };
            *areas.entry(class).or_default() += rings.iter().map(inside).sum::<f64>();
            named += usize::from(feature.id.is_some());
            let has_name = feature.attributes.contains_key("name");
            assert_eq!(feature.id.is_some() && !query.contains("properties"), has_name);
            all.extend(rings);
        }
        if features.len() > named {
            assert!(windings(&all).all(|winding| winding == 0 || winding == 1), "{z}/{x}/{y}");
        }
        [named, features.len() - named]
    }
}

/// The area of the part of a ring inside its tile, negative for a hole. Exact where all edges are
/// along the axes.
fn inside(ring: &Ring) -> f64 {
    let at = |point: &Point| point.map(|v| v.clamp(0, 4096));
    let ends = ring.iter().zip(ring.iter().cycle().skip(1));
    let doubled: i64 = ends
        .map(|(a, b)| {
            let [[ax, ay], [bx, by]] = [at(a), at(b)];
            ax * by - bx * ay
        })
        .sum();
    doubled as f64 / 2.0
}

/// By the squares of the tile, as large as the rings allow: how many rings turn around it. Edges
/// are along the axes.
fn windings(rings: &[Ring]) -> impl Iterator<Item = i32> {
    fn common(a: i64, b: i64) -> i64 {
        if b == 0 { a.abs() } else { common(b, a % b) }
    }
    let unit = rings.iter().flatten().flatten().fold(4096, |unit, v| common(unit, *v));
    let across = (4096 / unit) as usize;
    let mut turns = vec![0_i32; across * across];
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            assert!(a[0] == b[0] || a[1] == b[1], "{a:?} {b:?}");
            let [from, to] = [a, b].map(|at| (at[1] / unit).clamp(0, across as i64) as usize);
            let column = (a[0] / unit).max(0) as usize;
            if column < across {
                // What is east of an edge to the north is inside.
                let turn = if from > to { 1 } else { -1 };
                for row in from.min(to)..from.max(to) {
                    turns[row * across + column] += turn;
                }
            }
        }
    }
    for row in turns.chunks_mut(across) {
        for column in 1..across {
            row[column] += row[column - 1];
        }
    }
    turns.into_iter()
}

#[test]
fn the_land_stays_covered_at_every_low_zoom_and_date() {
    let land = served();
    let document = land.server.get("/xyz/test.layer.json").json();
    let whole = document["sampled_below"].as_u64().unwrap() as u8;
    assert!((9..=13).contains(&whole), "whole from zoom {whole}");
    let (mut own, mut merged) = (0, 0);
    for (date, late) in [("2015-01-01", false), ("2025-01-01", true)] {
        for z in 5..whole {
            let mut areas = Shares::new();
            let mut counts = [0; 2];
            for tile in Land::tiles(z) {
                let found = land.judge(tile, &format!("datetime={date}"), &mut areas);
                counts = [counts[0] + found[0], counts[1] + found[1]];
            }
            if counts[1] == 0 {
                // Shapes are drawn, but without all their columns.
                assert!(z > 8, "z{z}");
                continue;
            }
            own += counts[0];
            merged += 1;
            let mut truth = [0.0; CLASSES];
            let of_tile = |ring: &LineString<f64>| {
                ring.coords().map(|at| to_tile(*at, (z, 0, 0))).collect::<LineString<f64>>()
            };
            for (n, parcel) in land.parcels.iter().enumerate() {
                let shape = Polygon::new(of_tile(parcel.exterior()), Vec::new());
                truth[class(n, late)] += shape.unsigned_area();
            }
            let all: f64 = truth.iter().sum();
            let drawn: f64 = areas.values().sum();
            // The rim of the land is as rough as cells are wide.
            assert!((drawn / all - 1.0).abs() < 0.02, "z{z} {date}: {drawn} of {all}");
            for (n, truth) in truth.iter().enumerate() {
                let share = areas.get(&format!("class {n}")).copied().unwrap_or(0.0) / drawn;
                let off = (share - truth / all).abs();
                assert!(off < 0.01, "z{z} {date}: class {n} has {share}, not {}", truth / all);
            }
        }
    }
    assert!(own > 0 && merged >= 6, "{own} are large enough, {merged} zooms have cells");
}

#[test]
fn columns_that_tell_all_apart_make_cells_wider_and_the_land_stays_covered() {
    let land = served();
    for query in ["datetime=2025-01-01&properties=number", "datetime=../.."] {
        for z in [7, 9] {
            let mut areas = Shares::new();
            for tile in Land::tiles(z) {
                land.judge(tile, query, &mut areas);
            }
            let corners = [[0.0, 0.0], [SIDE, SIDE]]
                .map(|[x, y]| to_tile(Coord { x: ORIGIN[0] + x, y: ORIGIN[1] + y }, (z, 0, 0)));
            let all = (corners[1].x - corners[0].x) * (corners[0].y - corners[1].y);
            let drawn: f64 = areas.values().sum();
            assert!((drawn / all - 1.0).abs() < 0.05, "z{z} {query}: {drawn} of {all}");
        }
    }
    let answer = land.server.get("/xyz/test.layer/7/104/55.mvt?properties=number");
    assert_eq!(answer.status, 200);
    assert!(answer.header("onemap-left-out").is_some_and(|own| own.contains("coarser")));
}
