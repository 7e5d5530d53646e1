//! What time columns say: a layer's temporal kind and the validity of a row.

use super::period::Period;
use super::text::LONGEST;
use super::{Instant, Span, Zone};

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
    /// Nothing: open.
    Null,
    /// RFC 3339, a civil date and time (in the catalogue's zone), a date, `YYYY-MM` or `YYYY`;
    /// years before 0 or after 9999 with a sign.
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
    #[error("`{value}` names no time: {reason}")]
    Unreadable {
        /// The value as text, cut where it is long.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The end is not after the start.
    #[error("it ends at or before its start")]
    Empty,
}

impl Validity {
    /// The span of a row. A `State` row holds from its start to before its end, null open; an
    /// inclusive end holds to the last instant of its day, month or year, or to the very instant
    /// where it is one. An `Event` row without end is the instant (or the whole day, month, year)
    /// of its start; its end is inclusive, and open to the past where only an end is given;
    /// without start and end it is `ALWAYS`.
    ///
    /// # Errors
    /// Where a value names no time, or the span holds no instant.
    pub fn span(&self, start: TimeValue<'_>, end: TimeValue<'_>) -> Result<Span, ValidityError> {
        let first = self.period(start, self.start_unit)?;
        let last = self.period(end, self.end_unit)?;
        let end = match self.kind {
            TemporalKind::None => return Ok(Span::ALWAYS),
            TemporalKind::State if self.end_inclusive => last.map(|period| period.end),
            TemporalKind::State => last.map(|period| period.first),
            TemporalKind::Event => last.or(first).map(|period| period.end),
        };
        let start = first.map(|period| period.first);
        Span::new(start.map(Instant::from_millis), end.map(Instant::from_millis))
            .ok_or(ValidityError::Empty)
    }

    /// Whether `value` names a time, a number counted in the start column's unit. Null names none.
    #[must_use]
    pub fn reads(&self, value: TimeValue<'_>) -> bool {
        matches!(Period::of_value(value, self.start_unit, &self.zone), Ok(Some(_)))
    }

    fn period(
        &self,
        value: TimeValue<'_>,
        unit: TimeUnit,
    ) -> Result<Option<Period>, ValidityError> {
        Period::of_value(value, unit, &self.zone).map_err(|reason| ValidityError::Unreadable {
            value: match value {
                TimeValue::Null => String::new(),
                TimeValue::Text(text) => shortened(text),
                TimeValue::Number(number) => number.to_string(),
            },
            reason,
        })
    }
}

/// `text`, or its beginning and an ellipsis where it is long.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or_default()),
        None => text.to_owned(),
    }
}
