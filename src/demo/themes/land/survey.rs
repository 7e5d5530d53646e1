//! Existing land use: patches of one use that tile the district, by the yearly survey.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::Name;
use super::super::super::land::parcels::Block;
use super::super::super::land::plane::{self, Polygon, Ring};
use super::super::super::land::random::Random;
use super::super::super::recipes::union;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::blocks::{self, History};
use super::{joined, use_name, without};

/// The least part of a block's land that is told apart.
const PART: f64 = 0.34;
/// The first survey tells land by what had been approved for it until this day.
const APPROVED: Day = calendar::day(2013, 12, 31);
/// The least land that is told apart, square metres.
const LEAST: f64 = 60_000.0;

/// A patch while its use stays: land, use, first day, the day after the last.
type Version = (usize, Polygon, &'static str, Day, Option<Day>);

pub(super) fn land_use(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    let all: Vec<Vec<Version>> = city.blocks.iter().map(block_versions).collect();
    let mut held: BTreeMap<usize, Ring> = BTreeMap::new();
    let mut grown: BTreeSet<usize> = BTreeSet::new();
    let plain: BTreeMap<usize, (History, &Ring)> = city
        .blocks
        .iter()
        .zip(&all)
        .filter_map(|(block, own)| Some((block.face, plain(own)?)))
        .collect();
    let mut order: Vec<usize> = (0..city.blocks.len()).collect();
    order.sort_by_key(|i| (-plane::doubled_area(&city.blocks[*i].kerb), *i));
    for (block, versions) in order.into_iter().map(|i| (&city.blocks[i], &all[i])) {
        if grown.contains(&block.face) {
            continue;
        }
        if let Some((history, _)) = plain.get(&block.face) {
            let (faces, ring) = blocks::grow(city, block.face, &plain, &grown);
            grown.extend(faces);
            for (usage, from, to) in history {
                write(sheet, number, vec![ring.clone()], usage, (*from, *to))?;
            }
            number += 1;
            held.insert(block.face, ring);
            continue;
        }
        let count = versions.iter().map(|own| own.0 + 1).max().unwrap_or(0);
        for (own, land, usage, from, to) in versions {
            write(sheet, number + own, land.clone(), usage, (*from, *to))?;
        }
        number += count;
        held.insert(block.face, block.kerb.clone());
    }
    for subdistrict in 0..super::super::super::land::outline::SUBDISTRICTS.len() {
        let own = |face: &usize| {
            city.areas.subdistrict(city.areas.today[*face], RECORDS_END) == subdistrict
        };
        let all: Vec<usize> = (0..city.streets.mesh.len()).filter(own).collect();
        for usage in ["E2", "E1", "S2"] {
            let faces: Vec<usize> =
                all.iter().copied().filter(|face| natural(city, *face) == usage).collect();
            let kerbs: Vec<&Ring> = faces.iter().filter_map(|face| held.get(face)).collect();
            for land in without(union(city, &faces), &kerbs) {
                write(sheet, number, land, usage, (RECORDS_BEGIN, None))?;
                number += 1;
            }
        }
    }
    Ok(())
}

/// The uses and the border of a block that was always of one use.
fn plain(versions: &[Version]) -> Option<(History, &Ring)> {
    let (_, first, ..) = versions.first()?;
    let whole = first.len() == 1 && versions.iter().all(|own| own.0 == 0);
    let history = versions.iter().map(|(_, _, usage, from, to)| (*usage, *from, *to)).collect();
    whole.then(|| (history, &first[0]))
}

/// What the land of a face is that no block takes.
fn natural(city: &City, face: usize) -> &'static str {
    match city.streets.zones[face] {
        Zone::Hill => "E2",
        Zone::River => "E1",
        _ => "S2",
    }
}

/// The patches of a block in all surveys.
fn block_versions(block: &Block) -> Vec<Version> {
    let survey = |day: Day| {
        let year = calendar::civil(day).0;
        if day <= APPROVED { RECORDS_BEGIN } else { calendar::day(year, 12, 31) }
    };
    let days: BTreeSet<Day> = block
        .parcels
        .iter()
        .map(|own| survey(own.from))
        .filter(|day| *day <= RECORDS_END)
        .chain([RECORDS_BEGIN])
        .collect();
    let mut numbers: Vec<Polygon> = Vec::new();
    let mut out: Vec<Version> = Vec::new();
    for day in days {
        let there = patches(block, day.max(APPROVED));
        let same = |a: &Version, usage: &str, land: &Polygon| {
            a.4.is_none() && a.2 == usage && a.1 == *land
        };
        for old in &mut out {
            if old.4.is_none() && !there.iter().any(|(usage, land)| same(old, usage, land)) {
                old.4 = Some(day);
            }
        }
        for (usage, land) in there {
            if out.iter().any(|old| same(old, usage, &land)) {
                continue;
            }
            let known = numbers.iter().position(|other| *other == land);
            let number = known.unwrap_or_else(|| {
                numbers.push(land.clone());
                numbers.len() - 1
            });
            out.push((number, land, usage, day, None));
        }
    }
    out
}

/// The land of a block by use on a day; small parts count to what most of it is.
fn patches(block: &Block, day: Day) -> Vec<(&'static str, Polygon)> {
    let mut areas: BTreeMap<&'static str, f64> = BTreeMap::new();
    for own in block.parcels.iter().filter(|own| own.valid(day)) {
        *areas.entry(own.usage).or_default() += own.area();
    }
    let whole: f64 = areas.values().sum();
    let main = areas.iter().max_by(|a, b| a.1.total_cmp(b.1)).map_or("E9", |(usage, _)| *usage);
    let told = |usage: &'static str| {
        let area = areas.get(usage).copied().unwrap_or(0.0);
        if area >= LEAST && area >= whole * PART { usage } else { main }
    };
    let mut rings: BTreeMap<&'static str, Vec<&Ring>> = BTreeMap::new();
    for own in block.parcels.iter().filter(|own| own.valid(day)) {
        rings.entry(told(own.usage)).or_default().push(&own.ring);
    }
    let land = |(usage, rings): (&'static str, Vec<&Ring>)| {
        let polygons = joined(rings.into_iter());
        polygons.into_iter().map(move |polygon| (usage, normal(polygon)))
    };
    rings.into_iter().flat_map(land).collect()
}

/// The same land always with the same first points.
fn normal(mut land: Polygon) -> Polygon {
    for ring in &mut land {
        let least = (0..ring.len()).min_by_key(|i| ring[*i]).unwrap_or(0);
        ring.rotate_left(least);
    }
    land
}

fn write(
    sheet: &mut Sheet<'_>,
    number: usize,
    land: Polygon,
    usage: &'static str,
    (from, to): (Day, Option<Day>),
) -> Result<(), DemoError> {
    let id = sheet.number(number + 1);
    let mut random = sheet.random.named(&id);
    let survey = survey_code(usage, &mut random);
    let built = !matches!(usage, "E1" | "E2" | "E9");
    let collective = matches!(usage, "R4") && random.chance(0.75)
        || matches!(usage, "M1" | "W0") && random.chance(0.25)
        || matches!(survey, "0201" | "0103") && random.chance(0.4);
    let shape = Shape::Polygon(land);
    let farmed = match survey {
        "0201" | "0103" => random.range(0.55, 0.9),
        _ => random.range(0.0, 0.06),
    };
    let farm = (usage == "E2").then(|| (shape.area() * farmed).round());
    let (zh, en) = use_name(usage);
    let row = Row::new(id, shape)
        .named(Name::new(
            format!("{zh}图斑{:04}", number + 1),
            format!("{en} Patch {:04}", number + 1),
        ))
        .during(from, to)
        .set("use_code", usage)
        .set("survey_code", survey)
        .set("survey_year", calendar::civil(from).0)
        .set("built", built)
        .set("owner", if collective { "collective" } else { "state" })
        .set("farm_m2", farm);
    sheet.add(row)
}

/// The class of the national land survey.
#[expect(clippy::explicit_auto_deref, reason = "it says which type is picked")]
fn survey_code(usage: &str, random: &mut Random) -> &'static str {
    match usage {
        "R2" => "0701",
        "R4" => "0702",
        "C1" => "05H1",
        "M1" | "M0" => "0601",
        "W0" => "0508",
        "GIC1" => "08H1",
        "GIC2" | "GIC4" | "GIC5" | "GIC7" => "08H2",
        "U1" | "U5" | "U9" => "0809",
        "G1" | "G2" => "0810",
        "S2" => "1004",
        "S4" => "1005",
        "E1" => *random.pick(&["1101", "1101", "1103"]),
        "E2" => *random.pick(&["0301", "0301", "0201", "0103"]),
        _ => "1206",
    }
}
