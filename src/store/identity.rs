//! Telling that a file is the one that was copied before, without reading it.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::model::Fingerprint;

/// A file whose last change lies less than this before it was copied may change again without its
/// time changing, as file systems count coarsely; its fingerprint is not remembered.
const COARSE: Duration = Duration::from_secs(1);

/// What changes when a file's content does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Identity {
    size: u64,
    modified_ns: u64,
    changed_ns: i64,
    device: u64,
    inode: u64,
}

impl Identity {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().ok();
        let since = modified.and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let (changed_ns, device, inode) = numbers(metadata);
        Self {
            size: metadata.len(),
            modified_ns: since.map_or(0, |since| since.as_nanos() as u64),
            changed_ns,
            device,
            inode,
        }
    }
}

#[cfg(unix)]
fn numbers(metadata: &Metadata) -> (i64, u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let changed = metadata.ctime().saturating_mul(1_000_000_000);
    (changed.saturating_add(metadata.ctime_nsec()), metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
const fn numbers(_: &Metadata) -> (i64, u64, u64) {
    (0, 0, 0)
}

/// Files that were copied before, by path.
#[derive(Default)]
pub(super) struct Known(HashMap<PathBuf, (Identity, Fingerprint)>);

#[derive(Serialize, Deserialize)]
struct Line {
    path: PathBuf,
    identity: Identity,
    fingerprint: String,
}

impl Known {
    /// From what [`Known::save`] gave; what cannot be read is forgotten.
    pub(super) fn load(saved: &[u8]) -> Self {
        let lines: Vec<Line> = serde_json::from_slice(saved).unwrap_or_default();
        let known = lines.into_iter().filter_map(|line| {
            Some((line.path, (line.identity, Fingerprint::parse(&line.fingerprint)?)))
        });
        Self(known.collect())
    }

    /// As bytes; files that are no more are left out.
    pub(super) fn save(&self) -> Vec<u8> {
        let mut lines: Vec<Line> = self
            .0
            .iter()
            .filter(|(path, _)| path.exists())
            .map(|(path, (identity, print))| Line {
                path: path.clone(),
                identity: *identity,
                fingerprint: print.to_string(),
            })
            .collect();
        lines.sort_by(|a, b| a.path.cmp(&b.path));
        serde_json::to_vec_pretty(&lines).unwrap_or_default()
    }

    /// The fingerprints of the files that are still there.
    pub(super) fn present(&self) -> impl Iterator<Item = Fingerprint> + '_ {
        self.0.iter().filter(|(path, _)| path.exists()).map(|(_, (_, print))| *print)
    }

    pub(super) fn get(&self, path: &Path, identity: &Identity) -> Option<Fingerprint> {
        self.0.get(path).filter(|(known, _)| known == identity).map(|(_, print)| *print)
    }

    /// Remembers a file that was copied at `copied`, if its times can be trusted by then.
    pub(super) fn insert(
        &mut self,
        path: &Path,
        metadata: &Metadata,
        print: Fingerprint,
        copied: SystemTime,
    ) {
        let settled = metadata
            .modified()
            .is_ok_and(|at| copied.duration_since(at).is_ok_and(|age| age >= COARSE));
        if settled {
            self.0.insert(path.to_owned(), (Identity::of(metadata), print));
        }
    }

    /// Takes from `other` what is not known here.
    pub(super) fn merge(&mut self, other: Self) {
        for (path, entry) in other.0 {
            self.0.entry(path).or_insert(entry);
        }
    }
}

/// The path by which a file is remembered: independent of the folder the process runs in.
pub(super) fn remembered(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
