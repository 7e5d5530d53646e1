//! The economy: enterprises through their lives, what is registered of them, and statistics.

mod codes;
mod firms;
mod lists;
mod statistics;

use super::super::DemoError;
use super::super::sheet::{Row, Sheet};

pub(crate) use codes::credit_code;
pub(crate) use firms::{Firm, firms};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "enterprises" => firms::enterprises(sheet),
        "large_enterprises" => lists::large(sheet),
        "specialised" => lists::specialised(sheet),
        "registrations" => lists::registrations(sheet),
        "tax_zones" => statistics::tax_zones(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    Ok(match layer {
        "penalties" => statistics::penalty(sheet, row),
        _ => statistics::figures(sheet, layer, row),
    })
}
