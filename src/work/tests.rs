//! The pool's promises: bounds, deadlines, panics, and who holds a thread.

use std::sync::mpsc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;

use super::*;

/// Work that says when it begins and ends when it is let.
fn held() -> (impl FnOnce(&Deadline) + Send + 'static, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (begun, has_begun) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let work = move |_: &Deadline| {
        let _ = begun.send(());
        let _ = released.recv();
    };
    (work, has_begun, release)
}

/// Lets other tasks run until `done`.
async fn until(mut done: impl FnMut() -> bool) {
    while !done() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn work_gives_its_value() {
    let pool = Pool::new(2, 2);
    assert_eq!(pool.run(Deadline::never(), |_| 6 * 7).await, Ok(42));
    assert_eq!(pool.load(), Load { busy: 0, waiting: 0 });
}

#[tokio::test]
async fn work_beyond_the_threads_waits_and_beyond_the_queue_is_turned_away() {
    let pool = Pool::new(1, 1);
    let (work, begun, release) = held();
    let first = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(Deadline::never(), work).await }
    });
    until(|| begun.try_recv().is_ok()).await;
    let second = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(Deadline::never(), |_| 2).await }
    });
    until(|| pool.load().waiting == 1).await;
    assert_eq!(pool.load(), Load { busy: 1, waiting: 1 });
    assert_eq!(pool.run(Deadline::never(), |_| 3).await, Err(WorkError::Busy));
    release.send(()).expect("the work waits");
    assert_eq!(first.await.expect("no panic"), Ok(()));
    assert_eq!(second.await.expect("no panic"), Ok(2));
    assert_eq!(pool.load(), Load { busy: 0, waiting: 0 });
}

#[tokio::test]
async fn waiting_in_the_queue_ends_with_the_deadline() {
    let pool = Pool::new(1, 1);
    let (work, begun, release) = held();
    let first = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(Deadline::never(), work).await }
    });
    until(|| begun.try_recv().is_ok()).await;
    let soon = Deadline::after(Duration::from_millis(5));
    assert_eq!(pool.run(soon, |_| ()).await, Err(WorkError::TimedOut));
    assert_eq!(pool.load(), Load { busy: 1, waiting: 0 });
    release.send(()).expect("the work waits");
    assert_eq!(first.await.expect("no panic"), Ok(()));
}

#[tokio::test]
async fn a_panic_is_an_error_and_frees_its_thread() {
    let pool = Pool::new(1, 0);
    let outcome = pool.run(Deadline::never(), |_| panic!("as the test wants")).await;
    assert_eq!(outcome, Err::<(), _>(WorkError::Panicked));
    assert_eq!(pool.run(Deadline::never(), |_| 1).await, Ok(1));
}

#[tokio::test]
async fn work_that_nobody_waits_for_is_told_to_stop() {
    let pool = Pool::new(1, 0);
    let (begun, has_begun) = mpsc::channel();
    let task = tokio::spawn({
        let pool = pool.clone();
        async move {
            let work = move |deadline: &Deadline| {
                let _ = begun.send(());
                while deadline.check().is_ok() {
                    std::thread::yield_now();
                }
            };
            pool.run(Deadline::never(), work).await
        }
    });
    until(|| has_begun.try_recv().is_ok()).await;
    task.abort();
    until(|| pool.load().busy == 0).await;
}

#[tokio::test]
async fn work_past_its_deadline_is_not_waited_for_but_keeps_its_thread() {
    let pool = Pool::new(1, 0);
    let (work, _begun, release) = held();
    let soon = Deadline::after(Duration::from_millis(5));
    assert_eq!(pool.run(soon.clone(), work).await, Err(WorkError::TimedOut));
    assert_eq!(soon.check(), Err(Expired));
    assert_eq!(pool.load().busy, 1);
    assert_eq!(pool.run(Deadline::never(), |_| ()).await, Err(WorkError::Busy));
    release.send(()).expect("the work waits");
    until(|| pool.load().busy == 0).await;
}

/// Steps that give the numbers up to `last`, each as one byte.
fn numbers(last: u8) -> impl FnMut(&Deadline) -> Result<Chunk, Expired> + Send + 'static {
    let mut next = 0;
    move |deadline| {
        deadline.check()?;
        let bytes = Bytes::copy_from_slice(&[next]);
        next += 1;
        Ok(if next > last { Chunk::Last(bytes) } else { Chunk::More(bytes) })
    }
}

#[tokio::test]
async fn a_stream_gives_every_piece_in_order() {
    let pool = Pool::new(1, 0);
    let chunks = pool.stream(Deadline::never(), numbers(5)).await.expect("not busy");
    let rest: Vec<_> = chunks.rest.expect("more pieces").collect().await;
    let pieces: Vec<u8> = rest.into_iter().map(|piece| piece.expect("a piece")[0]).collect();
    assert_eq!((&chunks.first[..], &pieces[..]), (&[0][..], &[1, 2, 3, 4, 5][..]));
    let short = pool.stream(Deadline::never(), numbers(0)).await.expect("not busy");
    assert!(short.rest.is_none(), "one piece is all");
}

#[tokio::test]
async fn every_piece_of_a_stream_has_the_whole_time_of_its_deadline() {
    let pool = Pool::new(1, 0);
    let limit = Duration::from_secs(3600);
    let (seen, pieces) = mpsc::channel();
    let mut left = 3;
    let step = move |deadline: &Deadline| {
        let _ = seen.send(deadline.clone());
        left -= 1;
        Ok(if left > 0 { Chunk::More(Bytes::new()) } else { Chunk::Last(Bytes::new()) })
    };
    let first = Deadline::after(limit);
    let mut rest = pool.stream(first.clone(), step).await.expect("not busy").rest.expect("more");
    let asked = std::time::Instant::now();
    while rest.next().await.is_some() {}
    let pieces: Vec<_> = pieces.iter().collect();
    assert_eq!(pieces.len(), 3);
    let later = |deadline: &Deadline| deadline.until.is_some_and(|at| at >= asked + limit);
    assert!(pieces[1..].iter().all(later), "{pieces:?}");
    first.cancel();
    assert!(pieces.iter().all(|deadline| deadline.check().is_err()), "cancelled with it");
}

#[tokio::test]
async fn a_stream_that_nobody_reads_holds_no_thread() {
    let pool = Pool::new(1, 0);
    let unread = pool.stream(Deadline::never(), numbers(5)).await.expect("not busy");
    assert_eq!(pool.load(), Load { busy: 0, waiting: 0 });
    assert_eq!(pool.run(Deadline::never(), |_| 1).await, Ok(1));
    drop(unread);
}

#[tokio::test]
async fn a_stream_ends_with_an_error_at_its_deadline_and_when_a_step_panics() {
    let pool = Pool::new(1, 0);
    let deadline = Deadline::never();
    let chunks = pool.stream(deadline.clone(), numbers(5)).await.expect("not busy");
    deadline.cancel();
    let rest: Vec<_> = chunks.rest.expect("more pieces").collect().await;
    assert_eq!(rest, [Err(WorkError::TimedOut)]);

    let mut first = true;
    let step = move |_: &Deadline| {
        assert!(std::mem::take(&mut first), "as the test wants");
        Ok(Chunk::More(Bytes::new()))
    };
    let chunks = pool.stream(Deadline::never(), step).await.expect("not busy");
    let rest: Vec<_> = chunks.rest.expect("more pieces").collect().await;
    assert_eq!(rest, [Err(WorkError::Panicked)]);
}

/// Work that looks at its deadline until it is let, or stopped.
fn long() -> (impl FnOnce(&Deadline) -> Result<(), Expired> + Send + 'static, mpsc::Sender<()>) {
    let (release, released) = mpsc::channel::<()>();
    let work = move |deadline: &Deadline| {
        while released.try_recv().is_err() {
            deadline.check()?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    };
    (work, release)
}

#[tokio::test]
async fn long_work_lets_others_go_first_and_too_much_of_it_is_turned_away() {
    let pool = Pool::new(1, 2);
    let begin = || {
        let ((work, release), pool) = (long(), pool.clone());
        let deadline = Deadline::after(Duration::from_secs(60));
        (tokio::spawn(async move { pool.run(deadline, work).await }), release)
    };
    let (first, release_first) = begin();
    let (second, release_second) = begin();
    // One goes on in the slow place, one waits for it: the thread's place is free.
    until(|| pool.load() == Load { busy: 1, waiting: 1 }).await;
    assert_eq!(pool.run(Deadline::never(), |_| 5).await, Ok(5));
    let (third, _release) = begin();
    assert_eq!(third.await.expect("no panic"), Err(WorkError::Busy));
    // Nobody waits for the second any more, so it ends where it waits.
    second.abort();
    until(|| pool.load() == Load { busy: 1, waiting: 0 }).await;
    drop(release_second);
    release_first.send(()).expect("the work looks");
    assert_eq!(first.await.expect("no panic"), Ok(Ok(())));
    until(|| pool.load() == Load { busy: 0, waiting: 0 }).await;
}

#[tokio::test]
async fn leisure_is_when_no_thread_is_busy() {
    let pool = Pool::new(2, 2);
    let (work, begun, release) = held();
    let busy = tokio::spawn({
        let pool = pool.clone();
        async move { pool.run(Deadline::never(), work).await }
    });
    until(|| begun.try_recv().is_ok()).await;
    let idle = tokio::spawn({
        let pool = pool.clone();
        async move { pool.at_leisure(|| 7).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!idle.is_finished(), "a thread is busy");
    release.send(()).expect("the work waits");
    assert_eq!(busy.await.expect("no panic"), Ok(()));
    assert_eq!(idle.await.expect("no panic"), Ok(7));
    assert_eq!(pool.at_leisure(|| panic!("meant")).await, Err::<(), _>(WorkError::Panicked));
}

#[tokio::test]
async fn work_at_leisure_leaves_nine_tenths_of_the_time_to_others() {
    let (pool, begun) = (Pool::new(1, 1), std::time::Instant::now());
    let work = || std::thread::sleep(Duration::from_millis(10));
    pool.at_leisure(work).await.expect("no panic");
    assert!(begun.elapsed() >= Duration::from_millis(100));
}
