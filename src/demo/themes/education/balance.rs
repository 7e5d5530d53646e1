//! School zones evened out: blocks move to where there is more room.

use std::collections::{BTreeMap, BTreeSet};

use super::zoning::{Work, demand, is_one};

/// Blocks that move from zone to zone each year.
const MOVES: usize = 2;

impl Work<'_> {
    /// Moves blocks from zones with many children for a school to zones with fewer.
    pub(super) fn even_out(&mut self, year: i32) {
        let demand = demand(self.city, year, 6);
        let seats: BTreeSet<usize> = self.schools.iter().map(|own| own.face).collect();
        let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
        for (face, zone) in self.owner.iter().enumerate() {
            *sums.entry(*zone).or_default() += demand[face];
        }
        let load = |zone: usize| {
            let schools = self.primary.get(&zone).map_or(1, Vec::len).max(1);
            sums.get(&zone).copied().unwrap_or(0.0) / schools as f64
        };
        let mut moves: Vec<(i64, usize, usize, usize)> = Vec::new();
        for (face, zone) in self.owner.iter().copied().enumerate() {
            if seats.contains(&face) || demand[face] < 1.0 {
                continue;
            }
            let others: BTreeSet<usize> =
                self.beside[face].iter().map(|f| self.owner[*f]).filter(|o| *o != zone).collect();
            for other in others {
                let same = self.junior_of.get(&zone) == self.junior_of.get(&other)
                    && self.groups[0].get(&zone) == self.groups[0].get(&other);
                let gap = load(zone) - load(other);
                if same && gap > 0.0 && demand[face] < 0.5 * gap {
                    moves.push((-(gap * 1000.0) as i64, face, zone, other));
                }
            }
        }
        moves.sort_unstable();
        let mut done: BTreeSet<usize> = BTreeSet::new();
        for (_, face, zone, other) in moves {
            if done.len() >= 2 * MOVES {
                break;
            }
            if done.contains(&zone) || done.contains(&other) {
                continue;
            }
            let (mut left, mut taker) = (self.faces_of(zone), self.faces_of(other));
            left.remove(&face);
            taker.insert(face);
            if is_one(&self.city.streets, &left) && is_one(&self.city.streets, &taker) {
                self.owner[face] = other;
                done.extend([zone, other]);
            }
        }
    }

    /// Moves a primary zone without a junior school from the junior zone with the most children
    /// for a school to one beside it with fewer.
    pub(super) fn even_out_juniors(&mut self, year: i32) {
        let demand = demand(self.city, year, 12);
        let mut of_zone: BTreeMap<usize, f64> = BTreeMap::new();
        for (face, zone) in self.owner.iter().enumerate() {
            *of_zone.entry(*zone).or_default() += demand[face];
        }
        let seats: BTreeSet<usize> = self
            .junior
            .values()
            .flatten()
            .map(|school| self.owner[self.schools[*school].face])
            .collect();
        let load = |junior: usize| {
            let own = self.junior_of.iter().filter(|(_, other)| **other == junior);
            let sum: f64 = own.filter_map(|(zone, _)| of_zone.get(zone)).sum();
            sum / self.junior.get(&junior).map_or(1, Vec::len).max(1) as f64
        };
        let mut moves: Vec<(i64, usize, usize, usize)> = Vec::new();
        for (zone, others) in self.touching() {
            let Some(own) = self.junior_of.get(&zone).copied() else { continue };
            let takers = others.iter().filter_map(|other| self.junior_of.get(other).copied());
            for taker in takers.filter(|taker| *taker != own && !seats.contains(&zone)) {
                let gap = load(own) - load(taker);
                if of_zone.get(&zone).is_some_and(|moved| *moved > 0.0 && *moved < 0.9 * gap) {
                    moves.push((-(gap * 1000.0) as i64, zone, own, taker));
                }
            }
        }
        moves.sort_unstable();
        for (_, zone, own, taker) in moves {
            let mut moved = self.junior_of.clone();
            moved.insert(zone, taker);
            if self.juniors_are_one(&moved, [own, taker]) {
                self.junior_of = moved;
                break;
            }
        }
    }
}
