//! The CRS of a layer.

use super::choose::Misfit;
use crate::geometry::Crs;
use crate::model::{GeometrySink, Path, Row, Simple};
use crate::source::{Fgb, Source};

/// What the descriptor says, else the header; a file without CRS holds degrees if its positions can
/// be degrees.
///
/// # Errors
/// Where none of them names a CRS that can be transformed.
pub(super) fn choose(source: &Fgb, said: Option<&str>) -> Result<Crs, Misfit> {
    let misfit = |reason: String| Misfit { key: vec!["crs"], reason };
    if let Some(said) = said {
        return Crs::parse(said).map_err(|error| misfit(error.reason));
    }
    let named = source.header().crs.as_ref();
    if let Some(named) = named.filter(|named| named.code != 0 || named.wkt.is_some()) {
        return Crs::from_header(&named.org, named.code, named.wkt.as_deref()).map_err(|error| {
            misfit(format!("{}; a sidecar can name another with `crs`", error.reason))
        });
    }
    let mut range = Range(true);
    for row in (0..source.len()).map(Row::new) {
        if let Some(geometry) = source.feature(row).and_then(|feature| feature.geometry()) {
            geometry.walk(&mut range);
        }
        if !range.0 {
            let reason = "the file names no CRS, and its positions are no degrees; a sidecar must \
                          name it with `crs`";
            return Err(misfit(reason.to_owned()));
        }
    }
    Ok(Crs::crs84())
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
