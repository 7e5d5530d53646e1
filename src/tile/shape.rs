//! From render geometry to what one tile shows of it, in tile units: vertices that the zoom keeps,
//! clipped, snapped, made valid.

use super::Address;
use super::commands::Unit;
use super::thin::{compact, sweep};
use crate::geometry::clip::{Window, clip_line, clip_ring};
use crate::geometry::mercator::UNIT_ZOOM;
use crate::geometry::repair::{self, Polygons, is_clean, make_valid};
use crate::geometry::{Area, Fixed};
use crate::index::{Render, Run};
use crate::work::Deadline;

/// How many zooms deeper the vertices are taken from of a polygon that collapses on the grid: its
/// units then lie within 1.5 units of it (a unit's diagonal, and a 16th that those vertices are
/// off from zoom 12 on).
const FINER: u8 = 3;

/// How the world square becomes one tile's units.
#[derive(Clone, Copy)]
struct Grid {
    corner: [i64; 2],
    /// Bits to go down and up by (one of them is 0), and half of the least unit that stays.
    down: u8,
    up: u8,
    half: i64,
}

impl Grid {
    fn of(address: Address) -> Self {
        let (z, ..) = address.zxy();
        let down = UNIT_ZOOM.saturating_sub(z);
        let half = (1 << down) >> 1;
        Self { corner: address.corner(), down, up: z.saturating_sub(UNIT_ZOOM), half }
    }

    /// World units from the tile's corner.
    fn local(&self, at: Fixed) -> [i64; 2] {
        [i64::from(at[0]) - self.corner[0], i64::from(at[1]) - self.corner[1]]
    }

    /// The tile unit in which a position lies.
    fn floor(&self, local: [i64; 2]) -> Unit {
        local.map(|v| ((v << self.up) >> self.down) as i32)
    }

    /// Whether positions lie less than a unit apart on either axis.
    fn is_small(&self, local: &[[i64; 2]]) -> bool {
        [0, 1].into_iter().all(|axis| {
            let all = || local.iter().map(|at| at[axis]);
            let size = all().max().unwrap_or(0) - all().min().unwrap_or(0);
            (size << self.up) >> self.down == 0
        })
    }

    /// To the nearest tile unit.
    fn nearest(&self, local: [i64; 2]) -> [i64; 2] {
        local.map(|v| ((v << self.up) + self.half) >> self.down)
    }

    /// To the nearest tile unit. What comes in lies within the tile and its buffer.
    fn snap(&self, local: [i64; 2]) -> Unit {
        self.nearest(local).map(|v| v as i32)
    }
}

/// What a tile shows of one record, and the buffers to find it with.
#[derive(Default)]
pub(super) struct Shape {
    /// Points, sorted, no two equal.
    pub(super) points: Vec<Unit>,
    /// Polygons, valid.
    pub(super) polygons: Polygons,
    line_points: Vec<Unit>,
    line_ends: Vec<u32>,
    kept: Vec<[i64; 2]>,
    clipped: Vec<[i64; 2]>,
    clipping: Vec<[i64; 2]>,
    repair: repair::Scratch,
}

/// Shapes records for one tile.
pub(super) struct Shaper {
    z: u8,
    grid: Grid,
    area: Area,
    window: Window,
}

impl Shaper {
    /// For the tile at `address`.
    pub(super) fn new(address: Address) -> Self {
        let (z, ..) = address.zxy();
        let [min, max] = address.window();
        Self { z, grid: Grid::of(address), area: address.area(), window: Window { min, max } }
    }

    /// Fills `shape` with what the tile shows of `render`, whose box is `extent`. Where it is `clean`
    /// at this zoom and not cut, it is drawn as it is. Past the deadline nothing may be left of it.
    pub(super) fn shape(
        &self,
        render: &Render<'_>,
        (extent, clean): (Area, bool),
        shape: &mut Shape,
        deadline: &Deadline,
    ) {
        shape.clear();
        let whole = self.area.contains(&extent);
        if let Some(ring) = render.only_ring().filter(|_| clean && whole) {
            let units = ring.positions.iter().map(|at| self.grid.snap(self.grid.local(*at)));
            shape.polygons.points.extend(units);
            shape.polygons.end_ring();
            return shape.polygons.end_polygon();
        }
        if let Some(points) = render.only_points() {
            return self.points(points, whole, shape);
        }
        if let Some(ring) = render.only_ring() {
            self.polygon(std::iter::once(ring), whole, shape);
        } else {
            self.points(render.points(), whole, shape);
            for line in render.lines() {
                self.line(&line, whole, shape);
            }
            for rings in render.polygons() {
                self.polygon(rings, whole, shape);
            }
        }
        shape.repair(deadline);
        if shape.polygons.is_empty() {
            for rings in render.polygons() {
                if rings.clone().any(|ring| self.is_near(&ring)) && self.is_thin(rings.clone()) {
                    self.thin(rings, shape);
                }
            }
            shape.repair(deadline);
        }
    }

    /// Adds a polygon, as far as anything is left of it.
    #[inline]
    fn polygon<'r>(&self, rings: impl Iterator<Item = Run<'r>>, whole: bool, shape: &mut Shape) {
        let shell = shape.polygons.rings.len();
        for ring in rings {
            // What a polygon's shell does not reach, nothing of it does.
            if shape.polygons.rings.len() == shell && !self.reaches(&ring) {
                break;
            }
            let drawn = self.ring(&ring, whole, shape.polygons.rings.len() == shell, shape);
            if !drawn && shape.polygons.rings.len() == shell {
                break;
            }
        }
        if shape.polygons.rings.len() > shell {
            shape.polygons.end_polygon();
        }
    }

    /// Whether nothing of a polygon is left on the grid, wherever the tile cuts it.
    fn is_thin<'r>(&self, rings: impl Iterator<Item = Run<'r>>) -> bool {
        let areas = rings.map(|ring| {
            // Relative to the first position, by the surveyor's formula; far beyond the tile, too.
            let mut units = self.kept(&ring).map(|at| self.grid.nearest(at).map(i128::from));
            let first = units.next().unwrap_or_default();
            let mut last = [0; 2];
            let area = units.fold(0, |sum, at| {
                let [[x, y], [u, v]] = [last, [at[0] - first[0], at[1] - first[1]]];
                last = [u, v];
                sum + x * v - u * y
            });
            area.abs()
        });
        areas.reduce(|shell, hole| shell - hole) == Some(0)
    }

    /// Adds the units that a polygon lies in of which nothing is left on the grid, as overlapping
    /// polygons: one where it is smaller than that, else those of its border and what is inside.
    fn thin<'r>(&self, mut rings: impl Iterator<Item = Run<'r>>, shape: &mut Shape) {
        let Shape { polygons, line_points, kept, clipped, clipping, .. } = shape;
        let Some(shell) = rings.next() else { return };
        let finer = self.z.saturating_add(FINER);
        kept.clear();
        kept.extend(self.kept_at(&shell, finer));
        let Some(&first) = kept.first() else { return };
        if self.grid.is_small(kept) {
            if self.window.holds(first) {
                sweep(&[self.grid.floor(first)], polygons);
            }
            return;
        }
        let path = line_points.len();
        if kept.iter().all(|at| self.window.holds(*at)) {
            line_points.extend(kept.iter().map(|at| self.grid.floor(*at)));
            let drawn = compact(&line_points[path..], polygons);
            line_points.truncate(path);
            if drawn {
                return;
            }
        }
        kept.push(first);
        clip_line(kept, &self.window, clipping, &mut |piece| {
            snap_onto(line_points, path, piece.iter().map(|at| self.grid.floor(*at)));
            sweep(&line_points[path..], polygons);
            line_points.truncate(path);
        });
        for ring in std::iter::once(shell).chain(rings) {
            self.keep_near(&ring, finer, kept);
            clipped.clear();
            clip_ring(kept, &self.window, clipped, clipping);
            let from = polygons.points.len();
            snap_onto(&mut polygons.points, from, clipped.iter().map(|at| self.grid.floor(*at)));
            polygons.end_ring();
        }
        polygons.end_polygon();
    }

    /// The tile unit in which `at` lies, which must be in the tile itself.
    pub(super) fn unit_of(&self, at: Fixed) -> Unit {
        self.grid.floor(self.grid.local(at))
    }

    fn points(&self, points: &[Fixed], whole: bool, shape: &mut Shape) {
        let drawn = points.iter().filter(|at| whole || self.area.holds(**at));
        shape.points.extend(drawn.map(|at| self.grid.snap(self.grid.local(*at))));
        if shape.points.len() > 1 {
            shape.points.sort_unstable();
            shape.points.dedup();
        }
    }

    fn line(&self, line: &Run<'_>, whole: bool, shape: &mut Shape) {
        let Shape { line_points, line_ends, kept, clipping, .. } = shape;
        if whole {
            let from = line_points.len();
            snap_onto(line_points, from, self.kept(line).map(|at| self.grid.snap(at)));
            end_line(line_points, line_ends, from);
            return;
        }
        self.keep_near(line, self.z, kept);
        clip_line(kept, &self.window, clipping, &mut |piece| {
            let from = line_points.len();
            snap_onto(line_points, from, piece.iter().map(|at| self.grid.snap(*at)));
            end_line(line_points, line_ends, from);
        });
    }

    /// Adds a ring; `false` where nothing of it is left.
    fn ring(&self, ring: &Run<'_>, whole: bool, shell: bool, shape: &mut Shape) -> bool {
        let Shape { polygons, kept, clipped, clipping, .. } = shape;
        let points = &mut polygons.points;
        let from = points.len();
        if whole {
            snap_onto(points, from, self.kept(ring).map(|at| self.grid.snap(at)));
        } else {
            self.keep_near(ring, self.z, kept);
            clipped.clear();
            clip_ring(kept, &self.window, clipped, clipping);
            snap_onto(points, from, clipped.iter().map(|at| self.grid.snap(*at)));
        }
        while points.len() > from + 1 && points.last() == points.get(from) {
            points.pop();
        }
        let drawn = &mut points[from..];
        let area = doubled_area(drawn);
        if drawn.len() < 3 || (area == 0 && (drawn.len() == 3 || is_within_one_unit(drawn))) {
            points.truncate(from);
            return false;
        }
        if (area > 0) != shell {
            drawn.reverse();
        }
        polygons.end_ring();
        true
    }

    /// Whether the box of a ring may meet the window.
    fn reaches(&self, ring: &Run<'_>) -> bool {
        let all = |all: Area, (_, area): (Run<'_>, Area)| all.union(&area);
        !ring.has_boxes() || self.meets(&ring.stretches().fold(Area::EMPTY, all))
    }

    /// Whether the tile may show any of a ring's border: a stretch, or the edge that leads to it.
    fn is_near(&self, ring: &Run<'_>) -> bool {
        let mut before = ring.positions.last().copied();
        let mut meets = |(stretch, mut area): (Run<'_>, Area)| {
            before.iter().for_each(|at| area.include(*at));
            before = stretch.positions.last().copied();
            self.meets(&area)
        };
        !ring.has_boxes() || ring.stretches().any(&mut meets)
    }

    /// Whether the window meets a box.
    fn meets(&self, area: &Area) -> bool {
        let [min, max] = [area.min, area.max].map(|at| self.grid.local(at));
        let Window { min: least, max: greatest } = self.window;
        [0, 1].into_iter().all(|axis| min[axis] <= greatest[axis] && max[axis] >= least[axis])
    }

    /// Into `kept`, the positions that zoom `z` keeps, as far as the tile can tell: of stretches
    /// outside it the first and the last. What lies between these leads from the one to the other
    /// beyond one side of the window, as a straight way does.
    fn keep_near(&self, run: &Run<'_>, z: u8, kept: &mut Vec<[i64; 2]>) {
        kept.clear();
        if !run.has_boxes() {
            kept.extend(self.kept_at(run, z));
            return;
        }
        for (stretch, area) in run.stretches() {
            if self.meets(&area) {
                kept.extend(self.kept_at(&stretch, z));
                continue;
            }
            let is_kept = |from: &u8| *from <= z;
            let first = stretch.from.iter().position(is_kept);
            let last = stretch.from.iter().rposition(is_kept).filter(|last| first != Some(*last));
            let ends = first.into_iter().chain(last);
            kept.extend(ends.map(|index| self.grid.local(stretch.positions[index])));
        }
    }

    /// The positions that the zoom keeps.
    fn kept<'r>(&self, run: &Run<'r>) -> impl Iterator<Item = [i64; 2]> + use<'r> {
        self.kept_at(run, self.z)
    }

    /// Those that zoom `z` keeps.
    fn kept_at<'r>(&self, run: &Run<'r>, z: u8) -> impl Iterator<Item = [i64; 2]> + use<'r> {
        let grid = self.grid;
        let vertices = run.positions.iter().zip(run.from);
        vertices.filter(move |(_, from)| **from <= z).map(move |(at, _)| grid.local(*at))
    }
}

impl Shape {
    fn clear(&mut self) {
        self.points.clear();
        self.polygons.clear();
        self.line_points.clear();
        self.line_ends.clear();
    }

    fn repair(&mut self, deadline: &Deadline) {
        if !self.polygons.is_empty() && !is_clean(&self.polygons, &mut self.repair) {
            make_valid(&mut self.polygons, &mut self.repair, &|| deadline.check().is_ok());
        }
    }

    /// Lines of two points at least, no two in a row equal.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[Unit]> {
        self.line_ends.iter().scan(0, |from, &end| {
            let line = self.line_points.get(*from..end as usize);
            *from = end as usize;
            line
        })
    }
}

/// Appends `units` without those that equal the one before, as far back as `from`.
fn snap_onto(points: &mut Vec<Unit>, from: usize, units: impl Iterator<Item = Unit>) {
    for unit in units {
        if points.len() == from || points.last() != Some(&unit) {
            points.push(unit);
        }
    }
}

/// Whether a ring lies on the corners of one unit.
fn is_within_one_unit(ring: &[Unit]) -> bool {
    let near = |axis: usize| {
        let values = || ring.iter().map(|at| at[axis]);
        values().max().zip(values().min()).is_some_and(|(greatest, least)| greatest - least < 2)
    };
    near(0) && near(1)
}

fn end_line(points: &mut Vec<Unit>, ends: &mut Vec<u32>, from: usize) {
    if points.len() < from + 2 {
        points.truncate(from);
    } else {
        ends.push(points.len() as u32);
    }
}

/// Twice the area by the surveyor's formula: positive where the ring turns clockwise as drawn.
fn doubled_area(ring: &[Unit]) -> i64 {
    let Some(&[mut x0, mut y0]) = ring.last() else { return 0 };
    ring.iter().fold(0, |sum, &[x, y]| {
        let cross = i64::from(x0) * i64::from(y) - i64::from(x) * i64::from(y0);
        (x0, y0) = (x, y);
        sum + cross
    })
}
