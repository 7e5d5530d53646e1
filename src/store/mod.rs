//! Store: immutable objects by fingerprint (mapped here, read-only), derived data, editions.
//!
//! Must not know: what the bytes mean.
//!
//! ```text
//! files/<fingerprint>.<extension>                            what was published
//! derived/<fingerprint>/<kind>-<format version>-<hash>       what was made of it, checksummed
//! editions/<number>.json                                     what was published when
//! known.json                                                 files whose fingerprint is known
//! ```

mod derived;
mod draft;
mod error;
mod folder;
mod heap;
mod identity;
mod mount;
mod object;
mod place;
mod prune;
#[cfg(test)]
mod tests;

use std::path::Path;

pub use derived::Derivation;
pub use draft::Draft;
pub use error::StoreError;
pub use object::Object;
pub use prune::{Pruned, Wanted};

use crate::model::Fingerprint;

/// Where objects are kept: a folder, or the heap. What is put stays as it is.
pub struct Store(Box<dyn Place>);

/// Puts what is derived into a draft; whether it succeeded.
type Fill<'a> = &'a mut dyn FnMut(&mut dyn Draft) -> bool;

/// What a place must be able to do. Several processes may share a folder.
trait Place: Send + Sync {
    /// Takes a copy of a file.
    fn put(&self, path: &Path, extension: &str) -> Result<(Fingerprint, Object), StoreError>;
    /// Takes some bytes.
    fn put_bytes(&self, bytes: &[u8], extension: &str) -> Result<Fingerprint, StoreError>;
    /// What was put, if it is still kept.
    fn object(&self, print: Fingerprint, extension: &str) -> Result<Option<Object>, StoreError>;
    /// What was derived, if it is kept and whole.
    fn derived(&self, of: &Derivation) -> Option<Object>;
    /// Keeps what `fill` derives, if it can, and gives it back; `None` where `fill` answers that it
    /// failed. It is called again where a first draft could not be kept.
    fn keep(&self, of: &Derivation, fill: Fill<'_>) -> Option<Object>;
    /// The numbers of the editions, ascending.
    fn editions(&self) -> Result<Vec<u64>, StoreError>;
    /// An edition.
    fn edition(&self, number: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// Adds an edition unless there is one of that number; whether it did.
    fn append(&self, number: u64, bytes: &[u8]) -> Result<bool, StoreError>;
    /// Makes known to later starts what was learned in this one.
    fn remember(&self);
    /// Removes what is not wanted.
    fn prune(&self, wanted: Wanted<'_>) -> Pruned;
}

impl Store {
    /// A store in `folder`, made if it is not there.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self(Box::new(folder::Folder::open(folder)?)))
    }

    /// A store that keeps on the heap what someone uses, and is gone with the process.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Box::new(heap::Heap::default()))
    }

    /// The store for a layers folder: `.onemap` beside it; if that cannot be written a folder in
    /// the user's cache (`XDG_CACHE_HOME`, or `.cache` at home); else in memory. Also warnings for
    /// people where it is not the first.
    #[must_use]
    pub fn beside(layers: &Path) -> (Self, Vec<String>) {
        place::beside(layers)
    }

    /// Takes a copy of the file at `path`, unless size, times and inode say that it is one that
    /// was copied before. `extension` is that of the object's name.
    ///
    /// # Errors
    /// [`StoreError::Changing`] where the file changed meanwhile; where it cannot be read or the
    /// copy not be written.
    pub fn put(&self, path: &Path, extension: &str) -> Result<(Fingerprint, Object), StoreError> {
        self.0.put(path, extension)
    }

    /// Takes some bytes.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn put_bytes(&self, bytes: &[u8], extension: &str) -> Result<Fingerprint, StoreError> {
        self.0.put_bytes(bytes, extension)
    }

    /// What was put; `None` if it is not kept any more, or never was.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn object(
        &self,
        print: Fingerprint,
        extension: &str,
    ) -> Result<Option<Object>, StoreError> {
        self.0.object(print, extension)
    }

    /// What `build` puts into a draft, or what it derived before if `open` takes it. `open` gets
    /// bytes whose checksum is right and answers `None` if they are still not what it needs; then
    /// they are built anew. What cannot be kept is built again on the heap and used all the same.
    ///
    /// # Errors
    /// Those of `build`. `None` inside `Ok` never comes of bytes that `open` takes.
    pub fn derive<T, E>(
        &self,
        of: &Derivation,
        open: impl Fn(Object) -> Option<T>,
        mut build: impl FnMut(&mut dyn Draft) -> Result<(), E>,
    ) -> Result<Option<T>, E> {
        if let Some(opened) = self.0.derived(of).and_then(&open) {
            return Ok(Some(opened));
        }
        let mut failed = None;
        let kept = self.0.keep(of, &mut |draft| {
            failed = build(draft).err();
            failed.is_none()
        });
        failed.map_or_else(|| Ok(kept.and_then(open)), Err)
    }

    /// The numbers of the editions, ascending.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn editions(&self) -> Result<Vec<u64>, StoreError> {
        self.0.editions()
    }

    /// An edition as it was appended; `None` if there is none of that number.
    ///
    /// # Errors
    /// Where it is there and cannot be read.
    pub fn edition(&self, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.edition(number)
    }

    /// Adds an edition, durably, unless there is one of that number already: whoever loses such a
    /// race reads what the other wrote and tries again.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn append(&self, number: u64, bytes: &[u8]) -> Result<bool, StoreError> {
        self.0.append(number, bytes)
    }

    /// Makes known to later starts which files were copied by this one.
    pub fn remember(&self) {
        self.0.remember();
    }

    /// Removes objects that are not `wanted` and are no copies of files that are still there, and
    /// what was derived of those or in another version. In memory there is nothing to remove.
    #[must_use]
    pub fn prune(&self, wanted: Wanted<'_>) -> Pruned {
        self.0.prune(wanted)
    }
}
