//! The parts of protocol buffers' wire format that vector tiles (MVT 2.1) need
//! (<https://protobuf.dev/programming-guides/encoding/>).

/// A field whose value is a varint.
pub(crate) const VARINT: u8 = 0;
/// A field of 8 bytes.
pub(crate) const FIXED_64: u8 = 1;
/// A field with a length before it.
pub(crate) const LENGTH: u8 = 2;
/// A field of 4 bytes.
pub(crate) const FIXED_32: u8 = 5;

/// The key of field `number` (below 16, so that it takes one byte).
pub(crate) const fn key(number: u8, wire_type: u8) -> u8 {
    (number << 3) | wire_type
}

/// Appends a base-128 varint.
pub(crate) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A varint of a number below 2^56: its bytes, the first the lowest, and how many there are. Groups
/// of seven bits are moved apart by halves, then by quarters, then by eighths; most numbers have one
/// group or two.
#[inline]
pub(crate) const fn packed_varint(value: u64) -> (u64, usize) {
    if value < 1 << 14 {
        let goes_on = (value >= 1 << 7) as u64;
        return (value & 0x7f | goes_on << 7 | value >> 7 << 8, 1 + goes_on as usize);
    }
    let halves = value & 0x0fff_ffff | (value & 0x00ff_ffff_f000_0000) << 4;
    let quarters = halves & 0x0000_3fff_0000_3fff | (halves & 0x0fff_c000_0fff_c000) << 2;
    let eighths = quarters & 0x007f_007f_007f_007f | (quarters & 0x3f80_3f80_3f80_3f80) << 1;
    let length = varint_len(value);
    let goes_on = 0x0080_8080_8080_8080 & ((1 << (8 * (length - 1))) - 1);
    (eighths | goes_on, length)
}

/// The varint that `bytes` begin with, and how many bytes it takes.
pub(crate) fn read_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if *byte < 0x80 {
            return Some((value, index + 1));
        }
    }
    None
}

/// How many bytes [`varint`] appends.
pub(crate) const fn varint_len(value: u64) -> usize {
    // A seventh of the bits, rounded up, without a division.
    let bits = 64 - (value | 1).leading_zeros() as usize;
    (bits * 9 + 64) / 64
}

/// Small numbers of either sign as small numbers.
pub(crate) const fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// As [`zigzag`], of 64 bits.
pub(crate) const fn zigzag_64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// What [`zigzag_64`] makes of a number, taken back.
pub(crate) const fn zigzag_64_back(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Appends a field whose value is bytes.
pub(crate) fn bytes(out: &mut Vec<u8>, number: u8, value: &[u8]) {
    out.push(key(number, LENGTH));
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// Length of a field whose value is `len` bytes.
pub(crate) const fn bytes_len(len: usize) -> usize {
    1 + varint_len(len as u64) + len
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_varint_is_as_long_as_said(value in any::<u64>(), shift in 0..64) {
            let value = value >> shift;
            let mut out = Vec::new();
            varint(&mut out, value);
            prop_assert_eq!(out.len(), varint_len(value));
            prop_assert_eq!(read_varint(&out), Some((value, out.len())));
            let small = value >> 8;
            let (packed, length) = packed_varint(small);
            out.clear();
            varint(&mut out, small);
            prop_assert_eq!(&packed.to_le_bytes()[..length], &out[..]);
            prop_assert_eq!(zigzag_64(zigzag_64_back(value)), value);
        }
    }

    #[test]
    fn zigzag_alternates_signs() {
        assert_eq!([0, -1, 1, -2, i32::MIN].map(zigzag), [0, 1, 2, 3, u32::MAX]);
        assert_eq!([0, -1, i64::MIN].map(zigzag_64), [0, 1, u64::MAX]);
    }
}
