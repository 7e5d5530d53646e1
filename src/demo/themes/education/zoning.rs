//! School zones: which blocks belong to which public schools in each school year.
//!
//! The first zones grow from the schools over the blocks. A new school takes its part of the zone
//! that it opens in, or shares it; a zone whose only school closes goes to a neighbour; some blocks
//! move from zones with many children to those beside with fewer.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::super::super::city::City;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::land::streets::Streets;
use super::super::population::figures;
use super::groups;
use super::sites::{LAST, School, september};

/// The first school year with zones.
pub(super) const FIRST: i32 = 2010;
/// Since this school year zones stand in groups.
pub(super) const GROUPED: i32 = 2021;
/// In this school year the groups were re-cut.
const RECUT: i32 = 2024;
/// No label.
pub(super) const NONE: usize = usize::MAX;

/// A zone in a school year.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Zone {
    /// Its blocks, in rising order.
    pub(super) faces: Vec<usize>,
    /// The schools that serve it, in rising order.
    pub(super) schools: Vec<usize>,
    /// The group it is in.
    pub(super) group: Option<usize>,
}

/// The zones of a school year by number.
#[expect(clippy::struct_field_names, reason = "a year of a calendar is called that")]
pub(super) struct Year {
    /// The year in which it begins.
    pub(super) year: i32,
    /// Primary zones.
    pub(super) primary: BTreeMap<usize, Zone>,
    /// Junior zones.
    pub(super) junior: BTreeMap<usize, Zone>,
    /// The primary zone of each block.
    pub(super) primary_of: Vec<usize>,
    /// The junior zone of each block.
    pub(super) junior_of: Vec<usize>,
}

impl Year {
    /// The zones of a stage.
    pub(super) fn zones(&self, stage: &str) -> &BTreeMap<usize, Zone> {
        if stage == "pri" { &self.primary } else { &self.junior }
    }

    /// The zone of a block in a stage.
    pub(super) fn of(&self, stage: &str, face: usize) -> Option<usize> {
        let of = if stage == "pri" { &self.primary_of } else { &self.junior_of };
        of.get(face).copied().filter(|zone| *zone != NONE)
    }
}

/// Children of an age that each block counts for: those of its community, by its homes.
pub(super) fn demand(city: &City, year: i32, age: usize) -> Vec<f64> {
    let at = september(year);
    let mut out = vec![0.0; city.streets.mesh.len()];
    for community in 0..city.areas.len() {
        let faces = city.faces_of(community);
        let children = figures::children(city, community, year).get(age).copied().unwrap_or(0);
        let homes = city.people.sum(faces.iter().copied(), at).dwellings;
        for face in faces.iter().filter(|_| homes > 0.0) {
            out[*face] = children as f64 * city.people.at(*face, at).dwellings / homes;
        }
    }
    out
}

/// The zones as they change from year to year.
pub(super) struct Work<'c> {
    /// The city.
    pub(super) city: &'c City,
    /// Its schools.
    pub(super) schools: &'c [School],
    /// Chance.
    pub(super) random: Random,
    /// A middle of each block.
    pub(super) places: Vec<Point>,
    /// The blocks beside each.
    pub(super) beside: Vec<Vec<usize>>,
    /// The primary zone of each block.
    pub(super) owner: Vec<usize>,
    /// The schools of each primary zone.
    pub(super) primary: BTreeMap<usize, Vec<usize>>,
    /// The schools of each junior zone.
    pub(super) junior: BTreeMap<usize, Vec<usize>>,
    /// The junior zone of each primary zone.
    pub(super) junior_of: BTreeMap<usize, usize>,
    /// The group of each zone, by stage.
    pub(super) groups: [BTreeMap<usize, usize>; 2],
    /// Numbers given so far, by stage.
    pub(super) numbers: [usize; 2],
}

/// The zones of every school year.
pub(super) fn zoning(city: &City, schools: &[School]) -> Vec<Year> {
    let mut work = Work::new(city, schools);
    work.begin();
    let mut out = vec![work.snapshot(FIRST)];
    for year in FIRST + 1..=LAST {
        work.close(year);
        work.open(year);
        work.part_crowded();
        work.even_out(year);
        if year < GROUPED {
            work.even_out_juniors(year);
        }
        if year == GROUPED {
            for stage in 0..2 {
                let places = work.zone_places(stage);
                work.groups[stage] = groups::grouped(&places);
            }
        }
        if year == RECUT {
            let places = work.zone_places(0);
            groups::recut(&mut work.groups[0], &places);
        }
        out.push(work.snapshot(year));
    }
    out
}

/// Grows labels over a graph from their sources, nearest first.
pub(super) fn grow(
    places: &[Point],
    beside: &[Vec<usize>],
    within: impl Fn(usize) -> bool,
    sources: &[(usize, usize)],
) -> Vec<usize> {
    let mut label = vec![NONE; places.len()];
    let mut queue = BinaryHeap::new();
    for (node, own) in sources {
        queue.push(Reverse((0_i64, *own, *node)));
    }
    while let Some(Reverse((far, own, node))) = queue.pop() {
        if label[node] != NONE {
            continue;
        }
        label[node] = own;
        for next in beside[node].iter().filter(|next| label[**next] == NONE && within(**next)) {
            let step = plane::distance(places[node], places[*next]) as i64;
            queue.push(Reverse((far + step, own, *next)));
        }
    }
    label
}

/// Whether blocks hang together as one piece of land.
pub(super) fn is_one(streets: &Streets, faces: &BTreeSet<usize>) -> bool {
    streets.mesh.union_of(faces).len() == 1
}

impl<'c> Work<'c> {
    fn new(city: &'c City, schools: &'c [School]) -> Self {
        let mesh = &city.streets.mesh;
        Self {
            city,
            schools,
            random: Random::new(city.options.seed, "school zones"),
            places: (0..mesh.len()).map(|face| plane::centroid(&mesh.ring(face))).collect(),
            beside: (0..mesh.len()).map(|face| mesh.neighbours(face)).collect(),
            owner: Vec::new(),
            primary: BTreeMap::new(),
            junior: BTreeMap::new(),
            junior_of: BTreeMap::new(),
            groups: [BTreeMap::new(), BTreeMap::new()],
            numbers: [0, 0],
        }
    }

    /// Public schools that have a stage in one school year and not in the other.
    pub(super) fn with(&self, stage: &str, year: i32, but_not: i32) -> Vec<usize> {
        let has = |own: &School, year: i32| own.stages(year).contains(&stage);
        (0..self.schools.len())
            .filter(|i| {
                let own = &self.schools[*i];
                own.public && has(own, year) && !has(own, but_not)
            })
            .collect()
    }

    /// The next number of a stage.
    pub(super) fn number(&mut self, stage: usize) -> usize {
        self.numbers[stage] += 1;
        self.numbers[stage]
    }

    /// The blocks of a primary zone.
    pub(super) fn faces_of(&self, zone: usize) -> BTreeSet<usize> {
        (0..self.owner.len()).filter(|face| self.owner[*face] == zone).collect()
    }

    fn begin(&mut self) {
        let mut sources: BTreeMap<usize, usize> = BTreeMap::new();
        for school in self.with("pri", FIRST, 0) {
            let face = self.schools[school].face;
            let zone = match sources.get(&face) {
                Some(zone) => *zone,
                None => self.number(0),
            };
            sources.insert(face, zone);
            self.primary.entry(zone).or_default().push(school);
        }
        let sources: Vec<(usize, usize)> = sources.into_iter().collect();
        self.owner = grow(&self.places, &self.beside, |_| true, &sources);
        self.mend();
        let mut seats: BTreeMap<usize, usize> = BTreeMap::new();
        for school in self.with("jun", FIRST, 0) {
            let seat = self.owner[self.schools[school].face];
            let zone = match seats.get(&seat) {
                Some(zone) => *zone,
                None => self.number(1),
            };
            seats.insert(seat, zone);
            self.junior.entry(zone).or_default().push(school);
        }
        let all: BTreeSet<usize> = self.primary.keys().copied().collect();
        let seats: Vec<(usize, usize)> = seats.into_iter().collect();
        self.junior_of = self.grow_zones(&all, &seats);
    }

    /// Gives what lies apart from the rest of its zone to a zone beside it.
    fn mend(&mut self) {
        let zones: Vec<usize> = self.primary.keys().copied().collect();
        for zone in zones {
            let faces = self.faces_of(zone);
            let land = self.city.streets.mesh.union_of(&faces);
            let largest = land.iter().map(|p| plane::doubled_area(&p[0])).max();
            for polygon in land.iter().filter(|p| Some(plane::doubled_area(&p[0])) != largest) {
                for face in &faces {
                    let own = plane::inner(&self.city.streets.mesh.ring(*face));
                    if !plane::inside(&polygon[0], own) {
                        continue;
                    }
                    let other = self.beside[*face].iter().find(|f| self.owner[**f] != zone);
                    if let Some(other) = other {
                        self.owner[*face] = self.owner[*other];
                    }
                }
            }
        }
    }

    /// Primary zones that touch.
    pub(super) fn touching(&self) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut out: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (face, own) in self.owner.iter().enumerate() {
            for other in &self.beside[face] {
                if self.owner[*other] != *own {
                    out.entry(*own).or_default().insert(self.owner[*other]);
                }
            }
        }
        out
    }

    /// Where a primary zone is: at its first school.
    pub(super) fn seat(&self, zone: usize) -> Point {
        let school = self.primary.get(&zone).and_then(|own| own.first());
        school.map_or_else(Point::default, |school| self.schools[*school].at)
    }

    /// Shares primary zones out among junior zones that are seated in some of them.
    pub(super) fn grow_zones(
        &self,
        members: &BTreeSet<usize>,
        seats: &[(usize, usize)],
    ) -> BTreeMap<usize, usize> {
        let touching = self.touching();
        let most = self.primary.keys().max().map_or(0, |zone| zone + 1);
        let places: Vec<Point> = (0..most).map(|zone| self.seat(zone)).collect();
        let beside: Vec<Vec<usize>> = (0..most)
            .map(|zone| touching.get(&zone).into_iter().flatten().copied().collect())
            .collect();
        let grown = grow(&places, &beside, |zone| members.contains(&zone), seats);
        members.iter().map(|zone| (*zone, grown[*zone])).filter(|(_, own)| *own != NONE).collect()
    }

    /// The zones of a stage with a place in each.
    fn zone_places(&self, stage: usize) -> BTreeMap<usize, Point> {
        let zones = if stage == 0 { &self.primary } else { &self.junior };
        zones
            .iter()
            .filter_map(|(zone, schools)| Some((*zone, self.schools[*schools.first()?].at)))
            .collect()
    }

    fn snapshot(&self, year: i32) -> Year {
        let junior_of: Vec<usize> = self
            .owner
            .iter()
            .map(|zone| self.junior_of.get(zone).copied().unwrap_or(NONE))
            .collect();
        let zones = |of: &[usize], schools: &BTreeMap<usize, Vec<usize>>, stage: usize| {
            let mut faces: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (face, zone) in of.iter().enumerate() {
                faces.entry(*zone).or_default().push(face);
            }
            schools
                .iter()
                .map(|(zone, schools)| {
                    let mut schools = schools.clone();
                    schools.sort_unstable();
                    let faces = faces.remove(zone).unwrap_or_default();
                    (*zone, Zone { faces, schools, group: self.groups[stage].get(zone).copied() })
                })
                .collect()
        };
        Year {
            year,
            primary: zones(&self.owner, &self.primary, 0),
            junior: zones(&junior_of, &self.junior, 1),
            primary_of: self.owner.clone(),
            junior_of,
        }
    }
}
