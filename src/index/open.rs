//! The index opened over its bytes, in place.

use super::{IndexError, Render};
use crate::geometry::{Area, Fixed};
use crate::model::{Extent, Row};
use crate::store::Object;
use crate::time::{Slabs, Span};

/// A record's position in the index. Not a row: records are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Record(pub(super) u32);

/// An index over one segment.
pub struct Index {
    _bytes: Object,
}

impl Index {
    /// Opens what [`super::build`] gave; `rows` is the source's length.
    ///
    /// # Errors
    /// If the bytes are damaged, of another format version or of another source.
    pub fn open(_bytes: Object, _rows: u32) -> Result<Self, IndexError> {
        todo!()
    }

    /// The records whose box meets one of `areas` and whose validity meets `window` (`None`: any),
    /// appended to `out` once each, in record order. `zoom`: only those drawn at that zoom
    /// (`from_zoom` at or below it); `None`: all. Work grows with what is found.
    pub fn select(
        &self,
        _areas: &[Area],
        _window: Option<Span>,
        _zoom: Option<u8>,
        _out: &mut Vec<Record>,
    ) {
        todo!()
    }

    /// Rows with an empty or null geometry: they match every box of a feature query (OGC) and lie
    /// in no tile. Sorted.
    #[must_use]
    pub fn rows_without_geometry(&self) -> &[u32] {
        todo!()
    }

    /// The number of rows served: not withdrawn, and valid at some time.
    #[must_use]
    pub fn count(&self) -> u32 {
        todo!()
    }

    /// The record's row.
    #[must_use]
    pub fn row(&self, _record: Record) -> Row {
        todo!()
    }

    /// The row's validity: `ALWAYS` in a layer without time; `None` for a row that is never valid
    /// or not served.
    #[must_use]
    pub fn span(&self, _row: Row) -> Option<Span> {
        todo!()
    }

    /// The key of the row's entity.
    #[must_use]
    pub fn entity(&self, _row: Row) -> u64 {
        todo!()
    }

    /// The served rows whose entity has `key`, in order of their start.
    #[must_use]
    pub fn rows_of(&self, _key: u64) -> Vec<Row> {
        todo!()
    }

    /// The record's box.
    #[must_use]
    pub fn area(&self, _record: Record) -> Area {
        todo!()
    }

    /// The record's geometry, ready to draw.
    #[must_use]
    pub fn render(&self, _record: Record) -> Render<'_> {
        todo!()
    }

    /// Where the record's label stands, inside its geometry.
    #[must_use]
    pub fn label(&self, _record: Record) -> Option<Fixed> {
        todo!()
    }

    /// The record that draws the row; `None` for rows without geometry and rows not served.
    #[must_use]
    pub fn record(&self, _row: Row) -> Option<Record> {
        todo!()
    }

    /// The lowest zoom at which the record is drawn.
    #[must_use]
    pub fn from_zoom(&self, _record: Record) -> u8 {
        todo!()
    }

    /// How many features the record stands for at `zoom`, where points and polygons are sampled
    /// by hash there; `None` where it stands for itself alone.
    #[must_use]
    pub fn weight(&self, _record: Record, _zoom: u8) -> Option<f64> {
        todo!()
    }

    /// The share of the points and polygons that is drawn at `zoom`, chosen by a hash of their
    /// entity; 1 where all are. Lines are never sampled.
    #[must_use]
    pub fn rate(&self, _zoom: u8) -> f64 {
        todo!()
    }

    /// The first zoom from which every tile holds every feature with its default attributes.
    #[must_use]
    pub fn sampled_below(&self) -> u8 {
        todo!()
    }

    /// The box of all served geometry in degrees, if there is any.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        todo!()
    }

    /// The slabs of a layer with time; no bounds in a layer without.
    #[must_use]
    pub fn slabs(&self) -> &Slabs {
        todo!()
    }
}
