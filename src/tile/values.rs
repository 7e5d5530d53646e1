//! Where the values of a tile's features are read: beside the records if what low zooms show is
//! enough, which is one place after the other in memory; else in the source.

use super::TilePlan;
use crate::index::{Drawing, Record};
use crate::model::{Properties, Row};

/// The values of a plan's features.
pub(super) struct Values<'a> {
    plan: &'a TilePlan,
    drawing: Drawing<'a>,
    near: bool,
}

impl<'a> Values<'a> {
    /// Of features that carry `columns`, and their names.
    pub(super) fn of(plan: &'a TilePlan, columns: &[usize]) -> Self {
        let index = plan.layer.index();
        let names = plan.layer.id_column().into_iter().chain(plan.layer.name_column());
        let near = names.chain(columns.iter().copied()).all(|column| index.keeps(column));
        Self { plan, drawing: index.drawing(), near }
    }

    /// A record's row and its values, those wanted among them, in stored order.
    pub(super) fn at(&self, record: Record) -> Option<(Row, Properties<'a>)> {
        let row = self.drawing.row(record);
        let layer = &self.plan.layer;
        let values = if self.near {
            layer.kept(&self.drawing, record)
        } else {
            layer.drawn(row)?.properties()
        };
        Some((row, values))
    }
}
