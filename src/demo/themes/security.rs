//! Security: calls to the police, and which station answers where.

use std::collections::BTreeSet;

use super::super::DemoError;
use super::super::city::{City, Entity};
use super::super::land::areas::valid;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::names::Name;
use super::super::land::plane::{self, Point, metres};
use super::super::recipes::{Rhythm, cut_communities, inner_of, minute, shapes, union};
use super::super::sheet::{Cell, Row, Shape, Sheet, Span};
use super::roads::near;

/// Side of the cells that calls are blurred to, metres.
const BLUR: i64 = 250;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "calls" => calls(sheet),
        "police_areas" => police_areas(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let city = sheet.city;
    let day = row.span.start();
    match (layer, &row.shape) {
        ("police_rooms", Shape::Point(at)) => {
            let stations = city.entities("security.police_stations")?;
            let near = near::entity(&stations, *at, |own| own.valid(day)).map(|own| own.id.clone());
            Ok(row.set("station_id", near))
        }
        ("patrol_routes", Shape::Line(line)) => {
            let station = station_at(city, line[0], day)?;
            Ok(row.set("station_id", station))
        }
        _ => Ok(row),
    }
}

/// The station that answers at a place on a day.
fn station_at(city: &City, at: Point, day: Day) -> Result<Cell, DemoError> {
    let id = "security.police_areas";
    let areas = city.entities(id)?;
    let own = near::holding(&areas, at, day);
    Ok(own.map_or(Cell::Null, |own| city.value(id, own, "station_id").clone()))
}

/// The stations of areas, each once.
fn locals(city: &City) -> Result<Vec<(String, Point)>, DemoError> {
    let id = "security.police_stations";
    let list = city.entities(id)?;
    let mut seen = BTreeSet::new();
    let local = |own: &&Entity| city.value(id, own, "kind").text() == "local";
    let first = list.iter().filter(local).filter(|own| seen.insert(own.id.clone()));
    Ok(first.map(|own| (own.id.clone(), own.at)).collect())
}

/// The groups of communities before and since 2017: a few at the borders changed hands.
fn groups(city: &City, sheet: &Sheet<'_>) -> (usize, [Vec<Option<usize>>; 2]) {
    let cutting = cut_communities(city, (sheet.target() / 2).max(1));
    let before = cutting.periods.into_iter().next().map(|own| own.1).unwrap_or_default();
    let mut since = before.clone();
    let mut touched = BTreeSet::new();
    let of = |groups: &[Option<usize>], own: usize| -> Vec<usize> {
        (0..groups.len()).filter(|face| groups[*face] == Some(own)).collect()
    };
    for community in 0..city.areas.len() {
        let faces = city.faces_of(community);
        let Some(own) = faces.first().and_then(|face| since[*face]) else { continue };
        let beside = faces.iter().flat_map(|face| city.streets.mesh.neighbours(*face));
        let other = beside.filter_map(|face| since[face]).find(|other| *other != own);
        let Some(other) = other.filter(|other| !touched.contains(other)) else { continue };
        if touched.contains(&own) || touched.len() >= 8 {
            continue;
        }
        let mut moved = since.clone();
        faces.iter().for_each(|face| moved[*face] = Some(other));
        // Both must still hang together.
        let whole = [own, other].iter().all(|group| union(city, &of(&moved, *group)).len() == 1);
        if whole {
            since = moved;
            touched.extend([own, other]);
        }
    }
    (cutting.groups, [before, since])
}

/// A station for each place, the nearest first, each once.
fn paired(places: &[Point], stations: &[(String, Point)]) -> Vec<Option<String>> {
    let mut pairs: Vec<(i64, usize, usize)> = Vec::new();
    for (i, at) in places.iter().enumerate() {
        let far = |own: &(String, Point)| plane::distance(own.1, *at) as i64;
        pairs.extend(stations.iter().enumerate().map(|(j, own)| (far(own), i, j)));
    }
    pairs.sort_unstable();
    let mut out = vec![None; places.len()];
    let mut taken = BTreeSet::new();
    for (_, i, j) in pairs {
        if out[i].is_none() && taken.insert(j) {
            out[i] = Some(stations[j].0.clone());
        }
    }
    out
}

/// Areas of whole communities.
fn police_areas(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (count, periods) = groups(city, sheet);
    let cut = calendar::day(2017, 1, 1);
    let faces = |period: usize, group: usize| -> Vec<usize> {
        (0..periods[period].len()).filter(|face| periods[period][*face] == Some(group)).collect()
    };
    let places: Vec<Point> =
        (0..count).map(|group| inner_of(city, faces(1, group).into_iter())).collect();
    let stations = paired(&places, &locals(city)?);
    for (group, place) in places.iter().enumerate() {
        let name = city.face_near(*place).map_or_else(
            || Name::new("派出所辖区", "Police Area"),
            |face| {
                city.areas
                    .community(face, RECORDS_END)
                    .name
                    .stem()
                    .with("派出所辖区", "Police Area")
            },
        );
        for (period, (from, to)) in
            [(RECORDS_BEGIN, Some(cut)), (cut, None)].into_iter().enumerate()
        {
            let held = faces(period, group);
            let mut communities: Vec<&str> =
                held.iter().map(|face| city.areas.community(*face, from).id.as_str()).collect();
            communities.sort_unstable();
            communities.dedup();
            let people = city.people.sum(held.iter().copied(), from).residents;
            for (part, shape) in shapes(sheet, union(city, &held)).into_iter().enumerate() {
                let suffix = if part == 0 { String::new() } else { format!("-{}", part + 1) };
                let row = Row::new(format!("{}{suffix}", sheet.number(group + 1)), shape)
                    .named(name.clone())
                    .during(from, to)
                    .set("station_id", stations[group].clone())
                    .set("communities", communities.len())
                    .set("residents", people);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// The middle of the cell that holds a place, in the grid of EPSG:4547.
fn blurred(at: Point) -> Point {
    let cell = |v: i64, origin: i64| {
        let side = BLUR * 1000;
        (v + origin).div_euclid(side) * side + side / 2 - origin
    };
    let [east, north] = plane::grid([0, 0]);
    [cell(at[0], (east * 1000.0) as i64), cell(at[1], (north * 1000.0) as i64)]
}

/// Calls of the latest years, where people live, work and go out.
fn calls(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let id = "security.police_areas";
    let areas = city.entities(id)?;
    let first = calendar::day(2021, 1, 1);
    let mut sums: Vec<f64> = Vec::with_capacity(city.blocks.len());
    let mut whole = 0.0;
    for block in &city.blocks {
        let count = city.people.at(block.face, RECORDS_END);
        whole += count.residents + count.jobs;
        sums.push(whole);
    }
    let mut found: Vec<(i64, Point)> = (0..target)
        .map(|number| {
            let mut random = sheet.random.of(number as u64 | 1 << 32);
            let left = random.unit() * whole;
            let block = sums.partition_point(|sum| *sum <= left).min(city.blocks.len() - 1);
            let own = &city.blocks[block];
            let now: Vec<&_> = own
                .parcels
                .iter()
                .filter(|p| {
                    valid(p.from, p.to, RECORDS_END)
                        && matches!(p.usage, "R2" | "R4" | "C1" | "M1" | "M0")
                })
                .collect();
            let at = match now.as_slice() {
                [] => plane::inner(&own.kerb),
                some => plane::inner(&random.pick(some).ring),
            };
            let at = plane::moved(
                at,
                [random.range(-20.0, 20.0), random.range(-20.0, 20.0)].map(metres),
            );
            let rhythm = if random.chance(0.7) { Rhythm::Night } else { Rhythm::Day };
            (minute(rhythm, first, RECORDS_END + 1, &mut random), at)
        })
        .collect();
    found.sort_unstable();
    for (number, (begin, at)) in found.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 33);
        let day = begin.div_euclid(1440) as Day;
        let station = near::holding(&areas, at, day.max(RECORDS_BEGIN));
        let station = station.map_or(Cell::Null, |own| city.value(id, own, "station_id").clone());
        let place = blurred(at);
        let arrived = (!random.chance(0.15)).then(|| random.about([3.0, 8.0, 24.0]).round() as i64);
        let last = i64::from(RECORDS_END + 1) * 1440 - 1;
        let end = (begin + random.whole(20, 180) + arrived.unwrap_or(0)).min(last);
        let mut row = Row::new(sheet.number(number + 1), Shape::Point(place))
            .span(Span::Minutes(begin, Some(end)))
            .set("arrived_at", arrived.map_or(Cell::Null, |after| Cell::Minute(begin + after)))
            .set("response_min", arrived.map(|after| after as f64))
            .set("blur_m", BLUR);
        row.cells.push(("station_id".into(), station));
        sheet.add(row)?;
    }
    Ok(())
}
