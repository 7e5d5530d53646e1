//! The bounded pool.

use super::Deadline;

/// Runs closures on a bounded number of threads, with a bounded number of others waiting.
pub struct Pool {}

/// Why work was not done.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WorkError {
    /// As many wait already as may.
    #[error("the server is busy")]
    Busy,
    /// The deadline passed before a thread was free.
    #[error("the work waited longer than its deadline allows")]
    TimedOut,
    /// The work panicked.
    #[error("the work failed")]
    Panicked,
}

impl Pool {
    /// `threads` at work, `queue` waiting.
    #[must_use]
    pub fn new(_threads: usize, _queue: usize) -> Self {
        todo!()
    }

    /// Runs `work` on a thread of the pool. Dropping the future cancels the deadline.
    ///
    /// # Errors
    /// See [`WorkError`].
    pub async fn run<T: Send + 'static>(
        &self,
        _deadline: Deadline,
        _work: impl FnOnce(&Deadline) -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        todo!()
    }
}
