//! How fast a tile is built and compressed: one of zoom 14 with some 2,000 buildings of ten
//! columns, beside the `mvt` crate encoding the same features, and the fullest tiles of low zooms
//! of the whole layer. `ONEMAP_CHECKS=full` takes 500,000 buildings, otherwise a twentieth.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "../tests/it/mvt.rs"]
mod reader;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use onemap::access::{Caller, LayerView, View};
use onemap::catalog::{Catalog, Options, Silent, StorePlace, TemporalDefault};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{CollectionId, Column, ColumnType, Kind, Value};
use onemap::tile::{Address, Encoding, TileAsk, TilePlan, build, compress, plan};
use onemap::time::Instant;
use onemap::work::Deadline;

/// West and south of the city, and the distance of buildings: some 45 by 45 in a tile of zoom 14.
const ORIGIN: [f64; 2] = [113.9, 22.5];
const STEP: f64 = 360.0 / 16384.0 / 45.0;
const CORNERS: u32 = 11;

fn count() -> u32 {
    let full = std::env::var("ONEMAP_CHECKS").is_ok_and(|size| size == "full");
    if full { 500_000 } else { 25_000 }
}

const COLUMNS: [(&str, ColumnType); 10] = [
    ("gid", ColumnType::Int),
    ("name", ColumnType::String),
    ("use", ColumnType::String),
    ("storeys", ColumnType::Int),
    ("height", ColumnType::Double),
    ("area", ColumnType::Double),
    ("built", ColumnType::Int),
    ("material", ColumnType::String),
    ("listed", ColumnType::Bool),
    ("address", ColumnType::String),
];

/// A city of buildings that differ by their number alone.
fn city() -> Vec<u8> {
    let columns = COLUMNS.map(|(name, kind)| Column {
        name: name.into(),
        kind,
        title: None,
        description: None,
    });
    let options = WriterOptions {
        name: "buildings".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::Polygon,
    };
    let mut writer = Writer::new(options, columns.to_vec());
    let across = f64::from(count()).sqrt() as u32;
    for n in 0..count() {
        let centre = [n % across, n / across].map(|step| f64::from(step) * STEP);
        let ring = (0..CORNERS).map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::TAU / f64::from(CORNERS);
            let reach = STEP * (0.3 + f64::from((n * 7 + corner * 5) % 11) * 0.01);
            (
                ORIGIN[0] + centre[0] + reach * angle.cos(),
                ORIGIN[1] + centre[1] + reach * angle.sin(),
            )
        });
        let polygon = geo::Polygon::new(ring.collect(), vec![]).into();
        let (name, address) = (format!("Building {n}"), format!("{} Road {}", n % 50, n / 50));
        let values = [
            Value::Int(n.into()),
            Value::Text(&name),
            Value::Text(["housing", "office", "school", "shop", "factory"][n as usize % 5]),
            Value::Int((n % 30).into()),
            Value::Double(f64::from(n % 300) / 2.0),
            Value::Double(f64::from(n.wrapping_mul(2_654_435_761) >> 12) / 100.0),
            Value::Int((1950 + n % 75).into()),
            Value::Text(["brick", "concrete", "steel", "wood"][n as usize % 4]),
            Value::Bool(n.is_multiple_of(37)),
            Value::Text(&address),
        ];
        writer.add(Some(&polygon), &values).unwrap();
    }
    writer.finish()
}

/// The city as a server would have it.
fn published() -> LayerView {
    let folder = tempfile::tempdir().unwrap();
    let theme = folder.path().join("layers/city");
    std::fs::create_dir_all(&theme).unwrap();
    std::fs::write(theme.join("buildings.fgb"), city()).unwrap();
    std::fs::write(theme.join("buildings.toml"), "id = \"gid\"\nstyle = { by = \"use\" }\n")
        .unwrap();
    let options = Options {
        store: StorePlace::Folder(folder.path().join("store")),
        temporal_default: TemporalDefault::Now,
        quiet: Duration::ZERO,
        progress: Arc::new(Silent),
    };
    let layers = [folder.path().join("layers")];
    let catalog = Catalog::open(&layers, options, Instant::from_millis(0)).unwrap();
    let view = View::new(catalog.snapshot(), Caller::Public);
    let layer = view.layer(&CollectionId::new("city", "buildings").unwrap()).unwrap();
    // The store must outlive the layer.
    std::mem::forget(folder);
    layer
}

/// The tile at `zoom` that holds the middle of the city.
fn planned(layer: &LayerView, zoom: u8) -> TilePlan {
    let middle = f64::from(count()).sqrt() / 2.0 * STEP;
    let [lon, lat] = ORIGIN.map(|origin| origin + middle);
    let side = f64::from(1u32 << zoom);
    let north = (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln();
    let x = (lon + 180.0) / 360.0 * side;
    let y = (1.0 - north / std::f64::consts::PI) / 2.0 * side;
    let address = Address::new(zoom, x as u32, y as u32).unwrap();
    let ask = TileAsk { address, moment: None, properties: None };
    plan(layer, &ask, Instant::from_millis(0)).unwrap()
}

/// Encodes what a tile holds once more, by the `mvt` crate.
fn encoded_by_crate(layer: &reader::Layer, shapes: &[reader::Geometry]) -> Vec<u8> {
    let mut tile = mvt::Tile::new(4096);
    let mut out = tile.create_layer(&layer.name);
    for (feature, shape) in layer.features.iter().zip(shapes) {
        let reader::Geometry::Polygons(polygons) = shape else { continue };
        let mut geometry = mvt::GeomEncoder::new(mvt::GeomType::Polygon);
        for ring in polygons.iter().flatten() {
            for [x, y] in ring {
                geometry.add_point(*x as i32, *y as i32).unwrap();
            }
            geometry.complete_geom().unwrap();
        }
        let mut added = out.into_feature(geometry.encode().unwrap());
        feature.id.into_iter().for_each(|id| added.set_id(id));
        for (key, value) in &feature.attributes {
            match value {
                reader::Value::Text(text) => added.add_tag_string(key, text),
                reader::Value::Float(value) => added.add_tag_float(key, *value),
                reader::Value::Double(value) => added.add_tag_double(key, *value),
                reader::Value::Int(value) => added.add_tag_int(key, *value),
                reader::Value::UInt(value) => added.add_tag_uint(key, *value),
                reader::Value::SInt(value) => added.add_tag_sint(key, *value),
                reader::Value::Bool(value) => added.add_tag_bool(key, *value),
            }
        }
        out = added.into_layer();
    }
    tile.add_layer(out).unwrap();
    tile.to_bytes().unwrap()
}

/// The features by id, without their order in keys and values.
fn content(bytes: &[u8], name: &str) -> BTreeMap<u64, (reader::Geometry, String)> {
    let tile = reader::Tile::read(bytes).unwrap();
    let features = &tile.layer(name).unwrap().features;
    let entry = |f: &reader::Feature| {
        (f.id.unwrap(), (f.geometry().unwrap(), format!("{:?}", f.attributes)))
    };
    features.iter().map(entry).collect()
}

fn tiles(c: &mut Criterion) {
    let layer = published();
    let name = layer.id().to_string();
    let deadline = Deadline::never();
    let plan = planned(&layer, 14);
    let built = build(&plan, &deadline).unwrap();
    let tile = reader::Tile::read(&built.bytes).unwrap();
    let read = tile.layer(&name).unwrap();
    let shapes: Vec<_> = read.features.iter().map(|f| f.geometry().unwrap()).collect();
    let again = encoded_by_crate(read, &shapes);
    assert!(content(&built.bytes, &name) == content(&again, &name), "both encode the same");
    let label = format!("{} buildings, {} bytes", read.features.len(), built.bytes.len());

    let mut group = c.benchmark_group("tile");
    group.bench_function(BenchmarkId::new("z14", &label), |b| {
        b.iter(|| build(black_box(&plan), &deadline).unwrap());
    });
    group.bench_function(BenchmarkId::new("z14 encoded by mvt", &label), |b| {
        b.iter(|| encoded_by_crate(black_box(read), &shapes));
    });
    let bare = TilePlan { columns: Vec::new(), ..plan.clone() };
    group.bench_function(BenchmarkId::new("z14 without columns", &label), |b| {
        b.iter(|| build(black_box(&bare), &deadline).unwrap());
    });
    for zoom in [13, 12, 11, 10, 8, 6] {
        let plan = planned(&layer, zoom);
        let built = build(&plan, &deadline).unwrap();
        assert_eq!(built.kept, 1.0);
        let tile = reader::Tile::read(&built.bytes).unwrap();
        let features = tile.layer(&name).map_or(0, |layer| layer.features.len());
        let label = format!("{features} buildings, {} bytes", built.bytes.len());
        group.bench_function(BenchmarkId::new(format!("z{zoom}"), label), |b| {
            b.iter(|| build(black_box(&plan), &deadline).unwrap());
        });
    }
    for encoding in Encoding::ALL {
        let compressed = compress(built.bytes.clone(), encoding).len();
        let id = BenchmarkId::new(format!("z14 to {}", encoding.name()), compressed);
        group.bench_function(id, |b| b.iter(|| compress(built.bytes.clone(), encoding)));
    }
    group.finish();
}

criterion_group!(benches, tiles);
criterion_main!(benches);
