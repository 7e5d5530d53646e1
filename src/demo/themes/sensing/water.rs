//! Water levels: gauges at rivers, reservoirs and streets, and what they read.

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point};
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::storm::{LAST_HOUR, rain};
use super::{tenth, text};

/// A place for a gauge: what kind, where, and the keys of river, reservoir and flood point.
type Place = (&'static str, Point, [Option<String>; 3], Option<Name>, Day);

fn places(sheet: &Sheet<'_>) -> Result<Vec<Place>, DemoError> {
    let city = sheet.city;
    let mut out: Vec<Place> = Vec::new();
    let rivers = super::super::water::rivers_by_grade(city)?;
    for (_, id, shape, name) in rivers.into_iter().take(15) {
        if let Shape::Line(line) = shape {
            out.push((
                "river",
                line[line.len() * 2 / 3],
                [Some(id), None, None],
                name,
                RECORDS_BEGIN,
            ));
        }
    }
    let dams = city.entities("water.dams_gates")?;
    let mut seen = std::collections::BTreeSet::new();
    for dam in dams.iter() {
        let reservoir = text(city.value("water.dams_gates", dam, "reservoir_id"));
        if let Some(reservoir) = reservoir.filter(|own| seen.len() < 8 && seen.insert(own.clone()))
        {
            let river = text(city.value("water.dams_gates", dam, "river_id"));
            out.push((
                "reservoir",
                dam.at,
                [river, Some(reservoir), None],
                dam.name.clone(),
                RECORDS_BEGIN,
            ));
        }
    }
    let mut streets = 0;
    for point in city.entities("water.flood_points")?.iter() {
        if streets < 7 && point.days().1.is_none() && seen.insert(point.id.clone()) {
            streets += 1;
            let from = point.days().0.max(calendar::day(2014, 5, 1));
            out.push((
                "street",
                point.at,
                [None, None, Some(point.id.clone())],
                point.name.clone(),
                from,
            ));
        }
    }
    Ok(out)
}

pub(super) fn level_gauges(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    for (number, (kind, at, keys, name, from)) in places(sheet)?.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64);
        let zero = tenth(sheet.city.relief.height_at(plane::in_metres(at)) - 0.4);
        let warning = tenth(
            zero + match kind {
                "street" => 0.3,
                "river" => random.range(2.0, 3.4),
                _ => random.range(9.0, 14.0),
            },
        );
        let guarantee = tenth(warning + random.range(0.4, 1.2));
        let again = (number % 5 == 2).then(|| calendar::day(random.whole(2016, 2022) as i32, 5, 1));
        let again = again.filter(|day| *day > from);
        let spans = match again {
            Some(day) => vec![(from, Some(day), 0.2), (day, None, 0.0)],
            None => vec![(from, None, 0.0)],
        };
        let name = name
            .unwrap_or_else(|| Name::new("水位站", "Level Gauge"))
            .with("水位站", "Level Gauge");
        let [river, reservoir, point] = keys;
        for (from, to, higher) in spans {
            let row = Row::new(sheet.number(number + 1), Shape::Point(at))
                .named(name.clone())
                .during(from, to)
                .set("kind", kind)
                .set("river_id", river.clone())
                .set("reservoir_id", reservoir.clone())
                .set("flood_point_id", point.clone())
                .set("zero_m", zero)
                .set("warning_m", tenth(warning + higher))
                .set("guarantee_m", tenth(guarantee + higher))
                .set("sensor", *random.pick(&["radar", "pressure", "electronic"]));
            sheet.add(row)?;
        }
    }
    Ok(())
}

pub(super) fn level_readings(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let layer = "sensing.level_gauges";
    let gauges = city.entities(layer)?;
    let gauges: Vec<_> = gauges.iter().filter(|gauge| gauge.days().1.is_none()).collect();
    let hours = (sheet.target() as f64 / gauges.len().max(1) as f64).round().max(1.0) as i64;
    for gauge in gauges {
        let number = |column: &str| city.value(layer, gauge, column).number().unwrap_or(0.0);
        let (zero, warning, guarantee) =
            (number("zero_m"), number("warning_m"), number("guarantee_m"));
        let kind = city.value(layer, gauge, "kind").text();
        // What fell upstream in the hours before, with the rise of a millimetre of it.
        let (usual, rise) = match kind {
            "street" => (0.0, 0.006),
            "river" => (0.5, 0.021),
            _ => ((warning - zero) * 0.8, 0.012),
        };
        let level = |hour: i64| {
            let wet: f64 = (0..14)
                .map(|ago| {
                    let weight = libm::exp(-(ago as f64 - 2.0) * (ago as f64 - 2.0) / 18.0);
                    weight * rain(city.options.seed, gauge.at, hour - ago)
                })
                .sum();
            zero + usual + wet * rise
        };
        for hour in (0..hours).rev() {
            let start = LAST_HOUR - hour;
            let (now, before) = (tenth(level(start) * 10.0) / 10.0, level(start - 1));
            let over = now - warning;
            let state = match over {
                o if now >= guarantee && o > 0.0 => "guarantee",
                o if o >= 0.0 => "warning",
                o if o > -0.3 => "near",
                _ => "normal",
            };
            let hundredth = |v: f64| (v * 100.0).round() / 100.0;
            let row = Row::new(format!("{}-{start}", gauge.id), Shape::Point(gauge.at))
                .span(Span::Minutes(start * 60, None))
                .set("gauge_id", gauge.id.clone())
                .set("level_m", hundredth(now))
                .set("depth_m", hundredth(now - zero))
                .set("change_m", hundredth(now - before))
                .set("over_m", hundredth(over))
                .set("state", state);
            sheet.add(row)?;
        }
    }
    Ok(())
}
