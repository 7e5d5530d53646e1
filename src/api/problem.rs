//! What is answered where something went wrong: problem details (RFC 9457). The only place that
//! knows status codes of errors.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::catalog::CatalogError;
use crate::model::ErrorKind;
use crate::query::QueryError;
use crate::tile::TileError;
use crate::work::WorkError;

/// Seconds after which a busy server may be asked again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// A problem, ready to be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    status: StatusCode,
    name: &'static str,
    title: &'static str,
    detail: String,
    parameter: Option<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
}

impl Problem {
    const fn new(
        status: StatusCode,
        name: &'static str,
        title: &'static str,
        detail: String,
    ) -> Self {
        Self { status, name, title, detail, parameter: None }
    }

    /// What an error of `kind` means, told by `detail`.
    #[must_use]
    pub fn of(kind: ErrorKind, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        match kind {
            ErrorKind::Absent => Self::absent(detail),
            ErrorKind::Gone => Self::new(StatusCode::GONE, "gone", "No longer there", detail),
            ErrorKind::Invalid { parameter } => Self::invalid(parameter, detail),
            ErrorKind::Busy => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "The server is busy", detail)
            }
            ErrorKind::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "More than the server gives",
                detail,
            ),
            ErrorKind::TimedOut => Self::new(
                StatusCode::GATEWAY_TIMEOUT,
                "timed-out",
                "The answer took too long",
                detail,
            ),
            ErrorKind::Internal => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "A fault of the server",
                detail,
            ),
        }
    }

    /// A parameter (of the query or of the path) that cannot be answered.
    #[must_use]
    pub fn invalid(parameter: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            parameter: Some(parameter.into()),
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "invalid-parameter",
                "A parameter cannot be answered",
                detail.into(),
            )
        }
    }

    /// A request that cannot be read at all.
    #[must_use]
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "The request cannot be read", detail.into())
    }

    /// Nothing there.
    #[must_use]
    pub fn absent(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "absent", "Nothing there", detail.into())
    }

    /// A method that the resource does not have; the router adds `Allow`.
    #[must_use]
    pub fn method() -> Self {
        let detail = "the header `Allow` lists the methods that this resource has".to_owned();
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", "Not with this method", detail)
    }

    /// None of the media types asked for is offered.
    #[must_use]
    pub fn not_acceptable(offered: &[&str]) -> Self {
        let detail = format!("offered here: {}", offered.join(", "));
        Self::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", "Not offered", detail)
    }

    /// A request body above `limit` bytes.
    #[must_use]
    pub fn body_too_large(limit: u64) -> Self {
        let detail = format!("a request body may have {limit} bytes");
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            "The request is too large",
            detail,
        )
    }

    /// A request target above `limit` bytes.
    #[must_use]
    pub fn target_too_long(limit: usize) -> Self {
        let detail = format!("path and query together may have {limit} bytes");
        Self::new(StatusCode::URI_TOO_LONG, "target-too-long", "The address is too long", detail)
    }

    /// Nothing to serve yet.
    #[must_use]
    pub fn not_ready(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-ready",
            "The server is not ready",
            detail.into(),
        )
    }

    /// Names the parameter at fault.
    #[must_use]
    pub fn at(mut self, parameter: impl Into<String>) -> Self {
        self.parameter = Some(parameter.into());
        self
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        Self::of(error.kind(), error.to_string())
    }
}

impl From<TileError> for Problem {
    fn from(error: TileError) -> Self {
        Self::of(error.kind(), error.to_string())
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        Self::of(error.kind(), error.to_string())
    }
}

impl From<WorkError> for Problem {
    fn from(error: WorkError) -> Self {
        let kind = match error {
            WorkError::Busy => ErrorKind::Busy,
            WorkError::TimedOut => ErrorKind::TimedOut,
            WorkError::Panicked => ErrorKind::Internal,
        };
        Self::of(kind, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: format!("urn:onemap:problem:{}", self.name),
            title: self.title,
            status: self.status.as_u16(),
            detail: &self.detail,
            parameter: self.parameter.as_deref(),
        };
        let text = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}
