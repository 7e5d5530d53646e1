//! Parking: how full car parks are, and what grade fuel stations have.

use super::super::DemoError;
use super::super::sheet::{Row, Sheet, Span};

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    match layer {
        "fuel_stations" => Ok(graded(sheet, row)),
        "occupancy" => occupied(sheet, row),
        _ => Ok(row),
    }
}

/// Tanks, and the grade that follows from them.
fn graded(sheet: &Sheet<'_>, row: Row) -> Row {
    let mut random = sheet.random.named(&row.id);
    let tanks = (random.about([60.0, 110.0, 210.0]) / 10.0).round() * 10.0;
    let grade = match tanks {
        t if t <= 90.0 => "3",
        t if t <= 150.0 => "2",
        _ => "1",
    };
    row.set("tank_m3", tanks).set("grade", grade)
}

/// Spaces taken in an hour: homes fill by night, shops and offices by day.
fn occupied(sheet: &Sheet<'_>, row: Row) -> Result<Row, DemoError> {
    let id = "parking.lots";
    let key = row.get("lot_id").map(|cell| cell.text().to_owned()).unwrap_or_default();
    let lots = sheet.city.entities(id)?;
    let lot = lots.iter().rfind(|own| own.id == key);
    let places = lot.and_then(|own| sheet.city.value(id, own, "places").number()).unwrap_or(100.0);
    let at = if let Span::Minutes(at, _) = row.span { at } else { 0 };
    let hour = at.rem_euclid(1440) as f64 / 60.0;
    let home = sheet.random.named(&key).chance(0.45);
    let peak = if home { 1.0 } else { 14.0 };
    let turn = libm::cos((hour - peak) / 24.0 * std::f64::consts::TAU);
    let mut random = sheet.random.named(&row.id);
    let rate = (0.58 + 0.3 * turn + random.range(-0.08, 0.08)).clamp(0.05, 0.995);
    let taken = (places * rate).round();
    let turnover = places * random.range(0.06, 0.22) * (1.2 - turn.abs() * 0.5);
    Ok(row
        .set("places", places)
        .set("occupied", taken)
        .set("rate", (taken / places.max(1.0) * 1000.0).round() / 10.0)
        .set("entered", turnover.round()))
}
