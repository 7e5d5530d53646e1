//! A layer on its way to its two files: the features and the sidecar.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::DemoError;
use super::calendar::{self, Day};
use super::plane::{self, Point, Polygon, Ring};
use crate::catalog::{ColumnText, Descriptor, RankColumn, Stops, Style, Text, TimeColumn};
use crate::format::flatgeobuf::{Writer, WriterOptions};
use crate::model::{Column, ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// The CRS a layer is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crs {
    /// CGCS2000 / 3-degree Gauss-Kruger CM 114E, EPSG:4547.
    Grid,
    /// CGCS2000 in degrees, EPSG:4490.
    Cgcs2000,
    /// WGS 84 in degrees, EPSG:4326.
    Wgs84,
}

/// What a feature looks like.
pub(super) enum Shape {
    /// A place.
    Point(Point),
    /// A line.
    Line(Vec<Point>),
    /// A polygon.
    Polygon(Polygon),
    /// Several polygons.
    Multi(Vec<Polygon>),
}

/// A column: name, type, titles in Chinese and English, unit (or an empty text).
pub(super) type Field = (&'static str, ColumnType, &'static str, &'static str, &'static str);

/// The column that names the feature.
pub(super) const ID: Field = ("id", ColumnType::String, "编号", "Number", "");
/// The Chinese name.
pub(super) const NAME: Field = ("name", ColumnType::String, "名称", "Name (Chinese)", "");
/// The English name.
pub(super) const NAME_EN: Field = ("name_en", ColumnType::String, "英文名称", "Name (English)", "");
/// The first day of a version.
pub(super) const VALID_FROM: Field =
    ("valid_from", ColumnType::DateTime, "生效日期", "Valid from", "");
/// The day after the last of a version.
pub(super) const VALID_TO: Field = ("valid_to", ColumnType::DateTime, "失效日期", "Valid to", "");

/// What is said of a layer.
pub(super) struct About {
    /// Its theme.
    pub(super) theme: &'static str,
    /// Its name in the theme.
    pub(super) id: &'static str,
    /// Its title.
    pub(super) title: [&'static str; 2],
    /// A sentence about it.
    pub(super) description: [&'static str; 2],
    /// CRS of its file.
    pub(super) crs: Crs,
    /// Type of its geometry; `None` for a table.
    pub(super) kind: Option<Kind>,
    /// How it stands in time.
    pub(super) temporal: TemporalKind,
    /// Its columns.
    pub(super) fields: &'static [Field],
    /// Its colour.
    pub(super) color: &'static str,
}

/// A layer being written.
pub(super) struct Sheet {
    about: About,
    descriptor: Descriptor,
    writer: Writer,
    /// Features so far.
    pub(super) count: usize,
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: Some(zh.to_owned()), en: Some(en.to_owned()) }
}

impl Sheet {
    /// Without features yet.
    pub(super) fn new(about: About) -> Self {
        let column = |(name, kind, _, en, _): &Field| Column {
            name: Arc::from(*name),
            kind: *kind,
            title: Some((*en).to_owned()),
            description: None,
        };
        let epsg = match about.crs {
            Crs::Grid => 4547,
            Crs::Cgcs2000 => 4490,
            Crs::Wgs84 => 4326,
        };
        let options = WriterOptions {
            name: format!("{}.{}", about.theme, about.id),
            title: Some(about.title[1].to_owned()),
            description: Some(about.description[1].to_owned()),
            epsg: about.kind.is_some().then_some(epsg),
            geometry: about.kind.unwrap_or(Kind::Unknown),
        };
        let writer = Writer::new(options, about.fields.iter().map(column).collect());
        let descriptor = describe(&about);
        Self { about, descriptor, writer, count: 0 }
    }

    /// What the values of a column mean, each in Chinese and English.
    pub(super) fn codes(mut self, column: &str, codes: &[(&str, &str, &str)]) -> Self {
        let codes = codes.iter().map(|(code, zh, en)| ((*code).to_owned(), text(zh, en)));
        self.descriptor.columns.entry(column.to_owned()).or_default().codes = codes.collect();
        self
    }

    /// Colours by the values of a column.
    pub(super) fn colours(mut self, by: &str, stops: &[(&str, &str)]) -> Self {
        let stops = stops.iter().map(|(value, colour)| ((*value).to_owned(), (*colour).to_owned()));
        self.descriptor.style.by = Some(by.to_owned());
        self.descriptor.style.stops = Some(Stops::Values(stops.collect()));
        self
    }

    /// The column whose least value matters most.
    pub(super) fn ranked(mut self, by: &str) -> Self {
        self.descriptor.rank = Some(RankColumn::Name(by.to_owned()));
        self
    }

    /// The column that names what an entity was made of.
    pub(super) fn lineage(mut self, column: &str) -> Self {
        self.descriptor.lineage = Some(column.to_owned());
        self
    }

    /// The lowest zoom with tiles.
    pub(super) fn from_zoom(mut self, zoom: u8) -> Self {
        self.descriptor.min_zoom = Some(zoom);
        self
    }

    /// Adds a feature with one value a column.
    pub(super) fn add(
        &mut self,
        shape: Option<Shape>,
        values: &[Value<'_>],
    ) -> Result<(), DemoError> {
        let geometry = shape.map(|shape| geometry(shape, self.about.crs));
        self.count += 1;
        self.writer.add(geometry.as_ref(), values).map_err(|source| DemoError::Write {
            layer: format!("{}.{}", self.about.theme, self.about.id),
            source,
        })
    }

    /// Paths below the folder, and what to write there.
    pub(super) fn finish(self) -> Result<Vec<(String, Vec<u8>)>, DemoError> {
        let path = format!("{}/{}", self.about.theme, self.about.id);
        let sidecar = toml::to_string(&self.descriptor).map_err(DemoError::Sidecar)?;
        Ok(vec![
            (format!("{path}.fgb"), self.writer.finish()),
            (format!("{path}.toml"), sidecar.into_bytes()),
        ])
    }
}

fn describe(about: &About) -> Descriptor {
    let has = |name: &str| about.fields.iter().any(|field| field.0 == name);
    let time = |name: &str| has(name).then(|| TimeColumn::Name(name.to_owned()));
    let (start, end) = match about.temporal {
        TemporalKind::None => (None, None),
        TemporalKind::State => (time("valid_from"), time("valid_to")),
        TemporalKind::Event => (time("begin"), time("end")),
    };
    let column = |(name, _, zh, en, unit): &Field| {
        let unit = (!unit.is_empty()).then(|| (*unit).to_owned());
        ((*name).to_owned(), ColumnText { title: Some(text(zh, en)), unit, codes: BTreeMap::new() })
    };
    Descriptor {
        title: Some(text(about.title[0], about.title[1])),
        description: Some(text(about.description[0], about.description[1])),
        license: Some("CC0-1.0".to_owned()),
        source: Some(text("程序生成的虚构数据", "Synthetic: made by a program, no real place")),
        id: has("id").then(|| "id".to_owned()),
        name: has("name").then(|| "name".to_owned()),
        valid_from: start,
        valid_to: end,
        temporal: Some(about.temporal),
        style: Style { color: Some(about.color.to_owned()), ..Style::default() },
        columns: about.fields.iter().map(column).collect(),
        ..Descriptor::default()
    }
}

/// The day as a value's text.
pub(super) fn ends(to: Option<Day>) -> Option<String> {
    to.map(calendar::date)
}

/// A date that may be open.
pub(super) fn open(date: Option<&String>) -> Value<'_> {
    date.map_or(Value::Null, |date| Value::DateTime(date))
}

fn geometry(shape: Shape, crs: Crs) -> geo::Geometry<f64> {
    let place = |p: &Point| {
        let [x, y] = if crs == Crs::Grid { plane::grid(*p) } else { plane::lonlat(*p) };
        geo::Coord { x, y }
    };
    let line = |points: &[Point]| geo::LineString(points.iter().map(place).collect());
    let ring = |ring: &Ring| {
        let mut line = line(ring);
        line.close();
        line
    };
    let polygon = |rings: &Polygon| {
        let mut rings = rings.iter().map(ring);
        let shell = rings.next().unwrap_or(geo::LineString(Vec::new()));
        geo::Polygon::new(shell, rings.collect())
    };
    match shape {
        Shape::Point(p) => geo::Geometry::Point(geo::Point(place(&p))),
        Shape::Line(points) => geo::Geometry::LineString(line(&points)),
        Shape::Polygon(rings) => geo::Geometry::Polygon(polygon(&rings)),
        Shape::Multi(all) => {
            geo::Geometry::MultiPolygon(geo::MultiPolygon(all.iter().map(polygon).collect()))
        }
    }
}
