//! What a tile of one layer is made from.

use crate::access::LayerView;
use crate::model::ErrorKind;
use crate::time::{Instant, Moment, Slab, Span};

/// Where a tile lies: zoom, column, row (XYZ, row 0 in the north).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Address {
    z: u8,
    x: u32,
    y: u32,
}

impl Address {
    /// `None` beyond zoom 22 or outside the zoom's grid.
    #[must_use]
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= super::MAX_ZOOM && x >> z == 0 && y >> z == 0).then_some(Self { z, x, y })
    }

    /// Zoom, column, row.
    #[must_use]
    pub const fn zxy(self) -> (u8, u32, u32) {
        (self.z, self.x, self.y)
    }
}

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

/// Why a tile has no answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TileError {
    /// A parameter names what does not exist.
    #[error("{reason}")]
    Invalid {
        /// The parameter.
        parameter: String,
        /// What was expected.
        reason: String,
    },
    /// The deadline passed.
    #[error(transparent)]
    Expired(#[from] crate::work::Expired),
}

impl TileError {
    /// What it means to the caller.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { parameter, .. } => ErrorKind::Invalid { parameter: parameter.clone() },
            Self::Expired(_) => ErrorKind::TimedOut,
        }
    }
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
