//! When work must end.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::WorkError;
use super::lane::Stand;

/// A time by which work must end, and whether anyone still waits for it. Clones share both.
#[derive(Clone, Debug)]
pub struct Deadline {
    limit: Option<Duration>,
    pub(super) until: Option<Instant>,
    cancelled: Arc<AtomicBool>,
    /// Where the work stands that is held to this, once it is under way on a pool.
    stand: Option<Arc<Stand>>,
}

/// The time is up, or nobody waits any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the work took longer than its deadline allows")]
pub struct Expired;

impl From<Expired> for WorkError {
    fn from(_: Expired) -> Self {
        Self::TimedOut
    }
}

impl Deadline {
    /// `limit` from now.
    #[must_use]
    pub fn after(limit: Duration) -> Self {
        let until = Instant::now().checked_add(limit);
        Self { limit: Some(limit), until, cancelled: Arc::default(), stand: None }
    }

    /// As far from now as this one was when it was made: for the next piece of an answer, since the
    /// time that a client takes to read the piece before it is none of work's. Cancelled with it.
    #[must_use]
    pub(super) fn again(&self) -> Self {
        let until = self.limit.and_then(|limit| Instant::now().checked_add(limit));
        Self { until, stand: None, ..self.clone() }
    }

    /// Without limit: for the command line, benchmarks and tests.
    #[must_use]
    pub fn never() -> Self {
        Self { limit: None, until: None, cancelled: Arc::default(), stand: None }
    }

    /// The same, for work that stands there.
    pub(super) fn standing(&self, stand: Arc<Stand>) -> Self {
        Self { stand: Some(stand), ..self.clone() }
    }

    /// Tells the work to stop at its next check.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// To be called by long loops every some thousand steps. On a pool this may wait: what takes
    /// long lets others go first.
    ///
    /// # Errors
    /// [`Expired`] once the time is up or the work is cancelled.
    pub fn check(&self) -> Result<(), Expired> {
        let now = Instant::now();
        if self.is_over(now) {
            return Err(Expired);
        }
        self.stand.as_ref().map_or(Ok(()), |stand| stand.look(now, self))
    }

    pub(super) fn is_over(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| now >= until) || self.cancelled.load(Ordering::Relaxed)
    }

    /// Waits for `future` until the time is up.
    pub(super) async fn bound<T>(&self, future: impl Future<Output = T>) -> Result<T, Expired> {
        match self.until {
            Some(until) => {
                tokio::time::timeout_at(until.into(), future).await.map_err(|_late| Expired)
            }
            None => Ok(future.await),
        }
    }
}
