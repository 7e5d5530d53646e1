//! Sanitation: what transfer stations weigh, and how near people live to them.

use std::collections::BTreeSet;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::areas::valid;
use super::super::land::calendar::Day;
use super::super::land::plane::{self, Point};
use super::super::sheet::{Row, Shape, Sheet};

/// A row that a recipe made, with what the theme knows beside.
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    match (layer, &row.shape) {
        ("transfer_stations", Shape::Point(at)) => {
            let far = to_homes(sheet.city, *at, row.span.start());
            Ok(row.set("distance_m", far))
        }
        ("weighings", _) => weighed(sheet, row),
        _ => Ok(row),
    }
}

/// Metres from a place to the nearest homes: buildings that are known, else land for them.
fn to_homes(city: &City, at: Point, day: Day) -> Option<f64> {
    let mut faces: BTreeSet<usize> = city.face_near(at).into_iter().collect();
    let to_ring = |ring: &[Point]| {
        plane::edges(ring).map(|(a, b)| plane::distance_to_edge(at, a, b)).fold(f64::MAX, f64::min)
    };
    // Among the blocks around, and those around them, until there are homes.
    for _ in 0..5 {
        let blocks = faces
            .iter()
            .filter_map(|face| city.blocks.binary_search_by_key(face, |own| own.face).ok());
        let mut least = f64::MAX;
        for block in blocks {
            let parcels = city.blocks[block].parcels.iter().enumerate();
            for (place, parcel) in parcels.filter(|(_, own)| valid(own.from, own.to, day)) {
                let known = city.buildings_on([block, place]);
                let homes = known.iter().filter(|own| own.valid(day) && own.dwellings() > 0);
                least = homes.map(|own| to_ring(&own.ring)).fold(least, f64::min);
                if known.is_empty() && matches!(parcel.usage, "R2" | "R4") {
                    // Homes stand back from the border of their land.
                    least = least.min(to_ring(&parcel.ring) + 6_000.0);
                }
            }
        }
        if least < f64::MAX {
            return Some((least / 1000.0).round());
        }
        let more: Vec<usize> =
            faces.iter().flat_map(|face| city.streets.mesh.neighbours(*face)).collect();
        faces.extend(more);
    }
    None
}

/// What was weighed on a day: all kinds, so that they add up.
fn weighed(sheet: &Sheet<'_>, row: Row) -> Result<Row, DemoError> {
    let city = sheet.city;
    let station = row.get("station_id").map(|cell| cell.text().to_owned()).unwrap_or_default();
    let id = "sanitation.transfer_stations";
    let stations = city.entities(id)?;
    let own = stations.iter().rfind(|own| own.id == station);
    let capacity = own.and_then(|own| city.value(id, own, "capacity_td").number()).unwrap_or(60.0);
    let mut usual = sheet.random.named(&station);
    let load = usual.range(0.55, 0.92);
    let (kitchen, other) = (usual.range(0.16, 0.3), usual.range(0.03, 0.1));
    let mut random = sheet.random.named(&row.id);
    let weekend = (row.span.start() + 3).rem_euclid(7) >= 5;
    let round = |value: f64| (value * 100.0).round() / 100.0;
    let rest =
        round(capacity * load * random.range(0.9, 1.1) * if weekend { 1.06 } else { 1.0 } * 0.75);
    let kitchen = round(rest * kitchen * random.range(0.85, 1.15));
    let recyclable = round(rest * other * random.range(0.7, 1.3));
    let hazardous = (random.about([0.0, 8.0, 60.0]) * 10.0).round() / 10.0;
    let total = round(rest + kitchen + recyclable + hazardous / 1000.0);
    Ok(row
        .set("other_t", rest)
        .set("kitchen_t", kitchen)
        .set("recyclable_t", recyclable)
        .set("hazardous_kg", hazardous)
        .set("total_t", total)
        .set("trips", (total / 12.0).ceil().max(1.0)))
}
