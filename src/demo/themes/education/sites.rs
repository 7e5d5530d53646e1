//! The schools: where they stand, what they are, since when and until when.

use std::collections::BTreeSet;

use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::{self, Name};
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;

/// The school year that stands for all before the records.
pub(super) const BEFORE: i32 = 2009;
/// The last school year.
pub(super) const LAST: i32 = 2025;
/// Campuses, about.
const CAMPUSES: usize = 92;
/// Campuses on land that was opened since the records begin, at most: the others stood before.
const NEW_CAMPUSES: usize = 30;
/// Private schools in buildings that are no campus, about.
const OTHERS: usize = 10;

/// A school.
pub(super) struct School {
    /// Its number.
    pub(super) id: String,
    /// What it is named after.
    stem: Name,
    /// Where it stands.
    pub(super) at: Point,
    /// The face it stands on.
    pub(super) face: usize,
    /// The parcel it has to itself.
    pub(super) campus: Option<[usize; 2]>,
    /// Its main building.
    pub(super) building: Option<String>,
    /// The year in which that was built.
    pub(super) built: i32,
    /// Whether the public runs it.
    pub(super) public: bool,
    /// Its first school year.
    pub(super) open: i32,
    /// The school year in which it is no more.
    pub(super) close: Option<i32>,
    /// What it is from which school year on.
    pub(super) kinds: Vec<(i32, &'static str)>,
    /// Its size against others.
    pub(super) size: f64,
}

/// The first of September.
pub(super) fn september(year: i32) -> Day {
    calendar::day(year, 9, 1)
}

/// The first day of a school year, in the records.
pub(super) fn start_of(year: i32) -> Day {
    if year <= BEFORE { RECORDS_BEGIN } else { september(year) }
}

/// The school year that begins on the day or next after it.
fn school_year_from(day: Day) -> i32 {
    let year = calendar::civil(day).0;
    if day <= september(year) { year } else { year + 1 }
}

/// The stages of a kind of school.
pub(super) fn stages_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "pri" => &["pri"],
        "jun" => &["jun"],
        "nine" => &["pri", "jun"],
        "comp" => &["jun", "sen"],
        _ => &["sen"],
    }
}

impl School {
    /// Whether it is open in a school year.
    pub(super) fn is_open(&self, year: i32) -> bool {
        self.open <= year && self.close.is_none_or(|close| year < close)
    }

    /// What it is in a school year.
    pub(super) fn kind(&self, year: i32) -> &'static str {
        let known = self.kinds.iter().rev().find(|(from, _)| *from <= year);
        known.or(self.kinds.first()).map_or("pri", |(_, kind)| kind)
    }

    /// The stages it has in a school year.
    pub(super) fn stages(&self, year: i32) -> &'static [&'static str] {
        if self.is_open(year) { stages_of(self.kind(year)) } else { &[] }
    }

    /// The school year in which a stage began.
    pub(super) fn began(&self, stage: &str) -> i32 {
        let first = self.kinds.iter().find(|(_, kind)| stages_of(kind).contains(&stage));
        first.map_or(self.open, |(from, _)| *from)
    }

    /// What it is called in a school year.
    pub(super) fn name(&self, year: i32) -> Name {
        let kind = self.kind(year);
        let (zh, en) = match kind {
            "pri" if self.public => ("小学", "Primary School"),
            "pri" => ("实验小学", "Experimental Primary School"),
            "jun" => ("初级中学", "Junior Secondary School"),
            "nine" if self.public => ("学校", "School"),
            "nine" => ("实验学校", "Experimental School"),
            "sen" => ("高级中学", "Senior Secondary School"),
            _ => ("中学", "Secondary School"),
        };
        self.stem.with(zh, en)
    }

    /// What it is named after.
    pub(super) fn stem(&self) -> &Name {
        &self.stem
    }
}

/// A parcel with buildings that stand, with the main one.
struct Site<'c> {
    place: [usize; 2],
    parcel: &'c Parcel,
    main: &'c Building,
    order: u64,
}

fn sites<'c>(city: &'c City, random: &Random, uses: &[&str]) -> Vec<Site<'c>> {
    let mut out: Vec<Site<'c>> = city
        .parcels()
        .filter(|(_, parcel)| parcel.to.is_none() && uses.contains(&parcel.usage))
        .filter(|(_, parcel)| {
            let home = city.areas.today.get(parcel.face).copied().unwrap_or(0);
            let people = city.people.sum(city.faces_of(home).iter().copied(), RECORDS_END);
            people.residents > 2_500.0
        })
        .filter_map(|(place, parcel)| {
            let standing = city.buildings_on(place).iter().filter(|b| b.stands());
            let main =
                standing.max_by(|a, b| plane::area(&a.ring).total_cmp(&plane::area(&b.ring)))?;
            Some(Site { place, parcel, main, order: random.named(&parcel.id).next() })
        })
        .collect();
    // Land that was made a school's lately was so for a school.
    out.sort_by_key(|site| (site.parcel.from == RECORDS_BEGIN, site.order));
    out
}

/// Parcels for schools without one today.
pub(super) fn reserve<'c>(city: &'c City, schools: &[School]) -> Vec<([usize; 2], &'c Parcel)> {
    let taken: BTreeSet<[usize; 2]> = schools.iter().filter_map(|own| own.campus).collect();
    city.parcels()
        .filter(|(place, p)| p.to.is_none() && p.usage == "GIC5" && !taken.contains(place))
        .collect()
}

/// All schools.
pub(super) fn schools(city: &City) -> Vec<School> {
    let random = Random::new(city.options.seed, "schools");
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut out = Vec::new();
    let mut new = 0;
    for site in sites(city, &random, &["GIC5"]) {
        if out.len() >= CAMPUSES {
            break;
        }
        let mut chance = random.named(&site.parcel.id).of(2);
        let first = school_year_from(site.main.from);
        let old = site.parcel.from == RECORDS_BEGIN;
        if !old {
            if new == NEW_CAMPUSES {
                continue;
            }
            new += 1;
        }
        let open = match (old, chance.chance(0.68)) {
            (true, true) => BEFORE,
            (true, false) => chance.whole(2011, i64::from(LAST)) as i32,
            _ => first,
        };
        if open > LAST {
            continue;
        }
        let number = out.len() + 1;
        out.push(on_campus(city, &site, number, open, &mut chance, &mut taken));
    }
    let campuses = out.len();
    for site in sites(city, &random, &["R4", "M1", "C1"]) {
        if out.len() >= campuses + OTHERS {
            break;
        }
        if site.parcel.from > RECORDS_BEGIN || site.main.floor_area() < 2_400.0 {
            continue;
        }
        let mut chance = random.named(&site.parcel.id).of(2);
        let near = out
            .iter()
            .any(|other| plane::distance(other.at, plane::inner(&site.main.ring)) < 700_000.0);
        if !near {
            let number = out.len() + 1;
            out.push(elsewhere(city, &site, number, &mut chance, &mut taken));
        }
    }
    out
}

fn on_campus(
    city: &City,
    site: &Site<'_>,
    number: usize,
    open: i32,
    chance: &mut Random,
    taken: &mut BTreeSet<String>,
) -> School {
    let area = site.parcel.area();
    let at = plane::inner(&site.parcel.ring);
    let public = !chance.chance(0.09);
    let large = area > 21_000.0;
    let weights = match (public, large) {
        (false, _) => [3.0, 0.0, 4.0, 1.0, 0.0],
        (true, true) => [3.4, 1.3, 4.4, 0.9, 0.8],
        (true, false) => [6.0, 1.1, 2.4, 0.2, 0.2],
    };
    let kinds = ["pri", "jun", "nine", "sen", "comp"];
    let kind = kinds.get(chance.weighed(weights.into_iter())).copied().unwrap_or("pri");
    let mut history = vec![(open, kind)];
    let grows = kind == "pri" && public && open == BEFORE && area > 13_000.0;
    if grows && chance.chance(0.34) {
        history.push((chance.whole(2013, 2024) as i32, "nine"));
    }
    let closes = kind == "pri" && open == BEFORE && history.len() == 1 && chance.chance(0.07);
    School {
        id: format!("ES{number:05}"),
        stem: stem(city, at, chance, taken),
        at,
        face: site.parcel.face,
        campus: Some(site.place),
        building: Some(site.main.id.clone()),
        built: site.main.built,
        public,
        open,
        close: closes.then(|| chance.whole(2013, 2019) as i32),
        kinds: history,
        size: (area / 18_000.0).sqrt().clamp(0.75, 1.4) * chance.range(0.85, 1.15),
    }
}

/// A private school in a building among others.
fn elsewhere(
    city: &City,
    site: &Site<'_>,
    number: usize,
    chance: &mut Random,
    taken: &mut BTreeSet<String>,
) -> School {
    let at = plane::inner(&site.main.ring);
    let open = if chance.chance(0.6) { BEFORE } else { chance.whole(2011, 2016) as i32 };
    let kind = if chance.chance(0.6) { "nine" } else { "pri" };
    School {
        id: format!("ES{number:05}"),
        stem: stem(city, at, chance, taken),
        at,
        face: site.parcel.face,
        campus: None,
        building: Some(site.main.id.clone()),
        built: site.main.built,
        public: false,
        open,
        close: chance.chance(0.3).then(|| chance.whole(2018, 2023) as i32),
        kinds: vec![(open, kind)],
        size: chance.range(0.5, 0.8),
    }
}

/// What a school is named after: its community, or something else where that is taken.
fn stem(city: &City, at: Point, chance: &mut Random, taken: &mut BTreeSet<String>) -> Name {
    let community = city.face_near(at).map(|face| &city.areas.community(face, RECORDS_END).name);
    let mut name = community.map_or_else(|| names::stem(chance), Name::stem);
    let mut tries = 0;
    while !taken.insert(name.zh.clone()) {
        tries += 1;
        name = names::stem(chance);
        if tries > 60 {
            name = name.with(&format!("第{tries}"), &format!("No. {tries}"));
        }
    }
    name
}
