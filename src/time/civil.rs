//! Civil days: the proleptic Gregorian calendar as a count of days.

/// Milliseconds of a civil day without zone changes.
pub(super) const DAY_MS: i64 = 86_400_000;

/// Years that a civil date may have: those whose instants fit an `Instant`, with room to spare.
pub(super) const YEARS: std::ops::RangeInclusive<i64> = -292_000_000..=292_000_000;

/// Days from 1970-01-01 to the date; `None` if there is no such date (30 February) or its year is
/// outside [`YEARS`].
///
/// Counting by eras of 400 years from 1 March: Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `days_from_civil`.
pub(super) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    if !YEARS.contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    if day == 0 || day > days_of_month(year, month) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The date `[year, month, day]` that lies `days` after 1970-01-01 (`civil_from_days` of the same
/// source).
pub(super) fn date(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

const fn days_of_month(year: i64, month: u32) -> u32 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eight_centuries_follows_the_one_before() {
        let mut expected = days(1599, 12, 31).expect("a date");
        for year in 1600..2400 {
            for month in 1..=12 {
                for day in 1..=days_of_month(year, month) {
                    expected += 1;
                    assert_eq!(days(year, month, day), Some(expected));
                    assert_eq!(date(expected), (year, month, day));
                }
            }
        }
    }

    #[test]
    fn days_are_those_of_jiff_from_its_first_to_its_last_year() {
        for (year, month, day) in [(-9999, 1, 1), (-1, 12, 31), (0, 2, 29), (9999, 12, 31)] {
            let date = jiff::civil::date(year, month, day);
            let epoch = jiff::civil::date(1970, 1, 1);
            let expected = i64::from(date.since(epoch).expect("in range").get_days());
            assert_eq!(days(year.into(), month as u32, day as u32), Some(expected));
        }
    }

    #[test]
    fn dates_that_no_calendar_has_are_refused() {
        for (year, month, day) in [(2023, 2, 29), (1900, 2, 29), (2024, 4, 31), (2024, 0, 1)] {
            assert_eq!(days(year, month, day), None, "{year}-{month}-{day}");
        }
        assert_eq!(days(2024, 13, 1), None);
        assert_eq!(days(2024, 1, 0), None);
        assert_eq!(days(i64::MAX, 1, 1), None);
    }
}
