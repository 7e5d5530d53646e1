//! Estimating what a row's attributes weigh in a tile.

use super::choose::Choice;
use super::entity_text;
use crate::index::AttributeBytes;
use crate::model::{Feature, Row, Value};
use crate::source::Source;
use crate::time::TemporalKind;

/// Bytes of a tag: the numbers of its key and its value.
const TAG: u32 = 4;
/// Bytes of a number as a value of its own.
const NUMBER: u32 = 11;
/// Bytes of a text as a value of its own beside its letters, if those take less than 128 bytes.
const TEXT: u32 = 4;
/// Digits of the greatest id that is a number.
const DIGITS: u32 = 16;

/// The bytes that the row's attributes take in a tile: a tag for each, and the value itself in
/// columns whose values do not repeat (MVT 2.1 section 4.4 keeps equal values once). Where its MVT
/// id is a hash, the text of its id is an attribute of it and of its label.
pub(super) fn attributes(source: &dyn Source, choice: &Choice, row: Row) -> AttributeBytes {
    let mut bytes = AttributeBytes::default();
    let Some(feature) = source.feature(row) else { return bytes };
    for (column, value) in feature.properties() {
        let Some(own) = value_bytes(value) else { continue };
        let weight = if choice.repeating.contains(&column) { TAG } else { own.saturating_add(TAG) };
        bytes.all = bytes.all.saturating_add(weight);
        if choice.profile.tile_columns.contains(&column) {
            bytes.chosen = bytes.chosen.saturating_add(weight);
        }
        if choice.profile.name == Some(column) {
            bytes.label = own.saturating_add(TAG);
        }
    }
    let id = id_bytes(choice, &feature);
    bytes.all = bytes.all.saturating_add(id);
    bytes.chosen = bytes.chosen.saturating_add(id);
    if bytes.label > 0 {
        bytes.label = bytes.label.saturating_add(id);
    }
    bytes
}

/// A value by itself; `None` for those that no tile holds.
fn value_bytes(value: Value<'_>) -> Option<u32> {
    match value {
        Value::Null | Value::Binary(_) => None,
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => Some(text_bytes(text)),
        Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Single(_) | Value::Double(_) => {
            Some(NUMBER)
        }
    }
}

fn text_bytes(text: &str) -> u32 {
    // Two lengths, each of a byte more from 128 on.
    u32::try_from(text.len()).map_or(u32::MAX, |len| len.saturating_add(TEXT + len / 64))
}

/// What tells a feature whose MVT id is a hash: its id's text.
fn id_bytes(choice: &Choice, feature: &Feature<'_>) -> u32 {
    let versions = choice.profile.temporal == TemporalKind::State && choice.profile.all_by_default;
    match choice.profile.id.map(|column| entity_text(feature.value(column))) {
        Some(Err(text)) => text_bytes(&text).max(TEXT + DIGITS).saturating_add(TAG),
        _ if versions => TAG + TEXT + DIGITS,
        _ => 0,
    }
}
