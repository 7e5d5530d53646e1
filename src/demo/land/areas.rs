//! The administrative areas: quarters grouped into subdistricts, those cut into communities, with
//! the days on which lines were moved.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::calendar::{self, Day, RECORDS_BEGIN};
use super::fabric::Zone;
use super::names::{Name, Names};
use super::outline::{self, SUBDISTRICTS};
use super::plane::{self, Point, Polygon};
use super::streets::Streets;

/// Communities of today, about.
const COMMUNITIES: f64 = 110.0;
/// The day on which three subdistricts were parted from older ones.
pub(crate) const PARTED: Day = calendar::day(2016, 12, 26);
/// The days on which communities were parted.
const SPLITS: [Day; 5] = [
    calendar::day(2013, 7, 1),
    calendar::day(2015, 10, 1),
    calendar::day(2018, 5, 1),
    calendar::day(2020, 9, 1),
    calendar::day(2021, 3, 1),
];

/// A version of a community.
pub(crate) struct Community {
    /// Its number.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Name,
    /// Its subdistrict's place in [`SUBDISTRICTS`].
    pub(crate) subdistrict: usize,
    /// The communities of today that it holds.
    pub(crate) holds: Vec<usize>,
    /// The community it was parted from.
    pub(crate) parent: Option<String>,
    /// First day.
    pub(crate) from: Day,
    /// The day after its last.
    pub(crate) to: Option<Day>,
}

/// Who lies where, at every date.
pub(crate) struct Areas {
    /// The community of today of each face.
    pub(crate) today: Vec<usize>,
    /// Every version of every community.
    pub(crate) communities: Vec<Community>,
    /// For each community of today its versions' places, in the order of time.
    held: Vec<Vec<usize>>,
    /// The subdistrict of each community of today.
    subdistricts: Vec<usize>,
}

/// Whether a version is valid on a day.
pub(crate) fn valid(from: Day, to: Option<Day>, at: Day) -> bool {
    from <= at && to.is_none_or(|to| at < to)
}

impl Areas {
    /// The areas of a seed.
    pub(crate) fn new(seed: u64, streets: &Streets) -> Self {
        let quarters = Quarters::of(streets);
        let centres: Vec<Point> =
            (0..SUBDISTRICTS.len()).map(|i| plane::from_metres(outline::centre(i))).collect();
        let seeds: Vec<usize> = centres.iter().map(|at| quarters.nearest(*at)).collect();
        let all: Vec<usize> = (0..quarters.places.len()).collect();
        let subdistrict: Vec<usize> =
            quarters.grow(&all, &seeds).into_iter().map(|own| own.unwrap_or(0)).collect();
        let built: f64 = quarters.built.iter().sum();
        let mut community = vec![0; all.len()];
        let mut subdistricts = Vec::new();
        for own in 0..SUBDISTRICTS.len() {
            let members: Vec<usize> =
                all.iter().copied().filter(|q| subdistrict[*q] == own).collect();
            let share: f64 = members.iter().map(|q| quarters.built[*q]).sum::<f64>() / built;
            let count = ((share * COMMUNITIES).round() as usize).max(4);
            let seeds = quarters.spread(&members, count);
            let grown = quarters.grow(&members, &seeds);
            for (place, quarter) in members.iter().enumerate() {
                community[*quarter] = subdistricts.len() + grown[place].unwrap_or(0);
            }
            subdistricts.extend(vec![own; seeds.len()]);
        }
        let today: Vec<usize> =
            (0..streets.mesh.len()).map(|f| community[streets.mesh.origin(f)]).collect();
        let mut beside = BTreeSet::new();
        for (quarter, others) in quarters.beside.iter().enumerate() {
            beside.extend(others.iter().map(|other| (community[quarter], community[*other])));
        }
        let communities = histories(seed, &subdistricts, &beside);
        let mut held = vec![Vec::new(); subdistricts.len()];
        for (version, own) in communities.iter().enumerate() {
            own.holds.iter().for_each(|today| held[*today].push(version));
        }
        held.iter_mut().for_each(|own| own.sort_by_key(|version| communities[*version].from));
        Self { today, communities, held, subdistricts }
    }

    /// How many communities there are today.
    pub(crate) fn len(&self) -> usize {
        self.subdistricts.len()
    }

    /// The version of the community of today that held its land on a day.
    pub(crate) fn version(&self, today: usize, at: Day) -> &Community {
        let versions = &self.held[today];
        let later = versions.iter().rposition(|v| self.communities[*v].from <= at);
        &self.communities[versions[later.unwrap_or(0)]]
    }

    /// The community that a face of the streets' mesh lay in on a day.
    pub(crate) fn community(&self, face: usize, at: Day) -> &Community {
        self.version(self.today[face], at)
    }

    /// The days after `from` and before `to` on which the face's community or subdistrict changed.
    pub(crate) fn changes(&self, face: usize, from: Day, to: Option<Day>) -> Vec<Day> {
        let versions = &self.held[self.today[face]];
        let days = versions.iter().map(|v| self.communities[*v].from);
        let mut days: Vec<Day> =
            days.filter(|day| *day > from && to.is_none_or(|to| *day < to)).collect();
        days.dedup();
        days.retain(|day| {
            let (a, b) = (self.community(face, day - 1), self.community(face, *day));
            (&a.id, a.subdistrict) != (&b.id, b.subdistrict)
        });
        days
    }

    /// The land of communities of today, by what chooses them.
    pub(crate) fn land(&self, streets: &Streets, of: impl Fn(usize) -> bool) -> Vec<Polygon> {
        streets.mesh.union(|face| of(self.today[face]))
    }

    /// The subdistrict of a community of today, on a day.
    pub(crate) fn subdistrict(&self, today: usize, at: Day) -> usize {
        self.version(today, at).subdistrict
    }
}

/// The quarters as a graph.
pub(crate) struct Quarters {
    /// A middle of each.
    pub(crate) places: Vec<Point>,
    /// Those beside each.
    pub(crate) beside: Vec<BTreeSet<usize>>,
    /// Square metres of town in each.
    pub(crate) built: Vec<f64>,
}

impl Quarters {
    /// Of the streets' mesh.
    pub(crate) fn of(streets: &Streets) -> Self {
        let faces = 0..streets.mesh.len();
        let count = faces.clone().map(|f| streets.mesh.origin(f)).max().map_or(0, |m| m + 1);
        let mut sums = vec![([0.0; 2], 0.0); count];
        let mut beside = vec![BTreeSet::new(); count];
        let mut built = vec![0.0; count];
        for face in faces {
            let ring = streets.mesh.ring(face);
            let (quarter, [x, y], area) =
                (streets.mesh.origin(face), plane::centroid(&ring), plane::area(&ring));
            let sum = &mut sums[quarter];
            *sum = ([sum.0[0] + x as f64 * area, sum.0[1] + y as f64 * area], sum.1 + area);
            let others = streets.mesh.neighbours(face).into_iter().map(|f| streets.mesh.origin(f));
            beside[quarter].extend(others.filter(|other| *other != quarter));
            let town = streets.zones[face].is_built() || streets.zones[face] == Zone::Rural;
            built[quarter] += if town { area } else { 0.0 };
        }
        let places = sums
            .iter()
            .map(|([x, y], n)| [(x / n).round() as i64, (y / n).round() as i64])
            .collect();
        Self { places, beside, built }
    }

    /// The quarter nearest to a place.
    pub(crate) fn nearest(&self, at: Point) -> usize {
        let far = |q: &usize| plane::distance(self.places[*q], at) as i64;
        (0..self.places.len()).min_by_key(far).unwrap_or(0)
    }

    /// `count` of the members with town, each as far as can be from those before it.
    pub(crate) fn spread(&self, members: &[usize], count: usize) -> Vec<usize> {
        let town: Vec<usize> =
            members.iter().copied().filter(|q| self.built[*q] > 40_000.0).collect();
        let members = if town.len() < count { members.to_vec() } else { town };
        let mut chosen = vec![members[0]];
        let mut far: Vec<f64> = vec![f64::MAX; members.len()];
        while chosen.len() < count.min(members.len()) {
            let last = self.places[chosen[chosen.len() - 1]];
            for (far, quarter) in far.iter_mut().zip(&members) {
                *far = far.min(plane::distance(self.places[*quarter], last));
            }
            let next = (0..members.len()).max_by(|i, j| far[*i].total_cmp(&far[*j]).then(j.cmp(i)));
            chosen.extend(next.map(|next| members[next]));
        }
        chosen
    }

    /// For each member the seed whose group it joins: groups grow over neighbours, nearest first,
    /// so that each hangs together. `None` where none comes.
    pub(crate) fn grow(&self, members: &[usize], seeds: &[usize]) -> Vec<Option<usize>> {
        let mut group: BTreeMap<usize, Option<usize>> =
            members.iter().map(|q| (*q, None)).collect();
        let key = |seed: usize, at: usize| {
            Reverse((plane::distance(self.places[seeds[seed]], self.places[at]) as i64, at, seed))
        };
        let mut queue: BinaryHeap<_> =
            seeds.iter().enumerate().map(|(seed, at)| key(seed, *at)).collect();
        while let Some(Reverse((_, at, seed))) = queue.pop() {
            if let Some(free) = group.get_mut(&at).filter(|own| own.is_none()) {
                *free = Some(seed);
                queue.extend(
                    self.beside[at]
                        .iter()
                        .filter(|next| group.get(next).is_some_and(Option::is_none))
                        .map(|next| key(seed, *next)),
                );
            }
        }
        members.iter().map(|q| group[q]).collect()
    }
}

/// The versions of the communities: some were parted, those of new subdistricts changed hands.
fn histories(
    seed: u64,
    subdistricts: &[usize],
    beside: &BTreeSet<(usize, usize)>,
) -> Vec<Community> {
    let mut names = Names::new(seed, "community names");
    let named: Vec<Name> =
        subdistricts.iter().map(|_| names.next().with("社区", "Community")).collect();
    let mut parted: BTreeMap<usize, (usize, Day)> = BTreeMap::new();
    for day in SPLITS {
        let free = |c: usize| {
            !parted.contains_key(&c)
                && parted.values().all(|(parent, _)| *parent != c)
                && parted.keys().all(|child| subdistricts[*child] != subdistricts[c])
        };
        let found = beside.iter().rev().find(|(child, parent)| {
            parent < child
                && subdistricts[*parent] == subdistricts[*child]
                && free(*child)
                && free(*parent)
        });
        if let Some((child, parent)) = found.copied() {
            parted.insert(child, (parent, day));
        }
    }
    let mut out = Vec::new();
    for (own, name) in named.iter().enumerate() {
        let older = SUBDISTRICTS[subdistricts[own]].from;
        let start = parted.get(&own).map_or(RECORDS_BEGIN, |(_, day)| *day);
        let child = parted.iter().find(|(_, (parent, _))| *parent == own);
        let mut cuts = vec![start];
        cuts.extend(child.map(|(_, (_, day))| *day));
        cuts.extend((older.is_some() && start < PARTED).then_some(PARTED));
        cuts.sort_unstable();
        for (i, from) in cuts.iter().enumerate() {
            let whole = child.filter(|(_, (_, day))| from < day).map(|(child, _)| *child);
            let earlier = older.filter(|_| *from < PARTED);
            out.push(Community {
                id: format!("C{:03}", own + 1),
                name: name.clone(),
                subdistrict: earlier.unwrap_or(subdistricts[own]),
                holds: [own].into_iter().chain(whole).collect(),
                parent: parted.get(&own).map(|(parent, _)| format!("C{:03}", parent + 1)),
                from: *from,
                to: cuts.get(i + 1).copied(),
            });
        }
    }
    out
}
