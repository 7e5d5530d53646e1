//! Environmental monitoring: water sections and their classes, discharges, black water.

use super::super::DemoError;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::land::plane;
use super::super::recipes::{Step, periods};
use super::super::sheet::{Row, Shape, Sheet, Span};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "water_sections" => water_sections(sheet),
        "water_quality" => water_quality(sheet),
        "discharge_readings" => discharge_readings(sheet),
        "black_water" => black_water(sheet),
        _ => Ok(()),
    }
}

/// Limits by day and night of the classes of noise zones, dB(A) (GB 3096).
const NOISE: [(&str, i64, i64); 5] =
    [("0", 50, 40), ("1", 55, 45), ("2", 60, 50), ("3", 65, 55), ("4", 70, 55)];

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    if layer != "noise_zones" {
        return Ok(row);
    }
    let mut random = sheet.random.named(&row.id);
    let (class, day, night) = NOISE[random.weighed([0.0, 2.0, 5.0, 3.0, 1.0].into_iter())];
    let column = sheet.layer.columns.iter().find(|column| column.name == "class");
    let known = column.is_some_and(|own| own.codes.iter().any(|code| code.texts().0 == class));
    let year = calendar::civil(row.span.start()).0.max(2010);
    let row = if known { row.set("class", class) } else { row };
    Ok(row
        .set("limit_day", day)
        .set("limit_night", night)
        .set("notice_no", format!("深环〔{year}〕{}号", random.whole(11, 240))))
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn hundredth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn water_sections(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let rivers = super::water::rivers_by_grade(city)?;
    for (number, (grade, id, shape, name)) in rivers.into_iter().take(36).enumerate() {
        let Shape::Line(line) = shape else { continue };
        let mut random = sheet.random.named(&id);
        let (level, target) = match grade.as_str() {
            "1" => (*random.pick(&["nation", "province"]), "IV"),
            "2" => ("city", "IV"),
            _ => ("district", if random.chance(0.5) { "V" } else { "III" }),
        };
        let far = plane::line_length(&line) * random.range(0.4, 0.9);
        let at = plane::along(&line, far).0;
        let stricter =
            (number % 4 == 1).then(|| calendar::day(random.whole(2016, 2021) as i32, 1, 1));
        let spans: Vec<(Day, Option<Day>, &str)> = match stricter {
            Some(day) => vec![(RECORDS_BEGIN, Some(day), "V"), (day, None, "IV")],
            None => vec![(RECORDS_BEGIN, None, target)],
        };
        for (from, to, target) in spans {
            let mut row = Row::new(sheet.number(number + 1), Shape::Point(at))
                .during(from, to)
                .set("section_no", format!("LG-W{:02}", number + 1))
                .set("river_id", id.clone())
                .set("level", level)
                .set("target", target)
                .set("chainage_m", far.round());
            if let Some(name) = &name {
                row = row.named(name.with("断面", "Section"));
            }
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The classes of GB 3838 and the limits of NH3-N, TP (at most) and DO (at least), mg/L.
const CLASSES: [(&str, f64, f64, f64); 5] = [
    ("I", 0.15, 0.02, 7.5),
    ("II", 0.5, 0.1, 6.0),
    ("III", 1.0, 0.2, 5.0),
    ("IV", 1.5, 0.3, 3.0),
    ("V", 2.0, 0.4, 2.0),
];

/// The class of a factor's value, from 0; 5 is below all.
fn class_of(fits: impl Fn(&(&str, f64, f64, f64)) -> bool) -> usize {
    CLASSES.iter().position(fits).unwrap_or(CLASSES.len())
}

fn water_quality(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let layer = "environment.water_sections";
    let sections = city.entities(layer)?;
    let now: Vec<_> = sections.iter().filter(|section| section.days().1.is_none()).collect();
    let months = (sheet.target() as f64 / now.len().max(1) as f64).round().max(1.0) as usize;
    for section in now {
        let mut own = sheet.random.named(&section.id);
        let foul = own.about([0.25, 0.8, 2.1]);
        for (from, next, mark) in periods(Step::Month, months) {
            let mut random = sheet.random.named(&section.id).of(from as u64);
            let (year, month, _) = calendar::civil(from);
            let dry = if (4..=9).contains(&month) { 0.8 } else { 1.2 };
            let better = libm::pow(0.9, f64::from(year - 2024));
            let nh3n = hundredth((foul * dry * better * random.range(0.6, 1.5)).max(0.05));
            let tp = hundredth((0.14 * foul * dry * better * random.range(0.6, 1.5)).max(0.01));
            let summer = if (6..=9).contains(&month) { 1.1 } else { 0.0 };
            let oxygen = tenth((8.1 - 1.5 * foul - summer + random.range(-0.7, 0.7)).max(0.8));
            let classes = [
                ("nh3n", class_of(|c| nh3n <= c.1)),
                ("tp", class_of(|c| tp <= c.2)),
                ("do", class_of(|c| oxygen >= c.3)),
            ];
            let (worst, class) =
                classes.into_iter().fold(classes[0], |a, b| if b.1 > a.1 { b } else { a });
            let target = sections.iter().find(|other| other.id == section.id && other.valid(from));
            let target = target.map_or("V", |own| city.value(layer, own, "target").text());
            let wanted = CLASSES.iter().position(|c| c.0 == target).unwrap_or(4);
            let row = Row::new(format!("{}-{mark}", section.id), Shape::Point(section.at))
                .span(Span::Between(from, next - 1))
                .set("section_id", section.id.clone())
                .set("month", year * 100 + month)
                .set("do", oxygen)
                .set("nh3n", nh3n)
                .set("tp", tp)
                .set("class", CLASSES.get(class).map_or("inferior", |c| c.0))
                .set("worst", worst)
                .set("met", class <= wanted);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn discharge_readings(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let sources = city.entities("environment.pollution_sources")?;
    let now: Vec<_> = sources.iter().filter(|source| source.days().1.is_none()).collect();
    let limits = [
        ("cod", 60.0, "mg/L"),
        ("nh3n", 8.0, "mg/L"),
        ("tp", 0.5, "mg/L"),
        ("nox", 150.0, "mg/m3"),
        ("voc", 60.0, "mg/m3"),
    ];
    let last = (i64::from(calendar::RECORDS_END) + 1) * 24;
    let mut hour = 0;
    while sheet.count < target && !now.is_empty() {
        hour += 1;
        for (number, source) in now.iter().enumerate() {
            if sheet.count >= target {
                break;
            }
            let mut random = sheet.random.named(&source.id).of(hour as u64);
            let (pollutant, limit, unit) = limits[number % limits.len()];
            let (status, value) = match random.weighed([94.0, 3.0, 2.0, 1.0].into_iter()) {
                0 => ("normal", Some(limit * random.about([0.05, 0.4, 0.95]))),
                1 => ("exceeded", Some(limit * random.range(1.02, 2.2))),
                2 => ("invalid", None),
                _ => ("stopped", Some(0.0)),
            };
            let start = (last - hour) * 60;
            let flow =
                if status == "stopped" { 0.0 } else { tenth(random.about([2.0, 18.0, 160.0])) };
            let row = Row::new(format!("{}-{}", source.id, last - hour), Shape::Point(source.at))
                .span(Span::Minutes(start, Some(start + 59)))
                .set("source_id", source.id.clone())
                .set("pollutant", pollutant)
                .set("value", value.map(hundredth))
                .set("limit_value", limit)
                .set("value_unit", unit)
                .set("flow", flow)
                .set("status", status);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn black_water(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let rivers = city.entities("water.rivers")?;
    let mut number = 0;
    for river in rivers.iter() {
        let Shape::Line(line) = &river.shape else { continue };
        if sheet.count >= target || line.len() < 10 {
            continue;
        }
        let mut random = sheet.random.named(&river.id);
        let middle = city.face_near(line[line.len() / 2]);
        if !middle.is_some_and(|face| city.streets.zones[face].is_built()) && random.chance(0.6) {
            continue;
        }
        number += 1;
        let part = line[line.len() / 5..line.len() * 4 / 5].to_vec();
        let listed = calendar::day(random.whole(2015, 2018) as i32, random.whole(1, 12) as i32, 1);
        let heavy = random.chance(0.4);
        let mut day = listed;
        let stages = [
            ("listed", 12, 0.9, 9.0),
            ("treating", 19, 1.9, 5.0),
            ("first", 34, 3.6, 2.2),
            ("lasting", 52, 4.8, 1.2),
        ];
        for (i, (stage, clarity, oxygen, ammonia)) in stages.into_iter().enumerate() {
            let next = day + random.whole(240, 520) as Day;
            let to = (i < 3).then_some(next);
            let mut row = Row::new(sheet.number(number), Shape::Line(part.clone()))
                .during(day, to)
                .set("river_id", river.id.clone())
                .set("list_no", format!("SZ-HC-{number:03}"))
                .set("degree", if heavy { "heavy" } else { "light" })
                .set("stage", stage)
                .set("clarity_cm", clarity + random.whole(-3, 5))
                .set("do", tenth(oxygen + random.range(-0.2, 0.4)))
                .set("nh3n", tenth(ammonia + random.range(-0.5, 0.8)));
            if let Some(name) = &river.name {
                row = row.named(name.with("治理段", "Treated Reach"));
            }
            sheet.add(row)?;
            day = next;
        }
    }
    Ok(())
}
