//! The snapshot narrowed to a caller.

use std::sync::Arc;

use super::LayerView;
use crate::catalog::{Failed, Problem, Snapshot, Text, Theme};
use crate::model::CollectionId;
use crate::time::{Instant, Zone};

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

/// A theme as a caller may see it.
#[derive(Clone, Copy)]
pub struct ThemeView<'a> {
    view: &'a View,
    theme: &'a Theme,
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

    /// The layers that may be seen, in order of their ids.
    pub fn layers(&self) -> impl Iterator<Item = LayerView> + '_ {
        self.snapshot.layers.values().map(|layer| LayerView::new(Arc::clone(layer)))
    }

    /// The themes that may be seen, in their order.
    pub fn themes(&self) -> impl Iterator<Item = ThemeView<'_>> + '_ {
        self.snapshot.themes.iter().map(|theme| ThemeView { view: self, theme })
    }

    /// The theme called `id`.
    #[must_use]
    pub fn theme(&self, id: &str) -> Option<ThemeView<'_>> {
        self.themes().find(|theme| theme.id() == id)
    }

    /// Number of the edition; 0 before anything was published.
    #[must_use]
    pub fn edition(&self) -> u64 {
        self.snapshot.edition
    }

    /// When the edition was published.
    #[must_use]
    pub fn published(&self) -> Instant {
        self.snapshot.published
    }

    /// Title of the whole.
    #[must_use]
    pub fn title(&self) -> &Text {
        &self.snapshot.title
    }

    /// Attribution of the whole.
    #[must_use]
    pub fn attribution(&self) -> Option<&Text> {
        self.snapshot.attribution.as_ref()
    }

    /// Start view of the map: longitude, latitude, zoom.
    #[must_use]
    pub fn default_view(&self) -> Option<[f64; 3]> {
        self.snapshot.default_view
    }

    /// Ids of the layers that a map shows at first, as far as they are there.
    pub fn default_layers(&self) -> impl Iterator<Item = &str> {
        let there = |id: &&String| self.layers().any(|layer| layer.id().as_str() == id.as_str());
        self.snapshot.default_layers.iter().filter(there).map(String::as_str)
    }

    /// Zone of dates without one.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.snapshot.zone
    }

    /// What is wrong with the folder as a whole.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.snapshot.problems
    }
}

impl<'a> ThemeView<'a> {
    /// Its id, `[a-z0-9_]+`.
    #[must_use]
    pub fn id(&self) -> &'a str {
        &self.theme.id
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &'a Text {
        &self.theme.title
    }

    /// Its department.
    #[must_use]
    pub fn department(&self) -> Option<&'a Text> {
        self.theme.department.as_ref()
    }

    /// The group it is shown under.
    #[must_use]
    pub fn group(&self) -> Option<&'a Text> {
        self.theme.group.as_ref()
    }

    /// Its layers that may be seen, in order of their ids.
    pub fn layers(&self) -> impl Iterator<Item = LayerView> + 'a {
        let view = self.view;
        self.theme.layers.iter().filter_map(|id| view.layer(id))
    }

    /// Its layers that failed, with the reason.
    #[must_use]
    pub fn failed(&self) -> &'a [Failed] {
        &self.theme.failed
    }
}
