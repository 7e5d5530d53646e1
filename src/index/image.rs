//! The bytes of an index: a header, a table of sections, and the sections, each an array in the
//! machine's byte order at an offset that 8 divides.
//!
//! ```text
//! "onemapix"  version u32  sections u32  (offset u64, length u64)*  section*
//! ```

use std::ops::Range;

use bytemuck::{AnyBitPattern, NoUninit, Pod, Zeroable};

use super::IndexError;
use crate::store::{Draft, Object};

const MAGIC: [u8; 8] = *b"onemapix";
/// Version of an index's bytes. Grows whenever those of the same input change, also where what is
/// written comes from elsewhere, as the vertices' zooms do.
pub const VERSION: u32 = 17;

/// The arrays of an index. "By record" arrays are in record order: first the records with
/// geometry, by [`Section::Groups`], then those without, by row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Section {
    /// One [`Meta`].
    Meta,
    /// u32 by record without geometry: its row.
    RowsWithout,
    /// u32 by row: its record, [`NO_RECORD`] where the row is not served.
    RecordOf,
    /// u64 by row: the key of its entity.
    Entities,
    /// u32 by served row: rows sorted by entity, start and row.
    ByEntity,
    /// u32: the served rows that have geometry, but none that can be brought to longitude and
    /// latitude; ascending.
    Unplaced,
    /// [i64; 2] by record: its validity; empty in a layer without time.
    Spans,
    /// i64: the bounds of the slabs.
    Slabs,
    /// [u32; 4] by record with geometry: least x and y, greatest x and y.
    Areas,
    /// [u32; 2] by record with geometry: where its label stands; empty where none are wanted.
    Labels,
    /// One [`Head`](super::records::Head) by record with geometry, and one more.
    Heads,
    /// u8: the bodies of the records with geometry.
    Bodies,
    /// u32 by run of the records that have several: where its positions end among the record's.
    RunEnds,
    /// u8 by run of the records that have several: what it is.
    RunKinds,
    /// u32: the columns whose values are kept beside the records, but for those that are coded.
    Columns,
    /// u32: the columns that are coded, ascending.
    CodedColumns,
    /// u32 by coded column: where its values end.
    CodedEnds,
    /// u32 by value of the coded columns: where its bytes end.
    CodedValueEnds,
    /// u8: the values of the coded columns, each a field of [`Sent`](crate::model::Sent).
    CodedValues,
    /// u32 by block: where its records end.
    BlockEnds,
    /// [u32; 4] by block: the box of its records.
    BlockAreas,
    /// [i64; 2] by block: the span of its records; empty in a layer without time.
    BlockSpans,
    /// u32 by zoom, 0 to 22: where the blocks of the records drawn from that zoom end.
    Groups,
    /// f64 by zoom, 0 to 22: the share of points and polygons drawn.
    Rates,
    /// u8 by zoom, 0 to 22: the level whose cells are drawn there, 0 where shapes are.
    CellLevels,
    /// u32 by level, 0 to 24: where the level's runs of owned cells end.
    CellEnds,
    /// u64 by run: the code of its first cell, and in the lowest 12 bits its cells less one; in a
    /// level by code and owner.
    CellRuns,
    /// u32 by run: the record that owns it.
    CellRecords,
    /// [u32; 2] by record with geometry: how many cells it owns at the finest level drawn, and the
    /// first record of its class, which look the same at low zooms; empty where no zoom draws cells.
    CellOwners,
}

const SECTIONS: usize = Section::CellOwners as usize + 1;
const HEADER: usize = 16 + 16 * SECTIONS;

/// In [`Section::RecordOf`], a row that is not served.
pub(super) const NO_RECORD: u32 = u32::MAX;

/// What is said of the layer as a whole.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Meta {
    /// West, south, east, north in degrees; west above east where there is no geometry.
    pub(super) extent: [f64; 4],
    /// Rows of the source.
    pub(super) rows: u32,
    /// The first zoom from which every tile holds everything.
    pub(super) sampled_below: u32,
}

/// Puts sections into a draft, in the order in which they are given.
pub(super) struct Writer<'d> {
    draft: &'d mut dyn Draft,
    length: usize,
    table: [[u64; 2]; SECTIONS],
    open: usize,
}

impl<'d> Writer<'d> {
    /// Of an empty draft.
    pub(super) fn new(draft: &'d mut dyn Draft) -> Self {
        draft.put(&[0; HEADER]);
        Self { draft, length: HEADER, table: [[HEADER as u64, 0]; SECTIONS], open: 0 }
    }

    /// Begins a section; what is put from now on belongs to it.
    pub(super) fn begin(&mut self, section: Section) {
        let start = self.length.next_multiple_of(8);
        self.draft.put(&[0; 8][..start - self.length]);
        self.length = start;
        self.open = section as usize;
        self.table[self.open] = [start as u64, 0];
    }

    /// Adds to the section.
    pub(super) fn put<T: NoUninit>(&mut self, items: &[T]) {
        let bytes: &[u8] = bytemuck::cast_slice(items);
        self.draft.put(bytes);
        self.length += bytes.len();
        let [offset, length] = &mut self.table[self.open];
        *length = self.length as u64 - *offset;
    }

    /// A whole section.
    pub(super) fn section<T: NoUninit>(&mut self, section: Section, items: &[T]) {
        self.begin(section);
        self.put(items);
    }

    /// Writes the header.
    pub(super) fn finish(self) {
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(&MAGIC);
        header.extend_from_slice(bytemuck::cast_slice(&[VERSION, SECTIONS as u32]));
        header.extend_from_slice(bytemuck::cast_slice(&self.table));
        self.draft.set_start(&header);
    }
}

/// The sections of an index's bytes.
pub(super) struct Image {
    bytes: Object,
    ranges: [Range<usize>; SECTIONS],
}

impl Image {
    /// Reads the header and the table.
    pub(super) fn open(bytes: Object) -> Result<Self, IndexError> {
        let header = bytes.get(..HEADER).filter(|header| header.starts_with(&MAGIC));
        let header = header.ok_or_else(|| damaged("no index"))?;
        let words: &[u32] = cast(header.get(8..16).unwrap_or(&[]));
        if words != [VERSION, SECTIONS as u32] {
            return Err(damaged("index of another format version"));
        }
        let table: &[[u64; 2]] = cast(header.get(16..).unwrap_or(&[]));
        let mut ranges = std::array::from_fn(|_| 0..0);
        for (range, [offset, length]) in ranges.iter_mut().zip(table) {
            let end = offset.checked_add(*length).filter(|end| *end <= bytes.len() as u64);
            if end.is_none() || offset % 8 != 0 {
                return Err(damaged("section outside the index"));
            }
            *range = *offset as usize..(*offset + *length) as usize;
        }
        Ok(Self { bytes, ranges })
    }

    /// A section's array; empty if its length is no multiple of an item's.
    pub(super) fn get<T: AnyBitPattern>(&self, section: Section) -> &[T] {
        cast(self.bytes.get(self.ranges[section as usize].clone()).unwrap_or(&[]))
    }

    /// A section's array, which must be of `length` items.
    pub(super) fn exactly<T: AnyBitPattern>(
        &self,
        section: Section,
        length: usize,
    ) -> Result<&[T], IndexError> {
        let bytes = self.ranges[section as usize].len();
        let items = self.get(section);
        if bytes != length * size_of::<T>() || items.len() != length {
            return Err(damaged(&format!("section {section:?} of {bytes} bytes")));
        }
        Ok(items)
    }
}

fn cast<T: AnyBitPattern>(bytes: &[u8]) -> &[T] {
    bytemuck::try_cast_slice(bytes).unwrap_or(&[])
}

/// The error of bytes that [`super::build`] did not give.
pub(super) fn damaged(what: &str) -> IndexError {
    IndexError { reason: format!("damaged index: {what}") }
}
