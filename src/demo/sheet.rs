//! A layer being made: rows, the values that nothing determines, and where each row lies.

use std::borrow::Cow;
use std::path::Path;

use super::DemoError;
use super::city::{City, Entity};
use super::draws::{self, Moment};
use super::file::File;
use super::land::calendar::{Day, RECORDS_END};
use super::land::names::Name;
use super::land::plane::{self, Point, Polygon};
use super::land::random::Random;
use super::schema::Layer;

/// What a feature looks like.
#[derive(Clone)]
pub(crate) enum Shape {
    /// Nothing: a row of a table.
    None,
    /// A place.
    Point(Point),
    /// Places.
    Points(Vec<Point>),
    /// A line.
    Line(Vec<Point>),
    /// Lines.
    Lines(Vec<Vec<Point>>),
    /// A polygon.
    Polygon(Polygon),
    /// Polygons.
    Polygons(Vec<Polygon>),
    /// Several of these.
    Collection(Vec<Shape>),
}

impl Shape {
    /// A polygon without holes.
    pub(crate) fn ring(ring: Vec<Point>) -> Self {
        Self::Polygon(vec![ring])
    }

    /// A place on it.
    fn place(&self) -> Option<Point> {
        match self {
            Self::None => None,
            Self::Point(p) => Some(*p),
            Self::Points(all) => all.first().copied(),
            Self::Line(line) => Some(line[line.len() / 2]),
            Self::Lines(lines) => lines.first().map(|line| line[line.len() / 2]),
            Self::Polygon(polygon) => Some(plane::inner(&polygon[0])),
            Self::Polygons(all) => all
                .iter()
                .max_by_key(|polygon| plane::doubled_area(&polygon[0]))
                .map(|polygon| plane::inner(&polygon[0])),
            Self::Collection(all) => all.first().and_then(Self::place),
        }
    }

    /// Square metres, to hundredths.
    pub(crate) fn area(&self) -> f64 {
        let area = |polygon: &Polygon| polygon.iter().map(|ring| plane::area(ring)).sum::<f64>();
        let sum = match self {
            Self::Polygon(polygon) => area(polygon),
            Self::Polygons(all) => all.iter().map(area).sum(),
            _ => 0.0,
        };
        (sum * 100.0).round() / 100.0
    }

    /// Metres, to tenths.
    fn length(&self) -> f64 {
        let sum = match self {
            Self::Line(line) => plane::line_length(line),
            Self::Lines(lines) => lines.iter().map(|line| plane::line_length(line)).sum(),
            _ => 0.0,
        };
        (sum * 10.0).round() / 10.0
    }
}

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Cell {
    /// None.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// A text.
    Text(Cow<'static, str>),
    /// A day.
    Day(Day),
    /// An instant: minutes since 1970 in the city's time.
    Minute(i64),
}

impl Cell {
    /// As a number.
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Int(v) => Some(*v as f64),
            Self::Real(v) => Some(*v),
            _ => None,
        }
    }

    /// As a text.
    pub(crate) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }
}

macro_rules! cells {
    ($($from:ty => |$v:ident| $to:expr),* $(,)?) => {
        $(impl From<$from> for Cell {
            fn from($v: $from) -> Self { $to }
        })*
    };
}

cells! {
    bool => |v| Self::Bool(v),
    i32 => |v| Self::Int(v.into()),
    i64 => |v| Self::Int(v),
    usize => |v| Self::Int(v as i64),
    f64 => |v| Self::Real(v),
    &'static str => |v| Self::Text(Cow::Borrowed(v)),
    String => |v| Self::Text(Cow::Owned(v)),
    &String => |v| Self::Text(Cow::Owned(v.clone())),
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// When a row holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Span {
    /// Always.
    Always,
    /// From a day to before another.
    Days(Day, Option<Day>),
    /// From a day to another, both included.
    Between(Day, Day),
    /// At a minute, or from it to another.
    Minutes(i64, Option<i64>),
}

impl Span {
    /// Its first day.
    pub(crate) fn start(self) -> Day {
        match self {
            Self::Always => RECORDS_END,
            Self::Days(from, _) | Self::Between(from, _) => from,
            Self::Minutes(from, _) => from.div_euclid(1440) as Day,
        }
    }
}

/// A row under way.
#[derive(Clone)]
pub(crate) struct Row {
    /// Its number.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: Option<Name>,
    /// Its geometry.
    pub(crate) shape: Shape,
    /// When it holds.
    pub(crate) span: Span,
    /// Where it lies, if not where its geometry says.
    pub(crate) at: Option<Point>,
    /// Values that are determined, by column.
    pub(crate) cells: Vec<(Cow<'static, str>, Cell)>,
}

impl Row {
    /// Without values yet.
    pub(crate) fn new(id: impl Into<String>, shape: Shape) -> Self {
        Self { id: id.into(), name: None, shape, span: Span::Always, at: None, cells: Vec::new() }
    }

    /// With a name.
    pub(crate) fn named(mut self, name: Name) -> Self {
        self.name = Some(name);
        self
    }

    /// Valid from a day to before another.
    pub(crate) fn during(mut self, from: Day, to: Option<Day>) -> Self {
        self.span = Span::Days(from, to);
        self
    }

    /// In another span.
    pub(crate) fn span(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Lying at a place.
    pub(crate) fn at(mut self, place: Point) -> Self {
        self.at = Some(place);
        self
    }

    /// With a value.
    pub(crate) fn set(
        mut self,
        column: impl Into<Cow<'static, str>>,
        value: impl Into<Cell>,
    ) -> Self {
        self.cells.push((column.into(), value.into()));
        self
    }

    /// The value that was set for a column.
    pub(crate) fn get(&self, column: &str) -> Option<&Cell> {
        self.cells.iter().find(|(name, _)| *name == column).map(|(_, cell)| cell)
    }
}

/// What becomes of the rows.
enum Sink {
    /// They are written.
    File(Box<File>),
    /// They are listed for other layers.
    List(Vec<Entity>),
}

/// A layer being made.
pub(crate) struct Sheet<'c> {
    /// The city.
    pub(crate) city: &'c City,
    /// Its id, `theme.layer`.
    pub(crate) id: &'c str,
    /// What it is.
    pub(crate) layer: &'c Layer,
    /// Chance for what places its rows.
    pub(crate) random: Random,
    /// Rows so far.
    pub(crate) count: usize,
    values: Random,
    sink: Sink,
}

impl<'c> Sheet<'c> {
    /// A layer to be written below a folder.
    pub(crate) fn to_file(city: &'c City, id: &'c str, folder: &Path) -> Self {
        let (theme, layer) = city.layer(id);
        Self::new(city, id, Sink::File(Box::new(File::new(theme, layer, id, folder))))
    }

    /// A layer that others refer to.
    pub(crate) fn to_list(city: &'c City, id: &'c str) -> Self {
        Self::new(city, id, Sink::List(Vec::new()))
    }

    fn new(city: &'c City, id: &'c str, sink: Sink) -> Self {
        let layer = city.layer(id).1;
        let random = Random::new(city.options.seed, id);
        Self { city, id, layer, values: random.named("values"), random, count: 0, sink }
    }

    /// How many rows the layer should have.
    pub(crate) fn target(&self) -> usize {
        self.layer.rows(self.city.options.scale)
    }

    /// A number for the next entity: the layer's letters and a running number.
    pub(crate) fn number(&self, n: usize) -> String {
        let letters: String = self
            .id
            .split(['.', '_'])
            .filter_map(|word| word.chars().next())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        format!("{letters}{n:05}")
    }

    /// Adds a row; where the area it lies in changed its number, one row for each.
    #[expect(clippy::needless_pass_by_value, reason = "a row is made to be added")]
    pub(crate) fn add(&mut self, row: Row) -> Result<(), DemoError> {
        let place = row.at.or_else(|| row.shape.place());
        let face = place.filter(|_| self.layer.is_placed()).and_then(|p| self.city.face_near(p));
        let (Some(face), Span::Days(from, to)) = (face, row.span) else {
            return self.write(&row, row.span, place, face);
        };
        let changes = self.city.areas.changes(face, from, to);
        let starts = [from].into_iter().chain(changes.iter().copied());
        let ends = changes.iter().copied().map(Some).chain([to]);
        for (from, to) in starts.zip(ends) {
            self.write(&row, Span::Days(from, to), place, Some(face))?;
        }
        Ok(())
    }

    fn write(
        &mut self,
        row: &Row,
        span: Span,
        place: Option<Point>,
        face: Option<usize>,
    ) -> Result<(), DemoError> {
        self.check(row)?;
        let moment = Moment { row, span, face, original: row.span.start() };
        let values = draws::values(self.city, self.layer, &self.values, &moment);
        self.count += 1;
        let named = face.map(|face| {
            let community = self.city.areas.community(face, span.start());
            [
                community.id.clone(),
                super::land::outline::SUBDISTRICTS[community.subdistrict].id.to_owned(),
            ]
        });
        match &mut self.sink {
            Sink::File(file) => file.add(self.layer, row, span, &values, named),
            Sink::List(list) => {
                let name = row.name.clone();
                let at = place.unwrap_or_default();
                list.push(Entity {
                    id: row.id.clone(),
                    name,
                    at,
                    shape: row.shape.clone(),
                    span,
                    values,
                });
                Ok(())
            }
        }
    }

    /// Every value that was set is a column's.
    fn check(&self, row: &Row) -> Result<(), DemoError> {
        let known = |name: &str| self.layer.columns.iter().any(|column| column.name == name);
        match row.cells.iter().find(|(name, _)| !known(name)) {
            Some((name, _)) => Err(DemoError::Column {
                layer: self.id.to_owned(),
                column: name.clone().into_owned(),
            }),
            None => Ok(()),
        }
    }

    /// Writes the file, where rows were not listed.
    pub(crate) fn finish(self) -> Result<(), DemoError> {
        if let Sink::File(file) = self.sink { file.finish() } else { Ok(()) }
    }

    /// The rows that were listed.
    pub(crate) fn into_list(self) -> Vec<Entity> {
        if let Sink::List(list) = self.sink { list } else { Vec::new() }
    }
}

/// Metres of a length as layers write it.
pub(crate) fn length_of(shape: &Shape) -> f64 {
    shape.length()
}
