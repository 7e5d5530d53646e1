//! Removing from a folder what nobody wants any more.

use std::collections::HashSet;
use std::fs::{self, DirEntry, Metadata};
use std::path::Path;
use std::time::SystemTime;

use super::folder::UNDER_WAY;
use crate::model::Fingerprint;

/// What of a store is wanted; the rest may go.
pub struct Wanted<'a> {
    /// Extension of the objects to look at.
    pub extension: &'a str,
    /// Those of them that are named somewhere.
    pub objects: HashSet<Fingerprint>,
    /// What is derived, by kind, and the version in use. Of these kinds other versions go.
    pub derived: &'a [(&'a str, u32)],
    /// Whatever was written later stays: another process may be about to name it.
    pub written_before: SystemTime,
}

/// What was removed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Pruned {
    /// How many files.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
}

impl Wanted<'_> {
    /// Removes from the store in `root` what is not wanted. What is mapped stays readable until
    /// nobody maps it; what cannot be removed stays.
    pub(super) fn prune(&self, root: &Path) -> Pruned {
        let mut pruned = Pruned::default();
        for entry in entries(&root.join("files")) {
            let name = entry.file_name();
            let object = name.to_str().and_then(|name| name.rsplit_once('.'));
            let print = object.filter(|(_, extension)| *extension == self.extension);
            let print = print.and_then(|(print, _)| Fingerprint::parse(print));
            if print.is_some_and(|print| !self.objects.contains(&print)) {
                self.remove(&entry, &mut pruned);
            }
        }
        for folder in entries(&root.join("derived")) {
            let print = folder.file_name().to_str().and_then(Fingerprint::parse);
            let Some(print) = print else { continue };
            for entry in entries(&folder.path()) {
                let name = entry.file_name();
                let name = name.to_str().unwrap_or_default();
                let wanted = self.objects.contains(&print) && self.is_in_use(name);
                if !wanted || name.starts_with(UNDER_WAY) {
                    self.remove(&entry, &mut pruned);
                }
            }
            // Only an empty folder goes.
            let _ = fs::remove_dir(folder.path());
        }
        pruned
    }

    /// Whether derived data of this name is of a version in use, or of a kind not known here.
    fn is_in_use(&self, name: &str) -> bool {
        let mut parts = name.split('-');
        let (kind, version) = (parts.next(), parts.next().and_then(|text| text.parse().ok()));
        let used = self.derived.iter().find(|(own, _)| Some(*own) == kind);
        used.is_none_or(|(_, own)| Some(*own) == version)
    }

    fn remove(&self, entry: &DirEntry, pruned: &mut Pruned) {
        let old = |metadata: &Metadata| {
            metadata.is_file()
                && metadata.modified().is_ok_and(|written| written < self.written_before)
        };
        let Some(metadata) = entry.metadata().ok().filter(old) else { return };
        if fs::remove_file(entry.path()).is_ok() {
            pruned.files += 1;
            pruned.bytes += metadata.len();
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok)
}
