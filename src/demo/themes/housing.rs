//! Housing: projects from the first works to the last home sold, and what homes in them cost.

use super::super::DemoError;
use super::super::city::Entity;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::plane::{self, metres};
use super::super::land::random::Random;
use super::super::recipes::{Rhythm, minute, title};
use super::super::sheet::{Cell, Row, Shape, Sheet, Span};

const PROJECTS: &str = "housing.projects";
/// First day on which sales are kept.
const SALES_BEGIN: Day = calendar::day(2018, 1, 1);

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "projects" => projects(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    match layer {
        "sales" => sale(sheet, row),
        _ => Ok(row),
    }
}

/// When a project came how far: begun, on sale, completed, sold out.
fn course(begin: Day, random: &mut Random) -> [(Day, &'static str); 4] {
    let presale = begin + random.whole(300, 620) as Day;
    let done = presale + random.whole(380, 800) as Day;
    let soldout = done + random.whole(150, 1_100) as Day;
    [(begin, "building"), (presale, "presale"), (done, "done"), (soldout, "soldout")]
}

/// The projects: a version for each stage.
fn projects(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut pool: Vec<[usize; 2]> = city
        .parcels()
        .filter(|(_, own)| own.usage == "R2" && own.to.is_none() && own.area() > 6_000.0)
        .map(|(place, _)| place)
        .collect();
    sheet.random.of(1).shuffle(&mut pool);
    for (number, place) in pool.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let parcel = city.parcel(place);
        let mut random = sheet.random.of(number as u64 + 16);
        // Works on land that was there before the records began in any year since 2004; on other
        // land when it was laid out.
        let begin = if parcel.from > RECORDS_BEGIN {
            parcel.from + random.whole(20, 200) as Day
        } else {
            let (first, last) = (calendar::day(2004, 6, 1), calendar::day(2024, 10, 1));
            random.whole(first.into(), last.into()) as Day
        };
        let stages = course(begin, &mut random);
        let share = random.range(0.15, 0.55);
        let area = (parcel.area() * random.range(2.2, 3.6) * 100.0).round() / 100.0;
        let dwellings = (area / random.range(92.0, 124.0)).floor().max(20.0);
        let permit = format!(
            "深房许字({})龙岗{:03}号",
            calendar::civil(stages[1].0).0,
            random.whole(1, 180)
        );
        let at = plane::inner(&parcel.ring);
        let name = title(city, sheet.layer, at, number, &mut random);
        let id = sheet.number(number + 1);
        for (k, (from, stage)) in stages.into_iter().enumerate() {
            let ends = [stages.get(k + 1).map(|next| next.0), parcel.to];
            let to = ends.into_iter().flatten().min().filter(|day| *day <= RECORDS_END);
            let from = from.max(RECORDS_BEGIN).max(parcel.from);
            if to.is_some_and(|to| to <= from) || from >= RECORDS_END {
                continue;
            }
            let sold = [0.0, share, 0.7 + share * 0.4, 1.0][k];
            let passed = |stage: usize| (k >= stage).then_some(Cell::Day(stages[stage].0));
            let row = Row::new(id.clone(), Shape::ring(parcel.ring.clone()))
                .named(name.clone())
                .during(from, to)
                .set("parcel_id", parcel.id.clone())
                .set("stage", stage)
                .set("gfa_m2", area)
                .set("dwellings", dwellings)
                .set("sold", (dwellings * sold).round())
                .set("presale_no", (k >= 1).then(|| permit.clone()))
                .set("presale_on", passed(1).unwrap_or(Cell::Null))
                .set("done_on", passed(2).unwrap_or(Cell::Null));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A home that was sold in a project that was on sale; prices go by project, and rose until 2021.
fn sale(sheet: &Sheet<'_>, row: Row) -> Result<Row, DemoError> {
    let city = sheet.city;
    let projects = city.entities(PROJECTS)?;
    let span = |own: &Entity| {
        let (from, to) = own.days();
        (from.max(SALES_BEGIN), to.unwrap_or(RECORDS_END).min(RECORDS_END))
    };
    let on_sale = |own: &&Entity| {
        let stage = city.value(PROJECTS, own, "stage").text();
        let (from, to) = span(own);
        matches!(stage, "presale" | "done") && to - from > 10
    };
    let open: Vec<&Entity> = projects.iter().filter(on_sale).collect();
    let mut random = sheet.random.named(&row.id);
    let Some(project) = open.get(random.whole(0, open.len().max(1) as i64 - 1) as usize) else {
        return Ok(row);
    };
    let (from, to) = span(project);
    let begin = minute(Rhythm::Office, from, to, &mut random);
    let by = [random.range(-24.0, 24.0), random.range(-24.0, 24.0)].map(metres);
    let level = sheet.random.named(&project.id).range(0.75, 1.3);
    let of_year = match calendar::civil(begin.div_euclid(1440) as Day).0 {
        ..=2018 | 2024 => 0.92,
        2019 => 0.97,
        2020 => 1.04,
        2021 => 1.1,
        2022 => 1.06,
        2023 => 1.0,
        _ => 0.88,
    };
    let floor = (random.about([58.0, 89.0, 158.0]) * 100.0).round() / 100.0;
    let price = 36_500.0 * level * of_year * random.range(0.92, 1.08);
    let total = (floor * price / 100.0).round() / 100.0;
    let kind = match floor as i64 {
        ..66 => "r1",
        66..84 => "r2",
        84..125 => "r3",
        _ => "r4",
    };
    Ok(Row::new(row.id, Shape::Point(plane::moved(project.at, by)))
        .span(Span::Minutes(begin, None))
        .set("project_id", project.id.clone())
        .set("dwelling_type", kind)
        .set("floor_m2", floor)
        .set("total_wan", total)
        .set("unit_price", (total * 10_000.0 / floor).round()))
}
