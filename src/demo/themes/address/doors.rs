//! Door numbers: a building's door on the side towards its street, numbered along the street.

use std::collections::BTreeMap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::Day;
use super::super::super::land::names::Name;
use super::super::super::land::outline::SUBDISTRICTS;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::near::{Hit, Lines};
use super::streets::{by_way, namings};
use super::{is_named, street_id};

/// Where the segments of a street lie along it: metres from its start, and whether it runs along
/// the segment's line.
type Course = BTreeMap<usize, (f64, bool)>;

/// A door.
struct Door<'c> {
    building: &'c Building,
    at: Point,
    way: usize,
    /// Metres along the street, and which side it is on.
    far: f64,
    left: bool,
}

/// Doors further than this from their street, in metres, have no number along it.
const REACH: f64 = 300.0;

pub(super) fn doors(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let mut all = chosen(sheet)?;
    all.sort_by(|a, b| {
        let order = (a.way, a.left).cmp(&(b.way, b.left)).then(a.far.total_cmp(&b.far));
        order.then_with(|| a.building.id.cmp(&b.building.id))
    });
    let mut firsts: BTreeMap<usize, Day> = BTreeMap::new();
    for segment in &sheet.city.roads.segments {
        let first = firsts.entry(segment.way).or_insert_with(|| segment.opened());
        *first = (*first).min(segment.opened());
    }
    let mut last = (usize::MAX, false, 0_i64);
    for door in all {
        let next = if (last.0, last.1) == (door.way, door.left) { last.2 + 1 } else { 1 };
        last = (door.way, door.left, next);
        // Odd on the left, even on the right.
        let number = if door.left { next * 2 - 1 } else { next * 2 };
        let opened = firsts.get(&door.way).copied().unwrap_or(door.building.from);
        add(sheet, &door, number, opened)?;
    }
    Ok(())
}

/// The doors that are known: of buildings with dwellings first, then of others, as many as the layer
/// should have.
fn chosen<'c>(sheet: &Sheet<'c>) -> Result<Vec<Door<'c>>, DemoError> {
    let city = sheet.city;
    let streets = city.entities("address.streets")?;
    let named: Vec<bool> =
        (0..city.streets.ways.len()).map(|way| is_named(&streets, way)).collect();
    let (roads, courses) = (Lines::roads(city), courses(city));
    let mut pool: Vec<(u8, u64, &Building)> = city
        .buildings
        .iter()
        .filter(|own| !own.unfinished)
        .map(|own| {
            let dense = city.streets.dense[city.parcel(own.parcel).face];
            let class = match (own.dwellings() > 0, dense) {
                (true, true) => 0,
                (false, true) => 1,
                (true, false) => 2,
                (false, false) => 3,
            };
            (class, sheet.random.named(&own.id).next(), own)
        })
        .collect();
    pool.sort_by_key(|(class, chance, own)| (*class, *chance, own.from));
    let rows = |own: &Building| {
        let face = city.parcel(own.parcel).face;
        1 + city.areas.changes(face, own.from, own.to).len()
    };
    let mut left = sheet.target() as i64;
    let fits = |door: &Door<'_>| {
        left -= rows(door.building) as i64;
        left >= 0
    };
    let doors =
        pool.into_iter().filter_map(|(.., own)| door(city, &roads, (&courses, &named), own));
    Ok(doors.take_while(fits).collect())
}

/// The courses of all streets.
fn courses(city: &City) -> Course {
    let of = by_way(city);
    let mut out = Course::new();
    for segments in of.values() {
        let mut at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for number in segments {
            for end in city.roads.segments[*number].ends {
                at.entry(end).or_default().push(*number);
            }
        }
        let mut far = 0.0;
        // From each loose end; what is left then runs round.
        let loose = at.iter().filter(|(_, own)| own.len() == 1).map(|(end, _)| *end);
        let starts: Vec<usize> = loose.chain(at.keys().copied()).collect();
        for mut end in starts {
            while let Some(next) = at[&end].iter().copied().find(|own| !out.contains_key(own)) {
                let segment = &city.roads.segments[next];
                let along = segment.ends[0] == end;
                out.insert(next, (far, along));
                far += segment.length();
                end = segment.ends[usize::from(along)];
            }
        }
    }
    out
}

/// The door of a building: in the middle of the wall that is nearest to its street.
fn door<'c>(
    city: &City,
    roads: &Lines,
    (courses, named): (&Course, &[bool]),
    building: &'c Building,
) -> Option<Door<'c>> {
    let middle = plane::centroid(&building.ring);
    let segment = |s: usize| -> &Segment { &city.roads.segments[s] };
    let class = |s: usize| city.streets.ways[segment(s).way].class;
    let open = |s: usize| {
        let way = segment(s).way;
        let passable = class(s) != Class::Express && !segment(s).tunnel;
        passable && named[way] && segment(s).opened() <= building.from
    };
    let hit: Hit = roads.nearest(middle, REACH, open)?;
    let road = &segment(hit.line).line;
    let (kerb, way) = plane::along(road, hit.far);
    let walls = plane::edges(&building.ring).map(|(a, b)| plane::between(a, b, 0.5));
    let at = walls.min_by_key(|wall| plane::distance(*wall, kerb) as i64)?;
    let (start, along) = *courses.get(&hit.line)?;
    let off = plane::difference(at, kerb);
    let left = way[0] * off[1] - way[1] * off[0] > 0.0;
    let far = if along { hit.far } else { segment(hit.line).length() - hit.far };
    let way = segment(hit.line).way;
    Some(Door { building, at, way, far: start + far, left: left == along })
}

/// A door's rows: one for each name that its street bears, and each area that it lies in.
fn add(sheet: &mut Sheet<'_>, door: &Door<'_>, number: i64, opened: Day) -> Result<(), DemoError> {
    let city = sheet.city;
    let own = door.building;
    let mut random = sheet.random.named(&own.id);
    let kinds: &[&str] = match (own.land, own.usage) {
        ("R4", _) => &["village", "main", "main", "village", "main"],
        (_, "com" | "mixed") => &["main", "main", "sub"],
        _ => &["main", "main", "main", "main", "main", "sub"],
    };
    let kind = *random.pick(kinds);
    let door_no = if kind == "sub" { format!("{number}-1") } else { number.to_string() };
    let face = city.face_near(door.at).unwrap_or(city.parcel(own.parcel).face);
    let names = namings(city, door.way, opened);
    let mut days: Vec<Day> = vec![own.from];
    let inside = |day: &Day| *day > own.from && own.to.is_none_or(|to| *day < to);
    days.extend(names.iter().map(|naming| naming.from).filter(inside));
    days.extend(city.areas.changes(face, own.from, own.to));
    days.sort_unstable();
    days.dedup();
    for (place, from) in days.iter().enumerate() {
        let to = days.get(place + 1).copied().or(own.to);
        let community = city.areas.community(face, *from);
        let subdistrict = digits(SUBDISTRICTS[community.subdistrict].id);
        let (street, house) = (door.way + 1, number);
        let code =
            format!("440307{subdistrict:03}{:03}{street:04}{house:05}", digits(&community.id));
        let street = names.iter().rev().find(|naming| naming.from <= *from);
        let street = street.map_or(&city.streets.ways[door.way].name, |naming| &naming.name);
        let name =
            Name::new(format!("{}{door_no}号", street.zh), format!("{door_no} {}", street.en));
        let row = Row::new(format!("D{}", own.id), Shape::Point(door.at))
            .named(name)
            .during(*from, to)
            .set("building_id", own.id.clone())
            .set("street_id", street_id(door.way))
            .set("door_no", door_no.clone())
            .set("kind", kind)
            .set("address_code", code);
        sheet.add(row)?;
    }
    Ok(())
}

/// The number that an area's id ends with.
fn digits(id: &str) -> u32 {
    id.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0)
}
