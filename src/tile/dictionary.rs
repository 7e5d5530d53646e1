//! The distinct values of an MVT layer, encoded once each (MVT 2.1, sections 4.1 and 4.4).

use xxhash_rust::xxh3::xxh3_64;

use super::wire::{self, FIXED_32, FIXED_64, VARINT, key, varint, varint_len, zigzag_64};
use crate::model::Value;

/// Field of a layer that holds a value.
const VALUE: u8 = 4;
const EMPTY: u32 = u32::MAX;
const LEAST_TABLE: usize = 1 << 10;

/// Values by their encoded bytes: equal bytes, one place.
#[derive(Default)]
pub(super) struct Dictionary {
    /// The values, each as a field of its layer.
    bytes: Vec<u8>,
    /// For each value where it ends in `bytes`, and its hash.
    entries: Vec<(u32, u32)>,
    /// Open addressing over the hashes: a power of two, at most half full.
    table: Vec<u32>,
}

impl Dictionary {
    /// Forgets everything, keeping the buffers.
    pub(super) fn clear(&mut self) {
        let size = (self.entries.len() * 2 + 1).next_power_of_two().max(LEAST_TABLE);
        self.bytes.clear();
        self.entries.clear();
        self.table.clear();
        self.table.resize(size, EMPTY);
    }

    /// All values as fields of their layer.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place of `value`; `None` for what has no MVT type: nulls and bytes. Dates and JSON are
    /// text.
    pub(super) fn place(&mut self, value: Value<'_>) -> Option<u32> {
        let from = self.bytes.len();
        encode(&mut self.bytes, value)?;
        let hash = xxh3_64(self.bytes.get(from..)?) as u32;
        if (self.entries.len() + 1) * 2 > self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let place = self.table[slot];
            if place == EMPTY {
                let place = self.entries.len() as u32;
                self.entries.push((self.bytes.len() as u32, hash));
                self.table[slot] = place;
                return Some(place);
            }
            if self.entries[place as usize].1 == hash
                && self.entry(place) == self.bytes.get(from..)?
            {
                self.bytes.truncate(from);
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn entry(&self, place: u32) -> &[u8] {
        let end = |place: usize| self.entries[place].0 as usize;
        let from = if place == 0 { 0 } else { end(place as usize - 1) };
        &self.bytes[from..end(place as usize)]
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(LEAST_TABLE);
        self.table.clear();
        self.table.resize(size, EMPTY);
        for (place, (_, hash)) in self.entries.iter().enumerate() {
            let mut slot = *hash as usize & (size - 1);
            while self.table[slot] != EMPTY {
                slot = (slot + 1) & (size - 1);
            }
            self.table[slot] = place as u32;
        }
    }
}

/// Appends a value as a field of its layer.
fn encode(out: &mut Vec<u8>, value: Value<'_>) -> Option<()> {
    let mut number = |field: u8, value: u64| {
        out.extend([key(VALUE, wire::LENGTH), 1 + varint_len(value) as u8, key(field, VARINT)]);
        varint(out, value);
    };
    match value {
        Value::Null | Value::Binary(_) => return None,
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => {
            out.push(key(VALUE, wire::LENGTH));
            varint(out, wire::bytes_len(text.len()) as u64);
            wire::bytes(out, 1, text.as_bytes());
        }
        Value::Single(value) => {
            out.extend([key(VALUE, wire::LENGTH), 5, key(2, FIXED_32)]);
            out.extend(value.to_le_bytes());
        }
        Value::Double(value) => {
            out.extend([key(VALUE, wire::LENGTH), 9, key(3, FIXED_64)]);
            out.extend(value.to_le_bytes());
        }
        Value::Int(value) if value >= 0 => number(4, value as u64),
        Value::UInt(value) => number(5, value),
        Value::Int(value) => number(6, zigzag_64(value)),
        Value::Bool(value) => number(7, u64::from(value)),
    }
    Some(())
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
