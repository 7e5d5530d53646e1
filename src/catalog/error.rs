//! Why the catalogue as a whole has no answer. A broken layer is no error: it is listed.

use std::path::PathBuf;

use crate::model::ErrorKind;
use crate::store::StoreError;

/// Why a catalogue cannot be opened, or has no such edition.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A layers folder cannot be read.
    #[error("the layers folder {} cannot be read: {reason}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such edition was published.
    #[error("there is no such edition")]
    Absent,
    /// The edition's files are no longer kept.
    #[error("the edition is no longer kept")]
    Gone,
}

impl CatalogError {
    /// What it means to the caller.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Folder { .. } => ErrorKind::Internal,
            Self::Store(error) => error.kind(),
            Self::Absent => ErrorKind::Absent,
            Self::Gone => ErrorKind::Gone,
        }
    }
}
