//! Why there is no tile.

use crate::model::ErrorKind;
use crate::work::{Expired, WorkError};

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
    Expired(#[from] Expired),
    /// The pool did not do the work.
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl TileError {
    /// What it means to the caller.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { parameter, .. } => ErrorKind::Invalid { parameter: parameter.clone() },
            Self::Expired(_) | Self::Work(WorkError::TimedOut) => ErrorKind::TimedOut,
            Self::Work(WorkError::Busy) => ErrorKind::Busy,
            Self::Work(WorkError::Panicked) => ErrorKind::Internal,
        }
    }
}
