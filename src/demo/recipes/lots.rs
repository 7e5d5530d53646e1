//! Things on parcels and in buildings.

use super::super::DemoError;
use super::super::land::calendar::Day;
use super::super::land::plane::{self, Point, Ring};
use super::super::schema::Life;
use super::super::sheet::{Row, Shape, Sheet};
use super::super::themes;
use super::{life, title};

/// Whether the list names it, or is empty.
fn among(list: &[String], what: &str) -> bool {
    list.is_empty() || list.iter().any(|own| own == what)
}

/// The parcels of these uses in an order of chance.
fn pool(sheet: &Sheet<'_>, on: &[String], zone: &[String]) -> Vec<[usize; 2]> {
    let city = sheet.city;
    let fits = |(_, parcel): &([usize; 2], &super::super::land::parcels::Parcel)| {
        among(on, parcel.usage) && among(zone, city.streets.zones[parcel.face].code())
    };
    let mut pool: Vec<[usize; 2]> = city.parcels().filter(fits).map(|(place, _)| place).collect();
    if pool.is_empty() {
        // A small part of the city has none of them: anything built on will do.
        pool = city.parcels().filter(|(_, p)| p.usage != "E2").map(|(place, _)| place).collect();
    }
    sheet.random.of(1).shuffle(&mut pool);
    pool
}

/// Points on parcels.
pub(crate) fn sites(
    sheet: &mut Sheet<'_>,
    on: &[String],
    zone: &[String],
    how: &Life,
) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let pool = pool(sheet, on, zone);
    let mut number = 0;
    while sheet.count < target {
        let place = pool[number % pool.len()];
        let parcel = city.parcel(place);
        let mut random = sheet.random.of(number as u64 + 16);
        number += 1;
        let buildings = city.buildings_on(place);
        let home = (!buildings.is_empty()).then(|| random.pick(buildings));
        let at = match home {
            Some(building) => within(&building.ring, 0.5, &mut random),
            None => within(&parcel.ring, 0.55, &mut random),
        };
        let name = title(city, sheet.layer, at, number, &mut random);
        for (from, to) in life(how, (parcel.from, parcel.to), &mut random) {
            let mut row = row(sheet, number, Shape::Point(at), (from, to)).named(name.clone());
            row = fill(sheet, row, "parcel_id", &parcel.id);
            if let Some(building) = home {
                row = fill(sheet, row, "building_id", &building.id);
            }
            let row = themes::complete(sheet, row)?;
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Points in buildings.
pub(crate) fn buildings(
    sheet: &mut Sheet<'_>,
    usage: &[String],
    zone: &[String],
    how: &Life,
) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let fits = |i: &usize| {
        let building = &city.buildings[*i];
        let parcel = city.parcel(building.parcel);
        !building.unfinished
            && among(usage, building.usage)
            && among(zone, city.streets.zones[parcel.face].code())
    };
    let mut pool: Vec<usize> = (0..city.buildings.len()).filter(fits).collect();
    if pool.is_empty() {
        pool = (0..city.buildings.len()).collect();
    }
    sheet.random.of(1).shuffle(&mut pool);
    let mut number = 0;
    while sheet.count < target {
        let building = &city.buildings[pool[number % pool.len()]];
        let mut random = sheet.random.of(number as u64 + 16);
        number += 1;
        let at = within(&building.ring, 0.6, &mut random);
        let name = title(city, sheet.layer, at, number, &mut random);
        for (from, to) in life(how, (building.from, building.to), &mut random) {
            let mut row = row(sheet, number, Shape::Point(at), (from, to)).named(name.clone());
            row = fill(sheet, row, "building_id", &building.id);
            row = fill(sheet, row, "parcel_id", &city.parcel(building.parcel).id);
            let row = themes::complete(sheet, row)?;
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Whole parcels, or a part of each.
pub(crate) fn lots(
    sheet: &mut Sheet<'_>,
    on: &[String],
    zone: &[String],
    share: f64,
    how: &Life,
) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut number = 0;
    let pool = pool(sheet, on, zone);
    // A layer of large things takes the larger parcels first, one of parts takes any.
    for place in pool {
        if sheet.count >= target {
            break;
        }
        let parcel = city.parcel(place);
        let mut random = sheet.random.of(number as u64 + 16);
        number += 1;
        let ring =
            if share < 1.0 { shrunk(&parcel.ring, share.sqrt()) } else { parcel.ring.clone() };
        let at = plane::inner(&ring);
        let name = title(city, sheet.layer, at, number, &mut random);
        for (from, to) in life(how, (parcel.from, parcel.to), &mut random) {
            let shape = Shape::ring(ring.clone());
            let row = row(sheet, number, shape, (from, to)).named(name.clone());
            let row = fill(sheet, row, "parcel_id", &parcel.id);
            let row = themes::complete(sheet, row)?;
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A row in the layer's temporal kind.
fn row(sheet: &Sheet<'_>, number: usize, shape: Shape, (from, to): (Day, Option<Day>)) -> Row {
    use super::super::sheet::Span;
    use crate::time::TemporalKind;
    let span = match sheet.layer.temporal {
        TemporalKind::None => Span::Always,
        TemporalKind::State => Span::Days(from, to),
        TemporalKind::Event => Span::Between(from, to.map_or(from + 180, |to| to.min(from + 180))),
    };
    Row::new(sheet.number(number), shape).span(span)
}

/// The row with a key, if the layer has that column.
pub(crate) fn fill(sheet: &Sheet<'_>, row: Row, column: &'static str, key: &str) -> Row {
    let has = sheet.layer.columns.iter().any(|own| own.name == column);
    if has && row.get(column).is_none() { row.set(column, key.to_owned()) } else { row }
}

/// A point in the ring, on the way from a middle to a corner.
fn within(ring: &[Point], most: f64, random: &mut super::super::land::random::Random) -> Point {
    let middle = plane::inner(ring);
    let corner = *random.pick(ring);
    let at = plane::between(middle, corner, random.range(0.0, most));
    if plane::inside(ring, at) { at } else { middle }
}

/// The ring drawn towards its middle.
fn shrunk(ring: &[Point], by: f64) -> Ring {
    let middle = plane::inner(ring);
    let small: Ring = ring.iter().map(|p| plane::between(middle, *p, by)).collect();
    let inside = small.iter().all(|p| plane::inside(ring, *p));
    if inside { small } else { ring.to_vec() }
}
