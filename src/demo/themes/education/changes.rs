//! School zones when schools open and close.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::land::plane;
use super::zoning::{NONE, Work, grow, is_one};

impl Work<'_> {
    /// Takes schools that are no more from their zones.
    pub(super) fn close(&mut self, year: i32) {
        for school in self.with("pri", year - 1, year) {
            let Some(zone) = self.zone_with(school) else { continue };
            if let Some(left) = self.primary.get_mut(&zone) {
                left.retain(|own| *own != school);
                if left.is_empty() {
                    self.give_up(zone);
                }
            }
        }
        for school in self.with("jun", year - 1, year) {
            for list in self.junior.values_mut() {
                // The last of a zone stays on its books until a neighbour takes over.
                if list.len() > 1 {
                    list.retain(|own| *own != school);
                }
            }
        }
    }

    fn zone_with(&self, school: usize) -> Option<usize> {
        self.primary.iter().find(|(_, own)| own.contains(&school)).map(|(zone, _)| *zone)
    }

    /// A primary zone without a school goes to the neighbour whose school is nearest, in the same
    /// junior zone if there is one.
    fn give_up(&mut self, zone: usize) {
        let at = self.places[self.faces_of(zone).first().copied().unwrap_or(0)];
        let own = self.junior_of.get(&zone).copied();
        let touching = self.touching().remove(&zone).unwrap_or_default();
        let next = touching.into_iter().min_by_key(|other| {
            let other_junior = self.junior_of.get(other).copied();
            (other_junior != own, plane::distance(self.seat(*other), at) as i64)
        });
        let Some(next) = next else { return };
        for owner in &mut self.owner {
            if *owner == zone {
                *owner = next;
            }
        }
        self.primary.remove(&zone);
        self.junior_of.remove(&zone);
        let Some(own) = own.filter(|own| self.junior_of.values().all(|other| other != own)) else {
            return;
        };
        let schools = self.junior.remove(&own).unwrap_or_default();
        if let Some(taker) = self.junior_of.get(&next).and_then(|j| self.junior.get_mut(j)) {
            taker.extend(schools);
        }
    }

    /// Gives new schools their zones.
    pub(super) fn open(&mut self, year: i32) {
        for school in self.with("pri", year, year - 1) {
            self.open_primary(school);
        }
        for school in self.with("jun", year, year - 1) {
            self.open_junior(school);
        }
    }

    fn open_primary(&mut self, school: usize) {
        let zone = self.owner[self.schools[school].face];
        if zone == NONE {
            return;
        }
        self.primary.entry(zone).or_default().push(school);
        if !self.random.of(school as u64).chance(0.15) {
            self.part_primary(zone, school);
        }
    }

    /// Parts a primary zone between a school and the one farthest from it.
    fn part_primary(&mut self, zone: usize, school: usize) {
        let there = self.primary.get(&zone).cloned().unwrap_or_default();
        let face = self.schools[school].face;
        let at = self.schools[school].at;
        let others = there.iter().map(|other| &self.schools[*other]);
        let Some(other) = others
            .filter(|other| other.face != face)
            .max_by_key(|other| plane::distance(other.at, at) as i64)
        else {
            return;
        };
        let new = self.numbers[0] + 1;
        let sources = [(other.face, zone), (face, new)];
        let grown = grow(&self.places, &self.beside, |f| self.owner[f] == zone, &sources);
        let part = |own: usize| (0..grown.len()).filter(|f| grown[*f] == own).collect();
        let whole = grown.iter().filter(|own| **own != NONE).count();
        let fits = whole == self.faces_of(zone).len()
            && [zone, new].iter().all(|own| is_one(&self.city.streets, &part(*own)));
        if !fits {
            return;
        }
        let new = self.number(0);
        let (mine, rest): (Vec<usize>, Vec<usize>) =
            there.iter().partition(|other| grown[self.schools[**other].face] == new);
        for face in part(new) {
            self.owner[face] = new;
        }
        self.primary.insert(zone, rest);
        self.primary.insert(new, mine);
        if let Some(junior) = self.junior_of.get(&zone).copied() {
            self.junior_of.insert(new, junior);
        }
        if let Some(group) = self.groups[0].get(&zone).copied() {
            self.groups[0].insert(new, group);
        }
    }

    fn open_junior(&mut self, school: usize) {
        let seat = self.owner[self.schools[school].face];
        let Some(junior) = self.junior_of.get(&seat).copied() else { return };
        self.junior.entry(junior).or_default().push(school);
        if !self.random.of(school as u64 | 1 << 20).chance(0.15) {
            self.part_junior(junior, school);
        }
    }

    /// Parts a junior zone between the primary zone of a school and that of the one farthest off.
    fn part_junior(&mut self, junior: usize, school: usize) {
        let there = self.junior.get(&junior).cloned().unwrap_or_default();
        let seat_of = |other: usize| self.owner[self.schools[other].face];
        let seat = seat_of(school);
        let at = self.schools[school].at;
        let Some(other) = there
            .iter()
            .copied()
            .filter(|other| seat_of(*other) != seat)
            .max_by_key(|other| plane::distance(self.schools[*other].at, at) as i64)
        else {
            return;
        };
        let members: BTreeSet<usize> =
            self.junior_of.iter().filter(|(_, own)| **own == junior).map(|(z, _)| *z).collect();
        let new = self.numbers[1] + 1;
        let grown = self.grow_zones(&members, &[(seat_of(other), junior), (seat, new)]);
        if grown.len() != members.len() || !self.juniors_are_one(&grown, [junior, new]) {
            return;
        }
        let (mine, rest): (Vec<usize>, Vec<usize>) =
            there.iter().partition(|other| grown.get(&seat_of(**other)) == Some(&new));
        let new = self.number(1);
        self.junior_of.extend(grown);
        self.junior.insert(junior, rest);
        self.junior.insert(new, mine);
        if let Some(group) = self.groups[1].get(&junior).copied() {
            self.groups[1].insert(new, group);
        }
    }

    /// Parts zones that too many schools share.
    pub(super) fn part_crowded(&mut self) {
        let crowded = |zones: &BTreeMap<usize, Vec<usize>>| -> Vec<(usize, usize)> {
            let many = zones.iter().filter(|(_, own)| own.len() > 2);
            many.filter_map(|(zone, own)| Some((*zone, *own.last()?))).collect()
        };
        for (zone, school) in crowded(&self.primary) {
            self.part_primary(zone, school);
        }
        for (zone, school) in crowded(&self.junior) {
            self.part_junior(zone, school);
        }
    }

    /// Whether both junior zones would be one piece of land.
    pub(super) fn juniors_are_one(
        &self,
        grown: &BTreeMap<usize, usize>,
        zones: [usize; 2],
    ) -> bool {
        zones.iter().all(|own| {
            let faces = (0..self.owner.len())
                .filter(|face| grown.get(&self.owner[*face]) == Some(own))
                .collect();
            is_one(&self.city.streets, &faces)
        })
    }
}
