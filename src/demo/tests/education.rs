//! School places: what holds of zones, schools and places at every date.

use std::collections::{BTreeMap, BTreeSet};

use super::super::city::Entity;
use super::super::land::calendar::{self, Day};
use super::super::land::plane;
use super::super::sheet::{Cell, Shape};
use super::{city, number, rows, text};

const STAGES: [(&str, &str); 2] =
    [("pri", "education.zones_primary"), ("jun", "education.zones_junior")];
const PLACES: &str = "education.places";
const LINKS: &str = "education.zone_schools";
const SCHOOLS: &str = "education.schools";

fn september(year: i32) -> Day {
    calendar::day(year, 9, 1)
}

fn polygon(own: &Entity) -> &[Vec<[i64; 2]>] {
    if let Shape::Polygon(polygon) = &own.shape {
        polygon
    } else {
        panic!("{} is no polygon", own.id)
    }
}

/// Twice the area in square millimetres, holes left out.
fn doubled(polygon: &[Vec<[i64; 2]>]) -> i64 {
    polygon.iter().map(|ring| plane::doubled_area(ring)).sum()
}

fn holds(own: &Entity, at: [i64; 2]) -> bool {
    polygon(own).iter().filter(|ring| plane::inside(ring, at)).count() % 2 == 1
}

fn of_year(id: &str, year: i32) -> Vec<usize> {
    let all = rows(id);
    (0..all.len()).filter(|i| all[*i].valid(september(year))).collect()
}

/// Figures of a zone and a year.
type Sums = Vec<(f64, f64, bool)>;

#[test]
fn zones_tile_the_district_in_every_school_year_and_change_only_in_september() {
    let mesh = &city().streets.mesh;
    let district: i64 = (0..mesh.len()).map(|face| plane::doubled_area(&mesh.ring(face))).sum();
    for (_, id) in STAGES {
        let all = rows(id);
        for own in all.iter() {
            let (from, to) = own.days();
            for day in [Some(from), to].into_iter().flatten() {
                let (_, month, day) = calendar::civil(day);
                assert_eq!((month, day), (9, 1), "{}", own.id);
            }
        }
        for year in 2010..=2025 {
            let now = of_year(id, year);
            let sum: i64 = now.iter().map(|i| doubled(polygon(&all[*i]))).sum();
            assert_eq!(sum, district, "{id} {year}");
            // No two have a block in common: with the sum, they tile.
            for face in 0..mesh.len() {
                let at = plane::inner(&mesh.ring(face));
                let hits = now.iter().filter(|i| holds(&all[**i], at)).count();
                assert_eq!(hits, 1, "{id} {year} face {face}");
            }
        }
    }
}

#[test]
fn a_door_has_one_zone_a_stage_and_year() {
    let doors = rows("address.doors");
    for (_, id) in STAGES {
        let all = rows(id);
        for year in 2010..=2025 {
            let now = of_year(id, year);
            for door in doors.iter() {
                let hits = now.iter().filter(|i| holds(&all[**i], door.at)).count();
                assert_eq!(hits, 1, "{id} {year} {}", door.id);
            }
        }
    }
}

#[test]
fn a_public_stage_is_in_one_zone_and_every_zone_has_a_school() {
    let schools = rows(SCHOOLS);
    let links = rows(LINKS);
    for year in 2010..=2025 {
        let day = september(year);
        for (stage, zones) in STAGES {
            let mut of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for own in
                links.iter().filter(|own| own.valid(day) && text(LINKS, own, "stage") == stage)
            {
                of.entry(text(LINKS, own, "school_id"))
                    .or_default()
                    .insert(text(LINKS, own, "zone_id"));
                *counts.entry(text(LINKS, own, "zone_id")).or_default() += 1;
            }
            for own in schools.iter().filter(|own| own.valid(day)) {
                let kind = text(SCHOOLS, own, "kind");
                let has = match stage {
                    "pri" => ["pri", "nine"].contains(&kind),
                    _ => ["jun", "nine", "comp"].contains(&kind),
                };
                let wanted = usize::from(has && text(SCHOOLS, own, "owner") == "public");
                let count = of.get(own.id.as_str()).map_or(0, BTreeSet::len);
                assert_eq!(count, wanted, "{} {stage} {year}", own.id);
            }
            let all = rows(zones);
            for own in of_year(zones, year).into_iter().map(|i| &all[i]) {
                let count = counts.get(own.id.as_str()).copied().unwrap_or(0);
                assert!(count > 0, "{} {year} has no school", own.id);
                assert_eq!(count as f64, number(zones, own, "schools"), "{} {year}", own.id);
                let kind = if count > 1 { "shared" } else { "single" };
                assert_eq!(text(zones, own, "kind"), kind, "{} {year}", own.id);
            }
        }
    }
}

#[test]
fn places_are_classes_times_their_size() {
    for own in rows(PLACES).iter() {
        let value = |column| number(PLACES, own, column);
        assert_eq!(value("places"), value("classes") * value("class_size"), "{}", own.id);
        let size = if text(PLACES, own, "stage") == "pri" { 45.0 } else { 50.0 };
        assert_eq!(value("class_size"), size, "{}", own.id);
        assert_eq!(value("entry_places") % size, 0.0, "{}", own.id);
        assert!(value("entry_enrolled") <= value("entry_places"), "{}", own.id);
        assert!(value("entry_enrolled") <= value("enrolled"), "{}", own.id);
        assert!(value("enrolled") <= value("places") * 1.05, "{}", own.id);
        let year = value("school_year") as i32;
        assert!(own.days().0 >= september(year) && own.days().0 < september(year + 1));
    }
}

#[test]
fn loads_lie_on_both_sides_of_enough_and_full() {
    let (places, links) = (rows(PLACES), rows(LINKS));
    let day = september(2025);
    let mut loads = Vec::new();
    for (stage, zones) in STAGES {
        let all = rows(zones);
        let age = if stage == "pri" { "age_6" } else { "age_12" };
        let children = rows("population.children_by_age");
        for own in of_year(zones, 2025).into_iter().map(|i| &all[i]) {
            let mut demand = 0.0;
            for community in 0..city().areas.len() {
                let faces = city().faces_of(community);
                let homes = |inside: bool| -> f64 {
                    let of = faces.iter().filter(|face| {
                        let at = plane::inner(&city().streets.mesh.ring(**face));
                        !inside || holds(own, at)
                    });
                    of.map(|face| city().people.at(*face, day).dwellings).sum()
                };
                let key = format!("C{:03}-2025", community + 1);
                let count = children.iter().find(|row| row.id == key).unwrap();
                let part = homes(true) / homes(false).max(1.0);
                demand += 0.95 * part * number("population.children_by_age", count, age);
            }
            let served: BTreeSet<&str> = links
                .iter()
                .filter(|row| row.valid(day) && text(LINKS, row, "zone_id") == own.id)
                .map(|row| text(LINKS, row, "school_id"))
                .collect();
            let there: f64 = places
                .iter()
                .filter(|row| row.valid(day) && text(PLACES, row, "stage") == stage)
                .filter(|row| served.contains(text(PLACES, row, "school_id")))
                .map(|row| number(PLACES, row, "entry_places"))
                .sum();
            loads.push(demand / there);
        }
    }
    let count = |low: f64, high: f64| loads.iter().filter(|r| **r > low && **r <= high).count();
    let (enough, tight, full) = (count(0.0, 0.9), count(0.9, 1.0), count(1.0, 9.0));
    assert!(enough >= 8 && tight >= 8 && full >= 8, "{enough} {tight} {full} {loads:?}");
}

#[test]
fn no_more_are_admitted_than_asked_and_than_entered() {
    let id = "education.intake_results";
    let (places, links) = (rows(PLACES), rows(LINKS));
    let mut sums: BTreeMap<(String, i32), Sums> = BTreeMap::new();
    for own in rows(id).iter() {
        let value = |column| number(id, own, column);
        assert!(value("admitted") <= value("applicants"), "{}", own.id);
        let cut = *city().value(id, own, "cut_points") != Cell::Null;
        let partly = value("admitted") > 0.0 && value("admitted") < value("applicants");
        assert_eq!(cut, partly, "{}", own.id);
        let key = (text(id, own, "zone_id").to_owned(), value("school_year") as i32);
        sums.entry(key).or_default().push((value("applicants"), value("admitted"), cut));
    }
    for ((zone, year), list) in sums {
        assert_eq!(list.len(), 6, "{zone} {year}");
        let entered: f64 = links
            .iter()
            .filter(|own| own.valid(september(year)) && text(LINKS, own, "zone_id") == zone)
            .map(|own| {
                let (school, stage) = (text(LINKS, own, "school_id"), text(LINKS, own, "stage"));
                let key = format!("{school}-{stage}-{year}");
                let found = places.iter().find(|row| row.id == key);
                number(PLACES, found.unwrap_or_else(|| panic!("{key}")), "entry_enrolled")
            })
            .sum();
        let admitted: f64 = list.iter().map(|(_, admitted, _)| admitted).sum();
        assert!(admitted <= entered, "{zone} {year}: {admitted} of {entered}");
    }
}

#[test]
fn a_home_is_locked_for_its_years_by_a_school_of_its_zone() {
    let id = "education.locked_homes";
    let doors = rows("address.doors");
    let links = rows(LINKS);
    let mut spans: BTreeMap<(String, String), Vec<(Day, Day)>> = BTreeMap::new();
    for own in rows(id).iter() {
        let (stage, year) = (text(id, own, "stage"), number(id, own, "school_year") as i32);
        let door = text(id, own, "door_id");
        let at = doors.iter().find(|row| row.id == door).expect("a door").at;
        let zones = STAGES.iter().find(|(own, _)| *own == stage).unwrap().1;
        let all = rows(zones);
        let zone = of_year(zones, year).into_iter().find(|i| holds(&all[*i], at)).unwrap();
        let served = links.iter().any(|row| {
            row.valid(september(year))
                && text(LINKS, row, "zone_id") == all[zone].id
                && text(LINKS, row, "school_id") == text(id, own, "school_id")
        });
        assert!(served, "{}", own.id);
        let long = if stage == "pri" { 6 } else { 3 };
        let (from, to) = own.days();
        assert!(from >= september(year) && to.is_some_and(|to| to <= september(year + long)));
        spans.entry((door.to_owned(), stage.to_owned())).or_default().push((from, to.unwrap()));
    }
    for (key, mut own) in spans {
        own.sort_unstable();
        assert!(own.windows(2).all(|two| two[0].1 <= two[1].0), "{key:?}");
    }
}

#[test]
fn schools_stand_on_their_campus_and_have_the_classes_of_their_places() {
    let campuses = rows("education.campuses");
    let places = rows(PLACES);
    for own in rows(SCHOOLS).iter() {
        let campus = text(SCHOOLS, own, "campus_id");
        let from = own.days().0;
        if !campus.is_empty() {
            let found = campuses.iter().find(|row| row.id == campus && row.valid(from));
            assert!(holds(found.expect("a campus"), own.at), "{}", own.id);
        }
        let day = september(2025);
        if own.valid(day) {
            let now = places.iter().filter(|row| row.valid(day));
            let sum: f64 = now
                .filter(|row| text(PLACES, row, "school_id") == own.id)
                .map(|row| number(PLACES, row, "classes"))
                .sum();
            assert_eq!(number(SCHOOLS, own, "classes"), sum, "{}", own.id);
        }
    }
}

#[test]
fn planned_schools_that_are_open_have_become_schools() {
    let id = "education.planned_schools";
    let schools = rows(SCHOOLS);
    let mut last: BTreeMap<String, Entity2> = BTreeMap::new();
    for own in rows(id).iter() {
        let Cell::Day(opens) = *city().value(id, own, "opens_on") else { panic!("{}", own.id) };
        let entry = last.entry(own.id.clone()).or_insert((own.days(), opens, own.at));
        if own.days().0 >= entry.0.0 {
            *entry = (own.days(), opens, own.at);
        }
    }
    for (plan, ((_, to), opens, at)) in last {
        let (_, month, day) = calendar::civil(opens);
        assert_eq!((month, day), (9, 1), "{plan}");
        match to {
            Some(to) => {
                assert_eq!(to, opens, "{plan}");
                let near = |own: &&Entity| plane::distance(own.at, at) < 300_000.0;
                assert!(schools.iter().filter(near).any(|own| own.days().0 == opens), "{plan}");
            }
            None => assert!(opens >= september(2026), "{plan}"),
        }
    }
}

/// Days, planned opening, place.
type Entity2 = ((Day, Option<Day>), Day, [i64; 2]);
