//! Index: one pass over a source gives records sorted for space, time and zoom, an R-tree over
//! blocks of them, render geometry, and the rows of each entity; saved and loaded as bytes.
//!
//! Must not know: HTTP, formats.

mod build;
mod open;
mod render;

pub use build::{Inputs, build};
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
