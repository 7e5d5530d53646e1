//! The bytes of an immutable object.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::sync::{Arc, Weak};

use super::Fill;

/// Bytes that never change while anyone holds them: a read-only mapping of the store's own copy,
/// or the heap. Cheap to clone. The start is aligned to 8 bytes at least.
#[derive(Clone)]
pub struct Object(Arc<Bytes>);

/// An object that is only there while someone else holds it.
pub(super) struct WeakObject(Weak<Bytes>);

enum Bytes {
    Heap(Vec<u64>, usize),
    Mapped(memmap2::Mmap, usize),
}

impl Object {
    /// On the heap.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Self {
        let mut words = vec![0u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self(Arc::new(Bytes::Heap(words, bytes.len())))
    }

    /// What `fill` derives, on the heap; `None` where it fails.
    pub(super) fn filled(fill: Fill<'_>) -> Option<Self> {
        let mut bytes = Vec::new();
        fill(&mut bytes).then(|| Self::from_slice(&bytes))
    }

    /// The first `length` bytes of `file`, read to the heap.
    ///
    /// # Errors
    /// If the file is shorter or cannot be read.
    pub(super) fn read(mut file: &File, length: usize) -> io::Result<Self> {
        let mut words = vec![0u64; length.div_ceil(8)];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
        file.read_exact(bytes.get_mut(..length).unwrap_or_default())?;
        Ok(Self(Arc::new(Bytes::Heap(words, length))))
    }

    /// The first `length` bytes of `file`, which must be the store's own copy, mapped.
    ///
    /// # Errors
    /// If the file is shorter or cannot be mapped.
    #[expect(unsafe_code, reason = "mapping a file")]
    pub(super) fn map(file: &File, length: usize) -> io::Result<Self> {
        if file.metadata()?.len() < length as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // SAFETY: a mapping is sound while nobody writes to the file or truncates it. `store` maps
        // only files inside its own folder, which it made under a name nobody knows, filled,
        // and (mode 0444) renamed to their place before the first byte is trusted. It never opens
        // them for writing again; replacing one renames another over it, which leaves this one's
        // bytes alive until the mapping ends. What is dropped into the layers folder is copied,
        // never mapped.
        let map = unsafe { memmap2::Mmap::map(file)? };
        Ok(Self(Arc::new(Bytes::Mapped(map, length))))
    }

    /// The same bytes without their end.
    pub(super) fn first(self, length: usize) -> Option<Self> {
        if length > self.len() {
            return None;
        }
        Some(match Arc::try_unwrap(self.0) {
            Ok(Bytes::Heap(words, _)) => Self(Arc::new(Bytes::Heap(words, length))),
            Ok(Bytes::Mapped(map, _)) => Self(Arc::new(Bytes::Mapped(map, length))),
            Err(shared) => Self::from_slice(Self(shared).get(..length)?),
        })
    }

    pub(super) fn downgrade(&self) -> WeakObject {
        WeakObject(Arc::downgrade(&self.0))
    }
}

impl WeakObject {
    pub(super) fn upgrade(&self) -> Option<Object> {
        self.0.upgrade().map(Object)
    }
}

impl Deref for Object {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let (bytes, length): (&[u8], usize) = match &*self.0 {
            Bytes::Heap(words, length) => (bytemuck::cast_slice(words), *length),
            Bytes::Mapped(map, length) => (map, *length),
        };
        bytes.get(..length).unwrap_or_default()
    }
}
