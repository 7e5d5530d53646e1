//! Patches as nature makes them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::RECORDS_BEGIN;
use super::super::land::fabric::Zone;
use super::super::land::grid::{self, Grid};
use super::super::land::patches::{self, Patch};
use super::super::land::plane;
use super::super::land::random::{self, Random};
use super::super::schema::Life;
use super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::themes;
use super::{life, title};
use crate::time::TemporalKind;

/// Land that patches lie on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Protected hills.
    Hill,
    /// Anything in the district.
    All,
    /// Along streams.
    Water,
    /// Fields, and where hills begin.
    Farm,
    /// Steep slopes.
    Steep,
}

impl Ground {
    /// By the schema's word.
    pub(crate) fn named(word: &str) -> Self {
        match word {
            "hill" => Self::Hill,
            "water" => Self::Water,
            "farm" => Self::Farm,
            "steep" => Self::Steep,
            _ => Self::All,
        }
    }

    /// The cells of such land.
    pub(crate) fn cells(self, city: &City) -> Grid<bool> {
        let streets = &city.streets;
        let (inside, hill) = (&streets.inside, &streets.hill);
        match self {
            Self::All => inside.clone(),
            Self::Hill => Grid::of(|cell| inside[cell] && hill[cell]),
            Self::Steep => Grid::of(|cell| inside[cell] && city.relief.height.slope(cell) > 0.24),
            Self::Water => {
                let mut out = Grid::filled(false);
                for at in city.relief.reaches.iter().flat_map(|reach| &reach.line) {
                    let cell = grid::cell_at(*at);
                    out[cell] = inside[cell];
                }
                out
            }
            Self::Farm => Grid::of(|cell| {
                let fringe = hill[cell]
                    && grid::around(cell, &grid::SIXTEEN)
                        .any(|(other, _)| !hill[other] && inside[other]);
                let rural = || {
                    let face = city.face_near(grid::point(cell));
                    face.is_some_and(|face| streets.zones[face] == Zone::Rural)
                };
                inside[cell] && (fringe || rural())
            }),
        }
    }
}

/// About `count` patches of some `size` cells each on the land, none touching another's cells.
pub(crate) fn blobs(land: &Grid<bool>, count: usize, size: usize, random: &Random) -> Vec<Patch> {
    let mut labels = Grid::filled(0_u16);
    let mut free: Vec<usize> = grid::cells().filter(|cell| land[*cell]).collect();
    random.of(2).shuffle(&mut free);
    let bumps = random.of(3).next();
    let mut label = 0_u16;
    for start in free {
        if usize::from(label) >= count {
            break;
        }
        let mut own = random.of(start as u64 + 16);
        let near = grid::around(start, &grid::SIXTEEN).any(|(other, _)| labels[other] != 0);
        if labels[start] != 0 || near {
            continue;
        }
        label += 1;
        let wanted = ((size as f64) * own.about([0.35, 0.8, 2.2])).max(2.0) as usize;
        let mut queue = BinaryHeap::from([Reverse((0_u64, start))]);
        let mut taken = 0;
        while let Some(Reverse((so_far, cell))) = queue.pop() {
            if labels[cell] != 0 {
                continue;
            }
            if taken >= wanted {
                break;
            }
            labels[cell] = label;
            taken += 1;
            for (next, far) in grid::around(cell, &grid::FOUR) {
                let hard = 1.1 + random::noise(bumps, grid::middle(next), 420.0);
                let others = grid::around(next, &grid::EIGHT)
                    .any(|(other, _)| labels[other] != 0 && labels[other] != label);
                if land[next] && labels[next] == 0 && !others {
                    queue.push(Reverse((so_far + (far * hard) as u64 + 1, next)));
                }
            }
        }
    }
    let mut all = patches::patches(bumps, &labels, 4.0);
    // One for each label: the largest.
    all.sort_by_key(|patch| (patch.label, Reverse(patch.cells.len())));
    all.dedup_by_key(|patch| patch.label);
    all
}

/// Irregular natural patches.
pub(crate) fn patches(
    sheet: &mut Sheet<'_>,
    land: &str,
    size: usize,
    how: &Life,
) -> Result<(), DemoError> {
    let city = sheet.city;
    let ground = Ground::named(land).cells(city);
    let count = (sheet.target() as f64 / how.versions.max(1.0)).round() as usize;
    for (number, patch) in blobs(&ground, count, size, &sheet.random).into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 + 16);
        let at = plane::inner(&patch.polygon[0]);
        let name = title(city, sheet.layer, at, number, &mut random);
        let shape = if sheet.layer.geometry == "MultiPolygon" {
            Shape::Polygons(vec![patch.polygon])
        } else {
            Shape::Polygon(patch.polygon)
        };
        for (from, to) in life(how, (RECORDS_BEGIN, None), &mut random) {
            let span = match sheet.layer.temporal {
                TemporalKind::None => Span::Always,
                TemporalKind::State => Span::Days(from, to),
                TemporalKind::Event => Span::Between(from, from + random.whole(20, 200) as i32),
            };
            let row = Row::new(sheet.number(number + 1), shape.clone()).named(name.clone());
            let row = themes::complete(sheet, row.span(span))?;
            sheet.add(row)?;
        }
    }
    Ok(())
}
