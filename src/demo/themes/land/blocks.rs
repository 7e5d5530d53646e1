//! Neighbouring blocks of one use as one patch, with the small streets between them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::city::City;
use super::super::super::land::calendar::{Day, RECORDS_END};
use super::super::super::land::plane::{self, Point, Ring};
use super::super::super::land::streets::Class;

/// What a block was used for: use, first day, the day after the last.
pub(super) type History = Vec<(&'static str, Day, Option<Day>)>;

/// Most blocks in a patch.
const MOST: usize = 14;
/// A block smaller than this is told with a larger one beside it, square metres.
const SMALL: f64 = 21_000.0;
/// The widest street that a patch takes in, millimetres between the kerbs.
const WIDEST: f64 = 34_000.0;

/// The blocks that hang together with one over small streets, all of one history, and their
/// common border.
pub(super) fn grow(
    city: &City,
    start: usize,
    plain: &BTreeMap<usize, (History, &Ring)>,
    taken: &BTreeSet<usize>,
) -> (Vec<usize>, Ring) {
    let Some((usage, ring)) = plain.get(&start) else { return (vec![start], Vec::new()) };
    let mut ring: Ring = (*ring).clone();
    let mut faces = vec![start];
    let subdistrict = |face: usize| city.areas.subdistrict(city.areas.today[face], RECORDS_END);
    let mut next = 0;
    while next < faces.len() {
        for other in city.streets.mesh.neighbours(faces[next]) {
            let Some((own, kerb)) = plain.get(&other).filter(|_| faces.len() < MOST) else {
                continue;
            };
            // A small block counts to what lies beside it.
            let small = own.len() == 1 && usage.len() == 1 && plane::area(kerb) < SMALL;
            let fits = (own == usage || small)
                && !faces.contains(&other)
                && !taken.contains(&other)
                && subdistrict(other) == subdistrict(start)
                && over_small_street(city, faces[next], other);
            if let Some(joined) = fits.then(|| bridge(city, &faces, &ring, other, kerb)).flatten() {
                ring = joined;
                faces.push(other);
            }
        }
        next += 1;
    }
    (faces, ring)
}

/// Whether only smaller streets part two faces.
fn over_small_street(city: &City, face: usize, other: usize) -> bool {
    let across: BTreeSet<(Point, Point)> =
        city.streets.mesh.bounds(other).into_iter().map(|(a, b, _)| (b, a)).collect();
    let mut shared =
        city.streets.mesh.bounds(face).into_iter().filter(|(a, b, _)| across.contains(&(*a, *b)));
    shared.all(|(_, _, way)| {
        way.is_none_or(|way| city.streets.ways[way as usize].class >= Class::Collector)
    })
}

/// Two rings joined over the street between two sides that face each other.
fn bridge(city: &City, faces: &[usize], one: &Ring, other: usize, two: &Ring) -> Option<Ring> {
    let rings: Vec<Ring> =
        faces.iter().chain([&other]).map(|face| city.streets.mesh.ring(*face)).collect();
    let mut best: Option<(f64, usize, usize)> = None;
    for (i, (a, b)) in plane::edges(one).enumerate() {
        for (j, (c, d)) in plane::edges(two).enumerate() {
            let (u, v) = (plane::direction(a, b), plane::direction(c, d));
            let facing = u[0] * v[0] + u[1] * v[1] < -0.96;
            let [p, q] = [plane::between(a, b, 0.5), plane::between(c, d, 0.5)];
            let near = plane::distance_to_edge(p, c, d) < WIDEST
                && plane::distance_to_edge(q, a, b) < WIDEST;
            let length = plane::distance(a, b).min(plane::distance(c, d));
            if facing && near && length > 12_000.0 && best.is_none_or(|(most, ..)| length > most) {
                best = Some((length, i, j));
            }
        }
    }
    let (_, i, j) = best?;
    let (mut joined, mut tail) = (one.clone(), two.clone());
    joined.rotate_left((i + 1) % one.len());
    tail.rotate_left((j + 1) % two.len());
    // Both new sides lie in the land of the faces.
    let sides = [(joined[joined.len() - 1], tail[0]), (tail[tail.len() - 1], joined[0])];
    let land = super::joined(rings.iter());
    let border: Vec<(Point, Point)> =
        land.iter().flatten().flat_map(|ring| plane::edges(ring)).collect();
    let within = sides.iter().all(|(a, b)| {
        let middle = plane::between(*a, *b, 0.5);
        rings.iter().any(|ring| plane::inside(ring, middle))
            && border.iter().all(|(c, d)| plane::crossing(*a, *b, *c, *d).is_none())
    });
    joined.extend(tail);
    let larger = plane::doubled_area(&joined) > plane::doubled_area(one) + plane::doubled_area(two);
    (within && larger && plane::is_simple(&joined)).then_some(joined)
}
