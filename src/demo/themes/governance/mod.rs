//! Community governance: the rules of all scenarios, indicators and the alerts that follow from
//! them, the 12345 hotline.

mod hotline;
mod indicators;
mod rule_table;
mod rules;

use super::super::DemoError;
use super::super::sheet::{Row, Shape, Sheet};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "rules" => rules::rows(sheet),
        "indicators" => indicators::rows(sheet),
        "alerts" => indicators::alerts(sheet),
        "hotline" => hotline::rows(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let city = sheet.city;
    match (layer, &row.shape) {
        ("grid_events", Shape::Point(at)) => {
            let grids = city.entities("governance.grids")?;
            let day = row.span.start();
            let holds = |own: &&super::super::city::Entity| {
                own.valid(day)
                    && matches!(&own.shape, Shape::Polygon(rings)
                        if super::super::land::plane::inside(&rings[0], *at))
            };
            let grid = grids.iter().find(holds).map(|own| own.id.clone());
            Ok(row.set("grid_id", grid))
        }
        ("grids", Shape::Polygon(rings)) => {
            let day = row.span.start();
            let faces = (0..city.streets.mesh.len()).filter(|face| {
                let ring = city.streets.mesh.ring(*face);
                let middle = super::super::land::plane::inner(&ring);
                super::super::land::plane::inside(&rings[0], middle)
            });
            let count = city.people.sum(faces, day);
            Ok(row.set("dwellings", count.dwellings).set("residents", count.residents))
        }
        _ => Ok(row),
    }
}
