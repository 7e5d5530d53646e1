//! The table of contents: every path and who answers it.

use std::time::Duration;

use axum::Router;
use axum::routing::get;

use super::problem::Problem;
use super::{guard, operations};

/// Every path of the server.
#[must_use]
pub fn router(timeout: Duration) -> Router {
    let paths = Router::new()
        .route("/healthz", get(operations::health))
        .fallback(|| async { Problem::absent("there is nothing at this path") })
        .method_not_allowed_fallback(|| async { Problem::method() });
    guard::around(paths, timeout)
}
