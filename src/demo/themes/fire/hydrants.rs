//! Street hydrants.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::recipes::beside;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::near::Lines;
use super::super::roads::{class, day_in, is_dense};

/// At most so many metres from one to the next.
const APART: f64 = 116.0;

/// Roads with hydrants: first all where the city is dense, then main roads in town.
fn order(city: &City, pipes: &Lines, random: &Random) -> Vec<usize> {
    let built = |i: &usize| {
        let faces = &city.roads.segments[*i].faces;
        faces.iter().any(|face| city.streets.zones[*face].is_built())
    };
    let fits = |i: &usize| {
        let own = &city.roads.segments[*i];
        class(city, *i) != Class::Express && !own.tunnel && !own.bridge && built(i)
    };
    let mut all: Vec<usize> = (0..city.roads.segments.len()).filter(fits).collect();
    random.of(1).shuffle(&mut all);
    let piped = |i: usize| {
        let own = &city.roads.segments[i];
        pipes.nearest(plane::along(&own.line, own.length() / 2.0).0, 20.0, |_| true).is_some()
    };
    all.sort_by_key(|i| match (is_dense(city, *i), class(city, *i)) {
        (true, _) => 0,
        _ if piped(*i) => 1,
        (false, Class::Arterial) => 2,
        (false, _) => 3,
    });
    // Whole streets without any, but not where the city is dense.
    all.retain(|i| {
        let way = city.roads.segments[*i].way as u64;
        is_dense(city, *i) || !random.of(way | 1 << 40).chance(0.08)
    });
    all
}

/// What became of a hydrant: states with their first days.
fn states(from: Day, random: &mut Random) -> Vec<(Day, &'static str)> {
    let mut out = vec![(from, "ok")];
    let bad = |random: &mut Random| *random.pick(&["fault", "fault", "buried"]);
    if random.chance(0.05) && RECORDS_END - from > 1_500 {
        let day = day_in(random, from + 400, RECORDS_END - 700);
        out.push((day, bad(random)));
        out.push((day + random.whole(20, 300) as Day, "ok"));
    }
    if random.chance(0.1) && RECORDS_END - from > 800 {
        out.push((RECORDS_END - random.whole(20, 300) as Day, bad(random)));
    }
    out
}

/// Hydrants.
pub(super) fn hydrants(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mains = city.entities("drainage.water_mains")?;
    let line = |shape: &Shape| -> Vec<Point> {
        if let Shape::Line(line) = shape { line.clone() } else { Vec::new() }
    };
    let pipes = Lines::new(mains.iter().map(|own| line(&own.shape)).collect());
    let mut number = 0;
    for i in order(city, &pipes, &sheet.random) {
        if sheet.count >= target {
            break;
        }
        let segment = &city.roads.segments[i];
        let length = segment.length();
        let (lanes, wide) = (segment.lanes() as f64, segment.lanes() >= 6);
        let count = (length / APART).ceil().max(1.0) as usize;
        // A short piece between two others has none, unless those are far.
        if length < 30.0 {
            continue;
        }
        let side =
            if sheet.random.of(segment.way as u64 | 1 << 41).chance(0.5) { 1.0 } else { -1.0 };
        for place in 0..count {
            number += 1;
            let mut random = sheet.random.of((i as u64 * 64 + place as u64) | 1 << 42);
            let swing = (APART * count as f64 / length - 1.0).min(0.12) * 0.4;
            let far = length * (place as f64 + 0.5 + random.range(-swing, swing)) / count as f64;
            let turn = if wide && place % 2 == 1 { -1.0 } else { 1.0 };
            let at = beside(segment, far, side * turn * (lanes * 1.75 + random.range(0.5, 1.4)));
            let late = if random.chance(0.75) {
                RECORDS_BEGIN
            } else {
                day_in(&mut random, RECORDS_BEGIN + 90, RECORDS_END - 900)
            };
            let from = segment.opened().max(late);
            let states = states(from, &mut random);
            let road = &city.streets.ways[segment.way].name;
            let name = Name::new(
                format!("{}消火栓{:03}", road.zh, number % 1000),
                format!("{} Hydrant {:03}", road.en, number % 1000),
            );
            for (k, (from, status)) in states.iter().copied().enumerate() {
                let main = pipes.nearest(at, 30.0, |i| mains[i].valid(from));
                let row = Row::new(sheet.number(number), Shape::Point(at))
                    .named(name.clone())
                    .during(from, states.get(k + 1).map(|next| next.0))
                    .set("segment_id", Segment::id(i))
                    .set("hydrant_no", format!("LGX{number:06}"))
                    .set("status", status)
                    .set("main_id", main.map(|hit| mains[hit.line].id.clone()));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
