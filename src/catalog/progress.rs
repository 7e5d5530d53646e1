//! Telling how far loading has come.

use crate::model::CollectionId;

/// What is done to a layer, in this order. Steps whose result the store holds are left out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step {
    /// Its file is copied into the store and hashed.
    Copy,
    /// Every record is checked.
    Check,
    /// Columns are chosen and every row is looked at.
    Profile,
    /// The index is built.
    Index,
}

/// Told of the steps of loading, from several threads at once.
pub trait Progress: Send + Sync {
    /// Loading of `layers` layers begins.
    fn begin(&self, layers: usize);
    /// A layer's step begins.
    fn step(&self, id: &CollectionId, step: Step);
    /// A layer is loaded or has failed.
    fn done(&self, id: &CollectionId);
}

/// Tells nobody.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _layers: usize) {}
    fn step(&self, _id: &CollectionId, _step: Step) {}
    fn done(&self, _id: &CollectionId) {}
}
