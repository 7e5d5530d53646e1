//! Work that takes long: it gives up its thread's place to what comes after it and goes on in one
//! of fewer places, so that quick answers are never behind more than a few slow ones.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Deadline, Expired};

/// How long work may take before it counts as long: most tiles and pages are done by then.
const QUICK: Duration = Duration::from_millis(10);
/// How often work that waits for a slow place looks whether anyone still waits for it.
const LOOK: Duration = Duration::from_millis(20);

/// The slow places.
#[derive(Debug)]
pub(super) struct Lane {
    places: usize,
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// How many may wait.
    queue: usize,
}

impl Lane {
    pub(super) fn new(places: usize, queue: usize) -> Self {
        let places = places.clamp(1, Semaphore::MAX_PERMITS);
        Self { places, free: Arc::new(Semaphore::new(places)), waiting: AtomicUsize::new(0), queue }
    }

    /// Slow places taken.
    pub(super) fn busy(&self) -> usize {
        self.places.saturating_sub(self.free.available_permits())
    }

    /// Work that waits for a slow place, each on a thread of its own.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// Where work under way stands: in a quick place, and later in a slow one.
#[derive(Debug)]
pub(super) struct Stand {
    lane: Arc<Lane>,
    runtime: Handle,
    long_from: Instant,
    is_long: AtomicBool,
    refused: AtomicBool,
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Stand {
    /// Begins now, in the quick `place`.
    pub(super) fn new(lane: Arc<Lane>, place: OwnedSemaphorePermit) -> Self {
        Self {
            lane,
            runtime: Handle::current(),
            long_from: Instant::now() + QUICK,
            is_long: AtomicBool::new(false),
            refused: AtomicBool::new(false),
            place: Mutex::new(Some(place)),
        }
    }

    /// Whether the work was stopped because too many long ones wait.
    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Moves work that has become long by `now` to a slow place, waiting for one.
    ///
    /// # Errors
    /// [`Expired`] where `deadline` ends first or too many wait already.
    pub(super) fn look(&self, now: Instant, deadline: &Deadline) -> Result<(), Expired> {
        if now < self.long_from || self.is_long.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        self.put(None);
        let free = Arc::clone(&self.lane.free);
        let place = match Arc::clone(&free).try_acquire_owned() {
            Ok(place) => place,
            Err(_all_taken) => self.wait(free, deadline)?,
        };
        self.put(Some(place));
        Ok(())
    }

    fn wait(
        &self,
        free: Arc<Semaphore>,
        deadline: &Deadline,
    ) -> Result<OwnedSemaphorePermit, Expired> {
        let waiting = Waiting(&self.lane.waiting);
        if waiting.0.fetch_add(1, Ordering::Relaxed) >= self.lane.queue {
            self.refused.store(true, Ordering::Relaxed);
            return Err(Expired);
        }
        self.runtime.block_on(async {
            let mut turn = pin!(free.acquire_owned());
            loop {
                match tokio::time::timeout(LOOK, &mut turn).await {
                    Ok(place) => return place.map_err(|_never_closed| Expired),
                    Err(_not_yet) if deadline.is_over(Instant::now()) => return Err(Expired),
                    Err(_not_yet) => {}
                }
            }
        })
    }

    fn put(&self, place: Option<OwnedSemaphorePermit>) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }
}

/// Work under way: gives back its place when dropped.
pub(super) struct Held(pub(super) Arc<Stand>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.put(None);
    }
}

/// One that waits, until dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
