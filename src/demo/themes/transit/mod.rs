//! Transit: metro, buses and railways.

mod bus;
mod exits;
mod metro;
mod network;
mod rail;

use super::super::DemoError;
use super::super::sheet::Sheet;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "metro_lines" => metro::lines(sheet),
        "metro_stations" => metro::stations(sheet),
        "metro_entrances" => metro::entrances(sheet),
        "bus_routes" => bus::routes(sheet),
        "bus_stops" => bus::stops(sheet),
        "railways" => rail::railways(sheet),
        "rail_protection" => rail::protection(sheet),
        _ => Ok(()),
    }
}
