//! A quadtree of square cells over the world square. Each cell has one sample point, which is also
//! that of one of its four children, so that whoever owns the points of a level owns those of the
//! levels above it; which child that is, and the point in a cell of the deepest level, are chosen
//! by hashes. Points so chosen stand for area without bias, and regular rows of things do not beat
//! with them.

use super::Fixed;

/// The deepest level: cells 2^8 units wide, about 2.4 m at the equator.
pub const MAX_LEVEL: u8 = 24;

/// Bits of a position inside a cell of the deepest level.
const INNER_BITS: u32 = 32 - MAX_LEVEL as u32;

/// A cell's place on the Z-order curve of its level (Morton 1966): the bits of its column and its
/// row by turns, the column's lower. The children of cell `c` are `4 c` to `4 c + 3`.
pub type Code = u64;

/// Cells that follow each other on the curve of their level.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cells {
    /// The first.
    pub first: Code,
    /// How many, at most a block of 4096.
    pub count: u32,
}

impl Cells {
    /// Their codes.
    #[must_use]
    pub fn codes(self) -> std::ops::Range<Code> {
        self.first..self.first + u64::from(self.count)
    }
}

/// The code of a cell.
#[must_use]
pub const fn code([column, row]: [u32; 2]) -> Code {
    spread(column) | spread(row) << 1
}

/// The column and row of a cell.
#[must_use]
pub const fn column_row(code: Code) -> [u32; 2] {
    [gather(code), gather(code >> 1)]
}

/// Which of a cell's children, 0 to 3, has the cell's point. `level` is the cell's.
#[must_use]
pub const fn chosen_child(level: u8, code: Code) -> Code {
    mix(code | (level as u64) << 56) & 3
}

/// A cell's sample point.
#[must_use]
pub fn sample_point(level: u8, code: Code) -> Fixed {
    let deepest =
        (level..MAX_LEVEL).fold(code, |code, level| code << 2 | chosen_child(level, code));
    let hash = mix(deepest | u64::from(MAX_LEVEL) << 56) as u32;
    let inner = [hash, hash >> INNER_BITS].map(|bits| bits & ((1 << INNER_BITS) - 1));
    let [column, row] = column_row(deepest);
    [column << INNER_BITS | inner[0], row << INNER_BITS | inner[1]]
}

/// Spreads numbers evenly over 64 bits, no two to the same (the finalizer of `SplitMix64`, Steele,
/// Lea and Flood 2014).
#[must_use]
pub const fn mix(key: u64) -> u64 {
    let key = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}

/// The bits of a number with a zero before each.
const fn spread(bits: u32) -> u64 {
    let bits = bits as u64;
    let bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
    let bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
    let bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
    (bits | bits << 1) & 0x5555_5555_5555_5555
}

/// Every other bit: what [`spread`] undoes.
const fn gather(bits: u64) -> u32 {
    let bits = bits & 0x5555_5555_5555_5555;
    let bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    let bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    let bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff;
    let bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff;
    (bits | bits >> 16) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_names_column_and_row(at in any::<[u32; 2]>()) {
            prop_assert_eq!(column_row(code(at)), at);
        }

        #[test]
        fn a_cell_holds_its_point_and_shares_it_with_the_chosen_child(
            at in any::<[u32; 2]>(),
            level in 0..MAX_LEVEL,
        ) {
            let place = at.map(|v| v.checked_shr(32 - u32::from(level)).unwrap_or(0));
            let own = code(place);
            let point = sample_point(level, own);
            prop_assert_eq!(point.map(|v| v.checked_shr(32 - u32::from(level)).unwrap_or(0)), place);
            let child = own << 2 | chosen_child(level, own);
            prop_assert_eq!(sample_point(level + 1, child), point);
        }
    }

    #[test]
    fn points_spread_evenly_over_their_cells() {
        let mut quarters = [0_u32; 16];
        for cell in 0..160_000 {
            let point = sample_point(10, cell).map(|v| v >> 20 & 3);
            quarters[(point[0] << 2 | point[1]) as usize] += 1;
        }
        // 10,000 expected, with a deviation of 97.
        assert!(quarters.iter().all(|count| (9_600..10_400).contains(count)), "{quarters:?}");
    }
}
