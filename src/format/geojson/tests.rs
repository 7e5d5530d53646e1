//! Features through a file in memory to GeoJSON and back by another reader.

use std::sync::Arc;

use geo::{Geometry, coord, polygon};
use geozero::ToGeo;
use geozero::wkt::Wkt;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::collection::head;
use super::*;
use crate::format::flatgeobuf::{Writer, WriterOptions};
use crate::model::{Column, ColumnType, Kind, Row};
use crate::source::{Fgb, Source};
use crate::time::Instant;

fn column(name: &str, kind: ColumnType) -> Column {
    Column { name: Arc::from(name), kind, title: None, description: None }
}

fn file(columns: Vec<Column>, features: &[(Option<Geometry>, &[Value<'_>])]) -> Fgb {
    let options = WriterOptions {
        name: "test".into(),
        title: None,
        description: None,
        epsg: None,
        geometry: Kind::Unknown,
    };
    let mut writer = Writer::new(options, columns);
    for (geometry, values) in features {
        writer.add(geometry.as_ref(), values).expect("a feature");
    }
    Fgb::in_memory(&writer.finish()).expect("a file")
}

fn written(source: &Fgb, crs: &Crs, id: &FeatureId) -> String {
    let columns: Vec<usize> = (0..source.schema().columns.len()).collect();
    let mut out = Vec::new();
    let feature = source.feature(Row::new(0)).expect("a feature");
    FeatureWriter::new(source.schema(), crs, &columns).write(&mut out, &feature, id, None);
    String::from_utf8(out).expect("text")
}

/// The geometry member of a feature with the geometry given as WKT.
fn geometry_of(wkt: &str, crs: &Crs) -> Json {
    let geometry = Wkt(wkt).to_geo().expect(wkt);
    let source = file(Vec::new(), &[(Some(geometry), &[])]);
    let text = written(&source, crs, &FeatureId::Number(0));
    let feature: Json = serde_json::from_str(&text).expect(&text);
    feature["geometry"].clone()
}

#[test]
fn each_type_has_the_shape_that_rfc_7946_gives_it() {
    for (wkt, expected) in [
        ("POINT(1 2.5)", json!({"type": "Point", "coordinates": [1.0, 2.5]})),
        (
            "LINESTRING(1 2,3 4)",
            json!({"type": "LineString", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}),
        ),
        (
            "MULTIPOINT((1 2),(3 4))",
            json!({"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}),
        ),
        (
            "MULTILINESTRING((1 2,3 4),(5 6,7 8))",
            json!({"type": "MultiLineString", "coordinates": [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]}),
        ),
        (
            "MULTIPOLYGON(((0 0,1 0,0 1,0 0)),((5 5,6 5,5 6,5 5)))",
            json!({"type": "MultiPolygon", "coordinates": [
                [[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]],
                [[[5.0, 5.0], [6.0, 5.0], [5.0, 6.0], [5.0, 5.0]]]
            ]}),
        ),
        (
            "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4),MULTIPOINT((9 9)))",
            json!({"type": "GeometryCollection", "geometries": [
                {"type": "Point", "coordinates": [1.0, 2.0]},
                {"type": "LineString", "coordinates": [[1.0, 2.0], [3.0, 4.0]]},
                {"type": "MultiPoint", "coordinates": [[9.0, 9.0]]}
            ]}),
        ),
    ] {
        assert_eq!(geometry_of(wkt, &Crs::crs84()), expected, "{wkt}");
    }
}

#[test]
fn shells_run_counterclockwise_and_holes_clockwise_whichever_way_they_are_stored() {
    let shells = ["0 0,9 0,9 9,0 0", "0 0,9 9,9 0,0 0"];
    let holes = ["5 1,6 1,6 2,5 1", "5 1,6 2,6 1,5 1"];
    for (shell, hole) in shells.iter().flat_map(|shell| holes.map(|hole| (shell, hole))) {
        let geometry = geometry_of(&format!("POLYGON(({shell}),({hole}))"), &Crs::crs84());
        assert_eq!(
            geometry["coordinates"],
            json!([
                [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 0.0]],
                [[5.0, 1.0], [6.0, 2.0], [6.0, 1.0], [5.0, 1.0]]
            ])
        );
    }
}

#[test]
fn rings_and_lines_too_short_for_geojson_repeat_their_first_position() {
    let crs = Crs::crs84();
    for (wkt, coordinates) in [
        ("LINESTRING(1 2)", json!([[1.0, 2.0], [1.0, 2.0]])),
        ("MULTIPOINT((1 2))", json!([[1.0, 2.0]])),
        ("POLYGON((1 2))", json!([[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]])),
        ("POLYGON((1 2,3 4,1 2))", json!([[[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [1.0, 2.0]]])),
        ("LINESTRING EMPTY", json!([])),
        ("POLYGON EMPTY", json!([])),
    ] {
        assert_eq!(geometry_of(wkt, &crs)["coordinates"], coordinates, "{wkt}");
    }
}

#[test]
fn projected_positions_are_degrees_with_at_most_nine_decimals() {
    let crs = Crs::parse("EPSG:3857").expect("a CRS");
    let geometry = geometry_of("LINESTRING(0 0,-12690000.5 2590000)", &crs);
    assert_eq!(geometry["coordinates"][0], json!([0, 0]));
    let lon = geometry["coordinates"][1][0].as_f64().expect("a number");
    let exact = -12_690_000.5 / 6_378_137.0 * 180.0 / std::f64::consts::PI;
    assert!((lon - exact).abs() < 6e-10, "{lon} {exact}");
}

#[test]
fn a_geometry_beyond_the_earth_is_null_in_degrees_and_in_metres() {
    for (wkt, crs) in [
        ("POINT(181 91)", "CRS84"),
        ("LINESTRING(0 0,1000 0)", "EPSG:4326"),
        ("POINT(1e9 0)", "EPSG:3857"),
    ] {
        let crs = Crs::parse(crs).expect("a CRS");
        assert_eq!(geometry_of(wkt, &crs), Json::Null, "{wkt}");
    }
    let beyond_the_antimeridian = geometry_of("POINT(181 1)", &Crs::crs84());
    assert_eq!(beyond_the_antimeridian["coordinates"], json!([181.0, 1.0]));
}

#[test]
fn a_feature_without_geometry_says_null_and_every_column_is_there() {
    let columns = vec![
        column("名称 \"a\"", ColumnType::String),
        column("n", ColumnType::Long),
        column("none", ColumnType::Double),
    ];
    let values = [Value::Text("龙岗\n"), Value::Int(-7), Value::Null];
    let source = file(columns, &[(None, &values)]);
    assert_eq!(
        written(&source, &Crs::crs84(), &FeatureId::Text("a@..".into())),
        "{\"type\":\"Feature\",\"id\":\"a@..\",\"geometry\":null,\
         \"properties\":{\"名称 \\\"a\\\"\":\"龙岗\\n\",\"n\":-7,\"none\":null}}"
    );
}

#[test]
fn a_feature_shows_the_columns_wanted_in_their_order_and_its_links() {
    let columns = vec![column("a", ColumnType::Int), column("b", ColumnType::Int)];
    let source = file(columns, &[(None, &[Value::Int(1), Value::Int(2)])]);
    let feature = source.feature(Row::new(0)).expect("a feature");
    let (crs, mut out) = (Crs::crs84(), Vec::new());
    FeatureWriter::new(source.schema(), &crs, &[1]).write(
        &mut out,
        &feature,
        &FeatureId::Number(9),
        Some("[{}]"),
    );
    assert_eq!(
        String::from_utf8(out).expect("text"),
        "{\"type\":\"Feature\",\"id\":9,\"geometry\":null,\"properties\":{\"b\":2},\"links\":[{}]}"
    );
}

#[test]
fn a_collection_says_what_it_holds_before_its_features() {
    let mut out = Vec::new();
    let links = "[]".to_owned();
    head(&mut out, &Head { matched: 12, at: Instant::from_millis(0), links }, 10);
    out.extend_from_slice(b"]}");
    assert_eq!(
        serde_json::from_slice::<Json>(&out).expect("JSON"),
        json!({
            "type": "FeatureCollection", "numberMatched": 12, "numberReturned": 10,
            "timeStamp": "1970-01-01T00:00:00Z", "links": [], "features": []
        })
    );
}

proptest! {
    #[test]
    fn every_position_and_every_value_is_read_back(
        positions in prop::collection::vec((-180.0..180.0_f64, -90.0..90.0_f64), 1..6),
        name in "\\PC{1,8}", text in any::<String>(),
    ) {
        let shape = geo::LineString::from(positions.clone());
        let source = file(
            vec![column(&name, ColumnType::String)],
            &[(Some(Geometry::LineString(shape)), &[Value::Text(&text)])],
        );
        let text_out = written(&source, &Crs::crs84(), &FeatureId::Number(0));
        let feature: Json = serde_json::from_str(&text_out).expect("JSON");
        let (_, coordinates) = text_out.split_once("\"coordinates\":").expect("coordinates");
        let (coordinates, _) = coordinates.split_once('}').expect("an end");
        // By the standard library's reader: serde_json's may be off in the last bit.
        let numbers: Vec<f64> = coordinates
            .split(['[', ']', ','])
            .filter(|number| !number.is_empty())
            .map(|number| number.parse().expect("a number"))
            .collect();
        // A line of one position is written as two.
        let padding = positions.first().filter(|_| positions.len() == 1);
        let expected: Vec<f64> =
            positions.iter().chain(padding).flat_map(|(x, y)| [*x, *y]).collect();
        prop_assert_eq!(numbers, expected);
        prop_assert_eq!(feature["geometry"]["type"].as_str(), Some("LineString"));
        prop_assert_eq!(&feature["properties"][&name], &json!(text));
    }

    #[test]
    fn rings_keep_their_positions_and_come_out_right_handed(
        shape in (3..9_usize, -170.0..170.0_f64, -80.0..80.0_f64, any::<bool>()),
    ) {
        let (corners, x, y, reverse) = shape;
        let mut ring: Vec<_> = (0..corners).map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / corners as f64;
            coord! { x: x + angle.cos(), y: y + angle.sin() }
        }).collect();
        if reverse {
            ring.reverse();
        }
        let mut polygon = polygon![];
        polygon.exterior_mut(|exterior| exterior.0 = ring);
        let source = file(Vec::new(), &[(Some(Geometry::Polygon(polygon.clone())), &[])]);
        let text = written(&source, &Crs::crs84(), &FeatureId::Number(0));
        let feature: Json = serde_json::from_str(&text).expect("JSON");
        let ring: Vec<[f64; 2]> =
            serde_json::from_value(feature["geometry"]["coordinates"][0].clone()).expect("a ring");
        prop_assert_eq!(ring.len(), corners + 1);
        prop_assert_eq!(ring.first(), ring.last());
        let area: f64 = ring.windows(2).map(|e| e[0][0] * e[1][1] - e[1][0] * e[0][1]).sum();
        prop_assert!(area > 0.0);
    }
}
