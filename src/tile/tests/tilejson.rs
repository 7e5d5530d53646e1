//! `TileJSON`.

use serde_json::json;

use super::*;
use crate::catalog::{Language, Text};
use crate::tile::{MAX_ZOOM, tilejson};

/// The plan of a layer's deepest tiles.
fn deepest(layer: &LayerView, properties: Option<&[&str]>, aggregate: bool) -> TilePlan {
    let address = Address::new(MAX_ZOOM, 0, 0).unwrap();
    let properties = properties.map(|names| names.iter().map(ToString::to_string).collect());
    let ask = TileAsk { address, moment: None, properties, aggregate };
    plan(layer, &ask, Instant::from_millis(0)).unwrap()
}

/// Layers and their fields.
fn fields(plan: TilePlan) -> Vec<(String, serde_json::Value)> {
    let json = tilejson("", "/{z}/{x}/{y}", &[plan], None, Language::En);
    let layers = json["vector_layers"].as_array().unwrap().clone();
    layers.iter().map(|l| (l["id"].as_str().unwrap().to_owned(), l["fields"].clone())).collect()
}

#[test]
fn tilejson_names_layers_fields_bounds_and_zooms() {
    let mut made = Made::new(&[("name", ColumnType::String), ("height", ColumnType::Double)]);
    made.add("LINESTRING (114 22.5, 114.5 22.7)", &[]);
    made.name = Some(0);
    made.min_zoom = 3;
    let template = "https://example.org/xyz/test.things/{z}/{x}/{y}.mvt";
    let credit = Text { zh: Some("城市".to_owned()), en: Some("The city".to_owned()) };
    let json = tilejson(
        "Things",
        template,
        &[deepest(&made.view(), None, false)],
        Some(&credit),
        Language::En,
    );
    assert_eq!(json["tilejson"], "3.0.0");
    assert_eq!(json["tiles"], json!([template]));
    assert_eq!((&json["minzoom"], &json["maxzoom"]), (&json!(3), &json!(16)));
    assert_eq!(json["sampled_below"], 0);
    let layers = json["vector_layers"].as_array().unwrap();
    assert_eq!(layers[0]["id"], "test.things");
    assert_eq!(layers[0]["description"], "Things");
    assert_eq!(layers[0]["fields"], json!({"name": "String", "height": "Number"}));
    assert_eq!(layers[1]["id"], "test.things.label");
    assert_eq!(layers[1]["fields"], json!({"name": "String"}));
    let bounds: Vec<f64> = serde_json::from_value(json["bounds"].clone()).unwrap();
    for (found, expected) in bounds.iter().zip([114.0, 22.5, 114.5, 22.7]) {
        assert!((found - expected).abs() < 1e-6, "{bounds:?}");
    }
    assert_eq!(json["center"].as_array().unwrap().len(), 3);
    assert_eq!(json["attribution"], "The city");
}

#[test]
fn a_layer_without_geometry_has_no_bounds() {
    let plan = deepest(&Made::new(&[]).view(), None, false);
    let json = tilejson("Empty", "/{z}/{x}/{y}", &[plan], None, Language::Zh);
    assert!(json.get("attribution").is_none());
    assert!(json.get("bounds").is_none() && json.get("center").is_none());
}

#[test]
fn fields_are_those_that_such_tiles_carry() {
    let columns = [
        ("code", ColumnType::String),
        ("name", ColumnType::String),
        ("height", ColumnType::Double),
        ("floors", ColumnType::Int),
    ];
    let made = || {
        let mut made = Made::typed(GeometryType::Point, &columns);
        made.add("POINT (114 22.5)", &[Some(ColumnValue::String("a"))]);
        (made.id, made.name) = (Some(0), Some(1));
        made
    };
    let layer = made().view();
    let label = |fields| ("test.things.label".to_owned(), fields);
    let own = |fields| ("test.things".to_owned(), fields);
    let labels = label(json!({"name": "String", "_id": "String"}));
    let some = json!({"_id": "String", "floors": "Number"});
    assert_eq!(fields(deepest(&layer, Some(&["floors"]), false)), [own(some), labels.clone()]);
    let none = json!({"_id": "String"});
    assert_eq!(fields(deepest(&layer, Some(&[]), false)), [own(none), labels]);
    let sums = json!({"_count": "Number", "floors": "Number", "height": "Number"});
    assert_eq!(fields(deepest(&layer, Some(&["floors", "height"]), true)), [own(sums)]);
    assert_eq!(fields(deepest(&layer, None, true)), [own(json!({"_count": "Number"}))]);
    // Numbers name features by themselves, but not versions of one that may meet.
    let mut numbered = made();
    numbered.id = Some(3);
    let ids = |layer: &LayerView| {
        let fields = fields(deepest(layer, Some(&[]), false));
        [0, 1].map(|n| fields[n].1.get("_id").is_some())
    };
    assert_eq!(ids(&numbered.view()), [false, false]);
    let mut versions = made().versions(&[[0, 1]]);
    versions.id = Some(3);
    let layer = versions.view();
    assert_eq!(ids(&layer), [false, false]);
    let mut plan = deepest(&layer, Some(&[]), false);
    plan.versions = true;
    assert!(fields(plan).iter().all(|(_, fields)| fields["_id"] == "String"));
}

#[test]
fn weights_are_named_where_points_are_sampled() {
    let of = |kind, text: &dyn Fn(u32) -> String, count| {
        let mut made = Made::typed(kind, &[]);
        (0..count).for_each(|n| made.add(&text(n), &[]));
        let layer = made.view();
        let sampled = layer.whole().unwrap().sampled_below > 0;
        (sampled, fields(deepest(&layer, None, false))[0].1.clone())
    };
    let point = |n| {
        format!(
            "POINT ({} {})",
            114.0 + f64::from(n % 300) * 1e-3,
            22.0 + f64::from(n / 300) * 1e-3
        )
    };
    let line = |n| format!("LINESTRING (114 22, 115 {})", 22.0 + f64::from(n) * 1e-5);
    assert_eq!(of(GeometryType::Point, &point, 60_000), (true, json!({"_weight": "Number"})));
    assert_eq!(of(GeometryType::Point, &point, 10), (false, json!({})));
    assert_eq!(of(GeometryType::LineString, &line, 60_000), (true, json!({})));
}
