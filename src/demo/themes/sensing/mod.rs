//! Sensors and cameras: what they see and measure, above all the rainstorm of June 2026.

mod storm;
mod water;

use super::super::DemoError;
use super::super::land::plane::{self, Point, metres};
use super::super::sheet::{Cell, Row, Shape, Sheet, Span};
pub(crate) use storm::{LAST_HOUR, rain};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "camera_views" => camera_views(sheet),
        "rain_readings" => rain_readings(sheet),
        "level_gauges" => water::level_gauges(sheet),
        "level_readings" => water::level_readings(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    let Shape::Point(at) = row.shape else { return Ok(row) };
    if layer != "rain_gauges" {
        return Ok(row);
    }
    let height = sheet.city.relief.height_at(plane::in_metres(at));
    Ok(row.set("elevation_m", tenth(height)))
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn camera_views(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let cameras = city.entities("sensing.cameras")?;
    let each = (cameras.len() / target.max(1)).max(1);
    for (number, camera) in cameras.iter().step_by(each).enumerate() {
        if sheet.count >= target {
            break;
        }
        let (from, to) = camera.days();
        let mut random = sheet.random.named(&camera.id).of(from as u64);
        let (bearing, angle) = (random.whole(0, 359), random.whole(40, 110));
        let reach = random.range(25.0, 140.0).round();
        let corner = |part: f64| {
            let way = (bearing as f64 - angle as f64 / 2.0 + angle as f64 * part).to_radians();
            let by = [libm::sin(way) * metres(reach), libm::cos(way) * metres(reach)];
            plane::moved(camera.at, by)
        };
        let arc = (0..=6).rev().map(|i| corner(f64::from(i) / 6.0));
        let ring: Vec<Point> = [camera.at].into_iter().chain(arc).collect();
        let mut row = Row::new(sheet.number(number + 1), Shape::ring(ring))
            .during(from, to)
            .at(camera.at)
            .set("camera_id", camera.id.clone())
            .set("angle", angle)
            .set("reach_m", reach)
            .set("bearing", bearing);
        if let Some(name) = &camera.name {
            row = row.named(name.with("视域", "View"));
        }
        sheet.add(row)?;
    }
    Ok(())
}

fn rain_readings(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let gauges = city.entities("sensing.rain_gauges")?;
    let gauges: Vec<_> = gauges.iter().filter(|gauge| gauge.days().1.is_none()).collect();
    let hours = (sheet.target() as f64 / gauges.len().max(1) as f64).round().max(1.0) as i64;
    for gauge in gauges {
        let mut day = Vec::new();
        for hour in (0..hours).rev() {
            let start = LAST_HOUR - hour;
            let mut random = sheet.random.named(&gauge.id).of(start as u64);
            let mm = tenth(rain(city.options.seed, gauge.at, start) * random.range(0.93, 1.07));
            day.push(mm);
            let sum = |n: usize| tenth(day.iter().rev().take(n).sum::<f64>());
            let grade = match mm {
                m if m < 0.1 => "none",
                m if m < 2.5 => "light",
                m if m < 8.0 => "moderate",
                m if m < 16.0 => "heavy",
                _ => "storm",
            };
            let quality = if random.chance(0.01) { "suspect" } else { "good" };
            let row = Row::new(format!("{}-{start}", gauge.id), Shape::Point(gauge.at))
                .span(Span::Minutes(start * 60, Some(start * 60 + 59)))
                .set("gauge_id", gauge.id.clone())
                .set("rain_mm", mm)
                .set("max_5min_mm", tenth(mm * random.range(0.1, 0.24)))
                .set("rain_3h_mm", sum(3))
                .set("rain_24h_mm", sum(24))
                .set("grade", grade)
                .set("quality", quality);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A text of a row of another layer, empty where there is none.
fn text(cell: &Cell) -> Option<String> {
    Some(cell.text().to_owned()).filter(|text| !text.is_empty())
}
