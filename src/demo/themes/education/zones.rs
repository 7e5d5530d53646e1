//! The layers of zones, their groups and their schools.

use std::collections::BTreeSet;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::Day;
use super::super::super::land::plane::{self, Point};
use super::super::super::recipes::union;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::sites::{LAST, School, september};
use super::system::{self, System};
use super::walks::Walks;
use super::zoning::{GROUPED, Year, Zone};

/// Land of a group in versions: first year, the year after the last, faces, zones and schools.
type Held = (i32, Option<i32>, Vec<usize>, [usize; 2]);

/// The number of a zone.
pub(super) fn zone_id(stage: &str, number: usize) -> String {
    format!("EZ{}{number:05}", if stage == "pri" { "P" } else { "J" })
}

fn group_id(stage: &str, group: usize) -> String {
    format!("ESZ{}{group:03}", if stage == "pri" { "P" } else { "J" })
}

/// A place in a zone: in its largest piece, where most homes are near.
pub(super) fn inner(city: &City, faces: &[usize]) -> Point {
    let land = union(city, faces);
    let largest = land.iter().max_by_key(|polygon| plane::doubled_area(&polygon[0]));
    let at = largest.map_or_else(Point::default, |polygon| plane::inner(&polygon[0]));
    let own: BTreeSet<usize> = faces.iter().copied().collect();
    if city.face_near(at).is_some_and(|face| own.contains(&face)) {
        return at;
    }
    super::super::super::recipes::inner_of(city, faces.iter().copied())
}

/// A version of a zone.
pub(super) struct Version<'y> {
    /// The zone's number.
    pub(super) number: usize,
    /// Its first school year.
    pub(super) from: i32,
    /// The school year in which it is no more.
    pub(super) to: Option<i32>,
    /// What it is.
    pub(super) zone: &'y Zone,
}

/// The versions of the zones of a stage.
pub(super) fn versions<'y>(years: &'y [Year], stage: &str) -> Vec<Version<'y>> {
    let mut out: Vec<Version<'y>> = Vec::new();
    let numbers: BTreeSet<usize> =
        years.iter().flat_map(|year| year.zones(stage).keys().copied()).collect();
    for number in numbers {
        let start = out.len();
        for year in years {
            let zone = year.zones(stage).get(&number);
            let open = out.len() > start && out.last().is_some_and(|last| last.to.is_none());
            if let Some(last) = out.last_mut().filter(|_| open) {
                if zone == Some(last.zone) {
                    continue;
                }
                last.to = Some(year.year);
            }
            if let Some(zone) = zone {
                out.push(Version { number, from: year.year, to: None, zone });
            }
        }
    }
    out
}

/// Days of a version.
fn days(from: i32, to: Option<i32>) -> (Day, Option<Day>) {
    (september(from), to.map(september))
}

pub(super) fn zones(sheet: &mut Sheet<'_>, stage: &'static str) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { schools, years, .. } = &*system;
    let mut before: Option<(usize, &School)> = None;
    for own in versions(years, stage) {
        let first = match before {
            Some((number, first)) if number == own.number => Some(first),
            _ => own.zone.schools.first().and_then(|school| schools.get(*school)),
        };
        let Some(first) = first else { continue };
        before = Some((own.number, first));
        let (zh, en) = if stage == "pri" {
            ("小学学区", "Primary Zone")
        } else {
            ("初中学区", "Junior Zone")
        };
        let (from, to) = days(own.from, own.to);
        let homes = city.people.sum(own.zone.faces.iter().copied(), from).dwellings;
        let kind = if own.zone.schools.len() > 1 { "shared" } else { "single" };
        for (part, polygon) in union(city, &own.zone.faces).into_iter().enumerate() {
            let id = zone_id(stage, own.number);
            let id = if part == 0 { id } else { format!("{id}-{}", part + 1) };
            let row = Row::new(id, Shape::Polygon(polygon))
                .named(first.stem().with(zh, en))
                .during(from, to)
                .set("zone_no", format!("{}{:03}", &zone_id(stage, 0)[2..3], own.number))
                .set("kind", kind)
                .set("super_zone_id", own.zone.group.map(|group| group_id(stage, group)))
                .set("schools", own.zone.schools.len())
                .set("dwellings", homes);
            sheet.add(row)?;
        }
    }
    Ok(())
}

pub(super) fn super_zones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let years = &system.years;
    for stage in ["pri", "jun"] {
        let groups: BTreeSet<usize> = years
            .iter()
            .flat_map(|year| year.zones(stage).values().filter_map(|zone| zone.group))
            .collect();
        for group in groups {
            // Faces, zones, schools by year; a version where the faces change.
            let mut versions: Vec<Held> = Vec::new();
            for year in years.iter().filter(|own| own.year >= GROUPED) {
                let own = year.zones(stage).values().filter(|zone| zone.group == Some(group));
                let (mut faces, mut counts) = (Vec::new(), [0, 0]);
                for zone in own {
                    faces.extend_from_slice(&zone.faces);
                    counts = [counts[0] + 1, counts[1] + zone.schools.len()];
                }
                faces.sort_unstable();
                if let Some(last) = versions.last_mut() {
                    if last.2 == faces {
                        last.3 = counts;
                        continue;
                    }
                    last.1 = Some(year.year);
                }
                versions.push((year.year, None, faces, counts));
            }
            let first = versions.first().and_then(|(_, _, faces, _)| faces.first().copied());
            let at = first.map_or_else(Point::default, |_| {
                inner(city, versions.first().map_or(&[], |own| own.2.as_slice()))
            });
            let name = city.face_near(at).map(|face| city.areas.community(face, september(LAST)));
            for (from, to, faces, [zones, schools]) in versions {
                let (from, to) = days(from, to);
                let (zh, en) = if stage == "pri" {
                    ("小学大学区", "Primary Group")
                } else {
                    ("初中大学区", "Junior Group")
                };
                let mut row =
                    Row::new(group_id(stage, group), Shape::Polygons(union(city, &faces)))
                        .during(from, to)
                        .set("stage", stage)
                        .set("zones", zones)
                        .set("schools", schools)
                        .set("choices", schools.clamp(3, 6));
                if let Some(own) = name {
                    row = row.named(own.name.stem().with(zh, en));
                }
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

pub(super) fn zone_schools(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { schools, years, .. } = &*system;
    let walks = Walks::new(city);
    for stage in ["pri", "jun"] {
        for own in versions(years, stage) {
            let middle = inner(city, &own.zone.faces);
            let (from, to) = days(own.from, own.to);
            for school in own.zone.schools.iter().filter_map(|school| schools.get(*school)) {
                let zone = zone_id(stage, own.number);
                let row = Row::new(format!("{zone}-{}", school.id), Shape::Point(school.at))
                    .during(from, to)
                    .set("zone_id", zone)
                    .set("school_id", school.id.clone())
                    .set("stage", stage)
                    .set("walk_m", walks.metres(school.at, middle));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
