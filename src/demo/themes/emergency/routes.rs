//! Ways from where people live or are in danger to the nearest shelters.

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::streets::Class;
use super::super::super::recipes::inner_of;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::near::{self, Lines};
use super::super::roads::reach::{Net, openings};

const SHELTERS: &str = "emergency.shelters";
/// Longer ways than this are gone by bus, metres.
const ON_FOOT: f64 = 1_800.0;

/// Where people leave from.
struct Origin {
    at: Point,
    reason: &'static str,
    people: Option<f64>,
    from: Day,
}

/// A way to a shelter: its place in the list, the line, its length in metres.
type Way = (usize, Vec<Point>, f64);

/// The routes.
pub(super) fn evacuation_routes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let target = sheet.target();
    let shelters = city.entities(SHELTERS)?;
    let roads = Lines::roads(city);
    let opened = openings(city);
    let plans = [calendar::day(2017, 3, 1), calendar::day(2022, 3, 1)];
    let nets = plans.map(|day| {
        Net::weighed(city, |i| {
            let own = &city.roads.segments[i];
            let walked = city.streets.ways[own.way].class != Class::Express;
            (walked && opened[i] <= day).then_some(1.0)
        })
    });
    let mut number = 0;
    for origin in origins(sheet)? {
        if sheet.count >= target {
            break;
        }
        let Some(start) = near::junction(city, &roads, origin.at) else { continue };
        let mut random = sheet.random.of(number as u64 + 16);
        let find = |plan: usize| {
            if origin.from > plans[plan] {
                return None;
            }
            nearest(city, (&nets[plan], &roads), &shelters, (origin.at, start), plans[plan])
        };
        let mut versions: Vec<(Day, Option<Day>, Way)> = Vec::new();
        let same =
            |old: &Way, new: &Way| old.1 == new.1 && shelters[old.0].id == shelters[new.0].id;
        let days = plans.map(|day| day + random.whole(20, 280) as Day);
        match (find(0), find(1)) {
            (Some(old), Some(new)) if same(&old, &new) => versions.push((days[0], None, new)),
            (Some(old), Some(new)) => {
                versions.push((days[0], Some(days[1]), old));
                versions.push((days[1], None, new));
            }
            (None, Some(new)) => versions.push((days[1], None, new)),
            _ => continue,
        }
        number += 1;
        for (from, to, way) in versions {
            sheet.add(route(sheet, (&origin, number), &shelters, (from, to, way)))?;
        }
    }
    Ok(())
}

/// The row of a version of a route.
fn route(
    sheet: &Sheet<'_>,
    (origin, number): (&Origin, usize),
    shelters: &[Entity],
    (from, to, (shelter, line, length)): (Day, Option<Day>, Way),
) -> Row {
    let city = sheet.city;
    let shelter = &shelters[shelter];
    let mut random = sheet.random.named("people").of(number as u64);
    // What it could take at all times while the route holds.
    let capacity = shelters
        .iter()
        .filter(|own| own.id == shelter.id && own.days().1.is_none_or(|end| end > from))
        .filter(|own| to.is_none_or(|to| own.days().0 < to))
        .filter_map(|own| city.value(SHELTERS, own, "capacity").number())
        .fold(f64::MAX, f64::min);
    let community = city.face_near(origin.at).map(|face| city.areas.community(face, from));
    let around = city.face_near(origin.at).map_or(0.0, |face| {
        let own = city.areas.community(face, from);
        let faces = own.holds.iter().flat_map(|today| city.faces_of(*today).iter().copied());
        city.people.sum(faces, from).residents
    });
    let share = random.range(0.02, 0.08);
    let people = origin.people.unwrap_or(around * share).max(5.0).min(capacity).round();
    let foot = length <= ON_FOOT;
    let speed = if foot { 4.0 } else { 20.0 };
    let stem = community.map_or_else(|| Name::new("龙岗", "Longgang"), |own| own.name.stem());
    let name = stem.with(&format!("疏散路线{number:02}"), &format!("Evacuation Route {number}"));
    Row::new(sheet.number(number), Shape::Line(line))
        .named(name)
        .during(from, to)
        .set("route_no", format!("SS{number:03}"))
        .set("shelter_id", shelter.id.clone())
        .set("origin_community_id", community.map(|own| own.id.clone()))
        .set("reason", origin.reason)
        .set("mode", if foot { "foot" } else { "bus" })
        .set("people", people)
        .set("minutes", (length / (speed * 1000.0 / 60.0)).ceil().max(1.0))
}

/// The shortest way to a shelter of those that are near on the day.
fn nearest(
    city: &City,
    (net, roads): (&Net<'_>, &Lines),
    shelters: &[Entity],
    (at, start): (Point, usize),
    day: Day,
) -> Option<Way> {
    let mut order: Vec<usize> = (0..shelters.len()).filter(|i| shelters[*i].valid(day)).collect();
    order.sort_by_key(|i| plane::distance(shelters[*i].at, at) as i64);
    let way = |i: usize| {
        let end = near::junction(city, roads, shelters[i].at)?;
        let path = net.path(start, end, false);
        let mut line: Vec<Point> = Vec::new();
        for (number, along) in path {
            let own = &city.roads.segments[number].line;
            if along {
                line.extend(own);
            } else {
                line.extend(own.iter().rev());
            }
        }
        line.dedup();
        let length = plane::line_length(&line);
        (line.len() > 1 && length > 60.0).then_some((i, line, length))
    };
    let ways = order.into_iter().take(5).filter_map(way);
    ways.min_by(|a, b| a.2.total_cmp(&b.2))
}

/// Where routes begin: the densest communities, hazard points, the land below dams.
fn origins(sheet: &Sheet<'_>) -> Result<Vec<Origin>, DemoError> {
    let city = sheet.city;
    let mut dense: Vec<(f64, Point)> = (0..city.areas.len())
        .map(|own| {
            let faces = city.faces_of(own);
            let area: f64 =
                faces.iter().map(|face| plane::area(&city.streets.mesh.ring(*face))).sum();
            let people = city.people.sum(faces.iter().copied(), RECORDS_END).residents;
            (people / area.max(1.0), inner_of(city, faces.iter().copied()))
        })
        .collect();
    dense.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut lists: [Vec<Origin>; 3] = Default::default();
    let [homes, hazards, dams] = &mut lists;
    for (i, (_, at)) in dense.into_iter().enumerate() {
        let mut random = sheet.random.named("reasons").of(i as u64);
        let reasons = ["flood", "quake", "chemical"];
        let reason = reasons[random.weighed([5.0, 4.0, 1.0].into_iter())];
        homes.push(Origin { at, reason, people: None, from: 0 });
    }
    let layer = "geology.hazard_points";
    let mut seen: Vec<&str> = Vec::new();
    let points = city.entities(layer)?;
    for own in points.iter().filter(|own| own.valid(RECORDS_END)) {
        let people = city.value(layer, own, "threatened_people").number().filter(|own| *own > 0.0);
        if people.is_some() && !seen.contains(&own.id.as_str()) {
            seen.push(&own.id);
            hazards.push(Origin { at: own.at, reason: "landslide", people, from: own.days().0 });
        }
    }
    for own in city.entities("water.dams_gates")?.iter().filter(|own| own.valid(RECORDS_END)) {
        let reservoir = city.value("water.dams_gates", own, "reservoir_id").text();
        if !reservoir.is_empty() {
            dams.push(Origin { at: own.at, reason: "dam", people: None, from: own.days().0 });
        }
    }
    // Of every ten, six from homes, three from hazard points, one from below a dam.
    let mut out = Vec::new();
    let mut lists = lists.map(Vec::into_iter);
    for turn in 0..400 {
        let list = [0, 1, 0, 0, 1, 0, 2, 0, 1, 0][turn % 10];
        out.extend(lists[list].next());
    }
    Ok(out)
}
