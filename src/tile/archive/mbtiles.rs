//! `MBTiles`, version 1.3.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Address, Archive, ArchiveError};

const TABLES: &str = "
    PRAGMA application_id = 0x4d504258;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE metadata (name TEXT, value TEXT);
    CREATE TABLE tiles (
        zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB
    );
    BEGIN;
";
const INDEX: &str = "
    CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);
    COMMIT;
";

/// A database that is made in one go, in one transaction: what is broken off is no archive.
pub(super) struct MbTiles {
    path: PathBuf,
    database: Connection,
}

impl MbTiles {
    pub(super) fn create(path: &Path, tilejson: &Value) -> Result<Self, ArchiveError> {
        let error = |error: rusqlite::Error| ArchiveError::write(path, &error);
        let database = Connection::open(path).map_err(error)?;
        database.execute_batch(TABLES).map_err(error)?;
        for (name, value) in metadata(tilejson) {
            let sql = "INSERT INTO metadata VALUES (?1, ?2)";
            database.execute(sql, [name, &value]).map_err(error)?;
        }
        Ok(Self { path: path.to_owned(), database })
    }
}

/// The names that the specification has for what a TileJSON says, with their values; beyond it, which
/// others may be, `datetime`.
fn metadata(tilejson: &Value) -> Vec<(&'static str, String)> {
    let text = |key: &str| match &tilejson[key] {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            Some(items.iter().map(Value::to_string).collect::<Vec<_>>().join(","))
        }
        other => Some(other.to_string()),
    };
    let layers = json!({ "vector_layers": tilejson["vector_layers"] });
    let told = ["name", "attribution", "description", "bounds", "center", "minzoom", "maxzoom"];
    let told = told.into_iter().chain(["datetime"]).filter_map(|key| Some((key, text(key)?)));
    let fixed = [
        ("format", "pbf".to_owned()),
        ("type", "overlay".to_owned()),
        ("json", layers.to_string()),
    ];
    told.chain(fixed).collect()
}

impl Archive for MbTiles {
    fn add(&mut self, address: Address, bytes: &[u8]) -> Result<(), ArchiveError> {
        let (z, x, y) = address.zxy();
        // Rows are counted from the south, as TMS does.
        let row = (1_u32 << z) - 1 - y;
        let insert = || {
            let sql = "INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)";
            self.database.prepare_cached(sql)?.execute((z, x, row, bytes))
        };
        insert().map(drop).map_err(|error| ArchiveError::write(&self.path, &error))
    }

    fn finish(self: Box<Self>) -> Result<(), ArchiveError> {
        self.database.execute_batch(INDEX).map_err(|error| ArchiveError::write(&self.path, &error))
    }
}
