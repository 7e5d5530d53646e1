//! `PMTiles`, version 3.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use pmtiles::{Compression, PmTilesStreamWriter, PmTilesWriter, TileCoord, TileType};
use serde_json::Value;

use super::{Address, Archive, ArchiveError};

/// One file; equal tiles lie in it once.
pub(super) struct PmTiles {
    path: PathBuf,
    writer: PmTilesStreamWriter<BufWriter<File>>,
}

impl PmTiles {
    pub(super) fn create(path: &Path, tilejson: &Value) -> Result<Self, ArchiveError> {
        let zoom = |key: &str| tilejson[key].as_u64().unwrap_or(0) as u8;
        let mut writer = PmTilesWriter::new(TileType::Mvt)
            .precompressed(Compression::Gzip)
            .min_zoom(zoom("minzoom"))
            .max_zoom(zoom("maxzoom"))
            .metadata(tilejson.to_string());
        if let Some([west, south, east, north]) = numbers(&tilejson["bounds"]) {
            writer = writer.bounds(west, south, east, north);
        }
        if let Some([longitude, latitude, zoom]) = numbers(&tilejson["center"]) {
            writer = writer.center(longitude, latitude).center_zoom(zoom as u8);
        }
        let file = File::create_new(path).map_err(|error| ArchiveError::write(path, &error))?;
        let writer = writer.create(BufWriter::new(file));
        let writer = writer.map_err(|error| ArchiveError::write(path, &error))?;
        Ok(Self { path: path.to_owned(), writer })
    }
}

/// The numbers of an array of that many.
fn numbers<const N: usize>(value: &Value) -> Option<[f64; N]> {
    let numbers: Option<Vec<f64>> = value.as_array()?.iter().map(Value::as_f64).collect();
    numbers?.try_into().ok()
}

impl Archive for PmTiles {
    fn add(&mut self, address: Address, bytes: &[u8]) -> Result<(), ArchiveError> {
        let (z, x, y) = address.zxy();
        let added = TileCoord::new(z, x, y).and_then(|at| self.writer.add_tile(at, bytes));
        added.map_err(|error| ArchiveError::write(&self.path, &error))
    }

    fn finish(self: Box<Self>) -> Result<(), ArchiveError> {
        self.writer.finalize().map_err(|error| ArchiveError::write(&self.path, &error))
    }
}
