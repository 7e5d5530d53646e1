//! Places and pupils of each school, stage and school year, from the children of its zone.

use std::collections::BTreeMap;

use super::super::super::city::City;
use super::super::super::land::random::Random;
use super::sites::{BEFORE, LAST, School};
use super::zoning::{GROUPED, Year, Zone, demand};

/// The first school year with figures.
const FIRST: i32 = 2014;
/// The share of the children that ask for a public place.
const ASKING: f64 = 0.95;

/// What a school has in a stage in a school year.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) classes: i64,
    pub(super) class_size: i64,
    pub(super) enrolled: i64,
    pub(super) entry_places: i64,
    pub(super) entry_enrolled: i64,
}

/// School, stage, school year.
pub(super) type Key = (usize, &'static str, i32);

/// The figures of a city.
pub(super) struct Figures {
    /// Of each school.
    pub(super) places: BTreeMap<Key, Place>,
    /// Who asked for a place in a zone: stage, zone, school year.
    pub(super) asked: BTreeMap<(&'static str, usize, i32), i64>,
    /// Classes that begin each year.
    entries: BTreeMap<(usize, &'static str), i64>,
}

const STAGES: [&str; 3] = ["pri", "jun", "sen"];

/// Years that a stage takes.
pub(super) const fn grades(stage: &str) -> i32 {
    if matches!(stage.as_bytes(), b"pri") { 6 } else { 3 }
}

const fn class_size(stage: &str) -> i64 {
    if matches!(stage.as_bytes(), b"pri") { 45 } else { 50 }
}

const fn age(stage: &str) -> usize {
    if matches!(stage.as_bytes(), b"pri") { 6 } else { 12 }
}

fn sum(zone: &Zone, demand: &[f64]) -> f64 {
    zone.faces.iter().filter_map(|face| demand.get(*face)).sum::<f64>() * ASKING
}

impl Figures {
    /// Of these schools and zones.
    pub(super) fn new(city: &City, schools: &[School], years: &[Year]) -> Self {
        let random = Random::new(city.options.seed, "school places");
        let mut out =
            Self { places: BTreeMap::new(), asked: BTreeMap::new(), entries: BTreeMap::new() };
        for stage in ["pri", "jun"] {
            out.size(city, schools, years, stage, &random);
        }
        out.size_others(schools, &random);
        for year in years.iter().filter(|own| own.year >= FIRST) {
            for stage in ["pri", "jun"] {
                out.admit(city, schools, year, stage, &random);
            }
            out.admit_others(schools, year.year, &random);
        }
        out.enrol(schools, &random);
        out
    }

    /// Classes that begin each year at a school in a stage.
    fn entry(&self, school: usize, stage: &'static str) -> i64 {
        self.entries.get(&(school, stage)).copied().unwrap_or(4)
    }

    /// Public schools were built for the children of their zone, some for more, some for fewer.
    fn size(
        &mut self,
        city: &City,
        schools: &[School],
        years: &[Year],
        stage: &'static str,
        random: &Random,
    ) {
        let children = demand(city, LAST - 1, age(stage));
        for year in years.iter().rev() {
            for (number, zone) in year.zones(stage) {
                let new: Vec<usize> = zone
                    .schools
                    .iter()
                    .copied()
                    .filter(|school| !self.entries.contains_key(&(*school, stage)))
                    .collect();
                if new.is_empty() {
                    continue;
                }
                let whole: f64 = zone.schools.iter().map(|s| schools[*s].size).sum();
                let load = random.named(stage).of(*number as u64).range(0.85, 1.12);
                for school in new {
                    let part = sum(zone, &children) * schools[school].size / whole.max(0.1) / load;
                    let classes = (part / class_size(stage) as f64).round() as i64;
                    self.entries.insert((school, stage), classes.clamp(3, 17));
                }
            }
        }
    }

    fn size_others(&mut self, schools: &[School], random: &Random) {
        for (number, own) in schools.iter().enumerate() {
            for stage in STAGES {
                let mut random = random.named(&own.id).named(stage);
                let classes = match (own.public, stage) {
                    (true, "sen") => random.whole(9, 16),
                    (false, _) => random.whole(3, 6),
                    _ => continue,
                };
                self.entries.insert((number, stage), classes);
            }
        }
    }

    /// Classes that there are in a school year: a new school fills from below.
    pub(super) fn classes(&self, schools: &[School], (number, stage, year): Key) -> i64 {
        let own = &schools[number];
        let began = own.began(stage);
        let filled = if began <= BEFORE { i32::MAX } else { year - began + 1 };
        self.entry(number, stage) * i64::from(filled.clamp(1, grades(stage)))
    }

    fn put(&mut self, schools: &[School], key: Key, entered: i64) {
        let size = class_size(key.1);
        let place = Place {
            classes: self.classes(schools, key),
            class_size: size,
            enrolled: 0,
            entry_places: self.entry(key.0, key.1) * size,
            entry_enrolled: entered,
        };
        self.places.insert(key, place);
    }

    /// Fills the schools of the zones; some who found no place go to another zone of the group.
    fn admit(
        &mut self,
        city: &City,
        schools: &[School],
        year: &Year,
        stage: &'static str,
        random: &Random,
    ) {
        let children = demand(city, year.year, age(stage));
        let mut left: BTreeMap<Option<usize>, i64> = BTreeMap::new();
        let mut taken: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
        for (number, zone) in year.zones(stage) {
            let mut random = random.named(stage).of(*number as u64).of(year.year as u64);
            let asked = (sum(zone, &children) * random.range(0.96, 1.03)).round() as i64;
            let asked = asked.max(9 * zone.schools.len() as i64);
            self.asked.insert((stage, *number, year.year), asked);
            let there: i64 =
                zone.schools.iter().map(|s| self.entry(*s, stage) * class_size(stage)).sum();
            taken.insert(*number, (asked.min(there), there));
            if year.year >= GROUPED {
                *left.entry(zone.group).or_default() += (asked - there).max(0) * 6 / 10;
            }
        }
        for (number, zone) in year.zones(stage) {
            let Some((entered, there)) = taken.get(number).copied() else { continue };
            let diverted = left.get_mut(&zone.group).map_or(0, |left| {
                let part = (*left).min((there - entered) * 8 / 10);
                *left -= part;
                part
            });
            let entered = entered + diverted;
            let mut before = 0;
            let mut so_far = 0;
            for school in &zone.schools {
                so_far += self.entry(*school, stage) * class_size(stage);
                let upto = entered * so_far / there.max(1);
                self.put(schools, (*school, stage, year.year), upto - before);
                before = upto;
            }
        }
    }

    fn admit_others(&mut self, schools: &[School], year: i32, random: &Random) {
        for (number, own) in schools.iter().enumerate() {
            for stage in own.stages(year) {
                if own.public && *stage != "sen" {
                    continue;
                }
                let mut random = random.named(&own.id).named(stage).of(year as u64);
                let share =
                    if own.public { random.range(0.97, 1.0) } else { random.range(0.72, 0.99) };
                let there = self.entry(number, stage) * class_size(stage);
                self.put(schools, (number, stage, year), (there as f64 * share).round() as i64);
            }
        }
    }

    /// Those who entered in the years before are still there, but for a few who came or left.
    fn enrol(&mut self, schools: &[School], random: &Random) {
        let entered: BTreeMap<Key, i64> =
            self.places.iter().map(|(key, place)| (*key, place.entry_enrolled)).collect();
        for ((number, stage, year), place) in &mut self.places {
            let own = &schools[*number];
            let began = own.began(stage);
            let first = (year - grades(stage) + 1).max(began.min(*year));
            let mut sum = 0;
            for entry in first..=*year {
                let known = entered.get(&(*number, *stage, entry)).copied();
                let count = known.unwrap_or(place.entry_enrolled);
                let age = f64::from(*year - entry);
                let mut random = random.named(&own.id).named(stage).of(entry as u64 | 1 << 20);
                sum += (count as f64 * (1.0 + age * random.range(-0.012, 0.006))).round() as i64;
            }
            let most = place.classes * place.class_size * 105 / 100;
            place.enrolled = sum.min(most);
        }
    }
}
