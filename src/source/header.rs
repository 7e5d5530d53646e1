//! What a file's header says, and where it ends.

use std::sync::Arc;

use flatbuffers::VerifierOptions;

use crate::model::{Column, ColumnType, ErrorKind, Kind, Schema};

/// Columns that a value's 16-bit column number can name.
const MAX_COLUMNS: usize = 1 << 16;

/// Bytes of an entry of the file's own index: a box of four doubles and an offset.
const INDEX_ENTRY_BYTES: u64 = 40;

/// A FlatGeobuf header, decoded.
#[derive(Clone, PartialEq, Debug)]
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
    /// The CRS, if the header names one.
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
    /// Name for people.
    pub name: Option<String>,
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

impl FileError {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }

    /// What it means to the caller: the file is not one that can be read.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid { parameter: "file".to_owned() }
    }
}

impl Header {
    /// Reads the header of a file and computes where its features begin. The file's own index is
    /// stepped over, never read.
    ///
    /// # Errors
    /// Where the bytes are not FlatGeobuf 3, the header is cut or broken, a column's type is
    /// unknown, two columns share a name, or the index reaches beyond the file.
    pub fn of(file: &[u8]) -> Result<Self, FileError> {
        check_magic(file)?;
        let table_at = 8;
        let size = file
            .get(table_at..)
            .and_then(|rest| rest.first_chunk())
            .map(|size| u32::from_le_bytes(*size) as usize)
            .ok_or_else(|| FileError::new("the file ends before its header"))?;
        let index_at = (table_at + 4).saturating_add(size);
        let bytes = file.get(table_at..index_at).ok_or_else(|| {
            FileError::new(format!("the header's {size} bytes reach beyond the file"))
        })?;
        let table = flatgeobuf::size_prefixed_root_as_header_with_opts(&limits(size), bytes)
            .map_err(|error| FileError::new(format!("the header is broken: {}", brief(&error))))?;
        let count = Some(table.features_count()).filter(|count| *count > 0);
        let index_node_size = table.index_node_size();
        let index_bytes = index_bytes(count, index_node_size)?;
        let features_at = (index_at as u64)
            .checked_add(index_bytes)
            .and_then(|at| usize::try_from(at).ok())
            .filter(|at| *at <= file.len())
            .ok_or_else(|| FileError::new("the file ends inside its index"))?;
        let own = |text: Option<&str>| text.map(str::to_owned);
        Ok(Self {
            schema: schema(&table)?,
            name: own(table.name()),
            title: own(table.title()),
            description: own(table.description()),
            metadata: own(table.metadata()),
            count,
            index_node_size,
            crs: table.crs().map(|crs| HeaderCrs {
                org: crs.org().unwrap_or("EPSG").to_owned(),
                code: crs.code(),
                name: own(crs.name()),
                wkt: own(crs.wkt()),
            }),
            features_at,
        })
    }
}

fn check_magic(file: &[u8]) -> Result<(), FileError> {
    match file {
        [] => Err(FileError::new("the file is empty")),
        [b'f', b'g', b'b', 3, b'f', b'g', b'b', _, ..] => Ok(()),
        [b'f', b'g', b'b', version, b'f', b'g', b'b', _, ..] => {
            Err(FileError::new(format!("FlatGeobuf version {version}; version 3 is read")))
        }
        _ => Err(FileError::new("not a FlatGeobuf file")),
    }
}

/// Bounds for the verification of a header of `size` bytes. Offsets may share what they point to:
/// the apparent size bounds what decoding copies.
fn limits(size: usize) -> VerifierOptions {
    VerifierOptions {
        max_depth: 4,
        max_tables: MAX_COLUMNS + 2,
        max_apparent_size: size.saturating_mul(4).saturating_add(1024),
        ignore_missing_null_terminator: true,
    }
}

/// The first line of what the verifier says, in small letters and without its full stop.
pub(super) fn brief(error: &flatbuffers::InvalidFlatbuffer) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default().trim_end_matches('.');
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The size of the packed R-tree of `count` boxes (specification: an index is absent where the
/// count is unknown or the node size is 0).
fn index_bytes(count: Option<u64>, node_size: u16) -> Result<u64, FileError> {
    let (Some(count), 1..) = (count, node_size) else { return Ok(0) };
    if node_size == 1 {
        return Err(FileError::new("an index with nodes of 1 entry has no end"));
    }
    let (mut level, mut nodes) = (count, Some(count));
    loop {
        level = level.div_ceil(node_size.into());
        nodes = nodes.and_then(|nodes| nodes.checked_add(level));
        if level == 1 {
            break;
        }
    }
    nodes
        .and_then(|nodes| nodes.checked_mul(INDEX_ENTRY_BYTES))
        .ok_or_else(|| FileError::new(format!("an index of {count} features cannot exist")))
}

fn schema(table: &flatgeobuf::Header<'_>) -> Result<Schema, FileError> {
    let code = table.geometry_type();
    let geometry = Kind::from_fgb(code)
        .ok_or_else(|| FileError::new(format!("unknown geometry type {}", code.0)))?;
    let tables = table.columns();
    let mut names: Vec<&str> = tables.iter().flatten().map(|column| column.name()).collect();
    if names.len() > MAX_COLUMNS {
        return Err(FileError::new(format!("{} columns; {MAX_COLUMNS} is the most", names.len())));
    }
    names.sort_unstable();
    if let Some([name, ..]) = names.windows(2).find(|pair| pair.first() == pair.last()) {
        return Err(FileError::new(format!("two columns are called `{}`", shorten(name))));
    }
    drop(names);
    let columns = tables.iter().flatten().map(|column| self::column(&column));
    Ok(Schema {
        columns: columns.collect::<Result<_, _>>()?,
        geometry,
        has_z: table.has_z(),
        has_m: table.has_m(),
    })
}

fn column(table: &flatgeobuf::Column<'_>) -> Result<Column, FileError> {
    let kind = ColumnType::from_fgb(table.type_()).ok_or_else(|| {
        let (name, code) = (shorten(table.name()), table.type_().0);
        FileError::new(format!("column `{name}` has the unknown type {code}"))
    })?;
    Ok(Column {
        name: Arc::from(table.name()),
        kind,
        title: table.title().map(str::to_owned),
        description: table.description().map(str::to_owned),
    })
}

/// A column's name for a message, cut where it is very long.
pub(super) fn shorten(name: &str) -> &str {
    name.char_indices().nth(60).map_or(name, |(end, _)| name.get(..end).unwrap_or(name))
}
