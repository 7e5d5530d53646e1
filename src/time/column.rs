//! What time columns say: a layer's temporal kind and the validity of a row.

use super::{Span, Zone};

/// How the rows of a layer stand in time (DESIGN: Time).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TemporalKind {
    /// No time: every `datetime` matches.
    None,
    /// Versions of entities, valid from a start (inclusive) to an end (exclusive).
    State,
    /// Things that happened at an instant or over a span whose end is inclusive.
    Event,
}

/// What an integer in a time column counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// Milliseconds since 1970 UTC.
    Ms,
    /// Seconds since 1970 UTC.
    S,
    /// Civil days as the number `yyyymmdd`.
    Yyyymmdd,
    /// Civil years.
    Year,
}

/// A value of a time column, as far as `time` needs to know it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TimeValue<'a> {
    /// Open.
    Null,
    /// RFC 3339, a civil date and time, a date, `YYYY-MM` or `YYYY`.
    Text(&'a str),
    /// Counted in the column's unit.
    Number(i64),
}

/// How the start and end columns of a layer are read: the only place that decides what a row's
/// values mean in time.
#[derive(Clone, Debug)]
pub struct Validity {
    /// `State` or `Event`.
    pub kind: TemporalKind,
    /// Unit of the start column where it holds integers.
    pub start_unit: TimeUnit,
    /// Unit of the end column where it holds integers.
    pub end_unit: TimeUnit,
    /// Whether a `State` end names its last instant (day, month, year) instead of the first after.
    pub end_inclusive: bool,
    /// The catalogue's zone, for values without one.
    pub zone: Zone,
}

/// Why a row is never valid.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ValidityError {
    /// A value that names no time.
    #[error("`{value}` names no time")]
    Unreadable {
        /// The value as text.
        value: String,
    },
    /// The end is not after the start.
    #[error("it ends at or before its start")]
    Empty,
}

impl Validity {
    /// The span of a row. A `State` row holds from its start to before its end, null open. An
    /// `Event` row without end is the instant (or the whole day, month, year) of its start; its end
    /// is inclusive; without start and end it is `ALWAYS`.
    ///
    /// # Errors
    /// Where a value names no time, or the span holds no instant.
    pub fn span(&self, _start: TimeValue<'_>, _end: TimeValue<'_>) -> Result<Span, ValidityError> {
        todo!()
    }

    /// Whether `value` names a time in the start (or end) column's unit.
    #[must_use]
    pub fn reads(&self, _value: TimeValue<'_>) -> bool {
        todo!()
    }
}
