//! The distinct values of an MVT layer, encoded once each (MVT 2.1, sections 4.1 and 4.4).

use xxhash_rust::xxh3::xxh3_64;

use crate::model::message::Message;

const LEAST_TABLE: usize = 1 << 8;

/// A value that is looked for: the hash of its field, its place, and where the field begins.
#[derive(Clone, Copy)]
struct Slot {
    hash: u64,
    place: u32,
    start: u32,
}

const FREE: Slot = Slot { hash: 0, place: u32::MAX, start: 0 };

/// Values as fields of their layer: equal bytes, one place, unless they were added unlooked.
#[derive(Default)]
pub(super) struct Dictionary {
    bytes: Message,
    count: u32,
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
        if self.filled > 0 || self.table.len() != size {
            self.table.clear();
            self.table.resize(size, FREE);
        }
        (self.filled, self.count) = (0, 0);
        self.bytes.clear();
    }

    /// All values as fields of their layer.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.bytes()
    }

    /// How many values there are: the place of the next.
    pub(super) const fn len(&self) -> u32 {
        self.count
    }

    /// The place of the value whose field is `field`, as [`Sent`](crate::model::Sent) has it.
    pub(super) fn place(&mut self, field: &[u8]) -> u32 {
        if (self.filled + 1) * 4 > self.table.len() * 3 {
            self.grow();
        }
        let hash = xxh3_64(field);
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.table[at];
            if slot.place == FREE.place {
                let start = self.bytes.len() as u32;
                let place = self.add(field);
                self.table[at] = Slot { hash, place, start };
                self.filled += 1;
                return place;
            }
            // A field says where it ends, so that none is the beginning of another.
            if slot.hash == hash && self.bytes()[slot.start as usize..].starts_with(field) {
                return slot.place;
            }
            at = (at + 1) & mask;
        }
    }

    /// As [`Dictionary::place`], without looking for an equal value: always a new place.
    #[inline]
    pub(super) fn add(&mut self, field: &[u8]) -> u32 {
        self.bytes.extend(field);
        self.count += 1;
        self.count - 1
    }

    #[cold]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Value, append_field};

    #[test]
    fn equal_values_share_a_place_and_unequal_ones_do_not() {
        let of = |value| {
            let mut field = Vec::new();
            append_field(value, &mut field);
            field
        };
        let mut values = Dictionary::default();
        values.clear();
        let texts: Vec<String> = (0..5000).map(|n| format!("value {n}")).collect();
        for _ in 0..2 {
            for (n, text) in texts.iter().enumerate() {
                assert_eq!(values.place(&of(Value::Text(text))), n as u32);
            }
        }
        assert_eq!(values.place(&of(Value::Int(1))), 5000);
        assert_eq!(values.place(&of(Value::Double(1.0))), 5001);
        assert_eq!(values.place(&of(Value::Single(1.0))), 5002);
        assert_eq!(values.place(&of(Value::Bool(true))), 5003);
        assert_eq!(values.place(&of(Value::DateTime("value 7"))), 7);
        assert_eq!(values.add(&of(Value::Int(1))), 5004);
        assert_eq!((values.place(&of(Value::Int(1))), values.len()), (5000, 5005));
        values.clear();
        assert!(values.bytes().is_empty());
        assert_eq!(values.place(&of(Value::Int(-1))), 0);
        assert_eq!(values.bytes(), [0x22, 2, 0x30, 1]);
    }
}
