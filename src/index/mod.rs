//! Index: one pass over a source gives records sorted for space, time and zoom, an R-tree over
//! blocks of them, render geometry, cells for the low zooms of dense polygons, and the rows of each
//! entity; saved and loaded as bytes.
//!
//! Must not know: HTTP, formats.

mod antimeridian;
mod blocks;
mod build;
mod cells;
mod coded;
mod cost;
mod detail;
mod drawing;
mod fit;
mod fullest;
mod gather;
mod image;
mod open;
mod records;
mod render;
mod shell;
#[cfg(test)]
mod tests;

use crate::model::ErrorKind;

pub use build::{AttributeBytes, Inputs, build};
pub use cells::{Patch, ZoomCells};
pub use coded::Coded;
pub use drawing::{Drawing, Drawn};
pub use fit::sampling_hash;
pub use image::VERSION;
pub use open::{Index, Record};
pub use render::{Render, Run};

/// Greatest zoom that is drawn.
pub const MAX_ZOOM: u8 = 22;
/// Greatest size of one layer's uncompressed tile, labels included, in bytes.
pub const MAX_BYTES: usize = 500_000;

/// Why an index cannot be built or opened.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct IndexError {
    /// What is wrong, for people.
    pub reason: String,
}

impl IndexError {
    /// What it means to the caller: the bytes are the store's own, or the source is too large.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
}
