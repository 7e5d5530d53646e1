//! gzip (RFC 1952) of a whole tile in one go, for whoever does not read zstd.
//!
//! Tiles repeat short pieces among much that does not repeat, so the search keeps to what is quick:
//! one place for each hash, in a table that stays in the processor's first cache. Beside libdeflate's
//! first level it takes two thirds to four fifths of the time and 4 to 7 % more bytes (`benches/tile.rs`).

#![expect(clippy::inline_always, reason = "a call for each byte takes a twentieth more time")]

mod bits;
mod block;
mod huffman;
mod matches;
#[cfg(test)]
mod tests;

use bits::BitWriter;
use block::Codes;
use matches::{Sequence, Table};

/// Bytes that share their Huffman codes: keys, geometry and values of a tile differ in theirs.
const BLOCK: usize = 40 << 10;
/// What is left is not cut again unless it is this much: no block outgrows what can be stored as it is.
const LAST_BLOCK: usize = BLOCK + BLOCK / 2;
/// Bytes of one search: places within them are held in 32 bits.
const STRETCH: usize = 1 << 30;

/// Deflate, no name, no time, quickest, unknown system (RFC 1952, section 2.3).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255];
const TRAILER: usize = 8;

/// What compressing works in; made once and used for many tiles.
#[derive(Default)]
pub(super) struct Deflater {
    table: Table,
    sequences: Vec<Sequence>,
    /// Room for what is written.
    room: Vec<u8>,
}

impl Deflater {
    /// `input` as gzip. Equal input gives equal bytes, whatever was compressed before.
    pub(super) fn gzip(&mut self, input: &[u8]) -> Vec<u8> {
        let most = HEADER.len() + block::most(input.len()) + TRAILER;
        if self.room.len() < most {
            self.room.resize(most, 0);
        }
        self.room[..HEADER.len()].copy_from_slice(&HEADER);
        let mut bits = BitWriter::new(&mut self.room, HEADER.len());
        let mut left = input;
        loop {
            let (stretch, after) = left.split_at(left.len().min(STRETCH));
            let last = after.is_empty();
            self.table.clear();
            write(stretch, last, &mut self.table, &mut self.sequences, &mut bits);
            left = after;
            if last {
                break;
            }
        }
        let end = bits.finish();
        self.room[end..end + 4].copy_from_slice(&crc32fast::hash(input).to_le_bytes());
        self.room[end + 4..end + TRAILER].copy_from_slice(&(input.len() as u32).to_le_bytes());
        self.room[..end + TRAILER].to_vec()
    }

    /// Gives back what a large input took beyond `most` bytes.
    pub(super) fn trim(&mut self, most: usize) {
        if self.room.len() > most {
            self.room = Vec::new();
        }
    }
}

/// Writes one stretch, block by block; `last` says that the input ends with it.
fn write(
    stretch: &[u8],
    last: bool,
    table: &mut Table,
    sequences: &mut Vec<Sequence>,
    bits: &mut BitWriter<'_>,
) {
    let mut start = 0;
    loop {
        let left = stretch.len() - start;
        let end = if left < LAST_BLOCK { stretch.len() } else { start + BLOCK };
        let counts = matches::find(stretch, start..end, table, sequences);
        let is_last = last && end == stretch.len();
        block::write(&stretch[start..end], sequences, &Codes::new(&counts), is_last, bits);
        start = end;
        if start == stretch.len() {
            break;
        }
    }
}
