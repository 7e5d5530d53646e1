//! Archives: all tiles of some layers at one date in a file or a folder, for a CDN or a device
//! without network.

mod folder;
mod mbtiles;
mod place;
mod pmtiles;
mod walk;

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Address, Encoding, MAX_ZOOM, TileError};

pub use place::check_place;
pub use walk::{Export, Progress, Written};

/// How an archive is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One file, read by ranges (<https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md>).
    PmTiles,
    /// A database of `SQLite` (<https://github.com/mapbox/mbtiles-spec/blob/master/1.3/spec.md>).
    MbTiles,
    /// A folder of `{z}/{x}/{y}.mvt` with `metadata.json`, their TileJSON.
    Folder,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A tile cannot be made.
    #[error(transparent)]
    Tile(#[from] TileError),
    /// Its place cannot be written.
    #[error("cannot write {path}: {reason}", path = path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
}

impl ArchiveError {
    fn write(path: &Path, reason: &impl ToString) -> Self {
        Self::Write { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// Takes tiles.
trait Archive: Send {
    /// Adds a tile, which is not empty, in the encoding of [`Format::encoding`]. Tiles come by zoom,
    /// in a zoom along its Hilbert curve.
    fn add(&mut self, address: Address, bytes: &[u8]) -> Result<(), ArchiveError>;

    /// Makes it whole.
    fn finish(self: Box<Self>) -> Result<(), ArchiveError>;
}

impl Format {
    /// How tiles are encoded in it. Web servers compress what lies in folders, or are told that it
    /// is; without either it must be as it is.
    const fn encoding(self) -> Encoding {
        match self {
            Self::PmTiles | Self::MbTiles => Encoding::Gzip,
            Self::Folder => Encoding::Identity,
        }
    }

    /// An archive at `path`, where nothing is; `tilejson` describes its tiles.
    fn create(self, path: &Path, tilejson: &Value) -> Result<Box<dyn Archive>, ArchiveError> {
        Ok(match self {
            Self::PmTiles => Box::new(pmtiles::PmTiles::create(path, tilejson)?),
            Self::MbTiles => Box::new(mbtiles::MbTiles::create(path, tilejson)?),
            Self::Folder => Box::new(folder::Folder::create(path, tilejson)?),
        })
    }
}
