//! Catalogue: sidecars and defaults, folder scan, publication, editions, the snapshot.
//!
//! Must not know: HTTP.

mod descriptor;
mod error;
mod layer;
mod progress;
mod publish;
mod snapshot;
mod text;

pub use descriptor::{
    Access, Code, ColumnText, Descriptor, RankColumn, RankTable, Stops, Style, TemporalDefault,
    TimeColumn, TimeColumnTable,
};
pub use error::CatalogError;
pub(crate) use layer::entity_text;
pub use layer::{Layer, Profile, entity_key, key_of_text};
pub use progress::{Progress, Silent, Step};
pub use publish::{Asof, Catalog, Options};
pub use snapshot::{Failed, Problem, Snapshot, Theme};
pub use text::{Language, Text};
