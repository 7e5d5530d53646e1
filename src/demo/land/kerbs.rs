//! Kerbs: what the roads around a face leave of it.

use super::plane::{self, Point, Ring, metres};
use super::streets::Streets;

/// An edge of a face and the width of the road along it, metres.
type Edge = (Point, Point, f64);

/// The face without the roads along it; `None` if little is left.
pub(crate) fn kerb(streets: &Streets, face: usize) -> Option<Ring> {
    let mut edges = streets.mesh.bounds(face);
    let length = |i: &usize| plane::distance(edges[*i].0, edges[*i].1);
    let longest = (0..edges.len()).max_by(|i, j| length(i).total_cmp(&length(j)))?;
    edges.rotate_left(longest);
    let whole = plane::area(&streets.mesh.ring(face));
    // Where the land is narrow, a kerb follows less of the roads' bends.
    [30.0, 12.0, 60.0, 4.0].iter().find_map(|least| {
        let mut bounds: Vec<Edge> = Vec::new();
        for (a, b, way) in &edges {
            let half = way.map_or(3.0, |way| streets.ways[way as usize].class.half_width());
            // A kerb does not follow what is shorter than roads are wide.
            let joins = |last: &Edge| {
                let (d, e) = (plane::direction(last.0, last.1), plane::direction(*a, *b));
                let straight = last.2 == half && (d[0] * e[1] - d[1] * e[0]).abs() < 0.02;
                straight || plane::distance(*a, *b) < metres(*least)
            };
            match bounds.last_mut().filter(|last| joins(last)) {
                Some(last) => last.1 = *b,
                None => bounds.push((*a, *b, half)),
            }
        }
        let mut ring = Vec::new();
        for (i, next) in bounds.iter().enumerate() {
            let before = &bounds[(i + bounds.len() - 1) % bounds.len()];
            corner(before, next, streets.dense[face], &mut ring);
        }
        let kept = plane::area(&ring);
        let fits =
            kept > 1_200.0 && kept > whole * 0.25 && kept < whole && plane::is_compact(&ring);
        let face = streets.mesh.ring(face);
        let crosses = |a: Point, b: Point| {
            plane::edges(&face).any(|(c, d)| plane::crossing(a, b, c, d).is_some())
        };
        let within = ring.iter().all(|p| plane::inside(&face, *p))
            && !plane::edges(&ring).any(|(a, b)| crosses(a, b));
        (fits && within).then_some(ring)
    })
}

/// The corner between two edges moved inward by their widths; where the city is built in detail it
/// is cut off if it is sharp, as kerbs are.
fn corner(before: &Edge, after: &Edge, cut_off: bool, ring: &mut Ring) {
    let (d, e) = (plane::direction(before.0, before.1), plane::direction(after.0, after.1));
    let (wide, next) = (metres(before.2), metres(after.2));
    let cross = d[0] * e[1] - d[1] * e[0];
    let at = after.0;
    if cross.abs() < 0.10 {
        ring.push(plane::moved(at, plane::scaled(plane::left_of(d), wide)));
        if before.2 != after.2 {
            ring.push(plane::moved(at, plane::scaled(plane::left_of(e), next)));
        }
        return;
    }
    // The point on both lines, in the directions of the two edges.
    let (along, back) = (wide / cross, next / cross);
    let p = plane::moved(at, [e[0] * along - d[0] * back, e[1] * along - d[1] * back]);
    if cross < 0.35 || !cut_off {
        ring.push(p);
        return;
    }
    let room = plane::distance(before.0, before.1).min(plane::distance(after.0, after.1));
    let cut = metres(8.0).min(room * 0.15);
    ring.push(plane::moved(p, plane::scaled(d, -cut)));
    ring.push(plane::moved(p, plane::scaled(e, cut)));
}
