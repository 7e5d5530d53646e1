//! onemap: folders of FlatGeobuf become layers in space and time, served as vector tiles and
//! GeoJSON at any date.
//!
//! The modules stand in ranks (see `docs/architecture.md`): each may use those below it.

pub mod access;
pub mod api;
pub mod catalog;
pub mod cli;
pub mod demo;
pub mod format;
pub mod geometry;
pub mod index;
pub mod model;
pub mod query;
pub mod source;
pub mod store;
pub mod tile;
pub mod time;
pub mod work;
