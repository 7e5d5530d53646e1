//! What a tile of one layer is made from.

use super::{Address, TileError};
use crate::access::LayerView;
use crate::time::{Instant, Moment, Slab, Span};

/// What is asked of a tile.
#[derive(Clone, Debug)]
pub struct TileAsk {
    /// Where.
    pub address: Address,
    /// The `datetime` parameter.
    pub moment: Option<Moment>,
    /// The columns wanted; `None` for the default of the zoom.
    pub properties: Option<Vec<String>>,
}

/// A tile of one layer ready to build; owns all that it needs.
pub struct TilePlan {
    /// The layer.
    pub layer: LayerView,
    /// Where.
    pub address: Address,
    /// What a row's validity must meet.
    pub window: Option<Span>,
    /// The slab of the window: what cache keys hold in its stead.
    pub slab: Option<Slab>,
    /// Column positions to write.
    pub columns: Vec<usize>,
    /// Whether versions of one entity may meet in the tile.
    pub versions: bool,
}

/// Resolves an ask against a layer.
///
/// # Errors
/// [`TileError::Invalid`] naming the parameter.
pub fn plan(_layer: &LayerView, _ask: &TileAsk, _now: Instant) -> Result<TilePlan, TileError> {
    todo!()
}

impl TilePlan {
    /// Digest of everything the tile's bytes depend on. Equal keys, equal bytes.
    #[must_use]
    pub fn key(&self) -> u128 {
        todo!()
    }
}
