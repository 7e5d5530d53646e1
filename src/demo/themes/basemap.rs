//! Base map: buildings, what covers the land, survey sheets and flights.

use std::collections::BTreeMap;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::fabric::Zone;
use super::super::land::grid::{self, Grid};
use super::super::land::names::Name;
use super::super::land::patches;
use super::super::land::plane::{self, Point, Polygon, metres};
use super::super::land::random;
use super::super::recipes::union;
use super::super::sheet::{Row, Shape, Sheet, Span};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "buildings" => buildings(sheet),
        "land_cover" => land_cover(sheet),
        "walls_fences" => walls_fences(sheet),
        "map_sheets" => map_sheets(sheet),
        "image_footprints" => image_footprints(sheet),
        "survey_updates" => survey_updates(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    if layer != "control_points" {
        return Ok(row);
    }
    let Shape::Point(at) = row.shape else { return Ok(row) };
    let height = sheet.city.relief.height_at(plane::in_metres(at));
    Ok(row.set("height_m", (height * 1_000.0).round() / 1_000.0))
}

fn buildings(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for building in &city.buildings {
        let parcel = city.parcel(building.parcel);
        let mut random = sheet.random.named(&building.id);
        let structure = match building.storeys {
            1..=3 => ["brick", "frame", "steel"][random.weighed([5.0, 3.0, 2.0].into_iter())],
            4..=9 => ["brick", "frame"][random.weighed([3.0, 7.0].into_iter())],
            _ => ["frame", "shearwall"][random.weighed([2.0, 8.0].into_iter())],
        };
        let community = &city.areas.community(parcel.face, RECORDS_END).name;
        let number = building.id.rsplit('B').next().unwrap_or_default();
        let kind = match building.usage {
            "com" => ("商务楼", "Commercial Building"),
            "ind" => ("厂房", "Works Building"),
            "gic" => ("公共楼", "Public Building"),
            _ => ("住宅楼", "House"),
        };
        let name = community.stem().with(&format!("{number}号{}", kind.0), kind.1);
        let row = Row::new(building.id.clone(), Shape::ring(building.ring.clone()))
            .named(name)
            .during(building.from, building.to)
            .set("parcel_id", parcel.id.clone())
            .set("use", building.usage)
            .set("state", if building.unfinished { "building" } else { "in_use" })
            .set("storeys", building.storeys)
            .set("floor_area", building.floor_area())
            .set("built_year", (!building.unfinished).then_some(building.built))
            .set("dwellings", building.dwellings())
            .set("residents", if building.unfinished { 0 } else { building.residents() })
            .set("structure", structure);
        sheet.add(row)?;
    }
    Ok(())
}

/// What covers a cell: a place in [`COVERS`], from 1.
fn cover(sheet: &Sheet<'_>, lakes: &Grid<bool>, cell: usize, year: i32) -> u16 {
    let city = sheet.city;
    let streets = &city.streets;
    if !streets.inside[cell] {
        return 0;
    }
    if lakes[cell] {
        return 9;
    }
    let at = grid::middle(cell);
    let bump = random::rough(city.options.seed ^ 0x4d, at, 900.0, 2);
    if streets.hill[cell] {
        return if bump > 0.42 {
            2
        } else if bump < -0.5 {
            4
        } else {
            3
        };
    }
    let Some(face) = city.face_near(grid::point(cell)) else { return 5 };
    let opened = calendar::civil(city.opened[face]).0;
    match streets.zones[face] {
        Zone::River => 9,
        Zone::Hill => 3,
        Zone::Rural => {
            if bump > 0.1 {
                2
            } else {
                1
            }
        }
        _ if opened > year => 1,
        _ if opened > 2010 && opened + 1 >= year => 8,
        Zone::Industry if bump > 0.3 => 6,
        _ if bump < -0.55 => 4,
        _ => 5,
    }
}

/// The cells that reservoirs cover.
fn lakes(city: &City) -> Result<Grid<bool>, DemoError> {
    let mut out = Grid::filled(false);
    let [cols, _] = grid::size();
    for lake in city.entities("water.reservoirs")?.iter() {
        let Shape::Polygon(polygon) = &lake.shape else { continue };
        let [low, high] = plane::bounds(&polygon[0]).map(grid::cell_of);
        for row in low / cols..=high / cols {
            for cell in (low % cols..=high % cols).map(|col| row * cols + col) {
                out[cell] |= plane::inside(&polygon[0], grid::point(cell));
            }
        }
    }
    Ok(out)
}

const COVERS: [(&str, &str, &str); 9] = [
    ("crop", "0110", "耕地"),
    ("orchard", "0200", "园地"),
    ("forest", "0300", "林地"),
    ("grass", "0400", "草地"),
    ("built", "0500", "房屋建筑区"),
    ("paved", "0600", "硬化地表"),
    ("bare", "0900", "裸土"),
    ("excavated", "0800", "人工堆掘地"),
    ("water", "1000", "水域"),
];

/// A patch of land cover while it stays as it is: survey year, first day, the day after the last.
type Cover = (u16, Polygon, i32, Day, Option<Day>);

fn land_cover(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let surveys = [(2010, Some(2018)), (2018, Some(2024)), (2024, None)];
    let lakes = lakes(sheet.city)?;
    let mut all: Vec<Cover> = Vec::new();
    for (year, next) in surveys {
        let mut labels = Grid::of(|cell| cover(sheet, &lakes, cell, year));
        drop_specks(&mut labels);
        let from = if year == 2010 { RECORDS_BEGIN } else { calendar::day(year, 6, 30) };
        let to = next.map(|next| calendar::day(next, 6, 30));
        for patch in patches::patches(sheet.city.options.seed ^ 0x4e, &labels, 13.0) {
            let same = all.iter_mut().find(|(label, polygon, _, _, end)| {
                *end == Some(from) && *label == patch.label && *polygon == patch.polygon
            });
            match same {
                Some(own) => own.4 = to,
                None => all.push((patch.label, patch.polygon, year, from, to)),
            }
        }
    }
    for (number, (label, polygon, year, from, to)) in all.into_iter().enumerate() {
        let Some((class, code, zh)) = COVERS.get(usize::from(label) - 1) else { continue };
        let green = match *class {
            "forest" | "orchard" => 88.0,
            "grass" | "crop" => 70.0,
            "built" => 24.0,
            "paved" => 8.0,
            _ => 2.0,
        };
        let mut random = sheet.random.of(number as u64);
        let row = Row::new(sheet.number(number + 1), Shape::Polygon(polygon))
            .named(Name::new(*zh, *class))
            .during(from, to)
            .set("class", *class)
            .set("cover_code", *code)
            .set("survey_year", year)
            .set("green_pct", (green + random.range(-6.0, 6.0)).round().clamp(0.0, 100.0));
        sheet.add(row)?;
    }
    Ok(())
}

/// Gives cells that few neighbours agree with to the label most of them have.
fn drop_specks(labels: &mut Grid<u16>) {
    for _ in 0..4 {
        let before = labels.clone();
        *labels = Grid::of(|cell| {
            let mut votes: BTreeMap<u16, u32> = BTreeMap::new();
            for (other, _) in grid::around(cell, &grid::EIGHT) {
                *votes.entry(before[other]).or_default() += 1;
            }
            let own = votes.get(&before[cell]).copied().unwrap_or(0);
            let most = votes.iter().max_by_key(|(label, votes)| (**votes, **label));
            match most {
                Some((label, votes))
                    if before[cell] != 0 && *label != 0 && own < 4 && *votes > own =>
                {
                    *label
                }
                _ => before[cell],
            }
        });
    }
}

fn walls_fences(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let walled = ["R2", "M1", "W0", "GIC5", "U1"];
    let mut pool: Vec<[usize; 2]> = city
        .parcels()
        .filter(|(_, parcel)| parcel.to.is_none() && walled.contains(&parcel.usage))
        .map(|(place, _)| place)
        .collect();
    sheet.random.of(1).shuffle(&mut pool);
    for (number, place) in pool.into_iter().enumerate().take(target) {
        let parcel = city.parcel(place);
        let middle = plane::inner(&parcel.ring);
        let inset = |p: &Point| {
            let far = plane::distance(middle, *p).max(1.0);
            plane::between(*p, middle, (metres(1.5) / far).min(0.3))
        };
        let mut line: Vec<Point> = parcel.ring.iter().map(inset).collect();
        let first = line[0];
        // The gate: the last side stops short of the first corner.
        let last = line[line.len() - 1];
        let far = plane::distance(last, first).max(1.0);
        line.push(plane::between(last, first, (1.0 - metres(9.0) / far).max(0.3)));
        let row = Row::new(sheet.number(number + 1), Shape::Line(line))
            .named(city.areas.community(parcel.face, RECORDS_END).name.stem().with("围墙", "Wall"))
            .set("parcel_id", parcel.id.clone());
        sheet.add(row)?;
    }
    Ok(())
}

fn map_sheets(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    // Sheets of 1:5000: some 3.2 by 2.3 km, here in the plane's grid.
    let (wide, high) = (3_200.0, 2_310.0);
    let mut number = 0;
    for row in 0..14 {
        for col in 0..13 {
            let (west, south) = (f64::from(col) * wide, f64::from(row) * high);
            let centre = [west + wide / 2.0, south + high / 2.0];
            if !city.streets.inside[grid::cell_at(centre)] {
                continue;
            }
            number += 1;
            let corners = [
                [west, south],
                [west + wide, south],
                [west + wide, south + high],
                [west, south + high],
            ];
            let ring = corners.into_iter().map(plane::from_metres).collect();
            let sheet_no = format!("F50H{:03}{:03}", 40 - row, 20 + col);
            let row = Row::new(sheet.number(number), Shape::ring(ring))
                .named(Name::new(format!("{sheet_no}图幅"), format!("Sheet {sheet_no}")))
                .set("sheet_no", sheet_no)
                .set("scale", 5_000)
                .set("contour_interval_m", 2.5);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn image_footprints(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let mut number = 0;
    for year in 2012..=2026 {
        for (month, kind) in [(1, "satellite"), (11, "satellite"), (3, "aerial")] {
            if (kind == "aerial" && year % 3 != 0) || (year == 2026 && month == 11) {
                continue;
            }
            number += 1;
            let mut random = sheet.random.of(number as u64);
            let centre = [
                20_000.0 + random.range(-2_000.0, 2_000.0),
                16_000.0 + random.range(-1_500.0, 1_500.0),
            ];
            let (half, tall) =
                if kind == "aerial" { (12_000.0, 8_000.0) } else { (22_000.0, 16_500.0) };
            let turn: f64 = 0.2;
            let corner = |[x, y]: [f64; 2]| {
                let (x, y) = (x * half, y * tall);
                let (sin, cos) = (libm::sin(turn), libm::cos(turn));
                plane::from_metres([centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos])
            };
            let ring = [[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]].map(corner).to_vec();
            let day = calendar::day(year, month, random.whole(3, 27) as i32);
            let span = if kind == "aerial" {
                Span::Between(day, day + random.whole(15, 50) as Day)
            } else {
                let at = i64::from(day) * 1440 + random.whole(10 * 60 + 40, 11 * 60 + 20);
                Span::Minutes(at, Some(at + random.whole(3, 9)))
            };
            let resolution = if kind == "aerial" { 0.2 } else { *random.pick(&[0.5, 0.8, 2.0]) };
            let name =
                Name::new(format!("{year}年{month}月影像"), format!("Imagery {year}-{month:02}"));
            let row = Row::new(sheet.number(number), Shape::ring(ring))
                .named(name)
                .span(span)
                .set("kind", kind)
                .set("resolution_m", resolution);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn survey_updates(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    for year in 2013..=2026 {
        for part in 0..3 {
            if year == 2026 && part > 0 {
                continue;
            }
            let mut random = sheet.random.of(year as u64 * 8 + part);
            // Blocks that were opened a little before, and those around them.
            let fresh: Vec<usize> = (0..city.streets.mesh.len())
                .filter(|face| {
                    let opened = calendar::civil(city.opened[*face]).0;
                    city.streets.zones[*face].is_built() && (year - 3..year).contains(&opened)
                })
                .collect();
            let all: Vec<usize> = (0..city.streets.mesh.len())
                .filter(|f| city.streets.zones[*f].is_built())
                .collect();
            let start = *random.pick(if fresh.is_empty() { &all } else { &fresh });
            let mut faces = vec![start];
            let mut next = 0;
            let wanted = random.whole(4, 14) as usize;
            while faces.len() < wanted && next < faces.len() {
                for other in city.streets.mesh.neighbours(faces[next]) {
                    if faces.len() < wanted
                        && city.streets.zones[other].is_built()
                        && !faces.contains(&other)
                    {
                        faces.push(other);
                    }
                }
                next += 1;
            }
            let Some(land) = union(city, &faces).into_iter().next() else { continue };
            number += 1;
            let from = calendar::day(year, random.whole(1, 5) as i32, random.whole(1, 28) as i32);
            let stem = city.areas.community(start, from).name.stem();
            let row = Row::new(sheet.number(number), Shape::Polygon(land))
                .named(stem.with("测绘更新区", "Survey Update"))
                .span(Span::Between(from, (from + random.whole(40, 200) as Day).min(RECORDS_END)));
            sheet.add(row)?;
        }
    }
    Ok(())
}
