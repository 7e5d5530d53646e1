//! The table of contents: every path and who answers it.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use tower_http::compression::CompressionLayer;

use super::problem::Problem;
use super::service::Service;
use super::{catalogue, guard, items, landing, openapi, operations, page, tiles};

/// Where tiles are.
pub(super) const TILE: &str = "/xyz/{ids}/{z}/{x}/{y}";

/// Every path of the server.
pub(super) fn router(service: Arc<Service>) -> Router {
    let timeout = service.options.timeout;
    let documents = Router::new()
        .route("/", get(page::root))
        .route("/assets/{*path}", get(page::asset))
        .route("/api", get(openapi::api))
        .route("/conformance", get(landing::conformance))
        .route("/themes", get(catalogue::themes))
        .route("/themes/{theme}", get(catalogue::theme))
        .route("/collections", get(catalogue::collections))
        .route("/collections/{id}", get(catalogue::collection))
        .route("/collections/{id}/items", get(items::items))
        .route("/collections/{id}/items/{fid}", get(items::item))
        .route("/editions", get(landing::editions))
        // matchit takes no suffix behind a parameter: `.json` and `.mvt` are the handlers' to strip.
        .route("/xyz/{ids}", get(tiles::tilejson))
        .layer(CompressionLayer::new())
        .layer(from_fn(guard::encoded));
    let paths = Router::new()
        .merge(documents)
        .route(TILE, get(tiles::tile))
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .fallback(|| async { Problem::absent("there is nothing at this path") })
        .method_not_allowed_fallback(|| async { Problem::method() })
        .with_state(service);
    guard::around(paths, timeout)
}
