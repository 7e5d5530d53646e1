//! What lies near a place: lines by the cells they pass.

use rustc_hash::FxHashMap;

use super::super::super::city::City;
use super::super::super::land::grid;
use super::super::super::land::plane::{self, Point};

/// The nearest place of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    /// Which line.
    pub(crate) line: usize,
    /// Metres from the place asked for.
    pub(crate) away: f64,
    /// Metres along the line.
    pub(crate) far: f64,
}

/// Lines, findable by place.
pub(crate) struct Lines {
    lines: Vec<Vec<Point>>,
    cells: FxHashMap<usize, Vec<(u32, u32)>>,
}

impl Lines {
    /// Of some lines.
    pub(crate) fn new(lines: Vec<Vec<Point>>) -> Self {
        let [cols, _] = grid::size();
        let mut cells: FxHashMap<usize, Vec<(u32, u32)>> = FxHashMap::default();
        for (i, line) in lines.iter().enumerate() {
            for (k, pair) in line.windows(2).enumerate() {
                let [low, high] = plane::bounds(pair).map(grid::cell_of);
                for row in low / cols..=high / cols {
                    for col in low % cols..=high % cols {
                        cells.entry(row * cols + col).or_default().push((i as u32, k as u32));
                    }
                }
            }
        }
        Self { lines, cells }
    }

    /// The roads of the city; the lines are its segments.
    pub(crate) fn roads(city: &City) -> Self {
        Self::new(city.roads.segments.iter().map(|own| own.line.clone()).collect())
    }

    /// The nearest line within `reach` metres that is wanted.
    pub(crate) fn nearest(
        &self,
        at: Point,
        reach: f64,
        wanted: impl Fn(usize) -> bool,
    ) -> Option<Hit> {
        let [cols, rows] = grid::size();
        let home = grid::cell_of(at);
        let (row, col) = (home / cols, home % cols);
        let most = (reach / grid::CELL).ceil() as usize;
        let mut best: Option<(f64, u32, u32)> = None;
        for ring in 0..=most {
            // What lies farther out than this ring is farther away than what was found.
            if best.is_some_and(|(away, ..)| away < (ring as f64 - 1.0) * grid::CELL * 1000.0) {
                break;
            }
            let range = |v: usize, size: usize| v.saturating_sub(ring)..=(v + ring).min(size - 1);
            for r in range(row, rows) {
                for c in range(col, cols) {
                    if r.abs_diff(row).max(c.abs_diff(col)) != ring {
                        continue;
                    }
                    let here = self.cells.get(&(r * cols + c)).map_or(&[][..], Vec::as_slice);
                    for (i, k) in here.iter().copied().filter(|(i, _)| wanted(*i as usize)) {
                        let pair = &self.lines[i as usize][k as usize..];
                        let away = plane::distance_to_edge(at, pair[0], pair[1]);
                        if best.is_none_or(|(least, bi, bk)| (away, i, k) < (least, bi, bk)) {
                            best = Some((away, i, k));
                        }
                    }
                }
            }
        }
        let (away, i, k) = best.filter(|(away, ..)| *away <= reach * 1000.0)?;
        let line = &self.lines[i as usize];
        let before = plane::line_length(&line[..=k as usize]);
        let pair = &line[k as usize..];
        let whole = plane::distance(pair[0], pair[1]);
        let to = plane::distance(pair[0], at);
        let along = (to * to - away * away).max(0.0).sqrt().min(whole) / 1000.0;
        Some(Hit { line: i as usize, away: away / 1000.0, far: before + along })
    }
}

/// The junction nearest to a place, by way of the nearest segment.
pub(crate) fn junction(city: &City, roads: &Lines, at: Point) -> Option<usize> {
    let hit = roads.nearest(at, 4_000.0, |_| true)?;
    let ends = city.roads.segments[hit.line].ends;
    ends.into_iter().min_by_key(|end| plane::distance(city.roads.junctions[*end].at, at) as i64)
}

/// The entity nearest to a place of those that are wanted.
pub(crate) fn entity(
    list: &[super::super::super::city::Entity],
    at: Point,
    wanted: impl Fn(&super::super::super::city::Entity) -> bool,
) -> Option<&super::super::super::city::Entity> {
    list.iter().filter(|own| wanted(own)).min_by_key(|own| away(own, at))
}

/// Millimetres from a place to an entity: to its line or border, if it has one.
pub(crate) fn away(own: &super::super::super::city::Entity, at: Point) -> i64 {
    use super::super::super::sheet::Shape;
    let to_line = |line: &[Point]| {
        let pairs = line.windows(2).map(|pair| plane::distance_to_edge(at, pair[0], pair[1]));
        pairs.fold(f64::MAX, f64::min)
    };
    let to_ring = |ring: &[Point]| {
        let pairs = plane::edges(ring).map(|(a, b)| plane::distance_to_edge(at, a, b));
        if plane::inside(ring, at) { 0.0 } else { pairs.fold(f64::MAX, f64::min) }
    };
    let least = match &own.shape {
        Shape::Line(line) => to_line(line),
        Shape::Lines(lines) => lines.iter().map(|line| to_line(line)).fold(f64::MAX, f64::min),
        Shape::Polygon(polygon) => to_ring(&polygon[0]),
        Shape::Polygons(all) => all.iter().map(|own| to_ring(&own[0])).fold(f64::MAX, f64::min),
        _ => plane::distance(own.at, at),
    };
    least.min(1e15) as i64
}

/// The polygon that holds a place on a day.
pub(crate) fn holding(
    list: &[super::super::super::city::Entity],
    at: Point,
    day: super::super::super::land::calendar::Day,
) -> Option<&super::super::super::city::Entity> {
    use super::super::super::sheet::Shape;
    let within = |polygon: &Vec<Vec<Point>>| {
        plane::inside(&polygon[0], at) && !polygon[1..].iter().any(|hole| plane::inside(hole, at))
    };
    list.iter().filter(|own| own.valid(day)).find(|own| match &own.shape {
        Shape::Polygon(polygon) => within(polygon),
        Shape::Polygons(all) => all.iter().any(within),
        _ => false,
    })
}
