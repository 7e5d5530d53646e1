//! Statistics by area and period, and what stations read.

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::land::outline::SUBDISTRICTS;
use super::super::land::plane::{self, Point};
use super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::themes;
use crate::time::TemporalKind;

/// The length of a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Calendar years.
    Year,
    /// Calendar quarters.
    Quarter,
    /// Calendar months.
    Month,
    /// Weeks from Monday.
    Week,
    /// Days.
    Day,
    /// Hours.
    Hour,
}

impl Step {
    /// By the schema's word.
    pub(crate) fn named(word: &str) -> Self {
        match word {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "week" => Self::Week,
            "hour" => Self::Hour,
            _ => Self::Day,
        }
    }
}

/// A period: its first day, the first of the next, and how it is written.
pub(crate) type Period = (Day, Day, String);

/// The last `count` periods that begin before the records' end, the earliest first.
pub(crate) fn periods(step: Step, count: usize) -> Vec<Period> {
    let (year, month, _) = calendar::civil(RECORDS_END);
    let months = |each: i32, k: i32| {
        let at = (year * 12 + month - 1) / each * each - k * each;
        let day = |at: i32| calendar::day(at.div_euclid(12), at.rem_euclid(12) + 1, 1);
        (day(at), day(at + each), at.div_euclid(12), at.rem_euclid(12))
    };
    let period = |k: i32| match step {
        Step::Year => {
            let (from, to, year, _) = months(12, k);
            (from, to, format!("{year}"))
        }
        Step::Quarter => {
            let (from, to, year, month) = months(3, k);
            (from, to, format!("{year}Q{}", month / 3 + 1))
        }
        Step::Month => {
            let (from, to, year, month) = months(1, k);
            (from, to, format!("{year}{:02}", month + 1))
        }
        Step::Week => {
            let monday = RECORDS_END - (RECORDS_END + 3).rem_euclid(7) - 7 * k;
            (monday, monday + 7, calendar::date(monday))
        }
        Step::Day | Step::Hour => {
            let day = RECORDS_END - k;
            (day, day + 1, calendar::date(day))
        }
    };
    (0..count as i32).rev().map(period).collect()
}

/// A place inside the land of faces: on the largest of them.
pub(crate) fn inner_of(city: &City, faces: impl Iterator<Item = usize>) -> Point {
    let largest = faces.max_by(|a, b| {
        let built = |face: usize| {
            let town = if city.streets.zones[face].is_built() { 1.0 } else { 0.2 };
            plane::area(&city.streets.mesh.ring(face)) * town
        };
        built(*a).total_cmp(&built(*b))
    });
    largest.map_or_else(Point::default, |face| plane::inner(&city.streets.mesh.ring(face)))
}

/// The span of a period in the layer's temporal kind; the last state holds on.
pub(crate) fn span_of(sheet: &Sheet<'_>, (from, next): (Day, Day)) -> Span {
    match sheet.layer.temporal {
        TemporalKind::State => Span::Days(from, (next <= RECORDS_END).then_some(next)),
        _ => Span::Between(from, next - 1),
    }
}

/// The row with the year, quarter and month it stands for, as far as the layer has them.
pub(crate) fn dated(sheet: &Sheet<'_>, mut row: Row, from: Day) -> Row {
    let (year, month, _) = calendar::civil(from);
    for (column, value) in [("year", year), ("quarter", (month - 1) / 3 + 1), ("month", month)] {
        let whole =
            sheet.layer.columns.iter().any(|own| own.name == column && own.codes.is_empty());
        if whole && row.get(column).is_none() {
            row = row.set(column, value);
        }
    }
    row
}

/// Statistics by community or subdistrict.
pub(crate) fn years(
    sheet: &mut Sheet<'_>,
    by_subdistrict: bool,
    step: &str,
    from: i32,
) -> Result<(), DemoError> {
    let city = sheet.city;
    let each = if by_subdistrict { SUBDISTRICTS.len() } else { city.areas.len() };
    let count = ((sheet.target() as f64 / each as f64).round() as usize).max(1);
    for period in periods(Step::named(step), count) {
        if calendar::civil(period.0).0 < from {
            continue;
        }
        for (id, at) in area_places(city, by_subdistrict, period.0) {
            let row = Row::new(format!("{id}-{}", period.2), Shape::Point(at));
            let row = dated(sheet, row.span(span_of(sheet, (period.0, period.1))), period.0);
            let row = themes::complete(sheet, row)?;
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The areas of a day: numbers, and a place in each.
pub(crate) fn area_places(city: &City, by_subdistrict: bool, at: Day) -> Vec<(String, Point)> {
    if by_subdistrict {
        let place = |own: usize| {
            let mut faces = (0..city.areas.len())
                .filter(|c| city.areas.subdistrict(*c, at) == own)
                .flat_map(|c| city.faces_of(c).iter().copied())
                .peekable();
            faces.peek()?;
            let centre = plane::from_metres(super::super::land::outline::centre(own));
            let home = city.face_near(centre).map(|face| city.areas.today[face]);
            let in_it = home.is_some_and(|home| city.areas.subdistrict(home, at) == own);
            let place = if in_it { centre } else { inner_of(city, faces) };
            Some((SUBDISTRICTS[own].id.to_owned(), place))
        };
        return (0..SUBDISTRICTS.len()).filter_map(place).collect();
    }
    let valid = |own: &&super::super::land::areas::Community| {
        super::super::land::areas::valid(own.from, own.to, at)
    };
    let place = |own: &super::super::land::areas::Community| {
        let faces = city.faces_of(own.holds[0]).iter().copied();
        (own.id.clone(), inner_of(city, faces))
    };
    city.areas.communities.iter().filter(valid).map(place).collect()
}

/// What stations read: of each the latest.
pub(crate) fn readings(sheet: &mut Sheet<'_>, at: &str, step: &str) -> Result<(), DemoError> {
    let city = sheet.city;
    let stations = city.entities(at)?;
    let step = Step::named(step);
    let now: Vec<_> = stations.iter().filter(|station| station.valid(RECORDS_END)).collect();
    let key = sheet.layer.columns.first().filter(|own| own.name.ends_with("_id"));
    let key = key.map(|own| own.name.clone());
    let each = (sheet.target() as f64 / now.len().max(1) as f64).ceil().max(1.0) as usize;
    for station in now {
        let days = if step == Step::Hour { each.div_ceil(24) } else { each };
        for period in periods(step, days) {
            if period.0 < station.days().0 {
                continue;
            }
            let hours = if step == Step::Hour { 24 } else { 1 };
            for hour in 0..hours.min(each as i64) {
                let (span, mark) = if step == Step::Hour {
                    let minute = i64::from(period.0) * 1440 + hour * 60;
                    (Span::Minutes(minute, None), format!("{}T{hour:02}", period.2))
                } else {
                    (span_of(sheet, (period.0, period.1)), period.2.clone())
                };
                let row = Row::new(format!("{}-{mark}", station.id), Shape::Point(station.at));
                let mut row = dated(sheet, row.span(span), period.0);
                if let Some(key) = &key {
                    row = row.set(key.clone(), station.id.clone());
                }
                if let Some(name) = station.name.clone().filter(|_| !sheet.layer.unnamed) {
                    row = row.named(name);
                }
                let row = themes::complete(sheet, row)?;
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
