//! Customs: posts and their areas, the enterprises they watch over, and what they do there.

mod control;
mod posts;
mod register;
mod routes;

use super::super::DemoError;
use super::super::land::calendar::{Day, RECORDS_END};
use super::super::land::plane;
use super::super::sheet::{Row, Shape, Sheet, Span};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "enterprises" => register::enterprises(sheet),
        "class_changes" => register::class_changes(sheet),
        "posts" => posts::posts(sheet),
        "post_areas" => posts::post_areas(sheet),
        "transit_routes" => routes::transit_routes(sheet),
        "visits" => control::visits(sheet),
        "handbooks" => control::handbooks(sheet),
        "declarations" => control::declarations(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with the post whose area it lies in.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    if !matches!(layer, "sites" | "bonded_warehouses" | "quarantine_sites") {
        return Ok(row);
    }
    let at = match &row.shape {
        Shape::Point(at) => *at,
        Shape::Polygon(polygon) => plane::inner(&polygon[0]),
        _ => return Ok(row),
    };
    let post = posts::Posts::of(sheet.city)?.at(at);
    let row = row.set("post_id", post);
    if layer != "sites" {
        return Ok(row);
    }
    // An approval is renewed until the site closes.
    let last = if let Span::Days(_, Some(to)) = row.span { to } else { RECORDS_END };
    let until = last + sheet.random.named(&row.id).whole(40, 1_000) as Day;
    Ok(row.set("licence_until_on", until))
}
