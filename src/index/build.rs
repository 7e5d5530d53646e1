//! Building: what the index of a source is derived from.

use rayon::prelude::*;

use super::blocks::{RECORDS_PER_BLOCK, stored};
use super::cells::{self, Owned};
use super::coded::Coding;
use super::cost::Costs;
use super::fit::{self, Choice};
use super::gather::{self, Gathered, POINTS, SHELL};
use super::image::{Meta, NO_RECORD, Section, Writer};
use super::records::Records;
use super::{IndexError, MAX_ZOOM, detail};
use crate::geometry::{Area, Crs, Fixed, label, mercator, rank};
use crate::model::Row;
use crate::source::Source;
use crate::store::Draft;
use crate::time::{Slabs, Span};

/// Records that one task looks at.
pub(super) const RECORDS_PER_TASK: usize = 4096;

/// What an index depends on. All slices are by row.
pub struct Inputs<'a> {
    /// The features.
    pub source: &'a dyn Source,
    /// Their CRS.
    pub crs: &'a Crs,
    /// Validity of each row, `None` for a row that is never valid; no slice for a layer without
    /// time.
    pub spans: Option<&'a [Option<Span>]>,
    /// Whether rows of every time are drawn together where no date is asked, as events are; not
    /// only those valid at one instant.
    pub together: bool,
    /// Key of each row's entity (see [`crate::catalog::entity_key`]): the same for all versions,
    /// below 2^53. Sampling is by its hash.
    pub entities: &'a [u64],
    /// Importance class of each row, 0 the most important; no slice where the layer has no `rank`.
    pub rank: Option<&'a [u32]>,
    /// Estimated bytes that a row's attributes take in a tile.
    pub attribute_bytes: &'a (dyn Fn(Row) -> AttributeBytes + Sync),
    /// Positions of the columns whose values are kept beside the records, where drawing finds them
    /// sooner than in the source. So are those of all columns that are short or repeat.
    pub columns: &'a [usize],
    /// Positions of the columns that name a feature, which are never coded.
    pub names: &'a [usize],
    /// Positions of the columns whose values tell what is drawn alike at low zooms.
    pub classes: &'a [usize],
    /// Whether a label point is wanted for each row.
    pub labels: bool,
    /// Lowest zoom at which the layer is drawn.
    pub min_zoom: u8,
}

/// Estimated bytes that a row's attributes take in a tile, the text of its id among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AttributeBytes {
    /// Those that tiles carry below [`super::Index::sampled_below`].
    pub chosen: u32,
    /// All.
    pub all: u32,
    /// Those of its label; 0 where it has none.
    pub label: u32,
}

/// Derives the index and puts it into `draft` as bytes that [`super::Index::open`] reads. Equal
/// inputs give equal bytes, however many threads help.
///
/// # Errors
/// If the source has more than 2^32 vertices.
pub fn build(inputs: &Inputs<'_>, draft: &mut dyn Draft) -> Result<(), IndexError> {
    let gathered = gather::gather(inputs)?;
    let mut from = rank_vertices(&gathered);
    detail::limit(inputs, &gathered, &mut from);
    let attributes: Vec<AttributeBytes> = gathered
        .shapes
        .par_iter()
        .map(|shape| (inputs.attribute_bytes)(Row::new(shape.row)))
        .collect();
    let costs = Costs { gathered: &gathered, from: &from, attributes: &attributes };
    let choice = fit::choose(inputs, &costs);
    let order = sort(inputs, &gathered, &choice);
    let shapes: Vec<u32> = order.iter().map(|(.., shape)| *shape).collect();
    let first = inputs.min_zoom.min(MAX_ZOOM);
    let cells = cells::build(inputs, &costs, &shapes, [first, choice.shapes_from]);
    let gathered = &gathered;
    Layout { inputs, gathered, from: &from, choice: &choice, cells: &cells, order }.write(draft);
    Ok(())
}

fn rank_vertices(gathered: &Gathered) -> Vec<u8> {
    let runs: Vec<rank::Run> = (0..gathered.run_ends.len())
        .filter(|run| gathered.run_kinds[*run] != POINTS)
        .map(|run| {
            let positions = gathered.positions_of(run);
            rank::Run {
                start: positions.start as u32,
                len: positions.len() as u32,
                closed: gathered.run_kinds[run] >= SHELL,
            }
        })
        .collect();
    let mut from = rank::rank(&gathered.positions, &runs);
    from.resize(gathered.positions.len(), 0);
    from
}

/// What records are sorted by: the zoom from which they are drawn, the bucket of their start, the
/// Hilbert key of their box's centre, their row.
type Key = (u8, u32, u64, u32);

/// The zoom and the bucket of a record, and its shape.
type Placed = (u8, u32, u32);

/// The shapes in record order.
fn sort(inputs: &Inputs<'_>, gathered: &Gathered, choice: &Choice) -> Vec<Placed> {
    let buckets = start_buckets(inputs, gathered);
    let key = |(index, shape): (usize, &gather::Shape)| {
        let [x, y] = [0, 1].map(|axis| u32::midpoint(shape.area.min[axis], shape.area.max[axis]));
        let bucket = buckets.get(index).copied().unwrap_or(0);
        ((choice.from_zoom[index], bucket, mercator::hilbert([x, y]), shape.row), index as u32)
    };
    let mut keyed: Vec<(Key, u32)> = gathered.shapes.par_iter().enumerate().map(key).collect();
    keyed.par_sort_unstable();
    keyed.iter().map(|((zoom, bucket, ..), shape)| (*zoom, *bucket, *shape)).collect()
}

/// By shape the bucket that its start falls in; none in a layer without time. There are as many
/// buckets as make blocks about as long in time, seen against the whole, as they are wide; but, in a
/// layer that is drawn as of one instant, no more than there are times as many shapes as valid at
/// once, since more would tear apart what is drawn together.
fn start_buckets(inputs: &Inputs<'_>, gathered: &Gathered) -> Vec<u32> {
    let Some(spans) = inputs.spans else { return Vec::new() };
    let starts: Vec<i64> =
        gathered.shapes.iter().map(|shape| millis(spans, shape.row)[0]).collect();
    let mut sorted = starts.clone();
    sorted.par_sort_unstable();
    let blocks = sorted.len() / RECORDS_PER_BLOCK;
    let cubes = libm::cbrt(blocks as f64).ceil().max(1.0) as usize;
    let versions = if inputs.together { cubes } else { versions(spans, gathered, &sorted) };
    let buckets = cubes.min(versions);
    let place = |start: &i64| sorted.partition_point(|other| other < start);
    starts.par_iter().map(|start| (place(start) * buckets / sorted.len()) as u32).collect()
}

/// How many times as many shapes there are as are valid at once at most. `starts`: sorted.
fn versions(spans: &[Option<Span>], gathered: &Gathered, starts: &[i64]) -> usize {
    let mut ends: Vec<i64> =
        gathered.shapes.iter().map(|shape| millis(spans, shape.row)[1]).collect();
    ends.par_sort_unstable();
    let mut ended = ends.iter().peekable();
    let mut over = 0;
    let valid = starts.iter().enumerate().map(|(before, start)| {
        while ended.next_if(|end| *end <= start).is_some() {
            over += 1;
        }
        (before + 1).saturating_sub(over)
    });
    let most = valid.max().unwrap_or(0).max(1);
    ((starts.len() + most / 2) / most).max(1)
}

fn millis(spans: &[Option<Span>], row: u32) -> [i64; 2] {
    spans.get(row as usize).copied().flatten().map_or([0, 0], Span::to_millis)
}

/// The index about to be written.
struct Layout<'a> {
    inputs: &'a Inputs<'a>,
    gathered: &'a Gathered,
    from: &'a [u8],
    choice: &'a Choice,
    cells: &'a Owned,
    order: Vec<Placed>,
}

impl Layout<'_> {
    fn write(&self, draft: &mut dyn Draft) {
        let mut out = Writer::new(draft);
        out.section(
            Section::Meta,
            &[Meta {
                extent: self.gathered.extent.to_array(),
                rows: self.inputs.source.len(),
                sampled_below: self.choice.sampled_below.into(),
            }],
        );
        out.section(Section::Rates, &self.choice.rates);
        self.write_rows(&mut out);
        self.write_blocks(&mut out);
        let areas: Vec<[u32; 4]> = self.shapes().map(|shape| stored(&shape.area)).collect();
        out.section(Section::Areas, &areas);
        if self.inputs.labels {
            out.section(Section::Labels, &self.labels());
        }
        self.write_records(&mut out);
        self.cells.write(&mut out);
        out.finish();
    }

    /// The shapes in record order.
    fn shapes(&self) -> impl Iterator<Item = &gather::Shape> {
        self.order.iter().map(|(.., shape)| &self.gathered.shapes[*shape as usize])
    }

    fn write_rows(&self, out: &mut Writer<'_>) {
        let rows: Vec<u32> = self
            .shapes()
            .map(|shape| shape.row)
            .chain(self.gathered.without.iter().copied())
            .collect();
        let mut records = vec![NO_RECORD; self.inputs.source.len() as usize];
        for (record, row) in rows.iter().enumerate() {
            records[*row as usize] = record as u32;
        }
        let mut entities = self.inputs.entities.to_vec();
        entities.resize(records.len(), 0);
        let start = |row: u32| self.inputs.spans.map_or(0, |spans| millis(spans, row)[0]);
        let mut by_entity: Vec<(u64, i64, u32)> =
            rows.iter().map(|row| (entities[*row as usize], start(*row), *row)).collect();
        by_entity.par_sort_unstable();
        let by_entity: Vec<u32> = by_entity.into_iter().map(|(_, _, row)| row).collect();
        out.section(Section::RowsWithout, &self.gathered.without);
        out.section(Section::RecordOf, &records);
        out.section(Section::Entities, &entities);
        out.section(Section::ByEntity, &by_entity);
        out.section(Section::Unplaced, &self.gathered.unplaced);
        if let Some(spans) = self.inputs.spans {
            let by_record: Vec<[i64; 2]> = rows.iter().map(|row| millis(spans, *row)).collect();
            out.section(Section::Spans, &by_record);
            let served = by_record.into_iter().filter_map(Span::from_millis);
            out.section(Section::Slabs, Slabs::of(served).bounds());
        }
    }

    /// Blocks end where the zoom or the bucket changes, or when they are full.
    fn write_blocks(&self, out: &mut Writer<'_>) {
        let mut ends = Vec::new();
        let mut areas = Vec::new();
        let mut spans = Vec::new();
        let mut groups = [0_u32; MAX_ZOOM as usize + 1];
        let mut record = 0;
        for run in self.order.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            for block in run.chunks(RECORDS_PER_BLOCK) {
                let shapes = block.iter().map(|(.., s)| &self.gathered.shapes[*s as usize]);
                let union = |all: Area, shape: &gather::Shape| all.union(&shape.area);
                areas.push(stored(&shapes.clone().fold(Area::EMPTY, union)));
                if let Some(all) = self.inputs.spans {
                    let hull = |[start, end]: [i64; 2], shape: &gather::Shape| {
                        let span = millis(all, shape.row);
                        [start.min(span[0]), end.max(span[1])]
                    };
                    spans.push(shapes.fold([i64::MAX, i64::MIN], hull));
                }
                record += block.len() as u32;
                ends.push(record);
            }
            if let Some((zoom, ..)) = run.first() {
                groups[usize::from(*zoom)..].fill(ends.len() as u32);
            }
        }
        out.section(Section::BlockEnds, &ends);
        out.section(Section::BlockAreas, &areas);
        out.section(Section::BlockSpans, &spans);
        out.section(Section::Groups, &groups);
    }

    /// The records with geometry, and the columns whose values they hold, coded or as they are.
    fn write_records(&self, out: &mut Writer<'_>) {
        let Inputs { source, columns, names, .. } = *self.inputs;
        let shapes: Vec<u32> = self.order.iter().map(|(.., shape)| *shape).collect();
        let rows: Vec<u32> = self.shapes().map(|shape| shape.row).collect();
        let coding = Coding::of(source, &rows, names);
        coding.write(source.schema(), out);
        let mut plain = coding.short.clone();
        plain.extend(columns.iter().filter(|column| !coding.has(**column)));
        plain.sort_unstable();
        plain.dedup();
        let positions: Vec<u32> = plain.iter().map(|column| *column as u32).collect();
        out.section(Section::Columns, &positions);
        let Self { gathered, from, .. } = *self;
        Records { source, gathered, from, coding: &coding, columns: &plain }.write(&shapes, out);
    }

    fn labels(&self) -> Vec<Fixed> {
        self.order.par_iter().map(|(.., shape)| self.label(*shape as usize)).collect()
    }

    /// Inside the polygons, else half along a line, else the first point, else the box's middle.
    fn label(&self, shape: usize) -> Fixed {
        let runs = self.gathered.runs_of(shape);
        let of = |from: u8, to: u8| {
            let runs: Vec<usize> = runs
                .clone()
                .filter(|run| (from..=to).contains(&self.gathered.run_kinds[*run]))
                .collect();
            let start = runs.first().map_or(0, |run| self.gathered.positions_of(*run).start);
            let ends: Vec<u32> = runs
                .iter()
                .map(|run| (self.gathered.positions_of(*run).end - start) as u32)
                .collect();
            let end = start + ends.last().map_or(0, |end| *end as usize);
            (&self.gathered.positions[start..end], ends)
        };
        let (rings, ring_ends) = of(SHELL, gather::HOLE);
        let (lines, line_ends) = of(gather::LINE, gather::LINE);
        let area = &self.gathered.shapes[shape].area;
        let middle = [0, 1].map(|axis| u32::midpoint(area.min[axis], area.max[axis]));
        label::inside(rings, &ring_ends)
            .or_else(|| label::midpoint(lines, &line_ends))
            .or_else(|| of(POINTS, POINTS).0.first().copied())
            .unwrap_or(middle)
    }
}
