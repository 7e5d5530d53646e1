//! Sketches of the scenes of the gravest incidents.

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::roads::near::Lines;
use super::super::roads::reach;

/// The scenes.
pub(super) fn incident_scenes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let layer = "emergency.incidents";
    let incidents = city.entities(layer)?;
    let roads = Lines::roads(city);
    let weight = |own: &Entity| {
        let figure = |column: &str| city.value(layer, own, column).number().unwrap_or(0.0);
        let level = city.value(layer, own, "level").text().parse::<i64>().unwrap_or(4);
        (level, -(figure("injured") * 4.0 + figure("evacuated")) as i64)
    };
    let mut order: Vec<&Entity> = incidents.iter().collect();
    order.sort_by_key(|own| (weight(own), own.id.clone()));
    order.truncate(sheet.target());
    order.sort_by_key(|own| own.id.clone());
    for (number, own) in order.into_iter().enumerate() {
        let Span::Minutes(begin, end) = own.span else { continue };
        let mut random = sheet.random.named(&own.id);
        let (low, high) = match weight(own).0 {
            1 | 2 => (300.0, 800.0),
            3 => (100.0, 300.0),
            _ => (30.0, 100.0),
        };
        let cordon = (random.range(low, high) / 5.0).round() * 5.0;
        let drawn = end.map_or(begin + 45, |end| (begin + random.whole(15, 60)).min(end));
        let mut parts = vec![Shape::Point(own.at), Shape::ring(ring(own.at, cordon, &mut random))];
        parts.extend(ways(city, &roads, own.at, cordon).into_iter().map(Shape::Line));
        let row = Row::new(sheet.number(number + 1), Shape::Collection(parts))
            .span(Span::Minutes(drawn, end))
            .set("incident_id", own.id.clone())
            .set("cordon_m", cordon);
        let row = match &own.name {
            Some(name) => row.named(name.with("现场图", "Scene")),
            None => row,
        };
        sheet.add(row)?;
    }
    Ok(())
}

/// An uneven ring around a place.
fn ring(at: Point, cordon: f64, random: &mut Random) -> Vec<Point> {
    (0..16)
        .map(|i| {
            let angle = f64::from(i) / 16.0 * std::f64::consts::TAU;
            let far = metres(cordon * random.range(0.85, 1.15));
            plane::moved(at, [far * libm::cos(angle), far * libm::sin(angle)])
        })
        .collect()
}

/// The ways of the rescuers: along the nearest road from both sides, and from it to the place.
fn ways(city: &City, roads: &Lines, at: Point, cordon: f64) -> Vec<Vec<Point>> {
    let Some(hit) = roads.nearest(at, 3_000.0, |_| true) else { return Vec::new() };
    let segment = &city.roads.segments[hit.line];
    let length = segment.length();
    let reach = cordon * 1.15;
    let mut out = Vec::new();
    for end in [1, 0] {
        let room = if end == 1 { length - hit.far } else { hit.far };
        let own = reach.min(room);
        if own < 1.0 {
            continue;
        }
        // From the place outwards.
        let mut way = if end == 1 {
            reach::part(&segment.line, hit.far, hit.far + own)
        } else {
            let mut part = reach::part(&segment.line, hit.far - own, hit.far);
            part.reverse();
            part
        };
        if own < reach {
            farther(city, &mut way, (hit.line, segment.ends[end]), (at, reach));
        }
        way.reverse();
        way.push(at);
        way.dedup();
        if way.len() > 1 && out.len() < 2 {
            out.push(way);
        }
        if cordon < 100.0 && !out.is_empty() {
            break;
        }
    }
    out
}

/// Goes on over the junctions, always by the road that leads farthest away, out of the cordon.
fn farther(
    city: &City,
    way: &mut Vec<Point>,
    (mut came, mut junction): (usize, usize),
    (at, reach): (Point, f64),
) {
    for _ in 0..8 {
        if plane::distance(city.roads.junctions[junction].at, at) > metres(reach) {
            return;
        }
        let other = |number: usize| {
            let ends = city.roads.segments[number].ends;
            ends[usize::from(ends[0] == junction)]
        };
        let next = city.roads.junctions[junction]
            .segments
            .iter()
            .copied()
            .filter(|number| *number != came)
            .max_by_key(|number| {
                plane::distance(city.roads.junctions[other(*number)].at, at) as i64
            });
        let Some(next) = next else { return };
        let segment = &city.roads.segments[next];
        let along = segment.ends[0] == junction;
        let mut line = segment.line.clone();
        if !along {
            line.reverse();
        }
        let to = other(next);
        for p in line {
            way.push(p);
            if plane::distance(p, at) > metres(reach) {
                return;
            }
        }
        way.dedup();
        (came, junction) = (next, to);
    }
}
