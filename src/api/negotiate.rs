//! What the caller would rather have: media types, encodings, languages (RFC 9110 section 12).

use axum::http::header::{self, HeaderMap, HeaderName};

use super::problem::Problem;
use crate::catalog::Language;
use crate::tile::Encoding;

/// A form in which a resource is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Offer {
    /// What `f` calls it.
    pub(super) f: &'static str,
    /// Its media type.
    pub(super) media: &'static str,
}

/// JSON.
pub(super) const JSON: Offer = Offer { f: "json", media: "application/json" };
/// HTML.
pub(super) const HTML: Offer = Offer { f: "html", media: "text/html; charset=utf-8" };
/// `GeoJSON`.
pub(super) const GEOJSON: Offer = Offer { f: "json", media: "application/geo+json" };
/// Vector tiles.
pub(super) const MVT: Offer = Offer { f: "mvt", media: "application/vnd.mapbox-vector-tile" };

/// The one of `offers` that is wanted most; the first where nothing is said. `f` comes before
/// `Accept`. JSON of every kind answers to `application/json`, tiles to `application/x-protobuf`.
pub(super) fn offer(
    f: Option<&str>,
    headers: &HeaderMap,
    offers: &[Offer],
) -> Result<Offer, Problem> {
    let refused = || {
        let media: Vec<&str> = offers.iter().map(|offer| offer.media).collect();
        Problem::not_acceptable(&media)
    };
    if let Some(f) = f {
        let found = offers.iter().find(|offer| offer.f == f).copied();
        return found.ok_or_else(|| {
            let values: Vec<&str> = offers.iter().map(|offer| offer.f).collect();
            Problem::not_acceptable(&values).at("f")
        });
    }
    let ranges = weighted(headers, &header::ACCEPT);
    if ranges.is_empty() {
        return offers.first().copied().ok_or_else(refused);
    }
    let best = offers
        .iter()
        .map(|offer| (media_weight(&ranges, offer.media), offer))
        .rev()
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(weight, _)| *weight > 0.0).map(|(_, offer)| *offer).ok_or_else(refused)
}

/// The weight of a media type: that of the most specific range that holds it.
fn media_weight(ranges: &[(String, f64)], media: &str) -> f64 {
    let media = media.split(';').next().unwrap_or(media);
    let class = media.split('/').next().unwrap_or_default();
    let kin = |range: &str| {
        (range == "application/json" && media.ends_with("+json"))
            || (range == "application/x-protobuf" && media == MVT.media)
    };
    let weight = |fits: &dyn Fn(&str) -> bool| {
        ranges.iter().filter(|(range, _)| fits(range)).map(|(_, q)| *q).reduce(f64::max)
    };
    weight(&|range| range == media)
        .or_else(|| weight(&kin))
        .or_else(|| weight(&|range| range.strip_suffix("/*") == Some(class)))
        .or_else(|| weight(&|range| range == "*/*"))
        .unwrap_or(0.0)
}

/// The one of `offered` that is wanted most; of equals, the first.
pub(super) fn encoding(headers: &HeaderMap, offered: &[Encoding]) -> Result<Encoding, Problem> {
    let wanted = weighted(headers, &header::ACCEPT_ENCODING);
    let of = |name: &str| wanted.iter().find(|(n, _)| n == name).map(|(_, q)| *q);
    let weight = |encoding: Encoding| match encoding {
        // What is not named at all may be sent as it is, but only if nothing better may.
        Encoding::Identity => of("identity").or_else(|| of("*")).unwrap_or(f64::MIN_POSITIVE),
        other => of(other.name())
            .or_else(|| of("x-gzip").filter(|_| other == Encoding::Gzip))
            .or_else(|| of("*"))
            .unwrap_or(0.0),
    };
    let best = offered.iter().rev().max_by(|a, b| weight(**a).total_cmp(&weight(**b)));
    best.copied().filter(|best| weight(*best) > 0.0).ok_or_else(|| {
        let names: Vec<&str> = offered.iter().map(|encoding| encoding.name()).collect();
        Problem::not_acceptable(&names).at("Accept-Encoding")
    })
}

/// The language of titles that is wanted most, English where nothing is said.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let wanted = weighted(headers, &header::ACCEPT_LANGUAGE);
    let of = |code: &str| {
        let named = |tag: &str| tag.split('-').next() == Some(code);
        wanted.iter().filter(|(tag, _)| named(tag)).map(|(_, q)| *q).fold(0.0, f64::max)
    };
    if of("zh") > of("en") { Language::Zh } else { Language::En }
}

/// The values of a header with their weights, in lower case and without further parameters. A
/// weight that is none counts as 1.
fn weighted(headers: &HeaderMap, name: &HeaderName) -> Vec<(String, f64)> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let items = values.flat_map(|value| value.split(',')).filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let value = parts.next().filter(|value| !value.is_empty())?.to_ascii_lowercase();
        let weight = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .and_then(|q| q.parse::<f64>().ok())
            .filter(|q| (0.0..=1.0).contains(q));
        Some((value, weight.unwrap_or(1.0)))
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().expect("a value"))])
    }

    #[test]
    fn browsers_get_html_and_everyone_else_json() {
        let of = |accept: &str| {
            offer(None, &headers(header::ACCEPT, accept), &[JSON, HTML]).ok().map(|o| o.f)
        };
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(of(browser), Some("html"));
        assert_eq!(of("*/*"), Some("json"));
        assert_eq!(of("application/json, text/html;q=0.5"), Some("json"));
        assert_eq!(of("text/*"), Some("html"));
        assert_eq!(of("application/json;q=0, */*"), Some("html"));
        assert_eq!(of("image/png"), None);
        assert_eq!(of("text/html;q=0"), None);
        assert_eq!(offer(None, &HeaderMap::new(), &[JSON, HTML]).ok(), Some(JSON));
    }

    #[test]
    fn f_comes_before_accept() {
        let html = headers(header::ACCEPT, "text/html");
        assert_eq!(offer(Some("json"), &html, &[JSON, HTML]).ok(), Some(JSON));
        assert!(offer(Some("xml"), &html, &[JSON, HTML]).is_err());
    }

    #[test]
    fn geojson_is_json_and_tiles_are_protobuf() {
        let accept = |value| headers(header::ACCEPT, value);
        assert!(offer(None, &accept("application/json"), &[GEOJSON]).is_ok());
        assert!(offer(None, &accept("application/x-protobuf"), &[MVT]).is_ok());
        assert!(offer(None, &accept("text/html"), &[GEOJSON]).is_err());
        let not_this = "application/geo+json;q=0, application/json";
        assert!(offer(None, &accept(not_this), &[GEOJSON]).is_err());
    }

    #[test]
    fn the_encoding_wanted_most_is_taken() {
        let of =
            |value: &str| encoding(&headers(header::ACCEPT_ENCODING, value), &Encoding::ALL).ok();
        assert_eq!(of("gzip, deflate, br, zstd"), Some(Encoding::Zstd));
        assert_eq!(of("gzip, br"), Some(Encoding::Brotli));
        assert_eq!(of("gzip;q=1, br;q=0.5, zstd;q=0"), Some(Encoding::Gzip));
        assert_eq!(of("x-gzip"), Some(Encoding::Gzip));
        assert_eq!(of("*;q=0.1, br;q=0"), Some(Encoding::Zstd));
        assert_eq!(of("deflate"), Some(Encoding::Identity));
        assert_eq!(of("gzip;q=0"), Some(Encoding::Identity));
        assert_eq!(of("identity;q=0"), None);
        assert_eq!(of("*;q=0"), None);
        assert_eq!(encoding(&HeaderMap::new(), &Encoding::ALL).ok(), Some(Encoding::Identity));
    }

    #[test]
    fn titles_come_in_the_language_wanted_most() {
        let of = |value: &str| language(&headers(header::ACCEPT_LANGUAGE, value));
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::Zh);
        assert_eq!(of("en-GB,zh;q=0.5"), Language::En);
        assert_eq!(of("fr"), Language::En);
    }
}
