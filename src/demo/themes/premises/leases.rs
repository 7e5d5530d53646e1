//! Leases: units are let, given up and let anew.

use std::collections::BTreeMap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::rents;
use super::units::{Unit, units};

/// The day since which tenants are harder to find.
const SLACK: Day = calendar::day(2023, 1, 1);

/// A lease for the time it holds.
pub(super) struct Lease {
    /// First day.
    pub(super) from: Day,
    /// The day after its last.
    pub(super) to: Option<Day>,
    /// The last day agreed.
    pub(super) ends: Day,
    /// Code of its kind.
    pub(super) kind: &'static str,
    /// Yuan a square metre and month.
    pub(super) rent: f64,
    /// The enterprise that rents.
    pub(super) tenant: Option<String>,
}

/// An enterprise's stay in a building: its number, first day, day after the last.
type Stay = (String, Day, Option<Day>);

/// The enterprises of each building.
pub(super) struct Tenants {
    stays: BTreeMap<String, Vec<Stay>>,
}

impl Tenants {
    /// Of the city.
    pub(super) fn new(city: &City) -> Result<Self, DemoError> {
        let id = "economy.enterprises";
        let mut stays: BTreeMap<String, Vec<Stay>> = BTreeMap::new();
        for firm in city.entities(id)?.iter() {
            let building = city.value(id, firm, "building_id").text();
            if building.is_empty() {
                continue;
            }
            let own = stays.entry(building.to_owned()).or_default();
            let (from, to) = firm.days();
            // Versions that meet are one stay.
            match own.iter_mut().find(|stay| stay.0 == firm.id && stay.2 == Some(from)) {
                Some(stay) => stay.2 = to,
                None => own.push((firm.id.clone(), from, to)),
            }
        }
        Ok(Self { stays })
    }

    /// The enterprises in a building on a day.
    fn at(&self, building: &str, day: Day) -> Vec<&Stay> {
        let own = self.stays.get(building).into_iter().flatten();
        own.filter(|stay| stay.1 <= day && stay.2.is_none_or(|to| day < to)).collect()
    }
}

/// The leases of a unit; they never overlap, and each ends when its tenant leaves the building.
pub(super) fn of(city: &City, unit: &Unit, tenants: &Tenants) -> Vec<Lease> {
    let mut random = Random::new(city.options.seed, "premises.leases.times").named(&unit.id);
    let building = &city.buildings[unit.building].id;
    let end = unit.to.unwrap_or(RECORDS_END + 1);
    let mut out: Vec<Lease> = Vec::new();
    let mut at = unit.from;
    if random.chance(0.3) {
        at += random.whole(20, 240) as Day;
    }
    let mut again: Option<Option<String>> = None;
    while at < end {
        let years = *random.pick(&[1, 2, 2, 2, 3, 3, 5]);
        let (year, month, day) = calendar::civil(at);
        let agreed = calendar::day(year + years, month, day.min(28));
        let renewed = again.is_some();
        let tenant = again.take().unwrap_or_else(|| {
            let there = tenants.at(building, at);
            (!there.is_empty()).then(|| random.pick(&there).0.clone())
        });
        let early = random.chance(0.12);
        let mut last = if early { at + random.whole(150, 330) as Day } else { agreed };
        let leaves = tenant.as_ref().and_then(|own| {
            let there = tenants.at(building, at);
            there.into_iter().find(|stay| stay.0 == *own).and_then(|stay| stay.2)
        });
        let stays = leaves.is_none_or(|day| day > last);
        last = last.min(leaves.unwrap_or(Day::MAX)).min(unit.to.unwrap_or(Day::MAX));
        let kind = match (renewed, random.chance(0.08)) {
            (true, _) => "renewed",
            (_, true) => "sublet",
            _ => "new",
        };
        let bargain = random.range(0.9, 1.02) * if kind == "sublet" { 1.08 } else { 1.0 };
        let rent = rents::tenths(unit.rent(city, at) * bargain);
        let to = (last <= RECORDS_END).then_some(last);
        out.push(Lease { from: at, to, ends: agreed - 1, kind, rent, tenant: tenant.clone() });
        at = last;
        if stays && !early && random.chance(0.4) {
            again = Some(tenant);
        } else if random.chance(if at > SLACK { 0.62 } else { 0.46 }) {
            at += random.whole(25, if at > SLACK { 460 } else { 330 }) as Day;
        }
    }
    out
}

/// The rows of `premises.leases`.
pub(super) fn lease_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (_, units) = units(city)?;
    let mut number = 0;
    for unit in &units {
        for lease in &unit.leases {
            number += 1;
            let year = calendar::civil(lease.from).0;
            let early = lease.to.is_some_and(|to| to <= lease.ends);
            let row = Row::new(sheet.number(number), Shape::Point(unit.at))
                .during(lease.from, lease.to)
                .set("lease_no", format!("LGZL{year}-{number:05}"))
                .set("unit_id", unit.id.clone())
                .set("enterprise_id", lease.tenant.clone())
                .set("kind", lease.kind)
                .set("area_m2", unit.area)
                .set("rent", lease.rent)
                .set("ends_on", i64::from(lease.ends))
                .set("early", early);
            sheet.add(row)?;
        }
    }
    Ok(())
}
