//! Place names and addresses: the streets that bear names, the doors that are numbered along them.

mod doors;
mod streets;

use std::collections::BTreeSet;

use super::super::DemoError;
use super::super::city::{City, Entity};
use super::super::land::calendar::{self, RECORDS_BEGIN};
use super::super::land::plane;
use super::super::land::random::Random;
use super::super::sheet::{Row, Shape, Sheet};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "doors" => doors::doors(sheet),
        "streets" => streets::streets(sheet),
        _ => Ok(()),
    }
}

/// The number of the street that a road bears.
pub(crate) fn street_id(way: usize) -> String {
    format!("ST{:05}", way + 1)
}

/// The number of the road that bears a street's name.
fn way_of(street: &Entity) -> usize {
    street.id.get(2..).and_then(|digits| digits.parse::<usize>().ok()).unwrap_or(0).wrapping_sub(1)
}

/// Whether a road is among the named streets, which stand in the order of roads.
pub(crate) fn is_named(streets: &[Entity], way: usize) -> bool {
    streets.binary_search_by_key(&way, way_of).is_ok()
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    Ok(match layer {
        "estates" => completed(sheet, row),
        "name_signs" => named_street(sheet.city, row)?,
        _ => row,
    })
}

/// A sign with the street of the segment that it stands at, or the nearest that has a name.
fn named_street(city: &City, row: Row) -> Result<Row, DemoError> {
    let streets = city.entities("address.streets")?;
    let number = row.get("segment_id").and_then(|id| id.text().get(1..)?.parse::<usize>().ok());
    let mut queue: Vec<usize> =
        number.and_then(|number| number.checked_sub(1)).into_iter().collect();
    let mut seen: BTreeSet<usize> = queue.iter().copied().collect();
    let mut next = 0;
    while let Some(segment) = queue.get(next).and_then(|s| city.roads.segments.get(*s)) {
        if is_named(&streets, segment.way) {
            return Ok(row.set("street_id", street_id(segment.way)));
        }
        for end in segment.ends {
            let beside = city.roads.junctions[end].segments.iter().copied();
            queue.extend(beside.filter(|other| seen.insert(*other)));
        }
        next += 1;
    }
    Ok(row)
}

/// An estate with the year of its oldest building.
fn completed(sheet: &Sheet<'_>, row: Row) -> Row {
    let city = sheet.city;
    let Shape::Polygon(polygon) = &row.shape else { return row };
    let id = row.get("parcel_id").map(|id| id.text().to_owned()).unwrap_or_default();
    let face = city.face_near(plane::inner(&polygon[0]));
    let block = city.blocks.iter().position(|block| Some(block.face) == face);
    let place = block.and_then(|block| {
        let parcels = &city.blocks[block].parcels;
        parcels.iter().position(|parcel| parcel.id == id).map(|place| [block, place])
    });
    let oldest = place.and_then(|place| {
        let finished = city.buildings_on(place).iter().filter(|own| !own.unfinished);
        finished.map(|own| own.built).min()
    });
    // Where buildings are not known one by one, the land tells how old they can be.
    let guess = || {
        let mut random = Random::new(city.options.seed, "estate years").named(&id);
        let from = place.map_or(RECORDS_BEGIN, |place| city.parcel(place).from);
        if from > RECORDS_BEGIN {
            calendar::civil(from).0 + 2
        } else {
            random.whole(1986, 2009) as i32
        }
    };
    row.set("completed_year", oldest.unwrap_or_else(guess).min(2026))
}
