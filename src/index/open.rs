//! The index opened over its bytes, in place.

use super::blocks::{self, Test, Trees};
use super::image::{Image, Meta, NO_RECORD, Section, damaged};
use super::{Drawing, IndexError, MAX_ZOOM, ZoomCells, cells, coded, records};
use crate::geometry::{Area, Fixed};
use crate::model::{Extent, Row};
use crate::store::Object;
use crate::time::{Slabs, Span};

/// A record's position in the index. Not a row: records are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Record(pub(super) u32);

impl Record {
    /// The record of that number.
    #[must_use]
    pub const fn of(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// An index over one segment. Its arrays stay in the object; on the heap are only the trees over
/// blocks of records and the slabs.
pub struct Index {
    image: Image,
    meta: Meta,
    trees: Trees,
    slabs: Slabs,
}

impl Index {
    /// Opens what [`super::build`] gave; `rows` is the source's length.
    ///
    /// # Errors
    /// If the bytes are damaged, of another format version or of another source.
    pub fn open(bytes: Object, rows: u32) -> Result<Self, IndexError> {
        let image = Image::open(bytes)?;
        let meta = check(&image, rows)?;
        let slabs = Slabs::from_bounds(image.get::<i64>(Section::Slabs).to_vec());
        Ok(Self { meta, trees: Trees::over(&image), slabs, image })
    }

    /// The records whose box meets one of `areas` and whose validity meets `window` (`None`: any),
    /// appended to `out` once each, in record order. `zoom`: only those drawn at that zoom
    /// (`from_zoom` at or below it); `None`: all. Work grows with what is found.
    pub fn select(
        &self,
        areas: &[Area],
        window: Option<Span>,
        zoom: Option<u8>,
        out: &mut Vec<Record>,
    ) {
        let ends: &[u32] = self.image.get(Section::BlockEnds);
        let boxes: &[[u32; 4]] = self.image.get(Section::Areas);
        let spans: &[[i64; 2]] = self.image.get(Section::Spans);
        let test = Test { areas, window: window.map(Span::to_millis) };
        for block in self.trees.select(areas, window, zoom) {
            test.run(blocks::records_of(ends, block), boxes, spans, out);
        }
    }

    /// Rows with an empty or null geometry: they match every box of a feature query (OGC) and lie
    /// in no tile. Sorted.
    #[must_use]
    pub fn rows_without_geometry(&self) -> &[u32] {
        self.image.get(Section::RowsWithout)
    }

    /// Those of [`Index::rows_without_geometry`] that have geometry, but with positions that the
    /// CRS cannot bring to longitude and latitude. Sorted.
    #[must_use]
    pub fn rows_unplaced(&self) -> &[u32] {
        self.image.get(Section::Unplaced)
    }

    /// The number of rows served: not withdrawn, and valid at some time.
    #[must_use]
    pub fn count(&self) -> u32 {
        (self.drawn() + self.rows_without_geometry().len()) as u32
    }

    /// The row's validity: `ALWAYS` in a layer without time; `None` for a row that is never valid
    /// or not served.
    #[must_use]
    pub fn span(&self, row: Row) -> Option<Span> {
        let record = self.served(row)?;
        let spans: &[[i64; 2]] = self.image.get(Section::Spans);
        if spans.is_empty() {
            return Some(Span::ALWAYS);
        }
        Span::from_millis(*spans.get(record.index())?)
    }

    /// The key of the row's entity; 0 beyond the last row.
    #[must_use]
    pub fn entity(&self, row: Row) -> u64 {
        self.at(Section::Entities, row.index()).unwrap_or(0)
    }

    /// The served rows whose entity has `key`, in order of their start.
    #[must_use]
    pub fn rows_of(&self, key: u64) -> Vec<Row> {
        let rows: &[u32] = self.image.get(Section::ByEntity);
        let keys: &[u64] = self.image.get(Section::Entities);
        let key_of = |row: &u32| keys.get(*row as usize).copied().unwrap_or(0);
        let start = rows.partition_point(|row| key_of(row) < key);
        let behind = rows.get(start..).unwrap_or(&[]);
        behind.iter().take_while(|row| key_of(row) == key).map(|row| Row::new(*row)).collect()
    }

    /// What many records are drawn from, looked up once.
    #[must_use]
    pub fn drawing(&self) -> Drawing<'_> {
        Drawing::of(&self.image)
    }

    /// Whether the values of the column at `position` are in the index: among
    /// [`Drawn::values`](super::Drawn::values), or coded.
    #[must_use]
    pub fn keeps(&self, position: usize) -> bool {
        let kept = [Section::Columns, Section::CodedColumns].map(|s| self.image.get::<u32>(s));
        kept.iter().any(|columns| columns.iter().any(|column| *column as usize == position))
    }

    /// Where the record's label stands, inside its geometry.
    #[must_use]
    pub fn label(&self, record: Record) -> Option<Fixed> {
        self.at(Section::Labels, record.index())
    }

    /// The record that draws the row; `None` for rows without geometry and rows not served.
    #[must_use]
    pub fn record(&self, row: Row) -> Option<Record> {
        self.served(row).filter(|record| record.index() < self.drawn())
    }

    /// The lowest zoom at which the record is drawn.
    #[must_use]
    pub fn from_zoom(&self, record: Record) -> u8 {
        let groups: &[u32] = self.image.get(Section::Groups);
        let ends: &[u32] = self.image.get(Section::BlockEnds);
        let behind = |group: &u32| {
            let last = group.checked_sub(1).and_then(|block| ends.get(block as usize));
            last.is_none_or(|end| *end <= record.0)
        };
        groups.partition_point(behind).min(usize::from(MAX_ZOOM)) as u8
    }

    /// The cells that are drawn at `zoom` in the place of shapes, if they are.
    #[must_use]
    pub fn cells(&self, zoom: u8) -> Option<ZoomCells<'_>> {
        ZoomCells::of(&self.image, zoom)
    }

    /// The share of the points and polygons that is drawn at `zoom`, chosen by a hash of their
    /// entity; 1 where all are. Lines are never sampled.
    #[must_use]
    pub fn rate(&self, zoom: u8) -> f64 {
        self.at(Section::Rates, usize::from(zoom)).unwrap_or(1.0)
    }

    /// The first zoom from which every tile holds every feature with all its attributes.
    #[must_use]
    pub fn sampled_below(&self) -> u8 {
        self.meta.sampled_below as u8
    }

    /// The box of all served geometry in degrees, if there is any.
    #[must_use]
    pub fn extent(&self) -> Option<Extent> {
        let [west, south, east, north] = self.meta.extent;
        Some(Extent { west, south, east, north }).filter(|extent| !extent.is_empty())
    }

    /// The slabs of a layer with time; no bounds in a layer without.
    #[must_use]
    pub fn slabs(&self) -> &Slabs {
        &self.slabs
    }

    /// The number of records with geometry.
    fn drawn(&self) -> usize {
        self.image.get::<[u32; 4]>(Section::Areas).len()
    }

    fn served(&self, row: Row) -> Option<Record> {
        let record = self.at(Section::RecordOf, row.index())?;
        (record != NO_RECORD).then_some(Record(record))
    }

    fn at<T: bytemuck::AnyBitPattern>(&self, section: Section, index: usize) -> Option<T> {
        self.image.get::<T>(section).get(index).copied()
    }
}

/// Checks that the sections fit each other: their lengths, that ranges ascend and stay inside,
/// that rows and records exist. Values that cannot lead astray are not looked at.
fn check(image: &Image, rows: u32) -> Result<Meta, IndexError> {
    let meta = *image.exactly::<Meta>(Section::Meta, 1)?.first().ok_or_else(|| damaged("empty"))?;
    if meta.rows != rows || meta.sampled_below > u32::from(MAX_ZOOM) {
        return Err(damaged("index of another source"));
    }
    let without = image.get::<u32>(Section::RowsWithout);
    let drawn = image.get::<[u32; 4]>(Section::Areas).len();
    let served = drawn + without.len();
    let by_row = rows as usize;
    let by_entity = image.exactly::<u32>(Section::ByEntity, served)?;
    let record_of = image.exactly::<u32>(Section::RecordOf, by_row)?;
    let unplaced = image.get::<u32>(Section::Unplaced);
    let exists = |row: &u32| *row < rows;
    let known = |record: &u32| *record == NO_RECORD || (*record as usize) < served;
    let rows_exist = [without, by_entity, unplaced].iter().all(|rows| rows.iter().all(exists));
    if !rows_exist || !record_of.iter().all(known) {
        return Err(damaged("rows"));
    }
    image.exactly::<u64>(Section::Entities, by_row)?;
    let temporal = !image.get::<[i64; 2]>(Section::Spans).is_empty();
    image.exactly::<[i64; 2]>(Section::Spans, if temporal { served } else { 0 })?;
    image.exactly::<[u32; 4]>(Section::Areas, drawn)?;
    let labels = image.get::<Fixed>(Section::Labels).len();
    image.exactly::<Fixed>(Section::Labels, if labels == 0 { 0 } else { drawn })?;
    let rates = image.exactly::<f64>(Section::Rates, usize::from(MAX_ZOOM) + 1)?;
    if !rates.iter().all(|rate| *rate > 0.0 && *rate <= 1.0) {
        return Err(damaged("rates"));
    }
    records::check(image, drawn, rows, coded::check(image)?)?;
    blocks::check(image, drawn, temporal)?;
    cells::check(image, drawn)?;
    Ok(meta)
}
