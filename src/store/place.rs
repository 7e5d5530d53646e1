//! Where the store of a layers folder is, if nobody says.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::Store;
use crate::model::Fingerprint;

/// See [`Store::beside`].
pub(super) fn beside(layers: &Path) -> (Store, Vec<String>) {
    let layers = fs::canonicalize(layers).unwrap_or_else(|_| layers.to_owned());
    let parent = layers.parent().unwrap_or(&layers);
    let cache = cache_folder().map(|cache| {
        let name = Fingerprint::of(layers.as_os_str().as_encoded_bytes()).to_string();
        cache.join("onemap").join(name.get(..16).unwrap_or_default())
    });
    first_writable([Some(parent.join(".onemap")), cache].into_iter().flatten())
}

/// The store in the first of `places` that can be written, else in memory; and warnings.
pub(super) fn first_writable(places: impl Iterator<Item = PathBuf>) -> (Store, Vec<String>) {
    let mut warnings = Vec::new();
    for place in places {
        match Store::open(&place) {
            Ok(store) => return (store, warnings),
            Err(error) => warnings.push(format!("the store cannot be there: {error}")),
        }
    }
    warnings.push("the store is in memory: the next start derives everything anew".to_owned());
    (Store::in_memory(), warnings)
}

fn cache_folder() -> Option<PathBuf> {
    let of = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    of("XDG_CACHE_HOME").or_else(|| of("HOME").map(|home| home.join(".cache")))
}
