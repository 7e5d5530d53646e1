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

/// Gives `emit` each piece of the line inside the window, of at least two positions, in the line's
/// order. `scratch` is a buffer.
pub fn clip_line(
    _positions: &[[i64; 2]],
    _window: &Window,
    _scratch: &mut Vec<[i64; 2]>,
    _emit: &mut impl FnMut(&[[i64; 2]]),
) {
    todo!()
}

/// Appends to `out` the ring cut at the window (Sutherland and Hodgman 1974), without repeated last
/// position; nothing where they do not meet. A ring that leaves and enters again stays one ring
/// with edges along the border. `scratch` is a buffer.
pub fn clip_ring(
    _positions: &[[i64; 2]],
    _window: &Window,
    _out: &mut Vec<[i64; 2]>,
    _scratch: &mut Vec<[i64; 2]>,
) {
    todo!()
}
