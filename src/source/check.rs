//! The one pass over every record that makes later reads safe.

use super::{FileError, Header};
use crate::model::Row;

/// A row that the check withdrew, and why.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct RowProblem {
    /// Its position.
    pub row: u32,
    /// What is wrong with it, for people.
    pub reason: String,
}

/// What the check of a file found. Saved as derived data, so that it is done once per file.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Byte offset of each row's size prefix; the top bit marks a withdrawn row.
    offsets: Vec<u64>,
    /// Withdrawn rows, first ones first, bounded in number.
    pub problems: Vec<RowProblem>,
}

impl Checked {
    /// Checks the header and every record of a file.
    ///
    /// # Errors
    /// Where the file as a whole cannot be read: not FlatGeobuf, cut short, framing broken.
    pub fn of(_bytes: &[u8]) -> Result<(Header, Self), FileError> {
        todo!()
    }

    /// As bytes for the store.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        todo!()
    }

    /// From the bytes of [`Checked::save`]; `None` if they are not that, or do not fit `file`.
    #[must_use]
    pub fn load(_saved: &[u8], _file: &[u8]) -> Option<(Header, Self)> {
        todo!()
    }

    /// Whether the check withdrew `row`.
    #[must_use]
    pub fn is_withdrawn(&self, row: Row) -> bool {
        self.offsets.get(row.index()).is_none_or(|offset| offset >> 63 == 1)
    }
}
