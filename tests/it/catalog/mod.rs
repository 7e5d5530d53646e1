//! Folders as catalogues: what loads, what is told, what stays when files change.

mod editions;
mod layers;
mod real;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use onemap::access::{Caller, LayerView, View};
use onemap::catalog::{Catalog, Options, Progress, Step, StorePlace, TemporalDefault};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{CollectionId, Column, ColumnType, Kind, Value};
use onemap::time::Instant;

/// A folder of layers with a store beside it.
pub(crate) struct City {
    folder: tempfile::TempDir,
    steps: Arc<Steps>,
}

/// Remembers what was done to which layer, without copies, which are always looked for.
#[derive(Default)]
pub(crate) struct Steps(Mutex<Vec<(String, Step)>>);

impl Progress for Steps {
    fn begin(&self, _layers: usize) {}

    fn step(&self, id: &CollectionId, step: Step) {
        if step != Step::Copy {
            self.0.lock().unwrap().push((id.to_string(), step));
        }
    }

    fn done(&self, _id: &CollectionId) {}
}

impl City {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("layers")).unwrap();
        Self { folder, steps: Arc::default() }
    }

    pub(crate) fn layers(&self) -> PathBuf {
        self.folder.path().join("layers")
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Writes a file below the layers folder as publishers do: aside, renamed.
    pub(crate) fn put(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.layers().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let aside = self.folder.path().join("aside");
        fs::write(&aside, bytes).unwrap();
        fs::rename(aside, path).unwrap();
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.layers().join(file)).unwrap();
    }

    pub(crate) fn open(&self) -> Catalog {
        self.open_at(1)
    }

    fn open_at(&self, now: i64) -> Catalog {
        open(&[self.layers()], StorePlace::Folder(self.store()), &self.steps, now)
    }

    /// What was done since the last call.
    fn steps(&self) -> Vec<(String, Step)> {
        let mut steps = std::mem::take(&mut *self.steps.0.lock().unwrap());
        steps.sort_by_key(|(id, step)| (id.clone(), *step as u8));
        steps
    }
}

fn open(folders: &[PathBuf], store: StorePlace, steps: &Arc<Steps>, now: i64) -> Catalog {
    let progress = Arc::clone(steps) as Arc<dyn Progress>;
    let temporal_default = TemporalDefault::Now;
    let options = Options { store, quiet: Duration::ZERO, temporal_default, progress };
    Catalog::open(folders, options, Instant::from_millis(now)).unwrap()
}

pub(crate) fn view(catalog: &Catalog) -> View {
    View::new(catalog.snapshot(), Caller::Public)
}

pub(crate) fn layer(catalog: &Catalog, id: &str) -> LayerView {
    view(catalog).layer(&CollectionId::parse(id).unwrap()).unwrap()
}

fn ids(view: &View) -> Vec<String> {
    view.layers().map(|layer| layer.id().to_string()).collect()
}

/// Failed layers: id, reason, whether the old one is served.
fn failed(view: &View) -> Vec<(String, String, bool)> {
    let failed = view.themes().flat_map(|theme| theme.failed().to_vec());
    failed.map(|f| (f.id.to_string(), f.problem.to_string(), f.served)).collect()
}

fn told(layer: &LayerView) -> Vec<String> {
    layer.problems().iter().map(ToString::to_string).collect()
}

/// A file of points, one a row, 0.01 degrees apart from each other in row order.
pub(crate) fn points(columns: &[(&str, ColumnType)], rows: &[&[Value<'_>]]) -> Vec<u8> {
    file(Some(4326), columns, rows)
}

fn file(epsg: Option<u16>, columns: &[(&str, ColumnType)], rows: &[&[Value<'_>]]) -> Vec<u8> {
    let column = |(name, kind): &(&str, ColumnType)| Column {
        name: (*name).into(),
        kind: *kind,
        title: None,
        description: None,
    };
    let options = WriterOptions {
        name: "points".to_owned(),
        title: None,
        description: None,
        epsg,
        geometry: Kind::Point,
    };
    let mut writer = Writer::new(options, columns.iter().map(column).collect());
    for (row, values) in rows.iter().enumerate() {
        let point = geo::Point::new(114.0 + row as f64 / 100.0, 22.5);
        writer.add(Some(&point.into()), values).unwrap();
    }
    writer.finish()
}

fn numbers(count: i64) -> Vec<u8> {
    let rows: Vec<[Value<'_>; 1]> = (0..count).map(|id| [Value::Int(id)]).collect();
    let rows: Vec<&[Value<'_>]> = rows.iter().map(|row| &row[..]).collect();
    points(&[("id", ColumnType::Int)], &rows)
}

/// Versions of entities as text: entity, valid from, valid to.
fn versions(rows: &[(&str, &str, &str)]) -> Vec<u8> {
    fn value(text: &str) -> Value<'_> {
        if text.is_empty() { Value::Null } else { Value::Text(text) }
    }
    let rows: Vec<[Value<'_>; 3]> =
        rows.iter().map(|(id, from, to)| [value(id), value(from), value(to)]).collect();
    let rows: Vec<&[Value<'_>]> = rows.iter().map(|row| &row[..]).collect();
    let text = ColumnType::String;
    points(&[("id", text), ("valid_from", text), ("valid_to", text)], &rows)
}

/// Asserts that nothing was found.
fn none<T: std::fmt::Debug>(found: &[T]) {
    assert!(found.is_empty(), "{found:?}");
}
