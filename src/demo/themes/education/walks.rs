//! Walks over the streets: how far it is to a school, and the ways there.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::Day;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::streets::Class;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::near::{self, Lines};
use super::super::roads::reach::Net;
use super::sites::{LAST, School, september, start_of};
use super::system::{self, System};

/// The streets as they are walked.
pub(super) struct Walks<'c> {
    city: &'c City,
    lines: Lines,
    net: Net<'c>,
}

impl<'c> Walks<'c> {
    /// Of all streets but expressways.
    pub(super) fn new(city: &'c City) -> Self {
        let net = Net::weighed(city, |segment| {
            let way = city.roads.segments.get(segment)?.way;
            (city.streets.ways.get(way)?.class > Class::Express).then_some(1.0)
        });
        Self { city, lines: Lines::roads(city), net }
    }

    fn junction(&self, at: Point) -> Option<usize> {
        near::junction(self.city, &self.lines, at)
    }

    /// Segments from one place to another, each with whether it is walked along its line.
    fn way(&self, from: Point, to: Point) -> Vec<(usize, bool)> {
        match (self.junction(from), self.junction(to)) {
            (Some(from), Some(to)) => self.net.path(from, to, false),
            _ => Vec::new(),
        }
    }

    /// Metres on foot.
    pub(super) fn metres(&self, from: Point, to: Point) -> i64 {
        let way = self.way(from, to);
        let sum: f64 = way.iter().map(|(i, _)| self.city.roads.segments[*i].length()).sum();
        let ends = [from, to].map(|at| {
            self.junction(at)
                .map_or(0.0, |j| plane::distance(self.city.roads.junctions[j].at, at) / 1e3)
        });
        let straight = plane::distance(from, to) / 1e3;
        let walked = if way.is_empty() { straight * 1.2 } else { sum + ends[0] + ends[1] };
        // Short ways need not pass a junction.
        walked.min(straight * 1.9).max(straight).round() as i64
    }
}

/// The place on a ring nearest to a point.
fn gate(ring: &[Point], from: Point) -> Point {
    let mut best = (f64::MAX, from);
    for (a, b) in plane::edges(ring) {
        let (ab, ap) = (plane::difference(b, a), plane::difference(from, a));
        let squared = (ab[0] * ab[0] + ab[1] * ab[1]).max(1.0);
        let part = ((ap[0] * ab[0] + ap[1] * ab[1]) / squared).clamp(0.0, 1.0);
        let at = plane::between(a, b, part);
        let far = plane::distance(at, from);
        if far < best.0 {
            best = (far, at);
        }
    }
    best.1
}

/// A walk to school.
struct Walk {
    line: Vec<Point>,
    opened: Day,
    crossings: i64,
    signalled: i64,
}

fn walk(walks: &Walks<'_>, home: &[Point], campus: &[Point]) -> Option<Walk> {
    let city = walks.city;
    let (start, end) = (plane::inner(home), plane::inner(campus));
    let way = walks.way(start, end);
    let mut line: Vec<Point> = Vec::new();
    let (mut opened, mut crossings, mut signalled) = (Day::MIN, 0, 0);
    for (k, (segment, along)) in way.iter().enumerate() {
        let own = city.roads.segments.get(*segment)?;
        let mut part = own.line.clone();
        if !along {
            part.reverse();
        }
        opened = opened.max(own.opened());
        line.extend(part);
        let junction = own.ends[usize::from(*along)];
        let around = &city.roads.junctions.get(junction)?.segments;
        if k + 1 < way.len() && around.len() > 2 {
            crossings += 1;
            let classes = around.iter().filter_map(|s| city.roads.segments.get(*s));
            let wide = classes.filter(|s| s.lanes() >= 4).count() >= 2;
            signalled += i64::from(wide && around.len() > 3);
        }
    }
    let (first, last) = (*line.first()?, *line.last()?);
    let mut whole = vec![gate(home, first)];
    whole.extend(line);
    whole.push(gate(campus, last));
    whole.dedup();
    (whole.len() > 1).then_some(Walk { line: whole, opened, crossings, signalled })
}

pub(super) fn safe_routes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { schools, years, .. } = &*system;
    let Some(now) = years.last() else { return Ok(()) };
    let walks = Walks::new(city);
    let target = sheet.target();
    let mut order: Vec<&School> = schools
        .iter()
        .filter(|own| own.public && own.stages(LAST).contains(&"pri") && own.open < LAST - 1)
        .collect();
    sheet.random.of(1).shuffle(&mut order);
    let mut number = 0;
    for own in order {
        if sheet.count >= target {
            break;
        }
        let Some(campus) = own.campus.map(|place| &city.parcel(place).ring) else { continue };
        let zone = now.of("pri", own.face);
        let mut homes: Vec<(u64, &[Point])> = city
            .parcels()
            .filter(|(_, p)| p.to.is_none() && matches!(p.usage, "R2" | "R4"))
            .filter(|(_, p)| now.of("pri", p.face) == zone)
            .filter(|(_, p)| {
                let far = plane::distance(plane::inner(&p.ring), own.at);
                (150_000.0..1_000_000.0).contains(&far)
            })
            .map(|(_, p)| (sheet.random.named(&own.id).named(&p.id).next(), p.ring.as_slice()))
            .collect();
        homes.sort_unstable_by_key(|(order, _)| *order);
        let found: Vec<Walk> = homes
            .iter()
            .take(12)
            .filter_map(|(_, home)| walk(&walks, home, campus))
            .filter(|walk| (200.0..1_200.0).contains(&plane::line_length(&walk.line)))
            .take(3)
            .collect();
        for walk in found {
            number += 1;
            add(sheet, own, number, &walk)?;
        }
    }
    Ok(())
}

fn add(sheet: &mut Sheet<'_>, own: &School, number: usize, walk: &Walk) -> Result<(), DemoError> {
    let mut random = sheet.random.of(number as u64 + 16);
    let earliest = walk.opened.max(start_of(own.began("pri"))).max(start_of(own.open));
    let year = random.whole(2014, 2024) as i32;
    let begun = september(year).max(earliest);
    let done = september(LAST).min(begun + 365 * random.whole(1, 2) as Day);
    let spans = match random.weighed([3.0, 1.6, 3.2, 1.6].into_iter()) {
        0 => vec![(earliest, None, "existing")],
        1 => vec![(begun, None, "planned")],
        2 => vec![(begun, None, "done")],
        _ if done > begun => vec![(begun, Some(done), "planned"), (done, None, "done")],
        _ => vec![(begun, None, "done")],
    };
    let minutes = plane::line_length(&walk.line) / 1.1 / 60.0;
    for (from, to, status) in spans {
        let row = Row::new(sheet.number(number), Shape::Line(walk.line.clone()))
            .named(own.name(LAST).with("上学路", "Walking Route"))
            .during(from, to)
            .set("school_id", own.id.clone())
            .set("minutes", (minutes * 10.0).round() / 10.0)
            .set("crossings", walk.crossings)
            .set("signalled", walk.signalled)
            .set("status", status);
        sheet.add(row)?;
    }
    Ok(())
}
