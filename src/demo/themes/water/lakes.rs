//! Reservoirs: valleys behind a dam, flooded to a level; dams and sluices.

use std::collections::BTreeSet;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, RECORDS_BEGIN};
use super::super::super::land::grid::{self, Grid};
use super::super::super::land::plane::{self, Point};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::shores::{self, Water};
use super::{river_id, river_name, streams, tenth};

/// How many reservoirs there are.
const LAKES: usize = 30;

/// A reservoir.
struct Lake {
    /// The stretch of river that its water comes to.
    reach: usize,
    dam: Point,
    level: f64,
    /// Of the water at the dam, metres.
    depth: f64,
    /// Square kilometres that drain into it.
    catchment: f64,
    water: Water,
}

/// How many cells' water passes each cell.
fn gathered(city: &City) -> Grid<u32> {
    let down = &city.relief.down;
    let mut above: Grid<u8> = Grid::filled(0);
    for cell in grid::cells().filter(|cell| down[*cell] != *cell) {
        above[down[cell]] += 1;
    }
    let mut out = Grid::filled(1);
    let mut ready: Vec<usize> = grid::cells().filter(|cell| above[*cell] == 0).collect();
    while let Some(cell) = ready.pop() {
        let next = down[cell];
        if next != cell {
            out[next] += out[cell];
            above[next] -= 1;
            if above[next] == 0 {
                ready.push(next);
            }
        }
    }
    out
}

/// A place where a dam could stand.
struct Site {
    dam: usize,
    reach: usize,
    /// The way into the valley.
    upstream: [f64; 2],
    rise: f64,
    /// The cells that it would flood.
    flooded: Vec<usize>,
    /// How much water a short dam holds back: the more, the better.
    worth: f64,
}

/// The longest dam, metres.
const LONGEST: f64 = 600.0;

/// The places in the hills where a short dam holds back much water, the best first.
fn sites(city: &City) -> Vec<Site> {
    let rivers: BTreeSet<usize> = streams(city).iter().map(|stream| stream.number).collect();
    let gathered = gathered(city);
    let free = |cell: usize| city.streets.inside[cell] && city.streets.hill[cell];
    let mut out = Vec::new();
    for dam in grid::cells().filter(|cell| free(*cell) && (14..900).contains(&gathered[*cell])) {
        let Some(reach) = river_below(city, &rivers, dam) else { continue };
        let inflow = grid::around(dam, &grid::EIGHT)
            .map(|(other, _)| other)
            .filter(|other| city.relief.down[*other] == dam)
            .max_by_key(|other| (gathered[*other], *other));
        let (above, below) = (grid::middle(inflow.unwrap_or(dam)), city.relief.down[dam]);
        let below = grid::middle(city.relief.down[below]);
        let upstream = [above[0] - below[0], above[1] - below[1]];
        for rise in [30.0, 23.0, 17.0, 12.0, 8.0] {
            let level = city.relief.height[dam] + rise;
            let Some(long) = dam_length(city, dam, upstream, level) else { continue };
            let flooded = flood(city, dam, upstream, level);
            // Where the land falls to another river too, the water would run over there.
            let held =
                |cell: &usize| free(*cell) && river_below(city, &rivers, *cell) == Some(reach);
            let fits = (5..290).contains(&flooded.len()) && flooded.iter().all(held);
            if fits {
                let size = flooded.len() as f64;
                let worth = size * size * rise.sqrt() / (long * long);
                out.push(Site { dam, reach, upstream, rise, flooded, worth });
            }
        }
    }
    out.sort_by(|a, b| b.worth.total_cmp(&a.worth).then(a.dam.cmp(&b.dam)));
    out
}

/// How long a dam across the valley would be, unless that is too long.
fn dam_length(city: &City, dam: usize, [x, y]: [f64; 2], level: f64) -> Option<f64> {
    let length = (x * x + y * y).sqrt().max(1.0);
    let ([east, north], across) = (grid::middle(dam), [-y / length, x / length]);
    let reach = |sign: f64| {
        (1..25).map(|i| f64::from(i) * 20.0).find(|far| {
            let at = [east + across[0] * far * sign, north + across[1] * far * sign];
            city.relief.height.at(at) >= level
        })
    };
    Some(reach(1.0)? + reach(-1.0)?).filter(|long| *long <= LONGEST)
}

/// The reservoirs, none close to another.
fn lakes(city: &City) -> Vec<Lake> {
    let gathered = gathered(city);
    let rivers: BTreeSet<usize> = streams(city).iter().map(|stream| stream.number).collect();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut out: Vec<Lake> = Vec::new();
    for site in sites(city) {
        if out.len() >= LAKES {
            break;
        }
        if site.flooded.iter().any(|cell| taken.contains(cell)) {
            continue;
        }
        let (at, level) = (grid::middle(site.dam), city.relief.height[site.dam] + site.rise);
        let water = shores::water(city, &site.flooded, (at, site.upstream), level);
        // The shore is drawn finer than the cells: it must not reach over a divide.
        let inner = |water: &Water| grid::cell_of(plane::inner(&water.polygon[0]));
        let held = |water: &Water| river_below(city, &rivers, inner(water)) == Some(site.reach);
        let Some(water) = water.filter(held) else { continue };
        for cell in &site.flooded {
            for (near, _) in grid::around(*cell, &grid::SIXTEEN) {
                taken.insert(near);
                taken.extend(grid::around(near, &grid::SIXTEEN).map(|(other, _)| other));
            }
        }
        let catchment = f64::from(gathered[site.dam]) * 0.01;
        let (reach, dam) = (site.reach, grid::point(site.dam));
        out.push(Lake { reach, dam, level, depth: site.rise, catchment, water });
    }
    out
}

/// The first stretch of the layer's rivers that a cell's water comes to.
fn river_below(city: &City, rivers: &BTreeSet<usize>, cell: usize) -> Option<usize> {
    let mut reach = city.relief.drains_to[cell]?;
    while !rivers.contains(&reach) {
        reach = city.relief.reaches[reach].next?;
    }
    Some(reach)
}

/// The cells upstream of a dam that lie below a level.
fn flood(city: &City, dam: usize, upstream: [f64; 2], level: f64) -> Vec<usize> {
    let [dx, dy] = grid::middle(dam);
    let mut cells = vec![dam];
    let mut seen: BTreeSet<usize> = cells.iter().copied().collect();
    let mut next = 0;
    while next < cells.len() && cells.len() < 300 {
        for (other, _) in grid::around(cells[next], &grid::FOUR) {
            let low = city.relief.height[other] < level;
            // Water does not pass the dam: only what lies upstream of it is flooded.
            let [x, y] = grid::middle(other);
            let behind = (x - dx) * upstream[0] + (y - dy) * upstream[1] > 0.0;
            if low && behind && seen.insert(other) {
                cells.push(other);
            }
        }
        next += 1;
    }
    cells
}

/// The number of the nth reservoir.
fn lake_id(number: usize) -> String {
    format!("RS{:03}", number + 1)
}

pub(super) fn reservoirs(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (number, lake) in lakes(city).into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64);
        // With what is kept free for floods.
        let storage = tenth(lake.water.volume * 1.15 / 1e4);
        let class = match storage {
            s if s >= 1_000.0 => "medium",
            s if s >= 100.0 => "small1",
            _ => "small2",
        };
        let usage = if class == "small2" {
            *random.pick(&["flood", "farm", "landscape"])
        } else {
            *random.pick(&["supply", "supply", "flood"])
        };
        let later = calendar::day(random.whole(2013, 2023) as i32, random.whole(1, 12) as i32, 1);
        let twice = random.chance(0.5);
        let spans = if twice {
            vec![
                (RECORDS_BEGIN, Some(later), usage),
                (later, None, if usage == "farm" { "landscape" } else { "flood" }),
            ]
        } else {
            vec![(RECORDS_BEGIN, None, usage)]
        };
        for (from, to, usage) in spans {
            let row = Row::new(lake_id(number), Shape::Polygon(lake.water.polygon.clone()))
                .named(river_name(sheet, 7_000 + number, true).stem().with("水库", "Reservoir"))
                .during(from, to)
                .set("river_id", river_id(lake.reach))
                .set("class", class)
                .set("use", usage)
                .set("storage_wan_m3", storage)
                .set("normal_level_m", tenth(lake.level))
                .set("flood_limit_m", tenth(lake.level - 1.5))
                .set("dam_height_m", tenth(lake.depth + 3.0))
                .set("catchment_km2", (lake.catchment * 100.0).round() / 100.0);
            sheet.add(row)?;
        }
    }
    Ok(())
}

pub(super) fn dams_gates(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut places: Vec<(Point, Option<String>, usize, f64)> = lakes(city)
        .iter()
        .enumerate()
        .map(|(number, lake)| (lake.dam, Some(lake_id(number)), lake.reach, lake.level + 2.5))
        .collect();
    for stream in streams(city).iter().filter(|stream| stream.reach.drains > 20.0) {
        let end = stream.line[stream.line.len() - 1];
        places.push((end, None, stream.number, stream.reach.bed[stream.reach.bed.len() - 1] + 4.0));
    }
    for (number, (at, reservoir, reach, crest)) in places.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.of(number as u64);
        let kind = match &reservoir {
            Some(_) => *random.pick(&["earth", "earth", "concrete"]),
            None => *random.pick(&["sluice", "rubber"]),
        };
        let later = calendar::day(random.whole(2014, 2023) as i32, random.whole(1, 12) as i32, 1);
        let twice = random.chance(0.08);
        let spans = if twice {
            vec![(RECORDS_BEGIN, Some(later), "2"), (later, None, "1")]
        } else {
            vec![(RECORDS_BEGIN, None, "1")]
        };
        // A dam is named after its reservoir, a sluice after its river.
        let called = match &reservoir {
            Some(_) => 7_000 + number,
            None => city.relief.reaches[reach].river,
        };
        let word = if reservoir.is_some() { ("大坝", "Dam") } else { ("水闸", "Sluice") };
        for (from, to, appraisal) in spans {
            let row = Row::new(sheet.number(number + 1), Shape::Point(at))
                .named(river_name(sheet, called, true).stem().with(word.0, word.1))
                .during(from, to)
                .set("reservoir_id", reservoir.clone())
                .set("river_id", river_id(reach))
                .set("kind", kind)
                .set("crest_m", tenth(crest))
                .set("appraisal", appraisal);
            sheet.add(row)?;
        }
    }
    Ok(())
}
