//! The distinct values of an MVT layer, encoded once each (MVT 2.1, sections 4.1 and 4.4).

use xxhash_rust::xxh3::xxh3_64;

use super::wire::{FIXED_32, FIXED_64, LENGTH, VARINT, bytes_len, key, varint_len, zigzag_64};
use crate::model::Value;

/// Field of a layer that holds a value.
const VALUE: u8 = 4;
const LEAST_TABLE: usize = 1 << 10;

/// A value's place, and its hash, by which most others are told apart without a look at them.
#[derive(Clone, Copy)]
struct Slot {
    hash: u32,
    /// [`FREE`]'s where there is none.
    place: u32,
}

const FREE: Slot = Slot { hash: 0, place: u32::MAX };

/// Values by their encoded bytes: equal bytes, one place.
#[derive(Default)]
pub(super) struct Dictionary {
    /// The values, each as a field of its layer.
    bytes: Vec<u8>,
    /// Where each value begins in the bytes.
    starts: Vec<u32>,
    /// Open addressing over the hashes: a power of two, three quarters full at most. Small, so that
    /// it stays near the processor.
    table: Vec<Slot>,
}

impl Dictionary {
    /// Forgets everything, keeping the buffers.
    pub(super) fn clear(&mut self) {
        let size = (self.starts.len() * 4 / 3 + 1).next_power_of_two().max(LEAST_TABLE);
        self.bytes.clear();
        self.starts.clear();
        self.table.clear();
        self.table.resize(size, FREE);
    }

    /// All values as fields of their layer.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place of `value`; `None` for what has no MVT type: nulls and bytes. Dates and JSON are
    /// text.
    pub(super) fn place(&mut self, value: Value<'_>) -> Option<u32> {
        let new = Encoded::of(value)?;
        if (self.starts.len() + 1) * 4 > self.table.len() * 3 {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = new.hash as usize & mask;
        loop {
            let slot = self.table[at];
            if slot.place == FREE.place {
                let place = self.starts.len() as u32;
                self.table[at] = Slot { hash: new.hash, place };
                self.append(&new);
                return Some(place);
            }
            if slot.hash == new.hash && self.holds(slot.place, &new) {
                return Some(slot.place);
            }
            at = (at + 1) & mask;
        }
    }

    fn append(&mut self, new: &Encoded<'_>) {
        let from = self.bytes.len();
        self.starts.push(from as u32);
        self.bytes.extend_from_slice(&new.head.to_le_bytes());
        self.bytes.truncate(from + new.head_len);
        self.bytes.extend_from_slice(new.text);
    }

    /// Whether the value at `place` is `new`. Values begin with their length, so that none begins
    /// with another.
    fn holds(&self, place: u32, new: &Encoded<'_>) -> bool {
        let stored = &self.bytes[self.starts[place as usize] as usize..];
        let same_head = match stored.first_chunk() {
            Some(head) => (u128::from_le_bytes(*head) ^ new.head) << (128 - 8 * new.head_len) == 0,
            None => stored.starts_with(&new.head.to_le_bytes()[..new.head_len]),
        };
        same_head && stored[new.head_len..].starts_with(new.text)
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(LEAST_TABLE);
        let old = std::mem::replace(&mut self.table, vec![FREE; size]);
        for slot in old.into_iter().filter(|slot| slot.place != FREE.place) {
            let mut at = slot.hash as usize & (size - 1);
            while self.table[at].place != FREE.place {
                at = (at + 1) & (size - 1);
            }
            self.table[at] = slot;
        }
    }
}

/// A value as a field of its layer.
struct Encoded<'a> {
    hash: u32,
    /// Everything before a text, from one to 15 bytes, the first the lowest: a number, because bytes
    /// written one by one and read together at once make the processor wait.
    head: u128,
    head_len: usize,
    text: &'a [u8],
}

impl<'a> Encoded<'a> {
    fn of(value: Value<'a>) -> Option<Self> {
        Some(match value {
            Value::Null | Value::Binary(_) => return None,
            Value::Text(text) | Value::Json(text) | Value::DateTime(text) => {
                Self::text(text.as_bytes())
            }
            Value::Single(value) => Self::number(key(2, FIXED_32), value.to_bits().into(), 4),
            Value::Double(value) => Self::number(key(3, FIXED_64), value.to_bits(), 8),
            Value::Int(value) if value >= 0 => Self::varint(key(4, VARINT), value as u64),
            Value::UInt(value) => Self::varint(key(5, VARINT), value),
            Value::Int(value) => Self::varint(key(6, VARINT), zigzag_64(value)),
            Value::Bool(value) => Self::varint(key(7, VARINT), u64::from(value)),
        })
    }

    /// A number whose field is `kind`, of `len` bytes.
    fn number(kind: u8, bits: u64, len: u8) -> Self {
        let before = u32::from_le_bytes([key(VALUE, LENGTH), 1 + len, kind, 0]);
        let head = u128::from(before) | u128::from(bits) << 24;
        Self { hash: fold(bits, kind) as u32, head, head_len: 3 + usize::from(len), text: &[] }
    }

    fn varint(kind: u8, number: u64) -> Self {
        let before =
            u32::from_le_bytes([key(VALUE, LENGTH), 1 + varint_len(number) as u8, kind, 0]);
        let (head, head_len) = with_varint(before.into(), 3, number);
        Self { hash: fold(number, kind) as u32, head, head_len, text: &[] }
    }

    fn text(text: &'a [u8]) -> Self {
        let before = u128::from(key(VALUE, LENGTH));
        let (head, at) = with_varint(before, 1, bytes_len(text.len()) as u64);
        let head = head | u128::from(key(1, LENGTH)) << (8 * at);
        let (head, head_len) = with_varint(head, at + 1, text.len() as u64);
        Self { hash: xxh3_64(text) as u32, head, head_len, text }
    }
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
        let mut values = Dictionary::default();
        values.clear();
        let texts: Vec<String> = (0..5000).map(|n| format!("value {n}")).collect();
        for _ in 0..2 {
            for (n, text) in texts.iter().enumerate() {
                assert_eq!(values.place(Value::Text(text)), Some(n as u32));
            }
        }
        assert_eq!(values.place(Value::Int(1)), Some(5000));
        assert_eq!(values.place(Value::Double(1.0)), Some(5001));
        assert_eq!(values.place(Value::Single(1.0)), Some(5002));
        assert_eq!(values.place(Value::Bool(true)), Some(5003));
        assert_eq!(values.place(Value::DateTime("value 7")), Some(7));
        assert_eq!(values.place(Value::Null), None);
        assert_eq!(values.place(Value::Binary(b"x")), None);
        values.clear();
        assert!(values.bytes().is_empty());
        assert_eq!(values.place(Value::Int(-1)), Some(0));
        assert_eq!(values.bytes(), [0x22, 2, 0x30, 1]);
    }
}
