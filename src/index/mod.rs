//! Index: one pass over a source gives records sorted for space, time and zoom, an R-tree over
//! blocks of them, render geometry, and the rows of each entity; saved and loaded as bytes.
//!
//! Must not know: HTTP, formats.

mod build;
mod open;

pub use build::{Inputs, build};
pub use open::{Index, Record, Render};

/// Why an index cannot be built or opened.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct IndexError {
    /// What is wrong, for people.
    pub reason: String,
}
