//! Which of the tiles kept ready many ask for: they wait here to be compressed again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{Mutex, mpsc};

use super::Encoded;
use super::cache::Key;

/// How often an answer is asked for until it is worth more effort; of those who ask in the same words
/// one in some sixty is seen here.
const OFTEN: u32 = 3;
/// So many wait at most; others are noticed again when they have been asked for as often again.
const MOST_WAITING: usize = 1024;

/// An answer kept ready.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) answer: Arc<Encoded>,
    asked: Arc<AtomicU32>,
}

impl Kept {
    pub(super) fn new(answer: Arc<Encoded>) -> Self {
        Self { answer, asked: Arc::default() }
    }

    /// The same answer in other bytes.
    pub(super) fn with_bytes(&self, bytes: Vec<u8>) -> Self {
        let answer = Encoded { bytes: bytes.into(), left_out: self.answer.left_out };
        Self { answer: Arc::new(answer), asked: Arc::clone(&self.asked) }
    }
}

/// The answers that wait.
pub(super) struct Hot {
    put: mpsc::Sender<Key>,
    take: Mutex<mpsc::Receiver<Key>>,
}

impl Hot {
    pub(super) fn new() -> Self {
        let (put, take) = mpsc::channel(MOST_WAITING);
        Self { put, take: Mutex::new(take) }
    }

    /// Takes notice that `kept` was asked for.
    pub(super) fn note(&self, key: Key, kept: &Kept) {
        let times = kept.asked.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if times == OFTEN && self.put.try_send(key).is_err() {
            kept.asked.store(0, Ordering::Relaxed);
        }
    }

    /// The next one; waits until there is one.
    pub(super) async fn next(&self) -> Option<Key> {
        self.take.lock().await.recv().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::{Encoding, LeftOut};

    fn kept() -> Kept {
        let answer = Encoded { bytes: vec![1].into(), left_out: LeftOut::default() };
        Kept::new(Arc::new(answer))
    }

    #[test]
    fn what_is_asked_for_often_waits_once_and_what_finds_no_room_comes_again() {
        let hot = Hot::new();
        let waits = |key| {
            let mut take = hot.take.try_lock().expect("nobody else takes");
            let next = take.try_recv().ok();
            assert!(next.is_none_or(|next| next == (key, Encoding::Gzip)));
            next.is_some()
        };
        let (once, note) = (kept(), |key, kept: &Kept| hot.note((key, Encoding::Gzip), kept));
        (1..OFTEN).for_each(|_| note(7, &once));
        assert!(!waits(7));
        note(7, &once);
        assert!(waits(7));
        (0..3 * OFTEN).for_each(|_| note(7, &once));
        assert!(!waits(7));

        let late = kept();
        for _ in 0..MOST_WAITING {
            let full = kept();
            (0..OFTEN).for_each(|_| note(8, &full));
        }
        (0..OFTEN).for_each(|_| note(9, &late));
        (0..MOST_WAITING).for_each(|_| assert!(waits(8)));
        assert!(!waits(9));
        (0..OFTEN).for_each(|_| note(9, &late));
        assert!(waits(9));
    }
}
