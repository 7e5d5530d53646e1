//! Any bytes as a FlatGeobuf file: refused, or read to the last position and value.

#![no_main]

use geozero::ToWkt;
use libfuzzer_sys::fuzz_target;
use onemap::model::{Fingerprint, GeometrySink, Path, Row, Simple};
use onemap::source::{Checked, Fgb, Source};
use onemap::store::Object;

/// Every position must be finite: that is what the check promises.
struct Finite;

impl GeometrySink for Finite {
    fn begin(&mut self, _: Simple, _: usize) {}

    fn path(&mut self, path: &Path<'_>) {
        for (place, [x, y]) in path.xy().enumerate() {
            assert!([x, y, path.z(place), path.m(place)].iter().all(|v| v.is_finite()));
        }
    }

    fn end(&mut self, _: Simple) {}
}

fuzz_target!(|bytes: &[u8]| {
    let Ok((header, checked)) = Checked::of(bytes) else { return };
    let loaded = Checked::load(&checked.save(), bytes).expect("what was saved for these bytes");
    assert_eq!(loaded.1, checked);
    let file = Fgb::new(Object::from_slice(bytes), header, checked, Fingerprint::new([0; 32]));
    for feature in (0..file.len()).filter_map(|row| file.feature(Row::new(row))) {
        if let Some(geometry) = feature.geometry() {
            geometry.walk(&mut Finite);
            geometry.to_wkt().expect("text of a checked geometry");
        }
        assert!(feature.properties().all(|(column, _)| column < file.schema().columns.len()));
    }
});
