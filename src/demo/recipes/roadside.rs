//! Things along streets.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::plane::{self, Point, metres};
use super::super::land::roads::Segment;
use super::super::land::streets::Class;
use super::super::schema::Life;
use super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::themes;
use super::lots::fill;
use super::{life, title};
use crate::time::TemporalKind;

/// The segments of these classes (all, if none is named) in an order of chance.
fn pool(sheet: &Sheet<'_>, class: &[String]) -> Vec<usize> {
    let city = sheet.city;
    let fits = |i: &usize| {
        let code = city.streets.ways[city.roads.segments[*i].way].class.code();
        class.is_empty() || class.iter().any(|own| own == code)
    };
    let mut pool: Vec<usize> = (0..city.roads.segments.len()).filter(fits).collect();
    if pool.is_empty() {
        pool = (0..city.roads.segments.len()).collect();
    }
    sheet.random.of(1).shuffle(&mut pool);
    pool
}

fn span(sheet: &Sheet<'_>, (from, to): (i32, Option<i32>)) -> Span {
    match sheet.layer.temporal {
        TemporalKind::None => Span::Always,
        TemporalKind::State => Span::Days(from, to),
        TemporalKind::Event => Span::Between(from, from + 30),
    }
}

/// A point beside a segment: `far` metres along it, `off` metres from its line to the left.
pub(crate) fn beside(segment: &Segment, far: f64, off: f64) -> Point {
    let (at, way) = plane::along(&segment.line, far);
    plane::moved(at, plane::scaled(plane::left_of(way), metres(off)))
}

/// Whether a segment lies where the city is built in detail.
fn is_dense(city: &City, segment: &Segment) -> bool {
    segment.faces.iter().any(|face| city.streets.dense[*face])
}

/// Points at the kerb; in rows that stand by turns on both sides, and only where the city is built
/// in detail, if `detail` is asked for.
pub(crate) fn kerb(
    sheet: &mut Sheet<'_>,
    class: &[String],
    detail: bool,
    how: &Life,
) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut pool = pool(sheet, class);
    if detail {
        pool.retain(|i| is_dense(city, &city.roads.segments[*i]));
    }
    // Where the city is built in detail there is more of everything.
    let weight = |i: &usize| {
        let segment = &city.roads.segments[*i];
        segment.length() * if is_dense(city, segment) { 12.0 } else { 1.0 }
    };
    let jitter = if detail { 0.05 } else { 0.2 };
    let total: f64 = pool.iter().map(weight).sum();
    let mut number = 0;
    let mut left = 0.0;
    // A row is planted once.
    let rounds = if detail { 1 } else { usize::MAX };
    for i in pool.iter().cycle().take(pool.len().saturating_mul(rounds)) {
        if sheet.count >= target {
            break;
        }
        left += weight(i) / total * target as f64 / how.versions.max(1.0);
        let segment = &city.roads.segments[*i];
        let count = left.floor() as usize;
        left -= count as f64;
        for place in 0..count {
            number += 1;
            let mut random = sheet.random.of(number as u64 + 16);
            let far = place as f64 + 0.5 + random.range(-jitter, jitter);
            let far = segment.length() * far / count as f64;
            let left_side = if detail { number % 2 == 0 } else { random.chance(0.5) };
            let side = if left_side { 1.0 } else { -1.0 };
            let off = side * (segment.lanes() as f64 * 1.75 + random.range(0.6, 2.4));
            let at = beside(segment, far, off);
            let name = title(city, sheet.layer, at, number, &mut random);
            for version in life(how, (segment.opened(), None), &mut random) {
                let row = Row::new(sheet.number(number), Shape::Point(at)).named(name.clone());
                let row = row.span(span(sheet, version));
                let row = fill(sheet, row, "segment_id", &Segment::id(*i));
                let row = themes::complete(sheet, row)?;
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// Points at junctions.
pub(crate) fn junctions(sheet: &mut Sheet<'_>, how: &Life) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let roads = &city.roads;
    let mut pool: Vec<usize> =
        (0..roads.junctions.len()).filter(|i| roads.junctions[*i].segments.len() > 2).collect();
    sheet.random.of(1).shuffle(&mut pool);
    // The largest crossings first.
    let class = |i: &usize| {
        let own = &roads.junctions[*i].segments;
        own.iter().map(|s| city.streets.ways[roads.segments[*s].way].class).min()
    };
    pool.sort_by_key(class);
    for (number, i) in pool.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let junction = &roads.junctions[i];
        let opened = junction.segments.iter().map(|s| roads.segments[*s].opened()).max();
        let mut random = sheet.random.of(number as u64 + 16);
        let by = [random.range(-9.0, 9.0), random.range(-9.0, 9.0)];
        let at = plane::moved(junction.at, by.map(metres));
        let name = title(city, sheet.layer, at, number, &mut random);
        for version in life(how, (opened.unwrap_or_default(), None), &mut random) {
            let row = Row::new(sheet.number(number + 1), Shape::Point(at)).named(name.clone());
            let row = row.span(span(sheet, version));
            let row = fill(sheet, row, "junction_id", &format!("J{:05}", i + 1));
            let row = themes::complete(sheet, row)?;
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The segments from one on along its road, at most so many.
pub(crate) fn chain(city: &City, start: usize, links: usize) -> Vec<(usize, bool)> {
    let mut out = vec![(start, true)];
    let mut end = city.roads.segments[start].ends[1];
    while out.len() < links {
        let way = city.roads.segments[start].way;
        let next = city.roads.junctions[end].segments.iter().copied().find(|next| {
            city.roads.segments[*next].way == way && out.iter().all(|(own, _)| own != next)
        });
        let Some(next) = next else { break };
        let segment = &city.roads.segments[next];
        let along = segment.ends[0] == end;
        end = segment.ends[usize::from(along)];
        out.push((next, along));
    }
    out
}

/// The line of a chain of segments.
pub(crate) fn chain_line(city: &City, links: &[(usize, bool)]) -> Vec<Point> {
    let mut line: Vec<Point> = Vec::new();
    for (number, along) in links {
        let own = &city.roads.segments[*number].line;
        let points: Vec<Point> =
            if *along { own.clone() } else { own.iter().rev().copied().collect() };
        line.extend(points.into_iter().skip(usize::from(!line.is_empty())));
    }
    line
}

/// A line `off` metres to the left of another.
pub(crate) fn parallel(line: &[Point], off: f64) -> Vec<Point> {
    let last = line.len() - 1;
    let point = |i: usize| {
        let before = plane::direction(line[i.saturating_sub(1)], line[i.max(1)]);
        let after = plane::direction(line[i.min(last - 1)], line[(i + 1).min(last)]);
        let sum = [before[0] + after[0], before[1] + after[1]];
        let length = plane::length(sum).max(0.4);
        plane::moved(line[i], plane::scaled(plane::left_of(sum), metres(off) / length * 1.0))
    };
    (0..=last).map(point).collect()
}

/// The segments of a pool as a net grows over them: first the main streets, then others, each beside
/// one before it if there is such a one (after Prim 1957).
fn grown(city: &City, pool: &[usize]) -> Vec<usize> {
    let class = |i: usize| city.streets.ways[city.roads.segments[i].way].class;
    let mut rest: BTreeSet<(Class, usize, usize)> =
        pool.iter().enumerate().map(|(order, i)| (class(*i), order, *i)).collect();
    let order: FxHashMap<usize, usize> = pool.iter().zip(0..).map(|(i, n)| (*i, n)).collect();
    let mut out = Vec::new();
    let mut next: BTreeSet<(Class, usize, usize)> = BTreeSet::new();
    while let Some(first) = rest.first().copied() {
        // Main streets to which none leads but by lesser ones begin anew.
        let own = next.pop_first().filter(|own| own.0 <= first.0).unwrap_or(first);
        if !rest.remove(&own) {
            continue;
        }
        out.push(own.2);
        for end in city.roads.segments[own.2].ends {
            for beside in &city.roads.junctions[end].segments {
                next.extend(order.get(beside).map(|order| (class(*beside), *order, *beside)));
            }
        }
    }
    out
}

/// Lines along streets.
pub(crate) fn stretches(
    sheet: &mut Sheet<'_>,
    class: &[String],
    (links, offset, net): (usize, f64, bool),
    how: &Life,
) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut pool = pool(sheet, class);
    if net {
        // By turns where the city is built in detail, and elsewhere.
        let dense = |i: &usize| is_dense(city, &city.roads.segments[*i]);
        let (inner, outer): (Vec<usize>, Vec<usize>) = pool.iter().partition(|i| dense(i));
        let parts = [grown(city, &inner), grown(city, &outer)];
        let turn = |place: usize| parts.iter().filter_map(move |part| part.get(place).copied());
        pool = (0..pool.len()).flat_map(turn).collect();
    }
    let mut number = 0;
    let mut taken = rustc_hash::FxHashSet::default();
    for start in pool.iter().cycle().take(pool.len() * 40) {
        if sheet.count >= target {
            break;
        }
        number += 1;
        // Each stretch once, as long as there are others.
        let first_round = number <= pool.len();
        if first_round && taken.contains(start) {
            continue;
        }
        let mut random = sheet.random.of(number as u64 + 16);
        let links = chain(city, *start, links);
        taken.extend(links.iter().map(|(own, _)| *own));
        let mut line = chain_line(city, &links);
        if offset != 0.0 {
            line = parallel(&line, offset);
        }
        let opened = links.iter().map(|(own, _)| city.roads.segments[*own].opened()).max();
        let name = title(city, sheet.layer, line[0], number, &mut random);
        for version in life(how, (opened.unwrap_or_default(), None), &mut random) {
            let row = Row::new(sheet.number(number), Shape::Line(line.clone())).named(name.clone());
            let row = row.span(span(sheet, version));
            let row = fill(sheet, row, "segment_id", &Segment::id(*start));
            let row = themes::complete(sheet, row)?;
            sheet.add(row)?;
        }
    }
    Ok(())
}
