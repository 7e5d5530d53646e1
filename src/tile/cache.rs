//! Tiles made once: looked up, built on the pool, joined, compressed, kept.

use std::sync::Arc;

use bytes::Bytes;

use super::{Encoding, TileError, TilePlan};
use crate::work::{Deadline, Pool};

/// A tile's answer: the joined layers, compressed.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The bytes in the encoding asked for; empty where nothing is drawn (204).
    pub bytes: Bytes,
    /// Whether attributes of some layer were left out to keep the byte bound.
    pub without_attributes: bool,
    /// Least share of a layer's features that was kept to keep the byte bound, 1 where all were.
    pub kept: f64,
}

/// The tiles made lately, up to a number of bytes. Equal questions that come together are answered
/// by one build.
pub struct Tiles {}

impl Tiles {
    /// Keeps up to `max_bytes` of answers.
    #[must_use]
    pub fn new(_max_bytes: u64) -> Self {
        todo!()
    }

    /// The tile of `plans` (one per layer, in the order wanted) in `encoding`: from the cache, or
    /// built on `pool` by `deadline`.
    ///
    /// # Errors
    /// [`TileError::Expired`], [`TileError::Work`].
    pub async fn get(
        &self,
        _plans: Vec<TilePlan>,
        _encoding: Encoding,
        _pool: &Pool,
        _deadline: Deadline,
    ) -> Result<Arc<Encoded>, TileError> {
        todo!()
    }
}

/// A strong entity tag, quotes included, made without building: equal tags, equal bytes.
#[must_use]
pub fn etag(_plans: &[TilePlan], _encoding: Encoding) -> String {
    todo!()
}
