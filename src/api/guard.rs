//! What stands around every handler: limits of the request, the time it may take, panics, CORS,
//! security headers, the log and the counters.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{self, HeaderName, HeaderValue, Method, Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};

use super::problem::Problem;
use super::respond::{CONTENT_CRS, LEFT_OUT};
use super::{links, negotiate};
use crate::model::ErrorKind;
use crate::tile::Encoding;

/// Bytes of path and query.
const MAX_TARGET: usize = 16 << 10;
/// Bytes of a request body.
const MAX_BODY: u64 = 1 << 20;
/// The counter of requests, by route and status.
pub(super) const REQUESTS: &str = "onemap_requests_total";
/// The histogram of answer times, by route.
pub(super) const SECONDS: &str = "onemap_request_seconds";
/// Characters of path and query that the log shows.
const LOGGED_TARGET: usize = 300;
/// How long a browser may remember what CORS allows.
const CORS_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Puts the guards around `router`. `limit`: until the head of an answer must be there.
pub(super) fn around(router: Router, limit: Duration) -> Router {
    router
        .layer(from_fn_with_state(limit, timely))
        .layer(from_fn(bounded))
        .layer(CatchPanicLayer::custom(|panic: Box<dyn std::any::Any + Send>| {
            let reason = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("without a message");
            tracing::error!(reason, "a handler panicked");
            Problem::of(ErrorKind::Internal, "the request failed; the log says why").into_response()
        }))
        .layer(from_fn(secured))
        .layer(cors())
        .layer(from_fn(logged))
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers(Any)
        .expose_headers([header::ETAG, header::RETRY_AFTER, CONTENT_CRS, LEFT_OUT])
        .max_age(CORS_AGE)
}

/// Settles which encoding a document comes in by the rules that tiles go by. The compression behind
/// it sends the whole document under 406 where it finds none that is wanted.
pub(super) async fn encoded(mut request: Request, next: Next) -> Response {
    match negotiate::encoding(request.headers(), &Encoding::ALL) {
        Ok(encoding) => {
            let name = HeaderValue::from_static(encoding.name());
            request.headers_mut().insert(header::ACCEPT_ENCODING, name);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn bounded(request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET {
        return Problem::target_too_long(MAX_TARGET).into_response();
    }
    if let Err(problem) = to_one_host(&request) {
        return problem.into_response();
    }
    let length = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY) {
        return Problem::body_too_large(MAX_BODY).into_response();
    }
    next.run(request).await
}

/// Refuses what RFC 9112 section 3.2 has refused: `Host` given more than once, as it cannot be known
/// which of them a proxy went by, one that names no host, and none in HTTP/1.1.
///
/// # Errors
/// A problem with what was expected.
pub(super) fn to_one_host<B>(request: &http::Request<B>) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(Problem::malformed("the header `Host` is given twice"));
    }
    let sound = match first {
        Some(value) => value.to_str().ok().and_then(links::host).is_some(),
        None => request.version() != Version::HTTP_11,
    };
    if sound { Ok(()) } else { Err(Problem::malformed("the header `Host` must name a host")) }
}

async fn timely(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(limit, next.run(request)).await.unwrap_or_else(|_late| {
        let detail = format!("there was no answer within {} s", limit.as_secs_f32());
        Problem::of(ErrorKind::TimedOut, detail).into_response()
    })
}

async fn secured(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn logged(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let (took, status) = (begun.elapsed(), response.status().as_u16());
    log(&method, &target, status, took);
    let labels = [("route", route), ("status", status.to_string())];
    metrics::counter!(REQUESTS, &labels).increment(1);
    metrics::histogram!(SECONDS, &labels[..1]).record(took.as_secs_f64());
    response
}

/// Logs a request.
pub(super) fn log(method: &Method, target: &str, status: u16, took: Duration) {
    let ms = took.as_micros() as f64 / 1e3;
    let target = target.char_indices().nth(LOGGED_TARGET).map_or(target, |(end, _)| &target[..end]);
    tracing::info!(%method, target, status, ms, "request");
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::get;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    fn guarded() -> Router {
        let router = Router::new()
            .route("/panics", get(|| async { fails() }))
            .route("/sleeps", get(std::future::pending::<()>))
            .route("/answers", get(|| async { "yes" }));
        around(router, Duration::from_millis(20))
    }

    fn fails() -> &'static str {
        let parts: Vec<&str> = "one".split(',').collect();
        parts[1]
    }

    async fn ask(target: &str) -> (StatusCode, serde_json::Value) {
        let request = Request::builder()
            .uri(target)
            .header("host", "a")
            .body(Body::empty())
            .expect("a request");
        let response = guarded().oneshot(request).await.expect("infallible");
        let status = response.status();
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_handler_that_panics_answers_500_and_the_next_request_is_served() {
        let (status, problem) = ask("/panics").await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(problem["status"], 500);
        assert!(!problem.to_string().contains("index out of bounds"), "{problem}");
        assert_eq!(ask("/answers").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn a_handler_that_takes_too_long_answers_504() {
        let (status, problem) = ask("/sleeps").await;
        assert_eq!((status.as_u16(), &problem["status"]), (504, &504.into()));
    }

    #[tokio::test]
    async fn a_target_above_the_limit_answers_414() {
        let (status, problem) = ask(&format!("/answers?{}", "a".repeat(MAX_TARGET))).await;
        assert_eq!((status.as_u16(), &problem["status"]), (414, &414.into()));
    }
}
