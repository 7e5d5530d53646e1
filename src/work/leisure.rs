//! Work that nobody waits for.

use std::time::{Duration, Instant};

use super::{Pool, WorkError};

/// How often a pool at work is looked at again.
const LOOK: Duration = Duration::from_millis(20);
/// The rest after work, in times of what the work took.
const REST: u32 = 9;

impl Pool {
    /// Runs `work` beside the threads of the pool, once none of them is busy, and rests afterwards
    /// for nine times as long as it took: who has one piece of work after the other done so takes a
    /// tenth of one processor, whatever else (answers that need no work, other programs) wants it.
    ///
    /// # Errors
    /// [`WorkError::Panicked`].
    pub async fn at_leisure<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        while self.load().busy > 0 {
            tokio::time::sleep(LOOK).await;
        }
        let begun = Instant::now();
        let done = tokio::task::spawn_blocking(work).await;
        tokio::time::sleep(begun.elapsed() * REST).await;
        done.map_err(|_panic| WorkError::Panicked)
    }
}
