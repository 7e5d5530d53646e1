//! When work must end.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::WorkError;

/// A time by which work must end, and whether anyone still waits for it. Clones share both.
#[derive(Clone, Debug)]
pub struct Deadline {
    limit: Option<Duration>,
    pub(super) until: Option<Instant>,
    cancelled: Arc<AtomicBool>,
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
        Self { limit: Some(limit), until, cancelled: Arc::default() }
    }

    /// As far from now as this one was when it was made: for the next piece of an answer, since the
    /// time that a client takes to read the piece before it is none of work's. Cancelled with it.
    #[must_use]
    pub(super) fn again(&self) -> Self {
        let until = self.limit.and_then(|limit| Instant::now().checked_add(limit));
        Self { limit: self.limit, until, cancelled: Arc::clone(&self.cancelled) }
    }

    /// Without limit: for the command line, benchmarks and tests.
    #[must_use]
    pub fn never() -> Self {
        Self { limit: None, until: None, cancelled: Arc::default() }
    }

    /// Tells the work to stop at its next check.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// To be called by long loops every some thousand steps.
    ///
    /// # Errors
    /// [`Expired`] once the time is up or the work is cancelled.
    pub fn check(&self) -> Result<(), Expired> {
        let late = self.until.is_some_and(|until| Instant::now() >= until);
        if late || self.cancelled.load(Ordering::Relaxed) { Err(Expired) } else { Ok(()) }
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
