//! How fast a file is checked, opened again and read: 100,000 building-like polygons of 12 vertices
//! with 10 columns.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{
    Column, ColumnType, Fingerprint, GeometrySink, Kind, Path, Row, Simple, Value,
};
use onemap::source::{Checked, Fgb, Source};
use onemap::store::Object;

const FEATURES: u32 = 100_000;

/// Polygons in a grid, each of 12 vertices on a circle.
fn file() -> Vec<u8> {
    let column =
        |name: &str, kind| Column { name: name.into(), kind, title: None, description: None };
    let columns = vec![
        column("id", ColumnType::Long),
        column("name", ColumnType::String),
        column("use", ColumnType::String),
        column("street", ColumnType::String),
        column("levels", ColumnType::Int),
        column("height", ColumnType::Double),
        column("area", ColumnType::Double),
        column("year", ColumnType::Short),
        column("listed", ColumnType::Bool),
        column("surveyed", ColumnType::DateTime),
    ];
    let options = WriterOptions {
        name: "buildings".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::Polygon,
    };
    let mut writer = Writer::new(options, columns);
    for id in 0..FEATURES {
        let (x, y) = (f64::from(id % 400) * 1e-3, f64::from(id / 400) * 1e-3);
        let ring = (0..12).map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::TAU / 12.0;
            (x + 4e-4 * angle.cos(), y + 4e-4 * angle.sin())
        });
        let polygon = geo::Polygon::new(ring.collect(), vec![]);
        let name = format!("楼 {id}");
        let street = format!("Street {}", id % 500);
        let values = [
            Value::Int(id.into()),
            Value::Text(&name),
            Value::Text(["residential", "office", "school"][id as usize % 3]),
            Value::Text(&street),
            Value::Int((id % 30).into()),
            Value::Double(f64::from(id % 300) / 3.0),
            Value::Double(f64::from(id % 7000) / 7.0),
            Value::Int((1900 + id % 120).into()),
            Value::Bool(id % 50 == 0),
            Value::DateTime("2024-05-01T00:00:00+08:00"),
        ];
        writer.add(Some(&polygon.into()), &values).unwrap();
    }
    writer.finish()
}

/// Adds up coordinates, so that none is left unread.
struct Sum(f64);

impl GeometrySink for Sum {
    fn begin(&mut self, _: Simple, _: usize) {}
    fn path(&mut self, path: &Path<'_>) {
        self.0 += path.xy().map(|[x, y]| x + y).sum::<f64>();
    }
    fn end(&mut self, _: Simple) {}
}

fn source(c: &mut Criterion) {
    let bytes = file();
    let object = Object::from_slice(&bytes);
    let (header, checked) = Checked::of(&bytes).unwrap();
    let saved = checked.save();
    let file = Fgb::new(object, header, checked, Fingerprint::of(&bytes));
    let features = || (0..file.len()).filter_map(|row| file.feature(Row::new(row)));
    let mut group = c.benchmark_group("source");
    group.throughput(Throughput::Elements(FEATURES.into()));
    group.sample_size(20);
    group.bench_function("check", |b| b.iter(|| Checked::of(black_box(&bytes)).unwrap()));
    group.bench_function("load", |b| b.iter(|| Checked::load(&saved, black_box(&bytes)).unwrap()));
    group.bench_function("walk coordinates", |b| {
        b.iter(|| {
            let mut sum = Sum(0.0);
            features().filter_map(|feature| feature.geometry()).for_each(|g| g.walk(&mut sum));
            sum.0
        });
    });
    group.bench_function("read values", |b| {
        b.iter(|| features().map(|feature| black_box(feature.properties()).count()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, source);
criterion_main!(benches);
