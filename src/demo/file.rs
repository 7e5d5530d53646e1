//! A layer's two files: the features and the sidecar.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::DemoError;
use super::land::calendar;
use super::land::plane::{self, Point, Polygon, Ring};
use super::schema::{Layer, Theme};
use super::sheet::{Cell, Row, Shape, Span, length_of};
use crate::catalog::{ColumnText, Descriptor, RankColumn, Stops, Style, Text, TimeColumn};
use crate::format::flatgeobuf::{Writer, WriterOptions};
use crate::model::{Column, ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// The day that the data stands for.
const AS_OF: &str = "2026-06-30";

/// Fewest features that a file has an index for: a smaller one is soon read as a whole.
const INDEXED_FROM: usize = 5_000;

/// A column: name, type, titles in Chinese and English, unit (or an empty text).
type Field = (&'static str, ColumnType, &'static str, &'static str, &'static str);

const ID: Field = ("id", ColumnType::String, "编号", "Number", "");
const NAME: Field = ("name", ColumnType::String, "名称", "Name (Chinese)", "");
const NAME_EN: Field = ("name_en", ColumnType::String, "英文名称", "Name (English)", "");
const AREA: Field = ("area_m2", ColumnType::Double, "面积", "Area", "m2");
const LENGTH: Field = ("length_m", ColumnType::Double, "长度", "Length", "m");
const COMMUNITY: Field = ("community_id", ColumnType::String, "社区编号", "Community", "");
const SUBDISTRICT: Field = ("subdistrict_id", ColumnType::String, "街道编号", "Subdistrict", "");
const FROM: Field = ("valid_from", ColumnType::DateTime, "生效日期", "Valid from", "");
const TO: Field = ("valid_to", ColumnType::DateTime, "失效日期", "Valid to", "");
const BEGIN: Field = ("begin", ColumnType::DateTime, "开始时间", "Begin", "");
const END: Field = ("end", ColumnType::DateTime, "结束时间", "End", "");

/// A file being written.
pub(crate) struct File {
    id: String,
    path: PathBuf,
    epsg: u16,
    descriptor: Descriptor,
    writer: Writer,
}

/// The columns before and behind a layer's own.
fn common(layer: &Layer) -> (Vec<Field>, Vec<Field>) {
    let mut before = vec![ID];
    before.extend((!layer.unnamed).then_some(NAME));
    before.extend((!layer.unnamed && layer.english).then_some(NAME_EN));
    let mut behind = Vec::new();
    behind.extend(layer.has_area().then_some(AREA));
    behind.extend(layer.has_length().then_some(LENGTH));
    behind.extend(layer.is_placed().then_some([COMMUNITY, SUBDISTRICT]).into_iter().flatten());
    match layer.temporal {
        TemporalKind::None => {}
        TemporalKind::State => behind.extend([FROM, TO]),
        TemporalKind::Event => behind.extend([BEGIN, END]),
    }
    (before, behind)
}

fn text(zh: &str, en: &str) -> Text {
    Text { zh: Some(zh.to_owned()), en: Some(en.to_owned()) }
}

impl File {
    /// Without features yet, below a folder.
    pub(crate) fn new(theme: &Theme, layer: &Layer, id: &str, folder: &Path) -> Self {
        let (before, behind) = common(layer);
        // Titles stand in the sidecar.
        let shared = |(name, kind, ..): &Field| (*name, *kind);
        let own = layer.columns.iter().map(|c| (c.name.as_str(), c.column_type()));
        let columns = before.iter().map(shared).chain(own).chain(behind.iter().map(shared));
        let columns = columns.map(|(name, kind)| Column {
            name: Arc::from(name),
            kind,
            title: None,
            description: None,
        });
        let options = WriterOptions {
            name: id.to_owned(),
            title: layer.title.en.clone(),
            description: None,
            epsg: layer.kind().is_some().then_some(layer.crs),
            geometry: layer.kind().unwrap_or(Kind::Unknown),
        };
        let path = folder.join(id.replace('.', "/"));
        let writer = Writer::spooled(options, columns.collect(), path.with_extension("part"))
            .index_from(INDEXED_FROM);
        let descriptor = describe(theme, layer, before.iter().chain(&behind));
        Self { id: id.to_owned(), path, epsg: layer.crs, descriptor, writer }
    }

    /// Adds a feature: a row and one value a column of the layer's own.
    pub(crate) fn add(
        &mut self,
        layer: &Layer,
        row: &Row,
        span: Span,
        own: &[Cell],
        area: Option<[String; 2]>,
    ) -> Result<(), DemoError> {
        let (zh, en) = row.name.as_ref().map_or((None, None), |n| (Some(&n.zh), Some(&n.en)));
        let mut cells: Vec<Cell> = vec![Cell::from(&row.id)];
        cells.extend((!layer.unnamed).then(|| Cell::from(zh)));
        cells.extend((!layer.unnamed && layer.english).then(|| Cell::from(en)));
        cells.extend_from_slice(own);
        cells.extend(layer.has_area().then(|| Cell::from(row.shape.area())));
        cells.extend(layer.has_length().then(|| Cell::from(length_of(&row.shape))));
        if layer.is_placed() {
            let [community, subdistrict] = area.map_or([None, None], |area| area.map(Some));
            cells.extend([Cell::from(community), Cell::from(subdistrict)]);
        }
        match span {
            Span::Always => {}
            Span::Days(from, to) => {
                cells.extend([Cell::Day(from), to.map_or(Cell::Null, Cell::Day)]);
            }
            Span::Between(from, to) => cells.extend([Cell::Day(from), Cell::Day(to)]),
            Span::Minutes(from, to) => {
                cells.extend([Cell::Minute(from), to.map_or(Cell::Null, Cell::Minute)]);
            }
        }
        let times: Vec<String> = cells.iter().map(time).collect();
        let values: Vec<Value<'_>> = cells.iter().zip(&times).map(value).collect();
        let geometry = geometry(&row.shape, self.epsg);
        self.writer
            .add(geometry.as_ref(), &values)
            .map_err(|source| DemoError::Write { layer: self.id.clone(), source })
    }

    /// Writes both files.
    pub(crate) fn finish(self) -> Result<(), DemoError> {
        let Self { id, path, descriptor, writer, .. } = self;
        let sidecar = toml::to_string(&descriptor).map_err(DemoError::Sidecar)?;
        put(&path.with_extension("toml"), sidecar.as_bytes())?;
        let path = path.with_extension("fgb");
        let failed = |source| DemoError::File { path: path.display().to_string(), source };
        let mut out = BufWriter::new(fs::File::create(&path).map_err(failed)?);
        writer.write_to(&mut out).map_err(|source| DemoError::Write { layer: id, source })?;
        out.flush().map_err(failed)
    }
}

/// Writes a file.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), DemoError> {
    fs::write(path, bytes)
        .map_err(|source| DemoError::File { path: path.display().to_string(), source })
}

/// The text of a day or an instant.
fn time(cell: &Cell) -> String {
    match cell {
        Cell::Day(day) => calendar::date(*day),
        Cell::Minute(at) => {
            calendar::timestamp(at.div_euclid(1440) as i32, at.rem_euclid(1440) as i32)
        }
        _ => String::new(),
    }
}

fn value<'v>((cell, time): (&'v Cell, &'v String)) -> Value<'v> {
    match cell {
        Cell::Null => Value::Null,
        Cell::Bool(v) => Value::Bool(*v),
        Cell::Int(v) => Value::Int(*v),
        Cell::Real(v) => Value::Double(*v),
        Cell::Text(v) => Value::Text(v),
        Cell::Day(_) | Cell::Minute(_) => Value::DateTime(time),
    }
}

fn describe<'f>(
    theme: &Theme,
    layer: &Layer,
    shared: impl Iterator<Item = &'f Field>,
) -> Descriptor {
    let shared: Vec<&Field> = shared.collect();
    let has = |name: &str| shared.iter().any(|field| field.0 == name);
    let column = |name: &str| has(name).then(|| TimeColumn::Name(name.to_owned()));
    let (start, end) = match layer.temporal {
        TemporalKind::None => (None, None),
        TemporalKind::State => (column("valid_from"), column("valid_to")),
        TemporalKind::Event => (column("begin"), column("end")),
    };
    let mut columns: BTreeMap<String, ColumnText> = BTreeMap::new();
    for (name, _, zh, en, unit) in &shared {
        let unit = (!unit.is_empty()).then(|| (*unit).to_owned());
        let title = Some(text(zh, en));
        columns.insert((*name).to_owned(), ColumnText { title, unit, codes: BTreeMap::new() });
    }
    for own in &layer.columns {
        let codes = own.codes.iter().map(|code| {
            let (value, zh, en) = code.texts();
            (value.to_owned(), text(zh, en))
        });
        let title = Some(text(&own.zh, &own.en));
        let about = ColumnText { title, unit: own.unit.clone(), codes: codes.collect() };
        columns.insert(own.name.clone(), about);
    }
    Descriptor {
        title: Some(layer.title.clone()),
        description: Some(layer.description.clone()),
        department: Some(layer.department.clone().unwrap_or_else(|| theme.department.clone())),
        license: Some("CC0-1.0".to_owned()),
        source: Some(text("程序生成的虚构数据", "Synthetic: made by a program, no real place")),
        as_of: Some(AS_OF.to_owned()),
        id: Some("id".to_owned()),
        name: has("name").then(|| "name".to_owned()),
        valid_from: start,
        valid_to: end,
        temporal: Some(layer.temporal),
        lineage: layer.lineage.clone(),
        rank: layer.rank.clone().map(RankColumn::Name),
        min_zoom: Some(layer.min_zoom),
        keywords: layer.keywords.clone(),
        style: style(layer),
        columns,
        ..Descriptor::default()
    }
}

fn style(layer: &Layer) -> Style {
    let by = layer.by.as_ref();
    let own = by.and_then(|by| layer.columns.iter().find(|column| column.name == *by));
    let values = own.map(|column| {
        let colour = |code: &super::schema::Code| {
            code.colour().map(|colour| (code.texts().0.to_owned(), colour.to_owned()))
        };
        column.codes.iter().filter_map(colour).collect::<BTreeMap<_, _>>()
    });
    let stops = if layer.stops.is_empty() {
        values.filter(|values| !values.is_empty()).map(Stops::Values)
    } else {
        let stop =
            |(from, colour): &(f64, String)| (crate::catalog::Code::Double(*from), colour.clone());
        Some(Stops::List(layer.stops.iter().map(stop).collect()))
    };
    Style { color: Some(layer.color.clone()), by: by.cloned(), stops, icon: None }
}

/// The geometry in the file's CRS.
fn geometry(shape: &Shape, epsg: u16) -> Option<geo::Geometry<f64>> {
    let place = |p: &Point| {
        let [x, y] = if epsg == 4547 { plane::grid(*p) } else { plane::lonlat(*p) };
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
    Some(match shape {
        Shape::None => return None,
        Shape::Point(p) => geo::Geometry::Point(geo::Point(place(p))),
        Shape::Points(all) => geo::Geometry::MultiPoint(geo::MultiPoint(
            all.iter().map(|p| geo::Point(place(p))).collect(),
        )),
        Shape::Line(points) => geo::Geometry::LineString(line(points)),
        Shape::Lines(lines) => geo::Geometry::MultiLineString(geo::MultiLineString(
            lines.iter().map(|points| line(points)).collect(),
        )),
        Shape::Polygon(rings) => geo::Geometry::Polygon(polygon(rings)),
        Shape::Polygons(all) => {
            geo::Geometry::MultiPolygon(geo::MultiPolygon(all.iter().map(polygon).collect()))
        }
        Shape::Collection(all) => geo::Geometry::GeometryCollection(geo::GeometryCollection(
            all.iter().filter_map(|shape| geometry(shape, epsg)).collect(),
        )),
    })
}
