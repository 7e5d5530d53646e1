//! Numbers that look like chance and are the same on every machine.

/// A `SplitMix64` sequence (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
/// OOPSLA 2014). One per purpose, so that drawing more of one thing changes no other.
pub(super) struct Random(u64);

impl Random {
    /// The sequence of `seed` for `purpose`.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let mut random = Self(purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, fnv));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to before 1, in steps of 2^-53.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `from` to before `to`.
    pub(super) fn range(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A whole number, both ends included.
    pub(super) fn whole(&mut self, from: i64, to: i64) -> i64 {
        self.range(from as f64, to as f64 + 1.0).floor() as i64
    }

    /// True with the probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of `items`, which must not be empty.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.whole(0, items.len() as i64 - 1) as usize]
    }
}
