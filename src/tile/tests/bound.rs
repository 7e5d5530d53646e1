//! The byte bound: it always holds, and is met by giving up columns, labels, then features.

use super::*;
use crate::tile::MAX_BYTES;

fn points(count: u32, columns: &[(&'static str, ColumnType)]) -> Made {
    let mut made = Made::new(columns);
    // The index must not thin what the tile is to be tested on.
    made.attribute_bytes = 0;
    for n in 0..count {
        let unit = [f64::from(n % 320) * 12.5 + 10.0, f64::from(n / 320) * 12.5 + 10.0];
        let name = format!("feature number {n}");
        let values = [Some(ColumnValue::String(&name))];
        made.add(&format!("POINT ({})", wkt(&[unit])), &values[..columns.len().min(1)]);
    }
    made
}

#[test]
fn a_value_larger_than_any_tile_costs_the_tile_its_attributes_and_no_feature() {
    let mut made = points(50, &[("text", ColumnType::String)]);
    let text = "x".repeat(600_000);
    made.add(&format!("POINT ({})", wkt(&[[1.0, 1.0]])), &[Some(ColumnValue::String(&text))]);
    let built = built(&made.view(), &here());
    assert!(built.bytes.len() <= MAX_BYTES);
    assert!(built.left_out.attributes);
    assert_eq!(built.left_out.kept, 1.0);
    let tile = mvt::Tile::read(&built.bytes).unwrap();
    assert_eq!(features(&tile).len(), 51);
    assert!(features(&tile).iter().all(|feature| feature.attributes.is_empty()));
}

#[test]
fn attributes_go_first_and_ids_that_are_text_stay() {
    let mut made = points(20_000, &[("id", ColumnType::String)]);
    made.id = Some(0);
    let view = made.view();
    let built = built(&view, &here());
    assert!(built.bytes.len() <= MAX_BYTES && built.bytes.len() > MAX_BYTES / 2);
    assert!(built.left_out.attributes);
    let tile = mvt::Tile::read(&built.bytes).unwrap();
    for feature in features(&tile) {
        let mvt::Value::Text(id) = &feature.attributes["_id"] else { panic!("text") };
        assert_eq!(feature.id, Some(entity_key(Value::Text(id))));
    }
}

#[test]
fn labels_go_where_ids_would_not_fit_beside_them() {
    let columns = ["id", "name", "text"].map(|name| (name, ColumnType::String));
    let mut made = points(0, &columns);
    (made.id, made.name) = (Some(0), Some(1));
    for n in 0..3_500 {
        let unit = [f64::from(n % 60) * 60.0 + 10.0, f64::from(n / 60) * 60.0 + 10.0];
        // Without columns the features and their labels fit, but not with the ids of both.
        let values = [format!("{n:060}"), format!("label {n}"), format!("{n:0300}")];
        let values = values.each_ref().map(|value| Some(ColumnValue::String(value)));
        made.add(&format!("POINT ({})", wkt(&[unit])), &values);
    }
    let built = built(&made.view(), &here());
    assert!(built.bytes.len() <= MAX_BYTES, "{}", built.bytes.len());
    assert!(built.left_out.attributes);
    assert_eq!(built.left_out.kept, 1.0);
    assert_eq!(features(&mvt::Tile::read(&built.bytes).unwrap()).len(), 3_500);
}

/// All in one tile of the deepest zoom, where no index thins.
fn crowd(count: u32) -> Made {
    let mut made = Made::new(&[("n", ColumnType::Int)]);
    for n in 0..count {
        let unit = [f64::from(n % 400) / 400.0, f64::from(n / 400) / 400.0];
        let position = wkt(&[unit.map(|at| at * 15.0 + 0.1)]);
        made.add(&format!("POINT ({position})"), &[Some(ColumnValue::Int(n as i32))]);
    }
    made
}

fn deep() -> TileAsk {
    at(22, TILE.1 << 8, TILE.2 << 8)
}

#[test]
fn too_many_features_are_thinned_by_hash_and_the_rest_is_weighed() {
    let few = built(&crowd(100_000).view(), &deep());
    assert!(few.bytes.len() <= MAX_BYTES && few.bytes.len() > MAX_BYTES * 8 / 10);
    assert!(few.left_out.attributes && few.left_out.kept < 1.0, "{}", few.left_out.kept);
    let tile = mvt::Tile::read(&few.bytes).unwrap();
    let found = features(&tile);
    assert!((found.len() as f64 / 100_000.0 - few.left_out.kept).abs() < 1e-9);
    for feature in &found {
        let mvt::Value::Double(weight) = feature.attributes["_weight"] else { panic!("a double") };
        assert!((weight * few.left_out.kept - 1.0).abs() < 1e-9);
    }
    // What a larger crowd keeps, a smaller one that begins with it keeps.
    let more = built(&crowd(140_000).view(), &deep());
    let ids = |built: &Built| -> std::collections::BTreeSet<_> {
        features(&mvt::Tile::read(&built.bytes).unwrap()).iter().filter_map(|f| f.id).collect()
    };
    let (few, more) = (ids(&few), ids(&more));
    assert!(more.iter().filter(|id| **id < 100_000).all(|id| few.contains(id)));
}

#[test]
fn what_a_full_tile_keeps_holds_what_the_zooms_above_it_draw() {
    let mut made = crowd(100_000);
    made.attribute_bytes = 40;
    let view = made.view();
    let ids = |ask: &TileAsk| -> std::collections::BTreeSet<_> {
        let tile = mvt::Tile::read(&built(&view, ask).bytes).unwrap();
        features(&tile).iter().filter_map(|feature| feature.id).collect()
    };
    let (above, full) = (ids(&at(21, TILE.1 << 7, TILE.2 << 7)), ids(&deep()));
    assert!(1_000 < above.len() && above.len() < full.len() && full.len() < 100_000);
    assert!(above.is_subset(&full));
}

#[test]
fn where_not_all_columns_fit_those_of_low_zooms_stay() {
    let mut made = points(8_000, &[("name", ColumnType::String), ("kind", ColumnType::Int)]);
    made.tile_columns = vec![1];
    for n in 0..2_000 {
        let name = format!("a name of two hundred letters {n:0>170}");
        let values = [Some(ColumnValue::String(&name)), Some(ColumnValue::Int(n % 7))];
        made.add(&format!("POINT ({})", wkt(&[[f64::from(n) * 2.0, 4000.0]])), &values);
    }
    let view = made.view();
    let built = built(&view, &here());
    assert!(built.bytes.len() <= MAX_BYTES && built.left_out.attributes);
    assert_eq!(built.left_out.kept, 1.0);
    let tile = mvt::Tile::read(&built.bytes).unwrap();
    let found = features(&tile);
    assert_eq!(found.len(), 10_000);
    assert_eq!(found.iter().filter(|f| f.attributes.contains_key("kind")).count(), 2_000);
    assert!(found.iter().all(|f| !f.attributes.contains_key("name")));
}

#[test]
fn names_go_before_features() {
    let mut made = points(12_000, &[("name", ColumnType::String)]);
    made.name = Some(0);
    let view = made.view();
    let ask = TileAsk { properties: Some(Vec::new()), ..here() };
    let built = built(&view, &ask);
    assert!(built.bytes.len() <= MAX_BYTES, "{}", built.bytes.len());
    let tile = mvt::Tile::read(&built.bytes).unwrap();
    if built.left_out.attributes {
        assert!(tile.layer("test.things.label").is_none());
    }
}
