//! Major projects: plans and what was spent, slips, land, works.

use std::collections::BTreeMap;

use super::super::city::Entity;
use super::super::land::calendar::RECORDS_END;
use super::super::sheet::{Cell, Span};
use super::{city, number, rows, text};

const REGISTER: &str = "projects.register";
const MONTHLY: &str = "projects.monthly";

/// The rows of the register by project, each in their order.
fn register(rows: &[Entity]) -> BTreeMap<&str, Vec<&Entity>> {
    let mut out: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    for own in rows {
        out.entry(&own.id).or_default().push(own);
    }
    for versions in out.values_mut() {
        versions.sort_by_key(|own| own.days().0);
    }
    out
}

/// A project and a year.
type Key = (String, i64);

#[test]
fn the_months_plans_are_the_years_plan() {
    let (all, months) = (rows(REGISTER), rows(MONTHLY));
    let mut sums: BTreeMap<Key, (f64, usize)> = BTreeMap::new();
    for month in months.iter() {
        let key =
            (text(MONTHLY, month, "project_id").to_owned(), number(MONTHLY, month, "year") as i64);
        let sum = sums.entry(key).or_default();
        sum.0 += number(MONTHLY, month, "plan_wan");
        sum.1 += 1;
        assert!(number(MONTHLY, month, "plan_wan") >= 0.0, "{}", month.id);
    }
    let mut seen = 0;
    for own in all.iter() {
        let year = number(REGISTER, own, "year") as i64;
        if year < 2024 {
            continue;
        }
        seen += 1;
        let (sum, count) = sums[&(own.id.clone(), year)];
        assert_eq!((sum, count), (number(REGISTER, own, "year_plan_wan"), 12), "{} {year}", own.id);
    }
    assert!(seen > 60 && sums.len() > 60, "{seen}");
}

#[test]
fn nothing_is_spent_in_preparation_nor_more_than_a_tenth_above_the_total() {
    let (all, months) = (rows(REGISTER), rows(MONTHLY));
    let projects = register(&all);
    let mut spent: BTreeMap<&str, f64> = BTreeMap::new();
    let mut reported = 0;
    for month in months.iter() {
        let Some(actual) = city().value(MONTHLY, month, "actual_wan").number() else { continue };
        reported += 1;
        let project = text(MONTHLY, month, "project_id");
        let Span::Between(_, last) = month.span else { panic!("{} is no month", month.id) };
        assert!(last <= RECORDS_END && actual >= 0.0, "{}", month.id);
        let known = projects[project].iter().rfind(|own| own.days().0 <= last).unwrap();
        assert_ne!(text(REGISTER, known, "stage"), "prep", "{} {project}", month.id);
        *spent.entry(project).or_default() += actual;
    }
    assert!(reported * 3 > months.len(), "{reported} reported");
    for (project, sum) in spent {
        let versions = &projects[project];
        let first = versions.iter().find(|own| number(REGISTER, own, "year") >= 2024.0).unwrap();
        let before = number(REGISTER, first, "invested_wan");
        let total = number(REGISTER, first, "total_wan");
        assert!(before + sum <= total * 1.1, "{project}: {before} + {sum} of {total}");
    }
}

#[test]
fn a_slip_is_a_version_and_stages_go_forward() {
    let all = rows(REGISTER);
    let order = ["prep", "new", "cont", "done"];
    let place = |own: &Entity| order.iter().position(|s| *s == text(REGISTER, own, "stage"));
    let mut slips = 0;
    for (id, versions) in register(&all) {
        for pair in versions.windows(2) {
            let planned =
                [0, 1].map(|i| city().value(REGISTER, pair[i], "finish_planned_on").clone());
            let [Cell::Day(before), Cell::Day(after)] = planned else { panic!("{id}") };
            assert!(after >= before, "{id}");
            slips += usize::from(after > before);
            assert!(place(pair[0]).unwrap() <= place(pair[1]).unwrap(), "{id}");
            assert_eq!(pair[0].days().1, Some(pair[1].days().0), "{id} has a gap");
        }
        for own in versions {
            let stage = text(REGISTER, own, "stage");
            let null = |column| city().value(REGISTER, own, column) == &Cell::Null;
            assert_eq!(stage == "prep", null("start_actual_on"), "{id} {stage}");
            assert_eq!(stage != "done", null("finish_actual_on"), "{id} {stage}");
            let welfare = text(REGISTER, own, "class") == "welfare";
            let least = if welfare { 5_000.0 } else { 10_000.0 };
            assert!(number(REGISTER, own, "total_wan") >= least, "{id}");
        }
    }
    assert!(slips > 8, "{slips} slips");
}

#[test]
fn renewal_projects_are_units_that_have_a_body() {
    let (all, units) = (rows(REGISTER), rows("renewal.units"));
    let mut seen = 0;
    for own in all.iter() {
        let unit = text(REGISTER, own, "unit_id");
        assert_eq!(text(REGISTER, own, "class") == "renewal", !unit.is_empty(), "{}", own.id);
        if unit.is_empty() {
            continue;
        }
        seen += 1;
        let day = own.days().0;
        let held = units.iter().find(|row| row.id == unit && row.valid(day)).unwrap();
        let stage = text("renewal.units", held, "stage");
        assert!(!["listed", "planned", "lapsed"].contains(&stage), "{} {stage}", own.id);
    }
    assert!(seen > 3, "{seen}");
}

#[test]
fn what_belongs_to_a_project_lies_in_its_time() {
    let all = rows(REGISTER);
    let projects = register(&all);
    for id in ["projects.sites", "projects.linear_works", "projects.construction_sites"] {
        for own in rows(id).iter() {
            let project = &projects[text(id, own, "project_id")];
            let end = project[project.len() - 1].days().1.unwrap_or(i32::MAX);
            assert!(own.days().1.unwrap_or(end) <= end, "{id} {}", own.id);
        }
    }
    for id in [MONTHLY, "projects.milestones", "projects.issues"] {
        for own in rows(id).iter() {
            let project = &projects[text(id, own, "project_id")];
            assert!(own.span.start() >= project[0].days().0, "{id} {}", own.id);
        }
    }
}

#[test]
fn some_streets_are_dug_twice() {
    let id = "projects.linear_works";
    let works = rows(id);
    let twice = works.iter().filter(|own| {
        works.iter().any(|other| {
            let apart = text(id, own, "project_id") != text(id, other, "project_id");
            let same = text(id, own, "segment_id") == text(id, other, "segment_id");
            apart && same
        })
    });
    assert!(twice.count() >= 4);
}
