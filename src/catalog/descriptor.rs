//! The sidecar of a layer, as written.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Text;
use crate::time::{TemporalKind, TimeUnit};

/// `layers/<theme>/<layer>.toml` (DESIGN: Descriptors). Every key is optional.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Descriptor {
    /// Title.
    pub title: Option<Text>,
    /// Description.
    pub description: Option<Text>,
    /// The department that answers for it.
    pub department: Option<Text>,
    /// Licence, an SPDX expression or a name.
    pub license: Option<String>,
    /// Attribution that maps must show.
    pub attribution: Option<Text>,
    /// Where the data comes from.
    pub source: Option<Text>,
    /// The day the data stands for.
    pub as_of: Option<String>,
    /// What the data rests on: law, survey, register.
    pub basis: Option<Text>,
    /// Id column.
    pub id: Option<String>,
    /// Label column.
    pub name: Option<String>,
    /// Start (or only) time column.
    pub valid_from: Option<TimeColumn>,
    /// End time column.
    pub valid_to: Option<TimeColumn>,
    /// How rows stand in time.
    pub temporal: Option<TemporalKind>,
    /// What no `datetime` means.
    pub temporal_default: Option<TemporalDefault>,
    /// Column that names the entities which an entity came from.
    pub lineage: Option<String>,
    /// Importance at low zooms.
    pub rank: Option<RankColumn>,
    /// CRS of the file, in the place of what its header says.
    pub crs: Option<String>,
    /// Lowest zoom with tiles.
    pub min_zoom: Option<u8>,
    /// Greatest zoom with tiles of its own.
    pub max_zoom: Option<u8>,
    /// Columns that low zooms carry.
    pub tile_properties: Option<Vec<String>>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Who may see it; `public` is the only value so far.
    pub access: Option<Access>,
    /// How it is drawn.
    pub style: Style,
    /// Columns by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnText>,
}

/// Who may see a layer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everyone.
    Public,
}

/// What an ask without `datetime` means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TemporalDefault {
    /// As of now.
    #[default]
    Now,
    /// All versions.
    All,
}

/// A time column: its name alone, or with how it is read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a column's name, or a table with `column`, `inclusive`, `unit`"
)]
pub enum TimeColumn {
    /// A name.
    Name(String),
    /// A name and how its values are read.
    Table(TimeColumnTable),
}

/// A time column in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeColumnTable {
    /// Its name.
    pub column: String,
    /// Whether an end names its last instant (day, month, year).
    #[serde(default)]
    pub inclusive: bool,
    /// What its integers count; guessed from their size if not given.
    pub unit: Option<TimeUnit>,
}

impl TimeColumn {
    /// The column's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Table(table) => &table.column,
        }
    }

    /// Whether an end names its last instant.
    #[must_use]
    pub const fn is_inclusive(&self) -> bool {
        matches!(self, Self::Table(TimeColumnTable { inclusive: true, .. }))
    }

    /// What its integers count, if that is said.
    #[must_use]
    pub const fn unit(&self) -> Option<TimeUnit> {
        match self {
            Self::Name(_) => None,
            Self::Table(table) => table.unit,
        }
    }
}

/// Importance: a numeric column whose least value is the most important, or a column and its
/// values from the most important on (others come last).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a column's name, or a table with `column` and `order`")]
pub enum RankColumn {
    /// A numeric column, least first.
    Name(String),
    /// A column and its values in order.
    Table(RankTable),
}

/// A rank column in full.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RankTable {
    /// Its name.
    pub column: String,
    /// Its values from the most important on; empty: least first.
    #[serde(default)]
    pub order: Vec<Code>,
}

impl RankColumn {
    /// The column's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Table(table) => &table.column,
        }
    }

    /// Its values in order, if they are listed.
    #[must_use]
    pub fn order(&self) -> &[Code] {
        match self {
            Self::Name(_) => &[],
            Self::Table(table) => &table.order,
        }
    }
}

/// A value as a sidecar writes it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a text, a number or a boolean")]
pub enum Code {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Double(f64),
    /// Text.
    Text(String),
}

/// How a layer is drawn.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Style {
    /// Colour of features that no stop names, `#rrggbb`.
    pub color: Option<String>,
    /// Column that colours go by.
    pub by: Option<String>,
    /// Colours by value (`{value = "#rrggbb"}`), or from values on (`[[0, "#rrggbb"], …]`).
    pub stops: Option<Stops>,
    /// Icon of points.
    pub icon: Option<String>,
}

/// Colours by value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a table of colours by value, or a list of `[value, colour]`"
)]
pub enum Stops {
    /// For each value its colour.
    Values(BTreeMap<String, String>),
    /// From each value on its colour, ascending; or for each value its colour, in order.
    List(Vec<(Code, String)>),
}

/// What a sidecar says about a column.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnText {
    /// Title.
    pub title: Option<Text>,
    /// Unit, a UCUM code or a name.
    pub unit: Option<String>,
    /// What its values mean, by value as text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub codes: BTreeMap<String, Text>,
}
