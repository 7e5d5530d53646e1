//! Tags of MVT features: pairs of a key's and a value's place (MVT 2.1, section 4.4).

use crate::model::wire::packed_varint;

/// A pair, encoded: its bytes, the first the lowest, and how many of them count.
#[derive(Clone, Copy, Default)]
pub(super) struct Pair {
    pub(super) bytes: u64,
    pub(super) length: u32,
}

impl Pair {
    /// Of a key, one of no more than there are columns (2^16), and a value.
    #[inline]
    pub(super) const fn new(key: u32, place: u32) -> Self {
        let (place, more) = packed_varint(place as u64);
        if key < 1 << 7 {
            return Self { bytes: key as u64 | place << 8, length: 1 + more as u32 };
        }
        let (key, length) = packed_varint(key as u64);
        Self { bytes: key | place << (8 * length), length: (length + more) as u32 }
    }
}

/// Pairs that are kept in eight bytes with the round in which they were noted.
#[derive(Clone, Copy, Default)]
pub(super) struct Noted(u64);

impl Noted {
    /// Rounds are below this.
    pub(super) const ROUNDS: u32 = 1 << 29;
    /// Bits of the pair's bytes, and of their number.
    const BYTES: u32 = 32;
    const LENGTH: u32 = 3;

    /// No pair at all.
    pub(super) const fn none(round: u32) -> Self {
        Self((round as u64) << (Self::BYTES + Self::LENGTH))
    }

    /// `None` for a pair of more than four bytes, which only layers of very many columns or values
    /// have.
    #[inline]
    pub(super) const fn of(pair: Pair, round: u32) -> Option<Self> {
        if pair.length * 8 > Self::BYTES {
            return None;
        }
        let length = (pair.length as u64) << Self::BYTES;
        Some(Self(pair.bytes | length | (round as u64) << (Self::BYTES + Self::LENGTH)))
    }

    /// The pair, if it was noted in `round`.
    #[inline]
    pub(super) const fn pair(self, round: u32) -> Option<Pair> {
        if self.0 >> (Self::BYTES + Self::LENGTH) != round as u64 {
            return None;
        }
        let length = (self.0 >> Self::BYTES) as u32 & ((1 << Self::LENGTH) - 1);
        // What stands above its bytes is written over by what comes next.
        Some(Pair { bytes: self.0, length })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::message::Message;
    use crate::model::wire::varint;

    proptest! {
        #[test]
        fn pairs_are_two_varints(
            pairs in prop::collection::vec((0..1_u32 << 16, any::<u32>(), 0..32_u32), 0..500)
        ) {
            let (mut tags, mut expected) = (Message::default(), Vec::new());
            for (key, place, shift) in pairs {
                let pair = Pair::new(key >> (shift / 2), place >> shift);
                tags.put(pair.bytes, pair.length as usize);
                varint(&mut expected, u64::from(key >> (shift / 2)));
                varint(&mut expected, u64::from(place >> shift));
            }
            prop_assert_eq!(tags.bytes(), expected);
        }

        #[test]
        fn what_is_noted_is_known_in_its_round_alone(
            key in 0..1_u32 << 16, place: u32, shift in 0..32_u32, round in 1..Noted::ROUNDS
        ) {
            let pair = Pair::new(key >> (shift / 2), place >> shift);
            prop_assert!(Noted::default().pair(round).is_none());
            prop_assert_eq!(Noted::none(round).pair(round).map(|none| none.length), Some(0));
            if let Some(noted) = Noted::of(pair, round) {
                let known = noted.pair(round).map(|known| (known.bytes as u32, known.length));
                prop_assert_eq!(known, Some((pair.bytes as u32, pair.length)));
                prop_assert!(noted.pair(round - 1).is_none());
            } else {
                prop_assert!(pair.length > 4);
            }
        }
    }
}
