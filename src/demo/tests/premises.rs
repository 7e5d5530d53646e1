//! Industrial premises: parks, units, leases, vacancy.

use std::collections::BTreeMap;

use super::super::city::Entity;
use super::super::land::calendar::Day;
use super::super::sheet::Cell;
use super::{DATES, city, number, rows, text};

const UNITS: &str = "premises.units";
const LEASES: &str = "premises.leases";

/// The rows of a layer by the value of a column.
fn by<'e>(id: &str, rows: &'e [Entity], column: &str) -> BTreeMap<String, Vec<&'e Entity>> {
    let mut out: BTreeMap<String, Vec<&Entity>> = BTreeMap::new();
    for own in rows {
        out.entry(text(id, own, column).to_owned()).or_default().push(own);
    }
    out
}

/// Every day on which a row of these begins or ends, and the day before it.
fn days(rows: &[&Entity]) -> Vec<Day> {
    let mut out: Vec<Day> = DATES.to_vec();
    for own in rows {
        let (from, to) = own.days();
        out.extend([from - 1, from]);
        out.extend(to.map(|to| [to - 1, to]).into_iter().flatten());
    }
    out
}

#[test]
fn units_lie_on_industrial_parcels_of_their_park() {
    let city = city();
    let (units, parks) = (rows(UNITS), rows("premises.parks"));
    let mut land = BTreeMap::new();
    for building in city.buildings.iter().filter(|own| !own.unfinished) {
        land.insert(building.id.as_str(), building);
    }
    for own in units.iter() {
        let building = land[text(UNITS, own, "building_id")];
        assert!(["M1", "M0", "W0"].contains(&building.land), "{} on {}", own.id, building.land);
        assert!(building.valid(own.days().0), "{} before its building", own.id);
        let floor = number(UNITS, own, "floor");
        assert!(floor >= 1.0 && floor <= building.storeys as f64, "{} floor {floor}", own.id);
        let park = text(UNITS, own, "park_id");
        assert!(parks.iter().any(|p| p.id == park && p.valid(own.days().0)), "{} {park}", own.id);
    }
}

#[test]
fn a_buildings_units_have_no_more_than_its_floor_area() {
    let city = city();
    let units = rows(UNITS);
    let mut floors: BTreeMap<&str, f64> = BTreeMap::new();
    for building in &city.buildings {
        floors.insert(&building.id, building.floor_area());
    }
    for (building, own) in by(UNITS, &units, "building_id") {
        for day in days(&own) {
            let there = own.iter().filter(|unit| unit.valid(day));
            let sum: f64 = there.map(|unit| number(UNITS, unit, "area_m2")).sum();
            assert!(sum <= floors[building.as_str()] + 0.01, "{building} {sum}");
        }
    }
}

#[test]
fn a_unit_is_vacant_when_no_lease_holds_and_its_leases_never_overlap() {
    let (units, leases) = (rows(UNITS), rows(LEASES));
    let leases = by(LEASES, &leases, "unit_id");
    let mut ids: BTreeMap<String, Vec<&Entity>> = BTreeMap::new();
    for unit in units.iter() {
        ids.entry(unit.id.clone()).or_default().push(unit);
    }
    assert!(leases.keys().all(|unit| ids.contains_key(unit)));
    for (id, versions) in &ids {
        let own = leases.get(id).cloned().unwrap_or_default();
        let both: Vec<&Entity> = versions.iter().chain(&own).copied().collect();
        for day in days(&both) {
            let held = own.iter().filter(|lease| lease.valid(day)).count();
            let there: Vec<_> = versions.iter().filter(|unit| unit.valid(day)).collect();
            assert!(held <= 1 && there.len() <= 1, "{id} has {held} leases");
            match there.first() {
                Some(unit) => {
                    let vacant = city().value(UNITS, unit, "vacant") == &Cell::Bool(true);
                    assert_eq!(vacant, held == 0, "{id} on {day}");
                }
                None => assert_eq!(held, 0, "{id} is let on {day} and not there"),
            }
        }
    }
    let today: Vec<_> = units.iter().filter(|unit| unit.valid(DATES[4])).collect();
    let empty = today.iter().filter(|u| city().value(UNITS, u, "vacant") == &Cell::Bool(true));
    let share = empty.count() as f64 / today.len() as f64;
    assert!((0.04..0.4).contains(&share), "{share} vacant");
}

#[test]
fn a_tenant_stands_at_its_unit() {
    let city = city();
    let (units, leases, firms) = (rows(UNITS), rows(LEASES), rows("economy.enterprises"));
    let mut tenants = 0;
    for lease in leases.iter() {
        let tenant = text(LEASES, lease, "enterprise_id");
        if tenant.is_empty() {
            continue;
        }
        tenants += 1;
        let unit = text(LEASES, lease, "unit_id");
        let unit = units.iter().find(|own| own.id == unit).unwrap();
        let building = text(UNITS, unit, "building_id");
        let (from, to) = lease.days();
        for day in [from, to.map_or(DATES[4], |to| to - 1)] {
            let stands = firms.iter().any(|firm| {
                let at = city.value("economy.enterprises", firm, "building_id").text();
                firm.id == tenant && firm.valid(day) && at == building
            });
            assert!(stands, "{} has {tenant} on {day}", lease.id);
        }
    }
    assert!(tenants * 4 > leases.len(), "{tenants} tenants");
}

#[test]
fn vacancy_is_the_sum_of_the_units() {
    let (units, id) = (rows(UNITS), "premises.vacancy");
    for own in rows(id).iter() {
        let (day, park) = (own.days().0, text(id, own, "park_id"));
        let first = super::super::land::calendar::civil(day);
        let quarter = (number(id, own, "year") as i32, number(id, own, "quarter") as i32);
        assert_eq!((first.0, (first.1 - 1) / 3 + 1, first.2), (quarter.0, quarter.1, 1));
        let (mut total, mut vacant) = (0.0, 0.0);
        for unit in units.iter().filter(|u| u.valid(day) && text(UNITS, u, "park_id") == park) {
            let area = number(UNITS, unit, "area_m2");
            total += area;
            if city().value(UNITS, unit, "vacant") == &Cell::Bool(true) {
                vacant += area;
            }
        }
        assert!((number(id, own, "total_m2") - total).abs() < 0.06, "{} {total}", own.id);
        assert!((number(id, own, "vacant_m2") - vacant).abs() < 0.06, "{} {vacant}", own.id);
    }
}

#[test]
fn rents_loads_and_heights_are_those_of_the_trade() {
    let units = rows(UNITS);
    for unit in units.iter() {
        let [rent, load, height] =
            ["rent", "load", "storey_height"].map(|column| number(UNITS, unit, column));
        assert!((8.0..80.0).contains(&rent), "{} {rent}", unit.id);
        if text(UNITS, unit, "use") == "factory" {
            let ground = number(UNITS, unit, "floor") < 2.0;
            let least = if ground { [7.5, 4.5] } else { [5.0, 3.9] };
            assert!(load >= least[0] && load <= 15.0, "{} {load}", unit.id);
            assert!(height >= least[1] && height <= 7.0, "{} {height}", unit.id);
        }
    }
}
