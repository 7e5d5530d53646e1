//! Tiles that are asked for again in the same words: what the words meant is remembered, so that a
//! tile kept ready is sent without working it out again.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::guard::to_one_host;
use crate::tile::Encoded;
use crate::time::Instant;

/// Paths that are remembered begin like this.
const PREFIX: &str = "/xyz/";
const SHARDS: usize = 8;
/// Answers that a shard remembers, of some 2 kB each; then it begins anew.
const MOST: usize = 1024;
/// Longer words are not remembered.
const MOST_BYTES: usize = 1024;
/// One recall of so many goes the long way, so that the tiles kept ready know what is wanted.
const LONG_WAY: u32 = 64;

/// What a handler says of a tile's answer that may be given again: an extension of the answer.
#[derive(Clone)]
pub(super) struct Recallable {
    /// The edition that answered, as the one of today.
    pub(super) edition: u64,
    /// Until when the same words mean the same; `None`: as long as the edition lasts.
    pub(super) until: Option<Instant>,
    /// The tile, which is given again as long as it is kept ready.
    pub(super) tile: Arc<Encoded>,
}

struct Known {
    words: Box<[u8]>,
    edition: u64,
    until: Option<Instant>,
    tile: Weak<Encoded>,
    headers: HeaderMap,
    /// Those of an answer without content.
    unchanged: HeaderMap,
    recalls: AtomicU32,
}

/// Answers by the hash of their words; of equal hashes, the last.
type Shard = RwLock<FxHashMap<u64, Known>>;

/// The answers remembered, by the words that asked for them.
pub(super) struct Recall {
    /// Nobody can choose words of equal hashes.
    seed: u64,
    shards: [Shard; SHARDS],
}

impl Recall {
    pub(super) fn new() -> Self {
        Self { seed: RandomState::new().hash_one(0), shards: Default::default() }
    }

    /// The answer to a request of these `words`, if it is remembered and still right.
    pub(super) fn answer<B>(
        &self,
        words: &[u8],
        request: &Request<B>,
        (edition, now): (u64, Instant),
    ) -> Option<Response<Body>> {
        let hash = xxh3_64_with_seed(words, self.seed);
        let shard = self.shard(hash).read().unwrap_or_else(PoisonError::into_inner);
        let known = shard.get(&hash).filter(|known| *known.words == *words)?;
        if known.edition != edition || known.until.is_some_and(|until| now >= until) {
            return None;
        }
        if known.recalls.fetch_add(1, Ordering::Relaxed) % LONG_WAY == LONG_WAY - 1 {
            return None;
        }
        let tile = known.tile.upgrade()?;
        let (status, body, headers) = match request.headers().get(header::IF_NONE_MATCH) {
            None if tile.bytes.is_empty() => {
                (StatusCode::NO_CONTENT, Body::empty(), &known.headers)
            }
            None => (StatusCode::OK, Body::from(tile.bytes.clone()), &known.headers),
            // Lists and weak tags are for those who read them.
            Some(tag) if Some(tag) == known.headers.get(header::ETAG) => {
                (StatusCode::NOT_MODIFIED, Body::empty(), &known.unchanged)
            }
            Some(_) => return None,
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers.clone();
        Some(response)
    }

    /// Remembers the `response` to a request of these words, if its handler says that it may be.
    pub(super) fn remember(&self, words: Box<[u8]>, response: &mut Response<Body>) {
        let Some(said) = response.extensions_mut().remove::<Recallable>() else { return };
        let Recallable { edition, until, tile } = said;
        let hash = xxh3_64_with_seed(&words, self.seed);
        let known = Known {
            words,
            edition,
            until,
            tile: Arc::downgrade(&tile),
            headers: response.headers().clone(),
            unchanged: without_content(response.headers().clone()),
            recalls: AtomicU32::new(0),
        };
        let mut shard = self.shard(hash).write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= MOST {
            shard.clear();
        }
        shard.insert(hash, known);
    }

    fn shard(&self, hash: u64) -> &Shard {
        &self.shards[hash as usize % SHARDS]
    }
}

/// All of a request that a tile's answer depends on, but for the time and the edition of today, into
/// `out`; `false` for requests whose answers are not remembered.
pub(super) fn words<B>(request: &Request<B>, out: &mut Vec<u8>) -> bool {
    out.clear();
    let headers = request.headers();
    let plain = request.method() == Method::GET
        && request.uri().path().starts_with(PREFIX)
        && !headers.contains_key(header::CONTENT_LENGTH)
        && to_one_host(request).is_ok();
    let Some(target) = request.uri().path_and_query().filter(|_| plain) else { return false };
    out.extend_from_slice(target.as_str().as_bytes());
    for name in [header::ACCEPT, header::ACCEPT_ENCODING] {
        for value in headers.get_all(name) {
            // No target or value holds a line break, so no two sets of words run into each other.
            out.push(b'\n');
            out.extend_from_slice(value.as_bytes());
        }
        out.push(b'\n');
    }
    out.len() <= MOST_BYTES
}

/// Without what a 304 does not repeat of the answer with content.
fn without_content(mut headers: HeaderMap) -> HeaderMap {
    for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, super::respond::LEFT_OUT] {
        headers.remove(name);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::LeftOut;

    const EDITION: u64 = 3;

    fn request(target: &str, fields: &[(&'static str, &str)]) -> Request<()> {
        let request = Request::get(target).header("host", "here");
        let all =
            fields.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        all.body(()).expect("a request")
    }

    fn words_of(request: &Request<()>) -> Option<Box<[u8]>> {
        let mut out = Vec::new();
        words(request, &mut out).then(|| out.into())
    }

    /// A tile that is kept ready, remembered for `request`.
    fn remembered(recall: &Recall, request: &Request<()>, until: Option<Instant>) -> Arc<Encoded> {
        let bytes = vec![7; 9].into();
        let tile = Encoded { bytes, left_out: LeftOut::default() };
        let tile = Arc::new(tile);
        let mut response = Response::new(Body::empty());
        for (name, value) in [("etag", "\"a\""), ("content-type", "mvt"), ("vary", "accept")] {
            response.headers_mut().insert(name, value.parse().expect("a value"));
        }
        let said = Recallable { edition: EDITION, until, tile: Arc::clone(&tile) };
        response.extensions_mut().insert(said);
        recall.remember(words_of(request).expect("words"), &mut response);
        tile
    }

    #[test]
    fn the_same_words_get_the_same_answer_while_edition_moment_and_tile_last() {
        let (recall, at) = (Recall::new(), Instant::from_millis);
        let plain = request("/xyz/a.b/1/0/0.mvt?x=1", &[]);
        let tile = remembered(&recall, &plain, Some(at(10)));
        let answer = |request: &Request<()>, edition, now| {
            recall.answer(&words_of(request)?, request, (edition, at(now)))
        };
        let found = answer(&plain, EDITION, 9).expect("it is remembered");
        assert_eq!((found.status(), found.headers().len()), (StatusCode::OK, 3));
        assert!(answer(&plain, EDITION, 10).is_none());
        assert!(answer(&plain, EDITION + 1, 9).is_none());
        for other in [
            request("/xyz/a.b/1/0/0.mvt?x=2", &[]),
            request("/xyz/a.b/1/0/0.mvt?x=1", &[("accept-encoding", "gzip")]),
            request("/xyz/a.b/1/0/0.mvt?x=1", &[("accept", "text/html")]),
        ] {
            assert!(answer(&other, EDITION, 9).is_none(), "{other:?}");
        }
        let same = request("/xyz/a.b/1/0/0.mvt?x=1", &[("if-none-match", "\"a\"")]);
        let found = answer(&same, EDITION, 9).expect("it is remembered");
        assert_eq!((found.status(), found.headers().len()), (StatusCode::NOT_MODIFIED, 2));
        let listed = request("/xyz/a.b/1/0/0.mvt?x=1", &[("if-none-match", "\"a\", \"b\"")]);
        assert!(answer(&listed, EDITION, 9).is_none());
        drop(tile);
        assert!(answer(&plain, EDITION, 9).is_none());
    }

    #[test]
    fn one_recall_of_many_goes_the_long_way() {
        let (recall, plain) = (Recall::new(), request("/xyz/a.b/1/0/0.mvt", &[]));
        let _tile = remembered(&recall, &plain, None);
        let words = words_of(&plain).expect("words");
        let now = Instant::from_millis(0);
        let found = (0..128).filter(|_| recall.answer(&words, &plain, (EDITION, now)).is_some());
        assert_eq!(found.count(), 126);
    }

    #[test]
    fn only_plain_questions_for_tiles_have_words() {
        assert!(words_of(&request("/collections", &[])).is_none());
        assert!(words_of(&request("/xyz/a.b/1/0/0.mvt", &[("host", "there")])).is_none());
        let mut hostless = request("/xyz/a.b/1/0/0.mvt", &[]);
        hostless.headers_mut().remove("host");
        assert!(words_of(&hostless).is_none());
        assert!(words_of(&request("/xyz/a.b/1/0/0.mvt", &[("content-length", "1")])).is_none());
        assert!(words_of(&request(&format!("/xyz/{}", "a".repeat(2000)), &[])).is_none());
        let mut head = request("/xyz/a.b/1/0/0.mvt", &[]);
        *head.method_mut() = Method::HEAD;
        assert!(words_of(&head).is_none());
    }
}
