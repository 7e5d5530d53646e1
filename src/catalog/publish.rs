//! Publication: a folder becomes a snapshot, a changed folder the next one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;

use super::{CatalogError, Progress, Snapshot};
use crate::time::Instant;

/// How a catalogue is opened and reloaded.
pub struct Options {
    /// Folder of the store; `None`: `.onemap` beside the first layers folder, or if that cannot be
    /// written the user's cache folder, or memory.
    pub store: Option<PathBuf>,
    /// How long a file must not have changed before it is read; zero in tests.
    pub quiet: Duration,
    /// Told of the steps of each layer.
    pub progress: Arc<dyn Progress>,
}

/// What an ask means by `asof`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asof {
    /// The edition of this number.
    Edition(u64),
    /// The edition that was served at this instant.
    Instant(Instant),
}

/// Folders of layers and the snapshot that is served of them.
pub struct Catalog {
    current: ArcSwap<Snapshot>,
}

impl Catalog {
    /// Loads `folders` as of `now`. Broken files and sidecars are listed in the snapshot.
    ///
    /// # Errors
    /// If the first folder cannot be read, or the store that `options` names cannot be written.
    pub fn open(
        _folders: &[PathBuf],
        _options: Options,
        _now: Instant,
    ) -> Result<Self, CatalogError> {
        todo!()
    }

    /// The snapshot served now. A request takes one and keeps it to the end.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Looks at the folders again and swaps the snapshot if anything changed. With
    /// `accept_removals` even if more than half of the layers are gone.
    ///
    /// # Errors
    /// If the store cannot be written; the snapshot stays.
    pub fn reload(
        &self,
        _now: Instant,
        _accept_removals: bool,
    ) -> Result<Arc<Snapshot>, CatalogError> {
        todo!()
    }

    /// The catalogue as it was published then.
    ///
    /// # Errors
    /// [`CatalogError::Absent`] for an edition that never was, [`CatalogError::Gone`] for one whose
    /// files are no longer kept.
    pub fn at_edition(&self, _asof: Asof) -> Result<Arc<Snapshot>, CatalogError> {
        todo!()
    }
}
