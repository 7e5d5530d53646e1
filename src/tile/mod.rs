//! Tile: tile addresses, plan, build, budget, encode, compress, cache, TileJSON.
//!
//! Must not know: HTTP.

mod address;
mod build;
mod cache;
mod compress;
mod error;
mod plan;
mod tilejson;

pub use address::Address;
pub use build::{Built, build};
pub use cache::{Encoded, Tiles, etag};
pub use compress::{Encoding, compress};
pub use error::TileError;
pub use plan::{TileAsk, TilePlan, plan};
pub use tilejson::tilejson;

/// Greatest zoom.
pub const MAX_ZOOM: u8 = 22;
/// Tile units across a tile.
pub const EXTENT: i32 = 4096;
/// Tile units around a tile in which geometry is kept.
pub const BUFFER: i32 = 64;
/// Greatest size of one layer's uncompressed tile, labels included.
pub const MAX_BYTES: usize = 500_000;
/// Greatest number of layers in one tile.
pub const MAX_LAYERS: usize = 64;
