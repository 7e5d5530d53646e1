//! Rings by themselves: area, repeated points and spikes, winding.

use super::Polygons;

/// Twice the signed area by the surveyor's formula (MVT 2.1 section 4.3.4.4): positive for a ring
/// that turns clockwise as drawn, y growing south.
pub(super) fn doubled_area(ring: &[[i32; 2]]) -> i64 {
    let Some(&[ox, oy]) = ring.first() else { return 0 };
    let from = |at: [i32; 2]| [i64::from(at[0]) - i64::from(ox), i64::from(at[1]) - i64::from(oy)];
    ring.windows(2).map(|edge| cross(from(edge[0]), from(edge[1]))).sum()
}

/// The z component of the cross product.
pub(super) const fn cross(a: [i64; 2], b: [i64; 2]) -> i64 {
    a[0] * b[1] - a[1] * b[0]
}

/// On which side of the line from `a` to `b` the point lies: the sign of the area of the three.
pub(super) fn side(a: [i32; 2], b: [i32; 2], at: [i32; 2]) -> i64 {
    cross(difference(b, a), difference(at, a)).signum()
}

pub(super) fn difference(a: [i32; 2], b: [i32; 2]) -> [i64; 2] {
    [i64::from(a[0]) - i64::from(b[0]), i64::from(a[1]) - i64::from(b[1])]
}

/// Whether a point that lies on no edge of the ring lies inside it.
pub(super) fn holds(ring: &[[i32; 2]], at: [i32; 2]) -> bool {
    let Some(&(mut a)) = ring.last() else { return false };
    let mut inside = false;
    for &b in ring {
        if (a[1] > at[1]) != (b[1] > at[1]) {
            let (low, high) = if a[1] < b[1] { (a, b) } else { (b, a) };
            inside ^= side(low, high, at) > 0;
        }
        a = b;
    }
    inside
}

/// Drops repeated points, spikes (where a ring turns back on itself) and what is no ring after
/// that, with its holes where it was a shell; turns shells and holes their way. `scratch` is a
/// buffer.
pub(super) fn tidy(polygons: &mut Polygons, scratch: &mut Polygons) {
    scratch.clear();
    let mut first = 0;
    for &end in &polygons.polygons {
        for index in first..end as usize {
            let start = scratch.points.len();
            polygons.ring(index).iter().for_each(|at| add(&mut scratch.points, start, *at));
            close(&mut scratch.points, start);
            let is_shell = index == first;
            if scratch.points.len() < start + 3 {
                scratch.points.truncate(start);
                if is_shell {
                    break;
                }
                continue;
            }
            let ring = &mut scratch.points[start..];
            if (doubled_area(ring) < 0) == is_shell {
                ring.reverse();
            }
            scratch.end_ring();
        }
        scratch.end_polygon();
        first = end as usize;
    }
    std::mem::swap(polygons, scratch);
}

/// Adds a point to the ring that begins at `start`, undoing spikes.
fn add(points: &mut Vec<[i32; 2]>, start: usize, at: [i32; 2]) {
    while points.len() > start {
        let last = points.len() - 1;
        if points[last] == at || (last > start && turns_back(points[last - 1], points[last], at)) {
            points.pop();
        } else {
            break;
        }
    }
    points.push(at);
}

/// Undoes spikes over the seam of the ring that begins at `start`.
fn close(points: &mut Vec<[i32; 2]>, start: usize) {
    let mut skipped = start;
    while points.len() > skipped + 1 {
        let last = points.len() - 1;
        let [before, end, first, second] =
            [points[last - 1], points[last], points[skipped], points[skipped + 1]];
        if end == first || turns_back(before, end, first) {
            points.pop();
        } else if turns_back(end, first, second) {
            skipped += 1;
        } else {
            break;
        }
    }
    points.drain(start..skipped);
}

/// Whether the way from `a` to `b` goes back on itself towards `c`.
fn turns_back(a: [i32; 2], b: [i32; 2], c: [i32; 2]) -> bool {
    let (to, back) = (difference(b, a), difference(c, b));
    cross(to, back) == 0 && to[0] * back[0] + to[1] * back[1] < 0
}
