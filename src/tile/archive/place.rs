//! Where an archive may be written: what lies there is replaced only if it is an archive.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folder::{METADATA, TEMPLATE};
use super::{ArchiveError, MAX_ZOOM};

/// Where an archive is made, and where it goes once it is whole.
pub(super) struct Place {
    path: PathBuf,
    aside: PathBuf,
}

impl Place {
    /// The place called `path`.
    ///
    /// # Errors
    /// If no file can be called so, or something is there or beside it that must not be removed.
    pub(super) fn of(path: &Path) -> Result<Self, ArchiveError> {
        let name = path
            .file_name()
            .ok_or_else(|| ArchiveError::write(path, &"it names no file or folder"))?;
        let mut partial = name.to_owned();
        partial.push(".partial");
        // As the name has it, without a `/.` at its end.
        let (path, aside) = (path.with_file_name(name), path.with_file_name(partial));
        for place in [&path, &aside] {
            replaceable(place).map_err(|reason| ArchiveError::write(place, &reason))?;
        }
        Ok(Self { path, aside })
    }

    /// Where it lies until it is whole; nothing is there.
    ///
    /// # Errors
    /// If what an export has left there cannot be removed.
    pub(super) fn begin(&self) -> Result<&Path, ArchiveError> {
        remove(&self.aside).map_err(|error| ArchiveError::write(&self.aside, &error))?;
        Ok(&self.aside)
    }

    /// It is whole.
    ///
    /// # Errors
    /// If it cannot be given its place.
    pub(super) fn settle(&self) -> Result<(), ArchiveError> {
        let moved = remove(&self.path).and_then(|()| fs::rename(&self.aside, &self.path));
        moved.map_err(|error| ArchiveError::write(&self.path, &error))
    }

    /// It is not to be.
    pub(super) fn give_up(&self) {
        // What is left of it is of no use; if it cannot be removed, the next attempt says so.
        drop(remove(&self.aside));
    }
}

/// Checks that an archive may be written to `path`, whatever is there.
///
/// # Errors
/// If no file can be called so, or a folder lies there that no export made, or what is neither file
/// nor folder.
pub fn check_place(path: &Path) -> Result<(), ArchiveError> {
    Place::of(path).map(drop)
}

/// Why what lies at `path` must stay; nothing, a file, and a folder of tiles may go.
fn replaceable(path: &Path) -> Result<(), String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.to_string()),
        Ok(found) if found.is_file() => Ok(()),
        Ok(found) if found.is_dir() => replaceable_folder(path),
        Ok(_) => Err("what is there is neither a file nor a folder".to_owned()),
    }
}

/// A folder that an export made holds zooms and the metadata of ours.
fn replaceable_folder(path: &Path) -> Result<(), String> {
    let mut empty = true;
    for entry in fs::read_dir(path).map_err(|error| error.to_string())? {
        let name = entry.map_err(|error| error.to_string())?.file_name();
        if !is_of_archive(&name) {
            let name = name.display();
            return Err(format!("a folder is there that no export made: it holds `{name}`"));
        }
        empty = false;
    }
    if empty || is_metadata(&path.join(METADATA)) {
        return Ok(());
    }
    Err(format!("a folder is there that no export made: it has no {METADATA} of tiles"))
}

fn is_of_archive(name: &OsStr) -> bool {
    let zoom = || name.to_str()?.parse::<u8>().ok().filter(|zoom| *zoom <= MAX_ZOOM);
    name == METADATA || zoom().is_some()
}

fn is_metadata(path: &Path) -> bool {
    let read = fs::read(path).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
    read.is_some_and(|json| json["tilejson"].is_string() && json["tiles"][0] == TEMPLATE)
}

/// Removes a file or a folder, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_exports_made_may_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let may = |name: &str| check_place(&at(name)).is_ok();
        assert!(may("nothing") && may("nothing/."));
        for name in [".", "..", "/", "a/.."] {
            assert!(check_place(Path::new(name)).is_err(), "{name}");
        }
        fs::write(at("file"), b"").unwrap();
        fs::create_dir_all(at("tiles/3")).unwrap();
        assert!(may("file") && !may("tiles"));
        fs::write(at("tiles/metadata.json"), b"{\"name\": \"of others\"}").unwrap();
        assert!(!may("tiles"));
        let ours = format!("{{\"tilejson\": \"3.0.0\", \"tiles\": [\"{TEMPLATE}\"]}}");
        fs::write(at("tiles/metadata.json"), ours).unwrap();
        assert!(may("tiles"));
        fs::write(at("tiles/notes.txt"), b"").unwrap();
        assert!(!may("tiles"));
        // What lies where the archive is made would go, too.
        fs::create_dir_all(at("a.partial/land")).unwrap();
        assert!(!may("a"));
        fs::remove_dir(at("a.partial/land")).unwrap();
        assert!(may("a"));
    }
}
