//! A layer as it is served.

use std::fmt::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Descriptor, Problem};
use crate::geometry::Crs;
use crate::index::Index;
use crate::model::{CollectionId, Value};
use crate::source::Source;
use crate::time::{TemporalKind, Validity};

/// Keys of entities are below this.
const KEYS: u64 = 1 << 53;

/// What was chosen for a layer from its descriptor, its header and a look at its values. Columns
/// are positions in the schema. Kept in the store, so that a warm start reads no feature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Profile {
    /// How its rows stand in time.
    pub temporal: TemporalKind,
    /// Start (or only) time column.
    pub start: Option<usize>,
    /// End time column.
    pub end: Option<usize>,
    /// Id column: the entity of `state` layers, unique elsewhere; `None`: the row is the id.
    pub id: Option<usize>,
    /// Label column.
    pub name: Option<usize>,
    /// Column of importance.
    pub rank: Option<usize>,
    /// Columns that tiles below `sampled_below` carry.
    pub tile_columns: Vec<usize>,
    /// First and last zoom with tiles of their own.
    pub zooms: (u8, u8),
    /// Whether no `datetime` means all versions (`temporal_default = "all"`).
    pub all_by_default: bool,
    /// The least span that holds every row's validity, in the numbers of
    /// [`crate::time::Span::to_millis`]; none without time or rows.
    pub times: Option<[i64; 2]>,
}

impl Profile {
    /// The columns that tiles where not all fits are made from: what they carry, and what names a
    /// feature.
    #[must_use]
    pub fn near_columns(&self) -> Vec<usize> {
        let mut columns = self.tile_columns.clone();
        columns.extend(self.name_columns());
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The columns that name a feature.
    #[must_use]
    pub fn name_columns(&self) -> Vec<usize> {
        self.id.into_iter().chain(self.name).collect()
    }

    /// The columns whose values tell what tiles draw alike at low zooms, ascending: those that
    /// tiles carry there, but for what names one feature.
    #[must_use]
    pub fn class_columns(&self) -> Vec<usize> {
        let mut columns = self.tile_columns.clone();
        columns.retain(|column| Some(*column) != self.id && Some(*column) != self.name);
        columns.sort_unstable();
        columns
    }
}

/// A layer: one immutable segment today.
pub struct Layer {
    /// Its id.
    pub id: CollectionId,
    /// Its file, relative to its layers folder.
    pub file: String,
    /// Its descriptor, with the title and description that the file gives filled in.
    pub descriptor: Descriptor,
    /// What was chosen for it.
    pub profile: Profile,
    /// How its time columns are read; `None` for a layer without time.
    pub validity: Option<Validity>,
    /// Its features.
    pub source: Arc<dyn Source>,
    /// Their CRS.
    pub crs: Crs,
    /// Its index.
    pub index: Index,
    /// Digest of the file, the descriptor and the catalogue fields it reads: equal digests, equal
    /// answers.
    pub version: u128,
    /// Rows that are not served or flagged.
    pub problems: Vec<Problem>,
}

/// The key of an entity: whole numbers from 0 to 2^53 - 1 are themselves, everything else a fixed
/// 53-bit hash (XXH3) of its text. MVT feature ids and sampling use it.
#[must_use]
pub fn entity_key(id: Value<'_>) -> u64 {
    match entity_text(id) {
        Ok(number) => number,
        Err(text) => key_of_text(&text),
    }
}

/// The key of an id that is text.
#[must_use]
pub fn key_of_text(text: impl AsRef<[u8]>) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_ref()) % KEYS
}

/// An id as a whole number from 0 to 2^53 - 1, or else as text.
pub(crate) fn entity_text(id: Value<'_>) -> Result<u64, String> {
    let number = match id {
        Value::Int(number) => u64::try_from(number).ok(),
        Value::UInt(number) => Some(number),
        Value::Single(number) => whole(number.into()),
        Value::Double(number) => whole(number),
        _ => None,
    };
    if let Some(number) = number.filter(|number| *number < KEYS) {
        return Ok(number);
    }
    Err(match id {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Single(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => text.to_owned(),
        Value::Binary(bytes) => bytes.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    })
}

/// The whole number that `number` is, if it is one from 0 to 2^53 - 1.
fn whole(number: f64) -> Option<u64> {
    (number >= 0.0 && number < KEYS as f64 && number.fract() == 0.0).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_below_2_53_are_their_own_keys_and_all_else_is_hashed_below_it() {
        assert_eq!(entity_key(Value::Int(0)), 0);
        assert_eq!(entity_key(Value::Int((1 << 53) - 1)), (1 << 53) - 1);
        assert_eq!(entity_key(Value::Double(7.0)), 7);
        for other in [
            Value::Int(-1),
            Value::Int(1 << 53),
            Value::Double(7.5),
            Value::Text("7"),
            Value::UInt(u64::MAX),
            Value::Binary(&[1, 2]),
        ] {
            let key = entity_key(other);
            assert!(key < KEYS, "{other:?}");
            assert_ne!(key, 7, "{other:?}");
        }
        assert_eq!(entity_key(Value::Text("-1")), entity_key(Value::Int(-1)));
    }

    #[test]
    fn the_hash_of_a_text_never_changes() {
        assert_eq!(entity_key(Value::Text("龙岗小学")), xxh3_of("龙岗小学"));
    }

    fn xxh3_of(text: &str) -> u64 {
        xxhash_rust::xxh3::xxh3_64(text.as_bytes()) & (KEYS - 1)
    }
}
