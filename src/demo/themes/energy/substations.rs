//! Substations.

use std::collections::BTreeSet;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::RECORDS_END;
use super::super::super::land::plane::{self, Ring, metres};
use super::super::super::recipes::life;
use super::super::super::schema::Life;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::drainage;

/// How many there are of 500 and of 220 kV.
const LARGE: [usize; 2] = [1, 5];

/// The land of a substation on a parcel: all of it, or a part of about so many square metres.
fn ground(ring: &Ring, size: f64) -> Ring {
    let by = (size / plane::area(ring)).sqrt();
    if by > 0.85 {
        return ring.clone();
    }
    let middle = plane::inner(ring);
    let small: Ring = ring.iter().map(|p| plane::between(middle, *p, by)).collect();
    if small.iter().all(|p| plane::inside(ring, *p)) { small } else { ring.clone() }
}

/// The parcels, those of public supply first, spread over the town.
fn sites(
    city: &City,
    count: usize,
    random: &super::super::super::land::random::Random,
) -> Result<Vec<[usize; 2]>, DemoError> {
    let taken: BTreeSet<[usize; 2]> = drainage::work_sites(city)?.into_iter().collect();
    let rank = |usage: &str| match usage {
        "U1" => Some(0),
        "E9" => Some(1),
        "G2" => Some(2),
        "M1" => Some(3),
        _ => None,
    };
    let mut all: Vec<[usize; 2]> = city
        .parcels()
        .filter(|(place, p)| p.to.is_none() && rank(p.usage).is_some() && !taken.contains(place))
        .filter(|(_, p)| p.area() > 2_500.0 && p.area() < 120_000.0)
        .map(|(place, _)| place)
        .collect();
    random.of(1).shuffle(&mut all);
    all.sort_by_key(|place| rank(city.parcel(*place).usage));
    let mut out: Vec<[usize; 2]> = Vec::new();
    for least in [2_400.0, 1_500.0, 600.0, 0.0] {
        for place in &all {
            let at = plane::inner(&city.parcel(*place).ring);
            let far = |other: &[usize; 2]| {
                plane::distance(plane::inner(&city.parcel(*other).ring), at) > metres(least)
            };
            if out.len() < count && !out.contains(place) && out.iter().all(far) {
                out.push(*place);
            }
        }
    }
    out.sort_by_key(|place| -(city.parcel(*place).area() as i64));
    Ok(out)
}

/// Substations, the largest first.
pub(super) fn substations(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let count = (sheet.target() as f64 / 1.42).round() as usize;
    let how = Life { closed: 0.0, before: 0.62, versions: 1.3 };
    for (number, place) in sites(city, count, &sheet.random)?.into_iter().enumerate() {
        let parcel = city.parcel(place);
        let mut random = sheet.random.of(number as u64 | 1 << 20);
        let (voltage, size, units) = match number {
            n if n < LARGE[0] => ("500", 60_000.0, [750, 1_000]),
            n if n < LARGE[0] + LARGE[1] => ("220", 18_000.0, [180, 240]),
            _ => ("110", 4_200.0, [50, 63]),
        };
        let stem = city.areas.community(parcel.face, RECORDS_END).name.stem();
        let ring = ground(&parcel.ring, size);
        let small = voltage == "110";
        let kind = *random.pick(if small {
            &["indoor", "indoor", "indoor", "outdoor", "underground"]
        } else {
            &["outdoor", "outdoor", "indoor"]
        });
        let begin = (parcel.from, None);
        let how = if small { &how } else { &Life { before: 1.0, closed: 0.0, versions: 1.5 } };
        let versions = life(how, begin, &mut random);
        let unit = *random.pick(&units);
        let most = random.whole(2, 4);
        let (load, feeders) = (random.range(0.45, 0.85), random.whole(10, 14));
        for (k, (from, to)) in versions.iter().copied().enumerate() {
            // Each version has a transformer more.
            let sets = (most - (versions.len() - 1 - k) as i64).max(1);
            let capacity = sets * unit;
            let row = Row::new(sheet.number(number + 1), Shape::ring(ring.clone()))
                .named(stem.with("变电站", "Substation"))
                .during(from, to)
                .set("parcel_id", parcel.id.clone())
                .set("voltage", voltage)
                .set("kind", kind)
                .set("transformers", sets)
                .set("capacity_mva", capacity)
                .set("peak_mw", (capacity as f64 * load * 10.0).round() / 10.0)
                .set("outgoing", if small { sets * feeders } else { sets * 2 });
            sheet.add(row)?;
        }
    }
    Ok(())
}
