//! Broken files get a clear reason and harm nothing.

use std::path::Path;

use onemap::model::{Geometry, GeometrySink, Path as Run, Row, Simple, Value};
use onemap::source::{Checked, Fgb, FileError, Source};

use crate::data;

/// What a file comes to.
enum Outcome {
    /// The file is refused, and the reason holds these words.
    Refused(&'static str),
    /// So many rows are served; the file's problems hold these words each.
    Served(usize, &'static [&'static str]),
}
use Outcome::{Refused, Served};

/// The 45 files, by the number their names begin with, and what becomes of each. Where the oracle
/// leaves a choice, this is ours.
const OUTCOMES: [(&str, Outcome); 45] = [
    ("00", Served(5, &[])),
    ("01", Refused("empty")),
    ("02", Refused("before its header")),
    ("03", Refused("not a FlatGeobuf")),
    ("04", Refused("before its header")),
    ("06", Refused("beyond the file")),
    ("08", Refused("header is broken")),
    ("10", Refused("version 9")),
    ("11", Refused("not a FlatGeobuf")),
    ("12", Refused("cannot exist")),
    ("15", Refused("promises 50 features, the file ends after 5")),
    ("16", Served(3, &["bytes follow the last of 3 features"])),
    ("17", Refused("nodes of 1 entry")),
    ("19", Refused("inside its index")),
    ("20", Served(5, &[])),
    ("22", Served(300, &[])),
    ("24", Served(5, &[])),
    ("25", Served(5, &[])),
    ("27", Served(1, &["not a feature"])),
    ("28", Refused("says 4294967295 bytes")),
    ("29", Refused("the file ends after")),
    ("31", Served(0, &["5 ordinates do not make pairs"])),
    ("32", Served(0, &["its runs end at"])),
    ("33", Served(0, &["its runs end at"])),
    ("36", Served(0, &["1 heights or measures for 3 positions"])),
    ("38", Served(1, &[])),
    ("39", Served(0, &["depth limit"])),
    ("40", Served(0, &["apparent size too large"])),
    ("42", Served(1, &[])),
    ("43", Served(4, &[])),
    ("46", Served(0, &["unknown type 200"])),
    ("48", Served(0, &["column 7, and there are 2"])),
    ("49", Served(0, &["cut short"])),
    ("52", Served(1, &["not UTF-8"])),
    ("53", Served(1, &[])),
    ("55", Refused("unknown type 99")),
    ("57", Served(1, &[])),
    ("60", Served(1, &["not a number", "not a number", "not a number"])),
    ("61", Served(2, &["beyond 1e12"])),
    ("64", Served(1, &[])),
    ("66", Served(5, &[])),
    ("68", Served(1, &[])),
    ("69", Served(1, &[])),
    ("71", Served(2, &[])),
    ("72", Served(0, &[])),
];

/// What a walk over a whole file meets.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Walked {
    pub(crate) rows: usize,
    positions: usize,
    values: usize,
}

impl GeometrySink for Walked {
    fn begin(&mut self, _: Simple, _: usize) {}
    fn path(&mut self, run: &Run<'_>) {
        for (place, [x, y]) in run.xy().enumerate() {
            assert!(x.is_finite() && y.is_finite());
            assert!(run.z(place).is_finite() && run.m(place).is_finite());
            self.positions += 1;
        }
    }
    fn end(&mut self, _: Simple) {}
}

/// Reads every position and every value of every row that is served.
pub(crate) fn walk(file: &Fgb) -> Walked {
    let mut walked = Walked::default();
    for feature in (0..file.len()).filter_map(|row| file.feature(Row::new(row))) {
        walked.rows += 1;
        if let Some(geometry) = feature.geometry() {
            Geometry::walk(&geometry, &mut walked);
        }
        for (column, value) in feature.properties() {
            assert!(column < file.schema().columns.len());
            walked.values += usize::from(value != Value::Null);
        }
    }
    walked
}

fn told(file: &Fgb) -> Vec<String> {
    let problems = file.checked().problems().iter().map(|problem| problem.reason.clone());
    problems.chain(file.checked().remarks().iter().cloned()).collect()
}

fn check_file(folder: &Path, name: &str) {
    let (_, expected) = OUTCOMES.iter().find(|(number, _)| name.starts_with(number)).unwrap();
    let read = Fgb::in_memory(&std::fs::read(folder.join(name)).unwrap());
    match (read, expected) {
        (Err(FileError { reason }), Refused(words)) => {
            assert!(reason.contains(words), "{name}: {reason}");
        }
        (Ok(file), Served(rows, reasons)) => {
            assert_eq!(walk(&file).rows, *rows, "{name}: {:?}", told(&file));
            let told = told(&file);
            assert_eq!(told.len(), reasons.len(), "{name}: {told:?}");
            for (told, words) in told.iter().zip(*reasons) {
                assert!(told.contains(words), "{name}: {told}");
            }
        }
        (Ok(file), Refused(_)) => panic!("{name}: serves {} rows", file.len()),
        (Err(error), Served(..)) => panic!("{name}: {error}"),
    }
}

#[test]
fn every_hostile_file_comes_to_what_its_oracle_allows() {
    let Some(folder) = data::folder() else { return };
    let expected = data::json(&folder, "flatgeobuf/hostile/expected.json");
    let files = expected.as_array().unwrap();
    assert_eq!(files.len(), OUTCOMES.len());
    for entry in files {
        check_file(&folder.join("flatgeobuf/hostile"), entry["file"].as_str().unwrap());
    }
}

#[test]
fn what_the_check_found_survives_the_store() {
    let Some(folder) = data::folder() else { return };
    for path in data::fgb_files(&folder.join("flatgeobuf")) {
        let bytes = std::fs::read(&path).unwrap();
        let Ok((header, checked)) = Checked::of(&bytes) else { continue };
        let loaded = Checked::load(&checked.save(), &bytes);
        assert_eq!(loaded, Some((header, checked)), "{}", path.display());
    }
}
