//! Keys, values and tags of an MVT layer (MVT 2.1, section 4.4).

use super::dictionary::{Dictionary, Plain};
use super::wire::{bytes, varint};
use crate::index::Coded;
use crate::model::{Schema, Value};

/// Field of a layer that holds a key.
const KEY: u8 = 3;
/// So many values of a column are looked for among those there are. Where fewer than one of
/// `FOUND_SELDOM` was there, the others are not looked for.
const LOOKED_FOR: u16 = 64;
const FOUND_SELDOM: u16 = 8;

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
#[derive(Clone, Copy, Default)]
struct Slot {
    wanted: bool,
    coded: bool,
    /// Its key's place, once there is a value.
    key: Option<u32>,
    /// The last feature that had a value, so that a feature has one value a key.
    feature: u32,
    looked_for: u16,
    found: u16,
}

impl Slot {
    /// The place of its key.
    #[inline]
    fn key(
        &mut self,
        position: usize,
        schema: &Schema,
        (keys, count): (&mut Vec<u8>, &mut u32),
    ) -> u32 {
        *self.key.get_or_insert_with(|| {
            let name = schema.columns.get(position).map_or("", |column| &column.name);
            add_key(keys, count, name)
        })
    }

    /// The place of one of its values.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    fn place(&mut self, values: &mut Dictionary, value: Plain<'_>) -> u32 {
        if self.looked_for < LOOKED_FOR {
            let new = values.len();
            let place = values.place(value);
            self.looked_for += 1;
            self.found += u16::from(place < new);
            return place;
        }
        if self.found < LOOKED_FOR / FOUND_SELDOM { values.add(value) } else { values.place(value) }
    }
}

/// A coded column that is wanted.
#[derive(Clone, Copy)]
struct CodedColumn {
    position: usize,
    /// Which of a record's codes is its.
    number: usize,
    /// Where its values begin among those of all coded columns.
    start: u32,
}

/// The attributes of the features of one MVT layer.
#[derive(Default)]
pub(super) struct Attributes {
    slots: Vec<Slot>,
    own: [Slot; Own::COUNT],
    coded: Vec<CodedColumn>,
    /// By value of the coded columns: where it stands among the values, below the round in which
    /// that was noted.
    places: Vec<u64>,
    round: u32,
    key_count: u32,
    keys: Vec<u8>,
    values: Dictionary,
    tags: Vec<u8>,
    feature: u32,
}

impl Attributes {
    /// Forgets everything; from now on `columns` of `schema`, of which some are `coded`, are wanted.
    pub(super) fn reset(&mut self, schema: &Schema, columns: &[usize], coded: &Coded<'_>) {
        self.slots.clear();
        self.slots.resize(schema.columns.len(), Slot::default());
        for &position in columns {
            if let (Some(slot), Some(column)) =
                (self.slots.get_mut(position), schema.columns.get(position))
            {
                slot.wanted = is_written(&column.name);
            }
        }
        self.coded.clear();
        for (number, (position, start)) in coded.columns().zip(coded.starts()).enumerate() {
            if let Some(slot) = self.slots.get_mut(position).filter(|slot| slot.wanted) {
                slot.coded = true;
                self.coded.push(CodedColumn { position, number, start });
            }
        }
        self.round = self.round.checked_add(1).unwrap_or_else(|| {
            self.places.clear();
            1
        });
        if self.places.len() < coded.len() {
            self.places.resize(coded.len(), 0);
        }
        self.own = [Slot::default(); Own::COUNT];
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

    /// Whether the feature still lacks a column that is wanted and not coded.
    pub(super) fn wants_plain(&self, position: usize) -> bool {
        let wants = |slot: &Slot| slot.wanted && !slot.coded && slot.feature != self.feature;
        self.slots.get(position).is_some_and(wants)
    }

    /// Tags the feature with those of its coded values that are wanted.
    pub(super) fn codes(&mut self, codes: &[u16], coded: &Coded<'_>, schema: &Schema) {
        for column in &self.coded {
            let Some(code @ 1..) = codes.get(column.number).copied() else { continue };
            let at = column.start + u32::from(code) - 1;
            let Some(known) = self.places.get_mut(at as usize) else { continue };
            if (*known >> 32) as u32 != self.round {
                // Columns seldom share values; then the value stands there twice.
                let Some(value) = Plain::of(coded.value(at, schema)) else { continue };
                let place = self.values.add(value);
                *known = u64::from(self.round) << 32 | u64::from(place);
            }
            let place = *known as u32;
            let Some(slot) = self.slots.get_mut(column.position) else { continue };
            let key = slot.key(column.position, schema, (&mut self.keys, &mut self.key_count));
            tag(&mut self.tags, key, place);
        }
    }

    /// Tags the feature with a column's value, if the column is wanted.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    pub(super) fn column(&mut self, position: usize, value: Plain<'_>, schema: &Schema) {
        let Some(slot) = self.slots.get_mut(position) else { return };
        if !slot.wanted || slot.feature == self.feature {
            return;
        }
        let place = slot.place(&mut self.values, value);
        let key = slot.key(position, schema, (&mut self.keys, &mut self.key_count));
        slot.feature = self.feature;
        tag(&mut self.tags, key, place);
    }

    /// Tags the feature with one of the keys that tiles add; once a feature.
    pub(super) fn own(&mut self, own: Own, value: Value<'_>) {
        self.add_own(own, value);
    }

    /// Tags the feature with the text by which it is known, which may also be its value in `column`.
    pub(super) fn named(&mut self, text: &str, column: Option<usize>, schema: &Schema) {
        let Some((place, position)) = self.add_own(Own::Id, Value::Text(text)).zip(column) else {
            return;
        };
        if let Some(slot) = self.slots.get_mut(position).filter(|slot| slot.wanted) {
            let key = slot.key(position, schema, (&mut self.keys, &mut self.key_count));
            slot.feature = self.feature;
            tag(&mut self.tags, key, place);
        }
    }

    fn add_own(&mut self, own: Own, value: Value<'_>) -> Option<u32> {
        let value = Plain::of(value)?;
        let slot = &mut self.own[own as usize];
        let place = slot.place(&mut self.values, value);
        let key = *slot
            .key
            .get_or_insert_with(|| add_key(&mut self.keys, &mut self.key_count, own.name()));
        tag(&mut self.tags, key, place);
        Some(place)
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
