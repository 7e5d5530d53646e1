//! What every source must do, whatever its bytes lie in.

use flatgeobuf::{FgbWriter, FgbWriterOptions, GeometryType};
use geozero::{ColumnValue, PropertyProcessor};

use super::{Checked, Fgb, Source};
use crate::model::{Feature, Fingerprint, Row, Value};
use crate::store::{Object, Store};

/// A file of `count` points on a line, `id` counting them; written by the format's own crate.
pub(super) fn points(count: u32) -> Vec<u8> {
    let options = FgbWriterOptions { write_index: count > 0, ..FgbWriterOptions::default() };
    let mut writer = FgbWriter::create_with_options("points", GeometryType::Point, options)
        .expect("a temporary file");
    writer.add_column("id", flatgeobuf::ColumnType::UInt, |_, _| {});
    for id in 0..count {
        let point = geo::Geometry::Point(geo::Point::new(f64::from(id), 1.0));
        writer
            .add_feature_geom(point, |feature| {
                feature.property(0, "id", &ColumnValue::UInt(id)).expect("a number");
            })
            .expect("a point");
    }
    let mut out = Vec::new();
    writer.write(&mut out).expect("memory");
    out
}

/// Shows that `source` keeps the contract; `ids` are what its only column holds, in no order.
fn keeps_the_contract(source: &dyn Source, ids: std::ops::Range<u32>) {
    assert_eq!(source.len(), ids.len() as u32);
    assert_eq!(source.is_empty(), ids.is_empty());
    assert_eq!(source.fingerprint(), source.fingerprint());
    for beyond in [source.len(), source.len().saturating_add(1), u32::MAX] {
        assert!(source.feature(Row::new(beyond)).is_none(), "row {beyond}");
    }
    let read = |row: u32| {
        let feature = source.feature(Row::new(row)).expect("a row that is not withdrawn");
        assert!(std::ptr::eq(feature.schema(), source.schema()));
        let Value::Int(id) = feature.value(0) else { panic!("row {row} has no id") };
        (id, position(&feature))
    };
    let forth: Vec<_> = (0..source.len()).map(read).collect();
    let mut back: Vec<_> = (0..source.len()).rev().map(read).collect();
    back.reverse();
    assert_eq!(forth, back, "a row reads the same each time");
    assert!(forth.iter().all(|(id, x)| *x == *id as f64), "values belong to their geometry");
    let mut found: Vec<i64> = forth.iter().map(|(id, _)| *id).collect();
    found.sort_unstable();
    assert!(found.into_iter().eq(ids.map(i64::from)), "each feature once");
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let forth = &forth;
            scope.spawn(move || assert!((0..source.len()).map(read).eq(forth.iter().copied())));
        }
    });
}

fn position(feature: &Feature<'_>) -> f64 {
    let geometry = feature.geometry().expect("a point");
    geometry.whole().xy().next().expect("a position")[0]
}

#[test]
fn a_file_in_memory_keeps_the_contract() {
    for count in [0, 1, 17, 1000] {
        let file = Fgb::in_memory(&points(count)).expect("a sound file");
        keeps_the_contract(&file, 0..count);
    }
}

#[test]
fn a_file_mapped_from_the_store_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("points.fgb");
    std::fs::write(&path, points(300)).expect("a file");
    let store = Store::open(&folder.path().join("store")).expect("a store");
    let (fingerprint, object) = store.put(&path, "fgb").expect("a copy of the file");
    let (header, checked) = Checked::of(&object).expect("a sound file");
    let saved = checked.save();
    let file = Fgb::new(object.clone(), header, checked, fingerprint);
    keeps_the_contract(&file, 0..300);
    let (header, checked) = Checked::load(&saved, &object).expect("the check of this file");
    keeps_the_contract(&Fgb::new(object, header, checked, fingerprint), 0..300);
}

#[test]
#[should_panic(expected = "the check of another file")]
fn a_check_of_other_bytes_is_refused() {
    let (header, checked) = Checked::of(&points(5)).expect("a sound file");
    let other = Object::from_slice(&points(6));
    let _ = Fgb::new(other, header, checked, Fingerprint::of(b""));
}
