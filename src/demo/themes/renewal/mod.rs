//! Renewal: units by stage, what they cover, what is planned, who agrees, who carries it out.

mod bodies;
mod plots;
mod units;

pub(crate) use units::{planned_far, units};

use super::super::DemoError;
use super::super::sheet::Sheet;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "units" => units::unit_rows(sheet),
        "demolition_ranges" => units::demolition_ranges(sheet),
        "unit_parcels" => units::unit_parcels(sheet),
        "public_land" => plots::public_land(sheet),
        "development_plots" => plots::development_plots(sheet),
        "consents" => bodies::consents(sheet),
        "milestones" => bodies::milestones(sheet),
        "actors" => bodies::actors(sheet),
        _ => Ok(()),
    }
}
