//! `/` as a document, `/conformance`, `/editions`: the server as a whole.

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::describe::{self, link};
use super::openapi;
use super::parameters::Endpoint;
use super::problem::Problem;
use super::respond::{self, Fresh};
use crate::model::CollectionId;

/// What the server claims to conform to.
const CONFORMANCE: [&str; 5] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];

/// `/` as JSON.
pub(super) fn landing(ask: &Ask) -> Result<Response, Problem> {
    ask.takes(Endpoint::Landing)?;
    let view = ask.service.current()?;
    let mut document = Map::new();
    describe::put_text(ask, &mut document, "title", Some(view.title()));
    describe::put_text(ask, &mut document, "attribution", view.attribution());
    let description = "Layers in space and time: features as GeoJSON, vector tiles, at any date.";
    document.insert("description".to_owned(), description.into());
    document.insert("default_view".to_owned(), json!(view.default_view()));
    document.insert("edition".to_owned(), view.edition().into());
    let at = |path: &str| ask.base.join(path);
    let json = "application/json";
    let links = json!([
        link(&at("/"), "self", json, "This document"),
        link(&at("/?f=html"), "alternate", "text/html", "The map"),
        link(&at("/api"), "service-desc", openapi::OPENAPI.media, "The interface (OpenAPI)"),
        link(&at("/conformance"), "conformance", json, "What the server conforms to"),
        link(&at("/collections"), "data", json, "The collections"),
        link(&at("/themes"), "related", json, "The catalogue by theme"),
        link(&at("/editions"), "version-history", json, "What was published when"),
    ]);
    document.insert("links".to_owned(), links);
    respond::json(ask, &document, Fresh::of_catalogue(ask)?)
}

/// `/conformance`.
pub(super) async fn conformance(ask: Ask) -> Result<Response, Problem> {
    ask.takes(Endpoint::Server)?;
    let fresh = Fresh::For(ask.service.options.max_age);
    respond::json(&ask, &json!({"conformsTo": CONFORMANCE}), fresh)
}

/// `/editions`: what was published when, the latest first. Names of layers that are no more and may
/// not be seen are left out.
pub(super) async fn editions(ask: Ask) -> Result<Response, Problem> {
    ask.takes(Endpoint::Server)?;
    let view = ask.service.current()?;
    let changes = ask.service.changes().await?;
    let seen = |ids: &[CollectionId]| -> Vec<String> {
        ids.iter().filter(|id| view.layer(id).is_some()).map(ToString::to_string).collect()
    };
    let editions = changes.iter().rev().map(|change| {
        let carried = format!("?asof={}", change.edition);
        json!({
            "edition": change.edition,
            "published": change.published.to_string(),
            "note": change.note,
            "changed": seen(&change.changed),
            "removed": change.removed.len(),
            "links": [link(
                &ask.base.join(&format!("/collections{carried}")),
                "collection",
                "application/json",
                "The collections of this edition",
            )],
        })
    });
    let editions: Vec<Value> = editions.collect();
    let own = link(&ask.base.join("/editions"), "self", "application/json", "All editions");
    let document = json!({"editions": editions, "links": [own]});
    respond::json(&ask, &document, Fresh::For(ask.service.options.max_age))
}
