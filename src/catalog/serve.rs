//! The catalogue that is served: the snapshot of today and those of old editions.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use rayon::prelude::*;

use super::edition::{Change, Contents, Edition, named_files};
use super::load::{DERIVED, Loader};
use super::publish::{Publication, restore, settings_of, shown_all, stored_text};
use super::settings::{Settings, ThemeToml};
use super::{
    CatalogError, Failed, Layer, Problem, Progress, Silent, Snapshot, TemporalDefault, Text, Theme,
    sidecar,
};
use crate::model::CollectionId;
use crate::store::{Pruned, Store, Wanted};
use crate::time::Instant;

/// Old editions that are kept open.
const OPEN_EDITIONS: usize = 4;
/// What the store took in more recently is not pruned: another process may be about to publish it.
const YOUNG: Duration = Duration::from_secs(24 * 60 * 60);

/// How a catalogue is opened and reloaded.
pub struct Options {
    /// Where the store is.
    pub store: StorePlace,
    /// How long a file must not have changed before it is read; zero in tests.
    pub quiet: Duration,
    /// What no `datetime` means for layers whose sidecar does not say it.
    pub temporal_default: TemporalDefault,
    /// Told of the steps of each layer.
    pub progress: Arc<dyn Progress>,
}

/// Where the store is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StorePlace {
    /// `.onemap` beside the first layers folder, or if that cannot be written the user's cache
    /// folder, or memory.
    Beside,
    /// This folder.
    Folder(PathBuf),
    /// In memory: nothing is kept.
    Memory,
}

/// What an ask means by `asof`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asof {
    /// The edition of this number.
    Edition(u64),
    /// The edition that was served at this instant.
    Instant(Instant),
}

/// Folders of layers and the snapshot that is served of them.
pub struct Catalog {
    folders: Vec<PathBuf>,
    store: Store,
    quiet: Duration,
    temporal_default: TemporalDefault,
    progress: Arc<dyn Progress>,
    /// What is wrong with the store.
    warnings: Vec<Problem>,
    current: ArcSwap<Snapshot>,
    /// The edition served. Its lock is held by whoever publishes; readers never wait for it.
    publishing: Mutex<Edition>,
    /// Old editions, the one asked for last at the end.
    old: Mutex<Vec<Arc<Snapshot>>>,
    /// When editions were published, as far as that was asked.
    published: Mutex<BTreeMap<u64, Instant>>,
}

impl Catalog {
    /// Loads `folders` as of `now`. Broken files and sidecars are listed in the snapshot.
    ///
    /// # Errors
    /// If there is no folder, or one cannot be read and nothing of it was published before; if the
    /// store that `options` names cannot be written.
    pub fn open(folders: &[PathBuf], options: Options, now: Instant) -> Result<Self, CatalogError> {
        let Some(first) = folders.first() else {
            let reason = "no folder is given".to_owned();
            return Err(CatalogError::Folder { path: PathBuf::new(), reason });
        };
        let (store, warnings) = match &options.store {
            StorePlace::Beside => Store::beside(first),
            StorePlace::Folder(place) => (Store::open(place)?, Vec::new()),
            StorePlace::Memory => (Store::in_memory(), Vec::new()),
        };
        let before = Edition::last(&store, |_, _| true)?;
        let unread = folders.iter().find_map(|folder| Some((folder, folder.read_dir().err()?)));
        let continued = before.contents.folders == shown_all(folders);
        let known = continued && !before.contents.layers.is_empty();
        if let Some((folder, error)) = unread.filter(|_| !known) {
            return Err(CatalogError::Folder { path: folder.clone(), reason: error.to_string() });
        }
        let catalog = Self {
            folders: folders.to_vec(),
            store,
            quiet: options.quiet,
            temporal_default: options.temporal_default,
            progress: options.progress,
            warnings: warnings.into_iter().map(|w| Problem::of_file("store", w)).collect(),
            current: ArcSwap::from_pointee(Snapshot::empty()),
            publishing: Mutex::new(before),
            old: Mutex::default(),
            published: Mutex::default(),
        };
        catalog.publish(None, now, false)?;
        Ok(catalog)
    }

    /// The snapshot served now. A request takes one and keeps it to the end.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Looks at the folders again and swaps the snapshot. With `accept_removals` even if more than
    /// half of the layers are gone. Takes as long as loading what changed does.
    ///
    /// # Errors
    /// If the store cannot be written; the snapshot stays.
    pub fn reload(
        &self,
        now: Instant,
        accept_removals: bool,
    ) -> Result<Arc<Snapshot>, CatalogError> {
        self.publish(Some(&self.snapshot()), now, accept_removals)
    }

    fn publish(
        &self,
        served: Option<&Snapshot>,
        now: Instant,
        accept_removals: bool,
    ) -> Result<Arc<Snapshot>, CatalogError> {
        // A publisher that panicked changed nothing: the edition is set last.
        let mut edition = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let publication = Publication {
            store: &self.store,
            folders: &self.folders,
            quiet: self.quiet,
            temporal_default: self.temporal_default,
            progress: &*self.progress,
            served,
            before: &edition,
            now,
            accept_removals,
        };
        let published = publication.run();
        let next = Edition::publish(&self.store, &published.contents, now)?;
        let mut snapshot =
            assemble(&self.store, &next, published.settings, published.layers, published.failed);
        snapshot.problems.splice(0..0, published.problems);
        snapshot.problems.splice(0..0, self.warnings.iter().cloned());
        let snapshot = Arc::new(snapshot);
        self.current.store(Arc::clone(&snapshot));
        *edition = next;
        Ok(snapshot)
    }

    /// The catalogue as it was published then. Opening an old edition may take long; the last few
    /// are kept open.
    ///
    /// # Errors
    /// [`CatalogError::Absent`] for an edition that never was, [`CatalogError::Gone`] for one whose
    /// files are no longer kept.
    pub fn at_edition(&self, asof: Asof) -> Result<Arc<Snapshot>, CatalogError> {
        let number = match asof {
            Asof::Edition(number) => number,
            Asof::Instant(at) => self.number_at(at)?,
        };
        let current = self.snapshot();
        if number == 0 {
            return Err(CatalogError::Absent);
        }
        if number == current.edition {
            return Ok(current);
        }
        if let Some(open) = self.opened(number) {
            return Ok(open);
        }
        let edition = Edition::last(&self.store, |other, _| other <= number)?;
        if edition.number != number {
            let first = self.store.editions()?.first().copied();
            let gone = first.is_some_and(|first| number < first);
            return Err(if gone { CatalogError::Gone } else { CatalogError::Absent });
        }
        let opened = Arc::new(self.open_edition(&edition, &current)?);
        let mut old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        old.retain(|open| open.edition != number);
        if old.len() >= OPEN_EDITIONS {
            old.remove(0);
        }
        old.push(Arc::clone(&opened));
        Ok(opened)
    }

    /// The number of the edition that was served at `at`; 0 before the first. Reads each edition
    /// once.
    fn number_at(&self, at: Instant) -> Result<u64, CatalogError> {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        for number in self.store.editions()? {
            if !published.contains_key(&number)
                && let Some(instant) = Edition::published(&self.store, number)?
            {
                published.insert(number, instant);
            }
        }
        let until = published.iter().take_while(|(_, published)| **published <= at);
        Ok(until.last().map_or(0, |(number, _)| *number))
    }

    /// The old edition of that number, if it is open.
    fn opened(&self, number: u64) -> Option<Arc<Snapshot>> {
        let mut old = self.old.lock().unwrap_or_else(PoisonError::into_inner);
        let at = old.iter().position(|open| open.edition == number)?;
        let open = old.remove(at);
        old.push(Arc::clone(&open));
        Some(open)
    }

    /// What each edition changed, in order.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn changes(&self) -> Result<Vec<Change>, CatalogError> {
        Change::all(&self.store)
    }

    /// Removes from the store the files that no edition names (all editions are kept, so these are
    /// copies of files that failed) and what was derived of them or by programs that wrote other
    /// formats; nothing that is younger than a day, and nothing if an edition cannot be read.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn prune(&self, now: Instant) -> Result<Pruned, CatalogError> {
        // What is published meanwhile names files that no edition names yet.
        let _publishing = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(objects) = named_files(&self.store)? else { return Ok(Pruned::default()) };
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now.millis().max(0) as u64);
        Ok(self.store.prune(Wanted {
            extension: "fgb",
            objects,
            derived: &DERIVED,
            written_before: now.checked_sub(YOUNG).unwrap_or(SystemTime::UNIX_EPOCH),
        }))
    }

    fn open_edition(
        &self,
        edition: &Edition,
        current: &Snapshot,
    ) -> Result<Snapshot, CatalogError> {
        let settings = settings_of(&self.store, edition.contents.catalog);
        let loader = Loader {
            store: &self.store,
            zone: &settings.zone,
            temporal_default: self.temporal_default,
            progress: &Silent,
        };
        let layers = edition.contents.layers.par_iter().map(|(id, entry)| {
            // It was loaded once; if it cannot be now, something of it is lost.
            let layer = restore(loader, id, entry, Some(current)).ok().flatten();
            Ok((id.clone(), layer.ok_or(CatalogError::Gone)?))
        });
        let layers = layers.collect::<Result<BTreeMap<_, _>, CatalogError>>()?;
        Ok(assemble(&self.store, edition, settings, layers, Vec::new()))
    }
}

impl Snapshot {
    /// Before anything was loaded.
    fn empty() -> Self {
        Self {
            edition: 0,
            published: Instant::from_millis(0),
            title: Text::default(),
            attribution: None,
            default_view: None,
            default_layers: Vec::new(),
            zone: crate::time::Zone::default(),
            themes: Vec::new(),
            layers: BTreeMap::new(),
            problems: Vec::new(),
        }
    }
}

fn assemble(
    store: &Store,
    edition: &Edition,
    settings: Settings,
    layers: BTreeMap<CollectionId, Arc<Layer>>,
    failed: Vec<Failed>,
) -> Snapshot {
    let mut problems = Vec::new();
    let themes = themes(store, &edition.contents, &layers, failed, &mut problems);
    Snapshot {
        edition: edition.number,
        published: edition.published,
        title: settings.title,
        attribution: settings.attribution,
        default_view: settings.default_view,
        default_layers: settings.default_layers,
        zone: settings.zone,
        themes,
        layers,
        problems,
    }
}

/// The themes that have layers, or would have them, in their order.
fn themes(
    store: &Store,
    contents: &Contents,
    layers: &BTreeMap<CollectionId, Arc<Layer>>,
    failed: Vec<Failed>,
    problems: &mut Vec<Problem>,
) -> Vec<Theme> {
    let mut by_theme: BTreeMap<&str, Vec<Failed>> = BTreeMap::new();
    for id in layers.keys() {
        by_theme.entry(id.theme()).or_default();
    }
    let mut failed_by_theme: BTreeMap<String, Vec<Failed>> = BTreeMap::new();
    for failed in failed {
        failed_by_theme.entry(failed.id.theme().to_owned()).or_default().push(failed);
    }
    for (id, failed) in &failed_by_theme {
        by_theme.entry(id).or_default().extend(failed.iter().cloned());
    }
    let mut themes: Vec<(Option<i64>, Theme)> = Vec::new();
    for (id, failed) in by_theme {
        let entry = contents.themes.get(id);
        let name = entry.map_or(id, |entry| &entry.name);
        let text = entry.and_then(|entry| stored_text(store, entry.sidecar?));
        let file = format!("{name}/theme.toml");
        let toml = text.map(|text| sidecar::read::<ThemeToml>(&file, &text)).transpose();
        let toml = toml.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let toml = toml.unwrap_or_default();
        let theme = Theme {
            id: id.to_owned(),
            title: toml.title.unwrap_or_else(|| Text::of(name)),
            department: toml.department,
            group: toml.group,
            layers: layers.keys().filter(|layer| layer.theme() == id).cloned().collect(),
            failed,
        };
        themes.push((toml.order, theme));
    }
    // Those without an order last, all else by id.
    themes.sort_by_key(|(order, _)| (order.is_none(), *order));
    themes.into_iter().map(|(_, theme)| theme).collect()
}
