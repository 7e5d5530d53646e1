//! GeoJSON geometry as `geo` geometry, read apart from the server's own code.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde_json::Value;

/// The geometry of a feature; `None` where it is null or empty.
pub(crate) fn geometry(feature: &Value) -> Option<Geometry<f64>> {
    read(&feature["geometry"])
}

fn read(value: &Value) -> Option<Geometry<f64>> {
    let at = &value["coordinates"];
    if value["type"] != "GeometryCollection" && at.as_array().is_none_or(Vec::is_empty) {
        return None;
    }
    Some(match value["type"].as_str()? {
        "Point" => Geometry::Point(Point(position(at))),
        "MultiPoint" => Geometry::MultiPoint(MultiPoint(list(at, |one| Point(position(one))))),
        "LineString" => Geometry::LineString(line(at)),
        "MultiLineString" => Geometry::MultiLineString(MultiLineString(list(at, line))),
        "Polygon" => Geometry::Polygon(polygon(at)),
        "MultiPolygon" => Geometry::MultiPolygon(MultiPolygon(list(at, polygon))),
        "GeometryCollection" => Geometry::GeometryCollection(
            value["geometries"].as_array()?.iter().filter_map(read).collect(),
        ),
        other => panic!("{other} is no geometry type"),
    })
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().unwrap().iter().map(read).collect()
}

fn position(value: &Value) -> Coord<f64> {
    Coord { x: value[0].as_f64().unwrap(), y: value[1].as_f64().unwrap() }
}

fn line(value: &Value) -> LineString<f64> {
    LineString(list(value, position))
}

fn polygon(value: &Value) -> Polygon<f64> {
    let mut rings = list(value, line).into_iter();
    let shell = rings.next().unwrap_or(LineString(Vec::new()));
    Polygon::new(shell, rings.collect())
}
