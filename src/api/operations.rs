//! For those who run the server: whether it lives, whether it is ready, its counters.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::parameters::{Endpoint, Query};
use super::problem::Problem;
use super::server::Peer;
use super::service::Service;

/// `/healthz`: the process answers.
pub(super) async fn health(RawQuery(query): RawQuery) -> Result<Response, Problem> {
    takes_nothing(query.as_deref())?;
    Ok(uncached(Json(json!({"status": "ok"}))))
}

/// `/readyz`: there is something to serve.
pub(super) async fn ready(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    takes_nothing(query.as_deref())?;
    let view = service.current()?;
    let layers = view.layers().count();
    Ok(uncached(Json(json!({"status": "ready", "edition": view.edition(), "layers": layers}))))
}

/// `/metrics`, in the text form of Prometheus. Until there are keys, only for whoever asks from
/// this machine, and not through a proxy that runs on it.
pub(super) async fn metrics(
    State(service): State<Arc<Service>>,
    parts: Parts,
) -> Result<Response, Problem> {
    let local =
        parts.extensions.get::<Peer>().is_some_and(|peer| peer.0.ip().to_canonical().is_loopback());
    let proxied = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    if !local || proxied.iter().any(|name| parts.headers.contains_key(*name)) {
        return Err(Problem::absent("there is nothing at this path"));
    }
    takes_nothing(parts.uri.query())?;
    let load = service.pool.load();
    metrics::gauge!("onemap_pool_busy").set(load.busy as f64);
    metrics::gauge!("onemap_pool_waiting").set(load.waiting as f64);
    if let Ok(view) = service.current() {
        metrics::gauge!("onemap_edition").set(view.edition() as f64);
        metrics::gauge!("onemap_layers").set(view.layers().count() as f64);
    }
    let text = service.options.metrics.render();
    let media = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(uncached(([(header::CONTENT_TYPE, media)], text)))
}

/// Refuses every parameter.
fn takes_nothing(query: Option<&str>) -> Result<(), Problem> {
    Query::parse(query)?.accept(Endpoint::Operations, None).map(drop)
}

fn uncached(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
