//! Homes that were used for a school place.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::DemoError;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::sites::{LAST, september};
use super::system::{self, System};

/// The first year with locks on record.
const FIRST: i32 = 2016;

pub(super) fn locked_homes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let system = system::of(city);
    let System { schools, years, .. } = &*system;
    let doors = city.entities("address.doors")?;
    let homes: BTreeMap<&str, &str> = city
        .buildings
        .iter()
        .filter(|own| own.to.is_none() && own.dwellings() > 0)
        .map(|own| (own.id.as_str(), own.land))
        .collect();
    let mut order: Vec<(u64, usize)> = (0..doors.len())
        .filter(|i| doors[*i].valid(september(LAST)))
        .map(|i| (sheet.random.named(&doors[i].id).next(), i))
        .collect();
    order.sort_unstable();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (_, i) in order {
        if sheet.count >= sheet.target() {
            break;
        }
        let door = &doors[i];
        let building = city.value("address.doors", door, "building_id").text();
        let (Some(land), true) = (homes.get(building), seen.insert(door.id.as_str())) else {
            continue;
        };
        let mut random = sheet.random.named(&door.id);
        let stage = if random.chance(0.74) { "pri" } else { "jun" };
        let long = if stage == "pri" { 6 } else { 3 };
        let mut year = random.whole(i64::from(FIRST), i64::from(LAST)) as i32;
        let mut round = 0;
        while year <= LAST && round < 2 {
            round += 1;
            let found = years.iter().find(|own| own.year == year).and_then(|own| {
                let face = city.face_near(door.at)?;
                let zone = own.zones(stage).get(&own.of(stage, face)?)?;
                let each = random.whole(0, zone.schools.len() as i64 - 1) as usize;
                schools.get(*zone.schools.get(each)?)
            });
            let known = door.days().0 <= september(year);
            if let Some(school) = found.filter(|_| known) {
                let weights = match *land {
                    "R4" => [0.0, 3.0, 5.0, 0.0],
                    _ => [7.0, 0.0, 2.0, 1.0],
                };
                let rights = ["owned", "self_built", "rented", "public"];
                let right = rights.get(random.weighed(weights.into_iter())).copied();
                let row = Row::new(format!("{}-{stage}-{year}", door.id), Shape::Point(door.at))
                    .during(september(year), Some(september(year + long)))
                    .set("door_id", door.id.clone())
                    .set("school_id", school.id.clone())
                    .set("stage", stage)
                    .set("school_year", year)
                    .set("right", right);
                sheet.add(row)?;
            }
            year += long + random.whole(0, 3) as i32;
        }
    }
    Ok(())
}
