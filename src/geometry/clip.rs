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
        let offset = (2 * part + span.abs() * span.signum()).div_euclid(2 * span);
        let mut out = [self.at; 2];
        out[across] = from[across] + offset as i64;
        out
    }
}

impl Window {
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
