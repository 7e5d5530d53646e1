//! What drawing reads of the index, looked up once for many records.

use super::image::{Image, Section};
use super::{Coded, Record, Render, blocks};
use crate::geometry::{Area, Fixed};
use crate::model::{Row, Sent};

/// The arrays that records are drawn from.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    rows: &'a [u32],
    areas: &'a [[u32; 4]],
    runs_of: &'a [u32],
    run_ends: &'a [u32],
    run_kinds: &'a [u8],
    positions: &'a [Fixed],
    from: &'a [u8],
    value_ends: &'a [u64],
    values: &'a [u8],
    coded: Coded<'a>,
    rates: &'a [f64],
}

impl<'a> Drawing<'a> {
    pub(super) fn of(image: &'a Image) -> Self {
        Self {
            rows: image.get(Section::Rows),
            areas: image.get(Section::Areas),
            runs_of: image.get(Section::RunsOf),
            run_ends: image.get(Section::RunEnds),
            run_kinds: image.get(Section::RunKinds),
            positions: image.get(Section::Positions),
            from: image.get(Section::From),
            value_ends: image.get(Section::ValueEnds),
            values: image.get(Section::Values),
            coded: Coded::of(image),
            rates: image.get(Section::Rates),
        }
    }

    /// The record's row.
    #[must_use]
    pub fn row(&self, record: Record) -> Row {
        Row::new(self.rows.get(record.index()).copied().unwrap_or(u32::MAX))
    }

    /// The record's box.
    #[must_use]
    pub fn area(&self, record: Record) -> Area {
        self.areas.get(record.index()).copied().map_or(Area::EMPTY, blocks::area)
    }

    /// How many features the record stands for at `zoom`, where points and polygons are sampled by
    /// hash there; `None` where it stands for itself alone.
    #[inline]
    #[must_use]
    pub fn weight(&self, record: Record, zoom: u8) -> Option<f64> {
        let rate = self.rates.get(usize::from(zoom)).copied().unwrap_or(1.0);
        (rate < 1.0 && !self.render(record).is_linear()).then(|| 1.0 / rate)
    }

    /// The coded columns.
    #[must_use]
    pub const fn coded(&self) -> &Coded<'a> {
        &self.coded
    }

    /// The record's codes; see [`Coded::codes`].
    #[must_use]
    pub fn codes(&self, record: Record) -> &'a [u16] {
        self.coded.codes(record.index())
    }

    /// The record's values in the columns that [`Index::keeps`] and that are not coded, in stored
    /// order.
    ///
    /// [`Index::keeps`]: super::Index::keeps
    #[must_use]
    pub fn values(&self, record: Record) -> Sent<'a> {
        let end = |index: usize| self.value_ends.get(index).map_or(0, |end| *end as usize);
        let start = record.index().checked_sub(1).map_or(0, end);
        Sent::new(self.values.get(start..end(record.index())).unwrap_or(&[]))
    }

    /// The record's geometry, ready to draw.
    #[must_use]
    pub fn render(&self, record: Record) -> Render<'a> {
        let end_of = |ends: &[u32], index: usize| ends.get(index).map_or(0, |end| *end);
        let before = |ends: &[u32], index: usize| {
            index.checked_sub(1).map_or(0, |before| end_of(ends, before))
        };
        let runs = before(self.runs_of, record.index()) as usize
            ..end_of(self.runs_of, record.index()) as usize;
        Render {
            positions: self.positions,
            from: self.from,
            start: before(self.run_ends, runs.start),
            ends: self.run_ends.get(runs.clone()).unwrap_or(&[]),
            kinds: self.run_kinds.get(runs).unwrap_or(&[]),
        }
    }
}
