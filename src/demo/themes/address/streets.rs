//! Named streets: all segments of a road, growing as it is opened, some of them renamed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::names::{self, Name};
use super::super::super::land::random::Random;
use super::super::super::land::streets::Class;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::street_id;

/// The words that end a street's name, and how they are romanised.
const ENDINGS: [(&str, &str); 6] = [
    ("大道", "Dadao"),
    ("高速", "Gaosu"),
    ("快速路", "Kuaisulu"),
    ("路", "Lu"),
    ("街", "Jie"),
    ("巷", "Xiang"),
];

/// A street while it bears one name.
pub(super) struct Naming {
    /// First day.
    pub(super) from: Day,
    /// Its name.
    pub(super) name: Name,
    /// The name before.
    pub(super) old: Option<Name>,
}

/// The names of a street, the first first; they follow one another without a gap.
pub(super) fn namings(city: &City, way: usize, opened: Day) -> Vec<Naming> {
    let own = &city.streets.ways[way];
    let mut random = Random::new(city.options.seed, "street namings").of(way as u64);
    let day = calendar::day(random.whole(2012, 2024) as i32, random.whole(1, 12) as i32, 1);
    let last = Naming { from: opened, name: own.name.clone(), old: None };
    let kept = own.class == Class::Express || !random.chance(0.09);
    if kept || day <= opened + 365 || day > RECORDS_END {
        return vec![last];
    }
    // The old name ends as the new one does.
    let (zh, en) = ending(&own.name);
    let kind = own.name.en.rsplit(' ').next().unwrap_or(en);
    let old = names::stem(&mut random).with(zh, kind);
    vec![
        Naming { from: opened, name: old.clone(), old: None },
        Naming { from: day, name: own.name.clone(), old: Some(old) },
    ]
}

fn ending(name: &Name) -> (&'static str, &'static str) {
    let found = ENDINGS.iter().find(|(zh, _)| name.zh.ends_with(zh));
    found.copied().unwrap_or(("路", "Lu"))
}

/// What kind of street it is, by its class and what its name ends with.
fn level(class: Class, name: &Name) -> &'static str {
    match (class, ending(name).0) {
        (Class::Express | Class::Arterial, _) | (_, "大道") => "avenue",
        (_, "街") => "street",
        (_, "巷") => "lane",
        _ => "road",
    }
}

/// The segments of each road.
pub(super) fn by_way(city: &City) -> BTreeMap<usize, Vec<usize>> {
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, segment) in city.roads.segments.iter().enumerate() {
        of.entry(segment.way).or_default().push(number);
    }
    of
}

/// The roads whose names are approved, with their segments: the main ones, then those with the most
/// buildings beside them, as many as the layer should have.
fn named(sheet: &Sheet<'_>) -> BTreeMap<usize, Vec<usize>> {
    let city = sheet.city;
    let mut beside = vec![0_usize; city.streets.mesh.len()];
    for building in &city.buildings {
        beside[city.parcel(building.parcel).face] += 1;
    }
    let mut pool: Vec<(bool, usize, usize, Vec<usize>)> = by_way(city)
        .into_iter()
        .map(|(way, segments)| {
            let faces = segments.iter().flat_map(|s| &city.roads.segments[*s].faces);
            let buildings: usize = faces.map(|face| beside[*face]).sum();
            (city.streets.ways[way].class > Class::Arterial, buildings, way, segments)
        })
        .collect();
    pool.sort_by(|a, b| (a.0, b.1, a.2).cmp(&(b.0, a.1, b.2)));
    let mut left = sheet.target() as i64;
    let fits = |(.., way, segments): &(bool, usize, usize, Vec<usize>)| {
        left -= days(city, *way, segments).len() as i64;
        left >= 0
    };
    pool.into_iter().take_while(fits).map(|(.., way, segments)| (way, segments)).collect()
}

/// The days on which a street grew or was renamed, its first included.
fn days(city: &City, way: usize, segments: &[usize]) -> BTreeSet<Day> {
    let mut days: BTreeSet<Day> =
        segments.iter().map(|s| city.roads.segments[*s].opened()).collect();
    let first = days.first().copied().unwrap_or_default();
    days.extend(namings(city, way, first).iter().map(|naming| naming.from));
    days
}

pub(super) fn streets(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (way, segments) in named(sheet) {
        let class = city.streets.ways[way].class;
        let opened = |s: &usize| city.roads.segments[*s].opened();
        let first = segments.iter().map(opened).min().unwrap_or_default();
        let namings = namings(city, way, first);
        let days: Vec<Day> = days(city, way, &segments).into_iter().collect();
        let mut random = sheet.random.of(way as u64);
        let width = match class {
            Class::Express => random.whole(60, 80),
            Class::Arterial => random.whole(40, 60),
            Class::Collector => random.whole(24, 36),
            Class::Local => random.whole(9, 18),
        };
        for (place, from) in days.iter().enumerate() {
            let there: Vec<usize> =
                segments.iter().copied().filter(|s| opened(s) <= *from).collect();
            let Some(naming) = namings.iter().rev().find(|naming| naming.from <= *from) else {
                continue;
            };
            let lines = there.iter().map(|s| city.roads.segments[*s].line.clone()).collect();
            let stem = naming.name.en.split(' ').next().unwrap_or_default();
            let row = Row::new(street_id(way), Shape::Lines(lines))
                .named(naming.name.clone())
                .during(*from, days.get(place + 1).copied())
                .set("level", level(class, &naming.name))
                .set("name_code", format!("440307{:04}", way + 1))
                .set("pinyin", format!("{stem} {}", ending(&naming.name).1))
                .set("old_name", naming.old.as_ref().map(|old| old.zh.clone()))
                .set("width_m", width as f64)
                .set("segments", there.len());
            sheet.add(row)?;
        }
    }
    Ok(())
}
