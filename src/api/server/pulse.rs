//! Whether a connection still moves: a silent peer, half a preface, a head that comes byte by byte, a
//! reader that stopped reading. One timer a connection sees them all.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Limits;

/// No byte came.
const NOTHING: u64 = u64::MAX;

/// What is known of a connection's movement.
pub(super) struct Pulse {
    opened: Instant,
    /// Milliseconds after `opened` at which a byte last moved.
    moved: AtomicU64,
    /// The same of the first byte that came since a request's head was complete or anything was
    /// sent; [`NOTHING`] where none did.
    begun: AtomicU64,
    requested: AtomicBool,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            opened: Instant::now(),
            moved: AtomicU64::new(0),
            begun: AtomicU64::new(NOTHING),
            requested: AtomicBool::new(false),
        })
    }

    /// A request's head has come.
    pub(super) fn request(&self) {
        self.requested.store(true, Ordering::Relaxed);
        self.begun.store(NOTHING, Ordering::Relaxed);
    }

    fn came(&self) {
        let now = self.beat();
        if self.begun.load(Ordering::Relaxed) == NOTHING {
            self.begun.store(now, Ordering::Relaxed);
        }
    }

    fn went(&self) {
        self.beat();
        self.begun.store(NOTHING, Ordering::Relaxed);
    }

    fn beat(&self) -> u64 {
        let since = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(NOTHING - 1);
        self.moved.store(since, Ordering::Relaxed);
        since
    }

    /// Ready once the first request is late, no byte moved for too long, or bytes came for as long
    /// that were no request.
    pub(super) async fn stopped(&self, limits: &Limits) {
        loop {
            let until = if self.requested.load(Ordering::Relaxed) {
                let since = [&self.moved, &self.begun].map(|at| at.load(Ordering::Relaxed));
                Duration::from_millis(since[0].min(since[1])) + limits.idle
            } else {
                limits.first_request
            };
            let now = self.opened.elapsed();
            if now >= until {
                return;
            }
            // A request that comes before then may go silent no earlier than an idle time from now.
            tokio::time::sleep_until(self.opened + until.min(now + limits.idle)).await;
        }
    }
}

/// A stream that tells its pulse of every byte that moves.
pub(super) struct Watched {
    pub(super) stream: TcpStream,
    pub(super) pulse: Arc<Pulse>,
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.came();
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.pulse.went();
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        if written.is_ready() {
            self.pulse.went();
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
