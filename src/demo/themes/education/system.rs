//! The school system that all layers of the theme are written from.

use std::sync::Arc;

use super::super::super::city::City;
use super::figures::Figures;
use super::sites::{self, School};
use super::zoning::{self, Year};

/// Schools, their zones and their places.
pub(super) struct System {
    /// Every school that there ever was.
    pub(super) schools: Vec<School>,
    /// The zones of every school year.
    pub(super) years: Vec<Year>,
    /// Places and pupils.
    pub(super) figures: Figures,
}

/// The city's school system.
pub(super) fn of(city: &City) -> Arc<System> {
    city.once(|city| {
        let schools = sites::schools(city);
        let years = zoning::zoning(city, &schools);
        let figures = Figures::new(city, &schools, &years);
        System { schools, years, figures }
    })
}
