//! What every other module speaks of: identifiers, column types and schema, borrowed values, the
//! feature seen in place, extents.
//!
//! Must not know: files and any other input or output.

mod curve;
mod error;
mod extent;
mod feature;
mod geozero;
mod id;
mod kind;
pub(crate) mod message;
mod path;
mod schema;
mod sent;
mod shape;
#[cfg(test)]
mod tests;
mod value;
pub(crate) mod wire;

pub use error::ErrorKind;
pub use extent::Extent;
pub use feature::{Feature, Properties};
pub use id::{CollectionId, Fingerprint, Row};
pub use kind::{Kind, Simple};
pub use path::Path;
pub use schema::{Column, ColumnType, Schema};
pub use sent::{Sent, append_field, field_text, field_value};
pub(crate) use shape::MAX_DEPTH;
pub use shape::{Geometry, GeometrySink};
pub use value::Value;
