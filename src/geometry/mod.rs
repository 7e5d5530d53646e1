//! Geometry: CRS and axis order, Web Mercator fixed point, geodesic measures, clipping, vertex
//! ranks, repair, relations.
//!
//! Must not know: files, tiles' encoding.

pub mod clip;
pub mod crs;
pub mod label;
pub mod measure;
pub mod mercator;
pub mod rank;
pub mod relate;
pub mod repair;

pub use crs::Crs;
pub use mercator::{Area, Fixed};
