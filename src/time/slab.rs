//! Slabs: the pieces of time in which a layer does not change.

use super::{Instant, Span};

/// The sorted distinct starts and ends of a layer's rows. They cut time into slabs.
#[derive(Clone, Debug, Default)]
pub struct Slabs {
    bounds: Vec<i64>,
}

/// The slabs in which a window's two ends lie: equal slabs, equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Slab {
    /// Slab of the window's first instant.
    pub first: u32,
    /// Slab of its last.
    pub last: u32,
}

impl Slabs {
    /// Of the spans given.
    #[must_use]
    pub fn of(_spans: impl IntoIterator<Item = Span>) -> Self {
        todo!()
    }

    /// From bounds that [`Slabs::bounds`] gave.
    #[must_use]
    pub fn from_bounds(bounds: Vec<i64>) -> Self {
        Self { bounds }
    }

    /// Sorted distinct bounds, milliseconds since 1970.
    #[must_use]
    pub fn bounds(&self) -> &[i64] {
        &self.bounds
    }

    /// The slabs of `window`'s ends.
    #[must_use]
    pub fn slab(&self, _window: Span) -> Slab {
        todo!()
    }

    /// The first bound after `at`: when the answer for `at` next changes.
    #[must_use]
    pub fn next_change(&self, _at: Instant) -> Option<Instant> {
        todo!()
    }
}
