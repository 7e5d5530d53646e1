//! Tile: tile addresses, plan, build, budget, encode, compress, cache.
//!
//! Must not know: HTTP.

mod build;
mod plan;

pub use build::{Built, build};
pub use plan::{Address, TileAsk, TileError, TilePlan, plan};

/// Greatest zoom.
pub const MAX_ZOOM: u8 = 22;
/// Tile units across a tile.
pub const EXTENT: i32 = 4096;
/// Tile units around a tile in which geometry is kept.
pub const BUFFER: i32 = 64;
/// Greatest size of one layer's uncompressed tile, labels included.
pub const MAX_BYTES: usize = 500_000;
