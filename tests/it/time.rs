//! What is valid when, against answers computed elsewhere: the small sets of every `datetime` form
//! in three encodings of time, and counts by date of real layers.

use std::collections::BTreeSet;
use std::path::Path;

use onemap::model::{Row, Value};
use onemap::source::{Fgb, Source};
use onemap::time::{
    Instant, Moment, Slabs, Span, TemporalKind, TimeUnit, TimeValue, Validity, Zone,
};

use crate::data;

/// A layer with its rows' validity, by two of its columns.
struct Timed {
    source: Fgb,
    kind: TemporalKind,
    zone: Zone,
    /// `None` for rows that are never valid.
    spans: Vec<Option<Span>>,
}

impl Timed {
    fn open(folder: &Path, file: &str, kind: TemporalKind, columns: [Option<&str>; 2]) -> Self {
        let source = Fgb::in_memory(&std::fs::read(folder.join(file)).unwrap()).unwrap();
        let zone = Zone::default();
        let rules = Validity {
            kind,
            start_unit: TimeUnit::Ms,
            end_unit: TimeUnit::Ms,
            end_inclusive: false,
            zone: zone.clone(),
        };
        let columns = columns.map(|name| name.map(|name| source.schema().position(name).unwrap()));
        let spans = (0..source.len()).map(|row| {
            let feature = source.feature(Row::new(row)).unwrap();
            let [start, end] = columns.map(|column| match column.map(|c| feature.value(c)) {
                None | Some(Value::Null) => TimeValue::Null,
                Some(Value::Int(number)) => TimeValue::Number(number),
                Some(value) => TimeValue::Text(value.as_text().unwrap()),
            });
            rules.span(start, end).ok()
        });
        let spans = spans.collect();
        Self { source, kind, zone, spans }
    }

    /// The rows that match `datetime`; `None` asks without one, at `now`.
    fn rows<'t>(
        &'t self,
        datetime: Option<&str>,
        now: Option<Instant>,
    ) -> impl Iterator<Item = Row> + 't {
        let moment = match datetime {
            Some(text) => Some(Moment::parse(text, &self.zone).unwrap()),
            None => now.map(Moment::at),
        };
        let window = moment.and_then(|moment| moment.window(self.kind));
        let matches = move |span: &Span| window.is_none_or(|window| span.meets(window));
        let rows = (0..).map(Row::new).zip(&self.spans);
        rows.filter(move |(_, span)| span.as_ref().is_some_and(matches)).map(|(row, _)| row)
    }

    fn count(&self, datetime: &str) -> u64 {
        self.rows(Some(datetime), None).count() as u64
    }

    /// The values of `column` in the rows that match.
    fn ids(&self, column: &str, datetime: Option<&str>, now: Option<Instant>) -> BTreeSet<String> {
        let column = self.source.schema().position(column).unwrap();
        self.rows(datetime, now)
            .map(|row| match self.source.feature(row).unwrap().value(column) {
                Value::Int(number) => number.to_string(),
                value => value.as_text().unwrap().to_owned(),
            })
            .collect()
    }
}

/// A JSON list of texts or numbers as texts.
fn texts(list: &serde_json::Value) -> BTreeSet<String> {
    let text = |value: &serde_json::Value| {
        value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
    };
    list.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn states_answer_every_datetime_alike_in_three_encodings_of_time() {
    let Some(folder) = data::folder() else { return };
    let oracle = &data::json(&folder.join("time"), "tiny_expected.json")["state"];
    for (file, columns) in [
        ("tiny_state_datetime.fgb", ["valid_from", "valid_to"]),
        ("tiny_state_text.fgb", ["valid_from", "valid_to"]),
        ("tiny_state_epoch_ms.fgb", ["start_date", "end_date"]),
    ] {
        let path = format!("time/{file}");
        let layer = Timed::open(&folder, &path, TemporalKind::State, columns.map(Some));
        let queries = oracle["queries"].as_array().unwrap();
        assert!(queries.len() > 20);
        for query in queries {
            let datetime = query["datetime"].as_str().unwrap();
            let found = layer.ids("vid", Some(datetime), None);
            assert_eq!(found, texts(&query["vids"]), "{file} {datetime}");
        }
        let present = &oracle["no_datetime_at"];
        let now = Instant::parse(present["now"].as_str().unwrap());
        assert_eq!(layer.ids("vid", None, now), texts(&present["vids"]), "{file}");
        let slabs = Slabs::of(layer.spans.iter().flatten().copied());
        let expected: Vec<i64> = oracle["slabs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|at| Instant::parse(at.as_str().unwrap()).unwrap().millis())
            .collect();
        assert_eq!(slabs.bounds(), expected, "{file}");
    }
}

#[test]
fn events_answer_every_datetime() {
    let Some(folder) = data::folder() else { return };
    let oracle = &data::json(&folder.join("time"), "tiny_expected.json")["events"];
    let columns = [Some("begin"), Some("end")];
    let layer = Timed::open(&folder, "time/tiny_events.fgb", TemporalKind::Event, columns);
    for query in oracle["queries"].as_array().unwrap() {
        let datetime = query["datetime"].as_str();
        assert_eq!(layer.ids("id", datetime, None), texts(&query["ids"]), "{datetime:?}");
    }
}

#[test]
fn real_state_layers_have_as_many_features_at_each_date_as_counted_elsewhere() {
    let Some(folder) = data::folder() else { return };
    let oracle = data::json(&folder, "time/oracle_valid_at.json");
    let mut compared = 0;
    for (file, expected) in oracle["layers"].as_object().unwrap() {
        let Some(counts) = expected["valid_at"].as_object() else { continue };
        let columns = ["from_column", "to_column"].map(|key| expected[key].as_str());
        let layer = Timed::open(&folder, file, TemporalKind::State, columns);
        let local = expected["note"].as_str().is_some_and(|note| note.contains("UTC+8"));
        for (date, count) in counts {
            let datetime = if local { date.clone() } else { format!("{date}T00:00:00Z") };
            assert_eq!(layer.count(&datetime), count.as_u64().unwrap(), "{file} {date}");
            compared += 1;
        }
    }
    assert!(compared > 40, "only {compared} compared");
}

#[test]
fn real_events_fall_on_the_days_months_and_years_counted_elsewhere() {
    let Some(folder) = data::folder() else { return };
    let oracle = &data::json(&folder, "time/oracle_valid_at.json")["layers"];
    let mut compared = 0;
    for (file, column, zones) in [
        (
            "time/earthquakes_2018_02_utc.fgb",
            "time",
            [("events_per_utc_day", "UTC"), ("events_per_day_shanghai", "Asia/Shanghai")],
        ),
        (
            "layers/events/yaizu_traffic_accidents_2019_2021.fgb",
            "occurred_at",
            [("per_month_tokyo", "Asia/Tokyo"), ("per_year_utc", "UTC")],
        ),
    ] {
        let mut layer = Timed::open(&folder, file, TemporalKind::Event, [Some(column), None]);
        for (counts, zone) in zones {
            layer.zone = Zone::named(zone).unwrap();
            for (period, count) in oracle[file][counts].as_object().unwrap() {
                let count = count.as_u64().unwrap();
                assert_eq!(layer.count(period), count, "{file} {period} {zone}");
                assert_eq!(layer.count(&format!("{period}/{period}")), count, "{file} {period}");
                compared += 1;
            }
        }
    }
    assert!(compared > 50, "only {compared} compared");
}

#[test]
fn text_dates_are_whole_days_of_events() {
    let Some(folder) = data::folder() else { return };
    let file = "layers/emergency/yaizu_flood_history_1997_2012.fgb";
    let layer = Timed::open(&folder, file, TemporalKind::Event, [Some("date"), None]);
    assert!(layer.spans.iter().all(Option::is_some), "every date is read");
    // Counted with SQLite through GDAL.
    assert_eq!(layer.count("2001-09-10"), 200);
    assert_eq!(layer.count("2001-09-10T03:00:00+08:00/2001-09-10T04:00:00+08:00"), 200);
    assert_eq!(layer.count("1998"), 210);
    assert_eq!(layer.count("../.."), layer.spans.len() as u64);
}
