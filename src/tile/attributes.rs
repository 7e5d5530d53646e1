//! Keys, values and tags of an MVT layer (MVT 2.1, section 4.4).

use super::dictionary::Dictionary;
use super::tags::{Noted, Pair, Tags};
use crate::index::Coded;
use crate::model::wire::bytes;
use crate::model::{Schema, Sent};

/// Field of a layer that holds a key.
const KEY: u8 = 3;
/// So many values of a column are looked for among those there are. Where fewer than one of
/// `FOUND_SELDOM` was there, the others are not looked for.
const LOOKED_FOR: u16 = 32;
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
    /// Its key's place, once there is a value.
    key: Option<u32>,
    /// The last feature that had a value, so that a feature has one value a key.
    feature: u32,
    looked_for: u16,
    found: u16,
    /// Whether its values are no longer looked for.
    varied: bool,
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

    /// The place of the value of a field.
    #[inline]
    fn place(&mut self, values: &mut Dictionary, field: &[u8]) -> u32 {
        if self.varied { values.add(field) } else { self.look(values, field) }
    }

    /// As [`Slot::place`], while it is not known whether that pays.
    fn look(&mut self, values: &mut Dictionary, field: &[u8]) -> u32 {
        let new = values.len();
        let place = values.place(field);
        if self.looked_for < LOOKED_FOR {
            self.looked_for += 1;
            self.found += u16::from(place < new);
            self.varied = self.looked_for == LOOKED_FOR && self.found < LOOKED_FOR / FOUND_SELDOM;
        }
        place
    }
}

/// A coded column.
#[derive(Clone, Copy)]
struct CodedColumn {
    wanted: bool,
    position: u32,
    /// Where its values begin among those of all coded columns.
    start: u32,
}

/// The attributes of the features of one MVT layer.
#[derive(Default)]
pub(super) struct Attributes {
    slots: Vec<Slot>,
    own: [Slot; Own::COUNT],
    coded: Vec<CodedColumn>,
    /// By value of the coded columns: its tag.
    known: Vec<Noted>,
    round: u32,
    key_count: u32,
    keys: Vec<u8>,
    values: Dictionary,
    tags: Tags,
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
        for (position, start) in coded.columns().zip(coded.starts()) {
            let wanted = self.slots.get(position).is_some_and(|slot| slot.wanted);
            self.coded.push(CodedColumn { wanted, position: position as u32, start });
        }
        self.round += 1;
        if self.round == Noted::ROUNDS {
            self.known.clear();
            self.round = 1;
        }
        if self.known.len() < coded.len() {
            self.known.resize(coded.len(), Noted::default());
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
        self.tags.end()
    }

    /// The tags of all features, one after the other.
    pub(super) fn tags(&self) -> &[u8] {
        self.tags.bytes()
    }

    /// Tags the feature with those of its coded values that are wanted.
    pub(super) fn codes(&mut self, codes: &[u16], coded: &Coded<'_>, schema: &Schema) {
        let mut done = 0;
        while let Some((column, at)) = self.known_codes(codes, &mut done) {
            self.new_code(column.position as usize, at, coded.field(at), schema);
        }
    }

    /// Tags the feature with those of its coded values, from the column `done` on, that the layer has
    /// already; stops at the first that it has not: its column and its number among all.
    #[inline]
    fn known_codes(&mut self, codes: &[u16], done: &mut usize) -> Option<(CodedColumn, u32)> {
        let (known, round) = (self.known.as_slice(), self.round);
        let (columns, codes) = (self.coded.get(*done..)?, codes.get(*done..)?);
        // Taken out, they stay in registers.
        let mut tags = std::mem::take(&mut self.tags);
        let mut new = None;
        for (number, (column, &code)) in columns.iter().zip(codes).enumerate() {
            if code == 0 || !column.wanted {
                continue;
            }
            let at = column.start + u32::from(code) - 1;
            let Some(noted) = known.get(at as usize) else { continue };
            let Some(pair) = noted.pair(round) else {
                new = Some((*column, at));
                *done += number + 1;
                break;
            };
            tags.push(pair);
        }
        self.tags = tags;
        new
    }

    /// Tags the feature with a coded value that the layer does not have yet. Columns seldom share
    /// values, which then stand there twice.
    fn new_code(&mut self, position: usize, at: u32, field: &[u8], schema: &Schema) {
        let known = self.known.get_mut(at as usize).zip(self.slots.get_mut(position));
        let Some((known, slot)) = known.filter(|_| !field.is_empty()) else { return };
        let key = slot.key(position, schema, (&mut self.keys, &mut self.key_count));
        let mut pair = Pair::new(key, self.values.len());
        match Noted::of(pair, self.round) {
            Some(noted) => {
                *known = noted;
                self.values.add(field);
            }
            None => pair = Pair::new(key, self.values.place(field)),
        }
        self.tags.push(pair);
    }

    /// Tags the feature with those of its `values` that are wanted; none of them is coded.
    pub(super) fn plain(&mut self, values: Sent<'_>, schema: &Schema) {
        for (position, field) in values {
            self.column(position, field, schema);
        }
    }

    /// Tags the feature with the value of a field in a column, if the column is wanted.
    #[inline]
    pub(super) fn column(&mut self, position: usize, field: &[u8], schema: &Schema) {
        let Some(slot) = self.slots.get_mut(position) else { return };
        if !slot.wanted || slot.feature == self.feature {
            return;
        }
        let place = slot.place(&mut self.values, field);
        let key = slot.key(position, schema, (&mut self.keys, &mut self.key_count));
        slot.feature = self.feature;
        self.tags.push(Pair::new(key, place));
    }

    /// Tags the feature with one of the keys that tiles add and the value of a field; once a feature.
    /// The value's place.
    pub(super) fn own(&mut self, own: Own, field: &[u8]) -> u32 {
        let slot = &mut self.own[own as usize];
        let place = slot.place(&mut self.values, field);
        let key = *slot
            .key
            .get_or_insert_with(|| add_key(&mut self.keys, &mut self.key_count, own.name()));
        self.tags.push(Pair::new(key, place));
        place
    }

    /// Tags the feature with the text by which it is known, which may also be its value in `column`.
    pub(super) fn named(&mut self, field: &[u8], column: Option<usize>, schema: &Schema) {
        let place = self.own(Own::Id, field);
        let Some(position) = column else { return };
        if let Some(slot) = self.slots.get_mut(position).filter(|slot| slot.wanted) {
            let key = slot.key(position, schema, (&mut self.keys, &mut self.key_count));
            slot.feature = self.feature;
            self.tags.push(Pair::new(key, place));
        }
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

fn add_key(keys: &mut Vec<u8>, count: &mut u32, name: &str) -> u32 {
    bytes(keys, KEY, name.as_bytes());
    *count += 1;
    *count - 1
}
