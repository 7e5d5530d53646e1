//! Commerce: the districts where shops and offices gather.

use std::collections::{BTreeMap, BTreeSet};

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::fabric::Zone;
use super::super::land::names::Names;
use super::super::land::plane::{self, Point};
use super::super::land::uses;
use super::super::recipes::union;
use super::super::sheet::{Row, Shape, Sheet};
use super::emergency::inside;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "business_districts" => business_districts(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(_sheet: &Sheet<'_>, _layer: &str, row: Row) -> Result<Row, DemoError> {
    Ok(row)
}

/// Square metres of commercial land on each face that was there all the time.
fn shops(city: &City) -> BTreeMap<usize, f64> {
    let mut sums: BTreeMap<usize, [f64; 2]> = BTreeMap::new();
    for (_, parcel) in city.parcels().filter(|(_, own)| own.usage == "C1") {
        let sum = sums.entry(parcel.face).or_default();
        for (sum, day) in sum.iter_mut().zip([calendar::day(2012, 1, 1), RECORDS_END]) {
            *sum += if parcel.valid(day) { parcel.area() } else { 0.0 };
        }
    }
    let lasting = sums.into_iter().map(|(face, [old, new])| (face, old.min(new)));
    lasting.filter(|(_, area)| *area > 0.0).collect()
}

fn business_districts(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let shops = shops(city);
    let count = (sheet.target() as f64 / 1.25).round().max(1.0) as usize;
    let mut districts = gatherings(city, &shops, count);
    districts.sort_by(|a, b| {
        retail(city, b, RECORDS_END).total_cmp(&retail(city, a, RECORDS_END)).then(a.cmp(b))
    });
    let mut names = Names::new(city.options.seed, "business districts");
    for (number, faces) in districts.iter().enumerate() {
        let mut random = sheet.random.of(number as u64 + 16);
        let (level, visits) = match number {
            0 => ("city", [140.0, 180.0, 260.0]),
            1..=3 => ("district", [55.0, 80.0, 130.0]),
            _ => ("community", [8.0, 22.0, 50.0]),
        };
        let visits = random.about(visits);
        let name = names.next();
        let name = if level == "community" {
            name.with("社区商圈", "Neighbourhood Centre")
        } else {
            name.with("商圈", "Business District")
        };
        // The first faces are its core; what came last may have come later.
        let core = core(faces);
        let grew = number % 3 != 1 && core.len() < faces.len();
        let year = if random.chance(0.5) { 2017 } else { 2022 };
        let cut = calendar::day(year, random.whole(1, 12) as i32, 1);
        let mut versions = vec![(RECORDS_BEGIN, None, faces.as_slice())];
        if grew {
            versions = vec![
                (RECORDS_BEGIN, Some(cut), &faces[..core.len()]),
                (cut, None, faces.as_slice()),
            ];
        }
        for (from, to, faces) in versions {
            let Some(polygon) =
                union(city, faces).into_iter().max_by_key(|own| plane::doubled_area(&own[0]))
            else {
                continue;
            };
            let at = plane::inner(&polygon[0]);
            let last = to.map_or(from.max(calendar::day(2024, 1, 1)), |to| to - 1);
            let row = Row::new(sheet.number(number + 1), Shape::Polygon(polygon.clone()))
                .named(name.clone())
                .during(from, to)
                .set("level", level)
                .set("retail_m2", retail(city, faces, last))
                .set("malls", malls(city, &polygon, last)?)
                .set("footfall", (visits * if to.is_some() { 0.8 } else { 1.0 }).round() * 1000.0)
                .set("catchment", catchment(city, at, last));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Groups of faces round the strongest gatherings of shops, the strongest first, disjoint.
fn gatherings(city: &City, shops: &BTreeMap<usize, f64>, count: usize) -> Vec<Vec<usize>> {
    let mesh = &city.streets.mesh;
    let own = |face: usize| shops.get(&face).copied().unwrap_or(0.0);
    let around = |face: usize| -> f64 {
        own(face) + mesh.neighbours(face).into_iter().map(|other| own(other) * 0.6).sum::<f64>()
    };
    let built = |face: usize| {
        own(face) > 0.0 || matches!(city.streets.zones[face], Zone::Centre | Zone::Town)
    };
    let mut order: Vec<(f64, usize)> = shops.keys().map(|face| (around(*face), *face)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut out: Vec<Vec<usize>> = Vec::new();
    for (_, seed) in order {
        if out.len() >= count {
            break;
        }
        let apart = out.iter().all(|other| {
            let centre = plane::centroid(&mesh.ring(other[0]));
            plane::distance(centre, plane::centroid(&mesh.ring(seed))) > plane::metres(1_300.0)
        });
        if taken.contains(&seed) || !apart {
            continue;
        }
        let most = match out.len() {
            0 => 12,
            1..=3 => 8,
            _ => 5,
        };
        let mut group = vec![seed];
        while group.len() < most {
            let mut beside: Vec<usize> = group
                .iter()
                .flat_map(|face| mesh.neighbours(*face))
                .filter(|face| !group.contains(face) && !taken.contains(face))
                .filter(|face| {
                    let area = plane::area(&mesh.ring(*face));
                    area < 250_000.0 && built(*face)
                })
                .collect();
            beside.sort_by(|a, b| own(*b).total_cmp(&own(*a)).then(a.cmp(b)));
            let Some(next) = beside.first() else { break };
            group.push(*next);
        }
        taken.extend(&group);
        out.push(group);
    }
    out
}

/// The first faces of a group that still hang together: two thirds of them.
fn core(faces: &[usize]) -> &[usize] {
    // Each face was beside one before it, so any beginning of the list hangs together.
    &faces[..(faces.len() * 2).div_ceil(3)]
}

/// Floor area of buildings for commerce on faces, square metres.
fn retail(city: &City, faces: &[usize], at: Day) -> f64 {
    let mut sum = 0.0;
    for face in faces {
        let Ok(block) = city.blocks.binary_search_by_key(face, |own| own.face) else { continue };
        for place in 0..city.blocks[block].parcels.len() {
            let parcel = &city.blocks[block].parcels[place];
            let here = city.buildings_on([block, place]);
            let shops = here.iter().filter(|own| own.usage == "com");
            let shops = shops.filter(|own| own.valid(at) && !own.unfinished);
            let known = shops.map(super::super::land::buildings::Building::floor_area).sum::<f64>();
            // Where no building is known one by one, what land of that use usually bears.
            let usual = parcel.usage == "C1" && parcel.valid(at) && known == 0.0;
            sum += if usual { parcel.area() * uses::usual_far("C1") } else { known };
        }
    }
    sum.round()
}

/// Shopping centres inside.
fn malls(city: &City, polygon: &[Vec<Point>], at: Day) -> Result<usize, DemoError> {
    let malls = city.entities("commerce.malls")?;
    let inside = malls.iter().filter(|own| own.valid(at) && plane::inside(&polygon[0], own.at));
    Ok(inside.map(|own| own.id.as_str()).collect::<BTreeSet<&str>>().len())
}

/// People within three kilometres: of the blocks whose middle is.
fn catchment(city: &City, at: Point, day: Day) -> f64 {
    let by = plane::metres(3_000.0);
    let bounds = [plane::moved(at, [-by, -by]), plane::moved(at, [by, by])];
    let near = inside::faces(city, bounds)
        .into_iter()
        .filter(|face| plane::distance(plane::centroid(&city.streets.mesh.ring(*face)), at) <= by);
    city.people.sum(near, day).residents
}
