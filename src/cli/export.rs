//! `onemap export`: tiles of some layers at one date in a file or a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use super::printable::Printable;
use super::progress;
use crate::access::{Caller, LayerView, View};
use crate::api;
use crate::catalog::{Catalog, Language, Options, StorePlace, TemporalDefault};
use crate::model::CollectionId;
use crate::tile::archive::{self, Export, Format, Written};
use crate::tile::{MAX_LAYERS, MAX_ZOOM};
use crate::time::Moment;

/// Last zoom if nobody says which and all fits there: clients draw deeper ones from its tiles, whose
/// units are 60 cm.
const LAST_ZOOM: u8 = 14;

/// What to export.
#[derive(Args, Debug)]
pub(super) struct Ask {
    /// File or folder to write
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// How it is laid out [default: by the ending of PATH, .pmtiles or .mbtiles, else mvt-dir]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Layout>,
    /// Folder of layers; may be given several times [default: layers]
    #[arg(long, value_name = "DIR")]
    layers: Vec<PathBuf>,
    /// Folder of the store [default: .onemap beside the first layers folder]
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Only these collections (`theme.layer`), separated by commas [default: all, up to 64]
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    collections: Vec<String>,
    /// A date, an instant or an interval, as the server takes it [default: now]
    #[arg(long, value_name = "T")]
    datetime: Option<String>,
    /// First zoom [default: the first with tiles]
    #[arg(long, value_name = "Z")]
    min_zoom: Option<u8>,
    /// Last zoom [default: 14, or the first at which all features fit if that is deeper]
    #[arg(long, value_name = "Z")]
    max_zoom: Option<u8>,
    /// Replace the file or the exported folder of tiles at PATH; other folders stay
    #[arg(long)]
    force: bool,
}

/// How an archive is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Layout {
    /// One file, read by ranges.
    Pmtiles,
    /// A database of `SQLite`.
    Mbtiles,
    /// A folder of files.
    MvtDir,
}

/// Writes the archive.
///
/// # Errors
/// Whatever is wrong with the arguments, the layers or the place to write to.
pub(super) fn export(ask: &Ask) -> Result<()> {
    let out = &ask.out;
    ensure!(ask.force || !out.exists(), "{} exists (--force replaces it)", out.display());
    let folders = if ask.layers.is_empty() { vec!["layers".into()] } else { ask.layers.clone() };
    archive::check_place(out).context("--out")?;
    apart(out, folders.iter().chain(&ask.store))?;
    let view = open(ask, &folders)?;
    warn(&view, &ask.collections);
    let layers = layers(&view, &ask.collections)?;
    let moment = ask.datetime.as_deref().map(|text| {
        Moment::parse(text, view.zone()).map(|moment| (text, moment)).context("--datetime")
    });
    let name = name(&view, &layers);
    let export = Export {
        name: &name,
        layers: &layers,
        moment: moment.transpose()?,
        now: api::now(),
        zooms: zooms(&layers, ask.min_zoom, ask.max_zoom)?,
        credit: view.attribution(),
        format: format(ask.format, out),
    };
    let bar = progress::tiles();
    let Written { tiles, bytes } = export.write(out, &|done, known| {
        bar.set_length(known);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let [first, last] = export.zooms;
    eprintln!("{tiles} tiles of zooms {first} to {last}, {bytes} bytes, in {}", out.display());
    Ok(())
}

/// Refuses an archive in the place of one of `folders`, which are read, or around it.
fn apart<'a>(out: &Path, folders: impl Iterator<Item = &'a PathBuf>) -> Result<()> {
    // What is not there yet has no links to follow.
    let whole = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let own = whole(out).with_context(|| format!("--out: {}", out.display()))?;
    for folder in folders {
        let other = whole(folder).with_context(|| folder.display().to_string())?;
        ensure!(!other.starts_with(&own), "--out: {} is there", folder.display());
    }
    Ok(())
}

fn open(ask: &Ask, folders: &[PathBuf]) -> Result<View> {
    let options = Options {
        store: ask.store.clone().map_or(StorePlace::Beside, StorePlace::Folder),
        quiet: Duration::ZERO,
        temporal_default: TemporalDefault::default(),
        progress: progress::shown(),
    };
    let catalog = Catalog::open(folders, options, api::now()).context("cannot read the layers")?;
    Ok(View::new(catalog.snapshot(), Caller::Public))
}

/// Says what is wrong with the folders, and with the layers called `names`; all if none is named.
fn warn(view: &View, names: &[String]) {
    let wanted =
        |id: &CollectionId| names.is_empty() || names.iter().any(|name| name == id.as_str());
    let fate = ["its last good file is exported", "it is not exported"];
    for complaint in super::complaints(view, wanted, fate) {
        eprintln!("onemap: warning: {}", Printable(complaint));
    }
}

/// The layers called `names`, each once; all if none is named.
fn layers(view: &View, names: &[String]) -> Result<Vec<LayerView>> {
    let mut layers: Vec<LayerView> = Vec::new();
    for name in names {
        let id = CollectionId::parse(name);
        let layer = id.and_then(|id| view.layer(&id));
        let layer = layer.with_context(|| format!("--collections: {}", absent(view, name)))?;
        if layers.iter().all(|other| other.id() != layer.id()) {
            layers.push(layer);
        }
    }
    if names.is_empty() {
        layers = drawn(view).collect();
    }
    ensure!(!layers.is_empty(), super::NO_LAYERS);
    if layers.len() > MAX_LAYERS {
        bail!("{} layers; --collections names up to {MAX_LAYERS} of them", layers.len());
    }
    Ok(layers)
}

/// The layers that tiles show.
fn drawn(view: &View) -> impl Iterator<Item = LayerView> {
    view.layers().filter(|layer| layer.index().extent().is_some())
}

/// Why there is no layer called `name`.
fn absent(view: &View, name: &str) -> String {
    let mut failed = view.themes().flat_map(|theme| theme.failed());
    match failed.find(|failed| failed.id.as_str() == name) {
        Some(failed) => format!("`{name}` failed: {}", Printable(&failed.problem)),
        None => format!("there is no `{}`", Printable(name)),
    }
}

/// The catalogue's title if all of it is meant and it has one, else those of the layers.
fn name(view: &View, layers: &[LayerView]) -> String {
    let whole = drawn(view).count() == layers.len();
    let title = view.title().get(Language::Zh);
    if whole && !title.is_empty() {
        return title.to_owned();
    }
    let titles = layers.iter().filter_map(|layer| layer.descriptor().title.as_ref());
    titles.map(|title| title.get(Language::Zh)).collect::<Vec<_>>().join(", ")
}

fn zooms(layers: &[LayerView], first: Option<u8>, last: Option<u8>) -> Result<[u8; 2]> {
    let own = || layers.iter().map(|layer| layer.zooms().0).min().unwrap_or(0);
    let whole = layers.iter().filter_map(|layer| Some(layer.whole()?.sampled_below)).max();
    for (flag, zoom) in [("--min-zoom", first), ("--max-zoom", last)] {
        ensure!(zoom.is_none_or(|z| z <= MAX_ZOOM), "{flag}: the greatest zoom is {MAX_ZOOM}");
    }
    let first = first.unwrap_or_else(own);
    let last = last.unwrap_or_else(|| LAST_ZOOM.max(first).max(whole.unwrap_or(0)));
    let last = last.min(MAX_ZOOM);
    ensure!(first <= last, "--min-zoom: it is above the last zoom, {last}");
    Ok([first, last])
}

fn format(layout: Option<Layout>, out: &Path) -> Format {
    let ends = |ending: &str| out.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    match layout {
        Some(Layout::Pmtiles) => Format::PmTiles,
        Some(Layout::Mbtiles) => Format::MbTiles,
        None if ends("pmtiles") => Format::PmTiles,
        None if ends("mbtiles") => Format::MbTiles,
        Some(Layout::MvtDir) | None => Format::Folder,
    }
}
