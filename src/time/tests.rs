//! Validity and `datetime` together, against a brute-force model.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::*;

fn validity(kind: TemporalKind) -> Validity {
    Validity {
        kind,
        start_unit: TimeUnit::Ms,
        end_unit: TimeUnit::Ms,
        end_inclusive: false,
        zone: Zone::default(),
    }
}

fn text(value: Option<&str>) -> TimeValue<'_> {
    value.map_or(TimeValue::Null, TimeValue::Text)
}

/// Whether a row from `start` to `end` matches `datetime`.
fn matches(rules: &Validity, start: Option<&str>, end: Option<&str>, datetime: &str) -> bool {
    let span = rules.span(text(start), text(end)).expect("a span");
    let moment = Moment::parse(datetime, &rules.zone).expect(datetime);
    moment.window(rules.kind).is_none_or(|window| span.meets(window))
}

/// Civil dates around everything that makes dates hard: summer time begins, ends and holds in
/// 1986-91, leap days, local mean time, the first and last years that text has.
const DATES: [&str; 12] = [
    "0000-01-01",
    "1900-12-31",
    "1986-05-04",
    "1986-05-05",
    "1986-09-14",
    "1988-07-01",
    "1991-09-15",
    "2020-02-29",
    "2020-03-01",
    "2021-09-01",
    "9999-12-30",
    "9999-12-31",
];

/// First instant of the civil day, by jiff.
fn first_instant(date: &str) -> i64 {
    let date: Date = date.parse().expect("a date");
    let zone = TimeZone::get("Asia/Shanghai").expect("a zone");
    date.to_zoned_datetime(zone).expect("in range").timestamp().as_millisecond()
}

fn next_day(date: &str) -> i64 {
    // The day after the last of jiff's years begins 24 hours later.
    match date.parse::<Date>().expect("a date").tomorrow() {
        Ok(next) => first_instant(&next.to_string()),
        Err(_) => first_instant(date) + 86_400_000,
    }
}

fn rfc3339(millis: i64) -> String {
    Instant::from_millis(millis).to_string()
}

/// Every instant at which anything changes, with its neighbours.
fn boundaries() -> Vec<i64> {
    let ends = DATES.iter().flat_map(|date| [first_instant(date), next_day(date)]);
    let mut all: Vec<i64> = ends.flat_map(|at| [at - 1, at, at + 1]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// `datetime` texts, each with its closed range of instants: of a state where the two differ, then
/// of an event.
fn questions() -> Vec<(String, [(i64, i64); 2])> {
    let instants = boundaries();
    let mut out = Vec::new();
    for at in &instants {
        out.push((rfc3339(*at), [(*at, *at); 2]));
    }
    for date in DATES {
        let (first, next) = (first_instant(date), next_day(date));
        out.push((date.to_owned(), [(first, first), (first, next - 1)]));
    }
    let ends: Vec<(String, i64, i64)> = instants
        .iter()
        .step_by(3)
        .map(|at| (rfc3339(*at), *at, *at))
        .chain(DATES.map(|date| (date.to_owned(), first_instant(date), next_day(date) - 1)))
        .collect();
    let open = ("..".to_owned(), i64::MIN, i64::MAX);
    for (a, start, _) in ends.iter().chain([&open]) {
        for (b, _, end) in ends.iter().chain([&open]) {
            if start <= end {
                out.push((format!("{a}/{b}"), [(*start, *end); 2]));
            }
        }
    }
    out
}

/// Whether some instant lies in both closed ranges, looked for one by one.
fn share_an_instant(candidates: &[i64], a: (i64, i64), b: (i64, i64)) -> bool {
    let holds = |range: (i64, i64), at: i64| range.0 <= at && at <= range.1;
    candidates.iter().any(|at| holds(a, *at) && holds(b, *at))
}

#[test]
fn datetime_equals_a_brute_force_model_at_every_boundary() {
    let (candidates, questions) = (boundaries(), questions());
    let bounds = || DATES.iter().copied().map(Some).chain([None]);
    let mut compared = 0;
    for kind in [TemporalKind::State, TemporalKind::Event] {
        let rules = validity(kind);
        for (start, end) in bounds().flat_map(|start| bounds().map(move |end| (start, end))) {
            let from = start.map_or(i64::MIN, first_instant);
            let to = match (kind, end) {
                (TemporalKind::Event, Some(end)) => next_day(end) - 1,
                (TemporalKind::Event, None) => start.map_or(i64::MAX, |start| next_day(start) - 1),
                (_, Some(end)) => first_instant(end) - 1,
                (_, None) => i64::MAX,
            };
            let Ok(span) = rules.span(text(start), text(end)) else {
                assert!(from > to, "{kind:?} {start:?} {end:?} is some time valid");
                continue;
            };
            for (datetime, ranges) in &questions {
                let range = ranges[usize::from(kind == TemporalKind::Event)];
                let moment = Moment::parse(datetime, &rules.zone).expect(datetime);
                let window = moment.window(kind).expect("a window");
                let expected = share_an_instant(&candidates, (from, to), range);
                assert_eq!(span.meets(window), expected, "{kind:?} {start:?} {end:?} {datetime}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100_000, "only {compared} compared");
}

#[test]
fn a_state_ends_with_the_last_instant_before_its_end() {
    let rules = validity(TemporalKind::State);
    let (start, end) = (Some("2020-09-01"), Some("2021-09-01"));
    assert!(matches(&rules, start, end, "2021-08-31T15:59:59.999Z"));
    assert!(!matches(&rules, start, end, "2021-08-31T16:00:00Z"));
    assert!(!matches(&rules, start, end, "2021-09-01"));
    assert!(matches(&rules, start, end, "2021-08-31/2021-09-01"));
}

#[test]
fn partial_dates_are_their_first_instant_for_states_and_whole_for_events_and_interval_ends() {
    let state = validity(TemporalKind::State);
    assert!(matches(&state, Some("2020-01-01"), Some("2020-01-02"), "2020"));
    assert!(!matches(&state, Some("2020-02-01"), None, "2020"));
    assert!(matches(&state, Some("2020-12-31"), None, "2019/2020"));
    assert!(!matches(&state, Some("2021"), None, "2019/2020"));
    let event = validity(TemporalKind::Event);
    assert!(matches(&event, Some("2020-12-31T23:59:59.999"), None, "2020"));
    assert!(matches(&event, Some("2020-06-30"), None, "2020-06"));
    assert!(!matches(&event, Some("2020-07-01"), None, "2020-06"));
}

#[test]
fn inclusive_ends_hold_to_the_last_instant_of_their_day_month_or_year() {
    let rules = Validity { end_inclusive: true, ..validity(TemporalKind::State) };
    for (end, last) in [
        ("2020-06-30", "2020-06-30T23:59:59.999+08:00"),
        ("2020-06", "2020-06-30T23:59:59.999+08:00"),
        ("2020", "2020-12-31T23:59:59.999+08:00"),
        ("2020-06-30T12:00:00+08:00", "2020-06-30T12:00:00+08:00"),
    ] {
        let last = Instant::parse(last).expect("an instant");
        let span = rules.span(TimeValue::Null, TimeValue::Text(end)).expect("a span");
        assert_eq!(span.end().map(Instant::millis), Some(last.millis() + 1), "{end}");
    }
    let day = TimeValue::Text("2020-06-30");
    assert!(rules.span(day, day).is_ok(), "valid for the day");
}

#[test]
fn numbers_count_in_the_unit_of_their_column() {
    let day = first_instant("2020-02-29");
    // -9999-01-01T00:00:00+08:05:43, local mean time.
    let first_year = (-377_705_116_800 - 29_143) * 1000;
    for (unit, number, start) in [
        (TimeUnit::Ms, 1_582_905_600_000, day),
        (TimeUnit::S, 1_582_905_600, day),
        (TimeUnit::Yyyymmdd, 20_200_229, day),
        (TimeUnit::Year, 2020, first_instant("2020-01-01")),
        (TimeUnit::Year, -9999, first_year),
    ] {
        let rules = Validity { start_unit: unit, ..validity(TemporalKind::State) };
        let span = rules.span(TimeValue::Number(number), TimeValue::Null).expect("a span");
        assert_eq!(span.start().map(Instant::millis), Some(start), "{unit:?} {number}");
    }
    let rules = Validity { start_unit: TimeUnit::Yyyymmdd, ..validity(TemporalKind::State) };
    for number in [20_230_229, 0, -20_200_229, 2020, i64::MIN, i64::MAX] {
        assert!(!rules.reads(TimeValue::Number(number)), "{number}");
    }
}

#[test]
fn numbers_at_the_ends_of_what_fits_do_not_overflow() {
    for kind in [TemporalKind::State, TemporalKind::Event] {
        for unit in [TimeUnit::Ms, TimeUnit::S, TimeUnit::Yyyymmdd, TimeUnit::Year] {
            for end_inclusive in [false, true] {
                let rules =
                    Validity { start_unit: unit, end_unit: unit, end_inclusive, ..validity(kind) };
                let ends = [i64::MIN, i64::MIN + 1, 0, 292_000_000, i64::MAX - 1, i64::MAX];
                for (start, end) in ends.iter().flat_map(|a| ends.map(|b| (*a, b))) {
                    let _ = rules.span(TimeValue::Number(start), TimeValue::Number(end));
                    let _ = rules.span(TimeValue::Number(start), TimeValue::Null);
                    let _ = rules.span(TimeValue::Null, TimeValue::Number(end));
                }
            }
        }
    }
    let rules = validity(TemporalKind::State);
    let span = rules.span(TimeValue::Null, TimeValue::Number(i64::MAX)).expect("a span");
    assert!(span.contains(Instant::from_millis(i64::MAX - 3)));
    assert!(rules.span(TimeValue::Number(i64::MAX), TimeValue::Null).is_ok());
}

#[test]
fn rows_that_are_never_valid_say_why() {
    let rules = validity(TemporalKind::State);
    let day = TimeValue::Text("2021-09-01");
    assert_eq!(rules.span(day, day), Err(ValidityError::Empty));
    assert_eq!(rules.span(day, TimeValue::Text("2020")), Err(ValidityError::Empty));
    let error = rules.span(TimeValue::Text("2023-02-30"), TimeValue::Null).expect_err("no day");
    assert_eq!(error.to_string(), "`2023-02-30` names no time: the month has no such day");
    for unreadable in ["", " ", "unknown", "uuuu"] {
        assert!(rules.span(TimeValue::Null, TimeValue::Text(unreadable)).is_err());
    }
}

#[test]
fn an_event_without_time_is_always_and_one_with_an_end_alone_is_open_to_the_past() {
    let rules = validity(TemporalKind::Event);
    assert_eq!(rules.span(TimeValue::Null, TimeValue::Null), Ok(Span::ALWAYS));
    let span = rules.span(TimeValue::Null, TimeValue::Text("2020-01-01")).expect("a span");
    assert_eq!(span.start(), None);
    assert_eq!(span.end().map(Instant::millis), Some(next_day("2020-01-01")));
}

#[test]
fn datetimes_that_cannot_be_say_why() {
    let zone = Zone::default();
    for (text, reason) in [
        ("", "names no time"),
        ("..", "names no time"),
        ("yesterday", "names no time"),
        ("2023-02-30", "no such day"),
        ("2021-09-01T24:00:00Z", "hours"),
        ("2021-09-01T00:00:00 08:00", "%2B"),
        ("2021-09-02/2021-09-01", "before it starts"),
        ("2021-09-01T00:00:01Z/2021-09-01T00:00:00Z", "before it starts"),
        ("2021/2022/2023", "one `/`"),
        ("2021-09-01/garbage", "`garbage`"),
        ("/ ", "names no time"),
    ] {
        let error = Moment::parse(text, &zone).expect_err(text);
        assert!(error.reason.contains(reason), "{text}: {error}");
    }
    let long = Moment::parse(&"9".repeat(100_000), &zone).expect_err("too long");
    assert!(long.reason.len() < 200, "{long}");
}

#[test]
fn open_ends_are_two_dots_or_empty() {
    let zone = Zone::default();
    let parse = |text| Moment::parse(text, &zone).expect("a datetime");
    assert_eq!(parse("../.."), parse("/"));
    assert_eq!(parse("../2020"), parse("/2020"));
    assert_eq!(parse("2020/.."), parse("2020/"));
    assert_eq!(parse("../..").window(TemporalKind::State), Some(Span::ALWAYS));
    assert_eq!(parse("2020").window(TemporalKind::None), None);
}

#[test]
fn a_moment_made_of_an_instant_is_that_of_its_text() {
    let at = Instant::from_millis(1_630_425_600_123);
    assert_eq!(Moment::parse(&at.to_string(), &Zone::default()), Ok(Moment::at(at)));
}
