//! What a file's header says.

use crate::model::Schema;

/// A FlatGeobuf header, decoded.
#[derive(Clone, Debug)]
pub struct Header {
    /// Columns and geometry type.
    pub schema: Schema,
    /// Layer name.
    pub name: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Description.
    pub description: Option<String>,
    /// Metadata: JSON as text.
    pub metadata: Option<String>,
    /// Number of features; `None` where the header does not know.
    pub count: Option<u64>,
    /// Node size of the file's own index, 0 where it has none.
    pub index_node_size: u16,
    /// Authority of the CRS (`EPSG` where the header names none), if there is a CRS.
    pub crs: Option<HeaderCrs>,
    /// Where the features begin, in bytes.
    pub features_at: usize,
}

/// The CRS as the header names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeaderCrs {
    /// Authority, `EPSG` where not given.
    pub org: String,
    /// Code, 0 where unknown.
    pub code: i32,
    /// Well-known text.
    pub wkt: Option<String>,
}

/// Why a file is refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct FileError {
    /// What is wrong with it, for people.
    pub reason: String,
}
