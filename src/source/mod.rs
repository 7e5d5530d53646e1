//! Source: features by position. A `.fgb` in place after its check, mapped or in memory.
//!
//! Must not know: indexes, HTTP.

mod check;
#[cfg(test)]
mod contract;
mod fgb;
mod header;

pub use check::{Checked, RowProblem};
pub use fgb::Fgb;
pub use header::{FileError, Header, HeaderCrs};

use crate::model::{Feature, Fingerprint, Row, Schema};

/// Features by position: what a layer's segment is made of. Immutable.
pub trait Source: Send + Sync {
    /// Columns and declared geometry type.
    fn schema(&self) -> &Schema;

    /// How many rows there are, withdrawn ones included.
    fn len(&self) -> u32;

    /// Whether there is no row.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The feature at `row`; `None` beyond the end and for rows withdrawn by the check.
    fn feature(&self, row: Row) -> Option<Feature<'_>>;

    /// What names these bytes.
    fn fingerprint(&self) -> Fingerprint;
}
