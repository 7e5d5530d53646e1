//! Places by school year, and who was admitted where.

use super::super::super::DemoError;
use super::super::super::land::calendar;
use super::super::super::sheet::{Cell, Row, Shape, Sheet, Span};
use super::sites::{LAST, september};
use super::system::{self, System};
use super::zones::{inner, zone_id};
use super::zoning::Year;

/// The span of a school year; the last holds on.
fn in_school_year(year: i32) -> (i32, Option<i32>) {
    (september(year), (year < LAST).then(|| september(year + 1)))
}

pub(super) fn places(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { schools, figures, .. } = &*system;
    let of_year = |year: i32| figures.places.keys().filter(|key| key.2 == year).count();
    let each = of_year(LAST).max(1);
    let count = (sheet.target() as f64 / each as f64).round().max(1.0) as i32;
    let first = (LAST - count + 1).max(2019);
    for ((number, stage, year), place) in figures.places.iter().filter(|(key, _)| key.2 >= first) {
        let own = &schools[*number];
        let (from, to) = in_school_year(*year);
        let row = Row::new(format!("{}-{stage}-{year}", own.id), Shape::Point(own.at))
            .during(from, to)
            .set("school_id", own.id.clone())
            .set("stage", *stage)
            .set("school_year", *year)
            .set("classes", place.classes)
            .set("class_size", place.class_size)
            .set("places", place.classes * place.class_size)
            .set("enrolled", place.enrolled)
            .set("entry_places", place.entry_places)
            .set("entry_enrolled", place.entry_enrolled);
        sheet.add(row)?;
    }
    Ok(())
}

pub(super) fn intake_results(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { years, figures, .. } = &*system;
    let zones = |year: &Year| -> Vec<(&'static str, usize, i32)> {
        let of = |stage: &'static str| {
            year.zones(stage).keys().map(move |zone| (stage, *zone, year.year)).collect::<Vec<_>>()
        };
        [of("pri"), of("jun")].concat()
    };
    let mut chosen: Vec<(&'static str, usize, i32)> =
        years.iter().filter(|own| own.year > LAST - 3).flat_map(zones).collect();
    sheet.random.of(1).shuffle(&mut chosen);
    chosen.truncate((sheet.target() / 6).max(1));
    chosen.sort_unstable();
    for (stage, number, year) in chosen {
        let Some(own) = years.iter().find(|own| own.year == year) else { continue };
        let Some(zone) = own.zones(stage).get(&number) else { continue };
        let at = inner(city, &zone.faces);
        let asked = figures.asked.get(&(stage, number, year)).copied().unwrap_or(0);
        let entered = zone
            .schools
            .iter()
            .filter_map(|school| figures.places.get(&(*school, stage, year)))
            .map(|place| place.entry_places.min(place.entry_enrolled))
            .sum::<i64>();
        let mut random = sheet.random.named(stage).of(number as u64).of(year as u64);
        let applicants = shared(asked, &mut random);
        let mut left = entered;
        let top = random.range(58.0, 66.0);
        for (category, applied) in applicants.into_iter().enumerate() {
            let admitted = applied.min(left);
            left -= admitted;
            let cut = admitted > 0 && admitted < applied;
            let points = (top + random.range(2.0, 22.0)) * 10.0;
            let span = Span::Between(calendar::day(year, 4, 18), calendar::day(year, 8, 12));
            let id = format!("{}-{year}-{}", zone_id(stage, number), category + 1);
            let row = Row::new(id, Shape::Point(at))
                .span(span)
                .set("zone_id", zone_id(stage, number))
                .set("school_year", year)
                .set("category", format!("{}", category + 1))
                .set("applicants", applied)
                .set("admitted", admitted)
                .set(
                    "cut_points",
                    if cut { Cell::Real(points.round() / 10.0) } else { Cell::Null },
                );
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Applicants by category.
fn shared(asked: i64, random: &mut super::super::super::land::random::Random) -> [i64; 6] {
    let usual = [0.24, 0.16, 0.09, 0.1, 0.11, 0.3];
    let weights = usual.map(|share| share * random.range(0.6, 1.4));
    let sum: f64 = weights.iter().sum();
    let mut out = [0; 6];
    let (mut so_far, mut before) = (0.0, 0);
    for (count, weight) in out.iter_mut().zip(weights) {
        so_far += weight;
        let upto = (asked as f64 * so_far / sum).round() as i64;
        *count = upto - before;
        before = upto;
    }
    out
}
