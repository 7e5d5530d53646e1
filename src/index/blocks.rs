//! Blocks of records and the trees over them.

use std::convert::Infallible;
use std::ops::{ControlFlow, Range};

use rstar::{AABB, RTree, RTreeObject};

use super::image::{Image, Section, damaged};
use super::{IndexError, MAX_ZOOM, Record};
use crate::geometry::Area;
use crate::time::Span;

/// Most records of a block.
pub(super) const RECORDS_PER_BLOCK: usize = 32;

/// A block in a tree: its box in x, y and time. Instants beyond 2^53 ms are rounded, which only
/// makes candidates.
struct Block {
    envelope: AABB<[f64; 3]>,
    number: u32,
}

impl RTreeObject for Block {
    type Envelope = AABB<[f64; 3]>;

    fn envelope(&self) -> Self::Envelope {
        self.envelope
    }
}

/// One tree over the blocks of each zoom from which records are drawn.
pub(super) struct Trees(Vec<(u8, RTree<Block>)>);

impl Trees {
    /// Over the blocks of an index whose section lengths were checked.
    pub(super) fn over(image: &Image) -> Self {
        let areas: &[[u32; 4]] = image.get(Section::BlockAreas);
        let spans: &[[i64; 2]] = image.get(Section::BlockSpans);
        let groups: &[u32] = image.get(Section::Groups);
        let always = Span::ALWAYS.to_millis();
        let mut start = 0;
        let mut trees = Vec::new();
        for (zoom, &end) in (0..=MAX_ZOOM).zip(groups) {
            let blocks: Vec<Block> = (start..end)
                .filter_map(|number| {
                    let area = area(*areas.get(number as usize)?);
                    let span = spans.get(number as usize).copied();
                    Some(Block { envelope: envelope(&area, span.unwrap_or(always)), number })
                })
                .collect();
            if !blocks.is_empty() {
                trees.push((zoom, RTree::bulk_load(blocks)));
            }
            start = end;
        }
        Self(trees)
    }

    /// The blocks drawn at `zoom` (`None`: at any) that meet one of `areas` and `window`, in
    /// order.
    pub(super) fn select(
        &self,
        areas: &[Area],
        window: Option<Span>,
        zoom: Option<u8>,
    ) -> Vec<u32> {
        let window = window.unwrap_or(Span::ALWAYS).to_millis();
        let drawn = self.0.iter().take_while(|(from, _)| zoom.is_none_or(|zoom| *from <= zoom));
        let mut blocks = Vec::new();
        for (_, tree) in drawn {
            for area in areas {
                let all =
                    tree.locate_in_envelope_intersecting_int(envelope(area, window), |block| {
                        blocks.push(block.number);
                        ControlFlow::<Infallible>::Continue(())
                    });
                debug_assert!(all.is_continue());
            }
        }
        blocks.sort_unstable();
        blocks.dedup();
        blocks
    }
}

fn envelope(area: &Area, [start, end]: [i64; 2]) -> AABB<[f64; 3]> {
    let corner = |[x, y]: [u32; 2], t: i64| [f64::from(x), f64::from(y), t as f64];
    AABB::from_corners(corner(area.min, start), corner(area.max, end))
}

/// An area as it is stored.
pub(super) fn area([west, north, east, south]: [u32; 4]) -> Area {
    Area { min: [west, north], max: [east, south] }
}

/// What [`area`] reads.
pub(super) fn stored(area: &Area) -> [u32; 4] {
    [area.min[0], area.min[1], area.max[0], area.max[1]]
}

/// The records of a block.
pub(super) fn records_of(block_ends: &[u32], block: u32) -> Range<u32> {
    let end = |block: u32| block_ends.get(block as usize).copied();
    let start = block.checked_sub(1).and_then(end).unwrap_or(0);
    start..end(block).unwrap_or(start)
}

/// Whether a record's area and validity meet what is asked.
pub(super) struct Test<'a> {
    /// Any of these.
    pub(super) areas: &'a [Area],
    /// Half-open, milliseconds.
    pub(super) window: Option<[i64; 2]>,
}

impl Test<'_> {
    /// Appends those of `records` that pass. `boxes` and `spans` are those of all records; no
    /// spans in a layer without time.
    pub(super) fn run(
        &self,
        records: Range<u32>,
        boxes: &[[u32; 4]],
        spans: &[[i64; 2]],
        out: &mut Vec<Record>,
    ) {
        let range = records.start as usize..records.end as usize;
        let boxes = boxes.get(range.clone()).unwrap_or(&[]);
        let window = self.window.filter(|_| !spans.is_empty());
        let spans = spans.get(range).unwrap_or(&[]);
        // Each is written, and kept or not: quicker than to decide beforehand.
        let mut end = out.len();
        out.resize(end + boxes.len(), Record(0));
        for (index, (record, stored)) in records.zip(boxes).enumerate() {
            let area = area(*stored);
            let near = self.areas.iter().any(|asked| asked.meets(&area));
            let valid = window.is_none_or(|[from, to]| {
                spans.get(index).is_some_and(|[start, end]| *start < to && from < *end)
            });
            out[end] = Record(record);
            end += usize::from(near && valid);
        }
        out.truncate(end);
    }
}

/// Checks the sections that blocks and groups need; `drawn` is the number of records with
/// geometry.
pub(super) fn check(image: &Image, drawn: usize, temporal: bool) -> Result<(), IndexError> {
    let blocks = image.get::<u32>(Section::BlockEnds).len();
    let ends = image.exactly::<u32>(Section::BlockEnds, blocks)?;
    ascends(ends, drawn, "blocks")?;
    image.exactly::<[u32; 4]>(Section::BlockAreas, blocks)?;
    image.exactly::<[i64; 2]>(Section::BlockSpans, if temporal { blocks } else { 0 })?;
    let groups = image.exactly::<u32>(Section::Groups, usize::from(MAX_ZOOM) + 1)?;
    ascends(groups, blocks, "groups")
}

/// Checks that range ends ascend and the last is `total`.
pub(super) fn ascends<T: Copy + Ord + Into<u64>>(
    ends: &[T],
    total: usize,
    what: &str,
) -> Result<(), IndexError> {
    let last = ends.last().map_or(0, |end| (*end).into());
    if last != total as u64 || !ends.is_sorted() {
        return Err(damaged(&format!("ranges of {what}")));
    }
    Ok(())
}
