//! Metro lines, stations and entrances.

use super::super::super::DemoError;
use super::super::super::land::calendar::{Day, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::day_in;
use super::super::roads::near::Lines;
use super::exits::exits;
use super::network::Metro;

/// Lines: a version for each stage.
pub(super) fn lines(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let metro = Metro::new(sheet.city);
    for line in &metro.lines {
        for (place, (from, stage, serves)) in line.stages.iter().copied().enumerate() {
            let parts = line.parts[..serves.saturating_sub(1)].to_vec();
            let opened = line.opened(0).filter(|_| stage == "open");
            let row = Row::new(line.id(), Shape::Lines(parts))
                .named(Name::new(format!("{}号线", line.no), format!("Line {}", line.no)))
                .during(from, line.stages.get(place + 1).map(|next| next.0))
                .set("line_no", line.no)
                .set("stage", stage)
                .set("opened_on", opened.map(i64::from))
                .set("stations", serves)
                .set("cars", line.cars)
                .set("design_speed_kmh", line.speed);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Stations: a version for each change of the lines that stop there.
pub(super) fn stations(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (metro, roads) = (Metro::new(city), Lines::roads(city));
    for (number, station) in metro.stations.iter().enumerate() {
        let openings = metro.openings(number);
        let Some((opened, first)) = openings.first().copied() else { continue };
        let mut random = sheet.random.of(number as u64);
        let place = station.lines.iter().find(|own| own.0 == first).map_or(0, |own| own.1);
        let above = metro.lines[first].above[place];
        let depth = if above { random.range(-14.0, -8.0) } else { random.range(9.0, 32.0) };
        let ways = exits(city, &metro, &roads, number);
        let changes = metro.lines.iter().flat_map(|line| line.stages.iter().map(|stage| stage.0));
        let mut days: Vec<Day> = changes.filter(|day| *day >= opened).collect();
        days.sort_unstable();
        days.dedup();
        let state = |at: Day| {
            let lines: Vec<usize> =
                openings.iter().filter(|(day, _)| *day <= at).map(|(_, line)| *line).collect();
            let end = |line: usize| {
                let stages = metro.lines[line].stages.iter();
                let serves = stages.rev().find(|(day, ..)| *day <= at).map_or(0, |stage| stage.2);
                station.lines.iter().any(|own| own.0 == line && (own.1 == 0 || own.1 + 1 == serves))
            };
            let kind = match lines.as_slice() {
                [only] if end(*only) => "terminus",
                [_] => "plain",
                _ => "interchange",
            };
            let numbers: Vec<&str> = lines.iter().map(|line| metro.lines[*line].no).collect();
            (kind, numbers.join(","))
        };
        days.dedup_by(|b, a| state(*b) == state(*a));
        for (k, from) in days.iter().copied().enumerate() {
            let (kind, lines) = state(from);
            let entrances = ways.iter().filter(|way| opened + way.later <= from).count().max(1);
            let row = Row::new(Metro::station_id(number), Shape::Point(station.at))
                .named(station.name.clone())
                .during(from, days.get(k + 1).copied())
                .set("line_id", metro.lines[first].id())
                .set("station_no", format!("{:0>2}{:02}", metro.lines[first].no, place + 1))
                .set("lines", lines)
                .set("kind", kind)
                .set("layout", if above { "elevated" } else { "under" })
                .set("entrances", entrances)
                .set("platform_depth_m", (depth * 10.0).round() / 10.0)
                .set("opened_on", i64::from(opened));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Entrances: from the station's opening or later; some are closed for works for a time.
pub(super) fn entrances(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (metro, roads) = (Metro::new(city), Lines::roads(city));
    for number in 0..metro.stations.len() {
        let Some((opened, _)) = metro.openings(number).first().copied() else { continue };
        for exit in exits(city, &metro, &roads, number) {
            let id = format!("TME{:05}{}", number + 1, exit.letter);
            let mut random = sheet.random.named(&id);
            let from = opened + exit.later;
            let mut cuts = vec![(from, "open")];
            if exit.later > 0 {
                cuts.insert(0, (opened, "reserved"));
            }
            if random.chance(0.08) && RECORDS_END - from > 900 {
                let day = day_in(&mut random, from + 300, RECORDS_END - 300);
                cuts.extend([(day, "closed"), (day + random.whole(60, 250) as Day, "open")]);
            }
            let station = &metro.stations[number].name;
            let name =
                station.with(&format!("{}出入口", exit.letter), &format!("Exit {}", exit.letter));
            for (k, (from, status)) in cuts.iter().copied().enumerate() {
                let row = Row::new(id.clone(), Shape::Point(exit.at))
                    .named(name.clone())
                    .during(from, cuts.get(k + 1).map(|next| next.0))
                    .set("station_id", Metro::station_id(number))
                    .set("exit_no", exit.letter)
                    .set("status", status);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
