//! Features in memory, encoded from well-known text.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{FeatureArgs, Geometry as Table, GeometryArgs, GeometryType};
use geo::Geometry;
use geozero::ToGeo;

use crate::model::{Column, ColumnType, Feature, Fingerprint, Kind, Row, Schema};
use crate::source::Source;

/// Features of any type, whose columns are their row and twice that. A text `NULL` has no geometry, `WITHDRAWN` is a row that is not given out.
pub(super) struct Features {
    bodies: Vec<Option<Vec<u8>>>,
    schema: Schema,
}

impl Features {
    pub(super) fn of<T: AsRef<str>>(texts: &[T]) -> Self {
        let columns = ["row", "twice", "kind"].map(|name| Column {
            name: name.into(),
            kind: ColumnType::Int,
            title: None,
            description: None,
        });
        let schema = Schema {
            columns: columns.to_vec(),
            geometry: Kind::Unknown,
            has_z: false,
            has_m: false,
        };
        let bodies = texts.iter().enumerate().map(|(row, text)| body(row as i32, text.as_ref()));
        Self { bodies: bodies.collect(), schema }
    }
}

impl Source for Features {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn len(&self) -> u32 {
        self.bodies.len() as u32
    }

    fn feature(&self, row: Row) -> Option<Feature<'_>> {
        let body = self.bodies.get(row.index())?.as_ref()?;
        let table = flatgeobuf::size_prefixed_root_as_feature(body).expect("a sound feature");
        Some(Feature::new(table, &self.schema))
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(b"features in memory")
    }
}

/// The value of the column `kind` of a row.
pub(super) fn kind_of(row: i32) -> Option<i32> {
    (row % 5 > 0).then_some(row % 7)
}

fn body(row: i32, text: &str) -> Option<Vec<u8>> {
    let mut out = FlatBufferBuilder::new();
    let geometry = match text {
        "WITHDRAWN" => return None,
        "NULL" => None,
        _ => {
            let geometry = geozero::wkt::Wkt(text).to_geo().expect("well-known text");
            Some(encode(&geometry, &mut out))
        }
    };
    let stored = |column: u16, value: i32| {
        column.to_le_bytes().into_iter().chain(value.to_le_bytes()).collect::<Vec<u8>>()
    };
    let kind = kind_of(row).map_or(Vec::new(), |kind| stored(2, kind));
    let properties = Some(out.create_vector(&[stored(0, row), stored(1, 2 * row), kind].concat()));
    let feature =
        flatgeobuf::Feature::create(&mut out, &FeatureArgs { geometry, properties, columns: None });
    out.finish_size_prefixed(feature, None);
    Some(out.finished_data().to_vec())
}

fn encode<'b>(geometry: &Geometry, out: &mut FlatBufferBuilder<'b>) -> WIPOffset<Table<'b>> {
    let rings = |polygon: &geo::Polygon| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).cloned().collect()
    };
    match geometry {
        Geometry::Point(point) => flat(GeometryType::Point, &[vec![point.0].into()], out),
        Geometry::MultiPoint(points) => {
            let line = points.0.iter().map(|point| point.0).collect();
            flat(GeometryType::MultiPoint, &[line], out)
        }
        Geometry::LineString(line) => {
            flat(GeometryType::LineString, std::slice::from_ref(line), out)
        }
        Geometry::MultiLineString(lines) => flat(GeometryType::MultiLineString, &lines.0, out),
        Geometry::Polygon(polygon) => {
            let rings: Vec<geo::LineString> = rings(polygon);
            flat(GeometryType::Polygon, &rings, out)
        }
        Geometry::MultiPolygon(polygons) => {
            let parts: Vec<_> = polygons.0.iter().cloned().map(Geometry::Polygon).collect();
            nested(GeometryType::MultiPolygon, &parts, out)
        }
        Geometry::GeometryCollection(parts) => {
            nested(GeometryType::GeometryCollection, &parts.0, out)
        }
        other => panic!("{other:?} is not read from well-known text"),
    }
}

fn flat<'b>(
    type_: GeometryType,
    lines: &[geo::LineString],
    out: &mut FlatBufferBuilder<'b>,
) -> WIPOffset<Table<'b>> {
    let xy: Vec<f64> = lines.iter().flat_map(|line| &line.0).flat_map(|at| [at.x, at.y]).collect();
    let mut end = 0;
    let ends: Vec<u32> = lines
        .iter()
        .map(|line| {
            end += line.0.len() as u32;
            end
        })
        .collect();
    let xy = Some(out.create_vector(&xy));
    let ends = (ends.len() > 1).then(|| out.create_vector(&ends));
    Table::create(out, &GeometryArgs { type_, xy, ends, ..Default::default() })
}

fn nested<'b>(
    type_: GeometryType,
    parts: &[Geometry],
    out: &mut FlatBufferBuilder<'b>,
) -> WIPOffset<Table<'b>> {
    let parts: Vec<_> = parts.iter().map(|part| encode(part, out)).collect();
    let parts = Some(out.create_vector(&parts));
    Table::create(out, &GeometryArgs { type_, parts, ..Default::default() })
}
