//! Where a label stands: a point well inside polygons, the middle of a line.

use super::Fixed;

/// A position strictly inside the polygons whose rings these are (even-odd; several polygons in
/// any order), far from their border; `ends` are the ends of the rings in `positions`, which do
/// not repeat the first. `None` where there is no area that a whole unit lies in.
#[must_use]
pub fn inside(_positions: &[Fixed], _ends: &[u32]) -> Option<Fixed> {
    todo!()
}

/// The middle of the longest of the lines, along it.
#[must_use]
pub fn midpoint(_positions: &[Fixed], _ends: &[u32]) -> Option<Fixed> {
    todo!()
}
