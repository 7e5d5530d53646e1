//! Messages of protocol buffers under way.

use std::ops::Range;

use super::wire::packed_varint;

/// Room is made for so many bytes at once: few, so that they are near the processor when they are
/// written.
const STEP: usize = 1 << 14;
/// So many bytes are copied where fewer count, if they are there: most tags and shapes are shorter.
const AT_ONCE: usize = 64;

/// Bytes with room behind them. What is put is written whole, eight bytes or more, and counts as far
/// as is said: quicker than to copy what counts. A message that is cleared keeps its room.
#[derive(Default)]
pub(crate) struct Message {
    room: Vec<u8>,
    end: usize,
}

/// The room behind a message, as far as it was made, and how much of it counts.
pub(crate) struct Ahead<'a> {
    room: &'a mut [u8],
    end: usize,
}

impl Message {
    /// The bytes, without the room: who keeps them keeps no more.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.room.truncate(self.end);
        self.room.shrink_to_fit();
        self.room
    }

    pub(crate) const fn clear(&mut self) {
        self.end = 0;
    }

    pub(crate) const fn len(&self) -> usize {
        self.end
    }

    /// How many bytes it takes in memory.
    pub(crate) const fn room(&self) -> usize {
        self.room.capacity()
    }

    /// Keeps the first `len` bytes, if there are more.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.end = self.end.min(len);
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.room[..self.end]
    }

    /// Lets `write` put up to `most` bytes.
    #[expect(clippy::inline_always, reason = "a message in memory stalls whose end moves often")]
    #[inline(always)]
    pub(crate) fn write<T>(&mut self, most: usize, write: impl FnOnce(&mut Ahead<'_>) -> T) -> T {
        // What does not count is written, too.
        let most = most + AT_ONCE;
        if self.room.len().saturating_sub(self.end) < most {
            self.widen(most);
        }
        let mut ahead = Ahead { room: &mut self.room[self.end..], end: 0 };
        let given = write(&mut ahead);
        self.end += ahead.end;
        given
    }

    /// As [`Ahead::put`].
    #[inline]
    pub(crate) fn put(&mut self, bytes: u64, length: usize) {
        self.write(length, |ahead| ahead.put(bytes, length));
    }

    /// As [`Ahead::extend`].
    #[inline]
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.write(bytes.len(), |ahead| ahead.extend(bytes));
    }

    /// Moves the bytes of a range to an earlier place.
    pub(crate) fn copy_within(&mut self, range: Range<usize>, to: usize) {
        self.room.copy_within(range, to);
    }

    #[cold]
    fn widen(&mut self, more: usize) {
        let least = self.end + more;
        self.room.reserve(least.saturating_sub(self.room.len()));
        self.room.resize(self.room.capacity().min(least + STEP), 0);
    }
}

impl Ahead<'_> {
    /// Puts the lowest `length` of eight bytes, the first the lowest.
    #[inline]
    pub(crate) fn put(&mut self, bytes: u64, length: usize) {
        *self.place() = bytes.to_le_bytes();
        self.end += length;
    }

    /// Puts a varint of a number below 2^56.
    #[inline]
    pub(crate) fn varint(&mut self, value: u64) {
        let (bytes, length) = packed_varint(value);
        self.put(bytes, length);
    }

    /// Puts two varints of numbers below 2^56.
    #[inline]
    pub(crate) fn varints(&mut self, [one, other]: [u64; 2]) {
        if (one | other) < 1 << 14 {
            let [(one, length), (other, more)] = [one, other].map(packed_varint);
            self.put(one | other << (8 * length), length + more);
        } else {
            self.varint(one);
            self.varint(other);
        }
    }

    /// Puts a field whose value is a number below 2^56.
    #[inline]
    pub(crate) fn number(&mut self, key: u8, value: u64) {
        let (bytes, length) = packed_varint(value);
        *self.place() = (u128::from(key) | u128::from(bytes) << 8).to_le_bytes();
        self.end += 1 + length;
    }

    /// Puts bytes: up to 32 without a call, which takes longer than to copy them.
    #[inline]
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        match bytes.len() {
            16..=32 => self.put_ends::<16>(bytes),
            8..16 => self.put_ends::<8>(bytes),
            4..8 => self.put_ends::<4>(bytes),
            _ => self.put_all(bytes),
        }
    }

    /// Puts bytes of a message.
    #[inline]
    pub(crate) fn take_over(&mut self, from: &Message, range: Range<usize>) {
        let length = range.len();
        match from.room.get(range.start..).and_then(<[u8]>::first_chunk::<AT_ONCE>) {
            Some(bytes) if length <= AT_ONCE => {
                *self.place() = *bytes;
                self.end += length;
            }
            _ => self.put_all(&from.room[range]),
        }
    }

    /// Puts `N` to twice as many bytes: both ends, which overlap or touch.
    #[inline]
    fn put_ends<const N: usize>(&mut self, bytes: &[u8]) {
        let (Some(first), Some(last)) = (bytes.first_chunk::<N>(), bytes.last_chunk::<N>()) else {
            return;
        };
        *self.place() = *first;
        self.end += bytes.len() - N;
        *self.place() = *last;
        self.end += N;
    }

    fn put_all(&mut self, bytes: &[u8]) {
        self.room[self.end..][..bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// The place of the next `N` bytes.
    #[inline]
    fn place<const N: usize>(&mut self) -> &mut [u8; N] {
        self.room[self.end..].first_chunk_mut().expect("room was made for them")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::wire::varint;

    proptest! {
        #[test]
        fn what_is_put_stands_there_one_after_the_other(
            before in prop::collection::vec(any::<u8>(), 0..9),
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..90), 0..30),
            numbers in prop::collection::vec((0..1_u64 << 56, 0..56_u32), 0..30),
        ) {
            let (mut message, mut expected) = (Message::default(), before.clone());
            message.extend(&before);
            for bytes in &pieces {
                message.extend(bytes);
                expected.extend_from_slice(bytes);
            }
            message.write(numbers.len() * 30, |ahead| {
                for (number, shift) in &numbers {
                    let number = number >> shift;
                    ahead.number(0x18, number);
                    ahead.varints([number, number >> 5]);
                }
            });
            for (number, shift) in numbers {
                let number = number >> shift;
                expected.push(0x18);
                [number, number, number >> 5].iter().for_each(|n| varint(&mut expected, *n));
            }
            prop_assert_eq!(message.bytes(), &expected);
            let mut copy = Message::default();
            let mut from = 0;
            let mut take_over = |to| {
                copy.write(to - from, |ahead| ahead.take_over(&message, from..to));
                from = to;
            };
            let sums = pieces.iter().scan(0, |sum, bytes| {
                *sum += bytes.len();
                Some(*sum)
            });
            sums.for_each(&mut take_over);
            take_over(message.len());
            prop_assert_eq!(copy.into_bytes(), expected);
        }
    }
}
