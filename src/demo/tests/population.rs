//! People: what is counted twice agrees.

use std::collections::BTreeMap;

use super::super::city::Entity;
use super::super::sheet::Cell;
use super::{city, number, rows, text};

const BY_COMMUNITY: &str = "population.by_community";
const GRID: &str = "population.grid_500m";

/// Rows by their number; a row that was cut where an area changed counts once.
fn once(id: &str) -> BTreeMap<String, usize> {
    rows(id).iter().enumerate().map(|(i, own)| (own.id.clone(), i)).collect()
}

/// Sums by year of a column, each number once; and rows without a value.
fn sums(id: &str, column: &str) -> BTreeMap<i64, (f64, usize)> {
    let list = rows(id);
    let mut out: BTreeMap<i64, (f64, usize)> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for own in list.iter() {
        let year = number(id, own, "year") as i64;
        if !seen.insert((own.id.clone(), year)) {
            continue;
        }
        let sum = out.entry(year).or_default();
        match city().value(id, own, column) {
            Cell::Null => sum.1 += 1,
            cell => sum.0 += cell.number().unwrap(),
        }
    }
    out
}

fn adds_up(id: &str, own: &Entity, whole: &str, parts: &[&str]) {
    let sum: f64 = parts.iter().map(|part| number(id, own, part)).sum();
    assert_eq!(number(id, own, whole), sum, "{id} {} {whole}", own.id);
    assert!(parts.iter().all(|part| number(id, own, part) >= 0.0), "{id} {}", own.id);
}

#[test]
fn residents_are_registered_and_migrants() {
    for own in rows(BY_COMMUNITY).iter() {
        adds_up(BY_COMMUNITY, own, "residents", &["registered", "migrants"]);
        adds_up(BY_COMMUNITY, own, "residents", &["male", "female"]);
    }
    for own in rows(GRID).iter() {
        let value = |column| city().value(GRID, own, column).number();
        if let (Some(registered), Some(migrants)) = (value("registered"), value("migrants")) {
            assert_eq!(value("residents"), Some(registered + migrants), "{}", own.id);
        }
    }
    for own in rows("population.census").iter() {
        let id = "population.census";
        adds_up(id, own, "residents", &["male", "female"]);
        adds_up(id, own, "residents", &["age_0_14", "age_15_59", "age_60_up"]);
        assert!(number(id, own, "registered") <= number(id, own, "residents"));
    }
}

#[test]
fn grids_and_communities_sum_alike_and_below_ten_is_hidden() {
    let (grid, communities) = (sums(GRID, "residents"), sums(BY_COMMUNITY, "residents"));
    assert!(!grid.is_empty());
    for (year, (sum, hidden)) in grid {
        let (whole, _) = communities[&year];
        let rest = whole - sum;
        assert!((0.0..=9.0 * hidden as f64).contains(&rest), "{year}: {rest} in {hidden} cells");
    }
    for own in rows(GRID).iter() {
        for column in ["residents", "registered", "migrants"] {
            let value = city().value(GRID, own, column).number();
            assert!(value.is_none_or(|value| value >= 10.0), "{} {column}", own.id);
        }
        let none = *city().value(GRID, own, "residents") == Cell::Null;
        assert_eq!(*city().value(GRID, own, "hidden"), Cell::Bool(none), "{}", own.id);
    }
}

#[test]
fn a_community_has_as_many_people_in_every_layer() {
    let by = once(BY_COMMUNITY);
    let all = rows(BY_COMMUNITY);
    for (id, column) in
        [("population.migrants", "migrants"), ("population.households", "registered")]
    {
        for own in rows(id).iter() {
            let same = &all[by[&own.id]];
            assert_eq!(number(id, own, column), number(BY_COMMUNITY, same, column), "{}", own.id);
        }
    }
    for own in all.iter() {
        let sum: f64 = city()
            .areas
            .communities
            .iter()
            .filter(|c| own.id.starts_with(&c.id) && own.valid(c.from.max(own.days().0)))
            .filter(|c| c.from <= own.days().0 && c.to.is_none_or(|to| own.days().0 < to))
            .flat_map(|c| c.holds.iter().flat_map(|today| city().faces_of(*today)))
            .map(|face| city().people.at(*face, own.days().0).residents)
            .sum();
        assert_eq!(number(BY_COMMUNITY, own, "residents"), sum, "{}", own.id);
    }
}

#[test]
fn parts_of_migrants_households_births_and_day_add_up() {
    for own in rows("population.migrants").iter() {
        let id = "population.migrants";
        adds_up(id, own, "migrants", &["in_province", "out_province"]);
        adds_up(id, own, "migrants", &["under_6_months", "over_6_months"]);
        assert!(number(id, own, "permits") <= number(id, own, "over_6_months"));
    }
    for own in rows("population.households").iter() {
        let parts = ["family_households", "collective_households"];
        adds_up("population.households", own, "households", &parts);
    }
    for own in rows("population.births").iter() {
        adds_up("population.births", own, "births", &["boys", "girls"]);
        adds_up("population.births", own, "births", &["registered", "other"]);
    }
    for own in rows("population.day_night").iter() {
        let value = |column| number("population.day_night", own, column);
        let day = value("night_population") - value("outflow") + value("inflow");
        assert_eq!(value("day_population"), day, "{}", own.id);
    }
    for own in rows("population.commuting").iter() {
        let id = "population.commuting";
        let shares = ["metro_share", "bus_share", "car_share", "walk_share"];
        let sum: f64 = shares.iter().map(|share| number(id, own, share)).sum();
        assert!((sum - 100.0).abs() < 0.01, "{} {sum}", own.id);
        assert_ne!(text(id, own, "from_id"), text(id, own, "to_id"));
    }
}

#[test]
fn children_grow_older_and_few_move() {
    let id = "population.children_by_age";
    let all = rows(id);
    let by = once(id);
    let (mut moved, mut count) = (0, 0);
    for own in all.iter() {
        let (community, year) = own.id.split_once('-').unwrap();
        let year: i32 = year.parse().unwrap();
        let Some(next) = by.get(&format!("{community}-{}", year + 1)) else { continue };
        for age in 0..14 {
            let now = number(id, own, &format!("age_{age}"));
            let then = number(id, &all[*next], &format!("age_{}", age + 1));
            moved += usize::from((now - then).abs() > now * 0.2 + 4.0);
            count += 1;
        }
    }
    // Where a village is cleared, its children go.
    assert!(moved * 50 < count, "{moved} of {count}");
}
