//! The common outline of rings that lie side by side.

use std::collections::BTreeMap;

use super::super::super::land::plane::{self, Point, Polygon, Ring};

/// How near to an edge a point counts as lying on it, millimetres.
const ON_EDGE: f64 = 2.0;

/// The ring with the points of others that lie on its edges.
fn with_points(ring: &[Point], points: &[Point]) -> Ring {
    let mut out = Ring::new();
    for (a, b) in plane::edges(ring) {
        out.push(a);
        let mut on: Vec<Point> = points
            .iter()
            .copied()
            .filter(|p| *p != a && *p != b && plane::distance_to_edge(*p, a, b) <= ON_EDGE)
            .collect();
        on.sort_by(|p, q| plane::distance(a, *p).total_cmp(&plane::distance(a, *q)));
        on.dedup();
        out.extend(on);
    }
    out
}

/// The polygons that rings make which touch but do not overlap: edges that two of them share go.
pub(super) fn merged(rings: &[&Ring]) -> Vec<Polygon> {
    let mut edges: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
    for (i, ring) in rings.iter().enumerate() {
        let others = rings.iter().enumerate().filter(|(j, _)| *j != i);
        let points: Vec<Point> = others.flat_map(|(_, other)| other.iter().copied()).collect();
        for (a, b) in plane::edges(&with_points(ring, &points)) {
            let back = edges.get_mut(&b).and_then(|ends| {
                let place = ends.iter().position(|end| *end == a)?;
                Some(ends.swap_remove(place))
            });
            if back.is_none() {
                edges.entry(a).or_default().push(b);
            }
        }
    }
    edges.retain(|_, ends| !ends.is_empty());
    let mut loops: Vec<Ring> = Vec::new();
    while let Some(start) = edges.keys().next().copied() {
        loops.extend(trace(start, &mut edges));
        edges.retain(|_, ends| !ends.is_empty());
    }
    assembled(loops)
}

/// Follows edges from a point, taking them away; closes a ring at each point that is met again.
fn trace(start: Point, edges: &mut BTreeMap<Point, Vec<Point>>) -> Vec<Ring> {
    let mut rings = Vec::new();
    let mut path = vec![start];
    while let Some(at) = path.last().copied() {
        let Some(next) = edges.get_mut(&at).and_then(Vec::pop) else { break };
        match path.iter().position(|p| *p == next) {
            Some(place) => {
                rings.push(path[place..].to_vec());
                path.truncate(place + 1);
            }
            None => path.push(next),
        }
    }
    rings
}

/// Outer rings with the holes that lie in them; slivers of rounding are left out.
fn assembled(mut loops: Vec<Ring>) -> Vec<Polygon> {
    loops.retain(|ring| ring.len() > 2 && plane::area(ring).abs() > 1.0);
    let (outer, holes): (Vec<Ring>, Vec<Ring>) =
        loops.into_iter().partition(|ring| plane::doubled_area(ring) > 0);
    let mut out: Vec<Polygon> = outer.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let inside = |polygon: &&mut Polygon| {
            hole.iter().filter(|p| plane::inside(&polygon[0], **p)).count() * 2 > hole.len()
        };
        if let Some(polygon) = out.iter_mut().find(inside) {
            polygon.push(hole);
        }
    }
    out
}
