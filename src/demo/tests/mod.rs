//! What must hold of the city, checked over all features.

mod administration;
mod basemap;
mod customs;
mod economy;
mod education;
mod emergency;
mod fire;
mod governance;
mod land;
mod planning;
mod population;
mod premises;
mod projects;
mod renewal;
mod roads;
mod tilings;
mod water;
mod whole;

use std::sync::{Arc, LazyLock};

use super::Options;
use super::city::{City, Entity};
use super::land::calendar::{self, Day};

/// The city of `layers/`.
static CITY: LazyLock<City> = LazyLock::new(|| City::new(Options::default()).unwrap());

/// The city of `layers/`, made once for all tests.
fn city() -> &'static City {
    &CITY
}

/// The rows of a layer.
fn rows(id: &str) -> Arc<Vec<Entity>> {
    city().entities(id).unwrap()
}

/// A whole number or a real one; a missing value is a failure.
fn number(id: &str, row: &Entity, column: &str) -> f64 {
    let cell = city().value(id, row, column);
    cell.number().unwrap_or_else(|| panic!("{id} {} has no {column}: {cell:?}", row.id))
}

/// A text, empty where there is no value.
fn text<'e>(id: &str, row: &'e Entity, column: &str) -> &'e str {
    city().value(id, row, column).text()
}

/// Dates in every part of the history.
const DATES: [Day; 5] = [
    calendar::day(2010, 6, 1),
    calendar::day(2014, 9, 2),
    calendar::day(2016, 12, 26),
    calendar::day(2021, 3, 1),
    calendar::day(2026, 6, 30),
];
