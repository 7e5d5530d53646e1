//! Schools and their campuses.

use std::collections::BTreeSet;

use super::super::super::DemoError;
use super::super::super::land::calendar;
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::sites::{BEFORE, LAST, School, september, start_of};
use super::system::{self, System};

/// The number of a school's campus.
fn campus_id(school: &School) -> Option<String> {
    school.campus.is_some().then(|| school.id.replacen("ES", "EC", 1))
}

/// The school years at which a school changes, the first and the one in which it is no more (if
/// that has come).
fn cuts(own: &School, numbers: impl Fn(i32) -> i64) -> Vec<i32> {
    let mut years: BTreeSet<i32> = own.kinds.iter().map(|(year, _)| *year).collect();
    years.insert(own.open);
    let changed = |year: &i32| *year > own.open && numbers(*year) != numbers(*year - 1);
    years.extend((LAST - 1..=LAST).filter(changed));
    years.retain(|year| own.is_open(*year));
    years.into_iter().collect()
}

pub(super) fn schools(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { schools, figures, .. } = &*system;
    for (number, own) in schools.iter().enumerate() {
        let classes = |year: i32| -> i64 {
            let stages = own.stages(year).iter();
            stages.map(|stage| figures.classes(schools, (number, stage, year))).sum()
        };
        let cuts = cuts(own, classes);
        let mut random = sheet.random.named(&own.id);
        let founded = if own.open > BEFORE {
            own.open
        } else {
            random.about([1946.0, 1996.0, 2009.0]) as i32
        };
        for (i, year) in cuts.iter().enumerate() {
            let next = cuts.get(i + 1).copied().or(own.close);
            let last = next.map_or(LAST, |next| next - 1).max(*year);
            let row = Row::new(own.id.clone(), Shape::Point(own.at))
                .named(own.name(*year))
                .during(start_of(*year), next.map(september))
                .set("kind", own.kind(*year))
                .set("owner", if own.public { "public" } else { "private" })
                .set("campus_id", campus_id(own))
                .set("building_id", own.building.clone())
                .set("founded_year", founded)
                .set("classes", classes(last));
            sheet.add(row)?;
        }
    }
    Ok(())
}

pub(super) fn campuses(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for own in &system::of(city).schools {
        let (Some(place), Some(id)) = (own.campus, campus_id(own)) else { continue };
        let parcel = city.parcel(place);
        let mut random: Random = sheet.random.named(&own.id);
        let rebuilt = random.whole(i64::from(own.open) + 4, i64::from(LAST) - 2) as i32;
        let again =
            (own.close.is_none() && own.open == BEFORE && random.chance(0.06)).then_some(rebuilt);
        let end = own.close.map(september);
        let mut spans = vec![(start_of(own.open), end, own.built)];
        if let Some(year) = again {
            let day = september(year);
            spans = vec![(start_of(own.open), Some(day), own.built), (day, end, year)];
        }
        for (from, to, built) in spans {
            let built =
                if built > calendar::civil(from).0 { calendar::civil(from).0 } else { built };
            let row = Row::new(id.clone(), Shape::ring(parcel.ring.clone()))
                .named(own.stem().with("校园", "Campus"))
                .during(from, to)
                .set("school_id", own.id.clone())
                .set("parcel_id", parcel.id.clone())
                .set("built_year", built);
            sheet.add(row)?;
        }
    }
    Ok(())
}
