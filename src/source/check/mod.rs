//! The one pass over every record that makes later reads safe.
//!
//! `FlatBuffers` verification shows that offsets and vectors lie inside a record; that they mean a
//! feature is shown here. A fault of the framing refuses the file, a fault of a record withdraws
//! its row.

mod geometry;
mod properties;
mod record;
mod saved;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{FileError, Header};
use crate::model::Row;
use record::{Finding, Inspector};

/// Bytes of a record's size prefix.
const PREFIX: usize = 4;

/// Marks the offset of a withdrawn row. No file is that long.
const WITHDRAWN: u64 = 1 << 63;

/// Problems that are kept with their reasons; the others are counted.
const MAX_PROBLEMS: usize = 100;

/// The check allocates at most this many times the file's size (a file of nothing but empty
/// records or of nothing but columns comes near) and [`Checked::MEMORY_BASE`].
const MEMORY_MULTIPLE: usize = 8;

/// Something wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RowProblem {
    /// The row's position.
    pub row: u32,
    /// What is wrong with it, for people.
    pub reason: String,
    /// Whether the row is withdrawn; otherwise it is served without what is faulty.
    pub withdrawn: bool,
}

/// What the check of a file found. Saved as derived data, so that it is done once per file.
#[derive(Clone, PartialEq, Debug)]
pub struct Checked {
    /// Byte offset of each row's size prefix; the top bit marks a withdrawn row.
    offsets: Vec<u64>,
    /// Names the bytes that were checked; see [`saved::seal`].
    seal: u64,
    findings: Findings,
}

/// What is to be told about a file.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
struct Findings {
    /// About the file as a whole.
    remarks: Vec<String>,
    /// The first problems of rows.
    problems: Vec<RowProblem>,
    /// How many problems of rows there are.
    found: u64,
    /// How many rows are withdrawn.
    withdrawn: u32,
}

impl Checked {
    /// Version of the bytes of [`Checked::save`]: changes with their layout and with what the check
    /// lets through.
    pub const VERSION: u32 = 3;
    /// A bound for what [`Checked::of`] allocates beyond the multiple, in bytes.
    pub const MEMORY_BASE: usize = 256 * 1024;
    /// A bound for what [`Checked::of`] allocates, as a multiple of the file's size.
    pub const MEMORY_MULTIPLE: usize = MEMORY_MULTIPLE;

    /// Checks the header and every record of a file.
    ///
    /// # Errors
    /// Where the file as a whole cannot be read: not FlatGeobuf, cut short, framing broken.
    pub fn of(file: &[u8]) -> Result<(Header, Self), FileError> {
        let header = Header::of(file)?;
        let promised = header.count.unwrap_or(u64::MAX);
        let mut records = Records { file, at: header.features_at, row: 0 };
        let mut offsets = Vec::with_capacity(records.room_for(header.count.unwrap_or(0)));
        let mut findings = Findings::default();
        let mut inspector = Inspector::new(&header.schema);
        while u64::from(records.row) < promised {
            let (row, offset) = (records.row, records.at as u64);
            let Some(record) = records.next()? else { break };
            let finding = inspector.inspect(record);
            let withdrawn = matches!(finding, Finding::Fault(_));
            offsets.push(if withdrawn { offset | WITHDRAWN } else { offset });
            findings.note(row, &finding);
        }
        records.end(&header, &mut findings)?;
        offsets.shrink_to_fit();
        let seal = saved::seal(file, &offsets);
        Ok((header, Self { offsets, seal, findings }))
    }

    /// The first problems of rows, in rows' order, at most 100.
    #[must_use]
    pub fn problems(&self) -> &[RowProblem] {
        &self.findings.problems
    }

    /// How many problems of rows there are in all.
    #[must_use]
    pub const fn found(&self) -> u64 {
        self.findings.found
    }

    /// How many rows are withdrawn.
    #[must_use]
    pub const fn withdrawn(&self) -> u32 {
        self.findings.withdrawn
    }

    /// What is to be said about the file as a whole, though it is read.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.findings.remarks
    }

    /// Whether the check withdrew `row`, or there is no such row.
    #[must_use]
    pub fn is_withdrawn(&self, row: Row) -> bool {
        self.offsets.get(row.index()).is_none_or(|offset| offset & WITHDRAWN != 0)
    }

    /// How many rows there are, withdrawn ones included.
    pub(super) fn rows(&self) -> u32 {
        // `Records` gives no more.
        self.offsets.len() as u32
    }

    /// The bytes of `row` in `file`, its size before them; `None` for a row that is withdrawn or
    /// does not exist.
    pub(super) fn record<'f>(&self, file: &'f [u8], row: Row) -> Option<&'f [u8]> {
        let offset = self.offsets.get(row.index()).filter(|offset| **offset & WITHDRAWN == 0)?;
        record_at(file, *offset)
    }

    /// Whether `file` is the one that was checked.
    pub(super) fn is_of(&self, file: &[u8]) -> bool {
        self.seal == saved::seal(file, &self.offsets)
    }
}

impl Findings {
    fn note(&mut self, row: u32, finding: &Finding<'_>) {
        let (reason, withdrawn): (&dyn std::fmt::Display, bool) = match finding {
            Finding::Clean => return,
            Finding::Dropped(value) => (value, false),
            Finding::Fault(fault) => (fault, true),
        };
        self.found += 1;
        self.withdrawn += u32::from(withdrawn);
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(RowProblem { row, reason: reason.to_string(), withdrawn });
        }
    }
}

/// The record whose size prefix lies at `offset`, with that prefix.
fn record_at(file: &[u8], offset: u64) -> Option<&[u8]> {
    let rest = file.get(usize::try_from(offset).ok()?..)?;
    let size = u32::from_le_bytes(*rest.first_chunk()?) as usize;
    rest.get(..size.checked_add(PREFIX)?)
}

/// The records of a file, one behind another.
struct Records<'f> {
    file: &'f [u8],
    /// Where the next record begins.
    at: usize,
    /// The row of the next record.
    row: u32,
}

impl<'f> Records<'f> {
    /// How many of `count` records the rest of the file has room for.
    fn room_for(&self, count: u64) -> usize {
        let most = self.file.len().saturating_sub(self.at) / PREFIX;
        usize::try_from(count).map_or(most, |count| count.min(most))
    }

    /// The next record with its size prefix; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<&'f [u8]>, FileError> {
        let (row, rest) = (self.row, self.file.get(self.at..).unwrap_or(&[]));
        if rest.is_empty() {
            return Ok(None);
        }
        let Some(prefix) = rest.first_chunk() else {
            return Err(FileError::new(format!("the file ends inside the size of feature {row}")));
        };
        let size = u32::from_le_bytes(*prefix) as usize;
        let Some(record) = size.checked_add(PREFIX).and_then(|length| rest.get(..length)) else {
            let left = rest.len() - PREFIX;
            let reason = format!("feature {row} says {size} bytes, the file ends after {left}");
            return Err(FileError::new(reason));
        };
        self.at += record.len();
        self.row = row.checked_add(1).ok_or_else(|| FileError::new("too many features"))?;
        Ok(Some(record))
    }

    /// Compares what was found with what the header promises.
    fn end(&self, header: &Header, findings: &mut Findings) -> Result<(), FileError> {
        let found = self.row;
        if let Some(promised) = header.count.filter(|promised| *promised > found.into()) {
            let reason =
                format!("the header promises {promised} features, the file ends after {found}");
            return Err(FileError::new(reason));
        }
        if let left @ 1.. = self.file.len().saturating_sub(self.at) {
            findings.remarks.push(format!("{left} bytes follow the last of {found} features"));
        }
        Ok(())
    }
}
