//! Public land: where chance left too little of it, other parcels are given to it, well spread.

use super::parcels::Block;
use super::plane::{self, Point};
use super::random::Random;

/// A use, the least number of parcels it has today, and the sizes it fits, square metres.
const NEEDS: [(&str, usize, [f64; 2]); 11] = [
    ("GIC5", 112, [9_000.0, 62_000.0]),
    ("GIC4", 36, [6_000.0, 60_000.0]),
    ("GIC2", 44, [3_000.0, 60_000.0]),
    ("GIC1", 40, [2_000.0, 40_000.0]),
    ("GIC7", 30, [2_000.0, 40_000.0]),
    ("U9", 62, [1_200.0, 30_000.0]),
    ("U1", 46, [1_000.0, 40_000.0]),
    ("U5", 40, [1_000.0, 40_000.0]),
    ("S4", 50, [2_000.0, 60_000.0]),
    ("E1", 8, [2_500.0, 80_000.0]),
    ("E9", 40, [2_000.0, 1e9]),
];
/// Uses that give land.
const GIVING: [&str; 3] = ["R2", "M1", "R4"];

/// Where every parcel is known, two of a use lie at least so far apart, millimetres.
const APART: f64 = 1_300_000.0;

/// Where every parcel is known, of two of a use nearer than this one becomes housing, millimetres.
const CROWDED: f64 = 420_000.0;

/// Takes land from uses that chance gave too much of in one place.
fn thin_out(blocks: &mut [Block]) {
    for (usage, ..) in NEEDS.into_iter().filter(|(usage, ..)| !usage.starts_with('E')) {
        let mut kept: Vec<Point> = Vec::new();
        for own in blocks.iter_mut().filter(|own| own.scheme.is_none()) {
            let numbers: Vec<String> = own.parcels.iter().map(|parcel| parcel.id.clone()).collect();
            for parcel in own.parcels.iter_mut().filter(|p| p.surveyed && p.usage == usage) {
                let at = plane::inner(&parcel.ring);
                let alone = numbers.iter().filter(|other| **other == parcel.id).count() == 1;
                if alone && kept.iter().any(|other| plane::distance(*other, at) < CROWDED) {
                    parcel.usage = "R2";
                } else {
                    kept.push(at);
                }
            }
        }
    }
}

/// Gives land to the uses that lack it, and takes some where they crowd.
pub(crate) fn provide(seed: u64, blocks: &mut [Block]) {
    thin_out(blocks);
    let random = Random::new(seed, "facilities");
    for (number, (usage, least, sizes)) in NEEDS.into_iter().enumerate() {
        let mut there: Vec<Point> = Vec::new();
        let mut free: Vec<(u64, [usize; 2], Point)> = Vec::new();
        for (block, own) in blocks.iter().enumerate() {
            for (place, parcel) in own.parcels.iter().enumerate().filter(|(_, p)| p.to.is_none()) {
                let at = plane::inner(&parcel.ring);
                let alone = own.parcels.iter().filter(|other| other.id == parcel.id).count() == 1;
                if parcel.usage == usage {
                    there.push(at);
                } else if alone
                    && own.scheme.is_none()
                    && GIVING.contains(&parcel.usage)
                    && (sizes[0]..sizes[1]).contains(&parcel.area())
                {
                    let order = random.named(&parcel.id).of(number as u64).next();
                    free.push((order, [block, place], at));
                }
            }
        }
        free.sort_unstable();
        // First far from those there are, then nearer.
        let mut apart = 3_600_000.0;
        while there.len() < least && apart > 60_000.0 {
            free.retain(|(_, [block, place], at)| {
                let surveyed = blocks[*block].parcels[*place].surveyed;
                let apart = if surveyed { APART.max(apart) } else { apart };
                let far = there.iter().all(|other| plane::distance(*other, *at) > apart);
                if far && there.len() < least {
                    blocks[*block].parcels[*place].usage = usage;
                    there.push(*at);
                    return false;
                }
                true
            });
            apart *= 0.8;
        }
    }
}
