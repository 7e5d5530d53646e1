//! Terrain: what the heights of the land say of it.

mod contours;
mod ridges;

use std::collections::BTreeMap;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::land::grid::{self, Grid};
use super::super::land::names::{self, Name};
use super::super::land::patches;
use super::super::land::plane::{self, Point};
use super::super::sheet::{Row, Shape, Sheet, Span};

pub(crate) use contours::contours;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "contours" => contour_lines(sheet),
        "spot_heights" => spot_heights(sheet),
        "slope_zones" => slope_zones(sheet),
        "ridges" => ridges::ridges(sheet),
        "peaks" => peaks(sheet),
        "relief_units" => relief_units(sheet),
        "cut_fill" => cut_fill(sheet),
        _ => Ok(()),
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The slope at a cell in degrees.
fn degrees(city: &City, cell: usize) -> f64 {
    libm::atan(city.relief.height.slope(cell) * 0.8).to_degrees()
}

/// The mean of a value over the cells within some steps.
fn smoothed(of: &Grid<f64>, rounds: usize) -> Grid<f64> {
    let mut out = of.clone();
    for _ in 0..rounds {
        let before = out.clone();
        out = Grid::of(|cell| {
            let (sum, count) = grid::around(cell, &grid::EIGHT)
                .fold((before[cell] * 2.0, 2.0), |(sum, n), (other, _)| {
                    (sum + before[other], n + 1.0)
                });
            sum / count
        });
    }
    out
}

fn contour_lines(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let height = smoothed(&city.relief.height, 2);
    let mut number = 0;
    for level in (25..=500).step_by(25) {
        for (line, closed) in contours(&height, &city.streets.inside, f64::from(level)) {
            let long = plane::line_length(&line);
            if long < 1_700.0 {
                continue;
            }
            number += 1;
            let row = Row::new(sheet.number(number), Shape::Line(line))
                .set("elevation_m", level)
                .set("kind", if level % 100 == 0 { "index" } else { "intermediate" })
                .set("closed", closed);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn spot_heights(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    for cell in grid::cells() {
        let [cols, _] = grid::size();
        let (col, row) = (cell % cols, cell / cols);
        if col % 18 != 9 || row % 18 != 9 || !city.streets.inside[cell] {
            continue;
        }
        number += 1;
        let mut random = sheet.random.of(cell as u64);
        let [x, y] = grid::middle(cell);
        let at = [x + random.range(-500.0, 500.0), y + random.range(-500.0, 500.0)];
        let own = grid::cell_at(at);
        if !city.streets.inside[own] {
            continue;
        }
        let kind = if city.streets.hill[own] { "hill" } else { "ground" };
        let row = Row::new(sheet.number(number), Shape::Point(plane::from_metres(at)))
            .set("elevation_m", tenth(city.relief.height_at(at)))
            .set("slope_deg", tenth(degrees(city, own)))
            .set("kind", kind);
        sheet.add(row)?;
    }
    Ok(())
}

fn slope_zones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let slope = smoothed(&Grid::of(|cell| degrees(city, cell)), 5);
    let class = |cell: usize| match slope[cell] {
        s if s < 2.0 => 1,
        s if s < 5.0 => 2,
        s if s < 9.0 => 3,
        s if s < 14.0 => 4,
        _ => 5,
    };
    let labels = Grid::of(|cell| if city.streets.inside[cell] { class(cell) } else { 0 });
    let labels = joined(labels, 26);
    let fits = ["fit", "fit", "fair", "poor", "unfit"];
    for (number, patch) in
        patches::patches(city.options.seed ^ 0x5b, &labels, 14.0).into_iter().enumerate()
    {
        let mean = |of: &dyn Fn(usize) -> f64| {
            patch.cells.iter().map(|cell| of(*cell)).sum::<f64>() / patch.cells.len() as f64
        };
        let place = usize::from(patch.label) - 1;
        let (steep, high) =
            (mean(&|cell| degrees(city, cell)), mean(&|cell| city.relief.height[cell]));
        let row = Row::new(sheet.number(number + 1), Shape::Polygon(patch.polygon))
            .named(Name::new(
                format!("{}级坡度区", place + 1),
                format!("Slope Class {}", place + 1),
            ))
            .set("class", (place + 1).to_string())
            .set("slope_mean_deg", tenth(steep))
            .set("elevation_mean_m", tenth(high))
            .set("suitability", fits[place]);
        sheet.add(row)?;
    }
    Ok(())
}

/// The labels with patches of fewer cells joined to the label around most of them.
pub(crate) fn joined(mut labels: Grid<u16>, least: usize) -> Grid<u16> {
    for _ in 0..3 {
        let mut seen = Grid::filled(false);
        for start in grid::cells() {
            if seen[start] || labels[start] == 0 {
                continue;
            }
            let own = labels[start];
            let mut cells = vec![start];
            seen[start] = true;
            let mut around: BTreeMap<u16, usize> = BTreeMap::new();
            let mut next = 0;
            while next < cells.len() {
                for (other, _) in grid::around(cells[next], &grid::FOUR) {
                    if labels[other] == own && !seen[other] {
                        seen[other] = true;
                        cells.push(other);
                    } else if labels[other] != own && labels[other] != 0 {
                        *around.entry(labels[other]).or_default() += 1;
                    }
                }
                next += 1;
            }
            if cells.len() < least
                && let Some((label, _)) = around.into_iter().max_by_key(|(label, n)| (*n, *label))
            {
                cells.iter().for_each(|cell| labels[*cell] = label);
            }
        }
    }
    labels
}

/// The highest cells around, each at least so far from a higher one, the highest first.
fn tops(city: &City, apart: f64) -> Vec<usize> {
    let mut order: Vec<usize> = grid::cells()
        .filter(|cell| city.streets.inside[*cell] && city.relief.above[*cell] > 45.0)
        .collect();
    order.sort_by(|a, b| city.relief.height[*b].total_cmp(&city.relief.height[*a]).then(a.cmp(b)));
    let mut out: Vec<usize> = Vec::new();
    for cell in order {
        let [x, y] = grid::middle(cell);
        let far = |other: &usize| {
            let [ox, oy] = grid::middle(*other);
            ((x - ox).powi(2) + (y - oy).powi(2)).sqrt() > apart
        };
        if out.iter().all(far) {
            out.push(cell);
        }
    }
    out
}

fn peaks(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    for (number, cell) in tops(city, 1_250.0).into_iter().enumerate().take(target) {
        let mut random = sheet.random.of(cell as u64);
        let high = city.relief.height_at(grid::middle(cell));
        let rise = city.relief.above[cell].max(20.0);
        let row = Row::new(sheet.number(number + 1), Shape::Point(grid::point(cell)))
            .named(names::stem(&mut random).with("山", "Hill"))
            .set("elevation_m", tenth(high))
            .set("prominence_m", tenth(rise * random.range(0.55, 0.85)))
            .set("rock", if high > 260.0 { "volcanic" } else { "sandstone" });
        sheet.add(row)?;
    }
    Ok(())
}

fn relief_units(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let high = smoothed(&city.relief.height, 14);
    let kind = |cell: usize| match high[cell] {
        h if h > 215.0 => 1,
        h if h > 105.0 => 2,
        h if h > 62.0 => 3,
        h if h > 40.0 => 4,
        _ => 5,
    };
    let labels = Grid::of(|cell| if city.streets.inside[cell] { kind(cell) } else { 0 });
    let kinds = [
        ("mountain", "低山", "Mountains", "erosion"),
        ("hill", "丘陵", "Hills", "erosion"),
        ("terrace", "台地", "Terrace", "erosion"),
        ("basin", "盆地", "Basin", "deposit"),
        ("plain", "冲积平原", "Plain", "deposit"),
    ];
    let all = patches::patches(city.options.seed ^ 0x5c, &joined(labels, 240), 16.0);
    for (number, patch) in all.into_iter().enumerate() {
        let (kind, zh, en, origin) = kinds[usize::from(patch.label) - 1];
        let heights = || patch.cells.iter().map(|cell| city.relief.height[*cell]);
        let (low, top) = heights().fold((f64::MAX, f64::MIN), |(a, b), h| (a.min(h), b.max(h)));
        let steep = patch.cells.iter().map(|cell| degrees(city, *cell)).sum::<f64>();
        let mut random = sheet.random.of(number as u64);
        let steep = steep / patch.cells.len() as f64;
        let row = Row::new(sheet.number(number + 1), Shape::Polygon(patch.polygon))
            .named(names::stem(&mut random).with(zh, en))
            .set("kind", kind)
            .set("origin", origin)
            .set("elevation_min_m", tenth(low))
            .set("elevation_max_m", tenth(top))
            .set("relief_m", tenth(top - low))
            .set("slope_mean_deg", tenth(steep));
        sheet.add(row)?;
    }
    Ok(())
}

fn cut_fill(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut fresh: Vec<(i64, usize)> = city
        .buildings
        .iter()
        .enumerate()
        .filter(|(_, building)| building.unfinished && building.from < RECORDS_END - 60)
        .map(|(i, building)| {
            let slope = city.relief.height.slope(grid::cell_of(building.ring[0]));
            (-(slope * 1e6) as i64, i)
        })
        .collect();
    fresh.sort_unstable();
    let mut seen = std::collections::BTreeSet::new();
    for (_, i) in fresh {
        if sheet.count >= target {
            break;
        }
        let building = &city.buildings[i];
        let parcel = city.parcel(building.parcel);
        if !seen.insert(parcel.id.clone()) {
            continue;
        }
        let mut random = sheet.random.named(&parcel.id);
        let middle = plane::inner(&parcel.ring);
        let by = random.range(0.5, 0.95);
        let ring: Vec<Point> = parcel.ring.iter().map(|p| plane::between(middle, *p, by)).collect();
        let from: Day = building.from - random.whole(60, 300) as Day;
        let to = (from + random.whole(40, 240) as Day).min(building.from - 5);
        let kind = ["cut", "fill", "both"][random.weighed([4.0, 3.0, 3.0].into_iter())];
        let (year, ..) = calendar::civil(from);
        let row = Row::new(sheet.number(seen.len()), Shape::ring(ring))
            .named(
                city.areas
                    .community(parcel.face, from)
                    .name
                    .stem()
                    .with(&format!("{year}年场平"), "Earthworks"),
            )
            .span(Span::Between(from, to))
            .set("parcel_id", parcel.id.clone())
            .set("kind", kind);
        sheet.add(row)?;
    }
    Ok(())
}
