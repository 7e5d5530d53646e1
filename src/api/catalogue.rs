//! `/themes` and `/collections`: what there is.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::describe::{self, link};
use super::parameters::Endpoint;
use super::problem::Problem;
use super::respond::{self, Fresh};
use crate::access::View;

const JSON: &str = "application/json";

/// `/themes`.
pub(super) async fn themes(ask: Ask) -> Result<Response, Problem> {
    described(ask, |ask, view| {
        let themes: Vec<Value> = view.themes().map(|theme| describe::theme(ask, &theme)).collect();
        let mut document = Map::new();
        describe::put_text(ask, &mut document, "title", Some(view.title()));
        describe::put_text(ask, &mut document, "attribution", view.attribution());
        document.insert("edition".to_owned(), view.edition().into());
        document.insert("published".to_owned(), view.published().to_string().into());
        document.insert("default_view".to_owned(), json!(view.default_view()));
        let first: Vec<&str> = view.default_layers().collect();
        document.insert("default_layers".to_owned(), json!(first));
        document.insert("timezone".to_owned(), view.zone().name().into());
        document.insert("themes".to_owned(), themes.into());
        document.insert("problems".to_owned(), json!(view.problems()));
        let own = ask.base.join(&format!("/themes{}", ask.query.carried(&["asof"])));
        document.insert("links".to_owned(), json!([link(&own, "self", JSON, "All themes")]));
        respond::json(ask, &document, fresh_themes(ask))
    })
    .await
}

/// `/themes/{theme}`.
pub(super) async fn theme(ask: Ask) -> Result<Response, Problem> {
    described(ask, |ask, view| {
        let theme = view.theme(ask.segment(0)).ok_or_else(|| {
            Problem::absent("there is no such theme; /themes lists those there are")
        })?;
        respond::json(ask, &describe::theme(ask, &theme), fresh_themes(ask))
    })
    .await
}

/// Themes tell what failed since their edition was published, so even those of an edition change.
fn fresh_themes(ask: &Ask) -> Fresh {
    Fresh::For(ask.service.options.max_age)
}

/// `/collections`.
pub(super) async fn collections(ask: Ask) -> Result<Response, Problem> {
    described(ask, |ask, view| {
        let collections: Vec<Value> =
            view.layers().map(|layer| describe::collection(ask, &layer)).collect();
        let own = ask.base.join(&format!("/collections{}", ask.query.carried(&["asof"])));
        let document = json!({
            "links": [
                link(&own, "self", JSON, "All collections"),
                link(&ask.base.join("/"), "root", JSON, "The server"),
            ],
            "timeStamp": view.published().to_string(),
            "numberMatched": collections.len(),
            "numberReturned": collections.len(),
            "collections": collections,
        });
        respond::json(ask, &document, Fresh::of_catalogue(ask)?)
    })
    .await
}

/// `/collections/{id}`.
pub(super) async fn collection(ask: Ask) -> Result<Response, Problem> {
    described(ask, |ask, view| {
        let layer = Ask::layer(view, ask.segment(0))?;
        respond::json(ask, &describe::collection(ask, &layer), Fresh::of_catalogue(ask)?)
    })
    .await
}

/// What `describe` says of the view, written on the pool: a catalogue of hundreds of layers, each
/// with its columns and problems, takes some milliseconds.
async fn described(
    ask: Ask,
    describe: impl FnOnce(&Ask, &View) -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    ask.takes(Endpoint::Catalogue)?;
    let view = ask.view().await?;
    let service = Arc::clone(&ask.service);
    service.pool.run(service.deadline(), move |_| describe(&ask, &view)).await?
}
