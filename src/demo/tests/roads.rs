//! The road net and what lies on it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::land::calendar::RECORDS_END;
use super::super::land::plane::{self, Point};
use super::super::land::roads::Segment;
use super::super::sheet::Shape;
use super::{DATES, city, number, rows, text};

/// The line of a row, which must have one.
fn line(shape: &Shape) -> &[Point] {
    if let Shape::Line(line) = shape { line } else { panic!("not a line") }
}

#[test]
fn segments_end_at_their_junctions_and_hang_together() {
    let id = "roads.segments";
    let places: BTreeMap<String, Point> =
        rows("roads.junctions").iter().map(|own| (own.id.clone(), own.at)).collect();
    for own in rows(id).iter() {
        let points = line(&own.shape);
        for (column, end) in [("from_id", points[0]), ("to_id", points[points.len() - 1])] {
            assert_eq!(places.get(text(id, own, column)), Some(&end), "{} {column}", own.id);
        }
        assert!(number(id, own, "lanes") >= 1.0 && number(id, own, "speed_kmh") >= 20.0);
    }
}

#[test]
fn nearly_all_junctions_can_be_reached_from_one_another() {
    let id = "roads.segments";
    for at in DATES {
        let mut next: BTreeMap<[bool; 2], BTreeMap<String, Vec<String>>> = BTreeMap::new();
        let mut all = BTreeSet::new();
        for own in rows(id).iter().filter(|own| own.valid(at)) {
            let ends = ["from_id", "to_id"].map(|column| text(id, own, column).to_owned());
            let oneway = number(id, own, "oneway");
            all.extend(ends.clone());
            for (forward, barred) in [(true, -1.0), (false, 1.0)] {
                if oneway != barred {
                    let [a, b] = if forward { [0, 1] } else { [1, 0] };
                    for back in [false, true] {
                        let (from, to) = if back { (b, a) } else { (a, b) };
                        let list = next.entry([back, true]).or_default();
                        list.entry(ends[from].clone()).or_default().push(ends[to].clone());
                    }
                }
            }
        }
        let reached = |back: bool, start: &String| {
            let mut seen = BTreeSet::from([start.clone()]);
            let mut queue = vec![start.clone()];
            while let Some(at) = queue.pop() {
                for other in next[&[back, true]].get(&at).into_iter().flatten() {
                    if seen.insert(other.clone()) {
                        queue.push(other.clone());
                    }
                }
            }
            seen
        };
        // From one of the busiest, so that a lost corner is not where the search begins.
        let start = all.iter().max_by_key(|own| next[&[false, true]].get(*own).map_or(0, Vec::len));
        let start = start.unwrap();
        let (there, back) = (reached(false, start), reached(true, start));
        let both = there.intersection(&back).count() as f64;
        assert!(both >= 0.99 * all.len() as f64, "{at}: {both} of {}", all.len());
    }
}

#[test]
fn versions_of_what_theme_roads_and_transit_hold_never_overlap() {
    for layer in [
        "roads.segments",
        "roads.junctions",
        "roads.bridges",
        "roads.tunnels",
        "roads.footways",
        "roads.planned",
        "transit.metro_lines",
        "transit.metro_stations",
        "transit.metro_entrances",
        "transit.bus_routes",
        "transit.bus_stops",
        "transit.railways",
        "transit.rail_protection",
        "fire.stations",
        "fire.station_areas",
        "fire.hydrants",
        "fire.water_points",
        "energy.power_lines",
        "drainage.water_works",
        "drainage.treatment_plants",
        "drainage.outfalls",
    ] {
        let mut spans: BTreeMap<String, Vec<(i32, Option<i32>)>> = BTreeMap::new();
        for own in rows(layer).iter() {
            spans.entry(own.id.clone()).or_default().push(own.days());
        }
        for (id, mut own) in spans {
            own.sort_unstable();
            assert!(own.iter().all(|(from, to)| to.is_none_or(|to| to > *from)), "{layer} {id}");
            assert!(
                own.windows(2).all(|two| two[0].1.is_some_and(|to| to <= two[1].0)),
                "{layer} {id} {own:?}"
            );
        }
    }
}

#[test]
fn closures_lie_on_their_segment_and_never_shut_the_only_way_to_a_place() {
    let id = "roads.closures";
    let roads = &city().roads;
    for own in rows(id).iter() {
        let closed = text(id, own, "segment_id")[1..].parse::<usize>().unwrap() - 1;
        assert_eq!(line(&own.shape), roads.segments[closed].line.as_slice(), "{}", own.id);
        if *city().value(id, own, "full") == true.into() {
            let [a, b] = roads.segments[closed].ends;
            let mut seen = BTreeSet::from([a]);
            let mut queue = vec![a];
            while let Some(at) = queue.pop() {
                for next in roads.junctions[at].segments.iter().filter(|s| **s != closed) {
                    let ends = roads.segments[*next].ends;
                    queue.extend(ends.into_iter().filter(|end| seen.insert(*end)));
                }
            }
            assert!(seen.contains(&b), "{}", own.id);
        }
    }
}

#[test]
fn metro_stations_lie_on_their_lines_and_stops_at_roads() {
    let lines = rows("transit.metro_lines");
    for station in rows("transit.metro_stations").iter() {
        let own = text("transit.metro_stations", station, "line_id");
        let hit = lines.iter().filter(|line| line.id == own).any(|line| match &line.shape {
            Shape::Lines(parts) => parts.iter().any(|part| {
                part.windows(2)
                    .any(|ends| plane::distance_to_edge(station.at, ends[0], ends[1]) < 1.0)
            }),
            _ => false,
        });
        assert!(hit, "{} is not on {own}", station.id);
    }
    let stops = "transit.bus_stops";
    for stop in rows(stops).iter() {
        let segment = text(stops, stop, "segment_id")[1..].parse::<usize>().unwrap() - 1;
        let pairs = city().roads.segments[segment].line.windows(2);
        let away = pairs.map(|ends| plane::distance_to_edge(stop.at, ends[0], ends[1]));
        assert!(away.fold(f64::MAX, f64::min) < 30_000.0, "{} is away from its road", stop.id);
    }
}

#[test]
fn streets_that_are_built_in_detail_have_lamps_and_trees_all_along() {
    let roads = &city().roads;
    let dense = |own: &Segment| own.faces.iter().any(|face| city().streets.dense[*face]);
    for (id, most_apart) in [("parts.street_lamps", 55.0), ("parts.street_trees", 40.0)] {
        let mut along = vec![0; roads.segments.len()];
        for own in rows(id).iter().filter(|own| own.valid(RECORDS_END)) {
            along[text(id, own, "segment_id")[1..].parse::<usize>().unwrap() - 1] += 1;
        }
        let (mut length, mut bare) = (0.0, 0.0);
        for (own, count) in roads.segments.iter().zip(&along) {
            assert!(dense(own) || *count == 0, "{id} stand where nothing else does");
            let class = city().streets.ways[own.way].class.code();
            if dense(own) && ["arterial", "collector", "local"].contains(&class) {
                length += own.length();
                bare += if *count == 0 { own.length() } else { 0.0 };
            }
        }
        let apart = length / along.iter().sum::<usize>() as f64;
        assert!(apart < most_apart, "{id} stand {apart} m apart");
        assert!(bare < length * 0.05, "{bare} of {length} m have no {id}");
    }
}
