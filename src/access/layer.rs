//! A layer as a caller may see it.

use std::sync::Arc;

use crate::catalog::{Descriptor, Layer};
use crate::index::Index;
use crate::model::{CollectionId, Extent, Feature, Row, Schema};
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
    /// First start and last end, where the layer has time.
    pub times: Option<Span>,
    /// Slabs.
    pub slabs: &'a Slabs,
    /// First zoom from which every tile holds every feature.
    pub sampled_below: u8,
}

/// How a feature is named (DESIGN: Index and tiles).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FeatureId {
    /// A whole number from 0 to 2^53 - 1.
    Number(u64),
    /// Any other text.
    Text(String),
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

    /// Digest of the layer's version, the rule and the mask: part of every cache key.
    #[must_use]
    pub fn digest(&self) -> u128 {
        self.layer.version
    }

    /// How its rows stand in time.
    #[must_use]
    pub fn temporal(&self) -> TemporalKind {
        self.layer.profile.temporal
    }

    /// What a row's validity must meet for a request with `moment` (the `datetime` parameter, if
    /// there was one) at `now`; `None`: every row matches.
    #[must_use]
    pub fn window(&self, _moment: Option<&Moment>, _now: Instant) -> Option<Span> {
        todo!()
    }

    /// The index. What mixes rows in it is reached through [`LayerView::whole`] only.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.layer.index
    }

    /// The feature at `row`, if it is served and may be seen.
    #[must_use]
    pub fn feature(&self, row: Row) -> Option<Feature<'_>> {
        self.layer.source.feature(row)
    }

    /// The name of the feature at `row`: its entity's id, or where versions may meet
    /// (`versions`), `<entity>@<valid_from>`.
    #[must_use]
    pub fn feature_id(&self, _row: Row, _feature: &Feature<'_>, _versions: bool) -> FeatureId {
        todo!()
    }

    /// What mixes rows; `None` under a row rule.
    #[must_use]
    pub fn whole(&self) -> Option<Mixed<'_>> {
        todo!()
    }

    /// Its descriptor: titles and other texts for people.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.layer.descriptor
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

    /// First and last zoom with tiles of their own.
    #[must_use]
    pub fn zooms(&self) -> (u8, u8) {
        self.layer.profile.zooms
    }

    /// From a position of the file to `[longitude, latitude]`.
    #[must_use]
    pub fn to_lonlat(&self, position: [f64; 2]) -> Option<[f64; 2]> {
        self.layer.crs.to_lonlat(position)
    }
}
