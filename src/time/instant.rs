//! A point in time.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::civil::{self, DAY_MS};
use super::text::{Named, read};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Instant(i64);

impl Instant {
    /// The instant `millis` milliseconds after 1970 began (before, if negative).
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970 began.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Reads a date and time with `Z` or an offset (RFC 3339, and the longer years that `Display`
    /// writes); `None` for anything else. Digits beyond the millisecond are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match read(text) {
            Ok(Named::Instant(millis)) => Some(Self(millis)),
            _ => None,
        }
    }
}

impl From<SystemTime> for Instant {
    /// The millisecond that a system clock shows.
    fn from(clock: SystemTime) -> Self {
        let millis =
            |span: std::time::Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        match clock.duration_since(UNIX_EPOCH) {
            Ok(after) => Self(millis(after)),
            Err(before) => Self(-millis(before.duration())),
        }
    }
}

impl fmt::Display for Instant {
    /// RFC 3339 in UTC, `2021-08-31T16:00:00Z`, with milliseconds where there are any. Years
    /// before 0 or after 9999, which RFC 3339 has no form for, get a sign and six digits or more
    /// (the expanded years of ISO 8601), `+012345-01-01T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil::date(self.0.div_euclid(DAY_MS));
        let of_day = self.0.rem_euclid(DAY_MS);
        let (second, millis) = (of_day / 1000, of_day % 1000);
        if (0..=9999).contains(&year) {
            write!(f, "{year:04}")?;
        } else {
            write!(f, "{year:+07}")?;
        }
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if millis != 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants_are_written_as_rfc_3339_in_utc() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_630_425_600_000, "2021-08-31T16:00:00Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "+010000-01-01T00:00:00Z"),
            (-62_167_219_200_001, "-000001-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(Instant(millis).to_string(), text);
        }
    }

    #[test]
    fn only_a_date_and_time_with_a_zone_is_an_instant() {
        assert_eq!(Instant::parse("1970-01-01t00:00:01.0005z"), Some(Instant(1000)));
        for other in ["1970-01-01", "1970-01-01T00:00:00", "", "..", "1970"] {
            assert_eq!(Instant::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_ends_of_what_an_instant_holds_have_a_text() {
        assert_eq!(Instant(i64::MAX).to_string(), "+292278994-08-17T07:12:55.807Z");
        assert_eq!(Instant(i64::MIN).to_string(), "-292275055-05-16T16:47:04.192Z");
    }

    proptest! {
        #[test]
        fn instants_survive_their_text(millis in -9_000_000_000_000_000_000_i64..9_000_000_000_000_000_000) {
            prop_assert_eq!(Instant::parse(&Instant(millis).to_string()), Some(Instant(millis)));
        }
    }
}
