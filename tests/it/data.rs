//! Where the real layers and oracles lie, which are not part of the project.

use std::path::{Path, PathBuf};

/// The folder of test data: `ONEMAP_DATA`, else `../shared/data` beside the project. Says so and
/// gives `None` where there is none: then a test over it has nothing to show.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("ONEMAP_DATA").map_or_else(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("no test data at {}: this test shows nothing", folder.display());
    None
}

/// The JSON file at `path` below `folder`.
pub(crate) fn json(folder: &Path, path: &str) -> serde_json::Value {
    let text = std::fs::read(folder.join(path)).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// `full`, where `ONEMAP_CHECKS=full` asks for the size that is reported; else a twentieth.
pub(crate) fn checks(full: usize) -> usize {
    if std::env::var_os("ONEMAP_CHECKS").is_some_and(|size| size == "full") {
        full
    } else {
        full.div_ceil(20)
    }
}

/// Every `.fgb` below `folder`, sorted.
pub(crate) fn fgb_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "fgb") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
