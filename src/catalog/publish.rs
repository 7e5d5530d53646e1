//! Publication: what lies in the folders becomes layers, and what was there before stays where it
//! must.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rayon::prelude::*;

use super::edition::{Contents, Edition, LayerEntry, ThemeEntry};
use super::load::{Loader, Piece, Sidecar};
use super::scan::{FoundLayer, Scan, scan};
use super::settings::{Settings, ThemeToml};
use super::{Failed, Layer, Problem, Progress, Snapshot, Step, TemporalDefault, quiet, sidecar};
use crate::model::{CollectionId, Fingerprint};
use crate::store::{Store, StoreError};
use crate::time::Instant;

/// Sidecars that are longer are no sidecars.
const LONGEST_SIDECAR_BYTES: u64 = 1 << 20;

/// One look at the folders.
pub(super) struct Publication<'a> {
    pub(super) store: &'a Store,
    pub(super) folders: &'a [PathBuf],
    pub(super) quiet: Duration,
    pub(super) temporal_default: TemporalDefault,
    pub(super) progress: &'a dyn Progress,
    /// What is served so far.
    pub(super) served: Option<&'a Snapshot>,
    /// The edition that is served, or was before this start.
    pub(super) before: &'a Edition,
    pub(super) now: Instant,
    pub(super) accept_removals: bool,
}

/// What a look at the folders came to.
pub(super) struct Published {
    pub(super) contents: Contents,
    pub(super) settings: Settings,
    pub(super) layers: BTreeMap<CollectionId, Arc<Layer>>,
    pub(super) failed: Vec<Failed>,
    pub(super) problems: Vec<Problem>,
}

/// A layer as loaded, and what an edition says of it.
type Loaded = (Arc<Layer>, LayerEntry);

impl Publication<'_> {
    /// Looks at the folders and loads what changed.
    pub(super) fn run(&self) -> Published {
        let mut scan = scan(self.folders);
        let mut problems = std::mem::take(&mut scan.problems);
        let (settings, catalog) = self.settings(&scan, &mut problems);
        let mut contents = Contents {
            folders: shown_all(self.folders),
            catalog,
            themes: self.themes(&scan, &mut problems),
            layers: BTreeMap::new(),
        };
        let loader = Loader {
            store: self.store,
            zone: &settings.zone,
            temporal_default: self.temporal_default,
            progress: self.progress,
        };
        self.progress.begin(scan.layers.len());
        let files = scan.layers.values().map(|found| found.path.as_path());
        let restless = quiet::wait(files, self.quiet, self.now);
        let outcomes: Vec<(&CollectionId, Result<Loaded, Problem>)> = scan
            .layers
            .par_iter()
            .map(|(id, found)| {
                let outcome = if restless.contains(&found.path) {
                    Err(Problem::of_file(&found.file, StoreError::Changing.to_string()))
                } else {
                    self.layer(loader, id, found)
                };
                self.progress.done(id);
                (id, outcome)
            })
            .collect();
        let mut layers = BTreeMap::new();
        let mut failed = Vec::new();
        for (id, outcome) in outcomes {
            let kept = match outcome {
                Ok(loaded) => Some(loaded),
                Err(problem) => {
                    let old = self.old(loader, id);
                    failed.push(Failed { id: id.clone(), problem, served: old.is_some() });
                    old
                }
            };
            if let Some((layer, entry)) = kept {
                layers.insert(id.clone(), layer);
                contents.layers.insert(id.clone(), entry);
            }
        }
        for (id, (layer, entry)) in self.removed(loader, &scan, &mut problems) {
            layers.insert(id.clone(), layer);
            contents.layers.insert(id, entry);
        }
        self.store.remember();
        Published { contents, settings, layers, failed, problems }
    }

    /// Puts `catalog.toml` into the store, and gives what it says. One with faults leaves the one
    /// before in force: a slip in it must not move every date by some hours.
    fn settings(
        &self,
        scan: &Scan,
        problems: &mut Vec<Problem>,
    ) -> (Settings, Option<Fingerprint>) {
        let before = self.before.contents.catalog.filter(|_| self.is_continued());
        let kept = match &scan.catalog {
            None => before.filter(|_| scan.incomplete),
            Some(path) => match read_sidecar(self.store, path, "catalog.toml") {
                Ok(own) => {
                    let (settings, wrong) = Settings::read("catalog.toml", &own.text);
                    if wrong.is_empty() {
                        return (settings, Some(own.fingerprint));
                    }
                    problems.extend(wrong);
                    before.or(Some(own.fingerprint))
                }
                Err(problem) => {
                    problems.push(problem);
                    before
                }
            },
        };
        (settings_of(self.store, kept), kept)
    }

    /// Puts every `theme.toml` into the store. One with faults leaves the one before in force.
    fn themes(&self, scan: &Scan, problems: &mut Vec<Problem>) -> BTreeMap<String, ThemeEntry> {
        let mut themes = BTreeMap::new();
        for (id, found) in &scan.themes {
            let file = format!("{}/theme.toml", found.name);
            let own = found.sidecar.as_ref().map(|path| {
                let own = read_sidecar(self.store, path, &file)?;
                sidecar::read::<ThemeToml>(&file, &own.text).map(|_| own.fingerprint)
            });
            let sidecar = own.transpose().unwrap_or_else(|problem| {
                problems.push(problem);
                let before = self.before.contents.themes.get(id).filter(|_| self.is_continued());
                before.and_then(|before| before.sidecar)
            });
            themes.insert(id.clone(), ThemeEntry { name: found.name.clone(), sidecar });
        }
        themes
    }

    /// Whether the edition before was of the same folders.
    fn is_continued(&self) -> bool {
        self.before.contents.folders == shown_all(self.folders)
    }

    fn layer(
        &self,
        loader: Loader<'_>,
        id: &CollectionId,
        found: &FoundLayer,
    ) -> Result<Loaded, Problem> {
        let sidecar = found.sidecar.as_deref().map(|path| {
            let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            let folder = found.file.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
            let file = format!("{}{file}", folder.unwrap_or_default());
            read_sidecar(self.store, path, &file)
        });
        let sidecar = sidecar.transpose()?;
        self.progress.step(id, Step::Copy);
        let (fingerprint, object) = self
            .store
            .put(&found.path, "fgb")
            .map_err(|error| Problem::of_file(&found.file, error.to_string()))?;
        let entry = LayerEntry {
            path: found.file.clone(),
            file: fingerprint,
            sidecar: sidecar.as_ref().map(|sidecar| sidecar.fingerprint),
        };
        let file = found.file.clone();
        let piece = Piece { id: id.clone(), file, object, fingerprint, sidecar };
        Ok((unchanged_or_loaded(loader, &piece, self.served)?, entry))
    }

    /// The layer of that id as it was before.
    fn old(&self, loader: Loader<'_>, id: &CollectionId) -> Option<Loaded> {
        let entry = self.before.contents.layers.get(id).filter(|_| self.is_continued())?;
        let served = self.served.and_then(|served| served.layers.get(id)).map(Arc::clone);
        let layer = served.or_else(|| restore(loader, id, entry, None).ok().flatten());
        Some((layer?, entry.clone()))
    }

    /// Layers whose files are gone and that are served all the same: if a folder cannot be read, or
    /// more than half are gone at once, they may be unmounted rather than removed.
    fn removed(
        &self,
        loader: Loader<'_>,
        scan: &Scan,
        problems: &mut Vec<Problem>,
    ) -> Vec<(CollectionId, Loaded)> {
        let before = &self.before.contents.layers;
        let gone: Vec<_> = before.keys().filter(|id| !scan.layers.contains_key(id)).collect();
        if gone.is_empty() || !self.is_continued() || self.accept_removals {
            return Vec::new();
        }
        let many = gone.len() * 2 > before.len();
        if !many && !scan.incomplete {
            return Vec::new();
        }
        if many {
            let reason = format!(
                "{} of {} layers are gone; they are served as they were until their removal is \
                 accepted (signal SIGUSR1)",
                gone.len(),
                before.len()
            );
            problems.push(Problem::of_file(shown_all(self.folders).join(", "), reason));
        }
        let restored = gone.into_par_iter().map(|id| Some((id.clone(), self.old(loader, id)?)));
        restored.flatten().collect()
    }
}

/// Folders as messages and editions name them: the same whether they are mounted or not.
pub(super) fn shown_all(folders: &[PathBuf]) -> Vec<String> {
    let shown = |folder: &PathBuf| {
        std::path::absolute(folder).unwrap_or_else(|_| folder.clone()).display().to_string()
    };
    folders.iter().map(shown).collect()
}

/// What a `catalog.toml` in the store says.
pub(super) fn settings_of(store: &Store, print: Option<Fingerprint>) -> Settings {
    let text = print.and_then(|print| stored_text(store, print));
    text.map_or_else(Settings::default, |text| Settings::read("catalog.toml", &text).0)
}

/// The text of a sidecar in the store.
pub(super) fn stored_text(store: &Store, print: Fingerprint) -> Option<String> {
    let object = store.object(print, "toml").ok().flatten()?;
    String::from_utf8(object.to_vec()).ok()
}

/// A layer of an edition from the store alone; `None` if its file is no longer kept.
///
/// # Errors
/// What is wrong with it.
pub(super) fn restore(
    loader: Loader<'_>,
    id: &CollectionId,
    entry: &LayerEntry,
    served: Option<&Snapshot>,
) -> Result<Option<Arc<Layer>>, Problem> {
    let found = loader.store.object(entry.file, "fgb");
    let found = found.map_err(|error| Problem::of_file(&entry.path, error.to_string()))?;
    let Some(object) = found else { return Ok(None) };
    let sidecar = match entry.sidecar {
        None => None,
        Some(fingerprint) => {
            let Some(text) = stored_text(loader.store, fingerprint) else { return Ok(None) };
            let stem = entry.path.rsplit_once('.').map_or(&*entry.path, |(stem, _)| stem);
            Some(Sidecar { file: format!("{stem}.toml"), text, fingerprint })
        }
    };
    let file = entry.path.clone();
    let piece = Piece { id: id.clone(), file, object, fingerprint: entry.file, sidecar };
    unchanged_or_loaded(loader, &piece, served).map(Some)
}

/// The layer that is served already if it is the same, else loaded. Whatever happens on the way
/// harms this layer alone.
fn unchanged_or_loaded(
    loader: Loader<'_>,
    piece: &Piece,
    served: Option<&Snapshot>,
) -> Result<Arc<Layer>, Problem> {
    let same = served.and_then(|served| served.layers.get(&piece.id));
    if let Some(same) = same.filter(|same| same.version == loader.version(piece)) {
        return Ok(Arc::clone(same));
    }
    // Loading reads what it is given and hands over what it made: nothing half done is seen.
    let loaded = catch_unwind(AssertUnwindSafe(|| loader.load(piece)));
    let loaded = loaded.unwrap_or_else(|_| {
        Err(Problem::of_file(&piece.file, "loading it failed by a fault of the server"))
    });
    loaded.map(Arc::new)
}

/// Reads a sidecar and puts it into the store.
fn read_sidecar(store: &Store, path: &Path, file: &str) -> Result<Sidecar, Problem> {
    let wrong = |reason: String| Problem::of_file(file, reason);
    let metadata = fs::metadata(path).map_err(|error| wrong(error.to_string()))?;
    if !metadata.is_file() {
        return Err(wrong(StoreError::NotAFile.to_string()));
    }
    if metadata.len() > LONGEST_SIDECAR_BYTES {
        return Err(wrong(format!("it is longer than {LONGEST_SIDECAR_BYTES} bytes")));
    }
    let bytes = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let text = sidecar::text(file, bytes)?;
    let put = store.put_bytes(text.as_bytes(), "toml");
    let fingerprint = put.map_err(|error| wrong(error.to_string()))?;
    Ok(Sidecar { file: file.to_owned(), text, fingerprint })
}
