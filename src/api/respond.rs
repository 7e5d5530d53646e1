//! Answers that went well: media types, `ETag`, `Cache-Control`.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use super::ask::Ask;
use super::negotiate::{self, Offer};
use super::problem::Problem;
use crate::access::LayerView;
use crate::catalog::{Asof, Language};
use crate::time::{Instant, TemporalKind};

/// Says what a tile leaves out to keep its bound.
pub(super) const LEFT_OUT: HeaderName = HeaderName::from_static("onemap-left-out");
/// Says which coordinate reference system an answer is in (OGC API Features part 2).
pub(super) const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// A year: what caches take for ever.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// How long an answer may be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fresh {
    /// Its address names an edition and a time, so it never changes.
    Forever,
    /// So long, then it must be asked for again.
    For(Duration),
}

impl Fresh {
    /// Of answers that only a new edition changes.
    pub(super) fn of_catalogue(ask: &Ask) -> Result<Self, Problem> {
        Ok(match ask.query.asof()? {
            Some(Asof::Edition(_)) => Self::Forever,
            _ => Self::For(ask.service.options.max_age),
        })
    }

    /// Of answers about features of `layers`: not beyond the next change of what is valid now, for
    /// those that the request asks about as of now.
    pub(super) fn of_layers(ask: &Ask, layers: &[LayerView]) -> Result<Self, Problem> {
        Self::of_moving(ask, moving(ask, layers))
    }

    /// When an answer about features of `layers` next changes; `None`: not in this edition.
    pub(super) fn next_change(ask: &Ask, layers: &[LayerView]) -> Option<Instant> {
        let moving = moving(ask, layers).filter(|_| !ask.query.says_when());
        moving.filter_map(|layer| layer.next_change(ask.now)).min()
    }

    /// Of one feature of `layer`: an entity's id alone names its present version, whatever a
    /// question without `datetime` means in its layer.
    pub(super) fn of_feature(ask: &Ask, layer: &LayerView) -> Result<Self, Problem> {
        let moving = |layer: &&LayerView| layer.temporal() == TemporalKind::State;
        Self::of_moving(ask, Some(layer).into_iter().filter(moving))
    }

    /// `moving`: layers that answer as of now unless the request says when.
    fn of_moving<'a>(
        ask: &Ask,
        moving: impl Iterator<Item = &'a LayerView>,
    ) -> Result<Self, Problem> {
        let mut moving = moving.filter(|_| !ask.query.says_when()).peekable();
        if moving.peek().is_none() {
            return Self::of_catalogue(ask);
        }
        let change = moving.filter_map(|layer| layer.next_change(ask.now)).min();
        Ok(Self::For(until(ask.now, change).min(ask.service.options.max_age)))
    }

    fn header(self) -> HeaderValue {
        match self {
            Self::Forever => HeaderValue::from_static(FOREVER),
            Self::For(age) => {
                let text = format!("public, max-age={}", age.as_secs());
                HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-cache"))
            }
        }
    }
}

/// Those of `layers` that answer as of now unless the request says when.
fn moving<'a>(ask: &Ask, layers: &'a [LayerView]) -> impl Iterator<Item = &'a LayerView> {
    layers.iter().filter(|layer| layer.window(None, ask.now).is_some())
}

/// From `now` to `change`, which may be never.
fn until(now: Instant, change: Option<Instant>) -> Duration {
    change.map_or(Duration::MAX, |change| {
        let millis = change.millis().saturating_sub(now.millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    })
}

/// Whether `If-None-Match` holds `etag`, compared weakly (RFC 9110 section 13.1.2).
pub(super) fn none_match(headers: &HeaderMap, etag: &str) -> bool {
    let opaque = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let wanted = opaque(etag);
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || opaque(tag) == wanted)
}

/// Puts on what an answer with content and one without (304) say alike.
pub(super) fn stamp(response: &mut Response, etag: &str, fresh: Fresh, vary: &'static str) {
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::CACHE_CONTROL, fresh.header());
    headers.insert(header::VARY, HeaderValue::from_static(vary));
}

/// "You have it already."
pub(super) fn not_modified(etag: &str, fresh: Fresh, vary: &'static str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    stamp(&mut response, etag, fresh, vary);
    response
}

/// A document as JSON.
pub(super) fn json<T: Serialize>(
    ask: &Ask,
    document: &T,
    fresh: Fresh,
) -> Result<Response, Problem> {
    document_as(negotiate::JSON, ask, document, fresh)
}

/// A document as JSON of the media type of `offer`. Its tag is weak, since the transport may
/// compress it.
pub(super) fn document_as<T: Serialize>(
    offer: Offer,
    ask: &Ask,
    document: &T,
    fresh: Fresh,
) -> Result<Response, Problem> {
    const VARY: &str = "accept-encoding, accept-language, accept";
    let offer = negotiate::offer(ask.query.format(), &ask.headers, &[offer])?;
    let body = serde_json::to_vec(document).map_err(|error| {
        tracing::error!(%error, "a document cannot be written as JSON");
        Problem::of(crate::model::ErrorKind::Internal, "the answer cannot be written")
    })?;
    let etag = weak_tag(&body);
    if none_match(&ask.headers, &etag) {
        return Ok(not_modified(&etag, fresh, VARY));
    }
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(offer.media));
    let language = match ask.language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
    stamp(&mut response, &etag, fresh, VARY);
    Ok(response)
}

/// A weak tag over `bytes`.
pub(super) fn weak_tag(bytes: &[u8]) -> String {
    format!("W/\"{:032x}\"", xxh3_128(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_looked_for_in_lists_and_weakness_does_not_matter() {
        let held = |value: &str, etag| {
            let value = value.parse().expect("a value");
            none_match(&HeaderMap::from_iter([(header::IF_NONE_MATCH, value)]), etag)
        };
        assert!(held("\"a\"", "\"a\""));
        assert!(held("W/\"b\" , W/\"a\"", "\"a\""));
        assert!(held("\"a\"", "W/\"a\""));
        assert!(held("*", "\"a\""));
        assert!(!held("\"b\"", "\"a\"") && !held("a", "\"a\"") && !held("", "\"a\""));
    }

    #[test]
    fn an_answer_about_now_is_kept_no_longer_than_until_the_next_change() {
        let at = Instant::from_millis;
        assert_eq!(until(at(1_000), Some(at(3_500))), Duration::from_millis(2_500));
        assert_eq!(until(at(1_000), Some(at(500))), Duration::ZERO);
        assert_eq!(until(at(1_000), None), Duration::MAX);
    }
}
