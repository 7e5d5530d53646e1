//! Schools that are planned: until they open, on the land where they then stand.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::{self, Name};
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane;
use super::super::super::sheet::{Cell, Row, Shape, Sheet};
use super::sites::{self, LAST, School, september};
use super::system;

/// A school that is or was planned.
struct Plan<'c> {
    parcel: &'c Parcel,
    name: Name,
    kind: &'static str,
    works: &'static str,
    /// The school year in which it opened, or shall.
    opens: i32,
    key: String,
}

pub(super) fn planned_schools(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let schools = &system.schools;
    let target = sheet.target();
    let plans = coming(sheet, schools).into_iter().chain(opened(city, schools));
    for (number, plan) in plans.enumerate() {
        if sheet.count + 1 >= target {
            break;
        }
        add(sheet, number + 1, &plan)?;
    }
    Ok(())
}

/// Those that shall open in the next years.
fn coming<'c>(sheet: &Sheet<'c>, schools: &[School]) -> Vec<Plan<'c>> {
    let city = sheet.city;
    let mut out: Vec<Plan<'c>> = Vec::new();
    for (_, parcel) in sites::reserve(city, schools) {
        let closed = schools.iter().any(|own| own.face == parcel.face && own.close.is_some());
        if out.len() >= 12 || closed || parcel.from + 700 > RECORDS_END {
            continue;
        }
        let mut random = sheet.random.named(&parcel.id);
        let kind = match (parcel.area() > 20_000.0, random.unit()) {
            (true, u) if u < 0.7 => "nine",
            (true, _) => "sen",
            (false, u) if u < 0.75 => "pri",
            _ => "jun",
        };
        let name = title(&names::stem(&mut random), kind);
        let opens = random.whole(2026, 2030) as i32;
        let key = parcel.id.clone();
        out.push(Plan { parcel, name, kind, works: "new", opens, key });
    }
    // Some that stand are extended.
    for own in schools.iter().filter(|own| own.public && own.close.is_none()) {
        let mut random = sheet.random.named(&own.id);
        let kind = match own.kind(LAST) {
            "comp" => continue,
            kind => kind,
        };
        if let Some(place) = own.campus.filter(|_| random.chance(0.06)) {
            let works = if random.chance(0.7) { "extend" } else { "rebuild" };
            let opens = random.whole(2026, 2028) as i32;
            let name = own.name(LAST);
            let (parcel, key) = (city.parcel(place), own.id.clone());
            out.push(Plan { parcel, name, kind, works, opens, key });
        }
    }
    out
}

/// Those that have opened, the latest first.
fn opened<'c>(city: &'c City, schools: &[School]) -> Vec<Plan<'c>> {
    let mut out: Vec<Plan<'c>> = schools
        .iter()
        .filter(|own| own.public && own.open >= 2012 && own.kind(own.open) != "comp")
        .filter_map(|own| {
            let parcel = city.parcel(own.campus?);
            let (name, kind) = (own.name(own.open), own.kind(own.open));
            let key = own.id.clone();
            Some(Plan { parcel, name, kind, works: "new", opens: own.open, key })
        })
        .collect();
    out.sort_by(|a, b| b.opens.cmp(&a.opens).then_with(|| a.key.cmp(&b.key)));
    out
}

fn title(stem: &Name, kind: &str) -> Name {
    match kind {
        "pri" => stem.with("小学", "Primary School"),
        "jun" => stem.with("初级中学", "Junior Secondary School"),
        "sen" => stem.with("高级中学", "Senior Secondary School"),
        _ => stem.with("学校", "School"),
    }
}

/// Classes and places that fit the land.
fn size(plan: &Plan<'_>) -> (i64, i64) {
    let (step, each) = match plan.kind {
        "pri" => (6, 6 * 45),
        "nine" => (9, 6 * 45 + 3 * 50),
        _ => (6, 6 * 50),
    };
    // About 11 square metres a pupil here, where land is scarce.
    let most = if plan.kind == "nine" { 8 } else { 10 };
    let times = (plane::area(&plan.parcel.ring) / 11.0 / each as f64).round() as i64;
    let times = times.clamp(3, most);
    (step * times, each * times)
}

/// The versions: first day, the day after the last, status, the opening planned then.
type Stage = (Day, Option<Day>, &'static str, i32);

fn stages(sheet: &Sheet<'_>, plan: &Plan<'_>) -> Vec<Stage> {
    let mut random = sheet.random.named(&plan.key).of(7);
    let opens = september(plan.opens);
    let lead = random.whole(1_200, 1_900) as Day;
    let begin = (opens - lead).max(plan.parcel.from + 30).max(RECORDS_BEGIN + 90);
    let over = plan.opens <= LAST;
    let end = over.then_some(opens);
    let approved = begin + (opens - begin) * random.whole(22, 38) as Day / 100;
    let building = begin + (opens - begin) * random.whole(48, 64) as Day / 100;
    // Half of them were to open a year earlier until works began.
    let slip = i32::from(random.chance(0.5) && september(plan.opens - 1) > building);
    let early = plan.opens - slip;
    let skip = random.chance(0.55);
    let mut cuts = vec![(begin, "planned", early)];
    if skip {
        cuts = vec![(begin, "approved", early)];
    } else {
        cuts.push((approved, "approved", early));
    }
    cuts.push((building, "building", plan.opens));
    let now: Vec<(Day, &'static str, i32)> =
        cuts.into_iter().filter(|(from, ..)| *from <= RECORDS_END).collect();
    let next = |i: usize| now.get(i + 1).map(|(from, ..)| *from).or(end);
    now.iter()
        .enumerate()
        .map(|(i, (from, status, year))| (*from, next(i), *status, *year))
        .filter(|(from, to, ..)| to.is_none_or(|to| to > *from))
        .collect()
}

fn add(sheet: &mut Sheet<'_>, number: usize, plan: &Plan<'_>) -> Result<(), DemoError> {
    let (classes, places) = size(plan);
    let id = sheet.number(number);
    for (from, to, status, opens) in stages(sheet, plan) {
        let row = Row::new(id.clone(), Shape::ring(plan.parcel.ring.clone()))
            .named(plan.name.clone())
            .during(from, to)
            .set("parcel_id", plan.parcel.id.clone())
            .set("kind", plan.kind)
            .set("works", plan.works)
            .set("status", status)
            .set("classes", classes)
            .set("places", places)
            .set("opens_on", Cell::Day(september(opens)));
        sheet.add(row)?;
    }
    Ok(())
}
