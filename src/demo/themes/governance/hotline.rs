//! The 12345 hotline: cases with a daily and weekly rhythm, clusters, and repeats.

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::recipes::{Rhythm, minute};
use super::super::super::sheet::{Row, Shape, Sheet, Span};

/// Categories: code, weight, department, working days to answer.
const CATEGORIES: [(&str, f64, &str, i64); 13] = [
    ("noise", 5.0, "市生态环境局龙岗管理局", 3),
    ("illegal_building", 2.0, "区城市管理和综合执法局", 10),
    ("parking", 4.0, "市公安局交警支队龙岗大队", 3),
    ("sanitation", 4.0, "区城市管理和综合执法局", 2),
    ("housing", 4.0, "区住房和建设局", 10),
    ("labour", 3.0, "区人力资源局", 10),
    ("education", 2.0, "区教育局", 7),
    ("consumer", 3.0, "市市场监督管理局龙岗监管局", 7),
    ("transport", 2.0, "市交通运输局龙岗管理局", 5),
    ("environment", 2.0, "市生态环境局龙岗管理局", 7),
    ("safety", 1.0, "区应急管理局", 1),
    ("water", 2.0, "区水务局", 3),
    ("other", 2.0, "区政务服务数据管理局", 5),
];

/// A case before it is written: minute, category, place.
type Case = (i64, usize, Point);

/// The cases in the order of time.
fn cases(sheet: &Sheet<'_>) -> Vec<Case> {
    let (city, target) = (sheet.city, sheet.target());
    let places: Vec<(Point, f64)> = city
        .parcels()
        .filter(|(_, parcel)| parcel.to.is_none())
        .map(|(_, parcel)| {
            let people = city.people.at(parcel.face, RECORDS_END);
            (plane::inner(&parcel.ring), (people.residents + 0.4 * people.jobs).max(1.0).sqrt())
        })
        .collect();
    let mut sums = Vec::with_capacity(places.len());
    let mut total = 0.0;
    for (_, weight) in &places {
        total += weight;
        sums.push(total);
    }
    let long = (target as f64 / 5.5).clamp(200.0, 4_900.0) as Day;
    let mut out: Vec<Case> = Vec::with_capacity(target);
    let mut number = 0;
    while out.len() < target {
        let mut random = sheet.random.of(number);
        number += 1;
        let category = random.weighed(CATEGORIES.iter().map(|own| own.1));
        let rhythm = if category == 0 { Rhythm::Night } else { Rhythm::Day };
        let at = minute(rhythm, RECORDS_END - long, RECORDS_END + 1, &mut random);
        let wanted = random.range(0.0, total);
        let place = places[sums.partition_point(|sum| *sum < wanted).min(places.len() - 1)].0;
        let near = |far: f64, random: &mut super::super::super::land::random::Random| {
            let by = [random.range(-far, far), random.range(-far, far)];
            plane::moved(place, by.map(metres))
        };
        let first = near(90.0, &mut random);
        out.push((at, category, first));
        // Some come again, within a month and a hundred metres.
        while random.chance(0.2) && out.len() < target {
            let by = [random.range(-60.0, 60.0), random.range(-60.0, 60.0)];
            let again = at + random.whole(6 * 60, 28 * 1440);
            if again < i64::from(RECORDS_END + 1) * 1440 {
                out.push((again, category, plane::moved(first, by.map(metres))));
            }
        }
    }
    out.sort_unstable();
    out
}

/// The day so many working days after another.
fn working_days(mut day: Day, mut count: i64) -> Day {
    while count > 0 {
        day += 1;
        if (day + 3).rem_euclid(7) < 5 {
            count -= 1;
        }
    }
    day
}

pub(super) fn rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let end = i64::from(RECORDS_END + 1) * 1440;
    for (number, (at, category, place)) in cases(sheet).into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 40);
        let (code, _, dept, days) = CATEGORIES[category];
        let due_day = working_days(at.div_euclid(1440) as Day, days);
        let due = i64::from(due_day) * 1440 + 18 * 60;
        let late = random.chance(0.16);
        let span = (due - at) as f64;
        let taken = if late { random.range(1.02, 1.9) } else { random.range(0.1, 0.98) };
        let closed = at + (span * taken).max(30.0) as i64;
        let closed = Some(closed).filter(|closed| *closed < end && !random.chance(0.03));
        let (year, month, _) = calendar::civil(at.div_euclid(1440) as Day);
        let row = Row::new(sheet.number(number + 1), Shape::Point(place))
            .span(Span::Minutes(at, closed))
            .set("case_no", format!("LG{year}{month:02}{:06}", number + 1))
            .set("category", code)
            .set("dept", dept)
            .set("due_at", due)
            .set("closed_at", closed);
        sheet.add(row)?;
    }
    Ok(())
}
