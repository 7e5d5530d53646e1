//! People: by community, by age, by grid, how they move.

pub(crate) mod figures;
mod flows;
mod grid;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::areas::Community;
use super::super::land::calendar::{self, Day};
use super::super::land::outline::SUBDISTRICTS;
use super::super::land::plane::{self, Point};
use super::super::recipes::{inner_of, shapes};
use super::super::sheet::{Row, Shape, Sheet, Span};
use figures::{Residents, communities, faces, of_community, residents};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "by_community" => by_community(sheet),
        "children_by_age" => children_by_age(sheet),
        "grid_500m" => grid::grid_500m(sheet),
        "migrants" => migrants(sheet),
        "households" => households(sheet),
        "births" => births(sheet),
        "heat" => flows::heat(sheet),
        "census" => census(sheet),
        "commuting" => flows::commuting(sheet),
        _ => Ok(()),
    }
}

/// The last year with figures.
const LAST: i32 = 2026;

/// How many years the layer has rows for, by its number of features.
fn years(sheet: &Sheet<'_>, last: i32) -> std::ops::RangeInclusive<i32> {
    let each = sheet.city.areas.len().max(1) as f64;
    let count = (sheet.target() as f64 / each).round().max(1.0) as i32;
    last - count + 1..=last
}

/// The span of a calendar year; the last holds on.
fn in_year(year: i32) -> (Day, Option<Day>) {
    (calendar::day(year, 1, 1), (year < LAST).then(|| calendar::day(year + 1, 1, 1)))
}

/// A place in the middle of a community, or where most of what is weighed lies.
fn middle(city: &City, own: &Community) -> Point {
    let today = own.holds.first().copied().unwrap_or(0);
    inner_of(city, city.faces_of(today).iter().copied())
}

/// A place in the face of a community where most of something is.
fn most(city: &City, own: &Community, weight: impl Fn(usize) -> i64) -> Point {
    let today = own.holds.first().copied().unwrap_or(0);
    let best = city.faces_of(today).iter().copied().max_by_key(|face| (weight(*face), *face));
    best.map_or_else(Point::default, |face| plane::inner(&city.streets.mesh.ring(face)))
}

fn area_of(city: &City, own: &Community) -> f64 {
    faces(city, own).map(|face| plane::area(&city.streets.mesh.ring(face))).sum()
}

/// Mean size of a household in a community.
fn size_of(city: &City, own: &Community) -> f64 {
    figures::chance(city, "size of households").named(&own.id).range(2.05, 2.95)
}

/// Men and women: works draw men, estates are even.
fn men(city: &City, own: &Community, people: Residents) -> i64 {
    let share = figures::chance(city, "men").named(&own.id).range(0.498, 0.562);
    (people.all as f64 * share).round() as i64
}

fn by_community(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for year in years(sheet, LAST) {
        let (from, to) = in_year(year);
        for own in communities(city, from) {
            let people = of_community(city, own, from);
            let male = men(city, own, people);
            let households = (people.all as f64 / size_of(city, own)).round();
            let density = people.all as f64 / area_of(city, own) * 1e6;
            let row = Row::new(format!("{}-{year}", own.id), Shape::Point(middle(city, own)))
                .during(from, to)
                .set("year", year)
                .set("residents", people.all)
                .set("registered", people.registered)
                .set("migrants", people.migrants())
                .set("male", male)
                .set("female", people.all - male)
                .set("households", households as i64)
                .set("density", (density * 10.0).round() / 10.0);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn children_by_age(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for year in years(sheet, LAST - 1) {
        let from = calendar::day(year, 9, 1);
        let to = (year < LAST - 1).then(|| calendar::day(year + 1, 9, 1));
        for own in communities(city, from) {
            let mut sum = [0; 15];
            for today in &own.holds {
                let part = figures::children(city, *today, year);
                sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            }
            let mut row = Row::new(format!("{}-{year}", own.id), Shape::Point(middle(city, own)))
                .during(from, to)
                .set("school_year", year);
            for (age, count) in sum.into_iter().enumerate() {
                row = row.set(format!("age_{age}"), count);
            }
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn migrants(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for year in years(sheet, LAST) {
        let (from, to) = in_year(year);
        for own in communities(city, from) {
            let all = of_community(city, own, from).migrants();
            let mut random = sheet.random.named(&own.id);
            let [near, new] = [random.range(0.3, 0.52), random.range(0.12, 0.3)];
            let [permits, working] = [random.range(0.4, 0.7), random.range(0.8, 0.92)];
            let mut random = random.of(year as u64);
            let part = |share: f64, of: i64| (share * of as f64).round() as i64;
            let in_province = part(near + random.range(-0.01, 0.01), all);
            let under = part(new + random.range(-0.02, 0.02), all);
            let at = most(city, own, |face| residents(city, face, from).migrants());
            let row = Row::new(format!("{}-{year}", own.id), Shape::Point(at))
                .during(from, to)
                .set("year", year)
                .set("migrants", all)
                .set("in_province", in_province)
                .set("out_province", all - in_province)
                .set("under_6_months", under)
                .set("over_6_months", all - under)
                .set("permits", part(permits, all - under))
                .set("working_age", part(working, all));
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn households(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for year in years(sheet, LAST) {
        let (from, to) = in_year(year);
        for own in communities(city, from) {
            let registered = of_community(city, own, from).registered;
            let mut random = sheet.random.named(&own.id);
            let (size, collective) = (random.range(2.4, 3.3), random.range(0.01, 0.07));
            let all = (registered as f64 / size).round() as i64;
            let shared = (all as f64 * collective).round() as i64;
            let mean = if all > 0 { registered as f64 / all as f64 } else { size };
            let mut random = random.of(year as u64);
            let moved = |share: f64| (registered as f64 * share).round() as i64;
            let (came, left) = (random.range(0.022, 0.06), random.range(0.01, 0.022));
            let at = most(city, own, |face| residents(city, face, from).registered);
            let row = Row::new(format!("{}-{year}", own.id), Shape::Point(at))
                .during(from, to)
                .set("year", year)
                .set("households", all)
                .set("family_households", all - shared)
                .set("collective_households", shared)
                .set("registered", registered)
                .set("mean_size", (mean * 100.0).round() / 100.0)
                .set("moved_in", moved(came))
                .set("moved_out", moved(left));
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn births(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for year in years(sheet, LAST - 1) {
        let from = calendar::day(year, 1, 1);
        for own in communities(city, from) {
            let born: i64 = own.holds.iter().map(|c| figures::births(city, *c, year)).sum();
            let people = of_community(city, own, from);
            let mut random = sheet.random.named(&own.id).of(year as u64);
            let part = |share: f64| (born as f64 * share).round() as i64;
            let boys = part(random.range(0.505, 0.545));
            let share = people.registered as f64 / people.all.max(1) as f64;
            let registered = part((share * random.range(1.1, 1.4)).min(0.9));
            let rate = born as f64 / people.all.max(1) as f64 * 1000.0;
            let row = Row::new(format!("{}-{year}", own.id), Shape::Point(middle(city, own)))
                .span(Span::Between(from, calendar::day(year, 12, 31)))
                .set("year", year)
                .set("births", born)
                .set("boys", boys)
                .set("girls", born - boys)
                .set("registered", registered)
                .set("other", born - registered)
                .set("second_or_later", part(random.range(0.36, 0.52)))
                .set("rate", (rate * 100.0).round() / 100.0);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn census(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let days = [calendar::day(2010, 11, 1), calendar::day(2020, 11, 1)];
    for (round, from) in days.into_iter().enumerate() {
        let year = 2010 + 10 * round as i32;
        for (own, place) in SUBDISTRICTS.iter().enumerate() {
            let within = |today: usize| city.areas.subdistrict(today, from) == own;
            let land = city.areas.land(&city.streets, within);
            let mut people = Residents::default();
            for version in communities(city, from).filter(|c| c.subdistrict == own) {
                let part = of_community(city, version, from);
                people.all += part.all;
                people.registered += part.registered;
            }
            let mut random = sheet.random.of(own as u64).of(round as u64);
            let part = |share: f64| (share * people.all as f64).round() as i64;
            let late = round as f64;
            let male = part(random.range(0.515, 0.548));
            let young = part(random.range(0.10, 0.125) + 0.045 * late);
            let old = part(random.range(0.022, 0.032) + 0.022 * late);
            let size = (random.range(2.2, 2.9) * 100.0).round() / 100.0;
            let share = (random.range(8.0, 15.0) + 14.0 * late) * 10.0;
            for (k, shape) in shapes(sheet, land).into_iter().enumerate() {
                let suffix = if k == 0 { String::new() } else { format!("-{}", k + 1) };
                let row = Row::new(format!("{}-{year}{suffix}", place.id), shape)
                    .during(from, days.get(round + 1).copied())
                    .set("subdistrict_code", format!("440307{:03}", own + 1))
                    .set("census_year", year)
                    .set("residents", people.all)
                    .set("registered", people.registered)
                    .set("male", male)
                    .set("female", people.all - male)
                    .set("age_0_14", young)
                    .set("age_15_59", people.all - young - old)
                    .set("age_60_up", old)
                    .set("family_households", (people.all as f64 * 0.82 / size).round() as i64)
                    .set("household_size", size)
                    .set("tertiary_share", share.round() / 10.0);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    match layer {
        "day_night" => Ok(flows::day_night(sheet, row)),
        "rental_occupants" => Ok(flows::rented(sheet, row)),
        _ => Ok(row),
    }
}
