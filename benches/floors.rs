//! The speeds that onemap keeps, in CPU time: each sample is the best of five, and a calibration
//! (zstd level 1 over 64 MB) stands beside them, so that machines can be compared.
//! `ONEMAP_CHECKS=full` takes the sizes that count, otherwise a twentieth of them.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "support/buildings.rs"]
mod buildings;
#[path = "support/city.rs"]
mod city;

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Duration;

use cpu_time::ProcessTime;
use criterion::{Bencher, Criterion, Throughput, criterion_group, criterion_main};
use onemap::access::LayerView;
use onemap::catalog::Catalog;
use onemap::format::geojson::{Collection, Head};
use onemap::geometry::mercator;
use onemap::model::{Extent, GeometrySink, Path, Row, Simple};
use onemap::query::{self, ItemsAsk};
use onemap::source::{Checked, Fgb, Source};
use onemap::tile::build;
use onemap::time::{Instant, Zone};
use onemap::work::{Chunk, Deadline};

use buildings::{ORIGIN, STEP};

const CALIBRATION_BYTES: usize = 64 << 20;
/// Layers of the city that is started from a warm store.
const LAYERS: u32 = 11;

/// Criterion's samples are of the best of five rounds, in the CPU time of all threads.
fn best_of_five<T>(bencher: &mut Bencher<'_>, mut work: impl FnMut() -> T) {
    bencher.iter_custom(|iterations| {
        let rounds = (0..5).map(|_| {
            let start = ProcessTime::now();
            (0..iterations).for_each(|_| drop(black_box(work())));
            start.elapsed()
        });
        rounds.min().unwrap_or(Duration::ZERO)
    });
}

/// Text like that of the answers, the same everywhere.
fn calibration_text() -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut text = Vec::with_capacity(CALIBRATION_BYTES + 64);
    while text.len() < CALIBRATION_BYTES {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let [a, b] = [state >> 44, (state >> 20) & 0xF_FFFF];
        text.extend_from_slice(format!("[114.{a:07},22.{b:07}],").as_bytes());
    }
    text.truncate(CALIBRATION_BYTES);
    text
}

fn calibration(c: &mut Criterion) {
    let text = calibration_text();
    let mut group = c.benchmark_group("floors");
    group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("calibration: zstd 1 of 64 MB", |b| {
        best_of_five(b, || zstd::bulk::compress(&text, 1).unwrap().len());
    });
    group.finish();
}

/// Projects all positions, and counts them.
struct Project(u64);

impl GeometrySink for Project {
    fn begin(&mut self, _: Simple, _: usize) {}
    fn path(&mut self, path: &Path<'_>) {
        for [lon, lat] in path.xy() {
            black_box(mercator::project(lon, lat));
            self.0 += 1;
        }
    }
    fn end(&mut self, _: Simple) {}
}

fn check_and_project(c: &mut Criterion) {
    let bytes = buildings::buildings(city::count());
    let object = onemap::store::Object::from_slice(&bytes);
    let print = onemap::model::Fingerprint::of(&bytes);
    let mut group = c.benchmark_group("floors");
    group.sample_size(10).throughput(Throughput::Elements(city::count().into()));
    group.bench_function("verify, check and project all polygons", |b| {
        best_of_five(b, || {
            let (header, checked) = Checked::of(&bytes).unwrap();
            let file = Fgb::new(object.clone(), header, checked, print);
            let mut project = Project(0);
            let features = (0..file.len()).filter_map(|row| file.feature(Row::new(row)));
            features.filter_map(|f| f.geometry()).for_each(|g| g.walk(&mut project));
            project.0
        });
    });
    group.finish();
}

fn tiles(c: &mut Criterion, layer: &LayerView, what: &str) {
    let deadline = Deadline::never();
    let mut group = c.benchmark_group("floors");
    for zoom in [14, 12, 11, 10, 9, 8, 7, 6, 4, 0] {
        let plan = city::planned(layer, zoom);
        let built = build(&plan, &deadline).unwrap();
        let name = format!("{what} of zoom {zoom}, {} bytes", built.bytes.len());
        group.bench_function(name, |b| best_of_five(b, || build(&plan, &deadline).unwrap()));
    }
    group.finish();
}

/// A page of the features in a box: planned, found, written. How many bytes it has.
fn page(layer: &LayerView, ask: &ItemsAsk) -> u64 {
    let (now, deadline) = (Instant::from_millis(0), Deadline::never());
    let plan = query::plan(layer, ask, now).unwrap();
    let page = query::run(&plan, &deadline).unwrap();
    assert_eq!(page.rows.len(), ask.limit);
    let head = Head { matched: page.matched, at: now, links: "[]".to_owned() };
    let (columns, versions) = (plan.columns, plan.versions);
    let mut collection = Collection::new(plan.layer, columns, versions, page.rows, head);
    let mut length = 0;
    loop {
        match collection.next_chunk(&deadline).unwrap() {
            Chunk::More(bytes) => length += bytes.len() as u64,
            Chunk::Last(bytes) => return length + bytes.len() as u64,
        }
    }
}

fn items(c: &mut Criterion, layer: &LayerView) {
    let [west, south] = ORIGIN.map(|origin| origin + 2.5 * STEP);
    let [east, north] = ORIGIN.map(|origin| origin + 47.5 * STEP);
    let ask = ItemsAsk {
        bbox: Some(vec![Extent { west, south, east, north }]),
        heights: None,
        moment: None,
        limit: 1000,
        offset: 0,
        equals: Vec::new(),
        properties: None,
        zone: Zone::default(),
    };
    let mut group = c.benchmark_group("floors");
    for (name, properties) in [("10 columns", None), ("no columns", Some(Vec::new()))] {
        let ask = ItemsAsk { properties, ..ask.clone() };
        group.throughput(Throughput::Bytes(page(layer, &ask)));
        let name = format!("page of 1,000 polygons with {name}");
        group.bench_function(name, |b| best_of_five(b, || page(layer, &ask)));
    }
    group.finish();
}

fn served(c: &mut Criterion) {
    let layer = city::published(false);
    tiles(c, &layer, "tile");
    items(c, &layer);
    tiles(c, &city::published(true), "tile and labels");
}

/// A folder of layers with 1.1 million features in all.
fn folder_of_layers(root: &std::path::Path) -> [PathBuf; 1] {
    let layers = root.join("layers");
    let theme = layers.join("city");
    std::fs::create_dir_all(&theme).unwrap();
    let bytes = buildings::buildings(city::sized(100_000));
    for n in 0..LAYERS {
        std::fs::write(theme.join(format!("part_{n}.fgb")), &bytes).unwrap();
        let sidecar = format!("id = \"gid\"\ntitle = \"Part {n}\"\n");
        std::fs::write(theme.join(format!("part_{n}.toml")), sidecar).unwrap();
    }
    [layers]
}

fn start(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let layers = folder_of_layers(folder.path());
    let open =
        || Catalog::open(&layers, city::options(folder.path()), Instant::from_millis(0)).unwrap();
    let mut group = c.benchmark_group("floors");
    group.sample_size(10);
    open();
    group.bench_function("warm start of 11 layers", |b| best_of_five(b, open));
    group.finish();
}

criterion_group!(benches, calibration, check_and_project, served, start);
criterion_main!(benches);
