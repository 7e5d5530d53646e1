//! The distinct values of an MVT layer, encoded once each (MVT 2.1, sections 4.1 and 4.4).

use xxhash_rust::xxh3::xxh3_64;

use super::wire::{FIXED_32, FIXED_64, LENGTH, VARINT, bytes_len, key, varint_len, zigzag_64};
use crate::model::{ColumnType, Value};

/// Field of a layer that holds a value.
const VALUE: u8 = 4;
const LEAST_TABLE: usize = 1 << 10;

/// A value's place, and what tells it from others: a number by its kind and its key, a text by a
/// look at it where keys are equal.
#[derive(Clone, Copy)]
struct Slot {
    /// The number, or a text's hash.
    key: u64,
    place: u32,
    /// The key of its field in an MVT value; [`FREE`]'s where there is none.
    kind: u8,
}

const FREE: Slot = Slot { key: 0, place: 0, kind: 0 };
const TEXT: u8 = key(1, LENGTH);

/// A value as MVT has it.
#[derive(Clone, Copy)]
pub(super) enum Plain<'a> {
    /// UTF-8.
    Text(&'a [u8]),
    /// The key of its field, and the number in it.
    Number(u8, u64),
}

impl<'a> Plain<'a> {
    /// The value that bytes stored in a column of `kind` are. Text is not looked into: it was
    /// checked when its file was.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    pub(super) fn stored(kind: ColumnType, stored: &'a [u8]) -> Option<Self> {
        match kind {
            ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                Some(Self::Text(stored))
            }
            _ => Self::of(kind.value(stored)?),
        }
    }

    /// `None` for what has no MVT type: nulls and bytes. Dates and JSON are text.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    pub(super) fn of(value: Value<'a>) -> Option<Self> {
        Some(match value {
            Value::Null | Value::Binary(_) => return None,
            Value::Text(text) | Value::Json(text) | Value::DateTime(text) => {
                Self::Text(text.as_bytes())
            }
            Value::Single(value) => Self::Number(key(2, FIXED_32), value.to_bits().into()),
            Value::Double(value) => Self::Number(key(3, FIXED_64), value.to_bits()),
            Value::Int(value) if value >= 0 => Self::Number(key(4, VARINT), value as u64),
            Value::UInt(value) => Self::Number(key(5, VARINT), value),
            Value::Int(value) => Self::Number(key(6, VARINT), zigzag_64(value)),
            Value::Bool(value) => Self::Number(key(7, VARINT), u64::from(value)),
        })
    }
}

/// Values by their encoded bytes: equal bytes, one place, unless they were added unlooked.
#[derive(Default)]
pub(super) struct Dictionary {
    /// The values, each as a field of its layer.
    bytes: Vec<u8>,
    /// Where each value ends in the bytes.
    ends: Vec<u32>,
    /// Open addressing over the hashes: a power of two, three quarters full at most. Small, so that
    /// it stays near the processor.
    table: Vec<Slot>,
    /// How many values are in the table: all but those that were added unlooked.
    filled: usize,
}

impl Dictionary {
    /// Forgets everything, keeping the buffers.
    pub(super) fn clear(&mut self) {
        let size = (self.filled * 4 / 3 + 1).next_power_of_two().max(LEAST_TABLE);
        self.filled = 0;
        self.bytes.clear();
        self.ends.clear();
        self.table.clear();
        self.table.resize(size, FREE);
    }

    /// All values as fields of their layer.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many values there are: the place of the next.
    pub(super) fn len(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The place of `value`.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    pub(super) fn place(&mut self, value: Plain<'_>) -> u32 {
        match value {
            Plain::Text(text) => self.text(text),
            Plain::Number(kind, number) => self.number(kind, number),
        }
    }

    /// As [`Dictionary::place`], without looking for an equal value: always a new place.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    pub(super) fn add(&mut self, value: Plain<'_>) -> u32 {
        let place = self.len();
        match value {
            Plain::Text(text) => self.append(text_head(text.len()), text),
            Plain::Number(kind, number) => self.append(encoded(kind, number), &[]),
        }
        place
    }

    #[inline]
    fn number(&mut self, kind: u8, number: u64) -> u32 {
        let new = Slot { key: number, place: self.ends.len() as u32, kind };
        let found = self.find(fold(number, kind), new, |_, _| true);
        if found == new.place {
            self.append(encoded(kind, number), &[]);
        }
        found
    }

    #[inline]
    fn text(&mut self, text: &[u8]) -> u32 {
        let hash = xxh3_64(text);
        let new = Slot { key: hash, place: self.ends.len() as u32, kind: TEXT };
        // What stands before the text follows from its length.
        let length = bytes_len(bytes_len(text.len()));
        let found = self.find(hash, new, |values, place| {
            let value = values.value(place);
            value.len() == length && value.ends_with(text)
        });
        if found == new.place {
            self.append(text_head(text.len()), text);
        }
        found
    }

    /// The place of the value that is `same` among those with the key and the kind of `new`; that
    /// of `new`, which is put in, where there is none.
    #[inline]
    fn find(&mut self, hash: u64, new: Slot, same: impl Fn(&Self, u32) -> bool) -> u32 {
        if (self.filled + 1) * 4 > self.table.len() * 3 {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.table[at];
            if slot.kind == FREE.kind {
                self.table[at] = new;
                self.filled += 1;
                return new.place;
            }
            if slot.key == new.key && slot.kind == new.kind && same(self, slot.place) {
                return slot.place;
            }
            at = (at + 1) & mask;
        }
    }

    /// The value at `place`, as a field of its layer.
    fn value(&self, place: u32) -> &[u8] {
        let place = place as usize;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[place] as usize]
    }

    fn append(&mut self, (head, head_len): (u128, usize), text: &[u8]) {
        let from = self.bytes.len();
        self.bytes.extend_from_slice(&head.to_le_bytes());
        self.bytes.truncate(from + head_len);
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(LEAST_TABLE);
        let old = std::mem::replace(&mut self.table, vec![FREE; size]);
        for slot in old.into_iter().filter(|slot| slot.kind != FREE.kind) {
            let hash = if slot.kind == TEXT { slot.key } else { fold(slot.key, slot.kind) };
            let mut at = hash as usize & (size - 1);
            while self.table[at].kind != FREE.kind {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = slot;
        }
    }
}

/// A number whose field is `kind`, as a field of its layer: its bytes, the first the lowest, and how
/// many there are. In one number, because bytes written one by one and read together at once make
/// the processor wait.
fn encoded(kind: u8, number: u64) -> (u128, usize) {
    let length = match kind & 7 {
        FIXED_32 => 4,
        FIXED_64 => 8,
        _ => varint_len(number),
    };
    let before = u32::from_le_bytes([key(VALUE, LENGTH), 1 + length as u8, kind, 0]);
    if kind & 7 == VARINT {
        return with_varint(before.into(), 3, number);
    }
    (u128::from(before) | u128::from(number) << 24, 3 + length)
}

/// What stands before a text of `length` bytes in a field of its layer, as [`encoded`] gives it.
fn text_head(length: usize) -> (u128, usize) {
    let before = u128::from(key(VALUE, LENGTH));
    let (head, at) = with_varint(before, 1, bytes_len(length) as u64);
    with_varint(head | u128::from(TEXT) << (8 * at), at + 1, length as u64)
}

/// `head`, which has `at` bytes, with a varint behind them, and how many it has then.
fn with_varint(mut head: u128, mut at: usize, mut value: u64) -> (u128, usize) {
    while value >= 0x80 {
        head |= u128::from(value as u8 | 0x80) << (8 * at);
        value >>= 7;
        at += 1;
    }
    (head | u128::from(value) << (8 * at), at + 1)
}

/// A hash of a number whose field is `kind`: the halves of a product folded, so that all bits of the
/// number reach the lowest ones.
fn fold(value: u64, kind: u8) -> u64 {
    let wide = u128::from(value ^ 0x9E37_79B9_7F4A_7C15)
        * u128::from(0xD6E8_FEB8_6659_FD93 ^ (u64::from(kind) << 32));
    (wide >> 64) as u64 ^ wide as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_place_and_unequal_ones_do_not() {
        let of = |value| Plain::of(value).unwrap();
        let mut values = Dictionary::default();
        values.clear();
        let texts: Vec<String> = (0..5000).map(|n| format!("value {n}")).collect();
        for _ in 0..2 {
            for (n, text) in texts.iter().enumerate() {
                assert_eq!(values.place(of(Value::Text(text))), n as u32);
            }
        }
        assert_eq!(values.place(of(Value::Int(1))), 5000);
        assert_eq!(values.place(of(Value::Double(1.0))), 5001);
        assert_eq!(values.place(of(Value::Single(1.0))), 5002);
        assert_eq!(values.place(of(Value::Bool(true))), 5003);
        assert_eq!(values.place(of(Value::DateTime("value 7"))), 7);
        assert!(Plain::of(Value::Null).is_none());
        assert!(Plain::of(Value::Binary(b"x")).is_none());
        assert_eq!(values.add(of(Value::Int(1))), 5004);
        assert!(Plain::of(Value::Null).is_none());
        assert_eq!(values.place(of(Value::Int(1))), 5000);
        values.clear();
        assert!(values.bytes().is_empty());
        assert_eq!(values.place(of(Value::Int(-1))), 0);
        assert_eq!(values.bytes(), [0x22, 2, 0x30, 1]);
    }
}
