//! The catalogue's time zone: from civil times to instants and back.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use super::Instant;
use super::civil::{self, DAY_MS};

/// A time zone by its IANA name, as a table of its changes from the year -9999 to 9999 (before and
/// after, the first and last offset hold). Cheap to clone, and a few nanoseconds to ask.
#[derive(Clone, Debug)]
pub struct Zone(Arc<Table>);

#[derive(Debug)]
struct Table {
    name: String,
    /// Piece `i` of time has `offsets[i]`; it ends where piece `i + 1` starts.
    offsets: Vec<i64>,
    /// Start of piece `i + 1` in milliseconds since 1970 UTC.
    starts: Vec<i64>,
    /// Civil time at which piece `i` ends, by its own offset; the greatest so far, so that the
    /// order is that of the pieces even where two changes come close together.
    civil_ends: Vec<i64>,
}

impl Zone {
    /// Name of the zone that a catalogue has unless it says otherwise.
    pub const DEFAULT: &'static str = "Asia/Shanghai";

    /// The zone called `name` in the IANA database (bundled, so that every machine answers alike);
    /// `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let mut table = Table {
            name: zone.iana_name().unwrap_or(name).to_owned(),
            offsets: vec![millis_of(zone.to_offset(Timestamp::MIN))],
            starts: Vec::new(),
            civil_ends: Vec::new(),
        };
        let mut last = table.offsets.first().copied().unwrap_or(0);
        for change in zone.following(Timestamp::MIN) {
            let (start, offset) = (change.timestamp().as_millisecond(), millis_of(change.offset()));
            if offset == last {
                continue;
            }
            let before = table.civil_ends.last().copied().unwrap_or(i64::MIN);
            table.civil_ends.push(before.max(start + last));
            table.starts.push(start);
            table.offsets.push(offset);
            last = offset;
        }
        Some(Self(Arc::new(table)))
    }

    /// Its name in the IANA database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The instant at which clocks show the civil time, milliseconds since 1970-01-01T00:00:00 by
    /// the clock. A time that clocks skip is the first instant after the gap; of a time that they
    /// show twice, the first. Civil days therefore share out time with neither gap nor overlap.
    pub(super) fn instant_of(&self, civil_ms: i64) -> i64 {
        let table = &*self.0;
        let piece = table.civil_ends.partition_point(|end| *end <= civil_ms);
        let offset = table.offsets.get(piece).copied().unwrap_or(0);
        let start = piece.checked_sub(1).and_then(|before| table.starts.get(before).copied());
        civil_ms.saturating_sub(offset).max(start.unwrap_or(i64::MIN))
    }

    /// The first instant of the civil day `days` after 1970-01-01.
    pub(super) fn start_of_day(&self, days: i64) -> i64 {
        self.instant_of(days.saturating_mul(DAY_MS))
    }

    /// The civil date `(year, month, day)` at `at`.
    #[must_use]
    pub fn date(&self, at: Instant) -> (i64, u32, u32) {
        let table = &*self.0;
        let piece = table.starts.partition_point(|start| *start <= at.millis());
        let offset = table.offsets.get(piece).copied().unwrap_or(0);
        civil::date(at.millis().saturating_add(offset).div_euclid(DAY_MS))
    }
}

impl Default for Zone {
    /// [`Zone::DEFAULT`].
    fn default() -> Self {
        Self::named(Self::DEFAULT).expect("the bundled database holds the default zone")
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Zone {}

fn millis_of(offset: jiff::tz::Offset) -> i64 {
    i64::from(offset.seconds()) * 1000
}

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;

    fn civil_ms(text: &str) -> i64 {
        let time: DateTime = text.parse().expect("a civil time");
        time.to_zoned_datetime(TimeZone::UTC).expect("in range").timestamp().as_millisecond()
    }

    /// `civil` in Shanghai, as UTC text.
    fn shanghai(civil: &str) -> String {
        Instant::from_millis(Zone::default().instant_of(civil_ms(civil))).to_string()
    }

    #[test]
    fn shanghai_is_eight_hours_ahead_and_nine_in_the_summers_of_1986_to_1991() {
        assert_eq!(shanghai("2021-09-01T00:00"), "2021-08-31T16:00:00Z");
        assert_eq!(shanghai("1988-07-01T00:00"), "1988-06-30T15:00:00Z");
        assert_eq!(shanghai("1992-07-01T00:00"), "1992-06-30T16:00:00Z");
    }

    #[test]
    fn a_civil_time_in_a_gap_is_the_first_instant_after_it() {
        for skipped in ["1986-05-04T02:00", "1986-05-04T02:30", "1986-05-04T03:00"] {
            assert_eq!(shanghai(skipped), "1986-05-03T18:00:00Z", "{skipped}");
        }
        assert_eq!(shanghai("1986-05-04T01:59:59.999"), "1986-05-03T17:59:59.999Z");
        assert_eq!(shanghai("1986-05-04T03:00:00.001"), "1986-05-03T18:00:00.001Z");
    }

    #[test]
    fn a_civil_time_shown_twice_is_the_first_of_the_two() {
        assert_eq!(shanghai("1986-09-14T01:00"), "1986-09-13T16:00:00Z");
        assert_eq!(shanghai("1986-09-14T01:59:59.999"), "1986-09-13T16:59:59.999Z");
        assert_eq!(shanghai("1986-09-14T02:00"), "1986-09-13T18:00:00Z");
    }

    #[test]
    fn a_day_that_a_zone_skipped_whole_begins_where_the_next_does() {
        let apia = Zone::named("Pacific/Apia").expect("a zone");
        let [skipped, next] = ["2011-12-30T00:00", "2011-12-31T00:00"].map(civil_ms);
        assert_eq!(apia.instant_of(skipped), apia.instant_of(next));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        for name in ["Asia/Shanghai", "America/St_Johns", "Pacific/Apia"] {
            let zone = Zone::named(name).expect("a zone");
            for civil in [i64::MIN, i64::MAX] {
                zone.instant_of(civil);
                let _ = zone.date(Instant::from_millis(civil));
                zone.start_of_day(civil);
            }
        }
    }

    #[test]
    fn a_zone_nobody_knows_is_none() {
        assert!(Zone::named("Asia/Longgang").is_none());
        assert_eq!(Zone::default().name(), "Asia/Shanghai");
    }

    proptest! {
        #[test]
        fn civil_times_are_instants_as_jiff_has_them(
            seconds in -60_000_000_000_i64..200_000_000_000,
            zone in prop::sample::select(vec![
                "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                "Africa/Casablanca", "Pacific/Apia", "Asia/Kolkata", "UTC",
            ]),
        ) {
            let ours = Zone::named(zone).expect("a zone");
            let theirs = TimeZone::get(zone).expect("a zone");
            let civil = Timestamp::from_second(seconds).expect("in range")
                .to_zoned_datetime(TimeZone::UTC).datetime();
            let ambiguous = theirs.to_ambiguous_timestamp(civil);
            let expected = match ambiguous.offset() {
                jiff::tz::AmbiguousOffset::Gap { .. } => {
                    let before = ambiguous.later().expect("in range");
                    let earlier = ambiguous.earlier().expect("in range");
                    theirs.following(earlier.min(before) - jiff::SignedDuration::from_secs(1))
                        .next().expect("the gap's change").timestamp()
                }
                _ => ambiguous.earlier().expect("in range"),
            };
            prop_assert_eq!(ours.instant_of(seconds * 1000), expected.as_millisecond());
            let at = Instant::from_millis(seconds * 1000);
            let date = theirs.to_datetime(Timestamp::from_second(seconds).expect("in range")).date();
            prop_assert_eq!(
                ours.date(at),
                (i64::from(date.year()), date.month() as u32, date.day() as u32)
            );
        }
    }
}
