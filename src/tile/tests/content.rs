//! What features carry: ids, attributes, labels, times.

use super::*;

const POINT: &str = "POINT";

fn point(unit: [f64; 2]) -> String {
    format!("{POINT} ({})", wkt(&[unit]))
}

#[test]
fn every_type_of_value_keeps_its_type_and_nothing_stays_out() {
    use ColumnType as C;
    use ColumnValue as V;
    let columns = [
        ("byte", C::Byte),
        ("ubyte", C::UByte),
        ("bool", C::Bool),
        ("long", C::Long),
        ("ulong", C::ULong),
        ("float", C::Float),
        ("double", C::Double),
        ("text", C::String),
        ("json", C::Json),
        ("date", C::DateTime),
        ("bytes", C::Binary),
        ("null", C::Int),
    ];
    let mut made = Made::new(&columns);
    let values = [
        V::Byte(-3),
        V::UByte(200),
        V::Bool(true),
        V::Long(i64::MIN),
        V::ULong(u64::MAX),
        V::Float(0.1),
        V::Double(0.1),
        V::String("龙岗"),
        V::Json("{\"a\":1}"),
        V::DateTime("2024-05-01"),
        V::Binary(b"xyz"),
    ];
    made.add(&point([100.0, 200.0]), &values.map(Some));
    let [feature] = &features(&read(&made.view(), &here()))[..] else { panic!("one feature") };
    assert_eq!(feature.id, Some(0));
    let expected = [
        ("byte", mvt::Value::SInt(-3)),
        ("ubyte", mvt::Value::Int(200)),
        ("bool", mvt::Value::Bool(true)),
        ("long", mvt::Value::SInt(i64::MIN)),
        ("ulong", mvt::Value::UInt(u64::MAX)),
        ("float", mvt::Value::Float(0.1)),
        ("double", mvt::Value::Double(0.1)),
        ("text", text("龙岗")),
        ("json", text("{\"a\":1}")),
        ("date", text("2024-05-01")),
    ];
    assert_eq!(feature.attributes, expected.map(|(k, v)| (k.to_owned(), v)).into());
}

#[test]
fn equal_keys_and_equal_values_of_a_column_are_written_once() {
    let mut made = Made::new(&[("class", ColumnType::String), ("kind", ColumnType::String)]);
    for n in 0..100 {
        let class = format!("class {}", n % 7);
        let values = [Some(ColumnValue::String(&class)), Some(ColumnValue::String("class 0"))];
        made.add(&point([f64::from(n) * 10.0, 50.0]), &values);
    }
    let tile = read(&made.view(), &here());
    let layer = tile.layer("test.things").unwrap();
    assert_eq!((layer.version, layer.extent), (2, 4096));
    assert_eq!((layer.features.len(), layer.keys.len(), layer.values.len()), (100, 2, 8));
}

#[test]
fn only_the_columns_asked_for_are_carried_and_unknown_ones_are_refused() {
    let mut made = Made::new(&[("a", ColumnType::Int), ("b", ColumnType::Int)]);
    made.add(&point([1.0, 1.0]), &[Some(ColumnValue::Int(1)), Some(ColumnValue::Int(2))]);
    let view = made.view();
    let keys = |names: Option<&[&str]>| {
        let properties = names.map(|names| names.iter().map(|n| (*n).to_owned()).collect());
        let tile = read(&view, &TileAsk { properties, ..here() });
        features(&tile)[0].attributes.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(None), ["a", "b"]);
    assert_eq!(keys(Some(&["b"])), ["b"]);
    assert_eq!(keys(Some(&["b", "a", "b"])), ["a", "b"]);
    assert_eq!(keys(Some(&[])), [""; 0]);
    let ask = TileAsk { properties: Some(vec!["c".to_owned()]), ..here() };
    let refused = plan(&view, &ask, Instant::from_millis(0)).err().unwrap();
    let parameter = "properties".to_owned();
    assert_eq!(refused.kind(), crate::model::ErrorKind::Invalid { parameter });
}

#[test]
fn what_lies_beside_the_records_is_what_the_file_has() {
    let columns = ["id", "note", "use", "name"].map(|name| (name, ColumnType::String));
    let mut made = Made::new(&columns);
    for n in 0..40 {
        let [id, name] = ["A", "Building"].map(|before| format!("{before} {n}"));
        let texts = [&id, "a note", ["housing", "school", ""][n % 3], &name];
        let values = texts.map(|text| Some(ColumnValue::String(text)).filter(|_| n % 7 > 0));
        made.add(&point([n as f64 * 90.0 + 5.0, 50.0]), &values);
    }
    (made.id, made.name, made.tile_columns) = (Some(0), Some(3), vec![2]);
    let view = made.view();
    let kept = ["_id", "use", "name"];
    let found = |ask: &TileAsk, layer: &str| -> Vec<_> {
        let features = read(&view, ask).layer(layer).unwrap().features.clone();
        let shown = |mut feature: mvt::Feature| {
            feature.attributes.retain(|key, _| kept.contains(&&**key));
            (feature.id, feature.attributes)
        };
        features.into_iter().map(shown).collect()
    };
    // `note` is not kept beside the records, so that all is read from the file.
    let [near, far] = [&["use", "name"][..], &["use", "name", "note"]].map(|names| {
        let properties = Some(names.iter().map(|name| (*name).to_owned()).collect());
        TileAsk { properties, ..here() }
    });
    for (layer, count, keys) in [("test.things", 40, 3), ("test.things.label", 34, 2)] {
        let beside = found(&near, layer);
        assert_eq!((beside.len(), beside.last().unwrap().1.len()), (count, keys));
        assert_eq!(beside, found(&far, layer));
    }
}

#[test]
fn ids_that_are_text_are_hashed_and_stay_beside_their_hash() {
    let mut made = Made::new(&[("id", ColumnType::String), ("_id", ColumnType::String)]);
    for (n, id) in ["A-1", "A-2"].iter().enumerate() {
        let values = [Some(ColumnValue::String(id)), Some(ColumnValue::String("not this"))];
        made.add(&point([n as f64 * 9.0, 9.0]), &values);
    }
    made.id = Some(0);
    let found = features(&read(&made.view(), &here()));
    assert_eq!(found.len(), 2);
    for feature in found {
        let mvt::Value::Text(id) = &feature.attributes["_id"] else { panic!("text") };
        assert_eq!(feature.attributes["id"], text(id));
        assert_eq!(feature.id, Some(entity_key(Value::Text(id))));
    }
}

fn versions() -> LayerView {
    let mut made = Made::new(&[("id", ColumnType::Int), ("use", ColumnType::String)]);
    let square = |x: f64| {
        let ring = [[x, 0.0], [x + 50.0, 0.0], [x + 50.0, 50.0], [x, 50.0], [x, 0.0]];
        format!("POLYGON (({}))", wkt(&ring))
    };
    let mut add = |id, use_, x| {
        let values = [Some(ColumnValue::Int(id)), Some(ColumnValue::String(use_))];
        made.add(&square(x), &values);
    };
    add(1, "field", 100.0);
    add(1, "housing", 100.0);
    add(2, "school", 300.0);
    made.id = Some(0);
    made.versions(&[[i64::MIN, 1000], [1000, i64::MAX], [500, 2000]]).view()
}

fn uses(view: &LayerView, window: &str) -> Vec<(String, Option<u64>, Option<mvt::Value>)> {
    let ask = TileAsk { moment: Some(moment(window)), ..here() };
    let mut uses: Vec<_> = features(&read(view, &ask))
        .into_iter()
        .map(|feature| {
            let mvt::Value::Text(use_) = &feature.attributes["use"] else { panic!("text") };
            (use_.clone(), feature.id, feature.attributes.get("_id").cloned())
        })
        .collect();
    uses.sort_by(|a, b| a.0.cmp(&b.0));
    uses
}

#[test]
fn a_tile_shows_the_versions_of_its_moment() {
    let view = versions();
    let field = || ("field".to_owned(), Some(1), None);
    let housing = || ("housing".to_owned(), Some(1), None);
    let school = || ("school".to_owned(), Some(2), None);
    assert_eq!(uses(&view, "1970-01-01T00:00:00.499Z"), [field()]);
    assert_eq!(uses(&view, "1970-01-01T00:00:00.500Z"), [field(), school()]);
    assert_eq!(uses(&view, "1970-01-01T00:00:00.999Z"), [field(), school()]);
    assert_eq!(uses(&view, "1970-01-01T00:00:01Z"), [housing(), school()]);
    assert_eq!(uses(&view, "1970-01-01T00:00:02Z"), [housing()]);
    let now = features(&read(&view, &here()));
    assert_eq!(now.len(), 1, "without `datetime` a tile is as of now");
}

#[test]
fn where_versions_meet_each_has_an_id_of_its_own_and_names_its_entity() {
    let view = versions();
    let hash = |text: &str| Some(entity_key(Value::Text(text)));
    let entity = |id: &str| Some(text(id));
    assert_eq!(
        uses(&view, "../.."),
        [
            ("field".to_owned(), hash("1@.."), entity("1")),
            ("housing".to_owned(), hash("1@1970-01-01T00:00:01Z"), entity("1")),
            ("school".to_owned(), hash("2@1970-01-01T00:00:00.500Z"), entity("2")),
        ]
    );
}

#[test]
fn keys_hold_the_slab_and_not_the_instant() {
    let view = versions();
    let key =
        |window: &str| planned(&view, &TileAsk { moment: Some(moment(window)), ..here() }).key();
    assert_eq!(key("1970-01-01T00:00:00.500Z"), key("1970-01-01T00:00:00.999Z"));
    assert_ne!(key("1970-01-01T00:00:00.499Z"), key("1970-01-01T00:00:00.500Z"));
    assert_ne!(key("1970-01-01T00:00:00.999Z"), key("1970-01-01T00:00:01Z"));
    assert_ne!(
        key("1970-01-01T00:00:00.600Z"),
        key("1970-01-01T00:00:00.600Z/1970-01-01T00:00:00.700Z"),
        "ids differ where versions may meet"
    );
}

#[test]
fn a_label_stands_in_one_tile_alone_with_the_name_and_the_id() {
    let mut made = Made::new(&[("label", ColumnType::String)]);
    let across = [[-500.0, -500.0], [900.0, -500.0], [900.0, 900.0], [-500.0, 900.0]];
    let polygon = format!("POLYGON (({}, {}))", wkt(&across), wkt(&across[..1]));
    made.add(&polygon, &[Some(ColumnValue::String("人民公园"))]);
    made.add(&point([-10.0, 4.0]), &[Some(ColumnValue::String("west"))]);
    made.add(&point([20.0, 20.0]), &[Some(ColumnValue::String(" "))]);
    made.add(&point([30.0, 30.0]), &[None]);
    made.name = Some(0);
    let view = made.view();
    let (z, x, y) = TILE;
    let mut seen = Vec::new();
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let tile = read(&view, &at(z, x - dx, y - dy));
        let Some(layer) = tile.layer("test.things.label") else { continue };
        for feature in &layer.features {
            let Ok(mvt::Geometry::Points(points)) = feature.geometry() else { panic!("points") };
            assert!(points[0].iter().all(|unit| (0..4096).contains(unit)), "{points:?}");
            seen.push((feature.id, feature.attributes["name"].clone()));
        }
    }
    seen.sort_by_key(|(id, _)| *id);
    assert_eq!(seen, [(Some(0), text("人民公园")), (Some(1), text("west"))]);
}

#[test]
fn nothing_is_drawn_below_the_least_zoom() {
    let mut made = Made::of(&[point([5.0, 5.0])]);
    made.min_zoom = 14;
    let view = made.view();
    let (z, x, y) = TILE;
    assert!(!built(&view, &here()).bytes.is_empty());
    assert!(built(&view, &at(z - 1, x / 2, y / 2)).bytes.is_empty());
}

#[test]
fn an_empty_tile_has_no_bytes() {
    let view = Made::of(&[point([5.0, 5.0])]).view();
    let (z, x, y) = TILE;
    assert_eq!(built(&view, &at(z, x + 5, y)), Built::default());
}

#[test]
fn equal_plans_give_equal_bytes() {
    let view = versions();
    let ask = TileAsk { moment: Some(moment("../..")), ..here() };
    assert_eq!(built(&view, &ask), built(&view, &ask));
    assert_ne!(planned(&view, &ask).key(), planned(&view, &here()).key());
}
