//! Tests of the index over layers made in memory.

mod cells;
mod damage;
mod geometry;
mod sampling;
mod select;
mod source;

use source::Features;

use super::{AttributeBytes, Index, Inputs, Record, build};
use crate::geometry::Crs;
use crate::source::Source;
use crate::store::Object;
use crate::time::Span;

/// A layer without time, rank and labels whose features are entities of their own, to be changed
/// as a test needs.
struct Layer {
    source: Box<dyn Source>,
    crs: Crs,
    spans: Option<Vec<Option<Span>>>,
    together: bool,
    entities: Vec<u64>,
    rank: Option<Vec<u32>>,
    columns: Vec<usize>,
    attribute_bytes: AttributeBytes,
    labels: bool,
}

impl Layer {
    /// Of features given as [`Features`] reads them.
    fn of<T: AsRef<str>>(features: &[T]) -> Self {
        let source = Box::new(Features::of(features));
        Self {
            entities: (0..u64::from(source.len())).collect(),
            source,
            crs: Crs::crs84(),
            spans: None,
            together: false,
            rank: None,
            columns: Vec::new(),
            attribute_bytes: AttributeBytes { chosen: 40, all: 40, label: 0 },
            labels: false,
        }
    }

    /// Each row's attributes weigh as much.
    fn weigh(&mut self, chosen: u32, all: u32) {
        self.attribute_bytes = AttributeBytes { chosen, all, label: 0 };
    }

    fn bytes(&self) -> Vec<u8> {
        let inputs = Inputs {
            source: &*self.source,
            crs: &self.crs,
            spans: self.spans.as_deref(),
            together: self.together,
            entities: &self.entities,
            rank: self.rank.as_deref(),
            columns: &self.columns,
            names: &[],
            classes: &self.columns,
            attribute_bytes: &|_| self.attribute_bytes,
            labels: self.labels,
            min_zoom: 0,
        };
        let mut bytes = Vec::new();
        build(&inputs, &mut bytes).expect("builds");
        bytes
    }

    fn index(&self) -> Index {
        Index::open(Object::from_slice(&self.bytes()), self.source.len()).expect("opens")
    }
}

/// Every record of an index with geometry.
fn all(index: &Index) -> Vec<Record> {
    let mut out = Vec::new();
    index.select(&[crate::geometry::Area::WORLD], None, None, &mut out);
    out
}
