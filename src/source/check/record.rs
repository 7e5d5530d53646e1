//! The check of one record.

use flatbuffers::VerifierOptions;

use super::super::header::brief;
use super::geometry::{self, Shape};
use super::properties::{self, Stored};
use crate::model::{MAX_DEPTH, Schema};

/// What the check of a record comes to.
pub(super) enum Finding<'s> {
    /// Nothing is wrong.
    Clean,
    /// The row can be served; a value of it reads as null or 0.
    Dropped(Dropped<'s>),
    /// The row cannot be served.
    Fault(Fault<'s>),
}

/// A value that is not served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Dropped<'s> {
    #[error("column `{0}` holds text that is not UTF-8; it reads as null")]
    Text(&'s str),
    #[error("a height or measure is not a number; it reads as 0")]
    Ordinate,
    #[error("a lone byte follows the last value; it is passed over")]
    LoneByte,
}

/// Why a row cannot be served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault<'s> {
    #[error("not a feature: {}", brief(.0))]
    Broken(flatbuffers::InvalidFlatbuffer),
    #[error("the feature has columns of its own")]
    OwnColumns,
    #[error("geometry: {0}")]
    Geometry(geometry::Fault),
    #[error("properties: {0}")]
    Properties(properties::Fault<'s>),
}

/// Checks records of one file, one after another; allocates nothing for a record without fault.
pub(super) struct Inspector<'s> {
    schema: &'s Schema,
    /// Which columns the record at hand has been seen to hold, a bit each.
    seen: Vec<u64>,
}

impl<'s> Inspector<'s> {
    pub(super) fn new(schema: &'s Schema) -> Self {
        Self { schema, seen: vec![0; schema.columns.len().div_ceil(64)] }
    }

    /// Checks a record, given with its size prefix.
    pub(super) fn inspect(&mut self, record: &[u8]) -> Finding<'s> {
        match self.check(record) {
            Ok(None) => Finding::Clean,
            Ok(Some(dropped)) => Finding::Dropped(dropped),
            Err(fault) => Finding::Fault(fault),
        }
    }

    fn check(&mut self, record: &[u8]) -> Result<Option<Dropped<'s>>, Fault<'s>> {
        let feature =
            flatgeobuf::size_prefixed_root_as_feature_with_opts(&limits(record.len()), record)
                .map_err(Fault::Broken)?;
        if feature.columns().is_some_and(|columns| !columns.is_empty()) {
            return Err(Fault::OwnColumns);
        }
        let shape = feature
            .geometry()
            .map(|table| geometry::check(table, self.schema.geometry))
            .transpose()
            .map_err(Fault::Geometry)?;
        let stored = feature
            .properties()
            .map(|bytes| properties::check(bytes.bytes(), self.schema, &mut self.seen))
            .transpose()
            .map_err(Fault::Properties)?;
        Ok(match (stored, shape) {
            (Some(Stored::NotText(column)), _) => Some(Dropped::Text(column)),
            (_, Some(Shape::OddOrdinates)) => Some(Dropped::Ordinate),
            (Some(Stored::LoneByte), _) => Some(Dropped::LoneByte),
            _ => None,
        })
    }
}

/// Bounds for the verification of a record of `size` bytes. Parts may share what they point to: the
/// apparent size bounds what a walk over them visits. A record in which nothing is shared has an
/// apparent size below four times its own, because tables are small but are visited field by field.
fn limits(size: usize) -> VerifierOptions {
    VerifierOptions {
        // The feature, its geometry, and that one's parts.
        max_depth: MAX_DEPTH + 2,
        max_tables: usize::MAX,
        max_apparent_size: size.saturating_mul(4).saturating_add(256),
        ignore_missing_null_terminator: true,
    }
}
