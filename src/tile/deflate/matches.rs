//! The search for what was there before.

use std::ops::Range;

use super::block::{END, distance_symbol, length_symbol};

/// Places for hashes, as a power of two: 8 kB, so that the search stays in the first cache. Twice as
/// many find 1 % more in 12 % more time.
const HASH_BITS: u32 = 12;
/// Least length of a match: shorter ones save next to nothing over their own bytes.
const LEAST: usize = 5;
/// Longest that deflate can say, and farthest.
const LONGEST: usize = 258;
const FARTHEST: usize = 32 << 10;
/// How long nothing is found until steps become longer by one, as a power of two.
const PATIENCE: u32 = 6;
/// The search ends this far from the end, so that it reads whole words.
const MARGIN: usize = 12;

/// Bytes as they are, then a repetition of earlier ones.
pub(super) struct Sequence {
    pub(super) literals: u32,
    pub(super) length: u16,
    /// Less one.
    pub(super) distance: u16,
}

/// How often each symbol occurs in a block.
pub(super) struct Counts {
    /// Bytes, the end, and lengths.
    pub(super) literals: [u32; 286],
    pub(super) distances: [u32; 30],
}

impl Default for Counts {
    fn default() -> Self {
        Self { literals: [0; 286], distances: [0; 30] }
    }
}

/// Where each hash was seen last, the lowest bits of it: enough for the reach of deflate, as what
/// lies there is compared anyway.
pub(super) struct Table([u16; 1 << HASH_BITS]);

impl Default for Table {
    fn default() -> Self {
        Self([0; 1 << HASH_BITS])
    }
}

impl Table {
    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    #[inline(always)]
    fn slot(&mut self, word: u64) -> &mut u16 {
        let hash = (word << (64 - 8 * LEAST)).wrapping_mul(0x9E37_79B1_85EB_CA87);
        &mut self.0[(hash >> (64 - HASH_BITS)) as usize]
    }
}

/// Eight bytes from `at` on, 0 where there are no eight.
#[inline(always)]
fn word(input: &[u8], at: u32) -> u64 {
    let at = at as usize;
    let bytes = input.get(at..at + 8).and_then(|bytes| bytes.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Puts into `sequences` what of `input[block]` repeats earlier bytes of `input`, and counts the
/// symbols that say so. What is left after the last sequence are bytes as they are. `input` has
/// less than 4 GB.
pub(super) fn find(
    input: &[u8],
    block: Range<usize>,
    table: &mut Table,
    sequences: &mut Vec<Sequence>,
) -> Counts {
    sequences.clear();
    let mut counts = Counts::default();
    let mut tallies = [[0; 256]; 4];
    let limit = block.end.saturating_sub(MARGIN);
    let (mut at, mut from) = (block.start, block.start);
    let mut tries = 1 << PATIENCE;
    while at < limit {
        let here = word(input, at as u32);
        let slot = table.slot(here);
        let distance = usize::from((at as u16).wrapping_sub(*slot));
        *slot = at as u16;
        let differ = word(input, (at as u32).saturating_sub(distance as u32)) ^ here;
        // What nearly always decides stands first.
        if differ << (64 - 8 * LEAST) != 0 || distance == 0 || distance > FARTHEST.min(at) {
            at += (tries >> PATIENCE) as usize;
            tries += 1;
            continue;
        }
        tries = 1 << PATIENCE;
        let mut begin = at;
        while begin > from.max(distance) && input[begin - 1] == input[begin - 1 - distance] {
            begin -= 1;
        }
        let length = repeated(input, begin, at, distance, block.end);
        tally(&mut tallies, &input[from..begin]);
        counts.literals[usize::from(LENGTH_SYMBOLS[length])] += 1;
        counts.distances[distance_symbol(distance as u32 - 1).0] += 1;
        sequences.push(Sequence {
            literals: (begin - from) as u32,
            length: length as u16,
            distance: (distance - 1) as u16,
        });
        from = begin + length;
        if from < limit {
            [at + 1, from - 2].into_iter().for_each(|at| {
                *table.slot(word(input, at as u32)) = at as u16;
            });
        }
        at = from;
    }
    tally(&mut tallies, &input[from..block.end]);
    for (byte, count) in counts.literals[..END].iter_mut().enumerate() {
        *count = tallies.iter().map(|tally| tally[byte]).sum();
    }
    counts.literals[END] = 1;
    counts
}

/// How far the bytes from `begin` on, known to repeat as far as `LEAST` beyond `known`, are those
/// `distance` before them; not beyond `end`.
#[inline(always)]
fn repeated(input: &[u8], begin: usize, known: usize, distance: usize, end: usize) -> usize {
    let most = LONGEST.min(end - begin);
    let mut length = known - begin + LEAST;
    while length < most {
        let at = begin + length;
        if at + 8 > input.len() {
            while length < most && input[begin + length] == input[begin + length - distance] {
                length += 1;
            }
            break;
        }
        let differ = word(input, at as u32) ^ word(input, (at - distance) as u32);
        if differ != 0 {
            length += (differ.trailing_zeros() >> 3) as usize;
            break;
        }
        length += 8;
    }
    length.min(most)
}

/// Counts bytes, neighbours apart from one another: equal ones then do not wait for each other.
#[inline(always)]
fn tally(tallies: &mut [[u32; 256]; 4], bytes: &[u8]) {
    let mut fours = bytes.chunks_exact(4);
    for four in &mut fours {
        for (tally, &byte) in tallies.iter_mut().zip(four) {
            tally[usize::from(byte)] += 1;
        }
    }
    for &byte in fours.remainder() {
        tallies[0][usize::from(byte)] += 1;
    }
}

/// The symbol of each length.
static LENGTH_SYMBOLS: [u16; LONGEST + 1] = {
    let mut symbols = [0; LONGEST + 1];
    let mut length = 3;
    while length <= LONGEST {
        symbols[length] = length_symbol(length as u32).0 as u16;
        length += 1;
    }
    symbols
};
