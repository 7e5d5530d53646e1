//! What drawing reads of the index, looked up once for many records.

use super::image::{Image, Section};
use super::records::{Head, SEVERAL, places};
use super::{Coded, Record, Render, blocks};
use crate::geometry::{Area, Fixed};
use crate::model::{Row, Sent};

/// The arrays that records are drawn from.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    areas: &'a [[u32; 4]],
    heads: &'a [Head],
    bodies: &'a [u8],
    run_ends: &'a [u32],
    run_kinds: &'a [u8],
    coded: Coded<'a>,
    rates: &'a [f64],
}

/// A record with geometry, found.
#[derive(Clone, Copy)]
pub struct Drawn<'a> {
    head: &'a Head,
    body: &'a [u8],
    /// Its runs, if it has several.
    run_ends: &'a [u32],
    run_kinds: &'a [u8],
    /// How many columns are coded.
    coded: usize,
}

impl<'a> Drawing<'a> {
    pub(super) fn of(image: &'a Image) -> Self {
        Self {
            areas: image.get(Section::Areas),
            heads: image.get(Section::Heads),
            bodies: image.get(Section::Bodies),
            run_ends: image.get(Section::RunEnds),
            run_kinds: image.get(Section::RunKinds),
            coded: Coded::of(image),
            rates: image.get(Section::Rates),
        }
    }

    /// The record, if it has geometry.
    #[inline]
    #[must_use]
    pub fn at(&self, record: Record) -> Option<Drawn<'a>> {
        let [head, next] = self.heads.get(record.index()..)?.first_chunk()?;
        let runs = match head.kind() {
            SEVERAL => head.runs as usize..next.runs as usize,
            _ => 0..0,
        };
        Some(Drawn {
            head,
            body: self.bodies.get(head.body as usize..next.body as usize)?,
            run_ends: self.run_ends.get(runs.clone())?,
            run_kinds: self.run_kinds.get(runs)?,
            coded: self.coded.width(),
        })
    }

    /// The row of a record with geometry.
    #[must_use]
    pub fn row(&self, record: Record) -> Row {
        Row::new(self.heads.get(record.index()).map_or(u32::MAX, |head| head.row))
    }

    /// The record's box.
    #[must_use]
    pub fn area(&self, record: Record) -> Area {
        self.areas.get(record.index()).copied().map_or(Area::EMPTY, blocks::area)
    }

    /// How many features `drawn` stands for at `zoom`, where points and polygons are sampled by hash
    /// there; `None` where it stands for itself alone.
    #[inline]
    #[must_use]
    pub fn weight(&self, drawn: &Drawn<'_>, zoom: u8) -> Option<f64> {
        let rate = self.rates.get(usize::from(zoom)).copied().unwrap_or(1.0);
        (rate < 1.0 && !drawn.render().is_linear()).then(|| 1.0 / rate)
    }

    /// The coded columns.
    #[must_use]
    pub const fn coded(&self) -> &Coded<'a> {
        &self.coded
    }
}

impl<'a> Drawn<'a> {
    /// Its row.
    #[must_use]
    pub const fn row(&self) -> Row {
        Row::new(self.head.row)
    }

    /// Whether it is a polygon of one ring of which zoom `z` keeps all positions, and those, brought
    /// to the nearest tile unit, are clean: valid, and wound as tiles want it.
    #[inline]
    #[must_use]
    pub fn is_clean(&self, z: u8) -> bool {
        self.head.is_clean(z)
    }

    /// Its codes, in the order of [`Coded::columns`]: 0 where it has no value, else one more than
    /// the value's place behind the column's first.
    #[inline]
    #[must_use]
    pub fn codes(&self) -> &'a [u16] {
        let [_, from, to] = places(self.head.positions as usize, self.coded);
        let codes = self.body.get(from..to).unwrap_or(&[]);
        bytemuck::try_cast_slice(codes).unwrap_or(&[])
    }

    /// Its values in the columns that [`Index::keeps`] and that are not coded, in stored order.
    ///
    /// [`Index::keeps`]: super::Index::keeps
    #[inline]
    #[must_use]
    pub fn values(&self) -> Sent<'a> {
        let [.., from] = places(self.head.positions as usize, self.coded);
        Sent::new(self.body.get(from..).unwrap_or(&[]))
    }

    /// Its geometry, ready to draw.
    #[inline]
    #[must_use]
    pub fn render(&self) -> Render<'a> {
        let count = self.head.positions as usize;
        let bytes = count * size_of::<Fixed>();
        let (positions, rest) = self.body.split_at_checked(bytes).unwrap_or((&[], &[]));
        let [boxes, end, _] = places(count, 0);
        let boxes = self.body.get(boxes..end).unwrap_or(&[]);
        let (ends, kinds) = match self.head.kind() {
            SEVERAL => (self.run_ends, self.run_kinds),
            kind => (std::slice::from_ref(&self.head.positions), Render::only(kind)),
        };
        Render {
            positions: bytemuck::try_cast_slice(positions).unwrap_or(&[]),
            from: rest.get(..count).unwrap_or(&[]),
            boxes: bytemuck::try_cast_slice(boxes).unwrap_or(&[]),
            ends,
            kinds,
        }
    }
}
