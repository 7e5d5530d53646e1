//! Reading the text of a date or a time.
//!
//! A strict reader of its own: 20 ns for the layout that files have, and it refuses what general
//! ones accept (`20240101`, `24:00:00`).

use super::civil::{self, DAY_MS};

/// What a text names: an instant, a civil time, or a period of the civil calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    /// Milliseconds since 1970 UTC: a date and time with `Z` or an offset.
    Instant(i64),
    /// Milliseconds since 1970-01-01T00:00:00 by the clock: a date and time without zone.
    Civil(i64),
    /// Days since 1970-01-01.
    Day(i64),
    /// A year and a month of 1 to 12.
    Month(i64, u32),
    /// A year.
    Year(i64),
}

/// Longest text that may name a time.
pub(super) const LONGEST: usize = 64;

const FORMS: &str = "expected a date and time such as 2024-05-01T08:00:00Z or \
                     2024-05-01T08:00:00+08:00, or a date, month or year such as 2024-05-01, \
                     2024-05, 2024";

/// Reads `YYYY`, `YYYY-MM`, `YYYY-MM-DD` and `YYYY-MM-DDTHH:MM[:SS[.fraction]][zone]`. The `T` may
/// be a `t` or a space; the zone is `Z`, `z`, `±HH:MM`, `±HHMM` or `±HH`; second 60 is the first
/// of the next minute; digits beyond the millisecond are dropped. Years of other than four digits
/// have a sign and at least four.
///
/// # Errors
/// What is wrong, for people.
pub(super) fn read(text: &str) -> Result<Named, &'static str> {
    if text.len() > LONGEST {
        return Err("it is too long to be a date or a time");
    }
    let mut rest = Cursor(text.as_bytes());
    let year = rest.year().ok_or(FORMS)?;
    if !civil::YEARS.contains(&year) {
        return Err("the year is out of range");
    }
    if rest.0.is_empty() {
        return Ok(Named::Year(year));
    }
    let month = rest.then(b'-').and_then(Cursor::two).ok_or(FORMS)?;
    if !(1..=12).contains(&month) {
        return Err("months run from 01 to 12");
    }
    if rest.0.is_empty() {
        return Ok(Named::Month(year, month));
    }
    let day = rest.then(b'-').and_then(Cursor::two).ok_or(FORMS)?;
    let days = civil::days(year, month, day).ok_or("the month has no such day")?;
    if rest.0.is_empty() {
        return Ok(Named::Day(days));
    }
    let civil = days * DAY_MS + rest.time_of_day()?;
    match rest.zone()? {
        Some(offset) => Ok(Named::Instant(civil - offset)),
        None => Ok(Named::Civil(civil)),
    }
}

/// What is left to read.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn then(&mut self, byte: u8) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(self)
    }

    fn two(&mut self) -> Option<u32> {
        let (&[tens, ones], rest) = self.0.split_first_chunk::<2>()?;
        self.0 = rest;
        Some(digit(tens)? * 10 + digit(ones)?)
    }

    /// Four digits, or a sign and four to nine.
    fn year(&mut self) -> Option<i64> {
        let sign = match self.0.first()? {
            b'-' => -1,
            b'+' => 1,
            _ => return Some(i64::from(self.two()? * 100 + self.two()?)),
        };
        let digits = self.0.get(1..)?;
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(4..=9).contains(&count) {
            return None;
        }
        let (digits, rest) = digits.split_at(count);
        self.0 = rest;
        Some(sign * digits.iter().fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0')))
    }

    /// Milliseconds of the day.
    fn time_of_day(&mut self) -> Result<i64, &'static str> {
        if !matches!(self.0.first(), Some(b'T' | b't' | b' ')) {
            return Err(FORMS);
        }
        self.0 = self.0.get(1..).unwrap_or(&[]);
        let hour = self.two().ok_or(FORMS)?;
        let minute = self.then(b':').and_then(Cursor::two).ok_or(FORMS)?;
        let second = match self.0.first() {
            Some(b':') => self.then(b':').and_then(Cursor::two).ok_or(FORMS)?,
            _ => 0,
        };
        if hour > 23 || minute > 59 || second > 60 {
            return Err("hours run from 00 to 23, minutes to 59, seconds to 60");
        }
        let millis = match self.0.first() {
            Some(b'.') => self.fraction().ok_or(FORMS)?,
            _ => 0,
        };
        Ok(i64::from((hour * 60 + minute) * 60 + second) * 1000 + millis)
    }

    /// A point and digits, of which three count.
    fn fraction(&mut self) -> Option<i64> {
        let digits = self.0.get(1..)?;
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = digits.split_at(count);
        self.0 = rest;
        let padded = digits.iter().copied().chain(*b"00").take(3);
        (count > 0).then(|| padded.fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0')))
    }

    /// The offset from UTC in milliseconds; `None` where the text ends without one.
    fn zone(&mut self) -> Result<Option<i64>, &'static str> {
        let sign = match self.0 {
            [] => return Ok(None),
            b"Z" | b"z" => return Ok(Some(0)),
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            [b' ', ..] => {
                return Err("there is a space where an offset begins; \
                            in a URL its + is written %2B");
            }
            _ => return Err(FORMS),
        };
        self.0 = self.0.get(1..).unwrap_or(&[]);
        let hours = self.two().ok_or(FORMS)?;
        let minutes = match self.0 {
            [] => 0,
            [b':', ..] => self.then(b':').and_then(Cursor::two).ok_or(FORMS)?,
            _ => self.two().ok_or(FORMS)?,
        };
        if !self.0.is_empty() {
            return Err(FORMS);
        }
        if hours > 23 || minutes > 59 {
            return Err("offsets run to 23:59");
        }
        Ok(Some(sign * i64::from(hours * 60 + minutes) * 60_000))
    }
}

fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 19_844; // 2024-05-01

    #[test]
    fn every_form_of_a_date_and_time_is_read() {
        let at = DAY * DAY_MS + 8 * 3_600_000;
        for (text, named) in [
            ("2024", Named::Year(2024)),
            ("0000", Named::Year(0)),
            ("-0044", Named::Year(-44)),
            ("+012345", Named::Year(12_345)),
            ("2024-05", Named::Month(2024, 5)),
            ("2024-05-01", Named::Day(DAY)),
            ("2024-05-01T08:00:00", Named::Civil(at)),
            ("2024-05-01 08:00", Named::Civil(at)),
            ("2024-05-01T08:00:00Z", Named::Instant(at)),
            ("2024-05-01t08:00:00z", Named::Instant(at)),
            ("2024-05-01T08:00Z", Named::Instant(at)),
            ("2024-05-01T08:00:00.5Z", Named::Instant(at + 500)),
            ("2024-05-01T08:00:00.1239999Z", Named::Instant(at + 123)),
            ("2024-05-01T07:59:60Z", Named::Instant(at)),
            ("2024-05-01T07:59:60.25Z", Named::Instant(at + 250)),
            ("2024-05-01T16:00:00+08:00", Named::Instant(at)),
            ("2024-05-01T16:00:00+0800", Named::Instant(at)),
            ("2024-05-01 16:00:00+08", Named::Instant(at)),
            ("2024-04-30T20:30:00-11:30", Named::Instant(at)),
            ("2024-05-01T08:00:00-00:00", Named::Instant(at)),
        ] {
            assert_eq!(read(text), Ok(named), "{text}");
        }
    }

    #[test]
    fn what_names_no_time_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "expected"),
            (" ", "expected"),
            ("..", "expected"),
            ("garbage", "expected"),
            ("20240501", "expected"),
            ("2024-5-1", "expected"),
            ("2024/05/01", "expected"),
            ("24-05-01", "expected"),
            ("2024-", "expected"),
            ("2024-05-", "expected"),
            ("2024-05-01T", "expected"),
            ("2024-05-01T08", "expected"),
            ("2024-05-01T08:00:00.", "expected"),
            ("2024-05-01T08:00:00.Z", "expected"),
            ("2024-05-01T08:00:00+", "expected"),
            ("2024-05-01T08:00:00+08:", "expected"),
            ("2024-05-01T08:00:00+08:00Z", "expected"),
            ("2024-05-01T08:00:00ZZ", "expected"),
            ("2024-05-01Z", "expected"),
            ("２０２４-05-01", "expected"),
            (" 2024-05-01", "expected"),
            ("2024-05-01 ", "expected"),
            ("+2024-05-01T08:00:00 Z", "space"),
            ("2024-05-01T08:00:00 08:00", "%2B"),
            ("2024-00", "months"),
            ("2024-13-01", "months"),
            ("2023-02-30", "no such day"),
            ("2023-02-29", "no such day"),
            ("2024-05-00", "no such day"),
            ("2024-05-01T24:00:00Z", "hours"),
            ("2024-05-01T08:60:00Z", "hours"),
            ("2024-05-01T08:00:61Z", "hours"),
            ("2024-05-01T08:00:00+24:00", "offsets"),
            ("+999999999-01-01", "out of range"),
            ("+99999999999-01-01", "expected"),
            (&"2".repeat(65), "too long"),
        ] {
            let told = read(text).expect_err(text);
            assert!(told.contains(reason), "{text}: {told}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,70}") {
            let _ = read(&text);
        }

        #[test]
        fn any_text_of_its_alphabet_is_read_or_refused(text in "[-+0-9TtZz:. ]{0,40}") {
            let _ = read(&text);
        }
    }
}
