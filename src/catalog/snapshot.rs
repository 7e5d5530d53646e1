//! The catalogue at one edition: immutable, shared by the requests that began under it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Layer, Text};
use crate::model::CollectionId;
use crate::time::{Instant, Zone};

/// Something wrong with what was published, for people.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    /// File, line and key, or file and row, as far as they apply.
    pub place: String,
    /// What is wrong and what was expected.
    pub reason: String,
}

/// A layer that could not be loaded and is served by nothing (or by its last good edition).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failed {
    /// The id it would have.
    pub id: CollectionId,
    /// Why.
    pub problem: Problem,
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
    /// Its layers, in order of their ids.
    pub layers: Vec<CollectionId>,
    /// Those that failed.
    pub failed: Vec<Failed>,
}

/// The catalogue at one edition.
pub struct Snapshot {
    /// Its number; 0 before anything was published.
    pub edition: u64,
    /// When it was published.
    pub published: Instant,
    /// Title of the whole.
    pub title: Text,
    /// Attribution of the whole.
    pub attribution: Option<String>,
    /// Start view of the map: longitude, latitude, zoom.
    pub default_view: Option<[f64; 3]>,
    /// Zone of dates without one.
    pub zone: Zone,
    /// Themes in their order.
    pub themes: Vec<Theme>,
    /// Layers that are served.
    pub layers: BTreeMap<CollectionId, Arc<Layer>>,
    /// What is wrong with the folder as a whole.
    pub problems: Vec<Problem>,
}
