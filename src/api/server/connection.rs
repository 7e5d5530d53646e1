//! One connection, from its opening to its end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use tokio::net::TcpStream;

use super::Limits;
use super::pulse::{Pulse, Watched};
use crate::api::Front;

/// Header fields of a request.
const MAX_HEADERS: usize = 100;
/// Bytes of an HTTP/1 head: enough for hyper to read a target that is too long to its end and say
/// so (414) instead of hanging up.
const MAX_HEAD: usize = 400 << 10;
/// Bytes of an HTTP/2 header list.
const MAX_HEADER_LIST: u32 = 32 << 10;
/// Requests at once on an HTTP/2 connection.
const MAX_STREAMS: u32 = 64;
/// Bytes an HTTP/2 stream may have waiting to be sent.
const MAX_SEND_BUFFER: usize = 256 << 10;
/// Streams that a peer may reset before they were looked at: as many as a map that is panned fast
/// gives up at once. Work for those that were is stopped, so they cost little more than their heads.
const MAX_RESETS: usize = 1024;
/// How often a quiet HTTP/2 peer is asked whether it lives, and how long it may take to say so.
const PING: (Duration, Duration) = (Duration::from_secs(20), Duration::from_secs(10));

/// The address at the other end of the connection: an extension of every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

pub(super) async fn run(
    stream: TcpStream,
    peer: SocketAddr,
    front: Front,
    limits: Limits,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "the connection keeps Nagle's algorithm");
    }
    let pulse = Pulse::new();
    let seen = Arc::clone(&pulse);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        seen.request();
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(peer, request).await) }
    });
    let io = TokioIo::new(Watched { stream, pulse: Arc::clone(&pulse) });
    let connection = builder().serve_connection(io, service).into_owned();
    tokio::select! {
        ended = watcher.watch(connection) => {
            if let Err(error) = ended {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
        }
        () = pulse.stopped(&limits) => tracing::debug!(%peer, "a silent connection is closed"),
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Without a timer of its own for every head: the pulse sees those that come too slowly.
    builder.http1().max_headers(MAX_HEADERS).max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_LIST)
        .max_send_buf_size(MAX_SEND_BUFFER)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .keep_alive_interval(PING.0)
        .keep_alive_timeout(PING.1);
    builder
}
