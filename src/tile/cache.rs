//! Tiles made once: looked up, built on the pool, joined, compressed, kept.

use std::cell::RefCell;
use std::sync::Arc;

use bytes::Bytes;
use moka::future::Cache;
use xxhash_rust::xxh3::Xxh3;

use super::build::build_onto;
use super::compress::MOST_KEPT;
use super::hot::{Hot, Kept};
use super::{Built, Encoding, LeftOut, TileError, TilePlan, build, compress, compress_again};
use crate::model::message::Message;
use crate::work::{Deadline, Pool};

/// What an entry of the cache takes beside its bytes: key, pointers, the cache's own nodes.
const ENTRY_BYTES: usize = 340;
/// Answers of more bytes, of many layers together, are not compressed again: it takes too long.
const MOST_AGAIN: usize = 1 << 20;

/// A tile's answer: the joined layers, compressed.
#[derive(Clone, PartialEq, Debug)]
pub struct Encoded {
    /// The bytes in the encoding asked for; empty where nothing is drawn (204).
    pub bytes: Bytes,
    /// What its layers lack.
    pub left_out: LeftOut,
}

/// Which answer: digest of the plans, and encoding.
pub(super) type Key = (u128, Encoding);

thread_local! {
    /// Layers under way, one after the other.
    static JOINED: RefCell<Message> = RefCell::default();
}

/// The tiles made lately, up to a number of bytes. Equal questions that come together are answered
/// by one build.
pub struct Tiles {
    /// `None`: none is kept, and each question is answered by a build of its own.
    answers: Option<Cache<Key, Kept>>,
    hot: Hot,
}

impl Tiles {
    /// Keeps up to `max_bytes` of answers.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weigh = |_: &Key, kept: &Kept| {
            u32::try_from(kept.answer.bytes.len() + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        let cache = || Cache::builder().weigher(weigh).max_capacity(max_bytes).build();
        Self { answers: (max_bytes > 0).then(cache), hot: Hot::new() }
    }

    /// Whether any answer is kept.
    #[must_use]
    pub fn keeps_any(&self) -> bool {
        self.answers.is_some()
    }

    /// The tile of `plans` (one per layer, in the order wanted) in `encoding`: from the cache, or
    /// built on `pool` by `deadline`. Of several layers each is kept singly, too.
    ///
    /// # Errors
    /// [`TileError::Expired`], [`TileError::Work`].
    pub async fn get(
        &self,
        plans: Vec<TilePlan>,
        encoding: Encoding,
        pool: &Pool,
        deadline: Deadline,
    ) -> Result<Arc<Encoded>, TileError> {
        let Some(answers) = &self.answers else {
            let work = move |deadline: &Deadline| run_through(&plans, encoding, deadline);
            return pool.run(deadline, work).await?.map(Arc::new);
        };
        let keys: Vec<u128> = plans.iter().map(TilePlan::key).collect();
        let key = (joined_key(&keys), encoding);
        let answer = Self::make(answers, plans, &keys, encoding, pool, deadline);
        let kept = answers.try_get_with(key, answer).await.map_err(|error| (*error).clone())?;
        if encoding != Encoding::Identity && (1..=MOST_AGAIN).contains(&kept.answer.bytes.len()) {
            self.hot.note(key, &kept);
        }
        Ok(kept.answer)
    }

    /// Waits for an answer that many ask for, and until `pool` has nothing to do; then compresses it
    /// again with more effort, and keeps it so if that is smaller. How many bytes that saves, 0 where
    /// none; `None` where no answers are kept.
    ///
    /// # Errors
    /// [`TileError::Work`].
    pub async fn compress_next(&self, pool: &Pool) -> Result<Option<usize>, TileError> {
        let Some(answers) = &self.answers else { return Ok(None) };
        let (key, kept) = loop {
            let Some(key) = self.hot.next().await else { return Ok(None) };
            // It may have had to make room for others since.
            if let Some(kept) = answers.get(&key).await {
                break (key, kept);
            }
        };
        let bytes = kept.answer.bytes.clone();
        let Some(again) = pool.at_leisure(move || compress_again(&bytes, key.1)).await? else {
            return Ok(Some(0));
        };
        let saved = kept.answer.bytes.len() - again.len();
        answers.insert(key, kept.with_bytes(again)).await;
        Ok(Some(saved))
    }

    async fn make(
        answers: &Cache<Key, Kept>,
        plans: Vec<TilePlan>,
        keys: &[u128],
        encoding: Encoding,
        pool: &Pool,
        deadline: Deadline,
    ) -> Result<Kept, TileError> {
        let single = keys.len() == 1;
        let mut layers = Vec::with_capacity(plans.len());
        for (plan, key) in plans.into_iter().zip(keys) {
            // Alone and as it is, the layer is what is being made.
            let known = !(single && encoding == Encoding::Identity);
            let known = if known { answers.get(&(*key, Encoding::Identity)).await } else { None };
            layers.push(known.map_or(Layer::Wanted(plan), |kept| Layer::Known(kept.answer)));
        }
        let work = move |deadline: &Deadline| run(layers, encoding, deadline);
        let (layers, answer) = pool.run(deadline, work).await??;
        if !single {
            for (layer, key) in layers.into_iter().zip(keys) {
                answers.insert((*key, Encoding::Identity), Kept::new(layer)).await;
            }
        }
        Ok(Kept::new(Arc::new(answer)))
    }
}

/// A layer of an answer under way.
enum Layer {
    Known(Arc<Encoded>),
    Wanted(TilePlan),
}

/// Builds what is wanted, joins, compresses. The layers as they are, and the answer.
fn run(
    layers: Vec<Layer>,
    encoding: Encoding,
    deadline: &Deadline,
) -> Result<(Vec<Arc<Encoded>>, Encoded), TileError> {
    let layers = layers.into_iter().map(|layer| match layer {
        Layer::Known(layer) => Ok(layer),
        Layer::Wanted(plan) => build(&plan, deadline).map(|built| Arc::new(Encoded::from(built))),
    });
    let layers = layers.collect::<Result<Vec<_>, TileError>>()?;
    let bytes = match &layers[..] {
        [layer] if encoding == Encoding::Identity => layer.bytes.clone(),
        _ if encoding == Encoding::Identity => Bytes::from(join(&layers)),
        _ => Bytes::from(compress(&join(&layers), encoding)),
    };
    let none = LeftOut::default();
    let left_out = layers.iter().fold(none, |left_out, layer| left_out.or(layer.left_out));
    Ok((layers, Encoded { bytes, left_out }))
}

/// Builds what is wanted and compresses, without keeping any layer singly.
pub(super) fn run_through(
    plans: &[TilePlan],
    encoding: Encoding,
    deadline: &Deadline,
) -> Result<Encoded, TileError> {
    let mut bytes = JOINED.take();
    bytes.clear();
    let mut left_out = LeftOut::default();
    for plan in plans {
        left_out = left_out.or(build_onto(plan, &mut bytes, deadline)?);
    }
    let answer = Encoded { bytes: compress(bytes.bytes(), encoding).into(), left_out };
    if bytes.room() <= MOST_KEPT {
        JOINED.set(bytes);
    }
    Ok(answer)
}

impl From<Built> for Encoded {
    fn from(Built { bytes, left_out }: Built) -> Self {
        Self { bytes: bytes.into(), left_out }
    }
}

/// A tile of several layers is its layers, one after the other (MVT 2.1 section 4.1: layers are a
/// repeated field, which protocol buffers join by concatenation).
fn join(layers: &[Arc<Encoded>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(layers.iter().map(|layer| layer.bytes.len()).sum());
    for layer in layers {
        out.extend_from_slice(&layer.bytes);
    }
    out
}

/// The key of several layers together; of one, its own.
fn joined_key(keys: &[u128]) -> u128 {
    if let [key] = keys {
        return *key;
    }
    let mut joined = Xxh3::new();
    for key in keys {
        joined.update(&key.to_le_bytes());
    }
    joined.digest128()
}

/// An entity tag, quotes included, made without building: equal tags, equal content. Of what is
/// compressed it is weak, as the bytes change when they are compressed again (RFC 9110 section 8.8.1).
#[must_use]
pub fn etag(plans: &[TilePlan], encoding: Encoding) -> String {
    let keys: Vec<u128> = plans.iter().map(TilePlan::key).collect();
    let weak = if encoding == Encoding::Identity { "" } else { "W/" };
    format!("{weak}\"{:032x}-{}\"", joined_key(&keys), encoding.name())
}
