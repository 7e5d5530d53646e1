//! Keys, values and tags of an MVT layer (MVT 2.1, section 4.4).

use super::dictionary::Dictionary;
use super::wire::{bytes, varint};
use crate::model::{Schema, Value};

/// Field of a layer that holds a key.
const KEY: u8 = 3;

/// Keys that tiles add. Columns of these names are not written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Own {
    /// The entity's id where the MVT id is a hash.
    Id,
    /// How many features a sampled one stands for.
    Weight,
    /// How many features lie in a cell.
    Count,
    /// The text of a label.
    Name,
}

impl Own {
    const COUNT: usize = 4;

    /// The key.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Id => "_id",
            Self::Weight => "_weight",
            Self::Count => "_count",
            Self::Name => "name",
        }
    }
}

/// Whether tiles write a column called `name`.
pub(super) fn is_written(name: &str) -> bool {
    [Own::Id, Own::Weight, Own::Count].iter().all(|own| own.name() != name)
}

/// What is known of a column.
#[derive(Clone, Copy)]
struct Slot {
    wanted: bool,
    /// Its key's place, once there is a value.
    key: Option<u32>,
    /// The last feature that had a value, so that a feature has one value a key.
    feature: u32,
}

/// The attributes of the features of one MVT layer.
#[derive(Default)]
pub(super) struct Attributes {
    slots: Vec<Slot>,
    own: [Option<u32>; Own::COUNT],
    key_count: u32,
    keys: Vec<u8>,
    values: Dictionary,
    tags: Vec<u8>,
    feature: u32,
}

impl Attributes {
    /// Forgets everything; from now on `columns` of `schema` are wanted.
    pub(super) fn reset(&mut self, schema: &Schema, columns: &[usize]) {
        self.slots.clear();
        self.slots.resize(schema.columns.len(), Slot { wanted: false, key: None, feature: 0 });
        for &position in columns {
            if let (Some(slot), Some(column)) =
                (self.slots.get_mut(position), schema.columns.get(position))
            {
                slot.wanted = is_written(&column.name);
            }
        }
        self.own = [None; Own::COUNT];
        self.key_count = 0;
        self.keys.clear();
        self.values.clear();
        self.tags.clear();
        self.feature = 0;
    }

    /// The tags that follow belong to the next feature.
    pub(super) fn next_feature(&mut self) {
        self.feature += 1;
    }

    /// Where the tags written so far end.
    pub(super) fn tags_end(&self) -> u32 {
        self.tags.len() as u32
    }

    /// The tags of all features, one after the other.
    pub(super) fn tags(&self) -> &[u8] {
        &self.tags
    }

    /// Whether the values of a column are wanted.
    pub(super) fn wants(&self, position: usize) -> bool {
        self.slots.get(position).is_some_and(|slot| slot.wanted)
    }

    /// Tags the feature with a column's value, if the column is wanted.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    pub(super) fn column(&mut self, position: usize, value: Value<'_>, schema: &Schema) {
        let Some(slot) = self.slots.get_mut(position) else { return };
        if !slot.wanted || slot.feature == self.feature {
            return;
        }
        let Some(place) = self.values.place(value) else { return };
        let key = *slot.key.get_or_insert_with(|| {
            let name = schema.columns.get(position).map_or("", |column| &column.name);
            add_key(&mut self.keys, &mut self.key_count, name)
        });
        slot.feature = self.feature;
        tag(&mut self.tags, key, place);
    }

    /// Tags the feature with one of the keys that tiles add; once a feature.
    pub(super) fn own(&mut self, own: Own, value: Value<'_>) {
        let Some(place) = self.values.place(value) else { return };
        let key = *self.own[own as usize]
            .get_or_insert_with(|| add_key(&mut self.keys, &mut self.key_count, own.name()));
        tag(&mut self.tags, key, place);
    }

    /// Bytes of keys and values in their layer.
    pub(super) fn len(&self) -> usize {
        self.keys.len() + self.values.bytes().len()
    }

    /// Appends keys and values as fields of their layer.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.keys);
        out.extend_from_slice(self.values.bytes());
    }
}

/// Appends the numbers of a key and a value.
#[inline]
fn tag(out: &mut Vec<u8>, key: u32, place: u32) {
    match (key, place) {
        // Most are small: written at once.
        (0..=0x7f, 0..=0x7f) => out.extend_from_slice(&[key as u8, place as u8]),
        (0..=0x7f, 0..=0x3fff) => {
            out.extend_from_slice(&[key as u8, place as u8 | 0x80, (place >> 7) as u8]);
        }
        _ => {
            varint(out, key.into());
            varint(out, place.into());
        }
    }
}

fn add_key(keys: &mut Vec<u8>, count: &mut u32, name: &str) -> u32 {
    bytes(keys, KEY, name.as_bytes());
    *count += 1;
    *count - 1
}
