//! TileJSON 3.0 (<https://github.com/mapbox/tilejson-spec/tree/master/3.0.0>).

use serde_json::{Map, Value, json};

use super::attributes::{Own, is_written};
use super::{LABEL_SUFFIX, MAX_ZOOM};
use crate::access::LayerView;
use crate::catalog::{Language, Text};
use crate::model::{Column, ColumnType, Extent};

/// Latitude at which the world square ends, degrees.
const GREATEST_LATITUDE: f64 = 85.051_128_779_806_6;

/// The TileJSON of the tiles that `template` names (`{z}`, `{x}`, `{y}` in it) for `layers`, under
/// `name`, with texts in `language`. `credit`: the attribution of layers without one. Beyond the standard: `sampled_below`, the first zoom from
/// which every tile holds every feature. Layers without geometry have no bounds.
#[must_use]
pub fn tilejson(
    name: &str,
    template: &str,
    layers: &[LayerView],
    credit: Option<&Text>,
    language: Language,
) -> Value {
    let first = layers.iter().map(|layer| layer.zooms().0).min().unwrap_or(0);
    let last = layers.iter().map(|layer| layer.zooms().1.min(MAX_ZOOM)).max().unwrap_or(MAX_ZOOM);
    let whole = || layers.iter().filter_map(LayerView::whole);
    let mut json = json!({
        "tilejson": "3.0.0",
        "name": name,
        "tiles": [template],
        "scheme": "xyz",
        "minzoom": first,
        "maxzoom": last,
        "sampled_below": whole().map(|mixed| mixed.sampled_below).max(),
        "vector_layers": layers.iter().flat_map(|l| vector_layers(l, language)).collect::<Vec<_>>(),
    });
    let extent = whole().filter_map(|mixed| mixed.extent).reduce(|a, b| a.union(&b));
    if let Some(extent) = extent {
        let extent = drawn(extent);
        json["bounds"] = json!(extent.to_array());
        json["center"] = center(&extent, first, last);
    }
    let attribution = attribution(layers, credit, language);
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

/// The layer's MVT layer, and that of its labels.
fn vector_layers(layer: &LayerView, language: Language) -> Vec<Value> {
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
    let fields = columns.iter().filter(|column| is_written(&column.name));
    let fields = fields.filter_map(|column| Some((column.name.to_string(), kind(column)?.into())));
    let mut described = vec![describe(layer.id().to_string(), fields.collect())];
    if let Some(column) = layer.name_column().and_then(|position| columns.get(position)) {
        let fields = kind(column).map(|kind| (Own::Name.name().to_owned(), kind.into()));
        let id = format!("{}{LABEL_SUFFIX}", layer.id());
        described.push(describe(id, fields.into_iter().collect()));
    }
    described
}

/// The type of a column's values in tiles; `None` for columns that tiles leave out.
fn kind(column: &Column) -> Option<&'static str> {
    match column.kind {
        ColumnType::Binary => None,
        ColumnType::Bool => Some("Boolean"),
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => Some("String"),
        kind => kind.is_number().then_some("Number"),
    }
}

/// The layers' attributions, each once.
fn attribution(layers: &[LayerView], credit: Option<&Text>, language: Language) -> String {
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
