//! Where the values of a tile's features are read: beside the records if what is wanted stands there,
//! which is one place after the other in memory; else in the source.

use super::TilePlan;
use crate::index::{Drawing, Drawn, Record};
use crate::model::{Properties, Sent};

/// The values of a plan's features.
pub(super) struct Values<'a> {
    plan: &'a TilePlan,
    drawing: Drawing<'a>,
    /// The columns wanted that are not coded, those that name a feature among them.
    plain: Vec<usize>,
    near: bool,
}

/// What a record holds of the columns wanted.
pub(super) struct Held<'a> {
    /// The record.
    pub(super) drawn: Drawn<'a>,
    plain: Plain<'a>,
}

/// Values of columns that are not coded.
enum Plain<'a> {
    Near,
    Far(Properties<'a>),
}

impl<'a> Values<'a> {
    /// Of features that carry `columns`, and their names.
    pub(super) fn of(plan: &'a TilePlan, columns: &[usize]) -> Self {
        let index = plan.layer.index();
        let drawing = index.drawing();
        let names = plan.layer.id_column().into_iter().chain(plan.layer.name_column());
        let wanted = || names.clone().chain(columns.iter().copied());
        let coded = |column: &usize| drawing.coded().columns().any(|coded| coded == *column);
        Self {
            plan,
            plain: wanted().filter(|column| !coded(column)).collect(),
            near: wanted().all(|column| index.keeps(column)),
            drawing,
        }
    }

    /// What a record holds.
    pub(super) fn at(&self, record: Record) -> Option<Held<'a>> {
        let drawn = self.drawing.at(record)?;
        let plain = if self.near {
            Plain::Near
        } else {
            Plain::Far(self.plan.layer.drawn(drawn.row())?.properties())
        };
        Some(Held { drawn, plain })
    }

    /// Its values of the columns wanted that are not coded, others perhaps among them, in stored
    /// order; those that name it among them. `scratch` is a buffer.
    pub(super) fn plain<'s>(&self, held: &Held<'s>, scratch: &'s mut Vec<u8>) -> Sent<'s> {
        match &held.plain {
            Plain::Near => held.drawn.values(),
            Plain::Far(values) => {
                scratch.clear();
                values.clone().sent(|column| self.plain.contains(&column), scratch);
                Sent::new(scratch)
            }
        }
    }

    /// Calls `see` with the fields of a record's values in the columns that `wanted` tells, coded
    /// ones first.
    pub(super) fn each(
        &self,
        held: &Held<'_>,
        wanted: impl Fn(usize) -> bool,
        mut see: impl FnMut(usize, &[u8]),
    ) {
        let coded = self.drawing.coded();
        for ((column, values), &code) in coded.columns().zip(coded.ranges()).zip(held.drawn.codes())
        {
            let place = code.checked_sub(1).map(|code| values.start + u32::from(code));
            let field = place.map_or(&[][..], |place| coded.field(place));
            if !field.is_empty() && wanted(column) {
                see(column, field);
            }
        }
        let mut scratch = Vec::new();
        for (column, field) in self.plain(held, &mut scratch) {
            if wanted(column) {
                see(column, field);
            }
        }
    }
}
