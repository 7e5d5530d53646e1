//! Every feature of every file as GeoJSON: read by another reader, of the shapes that RFC 7946
//! knows, with every position and value of the file.

use std::path::Path as FilePath;

use onemap::access::FeatureId;
use onemap::format::geojson::FeatureWriter;
use onemap::geometry::Crs;
use onemap::model::{Feature, GeometrySink, Path, Row, Simple, Value};
use onemap::source::{Fgb, Source};
use serde_json::Value as Json;

use crate::data;

/// Features of a file that are looked at.
const FEATURES_FULL: usize = 20_000;

/// Some positions of a geometry, as GeoJSON must have them.
#[derive(Debug)]
enum Run {
    /// A position, positions, or a line, in their order.
    Line(Vec<[f64; 2]>),
    /// A ring without the last position, which repeats the first: from any of them, either way
    /// round.
    Ring(Vec<[f64; 2]>),
}

/// The runs of a feature of a file.
struct Runs<'a> {
    crs: &'a Crs,
    kind: Simple,
    all: Vec<Run>,
    /// A position lies outside of the CRS's domain.
    outside: bool,
}

impl GeometrySink for Runs<'_> {
    fn begin(&mut self, kind: Simple, _: usize) {
        self.kind = kind;
    }

    fn path(&mut self, path: &Path<'_>) {
        let exact = self.crs.is_lonlat();
        let mut run = Vec::new();
        for position in path.xy() {
            match self.crs.to_lonlat(position) {
                Some(at) => run.push(if exact { position } else { at }),
                None => self.outside = true,
            }
        }
        let Some(first) = run.first().copied() else { return };
        self.all.push(match self.kind {
            Simple::Polygon => {
                if run.len() > 1 && run.last() == Some(&first) {
                    run.pop();
                }
                // Rings have at least four positions with the last.
                run.resize(run.len().max(3), first);
                Run::Ring(run)
            }
            Simple::LineString | Simple::MultiLineString if run.len() == 1 => {
                Run::Line(run.repeat(2))
            }
            _ => Run::Line(run),
        });
    }

    fn end(&mut self, _: Simple) {}
}

/// The runs of a GeoJSON geometry; rings must be closed and wound right.
fn runs_of(geometry: &Json, out: &mut Vec<Run>) {
    let object = geometry.as_object().unwrap();
    assert_eq!(object.len(), 2, "{geometry}");
    let of = |value: &Json| value.as_array().unwrap().clone();
    let coordinates = geometry.get("coordinates").map(of).unwrap_or_default();
    let positions = |line: &Json| of(line).iter().map(position).collect::<Vec<_>>();
    let polygon = |rings: &Json, out: &mut Vec<Run>| {
        for (at, ring) in of(rings).iter().enumerate() {
            let mut ring = positions(ring);
            assert!(ring.len() > 3 && ring.first() == ring.last(), "open: {ring:?}");
            let signed = area(&ring);
            assert!(if at == 0 { signed >= 0.0 } else { signed <= 0.0 }, "ring {at} {signed}");
            ring.pop();
            out.push(Run::Ring(ring));
        }
    };
    match geometry["type"].as_str().unwrap() {
        _ if coordinates.is_empty() && geometry.get("geometries").is_none() => {}
        "Point" => out.push(Run::Line(vec![position(&geometry["coordinates"])])),
        "MultiPoint" | "LineString" => out.push(Run::Line(positions(&geometry["coordinates"]))),
        "MultiLineString" => {
            let lines = coordinates.iter().map(positions).filter(|line| !line.is_empty());
            out.extend(lines.map(Run::Line));
        }
        "Polygon" => polygon(&geometry["coordinates"], out),
        "MultiPolygon" => coordinates.iter().for_each(|rings| polygon(rings, out)),
        "GeometryCollection" => {
            of(&geometry["geometries"]).iter().for_each(|part| runs_of(part, out));
        }
        other => panic!("no type of GeoJSON: {other}"),
    }
}

/// Whether two positions are one but for the rounding of transformed ones.
fn near(a: [f64; 2], b: [f64; 2]) -> bool {
    let axis = |i: usize| (a[i] - b[i]).abs() < 1e-8 * a[i].abs().max(1.0);
    axis(0) && axis(1)
}

/// Whether two runs are one, position by position.
fn same_run(stored: &Run, written: &Run) -> bool {
    match (stored, written) {
        (Run::Line(a), Run::Line(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(*a, *b))
        }
        (Run::Ring(a), Run::Ring(b)) => {
            let n = a.len();
            let turned = |start: usize| {
                let forth = |i: usize| near(a[i], b[(start + i) % n]);
                let back = |i: usize| near(a[i], b[(start + n - i) % n]);
                (0..n).all(forth) || (0..n).all(back)
            };
            n == b.len() && (0..n).any(turned)
        }
        _ => false,
    }
}

fn position(json: &Json) -> [f64; 2] {
    let numbers: Vec<f64> =
        json.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
    assert!((2..=3).contains(&numbers.len()), "{json}");
    [numbers[0], numbers[1]]
}

/// Twice the signed area, zero where the rounding of projected positions may decide.
fn area(ring: &[[f64; 2]]) -> f64 {
    let [x, y] = ring[0];
    let cross = |a: &[f64; 2], b: &[f64; 2]| (a[0] - x) * (b[1] - y) - (b[0] - x) * (a[1] - y);
    let length = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).abs() + (a[1] - b[1]).abs();
    let sum: f64 = ring.windows(2).map(|edge| cross(&edge[0], &edge[1])).sum();
    let around: f64 = ring.windows(2).map(|edge| length(&edge[0], &edge[1])).sum();
    if sum.abs() < 2e-9 * around { 0.0 } else { sum }
}

fn same_value(json: &Json, value: Value<'_>) -> bool {
    match value {
        Value::Bool(value) => json.as_bool() == Some(value),
        Value::Int(value) => json.as_i64() == Some(value),
        Value::UInt(value) => json.as_u64() == Some(value),
        Value::Single(value) if value.is_finite() => json.as_f64().map(|v| v as f32) == Some(value),
        Value::Double(value) if value.is_finite() => {
            json.as_f64().is_some_and(|v| (v - value).abs() <= f64::EPSILON * value.abs())
        }
        Value::Null | Value::Single(_) | Value::Double(_) => json.is_null(),
        Value::Text(text) | Value::DateTime(text) => json.as_str() == Some(text),
        Value::Json(text) => {
            json.as_str() == Some(text) || serde_json::from_str::<Json>(text).unwrap() == *json
        }
        Value::Binary(bytes) => {
            json.as_str().is_some_and(|text| text.len() == bytes.len().div_ceil(3) * 4)
        }
    }
}

fn check(feature: &Feature<'_>, crs: &Crs, json: &Json, place: &str) {
    let columns = &feature.schema().columns;
    let properties = json["properties"].as_object().unwrap();
    assert_eq!(properties.len(), columns.len());
    for (at, column) in columns.iter().enumerate() {
        let value = feature.value(at);
        assert!(same_value(&properties[&*column.name], value), "{} {value:?}", column.name);
    }
    let mut stored = Runs { crs, kind: Simple::Point, all: Vec::new(), outside: false };
    if let Some(geometry) = feature.geometry() {
        geometry.walk(&mut stored);
    }
    let mut written = Vec::new();
    if !json["geometry"].is_null() {
        runs_of(&json["geometry"], &mut written);
    }
    if stored.outside {
        assert!(json["geometry"].is_null());
        return;
    }
    assert_eq!(stored.all.len(), written.len(), "{place}: {:?} {:?}", stored.all, json["geometry"]);
    for (a, b) in stored.all.iter().zip(&written) {
        assert!(same_run(a, b), "{place}: {a:?} {b:?}");
    }
}

/// How many features of the file were compared.
fn check_file(file: &FilePath) -> usize {
    let Ok(source) = Fgb::in_memory(&std::fs::read(file).unwrap()) else { return 0 };
    let crs = source.header().crs.as_ref().map_or(Ok(Crs::crs84()), |header| {
        Crs::from_header(&header.org, header.code, header.wkt.as_deref())
    });
    let Ok(crs) = crs else { return 0 };
    let columns: Vec<usize> = (0..source.schema().columns.len()).collect();
    let mut writer = FeatureWriter::new(source.schema(), &crs, &columns);
    let rows = (0..source.len()).take(data::checks(FEATURES_FULL)).map(Row::new);
    let mut compared = 0;
    for (row, feature) in rows.filter_map(|row| source.feature(row).map(|f| (row, f))) {
        let mut out = Vec::new();
        writer.write(&mut out, &feature, &FeatureId::Number(row.get().into()), None);
        let json: Json = serde_json::from_slice(&out).unwrap_or_else(|error| {
            panic!("{} {row:?} {error}: {}", file.display(), String::from_utf8_lossy(&out))
        });
        let place = format!("{} row {}", file.display(), row.get());
        check(&feature, &crs, &json, &place);
        compared += 1;
    }
    compared
}

#[test]
fn every_feature_of_every_file_is_geojson_with_all_that_the_file_holds() {
    let Some(folder) = data::folder() else { return };
    let counts: Vec<usize> = data::fgb_files(&folder).iter().map(|file| check_file(file)).collect();
    let (files, features) =
        (counts.iter().filter(|n| **n > 0).count(), counts.iter().sum::<usize>());
    assert!(files > 120 && features > 20_000, "only {features} features of {files} files");
}
