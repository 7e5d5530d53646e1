//! The least that an axum server does for an answer of a size: what the server is held against.
//!
//! `cargo bench --bench bare -- --listen 127.0.0.1:8090 --bytes 30000` answers every path until it
//! is stopped: the bytes, or 304 where `If-None-Match` is given. Without `--listen` it does nothing.

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
    let size = argument("--bytes").and_then(|bytes| bytes.parse().ok()).unwrap_or(30_000);
    let body = Bytes::from(vec![b'a'; size]);
    let app = Router::new().fallback(move |headers| async move { answer(&headers, body) });
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
