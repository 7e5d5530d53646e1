//! Health: hospitals by size, their grounds, and who is served by which of them.

use std::collections::BTreeSet;

use super::super::DemoError;
use super::super::city::{City, Entity};
use super::super::land::areas::valid;
use super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::names::Name;
use super::super::land::parcels::Parcel;
use super::super::land::plane::{self, Point};
use super::super::recipes::{Step, periods, span_of};
use super::super::sheet::{Cell, Row, Shape, Sheet, Span};
use super::emergency::inside;
use super::roads::near;

const HOSPITALS: &str = "health.hospitals";

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "hospital_sites" => hospital_sites(sheet),
        "bed_use" => bed_use(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let day = row.span.start();
    match (layer, &row.shape) {
        ("hospitals", _) => Ok(hospital(sheet, row)),
        ("community_clinics", Shape::Point(at)) => {
            let key = nearest(&sheet.city.entities(HOSPITALS)?, *at, day, |_| true);
            Ok(row.set("hospital_id", key))
        }
        ("ambulance_posts", Shape::Point(at)) => {
            let city = sheet.city;
            let ready = |own: &Entity| *city.value(HOSPITALS, own, "emergency") == Cell::Bool(true);
            let key = nearest(&city.entities(HOSPITALS)?, *at, day, ready);
            Ok(row.set("hospital_id", key))
        }
        ("service_areas", Shape::Polygon(polygon)) => {
            let at = plane::inner(&polygon[0]);
            let last = match row.span {
                Span::Days(_, Some(to)) => to - 1,
                _ => RECORDS_END,
            };
            let people = served(sheet.city, &polygon[0], last);
            let key = nearest(&sheet.city.entities("health.community_clinics")?, at, day, |_| true);
            Ok(row.set("clinic_id", key).set("residents", people))
        }
        _ => Ok(row),
    }
}

/// The number of the nearest of a list that is there on the day, or else of those ever there.
fn nearest(
    list: &[Entity],
    at: Point,
    day: Day,
    wanted: impl Fn(&Entity) -> bool,
) -> Option<String> {
    let now = near::entity(list, at, |own| own.valid(day) && wanted(own));
    let any = now.or_else(|| near::entity(list, at, &wanted)).or_else(|| list.first());
    any.map(|own| own.id.clone())
}

/// The row of a hospital: its beds grow, its grade and emergency department follow them.
fn hospital(sheet: &Sheet<'_>, row: Row) -> Row {
    let mut random = sheet.random.named(&row.id);
    let public = random.chance(0.6);
    let full = if public {
        random.about([160.0, 380.0, 1600.0])
    } else {
        random.about([60.0, 120.0, 420.0])
    };
    let share =
        f64::from(row.span.start() - RECORDS_BEGIN) / f64::from(RECORDS_END - RECORDS_BEGIN);
    let beds = (full * (0.72 + 0.28 * share.clamp(0.0, 1.0)) / 10.0).round() * 10.0;
    let grade = match beds as i64 {
        700.. => "3a",
        450.. => "3",
        150.. => "2",
        90.. => "1",
        _ => "none",
    };
    let always = matches!(grade, "3a" | "3") || (public && grade == "2");
    let emergency = always || random.chance(if grade == "none" { 0.1 } else { 0.45 });
    row.set("owner", if public { "public" } else { "private" })
        .set("beds", beds)
        .set("grade", grade)
        .set("emergency", emergency)
}

/// People on the blocks of an area.
fn served(city: &City, ring: &[Point], day: Day) -> f64 {
    let within = |face: &usize| plane::inside(ring, plane::inner(&city.streets.mesh.ring(*face)));
    let faces = inside::faces(city, plane::bounds(ring));
    city.people.sum(faces.into_iter().filter(within), day).residents
}

/// The version of a parcel that a place lay on, on a day.
fn parcel_at(city: &City, at: Point, day: Day) -> Option<&Parcel> {
    let face = city.face_near(at)?;
    let block = city.blocks.binary_search_by_key(&face, |own| own.face).ok()?;
    let mut now = city.blocks[block].parcels.iter().filter(|own| valid(own.from, own.to, day));
    now.find(|own| plane::inside(&own.ring, at))
}

/// The grounds of hospitals: of each the parcel it stands on, as long as both are there.
fn hospital_sites(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let hospitals = city.entities(HOSPITALS)?;
    let target = sheet.target();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut parcels: BTreeSet<String> = BTreeSet::new();
    let mut number = 0;
    for own in hospitals.iter() {
        if sheet.count >= target || !done.insert(&own.id) {
            continue;
        }
        let same = || hospitals.iter().filter(|other| other.id == own.id);
        let from = same().map(|other| other.days().0).min().unwrap_or(RECORDS_BEGIN);
        let open = same().any(|other| other.days().1.is_none());
        let end = same().filter_map(|other| other.days().1).max().filter(|_| !open);
        let Some(parcel) = parcel_at(city, own.at, from) else { continue };
        if !parcels.insert(parcel.id.clone()) {
            continue;
        }
        number += 1;
        let to = [end, parcel.to].into_iter().flatten().min();
        let mut random = sheet.random.named(&own.id);
        let last = to.unwrap_or(RECORDS_END);
        // Some were extended, which is a version of its own.
        let cut = (random.chance(0.25) && last - from > 900)
            .then(|| random.whole(i64::from(from) + 400, i64::from(last) - 200) as Day);
        for (from, to, first) in [(from, cut.or(to), true), (cut.unwrap_or(last), to, false)] {
            if !first && cut.is_none() {
                continue;
            }
            let mut row = Row::new(sheet.number(number), Shape::ring(parcel.ring.clone()))
                .during(from, to)
                .set("parcel_id", parcel.id.clone())
                .set("hospital_id", own.id.clone());
            if let Some(name) = &own.name {
                let name = Name::new(format!("{}用地", name.zh), format!("{} Site", name.en));
                row = row.named(name);
            }
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The use of beds by month, of each hospital that was open then.
fn bed_use(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let hospitals = city.entities(HOSPITALS)?;
    let now = hospitals.iter().filter(|own| own.valid(RECORDS_END)).count();
    let each = (sheet.target() as f64 / now.max(1) as f64).round().max(1.0) as usize;
    for period in periods(Step::Month, each) {
        for own in hospitals.iter().filter(|own| own.valid(period.0)) {
            let beds = city.value(HOSPITALS, own, "beds").clone();
            let row = Row::new(format!("{}-{}", own.id, period.2), Shape::Point(own.at))
                .span(span_of(sheet, (period.0, period.1)))
                .set("hospital_id", own.id.clone())
                .set("open_beds", beds);
            sheet.add(row)?;
        }
    }
    Ok(())
}
