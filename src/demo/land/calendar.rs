//! Civil days.

/// Days since 1 January 1970.
pub(crate) type Day = i32;

/// Where the city's records begin: what was there then has this start.
pub(crate) const RECORDS_BEGIN: Day = day(2010, 1, 1);
/// The last day on which something changes.
pub(crate) const RECORDS_END: Day = day(2026, 6, 30);

/// The day of a date of the Gregorian calendar (Hinnant: chrono-compatible low-level date
/// algorithms, `days_from_civil`).
pub(crate) const fn day(year: i32, month: i32, day: i32) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of the month (`civil_from_days`).
pub(crate) const fn civil(day: Day) -> (i32, i32, i32) {
    let z = day + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let m = (5 * of_year + 2) / 153;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year + era * 400;
    (if month <= 2 { year + 1 } else { year }, month, of_year - (153 * m + 2) / 5 + 1)
}

/// `2016-12-26`.
pub(crate) fn date(at: Day) -> String {
    let (year, month, day) = civil(at);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The minute of the day as `2016-12-26T08:30:00+08:00`.
pub(crate) fn timestamp(at: Day, minute: i32) -> String {
    let at = at + minute.div_euclid(1440);
    let minute = minute.rem_euclid(1440);
    format!("{}T{:02}:{:02}:00+08:00", date(at), minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        assert_eq!(day(1970, 1, 1), 0);
        assert_eq!(day(2000, 3, 1), 11_017);
        for at in -40_000..40_000 {
            let (y, m, d) = civil(at);
            assert_eq!(day(y, m, d), at);
        }
        assert_eq!(timestamp(day(2024, 2, 28), 1440 + 61), "2024-02-29T01:01:00+08:00");
    }
}
