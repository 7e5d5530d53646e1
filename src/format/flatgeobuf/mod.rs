//! Features out as FlatGeobuf 3 (specification: flatgeobuf.org, `header.fbs` and `feature.fbs`):
//! a header with the exact count, a packed Hilbert R-tree, the features in its order. Equal input
//! gives equal bytes.
//!
//! Must not know: where the bytes go.

mod geometry;
mod properties;
mod spool;
#[cfg(test)]
mod tests;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort};
use flatgeobuf::{ColumnArgs, Crs, CrsArgs, FeatureArgs, Header, HeaderArgs};

use crate::model::{Column, ErrorKind, Kind, Value};
use spool::Spool;

/// The first bytes of a file: version 3.0.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\x00";

/// Entries of a node of the R-tree.
const NODE_SIZE: u16 = PackedRTree::DEFAULT_NODE_SIZE;

/// What the header says beside the columns.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// The layer's name.
    pub name: String,
    /// A title for people.
    pub title: Option<String>,
    /// A description for people.
    pub description: Option<String>,
    /// The EPSG code of the coordinates' CRS; x is always east.
    pub epsg: Option<u16>,
    /// The type of every geometry; `Unknown` where they differ or there are none.
    pub geometry: Kind,
}

/// Why a feature cannot be written.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WriteError {
    /// The feature has not one value a column.
    #[error("{given} values for {columns} columns")]
    Values {
        /// Values given.
        given: usize,
        /// Columns there are.
        columns: usize,
    },
    /// The column's type cannot hold the value exactly.
    #[error("column `{column}` cannot hold {value}")]
    Value {
        /// The column's name.
        column: String,
        /// The value, as Rust prints it.
        value: String,
    },
    /// The geometry is not of the type that the header declares.
    #[error("a {given:?} in a layer of {declared:?}")]
    Geometry {
        /// Type of the geometry given.
        given: Kind,
        /// Type that the header declares.
        declared: Kind,
    },
    /// Bytes cannot be written, or not read again.
    #[error("{0}")]
    Io(String),
}

impl From<std::io::Error> for WriteError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.to_string())
    }
}

impl WriteError {
    /// What it means to the caller: each is a fault of the program that writes, or of the disk.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Values { .. } | Self::Value { .. } | Self::Geometry { .. } | Self::Io(_) => {
                ErrorKind::Internal
            }
        }
    }
}

/// Collects features, in memory or beside the file, and lays them out as one file.
pub struct Writer {
    options: WriterOptions,
    columns: Vec<Column>,
    builder: FlatBufferBuilder<'static>,
    properties: Vec<u8>,
    /// The features one behind another, each with its size before it, in the order they came.
    bodies: Spool,
    /// Each feature's box; its offset is the feature's place in `spans`.
    boxes: Vec<NodeItem>,
    /// Where each feature lies in `bodies`.
    spans: Vec<Range<u64>>,
    /// Fewest features that an index is written for.
    index_from: usize,
}

impl Writer {
    /// A file without features yet; they are collected in memory.
    #[must_use]
    pub fn new(options: WriterOptions, columns: Vec<Column>) -> Self {
        Self::with_spool(options, columns, None)
    }

    /// A file without features yet. Many features wait in a file at `path`, which is there only as
    /// long as the writer; then memory holds 56 bytes a feature.
    #[must_use]
    pub fn spooled(options: WriterOptions, columns: Vec<Column>, path: PathBuf) -> Self {
        Self::with_spool(options, columns, Some(path))
    }

    fn with_spool(options: WriterOptions, columns: Vec<Column>, path: Option<PathBuf>) -> Self {
        Self {
            options,
            columns,
            builder: FlatBufferBuilder::new(),
            properties: Vec::new(),
            bodies: Spool::new(path),
            boxes: Vec::new(),
            spans: Vec::new(),
            index_from: 1,
        }
    }

    /// Without an index where there are fewer features: it would be a good part of a small file,
    /// and save nothing.
    #[must_use]
    pub const fn index_from(mut self, features: usize) -> Self {
        self.index_from = features;
        self
    }

    /// Adds a feature: a geometry in the file's CRS (x east), or none, and one value a column in
    /// the columns' order. A single geometry in a layer of its multi-type becomes one of one part.
    ///
    /// # Errors
    /// Where the values or the geometry are not of the declared types, or the disk takes no more;
    /// nothing is added then.
    pub fn add(
        &mut self,
        geometry: Option<&geo::Geometry<f64>>,
        values: &[Value<'_>],
    ) -> Result<(), WriteError> {
        self.properties.clear();
        properties::encode(&self.columns, values, &mut self.properties)?;
        self.builder.reset();
        let mut bounds = NodeItem::create(self.spans.len() as u64);
        let geometry = geometry
            .map(|g| geometry::encode(g, self.options.geometry, &mut self.builder, &mut bounds))
            .transpose()?;
        let properties =
            (!self.properties.is_empty()).then(|| self.builder.create_vector(&self.properties));
        let args = FeatureArgs { geometry, properties, columns: None };
        let feature = flatgeobuf::Feature::create(&mut self.builder, &args);
        self.builder.finish_size_prefixed(feature, None);
        let span = self.bodies.append(self.builder.finished_data())?;
        self.spans.push(span);
        self.boxes.push(bounds);
        Ok(())
    }

    /// The whole file, of features collected in memory.
    ///
    /// # Panics
    /// Where they were collected beside a file that can be read no more; never for [`Writer::new`].
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_to(&mut out).expect("memory takes what memory holds");
        out
    }

    /// Writes the whole file. The features are in the order of a Hilbert curve and an index stands
    /// before them (see [`Writer::index_from`]); unless one has no position, which no index can
    /// hold: then the order is that of [`Writer::add`] and there is no index.
    ///
    /// # Errors
    /// Where bytes cannot be written, or not read again.
    pub fn write_to(mut self, out: &mut impl Write) -> Result<(), WriteError> {
        let extent = calc_extent(&self.boxes);
        let placed = !self.boxes.is_empty() && self.boxes.iter().all(|b| b.min_x <= b.max_x);
        let indexed = placed && self.boxes.len() >= self.index_from;
        out.write_all(&MAGIC)?;
        out.write_all(&self.header(&extent, if indexed { NODE_SIZE } else { 0 }))?;
        if placed {
            hilbert_sort(&mut self.boxes, &extent);
        }
        if indexed {
            self.write_index(&extent, out)?;
        }
        for place in self.boxes.iter().map(|b| b.offset as usize) {
            if let Some(span) = self.spans.get(place) {
                self.bodies.copy(span, out)?;
            }
        }
        Ok(())
    }

    fn write_index(&self, extent: &NodeItem, out: &mut impl Write) -> Result<(), WriteError> {
        let mut offset = 0;
        let leaves: Vec<NodeItem> = self
            .boxes
            .iter()
            .map(|bounds| {
                let leaf = NodeItem { offset, ..bounds.clone() };
                offset += self.spans.get(bounds.offset as usize).map_or(0, |s| s.end - s.start);
                leaf
            })
            .collect();
        PackedRTree::build(&leaves, extent, NODE_SIZE)
            .and_then(|tree| Ok(tree.stream_write(out)?))
            .map_err(|error| WriteError::Io(error.to_string()))
    }

    fn header(&mut self, extent: &NodeItem, index_node_size: u16) -> Vec<u8> {
        let mut fbb = FlatBufferBuilder::new();
        let columns: Vec<_> = self.columns.iter().map(|c| encode_column(c, &mut fbb)).collect();
        let crs = self.options.epsg.map(|code| {
            let org = Some(fbb.create_string("EPSG"));
            Crs::create(&mut fbb, &CrsArgs { org, code: code.into(), ..CrsArgs::default() })
        });
        let envelope = (extent.min_x <= extent.max_x)
            .then(|| fbb.create_vector(&[extent.min_x, extent.min_y, extent.max_x, extent.max_y]));
        let args = HeaderArgs {
            name: Some(fbb.create_string(&self.options.name)),
            title: self.options.title.as_ref().map(|text| fbb.create_string(text)),
            description: self.options.description.as_ref().map(|text| fbb.create_string(text)),
            columns: Some(fbb.create_vector(&columns)),
            geometry_type: self.options.geometry.to_fgb(),
            features_count: self.spans.len() as u64,
            envelope,
            index_node_size,
            crs,
            ..HeaderArgs::default()
        };
        let header = Header::create(&mut fbb, &args);
        fbb.finish_size_prefixed(header, None);
        fbb.finished_data().to_vec()
    }
}

fn encode_column<'a>(
    column: &Column,
    fbb: &mut FlatBufferBuilder<'a>,
) -> WIPOffset<flatgeobuf::Column<'a>> {
    let args = ColumnArgs {
        name: Some(fbb.create_string(&column.name)),
        type_: column.kind.to_fgb(),
        title: column.title.as_ref().map(|text| fbb.create_string(text)),
        description: column.description.as_ref().map(|text| fbb.create_string(text)),
        ..ColumnArgs::default()
    };
    flatgeobuf::Column::create(fbb, &args)
}
