//! Work on roads: what takes their lanes for some time, and their upkeep.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::random::Random;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::recipes::{chain, chain_line};
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::reach::{Net, all_versions};
use super::{class, day_in, is_dense};

/// Segments in an order of chance, of which busy ones come earlier.
fn order(city: &City, random: &Random) -> Vec<usize> {
    let mut all: Vec<(u64, usize)> = (0..city.roads.segments.len())
        .map(|i| {
            let mut random = random.of(i as u64);
            let weight = match class(city, i) {
                Class::Express => 1.0,
                Class::Arterial => 2.0,
                Class::Collector => 1.5,
                Class::Local if is_dense(city, i) => 0.8,
                Class::Local => 0.5,
            };
            ((random.unit() / weight * 1e9) as u64, i)
        })
        .collect();
    all.sort_unstable();
    all.into_iter().map(|(_, i)| i).collect()
}

/// Whether both ends can still reach one another when the segment is shut.
fn spared(city: &City, segment: usize, at: Day) -> bool {
    let net = Net::new(city, at, &[segment]);
    let [a, b] = city.roads.segments[segment].ends;
    a != b && net.seconds(a)[b].is_finite() && net.seconds(b)[a].is_finite()
}

/// Works, events and emergencies that hold a road.
pub(super) fn closures(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let order = order(city, &sheet.random);
    let mut found = Vec::new();
    for (k, i) in order.into_iter().cycle().take(target * 3).enumerate() {
        if found.len() >= target {
            break;
        }
        let mut random = sheet.random.of(k as u64 | 1 << 32);
        let reasons =
            [("pipe", 8.0), ("metro", 3.0), ("road", 6.0), ("event", 2.0), ("accident", 2.0)];
        let reason = reasons[random.weighed(reasons.iter().map(|own| own.1))].0;
        // A few are under way at the records' end.
        let first = calendar::day(2016, 1, 4).max(city.roads.segments[i].opened() + 200);
        let open = k % 12 == 0;
        let last = RECORDS_END - if open { 5 } else { 245 };
        let day = if open {
            day_in(&mut random, RECORDS_END - 70, last)
        } else {
            day_in(&mut random, first, last)
        };
        if first > last {
            continue;
        }
        let span = match reason {
            "event" => Span::Between(day, day + random.whole(0, 2) as Day),
            "accident" => {
                let from = i64::from(day) * 1440 + random.whole(0, 1439);
                Span::Minutes(from, Some(from + random.whole(120, 3_600)))
            }
            _ => Span::Between(
                day,
                (day + random.about([10.0, 60.0, 240.0]) as Day).min(RECORDS_END),
            ),
        };
        let local = class(city, i) >= Class::Collector;
        let full = random.chance(if local { 0.42 } else { 0.03 }) && spared(city, i, day);
        found.push((span.start(), i, span, reason, full));
    }
    found.sort_by_key(|own| (own.0, own.1));
    let versions = all_versions(city);
    for (number, (day, i, span, reason, full)) in found.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 33);
        let own = &versions[i];
        let lanes = own.iter().rev().find(|v| v.from <= day).map_or(2, |v| v.lanes);
        let taken = if full { lanes } else { random.whole(1, (lanes / 2).max(1)) };
        let applicants: &[&'static str] = match reason {
            "pipe" => &["water", "water", "power", "gas", "telecom"],
            "metro" => &["metro"],
            "accident" => &["water", "gas", "works"],
            _ => &["works"],
        };
        let road = &city.streets.ways[city.roads.segments[i].way].name;
        let (zh, en) = works(reason);
        let row =
            Row::new(sheet.number(number + 1), Shape::Line(city.roads.segments[i].line.clone()))
                .named(road.with(zh, en))
                .span(span)
                .set("segment_id", Segment::id(i))
                .set("full", full)
                .set("reason", reason)
                .set("lanes_closed", taken)
                .set("night_only", !full && matches!(reason, "pipe" | "road") && random.chance(0.3))
                .set("applicant", *random.pick(applicants));
        sheet.add(row)?;
    }
    Ok(())
}

/// Upkeep.
pub(super) fn maintenance(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut last = vec![0; city.roads.segments.len()];
    let mut found = Vec::new();
    for (k, i) in order(city, &sheet.random).into_iter().cycle().take(target * 4).enumerate() {
        if found.len() >= target {
            break;
        }
        let mut random = sheet.random.of(k as u64 | 1 << 32);
        let kinds = [("major", 1.0), ("medium", 3.0), ("preventive", 3.0), ("daily", 4.0)];
        let kind = kinds[random.weighed(kinds.iter().map(|own| own.1))].0;
        let year = random.whole(2015, 2025) as i32;
        let month =
            if random.chance(0.6) { random.whole(10, 12) } else { random.whole(1, 9) } as i32;
        let from = calendar::day(year, month, random.whole(1, 24) as i32);
        let days = match kind {
            "daily" => random.whole(3, 12),
            "preventive" => random.whole(5, 30),
            "medium" => random.whole(20, 60),
            _ => random.whole(45, 90),
        } as Day;
        let links = chain(city, i, random.whole(1, 4) as usize);
        let again = |s: usize| last[s] != 0 && (from - last[s]).abs() < 1_461 && kind != "daily";
        let opened = links.iter().map(|(s, _)| city.roads.segments[*s].opened()).max();
        if links.iter().any(|(s, _)| again(*s)) || opened.is_none_or(|day| day + 900 > from) {
            continue;
        }
        if kind != "daily" {
            links.iter().for_each(|(s, _)| last[*s] = from);
        }
        found.push((from, i, from + days - 1, kind, links));
    }
    found.sort_by_key(|own| (own.0, own.1));
    for (number, (from, i, to, kind, links)) in found.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 33);
        let (zh, en) = match kind {
            "major" => ("大修工程", "Rebuilding"),
            "medium" => ("中修工程", "Resurfacing"),
            "preventive" => ("预防性养护", "Preventive Upkeep"),
            _ => ("小修保养", "Small Repairs"),
        };
        let length: f64 = links.iter().map(|(s, _)| city.roads.segments[*s].length()).sum();
        let wide = city.roads.segments[i].lanes() as f64 * 3.5;
        let share = if kind == "daily" { random.range(0.01, 0.08) } else { random.range(0.6, 1.0) };
        let road = &city.streets.ways[city.roads.segments[i].way].name;
        let row = Row::new(sheet.number(number + 1), Shape::Line(chain_line(city, &links)))
            .named(road.with(zh, en))
            .span(Span::Between(from, to))
            .set("segment_id", Segment::id(i))
            .set("kind", kind)
            .set("area_paved_m2", (length * wide * share).round());
        sheet.add(row)?;
    }
    Ok(())
}

/// What a road is closed for, in words.
fn works(reason: &str) -> (&'static str, &'static str) {
    match reason {
        "pipe" => ("管线施工", "Pipe Works"),
        "metro" => ("轨道施工", "Metro Works"),
        "road" => ("道路改造", "Rebuilding"),
        "event" => ("活动交通管制", "Event"),
        _ => ("抢险占道", "Emergency Repair"),
    }
}
