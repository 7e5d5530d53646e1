//! Bytes that are not an index, or no longer one.

use super::Layer;
use crate::geometry::Area;
use crate::index::Index;
use crate::model::Row;
use crate::store::Object;
use crate::time::{Instant, Span};

/// A layer that has every section.
fn layer() -> Layer {
    let texts: Vec<String> = (0..200)
        .map(|i| {
            let (x, y) = (f64::from(i % 20), f64::from(i / 20));
            match i % 4 {
                0 => format!("POINT({x} {y})"),
                1 => format!("LINESTRING({x} {y},{} {y})", x + 1.0),
                2 => format!("POLYGON(({x} {y},{} {y},{x} {},{x} {y}))", x + 1.0, y + 1.0),
                _ => "MULTIPOINT EMPTY".to_owned(),
            }
        })
        .collect();
    let mut layer = Layer::of(&texts);
    let span = |i| Span::new(Some(Instant::from_millis(i)), Some(Instant::from_millis(i + 50)));
    layer.spans = Some((0..200).map(span).collect());
    layer.weigh(20_000, 20_000);
    layer.labels = true;
    layer.columns = vec![0, 1];
    layer
}

/// Asks everything that can be asked.
fn exercise(index: &Index) {
    let mut found = Vec::new();
    let span = Span::from_millis([20, 60]);
    for (window, zoom) in [(None, None), (span, None), (None, Some(3)), (span, Some(12))] {
        index.select(
            &[Area::WORLD, Area { min: [0; 2], max: [1 << 31; 2] }],
            window,
            zoom,
            &mut found,
        );
    }
    for record in found {
        let drawing = index.drawing();
        let drawn = drawing.at(record).expect("a record that was found");
        let render = drawn.render();
        let runs = render.lines().map(|run| run.positions.len() + run.from.len());
        let rings = render.polygons().flatten().map(|run| run.positions.len() + run.from.len());
        let sum = runs.sum::<usize>() + rings.sum::<usize>() + render.points().len();
        assert!(sum <= 3 * render.vertices().max(1) + index.count() as usize * 100);
        let _ = (drawing.row(record), drawing.area(record), index.label(record));
        let _ = (index.from_zoom(record), drawing.weight(&drawn, 3), index.keeps(1));
        let _ = drawn.values().count();
        let coded = drawing.coded();
        for (values, code) in coded.ranges().zip(drawn.codes()) {
            let _ = coded.field(values.start.wrapping_add(u32::from(*code))).len();
        }
    }
    for row in (0..250).map(Row::new) {
        let _ = (index.span(row), index.entity(row), index.record(row));
        let _ = index.rows_of(u64::from(row.get()));
    }
    let _ = (index.extent(), index.count(), index.sampled_below(), index.rows_without_geometry());
    let _ = index.rows_unplaced();
}

/// A sequence of numbers that is always the same (Marsaglia's xorshift, 2003).
fn numbers(mut seed: u64) -> impl Iterator<Item = u64> {
    std::iter::repeat_with(move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    })
}

#[test]
fn damaged_bytes_are_refused_or_read_within_bounds() {
    let sound = layer().bytes();
    exercise(&Index::open(Object::from_slice(&sound), 200).expect("sound bytes open"));
    let full = std::env::var("ONEMAP_CHECKS").is_ok_and(|size| size == "full");
    let (mut opened, mut refused) = (0, 0);
    for round in 1..=if full { 20_000 } else { 2_000 } {
        let mut bytes = sound.clone();
        let mut number = numbers(round * 0x9e37_79b9);
        let mut next = |below: usize| number.next().unwrap_or(0) as usize % below;
        for _ in 0..=next(4) {
            // Half of the changes hit the header and the short sections behind it.
            let reach = if next(2) == 0 { bytes.len() } else { bytes.len().min(3_000) };
            let at = next(reach);
            match next(4) {
                0 => bytes[at] ^= 1 << next(8),
                1 => bytes[at] = [0, 1, 0x7f, 0xff][next(4)],
                2 => bytes[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff),
                _ => bytes.truncate(at.max(1)),
            }
        }
        match Index::open(Object::from_slice(&bytes), 200) {
            Ok(index) => {
                opened += 1;
                exercise(&index);
            }
            Err(_) => refused += 1,
        }
    }
    assert!(opened > 100 && refused > 100, "{opened} opened, {refused} refused");
}

#[test]
fn bytes_of_another_source_or_version_are_refused() {
    let sound = layer().bytes();
    assert!(Index::open(Object::from_slice(&sound), 199).is_err());
    assert!(Index::open(Object::from_slice(&sound[..sound.len() - 8]), 200).is_err());
    assert!(Index::open(Object::from_slice(&[]), 0).is_err());
    let mut other = sound;
    other[8] += 1;
    let error = Index::open(Object::from_slice(&other), 200).err().expect("another version");
    assert!(error.reason.contains("version"), "{error}");
}

#[test]
fn equal_inputs_give_equal_bytes_on_any_number_of_threads() {
    let bytes = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| layer().bytes())
    };
    let one = bytes(1);
    assert!([2, 3, 8].into_iter().all(|threads| bytes(threads) == one));
}
