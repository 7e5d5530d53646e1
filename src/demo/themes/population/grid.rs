//! Residents in square cells.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day};
use super::super::super::land::plane::{self, Point};
use super::super::super::sheet::{Cell, Row, Shape, Sheet};
use super::figures::{self, CELL as SIDE, Part, Residents};

/// Fewer people than this are not told.
const LEAST: i64 = 10;

/// The share of a block's fullest cell from which on a cell may stand for the block.
const LITTLE: f64 = 0.12;

/// The cells that are told: those that hold the people of blocks known by building, those that
/// some block needs, then the fullest of the others. What a block has in cells that are not told
/// counts for its others, as homes stand close together.
fn chosen(blocks: &[(usize, Vec<Part>)], city: &City, most: usize) -> BTreeSet<[i64; 2]> {
    let mut out: BTreeSet<[i64; 2]> = BTreeSet::new();
    let mut sums: BTreeMap<[i64; 2], f64> = BTreeMap::new();
    let mut open: Vec<&[Part]> = Vec::new();
    for (number, parts) in blocks {
        let block = city.blocks.get(*number);
        if block.is_some_and(|own| own.parcels.iter().any(|parcel| parcel.surveyed)) {
            out.extend(parts.iter().map(|(cell, ..)| *cell));
            continue;
        }
        open.push(parts);
        for (cell, weight, _) in parts {
            *sums.entry(*cell).or_default() += weight;
        }
    }
    let mut order: Vec<([i64; 2], f64)> = sums.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut wants: BTreeMap<[i64; 2], Vec<usize>> = BTreeMap::new();
    for (block, parts) in open.iter().enumerate() {
        let fullest = parts.iter().map(|(_, weight, _)| *weight).fold(0.0, f64::max);
        for (cell, ..) in parts.iter().filter(|(_, weight, _)| *weight >= fullest * LITTLE) {
            wants.entry(*cell).or_default().push(block);
        }
    }
    let mut served: Vec<bool> =
        open.iter().map(|parts| parts.iter().any(|(cell, ..)| out.contains(cell))).collect();
    for (cell, _) in &order {
        let Some(blocks) = wants.get(cell) else { continue };
        if blocks.iter().any(|block| !served[*block]) {
            out.insert(*cell);
            blocks.iter().for_each(|block| served[*block] = true);
        }
    }
    // A few cells with hardly anyone stay: their figures are withheld.
    out.extend(order.iter().filter(|(_, sum)| *sum < LEAST as f64).map(|(cell, _)| *cell));
    for (cell, _) in order {
        if out.len() >= most {
            break;
        }
        out.insert(cell);
    }
    out
}

/// The cells of a day: column and row, their residents, buildings with residents. The sums are
/// those of the blocks.
fn cells(city: &City, at: Day, most: usize) -> BTreeMap<[i64; 2], (Residents, f64)> {
    let blocks = figures::parts(city, at);
    let told = chosen(&blocks, city, most);
    let mut out: BTreeMap<[i64; 2], (Residents, f64)> = BTreeMap::new();
    for (number, mut parts) in blocks {
        let Some(face) = city.blocks.get(number).map(|block| block.face) else { continue };
        let total = figures::residents(city, face, at);
        if parts.iter().any(|(cell, ..)| told.contains(cell)) {
            parts.retain(|(cell, ..)| told.contains(cell));
        }
        let sum: f64 = parts.iter().map(|(_, weight, _)| weight).sum();
        let (mut so_far, mut before) = (0.0, Residents::default());
        let count = parts.len();
        for (i, (cell, weight, buildings)) in parts.into_iter().enumerate() {
            so_far += weight;
            let part = (total.all as f64 * so_far / sum) as i64;
            let all = if i + 1 == count { total.all } else { part.min(total.all) };
            let registered = total.registered * all / total.all.max(1);
            let cell = out.entry(cell).or_default();
            cell.0.all += all - before.all;
            cell.0.registered += registered - before.registered;
            cell.1 += buildings;
            before = Residents { all, registered };
        }
    }
    out.retain(|_, (people, _)| people.all > 0);
    out
}

/// The corners of a cell.
fn square([col, row]: [i64; 2]) -> Vec<Point> {
    [[0, 0], [1, 0], [1, 1], [0, 1]].map(|[i, j]| [(col + i) * SIDE, (row + j) * SIDE]).to_vec()
}

pub(super) fn grid_500m(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    // The latest year; earlier ones as far as the count allows.
    let most = sheet.target();
    let mut editions = vec![(super::LAST, cells(city, calendar::day(super::LAST, 1, 1), most))];
    let each = editions.first().map_or(1, |(_, cells)| cells.len()).max(1);
    for back in 1..(most / each) as i32 {
        let year = super::LAST - back;
        editions.push((year, cells(city, calendar::day(year, 1, 1), most)));
    }
    for (year, cells) in editions.into_iter().rev() {
        let (from, to) = super::in_year(year);
        for (cell, (people, buildings)) in cells {
            let ring = square(cell);
            let [east, north] = ring.first().copied().map(plane::grid).unwrap_or_default();
            let code = format!("500mE{:04}N{:05}", east as i64 / 100, north as i64 / 100);
            let told = |shown: bool, value: i64| if shown { value.into() } else { Cell::Null };
            let shown = people.all >= LEAST;
            let parts = shown && people.registered >= LEAST && people.migrants() >= LEAST;
            let row = Row::new(code.clone(), Shape::ring(ring))
                .during(from, to)
                .set("cell_code", code)
                .set("year", year)
                .set("residents", told(shown, people.all))
                .set("registered", told(parts, people.registered))
                .set("migrants", told(parts, people.migrants()))
                .set("buildings", told(shown, buildings.round().max(1.0) as i64))
                .set("hidden", !shown);
            sheet.add(row)?;
        }
    }
    Ok(())
}
