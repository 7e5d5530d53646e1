//! Numbers that look like chance and are the same on every machine.

/// A `SplitMix64` sequence (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
/// OOPSLA 2014). One per purpose and entity, so that drawing more of one thing changes no other.
#[derive(Clone)]
pub(crate) struct Random(u64);

/// The mixing step of `SplitMix64`: each bit of the input changes half of the output's.
const fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The sequence of `seed` for `purpose`.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(mix(purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, fnv)))
    }

    /// The sequence of the thing with this number among those of the same purpose.
    pub(crate) fn of(&self, number: u64) -> Self {
        Self(mix(self.0 ^ mix(number.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The sequence of the thing with this name among those of the same purpose.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self::new(self.0, name)
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From 0 to before 1, in steps of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `from` to before `to`.
    pub(crate) fn range(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// A whole number, both ends included.
    pub(crate) fn whole(&mut self, from: i64, to: i64) -> i64 {
        self.range(from as f64, to as f64 + 1.0).floor() as i64
    }

    /// True with the probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of `items`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.whole(0, items.len() as i64 - 1) as usize]
    }

    /// The place of one of `weights`, each as likely as it weighs.
    pub(crate) fn weighed(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (i, weight) in weights.enumerate() {
            last = i;
            left -= weight;
            if left < 0.0 {
                break;
            }
        }
        last
    }

    /// A number between `least` and `most`, most often near `usual` (a triangular distribution).
    pub(crate) fn about(&mut self, [least, usual, most]: [f64; 3]) -> f64 {
        let (u, span) = (self.unit(), most - least);
        if span <= 0.0 {
            return usual;
        }
        let turn = (usual - least) / span;
        if u < turn {
            least + (u * span * (usual - least)).sqrt()
        } else {
            most - ((1.0 - u) * span * (most - usual)).sqrt()
        }
    }

    /// The items in an order of chance.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.whole(0, i as i64) as usize);
        }
    }
}

/// Smooth noise from about -1 to 1 with bumps of `length` metres (gradient noise: Perlin 1985).
pub(crate) fn noise(seed: u64, [x, y]: [f64; 2], length: f64) -> f64 {
    let (x, y) = (x / length, y / length);
    let (col, row) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (dx, dy) = (x - col, y - row);
    let (fx, fy) = (ease(dx), ease(dy));
    let corner = |i: i64, j: i64| {
        let (col, row) = (col as i64 + i, row as i64 + j);
        let bits = mix(seed ^ mix(col as u64 ^ mix(row as u64 ^ 0x5851_f42d_4c95_7f2d)));
        let part = |bits: u64| (bits & 0xffff) as f64 / 32_768.0 - 1.0;
        part(bits) * (dx - i as f64) + part(bits >> 16) * (dy - j as f64)
    };
    let south = corner(0, 0) * (1.0 - fx) + corner(1, 0) * fx;
    let north = corner(0, 1) * (1.0 - fx) + corner(1, 1) * fx;
    ((south * (1.0 - fy) + north * fy) * 1.9).clamp(-1.0, 1.0)
}

/// Noise of several sizes, from `length` metres down by halves.
pub(crate) fn rough(seed: u64, at: [f64; 2], length: f64, octaves: u32) -> f64 {
    let octave = |i: u32| {
        let part = f64::from(1u32 << i);
        noise(seed.wrapping_add(u64::from(i)), at, length / part) / part
    };
    (0..octaves).map(octave).sum::<f64>() * 0.5 / (1.0 - 1.0 / f64::from(1u32 << octaves))
}
