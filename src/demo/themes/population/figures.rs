//! The figures that layers of people share, each from the counts by face, so that sums agree.

use std::collections::BTreeMap;

use super::super::super::city::City;
use super::super::super::land::areas::{Community, valid};
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::super::land::fabric::Zone;
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::land::uses;

/// Side of a cell of the grid, millimetres.
pub(crate) const CELL: i64 = 500_000;

/// Residents by registration.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Residents {
    /// All.
    pub(crate) all: i64,
    /// Those registered in the city.
    pub(crate) registered: i64,
}

impl Residents {
    /// Those registered elsewhere.
    pub(crate) fn migrants(self) -> i64 {
        self.all - self.registered
    }
}

/// Chance for the figures of people.
pub(crate) fn chance(city: &City, purpose: &str) -> Random {
    Random::new(city.options.seed, "people").named(purpose)
}

/// The communities of a day.
pub(crate) fn communities(city: &City, at: Day) -> impl Iterator<Item = &Community> {
    city.areas.communities.iter().filter(move |own| valid(own.from, own.to, at))
}

/// The faces of a version of a community.
pub(crate) fn faces<'c>(city: &'c City, own: &'c Community) -> impl Iterator<Item = usize> + 'c {
    own.holds.iter().flat_map(|today| city.faces_of(*today)).copied()
}

/// The residents of a face: villages and works are homes of migrants, estates are mixed.
pub(crate) fn residents(city: &City, face: usize, at: Day) -> Residents {
    let all = city.people.at(face, at).residents.round() as i64;
    let base = match city.streets.zones[face] {
        Zone::Centre => 0.44,
        Zone::Town => 0.38,
        Zone::Village => 0.15,
        Zone::Industry => 0.19,
        _ => 0.36,
    };
    let mut random = chance(city, "registered").of(city.areas.today[face] as u64);
    let swing = random.range(0.78, 1.22);
    let years = f64::from(at - calendar::day(2020, 1, 1)) / 365.25;
    let share = (base * swing * (1.0 + 0.022 * years)).clamp(0.03, 0.85);
    Residents { all, registered: (all as f64 * share).floor() as i64 }
}

/// The residents of a version of a community.
pub(crate) fn of_community(city: &City, own: &Community, at: Day) -> Residents {
    let mut sum = Residents::default();
    for face in faces(city, own) {
        let part = residents(city, face, at);
        sum.all += part.all;
        sum.registered += part.registered;
    }
    sum
}

/// A part of a cell of the grid: where, how much of the block's people, buildings with residents.
pub(crate) type Part = ([i64; 2], f64, f64);

/// How the residents of each block lie on its land, by cell of the grid: the block's number and
/// its parts, the weights being by building where those are known one by one, else by parcel.
pub(crate) fn parts(city: &City, at: Day) -> Vec<(usize, Vec<Part>)> {
    let mut out = Vec::new();
    for (number, block) in city.blocks.iter().enumerate() {
        let mut cells: BTreeMap<[i64; 2], (f64, f64)> = BTreeMap::new();
        let mut add = |at: Point, weight: f64, buildings: f64| {
            if weight > 0.0 {
                let cell = cells.entry(at.map(|v| v.div_euclid(CELL))).or_default();
                *cell = (cell.0 + weight, cell.1 + buildings);
            }
        };
        for (place, parcel) in block.parcels.iter().enumerate().filter(|(_, p)| p.valid(at)) {
            let known = city.buildings_on([number, place]);
            for own in known.iter().filter(|b| b.valid(at) && !b.unfinished) {
                add(plane::inner(&own.ring), own.residents() as f64, 1.0);
            }
            if known.is_empty() {
                let homes = usual_homes(parcel, at);
                let each = if parcel.usage == "R4" { 6.0 } else { 40.0 };
                let spots = spread(&parcel.ring);
                let part = homes / spots.len().max(1) as f64;
                let buildings = part / each;
                spots.into_iter().for_each(|at| add(at, part * 3.0, buildings));
            }
        }
        if residents(city, block.face, at).all > 0 && !cells.is_empty() {
            let parts = cells.into_iter().map(|(cell, (w, n))| (cell, w, n)).collect();
            out.push((number, parts));
        }
    }
    out
}

/// Places on a parcel, some thirty metres apart.
fn spread(ring: &[Point]) -> Vec<Point> {
    const STEP: i64 = 31_250;
    let [low, high] = plane::bounds(ring);
    let mut out = Vec::new();
    for x in low[0].div_euclid(STEP)..=high[0].div_euclid(STEP) {
        for y in low[1].div_euclid(STEP)..=high[1].div_euclid(STEP) {
            let p = [x * STEP + STEP / 2, y * STEP + STEP / 2];
            if plane::inside(ring, p) {
                out.push(p);
            }
        }
    }
    if out.is_empty() { vec![plane::inner(ring)] } else { out }
}

/// Homes on a parcel whose buildings are not known one by one.
fn usual_homes(parcel: &Parcel, at: Day) -> f64 {
    let Some(each) = uses::floor_of_dwelling(parcel.usage) else { return 0.0 };
    let age = f64::from(at - parcel.from) / 365.25;
    let built = if parcel.from > RECORDS_BEGIN { (age / 4.0 - 0.35).clamp(0.0, 1.0) } else { 1.0 };
    parcel.area() * uses::usual_far(parcel.usage) * built / each
}

/// Children of an age for each resident, by the year in which they turned 0 on 31 August: many in
/// the years of the dragon and of the second child, few since.
fn births_of(year: i32) -> f64 {
    const FROM: i32 = 2005;
    const SHARES: [f64; 21] = [
        0.0060, 0.0061, 0.0062, 0.0064, 0.0066, 0.0068, 0.0069, 0.0074, 0.0070, 0.0074, 0.0072,
        0.0080, 0.0083, 0.0079, 0.0077, 0.0073, 0.0070, 0.0068, 0.0065, 0.0068, 0.0064,
    ];
    let place = (year - FROM).clamp(0, SHARES.len() as i32 - 1) as usize;
    SHARES.get(place).copied().unwrap_or(0.007)
}

/// How many children a community of today has for its size, against others.
fn of_children(city: &City, community: usize) -> f64 {
    chance(city, "children").of(community as u64).range(0.9, 1.16)
}

/// The children of each age from 0 to 14 in a community of today on 31 August of a year.
pub(crate) fn children(city: &City, community: usize, year: i32) -> [i64; 15] {
    let day = |year: i32| calendar::day(year, 9, 1);
    let sum = |year| city.people.sum(city.faces_of(community).iter().copied(), day(year)).residents;
    let (middle, now) = (sum(2023), sum(year));
    let near = (now / middle.max(1.0)).clamp(0.45, 1.6);
    // Families follow new homes, but not all at once.
    let base = middle * near.sqrt() * of_children(city, community);
    let mut out = [0; 15];
    for (age, count) in out.iter_mut().enumerate() {
        let born = year - age as i32;
        let mut random = chance(city, "cohorts").of(community as u64).of((born - 1990) as u64);
        let (size, moves) = (random.range(0.96, 1.04), random.range(-0.018, 0.008));
        let moved = 1.0 + moves * age as f64;
        *count = (base * births_of(born) * size * moved).round().max(0.0) as i64;
    }
    out
}

/// Live births in a community of today in a calendar year: near to those of age 0.
pub(crate) fn births(city: &City, community: usize, year: i32) -> i64 {
    let [before, after] = [year, year + 1].map(|year| children(city, community, year)[0]);
    let after = if year >= 2025 { before as f64 * 0.98 } else { after as f64 };
    (before as f64 * 0.67 + after * 0.33).round() as i64
}
