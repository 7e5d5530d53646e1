//! Zones: protected industrial blocks, and zones of building density.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::{self, Name};
use super::super::super::land::parcels::Block;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::recipes::{cut_areas, shapes, union};
use super::super::super::sheet::{Row, Shape, Sheet};

/// Industrial land of a block on a day, square metres.
fn industry(block: &Block, at: Day) -> f64 {
    let own = |own: &&super::super::super::land::parcels::Parcel| {
        own.valid(at) && matches!(own.usage, "M1" | "M0" | "W0")
    };
    (block
        .parcels
        .iter()
        .filter(own)
        .map(super::super::super::land::parcels::Parcel::area)
        .sum::<f64>()
        * 100.0)
        .round()
        / 100.0
}

/// The versions of a block line: first day, the day after the last, whether at the first level.
fn block_versions(share: f64, random: &mut Random) -> Vec<(Day, Option<Day>, bool)> {
    let days = [calendar::day(2018, 8, 1), calendar::day(2021, 6, 1), calendar::day(2024, 3, 1)];
    let first = share >= 0.72;
    let chance = random.unit();
    match chance {
        // Taken out, put in later, moved to the other level.
        c if c < 0.10 => vec![(days[0], Some(days[1 + random.whole(0, 1) as usize]), first)],
        c if c < 0.20 => vec![(days[1 + random.whole(0, 1) as usize], None, first)],
        c if c < 0.38 => {
            let turn = days[1 + random.whole(0, 1) as usize];
            vec![(days[0], Some(turn), first), (turn, None, !first && share >= 0.6)]
        }
        _ => vec![(days[0], None, first)],
    }
}

pub(super) fn industrial_blocks(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let since = calendar::day(2018, 8, 1);
    let mut order: Vec<(f64, &Block)> = city
        .blocks
        .iter()
        .filter(|own| city.streets.zones[own.face] == Zone::Industry)
        .map(|own| (industry(own, since), own))
        .filter(|(land, own)| {
            *land > plane::area(&own.kerb) * 0.45 && plane::area(&own.kerb) > 30_000.0
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (number, (land, block)) in order.into_iter().enumerate() {
        let mut random = sheet.random.of(block.face as u64);
        if sheet.count >= target {
            break;
        }
        let name = names::stem(&mut random).with("工业区块", "Industrial Block");
        let shape = Shape::ring(block.kerb.clone());
        for (from, to, first) in block_versions(land / plane::area(&block.kerb), &mut random) {
            let land = industry(block, from);
            let share = land / shape.area();
            let first = first && share >= 0.6;
            let floor = city.people.at(block.face, from).floor_area * share;
            let row = Row::new(sheet.number(number + 1), shape.clone())
                .named(name.clone())
                .during(from, to)
                .set("block_no", format!("LG-GY{:03}", number + 1))
                .set("level", if first { "forbid" } else { "restrict" })
                .set("industry_m2", land)
                .set("industry_share", (share * 1_000.0).round() / 10.0)
                .set("floor_m2", (floor / 10.0).round() * 10.0)
                .set("protect_until_on", (!first).then(|| five_years_on(from)));
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn five_years_on(from: Day) -> Day {
    let (year, month, day) = calendar::civil(from);
    calendar::day(year + 5, month, day)
}

/// Base ratios of the levels: housing, commerce, new industry, industry.
const BASE: [[f64; 4]; 5] = [
    [3.2, 5.4, 4.0, 3.5],
    [3.2, 4.5, 4.0, 3.5],
    [3.0, 4.0, 4.0, 3.5],
    [2.5, 2.5, 2.5, 2.0],
    [1.5, 2.0, 2.0, 1.5],
];

pub(super) fn density_zones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let recut = calendar::day(2019, 1, 1);
    let cutting = cut_areas(city, 24, true, &[recut], &sheet.random);
    let stations = city.entities("transit.metro_stations")?;
    let stations: Vec<Point> = stations.iter().map(|own| own.at).collect();
    let last = cutting.periods.len().saturating_sub(1);
    for (period, (from, of)) in cutting.periods.iter().enumerate() {
        let to = (period < last).then_some(recut);
        for group in 0..cutting.groups {
            let faces: Vec<usize> = (0..of.len()).filter(|face| of[*face] == Some(group)).collect();
            let land = union(city, &faces);
            let near = stations.iter().filter(|at| {
                land.iter().any(|polygon| {
                    plane::inside(&polygon[0], **at)
                        || plane::edges(&polygon[0])
                            .any(|(a, b)| plane::distance_to_edge(**at, a, b) < 500_000.0)
                })
            });
            let near = near.count();
            let level = level(city, &faces, near > 0);
            let base = BASE[level - 1];
            // Before the standards of 2018 the ratios were lower.
            let base = if *from == RECORDS_BEGIN && last > 0 {
                base.map(|far| ((far - 0.2) * 10.0).round() / 10.0)
            } else {
                base
            };
            for (part, shape) in shapes(sheet, land).into_iter().enumerate() {
                let suffix = if part == 0 { String::new() } else { format!("-{}", part + 1) };
                let no = format!("LG-MD{:02}{suffix}", group + 1);
                let row = Row::new(format!("{}{suffix}", sheet.number(group + 1)), shape)
                    .named(Name::new(
                        format!("密度分区{:02}", group + 1),
                        format!("Density Zone {:02}", group + 1),
                    ))
                    .during(*from, to)
                    .set("zone_no", no)
                    .set("level", level.to_string())
                    .set("far_housing", base[0])
                    .set("far_commerce", base[1])
                    .set("far_new_industry", base[2])
                    .set("far_industry", base[3])
                    .set("metro_bonus", near > 0);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// The level of density: by fabric, and by the nearness of the metro.
fn level(city: &City, faces: &[usize], metro: bool) -> usize {
    let mut sums = [0.0; 3];
    for face in faces {
        let area = plane::area(&city.streets.mesh.ring(*face));
        match city.streets.zones[*face] {
            Zone::Centre => sums[0] += area,
            Zone::Town | Zone::Village => sums[1] += area,
            _ => sums[2] += area,
        }
    }
    let whole: f64 = sums.iter().sum::<f64>().max(1.0);
    let people = city.people.sum(faces.iter().copied(), RECORDS_END).floor_area / whole;
    let level = match (sums[0] / whole, people) {
        (centre, _) if centre > 0.22 => 1,
        (centre, floor) if centre > 0.06 || floor > 0.75 => 2,
        (_, floor) if floor > 0.4 => 3,
        (_, floor) if floor > 0.15 => 4,
        _ => 5,
    };
    if metro { level } else { (level + 1).clamp(2, 5) }
}
