//! A layer as it is served.

use std::sync::Arc;

use super::{Descriptor, Problem};
use crate::geometry::Crs;
use crate::index::Index;
use crate::model::{CollectionId, Extent, Value};
use crate::source::Source;
use crate::time::{TemporalKind, Validity};

/// What was chosen for a layer from its descriptor, its header and a look at its values. Columns
/// are positions in the schema. Kept in the store, so that a warm start reads no feature.
#[derive(Clone, Debug)]
pub struct Profile {
    /// How its rows stand in time.
    pub temporal: TemporalKind,
    /// Start (or only) time column.
    pub start: Option<usize>,
    /// End time column.
    pub end: Option<usize>,
    /// Id column: the entity of `state` layers, unique elsewhere; `None`: the row is the id.
    pub id: Option<usize>,
    /// Label column.
    pub name: Option<usize>,
    /// Columns that tiles below `sampled_below` carry.
    pub tile_columns: Vec<usize>,
    /// First and last zoom with tiles of their own.
    pub zooms: (u8, u8),
    /// Whether no `datetime` means all versions (`temporal_default = "all"`).
    pub all_by_default: bool,
    /// Box of all geometry, degrees.
    pub extent: Option<Extent>,
}

/// A layer: one immutable segment today.
pub struct Layer {
    /// Its id.
    pub id: CollectionId,
    /// Its descriptor with what the header gave filled in.
    pub descriptor: Descriptor,
    /// What was chosen for it.
    pub profile: Profile,
    /// How its time columns are read; `None` for a layer without time.
    pub validity: Option<Validity>,
    /// Its features.
    pub source: Arc<dyn Source>,
    /// Their CRS.
    pub crs: Crs,
    /// Its index.
    pub index: Index,
    /// Digest of the file, the descriptor and the catalogue fields it reads: equal digests, equal
    /// answers.
    pub version: u128,
    /// Rows that are not served or flagged.
    pub problems: Vec<Problem>,
}

/// The key of an entity: whole numbers from 0 to 2^53 - 1 are themselves, everything else a fixed
/// 53-bit hash of its text. MVT feature ids and sampling use it.
#[must_use]
pub fn entity_key(_id: Value<'_>) -> u64 {
    todo!()
}
