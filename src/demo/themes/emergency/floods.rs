//! What the great rainstorms flooded: pools round low places, as far as the ground lets the water.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::grid;
use super::super::super::land::plane::{self, Point, Polygon, metres};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::{STORMS, inside};

/// Directions in which a pool is traced.
const RAYS: usize = 64;
/// The last minute of the records.
const LAST: i64 = (RECORDS_END as i64 + 1) * 1440 - 1;

/// A low place that floods, a registered one or another.
struct Low {
    at: Point,
    id: Option<String>,
    depth: f64,
    from: Day,
    to: Option<Day>,
}

/// The flooded areas.
pub(super) fn flood_extents(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let lows = lows(sheet)?;
    let storms = STORMS.len();
    let target = sheet.target();
    for (k, (day, at)) in STORMS.into_iter().enumerate() {
        let mut order: Vec<usize> = (0..lows.len()).collect();
        sheet.random.of(k as u64 + 1).shuffle(&mut order);
        // Registered places come before others, most of the time.
        order.sort_by_key(|i| {
            let mut random = sheet.random.of(k as u64 + 64).of(*i as u64);
            usize::from(random.chance(if lows[*i].id.is_some() { 0.2 } else { 0.8 }))
        });
        let mut taken: Vec<Point> = Vec::new();
        let wanted = target * (k + 1) / storms - target * k / storms;
        let mut found = 0;
        for i in order {
            let low = &lows[i];
            let there = low.from <= day && low.to.is_none_or(|to| day < to);
            let apart = taken.iter().all(|p| plane::distance(*p, low.at) > metres(450.0));
            if found >= wanted || !there || !apart {
                continue;
            }
            let mut random = sheet.random.of(k as u64 + 128).of(i as u64);
            let depth = (low.depth * random.range(0.7, 1.15) / 0.05).round() * 0.05;
            let depth = (depth.clamp(0.15, 1.6) * 100.0).round() / 100.0;
            let Some(polygon) = pool(city, low.at, depth, day, &mut random) else { continue };
            found += 1;
            taken.push(low.at);
            let ring = polygon[0].clone();
            let begin = i64::from(day) * 1440 + at + random.whole(35, 240);
            let end = begin + (random.about([1.0, 3.5, 14.0]) * 60.0) as i64;
            let (_, month, of_month) = calendar::civil(day);
            let place = city.face_near(low.at).map(|face| city.areas.community(face, day));
            let mut row = Row::new(sheet.number(sheet.count + 1), Shape::Polygon(polygon))
                .at(low.at)
                .span(Span::Minutes(begin, Some(end.min(LAST))))
                .set("flood_point_id", low.id.clone())
                .set("storm", format!("{month}·{of_month}"))
                .set("depth_m", depth)
                .set("residents", inside::residents_near(city, &ring, 20.0, day));
            if let Some(place) = place {
                row = row.named(place.name.stem().with("内涝淹没区", "Flooded Area"));
            }
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Registered waterlogging points, and streets near streams that lie hardly above them.
fn lows(sheet: &Sheet<'_>) -> Result<Vec<Low>, DemoError> {
    let city = sheet.city;
    let layer = "water.flood_points";
    let mut out: Vec<Low> = Vec::new();
    for own in city.entities(layer)?.iter() {
        let (from, to) = own.days();
        let depth = city.value(layer, own, "depth_m").number().unwrap_or(0.4);
        // Pieces of one point are one place.
        match out.iter_mut().find(|low| low.id.as_ref() == Some(&own.id)) {
            Some(low) => {
                low.from = low.from.min(from);
                low.to = low.to.zip(to).map(|(a, b)| a.max(b));
            }
            None => out.push(Low { at: own.at, id: Some(own.id.clone()), depth, from, to }),
        }
    }
    let mut others = Vec::new();
    for (i, own) in city.roads.segments.iter().enumerate() {
        let at = plane::along(&own.line, own.length() / 2.0).0;
        if !own.bridge && !own.tunnel && city.relief.above[grid::cell_of(at)] < 2.0 {
            let mut random = sheet.random.named("streets").of(i as u64);
            let depth = random.about([0.2, 0.45, 1.4]);
            others.push(Low { at, id: None, depth, from: own.opened(), to: None });
        }
    }
    sheet.random.of(0).shuffle(&mut others);
    others.truncate(out.len() + 24);
    out.extend(others);
    Ok(out)
}

/// The water round a place: on every side until the ground rises above it or a house stands.
fn pool(city: &City, at: Point, depth: f64, day: Day, random: &mut Random) -> Option<Polygon> {
    const STEP: f64 = 3.0;
    let level = city.relief.height_at(plane::in_metres(at)) + depth;
    let wide = random.about([26.0, 48.0, 125.0]);
    let by = metres(wide * 1.4);
    let bounds = [plane::moved(at, [-by, -by]), plane::moved(at, [by, by])];
    let houses: Vec<&Building> = inside::buildings(city, bounds, day).collect();
    let boxes: Vec<[Point; 2]> = houses.iter().map(|own| plane::bounds(&own.ring)).collect();
    let dry = |p: Point| {
        city.relief.height_at(plane::in_metres(p)) > level
            || houses
                .iter()
                .zip(&boxes)
                .any(|(own, own_box)| plane::meets(*own_box, [p, p]) && plane::inside(&own.ring, p))
    };
    if dry(at) {
        return None;
    }
    // Water lies along a direction, with a shore that wavers.
    let axis = random.range(0.0, std::f64::consts::TAU);
    let waves = [random.range(0.0, 6.0), random.range(0.0, 6.0)];
    let ring: Vec<Point> = (0..RAYS)
        .map(|i| {
            let angle = i as f64 / RAYS as f64 * std::f64::consts::TAU;
            let along = libm::cos(angle - axis);
            let shore = 0.62
                + 0.55 * along * along
                + 0.1 * libm::sin(3.0 * angle + waves[0])
                + 0.07 * libm::sin(7.0 * angle + waves[1]);
            let way = [libm::cos(angle), libm::sin(angle)];
            let mut far = STEP;
            while far + STEP <= wide * shore
                && !dry(plane::moved(at, plane::scaled(way, metres(far + STEP))))
            {
                far += STEP;
            }
            plane::moved(at, plane::scaled(way, metres(far.min(wide * shore).max(STEP))))
        })
        .collect();
    if plane::area(&ring) < 500.0 {
        return None;
    }
    let mut polygon = vec![ring];
    // Houses that the water surrounds are islands in it.
    for own in houses.iter().filter(|own| !own.ring.is_empty()) {
        let island = own.ring.iter().all(|p| plane::inside(&polygon[0], *p))
            && polygon[0].iter().all(|p| !plane::inside(&own.ring, *p));
        let apart = polygon[1..].iter().all(|hole| !plane::inside(hole, own.ring[0]));
        if island && apart {
            polygon.push(own.ring.iter().rev().copied().collect());
        }
    }
    Some(polygon)
}
