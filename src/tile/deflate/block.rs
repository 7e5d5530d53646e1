//! One block: its codes, and what they say (RFC 1951, section 3.2).

use super::bits::{BitWriter, MOST_PENDING};
use super::huffman::{self, Code};
use super::matches::{Counts, Sequence};

/// Longest code of a byte or a length: four of them have room between two flushes.
const LONGEST_LITERAL: usize = 14;
const LONGEST_DISTANCE: usize = 15;
const LONGEST_OF_LENGTHS: usize = 7;
const _: () = assert!(4 * LONGEST_LITERAL as u32 <= MOST_PENDING);
// A length and a distance with their extra bits.
const _: () = assert!((LONGEST_LITERAL + 5 + LONGEST_DISTANCE + 13) as u32 <= MOST_PENDING);

/// The symbol that ends a block.
pub(super) const END: usize = 256;
/// Most bytes of a block that is stored as it is.
const MOST_STORED: usize = u16::MAX as usize;
/// The order in which lengths of codes of lengths are sent (section 3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Most bytes that `input` bytes become: blocks that gain nothing are stored, and the writer needs
/// a word's room behind them.
pub(super) fn most(input: usize) -> usize {
    input + (input / super::BLOCK + 1) * 6 + 16
}

/// Symbol, extra bits and how many for a distance less one.
#[inline(always)]
pub(super) fn distance_symbol(distance: u32) -> (usize, u32, u32) {
    if distance < 4 {
        return (distance as usize, 0, 0);
    }
    let extra = distance.ilog2() - 1;
    ((2 * extra + (distance >> extra)) as usize, distance & ((1 << extra) - 1), extra)
}

/// Symbol, extra bits and how many for a length of 3 to 258.
pub(super) const fn length_symbol(length: u32) -> (usize, u32, u32) {
    match length - 3 {
        255 => (285, 0, 0),
        rest @ 0..8 => (257 + rest as usize, 0, 0),
        rest => {
            let extra = rest.ilog2() - 2;
            ((257 + 4 * extra + (rest >> extra)) as usize, rest & ((1 << extra) - 1), extra)
        }
    }
}

/// The codes of a block, and how they are said.
pub(super) struct Codes {
    literals: [Code; 286],
    distances: [Code; 30],
    header: Header,
    /// Bits of all that is said with them, and of the header.
    cost: u64,
}

/// Lengths of codes, run by run: symbol, extra bits and how many.
struct Header {
    runs: Vec<(u8, u8, u8)>,
    literals: usize,
    distances: usize,
    lengths: [u8; 19],
}

impl Codes {
    pub(super) fn new(counts: &Counts) -> Self {
        let literals = huffman::lengths(&counts.literals, LONGEST_LITERAL);
        let distances = huffman::lengths(&counts.distances, LONGEST_DISTANCE);
        let header = Header::new(&literals, &distances);
        let mut cost = header.cost();
        for (symbol, (length, count)) in literals.iter().zip(counts.literals).enumerate() {
            let extra = if (265..285).contains(&symbol) { (symbol as u64 - 261) / 4 } else { 0 };
            cost += (u64::from(*length) + extra) * u64::from(count);
        }
        for (symbol, (length, count)) in distances.iter().zip(counts.distances).enumerate() {
            let extra = (symbol as u64 / 2).saturating_sub(1);
            cost += (u64::from(*length) + extra) * u64::from(count);
        }
        let (literals, distances) = (huffman::codes(&literals), huffman::codes(&distances));
        Self { literals, distances, header, cost }
    }
}

impl Header {
    fn new(literals: &[u8; 286], distances: &[u8; 30]) -> Self {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|length| *length > 0).map_or(least, |last| least.max(last + 1))
        };
        let (of_literals, of_distances) = (used(literals, 257), used(distances, 1));
        let lengths = [&literals[..of_literals], &distances[..of_distances]].concat();
        let mut runs = Vec::with_capacity(lengths.len());
        for run in lengths.chunk_by(|a, b| a == b) {
            add_run(run[0], run.len(), &mut runs);
        }
        let mut counts = [0; 19];
        runs.iter().for_each(|(symbol, ..)| counts[usize::from(*symbol)] += 1);
        let lengths = huffman::lengths(&counts, LONGEST_OF_LENGTHS);
        Self { runs, literals: of_literals, distances: of_distances, lengths }
    }

    /// How many lengths of codes of lengths are sent.
    fn sent(&self) -> usize {
        ORDER.iter().rposition(|symbol| self.lengths[*symbol] > 0).map_or(4, |last| 4.max(last + 1))
    }

    /// In bits.
    fn cost(&self) -> u64 {
        let of_run = |(symbol, _, extra): &(u8, u8, u8)| {
            u64::from(self.lengths[usize::from(*symbol)] + extra)
        };
        17 + 3 * self.sent() as u64 + self.runs.iter().map(of_run).sum::<u64>()
    }

    fn write(&self, bits: &mut BitWriter<'_>) {
        let sent = self.sent();
        bits.add(self.literals as u32 - 257, 5);
        bits.add(self.distances as u32 - 1, 5);
        bits.add(sent as u32 - 4, 4);
        for symbol in &ORDER[..sent] {
            bits.flush();
            bits.add(u32::from(self.lengths[*symbol]), 3);
        }
        let codes = huffman::codes(&self.lengths);
        for (symbol, extra, count) in &self.runs {
            let code = codes[usize::from(*symbol)];
            bits.flush();
            bits.add(code.bits(), code.length());
            bits.add(u32::from(*extra), u32::from(*count));
        }
        bits.flush();
    }
}

/// A run of equal lengths, as few symbols say it.
fn add_run(length: u8, mut left: usize, runs: &mut Vec<(u8, u8, u8)>) {
    if length > 0 {
        runs.push((length, 0, 0));
        left -= 1;
    }
    while left >= 3 {
        let (symbol, least, most, extra) = match (length, left) {
            (0, 11..) => (18, 11, 138, 7),
            (0, _) => (17, 3, 10, 3),
            _ => (16, 3, 6, 2),
        };
        let taken = left.min(most);
        runs.push((symbol, (taken - least) as u8, extra));
        left -= taken;
    }
    runs.extend(std::iter::repeat_n((length, 0, 0), left));
}

/// Writes a block of `bytes`, of which `sequences` are the beginning.
pub(super) fn write(
    bytes: &[u8],
    sequences: &[Sequence],
    codes: &Codes,
    is_last: bool,
    bits: &mut BitWriter<'_>,
) {
    bits.add(u32::from(is_last), 1);
    if codes.cost.div_ceil(8) > bytes.len() as u64 && bytes.len() <= MOST_STORED {
        return store(bytes, bits);
    }
    bits.add(2, 2);
    codes.header.write(bits);
    let mut lengths = [Code::default(); 259];
    for (length, code) in (0..).zip(&mut lengths).skip(3) {
        let (symbol, extra, count) = length_symbol(length);
        *code = codes.literals[symbol].with_extra(extra, count);
    }
    let mut left = bytes;
    for sequence in sequences {
        let (literals, after) = left.split_at(sequence.literals as usize);
        add_literals(literals, &codes.literals, bits);
        let length = lengths[usize::from(sequence.length)];
        bits.add(length.bits(), length.length());
        let (symbol, extra, count) = distance_symbol(u32::from(sequence.distance));
        let distance = codes.distances[symbol];
        bits.add(distance.bits(), distance.length());
        bits.add(extra, count);
        bits.flush();
        left = &after[usize::from(sequence.length)..];
    }
    add_literals(left, &codes.literals, bits);
    bits.add(codes.literals[END].bits(), codes.literals[END].length());
    bits.flush();
}

#[inline(always)]
fn add_literals(bytes: &[u8], codes: &[Code; 286], bits: &mut BitWriter<'_>) {
    let mut fours = bytes.chunks_exact(4);
    for four in &mut fours {
        for &byte in four {
            let code = codes[usize::from(byte)];
            bits.add(code.bits(), code.length());
        }
        bits.flush();
    }
    for &byte in fours.remainder() {
        let code = codes[usize::from(byte)];
        bits.add(code.bits(), code.length());
    }
    bits.flush();
}

/// Bytes as they are (section 3.2.4); the bit that says whether it is the last block is written.
fn store(bytes: &[u8], bits: &mut BitWriter<'_>) {
    bits.add(0, 2);
    bits.align();
    let length = bytes.len() as u16;
    bits.copy(&length.to_le_bytes());
    bits.copy(&(!length).to_le_bytes());
    bits.copy(bytes);
}
