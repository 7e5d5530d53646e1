//! Large answers, piece by piece.

use std::pin::Pin;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};

use super::pool::Admission;
use super::{Deadline, Expired, Pool, WorkError};

/// A piece of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Chunk {
    /// More follow.
    More(Bytes),
    /// The answer is complete with this one.
    Last(Bytes),
}

/// The pieces that follow the first, as they are asked for. Ended, it stays so: compression asks once
/// more.
pub type Rest = Pin<Box<dyn Stream<Item = Result<Bytes, WorkError>> + Send>>;

/// An answer that has begun.
pub struct Chunks {
    /// Its first piece, already there: whatever is wrong at the start is known before it is sent.
    pub first: Bytes,
    /// The others; `None` where the first is all.
    pub rest: Option<Rest>,
}

impl Pool {
    /// Makes an answer by calling `step` for one piece after the other, each call on a thread of
    /// the pool, and each only when the piece before it was taken: a client that reads slowly
    /// holds memory of one piece and no thread, one that is gone costs nothing more. Every piece
    /// has the whole time of `deadline`. Only the first call may be turned away as busy; later ones
    /// wait their turn.
    ///
    /// # Errors
    /// See [`WorkError`]; after the first piece, as the last item of the stream.
    pub async fn stream<S>(&self, deadline: Deadline, mut step: S) -> Result<Chunks, WorkError>
    where
        S: FnMut(&Deadline) -> Result<Chunk, Expired> + Send + 'static,
    {
        let begin = move |deadline: &Deadline| (step(deadline), step);
        let (chunk, step) = self.admit(Admission::Bounded, deadline.clone(), begin).await?;
        Ok(match chunk? {
            Chunk::Last(first) => Chunks { first, rest: None },
            Chunk::More(first) => {
                let source = Source { pool: self.clone(), deadline, step };
                let rest = stream::unfold(Some(source), Source::next).fuse();
                Chunks { first, rest: Some(Box::pin(rest)) }
            }
        })
    }
}

/// What makes the next piece.
struct Source<S> {
    pool: Pool,
    deadline: Deadline,
    step: S,
}

impl<S> Source<S>
where
    S: FnMut(&Deadline) -> Result<Chunk, Expired> + Send + 'static,
{
    /// The next piece and what makes those behind it; nothing behind the last and behind errors.
    async fn next(this: Option<Self>) -> Option<(Result<Bytes, WorkError>, Option<Self>)> {
        let Self { pool, deadline, mut step } = this?;
        let deadline = deadline.again();
        let go = move |deadline: &Deadline| (step(deadline), step);
        Some(match pool.admit(Admission::Continued, deadline.clone(), go).await {
            Ok((Ok(Chunk::More(bytes)), step)) => (Ok(bytes), Some(Self { pool, deadline, step })),
            Ok((Ok(Chunk::Last(bytes)), _)) => (Ok(bytes), None),
            Ok((Err(expired), _)) => (Err(expired.into()), None),
            Err(error) => (Err(error), None),
        })
    }
}
