//! What a feature's property bytes must be for its schema.

use super::super::header::shorten;
use crate::model::{ColumnType, Schema};

/// Property bytes that can be served.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stored<'s> {
    /// Nothing is wrong.
    Clean,
    /// A byte that is no value follows the last one, as in files of early writers.
    LoneByte,
    /// The column of this name holds text that is not UTF-8.
    NotText(&'s str),
}

/// Why property bytes cannot be served.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Fault<'s> {
    #[error("a value of column {number}, and there are {columns}")]
    NoColumn { number: usize, columns: usize },
    #[error("two values of column `{0}`")]
    Twice(&'s str),
    #[error("the value of column `{0}` is cut short")]
    Cut(&'s str),
}

/// Checks that `bytes` are values of `schema`'s columns, each whole and each column once. `seen` is
/// scratch space of a bit a column.
pub(super) fn check<'s>(
    mut bytes: &[u8],
    schema: &'s Schema,
    seen: &mut [u64],
) -> Result<Stored<'s>, Fault<'s>> {
    seen.fill(0);
    let mut stored = Stored::Clean;
    while let Some((number, rest)) = bytes.split_first_chunk() {
        let number = usize::from(u16::from_le_bytes(*number));
        let columns = schema.columns.len();
        let (Some(column), Some(word)) = (schema.columns.get(number), seen.get_mut(number / 64))
        else {
            return Err(Fault::NoColumn { number, columns });
        };
        let bit = 1 << (number % 64);
        if *word & bit != 0 {
            return Err(Fault::Twice(shorten(&column.name)));
        }
        *word |= bit;
        let (value, rest) = split(rest, column.kind).ok_or(Fault::Cut(shorten(&column.name)))?;
        let is_text =
            matches!(column.kind, ColumnType::String | ColumnType::Json | ColumnType::DateTime);
        if is_text && std::str::from_utf8(value).is_err() {
            stored = Stored::NotText(shorten(&column.name));
        }
        bytes = rest;
    }
    let clean = stored == Stored::Clean && !bytes.is_empty();
    Ok(if clean { Stored::LoneByte } else { stored })
}

/// A value of type `kind` at the start of `bytes`, without its length, and what follows it.
fn split(bytes: &[u8], kind: ColumnType) -> Option<(&[u8], &[u8])> {
    let Some(width) = kind.width() else {
        let (length, rest) = bytes.split_first_chunk()?;
        return rest.split_at_checked(u32::from_le_bytes(*length) as usize);
    };
    bytes.split_at_checked(width)
}
