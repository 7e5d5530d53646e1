//! Major projects: what is planned, where it lies, what is spent on it, and what holds it up.

mod happen;
mod list;
mod plan;
mod rows;

use super::super::DemoError;
use super::super::sheet::Sheet;

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "register" => rows::register(sheet),
        "sites" => rows::sites(sheet),
        "linear_works" => rows::linear_works(sheet),
        "monthly" => rows::monthly(sheet),
        "milestones" => happen::milestones(sheet),
        "issues" => happen::issues(sheet),
        "construction_sites" => happen::construction_sites(sheet),
        _ => Ok(()),
    }
}
