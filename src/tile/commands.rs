//! Geometry as MVT commands (MVT 2.1, section 4.3).

use crate::geometry::repair::Polygons;
use crate::model::message::{Ahead, Message};
use crate::model::wire::zigzag;

/// A position in tile units: x east, y south, from the tile's north-west corner.
pub(super) type Unit = [i32; 2];

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: u32 = 7;

/// Most bytes of a command, and of a move.
const COMMAND: usize = 5;
const MOVE: usize = 2 * 5;

/// Writes the commands of one MVT feature; the position that commands are relative to runs on from
/// part to part.
pub(super) struct Pen<'a> {
    out: &'a mut Message,
    at: Unit,
}

impl<'a> Pen<'a> {
    /// For a new feature, appending to `out`.
    pub(super) fn new(out: &'a mut Message) -> Self {
        Self { out, at: [0; 2] }
    }

    /// A point or multi-point of `points` (one at least).
    pub(super) fn points(&mut self, points: &[Unit]) {
        let most = COMMAND + points.len() * MOVE;
        self.at = self.out.write(most, |out| {
            command(out, MOVE_TO, points.len());
            go(out, self.at, points)
        });
    }

    /// A line of `points`: two at least, no two in a row equal.
    pub(super) fn line(&mut self, points: &[Unit]) {
        if let [first, rest @ ..] = points {
            let most = 2 * COMMAND + points.len() * MOVE;
            self.at = self.out.write(most, |out| {
                command(out, MOVE_TO, 1);
                let at = go(out, self.at, &[*first]);
                command(out, LINE_TO, rest.len());
                go(out, at, rest)
            });
        }
    }

    /// A ring of `points`, the first not repeated.
    fn ring(&mut self, points: &[Unit]) {
        self.line(points);
        self.out.write(COMMAND, |out| command(out, CLOSE_PATH, 1));
    }

    /// Polygons, valid and wound as MVT asks.
    pub(super) fn polygons(&mut self, polygons: &Polygons) {
        polygons.iter().for_each(|rings| rings.for_each(|ring| self.ring(ring)));
    }
}

#[inline]
fn command(out: &mut Ahead<'_>, id: u32, count: usize) {
    out.varint((count as u64) << 3 | u64::from(id));
}

/// Goes from `at` to each of the points; where that ends.
#[inline]
fn go(out: &mut Ahead<'_>, mut at: Unit, points: &[Unit]) -> Unit {
    for &to in points {
        let [x, y] = [to[0] - at[0], to[1] - at[1]].map(zigzag);
        out.varints([x.into(), y.into()]);
        at = to;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(draw: impl FnOnce(&mut Pen<'_>)) -> Vec<u8> {
        let mut out = Message::default();
        draw(&mut Pen::new(&mut out));
        out.into_bytes()
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
