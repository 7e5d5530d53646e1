//! The low zooms of layers that do not fit: what is drawn has the density of all there is, stays
//! drawn deeper, agrees across tiles' edges, and lines come in whole classes.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, Coord, Geometry, Line, Point};
use onemap::model::{ColumnType, Kind};

use crate::city::{self, City, int};
use crate::mvt::{self, Tile};
use crate::planar::to_tile;
use crate::server::Server;
use crate::tiles::Random;

/// South-west corner and side of the land, degrees.
const ORIGIN: [f64; 2] = [113.0, 22.0];
const SIDE: f64 = 2.0;
/// Cells along a tile's side in which features are counted.
const CELLS: u32 = 32;

/// A place on the land: mostly in one of three towns, denser to their middles, else anywhere.
fn place(random: &mut Random) -> [f64; 2] {
    let towns = [[0.3, 0.35, 0.05], [0.7, 0.6, 0.1], [0.45, 0.8, 0.02]];
    let town = towns.get(random.below(5));
    let at = match town {
        None => [random.next(), random.next()],
        Some([x, y, reach]) => {
            let angle = random.next() * std::f64::consts::TAU;
            let far = reach * (-2.0 * (1.0 - random.next()).ln()).sqrt();
            [x + far * angle.cos(), y + far * angle.sin()].map(|v| v.clamp(0.0, 1.0))
        }
    };
    [ORIGIN[0] + at[0] * SIDE, ORIGIN[1] + at[1] * SIDE]
}

/// Of layers whose tiles carry no columns at low zooms.
const SIDECAR: &str = "id = \"id\"\ntile_properties = []\n";

/// A served layer, `test.layer`, and its features by id.
struct Layer {
    features: Vec<Geometry<f64>>,
    server: Server,
    _city: City,
}

fn served(
    kind: Kind,
    features: Vec<Geometry<f64>>,
    class: fn(usize) -> i64,
    sidecar: &str,
) -> Layer {
    let columns = [("id", ColumnType::Int), ("class", ColumnType::Int)];
    let values = |n: usize| vec![int(n as i64), int(class(n))];
    let rows = features.iter().enumerate().map(|(n, one)| (Some(one.clone()), values(n)));
    let city = city::empty();
    let theme = city.layers.join("test");
    std::fs::create_dir(&theme).unwrap();
    std::fs::write(theme.join("layer.fgb"), city::layer("layer", kind, &columns, rows)).unwrap();
    std::fs::write(theme.join("layer.toml"), sidecar).unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]);
    Layer { features, server, _city: city }
}

/// What one zoom draws: features by tile.
type Drawn = BTreeMap<[u32; 2], Vec<mvt::Feature>>;

impl Layer {
    fn sampled_below(&self) -> u8 {
        self.server.get("/xyz/test.layer.json").json()["sampled_below"].as_u64().unwrap() as u8
    }

    /// All tiles of a zoom that the land meets.
    fn drawn(&self, z: u8) -> Drawn {
        let corner = |lon: f64, lat: f64| {
            let at = to_tile(Coord { x: lon, y: lat }, (z, 0, 0));
            [at.x, at.y].map(|v| (v / 4096.0) as u32)
        };
        let [west, north] = corner(ORIGIN[0], ORIGIN[1] + SIDE);
        let [east, south] = corner(ORIGIN[0] + SIDE, ORIGIN[1]);
        let tiles = (west..=east).flat_map(|x| (north..=south).map(move |y| [x, y]));
        tiles.map(|[x, y]| ([x, y], self.tile(z, x, y))).collect()
    }

    fn tile(&self, z: u8, x: u32, y: u32) -> Vec<mvt::Feature> {
        let answer = self.server.get(&format!("/xyz/test.layer/{z}/{x}/{y}.mvt"));
        if answer.status == 204 {
            return Vec::new();
        }
        assert_eq!(answer.status, 200);
        assert!(answer.body.len() <= 500_000, "{z}/{x}/{y}: {} bytes", answer.body.len());
        let mut tile = Tile::read(&answer.body).unwrap();
        assert_eq!(tile.layers.len(), 1);
        tile.layers.remove(0).features
    }

    /// The cell of a zoom that the middle of each feature lies in.
    fn cells(&self, z: u8) -> Vec<[u32; 2]> {
        let cell = |one: &Geometry<f64>| {
            let middle = to_tile(one.bounding_rect().unwrap().center(), (z, 0, 0));
            [middle.x, middle.y].map(|v| (v / 4096.0 * f64::from(CELLS)) as u32)
        };
        self.features.iter().map(cell).collect()
    }
}

fn ids(drawn: &Drawn) -> BTreeSet<u64> {
    drawn.values().flatten().filter_map(|feature| feature.id).collect()
}

/// All positions of a feature.
fn positions(feature: &mvt::Feature) -> Vec<mvt::Point> {
    match feature.geometry().unwrap() {
        mvt::Geometry::Points(points) => points,
        mvt::Geometry::Lines(lines) => lines.concat(),
        mvt::Geometry::Polygons(polygons) => polygons.concat().concat(),
        mvt::Geometry::Unknown => panic!("no type"),
    }
}

/// Pearson's correlation.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = pairs.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
    let sums = pairs.iter().fold((0.0, 0.0, 0.0), |s, p| {
        let (dx, dy) = (p.0 - mean.0, p.1 - mean.1);
        (s.0 + dx * dy, s.1 + dx * dx, s.2 + dy * dy)
    });
    sums.0 / (sums.1 * sums.2).sqrt()
}

/// Judges each tile by cells: those drawn against all there are, both counted by where they are.
/// The tiles judged, and the least correlation.
fn judge_density(layer: &Layer, z: u8, drawn: &Drawn) -> (usize, f64) {
    let (mut judged, mut least) = (0, 1.0);
    let cells = layer.cells(z);
    let mut truth: BTreeMap<[u32; 2], f64> = BTreeMap::new();
    cells.iter().for_each(|cell| *truth.entry(*cell).or_default() += 1.0);
    for ([x, y], features) in drawn {
        // Where a feature is drawn, not where it should be.
        let mut found: BTreeMap<[i64; 2], f64> = BTreeMap::new();
        for feature in features {
            let all = positions(feature);
            let middle = [0, 1].map(|axis| {
                let (low, high) =
                    (all.iter().map(|p| p[axis]).min(), all.iter().map(|p| p[axis]).max());
                i64::midpoint(low.unwrap(), high.unwrap())
            });
            *found.entry(middle.map(|v| v.div_euclid(4096 / i64::from(CELLS)))).or_default() += 1.0;
        }
        if features.len() < 1_000 {
            continue;
        }
        let pairs: Vec<(f64, f64)> = (0..CELLS * CELLS)
            .map(|n| {
                let [i, j] = [n % CELLS, n / CELLS];
                let all = truth.get(&[x * CELLS + i, y * CELLS + j]);
                let some = found.get(&[i.into(), j.into()]);
                (all.copied().unwrap_or(0.0), some.copied().unwrap_or(0.0))
            })
            .collect();
        let likeness = correlation(&pairs);
        assert!(likeness > 0.9, "z{z} {x}/{y}: {} features, {likeness}", features.len());
        (judged, least) = (judged + 1, likeness.min(least));
    }
    (judged, least)
}

/// What lies in the buffers of both of two tiles is in both, at the same place. How many do.
fn judge_edges(z: u8, drawn: &Drawn) -> usize {
    let mut judged = 0;
    for ([x, y], features) in drawn {
        for (east, south) in [(1, 0), (0, 1)] {
            let Some(next) = drawn.get(&[x + east, y + south]) else { continue };
            let there: BTreeMap<u64, &mvt::Feature> =
                next.iter().filter_map(|feature| Some((feature.id?, feature))).collect();
            for feature in features {
                let axis = south as usize;
                let all = positions(feature);
                if all.iter().all(|at| (4096 - 62..4096 + 62).contains(&at[axis])) {
                    let other = there.get(&feature.id.unwrap());
                    let other = other.unwrap_or_else(|| panic!("z{z} {x}/{y}: {feature:?}"));
                    let moved = all.iter().map(|at| {
                        let mut at = *at;
                        at[axis] -= 4096;
                        at
                    });
                    assert_eq!(moved.collect::<Vec<_>>(), positions(other), "z{z} {x}/{y}");
                    judged += 1;
                }
            }
        }
    }
    judged
}

/// Goes down the zooms at which the layer is sampled. What was found, zoom by zoom.
fn judge_samples(layer: &Layer) -> Vec<String> {
    let mut report = Vec::new();
    let whole = layer.sampled_below();
    assert!((7..=14).contains(&whole), "whole from zoom {whole}");
    let count = layer.features.len();
    let mut last = BTreeSet::new();
    for z in 4..=whole.min(10) {
        let drawn = layer.drawn(z);
        let (tiles, likeness) = judge_density(layer, z, &drawn);
        let twice = judge_edges(z, &drawn);
        let ids = ids(&drawn);
        report.push(format!(
            "z{z}: {} of {count} features, {twice} in two tiles; density correlation at least \
             {likeness:.3} in {tiles} tiles",
            ids.len()
        ));
        assert!(tiles > 0 && (twice > 100 || drawn.len() < 4), "{report:?}");
        assert!(ids.is_superset(&last), "what zoom {} draws, zoom {z} does", z - 1);
        let weight = |feature: &mvt::Feature| match feature.attributes.get("_weight") {
            Some(mvt::Value::Double(weight)) => *weight,
            other => panic!("z{z}: {other:?}"),
        };
        if ids.len() < count {
            let mut weights = BTreeMap::new();
            for feature in drawn.values().flatten() {
                weights.insert(feature.id.unwrap(), weight(feature));
            }
            let share = weights.values().sum::<f64>() / count as f64;
            assert!((share - 1.0).abs() < 0.05, "z{z}: the sample stands for {share} of all");
        }
        last = ids;
    }
    assert!(whole > 10 || last.len() == count, "all are drawn from zoom {whole}");
    report
}

#[test]
fn samples_of_points_have_the_density_of_all_and_grow() {
    let mut random = Random(3);
    let points = (0..60_000).map(|_| Point::from(place(&mut random)).into()).collect();
    let layer = served(Kind::Point, points, |_| 0, SIDECAR);
    println!("{}", judge_samples(&layer).join("\n"));
}

/// Streets of 2 to 10 km.
fn streets(count: usize) -> Vec<Geometry<f64>> {
    let mut random = Random(7);
    let mut street = || {
        let [x, y] = place(&mut random);
        let angle = random.next() * std::f64::consts::TAU;
        let length = 0.02 + 0.08 * random.next();
        Line::new((x, y), (x + length * angle.cos(), y + length * angle.sin()))
    };
    (0..count).map(|_| Geometry::LineString(street().into())).collect()
}

#[test]
fn lines_are_drawn_in_whole_classes() {
    const CLASSES: i64 = 5;
    let class = |n: usize| n as i64 % CLASSES;
    let sidecar = "id = \"id\"\nrank = \"class\"\ntile_properties = [\"class\"]\n";
    let layer = served(Kind::LineString, streets(40_000), class, sidecar);
    let whole = layer.sampled_below();
    assert!(whole > 6, "whole from zoom {whole}");
    let (mut last, mut partial) = (0, 0);
    for z in 5..=whole.min(10) {
        let drawn = layer.drawn(z);
        let mut classes: BTreeMap<i64, usize> = BTreeMap::new();
        ids(&drawn).iter().for_each(|id| *classes.entry(class(*id as usize)).or_default() += 1);
        println!("z{z}: {classes:?}");
        let most = classes.len() as i64;
        assert!(classes.keys().copied().eq(0..most), "z{z}: {classes:?} are the first");
        let sizes: Vec<usize> = classes.into_values().collect();
        // A class too large for any tile is cut, but only the first is drawn then.
        assert!(most == 1 || sizes.iter().all(|size| *size == 8_000), "z{z}: {sizes:?}");
        assert!(drawn.values().flatten().all(|one| !one.attributes.contains_key("_weight")));
        assert!(most >= last, "z{z}");
        partial += usize::from(most < CLASSES);
        last = most;
    }
    assert!(partial > 0);
}

#[test]
fn lines_without_classes_come_longest_first() {
    let layer = served(Kind::LineString, streets(30_000), |_| 0, SIDECAR);
    let whole = layer.sampled_below();
    let length = |one: &Geometry<f64>| {
        // In the plane of tiles, as the server measures.
        let Geometry::LineString(line) = one else { panic!("a line") };
        let [a, b] = [line.0[0], line.0[1]].map(|at| to_tile(at, (0, 0, 0)));
        (a.x - b.x).hypot(a.y - b.y)
    };
    let lengths: Vec<f64> = layer.features.iter().map(length).collect();
    let mut last = BTreeSet::new();
    assert!(whole > 6, "whole from zoom {whole}");
    for z in 5..=whole.min(10) {
        let ids = ids(&layer.drawn(z));
        assert!(ids.is_superset(&last), "z{z}");
        let shortest = ids.iter().map(|id| lengths[*id as usize]).fold(f64::MAX, f64::min);
        let longer = lengths.iter().filter(|length| **length > shortest * (1.0 + 1e-6)).count();
        assert!(longer < ids.len(), "z{z}: {longer} are longer than the shortest of {}", ids.len());
        println!("z{z}: the {} longest of {}", ids.len(), lengths.len());
        last = ids;
    }
}
