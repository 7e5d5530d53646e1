//! Rivers run down, meet end to end, and fill what is dammed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::city::Entity;
use super::super::land::grid;
use super::super::land::plane::{self, Point};
use super::super::sheet::Shape;
use super::{DATES, city, number, rows, text};

/// The line of a row, which must have one.
fn line(own: &Entity) -> &[Point] {
    if let Shape::Line(line) = &own.shape { line } else { panic!("{} is not a line", own.id) }
}

/// The rings of a row, which must be a polygon.
fn polygon(own: &Entity) -> &[Vec<Point>] {
    if let Shape::Polygon(polygon) = &own.shape { polygon } else { panic!("{}", own.id) }
}

#[test]
fn rivers_never_rise() {
    for (i, reach) in city().relief.reaches.iter().enumerate() {
        assert!(reach.bed.windows(2).all(|two| two[1] <= two[0] + 1e-9), "reach {i} rises");
        if let Some(next) = reach.next {
            let (end, start) = (reach.bed[reach.bed.len() - 1], city().relief.reaches[next].bed[0]);
            assert!(start <= end + 1e-9, "reach {i} runs up into {next}");
        }
    }
    let id = "water.rivers";
    assert!(rows(id).iter().all(|own| number(id, own, "fall_permille") >= 0.0));
}

#[test]
fn rivers_run_into_one_another_end_to_end_and_leave() {
    let (id, list) = ("water.rivers", rows("water.rivers"));
    let rivers: BTreeMap<&str, &Entity> = list.iter().map(|own| (own.id.as_str(), own)).collect();
    assert_eq!(rivers.len(), list.len(), "a number is borne twice");
    for own in list.iter() {
        let mut at = own;
        let mut seen = BTreeSet::new();
        while let Some(next) = rivers.get(text(id, at, "next_id")) {
            assert!(seen.insert(at.id.clone()), "{} runs in a circle", own.id);
            let end = *line(at).last().unwrap();
            let meets = plane::distance(end, line(next)[0]) < 2.0;
            assert!(meets, "{} does not end where {} begins", at.id, next.id);
            at = next;
        }
        assert!(text(id, at, "next_id").is_empty(), "{} runs into nothing", at.id);
    }
}

#[test]
fn surfaces_are_simple_and_hold_their_river() {
    let id = "water.river_surfaces";
    let list = rows("water.rivers");
    let rivers: BTreeMap<&str, &Entity> = list.iter().map(|own| (own.id.as_str(), own)).collect();
    for own in rows(id).iter() {
        let rings = polygon(own);
        assert!(rings.iter().all(|ring| plane::is_simple(ring)), "{} crosses itself", own.id);
        let river = line(rivers[text(id, own, "river_id")]);
        let away = |p: &Point| {
            let pairs = river.windows(2).map(|two| plane::distance_to_edge(*p, two[0], two[1]));
            pairs.fold(f64::MAX, f64::min)
        };
        let half = plane::metres(number(id, own, "width_m")) / 2.0 + 50.0;
        assert!(rings[0].iter().all(|p| away(p) <= half), "{} leaves its river", own.id);
    }
}

#[test]
fn reservoirs_lie_in_valleys_above_their_river() {
    let id = "water.reservoirs";
    let relief = &city().relief;
    let list = rows("water.rivers");
    for own in rows(id).iter() {
        let rings = polygon(own);
        let middle = grid::cell_of(plane::inner(&rings[0]));
        let level = number(id, own, "normal_level_m");
        let ground = relief.height_at(plane::in_metres(plane::inner(&rings[0])));
        assert!(ground < level, "{}: ground at {ground} m, water at {level} m", own.id);
        assert!(number(id, own, "flood_limit_m") <= level, "{}", own.id);
        assert!(city().streets.hill[middle], "{} lies in the town", own.id);
        // Its water comes to its river.
        let reach = text(id, own, "river_id").trim_start_matches("RV").parse::<usize>().unwrap();
        let points = relief.reaches[reach].line.iter().map(|p| plane::from_metres(*p));
        let river: Vec<Point> = points.collect();
        let mut cell = middle;
        let comes = loop {
            let at = grid::point(cell);
            let near = |two: &[Point]| plane::distance_to_edge(at, two[0], two[1]) < 200e3;
            if river.windows(2).any(near) {
                break true;
            }
            if relief.down[cell] == cell {
                break false;
            }
            cell = relief.down[cell];
        };
        assert!(comes, "the water of {} does not come to its river", own.id);
        let others = list.iter().filter(|other| other.id != text(id, own, "river_id"));
        let drowned =
            others.filter(|other| line(other).iter().all(|p| plane::inside(&rings[0], *p)));
        assert_eq!(drowned.count(), 0, "{}", own.id);
    }
}

#[test]
fn each_reservoir_has_a_dam_at_its_water() {
    let lakes = rows("water.reservoirs");
    let id = "water.dams_gates";
    let mut dammed = BTreeSet::new();
    for dam in rows(id).iter() {
        let lake = text(id, dam, "reservoir_id");
        let Some(own) = lakes.iter().find(|own| own.id == lake) else {
            assert!(lake.is_empty(), "{} holds back {lake}, which is not", dam.id);
            continue;
        };
        let ring = &polygon(own)[0];
        let near = plane::inside(ring, dam.at)
            || plane::edges(ring).any(|(a, b)| plane::distance_to_edge(dam.at, a, b) < 100e3);
        assert!(near, "{} is away from {lake}", dam.id);
        dammed.insert(lake.to_owned());
    }
    let open = lakes.iter().filter(|own| !dammed.contains(&own.id)).count();
    assert_eq!(open, 0, "reservoirs without a dam");
}

#[test]
fn catchments_tile_the_district_and_drain_on() {
    let (id, list) = ("water.catchments", rows("water.catchments"));
    let district = rows("admin.district")[0].shape.area();
    let sum: f64 = list.iter().map(|own| own.shape.area()).sum();
    assert!((0.985..1.015).contains(&(sum / district)), "{sum} of {district}");
    let known: BTreeSet<&str> = list.iter().map(|own| own.id.as_str()).collect();
    assert_eq!(known.len(), list.len(), "a number is borne twice");
    for own in list.iter() {
        let next = text(id, own, "next_id");
        assert!(next.is_empty() || known.contains(next), "{} drains into {next}", own.id);
        assert!(next != own.id, "{} drains into itself", own.id);
    }
    for river in rows("water.rivers").iter() {
        let home = text("water.rivers", river, "catchment_id");
        assert!(home.is_empty() || known.contains(home), "{} lies in {home}", river.id);
    }
}

#[test]
fn versions_of_water_works_meet_and_name_rivers_that_are() {
    let rivers = rows("water.rivers");
    let known: BTreeSet<&str> = rivers.iter().map(|own| own.id.as_str()).collect();
    for id in ["water.reservoirs", "water.dams_gates", "water.embankments", "water.river_chiefs"] {
        let mut spans: BTreeMap<String, Vec<(i32, Option<i32>)>> = BTreeMap::new();
        for own in rows(id).iter() {
            spans.entry(own.id.clone()).or_default().push(own.days());
            let river = text(id, own, "river_id");
            assert!(known.contains(river), "{id} {}: no river {river}", own.id);
        }
        for (number, mut own) in spans {
            own.sort_unstable();
            assert!(own.windows(2).all(|two| two[0].1 == Some(two[1].0)), "{id} {number} {own:?}");
        }
    }
    assert!(DATES.iter().all(|at| rows("water.reservoirs").iter().any(|own| own.valid(*at))));
}
