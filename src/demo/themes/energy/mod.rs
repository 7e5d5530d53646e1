//! Energy: substations, and the lines between them.

mod lines;
mod substations;

use super::super::DemoError;
use super::super::sheet::{Row, Shape, Sheet};
use super::roads::near;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "power_lines" => lines::lines(sheet),
        "substations" => substations::substations(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let (Shape::Point(at), "distribution_rooms") = (&row.shape, layer) else { return Ok(row) };
    let stations = sheet.city.entities("energy.substations")?;
    let id = "energy.substations";
    let day = row.span.start();
    let fits = |own: &super::super::city::Entity| {
        own.valid(day) && sheet.city.value(id, own, "voltage").text() == "110"
    };
    let near = near::entity(&stations, *at, fits).map(|own| own.id.clone());
    Ok(row.set("substation_id", near))
}
