//! The parts of protocol buffers' wire format that MVT 2.1 needs
//! (<https://protobuf.dev/programming-guides/encoding/>).

/// A field whose value is a varint.
pub(super) const VARINT: u8 = 0;
/// A field of 8 bytes.
pub(super) const FIXED_64: u8 = 1;
/// A field with a length before it.
pub(super) const LENGTH: u8 = 2;
/// A field of 4 bytes.
pub(super) const FIXED_32: u8 = 5;

/// The key of field `number` (below 16, so that it takes one byte).
pub(super) const fn key(number: u8, wire_type: u8) -> u8 {
    (number << 3) | wire_type
}

/// Appends a base-128 varint.
pub(super) fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// How many bytes [`varint`] appends.
pub(super) const fn varint_len(value: u64) -> usize {
    (63 - (value | 1).leading_zeros() as usize) / 7 + 1
}

/// Small numbers of either sign as small numbers.
pub(super) const fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

/// As [`zigzag`], of 64 bits.
pub(super) const fn zigzag_64(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Appends a field whose value is bytes.
pub(super) fn bytes(out: &mut Vec<u8>, number: u8, value: &[u8]) {
    out.push(key(number, LENGTH));
    varint(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// Length of a field whose value is `len` bytes.
pub(super) const fn bytes_len(len: usize) -> usize {
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
            let back = out.iter().rev().fold(0u64, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
            prop_assert_eq!(back, value);
        }
    }

    #[test]
    fn zigzag_alternates_signs() {
        assert_eq!([0, -1, 1, -2, i32::MIN].map(zigzag), [0, 1, 2, 3, u32::MAX]);
        assert_eq!([0, -1, i64::MIN].map(zigzag_64), [0, 1, u64::MAX]);
    }
}
