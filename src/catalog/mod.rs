//! Catalogue: sidecars and defaults, folder scan, publication, editions, the snapshot.
//!
//! Must not know: HTTP.

mod choose;
mod crs;
mod descriptor;
mod edition;
mod error;
mod layer;
mod load;
mod naming;
mod progress;
mod publish;
mod quiet;
mod rows;
mod scan;
mod serve;
mod settings;
mod sidecar;
mod snapshot;
mod survey;
mod text;
mod weigh;

pub use descriptor::{
    Access, Code, ColumnText, Descriptor, RankColumn, RankTable, Stops, Style, TemporalDefault,
    TimeColumn, TimeColumnTable,
};
pub use edition::Change;
pub use error::CatalogError;
pub(crate) use layer::entity_text;
pub use layer::{Layer, Profile, entity_key, key_of_text};
pub use progress::{Progress, Silent, Step};
pub use serve::{Asof, Catalog, Options, StorePlace};
pub use snapshot::{Failed, Problem, Snapshot, Theme};
pub use text::{Language, Text};
