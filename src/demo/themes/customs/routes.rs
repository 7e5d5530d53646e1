//! Transit routes: from supervised sites along the large roads to where these leave the district.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{Day, RECORDS_END};
use super::super::super::land::plane::{self, Point};
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::sheet::{Row, Shape, Sheet};

/// The shortest ways from a junction: to each junction its cost, and the segment that leads there.
struct Ways {
    reached: Vec<Option<(i64, usize)>>,
}

/// What it costs lorries to drive along a segment: they keep to the large roads.
fn cost(city: &City, segment: usize) -> i64 {
    let own = &city.roads.segments[segment];
    let times = match city.streets.ways[own.way].class {
        Class::Express => 0.6,
        Class::Arterial => 1.0,
        Class::Collector => 2.2,
        Class::Local => 6.0,
    };
    (own.length() * times * 1_000.0).round() as i64
}

impl Ways {
    fn new(city: &City, start: usize, at: Day) -> Self {
        let roads = &city.roads;
        let mut reached: Vec<Option<(i64, usize)>> = vec![None; roads.junctions.len()];
        let mut queue = BinaryHeap::from([Reverse((0, start, usize::MAX))]);
        while let Some(Reverse((far, junction, by))) = queue.pop() {
            if reached[junction].is_some() {
                continue;
            }
            reached[junction] = Some((far, by));
            for segment in &roads.junctions[junction].segments {
                let own = &roads.segments[*segment];
                let forward = own.ends[0] == junction;
                let closed = if forward { own.oneway < 0 } else { own.oneway > 0 };
                let other = own.ends[usize::from(forward)];
                if own.opened() <= at && !closed && reached[other].is_none() {
                    queue.push(Reverse((far + cost(city, *segment), other, *segment)));
                }
            }
        }
        Self { reached }
    }

    /// The line from the start to a junction, and its first segment.
    fn line(&self, city: &City, end: usize) -> (Vec<Point>, Option<usize>) {
        let mut line: Vec<Point> = Vec::new();
        let mut junction = end;
        let mut first = None;
        while let Some((_, by)) = self.reached.get(junction).copied().flatten() {
            let Some(own) = city.roads.segments.get(by) else { break };
            let mut part = own.line.clone();
            // From the end backwards: each part begins where the one before ended.
            if own.ends[1] == junction {
                part.reverse();
            }
            line.extend(part.into_iter().skip(usize::from(!line.is_empty())));
            first = Some(by);
            junction = own.ends[usize::from(own.ends[0] == junction)];
        }
        line.reverse();
        (line, first)
    }
}

/// Where large roads leave the district.
fn exits(city: &City) -> Vec<usize> {
    let roads = &city.roads;
    let large =
        |segment: usize| city.streets.ways[roads.segments[segment].way].class <= Class::Arterial;
    let ends = |junction: &usize| {
        let own = &roads.junctions[*junction].segments;
        own.len() == 1 && own.iter().all(|segment| large(*segment))
    };
    let border = city.streets.mesh.union(|_| true);
    let near = |junction: &usize| {
        let at = roads.junctions[*junction].at;
        let mut edges = border.iter().flatten().flat_map(|ring| plane::edges(ring));
        edges.any(|(a, b)| plane::distance_to_edge(at, a, b) < plane::metres(120.0))
    };
    (0..roads.junctions.len()).filter(ends).filter(near).collect()
}

/// The junction nearest to a place that can be reached on a day.
fn nearest(city: &City, place: Point, at: Day) -> Option<usize> {
    let roads = &city.roads;
    let open = |junction: &usize| {
        let own = &roads.junctions[*junction].segments;
        own.iter().any(|segment| roads.segments[*segment].opened() <= at)
    };
    (0..roads.junctions.len())
        .filter(open)
        .min_by_key(|junction| plane::distance(roads.junctions[*junction].at, place) as i64)
}

/// The routes.
pub(super) fn transit_routes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let sites = city.entities("customs.sites")?;
    let exits = exits(city);
    let mut seen = BTreeSet::new();
    let mut number = 0;
    for site in sites.iter() {
        let (from, _) = site.days();
        let to = sites.iter().rfind(|own| own.id == site.id).and_then(|own| own.days().1);
        if sheet.count >= target || exits.is_empty() || !seen.insert(site.id.clone()) {
            continue;
        }
        let mut random = sheet.random.named(&site.id);
        let Some(start) = nearest(city, site.at, from) else { continue };
        let ways = Ways::new(city, start, from);
        let cost = |ways: &Ways, exit: usize| ways.reached[exit].map(|reached| reached.0);
        let mut ends: Vec<(i64, usize)> =
            exits.iter().filter_map(|exit| Some((cost(&ways, *exit)?, *exit))).collect();
        ends.sort_unstable();
        ends.truncate(6);
        if ends.is_empty() {
            continue;
        }
        let end = random.pick(&ends).1;
        let (line, Some(first)) = ways.line(city, end) else { continue };
        number += 1;
        // Routes are looked through after some years: a new road may lead there on a shorter way.
        let last = to.unwrap_or(RECORDS_END);
        let looked = from + random.whole(900, 2_900) as Day;
        let later = (looked < last - 300 && random.chance(0.4))
            .then(|| Ways::new(city, start, looked).line(city, end))
            .filter(|(other, _)| *other != line);
        let mut versions = vec![(from, to, line, first)];
        if let Some((line, Some(first))) = later {
            versions[0].1 = Some(looked);
            versions.push((looked, to, line, first));
        }
        let name = site.name.as_ref().map(super::super::super::land::names::Name::stem);
        let port = random.weighed([4.0, 4.0, 1.0].into_iter());
        // The ports lie an hour or two beyond the border.
        let beyond = [random.range(1.0, 2.6), random.range(0.8, 1.8), random.range(1.2, 2.4)][port];
        for (from, to, line, first) in versions {
            let hours = beyond + plane::line_length(&line) / 25_000.0;
            let row = Row::new(sheet.number(number), Shape::Line(line))
                .during(from, to)
                .set("segment_id", Segment::id(first))
                .set("site_id", site.id.clone())
                .set("kind", ["sea", "land", "air"][port])
                .set("hours_limit", (hours * 2.0).ceil() / 2.0);
            let row = match &name {
                Some(name) => row.named(name.with("转关路线", "Transit Route")),
                None => row,
            };
            sheet.add(row)?;
        }
    }
    Ok(())
}
