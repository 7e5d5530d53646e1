//! Gathering: the features of a source walked once, brought to longitude and latitude, cut at the
//! antimeridian and projected.

use rayon::prelude::*;

use super::antimeridian;
use super::{IndexError, Inputs};
use crate::geometry::{Area, Crs, Fixed, mercator};
use crate::model::{Extent, GeometrySink, Path, Row, Simple};

/// Kinds of run, as they are stored. A row's runs come in this order: points, lines, polygons, of
/// which each is a shell and its holes.
pub(super) const POINTS: u8 = 0;
pub(super) const LINE: u8 = 1;
pub(super) const SHELL: u8 = 2;
pub(super) const HOLE: u8 = 3;

/// Rows that one task walks.
const ROWS_PER_TASK: u32 = 4096;

/// A row with geometry.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// The row.
    pub(super) row: u32,
    /// The box of all its positions.
    pub(super) area: Area,
    /// Where its runs end; they begin where those of the shape before end.
    pub(super) run_end: u32,
}

/// The projected geometry of the served rows, in row order.
pub(super) struct Gathered {
    /// All positions.
    pub(super) positions: Vec<Fixed>,
    /// Where each run ends in `positions`.
    pub(super) run_ends: Vec<u32>,
    /// What each run is.
    pub(super) run_kinds: Vec<u8>,
    /// The rows with geometry.
    pub(super) shapes: Vec<Shape>,
    /// The served rows without.
    pub(super) without: Vec<u32>,
    /// Those of them that have geometry which cannot be brought to longitude and latitude.
    pub(super) unplaced: Vec<u32>,
    /// The box of all positions in degrees.
    pub(super) extent: Extent,
}

impl Gathered {
    /// The range of the runs of shape `index`.
    pub(super) fn runs_of(&self, index: usize) -> std::ops::Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.shapes[before].run_end);
        start as usize..self.shapes[index].run_end as usize
    }

    /// The range of the positions of run `index`.
    pub(super) fn positions_of(&self, index: usize) -> std::ops::Range<usize> {
        let start = index.checked_sub(1).map_or(0, |before| self.run_ends[before]);
        start as usize..self.run_ends[index] as usize
    }

    /// The areas of the polygons of shape `index`, in units of the world square, their holes taken
    /// off.
    pub(super) fn areas(&self, index: usize) -> impl Iterator<Item = f64> {
        let runs = self.runs_of(index);
        let kinds = &self.run_kinds[runs.clone()];
        let mut first = runs.start;
        kinds.chunk_by(|_, next| *next == HOLE).map(move |kinds| {
            let runs = first..first + kinds.len();
            first = runs.end;
            let signed = |run: usize| match self.run_kinds[run] {
                SHELL => self.ring_area(run),
                HOLE => -self.ring_area(run),
                _ => 0.0,
            };
            runs.map(signed).sum()
        })
    }

    /// The area of a ring, whichever way it turns.
    fn ring_area(&self, run: usize) -> f64 {
        let positions = &self.positions[self.positions_of(run)];
        let [x, y] = positions.first().copied().unwrap_or_default().map(i64::from);
        let local = |at: &Fixed| [i64::from(at[0]) - x, i64::from(at[1]) - y].map(|v| v as f64);
        let ends = positions.iter().zip(positions.iter().cycle().skip(1));
        let doubled: f64 = ends
            .map(|(a, b)| {
                let [[ax, ay], [bx, by]] = [local(a), local(b)];
                ax * by - bx * ay
            })
            .sum();
        doubled.abs() / 2.0
    }

    /// How many vertices shape `index` has.
    pub(super) fn vertices(&self, index: usize) -> u64 {
        let runs = self.runs_of(index);
        runs.map(|run| self.positions_of(run).len() as u64).sum()
    }

    /// How often the rings of shape `index` pass from a column or row of cells that are `2^bits`
    /// units wide to the next, and one for each ring.
    pub(super) fn passes(&self, index: usize, bits: u32) -> u64 {
        let ring = |run: usize| {
            let positions = &self.positions[self.positions_of(run)];
            let ends = positions.iter().zip(positions.iter().cycle().skip(1));
            let step = |(a, b): (&Fixed, &Fixed)| {
                let passed = |axis: usize| (a[axis] >> bits).abs_diff(b[axis] >> bits);
                u64::from(passed(0)) + u64::from(passed(1))
            };
            ends.map(step).sum::<u64>() + 1
        };
        self.runs_of(index).map(ring).sum()
    }

    /// Whether shape `index` is made of lines alone.
    pub(super) fn is_linear(&self, index: usize) -> bool {
        let kinds = &self.run_kinds[self.runs_of(index)];
        kinds.first() == Some(&LINE) && kinds.last() == Some(&LINE)
    }
}

/// Walks every served row. Tasks run in parallel and are joined in order.
pub(super) fn gather(inputs: &Inputs<'_>) -> Result<Gathered, IndexError> {
    let rows = inputs.source.len();
    let starts: Vec<u32> = (0..rows).step_by(ROWS_PER_TASK as usize).collect();
    let tasks: Vec<Task<'_>> = starts
        .par_iter()
        .map(|&start| {
            let mut task = Task::new(inputs.crs);
            for row in start..rows.min(start.saturating_add(ROWS_PER_TASK)) {
                task.row(inputs, row);
            }
            task
        })
        .collect();
    join(tasks)
}

fn join(tasks: Vec<Task<'_>>) -> Result<Gathered, IndexError> {
    let total: usize = tasks.iter().map(|task| task.out.positions.len()).sum();
    if u32::try_from(total).is_err() {
        return Err(IndexError { reason: format!("{total} vertices are more than 2^32") });
    }
    let mut all = Gathered {
        positions: Vec::with_capacity(total),
        run_ends: Vec::with_capacity(tasks.iter().map(|t| t.out.run_ends.len()).sum()),
        run_kinds: Vec::with_capacity(tasks.iter().map(|t| t.out.run_kinds.len()).sum()),
        shapes: Vec::with_capacity(tasks.iter().map(|t| t.out.shapes.len()).sum()),
        without: Vec::new(),
        unplaced: Vec::new(),
        extent: Extent::EMPTY,
    };
    for task in tasks {
        let (positions, runs) = (all.positions.len() as u32, all.run_ends.len() as u32);
        all.positions.extend(task.out.positions);
        all.run_ends.extend(task.out.run_ends.iter().map(|end| end + positions));
        all.run_kinds.extend(task.out.run_kinds);
        let shapes = task.out.shapes.into_iter();
        all.shapes.extend(shapes.map(|shape| Shape { run_end: shape.run_end + runs, ..shape }));
        all.without.extend(task.out.without);
        all.unplaced.extend(task.out.unplaced);
        all.extent = all.extent.union(&task.out.extent);
    }
    Ok(all)
}

/// Runs of one dimension of the row at hand.
#[derive(Default)]
struct Part {
    positions: Vec<Fixed>,
    ends: Vec<u32>,
    kinds: Vec<u8>,
}

/// Gathers some rows.
struct Task<'c> {
    crs: &'c Crs,
    out: Gathered,
    /// Points, lines and polygons of the row at hand.
    parts: [Part; 3],
    /// Longitudes and latitudes of the paths of the polygon, line or points at hand, and where
    /// each path ends.
    lonlat: Vec<[f64; 2]>,
    ends: Vec<usize>,
    /// Box of the row at hand, in both systems.
    area: Area,
    extent: Extent,
    /// Whether a position of the row at hand could not be brought to longitude and latitude.
    failed: bool,
}

impl<'c> Task<'c> {
    fn new(crs: &'c Crs) -> Self {
        Self {
            crs,
            out: Gathered {
                positions: Vec::new(),
                run_ends: Vec::new(),
                run_kinds: Vec::new(),
                shapes: Vec::new(),
                without: Vec::new(),
                unplaced: Vec::new(),
                extent: Extent::EMPTY,
            },
            parts: Default::default(),
            lonlat: Vec::new(),
            ends: Vec::new(),
            area: Area::EMPTY,
            extent: Extent::EMPTY,
            failed: false,
        }
    }

    fn row(&mut self, inputs: &Inputs<'_>, row: u32) {
        let valid =
            inputs.spans.is_none_or(|spans| spans.get(row as usize).copied().flatten().is_some());
        let Some(feature) = inputs.source.feature(Row::new(row)).filter(|_| valid) else { return };
        (self.area, self.extent, self.failed) = (Area::EMPTY, Extent::EMPTY, false);
        if let Some(geometry) = feature.geometry() {
            geometry.walk(self);
        }
        if self.failed || self.extent.is_empty() {
            self.out.without.push(row);
            self.out.unplaced.extend(self.failed.then_some(row));
        } else {
            self.keep(row);
        }
        for part in &mut self.parts {
            part.positions.clear();
            part.ends.clear();
            part.kinds.clear();
        }
    }

    fn keep(&mut self, row: u32) {
        for part in &self.parts {
            let start = self.out.positions.len() as u32;
            self.out.positions.extend_from_slice(&part.positions);
            self.out.run_ends.extend(part.ends.iter().map(|end| end + start));
            self.out.run_kinds.extend_from_slice(&part.kinds);
        }
        let run_end = self.out.run_ends.len() as u32;
        self.out.shapes.push(Shape { row, area: self.area, run_end });
        self.out.extent = self.out.extent.union(&self.extent);
    }

    /// Projects the paths at hand as geometry of type `kind`.
    fn finish(&mut self, kind: Simple) {
        let lonlat = std::mem::take(&mut self.lonlat);
        let ends = std::mem::take(&mut self.ends);
        if !self.failed {
            self.place(kind, &lonlat, &ends);
        }
        (self.lonlat, self.ends) = (lonlat, ends);
        self.lonlat.clear();
        self.ends.clear();
    }

    fn place(&mut self, kind: Simple, lonlat: &[[f64; 2]], ends: &[usize]) {
        let paths = (0..ends.len()).map(|i| {
            let start = i.checked_sub(1).map_or(0, |before| ends[before]);
            &lonlat[start..ends[i]]
        });
        if lonlat.iter().all(|at| at[0].abs() <= 180.0) {
            self.project(kind, paths);
            return;
        }
        for piece in antimeridian::cut(kind, &paths.collect::<Vec<_>>()) {
            self.project(kind, piece.iter().map(Vec::as_slice));
        }
    }

    fn project<'p>(&mut self, kind: Simple, paths: impl Iterator<Item = &'p [[f64; 2]]>) {
        match kind {
            Simple::Point | Simple::MultiPoint => paths.for_each(|path| self.points(path)),
            Simple::Polygon => self.polygon(paths),
            _ => paths.for_each(|path| self.line(path)),
        }
    }

    fn points(&mut self, path: &[[f64; 2]]) {
        for &at in path {
            let fixed = self.fixed(at);
            self.parts[0].positions.push(fixed);
        }
        self.parts[0].end(POINTS);
    }

    fn line(&mut self, path: &[[f64; 2]]) {
        let start = self.trace(1, path);
        let line = &mut self.parts[1];
        if line.positions.len() - start >= 2 {
            line.end(LINE);
        } else {
            line.positions.truncate(start);
        }
    }

    /// The rings that hold an area, the shell first; nothing if that does not.
    fn polygon<'p>(&mut self, rings: impl Iterator<Item = &'p [[f64; 2]]>) {
        for (index, ring) in rings.enumerate() {
            let start = self.trace(2, ring);
            let polygon = &mut self.parts[2];
            if close(&mut polygon.positions, start) {
                polygon.end(if index == 0 { SHELL } else { HOLE });
                continue;
            }
            polygon.positions.truncate(start);
            if index == 0 {
                return;
            }
        }
    }

    /// Appends a path to a part, leaving out positions that repeat the one before; gives where it
    /// begins.
    fn trace(&mut self, part: usize, path: &[[f64; 2]]) -> usize {
        let start = self.parts[part].positions.len();
        let mut last = None;
        for &at in path {
            let fixed = self.fixed(at);
            if last.replace(fixed) != Some(fixed) {
                self.parts[part].positions.push(fixed);
            }
        }
        start
    }

    /// The position in the world square; the row's boxes grow to hold it.
    fn fixed(&mut self, at: [f64; 2]) -> Fixed {
        let fixed = mercator::project(at[0], at[1]);
        self.extent.include(at);
        self.area.include(fixed);
        fixed
    }
}

impl Part {
    fn end(&mut self, kind: u8) {
        self.ends.push(self.positions.len() as u32);
        self.kinds.push(kind);
    }
}

/// Removes a ring's repeated last positions; whether three distinct ones are left.
fn close(positions: &mut Vec<Fixed>, start: usize) -> bool {
    while positions.len() > start + 1 && positions.last() == positions.get(start) {
        positions.pop();
    }
    match &positions[start..] {
        [first, second, rest @ ..] => rest.iter().any(|at| at != first && at != second),
        _ => false,
    }
}

impl GeometrySink for Task<'_> {
    fn begin(&mut self, _kind: Simple, _parts: usize) {}

    fn path(&mut self, path: &Path<'_>) {
        for position in path.xy() {
            match self.crs.to_lonlat(position) {
                Some(at) => self.lonlat.push(at),
                None => self.failed = true,
            }
        }
        self.ends.push(self.lonlat.len());
    }

    fn end(&mut self, kind: Simple) {
        if !matches!(kind, Simple::MultiPolygon | Simple::GeometryCollection) {
            self.finish(kind);
        }
    }
}
