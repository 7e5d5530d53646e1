//! What the writer writes is read again by the project and by the format's own crate.

use flatgeobuf::{FallibleStreamingIterator, FgbReader};
use geo::{BoundingRect, Geometry, coord, line_string, point, polygon};
use geozero::ToGeo;

use super::{WriteError, Writer, WriterOptions};
use crate::model::{Column, ColumnType, Kind, Row, Value};
use crate::source::{Fgb, Source};

fn column(name: &str, kind: ColumnType) -> Column {
    Column { name: name.into(), kind, title: Some(name.to_uppercase()), description: None }
}

fn options(geometry: Kind) -> WriterOptions {
    WriterOptions {
        name: "small".to_owned(),
        title: Some("小".to_owned()),
        description: Some("for a test".to_owned()),
        epsg: Some(4547),
        geometry,
    }
}

fn read(writer: Writer) -> Fgb {
    let file = Fgb::in_memory(&writer.finish()).expect("what was written can be read");
    assert_eq!(file.checked().found(), 0, "{:?}", file.checked().problems());
    assert_eq!(file.checked().remarks(), [] as [String; 0]);
    file
}

/// Points on a slanted grid, `id` counting them.
fn grid(count: i64) -> Writer {
    let columns = vec![column("id", ColumnType::Long)];
    let mut writer = Writer::new(options(Kind::Point), columns);
    for id in 0..count {
        let (x, y) = ((id % 37) as f64 + id as f64 / 1000.0, (id / 37) as f64);
        let point = Geometry::Point(point!(x: x, y: y));
        writer.add(Some(&point), &[Value::Int(id)]).expect("a point and its id");
    }
    writer
}

#[test]
fn the_header_says_what_the_options_say() {
    let file = read(grid(3));
    let header = file.header();
    assert_eq!(header.name.as_deref(), Some("small"));
    assert_eq!(header.title.as_deref(), Some("小"));
    assert_eq!(header.description.as_deref(), Some("for a test"));
    assert_eq!(header.crs.as_ref().map(|crs| (crs.org.as_str(), crs.code)), Some(("EPSG", 4547)));
    assert_eq!(header.count, Some(3));
    assert_eq!(header.index_node_size, 16);
    assert_eq!(header.schema.columns, [column("id", ColumnType::Long)]);
    assert_eq!(header.schema.geometry, Kind::Point);
}

#[test]
fn values_of_every_type_come_back_and_nulls_stay_null() {
    use ColumnType as T;
    let pairs = [
        (T::Byte, Value::Int(-128)),
        (T::UByte, Value::Int(255)),
        (T::Bool, Value::Bool(true)),
        (T::Short, Value::Int(-32768)),
        (T::UShort, Value::Int(65535)),
        (T::Int, Value::Int(i32::MIN.into())),
        (T::UInt, Value::Int(u32::MAX.into())),
        (T::Long, Value::Int(i64::MIN)),
        (T::ULong, Value::UInt(u64::MAX)),
        (T::Float, Value::Single(0.1)),
        (T::Double, Value::Double(0.1)),
        (T::String, Value::Text("宗地 \"1\"\n")),
        (T::Json, Value::Json("[1]")),
        (T::DateTime, Value::DateTime("2024-05-01T00:00:00+08:00")),
        (T::Binary, Value::Binary(&[0, 255])),
    ];
    let columns: Vec<Column> =
        pairs.iter().map(|(kind, _)| column(&format!("{kind:?}"), *kind)).collect();
    let values: Vec<Value<'_>> = pairs.iter().map(|(_, value)| *value).collect();
    let nulls = vec![Value::Null; values.len()];
    let mut writer = Writer::new(options(Kind::Unknown), columns);
    writer.add(None, &values).expect("a value for each type");
    writer.add(None, &nulls).expect("a null for each type");
    let file = read(writer);
    for (row, expected) in [(0, &values), (1, &nulls)] {
        let mut found = Vec::new();
        file.feature(Row::new(row)).expect("a row").values(&mut found);
        assert_eq!(&found, expected);
    }
}

#[test]
fn a_value_that_would_change_is_refused() {
    for (kind, value) in [
        (ColumnType::Byte, Value::Int(128)),
        (ColumnType::ULong, Value::Int(-1)),
        (ColumnType::Long, Value::UInt(u64::MAX)),
        (ColumnType::Int, Value::Double(1.0)),
        (ColumnType::Float, Value::Double(0.1)),
        (ColumnType::Bool, Value::Int(1)),
        (ColumnType::String, Value::Binary(b"a")),
        (ColumnType::Binary, Value::Text("a")),
    ] {
        let mut writer = Writer::new(options(Kind::Unknown), vec![column("c", kind)]);
        let refused = writer.add(None, &[value]);
        assert!(matches!(refused, Err(WriteError::Value { .. })), "{kind:?} {value:?}");
        assert_eq!(read(writer).len(), 0);
    }
    let mut writer = Writer::new(options(Kind::Unknown), vec![]);
    let refused = writer.add(None, &[Value::Null]);
    assert_eq!(refused, Err(WriteError::Values { given: 1, columns: 0 }));
}

fn collection(members: Vec<Geometry<f64>>) -> Geometry<f64> {
    Geometry::GeometryCollection(geo::GeometryCollection::new_from(members))
}

/// One geometry of each type, holes and several parts among them.
fn geometries() -> Vec<Geometry<f64>> {
    let square = |x: f64| {
        polygon![
            exterior: [(x: x, y: 0.), (x: x + 9., y: 0.), (x: x + 9., y: 9.), (x: x, y: 0.)],
            interiors: [[(x: x + 5., y: 1.), (x: x + 6., y: 1.), (x: x + 6., y: 2.), (x: x + 5., y: 1.)]],
        ]
    };
    let line = line_string![(x: 0., y: 0.), (x: 1., y: 1.), (x: 2., y: 0.)];
    vec![
        point!(x: 1.5, y: -2.5).into(),
        line.clone().into(),
        square(0.).into(),
        geo::MultiPoint::new(vec![point!(x: 1., y: 2.), point!(x: 3., y: 4.)]).into(),
        geo::MultiLineString::new(vec![line.clone(), line_string![(x: 5., y: 5.), (x: 6., y: 5.)]])
            .into(),
        geo::MultiPolygon::new(vec![square(0.), square(20.)]).into(),
        collection(vec![
            point!(x: 1., y: 1.).into(),
            collection(vec![line.into(), square(3.).into()]),
        ]),
    ]
}

#[test]
fn geometries_of_every_type_come_back() {
    let mut writer = Writer::new(options(Kind::Unknown), vec![column("id", ColumnType::Int)]);
    let geometries = geometries();
    for (id, geometry) in (0..).zip(&geometries) {
        writer.add(Some(geometry), &[Value::Int(id)]).expect("any geometry");
    }
    let file = read(writer);
    assert_eq!(file.len() as usize, geometries.len());
    for feature in (0..file.len()).filter_map(|row| file.feature(Row::new(row))) {
        let Value::Int(id) = feature.value(0) else { panic!("a row without id") };
        let geometry = feature.geometry().expect("a geometry");
        assert_eq!(geometry.to_geo().expect("a simple geometry"), geometries[id as usize]);
    }
}

#[test]
fn a_single_geometry_is_promoted_to_the_declared_multi_type_and_no_other() {
    let all = geometries();
    for (single, multi) in [(0, 3), (1, 4), (2, 5)] {
        let declared = [Kind::Point, Kind::LineString, Kind::Polygon][single];
        let promoted = [Kind::MultiPoint, Kind::MultiLineString, Kind::MultiPolygon][single];
        let mut writer = Writer::new(options(promoted), vec![]);
        writer.add(Some(&all[single]), &[]).expect("a single of the multi-type");
        let file = read(writer);
        let geometry = file.feature(Row::new(0)).and_then(|f| f.geometry()).expect("a geometry");
        assert_eq!(geometry.kind(), promoted);
        assert_eq!(
            geometry.to_geo().expect("a multi-geometry").bounding_rect(),
            all[single].bounding_rect()
        );
        let mut writer = Writer::new(options(declared), vec![]);
        let refused = writer.add(Some(&all[multi]), &[]);
        assert_eq!(refused, Err(WriteError::Geometry { given: promoted, declared }));
    }
}

#[test]
fn a_feature_without_position_leaves_the_file_without_index_and_in_order() {
    let mut writer = Writer::new(options(Kind::MultiPolygon), vec![column("id", ColumnType::Int)]);
    let empty = Geometry::MultiPolygon(geo::MultiPolygon::empty());
    let square = geo::Rect::new(coord! {x: 1., y: 1.}, coord! {x: 2., y: 2.}).into();
    for (id, geometry) in (0..).zip([Some(&square), None, Some(&empty), Some(&square)]) {
        writer.add(geometry, &[Value::Int(id)]).expect("with or without geometry");
    }
    let file = read(writer);
    assert_eq!(file.header().index_node_size, 0);
    let features: Vec<_> = (0..4).filter_map(|row| file.feature(Row::new(row))).collect();
    let ids: Vec<_> = features.iter().map(|feature| feature.value(0)).collect();
    assert_eq!(ids, [0, 1, 2, 3].map(Value::Int));
    let has: Vec<_> = features.iter().map(|feature| feature.geometry().is_some()).collect();
    assert_eq!(has, [true, false, true, true]);
}

#[test]
fn equal_input_gives_equal_bytes() {
    assert_eq!(grid(500).finish(), grid(500).finish());
}

#[test]
fn the_index_finds_what_a_scan_finds() {
    for count in [1, 2, 15, 16, 17, 256, 257, 2000] {
        let bytes = grid(count).finish();
        for window in [[-1., -1., 99., 99.], [3.2, 1.5, 12.7, 9.9], [5., 0., 5.1, 0.1]] {
            let [west, south, east, north] = window;
            let reader = FgbReader::open(std::io::Cursor::new(&bytes)).expect("a file");
            let found = reader.select_bbox(west, south, east, north).expect("an index");
            let found = found.count().expect("features");
            let file = Fgb::in_memory(&bytes).expect("a file");
            let scanned = (0..file.len())
                .filter_map(|row| file.feature(Row::new(row))?.geometry()?.to_geo().ok())
                .filter(|geometry| {
                    let point = geo::Point::try_from(geometry.clone()).expect("a point");
                    (west..=east).contains(&point.x()) && (south..=north).contains(&point.y())
                })
                .count();
            assert_eq!(found, scanned, "{count} points, {window:?}");
        }
    }
}
