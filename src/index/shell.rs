//! Polygons of one ring, and at which zooms they are drawn as they are.

use super::render::Run;
use crate::geometry::Fixed;
use crate::geometry::mercator::UNIT_ZOOM;
use crate::geometry::repair::{Polygons, Scratch, is_clean};

/// Deepest zoom that is looked at: tiles of deeper ones show few polygons each.
const DEEPEST: u8 = 17;
/// A ring that is longer, in tile units, does not lie in one tile, nor its buffer.
const LONGEST: i64 = 1 << 13;

/// The ring of a polygon that has one, and buffers to look at it.
#[derive(Default)]
pub(super) struct Shell {
    positions: Vec<Fixed>,
    from: Vec<u8>,
    drawn: Polygons,
    scratch: Scratch,
}

impl Shell {
    /// Takes over a ring, turned as tiles want shells (MVT 2.1 section 4.3.4.4): clockwise as drawn.
    pub(super) fn set(&mut self, ring: Run<'_>) {
        self.positions.clear();
        self.from.clear();
        self.positions.extend_from_slice(ring.positions);
        self.from.extend_from_slice(ring.from);
        if turns_left(&self.positions) {
            self.positions.reverse();
            self.from.reverse();
        }
    }

    /// The ring.
    pub(super) fn run(&self) -> Run<'_> {
        Run::new(&self.positions, &self.from)
    }

    /// By zoom, from the lowest bit on, whether the ring's positions, all of them kept and brought
    /// to the nearest tile unit, are a polygon that [`is_clean`]. The units of all tiles of a zoom
    /// lie on one grid, so that it does not matter in which tile.
    pub(super) fn clean_zooms(&mut self) -> u32 {
        let all_from = self.from.iter().copied().max().unwrap_or(0);
        (all_from..=DEEPEST).filter(|z| self.is_clean_at(*z)).fold(0, |zooms, z| zooms | 1 << z)
    }

    fn is_clean_at(&mut self, z: u8) -> bool {
        let Self { positions, drawn, scratch, .. } = self;
        let down = UNIT_ZOOM - z;
        let half = (1 << down) >> 1;
        let unit = |at: Fixed| at.map(|v| (i64::from(v) + half) >> down);
        let Some(first) = positions.first().map(|at| unit(*at)) else { return false };
        drawn.clear();
        for at in positions.iter().map(|at| unit(*at)) {
            let [x, y] = [at[0] - first[0], at[1] - first[1]];
            if x.abs().max(y.abs()) > LONGEST {
                return false;
            }
            drawn.points.push([x as i32, y as i32]);
        }
        drawn.end_ring();
        drawn.end_polygon();
        is_clean(drawn, scratch)
    }
}

/// Whether a ring turns counterclockwise as drawn: its area by the surveyor's formula is negative.
fn turns_left(ring: &[Fixed]) -> bool {
    let Some(&first) = ring.first() else { return false };
    let local = |at: Fixed| [0, 1].map(|axis| i128::from(at[axis]) - i128::from(first[axis]));
    let cross = |edge: &[Fixed]| {
        let [[ax, ay], [bx, by]] = [local(edge[0]), local(edge[1])];
        ax * by - bx * ay
    };
    ring.windows(2).map(cross).sum::<i128>() < 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(positions: &[Fixed], from: &[u8]) -> Shell {
        let mut shell = Shell::default();
        shell.set(Run::new(positions, from));
        shell
    }

    #[test]
    fn rings_are_turned_and_looked_at_where_all_of_them_is_kept() {
        // 600 units of the world square across: 4 tile units at zoom 13, none from 8 on.
        let square = [[0, 0], [600, 0], [600, 600], [0, 600]].map(|at: Fixed| at.map(|v| v + 9000));
        let mut right = shell(&square, &[0; 4]);
        assert_eq!(right.run().positions, square);
        let zooms = right.clean_zooms();
        assert_eq!(zooms & (1 << 13 | 1 << 17 | 1 << 18), 1 << 13 | 1 << 17);
        assert_eq!(zooms & ((1 << 9) - 1), 0);
        let mut left = square;
        left.reverse();
        let mut left = shell(&left, &[0, 0, 15, 0]);
        assert_eq!(left.run().positions, square);
        assert_eq!(left.run().from, [0, 15, 0, 0]);
        assert_eq!(left.clean_zooms(), 0b111 << 15);
    }

    #[test]
    fn rings_that_meet_themselves_are_not_clean() {
        let bow = [[0, 0], [9000, 9000], [9000, 0], [0, 9000]];
        assert_eq!(shell(&bow, &[0; 4]).clean_zooms(), 0);
        // A spike a unit of zoom 14 wide: it closes at lower zooms.
        let spike = [[0, 0], [20_000, 0], [20_000, 20_000], [64, 20_000], [64, 64], [0, 20_000]];
        let zooms = shell(&spike, &[0; 6]).clean_zooms();
        assert_eq!((zooms >> 12 & 1, zooms >> 16 & 1), (0, 1));
    }
}
