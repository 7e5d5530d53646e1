//! The distinct values of an MVT layer, encoded once each (MVT 2.1, sections 4.1 and 4.4).

use xxhash_rust::xxh3::xxh3_64;

use super::wire::{self, FIXED_32, FIXED_64, VARINT, key, varint, varint_len, zigzag_64};
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
        let from = self.bytes.len();
        let hash = encode(&mut self.bytes, value)? as u32;
        if (self.starts.len() + 1) * 4 > self.table.len() * 3 {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.table[at];
            if slot.place == FREE.place {
                let place = self.starts.len() as u32;
                self.table[at] = Slot { hash, place };
                self.starts.push(from as u32);
                return Some(place);
            }
            if slot.hash == hash && self.begins_with_last(slot.place, from) {
                self.bytes.truncate(from);
                return Some(slot.place);
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether the value at `place` is the one whose bytes begin at `last` and are the last. They
    /// begin with their length, so none begins with another.
    fn begins_with_last(&self, place: u32, last: usize) -> bool {
        let (before, last) = self.bytes.split_at(last);
        before[self.starts[place as usize] as usize..].starts_with(last)
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

/// Appends a value as a field of its layer, and gives its hash.
fn encode(out: &mut Vec<u8>, value: Value<'_>) -> Option<u64> {
    let mut number = |kind: u8, value: u64| {
        out.extend([key(VALUE, wire::LENGTH), 1 + varint_len(value) as u8, key(kind, VARINT)]);
        varint(out, value);
        Some(fold(value, kind))
    };
    match value {
        Value::Null | Value::Binary(_) => None,
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => {
            out.push(key(VALUE, wire::LENGTH));
            varint(out, wire::bytes_len(text.len()) as u64);
            wire::bytes(out, 1, text.as_bytes());
            Some(xxh3_64(text.as_bytes()))
        }
        Value::Single(value) => {
            let [a, b, c, d] = value.to_le_bytes();
            out.extend([key(VALUE, wire::LENGTH), 5, key(2, FIXED_32), a, b, c, d]);
            Some(fold(value.to_bits().into(), 2))
        }
        Value::Double(value) => {
            let [a, b, c, d, e, f, g, h] = value.to_le_bytes();
            let field = [key(VALUE, wire::LENGTH), 9, key(3, FIXED_64), a, b, c, d, e, f, g, h];
            out.extend(field);
            Some(fold(value.to_bits(), 3))
        }
        Value::Int(value) if value >= 0 => number(4, value as u64),
        Value::UInt(value) => number(5, value),
        Value::Int(value) => number(6, zigzag_64(value)),
        Value::Bool(value) => number(7, u64::from(value)),
    }
}

/// A hash of a number of MVT's type `kind`: the halves of a product folded, so that all bits of the
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
