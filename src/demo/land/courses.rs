//! Where streams run, findable by place.

use rustc_hash::FxHashMap;

use super::grid;
use super::plane::{self, Point, metres};
use super::relief::Relief;

/// An edge of a stream's line, with half of its width in millimetres.
type Edge = (Point, Point, f64);

/// The streams' edges by the cells that they come near.
pub(crate) struct Courses(FxHashMap<usize, Vec<Edge>>);

/// The cells that the points come near.
fn cells(points: &[Point], off: f64) -> impl Iterator<Item = usize> {
    let [cols, _] = grid::size();
    let [low, high] = plane::bounds(points);
    let low = grid::cell_of(plane::moved(low, [-off, -off]));
    let high = grid::cell_of(plane::moved(high, [off, off]));
    let (from, to) = (low % cols, high % cols);
    (low / cols..=high / cols).flat_map(move |row| (from..=to).map(move |col| row * cols + col))
}

impl Courses {
    /// Those of the land.
    pub(crate) fn new(relief: &Relief) -> Self {
        let mut edges: FxHashMap<usize, Vec<Edge>> = FxHashMap::default();
        for reach in &relief.reaches {
            let half = metres(reach.width() / 2.0);
            let line: Vec<Point> = reach.line.iter().map(|p| plane::from_metres(*p)).collect();
            for pair in line.windows(2) {
                for cell in cells(pair, half) {
                    edges.entry(cell).or_default().push((pair[0], pair[1], half));
                }
            }
        }
        Self(edges)
    }

    /// Whether a stream comes nearer to a ring than `off` metres.
    pub(crate) fn touch(&self, ring: &[Point], off: f64) -> bool {
        let off = metres(off);
        let near = |(a, b, half): &Edge| {
            let least = half + off;
            plane::edges(ring).any(|(c, d)| {
                plane::crossing(*a, *b, c, d).is_some()
                    || plane::distance_to_edge(c, *a, *b) < least
                    || plane::distance_to_edge(*a, c, d) < least
            })
        };
        cells(ring, off).any(|cell| self.0.get(&cell).is_some_and(|edges| edges.iter().any(near)))
    }
}
