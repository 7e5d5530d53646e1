//! Fire: stations and what they answer for, hydrants, water.

mod hydrants;
mod stations;
mod water;

use super::super::DemoError;
use super::super::sheet::{Row, Shape, Sheet};
use super::roads::near;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "stations" => stations::stations(sheet),
        "station_areas" => stations::areas(sheet),
        "hydrants" => hydrants::hydrants(sheet),
        "water_points" => water::points(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let (Shape::Point(at), day) = (&row.shape, row.span.start()) else { return Ok(row) };
    let station = match layer {
        "micro_stations" => {
            let stations = sheet.city.entities("fire.stations")?;
            near::entity(&stations, *at, |own| own.valid(day)).map(|own| own.id.clone())
        }
        "fires" => {
            let areas = sheet.city.entities("fire.station_areas")?;
            let area = near::holding(&areas, *at, day);
            area.map(|own| {
                sheet.city.value("fire.station_areas", own, "station_id").text().to_owned()
            })
        }
        _ => return Ok(row),
    };
    Ok(row.set("station_id", station))
}
