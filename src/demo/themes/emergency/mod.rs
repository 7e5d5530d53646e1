//! Emergency: incidents and their scenes, shelters and the ways to them, hazard sources, floods.

mod floods;
mod hazards;
mod incidents;
pub(crate) mod inside;
mod routes;
mod scenes;
mod shelters;
mod warnings;

use super::super::DemoError;
use super::super::land::calendar::{self, Day};
use super::super::sheet::{Row, Sheet};

/// The days of the rainstorms that flooded the district, the last of them the storm of
/// `sensing.rain_readings`, each with the minute of the day at which it began.
pub(super) const STORMS: [(Day, i64); 8] = [
    (calendar::day(2014, 5, 11), 7 * 60 + 20),
    (calendar::day(2016, 8, 2), 3 * 60 + 40),
    (calendar::day(2018, 8, 29), 15 * 60 + 10),
    (calendar::day(2019, 4, 11), 20 * 60 + 30),
    (calendar::day(2021, 6, 1), 5 * 60 + 50),
    (calendar::day(2022, 5, 12), 22 * 60),
    (calendar::day(2023, 9, 7), 17 * 60 + 30),
    (calendar::day(2026, 6, 30), 13 * 60 + 40),
];

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "incidents" => incidents::incidents(sheet),
        "incident_scenes" => scenes::incident_scenes(sheet),
        "shelters" => shelters::shelters(sheet),
        "hazard_buffers" => hazards::hazard_buffers(sheet),
        "warnings" => warnings::warnings(sheet),
        "evacuation_routes" => routes::evacuation_routes(sheet),
        "flood_extents" => floods::flood_extents(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    match layer {
        "hazard_sources" => Ok(hazards::source(sheet, row)),
        _ => Ok(row),
    }
}
