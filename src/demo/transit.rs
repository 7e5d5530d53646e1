//! The metro: lines and stations, by the day they opened.

use super::DemoError;
use super::calendar::{self, Day};
use super::names::Names;
use super::plane::{self, Point, Ring};
use super::sheet::{About, Crs, ID, NAME, NAME_EN, Shape, Sheet, VALID_FROM, VALID_TO};
use super::terrain::Terrain;
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// Number, along the river's course or across it, where (metres), opening.
const LINES: [(&str, bool, f64, Day); 3] = [
    ("3", true, 1_010.0, calendar::day(2010, 12, 28)),
    ("14", true, -1_700.0, calendar::day(2022, 10, 28)),
    ("16", false, 660.0, calendar::day(2022, 12, 28)),
];

fn course(terrain: &Terrain, outline: &Ring, along: bool, at: f64) -> Vec<Point> {
    let line = terrain.line(along, at, -5_600.0, 5_600.0);
    line.into_iter().filter(|p| plane::inside(outline, *p)).collect()
}

/// The layer of lines.
pub(super) fn line_sheet(terrain: &Terrain, outline: &Ring) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "transit",
        id: "metro_lines",
        title: ["地铁线路", "Metro lines"],
        description: ["按开通日期。", "From the day they opened."],
        crs: Crs::Wgs84,
        kind: Some(Kind::LineString),
        temporal: TemporalKind::State,
        fields: &[ID, NAME, NAME_EN, VALID_FROM, VALID_TO],
        color: "#0f8f8c",
    });
    for (number, along, at, opened) in LINES {
        let (zh, en, from) =
            (format!("{number}号线"), format!("Line {number}"), calendar::date(opened));
        sheet.add(
            Some(Shape::Line(course(terrain, outline, along, at))),
            &[
                Value::Text(number),
                Value::Text(&zh),
                Value::Text(&en),
                Value::DateTime(&from),
                Value::Null,
            ],
        )?;
    }
    Ok(sheet)
}

/// The layer of stations.
pub(super) fn station_sheet(
    seed: u64,
    terrain: &Terrain,
    outline: &Ring,
) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "transit",
        id: "metro_stations",
        title: ["地铁站", "Metro stations"],
        description: ["按开通日期。", "From the day they opened."],
        crs: Crs::Wgs84,
        kind: Some(Kind::Point),
        temporal: TemporalKind::State,
        fields: &[
            ID,
            NAME,
            NAME_EN,
            ("line", ColumnType::String, "线路", "Line", ""),
            VALID_FROM,
            VALID_TO,
        ],
        color: "#0f8f8c",
    });
    let mut names = Names::new(seed, "station names");
    for (number, along, at, opened) in LINES {
        let from = calendar::date(opened);
        // A station every eleventh point of the line: some 1.2 km apart.
        for (i, p) in
            course(terrain, outline, along, at).into_iter().skip(5).step_by(11).enumerate()
        {
            let name = names.next();
            let name = name.with("站", "Station");
            sheet.add(
                Some(Shape::Point(p)),
                &[
                    Value::Text(&format!("{number}-{:02}", i + 1)),
                    Value::Text(&name.zh),
                    Value::Text(&name.en),
                    Value::Text(number),
                    Value::DateTime(&from),
                    Value::Null,
                ],
            )?;
        }
    }
    Ok(sheet)
}
