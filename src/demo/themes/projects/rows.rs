//! The rows of the register, of sites, of works along streets, and of what is spent.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::plane;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::recipes;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::list::{Project, day_cell, projects, within_records, works, year_of};
use super::plan::{LAST, month_days};

/// The rows of `projects.register`: one a time in which nothing of it changes.
pub(super) fn register(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    for own in projects(sheet.city)? {
        let cuts = own.course.cuts();
        for (i, from) in cuts.iter().copied().enumerate() {
            let to = cuts.get(i + 1).copied().or_else(|| own.course.to());
            let year = year_of(from);
            let money = own.years.iter().find(|own| own.year == year);
            let known = |day: Day| day_cell(Some(day).filter(|day| *day <= from));
            let row = Row::new(own.id.clone(), Shape::Point(own.at))
                .named(own.name.clone())
                .during(from, to)
                .set("project_no", own.no.clone())
                .set("class", own.class)
                .set("fund", own.fund)
                .set("stage", own.course.stage(from))
                .set("total_wan", own.total)
                .set("year", year)
                .set("year_plan_wan", money.map_or(0.0, |own| own.plan))
                .set("invested_wan", money.map_or(0.0, |own| own.before))
                .set("start_planned_on", i64::from(own.course.start_planned))
                .set("start_actual_on", known(own.course.start))
                .set("finish_planned_on", i64::from(own.course.planned(from)))
                .set("finish_actual_on", known(own.course.finish))
                .set("unit_id", own.unit.clone())
                .set("lead", own.lead);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The rows of `projects.sites`: a parcel of a project until its land is granted, and since.
pub(super) fn sites(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    for own in projects(city)? {
        for (i, place) in own.parcels.iter().enumerate() {
            number += 1;
            let parcel = city.parcel(*place);
            let mut random = own.random.of(300 + i as u64);
            let course = &own.course;
            let from = course.listed.max(parcel.from);
            let to = course.to();
            if to.is_some_and(|to| to <= from) || from > RECORDS_END {
                continue;
            }
            // Most land is there when work starts; some of it only later.
            let late =
                if random.chance(0.16) { random.whole(30, 300) } else { -random.whole(20, 400) };
            let granted = course.start + late as Day;
            let end = to.unwrap_or(RECORDS_END + 1);
            let before = *random.pick(&["requisition", "requisition", "pending"]);
            let spans = if granted <= from {
                vec![(from, to, "granted")]
            } else if granted < end {
                vec![(from, Some(granted), before), (granted, to, "granted")]
            } else {
                vec![(from, to, before)]
            };
            let name = own.name.with(&format!("{}号用地", i + 1), &format!("Site {}", i + 1));
            for (from, to, land) in spans {
                let day = Some(granted).filter(|_| land == "granted");
                let row = Row::new(sheet.number(number), Shape::ring(parcel.ring.clone()))
                    .named(name.clone())
                    .during(from, to)
                    .set("project_id", own.id.clone())
                    .set("parcel_id", parcel.id.clone())
                    .set("use_code", parcel.usage)
                    .set("land", land)
                    .set("purpose", if i == 0 { "main" } else { "extra" })
                    .set("granted_on", day_cell(day));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// A street that was dug: its first segment, since when, until when.
type Dug = (usize, Day, Day);

/// The rows of `projects.linear_works`: each project digs stretch after stretch; some streets are
/// dug again by another within two years.
pub(super) fn linear_works(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let projects = projects(city)?;
    let started = |own: &&Project| own.street.is_some() && own.started().is_some();
    let all: Vec<&Project> = projects.iter().filter(started).collect();
    // Those that began not long ago have dug only a part.
    let each = (target as f64 * 1.2 / all.len().max(1) as f64).max(1.0);
    let mut dug: Vec<Dug> = Vec::new();
    let mut number = 0;
    for (place, own) in all.into_iter().enumerate() {
        let Some((first, kind)) = own.street else { continue };
        let count = (each * (place + 1) as f64).floor() - (each * place as f64).floor();
        let mut random = own.random.of(500);
        let (start, finish) = (own.course.start, own.course.finish);
        let mut segment = first;
        for part in 0..count as i32 {
            let step = f64::from(finish - start) / count.max(1.0);
            let from = start + (step * f64::from(part)) as Day;
            let to = (from + (step * random.range(0.9, 1.35)) as Day).min(finish);
            if from > RECORDS_END - 5 || to <= from {
                break;
            }
            // One in three follows another where the street was open, or had just been closed.
            let again = dug.iter().find(|(_, since, until)| *since < to && from - until < 700);
            let at = again.filter(|_| part > 0 && random.chance(0.35)).map_or(segment, |own| own.0);
            number += 1;
            let row = work(sheet, own, (at, kind), (from, to), number);
            sheet.add(row)?;
            dug.push((at, from, to));
            segment = next_street(city, segment, &dug);
        }
    }
    Ok(())
}

/// Where the works go on: a main street that begins where this one ends and was not dug yet, or
/// else near there.
fn next_street(city: &City, segment: usize, dug: &[Dug]) -> usize {
    let roads = &city.roads;
    let links = recipes::chain(city, segment, 6);
    let fresh = |own: &usize| {
        let class = city.streets.ways[roads.segments[*own].way].class;
        let old = dug.iter().any(|(at, ..)| at == own) || links.iter().any(|(at, _)| at == own);
        matches!(class, Class::Arterial | Class::Collector) && !old
    };
    let ends = links.iter().rev().flat_map(|(own, _)| roads.segments[*own].ends);
    let mut beside = ends.flat_map(|end| roads.junctions[end].segments.iter().copied());
    beside.find(fresh).or(links.last().map(|(own, _)| *own)).unwrap_or(segment)
}

fn work(
    sheet: &Sheet<'_>,
    own: &Project,
    (at, kind): (usize, &'static str),
    (from, to): (Day, Day),
    number: usize,
) -> Row {
    let city = sheet.city;
    let mut random = own.random.of(600 + number as u64);
    let links = recipes::chain(city, at, random.whole(3, 6) as usize);
    let line = recipes::chain_line(city, &links);
    let side = if random.chance(0.5) { 1.0 } else { -1.0 };
    let lines = match kind {
        "road" | "widen" => vec![recipes::parallel(&line, 3.5), recipes::parallel(&line, -3.5)],
        "duct" => vec![recipes::parallel(&line, side * 1.5)],
        _ => vec![recipes::parallel(&line, side * random.range(4.0, 6.0))],
    };
    let each = match kind {
        "road" | "widen" => random.range(2.2, 4.5),
        "duct" => random.range(4.0, 7.0),
        _ => random.range(0.4, 1.2),
    };
    let cost = (plane::line_length(&line) * each).min(own.total * 0.3);
    let way = city.roads.segments[at].way;
    let (zh, en) = works(kind);
    Row::new(sheet.number(number), Shape::Lines(lines))
        .named(city.streets.ways[way].name.with(zh, en))
        .span(within_records(from, to))
        .set("project_id", own.id.clone())
        .set("segment_id", Segment::id(at))
        .set("kind", kind)
        .set("segments", links.len())
        .set("cost_wan", (cost / 10.0).round() * 10.0)
}

/// The rows of `projects.monthly`: the last three years.
pub(super) fn monthly(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let mut number = 0;
    for own in projects(sheet.city)? {
        for year in own.years.iter().filter(|year| year.year > LAST - 3) {
            for (month, money) in (1..).zip(&year.months) {
                number += 1;
                let (first, last) = month_days(year.year, month);
                let mut random = own.random.of(700 + number as u64);
                let told = money.actual.map(|_| calendar::day(year.year, month, 25));
                let told = told.map(|day| day + random.whole(0, 3) as Day);
                let row = Row::new(sheet.number(number), Shape::Point(own.at))
                    .span(Span::Between(first, last))
                    .set("project_id", own.id.clone())
                    .set("year", year.year)
                    .set("month", month)
                    .set("plan_wan", money.plan)
                    .set("actual_wan", money.actual)
                    .set("reported_on", day_cell(told));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
