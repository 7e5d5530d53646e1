//! TileJSON 3.0 (<https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>).

use serde_json::{Map, Value, json};

use super::attributes::Own;
use super::{LABEL_SUFFIX, MAX_ZOOM, TilePlan};
use crate::access::LayerView;
use crate::catalog::{Language, Text};
use crate::model::{Column, ColumnType, Extent, Kind};

/// Types of values.
const NUMBER: &str = "Number";
const STRING: &str = "String";
/// Latitude at which the world square ends, degrees.
const GREATEST_LATITUDE: f64 = 85.051_128_779_806_6;

/// The TileJSON of the tiles that `template` names (`{z}`, `{x}`, `{y}` in it), under `name`, with
/// texts in `language`. `plans`: of each layer the plan of a tile at the deepest zoom, which says
/// what tiles carry. `credit`: the attribution of layers without one. Beyond the standard:
/// `sampled_below`, the first zoom from which every tile holds every feature. Layers without geometry
/// have no bounds.
#[must_use]
pub fn tilejson(
    name: &str,
    template: &str,
    plans: &[TilePlan],
    credit: Option<&Text>,
    language: Language,
) -> Value {
    let layers: Vec<&LayerView> = plans.iter().map(|plan| &plan.layer).collect();
    let first = layers.iter().map(|layer| layer.zooms().0).min().unwrap_or(0);
    let last = layers.iter().map(|layer| layer.zooms().1.min(MAX_ZOOM)).max().unwrap_or(MAX_ZOOM);
    let whole = || layers.iter().filter_map(|layer| layer.whole());
    let mut json = json!({
        "tilejson": "3.0.0",
        "name": name,
        "tiles": [template],
        "scheme": "xyz",
        "minzoom": first,
        "maxzoom": last,
        "sampled_below": whole().map(|mixed| mixed.sampled_below).max(),
        "vector_layers": plans.iter().flat_map(|p| vector_layers(p, language)).collect::<Vec<_>>(),
    });
    let extent = whole().filter_map(|mixed| mixed.extent).reduce(|a, b| a.union(&b));
    if let Some(extent) = extent {
        let extent = drawn(extent);
        json["bounds"] = json!(extent.to_array());
        json["center"] = center(&extent, first, last);
    }
    let attribution = attribution(&layers, credit, language);
    if !attribution.is_empty() {
        json["attribution"] = attribution.into();
    }
    json
}

/// The part of an extent that tiles can show.
fn drawn(extent: Extent) -> Extent {
    let latitude = |at: f64| at.clamp(-GREATEST_LATITUDE, GREATEST_LATITUDE);
    let longitude = |at: f64| at.clamp(-180.0, 180.0);
    Extent {
        west: longitude(extent.west),
        south: latitude(extent.south),
        east: longitude(extent.east),
        north: latitude(extent.north),
    }
}

/// The middle, and the zoom at which the extent is about as wide as a tile.
fn center(extent: &Extent, first: u8, last: u8) -> Value {
    let width = (extent.east - extent.west).max(extent.north - extent.south);
    let zoom = (360.0 / width).log2().floor().clamp(f64::from(first), f64::from(last));
    json!([
        f64::midpoint(extent.west, extent.east),
        f64::midpoint(extent.south, extent.north),
        zoom as u8
    ])
}

/// The MVT layer of a plan, and that of its labels.
fn vector_layers(plan: &TilePlan, language: Language) -> Vec<Value> {
    let layer = &plan.layer;
    let (first, last) = layer.zooms();
    let title = layer.descriptor().title.as_ref().map_or("", |title| title.get(language));
    let describe = |id: String, fields: Map<String, Value>| {
        json!({
            "id": id,
            "description": title,
            "minzoom": first,
            "maxzoom": last.min(MAX_ZOOM),
            "fields": fields,
        })
    };
    let columns = &layer.schema().columns;
    let carried = plan.columns.iter().filter_map(|position| columns.get(*position));
    let fields = carried.filter_map(|column| Some((column.name.to_string(), kind(column)?.into())));
    let mut fields: Map<String, Value> = fields.collect();
    let mut own = |own: Own, kind: &str| drop(fields.insert(own.name().to_owned(), kind.into()));
    if plan.aggregate {
        own(Own::Count, NUMBER);
        return vec![describe(layer.id().to_string(), fields)];
    }
    if has_text_ids(plan) {
        own(Own::Id, STRING);
    }
    if has_weights(layer) {
        own(Own::Weight, NUMBER);
    }
    let mut described = vec![describe(layer.id().to_string(), fields)];
    if let Some(column) = layer.name_column().and_then(|position| columns.get(position)) {
        let text = kind(column).map(|kind| (Own::Name, kind));
        let id = has_text_ids(plan).then_some((Own::Id, STRING));
        let fields = text.into_iter().chain(id);
        let fields = fields.map(|(own, kind)| (own.name().to_owned(), kind.into()));
        let id = format!("{}{LABEL_SUFFIX}", layer.id());
        described.push(describe(id, fields.collect()));
    }
    described
}

/// Whether features may be known by a text, of which the MVT id is a hash: that of a version, or what
/// is no whole number.
fn has_text_ids(plan: &TilePlan) -> bool {
    let layer = &plan.layer;
    let column = layer.id_column().and_then(|position| layer.schema().columns.get(position));
    plan.versions || column.is_some_and(|column| !column.kind.is_integer())
}

/// Whether a feature may stand for several: points where not all fit, and polygons that are drawn by
/// themselves there. Of lines the important ones are drawn.
fn has_weights(layer: &LayerView) -> bool {
    let linear = matches!(layer.schema().geometry, Kind::LineString | Kind::MultiLineString);
    let sampled_below = layer.whole().map_or(MAX_ZOOM, |mixed| mixed.sampled_below);
    let mut sampled = layer.zooms().0..sampled_below.min(MAX_ZOOM + 1);
    !linear && sampled.any(|z| layer.index().cells(z).is_none())
}

/// The type of a column's values in tiles; `None` for columns that tiles leave out.
fn kind(column: &Column) -> Option<&'static str> {
    match column.kind {
        ColumnType::Binary => None,
        ColumnType::Bool => Some("Boolean"),
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => Some(STRING),
        kind => kind.is_number().then_some(NUMBER),
    }
}

/// The layers' attributions, each once.
fn attribution(layers: &[&LayerView], credit: Option<&Text>, language: Language) -> String {
    let mut texts: Vec<&str> = Vec::new();
    for layer in layers {
        let own = layer.descriptor().attribution.as_ref();
        let text = own.or(credit).map_or("", |text| text.get(language));
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join(" | ")
}
