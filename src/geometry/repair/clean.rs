//! The cheap test that nothing is wrong.

use super::ring::{doubled_area, holds, side};
use super::sweep::{Order, Rect, all_pairs, bounds, within};
use super::{Polygons, Scratch};

#[derive(Default)]
pub(super) struct Buffers {
    edges: Vec<Edge>,
    boxes: Vec<Rect>,
    order: Order,
}

/// An edge of a ring.
#[derive(Clone, Copy)]
struct Edge {
    a: [i32; 2],
    b: [i32; 2],
    /// Index of the edge after it in the ring.
    next: u32,
}

/// Whether the polygons are valid as they are and no two of their edges touch but at the ends that
/// a ring's neighbouring edges share: each ring has an area and its winding (shells positive by the
/// surveyor's formula of MVT 2.1 section 4.3.4.4, clockwise as drawn; holes negative), holes lie in
/// their shell, shells outside one another. Valid polygons whose rings touch at a point are not
/// clean: [`super::make_valid`] decides about those.
#[must_use]
pub fn is_clean(polygons: &Polygons, scratch: &mut Scratch) -> bool {
    if let ([_], [_]) = (polygons.polygons.as_slice(), polygons.rings.as_slice())
        && is_convex(&polygons.points)
    {
        return true;
    }
    let buffers = &mut scratch.clean;
    turn_their_way(polygons) && edges_apart(polygons, buffers) && nested(polygons, buffers)
}

/// Whether a ring turns right at each of its positions and goes round once: most parcels and
/// buildings do, and then no edges meet. It goes round as often as it sets out eastward.
pub(super) fn is_convex(ring: &[[i32; 2]]) -> bool {
    let (Some(&last), [.., before, _]) = (ring.last(), ring) else { return false };
    let (mut a, mut b) = (*before, last);
    let mut turns_east = 0;
    for &c in ring {
        if side(a, b, c) <= 0 {
            return false;
        }
        turns_east += u32::from(b[0] <= a[0] && c[0] > b[0]);
        (a, b) = (b, c);
    }
    turns_east == 1
}

fn turn_their_way(polygons: &Polygons) -> bool {
    polygons.iter().all(|mut rings| {
        let shell = rings.next().is_some_and(|shell| doubled_area(shell) > 0);
        shell && rings.all(|hole| doubled_area(hole) < 0)
    })
}

/// Whether edges meet only where they follow one another.
fn edges_apart(polygons: &Polygons, buffers: &mut Buffers) -> bool {
    let Buffers { edges, boxes, order } = buffers;
    edges.clear();
    boxes.clear();
    for ring in polygons.iter().flatten() {
        let (start, count) = (edges.len(), ring.len());
        edges.extend((0..count).map(|i| {
            let next = if i + 1 < count { i + 1 } else { 0 };
            Edge { a: ring[i], b: ring[next], next: (start + next) as u32 }
        }));
    }
    boxes.extend(
        edges.iter().map(|Edge { a, b, .. }| {
            [a[0].min(b[0]), a[1].min(b[1]), a[0].max(b[0]), a[1].max(b[1])]
        }),
    );
    all_pairs(boxes, order, |i, j| {
        let (one, other) = (edges[i], edges[j]);
        if one.next as usize == j {
            follow(one, other)
        } else if other.next as usize == i {
            follow(other, one)
        } else {
            !touch(one, other)
        }
    })
}

/// Whether an edge and the next share their common end alone. (Were they the only two of their
/// ring, it would have no area.)
fn follow(one: Edge, next: Edge) -> bool {
    if one.a == one.b {
        return false;
    }
    let ahead = |axis: usize| {
        (i64::from(one.b[axis]) - i64::from(one.a[axis]))
            * (i64::from(next.b[axis]) - i64::from(next.a[axis]))
    };
    side(one.a, one.b, next.b) != 0 || ahead(0) + ahead(1) > 0
}

/// Whether two edges whose boxes meet share a point.
fn touch(one: Edge, other: Edge) -> bool {
    side(one.a, one.b, other.a) * side(one.a, one.b, other.b) <= 0
        && side(other.a, other.b, one.a) * side(other.a, other.b, one.b) <= 0
}

/// Whether holes lie in their shell and nowhere else, and shells in no other polygon. No edges
/// touch, so one point tells where a ring lies.
fn nested(polygons: &Polygons, buffers: &mut Buffers) -> bool {
    if polygons.rings.len() < 2 {
        return true;
    }
    let Buffers { boxes, order, .. } = buffers;
    boxes.clear();
    boxes.extend(polygons.iter().flatten().map(bounds));
    let polygon_of = |ring: usize| polygons.polygons.partition_point(|&end| end as usize <= ring);
    let shell_of = |polygon: usize| match polygon {
        0 => 0,
        _ => polygons.polygons.get(polygon - 1).map_or(0, |&end| end as usize),
    };
    let inside = |inner: usize, outer: usize| {
        within(&boxes[inner], &boxes[outer])
            && polygons.ring(inner).first().is_some_and(|at| holds(polygons.ring(outer), *at))
    };
    let in_polygon = |inner: usize, polygon: usize| {
        let (shell, end) = (shell_of(polygon), polygons.polygons[polygon] as usize);
        inside(inner, shell) && !(shell + 1..end).any(|hole| inside(inner, hole))
    };
    let holes_in_shells = (0..polygons.rings.len()).all(|ring| {
        let shell = shell_of(polygon_of(ring));
        ring == shell || inside(ring, shell)
    });
    holes_in_shells
        && all_pairs(boxes, order, |i, j| {
            let (one, other) = (polygon_of(i), polygon_of(j));
            let shells = (shell_of(one) == i, shell_of(other) == j);
            match shells {
                (true, true) => !in_polygon(i, other) && !in_polygon(j, one),
                (false, false) if one == other => !inside(i, j) && !inside(j, i),
                _ => true,
            }
        })
}
