//! Geometry as MVT commands (MVT 2.1, section 4.3).

use crate::geometry::repair::Polygons;
use crate::model::wire::{append_varints, varint, zigzag};

/// A position in tile units: x east, y south, from the tile's north-west corner.
pub(super) type Unit = [i32; 2];

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// Writes the commands of one MVT feature; the position that commands are relative to runs on from
/// part to part.
pub(super) struct Pen<'a> {
    out: &'a mut Vec<u8>,
    at: Unit,
}

impl<'a> Pen<'a> {
    /// For a new feature, appending to `out`.
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, at: [0; 2] }
    }

    /// A point or multi-point of `points` (one at least).
    pub(super) fn points(&mut self, points: &[Unit]) {
        self.command(MOVE_TO, points.len());
        for point in points {
            self.go(*point);
        }
    }

    /// A line of `points`: two at least, no two in a row equal.
    pub(super) fn line(&mut self, points: &[Unit]) {
        if let [first, rest @ ..] = points {
            self.command(MOVE_TO, 1);
            self.go(*first);
            self.command(LINE_TO, rest.len());
            for point in rest {
                self.go(*point);
            }
        }
    }

    /// A ring of `points`, the first not repeated.
    fn ring(&mut self, points: &[Unit]) {
        self.line(points);
        self.command(CLOSE_PATH, 1);
    }

    /// Polygons, valid and wound as MVT asks.
    pub(super) fn polygons(&mut self, polygons: &Polygons) {
        polygons.iter().for_each(|rings| rings.for_each(|ring| self.ring(ring)));
    }

    fn command(&mut self, id: u32, count: usize) {
        varint(self.out, (count as u64) << 3 | u64::from(id));
    }

    fn go(&mut self, to: Unit) {
        let delta = [0, 1].map(|axis| u64::from(zigzag(to[axis] - self.at[axis])));
        append_varints(self.out, delta);
        self.at = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(draw: impl FnOnce(&mut Pen<'_>)) -> Vec<u8> {
        let mut out = Vec::new();
        draw(&mut Pen::new(&mut out));
        out
    }

    // The examples of MVT 2.1, section 4.3.5.
    #[test]
    fn the_examples_of_the_specification_are_written_as_they_are_there() {
        assert_eq!(written(|pen| pen.points(&[[25, 17]])), [9, 50, 34]);
        assert_eq!(written(|pen| pen.points(&[[5, 7], [3, 2]])), [17, 10, 14, 3, 9]);
        assert_eq!(
            written(|pen| pen.line(&[[2, 2], [2, 10], [10, 10]])),
            [9, 4, 4, 18, 0, 16, 16, 0]
        );
        let two = written(|pen| {
            pen.line(&[[2, 2], [2, 10], [10, 10]]);
            pen.line(&[[1, 1], [3, 5]]);
        });
        assert_eq!(two, [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]);
        let points = vec![[3, 6], [8, 12], [20, 34]];
        let mut polygons = Polygons { points, ..Polygons::default() };
        polygons.end_ring();
        polygons.end_polygon();
        assert_eq!(written(|pen| pen.polygons(&polygons)), [9, 6, 12, 18, 10, 12, 24, 44, 15]);
    }

    #[test]
    fn the_pen_runs_on_from_polygon_to_polygon() {
        let mut polygons = Polygons::default();
        let rings: [&[Unit]; 3] = [
            &[[0, 0], [10, 0], [10, 10], [0, 10]],
            &[[11, 11], [20, 11], [20, 20], [11, 20]],
            &[[13, 13], [13, 17], [17, 17], [17, 13]],
        ];
        for (n, ring) in rings.iter().enumerate() {
            polygons.points.extend_from_slice(ring);
            polygons.end_ring();
            if n != 1 {
                polygons.end_polygon();
            }
        }
        assert_eq!(
            written(|pen| pen.polygons(&polygons)),
            [
                9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4,
                13, 26, 0, 8, 8, 0, 0, 7, 15
            ]
        );
    }
}
