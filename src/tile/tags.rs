//! Tags of MVT features: pairs of a key's and a value's place (MVT 2.1, section 4.4).

use crate::model::wire::packed_varint;

/// A pair, encoded: its bytes, the first the lowest, and how many there are.
#[derive(Clone, Copy, Default)]
pub(super) struct Pair {
    bytes: u64,
    length: u32,
}

impl Pair {
    /// Of a key, one of no more than there are columns (2^16), and a value.
    #[inline]
    pub(super) const fn new(key: u32, place: u32) -> Self {
        let (key, length) = packed_varint(key as u64);
        let (place, more) = packed_varint(place as u64);
        Self { bytes: key | place << (8 * length), length: (length + more) as u32 }
    }
}

/// The pairs of many features, one after the other.
#[derive(Default)]
pub(super) struct Tags {
    /// Room, of which what lies before `end` is used: a pair is written whole, which is quicker than
    /// byte by byte.
    bytes: Vec<u8>,
    end: usize,
}

impl Tags {
    pub(super) const fn clear(&mut self) {
        self.end = 0;
    }

    /// Where the pairs so far end.
    pub(super) const fn end(&self) -> u32 {
        self.end as u32
    }

    /// All pairs.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or(&[])
    }

    /// Appends a pair.
    #[inline]
    pub(super) fn push(&mut self, pair: Pair) {
        let room = self.bytes.get_mut(self.end..).and_then(|room| room.first_chunk_mut::<8>());
        match room {
            Some(room) => *room = pair.bytes.to_le_bytes(),
            None => self.grow(pair),
        }
        self.end += pair.length as usize;
    }

    #[cold]
    fn grow(&mut self, pair: Pair) {
        self.bytes.truncate(self.end);
        self.bytes.extend_from_slice(&pair.bytes.to_le_bytes());
        self.bytes.resize((2 * self.bytes.len()).max(1 << 10), 0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::wire::varint;

    proptest! {
        #[test]
        fn pairs_are_two_varints(
            pairs in prop::collection::vec((0..1_u32 << 16, any::<u32>(), 0..32_u32), 0..500)
        ) {
            let (mut tags, mut expected) = (Tags::default(), Vec::new());
            for (key, place, shift) in pairs {
                tags.push(Pair::new(key >> (shift / 2), place >> shift));
                varint(&mut expected, u64::from(key >> (shift / 2)));
                varint(&mut expected, u64::from(place >> shift));
            }
            prop_assert_eq!(tags.bytes(), expected);
        }
    }
}
