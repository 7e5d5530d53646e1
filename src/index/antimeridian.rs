//! The antimeridian: geometry given as longitudes beyond 180 degrees either side is cut there, and
//! what hangs over is moved by a turn to where it lies.

use geo::{BooleanOps, Coord, LineString, Polygon, Rect};

use crate::model::Simple;

/// Paths of one simple geometry: a polygon's rings, a line, points.
type Paths = Vec<Vec<[f64; 2]>>;

/// The pieces of a geometry of type `kind` between -180 and 180 degrees. Longitudes lie within
/// 360 degrees of 0. Polygons become valid where they were not.
pub(super) fn cut(kind: Simple, paths: &[&[[f64; 2]]]) -> Vec<Paths> {
    match kind {
        Simple::Point | Simple::MultiPoint => {
            let moved = paths.iter().map(|path| path.iter().copied().map(turned).collect());
            vec![moved.collect()]
        }
        Simple::Polygon => cut_polygon(paths),
        _ => vec![paths.iter().flat_map(|path| cut_line(path)).collect()],
    }
}

/// A point moved by whole turns to -180 to 180 degrees.
fn turned([lon, lat]: [f64; 2]) -> [f64; 2] {
    [lon - 360.0 * world(lon), lat]
}

/// The world that a longitude lies in: 0 from -180 to 180, 1 beyond, -1 before. Borders belong to
/// the world nearer to 0.
fn world(lon: f64) -> f64 {
    (((lon.abs() + 180.0) / 360.0).ceil() - 1.0).copysign(lon)
}

/// A line cut where it passes from one world into another.
fn cut_line(path: &[[f64; 2]]) -> Paths {
    let mut pieces = Vec::new();
    for turn in [-1.0, 0.0, 1.0] {
        let (west, east) = (360.0 * turn - 180.0, 360.0 * turn + 180.0);
        let mut piece: Vec<[f64; 2]> = Vec::new();
        for pair in path.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            let Some((from, to)) = inside(a[0], b[0], west, east) else {
                pieces.push(std::mem::take(&mut piece));
                continue;
            };
            let at = |share: f64| match share {
                0.0 => a,
                1.0 => b,
                _ => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share],
            };
            let ends = [at(from), at(to)].map(|[lon, lat]| {
                [(lon.clamp(west, east) - 360.0 * turn).clamp(-180.0, 180.0), lat]
            });
            if piece.last() != Some(&ends[0]) {
                pieces.push(std::mem::take(&mut piece));
                piece.push(ends[0]);
            }
            piece.push(ends[1]);
        }
        pieces.push(piece);
    }
    // Along the antimeridian a line lies in two worlds, and is drawn in both.
    pieces.retain(|piece| piece.len() >= 2);
    pieces
}

/// The shares of the way from `a` to `b` between which it lies in `west` to `east`.
fn inside(a: f64, b: f64, west: f64, east: f64) -> Option<(f64, f64)> {
    if a.max(b) < west || a.min(b) > east {
        return None;
    }
    if a == b {
        return Some((0.0, 1.0));
    }
    let share = |border: f64| ((border - a) / (b - a)).clamp(0.0, 1.0);
    let (from, to) = if a < b { (share(west), share(east)) } else { (share(east), share(west)) };
    (from < to).then_some((from, to))
}

/// A polygon cut into one or more in each world.
fn cut_polygon(rings: &[&[[f64; 2]]]) -> Vec<Paths> {
    let least = rings.iter().flat_map(|ring| ring.iter()).map(|at| at[0]);
    let (low, high) = least.fold((f64::MAX, f64::MIN), |(l, h), lon| (l.min(lon), h.max(lon)));
    let whole = [-1.0, 0.0, 1.0]
        .into_iter()
        .find(|turn| low >= 360.0 * turn - 180.0 && high <= 360.0 * turn + 180.0);
    if let Some(turn) = whole {
        let moved = |ring: &&[[f64; 2]]| {
            ring.iter().map(|[lon, lat]| [lon - 360.0 * turn, *lat]).collect::<Vec<_>>()
        };
        return vec![rings.iter().map(moved).collect()];
    }
    let mut lines = rings.iter().map(|ring| LineString::from(ring.to_vec()));
    let Some(shell) = lines.next() else { return Vec::new() };
    let polygon = Polygon::new(shell, lines.collect());
    let mut pieces = Vec::new();
    for turn in [-1.0, 0.0, 1.0] {
        let west = 360.0 * turn - 180.0;
        let strip =
            Rect::new(Coord { x: west, y: -91.0 }, Coord { x: west + 360.0, y: 91.0 }).to_polygon();
        for piece in polygon.intersection(&strip) {
            let rings = std::iter::once(piece.exterior()).chain(piece.interiors());
            pieces.push(
                rings
                    .map(|ring| {
                        let moved = |c: &Coord| [(c.x - 360.0 * turn).clamp(-180.0, 180.0), c.y];
                        ring.0.iter().map(moved).collect()
                    })
                    .collect(),
            );
        }
    }
    pieces
}
