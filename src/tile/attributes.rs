//! Keys, values and tags of an MVT layer (MVT 2.1, section 4.4).

use super::dictionary::Dictionary;
use super::tags::{Noted, Pair};
use crate::index::Coded;
use crate::model::message::{Ahead, Message};
use crate::model::wire::{LENGTH, key};
use crate::model::{Schema, Sent};

/// Key of the field of a layer that holds a key.
const KEY: u8 = key(3, LENGTH);
/// Most bytes of that field before the key's own.
const KEY_HEAD: usize = 6;
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
        (keys, count): (&mut Message, &mut u32),
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

/// A coded column that is wanted.
#[derive(Clone, Copy)]
struct CodedColumn {
    /// Its number among the coded ones.
    number: u32,
    /// Where the tags of its values are noted, by code.
    noted: u32,
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
    /// By code of the coded columns that are wanted: its tag.
    known: Vec<Noted>,
    round: u32,
    key_count: u32,
    keys: Message,
    values: Dictionary,
    tags: Message,
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
        self.round += 1;
        if self.round == Noted::ROUNDS {
            self.known.clear();
            self.round = 1;
        }
        self.want_codes(coded);
        self.own = [Slot::default(); Own::COUNT];
        self.key_count = 0;
        self.keys.clear();
        self.values.clear();
        self.tags.clear();
        self.feature = 0;
    }

    fn want_codes(&mut self, coded: &Coded<'_>) {
        self.coded.clear();
        let mut noted = 0;
        for (number, (position, values)) in (0..).zip(coded.columns().zip(coded.ranges())) {
            if !self.slots.get(position).is_some_and(|slot| slot.wanted) {
                continue;
            }
            let (position, start) = (position as u32, values.start);
            self.coded.push(CodedColumn { number, noted, position, start });
            // One more: code 0 is that of no value.
            noted += 1 + values.len() as u32;
        }
        if self.known.len() < noted as usize {
            self.known.resize(noted as usize, Noted::default());
        }
        for column in &self.coded {
            self.known[column.noted as usize] = Noted::none(self.round);
        }
    }

    /// The tags that follow belong to the next feature.
    pub(super) fn next_feature(&mut self) {
        self.feature += 1;
    }

    /// Where the tags written so far end.
    pub(super) const fn tags_end(&self) -> u32 {
        self.tags.len() as u32
    }

    /// The tags of all features, one after the other.
    pub(super) const fn tags(&self) -> &Message {
        &self.tags
    }

    /// Tags the feature with those of its coded values that are wanted.
    pub(super) fn codes(&mut self, codes: &[u16], coded: &Coded<'_>, schema: &Schema) {
        let Self { slots, coded: columns, known, round, key_count, keys, values, tags, .. } = self;
        let round = *round;
        tags.write(columns.len() * size_of::<u64>(), |tags| {
            for column in columns.iter() {
                let code = codes.get(column.number as usize).map_or(0, |code| usize::from(*code));
                let Some(noted) = known.get_mut(column.noted as usize + code) else { continue };
                let pair = noted.pair(round).or_else(|| {
                    let slot = slots.get_mut(column.position as usize)?;
                    let field = coded.field(column.start + code.checked_sub(1)? as u32);
                    if field.is_empty() {
                        return None;
                    }
                    let key = slot.key(column.position as usize, schema, (keys, key_count));
                    Some(new_code((noted, round), key, field, values))
                });
                if let Some(pair) = pair {
                    tags.put(pair.bytes, pair.length as usize);
                }
            }
        });
    }

    #[inline]
    fn push(&mut self, pair: Pair) {
        self.tags.put(pair.bytes, pair.length as usize);
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
        self.push(Pair::new(key, place));
    }

    /// Tags the feature with one of the keys that tiles add and the value of a field; once a feature.
    /// The value's place.
    pub(super) fn own(&mut self, own: Own, field: &[u8]) -> u32 {
        let slot = &mut self.own[own as usize];
        let place = slot.place(&mut self.values, field);
        let key = *slot
            .key
            .get_or_insert_with(|| add_key(&mut self.keys, &mut self.key_count, own.name()));
        self.push(Pair::new(key, place));
        place
    }

    /// Tags the feature with the text by which it is known, which may also be its value in `column`.
    pub(super) fn named(&mut self, field: &[u8], column: Option<usize>, schema: &Schema) {
        let place = self.own(Own::Id, field);
        let Some(position) = column else { return };
        if let Some(slot) = self.slots.get_mut(position).filter(|slot| slot.wanted) {
            let key = slot.key(position, schema, (&mut self.keys, &mut self.key_count));
            slot.feature = self.feature;
            self.push(Pair::new(key, place));
        }
    }

    /// Bytes of keys and values in their layer.
    pub(super) fn len(&self) -> usize {
        self.keys.len() + self.values.bytes().len()
    }

    /// Appends keys and values as fields of their layer.
    pub(super) fn write(&self, out: &mut Ahead<'_>) {
        out.extend(self.keys.bytes());
        out.extend(self.values.bytes());
    }
}

/// The tag of a coded value that the layer does not have yet. Columns seldom share values, which then
/// stand there twice.
fn new_code(
    (noted, round): (&mut Noted, u32),
    key: u32,
    field: &[u8],
    values: &mut Dictionary,
) -> Pair {
    let pair = Pair::new(key, values.len());
    let Some(new) = Noted::of(pair, round) else {
        return Pair::new(key, values.place(field));
    };
    *noted = new;
    values.add(field);
    pair
}

fn add_key(keys: &mut Message, count: &mut u32, name: &str) -> u32 {
    keys.write(KEY_HEAD + name.len(), |keys| {
        keys.number(KEY, name.len() as u64);
        keys.extend(name.as_bytes());
    });
    *count += 1;
    *count - 1
}
