//! `/xyz`: vector tiles of one or several collections, and their TileJSON.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ask::Ask;
use super::negotiate::{self, MVT};
use super::parameters::Endpoint;
use super::problem::Problem;
use super::recall::Recallable;
use super::respond::{self, Fresh, LEFT_OUT};
use crate::access::{LayerView, View};
use crate::query::quoted;
use crate::tile::{self, Address, Encoded, Encoding, MAX_LAYERS, MAX_ZOOM, TileAsk, TilePlan};
use crate::time::Instant;

/// What a tile's answer depends on beside its address.
const VARY: &str = "accept-encoding";

/// `/xyz/{ids}/{z}/{x}/{y}.mvt`.
pub(super) async fn tile(ask: Ask) -> Result<Response, Problem> {
    let address = address(&ask)?;
    ask.takes(Endpoint::Tile)?;
    negotiate::offer(None, &ask.headers, &[MVT])?;
    let encoding = negotiate::encoding(&ask.headers, &Encoding::ALL)?;
    let view = ask.view().await?;
    let layers = layers(&view, ask.segment(0))?;
    let plans = plans(&ask, &view, &layers, address)?;
    let etag = tile::etag(&plans, encoding);
    let fresh = Fresh::of_layers(&ask, &layers)?;
    if respond::none_match(&ask.headers, &etag) {
        return Ok(respond::not_modified(&etag, fresh, VARY));
    }
    let service = &ask.service;
    let made = service.tiles.get(plans, encoding, &service.pool, service.deadline()).await?;
    let mut response = answer(&made, encoding);
    respond::stamp(&mut response, &etag, fresh, VARY);
    if let Some(said) = recallable(&ask, &layers, view.edition(), made)? {
        response.extensions_mut().insert(said);
    }
    Ok(response)
}

/// What the tile of each layer at `address` is made from, as the request has it.
fn plans(
    ask: &Ask,
    view: &View,
    layers: &[LayerView],
    address: Address,
) -> Result<Vec<TilePlan>, Problem> {
    let moment = ask.query.moment(view.zone())?;
    let wanted = wanted_columns(ask, layers)?;
    let aggregate = ask.query.aggregate()?;
    let plans = layers.iter().map(|layer| {
        let exists = |name: &&String| layer.schema().position(name).is_some();
        let properties =
            wanted.as_ref().map(|names| names.iter().filter(exists).cloned().collect());
        tile::plan(layer, &TileAsk { address, moment, properties, aggregate }, ask.now)
    });
    Ok(plans.collect::<Result<Vec<_>, _>>()?)
}

/// What is remembered of an answer of the edition of today, until caches may keep it for less time
/// than they may now.
fn recallable(
    ask: &Ask,
    layers: &[LayerView],
    edition: u64,
    tile: Arc<Encoded>,
) -> Result<Option<Recallable>, Problem> {
    let today = ask.query.asof()?.is_none() && ask.query.now()?.is_none();
    let kept = ask.service.tiles.keeps_any();
    let age = i64::try_from(ask.service.options.max_age.as_millis()).unwrap_or(i64::MAX);
    let before = |change: Instant| Instant::from_millis(change.millis().saturating_sub(age));
    let until = Fresh::next_change(ask, layers).map(before);
    let lasts = until.is_none_or(|until| ask.now < until);
    Ok((today && kept && lasts).then_some(Recallable { edition, until, tile }))
}

fn answer(made: &Encoded, encoding: Encoding) -> Response {
    let mut response = if made.bytes.is_empty() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Response::new(Body::from(made.bytes.clone()))
    };
    let headers = response.headers_mut();
    if !made.bytes.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MVT.media));
        if encoding != Encoding::Identity {
            let name = HeaderValue::from_static(encoding.name());
            headers.insert(header::CONTENT_ENCODING, name);
        }
    }
    let left_out = left_out(made);
    if !left_out.is_empty()
        && let Ok(left_out) = HeaderValue::try_from(left_out)
    {
        headers.insert(LEFT_OUT, left_out);
    }
    response
}

/// What the byte bound cost, as a list: `attributes, features;kept=0.25, detail;coarser=2`.
fn left_out(made: &Encoded) -> String {
    let mut parts = Vec::new();
    if made.left_out.attributes {
        parts.push("attributes".to_owned());
    }
    if made.left_out.kept < 1.0 {
        parts.push(format!("features;kept={:.4}", made.left_out.kept));
    }
    if made.left_out.coarser > 1 {
        parts.push(format!("detail;coarser={}", made.left_out.coarser));
    }
    parts.join(", ")
}

/// `/xyz/{ids}.json`.
pub(super) async fn tilejson(ask: Ask) -> Result<Response, Problem> {
    let ids = ask.segment(0).strip_suffix(".json").ok_or_else(not_here)?;
    ask.takes(Endpoint::TileJson)?;
    let view = ask.view().await?;
    let layers = layers(&view, ids)?;
    // Less deep ones carry no more.
    let deepest = Address::new(MAX_ZOOM, 0, 0).ok_or_else(not_here)?;
    let plans = plans(&ask, &view, &layers, deepest)?;
    let titles: Vec<&str> = layers
        .iter()
        .filter_map(|layer| Some(layer.descriptor().title.as_ref()?.get(ask.language)))
        .collect();
    let ids: Vec<&str> = layers.iter().map(|layer| layer.id().as_str()).collect();
    let carried = ask.query.carried(&["datetime", "asof", "properties", "aggregate"]);
    let template = ask.base.join(&format!("/xyz/{}/{{z}}/{{x}}/{{y}}.mvt{carried}", ids.join(",")));
    let (name, credit) = (titles.join(", "), view.attribution());
    let document = tile::tilejson(&name, &template, &plans, credit, ask.language);
    respond::json(&ask, &document, Fresh::of_catalogue(&ask)?)
}

fn not_here() -> Problem {
    Problem::absent("tiles are at /xyz/{ids}/{z}/{x}/{y}.mvt, their TileJSON at /xyz/{ids}.json")
}

/// Zoom, column and row of the path.
fn address(ask: &Ask) -> Result<Address, Problem> {
    let y = ask.segment(3);
    let y = y.strip_suffix(".mvt").or_else(|| y.strip_suffix(".pbf")).ok_or_else(not_here)?;
    let z: u8 = whole("z", ask.segment(1), MAX_ZOOM.into())?;
    let last = (1u32 << z) - 1;
    let (x, y) = (whole("x", ask.segment(2), last)?, whole("y", y, last)?);
    Address::new(z, x, y).ok_or_else(not_here)
}

/// A whole number in plain digits, at most `last`.
fn whole<T: TryFrom<u32>>(name: &str, text: &str, last: u32) -> Result<T, Problem> {
    let digits = !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
    let number = text.parse().ok().filter(|number: &u32| digits && *number <= last);
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| Problem::invalid(name, format!("expected a whole number from 0 to {last}")))
}

/// The layers that `ids` names, each once, in the order of their first naming.
fn layers(view: &View, ids: &str) -> Result<Vec<LayerView>, Problem> {
    let mut layers: Vec<LayerView> = Vec::new();
    for id in ids.split(',') {
        if layers.iter().any(|layer| layer.id().as_str() == id) {
            continue;
        }
        if layers.len() == MAX_LAYERS {
            let detail = format!("at most {MAX_LAYERS} collections make one tile");
            return Err(Problem::invalid("ids", detail));
        }
        layers.push(Ask::layer(view, id)?);
    }
    Ok(layers)
}

/// The columns of `properties`, each of which some layer must have: a tile of several layers takes
/// from each those that it has.
fn wanted_columns(ask: &Ask, layers: &[LayerView]) -> Result<Option<Vec<String>>, Problem> {
    let wanted = ask.query.properties();
    let has = |name: &str| layers.iter().any(|layer| layer.schema().position(name).is_some());
    let missing = wanted.iter().flatten().find(|name| !has(name));
    match missing {
        Some(name) => {
            let detail = format!("no collection here has a column `{}`", quoted(name));
            Err(Problem::invalid("properties", detail))
        }
        None => Ok(wanted),
    }
}
