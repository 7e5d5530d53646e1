//! School places: schools, their zones and places, who was admitted, what is planned.

mod balance;
mod changes;
mod figures;
mod groups;
mod homes;
mod places;
mod planned;
mod schools;
mod sites;
mod system;
mod walks;
mod zones;
mod zoning;

use super::super::DemoError;
use super::super::sheet::Sheet;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "schools" => schools::schools(sheet),
        "campuses" => schools::campuses(sheet),
        "places" => places::places(sheet),
        "zones_primary" => zones::zones(sheet, "pri"),
        "zones_junior" => zones::zones(sheet, "jun"),
        "super_zones" => zones::super_zones(sheet),
        "zone_schools" => zones::zone_schools(sheet),
        "locked_homes" => homes::locked_homes(sheet),
        "intake_results" => places::intake_results(sheet),
        "planned_schools" => planned::planned_schools(sheet),
        "safe_routes" => walks::safe_routes(sheet),
        _ => Ok(()),
    }
}
