//! One look at every value, for what defaults depend on.

use rustc_hash::FxHashSet;

use super::entity_text;
use crate::model::{ColumnType, Row, Schema, Value};
use crate::source::Source;
use crate::time::{TemporalKind, TimeUnit, TimeValue, Validity, Zone};

/// Columns with more distinct values do not repeat enough to be of use at low zooms.
pub(super) const FEW: usize = 32;

/// What the values of each column are like.
pub(super) struct Survey(pub(super) Vec<ColumnSurvey>);

/// What the values of a column are like.
#[derive(Default)]
pub(super) struct ColumnSurvey {
    /// Values that are not null.
    pub(super) present: u32,
    /// Rows read.
    pub(super) rows: u32,
    /// Hashes of the distinct values, up to one more than `FEW`.
    distinct: FxHashSet<u64>,
    /// For a column that may hold time.
    pub(super) time: Option<TimeSurvey>,
    /// For a column that may be the id: hashes of its values.
    ids: Option<Vec<u64>>,
}

/// How the values of a column read as time.
#[derive(Clone, Copy, Default)]
pub(super) struct TimeSurvey {
    /// Texts that name a time.
    texts: u32,
    /// Integers by what they most likely count.
    years: u32,
    days: u32,
    seconds: u32,
    millis: u32,
}

impl Survey {
    /// Looks at all rows. Time and ids are looked for in the columns so named, which cost more.
    pub(super) fn of(source: &dyn Source, times: &[usize], ids: &[usize], zone: &Zone) -> Self {
        let schema = source.schema();
        let mut columns: Vec<ColumnSurvey> = Vec::new();
        columns.resize_with(schema.columns.len(), ColumnSurvey::default);
        for (position, column) in columns.iter_mut().enumerate() {
            column.time = times.contains(&position).then(TimeSurvey::default);
            column.ids = ids.contains(&position).then(Vec::new);
        }
        let readers = Readers::new(zone);
        let mut rows = 0;
        for feature in (0..source.len()).filter_map(|row| source.feature(Row::new(row))) {
            rows += 1;
            for (position, value) in feature.properties().filter(|(_, value)| !value.is_null()) {
                if let Some(column) = columns.get_mut(position) {
                    column.note(value, &readers);
                }
            }
        }
        for column in &mut columns {
            column.rows = rows;
        }
        Self(columns)
    }

    pub(super) fn column(&self, position: usize) -> Option<&ColumnSurvey> {
        self.0.get(position)
    }
}

impl ColumnSurvey {
    fn note(&mut self, value: Value<'_>, readers: &Readers) {
        self.present += 1;
        if self.distinct.len() <= FEW {
            self.distinct.insert(hash(value));
        }
        if let Some(time) = &mut self.time {
            time.note(time_value(value), readers);
        }
        if let Some(ids) = &mut self.ids {
            ids.push(hash(value));
        }
    }

    /// Whether there are values, and so few distinct ones that they repeat.
    pub(super) fn is_few(&self) -> bool {
        (1..=FEW).contains(&self.distinct.len())
    }

    /// Whether every row has a value.
    pub(super) fn is_full(&self) -> bool {
        self.present == self.rows
    }

    /// Whether no two values are equal, of a column that was looked at as an id.
    pub(super) fn is_unique(&self) -> bool {
        let Some(mut ids) = self.ids.clone() else { return false };
        ids.sort_unstable();
        ids.windows(2).all(|pair| pair.first() != pair.last())
    }
}

impl TimeSurvey {
    fn note(&mut self, value: TimeValue<'_>, readers: &Readers) {
        match value {
            TimeValue::Null => {}
            TimeValue::Text(_) => self.texts += u32::from(readers.text.reads(value)),
            TimeValue::Number(number) if (1..=9999).contains(&number) => self.years += 1,
            TimeValue::Number(number) if number >= 10_000_101 && readers.days.reads(value) => {
                self.days += 1;
            }
            TimeValue::Number(number) => {
                let seconds = (100_000_000..100_000_000_000).contains(&number.unsigned_abs());
                *(if seconds { &mut self.seconds } else { &mut self.millis }) += 1;
            }
        }
    }

    /// What most of the integers count, going by their size: years below 10,000, days that are
    /// ones, seconds of 1973 to 5138, else milliseconds.
    pub(super) fn unit(&self) -> TimeUnit {
        let most = self.years.max(self.days).max(self.seconds).max(self.millis);
        match most {
            0 => TimeUnit::Ms,
            _ if most == self.years => TimeUnit::Year,
            _ if most == self.days => TimeUnit::Yyyymmdd,
            _ if most == self.seconds => TimeUnit::S,
            _ => TimeUnit::Ms,
        }
    }

    /// How many values name a time.
    pub(super) fn readable(&self) -> u32 {
        let numbers = match self.unit() {
            TimeUnit::Year => self.years,
            TimeUnit::Yyyymmdd => self.days,
            TimeUnit::S | TimeUnit::Ms => self.years + self.days + self.seconds + self.millis,
        };
        self.texts + numbers
    }
}

/// Reading texts and day numbers.
struct Readers {
    text: Validity,
    days: Validity,
}

impl Readers {
    fn new(zone: &Zone) -> Self {
        let of = |unit| Validity {
            kind: TemporalKind::Event,
            start_unit: unit,
            end_unit: unit,
            end_inclusive: false,
            zone: zone.clone(),
        };
        Self { text: of(TimeUnit::Ms), days: of(TimeUnit::Yyyymmdd) }
    }
}

/// Whether a column of this type can hold time.
pub(super) const fn can_hold_time(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::DateTime | ColumnType::String) || kind.is_integer()
}

/// A value as `time` sees it. Blank text is open, as files without nulls write it.
pub(super) fn time_value(value: Value<'_>) -> TimeValue<'_> {
    match value {
        Value::Int(number) => TimeValue::Number(number),
        Value::UInt(_) => TimeValue::Number(i64::MAX),
        Value::Text(text) | Value::DateTime(text) | Value::Json(text) => {
            if text.trim().is_empty() {
                TimeValue::Null
            } else {
                TimeValue::Text(text)
            }
        }
        Value::Null | Value::Bool(_) | Value::Single(_) | Value::Double(_) | Value::Binary(_) => {
            TimeValue::Null
        }
    }
}

/// A hash by which values of one column are told apart: whole numbers that can be keys are
/// themselves.
pub(super) fn hash(value: Value<'_>) -> u64 {
    match value {
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => hash_text(text),
        Value::Bool(value) => value.into(),
        Value::Null | Value::Int(_) | Value::UInt(_) | Value::Single(_) | Value::Double(_) => {
            entity_text(value).unwrap_or_else(|text| hash_text(&text))
        }
        Value::Binary(bytes) => xxhash_rust::xxh3::xxh3_64(bytes),
    }
}

fn hash_text(text: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(text.as_bytes())
}

/// The column called `name`, to the letter or else whatever its case.
pub(super) fn find_column(schema: &Schema, name: &str) -> Option<usize> {
    let any_case =
        |column: &crate::model::Column| column.name.to_lowercase() == name.to_lowercase();
    schema.position(name).or_else(|| schema.columns.iter().position(any_case))
}
