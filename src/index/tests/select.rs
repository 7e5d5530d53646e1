//! The index finds what a scan finds.

use proptest::prelude::*;

use super::{Layer, all};
use crate::geometry::{Area, mercator};
use crate::index::Index;
use crate::model::Row;
use crate::time::{Instant, Span};

/// A feature's text and box: a point, a line or a square near a few cities.
fn feature() -> impl Strategy<Value = String> {
    let place = prop_oneof![Just([116.4_f64, 39.9]), Just([-0.1, 51.5]), Just([179.9, -17.0])];
    (place, -1.0..1.0_f64, -1.0..1.0_f64, 0.0001..0.5_f64, 0..3_u8).prop_map(
        |(city, dx, dy, size, kind)| {
            let [x, y] = [(city[0] + dx * 0.1_f64).clamp(-180.0, 179.0), city[1] + dy];
            let (east, north) = (x + size, y + size);
            match kind {
                0 => format!("POINT({x} {y})"),
                1 => format!("LINESTRING({x} {y},{east} {y},{east} {north})"),
                _ => format!("POLYGON(({x} {y},{east} {y},{east} {north},{x} {north},{x} {y}))"),
            }
        },
    )
}

fn span() -> impl Strategy<Value = Option<Span>> {
    let end = |open: bool, at: i64| (!open).then(|| Instant::from_millis(at));
    (any::<(bool, bool)>(), 0..1000_i64, 1..400_i64).prop_map(move |((a, b), start, length)| {
        Span::new(end(a && b, start), end(b && !a, start + length))
    })
}

fn area() -> impl Strategy<Value = Area> {
    prop_oneof![
        Just(Area::WORLD),
        (-180.0..180.0, -80.0..80.0, 0.0..60.0_f64).prop_map(|(w, s, d): (f64, f64, f64)| {
            mercator::cover(w, s, (w + d).min(180.0), (s + d).min(85.0))
        }),
        (115.0..117.0, 38.0..41.0, 0.0..0.5_f64)
            .prop_map(|(w, s, d): (f64, f64, f64)| mercator::cover(w, s, w + d, s + d)),
    ]
}

/// What `select` must find, by looking at every record.
fn scan(index: &Index, areas: &[Area], window: Option<Span>, zoom: Option<u8>) -> Vec<u32> {
    let mut rows: Vec<u32> = all(index)
        .into_iter()
        .filter(|record| {
            let span = index.span(index.drawing().row(*record)).expect("a served row");
            areas.iter().any(|area| area.meets(&index.drawing().area(*record)))
                && window.is_none_or(|window| window.meets(span))
                && zoom.is_none_or(|zoom| index.from_zoom(*record) <= zoom)
        })
        .map(|record| index.drawing().row(record).get())
        .collect();
    rows.sort_unstable();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_selection_finds_what_a_scan_finds(
        features in prop::collection::vec((feature(), span(), 0..50_u64), 0..300),
        asks in prop::collection::vec(
            (prop::collection::vec(area(), 1..3), prop::option::of(span()), prop::option::of(0..=22_u8)),
            1..20
        ),
        temporal: bool,
        attribute_bytes in prop_oneof![Just(10_u32), Just(30_000)],
    ) {
        let texts: Vec<&str> = features.iter().map(|(text, ..)| text.as_str()).collect();
        let mut layer = Layer::of(&texts);
        layer.weigh(attribute_bytes, attribute_bytes);
        layer.entities = features.iter().map(|(.., entity)| *entity).collect();
        layer.spans = temporal.then(|| features.iter().map(|(_, span, _)| *span).collect());
        let index = layer.index();
        let served = features.iter().filter(|(_, span, _)| !temporal || span.is_some()).count();
        prop_assert_eq!(all(&index).len(), served);
        prop_assert_eq!(index.count() as usize, served);
        for (areas, window, zoom) in asks {
            let window = window.flatten();
            let mut found = Vec::new();
            index.select(&areas, window, zoom, &mut found);
            prop_assert!(found.is_sorted_by(|a, b| a < b), "in record order, once each");
            let mut rows: Vec<u32> = found.iter().map(|record| index.drawing().row(*record).get()).collect();
            rows.sort_unstable();
            prop_assert_eq!(rows, scan(&index, &areas, window, zoom));
        }
    }

    #[test]
    fn the_rows_of_an_entity_are_found_in_order_of_their_start(
        versions in prop::collection::vec((span(), 0..20_u64), 0..200),
    ) {
        let mut layer = Layer::of(&vec!["POINT(1 1)"; versions.len()]);
        layer.entities = versions.iter().map(|(_, entity)| *entity).collect();
        layer.spans = Some(versions.iter().map(|(span, _)| *span).collect());
        let index = layer.index();
        for key in 0..21 {
            let mut expected: Vec<(i64, u32)> = (0..)
                .zip(&versions)
                .filter(|(_, (_, entity))| *entity == key)
                .filter_map(|(row, (span, _))| span.map(|span| (span.to_millis()[0], row)))
                .collect();
            expected.sort_unstable();
            let expected: Vec<Row> = expected.iter().map(|(_, row)| Row::new(*row)).collect();
            prop_assert_eq!(index.rows_of(key), expected);
        }
    }
}

#[test]
fn rows_and_records_name_each_other() {
    let layer = Layer::of(&["POINT(1 1)", "NULL", "POINT(-60 2)", "LINESTRING EMPTY"]);
    let index = layer.index();
    for record in all(&index) {
        assert_eq!(index.record(index.drawing().row(record)), Some(record));
    }
    assert_eq!(index.rows_without_geometry(), [1, 3]);
    assert_eq!(index.record(Row::new(1)), None);
    assert_eq!((index.record(Row::new(4)), index.span(Row::new(4))), (None, None));
    assert_eq!((index.count(), index.span(Row::new(3))), (4, Some(Span::ALWAYS)));
}
