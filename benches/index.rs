//! How fast an index is built, opened and asked: building-like polygons of 12 vertices, some 2,000
//! in a tile of zoom 14, and parcels of 20 versions each. `ONEMAP_CHECKS=full` takes 500,000 and
//! 1,100,000 of them, otherwise a twentieth.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::geometry::{Area, Crs, mercator};
use onemap::index::{AttributeBytes, Index, Inputs, build};
use onemap::model::Kind;
use onemap::source::{Fgb, Source};
use onemap::store::Object;
use onemap::time::{Instant, Span};

const VERSIONS: u32 = 20;

fn size(full: u32) -> u32 {
    if std::env::var("ONEMAP_CHECKS").is_ok_and(|size| size == "full") { full } else { full / 20 }
}

/// `count` polygons of `corners` on a grid, each `versions` times.
fn polygons(count: u32, corners: u32, versions: u32) -> Fgb {
    let options = WriterOptions {
        name: "polygons".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::Polygon,
    };
    let mut writer = Writer::new(options, Vec::new());
    let columns = f64::from(count).sqrt() as u32;
    for id in 0..count {
        let (x, y) = (f64::from(id % columns) * 5e-4, f64::from(id / columns) * 5e-4);
        let ring = (0..corners).map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::TAU / f64::from(corners);
            (116.0 + x + 2e-4 * angle.cos(), y + 2e-4 * angle.sin())
        });
        let polygon = geo::Polygon::new(ring.collect(), vec![]).into();
        (0..versions).for_each(|_| writer.add(Some(&polygon), &[]).unwrap());
    }
    Fgb::in_memory(&writer.finish()).unwrap()
}

/// Version `i % VERSIONS` of entity `i / VERSIONS`, a year each, the last one open.
fn span(i: u32) -> Option<Span> {
    let year = |n: u32| Some(Instant::from_millis(i64::from(n) * 31_557_600_000));
    let version = i % VERSIONS;
    Span::new(year(version), if version + 1 < VERSIONS { year(version + 1) } else { None })
}

fn image(source: &Fgb, spans: Option<&[Option<Span>]>, versions: u32) -> Vec<u8> {
    let entities: Vec<u64> = (0..source.len()).map(|row| u64::from(row / versions)).collect();
    let inputs = Inputs {
        source,
        crs: &Crs::crs84(),
        spans,
        together: false,
        entities: &entities,
        rank: None,
        columns: &[],
        names: &[],
        classes: &[],
        attribute_bytes: &|_| AttributeBytes { chosen: 40, all: 150, label: 0 },
        labels: false,
        min_zoom: 0,
    };
    let mut bytes = Vec::new();
    build(&inputs, &mut bytes).unwrap();
    bytes
}

fn index(c: &mut Criterion) {
    let mut group = c.benchmark_group("index");
    group.sample_size(10);
    let buildings = polygons(size(500_000), 12, 1);
    let parcels = polygons(size(1_100_000) / VERSIONS, 5, VERSIONS);
    let spans: Vec<Option<Span>> = (0..parcels.len()).map(span).collect();
    for (name, source, spans, versions) in [
        ("buildings", &buildings, None, 1),
        ("parcels", &parcels, Some(spans.as_slice()), VERSIONS),
    ] {
        group.bench_function(BenchmarkId::new("build", name), |b| {
            b.iter(|| image(source, spans, versions));
        });
        let bytes = Object::from_slice(&image(source, spans, versions));
        group.bench_function(BenchmarkId::new("open", name), |b| {
            b.iter(|| Index::open(black_box(&bytes).clone(), source.len()).unwrap());
        });
        let index = Index::open(bytes, source.len()).unwrap();
        let tile = [mercator::cover(116.03, 0.03, 116.052, 0.052)];
        let today = spans.map(|_| Span::from_millis([600_000_000_000, 600_000_000_001]).unwrap());
        let mut found = Vec::new();
        for (ask, areas, zoom) in
            [("tile of zoom 14", tile.as_slice(), Some(14)), ("zoom 3", &[Area::WORLD], Some(3))]
        {
            index.select(areas, today, zoom, &mut found);
            let id = BenchmarkId::new(format!("select {ask}, {} hits", found.len()), name);
            group.bench_function(id, |b| {
                b.iter(|| {
                    found.clear();
                    index.select(black_box(areas), today, zoom, &mut found);
                    found.len()
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
