//! Estimating what a row's attributes weigh in a tile.

use super::choose::Choice;
use crate::model::{Row, Value};
use crate::source::Source;

/// Bytes of a tag: the numbers of its key and its value.
const TAG: u32 = 3;
/// Bytes of a number as a value of its own.
const NUMBER: u32 = 11;

/// The bytes that the row's default attributes take in a tile: a tag for each, and the value itself
/// in columns whose values do not repeat (MVT 2.1 section 4.4 keeps equal values once).
pub(super) fn attributes(source: &dyn Source, choice: &Choice, row: Row) -> u32 {
    let Some(feature) = source.feature(row) else { return 0 };
    let carried = feature
        .properties()
        .filter(|(column, value)| choice.profile.tile_columns.contains(column) && !value.is_null());
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
    carried.map(weight).fold(0, u32::saturating_add)
}
