//! Places where engines draw water.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::grid;
use super::super::super::land::names::{self, Name};
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::land::roads::Segment;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::day_in;
use super::super::roads::near::Lines;

/// A place for it: where, what kind, what it belongs to, since when.
type Spot = (Point, &'static str, Name, Day);

/// The banks of streams near roads.
fn banks(city: &City, roads: &Lines, random: &Random) -> Vec<Spot> {
    let mut out = Vec::new();
    for (number, reach) in city.relief.reaches.iter().enumerate() {
        let line: Vec<Point> = reach.line.iter().map(|at| plane::from_metres(*at)).collect();
        let length = plane::line_length(&line);
        if line.len() < 2 || reach.drains < 3.0 {
            continue;
        }
        let mut random = random.of(number as u64);
        for k in 0..(length / 300.0) as i32 {
            let (at, way) = plane::along(&line, 300.0 * f64::from(k) + random.range(0.0, 250.0));
            let side = if random.chance(0.5) { 1.0 } else { -1.0 };
            let by = plane::scaled(plane::left_of(way), side * metres(reach.width() / 2.0 + 3.0));
            let at = plane::moved(at, by);
            let near = roads.nearest(at, 60.0, |_| true).is_some_and(|hit| {
                hit.away > city.roads.segments[hit.line].lanes() as f64 * 1.75 + 1.0
            });
            if near && city.streets.inside[grid::cell_of(at)] {
                let name = names::stem(&mut random.of(7)).with("河取水点", "River Water Point");
                out.push((at, "river", name, RECORDS_BEGIN));
            }
        }
    }
    out
}

/// The shores of reservoirs and ponds near roads.
fn shores(city: &City, roads: &Lines) -> Result<Vec<Spot>, DemoError> {
    let mut out = Vec::new();
    for (layer, kind) in [("water.reservoirs", "reservoir"), ("water.ponds", "pond")] {
        for own in city.entities(layer)?.iter().filter(|own| own.valid(RECORDS_END)) {
            let ring = match &own.shape {
                Shape::Polygon(polygon) => polygon.first(),
                Shape::Polygons(all) => all.first().and_then(|polygon| polygon.first()),
                _ => None,
            };
            let spots = ring.into_iter().flatten().filter_map(|p| {
                roads.nearest(*p, 160.0, |_| true).map(|hit| ((hit.away * 1000.0) as i64, *p))
            });
            if let (Some((_, at)), Some(name)) = (spots.min(), &own.name) {
                out.push((at, kind, name.with("取水点", "Water Point"), own.days().0));
            }
        }
    }
    Ok(out)
}

/// Tanks of works.
fn tanks(city: &City, random: &Random) -> Vec<Spot> {
    let fits = |p: &super::super::super::land::parcels::Parcel| {
        p.usage == "M1" && p.to.is_none() && p.area() > 12_000.0
    };
    let mut all: Vec<(Point, Day)> = city
        .parcels()
        .filter(|(_, p)| fits(p))
        .map(|(_, p)| (plane::inner(&p.ring), p.from))
        .collect();
    random.of(1).shuffle(&mut all);
    let name = |i: usize| {
        names::stem(&mut random.of(i as u64 + 16)).with("厂区消防水池", "Works Fire Tank")
    };
    all.into_iter()
        .enumerate()
        .map(|(i, (at, from))| (at, "tank", name(i), from))
        .take(400)
        .collect()
}

/// Water points.
pub(super) fn points(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let roads = Lines::roads(city);
    let mut groups =
        [banks(city, &roads, &sheet.random), shores(city, &roads)?, tanks(city, &sheet.random)];
    groups.iter_mut().for_each(|group| sheet.random.of(2).shuffle(group));
    let mut taken: Vec<Point> = Vec::new();
    let shares = [target * 45 / 100, target * 70 / 100, target];
    for (group, most) in groups.into_iter().zip(shares) {
        for (at, kind, name, begin) in group {
            if sheet.count >= most {
                break;
            }
            let apart = taken.iter().all(|other| plane::distance(*other, at) > metres(1_300.0));
            let Some(hit) = roads.nearest(at, 400.0, |_| true).filter(|_| apart) else { continue };
            taken.push(at);
            let number = taken.len();
            let mut random = sheet.random.of(number as u64 | 1 << 20);
            let from = if random.chance(0.6) {
                begin
            } else {
                begin.max(day_in(&mut random, RECORDS_BEGIN + 90, RECORDS_END - 800))
            };
            let again = (random.chance(0.15) && RECORDS_END - from > 900)
                .then(|| day_in(&mut random, from + 300, RECORDS_END - 200));
            let volume = match kind {
                "tank" => random.whole(3, 16) * 50,
                "pond" => random.whole(20, 160) * 50,
                "reservoir" => random.whole(2_000, 18_000) * 50,
                _ => random.whole(30, 240) * 50,
            };
            for (from, to) in [(Some(from), again), (again, None)] {
                let Some(from) = from else { continue };
                let row = Row::new(sheet.number(number), Shape::Point(at))
                    .named(name.clone())
                    .during(from, to)
                    .set("kind", kind)
                    .set("segment_id", Segment::id(hit.line))
                    .set("volume_m3", volume)
                    .set("dry_season", kind != "pond" || random.chance(0.4));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
