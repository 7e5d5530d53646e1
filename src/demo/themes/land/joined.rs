//! Pieces of land put together: rings that share their borders to the bit become one land.

use std::collections::BTreeMap;

use super::super::super::land::plane::{self, Point, Polygon, Ring};

/// The polygons that rings make together; edges that two of them share vanish.
pub(crate) fn joined<'r>(rings: impl Iterator<Item = &'r Ring>) -> Vec<Polygon> {
    let mut out: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
    for (a, b) in rings.flat_map(|ring| plane::edges(ring)) {
        let back = out.get_mut(&b).and_then(|ends| {
            let place = ends.iter().position(|end| *end == a)?;
            Some(ends.swap_remove(place))
        });
        if back.is_none() {
            out.entry(a).or_default().push(b);
        }
    }
    out.retain(|_, ends| !ends.is_empty());
    let mut rings = Vec::new();
    while let Some(start) = out.keys().next().copied() {
        follow(start, &mut out, &mut rings);
        out.retain(|_, ends| !ends.is_empty());
    }
    assembled(rings)
}

/// Follows edges from a point, taking them away; closes a ring where a point is met again.
fn follow(start: Point, out: &mut BTreeMap<Point, Vec<Point>>, rings: &mut Vec<Ring>) {
    let mut path = vec![start];
    while let Some(at) = path.last().copied() {
        let before = path.len().checked_sub(2).and_then(|i| path.get(i)).copied();
        let Some(ends) = out.get_mut(&at).filter(|ends| !ends.is_empty()) else { return };
        let turn = |to: &Point| {
            let way = plane::direction(at, *to);
            let back = before.map_or([1.0, 0.0], |b| plane::direction(at, b));
            let (sin, cos) =
                (back[0] * way[1] - back[1] * way[0], back[0] * way[0] + back[1] * way[1]);
            libm::atan2(sin, cos).rem_euclid(std::f64::consts::TAU)
        };
        let best = (0..ends.len()).max_by(|i, j| turn(&ends[*i]).total_cmp(&turn(&ends[*j])));
        let next = ends.swap_remove(best.unwrap_or(0));
        match path.iter().position(|p| *p == next) {
            Some(place) => {
                rings.push(path.drain(place..).collect());
                path.push(next);
                if path.len() == 1 {
                    return;
                }
            }
            None => path.push(next),
        }
    }
}

/// Shells, each with the holes that lie in it.
fn assembled(rings: Vec<Ring>) -> Vec<Polygon> {
    let (shells, holes): (Vec<Ring>, Vec<Ring>) =
        rings.into_iter().partition(|ring| plane::doubled_area(ring) > 0);
    let mut polygons: Vec<Polygon> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let probe = plane::between(hole[0], hole[1], 0.5);
        if let Some(home) = polygons.iter_mut().find(|polygon| plane::inside(&polygon[0], probe)) {
            home.push(hole);
        }
    }
    polygons
}

/// Land of faces of the streets' mesh without the rings cut out of it, as polygons.
pub(crate) fn without(mut land: Vec<Polygon>, cut: &[&Ring]) -> Vec<Polygon> {
    for ring in cut {
        let probe = plane::inner(ring);
        let holds = |polygon: &&mut Polygon| {
            plane::inside(&polygon[0], probe)
                && !polygon[1..].iter().any(|hole| plane::inside(hole, probe))
        };
        if let Some(home) = land.iter_mut().find(holds) {
            let mut hole = (*ring).clone();
            hole.reverse();
            home.push(hole);
        }
    }
    land
}
