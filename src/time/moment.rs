//! The `datetime` parameter.

use super::column::shortened;
use super::period::Period;
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
    /// Reads an instant, a period (a day, or as an extension of OGC API Features a month or a
    /// year), or an interval `A/B` of such, closed at both ends; an end that is `..` or empty is
    /// open.
    ///
    /// For events and as an end of an interval, a period counts whole; for states a period alone
    /// stands for its first instant. A time without zone, and where a period begins and ends, is by
    /// `zone`.
    ///
    /// # Errors
    /// If `text` is none of these, or an interval ends before it starts.
    pub fn parse(text: &str, zone: &Zone) -> Result<Self, MomentError> {
        let Some((start, end)) = text.split_once('/') else {
            let period = named(text, zone)?;
            let first = Period::instant(period.first);
            return Ok(Self {
                state: span(first.first, first.end),
                event: span(period.first, period.end),
            });
        };
        if end.contains('/') {
            return Err(MomentError { reason: "an interval has one `/`, between its ends".into() });
        }
        let start = bound(start, zone)?.map_or(i64::MIN, |period| period.first);
        let end = bound(end, zone)?.map_or(i64::MAX, |period| period.end);
        let span = Span::from_millis([start, end])
            .ok_or_else(|| MomentError { reason: "the interval ends before it starts".into() })?;
        Ok(Self { state: span, event: span })
    }

    /// The instant `at` alone.
    #[must_use]
    pub fn at(at: Instant) -> Self {
        let Period { first, end } = Period::instant(at.millis());
        Self { state: span(first, end), event: span(first, end) }
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

/// The span of a period, which is never empty.
fn span(first: i64, end: i64) -> Span {
    Span::from_millis([first, end]).unwrap_or(Span::ALWAYS)
}

/// An end of an interval; `None` where it is open.
fn bound(text: &str, zone: &Zone) -> Result<Option<Period>, MomentError> {
    if matches!(text, "" | "..") { Ok(None) } else { named(text, zone).map(Some) }
}

fn named(text: &str, zone: &Zone) -> Result<Period, MomentError> {
    Period::of_text(text, zone).map_err(|reason| MomentError {
        reason: format!("`{}` names no time: {reason}", shortened(text)),
    })
}
