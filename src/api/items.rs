//! `/collections/{id}/items` and one item: features as GeoJSON.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::ask::Ask;
use super::describe::link;
use super::negotiate::{self, GEOJSON};
use super::parameters::{CRS84, Endpoint};
use super::problem::Problem;
use super::respond::{self, CONTENT_CRS, Fresh};
use crate::access::{LayerView, View};
use crate::format::geojson::{Collection, FeatureWriter, Head};
use crate::query::{self, ItemsAsk, ItemsPlan, Page};
use crate::work::Chunks;

const VARY: &str = "accept-encoding, accept";

/// `/collections/{id}/items`.
pub(super) async fn items(ask: Ask) -> Result<Response, Problem> {
    let view = ask.view().await?;
    let layer = Ask::layer(&view, ask.segment(0))?;
    let question = question(&ask, &view, &layer)?;
    negotiate::offer(ask.query.format(), &ask.headers, &[GEOJSON])?;
    let plan = query::plan(&layer, &question, ask.now)?;
    let etag = tag(&ask, &view, &plan);
    let fresh = Fresh::of_layers(&ask, std::slice::from_ref(&layer))?;
    if respond::none_match(&ask.headers, &etag) {
        return Ok(respond::not_modified(&etag, fresh, VARY));
    }
    let (service, deadline) = (&ask.service, ask.service.deadline());
    let run = move |deadline: &_| query::run(&plan, deadline).map(|page| (page, plan));
    let (page, plan) = service.pool.run(deadline.clone(), run).await??;
    let links = links(&ask, &view, &plan, &page);
    let head = Head { matched: page.matched, at: ask.now, links: json!(links).to_string() };
    let ItemsPlan { columns, versions, .. } = plan;
    let mut collection = Collection::new(layer, columns, versions, page.rows, head);
    let step = move |deadline: &_| collection.next_chunk(deadline);
    let mut response = Response::new(body(service.pool.stream(deadline, step).await?));
    describe_geojson(&mut response);
    respond::stamp(&mut response, &etag, fresh, VARY);
    Ok(response)
}

fn question(ask: &Ask, view: &View, layer: &LayerView) -> Result<ItemsAsk, Problem> {
    let equals = ask.query.accept(Endpoint::Items, Some(layer.schema()))?;
    ask.query.only_crs84()?;
    let bbox = ask.query.bbox()?;
    Ok(ItemsAsk {
        heights: bbox.as_ref().and_then(|bbox| bbox.heights),
        bbox: bbox.map(|bbox| bbox.boxes),
        moment: ask.query.moment(view.zone())?,
        limit: ask.query.limit()?,
        offset: ask.query.offset()?,
        equals,
        properties: ask.query.properties(),
        zone: view.zone().clone(),
    })
}

/// A weak tag from all that the answer says but the time it was made: what the plan depends on, and
/// the edition and the address in its links.
fn tag(ask: &Ask, view: &View, plan: &ItemsPlan) -> String {
    let address = ask.base.join(&format!("{}{}", ask.path, ask.query.encode()));
    let text = format!("{:032x} {} {address}", plan.key(), view.edition());
    respond::weak_tag(text.as_bytes())
}

/// Links of a page. Those to its neighbours name the edition and, where the question is about now,
/// the now of the first page, so that all pages are of one state.
fn links(ask: &Ask, view: &View, plan: &ItemsPlan, page: &Page) -> Vec<Value> {
    let at = |query: &str| ask.base.join(&format!("{}{query}", ask.path));
    let media = GEOJSON.media;
    let mut links = vec![link(&at(&ask.query.encode()), "self", media, "This page")];
    let moving = !ask.query.has_moment() && plan.window.is_some();
    let neighbour = |offset: u64| {
        let query = ask.query.with(&[
            ("offset", (offset > 0).then(|| offset.to_string())),
            ("limit", Some(plan.limit.to_string())),
            ("asof", Some(view.edition().to_string())),
            ("now", moving.then(|| ask.now.to_string())),
        ]);
        at(&query.encode())
    };
    let limit = plan.limit as u64;
    let after = plan.offset.saturating_add(limit);
    if after < page.matched {
        links.push(link(&neighbour(after), "next", media, "The next page"));
    }
    if plan.offset > 0 {
        let before = plan.offset.min(page.matched).saturating_sub(limit);
        links.push(link(&neighbour(before), "prev", media, "The page before"));
    }
    links.push(collection_link(ask, plan.layer.id().as_str()));
    links
}

fn collection_link(ask: &Ask, id: &str) -> Value {
    let carried = ask.query.carried(&["asof"]);
    let href = ask.base.join(&format!("/collections/{id}{carried}"));
    link(&href, "collection", "application/json", "The collection")
}

/// The pieces of an answer as its body; a body of one piece has a length.
fn body(chunks: Chunks) -> Body {
    match chunks.rest {
        None => Body::from(chunks.first),
        Some(rest) => Body::from_stream(stream::iter([Ok(chunks.first)]).chain(rest)),
    }
}

/// `/collections/{id}/items/{fid}`.
pub(super) async fn item(ask: Ask) -> Result<Response, Problem> {
    ask.takes(Endpoint::Item)?;
    let view = ask.view().await?;
    let layer = Ask::layer(&view, ask.segment(0))?;
    ask.query.only_crs84()?;
    negotiate::offer(ask.query.format(), &ask.headers, &[GEOJSON])?;
    let moment = ask.query.moment(view.zone())?;
    let fresh = Fresh::of_feature(&ask, &layer)?;
    let columns = query::columns(layer.schema(), ask.query.properties().as_deref())?;
    let links = json!([
        link(
            &ask.base.join(&format!("{}{}", ask.path, ask.query.encode())),
            "self",
            GEOJSON.media,
            "This feature"
        ),
        collection_link(&ask, layer.id().as_str()),
    ]);
    let (fid, now, service) = (ask.segment(1).to_owned(), ask.now, &ask.service);
    let work = move |_: &_| -> Result<Vec<u8>, Problem> {
        let row = query::find(&layer, &fid, moment.as_ref(), now)?;
        let feature = layer.feature(row).ok_or(query::QueryError::Absent)?;
        // Named as it was asked for: as an entity, or as one of its versions.
        let values = feature.properties();
        let plain = layer.feature_id(row, &values, false);
        let id = if plain.is(&fid) { plain } else { layer.feature_id(row, &values, true) };
        let mut out = Vec::new();
        let mut writer = FeatureWriter::new(layer.schema(), layer.crs(), &columns);
        writer.write(&mut out, &feature, &id, Some(&links.to_string()));
        Ok(out)
    };
    let bytes = service.pool.run(service.deadline(), work).await??;
    let etag = respond::weak_tag(&bytes);
    if respond::none_match(&ask.headers, &etag) {
        return Ok(respond::not_modified(&etag, fresh, VARY));
    }
    let mut response = Response::new(Body::from(bytes));
    describe_geojson(&mut response);
    respond::stamp(&mut response, &etag, fresh, VARY);
    Ok(response)
}

fn describe_geojson(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON.media));
    if let Ok(crs) = HeaderValue::try_from(format!("<{CRS84}>")) {
        headers.insert(CONTENT_CRS, crs);
    }
}
