//! The piece of time that a value names.

use super::Zone;
use super::civil::{self, DAY_MS};
use super::column::{TimeUnit, TimeValue};
use super::text::{Named, read};

/// From `first` (inclusive) to `end` (exclusive), in milliseconds since 1970 UTC: one millisecond
/// for an instant, the whole of a civil day, month or year. Never empty and never open: values at
/// the ends of `i64` are moved inside by a millisecond or two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Period {
    pub(super) first: i64,
    pub(super) end: i64,
}

impl Period {
    /// The one millisecond `millis`.
    pub(super) fn instant(millis: i64) -> Self {
        Self::new(millis, millis.saturating_add(1))
    }

    /// What `text` names; without a zone, in `zone`.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn of_text(text: &str, zone: &Zone) -> Result<Self, &'static str> {
        Ok(match read(text)? {
            Named::Instant(millis) => Self::instant(millis),
            Named::Civil(civil) => Self::instant(zone.instant_of(civil)),
            Named::Day(days) => Self::days(days, days + 1, zone),
            Named::Month(year, 12) => Self::months((year, 12), (year + 1, 1), zone),
            Named::Month(year, month) => Self::months((year, month), (year, month + 1), zone),
            Named::Year(year) => Self::months((year, 1), (year + 1, 1), zone),
        })
    }

    /// What a column's value names, its numbers counted in `unit`; `None` for null.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(super) fn of_value(
        value: TimeValue<'_>,
        unit: TimeUnit,
        zone: &Zone,
    ) -> Result<Option<Self>, &'static str> {
        match value {
            TimeValue::Null => Ok(None),
            TimeValue::Text(text) => Self::of_text(text, zone).map(Some),
            TimeValue::Number(number) => Self::of_number(number, unit, zone).map(Some),
        }
    }

    fn of_number(number: i64, unit: TimeUnit, zone: &Zone) -> Result<Self, &'static str> {
        match unit {
            TimeUnit::Ms => Ok(Self::instant(number)),
            TimeUnit::S => Ok(Self::instant(number.saturating_mul(1000))),
            TimeUnit::Yyyymmdd => {
                let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
                let days = u32::try_from(month)
                    .ok()
                    .zip(u32::try_from(day).ok())
                    .filter(|_| number >= 0)
                    .and_then(|(month, day)| civil::days(year, month, day))
                    .ok_or("the number is no date as yyyymmdd")?;
                Ok(Self::days(days, days + 1, zone))
            }
            TimeUnit::Year if civil::YEARS.contains(&number) => {
                Ok(Self::months((number, 1), (number + 1, 1), zone))
            }
            TimeUnit::Year => Err("the year is out of range"),
        }
    }

    fn days(first: i64, end: i64, zone: &Zone) -> Self {
        Self::new(zone.start_of_day(first), zone.start_of_day(end))
    }

    /// From the first day of a month to that of another, each `(year, month)`.
    fn months(first: (i64, u32), end: (i64, u32), zone: &Zone) -> Self {
        let day = |(year, month)| civil::days(year, month, 1).unwrap_or(i64::MAX / DAY_MS);
        Self::days(day(first), day(end), zone)
    }

    fn new(first: i64, end: i64) -> Self {
        let first = first.clamp(i64::MIN + 1, i64::MAX - 2);
        Self { first, end: end.clamp(first + 1, i64::MAX - 1) }
    }
}
