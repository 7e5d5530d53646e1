//! Where the values of a tile's features are read: beside the records if what is wanted stands there,
//! which is one place after the other in memory; else in the source.

use super::TilePlan;
use crate::index::{Drawing, Record};
use crate::model::{Properties, Row, Value};

/// The values of a plan's features.
pub(super) struct Values<'a> {
    plan: &'a TilePlan,
    drawing: Drawing<'a>,
    near: bool,
}

/// What a record holds of the columns wanted.
#[derive(Clone)]
pub(super) struct Held<'a> {
    /// Its row.
    pub(super) row: Row,
    /// The values of the columns that are not coded, others perhaps among them, in stored order;
    /// those that name it among them.
    pub(super) plain: Properties<'a>,
    /// Its codes; see [`crate::index::Coded::codes`].
    pub(super) codes: &'a [u16],
}

impl<'a> Values<'a> {
    /// Of features that carry `columns`, and their names.
    pub(super) fn of(plan: &'a TilePlan, columns: &[usize]) -> Self {
        let index = plan.layer.index();
        let names = plan.layer.id_column().into_iter().chain(plan.layer.name_column());
        let near = names.chain(columns.iter().copied()).all(|column| index.keeps(column));
        Self { plan, drawing: index.drawing(), near }
    }

    /// What a record holds.
    pub(super) fn at(&self, record: Record) -> Option<Held<'a>> {
        let row = self.drawing.row(record);
        let layer = &self.plan.layer;
        let plain = if self.near {
            layer.kept(&self.drawing, record)
        } else {
            layer.drawn(row)?.properties()
        };
        Some(Held { row, plain, codes: self.drawing.codes(record) })
    }

    /// Appends what tells the record's values in the columns that `wanted` tells from others.
    pub(super) fn digest(
        &self,
        held: &Held<'a>,
        wanted: impl Fn(usize) -> bool,
        out: &mut Vec<u8>,
    ) {
        let coded = self.drawing.coded();
        for (column, code) in coded.columns().zip(held.codes) {
            out.extend(if wanted(column) { *code } else { 0 }.to_le_bytes());
        }
        let plain = |column| wanted(column) && coded.columns().all(|coded| coded != column);
        held.plain.clone().copy(plain, out);
    }

    /// Calls `see` with the values in the columns that `wanted` tells, coded ones first.
    pub(super) fn each(
        &self,
        held: &Held<'a>,
        wanted: impl Fn(usize) -> bool,
        mut see: impl FnMut(usize, Value<'a>),
    ) {
        let coded = self.drawing.coded();
        let schema = self.plan.layer.schema();
        for ((column, start), &code) in coded.columns().zip(coded.starts()).zip(held.codes) {
            if code > 0 && wanted(column) {
                see(column, coded.value(start + u32::from(code) - 1, schema));
            }
        }
        let plain = |column| wanted(column) && coded.columns().all(|coded| coded != column);
        let mut values = held.plain.clone();
        while let Some((column, value)) = values.next_of(plain) {
            see(column, value);
        }
    }
}
