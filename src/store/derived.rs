//! Derived data: its name and its seal.

use crate::model::Fingerprint;

/// Names what is derived from a file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Derivation {
    /// The file.
    pub of: Fingerprint,
    /// What it is: a word.
    pub kind: &'static str,
    /// Version of its format.
    pub version: u32,
    /// Hash of whatever else it was made from.
    pub hash: u128,
}

impl Derivation {
    /// Its file name.
    pub(super) fn name(&self) -> String {
        format!("{}-{}-{:032x}", self.kind, self.version, self.hash)
    }
}

const MAGIC: u64 = u64::from_le_bytes(*b"onemap\0\x01");
/// Bytes of the seal: XXH3-64 of the bytes before it, their number, the magic.
pub(super) const SEAL: usize = 24;

/// What follows `bytes` in their file, so that a damaged or half-written one is noticed.
pub(super) fn seal(bytes: &[u8]) -> [u8; SEAL] {
    let mut out = [0; SEAL];
    let parts = [xxhash_rust::xxh3::xxh3_64(bytes), bytes.len() as u64, MAGIC];
    for (slot, part) in out.chunks_exact_mut(8).zip(parts) {
        slot.copy_from_slice(&part.to_le_bytes());
    }
    out
}

/// How many of the bytes are before the seal, if they are whole.
pub(super) fn unseal(sealed: &[u8]) -> Option<usize> {
    let length = sealed.len().checked_sub(SEAL)?;
    let (bytes, end) = sealed.split_at_checked(length)?;
    (end == seal(bytes)).then_some(length)
}
