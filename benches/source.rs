//! How fast a file is checked, opened again and read: 100,000 buildings of 11 corners
//! with 10 columns.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "support/buildings.rs"]
mod buildings;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use onemap::model::{Fingerprint, GeometrySink, Path, Row, Simple};
use onemap::source::{Checked, Fgb, Source};
use onemap::store::Object;

const FEATURES: u32 = 100_000;

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
    let bytes = buildings::buildings(FEATURES);
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
