//! What the check found, as bytes for the store: rows by the size of their records.

use super::super::Header;
use super::{Checked, Findings, PREFIX, WITHDRAWN};

/// Names this layout.
const FORMAT: [u8; 8] = [b'o', b'm', b'c', b'h', b'k', 0, 0, Checked::VERSION as u8];

/// Bytes at each end of a file that its seal covers.
const SEALED: usize = 64 * 1024;

/// Records whose size prefix the seal covers.
const SAMPLES: usize = 64;

/// Names `file` as cut into records at `offsets`: a hash over its size, its two ends, every offset,
/// and the sizes of records spread over it. Not a hash of the whole file, which a warm start should
/// not read: the store's fingerprint is that. It is here so that what was saved for one file is
/// never used on another, nor after it was damaged.
pub(super) fn seal(file: &[u8], offsets: &[u64]) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&(file.len() as u64).to_le_bytes());
    hash.update(file.get(..SEALED).unwrap_or(file));
    hash.update(file.get(file.len().saturating_sub(SEALED)..).unwrap_or(file));
    hash.update(bytemuck::cast_slice(offsets));
    let step = offsets.len().div_ceil(SAMPLES).max(1);
    for offset in offsets.iter().step_by(step) {
        let at = (offset & !WITHDRAWN) as usize;
        hash.update(at.checked_add(PREFIX).and_then(|end| file.get(at..end)).unwrap_or(&[]));
    }
    hash.digest()
}

impl Checked {
    /// As bytes for the store: a size for each row but the last, the withdrawn rows, the seal, and
    /// what is to be told as JSON. Numbers are little-endian, 4 bytes each but for the seal's 8.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let plain: Vec<u64> = self.offsets.iter().map(|offset| offset & !WITHDRAWN).collect();
        let withdrawn = (0u32..).zip(&self.offsets).filter(|(_, offset)| *offset & WITHDRAWN != 0);
        let mut out = FORMAT.to_vec();
        out.extend(self.seal.to_le_bytes());
        out.extend(self.rows().to_le_bytes());
        out.extend(self.findings.withdrawn.to_le_bytes());
        let sizes =
            plain.iter().zip(plain.iter().skip(1)).map(|(from, to)| to - from - PREFIX as u64);
        out.extend(sizes.flat_map(|size| (size as u32).to_le_bytes()));
        out.extend(withdrawn.flat_map(|(row, _)| row.to_le_bytes()));
        // Plain data cannot fail; if it did, `load` would find nothing and the check be done again.
        out.extend(serde_json::to_vec(&self.findings).unwrap_or_default());
        out
    }

    /// From the bytes of [`Checked::save`]; `None` if they are not that, or not of this `file`.
    #[must_use]
    pub fn load(saved: &[u8], file: &[u8]) -> Option<(Header, Self)> {
        let mut rest = saved.strip_prefix(&FORMAT)?;
        let (seal, rows) = (u64::from_le_bytes(take(&mut rest)?), take(&mut rest)?);
        let (rows, withdrawn) = (u32::from_le_bytes(rows), u32::from_le_bytes(take(&mut rest)?));
        let (sizes, rest) = words(rest, rows.saturating_sub(1))?;
        let (withdrawn, rest) = words(rest, withdrawn)?;
        let header = Header::of(file).ok()?;
        let mut offsets = Vec::with_capacity(rows as usize);
        let mut at = header.features_at as u64;
        if rows > 0 {
            offsets.push(at);
        }
        for size in sizes {
            at += PREFIX as u64 + u64::from(u32::from_le_bytes(*size));
            offsets.push(at);
        }
        for row in withdrawn {
            *offsets.get_mut(u32::from_le_bytes(*row) as usize)? |= WITHDRAWN;
        }
        let findings: Findings = serde_json::from_slice(rest).ok()?;
        let checked = Self { offsets, seal, findings };
        checked.is_of(file).then_some((header, checked))
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*head)
}

/// The first `count` words of 4 bytes, and what follows them.
fn words(bytes: &[u8], count: u32) -> Option<(&[[u8; 4]], &[u8])> {
    let (words, rest) = bytes.split_at_checked((count as usize).checked_mul(4)?)?;
    Some((words.as_chunks().0, rest))
}
