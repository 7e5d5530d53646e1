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
    /// Whether the row is withdrawn; otherwise it is served, the faulty value as null or 0.
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
        let (mut offsets, mut findings) = frame(file, &header)?;
        let mut inspector = Inspector::new(&header.schema);
        for (row, offset) in (0u32..).zip(&mut offsets) {
            let finding = inspector.inspect(record_at(file, *offset).unwrap_or(&[]));
            if matches!(finding, Finding::Fault(_)) {
                *offset |= WITHDRAWN;
            }
            findings.note(row, &finding);
        }
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
        // `frame` lets no more through.
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

/// Finds the records: first to count and then to keep them, so that the offsets are allocated once
/// and exactly.
fn frame(file: &[u8], header: &Header) -> Result<(Vec<u64>, Findings), FileError> {
    let (mut rows, mut end) = (0u64, header.features_at);
    each_record(file, header, |offset, size| {
        rows += 1;
        end = offset + PREFIX + size;
    })?;
    if let Some(promised) = header.count.filter(|promised| *promised > rows) {
        let reason = format!("the header promises {promised} features, the file ends after {rows}");
        return Err(FileError::new(reason));
    }
    let rows = u32::try_from(rows)
        .map_err(|_too_many| FileError::new(format!("{rows} features are too many")))?;
    let mut offsets = Vec::with_capacity(rows as usize);
    each_record(file, header, |offset, _| offsets.push(offset as u64))?;
    let mut findings = Findings::default();
    if end < file.len() {
        let (left, count) = (file.len() - end, rows);
        findings.remarks.push(format!("{left} bytes follow the last of {count} features"));
    }
    Ok((offsets, findings))
}

/// Calls `see` with the offset and the size of each record, at most as many as the header promises.
fn each_record(
    file: &[u8],
    header: &Header,
    mut see: impl FnMut(usize, usize),
) -> Result<(), FileError> {
    let promised = header.count.unwrap_or(u64::MAX);
    let (mut at, mut row) = (header.features_at, 0u64);
    while row < promised && at < file.len() {
        let rest = file.get(at..).unwrap_or(&[]);
        let Some(prefix) = rest.first_chunk() else {
            return Err(FileError::new(format!("the file ends inside the size of feature {row}")));
        };
        let size = u32::from_le_bytes(*prefix) as usize;
        let left = rest.len() - PREFIX;
        if size > left {
            let reason = format!("feature {row} says {size} bytes, the file ends after {left}");
            return Err(FileError::new(reason));
        }
        see(at, size);
        at += PREFIX + size;
        row += 1;
    }
    Ok(())
}
