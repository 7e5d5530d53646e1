//! What projects reach, what holds them up, and their building sites.

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::plane::{self, metres};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::list::{Project, projects, within_records, year_of};

/// The day since which building sites are registered.
const SITES_SINCE: Day = calendar::day(2022, 1, 1);

/// The rows of `projects.milestones`: what was reached since the project was listed.
pub(super) fn milestones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let mut number = 0;
    for own in projects(sheet.city)? {
        let course = &own.course;
        let mut random = own.random.of(800);
        let first = course.planned(course.listed);
        let (work, planned) = (course.finish - course.start, first - course.start_planned);
        let part = |share: f64| {
            let at = |start: Day, days: Day| start + (f64::from(days) * share) as Day;
            (at(course.start, work), at(course.start_planned, planned))
        };
        let approval = course.listed + random.whole(15, 90) as Day;
        let permit = random.whole(4, 30) as Day;
        let steps = [
            ("approved", approval.min(course.start - 40), course.listed + 45),
            ("permit", course.start - permit, course.start_planned - 15),
            ("start", course.start, course.start_planned),
            ("topped", part(0.62).0, part(0.62).1),
            ("finish", course.finish, first),
        ];
        for (kind, day, planned) in steps {
            if day < course.listed || day > RECORDS_END {
                continue;
            }
            number += 1;
            let row = Row::new(sheet.number(number), Shape::Point(own.at))
                .span(Span::Between(day, day))
                .set("project_id", own.id.clone())
                .set("kind", kind)
                .set("planned_on", i64::from(planned))
                .set("late_days", i64::from(day - planned))
                .set("document_no", document(kind, day, &mut random));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The number of the paper that says so.
fn document(kind: &str, day: Day, random: &mut Random) -> String {
    let office = match kind {
        "approved" => "深龙发改",
        "permit" | "start" => "深龙住建许",
        _ => "深龙建验",
    };
    format!("{office}〔{}〕{}号", year_of(day), random.whole(3, 480))
}

/// The rows of `projects.issues`: before each slip what led to it, and others.
pub(super) fn issues(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let target = sheet.target();
    let projects = projects(sheet.city)?;
    let mut all: Vec<(Day, Day, &Project, &'static str)> = Vec::new();
    for own in &projects {
        let mut random = own.random.of(900);
        for (told, _) in own.course.finishes.iter().skip(1) {
            let from = told - random.whole(40, 160) as Day;
            if from >= own.course.listed && from <= RECORDS_END - 5 {
                let kind = *random.pick(&["land", "land", "approval", "approval", "fund", "other"]);
                all.push((from, told + random.whole(5, 90) as Day, own, kind));
            }
        }
    }
    for round in 0..40_u64 {
        for own in &projects {
            let mut random = own.random.of(1_000 + round);
            let last = own.course.finish.min(RECORDS_END - 5);
            if all.len() >= target || last <= own.course.listed || random.chance(0.6) {
                continue;
            }
            let from = random.whole(own.course.listed.into(), last.into()) as Day;
            let early = from < own.course.start;
            let kinds =
                if early { ["land", "approval", "approval"] } else { ["other", "fund", "land"] };
            all.push((from, from + random.whole(14, 170) as Day, own, *random.pick(&kinds)));
        }
    }
    all.sort_by(|a, b| (a.0, &a.2.id, a.1).cmp(&(b.0, &b.2.id, b.1)));
    for (number, (from, to, own, kind)) in all.into_iter().enumerate() {
        let open = to > RECORDS_END;
        let row = Row::new(sheet.number(number + 1), Shape::Point(own.at))
            .span(Span::Between(from, to.min(RECORDS_END)))
            .set("project_id", own.id.clone())
            .set("kind", kind)
            .set("status", if open { "open" } else { "closed" });
        sheet.add(row)?;
    }
    Ok(())
}

/// The rows of `projects.construction_sites`: the sites of projects under way since they
/// are registered, a version a phase.
pub(super) fn construction_sites(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    for own in projects(city)? {
        let (Some(start), true) = (own.started(), own.street.is_none()) else { continue };
        let since = own.course.listed.max(SITES_SINCE);
        number += 1;
        let mut random = own.random.of(1_100);
        let days = f64::from(own.course.finish - start);
        let at = |share: f64| start + (days * share) as Day;
        let phases = [
            ("ground", start, at(0.28)),
            ("structure", at(0.28), at(0.7)),
            ("finish", at(0.7), own.course.finish),
        ];
        let by = [random.range(-8.0, 8.0), random.range(-8.0, 8.0)].map(metres);
        let place = plane::moved(own.at, by);
        let pit = (random.about([2.0, 7.0, 18.0]) * 10.0).round() / 10.0;
        let crew = (own.total / 260.0).clamp(25.0, 900.0);
        let cranes = (own.total / 18_000.0).round().clamp(1.0, 9.0);
        let permit = format!("SG{}-{:04}", year_of(start), random.whole(1, 9_999));
        let grade = match own.total {
            total if total > 150_000.0 || pit > 14.0 => "high",
            total if total > 50_000.0 || pit > 8.0 => "mid",
            _ => "low",
        };
        for (phase, from, to) in phases {
            if from > RECORDS_END || to <= since || to <= from {
                continue;
            }
            let (men, lifting) = match phase {
                "ground" => (0.5, 0.3),
                "structure" => (1.0, 1.0),
                _ => (0.75, 0.2),
            };
            let men = (crew * men * random.range(0.85, 1.15)).round();
            let row = Row::new(sheet.number(number), Shape::Point(place))
                .named(own.name.with("工地", "Site"))
                .span(within_records(from.max(since), to))
                .set("project_id", own.id.clone())
                .set("permit_no", permit.clone())
                .set("phase", phase)
                .set("workers", men)
                .set("tower_cranes", (cranes * lifting).round())
                .set("pit_depth", pit)
                .set("grade", grade);
            sheet.add(row)?;
        }
    }
    Ok(())
}
