//! The `datetime` parameter.

use super::{Instant, Span, TemporalKind, Zone};

/// A parsed `datetime`: an instant, a day, or an interval, converted once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Moment {
    state: Span,
    event: Span,
}

/// Why a `datetime` cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct MomentError {
    /// What was wrong and what is expected, for people.
    pub reason: String,
}

impl Moment {
    /// Reads RFC 3339 instants, dates, `A/B`, `A/..`, `../B`, `../..` and empty ends.
    ///
    /// # Errors
    /// If `text` is none of these, or an interval ends before it starts.
    pub fn parse(_text: &str, _zone: &Zone) -> Result<Self, MomentError> {
        todo!()
    }

    /// The instant `at` alone.
    #[must_use]
    pub fn at(_at: Instant) -> Self {
        todo!()
    }

    /// What a row's validity must meet, in a layer of `kind`; `None`: every row matches.
    #[must_use]
    pub fn window(&self, kind: TemporalKind) -> Option<Span> {
        match kind {
            TemporalKind::None => None,
            TemporalKind::State => Some(self.state),
            TemporalKind::Event => Some(self.event),
        }
    }
}
