//! What customs do with the enterprises on their register: visits, handbooks, declarations.

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::random::Random;
use super::super::super::recipes::{Step, periods};
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::register::{LAYER, rank};

/// An enterprise on the register: its versions.
struct Subject<'e> {
    rows: &'e [Entity],
}

impl<'e> Subject<'e> {
    /// The enterprises among the rows of the register.
    fn all(rows: &'e [Entity]) -> Vec<Self> {
        rows.chunk_by(|a, b| a.id == b.id).map(|rows| Self { rows }).collect()
    }

    fn id(&self) -> &'e str {
        &self.rows[0].id
    }

    /// First day, and the day after the last.
    fn days(&self) -> (Day, Option<Day>) {
        (self.rows[0].days().0, self.rows[self.rows.len() - 1].days().1)
    }

    /// The day after the last that can be recorded.
    fn end(&self) -> Day {
        self.days().1.unwrap_or(RECORDS_END + 1)
    }

    /// The version of a day.
    fn on(&self, at: Day) -> &'e Entity {
        self.rows.iter().rfind(|row| row.days().0 <= at).unwrap_or(&self.rows[0])
    }

    fn class(&self, city: &'e City, at: Day) -> &'e str {
        city.value(LAYER, self.on(at), "class").text()
    }
}

/// Days that may pass between two visits.
fn interval(class: &str) -> f64 {
    match rank(class) {
        0 => 730.0,
        1 => 540.0,
        2 => 365.0,
        3 => 180.0,
        _ => 90.0,
    }
}

/// The day, or the working day before it, but none before `from`.
fn working(day: Day, from: Day) -> Day {
    let back = match (day + 3).rem_euclid(7) {
        5 => 1,
        6 => 2,
        _ => 0,
    };
    (day - back).max(from)
}

/// The days on which an enterprise was visited, the latest first, and whether an issue is known to
/// have been found; each has one at least.
fn visited(city: &City, subject: &Subject<'_>, random: &mut Random) -> Vec<(Day, bool)> {
    let (first, end) = (subject.days().0, subject.end());
    let mut out = Vec::new();
    let mut far = random.range(0.03, 1.18);
    let mut day = end - 1;
    loop {
        let wished = day - (interval(subject.class(city, day)) * far) as Day - 1;
        if wished < first + 10 && !out.is_empty() {
            break;
        }
        day = working(wished.clamp(first, end - 1), first);
        out.push((day, false));
        far = random.range(0.62, 1.22);
        if day <= first + 10 {
            break;
        }
    }
    // What costs an enterprise its credit was found at a visit in the weeks before.
    for pair in subject.rows.windows(2) {
        let [old, new] =
            [&pair[0], &pair[1]].map(|row| rank(city.value(LAYER, row, "class").text()));
        let day = pair[1].days().0 - random.whole(18, 55) as Day;
        if new > old && new >= 3 && day > first {
            out.push((working(day, first), true));
        }
    }
    out.sort_unstable_by_key(|visit| -visit.0);
    out.dedup_by_key(|visit| visit.0);
    out
}

/// Audits, checks and inspections.
pub(super) fn visits(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let rows = city.entities(LAYER)?;
    let subjects = Subject::all(&rows);
    let lists: Vec<Vec<(Day, bool)>> = subjects
        .iter()
        .map(|subject| visited(city, subject, &mut sheet.random.named(subject.id())))
        .collect();
    // The latest of each, then the one before of each, and so on, as many as there should be.
    let mut all: Vec<(Day, usize, bool)> = Vec::new();
    let most = lists.iter().map(Vec::len).max().unwrap_or(0);
    for turn in 0..most {
        for (i, list) in lists.iter().enumerate() {
            if turn > 0 && all.len() >= sheet.target() {
                break;
            }
            all.extend(list.get(turn).map(|(day, issue)| (*day, i, *issue)));
        }
    }
    all.sort_unstable();
    for (number, (day, i, issue)) in all.into_iter().enumerate() {
        let subject = &subjects[i];
        let place = subject.on(day);
        let class = subject.class(city, day);
        let mut random = sheet.random.named(subject.id()).of(day as u64);
        let kind = ["audit", "check", "inspect"][random.weighed([3.0, 5.0, 3.0].into_iter())];
        let hour = if random.chance(0.6) { 9 } else { 14 };
        let begin = i64::from(day) * 1440 + hour * 60 + 10 * random.whole(0, 8);
        let hours = if kind == "audit" { random.range(2.0, 3.0) } else { random.range(0.7, 2.0) };
        let end = begin + (hours * 6.0).round() as i64 * 10;
        let found = issue || random.chance([0.06, 0.1, 0.17, 0.5, 0.65][rank(class)]);
        let duty = if found && random.chance(0.7) { random.about([0.4, 6.0, 240.0]) } else { 0.0 };
        let row = Row::new(sheet.number(number + 1), Shape::Point(place.at))
            .span(Span::Minutes(begin, Some(end)))
            .set("enterprise_id", subject.id().to_owned())
            .set("kind", kind)
            .set("result", if found { "issue" } else { "ok" })
            .set("visit_no", format!("9999{}{:04}", calendar::civil(day).0, random.whole(1, 9_999)))
            .set("duty_wan", (duty * 100.0).round() / 100.0);
        sheet.add(row)?;
    }
    Ok(())
}

/// A handbook's days: filed, due, due after an extension and when that was granted, written off.
struct Course {
    filed: Day,
    due: Day,
    extended: Option<(Day, Day)>,
    closed: Option<Day>,
}

impl Course {
    fn new(filed: Day, end: Day, random: &mut Random) -> Self {
        let due = filed + 364;
        let extended = random
            .chance(0.3)
            .then(|| (due - random.whole(6, 50) as Day, due + random.whole(90, 365) as Day));
        let last = extended.map_or(due, |extended| extended.1);
        let extended = extended.filter(|(day, _)| *day < end);
        let late = random.chance(0.12);
        let by = if late { random.whole(25, 240) } else { random.whole(-70, 24) } as Day;
        // One that the records' end finds open stays open; an enterprise that goes writes its off.
        let closed = Some((last + by).max(filed + 120)).filter(|day| *day <= RECORDS_END);
        let closed = if end <= RECORDS_END {
            Some(closed.map_or(end - 12, |day| day.min(end - 12)))
        } else {
            closed
        };
        let extended = extended.filter(|(day, _)| closed.is_none_or(|closed| *day + 20 < closed));
        Self { filed, due, extended, closed }
    }

    /// The versions: first day, the day after the last, status, due.
    fn versions(&self, end: Option<Day>) -> Vec<(Day, Option<Day>, &'static str, Day)> {
        let mut out = vec![(self.filed, self.closed, "open", self.due)];
        let mut due = self.due;
        if let Some((day, later)) = self.extended {
            out[0].1 = Some(day);
            out.push((day, self.closed, "extended", later));
            due = later;
        }
        if let Some(day) = self.closed {
            // Papers are kept for three years.
            let kept = Some(day + 1_095).filter(|day| *day <= RECORDS_END);
            out.push((day, [kept, end].into_iter().flatten().min(), "closed", due));
        }
        out
    }
}

/// Handbooks of processing enterprises.
pub(super) fn handbooks(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let rows = city.entities(LAYER)?;
    let subjects: Vec<Subject<'_>> = Subject::all(&rows)
        .into_iter()
        .filter(|subject| city.value(LAYER, subject.on(0), "kind").text() == "processing")
        .collect();
    let mut number = 0;
    // The latest handbook of each, then the one before, as many as there should be.
    for turn in 0..8 {
        for subject in &subjects {
            if sheet.count >= target {
                return Ok(());
            }
            let (first, end) = (subject.days().0, subject.end());
            let mut random = sheet.random.named(subject.id());
            let latest = end - random.whole(30, 500) as Day;
            let filed = working(latest - turn * random.whole(380, 560) as Day, first);
            if filed < first + 20 || filed > end - 150 && subject.days().1.is_some() {
                continue;
            }
            number += 1;
            let mut random = random.of(turn as u64 + 16);
            let course = Course::new(filed, end, &mut random);
            let outward = city.value(LAYER, subject.on(filed), "trade").text() == "outward";
            let letter = if outward { 'B' } else { 'C' };
            let year = calendar::civil(filed).0.rem_euclid(100);
            let code = format!("{letter}9999{year:02}{:05}", random.whole(1, 99_999));
            for (from, to, status, due) in course.versions(subject.days().1) {
                for (from, to, place) in pieces(subject, from, to) {
                    let row = Row::new(sheet.number(number), Shape::Point(place.at))
                        .during(from, to)
                        .set("enterprise_id", subject.id().to_owned())
                        .set("handbook_no", code.clone())
                        .set("mode", if outward { "outward" } else { "inward" })
                        .set("status", status)
                        .set("due_on", due)
                        .set("closed_on", course.closed.filter(|_| status == "closed"));
                    let name = place.name.as_ref().map(|name| name.with("手册", "Handbook"));
                    sheet.add(match name {
                        Some(name) => row.named(name),
                        None => row,
                    })?;
                }
            }
        }
    }
    Ok(())
}

/// The pieces of a span between an enterprise's moves, with the version that says where it was.
fn pieces<'e>(
    subject: &Subject<'e>,
    from: Day,
    to: Option<Day>,
) -> Vec<(Day, Option<Day>, &'e Entity)> {
    let mut out: Vec<(Day, Option<Day>, &Entity)> = vec![(from, to, subject.on(from))];
    for row in subject.rows {
        let (start, _) = row.days();
        let inside = start > from && to.is_none_or(|to| start < to);
        if let Some(last) = out.last_mut().filter(|last| inside && last.2.at != row.at) {
            last.1 = Some(start);
            out.push((start, to, row));
        }
    }
    out
}

/// Declarations of the latest months.
pub(super) fn declarations(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let rows = city.entities(LAYER)?;
    let subjects = Subject::all(&rows);
    let now = subjects.iter().filter(|subject| subject.days().1.is_none()).count();
    let months = (sheet.target() as f64 / now.max(1) as f64).round().max(1.0) as usize;
    for (from, next, mark) in periods(Step::Month, months) {
        let (year, month, _) = calendar::civil(from);
        for subject in subjects.iter().filter(|own| own.days().0 <= from && own.end() >= next) {
            let mut own = sheet.random.named(subject.id());
            let broker = city.value(LAYER, subject.on(from), "kind").text() == "broker";
            let usual = own.about([2.0, 14.0, 240.0]) * if broker { 3.0 } else { 1.0 };
            let each = own.about([4.0, 18.0, 160.0]);
            let mut random = own.of(from as u64);
            let season = if month == 2 { 0.62 } else { 1.0 };
            let count = (usual * season * random.range(0.8, 1.2)).round().max(1.0);
            let rate = [0.004, 0.011, 0.024, 0.16, 0.4][rank(subject.class(city, from))];
            let inspected =
                (count * rate * random.range(0.5, 1.5) + random.unit()).floor().min(count);
            let value = (count * each * random.range(0.85, 1.15) * 100.0).round() / 100.0;
            let row =
                Row::new(format!("{}-{mark}", subject.id()), Shape::Point(subject.on(from).at))
                    .span(Span::Between(from, next - 1))
                    .set("enterprise_id", subject.id().to_owned())
                    .set("year", year)
                    .set("month", month)
                    .set("count", count)
                    .set("inspected", inspected)
                    .set("value_wan", value);
            sheet.add(row)?;
        }
    }
    Ok(())
}
