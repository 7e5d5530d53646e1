//! Geometry: CRS and axis order, Web Mercator fixed point, geodesic measures, clipping, vertex
//! ranks, repair, relations.
//!
//! Must not know: files, tiles' encoding.

pub mod claim;
pub mod clip;
pub mod crs;
pub mod label;
pub mod measure;
pub mod mercator;
pub mod quadtree;
pub mod rank;
pub mod relate;
pub mod repair;
pub mod trace;

pub use crs::Crs;
pub use mercator::{Area, Fixed};
