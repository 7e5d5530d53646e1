//! Every geometry type, in every dimension, read as an independent reader reads it.

use std::path::Path;

use geozero::{CoordDimensions, ToWkt};
use onemap::model::{Feature, Row, Value};
use onemap::source::{Fgb, Source};

use crate::data;

/// WKT cut into words, numbers and brackets, so that spellings of one geometry are equal: the tags
/// of dimensions and the inner brackets of multi-points are left out, and meshes go by the names of
/// the simple types they are read as.
fn tokens(wkt: &str) -> Vec<String> {
    let mut spaced = wkt.to_uppercase();
    for mark in ["(", ")", ","] {
        spaced = spaced.replace(mark, &format!(" {mark} "));
    }
    let mut out: Vec<String> = Vec::new();
    let mut depth_in_points = 0;
    for word in spaced.split_whitespace() {
        match word {
            "Z" | "M" | "ZM" => continue,
            "MULTIPOINT" => depth_in_points = 1,
            "(" if depth_in_points > 0 => depth_in_points += 1,
            ")" if depth_in_points > 0 => depth_in_points -= 1,
            _ => {}
        }
        let inner = (word == "(" && depth_in_points > 2) || (word == ")" && depth_in_points > 1);
        if depth_in_points == 1 && word == ")" {
            depth_in_points = 0;
        }
        if !inner {
            out.push(match word {
                "POLYHEDRALSURFACE" | "TIN" | "MULTISURFACE" => "MULTIPOLYGON".to_owned(),
                "TRIANGLE" | "CURVEPOLYGON" => "POLYGON".to_owned(),
                "MULTICURVE" => "MULTILINESTRING".to_owned(),
                "CIRCULARSTRING" | "COMPOUNDCURVE" => "LINESTRING".to_owned(),
                // The oracle has 15 significant digits.
                word => {
                    word.parse::<f64>().map_or(word.to_owned(), |number| format!("{number:.14e}"))
                }
            });
        }
    }
    out
}

/// The positions of a WKT in order, one that repeats the one before left out.
fn positions(tokens: &[String]) -> Vec<String> {
    let mut all: Vec<String> = tokens
        .split(|token| matches!(token.as_str(), "(" | ")" | ","))
        .filter(|words| words.iter().any(|word| word.parse::<f64>().is_ok()))
        .map(|words| words.join(" "))
        .collect();
    all.dedup();
    all
}

fn is_curved(wkt: &str) -> bool {
    ["CIRCULAR", "COMPOUND", "CURVE"].iter().any(|word| wkt.contains(word))
}

/// Compares a feature with the WKT expected: to the letter, but curves by type, and by their control
/// positions lying in order among the positions read.
fn compare(feature: &Feature<'_>, expected: &str) {
    let geometry = feature.geometry().unwrap();
    let read = tokens(&geometry.to_wkt_ndim(CoordDimensions::xyzm()).unwrap());
    let expected_tokens = tokens(expected);
    if !is_curved(expected) {
        assert_eq!(read, expected_tokens, "{expected}");
        return;
    }
    assert_eq!(read.first(), expected_tokens.first(), "{expected}");
    let read = positions(&read);
    let mut rest = read.iter();
    for control in positions(&expected_tokens) {
        assert!(rest.any(|position| *position == control), "{control} of {expected} in {read:?}");
    }
}

fn check_file(folder: &Path, entry: &serde_json::Value) {
    let name = entry["file"].as_str().unwrap();
    let bytes = std::fs::read(folder.join("flatgeobuf/types").join(name)).unwrap();
    let file = Fgb::in_memory(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(file.checked().found(), 0, "{name}: {:?}", file.checked().problems());
    let id_column = file.schema().position("id").unwrap();
    let mut expected: Vec<(i64, &str)> = entry["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| (feature["id"].as_i64().unwrap(), feature["wkt"].as_str().unwrap()))
        .collect();
    for row in (0..file.len()).map(Row::new) {
        let feature = file.feature(row).unwrap();
        let Value::Int(id) = feature.value(id_column) else { panic!("{name}: row without id") };
        match expected.iter().position(|(expected, _)| *expected == id) {
            Some(at) => compare(&feature, expected.swap_remove(at).1),
            // The oracle leaves out what is null or empty.
            None => assert!(is_nothing(&feature), "{name}: {id} is not expected"),
        }
    }
    assert_eq!(expected, [], "{name}");
}

fn is_nothing(feature: &Feature<'_>) -> bool {
    let Some(geometry) = feature.geometry() else { return true };
    !tokens(&geometry.to_wkt().unwrap()).iter().any(|token| token.parse::<f64>().is_ok())
}

#[test]
fn every_geometry_type_reads_as_its_oracle_says() {
    let Some(folder) = data::folder() else { return };
    let expected = data::json(&folder, "flatgeobuf/types/expected.json");
    let files = expected.as_array().unwrap();
    assert_eq!(files.len(), 54);
    for entry in files {
        check_file(&folder, entry);
    }
}

#[test]
fn every_real_layer_passes_the_check() {
    let Some(folder) = data::folder() else { return };
    let files = data::fgb_files(&folder.join("layers"));
    assert!(files.len() > 20, "{} layers", files.len());
    for path in files {
        let file = Fgb::in_memory(&std::fs::read(&path).unwrap());
        let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(file.checked().problems(), [], "{}", path.display());
    }
}

#[test]
fn wkt_of_different_shapes_differs() {
    assert_eq!(tokens("MULTIPOINT Z ((1 2 3),(4 5 6))"), tokens("MULTIPOINT(1 2 3,4 5 6)"));
    assert_eq!(tokens("TRIANGLE((0 0,1 0,1 1,0 0))"), tokens("POLYGON ((0 0, 1.0 0, 1 1, 0 0))"));
    for (a, b) in [
        ("POINT (1 2)", "POINT (1 3)"),
        ("POLYGON ((0 0),(1 1))", "POLYGON ((0 0,1 1))"),
        ("GEOMETRYCOLLECTION (MULTIPOINT ((1 2)),POINT (1 2))", "GEOMETRYCOLLECTION (POINT (1 2))"),
    ] {
        assert_ne!(tokens(a), tokens(b));
    }
}
