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
                self.starts.push(self.bytes.len() as u32);
                self.bytes.extend_from_slice(new.head());
                self.bytes.extend_from_slice(new.text);
                return Some(place);
            }
            if slot.hash == new.hash && self.holds(slot.place, &new) {
                return Some(slot.place);
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether the value at `place` is `new`. Values begin with their length, so that none begins
    /// with another.
    fn holds(&self, place: u32, new: &Encoded<'_>) -> bool {
        let stored = &self.bytes[self.starts[place as usize] as usize..];
        stored.strip_prefix(new.head()).is_some_and(|rest| rest.starts_with(new.text))
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
    /// Everything before a text.
    head: [u8; 16],
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
            Value::Single(value) => {
                Self::fixed(key(2, FIXED_32), value.to_le_bytes(), value.to_bits().into())
            }
            Value::Double(value) => {
                Self::fixed(key(3, FIXED_64), value.to_le_bytes(), value.to_bits())
            }
            Value::Int(value) if value >= 0 => Self::varint(key(4, VARINT), value as u64),
            Value::UInt(value) => Self::varint(key(5, VARINT), value),
            Value::Int(value) => Self::varint(key(6, VARINT), zigzag_64(value)),
            Value::Bool(value) => Self::varint(key(7, VARINT), u64::from(value)),
        })
    }

    fn head(&self) -> &[u8] {
        &self.head[..self.head_len]
    }

    /// A number of `N` bytes.
    fn fixed<const N: usize>(kind: u8, number: [u8; N], bits: u64) -> Self {
        let mut head = [0; 16];
        head[..3].copy_from_slice(&[key(VALUE, LENGTH), 1 + N as u8, kind]);
        head[3..3 + N].copy_from_slice(&number);
        Self { hash: fold(bits, kind) as u32, head, head_len: 3 + N, text: &[] }
    }

    fn varint(kind: u8, number: u64) -> Self {
        let mut head = [0; 16];
        head[..3].copy_from_slice(&[key(VALUE, LENGTH), 1 + varint_len(number) as u8, kind]);
        let head_len = put_varint(&mut head, 3, number);
        Self { hash: fold(number, kind) as u32, head, head_len, text: &[] }
    }

    fn text(text: &'a [u8]) -> Self {
        let mut head = [0; 16];
        head[0] = key(VALUE, LENGTH);
        let at = put_varint(&mut head, 1, bytes_len(text.len()) as u64);
        head[at] = key(1, LENGTH);
        let head_len = put_varint(&mut head, at + 1, text.len() as u64);
        Self { hash: xxh3_64(text) as u32, head, head_len, text }
    }
}

/// Writes a varint at `at`; where it ends.
fn put_varint(head: &mut [u8; 16], mut at: usize, mut value: u64) -> usize {
    while value >= 0x80 {
        head[at] = value as u8 | 0x80;
        value >>= 7;
        at += 1;
    }
    head[at] = value as u8;
    at + 1
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
