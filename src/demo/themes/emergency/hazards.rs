//! Hazard sources and the areas that they endanger.

use super::super::super::DemoError;
use super::super::super::land::calendar::RECORDS_BEGIN;
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::inside;

/// The grades, with the radius of their buffers in metres and the range of R that leads to each.
const GRADES: [(&str, i64, [f64; 3]); 4] = [
    ("1", 1000, [100.0, 120.0, 260.0]),
    ("2", 700, [50.0, 64.0, 99.9]),
    ("3", 500, [10.0, 18.0, 49.9]),
    ("4", 300, [0.4, 3.0, 9.9]),
];

/// The row of a source with its grade, R value and the people near it.
pub(super) fn source(sheet: &Sheet<'_>, row: Row) -> Row {
    let day = row.span.start();
    let random = sheet.random.named(&row.id);
    let mut usual = random.named("grade");
    let mut place = usual.weighed([0.5, 2.0, 5.0, 9.0].into_iter());
    // A new grade comes with a new version, as a rule a lower one.
    let mut own = random.of(day as u64);
    if day > RECORDS_BEGIN && own.chance(0.3) {
        place = (place + 1).min(GRADES.len() - 1);
    }
    let (grade, _, range) = GRADES[place];
    let value = (own.about(range) * 10.0).round() / 10.0;
    let stock = (value * usual.range(4.0, 30.0) * 10.0).round() / 10.0;
    let people = match row.shape {
        Shape::Point(at) => inside::residents_within(sheet.city, at, 500.0, day),
        _ => 0,
    };
    row.set("grade", grade)
        .set("r_value", value)
        .set("stock_t", stock.max(2.0))
        .set("people_500m", people)
}

/// A buffer for each version of each source.
pub(super) fn hazard_buffers(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let layer = "emergency.hazard_sources";
    let sources = city.entities(layer)?;
    let schools = city.entities("education.schools")?;
    let mut last: Option<(String, usize)> = None;
    for own in sources.iter() {
        let number = match &last {
            Some((id, number)) if *id == own.id => *number,
            Some((_, number)) => number + 1,
            None => 1,
        };
        last = Some((own.id.clone(), number));
        let grade = city.value(layer, own, "grade").text().to_owned();
        let Some((_, radius, _)) = GRADES.iter().find(|(code, ..)| *code == grade) else {
            continue;
        };
        let ring = circle(own.at, *radius as f64);
        let (from, to) = own.days();
        let near = |other: &&super::super::super::city::Entity| {
            other.valid(from) && plane::inside(&ring, other.at)
        };
        let mut inside_it: Vec<&str> =
            schools.iter().filter(near).map(|other| other.id.as_str()).collect();
        inside_it.sort_unstable();
        inside_it.dedup();
        let people = inside::residents_within(city, own.at, *radius as f64, from);
        let mut row = Row::new(sheet.number(number), Shape::ring(ring.clone()))
            .at(own.at)
            .during(from, to)
            .set("hazard_source_id", own.id.clone())
            .set("grade", grade.clone())
            .set("radius_m", *radius)
            .set("residents", people)
            .set("schools", inside_it.len());
        if let Some(name) = &own.name {
            let name = Name::new(format!("{}防护范围", name.zh), format!("{} Buffer", name.en));
            row = row.named(name);
        }
        sheet.add(row)?;
    }
    Ok(())
}

/// A circle of so many metres, with 48 corners.
pub(super) fn circle(at: Point, radius: f64) -> Vec<Point> {
    (0..48)
        .map(|i| {
            let angle = f64::from(i) / 48.0 * std::f64::consts::TAU;
            let far = metres(radius);
            plane::moved(at, [far * libm::cos(angle), far * libm::sin(angle)])
        })
        .collect()
}
