//! Culture: what events cost, and how hotels follow their class.

use super::super::DemoError;
use super::super::sheet::{Cell, Row, Sheet};

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let mut random = sheet.random.named(&row.id);
    match layer {
        "events" => {
            let free = random.chance(0.75);
            let ticket = (random.about([20.0, 160.0, 1280.0]) / 10.0).round() * 10.0;
            let people = (random.about([60.0, 300.0, 3_000.0]) / 10.0).round() * 10.0;
            // A few are far larger than the others.
            let people = if random.chance(0.06) { people * 12.0 } else { people };
            let level = match people as i64 {
                20_000.. => "1",
                5_000.. => "2",
                1_000.. => "3",
                _ => "none",
            };
            Ok(row
                .set("free", free)
                .set("ticket", if free { Cell::Null } else { Cell::from(ticket) })
                .set("attendance", people)
                .set("level", level))
        }
        _ => Ok(row),
    }
}
