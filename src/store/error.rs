//! What can go wrong between the store and its disk.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::ErrorKind;

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file changed while it was being copied, or is still being written.
    #[error("the file is being written")]
    Changing,
    /// What should be published is a folder, a pipe or a device.
    #[error("it is no regular file")]
    NotAFile,
    /// The operating system refused.
    #[error("{} {}: {source}", .doing, path.display())]
    Io {
        /// What was being done, as in "reading".
        doing: &'static str,
        /// To which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl StoreError {
    /// What it means to the caller.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Changing => ErrorKind::Busy,
            Self::NotAFile | Self::Io { .. } => ErrorKind::Internal,
        }
    }

    /// For `map_err`: the operating system refused `doing` something to `path`.
    pub(super) fn io<'a>(
        doing: &'static str,
        path: &'a Path,
    ) -> impl Fn(io::Error) -> Self + use<'a> {
        move |source| Self::Io { doing, path: path.to_owned(), source }
    }
}
