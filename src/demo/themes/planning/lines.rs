//! Control lines that follow nature: the ecological line, the blue line of waters.

use std::collections::BTreeSet;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::Name;
use super::super::super::land::outline::SUBDISTRICTS;
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::recipes::union;
use super::super::super::sheet::{Row, Shape, Sheet};

/// The editions: their first days.
const EDITIONS: [Day; 5] = [
    RECORDS_BEGIN,
    calendar::day(2013, 9, 1),
    calendar::day(2016, 6, 1),
    calendar::day(2020, 4, 1),
    calendar::day(2024, 11, 1),
];

/// Whether a face lies inside the line in an edition: hills do, but for edges that were taken out;
/// most fields do, some only since a later edition.
fn inside_line(city: &City, face: usize, edition: usize, random: &Random) -> bool {
    let mut random = random.of(face as u64);
    let (chance, turn) = (random.unit(), random.whole(1, 4) as usize);
    match city.streets.zones[face] {
        Zone::Hill => {
            let small = plane::area(&city.streets.mesh.ring(face)) < 250_000.0;
            let works = || {
                let beside = city.streets.mesh.neighbours(face);
                beside.into_iter().any(|other| city.streets.zones[other] == Zone::Industry)
            };
            !(small && chance < 0.3 && edition >= turn && works())
        }
        Zone::Rural if chance < 0.55 => true,
        Zone::Rural if chance < 0.7 => edition >= turn,
        Zone::Rural if chance < 0.8 => edition < turn,
        _ => false,
    }
}

pub(super) fn ecological_line(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let all = 0..city.streets.mesh.len();
    let area = |face: &usize| plane::area(&city.streets.mesh.ring(*face));
    let whole: f64 = all.clone().map(|face| area(&face)).sum();
    let mut before: BTreeSet<usize> = BTreeSet::new();
    for (edition, from) in EDITIONS.into_iter().enumerate() {
        let there: BTreeSet<usize> =
            all.clone().filter(|face| inside_line(city, *face, edition, &sheet.random)).collect();
        let faces: Vec<usize> = there.iter().copied().collect();
        let moved = |of: &BTreeSet<usize>, to: &BTreeSet<usize>| {
            of.difference(to).map(area).sum::<f64>().round()
        };
        let [put_in, out] = match edition {
            0 => [0.0, 0.0],
            _ => [moved(&there, &before), moved(&before, &there)],
        };
        let built =
            city.blocks.iter().filter(|own| there.contains(&own.face)).flat_map(|own| &own.parcels);
        let built = built.filter(|own| own.valid(from) && !matches!(own.usage, "E1" | "E2" | "E9"));
        let built: f64 = built.map(super::super::super::land::parcels::Parcel::area).sum();
        let share = there.iter().map(area).sum::<f64>() / whole;
        let row = Row::new("ECL001", Shape::Polygons(union(city, &faces)))
            .named(Name::new("基本生态控制线", "Ecological Control Line"))
            .during(from, EDITIONS.get(edition + 1).copied())
            .set("line_version", format!("{}", calendar::civil(from).0.max(2005)))
            .set(
                "approval_no",
                format!("深府〔{}〕{:02}号", calendar::civil(from).0, 12 + edition * 7),
            )
            .set("land_share", (share * 1_000.0).round() / 10.0)
            .set("built_m2", built.round())
            .set("moved_in_m2", put_in)
            .set("moved_out_m2", out);
        sheet.add(row)?;
        before = there;
    }
    Ok(())
}

pub(super) fn blue_line(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut lines: Vec<(&'static str, Shape)> = Vec::new();
    for subdistrict in 0..SUBDISTRICTS.len() {
        let own = |face: &usize| {
            city.streets.zones[*face] == Zone::River
                && city.areas.subdistrict(city.areas.today[*face], RECORDS_END) == subdistrict
        };
        let faces: Vec<usize> = (0..city.streets.mesh.len()).filter(own).collect();
        lines.extend(union(city, &faces).into_iter().map(|land| ("river", Shape::Polygon(land))));
    }
    let ponds = city.parcels().filter(|(_, own)| own.usage == "E1" && own.to.is_none());
    let mut ponds: Vec<_> = ponds.map(|(_, own)| own).collect();
    ponds.sort_by(|a, b| b.area().total_cmp(&a.area()));
    let kinds = ["reservoir", "lake", "lake", "wetland"];
    let pond = |(i, own): (usize, &super::super::super::land::parcels::Parcel)| {
        (kinds[i % kinds.len()], Shape::ring(own.ring.clone()))
    };
    lines.extend(ponds.into_iter().enumerate().map(pond));
    for (number, (kind, shape)) in lines.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.of(number as u64 + 16);
        let river = kind == "river";
        let share = if river { random.range(0.3, 0.5) } else { random.range(0.62, 0.88) };
        let years = *random.pick(if river { &[50_i64, 100, 200] } else { &[20_i64, 50] });
        let widths: &[f64] = if river { &[15.0, 25.0, 30.0] } else { &[20.0, 50.0] };
        let mut cuts = vec![RECORDS_BEGIN];
        if random.chance(0.35) {
            cuts.push(calendar::day(random.whole(2014, 2022) as i32, 7, 1));
        }
        let water = (shape.area() * share).round();
        let wide = *random.pick(widths);
        for (i, from) in cuts.iter().enumerate() {
            // Where the river was widened, its line holds more water.
            let water = if i > 0 { (water * 1.12).round() } else { water };
            let (zh, en) = match kind {
                "river" => ("河道蓝线", "River Blue Line"),
                "reservoir" => ("水库蓝线", "Reservoir Blue Line"),
                "wetland" => ("湿地蓝线", "Wetland Blue Line"),
                _ => ("湖塘蓝线", "Pond Blue Line"),
            };
            let row = Row::new(sheet.number(number + 1), shape.clone())
                .named(Name::new(
                    format!("{zh}{:02}", number + 1),
                    format!("{en} {:02}", number + 1),
                ))
                .during(*from, cuts.get(i + 1).copied())
                .set("line_no", format!("LGBX-{:03}", number + 1))
                .set("kind", kind)
                .set("set_back", wide)
                .set("flood_years", river.then_some(years))
                .set("water_m2", water);
            sheet.add(row)?;
        }
    }
    Ok(())
}
