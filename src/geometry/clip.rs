//! Cutting lines and rings at a window, in whole world units relative to any origin.
//!
//! Where an edge crosses a border is computed from the edge with its ends in a fixed order, so
//! that two neighbours that share the edge in opposite directions get the same point.

/// A rectangle, both corners inclusive. Coordinates of everything here lie within ±2^40.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Least x and y.
    pub min: [i64; 2],
    /// Greatest x and y.
    pub max: [i64; 2],
}

/// A side of a window: positions whose coordinate on `axis` is beyond `at` are outside.
#[derive(Clone, Copy)]
struct Side {
    axis: usize,
    at: i64,
    /// Whether the window lies on the side of lesser coordinates.
    upper: bool,
}

impl Side {
    const fn inside(self, position: [i64; 2]) -> bool {
        if self.upper { position[self.axis] <= self.at } else { position[self.axis] >= self.at }
    }

    /// Where the edge crosses the side, to the nearest unit; the same for both directions.
    fn cross(self, a: [i64; 2], b: [i64; 2]) -> [i64; 2] {
        let (from, to) = if a <= b { (a, b) } else { (b, a) };
        let (along, across) = (self.axis, 1 - self.axis);
        let span = i128::from(to[along] - from[along]);
        let part = i128::from(self.at - from[along]) * i128::from(to[across] - from[across]);
        // Rounded to nearest; span is not 0, since the ends lie on different sides.
        let (part, span) = if span < 0 { (-part, -span) } else { (part, span) };
        let offset = (2 * part + span).div_euclid(2 * span);
        let mut out = [self.at; 2];
        out[across] = from[across] + offset as i64;
        out
    }
}

impl Window {
    /// Whether the position lies inside; borders count.
    #[must_use]
    pub fn holds(&self, position: [i64; 2]) -> bool {
        self.beyond(position) == 0
    }

    const fn sides(&self) -> [Side; 4] {
        [
            Side { axis: 0, at: self.min[0], upper: false },
            Side { axis: 0, at: self.max[0], upper: true },
            Side { axis: 1, at: self.min[1], upper: false },
            Side { axis: 1, at: self.max[1], upper: true },
        ]
    }

    /// Which sides a position is beyond, one bit each.
    fn beyond(&self, position: [i64; 2]) -> u8 {
        let bit = |outside: bool, bit: u8| u8::from(outside) << bit;
        bit(position[0] < self.min[0], 0)
            | bit(position[0] > self.max[0], 1)
            | bit(position[1] < self.min[1], 2)
            | bit(position[1] > self.max[1], 3)
    }

    /// The part of an edge inside, if any.
    fn cut(&self, mut a: [i64; 2], mut b: [i64; 2]) -> Option<([i64; 2], [i64; 2])> {
        for side in self.sides() {
            match (side.inside(a), side.inside(b)) {
                (true, true) => {}
                (true, false) => b = side.cross(a, b),
                (false, true) => a = side.cross(a, b),
                (false, false) => return None,
            }
        }
        Some((a, b))
    }
}

/// Gives `emit` each piece of the line inside the window, of at least two positions, in the line's
/// order. `scratch` is a buffer.
pub fn clip_line(
    positions: &[[i64; 2]],
    window: &Window,
    scratch: &mut Vec<[i64; 2]>,
    emit: &mut impl FnMut(&[[i64; 2]]),
) {
    let (any, all) = outside(positions, window);
    if all != 0 || positions.len() < 2 {
        return;
    }
    if any == 0 {
        emit(positions);
        return;
    }
    scratch.clear();
    let mut flush = |piece: &mut Vec<[i64; 2]>| {
        if piece.len() > 1 {
            emit(piece);
        }
        piece.clear();
    };
    for edge in positions.windows(2) {
        let &[a, b] = edge else { continue };
        let Some((from, to)) = window.cut(a, b) else {
            flush(scratch);
            continue;
        };
        if scratch.last() != Some(&from) {
            flush(scratch);
            scratch.push(from);
        }
        if from != to {
            scratch.push(to);
        }
        if to != b {
            flush(scratch);
        }
    }
    flush(scratch);
}

/// Appends to `out` the ring cut at the window (Sutherland and Hodgman 1974), without repeated last
/// position; nothing where they do not meet. A ring that leaves and enters again stays one ring
/// with edges along the border. `scratch` is a buffer.
pub fn clip_ring(
    positions: &[[i64; 2]],
    window: &Window,
    out: &mut Vec<[i64; 2]>,
    scratch: &mut Vec<[i64; 2]>,
) {
    let (any, all) = outside(positions, window);
    if all != 0 {
        return;
    }
    let start = out.len();
    out.extend_from_slice(positions);
    for (bit, side) in window.sides().into_iter().enumerate() {
        if any & (1 << bit) == 0 {
            continue;
        }
        scratch.clear();
        scratch.extend_from_slice(&out[start..]);
        out.truncate(start);
        keep(scratch, side, start, out);
    }
    if out.len() < start + 3 {
        out.truncate(start);
    }
}

/// Appends the part of a ring inside one side. A position equal to the last is left out.
fn keep(ring: &[[i64; 2]], side: Side, start: usize, out: &mut Vec<[i64; 2]>) {
    let mut push = |at: [i64; 2]| {
        if out.get(start..).and_then(<[_]>::last) != Some(&at) {
            out.push(at);
        }
    };
    let Some(&(mut last)) = ring.last() else { return };
    let mut was_inside = side.inside(last);
    for &at in ring {
        let is_inside = side.inside(at);
        if is_inside != was_inside {
            push(side.cross(last, at));
        }
        if is_inside {
            push(at);
        }
        (last, was_inside) = (at, is_inside);
    }
    while out.len() > start + 1 && out.last() == out.get(start) {
        out.pop();
    }
}

/// The sides that any and that all positions are beyond.
fn outside(positions: &[[i64; 2]], window: &Window) -> (u8, u8) {
    positions.iter().fold((0, if positions.is_empty() { 0 } else { 0b1111 }), |(any, all), at| {
        let beyond = window.beyond(*at);
        (any | beyond, all & beyond)
    })
}

#[cfg(test)]
mod tests {
    use geo::{Area, BooleanOps, Coord, LineString, Polygon};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn ring_in(ring: &[[i64; 2]], window: &Window) -> Vec<[i64; 2]> {
        let mut out = vec![[7, 7]];
        clip_ring(ring, window, &mut out, &mut vec![[1, 1]]);
        assert_eq!(out[0], [7, 7], "what was there stays");
        out.split_off(1)
    }

    fn lines_in(line: &[[i64; 2]], window: &Window) -> Vec<Vec<[i64; 2]>> {
        let mut out = Vec::new();
        clip_line(line, window, &mut vec![[1, 1]], &mut |piece| out.push(piece.to_vec()));
        out
    }

    const WINDOW: Window = Window { min: [0, 0], max: [100, 100] };

    #[test]
    fn rings_inside_around_and_outside() {
        let inside = [[10, 10], [20, 10], [20, 20]];
        assert_eq!(ring_in(&inside, &WINDOW), inside);
        let around = [[-50, -50], [150, -50], [150, 150], [-50, 150]];
        assert_eq!(ring_in(&around, &WINDOW), [[0, 100], [0, 0], [100, 0], [100, 100]]);
        assert_eq!(ring_in(&around.map(|[x, y]| [x + 500, y]), &WINDOW), [[0_i64; 2]; 0]);
        // Beyond a corner: no side has it all outside, yet nothing is left.
        assert_eq!(ring_in(&[[150, -200], [300, 50], [300, -200]], &WINDOW), [[0_i64; 2]; 0]);
        assert_eq!(ring_in(&[], &WINDOW), [[0_i64; 2]; 0]);
        assert_eq!(ring_in(&[[-10, 50], [0, 50]], &WINDOW), [[0_i64; 2]; 0]);
    }

    #[test]
    fn lines_fall_into_pieces() {
        let zigzag = [[-50, 10], [50, 10], [150, 20], [50, 30], [50, 40]];
        assert_eq!(
            lines_in(&zigzag, &WINDOW),
            [vec![[0, 10], [50, 10], [100, 15]], vec![[100, 25], [50, 30], [50, 40]]]
        );
        assert_eq!(lines_in(&[[-50, -50], [150, 150]], &WINDOW), [[[0, 0], [100, 100]]]);
        assert!(lines_in(&[[-50, 50], [50, -60]], &WINDOW).is_empty());
        assert!(lines_in(&[[-50, 50], [0, 50], [-50, 60]], &WINDOW).is_empty());
        assert!(lines_in(&[[50, 50]], &WINDOW).is_empty());
    }

    #[test]
    fn the_whole_world_relative_to_a_corner_does_not_overflow() {
        let world = 1_i64 << 32;
        let line = [[-world, -world], [world, world - 1]];
        let pieces = lines_in(&line, &Window { min: [0, 0], max: [1 << 10, 1 << 10] });
        // Half a unit off at either end; ties round up.
        assert_eq!(pieces, [[[0, 0], [1 << 10, 1 << 10]]]);
    }

    fn ring() -> impl Strategy<Value = Vec<[i64; 2]>> {
        vec(5_000..2_000_000_i64, 3..24).prop_map(|radii| {
            let count = radii.len() as f64;
            let at = |(i, radius): (usize, i64)| {
                let angle = std::f64::consts::TAU * i as f64 / count;
                [(radius as f64 * angle.cos()) as i64, (radius as f64 * angle.sin()) as i64]
            };
            radii.into_iter().enumerate().map(at).collect()
        })
    }

    fn window() -> impl Strategy<Value = Window> {
        [-1_500_000..1_500_000_i64, -1_500_000..1_500_000_i64, 1..2_000_000, 1..2_000_000]
            .prop_map(|[x, y, w, h]| Window { min: [x, y], max: [x + w, y + h] })
    }

    fn polygon(ring: &[[i64; 2]]) -> Polygon {
        let coords = ring.iter().map(|&[x, y]| Coord { x: x as f64, y: y as f64 });
        Polygon::new(coords.collect::<LineString>(), vec![])
    }

    proptest! {
        #[test]
        fn a_clipped_ring_has_the_area_of_the_intersection(ring in ring(), window in window()) {
            let found = ring_in(&ring, &window);
            let all = window.min.iter().zip(&window.max).map(|(a, b)| (b - a) as f64);
            let frame = polygon(&[
                window.min, [window.max[0], window.min[1]], window.max, [window.min[0], window.max[1]],
            ]);
            let expected = polygon(&ring).intersection(&frame).unsigned_area();
            let perimeter: f64 = all.sum::<f64>() * 2.0 * ring.len() as f64;
            prop_assert!((polygon(&found).unsigned_area() - expected).abs() <= perimeter);
            for at in found {
                prop_assert_eq!(window.beyond(at), 0);
            }
        }

        #[test]
        fn an_edge_is_cut_alike_in_both_directions(ring in ring(), window in window()) {
            let turned: Vec<_> = ring.iter().rev().copied().collect();
            let sorted = |mut ring: Vec<[i64; 2]>| {
                ring.sort_unstable();
                ring.dedup();
                ring
            };
            let (ahead, back) = (ring_in(&ring, &window), ring_in(&turned, &window));
            prop_assert_eq!(sorted(ahead), sorted(back));
            let mut pieces = lines_in(&turned, &window);
            pieces.reverse();
            pieces.iter_mut().for_each(|piece| piece.reverse());
            prop_assert_eq!(lines_in(&ring, &window), pieces);
        }

        #[test]
        fn pieces_of_a_line_lie_in_the_window_and_on_the_line(line in ring(), window in window()) {
            for at in lines_in(&line, &window).concat() {
                prop_assert_eq!(window.beyond(at), 0);
                let near = line.windows(2).any(|edge| {
                    let [a, b, p] = [edge[0], edge[1], at].map(|p| p.map(|v| v as f64));
                    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                    let across = (p[0] - a[0]) * dy - (p[1] - a[1]) * dx;
                    across.abs() <= 2.0 * dx.hypot(dy)
                });
                prop_assert!(near);
            }
        }
    }
}
