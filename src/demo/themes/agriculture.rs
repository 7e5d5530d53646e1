//! Agriculture: channels to the fields, and what orchards touch.

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::RECORDS_END;
use super::super::land::fabric::Zone;
use super::super::land::grid;
use super::super::land::names::Name;
use super::super::land::plane::{self, Point, metres};
use super::super::land::random::Random;
use super::super::sheet::{Row, Shape, Sheet};
use super::roads::near;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "irrigation" => irrigation(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let (Shape::Polygon(polygon), "orchards") = (&row.shape, layer) else { return Ok(row) };
    let zones = sheet.city.entities("water.water_sources")?;
    let day = row.span.start();
    let mut corners = polygon[0].iter().step_by(3);
    let touches = corners.any(|at| near::holding(&zones, *at, day).is_some());
    Ok(row.set("in_water_zone", touches))
}

/// A place where water can be taken: where, what it is called, how high it lies.
struct Source {
    at: Point,
    name: Name,
    height: f64,
}

fn sources(city: &City) -> Result<Vec<Source>, DemoError> {
    let mut out = Vec::new();
    let height = |at: Point| city.relief.height_at(plane::in_metres(at));
    for layer in ["water.reservoirs", "water.ponds"] {
        for own in city.entities(layer)?.iter().filter(|own| own.valid(RECORDS_END)) {
            let ring = match &own.shape {
                Shape::Polygon(polygon) => polygon.first(),
                Shape::Polygons(all) => all.first().and_then(|polygon| polygon.first()),
                _ => None,
            };
            let name = own.name.clone().unwrap_or_else(|| Name::new("山塘", "Pond"));
            for at in ring.into_iter().flatten().step_by(6) {
                out.push(Source { at: *at, name: name.clone(), height: height(*at) + 2.0 });
            }
        }
    }
    let rivers = city.entities("water.rivers")?;
    for reach in &city.relief.reaches {
        for place in reach.line.iter().step_by(3) {
            let at = plane::from_metres(*place);
            if city.streets.inside[grid::cell_of(at)] {
                let river =
                    near::entity(&rivers, at, |_| true).filter(|own| near::away(own, at) < 60_000);
                let name = river.and_then(|own| own.name.clone());
                let name = name.unwrap_or_else(|| Name::new("山溪", "Hill stream"));
                out.push(Source { at, name, height: height(at) });
            }
        }
    }
    Ok(out)
}

/// A bent line between two places.
fn bent(from: Point, to: Point, random: &mut Random) -> Vec<Point> {
    let far = plane::distance(from, to);
    let way = plane::left_of(plane::direction(from, to));
    let mut swing = 0.0;
    let parts = (far / metres(90.0)).ceil().max(2.0) as i32;
    let mut out = vec![from];
    for k in 1..parts {
        swing = (swing + random.range(-0.035, 0.035)) * 0.9;
        let at = plane::between(from, to, f64::from(k) / f64::from(parts));
        out.push(plane::moved(at, plane::scaled(way, swing * far)));
    }
    out.push(to);
    out
}

/// Whether a line stays off built-up land and inside the district.
fn is_clear(city: &City, line: &[Point]) -> bool {
    let length = plane::line_length(line);
    (0..=24).all(|k| {
        let at = plane::along(line, length * f64::from(k) / 24.0).0;
        let face = city.face_near(at);
        city.streets.inside[grid::cell_of(at)]
            && face.is_some_and(|face| {
                let zone = city.streets.zones[face];
                !zone.is_built() || zone == Zone::Rural
            })
    })
}

/// Main channels from water to fields, with branches that end in them.
fn irrigation(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let sources = sources(city)?;
    let fields = city.entities("agriculture.basic_farmland")?;
    let mut number = 0;
    for (place, field) in fields.iter().filter(|own| own.valid(RECORDS_END)).enumerate() {
        if sheet.count >= target {
            break;
        }
        let Shape::Polygon(polygon) = &field.shape else { continue };
        let ring = &polygon[0];
        let middle = plane::inner(ring);
        let low = city.relief.height_at(plane::in_metres(middle));
        let mut random = sheet.random.of(place as u64);
        let mut near: Vec<(i64, &Source)> = sources
            .iter()
            .map(|own| (plane::distance(own.at, middle) as i64, own))
            .filter(|(far, _)| (350_000..2_600_000).contains(far))
            .collect();
        // Water runs down: what lies higher than the field first, then what is nearer.
        near.sort_by_key(|(far, own)| (own.height < low - 1.0, *far, own.at));
        let found = near.iter().take(40).find_map(|(_, own)| {
            let line = bent(own.at, middle, &mut random);
            is_clear(city, &line).then_some((line, *own))
        });
        let Some((line, source)) = found else { continue };
        let stem = city.face_near(middle).map_or_else(
            || Name::new("田", "Field"),
            |face| city.areas.community(face, RECORDS_END).name.stem(),
        );
        let mut add =
            |line: Vec<Point>, kind: &'static str, zh: &str, en: &str, random: &mut Random| {
                number += 1;
                let width = (random.about(widths(kind)) * 10.0).round() / 10.0;
                let mu = (width * width * random.range(60.0, 90.0) / 5.0).round() * 5.0;
                let row = Row::new(sheet.number(number), Shape::Line(line))
                    .named(stem.with(zh, en))
                    .set("kind", kind)
                    .set("source_name", source.name.zh.clone())
                    .set("width_m", width)
                    .set("irrigated_mu", mu.max(10.0))
                    .set("flow_ls", ((mu * 1.2 / 10.0).round() * 10.0).max(20.0));
                sheet.add(row)
            };
        let length = plane::line_length(&line);
        add(line.clone(), "main", "干渠", "Main Channel", &mut random)?;
        for branch in 0..random.whole(1, 3) {
            let (start, _) = plane::along(&line, length * random.range(0.72, 0.97));
            let fits = |p: &&Point| {
                let far = plane::distance(**p, start);
                far > metres(90.0) && far < metres(620.0)
            };
            let ends: Vec<Point> = ring.iter().filter(fits).copied().collect();
            if ends.is_empty() {
                continue;
            }
            let end = plane::between(*random.pick(&ends), middle, 0.1);
            let line = bent(start, end, &mut random);
            let (kind, zh, en) = match branch {
                0 => ("branch", "支渠", "Branch"),
                1 => ("ditch", "斗渠", "Ditch"),
                _ => ("drain", "排水沟", "Drain"),
            };
            if plane::inside(ring, end) && is_clear(city, &line) {
                add(line, kind, zh, en, &mut random)?;
            }
        }
    }
    Ok(())
}

/// Least, usual and greatest width of a channel, metres.
fn widths(kind: &str) -> [f64; 3] {
    match kind {
        "main" => [1.0, 1.8, 3.0],
        "branch" => [0.5, 0.8, 1.4],
        _ => [0.3, 0.5, 0.8],
    }
}
