//! Low zooms: everything where it fits; else nested samples that keep the density, and lines by
//! importance.

use std::collections::HashMap;

use super::{Layer, all};
use crate::geometry::mercator;
use crate::index::{Index, MAX_BYTES, MAX_ZOOM, Record};
use crate::time::{Instant, Span};

/// Points, denser towards one corner of a city.
fn city(count: u32) -> Vec<String> {
    (0..count)
        .map(|i| {
            let share = f64::from(i) / f64::from(count);
            let (x, y) = (116.0 + share * share, 39.5 + (f64::from(i) * 0.618_034).fract().powi(2));
            format!("POINT({x} {y})")
        })
        .collect()
}

fn drawn(index: &Index, zoom: u8) -> Vec<Record> {
    all(index).into_iter().filter(|record| index.from_zoom(*record) <= zoom).collect()
}

fn weight(index: &Index, record: Record, zoom: u8) -> Option<f64> {
    let drawing = index.drawing();
    drawing.weight(&drawing.at(record).expect("a record with geometry"), zoom)
}

/// Records by tile of a zoom, by the middle of their box.
fn by_tile(index: &Index, records: &[Record], zoom: u8) -> HashMap<[u32; 2], u32> {
    let mut tiles = HashMap::new();
    for record in records {
        let area = index.drawing().area(*record);
        let tile = [0, 1].map(|axis| {
            (u64::from(u32::midpoint(area.min[axis], area.max[axis])) >> (32 - zoom)) as u32
        });
        *tiles.entry(tile).or_insert(0) += 1;
    }
    tiles
}

/// Pearson's correlation of two counts per cell.
fn correlation(a: &HashMap<[u32; 2], u32>, b: &HashMap<[u32; 2], u32>) -> f64 {
    let pairs: Vec<(f64, f64)> = a
        .iter()
        .map(|(cell, count)| (f64::from(*count), f64::from(b.get(cell).copied().unwrap_or(0))))
        .collect();
    let n = pairs.len() as f64;
    let mean = pairs.iter().fold((0.0, 0.0), |m, p| (m.0 + p.0 / n, m.1 + p.1 / n));
    let sums = pairs.iter().fold((0.0, 0.0, 0.0), |s, p| {
        let (dx, dy) = (p.0 - mean.0, p.1 - mean.1);
        (s.0 + dx * dy, s.1 + dx * dx, s.2 + dy * dy)
    });
    sums.0 / (sums.1 * sums.2).sqrt()
}

#[test]
fn what_fits_is_drawn_whole_at_every_zoom() {
    let index = Layer::of(&city(1_000)).index();
    assert_eq!((index.sampled_below(), index.rate(0)), (0, 1.0));
    assert!(all(&index).iter().all(|record| index.from_zoom(*record) == 0));
    assert!(all(&index).iter().all(|record| weight(&index, *record, 0).is_none()));
}

#[test]
fn samples_grow_with_the_zoom_and_keep_the_density() {
    let layer = Layer::of(&city(30_000));
    let index = layer.index();
    let whole = index.sampled_below();
    assert!((5..15).contains(&whole), "whole from zoom {whole}");
    let everything = all(&index);
    let mut last = 0;
    for zoom in 0..whole {
        let sample = drawn(&index, zoom);
        assert!(sample.len() >= last, "nested");
        last = sample.len();
        let rate = index.rate(zoom);
        let share = sample.len() as f64 / everything.len() as f64;
        assert!(rate < 1.0 && (share / rate - 1.0).abs() < 0.1, "z{zoom}: {share} at rate {rate}");
        assert!(sample.iter().all(|record| weight(&index, *record, zoom) == Some(1.0 / rate)));
        let (cells, true_cells) = (by_tile(&index, &sample, 13), by_tile(&index, &everything, 13));
        let likeness = correlation(&true_cells, &cells);
        assert!(likeness > 0.9, "z{zoom}: density correlation {likeness}");
        let fullest = by_tile(&index, &sample, zoom).into_values().max().unwrap_or(0);
        assert!(fullest as usize * 60 < MAX_BYTES, "z{zoom}: {fullest} features in a tile");
        // Room is used: a tile holds some thousand features of 60 to 100 bytes.
        assert!(fullest > 3_000, "z{zoom}: {fullest} features in the fullest tile");
    }
    assert_eq!(drawn(&index, whole).len(), everything.len());
    assert!((whole..=MAX_ZOOM).all(|zoom| index.rate(zoom) >= 1.0));
}

#[test]
fn what_fits_with_few_attributes_is_whole_but_has_all_of_them_only_deeper() {
    let mut layer = Layer::of(&city(3_000));
    layer.weigh(40, 400);
    let index = layer.index();
    assert!(index.sampled_below() > 0);
    assert!((0..=MAX_ZOOM).all(|zoom| index.rate(zoom) >= 1.0));
    assert_eq!(drawn(&index, 0).len(), 3_000);
}

#[test]
fn versions_of_an_entity_are_sampled_alike_and_only_the_fullest_instant_counts() {
    let (entities, versions) = (4_000_u32, 10_u32);
    let places = city(entities);
    let texts: Vec<&String> =
        (0..entities * versions).map(|i| &places[(i / versions) as usize]).collect();
    let mut layer = Layer::of(&texts);
    layer.entities = (0..entities * versions).map(|i| u64::from(i / versions)).collect();
    let year = |i: u32| Some(Instant::from_millis(i64::from(i) * 1000));
    layer.spans = Some(
        (0..entities * versions)
            .map(|i| {
                let version = i % versions;
                Span::new(
                    year(version),
                    if version + 1 < versions { year(version + 1) } else { None },
                )
            })
            .collect(),
    );
    assert_eq!(layer.index().sampled_below(), 0, "4,000 at any instant fit");
    layer.together = true;
    let index = layer.index();
    assert!(index.sampled_below() > 0, "40,000 at once do not");
    for key in 0..u64::from(entities) {
        let zooms: Vec<u8> = index
            .rows_of(key)
            .into_iter()
            .filter_map(|row| index.record(row))
            .map(|record| index.from_zoom(record))
            .collect();
        assert_eq!(zooms.len(), versions as usize);
        assert!(zooms.iter().all(|zoom| *zoom == zooms[0]), "entity {key}: {zooms:?}");
    }
}

/// Streets of five lengths in turn, the first the shortest.
fn streets(count: u32) -> Vec<String> {
    (0..count)
        .map(|i| {
            let (x, y) = (116.0 + f64::from(i % 100) * 0.01, 39.0 + f64::from(i / 100) * 0.003);
            format!("LINESTRING({x} {y},{} {y})", x + 0.001 * f64::from(1 + i % 5))
        })
        .collect()
}

#[test]
fn lines_come_in_whole_classes() {
    let mut layer = Layer::of(&streets(20_000));
    layer.rank = Some((0..20_000).map(|i| [3, 1, 4, 0, 2][i % 5]).collect());
    let index = layer.index();
    assert!(index.sampled_below() > 0);
    for zoom in 0..index.sampled_below() {
        let sample = drawn(&index, zoom);
        assert!(
            !sample.is_empty() && sample.len().is_multiple_of(4_000),
            "whole classes at z{zoom}"
        );
        let classes = sample.len() / 4_000;
        let rank = |record: &Record| [3, 1, 4, 0, 2][index.drawing().row(*record).index() % 5];
        assert!(sample.iter().all(|record| rank(record) < classes), "the first {classes}");
        assert!(sample.iter().all(|record| weight(&index, *record, zoom).is_none()));
    }
}

#[test]
fn lines_without_classes_come_longest_first() {
    let index = Layer::of(&streets(20_000)).index();
    let length = |record: &Record| index.drawing().row(*record).index() % 5;
    let mut last = 0;
    for zoom in 0..=index.sampled_below() {
        let sample = drawn(&index, zoom);
        let shortest = sample.iter().map(length).min().expect("some line");
        let left_out = all(&index).into_iter().filter(|record| index.from_zoom(*record) > zoom);
        assert!(left_out.map(|record| length(&record)).all(|length| length <= shortest));
        assert!(sample.len() >= last, "nested");
        last = sample.len();
    }
    assert_eq!(last, 20_000);
}

#[test]
fn one_place_with_too_much_is_drawn_whole_at_the_deepest_zoom() {
    let mut layer = Layer::of(&vec!["POINT(116 40)"; 20_000]);
    layer.weigh(100, 100);
    let index = layer.index();
    assert_eq!(index.sampled_below(), MAX_ZOOM);
    assert_eq!(drawn(&index, MAX_ZOOM).len(), 20_000);
    assert!(index.rate(MAX_ZOOM - 1) < 0.5);
    assert!(mercator::tile_area(MAX_ZOOM, 0, 0, 0).max[0] > 0);
}

#[test]
fn one_feature_larger_than_a_tile_leaves_room_for_others() {
    let mut layer = Layer::of(&city(200));
    layer.weigh(10_000_000, 10_000_000);
    let index = layer.index();
    assert!((0..MAX_ZOOM).all(|zoom| !drawn(&index, zoom).is_empty()));
}
