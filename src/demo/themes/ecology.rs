//! Ecology: fire breaks along the ridges and the forest's edge.

use std::cmp::Reverse;

use super::super::DemoError;
use super::super::land::calendar::RECORDS_END;
use super::super::land::fabric::Zone;
use super::super::land::grid;
use super::super::land::names::{self, Name};
use super::super::land::plane::{self, Point};
use super::super::recipes::parallel;
use super::super::sheet::{Row, Shape, Sheet};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    if layer == "fire_breaks" { fire_breaks(sheet) } else { Ok(()) }
}

fn fire_breaks(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let target = sheet.target();
    let on_ridges = ridges(sheet)?;
    let along_edges = edges(sheet);
    let first = (target * 5).div_ceil(8).min(on_ridges.len());
    let rest = target.saturating_sub(first);
    let all = on_ridges.into_iter().take(first).map(|(name, line)| ("ridge", name, line));
    let all =
        all.chain(along_edges.into_iter().take(rest).map(|(name, line)| ("edge", name, line)));
    for (number, (kind, name, line)) in all.enumerate() {
        let row = Row::new(sheet.number(number + 1), Shape::Line(line))
            .named(name.with("防火林带", "Fire Break"))
            .set("kind", kind);
        sheet.add(row)?;
    }
    Ok(())
}

/// Parts of ridges that run through forest, the longest first.
fn ridges(sheet: &Sheet<'_>) -> Result<Vec<(Name, Vec<Point>)>, DemoError> {
    let city = sheet.city;
    let mut out = Vec::new();
    for ridge in city.entities("terrain.ridges")?.iter() {
        let Shape::Line(line) = &ridge.shape else { continue };
        let mut random = sheet.random.named(&ridge.id);
        let name = ridge.name.as_ref().map_or_else(|| names::stem(&mut random), Name::stem);
        let parts = line.split(|p| !city.streets.hill[grid::cell_of(*p)]);
        let Some(part) = parts.max_by_key(|part| part.len()) else { continue };
        let most = plane::metres(random.about([1_200.0, 2_400.0, 4_000.0]));
        let mut kept = Vec::new();
        let mut far = 0.0;
        for p in part {
            far += kept.last().map_or(0.0, |last| plane::distance(*last, *p));
            if far > most {
                break;
            }
            kept.push(*p);
        }
        if kept.len() > 1 && plane::line_length(&kept) > 600.0 {
            out.push((name, kept));
        }
    }
    out.sort_by_key(|(_, line)| Reverse(plane::line_length(line) as i64));
    Ok(out)
}

/// Lines 15 m inside the edge of hills that have town beside them, the longest first.
fn edges(sheet: &Sheet<'_>) -> Vec<(Name, Vec<Point>)> {
    let city = sheet.city;
    let group = |face: usize| match city.streets.zones[face] {
        Zone::Hill => Some(0_u8),
        zone if zone.is_built() => Some(1),
        _ => Some(2),
    };
    let mut out: Vec<(Name, Vec<Point>)> = Vec::new();
    for (pair, line) in city.streets.mesh.borders(group) {
        // The greater group lies to the left.
        let long = plane::line_length(&line);
        if pair != [Some(1), Some(0)] || !(600.0..20_000.0).contains(&long) {
            continue;
        }
        let mut part: Vec<Point> = Vec::new();
        let mut far = 0.0;
        for p in line {
            far += part.last().map_or(0.0, |last| plane::distance(*last, p));
            if far > plane::metres(3_000.0) {
                break;
            }
            part.push(p);
        }
        if plane::line_length(&part) < 600.0 {
            continue;
        }
        let inner = parallel(&part, -15.0);
        let wild = |p: &Point| {
            city.face_near(*p).is_some_and(|face| city.streets.zones[face] == Zone::Hill)
        };
        // Where the edge turns sharply, the line would leave the forest.
        let kept = inner.split(|p| !wild(p)).max_by_key(|part| part.len()).unwrap_or_default();
        if kept.len() < 2 || plane::line_length(kept) < 600.0 {
            continue;
        }
        let middle = kept[kept.len() / 2];
        let stem = city.face_near(middle).map(|f| city.areas.community(f, RECORDS_END).name.stem());
        out.extend(stem.map(|stem| (stem, kept.to_vec())));
    }
    out.sort_by_key(|(_, line)| Reverse(plane::line_length(line) as i64));
    out
}
