//! Who and what lies inside an area.

use std::collections::BTreeSet;

use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::Day;
use super::super::super::land::plane::{self, Point};

/// How far apart a box is asked what blocks it meets: less than a block is wide.
const STEP: i64 = 70_000;

/// The faces that have land in a box.
pub(crate) fn faces(city: &City, [low, high]: [Point; 2]) -> BTreeSet<usize> {
    let steps = |k: usize| {
        let count = (high[k] - low[k]) / STEP + 1;
        (0..=count).map(move |i| (low[k] + i * STEP).min(high[k]))
    };
    let mut out = BTreeSet::new();
    for y in steps(1) {
        out.extend(steps(0).filter_map(|x| city.face_near([x, y])));
    }
    out
}

/// The buildings that stand on a day on blocks that have land in a box.
pub(crate) fn buildings(
    city: &City,
    bounds: [Point; 2],
    day: Day,
) -> impl Iterator<Item = &Building> {
    let blocks = faces(city, bounds)
        .into_iter()
        .filter_map(|face| city.blocks.binary_search_by_key(&face, |own| own.face).ok());
    let places = blocks
        .flat_map(|block| (0..city.blocks[block].parcels.len()).map(move |place| [block, place]));
    places.flat_map(|place| city.buildings_on(place)).filter(move |own| own.valid(day))
}

/// The people who live on a day in buildings within so many metres of a place.
pub(crate) fn residents_within(city: &City, at: Point, reach: f64, day: Day) -> i64 {
    let by = plane::metres(reach);
    let bounds = [plane::moved(at, [-by, -by]), plane::moved(at, [by, by])];
    let known: i64 = buildings(city, bounds, day)
        .filter(|own| !own.unfinished)
        .filter(|own| plane::distance(plane::centroid(&own.ring), at) <= by)
        .map(Building::residents)
        .sum();
    known + elsewhere(city, bounds, |p| plane::distance(p, at) <= by, day)
}

/// The people who live on blocks where no building is known one by one, by the share of the block.
fn elsewhere(city: &City, bounds: [Point; 2], within: impl Fn(Point) -> bool, day: Day) -> i64 {
    let mut sum = 0.0;
    for face in faces(city, bounds) {
        let block = city.blocks.binary_search_by_key(&face, |own| own.face);
        let known = block.is_ok_and(|block| {
            let places = 0..city.blocks[block].parcels.len();
            places.into_iter().any(|place| !city.buildings_on([block, place]).is_empty())
        });
        let people = city.people.at(face, day).residents;
        if known || people <= 0.0 {
            continue;
        }
        let ring = city.streets.mesh.ring(face);
        let [low, high] = plane::bounds(&ring);
        let at = |i: i64, k: usize| low[k] + (high[k] - low[k]) * (2 * i + 1) / 16;
        let all =
            (0..64).map(|i| [at(i % 8, 0), at(i / 8, 1)]).filter(|p| plane::inside(&ring, *p));
        let (hits, count) =
            all.fold((0, 0), |(hits, count), p| (hits + i32::from(within(p)), count + 1));
        sum += people * f64::from(hits) / f64::from(count.max(1));
    }
    sum.round() as i64
}

/// The people who live on a day in buildings within so many metres of a ring, or inside it.
pub(crate) fn residents_near(city: &City, ring: &[Point], reach: f64, day: Day) -> i64 {
    let by = plane::metres(reach);
    let [low, high] = plane::bounds(ring);
    let bounds = [plane::moved(low, [-by, -by]), plane::moved(high, [by, by])];
    let near = |own: &&Building| {
        own.ring.iter().any(|p| plane::inside(ring, *p))
            || own
                .ring
                .iter()
                .any(|p| plane::edges(ring).any(|(a, b)| plane::distance_to_edge(*p, a, b) <= by))
    };
    let known: i64 = buildings(city, bounds, day)
        .filter(|own| !own.unfinished)
        .filter(near)
        .map(Building::residents)
        .sum();
    known + elsewhere(city, bounds, |p| plane::inside(ring, p), day)
}
