//! The rows of buildings, units and vacancies.

use std::collections::BTreeMap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::recipes::{self, Step};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::parks::INDUSTRY;
use super::rents;
use super::units::{Unit, building_kind, units};

/// The rows of `premises.units`: one a time in which it is let, or stands empty.
pub(super) fn unit_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (parks, units) = units(city)?;
    for unit in &units {
        let building = &city.buildings[unit.building];
        let Some(park) = parks.get(unit.park) else { continue };
        let fit = Fit::of(unit, &sheet.random);
        let lift = lift(&building.id, building.storeys, &sheet.random);
        let name = Name::new(
            format!("{}{}栋{}层{}号", park.name.zh, house(&building.id), unit.floor, unit.place),
            format!("{} {}-{}-{}", park.name.en, house(&building.id), unit.floor, unit.place),
        );
        for (from, to, lease) in unit.spans() {
            let free = lease.map_or(from, |lease| lease.ends + 1);
            let row = Row::new(unit.id.clone(), Shape::Point(unit.at))
                .named(name.clone())
                .during(from, to)
                .set("building_id", building.id.clone())
                .set("park_id", park.id.clone())
                .set("floor", unit.floor)
                .set("area_m2", unit.area)
                .set("use", unit.usage)
                .set("load", fit.load)
                .set("storey_height", fit.height)
                .set("lift_t", lift)
                .set("power_kva", fit.power)
                .set("fire_class", fit.fire)
                .set("rent", unit.rent(city, from))
                .set("vacant", lease.is_none())
                .set("free_on", i64::from(free));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The number of a building on its parcel.
fn house(id: &str) -> &str {
    id.rsplit_once('B').map_or("01", |(_, number)| number)
}

/// Tonnes of a building's goods lift.
fn lift(building: &str, storeys: i64, random: &Random) -> f64 {
    let mut random = random.named("lift").named(building);
    if storeys < 2 { 0.0 } else { *random.pick(&[2.0, 2.0, 3.0, 3.0, 5.0]) }
}

/// What a unit is built for.
struct Fit {
    load: f64,
    height: f64,
    power: i64,
    fire: &'static str,
}

impl Fit {
    fn of(unit: &Unit, random: &Random) -> Self {
        let mut random = random.named("fit").named(&unit.id);
        let ground = unit.floor == 1;
        let (load, height, each) = match (unit.usage, ground) {
            ("factory" | "store", true) => (random.range(7.5, 15.0), random.range(4.5, 7.0), 0.09),
            ("factory" | "store", false) => (random.range(5.0, 10.0), random.range(3.9, 5.4), 0.08),
            ("rd", true) => (random.range(5.0, 8.0), random.range(4.5, 6.0), 0.07),
            ("rd", false) => (random.range(3.0, 6.0), random.range(3.6, 4.5), 0.06),
            _ => (random.range(2.0, 2.5), random.range(3.0, 3.4), 0.025),
        };
        let each = if unit.usage == "store" { 0.02 } else { each };
        let fire = match unit.usage {
            "store" => *random.pick(&["丙", "丙", "丁", "戊", "乙"]),
            "rd" => *random.pick(&["丙", "丁", "丁", "戊"]),
            "dorm" => "戊",
            _ if ground && random.chance(0.06) => "甲",
            _ => *random.pick(&["丙", "丙", "丙", "丁", "丁", "乙", "戊"]),
        };
        let power = unit.area * each * random.range(0.7, 1.4);
        Self {
            load: rents::halves(load),
            height: rents::tenths(height),
            power: ((power / 5.0).round().max(2.0) * 5.0) as i64,
            fire,
        }
    }
}

/// The rows of `premises.vacancy`: sums over the units of each park on each quarter's first day.
pub(super) fn vacancy_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let (parks, units) = units(city)?;
    let mut by_park: BTreeMap<usize, Vec<&Unit>> = BTreeMap::new();
    for unit in &units {
        by_park.entry(unit.park).or_default().push(unit);
    }
    let quarters = (target as f64 / by_park.len().max(1) as f64).round().max(1.0) as usize;
    let mut number = 0;
    for (from, next, _) in recipes::periods(Step::Quarter, quarters) {
        for (park, own) in &by_park {
            let Some(park) = parks.get(*park) else { continue };
            let there: Vec<&&Unit> = own.iter().filter(|unit| unit.valid(from)).collect();
            if there.is_empty() {
                continue;
            }
            number += 1;
            let sum = |only_empty: bool| {
                let counted = there.iter().filter(|u| !only_empty || u.lease(from).is_none());
                rents::tenths(counted.fold(0.0, |sum, unit| sum + unit.area))
            };
            let (total, vacant) = (sum(false), sum(true));
            let rents: f64 = there.iter().map(|u| u.area * asked(city, u, from)).sum();
            let row = Row::new(sheet.number(number), Shape::Point(park.at))
                .span(recipes::span_of(sheet, (from, next)))
                .set("park_id", park.id.clone())
                .set("units", there.len())
                .set("total_m2", total)
                .set("vacant_m2", vacant)
                .set("vacancy", rents::tenths(vacant / total * 100.0))
                .set("mean_rent", (rents / total * 100.0).round() / 100.0);
            let row = recipes::dated(sheet, row, from);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// What a unit's version of a day asks for.
fn asked(city: &City, unit: &Unit, day: Day) -> f64 {
    let spans = unit.spans();
    let own = spans.iter().find(|(from, to, _)| *from <= day && to.is_none_or(|to| day < to));
    unit.rent(city, own.map_or(day, |(from, ..)| *from))
}

/// The rows of `premises.factory_blocks`: the buildings that have units, then others.
pub(super) fn block_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let (parks, units) = units(city)?;
    let order = ordered(sheet, &units);
    let mut park_of = rustc_hash::FxHashMap::default();
    for park in &parks {
        for place in park.versions.iter().flat_map(|version| version.parcels.iter()) {
            park_of.insert(*place, park);
        }
    }
    for (number, i) in order.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let building = &city.buildings[i];
        let mut random = sheet.random.named(&building.id);
        let kind = building_kind(building, city.options.seed);
        let park = park_of.get(&building.parcel);
        let at = plane::inner(&building.ring);
        let name = match park {
            Some(park) => {
                let number = house(&building.id);
                park.name.with(&format!("{number}栋"), &format!("Block {number}"))
            }
            None => recipes::title(city, sheet.layer, at, number, &mut random),
        };
        let structure = structure(building, &mut random);
        let end = building.to.unwrap_or(RECORDS_END);
        let early = building.from.max(calendar::day(2012, 1, 1)) + 900;
        let cut = (early + 300 < end && random.chance(0.22))
            .then(|| random.whole(early.into(), i64::from(end) - 100) as Day);
        let grades = if building.built < 2000 { ["B", "C"] } else { ["A", "B"] };
        let spans = match cut {
            Some(cut) => vec![(building.from, Some(cut)), (cut, building.to)],
            None => vec![(building.from, building.to)],
        };
        for (version, (from, to)) in spans.into_iter().enumerate() {
            let row = Row::new(sheet.number(number + 1), Shape::Point(at))
                .named(name.clone())
                .during(from, to)
                .set("building_id", building.id.clone())
                .set("parcel_id", city.parcel(building.parcel).id.clone())
                .set("park_id", park.map(|park| park.id.clone()))
                .set("kind", kind)
                .set("storeys", building.storeys)
                .set("floor_m2", building.floor_area())
                .set("built_year", building.built)
                .set("structure", structure)
                .set("fire_grade", if structure == "brick" { "3" } else { "2" })
                .set("safety_grade", grades[version.min(1)]);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The buildings of industry: those with units, then others in an order of chance.
fn ordered(sheet: &Sheet<'_>, units: &[Unit]) -> Vec<usize> {
    let city = sheet.city;
    let mut order: Vec<usize> = units.iter().map(|unit| unit.building).collect();
    order.sort_unstable();
    order.dedup();
    let fits = |i: &usize| {
        let own = &city.buildings[*i];
        !own.unfinished && INDUSTRY.contains(&own.land) && order.binary_search(i).is_err()
    };
    let mut rest: Vec<usize> = (0..city.buildings.len()).filter(fits).collect();
    sheet.random.of(1).shuffle(&mut rest);
    order.extend(rest);
    order
}

/// How a building is made: low halls of steel, old ones of brick.
fn structure(building: &Building, random: &mut Random) -> &'static str {
    match building.storeys {
        ..=2 if random.chance(0.6) => "steel",
        ..=4 if building.built < 1996 && random.chance(0.4) => "brick",
        _ => "frame",
    }
}
