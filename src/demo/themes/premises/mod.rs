//! Industrial premises: parks, the units that are let in their buildings, and who rents them.

mod leases;
mod outline;
mod parks;
mod rents;
mod rows;
mod units;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{RECORDS_BEGIN, RECORDS_END};
use super::super::land::plane::{self, Point};
use super::super::sheet::{Row, Shape, Sheet};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "parks" => parks::park_rows(sheet),
        "factory_blocks" => rows::block_rows(sheet),
        "units" => rows::unit_rows(sheet),
        "leases" => leases::lease_rows(sheet),
        "vacancy" => rows::vacancy_rows(sheet),
        "park_utilities" => parks::utility_rows(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    Ok(match layer {
        "rent_reference" => referred(sheet, row),
        "innovation_space" => innovation(sheet, row),
        "high_rise_factories" => high_rise(sheet, row),
        _ => row,
    })
}

/// The reference rents of an area: what is paid at its middle in the year.
fn referred(sheet: &Sheet<'_>, row: Row) -> Row {
    let Some(at) = row.at.or_else(|| middle(&row)) else { return row };
    let day = row.span.start();
    let seed = sheet.city.options.seed;
    let mut random = sheet.random.named(&row.id).of(day as u64);
    let mut rent = |usage| {
        let own = rents::level(seed, at, day, usage) * random.range(0.96, 1.05);
        rents::tenths(own)
    };
    let [factory, research, store] = ["factory", "rd", "store"].map(&mut rent);
    let published = day - random.whole(3, 25) as i32;
    row.set("rent", factory)
        .set("rent_rd", research)
        .set("rent_store", store)
        .set("published_on", i64::from(published))
}

/// A place in the row's polygon.
fn middle(row: &Row) -> Option<Point> {
    match &row.shape {
        Shape::Polygon(polygon) => polygon.first().map(|ring| plane::inner(ring)),
        _ => None,
    }
}

/// The floor area: a part of the building's.
fn innovation(sheet: &Sheet<'_>, row: Row) -> Row {
    let id = row.get("building_id").map(|cell| cell.text().to_owned()).unwrap_or_default();
    let mut random = sheet.random.named(&row.id);
    let floor = floor_of(sheet.city, &id).unwrap_or(6_000.0);
    let part = (floor * random.range(0.2, 0.9)).min(random.range(2_500.0, 18_000.0));
    row.set("floor_m2", (part / 10.0).ceil().min((floor / 10.0).floor()) * 10.0)
}

/// The floor area of a building: its number begins with its parcel's, that with its block's.
fn floor_of(city: &City, id: &str) -> Option<f64> {
    let face: usize = id.get(2..7)?.parse().ok()?;
    let block = city.blocks.binary_search_by_key(&face, |block| block.face).ok()?;
    let places = 0..city.blocks[block].parcels.len();
    let mut own = places.flat_map(|place| city.buildings_on([block, place]));
    own.find(|building| building.id == id).map(super::super::land::buildings::Building::floor_area)
}

/// Floor area by land, and progress that grows from version to version.
fn high_rise(sheet: &Sheet<'_>, row: Row) -> Row {
    let mut random = sheet.random.named(&row.id);
    let far = random.range(3.2, 5.5);
    let speed = random.range(0.6, 1.2);
    let since = f64::from(row.span.start() - RECORDS_BEGIN);
    let part = (since / f64::from(RECORDS_END - RECORDS_BEGIN) * speed).clamp(0.0, 1.0);
    let area = row.shape.area();
    row.set("gfa_factory", (area * far / 10.0).round() * 10.0)
        .set("progress", (part * 20.0).round() * 5.0)
}
