//! Circular arcs made straight.

use super::{Geometry, Kind, Path};

/// Segments of a full circle: with 128 the greatest distance between chord and arc is 0.03 % of
/// the radius.
const SEGMENTS_OF_CIRCLE: f64 = 128.0;

/// The positions of a line or curve with each arc replaced by chords whose ends lie on it.
/// A curve inside a compound curve begins where the one before ends, once.
pub(super) fn linearise(curve: &Geometry<'_>) -> Path<'static> {
    let mut out = Vec::new();
    let mut has = (false, false);
    append(curve, &mut out, &mut has, 0);
    Path::from_positions(&out, has.0, has.1)
}

fn append(curve: &Geometry<'_>, out: &mut Vec<[f64; 4]>, has: &mut (bool, bool), depth: usize) {
    if depth > super::shape::MAX_DEPTH {
        return;
    }
    if curve.kind() == Kind::CompoundCurve {
        curve.parts().for_each(|part| append(&part, out, has, depth + 1));
        return;
    }
    let path = curve.whole();
    *has = (has.0 || path.has_z(), has.1 || path.has_m());
    let positions: Vec<[f64; 4]> =
        path.xy().enumerate().map(|(i, [x, y])| [x, y, path.z(i), path.m(i)]).collect();
    let joined =
        out.last().is_some_and(|last| positions.first().is_some_and(|p| p[..2] == last[..2]));
    if curve.kind() != Kind::CircularString {
        out.extend(positions.iter().skip(usize::from(joined)));
        return;
    }
    if !joined {
        out.extend(positions.first());
    }
    for arc in positions.windows(3).step_by(2) {
        if let [start, middle, end] = arc {
            bend(*start, *middle, *end, out);
        }
    }
    if positions.len() == 2 {
        out.extend(positions.last());
    }
}

/// Adds the arc from `start` through `middle` to `end`, without `start`. An arc that ends where it
/// begins is a full circle whose diameter runs to `middle` (SQL/MM part 3); three positions on a
/// line are that line.
fn bend(start: [f64; 4], middle: [f64; 4], end: [f64; 4], out: &mut Vec<[f64; 4]>) {
    let circle = start[..2] == end[..2];
    let centre = if circle {
        Some([f64::midpoint(start[0], middle[0]), f64::midpoint(start[1], middle[1])])
    } else {
        centre(start, middle, end)
    };
    let Some([cx, cy]) = centre else {
        out.extend([middle, end]);
        return;
    };
    let angle = |p: [f64; 4]| libm::atan2(p[1] - cy, p[0] - cx);
    let (from, via) = (angle(start), angle(middle));
    let cross =
        (middle[0] - start[0]) * (end[1] - start[1]) - (middle[1] - start[1]) * (end[0] - start[0]);
    let turn = if circle || cross > 0.0 { 1.0 } else { -1.0 };
    let sweep = |a: f64, b: f64| ((b - a) * turn).rem_euclid(std::f64::consts::TAU);
    let first = sweep(from, via);
    let second = if circle { first } else { sweep(via, angle(end)) };
    let radius = libm::hypot(start[0] - cx, start[1] - cy);
    for (base, span, a, b) in [(from, first, start, middle), (via, second, middle, end)] {
        let steps = (span / std::f64::consts::TAU * SEGMENTS_OF_CIRCLE).ceil().max(1.0);
        for step in 1..steps as usize {
            let part = step as f64 / steps;
            let at = base + turn * span * part;
            let between = |axis: usize| a[axis] + (b[axis] - a[axis]) * part;
            out.push([
                cx + radius * libm::cos(at),
                cy + radius * libm::sin(at),
                between(2),
                between(3),
            ]);
        }
        out.push(b);
    }
}

/// The centre of the circle through three positions; `None` if they lie on a line.
fn centre(a: [f64; 4], b: [f64; 4], c: [f64; 4]) -> Option<[f64; 2]> {
    let (bx, by, cx, cy) = (b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]);
    let d = 2.0 * (bx * cy - by * cx);
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    let centre = [a[0] + (cy * b2 - by * c2) / d, a[1] + (bx * c2 - cx * b2) / d];
    centre.iter().all(|v| v.is_finite()).then_some(centre)
}
