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

/// Positions by kind of place, in the order they are met.
struct Positions<'a> {
    /// Where positions are transformed from.
    crs: &'a Crs,
    kind: Simple,
    all: Vec<[f64; 2]>,
    /// A position lies outside of the CRS's domain.
    outside: bool,
}

impl GeometrySink for Positions<'_> {
    fn begin(&mut self, kind: Simple, _: usize) {
        self.kind = kind;
    }

    fn path(&mut self, path: &Path<'_>) {
        let begin = self.all.len();
        for position in path.xy() {
            match self.crs.to_lonlat(position) {
                Some(at) => self.all.push(at),
                None => self.outside = true,
            }
        }
        let run = self.all.split_off(begin);
        self.all.extend(match self.kind {
            // A ring's last position repeats its first, in the file or not.
            Simple::Polygon => unclosed(run),
            Simple::LineString | Simple::MultiLineString if run.len() == 1 => run.repeat(2),
            _ => run,
        });
    }

    fn end(&mut self, _: Simple) {}
}

/// The positions of a GeoJSON geometry; rings must be closed and wound right.
fn geojson_positions(geometry: &Json, out: &mut Vec<[f64; 2]>) {
    let object = geometry.as_object().unwrap();
    assert_eq!(object.len(), 2, "{geometry}");
    let of = |value: &Json| value.as_array().unwrap().clone();
    let coordinates = geometry.get("coordinates").map(of).unwrap_or_default();
    let polygons = |rings: &Json, out: &mut Vec<[f64; 2]>| {
        for (at, ring) in of(rings).iter().enumerate() {
            let ring: Vec<[f64; 2]> = of(ring).iter().map(position).collect();
            assert!(ring.len() > 3 && ring.first() == ring.last(), "open: {ring:?}");
            let signed = area(&ring);
            assert!(if at == 0 { signed >= 0.0 } else { signed <= 0.0 }, "ring {at} {signed}");
            out.extend(unclosed(ring));
        }
    };
    match geometry["type"].as_str().unwrap() {
        "Point" if coordinates.is_empty() => {}
        "Point" => out.push(position(&geometry["coordinates"])),
        "MultiPoint" | "LineString" => out.extend(coordinates.iter().map(position)),
        "MultiLineString" => {
            coordinates.iter().for_each(|line| out.extend(of(line).iter().map(position)));
        }
        "Polygon" => polygons(&geometry["coordinates"], out),
        "MultiPolygon" => coordinates.iter().for_each(|rings| polygons(rings, out)),
        "GeometryCollection" => {
            of(&geometry["geometries"]).iter().for_each(|part| geojson_positions(part, out));
        }
        other => panic!("no type of GeoJSON: {other}"),
    }
}

/// A ring without the positions at its end that repeat its first.
fn unclosed(mut ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    // A position that is stored twice in a row may be the seam's, on either side of it.
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
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

/// Sorted, so that the direction of rings does not count.
fn sorted(mut positions: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    positions.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    positions
}

fn check(feature: &Feature<'_>, crs: &Crs, json: &Json, place: &str) {
    let columns = &feature.schema().columns;
    let properties = json["properties"].as_object().unwrap();
    assert_eq!(properties.len(), columns.len());
    for (at, column) in columns.iter().enumerate() {
        let value = feature.value(at);
        assert!(same_value(&properties[&*column.name], value), "{} {value:?}", column.name);
    }
    let mut stored = Positions { crs, kind: Simple::Point, all: Vec::new(), outside: false };
    if let Some(geometry) = feature.geometry() {
        geometry.walk(&mut stored);
    }
    let mut written = Vec::new();
    if !json["geometry"].is_null() {
        geojson_positions(&json["geometry"], &mut written);
    }
    if stored.outside {
        assert!(json["geometry"].is_null());
        return;
    }
    assert_eq!(stored.all.len(), written.len(), "{place}: {:?} {:?}", stored.all, json["geometry"]);
    for (a, b) in sorted(stored.all).iter().zip(&sorted(written)) {
        // Latitudes may sort differently where longitudes agree but for rounding.
        assert!((a[0] - b[0]).abs() < 1e-8 * a[0].abs().max(1.0), "{a:?} {b:?}");
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
