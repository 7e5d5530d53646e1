//! When projects are prepared, built and done, and what is spent on them.

use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::random::Random;

/// The first year of the register.
pub(super) const FIRST: i32 = 2020;
/// The last.
pub(super) const LAST: i32 = 2026;

/// The days of a project.
#[derive(Clone)]
pub(super) struct Course {
    /// The first of January on which it was listed.
    pub(super) listed: Day,
    /// When it was to start.
    pub(super) start_planned: Day,
    /// When it started; it may be after the records' end.
    pub(super) start: Day,
    /// Since when which finish was planned, in order; each later than the one before.
    pub(super) finishes: Vec<(Day, Day)>,
    /// When it was done; it may be after the records' end.
    pub(super) finish: Day,
}

impl Course {
    /// A course for a project that is listed in a year; `old` ones started up to three years before.
    pub(super) fn new(year: i32, old: bool, random: &mut Random) -> Self {
        let listed = calendar::day(year, 1, 1);
        let length = random.about([480.0, 900.0, 1_700.0]) as Day;
        let start_planned = match (old, random.unit()) {
            (true, _) => listed - random.whole(60, i64::from(length) - 240) as Day,
            (_, p) if p < 0.6 => listed + random.whole(60, 300) as Day,
            (_, p) if p < 0.9 => listed + random.whole(365, 640) as Day,
            _ => listed + random.whole(731, 900) as Day,
        };
        let delay = if random.chance(0.45) { random.whole(20, 260) } else { random.whole(-10, 20) };
        let start = if old { start_planned } else { start_planned + delay as Day };
        let since = listed.min(start_planned);
        let mut finishes = vec![(since, start_planned + length)];
        if start - start_planned > 60 {
            finishes.push((start, start + length));
        }
        let mut chance = 0.42;
        while let Some((_, last)) = finishes.last().copied().filter(|_| random.chance(chance)) {
            let told =
                start.max(since) + (f64::from(last - start) * random.range(0.45, 0.9)) as Day;
            if finishes.last().is_some_and(|(since, _)| told <= *since + 20) || told + 30 > last {
                break;
            }
            finishes.push((told, last + random.whole(3, 13) as Day * 30));
            chance = 0.18;
        }
        let last = finishes.last().map_or(start + length, |(_, last)| *last);
        Self { listed, start_planned, start, finishes, finish: last - random.whole(0, 45) as Day }
    }

    /// The day after its last: the end of the year in which it was done.
    pub(super) fn to(&self) -> Option<Day> {
        let year = calendar::civil(self.finish).0;
        (year < LAST).then(|| calendar::day(year + 1, 1, 1))
    }

    /// The stage on a day.
    pub(super) fn stage(&self, at: Day) -> &'static str {
        if at >= self.finish {
            "done"
        } else if at < self.start {
            "prep"
        } else if calendar::civil(at).0 == calendar::civil(self.start).0 {
            "new"
        } else {
            "cont"
        }
    }

    /// The finish that was planned on a day.
    pub(super) fn planned(&self, at: Day) -> Day {
        let known = self.finishes.iter().rfind(|(since, _)| *since <= at);
        known.or(self.finishes.first()).map_or(self.finish, |(_, day)| *day)
    }

    /// The days on which something of it changes while it is listed, the first included.
    pub(super) fn cuts(&self) -> Vec<Day> {
        let end = self.to().unwrap_or(RECORDS_END + 1);
        let years = (FIRST..=LAST).map(|year| calendar::day(year, 1, 1));
        let slips = self.finishes.iter().map(|(since, _)| *since);
        let mut cuts: Vec<Day> = years
            .chain(slips)
            .chain([self.start, self.finish])
            .filter(|day| *day >= self.listed && *day < end && *day <= RECORDS_END)
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }
}

/// A month of a project: what was planned, what was spent; `None` where nothing was reported.
#[derive(Clone, Copy)]
pub(super) struct Month {
    /// Ten thousand yuan.
    pub(super) plan: f64,
    /// Ten thousand yuan.
    pub(super) actual: Option<f64>,
}

/// A year of a project.
#[derive(Clone)]
#[expect(clippy::struct_field_names, reason = "a year of a calendar is called that")]
pub(super) struct Year {
    /// The year.
    pub(super) year: i32,
    /// What was planned, ten thousand yuan: the sum of the months.
    pub(super) plan: f64,
    /// What was spent before it.
    pub(super) before: f64,
    /// The months.
    pub(super) months: [Month; 12],
}

/// First and last day of a month.
pub(super) fn month_days(year: i32, month: i32) -> (Day, Day) {
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (calendar::day(year, month, 1), calendar::day(next.0, next.1, 1) - 1)
}

/// The years in which a project is listed, with their money.
pub(super) fn years(course: &Course, total: f64, random: &Random) -> Vec<Year> {
    let first = calendar::civil(course.listed).0;
    let last = calendar::civil(course.finish).0.min(LAST);
    let done = f64::from(course.listed - course.start) / f64::from(course.finish - course.start);
    let mut spent = (total * done.clamp(0.0, 0.85) * 0.9 / 10.0).round() * 10.0;
    let mut out = Vec::new();
    for year in first..=last {
        let mut random = random.of(year as u64);
        let own = one_year(course, (year, total, spent), &mut random);
        let made: f64 = own.months.iter().filter_map(|month| month.actual).sum();
        out.push(own);
        spent += made;
    }
    out
}

fn one_year(course: &Course, (year, total, spent): (i32, f64, f64), random: &mut Random) -> Year {
    let (begin, end) = (calendar::day(year, 1, 1), calendar::day(year, 12, 31));
    let known = course.planned(begin);
    let start = if course.start < begin { begin } else { course.start_planned.max(begin + 60) };
    let finish = known.max(start + 30);
    let left = (total - spent).max(0.0);
    let share = f64::from(end.min(finish) - start) / f64::from(finish - start);
    let plan =
        if start > end { total * random.range(0.004, 0.012) } else { left * share.clamp(0.0, 1.0) };
    let plan = (plan / 10.0).round().max(6.0) * 10.0;
    let weights = weights(year, if start > end { begin } else { start }, finish, random);
    let sum: f64 = weights.iter().sum();
    let largest = (0..12).max_by(|a, b| weights[*a].total_cmp(&weights[*b])).unwrap_or(11);
    let mut plans = weights.map(|weight| (plan * weight / sum).round());
    plans[largest] += plan - plans.iter().sum::<f64>();
    let slips = course.finishes.iter().any(|(since, _)| *since > begin && *since <= end);
    let pace = if slips { random.range(0.5, 0.82) } else { random.range(0.8, 1.09) };
    let mut held = 0.0;
    let months = std::array::from_fn(|i| {
        let (first, last) = month_days(year, i as i32 + 1);
        let works = course.start <= last && course.finish >= first && last <= RECORDS_END;
        let made = (plans[i] * pace * random.range(0.8, 1.2)).round();
        let silent = random.chance(0.04);
        if !works {
            return Month { plan: plans[i], actual: None };
        }
        if silent {
            // What was not reported is reported with the next month.
            held += made;
            return Month { plan: plans[i], actual: None };
        }
        let actual = Some(made + std::mem::take(&mut held));
        Month { plan: plans[i], actual }
    });
    let months = capped(months, total * 1.09 - spent);
    Year { year, plan, before: spent, months }
}

/// How a year's plan falls on its months: none before the work starts or after it is done, little
/// around the new year's holidays, most in the last quarter.
fn weights(year: i32, start: Day, finish: Day, random: &mut Random) -> [f64; 12] {
    let season = [0.6, 0.5, 0.9, 1.0, 1.0, 1.1, 1.0, 1.0, 1.1, 1.0, 1.2, 1.5];
    let mut out = std::array::from_fn(|i| {
        let (first, last) = month_days(year, i as i32 + 1);
        let days = finish.min(last) - start.max(first) + 1;
        season[i] * f64::from(days.max(0)) * random.range(0.9, 1.1)
    });
    if out.iter().sum::<f64>() <= 0.0 {
        out[11] = 1.0;
    }
    out
}

/// The months with no more spent than is left.
fn capped(mut months: [Month; 12], left: f64) -> [Month; 12] {
    let mut left = left.max(0.0).floor();
    for month in &mut months {
        month.actual = month.actual.map(|made| made.min(left));
        left -= month.actual.unwrap_or(0.0);
    }
    months
}
