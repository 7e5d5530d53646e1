//! Objects on the heap, for where nothing can be written.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::identity::Identity;
use super::object::WeakObject;
use super::{Derivation, Fill, Object, Place, Pruned, StoreError, Wanted};
use crate::model::Fingerprint;

/// Files and what is derived of them are kept as long as someone uses them; sidecars and editions,
/// which are small, as long as the process.
#[derive(Default)]
pub(super) struct Heap(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    files: HashMap<(Fingerprint, String), WeakObject>,
    bytes: HashMap<(Fingerprint, String), Object>,
    derived: HashMap<Derivation, WeakObject>,
    editions: BTreeMap<u64, Vec<u8>>,
}

impl Heap {
    /// No step under the lock can leave it half done, so a panic elsewhere does no harm.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place for Heap {
    fn put(&self, path: &Path, extension: &str) -> Result<(Fingerprint, Object), StoreError> {
        let reading = StoreError::io("reading", path);
        let before = fs::metadata(path).map_err(&reading)?;
        if !before.is_file() {
            return Err(StoreError::NotAFile);
        }
        let file = File::open(path).map_err(&reading)?;
        let object = Object::read(&file, before.len() as usize).map_err(|error| {
            let cut = error.kind() == std::io::ErrorKind::UnexpectedEof;
            if cut { StoreError::Changing } else { reading(error) }
        })?;
        if Identity::of(&fs::metadata(path).map_err(&reading)?) != Identity::of(&before) {
            return Err(StoreError::Changing);
        }
        let print = Fingerprint::of(&object);
        let mut kept = self.kept();
        kept.files.retain(|_, object| object.upgrade().is_some());
        kept.derived.retain(|_, object| object.upgrade().is_some());
        let entry = kept.files.entry((print, extension.to_owned()));
        let known = entry.or_insert_with(|| object.downgrade()).upgrade();
        Ok((print, known.unwrap_or(object)))
    }

    fn put_bytes(&self, bytes: &[u8], extension: &str) -> Result<Fingerprint, StoreError> {
        let print = Fingerprint::of(bytes);
        let key = (print, extension.to_owned());
        self.kept().bytes.entry(key).or_insert_with(|| Object::from_slice(bytes));
        Ok(print)
    }

    fn object(&self, print: Fingerprint, extension: &str) -> Result<Option<Object>, StoreError> {
        let kept = self.kept();
        let key = (print, extension.to_owned());
        let file = kept.files.get(&key).and_then(WeakObject::upgrade);
        Ok(file.or_else(|| kept.bytes.get(&key).cloned()))
    }

    fn derived(&self, of: &Derivation) -> Option<Object> {
        self.kept().derived.get(of)?.upgrade()
    }

    fn keep(&self, of: &Derivation, fill: Fill<'_>) -> Option<Object> {
        let object = Object::filled(fill)?;
        self.kept().derived.insert(of.clone(), object.downgrade());
        Some(object)
    }

    fn editions(&self) -> Result<Vec<u64>, StoreError> {
        Ok(self.kept().editions.keys().copied().collect())
    }

    fn edition(&self, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kept().editions.get(&number).cloned())
    }

    fn append(&self, number: u64, bytes: &[u8]) -> Result<bool, StoreError> {
        let mut kept = self.kept();
        let free = !kept.editions.contains_key(&number);
        if free {
            kept.editions.insert(number, bytes.to_vec());
        }
        Ok(free)
    }

    fn remember(&self) {}

    fn prune(&self, _wanted: Wanted<'_>) -> Pruned {
        Pruned::default()
    }
}
