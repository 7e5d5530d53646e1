//! Tile: tile addresses, plan, build, budget, encode, compress, cache, TileJSON.
//!
//! Must not know: HTTP.

mod address;
pub mod archive;
mod attributes;
mod build;
mod built;
mod cache;
mod commands;
mod compress;
mod deflate;
mod dictionary;
mod draft;
mod error;
mod feature;
mod grid;
mod hot;
mod mosaic;
mod plan;
mod shape;
mod tags;
#[cfg(test)]
mod tests;
mod thin;
mod tilejson;
mod values;

pub use address::Address;
pub use build::build;
pub use built::{Built, LeftOut};
pub use cache::{Encoded, Tiles, etag};
pub use compress::{Encoding, compress, compress_again};
pub use error::TileError;
pub use plan::{TileAsk, TilePlan, plan};
pub use tilejson::tilejson;

pub use crate::index::{MAX_BYTES, MAX_ZOOM};

/// Tile units across a tile.
pub const EXTENT: i32 = 4096;
/// Tile units around a tile in which geometry is kept.
pub const BUFFER: i32 = 64;
/// Greatest number of layers in one tile.
pub const MAX_LAYERS: usize = 64;

/// What is appended to a collection's id to name the MVT layer of its labels.
pub const LABEL_SUFFIX: &str = ".label";
