//! People on the move: by day and night, to work, hour by hour.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day};
use super::super::super::land::plane::{self, Point};
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::figures::{communities, faces};
use super::{in_year, middle};

/// What a face counts for where people are present.
struct Spot {
    at: Point,
    homes: f64,
    jobs: f64,
}

/// The most populous faces, well apart.
fn spots(city: &City, at: Day, count: usize) -> Vec<Spot> {
    let mut all: Vec<(i64, usize)> = (0..city.streets.mesh.len())
        .map(|face| {
            let people = city.people.at(face, at);
            ((people.residents + people.jobs) as i64, face)
        })
        .collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let mut out: Vec<Spot> = Vec::new();
    for (_, face) in all {
        let ring = city.streets.mesh.ring(face);
        let place = plane::inner(&ring);
        if out.len() == count {
            break;
        }
        if out.iter().any(|other| plane::distance(other.at, place) < 1_500_000.0) {
            continue;
        }
        let people = city.people.at(face, at);
        let part = (250_000.0 / plane::area(&ring)).min(1.0);
        out.push(Spot { at: place, homes: people.residents * part, jobs: people.jobs * part });
    }
    out
}

/// Shares of those who live there that are at home, and of those who work there that are at work.
const HOURS: [(f64, f64); 24] = [
    (0.96, 0.06),
    (0.97, 0.05),
    (0.97, 0.05),
    (0.97, 0.05),
    (0.96, 0.05),
    (0.95, 0.06),
    (0.92, 0.10),
    (0.80, 0.26),
    (0.61, 0.60),
    (0.48, 0.86),
    (0.43, 0.95),
    (0.42, 0.97),
    (0.46, 0.90),
    (0.46, 0.90),
    (0.42, 0.96),
    (0.41, 0.97),
    (0.43, 0.95),
    (0.48, 0.88),
    (0.60, 0.66),
    (0.71, 0.46),
    (0.79, 0.34),
    (0.86, 0.24),
    (0.92, 0.14),
    (0.95, 0.09),
];

pub(super) fn heat(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let day = calendar::day(2026, 6, 16);
    let count = (sheet.target() / HOURS.len()).max(1);
    let spots = spots(city, day, count);
    let present = |number: usize, spot: &Spot, hour: usize| {
        let mut random = sheet.random.of(number as u64).of(hour as u64 % 24);
        let (home, work) = HOURS.get(hour % 24).copied().unwrap_or((0.5, 0.5));
        // Shoppers and travellers come where much work is.
        let guests = 0.25 * spot.jobs.min(6_000.0) * (work + 0.3).min(1.0);
        let sum = spot.homes * home + spot.jobs * work + guests;
        (sum * random.range(0.985, 1.015)).round() as i64
    };
    let peak = spots.iter().enumerate().flat_map(|(i, spot)| {
        (0..HOURS.len()).map(move |hour| present(i, spot, hour)).collect::<Vec<_>>()
    });
    let peak = peak.max().unwrap_or(1).max(1);
    let mut rows = Vec::new();
    for (number, spot) in spots.iter().enumerate() {
        for hour in 0..HOURS.len() {
            let people = present(number, spot, hour);
            let change = present(number, spot, hour + 1) - people;
            let mut random = sheet.random.of(number as u64).of(hour as u64 + 64);
            let passing = (people as f64 * random.range(0.05, 0.16)).round() as i64;
            let begin = i64::from(day) * 1440 + hour as i64 * 60;
            let index = people as f64 / peak as f64 * 100.0;
            let id = format!("{}-{hour:02}", sheet.number(number + 1));
            let row = Row::new(id, Shape::Point(spot.at))
                .span(Span::Minutes(begin, Some(begin + 60)))
                .set("spot_no", format!("RL{:02}", number + 1))
                .set("hour", hour)
                .set("people", people)
                .set("heat_index", (index * 10.0).round() / 10.0)
                .set("inflow", passing + change.max(0))
                .set("outflow", passing - change.min(0));
            rows.push(row);
        }
    }
    rows.into_iter().try_for_each(|row| sheet.add(row))
}

/// The people of a community: number, place, residents, jobs.
struct Home {
    id: String,
    at: Point,
    residents: f64,
    jobs: f64,
}

fn homes(city: &City, at: Day) -> Vec<Home> {
    communities(city, at)
        .map(|own| {
            let people = city.people.sum(faces(city, own), at);
            let at = middle(city, own);
            Home { id: own.id.clone(), at, residents: people.residents, jobs: people.jobs }
        })
        .collect()
}

pub(super) fn commuting(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let each = (sheet.target() / 2).max(1);
    for year in [super::LAST - 1, super::LAST] {
        let (from, to) = in_year(year);
        let homes = homes(city, from);
        let pull = |a: &Home, b: &Home| {
            let km = (plane::distance(a.at, b.at) / 1e6).max(1.5);
            b.jobs / (km * km)
        };
        let mut flows: Vec<(i64, usize, usize)> = Vec::new();
        for (i, home) in homes.iter().enumerate() {
            let sum: f64 = homes.iter().map(|work| pull(home, work)).sum();
            for (j, work) in homes.iter().enumerate().filter(|(j, _)| *j != i) {
                let commuters = 0.52 * home.residents * pull(home, work) / sum.max(1.0);
                flows.push((commuters.round() as i64, i, j));
            }
        }
        flows.sort_unstable_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (commuters, i, j) in flows.into_iter().take(each) {
            let (Some(home), Some(work)) = (homes.get(i), homes.get(j)) else { continue };
            sheet.add(flow(sheet, [home, work], commuters, year).during(from, to))?;
        }
    }
    Ok(())
}

fn flow(sheet: &Sheet<'_>, [home, work]: [&Home; 2], commuters: i64, year: i32) -> Row {
    let mut random = sheet.random.named(&home.id).named(&work.id);
    let straight = plane::distance(home.at, work.at) / 1e6;
    let km = straight * random.range(1.22, 1.45);
    let (metro, bus) = (random.range(0.05, 0.3), random.range(0.14, 0.28));
    let walk = (0.62 - km * 0.13).clamp(0.03, 0.62);
    let metro = (metro * (km / 4.0)).min(0.45) + f64::from(year - 2025) * 0.006;
    let tenth = |share: f64| (share * 1000.0).round() / 10.0;
    let (metro, bus, walk) = (tenth(metro), tenth(bus * (1.0 - walk)), tenth(walk * (1.0 - metro)));
    let car = ((100.0 - metro - bus - walk) * 10.0).round() / 10.0;
    let minutes = 9.0 + km * (60.0 / random.range(14.0, 21.0));
    Row::new(format!("{}-{}-{year}", home.id, work.id), Shape::Line(bow(home.at, work.at)))
        .set("from_id", home.id.clone())
        .set("to_id", work.id.clone())
        .set("year", year)
        .set("commuters", commuters)
        .set("distance_km", (km * 10.0).round() / 10.0)
        .set("minutes", minutes.round() as i64)
        .set("metro_share", metro)
        .set("bus_share", bus)
        .set("car_share", car)
        .set("walk_share", walk)
}

/// A line that bends a little to the left, so that there and back lie apart.
fn bow(a: Point, b: Point) -> Vec<Point> {
    let across = plane::left_of(plane::difference(b, a));
    (0..=8)
        .map(|k| {
            let part = f64::from(k) / 8.0;
            let off = 0.32 * part * (1.0 - part);
            if k == 0 {
                a
            } else if k == 8 {
                b
            } else {
                plane::moved(plane::between(a, b, part), plane::scaled(across, off))
            }
        })
        .collect()
}

/// Who is there by day and by night: those who leave for work go, those who work there come.
pub(super) fn day_night(sheet: &Sheet<'_>, row: Row) -> Row {
    let city = sheet.city;
    let at = row.span.start();
    let Some(own) = communities(city, at).find(|own| row.id.starts_with(&own.id)) else {
        return row;
    };
    let people = city.people.sum(faces(city, own), at);
    let mut random = sheet.random.named(&own.id);
    let night = (people.residents * random.range(0.9, 1.04)).round() as i64;
    let outflow = (night as f64 * random.range(0.3, 0.46)).round() as i64;
    // Many work where they live.
    let come = people.jobs * random.range(0.5, 0.66) + people.residents * 0.05;
    let inflow = come.min(night as f64 * 2.4 + 50.0).round() as i64;
    let day = night - outflow + inflow;
    let weekend = (night as f64 * random.range(0.76, 0.86) + inflow as f64 * 0.3).round() as i64;
    let ratio = if night > 0 { day as f64 / night as f64 } else { 1.0 };
    row.set("night_population", night)
        .set("day_population", day)
        .set("day_night_ratio", (ratio * 100.0).round() / 100.0)
        .set("weekend_day", weekend)
        .set("inflow", inflow)
        .set("outflow", outflow)
}

/// Occupants of rented homes: nearly all migrants and few others.
pub(super) fn rented(sheet: &Sheet<'_>, row: Row) -> Row {
    let city = sheet.city;
    let at = row.span.start();
    let Some(own) = communities(city, at).find(|own| row.id.starts_with(&own.id)) else {
        return row;
    };
    let people = super::of_community(city, own, at);
    let mut random = sheet.random.named(&own.id);
    let (migrants, registered) = (people.migrants() as f64, people.registered as f64);
    let sum = migrants * random.range(0.62, 0.86) + registered * random.range(0.04, 0.1);
    row.set("occupants", sum.round() as i64)
}
