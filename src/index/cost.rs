//! What a shape costs in each tile that shows it, in estimated bytes of an encoded tile.

use super::gather::{Gathered, HOLE, LINE, POINTS};
use super::{AttributeBytes, MAX_BYTES, MAX_ZOOM};
use crate::geometry::{Area, Fixed};

/// A feature without geometry and attributes: tags, lengths, type, id.
const FEATURE_BYTES: u32 = 20;
/// A feature of the label layer.
const LABEL_BYTES: u32 = 45;
/// Commands and first position of a run.
const RUN_BYTES: u32 = 5;
/// A point of a multi-point.
const POINT_BYTES: u32 = 4;
/// One shape counts no more in one tile, so that none alone keeps all others out.
const MOST_BYTES: u32 = MAX_BYTES as u32 / 8;
/// Up to this many tiles a shape is spread evenly over those that its box meets.
const SPREAD_TILES: u64 = 4;
/// Up to this many tiles a polygon is taken to show in each that its box meets.
const COVERED_TILES: u64 = 4096;

/// A tile of a zoom: column and row in one number.
pub(super) type Tile = u64;

/// Estimates costs; see [`Costs::of`].
pub(super) struct Costs<'a> {
    pub(super) gathered: &'a Gathered,
    /// By position: the zoom from which it is kept.
    pub(super) from: &'a [u8],
    /// By shape.
    pub(super) attributes: &'a [AttributeBytes],
    pub(super) labels: bool,
}

/// What tiles show of a shape.
#[derive(Clone, Copy)]
pub(super) struct Detail {
    /// The vertices that this zoom keeps.
    pub(super) vertices: u8,
    /// All attributes, or those chosen for low zooms.
    pub(super) all_attributes: bool,
}

/// Vertices of a shape kept at a zoom.
#[derive(Clone, Copy, Default)]
struct Kept {
    runs: u32,
    points: u32,
    vertices: u32,
}

impl Costs<'_> {
    /// The tiles of `zoom` that show shape `index`, with its bytes in each, into `out`.
    pub(super) fn of(&self, index: usize, zoom: u8, detail: Detail, out: &mut Vec<(Tile, u32)>) {
        out.clear();
        let shape = &self.gathered.shapes[index];
        let tiles = Tiles::meeting(&shape.area, zoom);
        let AttributeBytes { chosen, all } = self.attributes[index];
        let feature = FEATURE_BYTES
            + if detail.all_attributes { all } else { chosen }.min(MOST_BYTES)
            + if self.labels { LABEL_BYTES } else { 0 };
        if tiles.count() <= SPREAD_TILES {
            let kept = self.kept(index, detail.vertices);
            let bytes = kept.runs * RUN_BYTES
                + kept.points.saturating_mul(POINT_BYTES)
                + vertex_bytes(&shape.area, zoom, kept.vertices);
            let each = feature.saturating_add(bytes / tiles.count() as u32).min(MOST_BYTES);
            out.extend(tiles.iter().map(|tile| (tile, each)));
            return;
        }
        self.by_vertex(index, zoom, detail.vertices, out);
        if !self.gathered.is_linear(index) && tiles.count() <= COVERED_TILES {
            out.extend(tiles.iter().map(|tile| (tile, RUN_BYTES)));
        }
        merge(out);
        for (_, bytes) in out {
            *bytes = bytes.saturating_add(feature).min(MOST_BYTES);
        }
    }

    /// Adds the bytes of each kept vertex to the tile that it lies in; tiles may repeat.
    fn by_vertex(&self, index: usize, zoom: u8, detail: u8, out: &mut Vec<(Tile, u32)>) {
        let kept = self.kept(index, detail);
        let all = vertex_bytes(&self.gathered.shapes[index].area, zoom, kept.vertices);
        let each = (all / kept.vertices.max(1)).max(2);
        for run in self.gathered.runs_of(index) {
            let points = self.gathered.run_kinds[run] == POINTS;
            for at in self.gathered.positions_of(run) {
                if !points && self.from[at] > detail {
                    continue;
                }
                let bytes = if points { POINT_BYTES } else { each };
                let tile = tile_of(self.gathered.positions[at], zoom);
                match out.last_mut() {
                    Some((last, sum)) if *last == tile => *sum = sum.saturating_add(bytes),
                    _ => out.push((tile, RUN_BYTES + bytes)),
                }
            }
        }
    }

    fn kept(&self, index: usize, detail: u8) -> Kept {
        let mut kept = Kept::default();
        for run in self.gathered.runs_of(index) {
            let positions = self.gathered.positions_of(run);
            let kind = self.gathered.run_kinds[run];
            if kind == POINTS {
                kept.points += positions.len() as u32;
                kept.runs += 1;
                continue;
            }
            let from = &self.from[positions];
            let vertices = from.iter().filter(|from| **from <= detail).count() as u32;
            let least = if kind == LINE { 2 } else { 3 };
            if kind != HOLE || vertices >= least {
                kept.runs += 1;
                kept.vertices += vertices.max(least);
            }
        }
        kept
    }
}

/// Bytes of `vertices` steps around or along a box. Steps are zigzag varints: one byte below
/// 64 tile units, two below 8192; that a run goes once there and back gives the mean step.
fn vertex_bytes(area: &Area, zoom: u8, vertices: u32) -> u32 {
    let axis = |axis: usize| {
        let size = f64::from(area.max[axis] - area.min[axis]);
        let units = size / f64::from(1_u32 << (20 - zoom.min(20)));
        let step = 2.0 * units / f64::from(vertices.max(1));
        1.0 + share(step / 64.0) + share(step / 8192.0)
    };
    (f64::from(vertices) * (axis(0) + axis(1))) as u32
}

/// From 0 for small to 1 for large values, a half at 1.
fn share(value: f64) -> f64 {
    value * value / (1.0 + value * value)
}

fn merge(costs: &mut Vec<(Tile, u32)>) {
    costs.sort_unstable();
    costs.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 = kept.1.saturating_add(next.1);
        }
        same
    });
}

/// The number of tiles of `zoom` that meet `area`.
pub(super) fn tiles_of(area: &Area, zoom: u8) -> u64 {
    if area.is_empty() { 0 } else { Tiles::meeting(area, zoom).count() }
}

fn tile_of([x, y]: Fixed, zoom: u8) -> Tile {
    let cut = |v: u32| u64::from(v) >> (32 - zoom.min(MAX_ZOOM));
    cut(x) << 32 | cut(y)
}

/// The tiles of a zoom that a box meets, drawn with a buffer of 64 units of 4096 around them.
struct Tiles {
    min: [u64; 2],
    max: [u64; 2],
}

impl Tiles {
    fn meeting(area: &Area, zoom: u8) -> Self {
        let shift = 32 - u32::from(zoom.min(MAX_ZOOM));
        let buffer = 1_u64 << (shift - 6);
        let last = (1_u64 << zoom.min(MAX_ZOOM)) - 1;
        Self {
            min: area.min.map(|v| u64::from(v).saturating_sub(buffer) >> shift),
            max: area.max.map(|v| ((u64::from(v) + buffer) >> shift).min(last)),
        }
    }

    const fn count(&self) -> u64 {
        (self.max[0] - self.min[0] + 1) * (self.max[1] - self.min[1] + 1)
    }

    fn iter(&self) -> impl Iterator<Item = Tile> + use<> {
        let (rows, columns) = (self.min[1]..=self.max[1], self.min[0]..=self.max[0]);
        columns.flat_map(move |x| rows.clone().map(move |y| x << 32 | y))
    }
}
