//! Labour: jobs by branch.

use super::super::DemoError;
use super::super::sheet::{Row, Shape, Sheet};

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    match (layer, &row.shape) {
        ("jobs", Shape::Point(at)) => {
            let city = sheet.city;
            let day = row.span.start();
            let jobs = city
                .face_near(*at)
                .map_or(0.0, |face| city.count_around(face, day, sheet.layer).jobs);
            // The branches of a place are much the same from year to year.
            let place = row.id.split('-').next().unwrap_or_default();
            let mut usual = sheet.random.named(place);
            let mut random = sheet.random.named(&row.id);
            let manufacturing =
                (jobs * (usual.about([0.12, 0.4, 0.72]) + random.range(-0.01, 0.01))).round();
            let construction = (jobs * usual.about([0.01, 0.04, 0.1])).round();
            let large = (jobs * usual.about([0.2, 0.42, 0.7])).round();
            Ok(row
                .set("jobs", jobs)
                .set("manufacturing", manufacturing)
                .set("construction", construction)
                .set("services", (jobs - manufacturing - construction).max(0.0))
                .set("large_firms", large))
        }
        _ => Ok(row),
    }
}
