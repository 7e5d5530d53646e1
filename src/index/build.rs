//! Building: what the index of a source is derived from.

use super::IndexError;
use crate::geometry::Crs;
use crate::model::Row;
use crate::source::Source;
use crate::time::Span;

/// What an index depends on. All slices are by row.
pub struct Inputs<'a> {
    /// The features.
    pub source: &'a dyn Source,
    /// Their CRS.
    pub crs: &'a Crs,
    /// Validity of each row, `None` for a row that is never valid; no slice for a layer without
    /// time.
    pub spans: Option<&'a [Option<Span>]>,
    /// Whether rows of every time are drawn together where no date is asked, as events are; not
    /// only those valid at one instant.
    pub together: bool,
    /// Key of each row's entity (see [`crate::catalog::entity_key`]): the same for all versions,
    /// below 2^53. Sampling is by its hash.
    pub entities: &'a [u64],
    /// Importance class of each row, 0 the most important; no slice where the layer has no `rank`.
    pub rank: Option<&'a [u32]>,
    /// Estimated bytes that a row's default attributes take in a tile.
    pub attribute_bytes: &'a (dyn Fn(Row) -> u32 + Sync),
    /// Whether a label point is wanted for each row.
    pub labels: bool,
    /// Lowest zoom at which the layer is drawn.
    pub min_zoom: u8,
}

/// Derives the index and gives it as bytes that [`super::Index::open`] reads.
///
/// # Errors
/// If the source has more than 2^32 vertices or rows.
pub fn build(_inputs: &Inputs<'_>) -> Result<Vec<u8>, IndexError> {
    todo!()
}
