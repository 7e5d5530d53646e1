//! The layers that need a program of their own, by theme.

mod address;
mod admin;
mod agriculture;
mod basemap;
mod commerce;
mod culture;
mod customs;
mod drainage;
mod ecology;
mod economy;
mod education;
mod emergency;
mod energy;
mod environment;
mod fire;
mod geology;
mod governance;
mod health;
mod heritage;
mod housing;
mod labour;
mod land;
mod parking;
mod parts;
mod planning;
mod population;
mod premises;
mod projects;
mod renewal;
mod roads;
mod sanitation;
mod security;
mod sensing;
mod terrain;
mod transit;
mod water;

use super::DemoError;
use super::recipes;
use super::schema::Made;
use super::sheet::{Row, Sheet};

/// Makes the rows of a layer.
pub(crate) fn make(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    match sheet.layer.made {
        Made::Code => rows(sheet),
        _ => recipes::make(sheet),
    }
}

fn rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (theme, layer) = sheet.id.split_once('.').unwrap_or((sheet.id, ""));
    match theme {
        "health" => health::rows(sheet, layer),
        "emergency" => emergency::rows(sheet, layer),
        "commerce" => commerce::rows(sheet, layer),
        "address" => address::rows(sheet, layer),
        "admin" => admin::rows(sheet, layer),
        "agriculture" => agriculture::rows(sheet, layer),
        "basemap" => basemap::rows(sheet, layer),
        "customs" => customs::rows(sheet, layer),
        "drainage" => drainage::rows(sheet, layer),
        "ecology" => ecology::rows(sheet, layer),
        "economy" => economy::rows(sheet, layer),
        "education" => education::rows(sheet, layer),
        "energy" => energy::rows(sheet, layer),
        "environment" => environment::rows(sheet, layer),
        "fire" => fire::rows(sheet, layer),
        "geology" => geology::rows(sheet, layer),
        "governance" => governance::rows(sheet, layer),
        "heritage" => heritage::rows(sheet, layer),
        "housing" => housing::rows(sheet, layer),
        "land" => land::rows(sheet, layer),
        "parts" => parts::rows(sheet, layer),
        "planning" => planning::rows(sheet, layer),
        "population" => population::rows(sheet, layer),
        "premises" => premises::rows(sheet, layer),
        "projects" => projects::rows(sheet, layer),
        "renewal" => renewal::rows(sheet, layer),
        "roads" => roads::rows(sheet, layer),
        "security" => security::rows(sheet, layer),
        "sensing" => sensing::rows(sheet, layer),
        "terrain" => terrain::rows(sheet, layer),
        "transit" => transit::rows(sheet, layer),
        "water" => water::rows(sheet, layer),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, row: Row) -> Result<Row, DemoError> {
    let (theme, layer) = sheet.id.split_once('.').unwrap_or((sheet.id, ""));
    match theme {
        "labour" => labour::complete(sheet, layer, row),
        "housing" => housing::complete(sheet, layer, row),
        "health" => health::complete(sheet, layer, row),
        "emergency" => emergency::complete(sheet, layer, row),
        "commerce" => commerce::complete(sheet, layer, row),
        "address" => address::complete(sheet, layer, row),
        "agriculture" => agriculture::complete(sheet, layer, row),
        "basemap" => basemap::complete(sheet, layer, row),
        "culture" => culture::complete(sheet, layer, row),
        "customs" => customs::complete(sheet, layer, row),
        "drainage" => drainage::complete(sheet, layer, row),
        "economy" => economy::complete(sheet, layer, row),
        "energy" => energy::complete(sheet, layer, row),
        "environment" => environment::complete(sheet, layer, row),
        "fire" => fire::complete(sheet, layer, row),
        "governance" => governance::complete(sheet, layer, row),
        "land" => land::complete(sheet, layer, row),
        "parking" => parking::complete(sheet, layer, row),
        "population" => population::complete(sheet, layer, row),
        "premises" => premises::complete(sheet, layer, row),
        "sanitation" => sanitation::complete(sheet, layer, row),
        "security" => security::complete(sheet, layer, row),
        "sensing" => sensing::complete(sheet, layer, row),
        _ => Ok(row),
    }
}
