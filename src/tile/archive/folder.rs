//! A folder of tiles.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Address, Archive, ArchiveError};

/// The file beside the tiles: their TileJSON.
pub(super) const METADATA: &str = "metadata.json";
/// Where tiles lie in it.
pub(super) const TEMPLATE: &str = "{z}/{x}/{y}.mvt";

/// `{z}/{x}/{y}.mvt` and `metadata.json`.
pub(super) struct Folder {
    path: PathBuf,
    /// The zoom and column whose folder exists.
    made: Option<(u8, u32)>,
}

impl Folder {
    pub(super) fn create(path: &Path, tilejson: &Value) -> Result<Self, ArchiveError> {
        let error = |error: std::io::Error| ArchiveError::write(path, &error);
        fs::create_dir(path).map_err(error)?;
        let text = serde_json::to_vec_pretty(tilejson).map_err(std::io::Error::from);
        fs::write(path.join(METADATA), text.map_err(error)?).map_err(error)?;
        Ok(Self { path: path.to_owned(), made: None })
    }
}

impl Archive for Folder {
    fn add(&mut self, address: Address, bytes: &[u8]) -> Result<(), ArchiveError> {
        let (z, x, y) = address.zxy();
        let column = self.path.join(format!("{z}/{x}"));
        if self.made.replace((z, x)) != Some((z, x)) {
            fs::create_dir_all(&column).map_err(|error| ArchiveError::write(&column, &error))?;
        }
        let file = column.join(format!("{y}.mvt"));
        fs::write(&file, bytes).map_err(|error| ArchiveError::write(&file, &error))
    }

    fn finish(self: Box<Self>) -> Result<(), ArchiveError> {
        Ok(())
    }
}
