//! How fast a tile is built and compressed: one of zoom 14 with some 2,000 buildings of ten
//! columns, beside the `mvt` crate encoding the same features and others compressing it, and the
//! fullest tiles of low zooms of the whole layer. `ONEMAP_CHECKS=full` takes 500,000 buildings,
//! otherwise a twentieth.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "support/buildings.rs"]
mod buildings;
#[path = "support/city.rs"]
mod city;
#[path = "../tests/it/mvt.rs"]
mod reader;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use onemap::tile::{Encoding, TilePlan, build, compress, compress_again};
use onemap::work::Deadline;

use city::{planned, published};

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

/// As gzip by zlib-rs, at its quickest level.
fn by_stream(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn tiles(c: &mut Criterion) {
    let layer = published(false);
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
        assert_eq!(built.left_out.kept, 1.0);
        let tile = reader::Tile::read(&built.bytes).unwrap();
        let features = tile.layer(&name).map_or(0, |layer| layer.features.len());
        let label = format!("{features} buildings, {} bytes", built.bytes.len());
        group.bench_function(BenchmarkId::new(format!("z{zoom}"), label), |b| {
            b.iter(|| build(black_box(&plan), &deadline).unwrap());
        });
    }
    for encoding in Encoding::ALL {
        let compressed = compress(&built.bytes, encoding).len();
        let id = BenchmarkId::new(format!("z14 to {}", encoding.name()), compressed);
        group.bench_function(id, |b| b.iter(|| compress(&built.bytes, encoding)));
    }
    for encoding in [Encoding::Gzip, Encoding::Zstd, Encoding::Brotli] {
        let compressed = compress(&built.bytes, encoding);
        let again = compress_again(&compressed, encoding).unwrap();
        let id = BenchmarkId::new(format!("z14 to {} again", encoding.name()), again.len());
        group.bench_function(id, |b| b.iter(|| compress_again(&compressed, encoding)));
    }
    let level = libdeflater::CompressionLvl::new(1).unwrap();
    let mut library = libdeflater::Compressor::new(level);
    let mut room = vec![0; library.gzip_compress_bound(built.bytes.len())];
    let length = library.gzip_compress(&built.bytes, &mut room).unwrap();
    group.bench_function(BenchmarkId::new("z14 to gzip by libdeflate 1", length), |b| {
        b.iter(|| library.gzip_compress(&built.bytes, &mut room).unwrap());
    });
    let id = BenchmarkId::new("z14 to gzip by zlib-rs 1", by_stream(&built.bytes).len());
    group.bench_function(id, |b| b.iter(|| by_stream(&built.bytes)));
    group.finish();
}

criterion_group!(benches, tiles);
criterion_main!(benches);
