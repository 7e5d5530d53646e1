//! What every row means: its validity, its entity, its importance; and what is wrong with rows.

use rustc_hash::FxHashMap;

use super::choose::Choice;
use super::survey::{hash, time_value};
use super::{Code, Problem, RankColumn, entity_key, key_of_text};
use crate::model::{Feature, Row, Value};
use crate::source::Source;
use crate::time::{Span, TemporalKind, Validity};

/// Problems of one kind that are listed; more are counted.
pub(super) const LISTED: usize = 100;

/// What every row means. All lists are by row.
pub(super) struct Rows {
    /// Validity; `None` for a row that is never valid. No list for a layer without time.
    pub(super) spans: Option<Vec<Option<Span>>>,
    /// Keys of entities.
    pub(super) entities: Vec<u64>,
    /// Hashes by which ids of equal keys are told apart; forgotten once they were.
    told_apart: Vec<u64>,
    /// Importance classes, 0 first.
    pub(super) rank: Option<Vec<u32>>,
    /// Rows that are not served or are flagged, the file left out.
    pub(super) problems: Vec<Problem>,
}

/// What rows are read by.
pub(super) struct Reading<'a> {
    pub(super) source: &'a dyn Source,
    pub(super) choice: &'a Choice,
    pub(super) validity: Option<&'a Validity>,
    pub(super) rank: Option<&'a RankColumn>,
}

impl Reading<'_> {
    /// Reads every row.
    pub(super) fn rows(&self) -> Rows {
        let count = self.source.len() as usize;
        let mut rows = Rows {
            spans: self.validity.map(|_| Vec::with_capacity(count)),
            entities: Vec::with_capacity(count),
            told_apart: Vec::with_capacity(count),
            rank: None,
            problems: Vec::new(),
        };
        let mut ranks = self.rank.map(|_| Vec::with_capacity(count));
        let mut never = Listed::default();
        let mut unnamed = Listed::default();
        for row in 0..self.source.len() {
            let feature = self.source.feature(Row::new(row));
            self.entity(row, feature.as_ref(), &mut rows, &mut unnamed);
            if let Some(ranks) = &mut ranks {
                ranks.push(self.importance(feature.as_ref()));
            }
            if let (Some(spans), Some(validity)) = (&mut rows.spans, self.validity) {
                let span = feature.as_ref().and_then(|feature| {
                    self.span(feature, validity)
                        .inspect_err(|reason| never.push(self.problem(row, reason)))
                        .ok()
                });
                spans.push(span);
            }
        }
        rows.rank = ranks.map(|ranks| classes(&ranks));
        rows.problems.extend(never.finish("rows are never valid and not served"));
        rows.problems.extend(unnamed.finish("rows have no id"));
        if self.choice.profile.id.is_some() {
            self.compare(&mut rows);
        }
        rows.told_apart = Vec::new();
        rows
    }

    fn span(&self, feature: &Feature<'_>, validity: &Validity) -> Result<Span, String> {
        let value = |column: Option<usize>| match column {
            Some(column) => time_value(feature.value(column)),
            None => crate::time::TimeValue::Null,
        };
        let (start, end) = (self.choice.profile.start, self.choice.profile.end);
        validity.span(value(start), value(end)).map_err(|error| error.to_string())
    }

    fn problem(&self, row: u32, reason: &str) -> Problem {
        let schema = self.source.schema();
        let (start, end) = (self.choice.profile.start, self.choice.profile.end);
        let names = start.into_iter().chain(end).filter_map(|at| schema.columns.get(at));
        let names: Vec<&str> = names.map(|column| &*column.name).collect();
        of_row(row, &names.join(", "), format!("the row is never valid: {reason}"))
    }

    fn entity(
        &self,
        row: u32,
        feature: Option<&Feature<'_>>,
        rows: &mut Rows,
        unnamed: &mut Listed,
    ) {
        let id = match (self.choice.profile.id, feature) {
            (Some(column), Some(feature)) => feature.value(column),
            _ => Value::Int(row.into()),
        };
        if id.is_null() {
            let name = self.id_name();
            unnamed.push(of_row(row, &name, "the row has no id".to_owned()));
            let text = format!("_{row}");
            rows.entities.push(key_of_text(&text));
            rows.told_apart.push(hash(Value::Text(&text)));
        } else {
            rows.entities.push(entity_key(id));
            rows.told_apart.push(hash(id));
        }
    }

    fn id_name(&self) -> String {
        let column = self.choice.profile.id.and_then(|id| self.source.schema().columns.get(id));
        column.map(|column| column.name.to_string()).unwrap_or_default()
    }

    /// Importance as a number, least first; the last of all where there is none.
    fn importance(&self, feature: Option<&Feature<'_>>) -> f64 {
        let column = self.choice.profile.rank;
        let value = column.zip(feature).map_or(Value::Null, |(at, feature)| feature.value(at));
        let order = self.rank.map_or(&[][..], RankColumn::order);
        let place = if order.is_empty() {
            value.as_f64().filter(|number| number.is_finite())
        } else {
            order.iter().position(|code| is(code, value)).map(|place| place as f64)
        };
        place.unwrap_or(f64::INFINITY)
    }

    /// Tells of versions of one entity that overlap, and of different ids with one key.
    fn compare(&self, rows: &mut Rows) {
        let mut order: Vec<u32> = (0..rows.entities.len() as u32).collect();
        let start = |row: u32| {
            let span = rows.spans.as_ref().and_then(|spans| spans.get(row as usize).copied());
            span.flatten().map(Span::to_millis)
        };
        let key = |row: u32| rows.entities.get(row as usize).copied().unwrap_or_default();
        let told = |row: u32| rows.told_apart.get(row as usize).copied().unwrap_or_default();
        order.sort_unstable_by_key(|row| (key(*row), told(*row), start(*row), *row));
        let name = self.id_name();
        let versions = self.choice.profile.temporal == TemporalKind::State;
        let (mut overlaps, mut collisions) = (Listed::default(), Listed::default());
        // The version of the entity at hand that lasts longest so far.
        let mut longest: Option<(u32, i64)> = None;
        for (i, row) in order.iter().copied().enumerate() {
            let before = i.checked_sub(1).and_then(|i| order.get(i)).copied();
            let same = before.is_some_and(|before| key(before) == key(row));
            if let Some(before) = before.filter(|before| same && told(*before) != told(row)) {
                let reason = format!("its id and that of row {before} have one hash");
                collisions.push(of_row(row, &name, reason));
            }
            if !before.is_some_and(|before| same && told(before) == told(row)) {
                longest = None;
            }
            let Some([from, to]) = start(row).filter(|_| versions) else { continue };
            if let Some((other, _)) = longest.filter(|(_, end)| from < *end) {
                let reason = format!("it is valid while row {other} of the same entity is");
                overlaps.push(of_row(row, &name, reason));
            }
            if longest.is_none_or(|(_, end)| to > end) {
                longest = Some((row, to));
            }
        }
        rows.problems.extend(overlaps.finish("rows overlap others of their entity"));
        rows.problems.extend(collisions.finish("ids have the hash of another"));
    }
}

impl Rows {
    /// The least span that holds all validities.
    pub(super) fn times(&self) -> Option<[i64; 2]> {
        let spans = self.spans.as_ref()?.iter().flatten().map(|span| span.to_millis());
        spans.reduce(|[a, b], [c, d]| [a.min(c), b.max(d)])
    }
}

/// Problems of one kind: the first are listed, the others counted.
#[derive(Default)]
struct Listed {
    first: Vec<Problem>,
    count: usize,
}

impl Listed {
    fn push(&mut self, problem: Problem) {
        self.count += 1;
        if self.first.len() < LISTED {
            self.first.push(problem);
        }
    }

    fn finish(mut self, what: &str) -> Vec<Problem> {
        if self.count > LISTED {
            let reason = format!("{} {what}; the first {LISTED} are listed", self.count);
            self.first.push(Problem { reason, ..Problem::default() });
        }
        self.first
    }
}

/// A problem of a row, and of a column of it unless `key` is empty; the file left out.
pub(super) fn of_row(row: u32, key: &str, reason: String) -> Problem {
    let key = Some(key.to_owned()).filter(|key| !key.is_empty());
    Problem { row: Some(row), key, reason, ..Problem::default() }
}

fn is(code: &Code, value: Value<'_>) -> bool {
    match code {
        Code::Bool(code) => value == Value::Bool(*code),
        Code::Int(code) => value.as_f64() == Some(*code as f64),
        Code::Double(code) => value.as_f64() == Some(*code),
        Code::Text(code) => value.as_text() == Some(code),
    }
}

/// The place of each number among the distinct ones.
fn classes(numbers: &[f64]) -> Vec<u32> {
    let mut distinct: Vec<u64> = numbers.iter().map(|number| number.to_bits()).collect();
    distinct.sort_unstable_by(|a, b| f64::from_bits(*a).total_cmp(&f64::from_bits(*b)));
    distinct.dedup();
    let places: FxHashMap<u64, u32> = distinct.into_iter().zip(0..).collect();
    numbers
        .iter()
        .map(|number| places.get(&number.to_bits()).copied().unwrap_or_default())
        .collect()
}
