//! A raster over the plane: square cells, the first at the plane's origin.

use super::plane::Point;

/// Side of a cell, metres.
pub(crate) const CELL: f64 = 100.0;
/// Cells from west to east and from south to north.
const SIZE: [usize; 2] = [400, 310];

/// A value for each cell.
#[derive(Clone)]
pub(crate) struct Grid<T> {
    values: Vec<T>,
}

/// The numbers of all cells.
pub(crate) fn cells() -> std::ops::Range<usize> {
    0..SIZE[0] * SIZE[1]
}

/// The cell's middle in metres.
pub(crate) fn middle(cell: usize) -> [f64; 2] {
    let (col, row) = (cell % SIZE[0], cell / SIZE[0]);
    [(col as f64 + 0.5) * CELL, (row as f64 + 0.5) * CELL]
}

/// The cell's middle as a point of the plane.
pub(crate) fn point(cell: usize) -> Point {
    let [x, y] = middle(cell);
    [(x * 1000.0) as i64, (y * 1000.0) as i64]
}

/// The cell at a place in metres, the nearest one for a place outside.
pub(crate) fn cell_at([x, y]: [f64; 2]) -> usize {
    let at = |v: f64, size: usize| (v / CELL).floor().clamp(0.0, size as f64 - 1.0) as usize;
    at(y, SIZE[1]) * SIZE[0] + at(x, SIZE[0])
}

/// The cell that a point of the plane lies in.
pub(crate) fn cell_of(p: Point) -> usize {
    cell_at([p[0] as f64 / 1000.0, p[1] as f64 / 1000.0])
}

/// Columns and rows.
pub(crate) const fn size() -> [usize; 2] {
    SIZE
}

/// Whether the cell lies on the raster's rim.
pub(crate) fn on_rim(cell: usize) -> bool {
    let (col, row) = (cell % SIZE[0], cell / SIZE[0]);
    col == 0 || row == 0 || col == SIZE[0] - 1 || row == SIZE[1] - 1
}

/// The cells at these steps from a cell, with the length of the way in metres.
pub(crate) fn around(
    cell: usize,
    steps: &'static [[i64; 2]],
) -> impl Iterator<Item = (usize, f64)> {
    let (col, row) = ((cell % SIZE[0]) as i64, (cell / SIZE[0]) as i64);
    steps.iter().filter_map(move |[dx, dy]| {
        let (x, y) = (col + dx, row + dy);
        let there = (0..SIZE[0] as i64).contains(&x) && (0..SIZE[1] as i64).contains(&y);
        let length = ((dx * dx + dy * dy) as f64).sqrt() * CELL;
        there.then(|| (y as usize * SIZE[0] + x as usize, length))
    })
}

/// To the eight cells around.
pub(crate) const EIGHT: [[i64; 2]; 8] =
    [[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
/// To the four cells beside.
pub(crate) const FOUR: [[i64; 2]; 4] = [[1, 0], [0, 1], [-1, 0], [0, -1]];
/// To the eight cells around and a knight's move away.
pub(crate) const SIXTEEN: [[i64; 2]; 16] = [
    [1, 0],
    [1, 1],
    [0, 1],
    [-1, 1],
    [-1, 0],
    [-1, -1],
    [0, -1],
    [1, -1],
    [2, 1],
    [1, 2],
    [-1, 2],
    [-2, 1],
    [-2, -1],
    [-1, -2],
    [1, -2],
    [2, -1],
];

impl<T: Clone> Grid<T> {
    /// The same everywhere.
    pub(crate) fn filled(value: T) -> Self {
        Self { values: vec![value; SIZE[0] * SIZE[1]] }
    }

    /// One value a cell.
    pub(crate) fn of(value: impl Fn(usize) -> T) -> Self {
        Self { values: cells().map(value).collect() }
    }
}

impl<T> std::ops::Index<usize> for Grid<T> {
    type Output = T;
    fn index(&self, cell: usize) -> &T {
        &self.values[cell]
    }
}

impl<T> std::ops::IndexMut<usize> for Grid<T> {
    fn index_mut(&mut self, cell: usize) -> &mut T {
        &mut self.values[cell]
    }
}

impl Grid<f64> {
    /// The value at a place in metres, linear between the middles of cells.
    pub(crate) fn at(&self, [x, y]: [f64; 2]) -> f64 {
        let part = |v: f64, size: usize| {
            let v = (v / CELL - 0.5).clamp(0.0, size as f64 - 1.001);
            (v.floor() as usize, v - v.floor())
        };
        let ((col, fx), (row, fy)) = (part(x, SIZE[0]), part(y, SIZE[1]));
        let value = |dx: usize, dy: usize| self.values[(row + dy) * SIZE[0] + col + dx];
        let south = value(0, 0) * (1.0 - fx) + value(1, 0) * fx;
        let north = value(0, 1) * (1.0 - fx) + value(1, 1) * fx;
        south * (1.0 - fy) + north * fy
    }

    /// The steepest way up or down from the cell to one beside it, as a share of the way.
    pub(crate) fn slope(&self, cell: usize) -> f64 {
        let rise = |(other, far): (usize, f64)| (self[other] - self[cell]).abs() / far;
        around(cell, &EIGHT).map(rise).fold(0.0, f64::max)
    }
}
