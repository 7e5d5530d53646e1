//! The bounded pool.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Deadline;
use super::lane::{Held, Lane, Stand};

/// Runs closures on a bounded number of threads, with a bounded number of others waiting. What
/// takes long gives up its place and goes on in one of half as many (at least one) beside them, at
/// its next [`Deadline::check`]. Cheap to clone: clones share the bounds.
#[derive(Clone, Debug)]
pub struct Pool {
    threads: usize,
    queue: usize,
    free: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    slow: Arc<Lane>,
}

/// How much is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// Threads at work.
    pub busy: usize,
    /// Calls that wait for a thread.
    pub waiting: usize,
}

/// Why work was not done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WorkError {
    /// As many wait already as may.
    #[error("the server is busy")]
    Busy,
    /// The deadline passed before the work was done.
    #[error("the work took longer than its deadline allows")]
    TimedOut,
    /// The work panicked.
    #[error("the work failed")]
    Panicked,
}

/// Whether a call counts against the bound of the queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Admission {
    /// New work: turned away where the queue is full.
    Bounded,
    /// The next step of work that was let in before.
    Continued,
}

impl Pool {
    /// `threads` at work, `queue` waiting, and half as many of what takes long.
    #[must_use]
    pub fn new(threads: usize, queue: usize) -> Self {
        let threads = threads.clamp(1, Semaphore::MAX_PERMITS);
        let free = Arc::new(Semaphore::new(threads));
        let slow = Arc::new(Lane::new(threads / 2, queue / 2));
        Self { threads, queue, free, waiting: Arc::default(), slow }
    }

    /// How much is under way now.
    #[must_use]
    pub fn load(&self) -> Load {
        Load {
            busy: self.threads.saturating_sub(self.free.available_permits()) + self.slow.busy(),
            waiting: self.waiting.load(Ordering::Relaxed) + self.slow.waiting(),
        }
    }

    /// Runs `work` on a thread of the pool. Dropping the future cancels the deadline; a thread is
    /// free again only when its work has really ended.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn run<T: Send + 'static>(
        &self,
        deadline: Deadline,
        work: impl FnOnce(&Deadline) -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        self.admit(Admission::Bounded, deadline, work).await
    }

    pub(super) async fn admit<T: Send + 'static>(
        &self,
        admission: Admission,
        deadline: Deadline,
        work: impl FnOnce(&Deadline) -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let mut abandoned = CancelOnDrop(Some(deadline.clone()));
        let permit = deadline.bound(self.enter(admission)).await??;
        let stand = Arc::new(Stand::new(Arc::clone(&self.slow), permit));
        let inside = deadline.standing(Arc::clone(&stand));
        let held = Held(Arc::clone(&stand));
        let task = tokio::task::spawn_blocking(move || {
            let _until_done = held;
            catch_unwind(AssertUnwindSafe(|| work(&inside)))
        });
        let outcome = deadline.bound(task).await?;
        abandoned.0 = None;
        match outcome {
            Ok(Ok(_)) if stand.is_refused() => Err(WorkError::Busy),
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => {
                tracing::error!(panic = message_of(&*panic), "work panicked");
                Err(WorkError::Panicked)
            }
            Err(_runtime_ends) => Err(WorkError::Panicked),
        }
    }

    /// Waits in the queue for a free thread.
    async fn enter(&self, admission: Admission) -> Result<OwnedSemaphorePermit, WorkError> {
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
            return Ok(permit);
        }
        let place = Place::take(&self.waiting);
        if admission == Admission::Bounded && place.number > self.queue {
            return Err(WorkError::Busy);
        }
        // The semaphore is never closed.
        Arc::clone(&self.free).acquire_owned().await.map_err(|_closed| WorkError::Busy)
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a> {
    waiting: &'a AtomicUsize,
    /// How many there were with this one.
    number: usize,
}

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Self {
        Self { waiting, number: waiting.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Cancels the deadline when nobody waits for the work any more.
struct CancelOnDrop(Option<Deadline>);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(deadline) = &self.0 {
            deadline.cancel();
        }
    }
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    match panic.downcast_ref::<&str>() {
        Some(text) => text,
        None => panic.downcast_ref::<String>().map_or("(no message)", String::as_str),
    }
}
