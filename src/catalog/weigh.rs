//! Estimating what a row's attributes weigh in a tile.

use super::choose::Choice;
use crate::index::AttributeBytes;
use crate::model::{Row, Value};
use crate::source::Source;

/// Bytes of a tag: the numbers of its key and its value.
const TAG: u32 = 3;
/// Bytes of a number as a value of its own.
const NUMBER: u32 = 11;

/// The bytes that the row's attributes take in a tile: a tag for each, and the value itself in
/// columns whose values do not repeat (MVT 2.1 section 4.4 keeps equal values once).
pub(super) fn attributes(source: &dyn Source, choice: &Choice, row: Row) -> AttributeBytes {
    let mut bytes = AttributeBytes { chosen: 0, all: 0 };
    let Some(feature) = source.feature(row) else { return bytes };
    let weight = |(column, value): (usize, Value<'_>)| {
        if choice.repeating.contains(&column) {
            return TAG;
        }
        TAG + match value {
            Value::Text(text) | Value::Json(text) | Value::DateTime(text) => text.len() as u32 + 4,
            Value::Binary(bytes) => bytes.len() as u32 + 4,
            Value::Null
            | Value::Bool(_)
            | Value::Int(_)
            | Value::UInt(_)
            | Value::Single(_)
            | Value::Double(_) => NUMBER,
        }
    };
    for (column, value) in feature.properties().filter(|(_, value)| !value.is_null()) {
        let weight = weight((column, value));
        bytes.all = bytes.all.saturating_add(weight);
        if choice.profile.tile_columns.contains(&column) {
            bytes.chosen = bytes.chosen.saturating_add(weight);
        }
    }
    bytes
}
