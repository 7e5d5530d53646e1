//! Circular arcs made straight.

use std::f64::consts::TAU;

use super::{Geometry, Kind, MAX_DEPTH, Path};

/// Segments of a full circle: with 128 the greatest distance between chord and arc is 0.03 % of
/// the radius.
const SEGMENTS_OF_CIRCLE: f64 = 128.0;

/// Chords that the arcs of one curve share, so that a curve of very many arcs, which are short then,
/// takes no more memory than its positions and this.
const MAX_CHORDS: f64 = 262_144.0;

/// An arc whose radius is this many times its chord is drawn as that chord: they are less than a
/// millionth of it apart, and the centre is too far away to compute with.
const STRAIGHT: f64 = 1e6;

/// The positions of a line or curve with each arc replaced by chords whose ends lie on it.
/// A curve inside a compound curve begins where the one before ends, once.
pub(super) fn linearise(curve: &Geometry<'_>) -> Path<'static> {
    let share = MAX_CHORDS / arcs(curve, 0).max(1) as f64;
    let mut out = Straight {
        positions: Vec::new(),
        has_z: false,
        has_m: false,
        segments: SEGMENTS_OF_CIRCLE.min(share),
    };
    out.append(curve, 0);
    Path::from_positions(&out.positions, out.has_z, out.has_m)
}

fn arcs(curve: &Geometry<'_>, depth: usize) -> usize {
    match curve.kind() {
        Kind::CompoundCurve if depth < MAX_DEPTH => {
            curve.parts().map(|part| arcs(&part, depth + 1)).sum()
        }
        Kind::CircularString => curve.whole().len() / 2,
        _ => 0,
    }
}

/// A curve on its way to becoming straight.
struct Straight {
    positions: Vec<[f64; 4]>,
    has_z: bool,
    has_m: bool,
    /// Segments of a full circle.
    segments: f64,
}

impl Straight {
    fn append(&mut self, curve: &Geometry<'_>, depth: usize) {
        if curve.kind() == Kind::CompoundCurve {
            if depth < MAX_DEPTH {
                curve.parts().for_each(|part| self.append(&part, depth + 1));
            }
            return;
        }
        let path = curve.whole();
        self.has_z |= path.has_z();
        self.has_m |= path.has_m();
        let mut rest = path.xy().enumerate().map(|(i, [x, y])| [x, y, path.z(i), path.m(i)]);
        let Some(first) = rest.next() else { return };
        if self.positions.last().is_none_or(|last| last[..2] != first[..2]) {
            self.positions.push(first);
        }
        if curve.kind() != Kind::CircularString {
            self.positions.extend(rest);
            return;
        }
        let mut start = first;
        while let (Some(middle), Some(end)) = (rest.next(), rest.next()) {
            // Neighbours run along a shared arc in opposite directions and must get equal chords.
            if start[..2] > end[..2] {
                let from = self.positions.len();
                self.bend(end, middle, start);
                self.positions.pop();
                self.positions.get_mut(from..).unwrap_or_default().reverse();
                self.positions.push(end);
            } else {
                self.bend(start, middle, end);
            }
            start = end;
        }
    }

    /// Adds the arc from `start` through `middle` to `end`, without `start`. An arc that ends where it
    /// begins is a full circle whose diameter runs to `middle` (SQL/MM part 3); three positions on a
    /// line are that line.
    fn bend(&mut self, start: [f64; 4], middle: [f64; 4], end: [f64; 4]) {
        let Some(arc) = Arc::through(start, middle, end) else {
            self.positions.extend([middle, end]);
            return;
        };
        let halves = [(arc.from, arc.first, start, middle), (arc.via, arc.second, middle, end)];
        let turn = arc.turn;
        for (base, span, a, b) in halves {
            let steps = (span / TAU * self.segments).ceil().max(1.0);
            for step in 1..steps as usize {
                let part = step as f64 / steps;
                let at = base + turn * span * part;
                let between = |axis: usize| a[axis] + (b[axis] - a[axis]) * part;
                self.positions.push([
                    arc.centre[0] + arc.radius * libm::cos(at),
                    arc.centre[1] + arc.radius * libm::sin(at),
                    between(2),
                    between(3),
                ]);
            }
            self.positions.push(b);
        }
    }
}

/// A circular arc: its angles are in radians from the x axis, its spans are positive.
struct Arc {
    centre: [f64; 2],
    radius: f64,
    /// 1 anticlockwise, -1 clockwise.
    turn: f64,
    /// Angle at the start.
    from: f64,
    /// Angle at the position between.
    via: f64,
    /// What it spans from the start to the position between.
    first: f64,
    /// What it spans from there to the end.
    second: f64,
}

impl Arc {
    /// `None` where the three lie on a line, or so nearly that no arc can be computed.
    fn through(start: [f64; 4], middle: [f64; 4], end: [f64; 4]) -> Option<Self> {
        let circle = start[..2] == end[..2];
        let centre = if circle {
            [f64::midpoint(start[0], middle[0]), f64::midpoint(start[1], middle[1])]
        } else {
            centre(start, middle, end)?
        };
        let angle = |p: [f64; 4]| libm::atan2(p[1] - centre[1], p[0] - centre[0]);
        let (from, via) = (angle(start), angle(middle));
        let cross = (middle[0] - start[0]) * (end[1] - start[1])
            - (middle[1] - start[1]) * (end[0] - start[0]);
        let turn = if circle || cross > 0.0 { 1.0 } else { -1.0 };
        let sweep = |a: f64, b: f64| ((b - a) * turn).rem_euclid(TAU);
        let first = sweep(from, via);
        let second = if circle { first } else { sweep(via, angle(end)) };
        let radius = libm::hypot(start[0] - centre[0], start[1] - centre[1]);
        let chord = libm::hypot(end[0] - start[0], end[1] - start[1]);
        // Angles that rounding put the wrong way round would add a whole turn.
        let bent = circle || (radius < STRAIGHT * chord && first + second <= TAU);
        bent.then_some(Self { centre, radius, turn, from, via, first, second })
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

#[cfg(test)]
mod tests {
    use super::super::tests::Draft;
    use super::*;

    /// The positions `[x, y]` of a circular string through `positions`.
    fn straight(positions: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let draft = Draft::runs(Kind::CircularString, &[positions]);
        draft.see(Kind::Unknown, |curve| linearise(&curve).xy().collect())
    }

    #[test]
    fn chords_keep_to_their_arc_and_meet_its_control_positions() {
        for (name, control, centre) in [
            ("anticlockwise", [[1., 0.], [0., 1.], [-1., 0.]], [0., 0.]),
            ("clockwise", [[-1., 0.], [0., 1.], [1., 0.]], [0., 0.]),
            ("more than half", [[1., 0.], [-1., 0.], [0., -1.]], [0., 0.]),
            (
                "far from the origin",
                [[5e6 + 3., 4e6], [5e6, 4e6 + 3.], [5e6 - 3., 4e6]],
                [5e6, 4e6],
            ),
            ("full circle", [[1., 0.], [-1., 0.], [1., 0.]], [0., 0.]),
        ] {
            let path = straight(&control);
            let away = |p: &[f64; 2]| libm::hypot(p[0] - centre[0], p[1] - centre[1]);
            let radius = away(&control[0]);
            assert!(path.iter().all(|p| (away(p) - radius).abs() < 1e-8 * radius), "{name}");
            let sagitta = |[a, b]: [[f64; 2]; 2]| {
                radius - away(&[f64::midpoint(a[0], b[0]), f64::midpoint(a[1], b[1])])
            };
            let chords = path.windows(2).map(|pair| [pair[0], pair[1]]);
            assert!(chords.clone().all(|chord| sagitta(chord) <= 3.1e-4 * radius), "{name}");
            let mut rest = path.iter();
            assert!(control.iter().all(|c| rest.any(|p| p == c)), "{name}: {path:?}");
        }
    }

    #[test]
    fn a_shared_arc_has_the_same_chords_in_both_directions() {
        let forth = straight(&[[0.1, 0.2], [3.3, 4.7], [9.1, 2.9], [10., 0.], [9., -3.]]);
        let mut back = straight(&[[9., -3.], [10., 0.], [9.1, 2.9], [3.3, 4.7], [0.1, 0.2]]);
        back.reverse();
        assert!(forth.len() > 40);
        assert_eq!(forth, back);
    }

    #[test]
    fn what_is_no_arc_is_drawn_as_its_positions() {
        for control in [
            [[0., 0.], [1., 1.], [2., 2.]],
            [[0., 0.], [0., 0.], [2., 2.]],
            [[0., 0.], [2., 2.], [2., 2.]],
            [[2., 2.], [1., 1. + 1e-13], [0., 0.]],
            [[1., 1.], [1., 1.], [1., 1.]],
        ] {
            assert_eq!(straight(&control), control);
        }
    }

    #[test]
    fn heights_go_evenly_from_one_control_position_to_the_next() {
        let draft = Draft::runs(Kind::CircularString, &[&[[1., 0.], [0., 1.], [-1., 0.]]]);
        draft.with(true, false).see(Kind::Unknown, |curve| {
            let path = linearise(&curve);
            let heights: Vec<f64> = (0..path.len()).map(|i| path.z(i)).collect();
            assert!(heights.is_sorted_by(|a, b| a > b), "{heights:?}");
            assert_eq!((heights.first(), heights.last()), (Some(&10.), Some(&-10.)));
            assert!(!path.has_m());
        });
    }

    #[test]
    fn parts_of_a_compound_curve_join_once() {
        let arc = Draft::runs(Kind::CircularString, &[&[[0., 0.], [1., 1.], [2., 0.]]]);
        let line = Draft::runs(Kind::LineString, &[&[[2., 0.], [3., 0.]]]);
        let path: Vec<[f64; 2]> = Draft::of(Kind::CompoundCurve, vec![arc, line])
            .see(Kind::Unknown, |curve| linearise(&curve).xy().collect());
        assert_eq!(path.iter().filter(|p| **p == [2., 0.]).count(), 1);
        assert_eq!(path.last(), Some(&[3., 0.]));
    }

    #[test]
    fn a_curve_of_very_many_arcs_takes_bounded_memory() {
        let control: Vec<[f64; 2]> =
            (0..200_001).map(|i| [f64::from(i), f64::from(i % 2)]).collect();
        assert!(straight(&control).len() < 200_001 * 2 + MAX_CHORDS as usize);
    }
}
