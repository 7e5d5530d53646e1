//! A page of features as a feature collection, piece by piece.

use super::FeatureWriter;
use crate::access::LayerView;
use crate::format::json;
use crate::model::Row;
use crate::time::Instant;
use crate::work::{Chunk, Deadline, Expired};

/// A piece is sent once it has this many bytes.
const CHUNK_BYTES: usize = 256 << 10;

/// What the features of a piece take, roughly.
const FEATURE_BYTES: usize = 512;

/// Features between two looks at the deadline.
const DEADLINE_STEP: usize = 256;

/// What a collection says before its features (OGC API Features 1, 7.16).
#[derive(Clone, Debug)]
pub struct Head {
    /// Features that match in all.
    pub matched: u64,
    /// When the answer was made.
    pub at: Instant,
    /// Links: a JSON array.
    pub links: String,
}

/// The features of a page on their way out. Owns what it needs, so that it can be written in
/// steps.
pub struct Collection {
    layer: LayerView,
    columns: Vec<usize>,
    /// Whether ids carry `@<valid_from>`.
    versions: bool,
    rows: Vec<Row>,
    head: Head,
    /// Rows written.
    written: usize,
}

impl Collection {
    /// The features at `rows`, with the columns at the positions `columns`.
    #[must_use]
    pub fn new(
        layer: LayerView,
        columns: Vec<usize>,
        versions: bool,
        rows: Vec<Row>,
        head: Head,
    ) -> Self {
        Self { layer, columns, versions, rows, head, written: 0 }
    }

    /// The next piece of text, for [`crate::work::Pool::stream`].
    ///
    /// # Errors
    /// [`Expired`].
    pub fn next_chunk(&mut self, deadline: &Deadline) -> Result<Chunk, Expired> {
        let left = (self.rows.len() - self.written).saturating_mul(FEATURE_BYTES);
        let mut out = Vec::with_capacity(left.min(CHUNK_BYTES) + CHUNK_BYTES / 16);
        if self.written == 0 {
            head(&mut out, &self.head, self.rows.len());
        }
        let mut writer = FeatureWriter::new(self.layer.schema(), self.layer.crs(), &self.columns);
        while out.len() < CHUNK_BYTES
            && let Some(row) = self.rows.get(self.written)
        {
            if self.written.is_multiple_of(DEADLINE_STEP) {
                deadline.check()?;
            }
            if self.written > 0 {
                out.push(b',');
            }
            self.written += 1;
            // An index names only rows that are served.
            if let Some(feature) = self.layer.feature(*row) {
                let id = self.layer.feature_id(*row, &feature.properties(), self.versions);
                writer.write(&mut out, &feature, &id, None);
            }
        }
        if self.written < self.rows.len() {
            return Ok(Chunk::More(out.into()));
        }
        out.extend_from_slice(b"]}");
        Ok(Chunk::Last(out.into()))
    }
}

/// Appends everything up to the first feature.
pub(super) fn head(out: &mut Vec<u8>, head: &Head, returned: usize) {
    out.extend_from_slice(b"{\"type\":\"FeatureCollection\",\"numberMatched\":");
    json::integer(out, head.matched);
    out.extend_from_slice(b",\"numberReturned\":");
    json::integer(out, returned);
    out.extend_from_slice(b",\"timeStamp\":");
    json::string(out, &head.at.to_string());
    out.extend_from_slice(b",\"links\":");
    out.extend_from_slice(head.links.as_bytes());
    out.extend_from_slice(b",\"features\":[");
}
