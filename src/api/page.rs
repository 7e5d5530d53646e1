//! The map page and its files, from inside the program.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use rust_embed::{EmbeddedFile, RustEmbed};

use super::ask::Ask;
use super::landing;
use super::negotiate::{self, HTML, JSON};
use super::parameters::{Endpoint, Query};
use super::problem::Problem;
use super::respond::{self, Fresh};
use super::service::Service;

/// The built page: `index.html`, and what lies in `assets/`.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Dist;

/// Nothing from outside; the map's workers and images are made in place.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; \
    style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; \
    base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/// `/`: the map for browsers, the landing page as JSON for everyone else.
pub(super) async fn root(ask: Ask) -> Result<Response, Problem> {
    let offer = negotiate::offer(ask.query.format(), &ask.headers, &[JSON, HTML])?;
    if offer == JSON {
        return landing::landing(&ask);
    }
    // What the page itself keeps in its address is not the server's to refuse.
    let mut response = file("index.html", &ask.headers, Fresh::For(ask.service.options.max_age))?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    Ok(response)
}

/// `/assets/…`: the page's files.
pub(super) async fn asset(
    State(service): State<Arc<Service>>,
    parts: Parts,
) -> Result<Response, Problem> {
    Query::parse(parts.uri.query())?.accept(Endpoint::Operations, None)?;
    let path = parts.uri.path().trim_start_matches('/');
    file(path, &parts.headers, Fresh::For(service.options.max_age))
}

fn file(path: &str, headers: &HeaderMap, fresh: Fresh) -> Result<Response, Problem> {
    const VARY: &str = "accept-encoding";
    let found = Dist::get(path);
    let file = found.ok_or_else(|| Problem::absent("there is nothing at this path"))?;
    let etag = tag(&file);
    if respond::none_match(headers, &etag) {
        return Ok(respond::not_modified(&etag, fresh, VARY));
    }
    let mut response = Response::new(Body::from(file.data));
    response.headers_mut().insert(header::CONTENT_TYPE, media_type(path));
    respond::stamp(&mut response, &etag, fresh, VARY);
    Ok(response)
}

/// The hash that was taken of the file when the program was built, as a weak tag: the transport may
/// compress.
fn tag(file: &EmbeddedFile) -> String {
    let hash = u128::from_be_bytes(*file.metadata.sha256_hash().first_chunk().unwrap_or(&[0; 16]));
    format!("W/\"{hash:032x}\"")
}

fn media_type(path: &str) -> HeaderValue {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = match (guess.type_().as_str(), guess.subtype().as_str()) {
        ("text", _) | (_, "javascript") => format!("{}; charset=utf-8", guess.essence_str()),
        _ => guess.essence_str().to_owned(),
    };
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}
