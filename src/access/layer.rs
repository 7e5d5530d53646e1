//! A layer as a caller may see it.

use std::sync::Arc;

use super::FeatureId;
use crate::catalog::{ColumnText, Descriptor, Layer, Problem, entity_text, key_of_text};
use crate::geometry::Crs;
use crate::index::Index;
use crate::model::{CollectionId, Extent, Feature, Properties, Row, Schema, Value};
use crate::time::{Instant, Moment, Slabs, Span, TemporalKind};

/// A layer seen through a rule and a column mask. Cheap to clone.
#[derive(Clone)]
pub struct LayerView {
    layer: Arc<Layer>,
}

/// What mixes rows: only true where every row may be seen.
pub struct Mixed<'a> {
    /// Rows served.
    pub count: u32,
    /// Box of all geometry, degrees.
    pub extent: Option<Extent>,
    /// The least span that holds every row's validity; none without time or rows.
    pub times: Option<Span>,
    /// Slabs.
    pub slabs: &'a Slabs,
    /// First zoom from which every tile holds every feature.
    pub sampled_below: u8,
}

impl LayerView {
    pub(super) const fn new(layer: Arc<Layer>) -> Self {
        Self { layer }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &CollectionId {
        &self.layer.id
    }

    /// Its columns; a masked column does not exist.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        self.layer.source.schema()
    }

    /// Its descriptor: titles and other texts for people, style. The title is always there.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.layer.descriptor
    }

    /// What the descriptor says about the column at `position`.
    #[must_use]
    pub fn column_text(&self, position: usize) -> Option<&ColumnText> {
        let column = self.schema().columns.get(position)?;
        self.layer.descriptor.columns.get(&*column.name)
    }

    /// Digest of the layer's version, the rule and the mask: part of every cache key.
    #[must_use]
    pub fn digest(&self) -> u128 {
        self.layer.version
    }

    /// Rows that are not served, or served and flagged.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.layer.problems
    }

    /// How its rows stand in time.
    #[must_use]
    pub fn temporal(&self) -> TemporalKind {
        self.layer.profile.temporal
    }

    /// The start (or only) time column, and the end's.
    #[must_use]
    pub fn time_columns(&self) -> (Option<usize>, Option<usize>) {
        (self.layer.profile.start, self.layer.profile.end)
    }

    /// The id column: the entity of `state` layers, unique elsewhere; `None`: the row is the id.
    #[must_use]
    pub fn id_column(&self) -> Option<usize> {
        self.layer.profile.id
    }

    /// The column of labels, if there is one and it may be seen.
    #[must_use]
    pub fn name_column(&self) -> Option<usize> {
        self.layer.profile.name
    }

    /// The columns that tiles carry where not all features fit.
    #[must_use]
    pub fn tile_columns(&self) -> &[usize] {
        &self.layer.profile.tile_columns
    }

    /// Those of them whose values tell what is drawn alike at low zooms, ascending.
    #[must_use]
    pub fn class_columns(&self) -> Vec<usize> {
        self.layer.profile.class_columns()
    }

    /// First and last zoom with tiles of their own. The last is at least `sampled_below`.
    #[must_use]
    pub fn zooms(&self) -> (u8, u8) {
        let (first, last) = self.layer.profile.zooms;
        (first, last.max(self.layer.index.sampled_below()))
    }

    /// What a row's validity must meet for a request with `moment` (the `datetime` parameter, if
    /// there was one) at `now`; `None`: every row matches.
    #[must_use]
    pub fn window(&self, moment: Option<&Moment>, now: Instant) -> Option<Span> {
        let kind = self.temporal();
        match moment {
            Some(moment) => moment.window(kind),
            None if kind == TemporalKind::State && !self.layer.profile.all_by_default => {
                Moment::at(now).window(kind)
            }
            None => None,
        }
    }

    /// When the answer to a question about `now` next changes, on what the layer holds today.
    /// `None`: never.
    #[must_use]
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        self.layer.index.slabs().next_change(now)
    }

    /// The index. What mixes rows in it is reached through [`LayerView::whole`] only.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.layer.index
    }

    /// How many rows the file has, those not served included.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.layer.source.len()
    }

    /// The feature at `row`, if it is served and may be seen.
    #[must_use]
    pub fn feature(&self, row: Row) -> Option<Feature<'_>> {
        self.layer.index.span(row)?;
        self.layer.source.feature(row)
    }

    /// The feature at a row that the index named, which is served surely, if it may be seen.
    #[must_use]
    pub fn drawn(&self, row: Row) -> Option<Feature<'_>> {
        self.layer.source.feature(row)
    }

    /// The entity of the feature at `row`, whose values these are: that of the id column, or the row.
    #[must_use]
    pub fn entity(&self, row: Row, values: &Properties<'_>) -> FeatureId {
        self.entity_of(row, self.id_value(values))
    }

    /// The name of the feature at `row`: its entity's id, or where versions may meet
    /// (`versions`), `<entity>@<valid_from>`.
    #[must_use]
    pub fn feature_id(&self, row: Row, values: &Properties<'_>, versions: bool) -> FeatureId {
        if versions {
            self.version_of(row, self.id_value(values))
        } else {
            self.entity(row, values)
        }
    }

    fn id_value<'a>(&self, values: &Properties<'a>) -> Value<'a> {
        self.layer.profile.id.map_or(Value::Null, |column| values.value(column))
    }

    /// As [`LayerView::entity`], from the value of the id column alone; null where there is none.
    #[must_use]
    pub fn entity_of(&self, row: Row, id: Value<'_>) -> FeatureId {
        if self.layer.profile.id.is_none() {
            return FeatureId::Number(row.get().into());
        }
        if id.is_null() {
            return FeatureId::Text(format!("_{}", row.get()));
        }
        entity_text(id).map_or_else(FeatureId::Text, FeatureId::Number)
    }

    /// As [`LayerView::feature_id`] where versions may meet, from the value of the id column alone.
    #[must_use]
    pub fn version_of(&self, row: Row, id: Value<'_>) -> FeatureId {
        let start = self.layer.index.span(row).and_then(Span::start);
        let start = start.map_or_else(|| "..".to_owned(), |start| start.to_string());
        FeatureId::Text(format!("{}@{start}", self.entity_of(row, id)))
    }

    /// The rows of the entity called `entity` (as [`FeatureId`] writes it), in order of their
    /// start.
    #[must_use]
    pub fn rows_of(&self, entity: &str) -> Vec<Row> {
        let mut rows = Vec::new();
        let number = entity.parse().ok().filter(|number: &u64| number.to_string() == entity);
        for key in number.into_iter().chain([key_of_text(entity)]) {
            rows.extend(self.layer.index.rows_of(key).into_iter().filter(|row| {
                let feature = self.layer.source.feature(*row);
                feature.is_some_and(|feature| self.entity(*row, &feature.properties()).is(entity))
            }));
        }
        rows
    }

    /// What mixes rows; `None` under a row rule.
    #[must_use]
    pub fn whole(&self) -> Option<Mixed<'_>> {
        let index = &self.layer.index;
        Some(Mixed {
            count: index.count(),
            extent: index.extent(),
            times: self.layer.profile.times.and_then(Span::from_millis),
            slabs: index.slabs(),
            sampled_below: index.sampled_below(),
        })
    }

    /// The CRS of its file.
    #[must_use]
    pub fn crs(&self) -> &Crs {
        &self.layer.crs
    }

    /// From a position of the file to `[longitude, latitude]`.
    #[must_use]
    pub fn to_lonlat(&self, position: [f64; 2]) -> Option<[f64; 2]> {
        self.layer.crs.to_lonlat(position)
    }
}
