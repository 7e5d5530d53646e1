//! Editions: what was published when, as the store keeps it.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::CatalogError;
use crate::model::{CollectionId, Fingerprint};
use crate::store::Store;
use crate::time::Instant;

/// Everything that an edition serves, by fingerprint.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Contents {
    /// The layers folders.
    pub(super) folders: Vec<String>,
    /// `catalog.toml`.
    pub(super) catalog: Option<Fingerprint>,
    /// Themes by id.
    pub(super) themes: BTreeMap<String, ThemeEntry>,
    /// Layers by id.
    pub(super) layers: BTreeMap<CollectionId, LayerEntry>,
}

/// A theme as published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ThemeEntry {
    pub(super) name: String,
    pub(super) sidecar: Option<Fingerprint>,
}

/// A layer as published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct LayerEntry {
    /// The file, relative to its layers folder.
    pub(super) path: String,
    pub(super) file: Fingerprint,
    pub(super) sidecar: Option<Fingerprint>,
}

/// An edition and all that it serves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Edition {
    /// Its number, 0 before anything was published.
    pub(super) number: u64,
    pub(super) published: Instant,
    pub(super) contents: Contents,
}

/// What an edition changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its number.
    pub edition: u64,
    /// When it was published.
    pub published: Instant,
    /// How much it changed, for people.
    pub note: String,
    /// Layers added or changed.
    pub changed: Vec<CollectionId>,
    /// Layers removed.
    pub removed: Vec<CollectionId>,
}

impl Change {
    /// Of every edition in `store` that can be read, in order.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(super) fn all(store: &Store) -> Result<Vec<Self>, CatalogError> {
        let ids = |texts: &mut dyn Iterator<Item = &String>| -> Vec<CollectionId> {
            texts.filter_map(|text| CollectionId::parse(text)).collect()
        };
        let mut changes = Vec::new();
        for number in store.editions()? {
            let Some(bytes) = store.edition(number)? else { continue };
            let Ok(record) = serde_json::from_slice::<Record>(&bytes) else { continue };
            let Some(published) = Instant::parse(&record.instant) else { continue };
            changes.push(Self {
                edition: number,
                published,
                changed: ids(&mut record.layers.keys()),
                removed: ids(&mut record.removed.iter()),
                note: record.note,
            });
        }
        Ok(changes)
    }
}

/// What is kept of an edition: the difference to the one before.
#[derive(Serialize, Deserialize)]
struct Record {
    edition: u64,
    instant: String,
    note: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    folders: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    catalog: Option<FileRecord>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    themes: BTreeMap<String, ThemeRecord>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    layers: BTreeMap<String, LayerRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct FileRecord {
    file: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct ThemeRecord {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sidecar: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct LayerRecord {
    path: String,
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sidecar: Option<String>,
}

/// The files of layers that editions name; `None` if one cannot be read, as then it is not known
/// what that names.
///
/// # Errors
/// Where the store cannot be read.
pub(super) fn named_files(store: &Store) -> Result<Option<HashSet<Fingerprint>>, CatalogError> {
    let mut named = HashSet::new();
    for number in store.editions()? {
        let bytes = store.edition(number)?.unwrap_or_default();
        let Ok(record) = serde_json::from_slice::<Record>(&bytes) else { return Ok(None) };
        for layer in record.layers.values() {
            let Some(file) = Fingerprint::parse(&layer.file) else { return Ok(None) };
            named.insert(file);
        }
    }
    Ok(Some(named))
}

impl Edition {
    /// Before anything was published.
    pub(super) fn none() -> Self {
        Self { number: 0, published: Instant::from_millis(0), contents: Contents::default() }
    }

    /// The last edition in `store` that `wanted` accepts by number and instant, in the order of
    /// numbers, up to the first it does not.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(super) fn last(
        store: &Store,
        wanted: impl Fn(u64, Instant) -> bool,
    ) -> Result<Self, CatalogError> {
        let mut edition = Self::none();
        for number in store.editions()? {
            let Some(bytes) = store.edition(number)? else { continue };
            let record = serde_json::from_slice::<Record>(&bytes).ok();
            let instant = record.as_ref().and_then(|record| Instant::parse(&record.instant));
            let (Some(record), Some(instant)) = (record, instant) else {
                tracing::warn!("edition {number} cannot be read and is passed over");
                edition.number = number;
                continue;
            };
            if !wanted(number, instant) {
                break;
            }
            edition.apply(number, instant, record);
        }
        Ok(edition)
    }

    /// When the edition of that number was published; `None` if it cannot be read.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub(super) fn published(store: &Store, number: u64) -> Result<Option<Instant>, CatalogError> {
        let bytes = store.edition(number)?.unwrap_or_default();
        let record = serde_json::from_slice::<Record>(&bytes).ok();
        Ok(record.and_then(|record| Instant::parse(&record.instant)))
    }

    fn apply(&mut self, number: u64, instant: Instant, record: Record) {
        let print = |text: &Option<String>| text.as_deref().and_then(Fingerprint::parse);
        self.number = number;
        self.published = instant;
        let contents = &mut self.contents;
        if let Some(folders) = record.folders {
            contents.folders = folders;
        }
        if let Some(catalog) = record.catalog {
            contents.catalog = print(&catalog.file);
        }
        for (id, theme) in record.themes {
            let sidecar = print(&theme.sidecar);
            contents.themes.insert(id, ThemeEntry { name: theme.name, sidecar });
        }
        for id in record.removed.iter().filter_map(|id| CollectionId::parse(id)) {
            contents.layers.remove(&id);
        }
        for (id, layer) in record.layers {
            let id = CollectionId::parse(&id);
            if let (Some(id), Some(file)) = (id, Fingerprint::parse(&layer.file)) {
                let sidecar = print(&layer.sidecar);
                contents.layers.insert(id, LayerEntry { path: layer.path, file, sidecar });
            }
        }
    }

    /// Publishes `contents` as the next edition, or again on top of one that another process was
    /// quicker with; nothing if nothing changed.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub(super) fn publish(
        store: &Store,
        contents: &Contents,
        now: Instant,
    ) -> Result<Self, CatalogError> {
        loop {
            let last = Self::last(store, |_, _| true)?;
            let contents = contents.clone().with_themes_of(&last.contents);
            if last.number > 0 && last.contents == contents {
                return Ok(last);
            }
            // Editions are found by their instants, so these must not go back.
            let published = now.millis().max(last.published.millis().saturating_add(1));
            let next = Self {
                number: last.number + 1,
                published: Instant::from_millis(published),
                contents,
            };
            if store.append(next.number, &next.record(&last.contents))? {
                return Ok(next);
            }
        }
    }

    /// The difference to `before`, as bytes.
    fn record(&self, before: &Contents) -> Vec<u8> {
        let text = |print: Option<Fingerprint>| print.map(|print| print.to_string());
        let now = &self.contents;
        let themes = now.themes.iter().filter(|(id, theme)| before.themes.get(*id) != Some(theme));
        let changed: Vec<_> =
            now.layers.iter().filter(|(id, layer)| before.layers.get(id) != Some(layer)).collect();
        let removed: Vec<String> = before
            .layers
            .keys()
            .filter(|id| !now.layers.contains_key(id))
            .map(ToString::to_string)
            .collect();
        let added = changed.iter().filter(|(id, _)| !before.layers.contains_key(id)).count();
        let note =
            format!("{added} added, {} changed, {} removed", changed.len() - added, removed.len());
        let record = Record {
            edition: self.number,
            instant: self.published.to_string(),
            note,
            folders: (now.folders != before.folders).then(|| now.folders.clone()),
            catalog: (now.catalog != before.catalog)
                .then(|| FileRecord { file: text(now.catalog) }),
            themes: themes
                .map(|(id, theme)| {
                    let sidecar = text(theme.sidecar);
                    (id.clone(), ThemeRecord { name: theme.name.clone(), sidecar })
                })
                .collect(),
            layers: changed
                .iter()
                .map(|(id, layer)| {
                    let record = LayerRecord {
                        path: layer.path.clone(),
                        file: layer.file.to_string(),
                        sidecar: text(layer.sidecar),
                    };
                    (id.to_string(), record)
                })
                .collect(),
            removed,
        };
        serde_json::to_vec_pretty(&record).expect("plain values with text keys")
    }
}

impl Contents {
    /// With the themes that were there before and are no more: without layers they show nothing.
    fn with_themes_of(mut self, before: &Self) -> Self {
        for (id, theme) in &before.themes {
            self.themes.entry(id.clone()).or_insert_with(|| theme.clone());
        }
        self
    }
}
