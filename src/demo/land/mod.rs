//! The land: one model from which every layer is cut, so that they agree.

pub(crate) mod areas;
pub(crate) mod buildings;
pub(crate) mod calendar;
pub(crate) mod courses;
mod ears;
pub(crate) mod fabric;
pub(crate) mod facilities;
pub(crate) mod grid;
pub(crate) mod kerbs;
pub(crate) mod mesh;
pub(crate) mod names;
pub(crate) mod outline;
pub(crate) mod parcels;
pub(crate) mod patches;
pub(crate) mod people;
pub(crate) mod plane;
pub(crate) mod random;
pub(crate) mod relief;
pub(crate) mod renewal;
pub(crate) mod roads;
pub(crate) mod routes;
pub(crate) mod streets;
pub(crate) mod thin;
mod unions;
pub(crate) mod uses;
