//! The tests' reader of MVT, shown on mvt-fixtures and on real tiles.

use serde_json::{Value as Json, json};

use crate::data;
use crate::mvt::{Tile, Value};

fn raw(tile: &Tile, like: &Json) -> Json {
    let layers = tile.layers.iter().enumerate().map(|(n, layer)| {
        let like = &like["layers"][n];
        let features = layer.features.iter().map(|feature| {
            let mut json = json!({"tags": feature.tags, "type": feature.kind,
                "geometry": feature.commands});
            if let Some(id) = feature.id {
                json["id"] = id.into();
            }
            json
        });
        let mut json = json!({"version": layer.version, "name": layer.name,
            "keys": layer.keys, "features": features.collect::<Vec<_>>(),
            "values": layer.values.iter().map(value).collect::<Vec<_>>()});
        if like.get("extent").is_some() || layer.extent != 4096 {
            json["extent"] = layer.extent.into();
        }
        json
    });
    let layers: Vec<Json> = layers.collect();
    if layers.is_empty() { json!({}) } else { json!({ "layers": layers }) }
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(value) => json!({ "string_value": value }),
        // The shortest text of the single, as the fixtures write it.
        Value::Float(value) => {
            json!({"float_value": value.to_string().parse::<f64>().unwrap()})
        }
        Value::Double(value) => json!({ "double_value": value }),
        Value::Int(value) => json!({ "int_value": value }),
        Value::UInt(value) => json!({ "uint_value": value }),
        Value::SInt(value) => json!({ "sint_value": value }),
        Value::Bool(value) => json!({ "bool_value": value }),
    }
}

/// A valid tile by the fixtures' index whose geometry no reader can make.
const GIGANTIC_COUNT: &str = "fixtures/057.mvt";
/// Said to be valid, though its bytes are those of 003, said to be invalid: it has no type.
const LIKE_THE_INVALID_003: &str = "fixtures/016.mvt";
/// Whose invalid content these typed readers see as another value or never look at.
const INDEX_WITHOUT_TYPES: [&str; 1] = ["fixtures/076.mvt"];

#[test]
fn the_fixtures_of_the_specification_are_read_as_they_say() {
    let Some(folder) = data::folder() else { return };
    let index = data::json(&folder, "mvt/index.json");
    for fixture in index["tiles"].as_array().unwrap() {
        let file = fixture["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join("mvt").join(file)).unwrap();
        let tile = Tile::read(&bytes);
        let geometry = |tile: &Tile| -> Result<(), String> {
            let mut features = tile.layers.iter().flat_map(|layer| &layer.features);
            features.try_for_each(|feature| feature.geometry().map(drop))
        };
        if file == LIKE_THE_INVALID_003 {
            continue;
        }
        if fixture["validity"]["v2"] == true {
            let tile = tile.unwrap_or_else(|error| panic!("{file}: {error}"));
            if !INDEX_WITHOUT_TYPES.contains(&file) {
                assert_eq!(raw(&tile, &fixture["decoded"]), fixture["decoded"], "{file}");
            }
            assert_eq!(geometry(&tile).is_ok(), file != GIGANTIC_COUNT, "{file}");
        } else {
            assert!(tile.and_then(|tile| geometry(&tile)).is_err(), "{file} is taken");
        }
    }
}

#[test]
fn real_tiles_are_read_whole() {
    let Some(folder) = data::folder() else { return };
    let mut tiles = 0;
    for entry in std::fs::read_dir(folder.join("mvt/real-world")).unwrap() {
        let tile = Tile::read(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let features: usize = tile.layers.iter().map(|layer| layer.features.len()).sum();
        assert!(features > 0);
        tiles += 1;
    }
    assert!(tiles > 0);
}
