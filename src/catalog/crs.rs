//! The CRS of a layer.

use super::choose::Misfit;
use crate::geometry::Crs;
use crate::model::{GeometrySink, Path, Row, Simple};
use crate::source::{Header, Source};

/// What the descriptor says, else the header; `None` where neither names a CRS.
///
/// # Errors
/// Where what they name cannot be transformed.
pub(super) fn named(header: &Header, said: Option<&str>) -> Result<Option<Crs>, Misfit> {
    if let Some(said) = said {
        return Crs::parse(said).map(Some).map_err(|error| misfit(error.reason));
    }
    let Some(named) = header.crs.as_ref().filter(|_| is_named(header)) else { return Ok(None) };
    let crs = Crs::from_header(&named.org, named.code, named.wkt.as_deref());
    crs.map(Some)
        .map_err(|error| misfit(format!("{}; a sidecar can name another with `crs`", error.reason)))
}

/// Whether the header names a CRS.
pub(super) fn is_named(header: &Header) -> bool {
    header.crs.as_ref().is_some_and(|named| named.code != 0 || named.wkt.is_some())
}

/// That of a file without CRS: it holds degrees if its positions can be (`degrees`).
///
/// # Errors
/// Where they cannot.
pub(super) fn unnamed(degrees: bool) -> Result<Crs, Misfit> {
    let reason = "the file names no CRS, and its positions are no degrees; a sidecar must name it \
                  with `crs`";
    if degrees { Ok(Crs::crs84()) } else { Err(misfit(reason.to_owned())) }
}

fn misfit(reason: String) -> Misfit {
    Misfit { key: vec!["crs"], reason }
}

/// Whether all positions can be degrees. Looks at every feature up to one that cannot.
pub(super) fn are_degrees(source: &dyn Source) -> bool {
    let mut range = Range(true);
    (0..source.len()).map(Row::new).all(|row| {
        if let Some(geometry) = source.feature(row).and_then(|feature| feature.geometry()) {
            geometry.walk(&mut range);
        }
        range.0
    })
}

/// Whether all positions can be degrees.
struct Range(bool);

impl GeometrySink for Range {
    fn begin(&mut self, _kind: Simple, _parts: usize) {}

    fn path(&mut self, path: &Path<'_>) {
        self.0 &= path.xy().all(|[x, y]| x.abs() <= 180.0 && y.abs() <= 90.0);
    }

    fn end(&mut self, _kind: Simple) {}
}
