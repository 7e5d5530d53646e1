//! The snapshot narrowed to a caller.

use std::sync::Arc;

use super::LayerView;
use crate::catalog::Snapshot;
use crate::model::CollectionId;

/// Who asks. Until keys exist, everyone is the public.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Caller {
    /// Anyone.
    Public,
}

/// What a caller may see of a snapshot. Cheap to clone.
#[derive(Clone)]
pub struct View {
    snapshot: Arc<Snapshot>,
    _caller: Caller,
}

impl View {
    /// What `caller` may see of `snapshot`.
    #[must_use]
    pub const fn new(snapshot: Arc<Snapshot>, caller: Caller) -> Self {
        Self { snapshot, _caller: caller }
    }

    /// The layer called `id`, if it exists and may be seen.
    #[must_use]
    pub fn layer(&self, id: &CollectionId) -> Option<LayerView> {
        self.snapshot.layers.get(id).map(|layer| LayerView::new(Arc::clone(layer)))
    }
}
