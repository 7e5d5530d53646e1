//! How fast features become GeoJSON: pages of 1,000 polygons, with ten columns or none, as they are
//! stored or from a projected CRS.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use onemap::access::FeatureId;
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::format::geojson::FeatureWriter;
use onemap::geometry::Crs;
use onemap::model::{Column, ColumnType, Kind, Row, Value};
use onemap::source::{Fgb, Source};

const FEATURES: u32 = 1000;

/// Polygons in a grid of a kilometre a step, each of `corners` vertices on a circle.
fn polygons(corners: u32, unit: f64, columns: Vec<Column>, values: &[Value<'_>]) -> Fgb {
    let options = WriterOptions {
        name: "polygons".to_owned(),
        title: None,
        description: None,
        epsg: None,
        geometry: Kind::Polygon,
    };
    let mut writer = Writer::new(options, columns);
    for id in 0..FEATURES {
        let (x, y) = (114.0 + f64::from(id % 40) * 0.01, 22.5 + f64::from(id / 40) * 0.01);
        let ring = (0..corners).map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::TAU / f64::from(corners);
            ((x + 4e-3 * angle.cos()) * unit, (y + 4e-3 * angle.sin()) * unit)
        });
        let polygon = geo::Polygon::new(ring.collect(), vec![]);
        writer.add(Some(&polygon.into()), values).unwrap();
    }
    Fgb::in_memory(&writer.finish()).unwrap()
}

fn ten_columns() -> (Vec<Column>, [Value<'static>; 10]) {
    let columns = [
        ("id", ColumnType::Long, Value::Int(440_307_001)),
        ("name", ColumnType::String, Value::Text("龙岗区政府大楼")),
        ("use", ColumnType::String, Value::Text("residential")),
        ("street", ColumnType::String, Value::Text("Longxiang Avenue")),
        ("levels", ColumnType::Int, Value::Int(30)),
        ("height", ColumnType::Double, Value::Double(98.7)),
        ("area", ColumnType::Double, Value::Double(1_234.567_890_1)),
        ("year", ColumnType::Short, Value::Int(1998)),
        ("listed", ColumnType::Bool, Value::Bool(false)),
        ("surveyed", ColumnType::DateTime, Value::DateTime("2024-05-01T00:00:00+08:00")),
    ];
    let column = |(name, kind, _): &(&str, ColumnType, Value<'_>)| Column {
        name: (*name).into(),
        kind: *kind,
        title: None,
        description: None,
    };
    (columns.iter().map(column).collect(), columns.map(|(_, _, value)| value))
}

fn write(source: &Fgb, crs: &Crs, columns: &[usize], out: &mut Vec<u8>) {
    let mut writer = FeatureWriter::new(source.schema(), crs, columns);
    for row in 0..source.len() {
        let feature = source.feature(Row::new(row)).unwrap();
        writer.write(out, &feature, &FeatureId::Number(row.into()), None);
    }
}

fn json(c: &mut Criterion) {
    let (columns, values) = ten_columns();
    let all: Vec<usize> = (0..columns.len()).collect();
    let metres = 111_319.490_793_273_57;
    let mercator = Crs::parse("EPSG:3857").unwrap();
    let cases = [
        ("12 vertices, 10 columns", polygons(12, 1.0, columns, &values), Crs::crs84(), &all[..]),
        ("100 vertices", polygons(100, 1.0, Vec::new(), &[]), Crs::crs84(), &[]),
        ("100 vertices, projected", polygons(100, metres, Vec::new(), &[]), mercator, &[]),
    ];
    let mut group = c.benchmark_group("json");
    for (name, source, crs, columns) in &cases {
        let mut out = Vec::new();
        write(source, crs, columns, &mut out);
        group.throughput(Throughput::Bytes(out.len() as u64));
        group.bench_function(*name, |b| {
            b.iter(|| {
                out.clear();
                write(black_box(source), crs, columns, &mut out);
                out.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, json);
criterion_main!(benches);
