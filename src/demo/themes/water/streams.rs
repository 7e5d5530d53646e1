//! The streams inside the district, and the land that their water covers.

use super::super::super::city::City;
use super::super::super::land::grid;
use super::super::super::land::plane::{self, Point, Ring};
use super::super::super::land::relief::Reach;
use super::super::super::land::streets::RIVER;

/// A stretch of stream as far as it lies in the district.
pub(super) struct Stream<'c> {
    /// Its place among the reaches of the land.
    pub(super) number: usize,
    /// The whole stretch.
    pub(super) reach: &'c Reach,
    /// Upstream first.
    pub(super) line: Vec<Point>,
    /// Whether the town lies over it.
    pub(super) covered: bool,
}

/// The streams that drain enough, in the order of the land's reaches.
pub(super) fn streams(city: &City) -> Vec<Stream<'_>> {
    let district = city.streets.mesh.union(|_| true);
    let inside = |p: &Point| district.iter().any(|polygon| plane::inside(&polygon[0], *p));
    let mut out = Vec::new();
    for (number, reach) in city.relief.reaches.iter().enumerate() {
        if reach.drains < 5.5 {
            continue;
        }
        let points: Vec<Point> = reach.line.iter().map(|p| plane::from_metres(*p)).collect();
        // The longest run of points inside.
        let mut best: &[Point] = &[];
        for run in points.split(|p| !inside(p)) {
            if run.len() > best.len() {
                best = run;
            }
        }
        // A short stretch of a river is told, so that it does not break off.
        let least = if reach.drains < RIVER { 220.0 } else { 30.0 };
        if best.len() < 3 || plane::line_length(best) < least {
            continue;
        }
        let town = best.iter().filter(|p| built(city, **p)).count();
        let covered = reach.drains < RIVER && town * 2 > best.len();
        // Bends smaller than the stream is wide say nothing.
        let last = best.len() - 1;
        let kept = best.iter().enumerate().filter(|(i, _)| i % 2 == 0 || *i == last);
        let line = kept.map(|(_, p)| *p).collect();
        out.push(Stream { number, reach, line, covered });
    }
    out
}

/// Whether town stands at a place.
fn built(city: &City, p: Point) -> bool {
    let face = city.face_near(p);
    !city.streets.hill[grid::cell_of(p)]
        && face.is_some_and(|face| city.streets.zones[face].is_built())
}

/// The line widened to both sides: a simple ring, or nothing where it winds too tightly.
pub(super) fn ribbon(line: &[Point], half: f64) -> Option<Ring> {
    let side = |sign: f64, half: f64| -> Vec<Point> {
        let last = line.len() - 1;
        let off = plane::metres(half) * sign;
        (0..=last)
            .filter_map(|i| {
                let way = plane::direction(line[i.saturating_sub(1)], line[(i + 1).min(last)]);
                let p = plane::moved(line[i], plane::scaled(plane::left_of(way), off));
                let near = |q: &Point| plane::distance(*q, p) < off.abs() * 0.97;
                (!line.iter().any(near)).then_some(p)
            })
            .collect()
    };
    [1.0, 0.7, 0.45].iter().find_map(|part| {
        let mut ring = side(-1.0, half * part);
        ring.extend(side(1.0, half * part).into_iter().rev());
        (plane::doubled_area(&ring) > 0 && plane::is_simple(&ring)).then_some(ring)
    })
}
