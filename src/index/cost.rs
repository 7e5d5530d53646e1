//! What a shape costs in each tile that shows it, in estimated bytes of an encoded tile.

use super::gather::{Gathered, LINE, POINTS, SHELL};
use super::{AttributeBytes, MAX_BYTES, MAX_ZOOM};
use crate::geometry::mercator::UNIT_ZOOM;
use crate::geometry::{Area, Fixed};

/// A feature without geometry and attributes: tags, lengths, type, id.
const FEATURE_BYTES: u32 = 20;
/// A feature of the label layer without its texts.
const LABEL_BYTES: u32 = 28;
/// Commands and first position of a line or a ring.
const RUN_BYTES: u32 = 7;
/// The command of points.
const POINTS_BYTES: u32 = 2;
/// Where a run leaves or enters a tile: two positions on the window's edge.
const CUT_BYTES: u32 = 8;
/// A point.
const POINT_BYTES: u32 = 4;
/// One shape counts no more in one tile, so that none alone keeps all others out, unless it is asked
/// what it takes in full.
const MOST_BYTES: u32 = MAX_BYTES as u32 / 8;
/// Steps of a run of which nothing is left on the grid, which is drawn as one unit.
const LEAST_STEPS: u32 = 6;
/// A step that deeper zooms make as long as a tile is wide.
const LONGEST_STEP: u32 = 4;
/// Most tiles that show a position, in their buffers too.
const MOST_SHOWING: usize = 4;
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
}

/// What tiles show of a shape.
#[derive(Clone, Copy)]
pub(super) struct Detail {
    /// The vertices that this zoom keeps.
    pub(super) vertices: u8,
    /// All attributes, or those chosen for low zooms.
    pub(super) all_attributes: bool,
    /// Whether steps are taken to be as long as they are in tile units of any deeper zoom.
    pub(super) longest_steps: bool,
    /// Whether a shape counts with all it takes, not with [`MOST_BYTES`] at most.
    pub(super) in_full: bool,
}

impl Detail {
    /// What tiles of a low zoom show.
    pub(super) const fn of(zoom: u8) -> Self {
        Self { vertices: zoom, all_attributes: false, longest_steps: false, in_full: false }
    }
}

impl Costs<'_> {
    /// The tiles of `zoom` that show shape `index`, with its bytes in each, into `out`.
    pub(super) fn of(&self, index: usize, zoom: u8, detail: Detail, out: &mut Vec<(Tile, u32)>) {
        out.clear();
        let tiles = Tiles::meeting(&self.gathered.shapes[index].area, zoom);
        let feature = feature_bytes(self.attributes[index], detail.all_attributes);
        let most = if detail.in_full { u32::MAX } else { MOST_BYTES };
        if tiles.count() == 1 {
            let runs = self.gathered.runs_of(index);
            let geometry = runs.fold(0_u32, |sum, run| {
                let bytes = self.steps(run, zoom, detail).map(|(_, bytes)| bytes);
                let (head, least) = match self.gathered.run_kinds[run] {
                    POINTS => (POINTS_BYTES, 0),
                    SHELL => (RUN_BYTES, LEAST_STEPS),
                    _ => (RUN_BYTES, 0),
                };
                sum.saturating_add(bytes.fold(head, u32::saturating_add).max(head + least))
            });
            let bytes = feature.saturating_add(geometry).min(most);
            out.extend(tiles.iter().map(|tile| (tile, bytes)));
            return;
        }
        self.by_position(index, zoom, detail, out);
        if !self.gathered.is_linear(index) && tiles.count() <= COVERED_TILES {
            out.extend(tiles.iter().map(|tile| (tile, RUN_BYTES + CUT_BYTES)));
        }
        merge(out);
        for (_, bytes) in out {
            *bytes = bytes.saturating_add(feature).min(most);
        }
    }

    /// Whether shape `index` may count with less than it takes in full.
    pub(super) fn may_be_cut(&self, index: usize) -> bool {
        let runs = self.gathered.runs_of(index).len() as u64;
        let steps = u64::from(LONGEST_STEP) * self.gathered.vertices(index);
        steps + u64::from(RUN_BYTES + CUT_BYTES) * runs > u64::from(MOST_BYTES / 2)
    }

    /// At most, what a tile of `zoom` shows beside what [`Costs::of`] finds: polygons over so many
    /// tiles that those inside them are not gone through.
    pub(super) fn unseen(&self, zoom: u8) -> u32 {
        let shapes = self.gathered.shapes.iter().zip(self.attributes).enumerate();
        let wide = shapes.filter(|(index, (shape, _))| {
            tiles_of(&shape.area, zoom) > COVERED_TILES && !self.gathered.is_linear(*index)
        });
        wide.fold(0, |sum, (_, (_, attributes))| {
            let feature = feature_bytes(*attributes, true);
            sum.saturating_add(feature.saturating_add(RUN_BYTES + CUT_BYTES))
        })
    }

    /// Adds the bytes of each position to the tiles that show it, in their buffers too; tiles may
    /// repeat.
    fn by_position(&self, index: usize, zoom: u8, detail: Detail, out: &mut Vec<(Tile, u32)>) {
        for run in self.gathered.runs_of(index) {
            let of_run = out.len();
            // What a tile has of a run at first, and whenever it comes back: a line in pieces, a
            // ring in one.
            let (head, again) = match self.gathered.run_kinds[run] {
                POINTS => (POINTS_BYTES, 0),
                LINE => (RUN_BYTES + CUT_BYTES, RUN_BYTES + CUT_BYTES),
                _ => (RUN_BYTES + CUT_BYTES, CUT_BYTES),
            };
            let mut before: Option<Tiles> = None;
            for (at, bytes) in self.steps(run, zoom, detail) {
                let tiles = Tiles::meeting(&Area { min: at, max: at }, zoom);
                for tile in tiles.iter() {
                    let stays = before.as_ref().is_some_and(|before| before.hold(tile));
                    let bytes = if stays { bytes } else { bytes + again };
                    // What was passed last comes again soon.
                    let last = out.len().saturating_sub(MOST_SHOWING).max(of_run);
                    match out[last..].iter_mut().find(|(passed, _)| *passed == tile) {
                        Some((_, sum)) => *sum = sum.saturating_add(bytes),
                        None => out.push((tile, bytes.saturating_add(head))),
                    }
                }
                before = Some(tiles);
            }
        }
    }

    /// The positions of a run that are drawn, with the bytes of the step to each. Steps are zigzag
    /// varints: one byte below 64 tile units, two beyond, as far as a tile is wide. What repeats
    /// the unit before takes none.
    fn steps(
        &self,
        run: usize,
        zoom: u8,
        detail: Detail,
    ) -> impl Iterator<Item = (Fixed, u32)> + use<'_> {
        let points = self.gathered.run_kinds[run] == POINTS;
        let positions = self.gathered.positions_of(run);
        let from = self.from[positions.clone()].iter();
        let kept = self.gathered.positions[positions].iter().zip(from);
        let shift = UNIT_ZOOM.saturating_sub(zoom);
        let longer = zoom.saturating_sub(UNIT_ZOOM);
        let mut last: Option<[u32; 2]> = None;
        kept.filter(move |(_, from)| points || **from <= detail.vertices).map(move |(at, _)| {
            let unit = at.map(|v| v >> shift);
            let before = last.replace(unit).unwrap_or(unit);
            let step = [0, 1].map(|axis| u64::from(unit[axis].abs_diff(before[axis])) << longer);
            let long = |step: u64| u32::from(step >= 64);
            let bytes = match step {
                _ if points => POINT_BYTES,
                _ if detail.longest_steps => LONGEST_STEP,
                [0, 0] => 0,
                [x, y] => 2 + long(x) + long(y),
            };
            (*at, bytes)
        })
    }
}

/// A feature and its label without geometry.
pub(super) fn feature_bytes(attributes: AttributeBytes, all_attributes: bool) -> u32 {
    let AttributeBytes { chosen, all, label } = attributes;
    let attributes = if all_attributes { all } else { chosen }.min(MOST_BYTES);
    let label = if label > 0 { LABEL_BYTES + label.min(MOST_BYTES) } else { 0 };
    FEATURE_BYTES + attributes + label
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

    const fn hold(&self, tile: Tile) -> bool {
        let [x, y] = [tile >> 32, tile & 0xffff_ffff];
        self.min[0] <= x && x <= self.max[0] && self.min[1] <= y && y <= self.max[1]
    }

    fn iter(&self) -> impl Iterator<Item = Tile> + use<> {
        let (rows, columns) = (self.min[1]..=self.max[1], self.min[0]..=self.max[0]);
        columns.flat_map(move |x| rows.clone().map(move |y| x << 32 | y))
    }
}
