//! Building a tile.

use super::{TileError, TilePlan};
use crate::work::Deadline;

/// An uncompressed tile of one layer (and its labels), and what was left out to keep the bound.
#[derive(Clone, Debug, Default)]
pub struct Built {
    /// MVT bytes; empty where nothing is drawn.
    pub bytes: Vec<u8>,
    /// Whether attributes were left out to keep the byte bound.
    pub without_attributes: bool,
    /// Share of features kept to keep the byte bound, 1 where all are.
    pub kept: f64,
}

/// Builds the tile.
///
/// # Errors
/// [`TileError::Expired`].
pub fn build(_plan: &TilePlan, _deadline: &Deadline) -> Result<Built, TileError> {
    todo!()
}
