//! What geometry costs: rank a vertex, clip, test and repair polygons.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use onemap::geometry::clip::{Window, clip_ring};
use onemap::geometry::label;
use onemap::geometry::mercator;
use onemap::geometry::rank::{Run, rank};
use onemap::geometry::repair::{Polygons, Scratch, is_clean, make_valid};

/// Rings of cells that share bent borders: a grid of `side` by `side`, `bends` positions to a side
/// of a cell.
fn tessellation(side: u32, bends: u32) -> (Vec<[u32; 2]>, Vec<Run>) {
    let jitter = |a: u32, b: u32| (a.wrapping_mul(2_654_435_761) ^ b.wrapping_mul(40_503)) >> 24;
    let at =
        |x: u32, y: u32| [x * 400 + jitter(x, y) + (1 << 30), y * 400 + jitter(y, x) + (1 << 30)];
    let mut positions = Vec::new();
    let mut runs = Vec::new();
    for (i, j) in (0..side).flat_map(|i| (0..side).map(move |j| (i * bends, j * bends))) {
        let start = positions.len() as u32;
        positions.extend((0..bends).map(|k| at(i + k, j)));
        positions.extend((0..bends).map(|k| at(i + bends, j + k)));
        positions.extend((0..bends).map(|k| at(i + bends - k, j + bends)));
        positions.extend((0..bends).map(|k| at(i, j + bends - k)));
        runs.push(Run { start, len: 4 * bends, closed: true });
    }
    (positions, runs)
}

/// A ring about the middle of a tile, of `count` positions, its radius going up and down.
fn star(count: usize) -> Vec<[i32; 2]> {
    let at = |i: usize| {
        let angle = std::f64::consts::TAU * i as f64 / count as f64;
        let radius =
            1500.0 + 400.0 * f64::from(u8::from(i.is_multiple_of(2))) + 90.0 * (angle * 7.0).sin();
        [2048 + (radius * angle.cos()) as i32, 2048 + (radius * angle.sin()) as i32]
    };
    (0..count).map(at).collect()
}

fn polygon(ring: &[[i32; 2]]) -> Polygons {
    let mut polygons = Polygons { points: ring.to_vec(), ..Polygons::default() };
    polygons.end_ring();
    polygons.end_polygon();
    polygons
}

fn ranks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rank");
    group.sample_size(10);
    for (name, side, bends) in [("cells of 160 vertices", 60, 40), ("cells of 12 vertices", 200, 3)]
    {
        let (positions, runs) = tessellation(side, bends);
        group.throughput(Throughput::Elements(positions.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| rank(black_box(&positions), &runs)));
    }
    group.finish();
}

fn clips(criterion: &mut Criterion) {
    let ring: Vec<[i64; 2]> = star(1000).into_iter().map(|at| at.map(i64::from)).collect();
    let window = Window { min: [1000, 1000], max: [3500, 3000] };
    let (mut out, mut scratch) = (Vec::new(), Vec::new());
    criterion.bench_function("clip a ring of 1000 vertices", |bencher| {
        bencher.iter(|| {
            out.clear();
            clip_ring(black_box(&ring), &window, &mut out, &mut scratch);
            out.len()
        });
    });
}

fn repairs(criterion: &mut Criterion) {
    let mut scratch = Scratch::default();
    for count in [12, 100, 1000, 10_000] {
        // From 1000 on, positions this near together would touch on the grid of a tile.
        let scale = if count < 1000 { 1 } else { 64 };
        let ring: Vec<[i32; 2]> = star(count).into_iter().map(|at| at.map(|v| v * scale)).collect();
        let clean = polygon(&ring);
        criterion.bench_function(&format!("is_clean of {count} vertices"), |bencher| {
            bencher.iter(|| is_clean(black_box(&clean), &mut scratch));
        });
        let mut crossed = ring;
        crossed.swap(1, 3);
        let crossed = polygon(&crossed);
        criterion.bench_function(&format!("make_valid of {count} vertices"), |bencher| {
            bencher.iter_batched_ref(
                || crossed.clone(),
                |polygons| make_valid(black_box(polygons), &mut scratch, &|| true),
                BatchSize::SmallInput,
            );
        });
    }
}

fn points(criterion: &mut Criterion) {
    for count in [12, 1000] {
        let ring: Vec<[u32; 2]> =
            star(count).into_iter().map(|at| at.map(|v| v as u32 * 100 + (1 << 30))).collect();
        criterion.bench_function(&format!("label of {count} vertices"), |bencher| {
            bencher.iter(|| label::inside(black_box(&ring), &[count as u32]));
        });
    }
    criterion.bench_function("project a position", |bencher| {
        bencher.iter(|| mercator::project(black_box(114.05), black_box(22.54)));
    });
}

criterion_group!(benches, ranks, clips, repairs, points);
criterion_main!(benches);
