//! Areas that tile the land: quarters or communities in groups, re-cut at times.

use std::collections::{BTreeMap, BTreeSet};

use super::super::DemoError;
use super::super::city::City;
use super::super::land::areas::Quarters;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::land::plane::{self, Polygon};
use super::super::land::random::Random;
use super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::themes;
use super::title;
use crate::time::TemporalKind;

/// Land in groups, by period.
pub(crate) struct Cutting {
    /// First day of each period and the group of each face, if it is in one.
    pub(crate) periods: Vec<(Day, Vec<Option<usize>>)>,
    /// How many groups there are.
    pub(crate) groups: usize,
}

impl Cutting {
    /// A group's land at each of its versions: first day, the day after the last, faces.
    pub(crate) fn versions(&self, group: usize) -> Vec<(Day, Option<Day>, Vec<usize>)> {
        let mut out: Vec<(Day, Option<Day>, Vec<usize>)> = Vec::new();
        for (day, of) in &self.periods {
            let faces: Vec<usize> = (0..of.len()).filter(|face| of[*face] == Some(group)).collect();
            if out.last().is_some_and(|(_, to, last)| to.is_none() && *last == faces) {
                continue;
            }
            if let Some(last) = out.last_mut().filter(|(_, to, _)| to.is_none()) {
                last.1 = Some(*day);
            }
            if !faces.is_empty() {
                out.push((*day, None, faces));
            }
        }
        out
    }
}

/// The land of faces.
pub(crate) fn union(city: &City, faces: &[usize]) -> Vec<Polygon> {
    let own: BTreeSet<usize> = faces.iter().copied().collect();
    city.streets.mesh.union_of(&own)
}

/// Groups of quarters, about `seeds` of them, on all land or on town only, re-cut on these days.
pub(crate) fn cut_areas(
    city: &City,
    seeds: usize,
    built: bool,
    recut: &[Day],
    random: &Random,
) -> Cutting {
    let quarters = Quarters::of(&city.streets);
    let whole = |q: usize| plane::area(&city.streets.mesh.ring(q));
    let members: Vec<usize> = (0..quarters.places.len())
        .filter(|q| {
            !built || quarters.built[*q] > 0.4 * whole(*q).min(quarters.built[*q] * 2.0 + 1.0)
        })
        .collect();
    let mut chosen = quarters.spread(&members, seeds);
    let start = random.of(3).next() as usize;
    let count = chosen.len();
    chosen.rotate_left(start % count);
    group(city, &quarters, &members, chosen, recut, random)
}

/// Grows the groups, and again from moved seeds on each day.
fn group(
    city: &City,
    quarters: &Quarters,
    members: &[usize],
    mut chosen: Vec<usize>,
    recut: &[Day],
    random: &Random,
) -> Cutting {
    let mut grown = quarters.grow(members, &chosen);
    // What no group reaches begins one of its own.
    while let Some(lost) = grown.iter().position(Option::is_none) {
        chosen.push(members[lost]);
        grown = quarters.grow(members, &chosen);
    }
    let faces = |grown: &[Option<usize>]| {
        let of: BTreeMap<usize, Option<usize>> =
            members.iter().copied().zip(grown.iter().copied()).collect();
        (0..city.streets.mesh.len())
            .map(|face| of.get(&city.streets.mesh.origin(face)).copied().flatten())
            .collect()
    };
    let groups = chosen.len();
    let mut periods = vec![(RECORDS_BEGIN, faces(&grown))];
    for day in recut {
        let mut random = random.of(*day as u64);
        for seed in &mut chosen {
            let near: Vec<usize> =
                quarters.beside[*seed].iter().copied().filter(|q| members.contains(q)).collect();
            if !near.is_empty() && random.chance(0.3) {
                *seed = *random.pick(&near);
            }
        }
        let mut seen = BTreeSet::new();
        let distinct = chosen.iter().all(|seed| seen.insert(*seed));
        let again = quarters.grow(members, &chosen);
        if distinct && again.iter().all(Option::is_some) {
            periods.push((*day, faces(&again)));
        }
    }
    Cutting { periods, groups }
}

/// Groups of whole communities.
pub(crate) fn cut_communities(city: &City, seeds: usize) -> Cutting {
    let count = city.areas.len();
    let quarters = Quarters::of(&city.streets);
    let mut beside = vec![BTreeSet::new(); count];
    let mut sums = vec![([0.0; 2], 0.0); count];
    let mut built = vec![0.0; count];
    for face in 0..city.streets.mesh.len() {
        let (own, quarter) = (city.areas.today[face], city.streets.mesh.origin(face));
        let [x, y] = quarters.places[quarter];
        sums[own] = ([sums[own].0[0] + x as f64, sums[own].0[1] + y as f64], sums[own].1 + 1.0);
        built[own] += quarters.built[quarter];
        for other in city.streets.mesh.neighbours(face) {
            if city.areas.today[other] != own {
                beside[own].insert(city.areas.today[other]);
            }
        }
    }
    let places = sums.iter().map(|([x, y], n)| [(x / n) as i64, (y / n) as i64]).collect();
    let graph = Quarters { places, beside, built };
    let members: Vec<usize> = (0..count).collect();
    let chosen = graph.spread(&members, seeds);
    let grown = graph.grow(&members, &chosen);
    let of = city.areas.today.iter().map(|community| grown[*community]).collect();
    Cutting { periods: vec![(RECORDS_BEGIN, of)], groups: chosen.len() }
}

/// Polygons that tile the land.
pub(crate) fn areas(
    sheet: &mut Sheet<'_>,
    seeds: usize,
    built: bool,
    recut: &[i32],
    communities: bool,
) -> Result<(), DemoError> {
    let city = sheet.city;
    let recut: Vec<Day> = recut.iter().map(|year| calendar::day(*year, 1, 1)).collect();
    let target = sheet.target();
    let seeds = if seeds == 0 { target } else { seeds };
    let cutting = if communities {
        cut_communities(city, seeds)
    } else {
        cut_areas(city, seeds, built, &recut, &sheet.random)
    };
    for group in 0..cutting.groups {
        let mut random = sheet.random.of(group as u64 + 16);
        let mut name = None;
        for (from, to, faces) in cutting.versions(group) {
            let land = union(city, &faces);
            let at =
                land.iter().max_by_key(|p| plane::doubled_area(&p[0])).map(|p| plane::inner(&p[0]));
            let at = at.unwrap_or_default();
            let name = name
                .get_or_insert_with(|| title(city, sheet.layer, at, group, &mut random))
                .clone();
            for (part, shape) in shapes(sheet, land).into_iter().enumerate() {
                let suffix = if part == 0 { String::new() } else { format!("-{}", part + 1) };
                let span = match sheet.layer.temporal {
                    TemporalKind::None => Span::Always,
                    _ => Span::Days(from, to),
                };
                let id = format!("{}{suffix}", sheet.number(group + 1));
                let row = Row::new(id, shape).named(name.clone()).span(span);
                let row = themes::complete(sheet, row)?;
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// Land as the layer's type of geometry has it.
pub(crate) fn shapes(sheet: &Sheet<'_>, land: Vec<Polygon>) -> Vec<Shape> {
    if sheet.layer.geometry == "MultiPolygon" {
        return vec![Shape::Polygons(land)];
    }
    land.into_iter().map(Shape::Polygon).collect()
}
