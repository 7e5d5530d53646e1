//! The least that an axum server does for an answer of a size: what the server is held against.
//!
//! `cargo bench --bench bare -- --listen 127.0.0.1:8090 --bytes 30000` answers every path until it
//! is stopped: the bytes, or 304 where `If-None-Match` is given. With `--bytes 30000,91000` it has a
//! body of each size and gives them in turn, so that they come from memory as tiles do, and not from
//! the processor's cache. Without `--listen` it does nothing.

use std::num::ParseIntError;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::net::TcpListener;

const TAG: HeaderValue = HeaderValue::from_static("\"1\"");

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let Some(address) = argument("--listen") else { return Ok(()) };
    let sizes = argument("--bytes").unwrap_or_else(|| "30000".to_owned());
    let bodies: Result<Vec<Bytes>, _> =
        sizes.split(',').map(|size| Ok(Bytes::from(vec![b'a'; size.parse()?]))).collect();
    let bodies = bodies.map_err(|error: ParseIntError| std::io::Error::other(error))?;
    let (bodies, turn) = (Arc::new(bodies), Arc::new(AtomicUsize::new(0)));
    let app = Router::new().fallback(move |headers| async move {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        answer(&headers, bodies[turn % bodies.len()].clone())
    });
    axum::serve(TcpListener::bind(address).await?, app).await
}

fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

fn answer(headers: &HeaderMap, body: Bytes) -> Response {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, TAG)]).into_response();
    }
    let media = HeaderValue::from_static("application/vnd.mapbox-vector-tile");
    ([(header::CONTENT_TYPE, media), (header::ETAG, TAG)], Body::from(body)).into_response()
}
