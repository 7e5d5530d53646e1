//! Indicators by subdistrict and month, and the alerts that rise where they pass their limits.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::outline::SUBDISTRICTS;
use super::super::super::land::plane::Point;
use super::super::super::land::random::Random;
use super::super::super::recipes::area_places;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::rules::rule_id;

/// An indicator: code, name, unit, usual value of a subdistrict, swing of the seasons, the month
/// (from 0) of the peak, growth a year, the limit that it should keep (`holds`: `le` or `ge`), and
/// the value at which an alert is cleared.
pub(super) struct Indicator {
    pub(super) code: &'static str,
    pub(super) zh: &'static str,
    pub(super) unit: &'static str,
    usual: f64,
    swing: f64,
    peak: f64,
    trend: f64,
    pub(super) holds: &'static str,
    pub(super) limit: f64,
    pub(super) clear: f64,
}

/// The first day of the first month of which alerts are told.
pub(super) const FIRST: Day = calendar::day(2020, 1, 1);

pub(super) const INDICATORS: [Indicator; 6] = [
    Indicator {
        code: "hotline_cases",
        zh: "热线工单量",
        unit: "1",
        usual: 640.0,
        swing: 0.14,
        peak: 6.5,
        trend: 0.05,
        holds: "le",
        limit: 860.0,
        clear: 800.0,
    },
    Indicator {
        code: "hotline_on_time",
        zh: "热线按期办结率",
        unit: "%",
        usual: 86.0,
        swing: 0.02,
        peak: 3.0,
        trend: 0.0,
        holds: "ge",
        limit: 83.6,
        clear: 85.0,
    },
    Indicator {
        code: "grid_events",
        zh: "网格事件量",
        unit: "1",
        usual: 1_900.0,
        swing: 0.1,
        peak: 8.0,
        trend: 0.04,
        holds: "le",
        limit: 2_450.0,
        clear: 2_280.0,
    },
    Indicator {
        code: "fire_calls",
        zh: "火警起数",
        unit: "1",
        usual: 21.0,
        swing: 0.3,
        peak: 0.5,
        trend: 0.01,
        holds: "le",
        limit: 28.5,
        clear: 26.0,
    },
    Indicator {
        code: "air_good_days",
        zh: "空气优良天数比例",
        unit: "%",
        usual: 94.0,
        swing: 0.045,
        peak: 6.0,
        trend: 0.002,
        holds: "ge",
        limit: 90.8,
        clear: 92.0,
    },
    Indicator {
        code: "power_use",
        zh: "工业用电量",
        unit: "10^4 kW.h",
        usual: 9_800.0,
        swing: 0.2,
        peak: 7.0,
        trend: 0.03,
        holds: "le",
        limit: 12_600.0,
        clear: 11_900.0,
    },
];

/// A month of a series: its first day, the first of the next, as it is written.
fn months(from: Day) -> Vec<(Day, Day, String)> {
    let (year, month, _) = calendar::civil(from);
    let mut out = Vec::new();
    let mut at = year * 12 + month - 1;
    loop {
        let day = |at: i32| calendar::day(at.div_euclid(12), at.rem_euclid(12) + 1, 1);
        let (start, next) = (day(at), day(at + 1));
        // Published on the first of the next month, which must have come.
        if next > RECORDS_END {
            return out;
        }
        out.push((start, next, format!("{}-{:02}", at.div_euclid(12), at.rem_euclid(12) + 1)));
        at += 1;
    }
}

/// The value of an indicator in a subdistrict and a month.
fn value(city: &City, indicator: &Indicator, place: usize, month: Day) -> f64 {
    let base = Random::new(city.options.seed, indicator.code).of(place as u64);
    let mut own = base.clone();
    let bounded = indicator.unit == "%";
    let size = if bounded { own.range(0.985, 1.015) } else { own.range(0.7, 1.3) };
    let (year, of_year, _) = calendar::civil(month);
    let turn = (f64::from(of_year) - 1.0 - indicator.peak) / 12.0 * std::f64::consts::TAU;
    let years = f64::from(year - 2022) + f64::from(of_year) / 12.0;
    // What lasts for some months, and what is of the month alone.
    let spell =
        base.of((i64::from(year) * 3 + i64::from(of_year) / 4) as u64 + 100).range(-1.0, 1.0);
    let noise = base.of(month as u64).range(-1.0, 1.0);
    let wide = if bounded { 0.045 } else { 0.13 };
    let moved = 1.0 + wide * spell + 0.3 * wide * noise + indicator.swing * libm::cos(turn);
    let v = indicator.usual * size * moved * libm::pow(1.0 + indicator.trend, years);
    let v = if bounded { v.min(100.0) } else { v };
    (v * 10.0).round() / 10.0
}

/// The subdistricts: place in the list and a point in each.
fn places(city: &City) -> Vec<(usize, Point)> {
    let all = area_places(city, true, RECORDS_END);
    all.into_iter()
        .filter_map(|(id, at)| {
            SUBDISTRICTS.iter().position(|own| own.id == id).map(|own| (own, at))
        })
        .collect()
}

pub(super) fn rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let months = months(FIRST);
    let each = INDICATORS.len() * SUBDISTRICTS.len();
    let count = ((sheet.target() as f64 / each as f64).round() as usize).clamp(1, months.len());
    for (own, at) in places(city) {
        for indicator in &INDICATORS {
            for (start, next, mark) in &months[months.len() - count..] {
                let now = value(city, indicator, own, *start);
                let (year, month, _) = calendar::civil(*start);
                let before = value(city, indicator, own, calendar::day(year - 1, month, 1));
                let (y, m, _) = calendar::civil(*next);
                let after =
                    if m == 12 { calendar::day(y + 1, 1, 1) } else { calendar::day(y, m + 1, 1) };
                // The value is known from the first of the next month until the next one is.
                let to = (after <= RECORDS_END).then_some(after);
                let id = format!("{}-{}-{mark}", SUBDISTRICTS[own].id, indicator.code);
                let row = Row::new(id, Shape::Point(at))
                    .during(*next, to)
                    .set("indicator", indicator.code)
                    .set("period", mark.clone())
                    .set("value", now)
                    .set("unit", indicator.unit)
                    .set("change", ((now / before - 1.0) * 1_000.0).round() / 10.0);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// An alert: when it was raised and cleared, and the value that raised it.
type Alert = (Day, Option<Day>, f64);

/// Raised at the second value in a row past the limit, cleared at the first past the clear value.
fn alerts_of(city: &City, indicator: &Indicator, place: usize) -> Vec<Alert> {
    let past = |v: f64, limit: f64| if indicator.holds == "le" { v > limit } else { v < limit };
    let mut out: Vec<Alert> = Vec::new();
    let (mut open, mut in_a_row) = (false, 0);
    for (start, next, _) in months(FIRST) {
        let v = value(city, indicator, place, start);
        in_a_row = if past(v, indicator.limit) { in_a_row + 1 } else { 0 };
        if open && !past(v, indicator.clear) {
            if let Some(last) = out.last_mut() {
                last.1 = Some(next);
            }
            open = false;
        } else if !open && in_a_row >= 2 {
            out.push((next, None, v));
            open = true;
        }
    }
    out
}

pub(super) fn alerts(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut all = Vec::new();
    for (own, at) in places(city) {
        for indicator in &INDICATORS {
            all.extend(
                alerts_of(city, indicator, own)
                    .into_iter()
                    .map(|alert| (alert, own, at, indicator)),
            );
        }
    }
    all.sort_by(|a, b| (a.0.0, a.1, a.3.code).cmp(&(b.0.0, b.1, b.3.code)));
    for (number, ((from, to, value), own, at, indicator)) in all.into_iter().enumerate() {
        let status = match to {
            Some(_) => "closed",
            None if from < RECORDS_END - 70 => "ack",
            None => "new",
        };
        let beyond = ((value / indicator.limit - 1.0).abs() * 100.0).round();
        let level = match beyond {
            b if b >= 12.0 => 1,
            b if b >= 5.0 => 2,
            _ => 3,
        };
        let note = format!("{}连续两期越限({value} / {})", indicator.zh, indicator.limit);
        let minute = |day: Day| i64::from(day) * 1440 + 9 * 60;
        let row = Row::new(sheet.number(number + 1), Shape::Point(at))
            .span(Span::Minutes(minute(from), to.map(minute)))
            .set("rule_id", rule_id("alerts", "limit", indicator.code))
            .set("object_id", SUBDISTRICTS[own].id)
            .set("value", value)
            .set("level", level)
            .set("status", status)
            .set("note", note);
        sheet.add(row)?;
    }
    Ok(())
}
