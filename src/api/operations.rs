//! For those who run the server: whether it lives, whether it is ready, its counters.

use axum::Json;
use axum::response::IntoResponse;
use serde_json::json;

/// `/healthz`: the process answers.
pub(super) async fn health() -> impl IntoResponse {
    Json(json!({"status": "ok"}))
}
