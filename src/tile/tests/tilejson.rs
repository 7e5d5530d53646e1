//! `TileJSON`.

use serde_json::json;

use super::*;
use crate::catalog::{Language, Text};
use crate::tile::tilejson;

#[test]
fn tilejson_names_layers_fields_bounds_and_zooms() {
    let mut made = Made::new(&[("name", ColumnType::String), ("height", ColumnType::Double)]);
    made.add("LINESTRING (114 22.5, 114.5 22.7)", &[]);
    made.name = Some(0);
    made.min_zoom = 3;
    let template = "https://example.org/xyz/test.things/{z}/{x}/{y}.mvt";
    let credit = Text { zh: Some("城市".to_owned()), en: Some("The city".to_owned()) };
    let json = tilejson("Things", template, &[made.view()], Some(&credit), Language::En);
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
    let json = tilejson("Empty", "/{z}/{x}/{y}", &[Made::new(&[]).view()], None, Language::Zh);
    assert!(json.get("attribution").is_none());
    assert!(json.get("bounds").is_none() && json.get("center").is_none());
}
