//! Answers that went well: media types, `ETag`, `Cache-Control`.

use axum::http::HeaderName;

/// Says what a tile leaves out to keep its bound.
pub const LEFT_OUT: HeaderName = HeaderName::from_static("onemap-left-out");
