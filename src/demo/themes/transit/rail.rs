//! Railways, and the zones along metro lines in which building is watched.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::super::land::grid;
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::relief::chaikin;
use super::super::super::land::thin;
use super::super::super::recipes::parallel;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::reach::part;
use super::network::{Line, Metro};

/// A railway: code, names, kind, km/h, where it passes (kilometres), sections, and its stages.
struct Rail {
    code: &'static str,
    name: (&'static str, &'static str),
    kind: &'static str,
    speed: i64,
    by: &'static [[f64; 2]],
    sections: usize,
    stages: &'static [(Day, &'static str)],
}

const RAILS: [Rail; 3] = [
    Rail {
        code: "LPX",
        name: ("莲平铁路", "Lianping Railway"),
        kind: "conventional",
        speed: 120,
        by: &[[7.0, 17.6], [11.4, 16.4], [13.6, 13.6], [13.4, 9.6], [14.0, 6.6], [12.6, 2.6]],
        sections: 3,
        stages: &[(RECORDS_BEGIN, "open")],
    },
    Rail {
        code: "BHG",
        name: ("滨海高速铁路", "Coastal High Speed Railway"),
        kind: "highspeed",
        speed: 250,
        by: &[
            [2.0, 11.0],
            [7.6, 12.9],
            [14.0, 12.6],
            [19.6, 14.2],
            [25.6, 15.0],
            [29.4, 18.4],
            [38.0, 22.2],
        ],
        sections: 2,
        stages: &[(RECORDS_BEGIN, "building"), (calendar::day(2013, 12, 28), "open")],
    },
    Rail {
        code: "LHC",
        name: ("龙惠城际铁路", "Longhui Intercity Railway"),
        kind: "intercity",
        speed: 160,
        by: &[
            [4.0, 8.0],
            [9.6, 8.6],
            [16.6, 9.4],
            [21.4, 14.4],
            [25.4, 20.6],
            [30.4, 23.4],
            [38.0, 26.4],
        ],
        sections: 3,
        stages: &[(calendar::day(2021, 4, 12), "building")],
    },
];

/// The smooth course of a railway inside the district.
fn course(city: &City, rail: &Rail) -> Vec<Point> {
    let mut points: Vec<[f64; 2]> = rail.by.to_vec();
    for _ in 0..5 {
        points = chaikin(&points);
    }
    let line: Vec<Point> =
        points.iter().map(|km| plane::from_metres(km.map(|v| v * 1e3))).collect();
    let length = plane::line_length(&line);
    let count = (length / 60.0) as i32;
    let at = |k: i32| length * f64::from(k) / f64::from(count);
    let inside = |k: &i32| {
        let cell = grid::cell_of(plane::along(&line, at(*k)).0);
        city.streets.inside[cell]
    };
    let first = (0..=count).find(inside).unwrap_or(0);
    let last = (0..=count).rev().find(inside).unwrap_or(count);
    part(&line, at(first), at(last))
}

/// Railways in sections; they end where hills begin or end, if that is near.
pub(super) fn railways(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (number, rail) in RAILS.iter().enumerate() {
        let line = course(city, rail);
        let length = plane::line_length(&line);
        let hill = |far: f64| city.streets.hill[grid::cell_of(plane::along(&line, far).0)];
        let mut cuts = vec![0.0];
        for k in 1..rail.sections {
            let fair = length * k as f64 / rail.sections as f64;
            let offs = (0..30).flat_map(|k| [f64::from(k) * 60.0, f64::from(k) * -60.0]);
            let edge = offs.map(|off| fair + off).find(|far| hill(*far) != hill(far + 60.0));
            cuts.push(edge.unwrap_or(fair));
        }
        cuts.push(length);
        for (section, ends) in cuts.windows(2).enumerate() {
            let under = (0..40)
                .filter(|k| hill(ends[0] + (ends[1] - ends[0]) * (f64::from(*k) + 0.5) / 40.0))
                .count();
            let structure = match (under > 14, rail.kind) {
                (true, _) => "tunnel",
                (_, "conventional") => "ground",
                _ => "bridge",
            };
            let (zh, en) = rail.name;
            let name = Name::new(
                format!("{zh}第{}区段", section + 1),
                format!("{en}, Section {}", section + 1),
            );
            for (place, (from, stage)) in rail.stages.iter().copied().enumerate() {
                let id = format!("TR{:03}{:02}", number + 1, section + 1);
                let row = Row::new(id, Shape::Line(part(&line, ends[0], ends[1])))
                    .named(name.clone())
                    .during(from, rail.stages.get(place + 1).map(|next| next.0))
                    .set("line_code", rail.code)
                    .set("kind", rail.kind)
                    .set("stage", stage)
                    .set("structure", structure)
                    .set("tracks", 2)
                    .set("design_speed_kmh", rail.speed)
                    .set("electrified", true);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// Stretches of a line of one layout and age: first and last station, whether above ground, when
/// work on them began.
fn stretches(line: &Line) -> Vec<(usize, usize, bool, Day)> {
    let begun = |place: usize| {
        let stages = line.stages.iter();
        let first = stages.clone().find(|stage| stage.2 > place).map_or(RECORDS_BEGIN, |own| own.0);
        // An extension is published four years before it opens.
        let later = line.stages.first().is_some_and(|stage| stage.2 <= place);
        if later { first - 1_490 } else { first }
    };
    let mut out: Vec<(usize, usize, bool, Day)> = Vec::new();
    for place in 1..line.stations.len() {
        let own = (line.above[place], begun(place));
        match out.last_mut() {
            Some(last) if (last.2, last.3) == own => last.1 = place,
            _ => out.push((place - 1, place, own.0, own.1)),
        }
    }
    out
}

/// A ring `off` metres around a line, flat at its ends.
fn band(line: &[Point], off: f64) -> Vec<Point> {
    let length = plane::line_length(line);
    let count = (length / 70.0).ceil().max(2.0) as i32;
    let even: Vec<Point> = (0..=count)
        .map(|k| plane::along(line, length * f64::from(k) / f64::from(count)).0)
        .collect();
    let even = thin::line(&even, 1.0);
    let mut ring = parallel(&even, -off);
    ring.extend(parallel(&even, off).into_iter().rev());
    ring
}

/// Protection zones.
pub(super) fn protection(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let metro = Metro::new(sheet.city);
    let mut number = 0;
    for line in &metro.lines {
        for (first, last, above, from) in stretches(line) {
            let mut course: Vec<Point> = Vec::new();
            for own in &line.parts[first..last] {
                course.extend(own.iter().skip(usize::from(!course.is_empty())));
            }
            for (kind, wide) in [("control", if above { 30.0 } else { 50.0 }), ("special", 10.0)] {
                number += 1;
                let (zh, en) = if kind == "control" {
                    ("控制保护区", "Control Zone")
                } else {
                    ("特别保护区", "Special Zone")
                };
                let name =
                    Name::new(format!("{}号线{zh}", line.no), format!("Line {} {en}", line.no));
                let row = Row::new(sheet.number(number), Shape::ring(band(&course, wide)))
                    .named(name)
                    .during(from, None)
                    .set("line_id", line.id())
                    .set("kind", kind)
                    .set("layout", if above { "elevated" } else { "under" })
                    .set("offset_m", wide);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
