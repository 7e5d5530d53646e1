//! Bridges and tunnels.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::recipes::beside;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::near;
use super::reach::part;
use super::{class, day_in};

/// A bridge before it is written.
struct Bridge {
    segment: usize,
    line: Vec<Point>,
    kind: &'static str,
    from: Day,
}

/// The bridges, those over rivers first.
fn all(city: &City, random: &Random, target: usize) -> Result<Vec<Bridge>, DemoError> {
    let roads = &city.roads;
    let openings = super::reach::openings(city);
    let mut out = Vec::new();
    for (i, own) in roads.segments.iter().enumerate().filter(|(_, own)| own.bridge) {
        out.push(Bridge { segment: i, line: own.line.clone(), kind: "river", from: openings[i] });
    }
    out.truncate(target * 36 / 100);
    for (i, own) in roads.segments.iter().enumerate() {
        let wide = class(city, i) == Class::Express && !own.bridge && !own.tunnel;
        let crossed = roads.junctions[own.ends[1]]
            .segments
            .iter()
            .any(|s| roads.segments[*s].way != own.way && class(city, *s) <= Class::Arterial);
        let length = own.length();
        if wide && crossed && length > 160.0 && out.len() < target * 52 / 100 {
            let line = part(&own.line, length - random.of(i as u64).range(90.0, 150.0), length);
            out.push(Bridge { segment: i, line, kind: "flyover", from: openings[i] });
        }
    }
    let mut busy: Vec<Point> =
        city.entities("transit.metro_stations")?.iter().map(|s| s.at).collect();
    busy.extend(city.entities("education.schools")?.iter().map(|s| s.at));
    let lines = near::Lines::roads(city);
    let mut taken = std::collections::BTreeSet::new();
    for (k, at) in busy.into_iter().enumerate() {
        let arterial = |i: usize| class(city, i) == Class::Arterial;
        let Some(hit) = lines.nearest(at, 260.0, arterial) else { continue };
        if out.len() * 100 >= target * 70 || !taken.insert(hit.line) {
            continue;
        }
        let segment = &roads.segments[hit.line];
        let half = segment.lanes() as f64 * 1.75 + 5.0;
        let far = hit.far.clamp(25.0, (segment.length() - 25.0).max(25.0));
        let line = vec![beside(segment, far, -half), beside(segment, far, half)];
        let mut random = random.of(k as u64 | 1 << 20);
        let built = calendar::day(random.whole(2011, 2024) as i32, random.whole(1, 12) as i32, 20);
        let old = random.chance(0.5);
        let from = if old { segment.opened() } else { built.max(segment.opened()) };
        out.push(Bridge { segment: hit.line, line, kind: "foot", from });
    }
    Ok(out)
}

/// Bridges over rivers and roads, and footbridges.
pub(super) fn bridges(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let rivers = city.entities("water.rivers")?;
    for (number, own) in all(city, &sheet.random, sheet.target())?.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 24);
        let middle = own.line[own.line.len() / 2];
        let river = near::entity(&rivers, middle, |_| true).filter(|_| own.kind == "river");
        let road = &city.streets.ways[city.roads.segments[own.segment].way].name;
        let name = match (own.kind, river.and_then(|river| river.name.as_ref())) {
            ("river", Some(river)) => Name::new(
                format!("{}{}桥", road.zh, river.zh),
                format!("{} {} Bridge", road.en, river.en),
            ),
            ("foot", _) => road.with("人行天桥", "Footbridge"),
            ("flyover", _) => road.with("立交桥", "Flyover"),
            _ => road.with("桥", "Bridge"),
        };
        let length = plane::line_length(&own.line);
        let foot = own.kind == "foot";
        let lanes = city.roads.segments[own.segment].lanes() as f64;
        let width = if foot { 3.5 } else { lanes * 3.5 + 5.0 };
        let span =
            if length < 60.0 { length } else { random.about([18.0, 30.0, 90.0]).min(length) };
        let year = match own.from {
            RECORDS_BEGIN => random.whole(1986, 2009) as i32,
            day => calendar::civil(day).0,
        };
        let load = match (foot, lanes >= 6.0) {
            (true, _) => "foot",
            (_, true) => "city_a",
            _ => *random.pick(&["city_a", "city_b", "h20"]),
        };
        let structure =
            if foot { "steel" } else { *random.pick(&["beam", "beam", "beam", "rigid", "arch"]) };
        let again =
            random.chance(0.36).then(|| day_in(&mut random, own.from + 300, RECORDS_END - 60));
        let again = again.filter(|day| *day > own.from);
        for (from, to) in [(Some(own.from), again), (again, None)] {
            let Some(from) = from else { continue };
            let row = Row::new(sheet.number(number + 1), Shape::Line(own.line.clone()))
                .named(name.clone())
                .during(from, to)
                .set("segment_id", Segment::id(own.segment))
                .set("river_id", river.map(|river| river.id.clone()))
                .set("kind", own.kind)
                .set("structure", structure)
                .set("span_m", (span * 10.0).round() / 10.0)
                .set("width_m", width)
                .set("load", load)
                .set("built_year", year);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A tunnel before it is written: segment, line, kind.
type Tunnel = (usize, Vec<Point>, &'static str);

/// Through ridges, and below crossings of main roads.
fn dug(city: &City, random: &Random) -> Vec<Tunnel> {
    let roads = &city.roads;
    let mut hills: Vec<(i64, usize)> = roads
        .segments
        .iter()
        .enumerate()
        .filter(|(_, own)| own.tunnel && own.length() > 320.0)
        .map(|(i, own)| (-(own.length() as i64), i))
        .collect();
    hills.sort_unstable();
    let mut out: Vec<Tunnel> = Vec::new();
    for (_, i) in hills {
        let own = &roads.segments[i];
        // One for each road.
        if out.len() < 4 && out.iter().all(|(other, ..)| roads.segments[*other].way != own.way) {
            let length = own.length();
            let inside = (length * 0.8).min(2_600.0);
            let start = (length - inside) / 2.0;
            out.push((i, part(&own.line, start, start + inside), "mountain"));
        }
    }
    let mut junctions: Vec<usize> = (0..roads.junctions.len()).collect();
    random.of(1).shuffle(&mut junctions);
    let mut lots: Vec<Point> = Vec::new();
    for j in junctions {
        let segments = &roads.junctions[j].segments;
        let main = |s: &&usize| class(city, **s) == Class::Arterial;
        let Some(i) = segments.iter().find(main) else { continue };
        let way = roads.segments[*i].way;
        let next = segments.iter().find(|s| **s != *i && roads.segments[**s].way == way);
        let crossing = segments.iter().filter(main).count() > 2;
        let at = roads.junctions[j].at;
        let apart = lots.iter().all(|other| plane::distance(*other, at) > metres(2_500.0));
        let (Some(next), true, true) = (next, crossing && segments.len() > 3, apart) else {
            continue;
        };
        let mut random = random.of(j as u64 | 1 << 20);
        let arm = |s: usize, far: f64| {
            let own = &roads.segments[s];
            let mut line = own.line.clone();
            if own.ends[0] != j {
                line.reverse();
            }
            part(&line, 0.0, far.min(own.length() * 0.9))
        };
        let mut line = arm(*i, random.range(45.0, 130.0));
        line.reverse();
        line.extend(arm(*next, random.range(45.0, 130.0)).into_iter().skip(1));
        let kind = if random.chance(0.75) { "underpass" } else { "cut_cover" };
        out.push((*i, line, kind));
        lots.push(at);
        if lots.len() == 7 {
            break;
        }
    }
    out
}

/// Tunnels.
pub(super) fn tunnels(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (number, (segment, line, kind)) in dug(city, &sheet.random).into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 24);
        let road = &city.streets.ways[city.roads.segments[segment].way].name;
        let name = match kind {
            "mountain" => road.with("隧道", "Tunnel"),
            _ => road.with("下穿通道", "Underpass"),
        };
        let opened = city.roads.segments[segment].opened();
        let again = (number % 3 == 1).then(|| day_in(&mut random, opened + 300, RECORDS_END - 200));
        let again = again.filter(|day| *day > opened);
        let since =
            if opened == RECORDS_BEGIN { opened - random.whole(200, 6_000) as Day } else { opened };
        let hill = kind == "mountain";
        let long = plane::line_length(&line) > 400.0;
        for (from, to) in [(Some(opened), again), (again, None)] {
            let Some(from) = from else { continue };
            let row = Row::new(sheet.number(number + 1), Shape::Line(line.clone()))
                .named(name.clone())
                .during(from, to)
                .set("segment_id", Segment::id(segment))
                .set("kind", kind)
                .set("tubes", if hill { 2 } else { random.whole(1, 2) })
                .set("ventilation", if hill && long { "axial" } else { "natural" })
                .set("opened_on", i64::from(since));
            sheet.add(row)?;
        }
    }
    Ok(())
}
