//! What a feature of a tile carries: its name, its tags and its label.

use std::borrow::Cow;

use super::TilePlan;
use super::attributes::{Attributes, Own};
use super::commands::Pen;
use super::draft::{Draft, Kind};
use super::shape::Shaper;
use super::values::Held;
use crate::access::FeatureId;
use crate::catalog::key_of_text;
use crate::index::{Drawing, Record};
use crate::model::{Schema, Sent, Value, append_field, field_text, field_value};

/// Longest text that is a label, in bytes.
const MAX_LABEL_BYTES: usize = 1_000;

/// What a record holds, and its values that are not coded.
pub(super) type Read<'a, 's> = (&'s Held<'a>, &'s Sent<'a>);

/// Tags a feature with its name, the columns wanted, and where it stands for others (`kept` is the
/// share that the byte bound keeps) its weight.
pub(super) fn tag(
    plan: &TilePlan,
    drawing: &Drawing<'_>,
    (held, plain): Read<'_, '_>,
    (name, kept): (&Name<'_>, f64),
    attributes: &mut Attributes,
) {
    let schema = plan.layer.schema();
    name.tag(attributes, schema);
    attributes.codes(held.drawn.codes(), drawing.coded(), schema);
    attributes.plain(plain.clone(), schema);
    let (z, ..) = plan.address.zxy();
    let weight = drawing.weight(&held.drawn, z);
    if weight.is_some() || kept < 1.0 {
        let mut field = Vec::new();
        append_field(Value::Double(weight.unwrap_or(1.0) / kept), &mut field);
        attributes.own(Own::Weight, &field);
    }
}

/// How a feature is named in MVT.
pub(super) struct Name<'a> {
    /// The MVT id.
    pub(super) id: u64,
    /// The field of the entity's id as text, where the MVT id is a hash.
    text: Option<Cow<'a, [u8]>>,
    /// The column whose value that text is.
    column: Option<usize>,
}

impl<'a> Name<'a> {
    pub(super) fn of(plan: &TilePlan, (held, plain): Read<'a, '_>) -> Self {
        let layer = &plan.layer;
        let column = layer.id_column();
        let field = column.and_then(|column| plain.field(column));
        if !plan.versions
            && let Some((field, text)) = field.zip(field.and_then(field_text))
        {
            return Self { id: key_of_text(text), text: Some(field.into()), column };
        }
        let kind = column.and_then(|column| Some(layer.schema().columns.get(column)?.kind));
        let id = field.zip(kind).map_or(Value::Null, |(field, kind)| field_value(kind, field));
        if plan.versions {
            let key = key_of_text(layer.version_of(held.drawn.row(), id).to_string());
            return Self::texted(key, &layer.entity_of(held.drawn.row(), id).to_string());
        }
        match layer.entity_of(held.drawn.row(), id) {
            FeatureId::Number(id) => Self { id, text: None, column: None },
            FeatureId::Text(text) => Self::texted(key_of_text(&text), &text),
        }
    }

    fn texted(id: u64, text: &str) -> Self {
        let mut field = Vec::new();
        append_field(Value::Text(text), &mut field);
        Self { id, text: Some(field.into()), column: None }
    }

    /// Bytes of the field of its text, if it has one.
    pub(super) fn text_len(&self) -> usize {
        self.text.as_ref().map_or(0, |field| field.len())
    }

    fn tag(&self, attributes: &mut Attributes, schema: &Schema) {
        if let Some(field) = &self.text {
            attributes.named(field, self.column, schema);
        }
    }
}

/// Adds the label of a feature, the value in `column`, if it has one and it stands in this tile.
pub(super) fn label(
    plan: &TilePlan,
    shaper: &Shaper,
    (record, column): (Record, usize),
    field: Option<&[u8]>,
    name: &Name<'_>,
    labels: &mut Draft,
) {
    let Some(at) = plan.layer.index().label(record).filter(|at| plan.address.holds(*at)) else {
        return;
    };
    let kind = plan.layer.schema().columns.get(column).map(|column| column.kind);
    let Some((field, kind)) = field.zip(kind) else { return };
    let value = field_value(kind, field);
    let unfit = |text: &str| text.trim().is_empty() || text.len() > MAX_LABEL_BYTES;
    if value.is_null() || value.as_text().is_some_and(unfit) {
        return;
    }
    let from = labels.attributes.tags_end();
    labels.attributes.next_feature();
    name.tag(&mut labels.attributes, plan.layer.schema());
    labels.attributes.own(Own::Name, field);
    Pen::new(&mut labels.geometry).points(&[shaper.unit_of(at)]);
    let tags = [from, labels.attributes.tags_end()];
    labels.push(record, Some(name.id), Kind::Point, tags, 0);
}
