//! A store in a folder, which several processes may share.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::derived::{seal, unseal};
use super::draft::FileDraft;
use super::identity::{Identity, Known, remembered};
use super::{Derivation, Fill, Object, Place, Pruned, StoreError, Wanted, mount};
use crate::model::Fingerprint;

/// Names of files under way begin with this.
pub(super) const UNDER_WAY: &str = ".under-way-";
/// Files under way that are older are leftovers of a process that died.
const LEFTOVER: Duration = Duration::from_secs(24 * 60 * 60);

/// A store in a folder.
pub(super) struct Folder {
    root: PathBuf,
    /// Whether the folder is of another machine: then objects are read to the heap, as bytes may
    /// change or fail there under a mapping.
    remote: bool,
    known: Mutex<Known>,
}

impl Folder {
    pub(super) fn open(root: &Path) -> Result<Self, StoreError> {
        for folder in ["files", "derived", "editions"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).map_err(StoreError::io("making", &path))?;
        }
        let writing = StoreError::io("writing to", root);
        let probe = name_under_way(&root.join("files"));
        let made = File::create_new(&probe).and_then(|file| file.metadata()?.modified());
        let removed = fs::remove_file(&probe);
        let now = made.map_err(&writing)?;
        removed.map_err(&writing)?;
        sweep(&root.join("files"), now);
        sweep(&root.join("editions"), now);
        let known = fs::read(root.join("known.json")).unwrap_or_default();
        Ok(Self {
            root: root.to_owned(),
            remote: mount::is_remote(root),
            known: Mutex::new(Known::load(&known)),
        })
    }

    fn file(&self, print: Fingerprint, extension: &str) -> PathBuf {
        self.root.join("files").join(format!("{print}.{extension}"))
    }

    fn load(&self, path: &Path) -> io::Result<Object> {
        let file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        if self.remote || length == 0 {
            Object::read(&file, length)
        } else {
            Object::map(&file, length)
        }
    }

    /// Gives the finished file at `made` its place, unless an equal one is there. Objects are named
    /// by their content, so whichever of several processes is last does no harm.
    fn settle(
        &self,
        made: &Path,
        print: Fingerprint,
        extension: &str,
    ) -> Result<PathBuf, StoreError> {
        let place = self.file(print, extension);
        // One that was damaged is replaced; whoever has it mapped keeps it.
        if self.load(&place).is_ok_and(|there| Fingerprint::of(&there) == print) {
            // Wanted as of now, whatever its age; if that cannot be said, it stays as old as it is.
            let written = fs::metadata(made).and_then(|made| made.modified());
            let _ = written.and_then(|at| File::open(&place)?.set_modified(at));
            // A leftover is swept one day.
            let _ = fs::remove_file(made);
            return Ok(place);
        }
        let writing = StoreError::io("writing", &place);
        let file = File::open(made).map_err(&writing)?;
        let mut permissions = file.metadata().map_err(&writing)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(made, permissions).map_err(&writing)?;
        file.sync_all().map_err(&writing)?;
        fs::rename(made, &place).map_err(&writing)?;
        drop(writing);
        Ok(place)
    }

    /// Fills and seals the file `made`; whether `fill` succeeded.
    fn fill(&self, fill: Fill<'_>, made: &Path) -> io::Result<bool> {
        let mut draft = FileDraft::new(File::create_new(made)?);
        if !fill(&mut draft) {
            return Ok(false);
        }
        let mut file = draft.finish()?;
        // Nobody else knows this file, so it may be mapped already.
        let seal = seal(&self.load(made)?);
        file.write_all(&seal)?;
        let mut permissions = file.metadata()?.permissions();
        permissions.set_readonly(true);
        file.set_permissions(permissions)?;
        Ok(true)
    }

    fn copy(
        &self,
        path: &Path,
        extension: &str,
        made: &Path,
    ) -> Result<(Fingerprint, Object), StoreError> {
        let reading = StoreError::io("reading", path);
        let before = fs::metadata(path).map_err(&reading)?;
        // Shares the blocks where the file system can.
        let copied = fs::copy(path, made).map_err(StoreError::io("copying", path))?;
        let after = fs::metadata(path).map_err(&reading)?;
        if copied != before.len() || Identity::of(&before) != Identity::of(&after) {
            return Err(StoreError::Changing);
        }
        let writing = StoreError::io("writing", made);
        // Nobody else knows this file, so it may be mapped already.
        let print = Fingerprint::of(&self.load(made).map_err(&writing)?);
        let at = fs::metadata(made).and_then(|metadata| metadata.modified()).map_err(&writing)?;
        let place = self.settle(made, print, extension)?;
        let object = self.load(&place).map_err(StoreError::io("reading", &place))?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(&remembered(path), &before, print, at);
        Ok((print, object))
    }
}

impl Place for Folder {
    fn put(&self, path: &Path, extension: &str) -> Result<(Fingerprint, Object), StoreError> {
        let metadata = fs::metadata(path).map_err(StoreError::io("reading", path))?;
        if !metadata.is_file() {
            return Err(StoreError::NotAFile);
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let print = known.get(&remembered(path), &Identity::of(&metadata));
        drop(known);
        if let Some(print) = print
            && let Ok(object) = self.load(&self.file(print, extension))
            && object.len() as u64 == metadata.len()
        {
            return Ok((print, object));
        }
        let made = name_under_way(&self.root.join("files"));
        let copied = self.copy(path, extension, &made);
        if copied.is_err() {
            let _ = fs::remove_file(&made);
        }
        copied
    }

    fn put_bytes(&self, bytes: &[u8], extension: &str) -> Result<Fingerprint, StoreError> {
        let print = Fingerprint::of(bytes);
        let there = fs::metadata(self.file(print, extension));
        if there.is_ok_and(|there| there.len() == bytes.len() as u64) {
            return Ok(print);
        }
        let made = name_under_way(&self.root.join("files"));
        fs::write(&made, bytes).map_err(StoreError::io("writing", &made))?;
        self.settle(&made, print, extension)?;
        Ok(print)
    }

    fn object(&self, print: Fingerprint, extension: &str) -> Result<Option<Object>, StoreError> {
        let path = self.file(print, extension);
        match self.load(&path) {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("reading", &path)(error)),
        }
    }

    fn derived(&self, of: &Derivation) -> Option<Object> {
        let folder = self.root.join("derived").join(of.of.to_string());
        let sealed = self.load(&folder.join(of.name())).ok()?;
        let length = unseal(&sealed)?;
        sealed.first(length)
    }

    fn keep(&self, of: &Derivation, fill: Fill<'_>) -> Option<Object> {
        let folder = self.root.join("derived").join(of.of.to_string());
        let made = name_under_way(&folder);
        let place = folder.join(of.name());
        let kept = fs::create_dir_all(&folder).and_then(|()| {
            let filled = self.fill(fill, &made)?;
            if filled {
                fs::rename(&made, &place)?;
            }
            Ok(filled)
        });
        if !matches!(kept, Ok(true)) {
            // It may never have been made.
            let _ = fs::remove_file(&made);
        }
        let found = match kept {
            Ok(true) => self.derived(of),
            Ok(false) => return None,
            Err(error) => {
                tracing::warn!("{} is not kept: {error}", place.display());
                None
            }
        };
        found.or_else(|| Object::filled(fill))
    }

    fn editions(&self) -> Result<Vec<u64>, StoreError> {
        let folder = self.root.join("editions");
        let listing = StoreError::io("listing", &folder);
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&folder).map_err(&listing)? {
            let name = entry.map_err(&listing)?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".json"));
            numbers.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn edition(&self, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.root.join("editions").join(format!("{number}.json"));
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("reading", &path)(error)),
        }
    }

    fn append(&self, number: u64, bytes: &[u8]) -> Result<bool, StoreError> {
        let folder = self.root.join("editions");
        let place = folder.join(format!("{number}.json"));
        let made = name_under_way(&folder);
        // What the edition names must outlast a power cut if the edition does.
        sync_folder(&self.root.join("files"));
        let appended = publish(bytes, &made, &place);
        let _ = fs::remove_file(&made);
        sync_folder(&folder);
        match appended {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(StoreError::io("writing", &place)(error)),
        }
    }

    fn prune(&self, mut wanted: Wanted<'_>) -> Pruned {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.merge(Known::load(&fs::read(self.root.join("known.json")).unwrap_or_default()));
        // Files that fail are named nowhere, and need not be copied again while they lie there.
        wanted.objects.extend(known.present());
        drop(known);
        wanted.prune(&self.root)
    }

    fn remember(&self) {
        let place = self.root.join("known.json");
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.merge(Known::load(&fs::read(&place).unwrap_or_default()));
        let saved = known.save();
        drop(known);
        let made = name_under_way(&self.root.join("files"));
        let kept = fs::write(&made, saved).and_then(|()| fs::rename(&made, &place));
        if let Err(error) = kept {
            tracing::warn!("{} is not kept: {error}", place.display());
        }
    }
}

/// Makes `place` with `bytes` as its content from its first moment on, or fails with
/// `AlreadyExists`.
fn publish(bytes: &[u8], made: &Path, place: &Path) -> io::Result<()> {
    let mut file = File::create_new(made)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match fs::hard_link(made, place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without links.
            let mut file = OpenOptions::new().write(true).create_new(true).open(place)?;
            file.write_all(bytes)?;
            file.sync_all()
        }
        linked => linked,
    }
}

/// Where folders cannot be synced there is nothing to be done about it.
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A name in `folder` that no other thread or process uses.
fn name_under_way(folder: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), number);
    folder.join(format!("{UNDER_WAY}{}-{number}-{random:016x}", std::process::id()))
}

/// Removes what processes that died left in `folder`.
fn sweep(folder: &Path, now: SystemTime) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let under_way = entry.file_name().to_string_lossy().starts_with(UNDER_WAY);
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|at| now.duration_since(at).ok());
        if under_way && age.is_some_and(|age| age > LEFTOVER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
