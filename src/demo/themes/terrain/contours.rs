//! Contour lines by marching squares (Lorensen, Cline 1987, in the plane).

use std::collections::BTreeMap;

use super::super::super::land::grid::{self, Grid};
use super::super::super::land::plane::{self, Point};
use super::super::super::land::relief::chaikin;
use super::super::super::land::thin;

/// A crossing of the line between two cells that lie side by side: the lesser cell, and whether the
/// other lies north of it.
type Crossing = (usize, bool);

/// The lines of one height over the cells, each with whether it is closed.
pub(crate) fn contours(
    height: &Grid<f64>,
    inside: &Grid<bool>,
    level: f64,
) -> Vec<(Vec<Point>, bool)> {
    let mut next: BTreeMap<Crossing, Vec<Crossing>> = BTreeMap::new();
    let [cols, rows] = grid::size();
    for cell in (0..rows - 1).flat_map(|row| (0..cols - 1).map(move |col| row * cols + col)) {
        let square = [cell, cell + 1, cell + cols + 1, cell + cols];
        if !square.iter().all(|cell| inside[*cell]) {
            continue;
        }
        let above = square.map(|cell| height[cell] > level);
        let sides = [(cell, false), (cell + 1, true), (cell + cols, false), (cell, true)];
        let cut: Vec<Crossing> =
            (0..4).filter(|i| above[*i] != above[(i + 1) % 4]).map(|i| sides[i]).collect();
        // A saddle is cut so that what is high hangs together.
        let pairs: &[(usize, usize)] = match cut.len() {
            2 => &[(0, 1)],
            4 if above[0] => &[(0, 1), (2, 3)],
            4 => &[(3, 0), (1, 2)],
            _ => &[],
        };
        for (a, b) in pairs {
            next.entry(cut[*a]).or_default().push(cut[*b]);
            next.entry(cut[*b]).or_default().push(cut[*a]);
        }
    }
    let mut out = Vec::new();
    let ends: Vec<Crossing> =
        next.iter().filter(|(_, to)| to.len() == 1).map(|(at, _)| *at).collect();
    let starts = ends.into_iter().chain(next.keys().copied().collect::<Vec<_>>());
    for start in starts {
        let mut path = vec![start];
        while let Some(to) = step(&mut next, path[path.len() - 1]) {
            path.push(to);
        }
        if path.len() > 3 {
            let closed = path[0] == path[path.len() - 1];
            out.push((line(height, level, &path), closed));
        }
    }
    out
}

/// Takes one way on from a crossing, on both its ends.
fn step(next: &mut BTreeMap<Crossing, Vec<Crossing>>, at: Crossing) -> Option<Crossing> {
    let to = next.get_mut(&at)?.pop()?;
    if let Some(back) = next.get_mut(&to)
        && let Some(place) = back.iter().position(|other| *other == at)
    {
        back.remove(place);
    }
    Some(to)
}

fn line(height: &Grid<f64>, level: f64, path: &[Crossing]) -> Vec<Point> {
    let [cols, _] = grid::size();
    let place = |(cell, north): &Crossing| {
        let other = if *north { cell + cols } else { cell + 1 };
        let (a, b) = (height[*cell], height[other]);
        let part = ((level - a) / (b - a)).clamp(0.02, 0.98);
        let [x, y] = grid::middle(*cell);
        let far = part * grid::CELL;
        if *north { [x, y + far] } else { [x + far, y] }
    };
    let mut points: Vec<[f64; 2]> = path.iter().map(place).collect();
    for _ in 0..2 {
        points = chaikin(&points);
    }
    let mut line: Vec<Point> = points.into_iter().map(plane::from_metres).collect();
    if path[0] == path[path.len() - 1] && line.len() > 3 {
        let first = line[0];
        let end = line.len() - 1;
        line[end] = first;
    }
    thin::line(&line, 6.0)
}
