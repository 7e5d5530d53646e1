//! Heritage: areas of historic character.

use std::collections::BTreeMap;

use super::super::DemoError;
use super::super::city::{City, Entity};
use super::super::land::calendar::{self, Day};
use super::super::land::fabric::Zone;
use super::super::land::plane::{self, Polygon};
use super::super::recipes::union;
use super::super::sheet::{Row, Shape, Sheet};

/// How many areas there are.
const AREAS: usize = 7;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    if layer == "historic_areas" { historic_areas(sheet) } else { Ok(()) }
}

/// The blocks around one of a former village, nearest first, that make an area of some hectares.
fn grown(city: &City, start: usize, most: f64) -> Vec<usize> {
    let mut faces = vec![start];
    let mut area = plane::area(&city.streets.mesh.ring(start));
    let mut next = 0;
    while let Some(face) = faces.get(next).copied() {
        for other in city.streets.mesh.neighbours(face) {
            let more = plane::area(&city.streets.mesh.ring(other));
            let fits = city.streets.zones[other] == Zone::Village && area + more < most;
            if fits && faces.len() < 6 && !faces.contains(&other) {
                faces.push(other);
                area += more;
            }
        }
        next += 1;
    }
    faces
}

/// How many relics stand in the land on a day.
fn relics_in(relics: &[Entity], land: &Polygon, at: Day) -> usize {
    let mut seen: Vec<&str> = relics
        .iter()
        .filter(|own| own.valid(at) && plane::inside(&land[0], own.at))
        .map(|own| own.id.as_str())
        .collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

fn historic_areas(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let relics = city.entities("heritage.relics")?;
    let mut in_face: BTreeMap<usize, usize> = BTreeMap::new();
    for relic in relics.iter() {
        if let Some(face) = city.face_near(relic.at) {
            *in_face.entry(face).or_default() += 1;
        }
    }
    let area = |face: usize| plane::area(&city.streets.mesh.ring(face));
    let mut starts: Vec<usize> = (0..city.streets.mesh.len())
        .filter(|face| city.streets.zones[*face] == Zone::Village && area(*face) < 195_000.0)
        .collect();
    starts.sort_by_cached_key(|face| {
        let own = grown(city, *face, 200_000.0);
        let count: usize = own.iter().filter_map(|face| in_face.get(face)).sum();
        (std::cmp::Reverse(count), sheet.random.of(*face as u64).next())
    });
    let mut taken: Vec<usize> = Vec::new();
    let mut number = 0;
    // First three of several blocks, which can be drawn anew.
    let starts =
        starts.iter().map(|start| (3, *start)).chain(starts.iter().map(|start| (AREAS, *start)));
    for (most, start) in starts {
        let faces = grown(city, start, 200_000.0);
        let home = city.areas.today[start];
        let near = |own: &usize| city.areas.today[*own] == home || faces.contains(own);
        if number >= most || (most < AREAS && faces.len() < 2) || taken.iter().any(near) {
            continue;
        }
        let whole = faces.iter().map(|face| area(*face)).sum::<f64>();
        if whole < 30_000.0 {
            continue;
        }
        taken.extend(&faces);
        number += 1;
        area_rows(sheet, number, &faces, &relics)?;
    }
    Ok(())
}

fn area_rows(
    sheet: &mut Sheet<'_>,
    number: usize,
    faces: &[usize],
    relics: &[Entity],
) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut random = sheet.random.of(number as u64 | 1 << 32);
    let first = calendar::day(random.whole(2012, 2017) as i32, random.whole(1, 12) as i32, 1);
    let later = calendar::day(random.whole(2018, 2022) as i32, random.whole(1, 12) as i32, 1);
    let kind = ["market", "village", "village", "quarter"][number % 4];
    let word = match kind {
        "market" => ("古墟", "Old Market"),
        "village" => ("传统村落", "Old Village"),
        _ => ("历史街区", "Historic Quarter"),
    };
    // Three areas were drawn anew: with one more block, or one fewer.
    let again = number <= 3 && faces.len() > 1;
    let fewer = &faces[..faces.len() - usize::from(again)];
    let spans: Vec<(Day, Option<Day>, &[usize])> = match (again, number) {
        (true, 2) => vec![(first, Some(later), faces), (later, None, fewer)],
        (true, _) => vec![(first, Some(later), fewer), (later, None, faces)],
        _ => vec![(first, None, faces)],
    };
    let stem = city.areas.community(faces[0], first).name.stem();
    for (from, to, faces) in spans {
        let largest = union(city, faces).into_iter().max_by_key(|own| plane::doubled_area(&own[0]));
        let Some(land) = largest else { continue };
        let relics = relics_in(relics, &land, from);
        let row = Row::new(sheet.number(number), Shape::Polygon(land))
            .named(stem.with(word.0, word.1))
            .during(from, to)
            .set("kind", kind)
            .set("relics", relics);
        sheet.add(row)?;
    }
    Ok(())
}
