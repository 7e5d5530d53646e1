//! Bits one after the other, the first one lowest (RFC 1951, section 3.1.1).

/// Most bits that may be added between two flushes.
pub(super) const MOST_PENDING: u32 = 57;

/// Writes into room that is large enough; what would go beyond it is dropped.
pub(super) struct BitWriter<'a> {
    room: &'a mut [u8],
    at: usize,
    pending: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    /// Writes from byte `at` of `room`.
    pub(super) fn new(room: &'a mut [u8], at: usize) -> Self {
        Self { room, at, pending: 0, count: 0 }
    }

    /// Adds the lowest `count` bits of `bits`, the others of which are 0.
    #[inline(always)]
    pub(super) fn add(&mut self, bits: u32, count: u32) {
        debug_assert!(self.count + count < 64 && u64::from(bits) >> count == 0);
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
    }

    /// Writes whole bytes, so that at least [`MOST_PENDING`] bits have room. Eight bytes are written,
    /// and those that are not whole yet are written again by the next.
    #[inline(always)]
    pub(super) fn flush(&mut self) {
        let (from, to) = (self.at, self.at + 8);
        if let Some(room) = self.room.get_mut(from..to) {
            room.copy_from_slice(&self.pending.to_le_bytes());
        }
        self.at += (self.count >> 3) as usize;
        self.pending >>= self.count & !7;
        self.count &= 7;
    }

    /// Fills up to the next whole byte with 0.
    pub(super) fn align(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Bytes as they are; to be called where a byte begins.
    pub(super) fn copy(&mut self, bytes: &[u8]) {
        debug_assert_eq!(self.count, 0);
        self.room[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// The byte after the last one.
    pub(super) fn finish(mut self) -> usize {
        self.align();
        self.at
    }
}
