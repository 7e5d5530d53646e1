//! Everything that goes in comes out of another's decompressor; codes have room and are of least cost.

use std::io::Read;

use flate2::read::GzDecoder;
use proptest::prelude::*;

use super::huffman::{codes, lengths};
use super::{BLOCK, Deflater, LAST_BLOCK};

fn round_trip(deflater: &mut Deflater, input: &[u8]) -> Vec<u8> {
    let compressed = deflater.gzip(input);
    let (mut decoder, mut out) = (GzDecoder::new(&compressed[..]), Vec::new());
    decoder.read_to_end(&mut out).unwrap();
    assert!(decoder.into_inner().is_empty(), "nothing follows the end");
    assert!(out == input, "{} bytes come back as they were", input.len());
    compressed
}

/// Bytes without any order, the same for equal seeds.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let next = |state: &u64| Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    let states = std::iter::successors(Some(seed), next);
    states.skip(1).map(|state| (state >> 56) as u8).take(length).collect()
}

/// Noise of few values, pieces of earlier bytes at any distance, and runs.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = (0u8..4, any::<u64>(), 1usize..4000);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| {
        let mut out: Vec<u8> = Vec::new();
        for (kind, seed, length) in pieces {
            match kind {
                0 => out.extend(noise(seed, length)),
                1 => out.extend(noise(seed, length).iter().map(|byte| byte & 7)),
                2 => out.extend(std::iter::repeat_n(seed as u8, length)),
                _ if out.is_empty() => {}
                _ => {
                    let from = seed as usize % out.len();
                    out.extend_from_within(from..out.len().min(from + length % 300));
                }
            }
        }
        out
    })
}

proptest! {
    #[test]
    fn what_goes_in_comes_out(inputs in prop::collection::vec(pieces(), 1..4)) {
        let mut deflater = Deflater::default();
        for input in &inputs {
            let used = round_trip(&mut deflater, input);
            prop_assert!(used == Deflater::default().gzip(input), "what came before does not matter");
        }
    }

    #[test]
    fn codes_have_room_and_cost_least(
        counts in prop::array::uniform30(prop_oneof![Just(0u32), 1u32..10, 1u32..100_000]),
        most in 5usize..=15,
    ) {
        let found = lengths(&counts, most);
        let used = counts.iter().filter(|count| **count > 0).count();
        let sum: u64 = found.iter().filter(|l| **l > 0).map(|l| 1 << (15 - l)).sum();
        prop_assert!(found.iter().all(|length| usize::from(*length) <= most));
        prop_assert!((0..30).all(|i| (counts[i] > 0) == (found[i] > 0)));
        prop_assert_eq!(sum, match used { 0 => 0, 1 => 1 << 14, _ => 1 << 15 });
        let cost = |lengths: &[u8]| -> u64 {
            lengths.iter().zip(counts).map(|(l, c)| u64::from(*l) * u64::from(c)).sum()
        };
        let least = least_cost(&counts);
        let longest = found.iter().max().map_or(0, |length| usize::from(*length));
        // Where the bound did not cut, none costs less.
        prop_assert!(cost(&found) >= least);
        prop_assert!(longest == most || cost(&found) == least);
    }
}

/// Cost of Huffman's code, by taking the two lightest again and again.
fn least_cost(counts: &[u32]) -> u64 {
    let mut weights: Vec<u64> = counts.iter().filter(|c| **c > 0).map(|c| u64::from(*c)).collect();
    let mut cost = weights.iter().sum::<u64>() * u64::from(weights.len() == 1);
    while weights.len() > 1 {
        weights.sort_unstable_by(|a, b| b.cmp(a));
        let both = weights.pop().unwrap_or(0) + weights.pop().unwrap_or(0);
        cost += both;
        weights.push(both);
    }
    cost
}

#[test]
fn every_length_about_the_ends_of_blocks_comes_out() {
    let mut deflater = Deflater::default();
    let text: Vec<u8> = noise(7, 3 * BLOCK).iter().map(|byte| byte & 15).collect();
    let about = |middle: usize| middle - 20..middle + 20;
    for length in (0..600).chain(about(BLOCK)).chain(about(LAST_BLOCK)).chain(about(2 * BLOCK)) {
        round_trip(&mut deflater, &text[..length]);
        round_trip(&mut deflater, &vec![b'x'; length]);
    }
}

#[test]
fn noise_is_stored_and_runs_shrink() {
    let mut deflater = Deflater::default();
    let stored = round_trip(&mut deflater, &noise(1, 1 << 20));
    assert!(stored.len() < (1 << 20) + (1 << 20) / 4000, "{}", stored.len());
    assert!(round_trip(&mut deflater, &vec![7; 1 << 20]).len() < 8000);
}

#[test]
fn matches_reach_as_far_as_deflate_does() {
    let piece = noise(3, 200);
    for distance in [32_700, 32_768, 32_769, 65_536, 65_600, 131_072] {
        let between = noise(4, distance - piece.len()).iter().map(|b| b & 1).collect::<Vec<_>>();
        round_trip(&mut Deflater::default(), &[&piece[..], &between, &piece].concat());
    }
}

#[test]
fn steep_counts_are_bounded() {
    let mut counts = [0u32; 30];
    let (mut a, mut b) = (1, 1);
    for count in &mut counts {
        *count = a;
        (a, b) = (b, a + b);
    }
    let found = lengths(&counts, 7);
    assert_eq!(found.iter().max(), Some(&7));
    assert_eq!(found[29], 1, "what occurs most is shortest");
    let sent = codes(&found);
    for (i, a) in sent.iter().enumerate() {
        let mask = |length: u32| (1 << length) - 1;
        let others = sent.iter().enumerate().filter(|(j, _)| *j != i);
        let clash = others
            .filter(|(_, b)| b.length() >= a.length() && b.bits() & mask(a.length()) == a.bits());
        assert_eq!(clash.count(), 0, "no code begins another");
    }
}
