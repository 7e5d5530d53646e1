//! High voltage lines: overhead over hills and green land, cables along main roads.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::super::land::fabric::Zone;
use super::super::super::land::grid::{self, EIGHT, Grid};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::streets::Class;
use super::super::super::recipes::chain_line;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::class;
use super::super::roads::near::{self, Lines};
use super::super::roads::reach::Net;

/// Where the lines of 500 kV come into the district, kilometres.
const BORDER: [[f64; 2]; 2] = [[27.6, 26.6], [30.6, 15.0]];

/// An end of lines.
struct Node {
    id: Option<String>,
    name: Name,
    at: Point,
    volts: i64,
    since: Day,
}

/// The substations, each once, and the two places at the border.
fn nodes(city: &City) -> Result<Vec<Node>, DemoError> {
    let id = "energy.substations";
    let mut out: Vec<Node> = Vec::new();
    for own in city.entities(id)?.iter() {
        if out.iter().any(|node| node.id.as_deref() == Some(&own.id)) {
            continue;
        }
        let volts = city.value(id, own, "voltage").text().parse().unwrap_or(110);
        let name = own.name.as_ref().map_or_else(|| Name::new("变", "Sub"), Name::stem);
        let zh = name.zh.trim_end_matches(['变', '电']).to_owned();
        let name = Name::new(zh, name.en);
        out.push(Node { id: Some(own.id.clone()), name, at: own.at, volts, since: own.days().0 });
    }
    for (km, name) in BORDER.iter().zip([Name::new("区北", "North"), Name::new("区东", "East")])
    {
        let at = plane::from_metres(km.map(|v| v * 1e3));
        out.push(Node { id: None, name, at, volts: 500, since: RECORDS_BEGIN });
    }
    Ok(out)
}

/// Which nodes are joined, and at which voltage: each by the nearest that hangs on the net already.
fn joined(nodes: &[Node], count: usize) -> Vec<(usize, usize, i64)> {
    let far = |a: usize, b: usize| plane::distance(nodes[a].at, nodes[b].at) as i64;
    let mut out = Vec::new();
    let mut on: Vec<usize> = (0..nodes.len()).filter(|n| nodes[*n].id.is_some()).take(1).collect();
    for volts in [500, 220, 110] {
        let mut left: Vec<usize> =
            (0..nodes.len()).filter(|n| nodes[*n].volts == volts && !on.contains(n)).collect();
        while !left.is_empty() {
            // A place at the border carries nothing on.
            let pairs = left
                .iter()
                .flat_map(|a| on.iter().filter(|b| nodes[**b].id.is_some()).map(move |b| (*a, *b)));
            // Rather at the greater stations than at the end of a chain.
            let cost = |(a, b): &(usize, usize)| {
                far(*a, *b) * if nodes[*b].volts > volts { 7 } else { 10 }
            };
            let Some((a, b)) = pairs.min_by_key(cost) else { return out };
            out.push((b, a, volts));
            on.push(a);
            left.retain(|n| *n != a);
        }
    }
    // Second ways in for some.
    let mut more: Vec<(i64, usize, usize, i64)> = Vec::new();
    for a in 0..nodes.len() {
        for b in a + 1..nodes.len() {
            let volts = nodes[a].volts.min(nodes[b].volts);
            let known = out.iter().any(|(i, j, _)| (*i, *j) == (a, b) || (*i, *j) == (b, a));
            if !known && nodes[a].id.is_some() && nodes[b].id.is_some() {
                more.push((far(a, b), a, b, volts));
            }
        }
    }
    more.sort_unstable();
    let wanted = count.saturating_sub(out.len());
    out.extend(more.into_iter().take(wanted).map(|(_, a, b, volts)| (a, b, volts)));
    out
}

/// How hard it is to put a line over each cell; `None` outside.
fn hardness(city: &City) -> Grid<Option<f64>> {
    Grid::of(|cell| {
        if !city.streets.inside[cell] {
            return None;
        }
        if city.streets.hill[cell] {
            return Some(1.0);
        }
        let zone =
            city.face_near(grid::point(cell)).map_or(Zone::Town, |face| city.streets.zones[face]);
        Some(match zone {
            Zone::Hill => 1.0,
            Zone::Rural | Zone::River => 1.4,
            Zone::Industry => 3.0,
            Zone::Town => 5.0,
            Zone::Centre | Zone::Village => 8.0,
        })
    })
}

/// The easiest way over the land between two places.
fn overhead(hard: &Grid<Option<f64>>, from: Point, to: Point) -> Vec<Point> {
    let (start, goal) = (grid::cell_of(from), grid::cell_of(to));
    let mut best: Grid<u64> = Grid::filled(u64::MAX);
    let mut back: Grid<usize> = Grid::of(|cell| cell);
    let mut queue = BinaryHeap::from([Reverse((0_u64, start))]);
    best[start] = 0;
    while let Some(Reverse((so_far, cell))) = queue.pop() {
        if cell == goal {
            break;
        }
        if so_far > best[cell] {
            continue;
        }
        for (next, far) in grid::around(cell, &EIGHT) {
            let Some(each) = hard[next].or((next == goal).then_some(1.0)) else { continue };
            let sum = so_far + (far * each * 10.0) as u64;
            if sum < best[next] {
                best[next] = sum;
                back[next] = cell;
                queue.push(Reverse((sum, next)));
            }
        }
    }
    let mut cells = vec![goal];
    let mut at = goal;
    while back[at] != at {
        at = back[at];
        cells.push(at);
    }
    let mut line: Vec<Point> = cells.into_iter().rev().map(grid::point).collect();
    if line.len() < 2 {
        return vec![from, to];
    }
    let last = line.len() - 1;
    line[0] = from;
    line[last] = to;
    straightened(&line, metres(190.0))
}

/// The line with only those bends that matter (Douglas, Peucker 1973).
fn straightened(line: &[Point], off: f64) -> Vec<Point> {
    let last = line.len() - 1;
    let away = |i: usize| plane::distance_to_edge(line[i], line[0], line[last]) as i64;
    let worst = (1..last).max_by_key(|i| away(*i));
    match worst.filter(|i| away(*i) as f64 > off) {
        Some(i) => {
            let mut out = straightened(&line[..=i], off);
            out.pop();
            out.extend(straightened(&line[i..], off));
            out
        }
        None => vec![line[0], line[last]],
    }
}

/// A cable along roads between two places.
fn cable(city: &City, net: &Net<'_>, roads: &Lines, from: Point, to: Point) -> Option<Vec<Point>> {
    let ends = [near::junction(city, roads, from)?, near::junction(city, roads, to)?];
    let path = net.path(ends[0], ends[1], false);
    if path.is_empty() {
        return None;
    }
    let mut line = vec![from];
    line.extend(chain_line(city, &path));
    line.push(to);
    line.dedup();
    Some(line)
}

/// A version of a line: first day, how it is laid, its course.
type Version = (Day, &'static str, Vec<Point>);

/// Lines.
pub(super) fn lines(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (nodes, roads, hard) = (nodes(city)?, Lines::roads(city), hardness(city));
    let net = Net::weighed(city, |i| {
        Some(match class(city, i) {
            Class::Arterial => 1.0,
            Class::Express => 1.6,
            Class::Collector => 1.2,
            Class::Local => 1.5,
        })
    });
    let buried = sheet.target() / 4;
    let pairs = joined(&nodes, sheet.target() - buried);
    let mut done = 0;
    for (number, (a, b, volts)) in pairs.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64);
        // From the border inwards.
        let (a, b) =
            if nodes[b].id.is_none() { (&nodes[b], &nodes[a]) } else { (&nodes[a], &nodes[b]) };
        let from = a.since.max(b.since);
        let under = cable(city, &net, &roads, a.at, b.at);
        let over = overhead(&hard, a.at, b.at);
        let later = calendar::day(random.whole(2012, 2023) as i32, random.whole(1, 12) as i32, 1);
        // New lines in town are cables from the start.
        let fresh = volts == 110 && from > calendar::day(2021, 1, 1);
        let mut versions: Vec<Version> = match under {
            Some(line) if fresh => vec![(from, "cable", line)],
            Some(line) if volts < 500 && number % 5 != 1 && done < buried && later > from + 300 => {
                done += 1;
                let mixed = volts == 220;
                let (kind, line) = if mixed {
                    ("mixed", half(&over, line, &roads, city, &net))
                } else {
                    ("cable", line)
                };
                vec![(from, "overhead", over), (later, kind, line)]
            }
            _ => vec![(from, "overhead", over)],
        };
        versions.retain(|own| own.2.len() > 1);
        let old = random.whole(1990, 2009) as i32;
        let year = if from == RECORDS_BEGIN { old } else { calendar::civil(from).0 };
        let circuits = random.whole(1, 2) + i64::from(volts > 110);
        let no = format!(
            "{volts}{}{}{}",
            letter(&a.name),
            letter(&b.name),
            if circuits > 1 { "Ⅱ" } else { "Ⅰ" }
        );
        let name = title(volts, &a.name, &b.name);
        for (k, (begin, kind, line)) in versions.iter().enumerate() {
            let length = plane::line_length(line);
            let row = Row::new(sheet.number(number + 1), Shape::Line(line.clone()))
                .named(name.clone())
                .during(*begin, versions.get(k + 1).map(|next| next.0))
                .set("line_no", no.clone())
                .set("voltage", volts.to_string())
                .set("kind", *kind)
                .set("from_substation_id", a.id.clone())
                .set("to_substation_id", b.id.clone())
                .set("circuits", circuits)
                .set("towers", towers(kind, length))
                .set("corridor_m", corridor(kind, volts))
                .set("built_year", year);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// What a line between two stations is called.
fn title(volts: i64, a: &Name, b: &Name) -> Name {
    Name::new(
        format!("{volts}千伏{}{}线", first(a), first(b)),
        format!("{volts} kV {}–{} Line", a.en, b.en),
    )
}

/// Metres on both sides of a line that must be kept free.
fn corridor(kind: &str, volts: i64) -> i64 {
    match volts {
        _ if kind == "cable" => 3,
        500 => 70,
        220 => 40,
        _ => 30,
    }
}

/// How many towers carry a line of a length.
fn towers(kind: &str, length: f64) -> f64 {
    match kind {
        "cable" => 0.0,
        "mixed" => (length / 600.0).round(),
        _ => (length / 300.0).round().max(2.0),
    }
}

/// A line whose first half stays overhead and whose second goes below the roads.
fn half(
    over: &[Point],
    under: Vec<Point>,
    roads: &Lines,
    city: &City,
    net: &Net<'_>,
) -> Vec<Point> {
    let length = plane::line_length(over);
    let split = plane::along(over, length / 2.0).0;
    let end = under[under.len() - 1];
    let mut line = super::super::roads::reach::part(over, 0.0, length / 2.0);
    match cable(city, net, roads, split, end) {
        Some(rest) => line.extend(rest.into_iter().skip(1)),
        None => return under,
    }
    line
}

fn letter(name: &Name) -> char {
    name.en.chars().next().unwrap_or('X').to_ascii_uppercase()
}

fn first(name: &Name) -> String {
    name.zh.chars().take(if name.zh.starts_with('区') { 2 } else { 1 }).collect()
}
