//! The catalogue at one edition: immutable, shared by the requests that began under it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::{Layer, Text};
use crate::model::CollectionId;
use crate::time::{Instant, Zone};

/// Something wrong with what was published, for people.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// The file, relative to its layers folder.
    pub file: String,
    /// Its line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The row, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// The column of a row, or the key of a sidecar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What is wrong and what was expected.
    pub reason: String,
}

impl Problem {
    /// Of a file as a whole.
    #[must_use]
    pub fn of_file(file: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { file: file.into(), reason: reason.into(), ..Self::default() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ", `{key}`")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// A layer whose file or sidecar could not be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// The id it would have.
    pub id: CollectionId,
    /// Why.
    pub problem: Problem,
    /// Whether its last good edition is served meanwhile.
    pub served: bool,
}

/// A theme: a folder of layers.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its id, `[a-z0-9_]+`.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// Its department.
    pub department: Option<Text>,
    /// The group it is shown under.
    pub group: Option<Text>,
    /// Its layers that are served, in order of their ids.
    pub layers: Vec<CollectionId>,
    /// Those that failed.
    pub failed: Vec<Failed>,
}

/// The catalogue at one edition. Only `catalog` and `access` look inside; all others see it
/// through a [`crate::access::View`].
pub struct Snapshot {
    /// Its number; 0 before anything was published.
    pub(crate) edition: u64,
    /// When it was published.
    pub(crate) published: Instant,
    /// Title of the whole.
    pub(crate) title: Text,
    /// Attribution of the whole.
    pub(crate) attribution: Option<Text>,
    /// Start view of the map: longitude, latitude, zoom.
    pub(crate) default_view: Option<[f64; 3]>,
    /// Ids of the layers that a map shows at first.
    pub(crate) default_layers: Vec<String>,
    /// Zone of dates without one.
    pub(crate) zone: Zone,
    /// Themes in their order.
    pub(crate) themes: Vec<Theme>,
    /// Layers that are served.
    pub(crate) layers: BTreeMap<CollectionId, Arc<Layer>>,
    /// What is wrong with the folder as a whole.
    pub(crate) problems: Vec<Problem>,
}
