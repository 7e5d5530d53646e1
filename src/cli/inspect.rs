//! `onemap inspect FILE.fgb`: what a file holds and what is wrong with it, for people.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write as _};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;
use geozero::{GeozeroGeometry, ToWkt};

use crate::model::{Feature, Geometry, GeometrySink, Path as Run, Row, Simple, Value};
use crate::source::{Checked, Fgb, Source};
use crate::store::Store;

/// Features that are shown whole.
const SHOWN: u32 = 3;

/// Letters of a value or a WKT that are shown.
const WIDTH: usize = 100;

/// Prints what the file at `path` holds to standard output.
///
/// # Errors
/// If it cannot be read or is refused.
pub(super) fn inspect(path: &Path) -> anyhow::Result<()> {
    let name = path.display();
    let stored = Store::in_memory().put(path, "fgb");
    let (fingerprint, bytes) = stored.with_context(|| format!("cannot read {name}"))?;
    let size = bytes.len();
    let (header, checked) = Checked::of(&bytes).with_context(|| format!("{name} is refused"))?;
    let file = Fgb::new(bytes, header, checked, fingerprint);
    let report = Report { file: &file, size, content: Content::of(&file) };
    match write!(std::io::stdout().lock(), "{name}\n{report}") {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot print"),
    }
}

/// What all features together hold.
struct Content {
    /// Features of each geometry type.
    types: BTreeMap<String, u64>,
    positions: u64,
    /// Least x, least y, greatest x, greatest y.
    extent: [f64; 4],
    /// Values of each column that are not null.
    filled: Vec<u64>,
}

impl Content {
    fn of(file: &Fgb) -> Self {
        let mut content = Self {
            types: BTreeMap::new(),
            positions: 0,
            extent: [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY],
            filled: vec![0; file.schema().columns.len()],
        };
        for feature in (0..file.len()).filter_map(|row| file.feature(Row::new(row))) {
            let before = content.positions;
            let geometry = feature.geometry();
            if let Some(geometry) = &geometry {
                geometry.walk(&mut content);
            }
            let name = match geometry {
                None => "null".to_owned(),
                Some(geometry) if content.positions == before => {
                    format!("empty {:?}", geometry.kind())
                }
                Some(geometry) => format!("{:?}{}", geometry.kind(), dimensions(&geometry)),
            };
            *content.types.entry(name).or_default() += 1;
            for (column, _) in feature.properties().filter(|(_, value)| !value.is_null()) {
                content.filled.get_mut(column).map(|count| *count += 1).unwrap_or_default();
            }
        }
        content
    }
}

impl GeometrySink for Content {
    fn begin(&mut self, _: Simple, _: usize) {}

    fn path(&mut self, run: &Run<'_>) {
        self.positions += run.len() as u64;
        let [west, south, east, north] = &mut self.extent;
        for [x, y] in run.xy() {
            (*west, *south) = (west.min(x), south.min(y));
            (*east, *north) = (east.max(x), north.max(y));
        }
    }

    fn end(&mut self, _: Simple) {}
}

fn dimensions(geometry: &Geometry<'_>) -> &'static str {
    let dims = geometry.dims();
    match (dims.z, dims.m) {
        (false, false) => "",
        (true, false) => " Z",
        (false, true) => " M",
        (true, true) => " ZM",
    }
}

struct Report<'f> {
    file: &'f Fgb,
    size: usize,
    content: Content,
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.header(f)?;
        self.columns(f)?;
        self.features(f)?;
        self.problems(f)
    }
}

impl Report<'_> {
    fn header(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = self.file.header();
        let mut line = |name: &str, value: &dyn Display| writeln!(f, "  {name:<13}{value}");
        line("size", &format_args!("{} bytes", self.size))?;
        line("fingerprint", &self.file.fingerprint())?;
        for (name, text) in [
            ("name", &header.name),
            ("title", &header.title),
            ("description", &header.description),
            ("metadata", &header.metadata),
        ] {
            if let Some(text) = text {
                line(name, &cut(text))?;
            }
        }
        line("crs", &self.crs())?;
        line("features", &self.count())?;
        line("declared", &format_args!("{:?}", header.schema.geometry))?;
        for (name, count) in &self.content.types {
            line("", &format_args!("{count} {name}"))?;
        }
        line("positions", &self.content.positions)?;
        let [west, south, east, north] = self.content.extent;
        if west <= east {
            line("extent", &format_args!("x {west} to {east}, y {south} to {north}"))?;
        }
        match header.index_node_size {
            0 => line("index", &"none"),
            size => line("index", &format_args!("R-tree of nodes of {size}")),
        }
    }

    fn crs(&self) -> String {
        let Some(crs) = &self.file.header().crs else { return "none".to_owned() };
        let mut text = match crs.code {
            0 => "no code".to_owned(),
            code => format!("{}:{code}", crs.org),
        };
        for extra in [&crs.name, &crs.wkt].into_iter().flatten() {
            text = format!("{text}, {extra}");
        }
        cut(&text)
    }

    fn count(&self) -> String {
        let mut text = self.file.len().to_string();
        if self.file.header().count.is_none() && !self.file.is_empty() {
            text.push_str(", not counted in the header");
        }
        match self.file.checked().withdrawn() {
            0 => text,
            withdrawn => format!("{text}, {withdrawn} of them withdrawn"),
        }
    }

    fn columns(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = &self.file.schema().columns;
        if columns.is_empty() {
            return writeln!(f, "\nno columns");
        }
        // The name comes last: how wide its letters are is for the terminal to know.
        writeln!(f, "\n  {:<8}  {:>10}  column", "type", "filled")?;
        for (column, filled) in columns.iter().zip(&self.content.filled) {
            let (kind, name) = (format!("{:?}", column.kind), cut(&column.name));
            write!(f, "  {kind:<8}  {filled:>10}  {name}")?;
            match column.title.as_deref().or(column.description.as_deref()) {
                Some(title) => writeln!(f, " ({})", cut(title))?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }

    fn features(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = (0..self.file.len())
            .filter_map(|row| self.file.feature(Row::new(row)).map(|feature| (row, feature)));
        for (row, feature) in shown.take(SHOWN as usize) {
            writeln!(f, "\nrow {row}")?;
            writeln!(f, "  {}", cut(&wkt(&feature)))?;
            for (column, value) in feature.properties() {
                let name = self.file.schema().columns.get(column).map_or("", |column| &column.name);
                writeln!(f, "  {name} = {}", cut(&text(&value)))?;
            }
        }
        Ok(())
    }

    fn problems(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checked = self.file.checked();
        if checked.found() == 0 && checked.remarks().is_empty() {
            return writeln!(f, "\nno problems");
        }
        writeln!(f, "\nproblems")?;
        for remark in checked.remarks() {
            writeln!(f, "  {remark}")?;
        }
        for problem in checked.problems() {
            let fate = if problem.withdrawn { " (withdrawn)" } else { "" };
            writeln!(f, "  row {}{fate}: {}", problem.row, problem.reason)?;
        }
        match checked.found() - checked.problems().len() as u64 {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more"),
        }
    }
}

fn wkt(feature: &Feature<'_>) -> String {
    let Some(geometry) = feature.geometry() else { return "no geometry".to_owned() };
    geometry.to_wkt_ndim(geometry.dims()).unwrap_or_else(|error| error.to_string())
}

fn text(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::UInt(value) => value.to_string(),
        Value::Single(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => (*text).to_owned(),
        Value::Binary(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// The first line's worth of a text, control characters shown as their escapes.
fn cut(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.chars();
    for letter in letters.by_ref().take(WIDTH) {
        if letter.is_control() {
            out.extend(letter.escape_default());
        } else {
            out.push(letter);
        }
    }
    if let Some(rest) = (letters.count() > 0).then_some(" …") {
        let _ = out.write_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::flatgeobuf::{Writer, WriterOptions};
    use crate::model::{Column, ColumnType, Kind};

    #[test]
    fn the_report_tells_header_columns_features_and_problems() {
        let options = WriterOptions {
            name: "wells".to_owned(),
            title: Some("井".to_owned()),
            description: None,
            epsg: Some(4490),
            geometry: Kind::Point,
        };
        let columns = vec![Column {
            name: "depth".into(),
            kind: ColumnType::Double,
            title: Some("Depth".to_owned()),
            description: None,
        }];
        let mut writer = Writer::new(options, columns);
        for (x, depth) in [(1.0, Value::Double(2.5)), (f64::NAN, Value::Null)] {
            let point = geo::Geometry::Point(geo::Point::new(x, 7.0));
            writer.add(Some(&point), &[depth]).expect("a point and its depth");
        }
        let bytes = writer.finish();
        let file = Fgb::in_memory(&bytes).expect("a file");
        let report = Report { file: &file, size: bytes.len(), content: Content::of(&file) };
        let report = report.to_string();
        for line in [
            "  name         wells\n",
            "  title        井\n",
            "  crs          EPSG:4490\n",
            "  features     2, 1 of them withdrawn\n",
            "               1 Point\n",
            "  extent       x 1 to 1, y 7 to 7\n",
            "  Double             1  depth (Depth)\n",
            "  POINT(1 7)\n  depth = 2.5\n",
            "(withdrawn): geometry: a coordinate is not a number",
        ] {
            assert!(report.contains(line), "{line:?} in\n{report}");
        }
    }

    #[test]
    fn long_and_odd_texts_stay_on_their_line() {
        assert_eq!(cut("a\nb\u{1b}"), "a\\nb\\u{1b}");
        assert_eq!(cut(&"长".repeat(101)), format!("{} …", "长".repeat(100)));
    }
}
