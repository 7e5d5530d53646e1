//! Ways on foot, and roads that are planned.

use rustc_hash::FxHashMap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::land::relief::chaikin;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::recipes::{chain, chain_line, parallel};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::near::Lines;
use super::{class, day_in, is_dense, junction_id};

/// Junctions by their points.
fn places(city: &City) -> FxHashMap<Point, usize> {
    city.roads.junctions.iter().enumerate().map(|(i, own)| (own.at, i)).collect()
}

/// A line across a face from one junction on its border to another, if one runs inside it.
fn across(
    city: &City,
    face: usize,
    places: &FxHashMap<Point, usize>,
    random: &mut Random,
) -> Option<([usize; 2], Vec<Point>)> {
    let ring = city.streets.mesh.ring(face);
    let ends: Vec<(usize, Point)> =
        ring.iter().filter_map(|p| places.get(p).map(|j| (*j, *p))).collect();
    let middle = plane::inner(&ring);
    let mut best: Option<(i64, [usize; 2], Vec<Point>)> = None;
    for (i, a) in ends.iter().enumerate() {
        for b in ends.iter().skip(i + 1) {
            let far = plane::distance(a.1, b.1);
            if far < metres(60.0) || a.0 == b.0 {
                continue;
            }
            let by = plane::scaled(
                plane::left_of(plane::direction(a.1, b.1)),
                far * random.range(-0.07, 0.07),
            );
            let bend = plane::moved(plane::between(a.1, b.1, 0.5), by);
            let corners = [a.1, bend, b.1].map(|p| p.map(|v| v as f64));
            let line: Vec<Point> = chaikin(&chaikin(&corners))
                .into_iter()
                .map(|p| p.map(|v| v.round() as i64))
                .collect();
            let length = plane::line_length(&line);
            let within = (1..16)
                .all(|k| plane::inside(&ring, plane::along(&line, length * f64::from(k) / 16.0).0));
            // The longest of those that pass the middle.
            let off = plane::distance_to_edge(middle, a.1, b.1);
            let score = (far - 1.5 * off) as i64;
            if within && best.as_ref().is_none_or(|(most, ..)| score > *most) {
                best = Some((score, [a.0, b.0], line));
            }
        }
    }
    best.map(|(_, ends, line)| (ends, line))
}

/// The versions of something that begins on a day: a share has a second.
fn twice(random: &mut Random, from: Day, share: f64) -> Vec<(Day, Option<Day>)> {
    let room = RECORDS_END - from > 700;
    if room && random.chance(share) {
        let day = day_in(random, from + 300, RECORDS_END - 100);
        vec![(from, Some(day)), (day, None)]
    } else {
        vec![(from, None)]
    }
}

/// Pavements beside roads, and paths through blocks.
pub(super) fn footways(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let (places, mut number) = (places(city), 0);
    let mut faces: Vec<usize> =
        city.blocks.iter().filter(|block| is_passable(city, block)).map(|b| b.face).collect();
    sheet.random.of(1).shuffle(&mut faces);
    for face in faces {
        if sheet.count * 100 >= target * 26 {
            break;
        }
        let mut random = sheet.random.of(face as u64 | 1 << 32);
        let Some((ends, line)) = across(city, face, &places, &mut random) else { continue };
        number += 1;
        let hill = city.streets.zones[face] == Zone::Rural;
        let kind = if random.chance(if hill { 0.2 } else { 0.06 }) { "stairs" } else { "path" };
        let from = if random.chance(0.4) {
            city.opened[face]
        } else {
            city.opened[face].max(day_in(&mut random, RECORDS_BEGIN + 200, RECORDS_END - 300))
        };
        for (from, to) in twice(&mut random, from, 0.2) {
            let row = Row::new(sheet.number(number), Shape::Line(line.clone()))
                .named(city.areas.community(face, RECORDS_BEGIN).name.stem().with("步道", "Path"))
                .during(from, to)
                .set("from_id", junction_id(ends[0]))
                .set("to_id", junction_id(ends[1]))
                .set("kind", kind)
                .set("step_free", kind == "path");
            sheet.add(row)?;
        }
    }
    pavements(sheet, number)
}

/// Whether a path may lead through a block: parks, estates and fields.
fn is_passable(city: &City, block: &super::super::super::land::parcels::Block) -> bool {
    let green =
        block.parcels.iter().any(|p| p.usage == "G1" && p.to.is_none() && p.area() > 3_000.0);
    let large = plane::area(&block.kerb) > 14_000.0 && plane::area(&block.kerb) < 400_000.0;
    large
        && (green || (city.streets.zones[block.face] == Zone::Town && block.face.is_multiple_of(5)))
}

fn pavements(sheet: &mut Sheet<'_>, mut number: usize) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let lines = Lines::roads(city);
    let main = |i: usize| matches!(class(city, i), Class::Arterial | Class::Collector);
    let mut starts: Vec<usize> = Vec::new();
    let mut busy: Vec<Point> =
        city.entities("education.schools")?.iter().map(|own| own.at).collect();
    busy.extend(city.entities("transit.metro_stations")?.iter().map(|own| own.at));
    sheet.random.of(2).shuffle(&mut busy);
    starts.extend(
        busy.into_iter().filter_map(|at| lines.nearest(at, 300.0, main)).map(|hit| hit.line),
    );
    starts.truncate(target / 2);
    let mut rest: Vec<usize> = (0..city.roads.segments.len()).filter(|i| main(*i)).collect();
    sheet.random.of(3).shuffle(&mut rest);
    rest.sort_by_key(|i| !is_dense(city, *i));
    starts.extend(rest);
    let mut taken = vec![false; city.roads.segments.len()];
    for start in starts {
        if sheet.count >= target {
            break;
        }
        if taken[start] {
            continue;
        }
        number += 1;
        let mut random = sheet.random.of(start as u64 | 1 << 33);
        let mut links = chain(city, start, random.whole(1, 4) as usize);
        let free = links.iter().take_while(|(own, _)| !taken[*own]).count();
        links.truncate(free.max(1));
        links.iter().for_each(|(own, _)| taken[*own] = true);
        let segment = &city.roads.segments[start];
        let side = if random.chance(0.5) { 1.0 } else { -1.0 };
        let off = side * (segment.lanes() as f64 * 1.75 + 2.0);
        let line = parallel(&chain_line(city, &links), off);
        let end = |(own, along): (usize, bool), last: bool| {
            city.roads.segments[own].ends[usize::from(along == last)]
        };
        let last = links[links.len() - 1];
        let covered = random.chance(0.06);
        let name = city.streets.ways[segment.way].name.with("人行道", "Pavement");
        let from = links.iter().map(|(own, _)| city.roads.segments[*own].opened()).max();
        for (from, to) in twice(&mut random, from.unwrap_or(RECORDS_BEGIN), 0.3) {
            let row = Row::new(sheet.number(number), Shape::Line(line.clone()))
                .named(name.clone())
                .during(from, to)
                .set("segment_id", Segment::id(start))
                .set("from_id", junction_id(end(links[0], false)))
                .set("to_id", junction_id(end(last, true)))
                .set("kind", if covered { "covered" } else { "pavement" });
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Rights of way of a class: lanes and metres.
fn section(class: Class, random: &mut Random) -> (i64, i64) {
    match class {
        Class::Express => (random.whole(3, 4) * 2, random.whole(12, 16) * 5),
        Class::Arterial => (random.whole(2, 3) * 2, random.whole(8, 12) * 5),
        Class::Collector => (random.whole(1, 2) * 2, random.whole(8, 12) * 3),
        Class::Local => (2, random.whole(4, 6) * 3),
    }
}

/// A planned road: its stages with their first days, and the day after its last.
fn stages(random: &mut Random, begin: Day, end: Option<Day>) -> Vec<(Day, &'static str)> {
    const ORDER: [&str; 5] = ["plan", "study", "design", "land", "works"];
    let last = end.unwrap_or(RECORDS_END);
    let mut at = begin;
    let first = if begin == RECORDS_BEGIN { random.whole(0, 2) as usize } else { 0 };
    let mut out = vec![(at, ORDER[first])];
    let mut stage = first;
    while out.len() < 2 && random.chance(if end.is_some() { 0.6 } else { 0.35 }) {
        at += random.whole(300, 1_200) as Day;
        stage += random.whole(1, 2) as usize;
        if at + 200 > last || stage >= ORDER.len() {
            break;
        }
        out.push((at, ORDER[stage]));
    }
    out
}

/// Roads that are planned, and those that were before they were built.
pub(super) fn planned(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut number = 0;
    let mut done = vec![false; city.streets.ways.len()];
    let openings = super::reach::openings(city);
    for (i, segment) in city.roads.segments.iter().enumerate() {
        let late = openings[i] > calendar::day(2012, 6, 1) && openings[i] == segment.opened();
        if !late
            || std::mem::replace(&mut done[segment.way], true)
            || sheet.count * 100 >= target * 40
        {
            continue;
        }
        let mut random = sheet.random.of(segment.way as u64);
        if class(city, i) == Class::Local && !random.chance(0.3) {
            continue;
        }
        let links = chain(city, i, 14);
        let opened = segment.opened();
        let all = links.iter().take_while(|(own, _)| openings[*own] == opened);
        let links: Vec<(usize, bool)> = all.copied().collect();
        let begin = (opened - random.whole(1_100, 3_200) as Day).max(RECORDS_BEGIN);
        let name = city.streets.ways[segment.way].name.clone();
        let line = chain_line(city, &links);
        number += 1;
        road(sheet, number, &line, class(city, i), &name, (begin, Some(opened)), &mut random)?;
    }
    let places = places(city);
    let wide = |face: &usize| {
        let area = plane::area(&city.streets.mesh.ring(*face));
        let built =
            city.streets.zones[*face].is_built() || city.streets.zones[*face] == Zone::Rural;
        built && area > 40_000.0 && !city.streets.dense[*face]
    };
    let mut faces: Vec<usize> = (0..city.streets.mesh.len()).filter(wide).collect();
    sheet.random.of(1).shuffle(&mut faces);
    for face in faces {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.of(face as u64 | 1 << 32);
        let Some((_, line)) = across(city, face, &places, &mut random) else { continue };
        let class = match plane::line_length(&line) {
            l if l > 1_400.0 => Class::Arterial,
            l if l > 650.0 => Class::Collector,
            _ => Class::Local,
        };
        let begin = if random.chance(0.3) {
            RECORDS_BEGIN
        } else {
            day_in(&mut random, calendar::day(2012, 1, 1), calendar::day(2024, 6, 1))
        };
        let name = names::stem(&mut random).with("路", "Road");
        number += 1;
        road(sheet, number, &line, class, &name, (begin, None), &mut random)?;
    }
    Ok(())
}

fn road(
    sheet: &mut Sheet<'_>,
    number: usize,
    line: &[Point],
    class: Class,
    name: &names::Name,
    (begin, end): (Day, Option<Day>),
    random: &mut Random,
) -> Result<(), DemoError> {
    let (lanes, width) = section(class, random);
    let stages = stages(random, begin, end);
    let ahead = random.whole(2, 9) as i32;
    for (place, (from, stage)) in stages.iter().copied().enumerate() {
        let to = stages.get(place + 1).map(|next| next.0).or(end);
        let opens = end.map_or(calendar::civil(from).0 + ahead, |day| calendar::civil(day).0);
        // What is still planned today opens after today.
        let opens = if end.is_none() && to.is_none() { opens.max(2027 + ahead % 4) } else { opens };
        let row = Row::new(sheet.number(number), Shape::Line(line.to_vec()))
            .named(name.clone())
            .during(from, to)
            .set("class", class.code())
            .set("lanes", lanes)
            .set("width_m", width)
            .set("stage", stage)
            .set("opens_year", opens);
        sheet.add(row)?;
    }
    Ok(())
}
