//! Format: features out, as GeoJSON and as FlatGeobuf.
//!
//! Must not know: routing.

pub mod flatgeobuf;
pub mod geojson;
mod json;
