//! `<column>=<value>`: whether a feature's column holds a value, compared by the column's type.

use super::{QueryError, quoted};
use crate::model::{Column, ColumnType, Feature, Schema, Value};
use crate::time::{Moment, Span, TemporalKind, Zone};

/// A column and the value it must hold.
#[derive(Clone, Debug)]
pub(super) struct Equals {
    column: usize,
    wanted: Wanted,
}

#[derive(Clone, PartialEq, Debug)]
enum Wanted {
    /// Wide enough for every integer column.
    Whole(i128),
    /// Compared with doubles as the one, with singles as the other, so that `0.1` finds both.
    Number(f64, f32),
    Bool(bool),
    Text(String),
    /// A date or time: the text, or one that names the same instant.
    Time(String, Option<Span>),
}

impl Equals {
    /// That `column` holds `value`, which must be a value of the column's type; dates and times
    /// without zone are in `zone`.
    ///
    /// # Errors
    /// [`QueryError::Invalid`] naming the column.
    pub(super) fn new(
        schema: &Schema,
        column: &str,
        value: &str,
        zone: &Zone,
    ) -> Result<Self, QueryError> {
        let invalid = |reason: String| QueryError::Invalid { parameter: column.to_owned(), reason };
        let position = schema
            .position(column)
            .ok_or_else(|| invalid(format!("there is no column `{column}`")))?;
        let kind = schema.columns.get(position).map_or(ColumnType::String, |c: &Column| c.kind);
        let wanted = Wanted::read(kind, value, zone).map_err(|expected| {
            let value = quoted(value);
            invalid(format!("`{value}` cannot be in column `{column}`: {expected}"))
        })?;
        Ok(Self { column: position, wanted })
    }

    /// Whether the feature's column holds the value. Null holds none.
    pub(super) fn holds(&self, feature: &Feature<'_>, zone: &Zone) -> bool {
        let value = feature.value(self.column);
        match (&self.wanted, value) {
            (Wanted::Whole(wanted), Value::Int(value)) => *wanted == i128::from(value),
            (Wanted::Whole(wanted), Value::UInt(value)) => *wanted == i128::from(value),
            (Wanted::Number(wanted, _), Value::Double(value)) => *wanted == value,
            (Wanted::Number(_, wanted), Value::Single(value)) => *wanted == value,
            (Wanted::Bool(wanted), Value::Bool(value)) => *wanted == value,
            (Wanted::Text(wanted), Value::Text(text) | Value::Json(text)) => wanted == text,
            (Wanted::Time(wanted, at), Value::DateTime(text)) => {
                wanted == text || (at.is_some() && *at == first_instant(text, zone))
            }
            _ => false,
        }
    }
}

impl Wanted {
    /// # Errors
    /// What was expected.
    fn read(kind: ColumnType, value: &str, zone: &Zone) -> Result<Self, &'static str> {
        match kind {
            _ if kind.is_integer() => whole(value).map(Self::Whole).ok_or("it holds whole numbers"),
            ColumnType::Float | ColumnType::Double => number(value).ok_or("it holds numbers"),
            ColumnType::Bool => match value {
                "true" => Ok(Self::Bool(true)),
                "false" => Ok(Self::Bool(false)),
                _ => Err("it holds true and false"),
            },
            ColumnType::Binary => Err("it holds bytes, which are not compared"),
            ColumnType::DateTime => Ok(Self::Time(value.to_owned(), first_instant(value, zone))),
            _ => Ok(Self::Text(value.to_owned())),
        }
    }
}

/// A whole number, also where it is written as `5.0`.
fn whole(text: &str) -> Option<i128> {
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        (number.fract() == 0.0 && number.abs() < 1e18).then_some(number as i128)
    })
}

fn number(text: &str) -> Option<Wanted> {
    let number: f64 = text.parse().ok()?;
    number.is_finite().then(|| Wanted::Number(number, text.parse().unwrap_or(f32::NAN)))
}

/// The first instant that a date or time names.
fn first_instant(text: &str, zone: &Zone) -> Option<Span> {
    Moment::parse(text, zone).ok().filter(|_| !text.contains('/'))?.window(TemporalKind::State)
}
