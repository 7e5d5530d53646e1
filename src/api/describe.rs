//! The documents that describe layers and themes.

use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::parameters::CRS84;
use crate::access::{LayerView, Mixed, ThemeView};
use crate::catalog::{Failed, Style, Text};
use crate::model::{Column, ColumnType, Extent, Kind};
use crate::time::{Instant, Span, TemporalKind};

/// A link.
pub(super) fn link(href: &str, rel: &str, media: &str, title: &str) -> Value {
    json!({"href": href, "rel": rel, "type": media, "title": title})
}

/// `text` in the language wanted as `name`, and in all languages as `<name>s`.
pub(super) fn put_text(
    ask: &Ask,
    object: &mut Map<String, Value>,
    name: &str,
    text: Option<&Text>,
) {
    if let Some(text) = text {
        object.insert(name.to_owned(), text.get(ask.language).into());
        object.insert(format!("{name}s"), json!(text));
    }
}

/// A collection in full (OGC API Features part 1, section 7.13).
pub(super) fn collection(ask: &Ask, layer: &LayerView) -> Value {
    let mut object = head(ask, layer);
    let descriptor = layer.descriptor();
    for (name, text) in [
        ("description", &descriptor.description),
        ("attribution", &descriptor.attribution),
        ("source", &descriptor.source),
        ("basis", &descriptor.basis),
    ] {
        put_text(ask, &mut object, name, text.as_ref());
    }
    for (name, text) in [("license", &descriptor.license), ("as_of", &descriptor.as_of)] {
        if let Some(text) = text {
            object.insert(name.to_owned(), text.as_str().into());
        }
    }
    if !descriptor.keywords.is_empty() {
        object.insert("keywords".to_owned(), json!(descriptor.keywords));
    }
    object.insert("itemType".to_owned(), "feature".into());
    object.insert("crs".to_owned(), json!([CRS84]));
    object.insert("storageCrs".to_owned(), CRS84.into());
    let columns = layer.schema().columns.iter().enumerate();
    let columns: Vec<Value> = columns.map(|(at, c)| column(ask, layer, at, c)).collect();
    object.insert("columns".to_owned(), columns.into());
    let named = |position: Option<usize>| {
        position.and_then(|at| layer.schema().columns.get(at)).map(|column| column.name.to_string())
    };
    let (start, end) = layer.time_columns();
    object.insert("id_column".to_owned(), json!(named(layer.id_column())));
    object.insert("name_column".to_owned(), json!(named(layer.name_column())));
    object.insert("time_columns".to_owned(), json!([named(start), named(end)]));
    object.insert("problems".to_owned(), json!(layer.problems()));
    object.insert("links".to_owned(), json!(collection_links(ask, layer)));
    object.into()
}

fn collection_links(ask: &Ask, layer: &LayerView) -> Vec<Value> {
    let id = layer.id();
    let carried = ask.query.carried(&["asof"]);
    let at = |path: String| ask.base.join(&format!("{path}{carried}"));
    let json = "application/json";
    let mut links = vec![
        link(&at(format!("/collections/{id}")), "self", json, "This collection"),
        link(&at(format!("/collections/{id}/items")), "items", "application/geo+json", "Features"),
        link(&at("/collections".to_owned()), "parent", json, "All collections"),
        link(&at(format!("/themes/{}", id.theme())), "related", json, "Its theme"),
    ];
    if layer.schema().geometry != Kind::Unknown || layer.whole().is_none_or(|m| m.extent.is_some())
    {
        let tiles = at(format!("/xyz/{id}.json"));
        links.push(link(&tiles, "tilejson", json, "Vector tiles (TileJSON)"));
    }
    links
}

fn column(ask: &Ask, layer: &LayerView, position: usize, column: &Column) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), (*column.name).into());
    object.insert("type".to_owned(), json_type(column.kind).into());
    let told = layer.column_text(position);
    match told.and_then(|told| told.title.as_ref()) {
        Some(title) => put_text(ask, &mut object, "title", Some(title)),
        None => {
            if let Some(title) = &column.title {
                object.insert("title".to_owned(), title.as_str().into());
            }
        }
    }
    if let Some(description) = &column.description {
        object.insert("description".to_owned(), description.as_str().into());
    }
    if let Some(told) = told {
        if let Some(unit) = &told.unit {
            object.insert("unit".to_owned(), unit.as_str().into());
        }
        if !told.codes.is_empty() {
            object.insert("codes".to_owned(), json!(told.codes));
        }
    }
    object.into()
}

/// The type of a column's values in JSON.
fn json_type(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Bool => "boolean",
        ColumnType::String | ColumnType::DateTime | ColumnType::Binary => "string",
        ColumnType::Json => "any",
        kind if kind.is_integer() => "integer",
        _ => "number",
    }
}

/// What a layer is called and where and when it lies: in lists and at the head of its document.
fn head(ask: &Ask, layer: &LayerView) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("id".to_owned(), layer.id().as_str().into());
    put_text(ask, &mut object, "title", layer.descriptor().title.as_ref());
    put_text(ask, &mut object, "department", layer.descriptor().department.as_ref());
    object.insert("theme".to_owned(), layer.id().theme().into());
    object.insert("geometry".to_owned(), format!("{:?}", layer.schema().geometry).into());
    let kind = layer.temporal();
    object.insert("temporal".to_owned(), json!(kind));
    let style = &layer.descriptor().style;
    if *style != Style::default() {
        object.insert("style".to_owned(), json!(style));
    }
    if let Some(mixed) = layer.whole() {
        object.insert("count".to_owned(), mixed.count.into());
        object.insert("extent".to_owned(), extent(&mixed, kind));
    }
    object
}

/// An extent as OGC API Features has it; a part that is not known is not there.
fn extent(mixed: &Mixed<'_>, kind: TemporalKind) -> Value {
    let mut object = Map::new();
    if let Some(extent) = mixed.extent {
        object.insert("spatial".to_owned(), json!({"bbox": [extent.to_array()], "crs": CRS84}));
    }
    if kind != TemporalKind::None
        && let Some(times) = mixed.times
    {
        object.insert("temporal".to_owned(), json!({"interval": [interval(times)]}));
    }
    object.into()
}

/// First and last instant, null where open.
fn interval(span: Span) -> [Option<String>; 2] {
    let last = span.end().map(|end| Instant::from_millis(end.millis().saturating_sub(1)));
    [span.start(), last].map(|at| at.map(|at| at.to_string()))
}

/// A theme with its layers, those that failed among them.
pub(super) fn theme(ask: &Ask, theme: &ThemeView<'_>) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), theme.id().into());
    put_text(ask, &mut object, "title", Some(theme.title()));
    put_text(ask, &mut object, "department", theme.department());
    put_text(ask, &mut object, "group", theme.group());
    let layers: Vec<LayerView> = theme.layers().collect();
    let whole: Vec<Mixed<'_>> = layers.iter().filter_map(LayerView::whole).collect();
    let count: u64 = whole.iter().map(|mixed| u64::from(mixed.count)).sum();
    object.insert("count".to_owned(), count.into());
    let bbox = whole.iter().filter_map(|mixed| mixed.extent).reduce(|a, b| a.union(&b));
    object.insert("bbox".to_owned(), json!(bbox.as_ref().map(Extent::to_array)));
    let times = whole.iter().filter_map(|mixed| mixed.times).reduce(hull);
    object.insert("interval".to_owned(), json!(times.map(interval)));
    let failed = theme.failed();
    object.insert(
        "layers".to_owned(),
        layers.iter().map(|layer| served(ask, layer, failed)).collect(),
    );
    let dead = failed.iter().filter(|failed| !failed.served);
    object.insert(
        "failed".to_owned(),
        dead.map(|failed| {
            json!({
                "id": failed.id.as_str(), "status": "failed", "problem": failed.problem,
                "reason": failed.problem.reason,
            })
        })
        .collect(),
    );
    let carried = ask.query.carried(&["asof"]);
    let own = ask.base.join(&format!("/themes/{}{carried}", theme.id()));
    object
        .insert("links".to_owned(), json!([link(&own, "self", "application/json", "This theme")]));
    object.into()
}

/// The least span that holds both.
fn hull(a: Span, b: Span) -> Span {
    let ([a_start, a_end], [b_start, b_end]) = (a.to_millis(), b.to_millis());
    Span::from_millis([a_start.min(b_start), a_end.max(b_end)]).unwrap_or(Span::ALWAYS)
}

/// A layer that is served, in a theme's list: `stale` if its newest file failed.
fn served(ask: &Ask, layer: &LayerView, failed: &[Failed]) -> Value {
    let mut object = head(ask, layer);
    let newest = failed.iter().find(|failed| &failed.id == layer.id());
    let status = if newest.is_some() { "stale" } else { "served" };
    object.insert("status".to_owned(), status.into());
    if let Some(newest) = newest {
        object.insert("reason".to_owned(), newest.problem.reason.as_str().into());
    }
    object.insert("problems".to_owned(), layer.problems().len().into());
    let carried = ask.query.carried(&["asof"]);
    let (id, join) = (layer.id(), |path: String| ask.base.join(&format!("{path}{carried}")));
    object.insert(
        "links".to_owned(),
        json!([
            link(
                &join(format!("/collections/{id}")),
                "collection",
                "application/json",
                "The collection"
            ),
            link(
                &join(format!("/xyz/{id}.json")),
                "tilejson",
                "application/json",
                "Vector tiles (TileJSON)"
            ),
        ]),
    );
    object.into()
}
