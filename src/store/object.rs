//! The bytes of an immutable object.

use std::ops::Deref;
use std::sync::Arc;

/// Bytes that never change while anyone holds them: a read-only mapping of the store's own copy,
/// or the heap. Cheap to clone. The start is aligned to 8 bytes at least.
#[derive(Clone)]
pub struct Object(Arc<Bytes>);

enum Bytes {
    Heap(Vec<u64>, usize),
    Mapped(memmap2::Mmap),
}

impl Object {
    /// On the heap.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Self {
        let mut words = vec![0u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self(Arc::new(Bytes::Heap(words, bytes.len())))
    }

    /// Over a mapping that `store` made of its own copy.
    pub(super) fn mapped(map: memmap2::Mmap) -> Self {
        Self(Arc::new(Bytes::Mapped(map)))
    }
}

impl Deref for Object {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &*self.0 {
            Bytes::Heap(words, length) => bytemuck::cast_slice(words).get(..*length).unwrap_or(&[]),
            Bytes::Mapped(map) => map,
        }
    }
}
