//! A small folder of layers for black-box tests: one of each temporal kind, a table, a broken file.

use std::path::{Path, PathBuf};

use geo::{Geometry, Point, Rect};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{Column, ColumnType, Kind, Value};

/// Points of `city.places`.
pub(crate) const PLACES: usize = 25;
/// A name that JSON must escape.
pub(crate) const ODD_NAME: &str = "a \"b\" \\ \u{1}\n龙岗 <script>";

/// A folder of layers that lives as long as the test.
pub(crate) struct City {
    _place: tempfile::TempDir,
    /// The folder.
    pub(crate) layers: PathBuf,
}

/// An empty folder of layers.
pub(crate) fn empty() -> City {
    let place = tempfile::tempdir().unwrap();
    let layers = place.path().join("layers");
    std::fs::create_dir(&layers).unwrap();
    City { _place: place, layers }
}

/// The small city.
pub(crate) fn small() -> City {
    let city = empty();
    let theme = city.layers.join("city");
    std::fs::create_dir(&theme).unwrap();
    std::fs::write(theme.join("places.fgb"), places(PLACES, 1)).unwrap();
    std::fs::write(theme.join("parcels.fgb"), parcels()).unwrap();
    std::fs::write(theme.join("incidents.fgb"), incidents()).unwrap();
    std::fs::write(theme.join("owners.fgb"), owners()).unwrap();
    std::fs::write(theme.join("broken.fgb"), b"this is no FlatGeobuf").unwrap();
    city
}

/// Puts other places in the stead of those there are, as publishers should: aside, then renamed.
pub(crate) fn publish_places(layers: &Path, count: usize, generation: i64) {
    let aside = layers.join("city/.places.new");
    std::fs::write(&aside, places(count, generation)).unwrap();
    std::fs::rename(aside, layers.join("city/places.fgb")).unwrap();
}

fn places(count: usize, generation: i64) -> Vec<u8> {
    let columns = [
        ("id", ColumnType::Int),
        ("name", ColumnType::String),
        ("generation", ColumnType::Int),
        ("limit", ColumnType::Int),
    ];
    let rows = (0..count).map(|i| {
        let at = Point::new(114.0 + i as f64 * 0.01, 22.5 + i as f64 * 0.01);
        let name = if i == 0 { ODD_NAME.to_owned() } else { format!("place {i}") };
        (Some(Geometry::from(at)), vec![int(i as i64), text(&name), int(generation), int(7)])
    });
    layer("places", Kind::Point, &columns, rows)
}

/// Parcel 1 has two versions, 2 ended at the start of 2023, 3 was always there.
fn parcels() -> Vec<u8> {
    let columns = [
        ("id", ColumnType::Int),
        ("use", ColumnType::String),
        ("valid_from", ColumnType::DateTime),
        ("valid_to", ColumnType::DateTime),
    ];
    let rows = [
        (1, "farm", Some("2020-01-01T00:00:00Z"), Some("2022-01-01T00:00:00Z")),
        (1, "homes", Some("2022-01-01T00:00:00Z"), None),
        (2, "works", Some("2020-01-01T00:00:00Z"), Some("2023-01-01T00:00:00Z")),
        (3, "park", None, None),
    ];
    let rows = rows.into_iter().map(|(id, r#use, from, to)| {
        let west = 114.0 + 0.01 * id as f64;
        let shape = Rect::new((west, 22.5), (west + 0.005, 22.505)).to_polygon();
        let values = vec![int(id), text(r#use), time(from), time(to)];
        (Some(Geometry::from(shape)), values)
    });
    layer("parcels", Kind::Polygon, &columns, rows)
}

fn incidents() -> Vec<u8> {
    let columns = [("kind", ColumnType::String), ("occurred_at", ColumnType::DateTime)];
    let rows = (1..=9).map(|day| {
        let at = Geometry::from(Point::new(114.0, 22.5));
        let when = format!("2024-05-0{day}T08:00:00Z");
        (Some(at), vec![text("fire"), time(Some(&when))])
    });
    layer("incidents", Kind::Point, &columns, rows)
}

fn owners() -> Vec<u8> {
    let columns = [("id", ColumnType::Int), ("owner", ColumnType::String)];
    let rows = (1..=3).map(|id| (None, vec![int(id), text("someone")]));
    layer("owners", Kind::Unknown, &columns, rows)
}

/// A value that owns its text.
pub(crate) enum Owned {
    Null,
    Int(i64),
    Double(f64),
    Text(String),
    Time(String),
}

pub(crate) fn int(value: i64) -> Owned {
    Owned::Int(value)
}

pub(crate) fn text(value: &str) -> Owned {
    Owned::Text(value.to_owned())
}

pub(crate) fn double(value: f64) -> Owned {
    Owned::Double(value)
}

fn time(value: Option<&str>) -> Owned {
    value.map_or(Owned::Null, |value| Owned::Time(value.to_owned()))
}

/// A file of a layer in longitude and latitude.
pub(crate) fn layer(
    name: &str,
    geometry: Kind,
    columns: &[(&str, ColumnType)],
    rows: impl Iterator<Item = (Option<Geometry<f64>>, Vec<Owned>)>,
) -> Vec<u8> {
    let column = |(name, kind): &(&str, ColumnType)| Column {
        name: (*name).into(),
        kind: *kind,
        title: None,
        description: None,
    };
    let options = WriterOptions {
        name: name.to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry,
    };
    let mut writer = Writer::new(options, columns.iter().map(column).collect());
    for (geometry, values) in rows {
        let values: Vec<Value<'_>> = values
            .iter()
            .map(|value| match value {
                Owned::Null => Value::Null,
                Owned::Int(value) => Value::Int(*value),
                Owned::Double(value) => Value::Double(*value),
                Owned::Text(value) => Value::Text(value),
                Owned::Time(value) => Value::DateTime(value),
            })
            .collect();
        writer.add(geometry.as_ref(), &values).unwrap();
    }
    writer.finish()
}
