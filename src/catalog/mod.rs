//! Catalogue: sidecars and defaults, folder scan, publication, editions, the snapshot.
//!
//! Must not know: HTTP.

mod descriptor;
mod layer;
mod snapshot;

pub use descriptor::{Descriptor, Text};
pub use layer::{Layer, Profile, entity_key};
pub use snapshot::{Failed, Problem, Snapshot, Theme};
