//! An MVT layer being collected: features with their tags and geometry, measured as they come, so
//! that the byte bound can be kept, and written at the end (MVT 2.1, section 4).

use super::attributes::Attributes;
use super::{EXTENT, MAX_BYTES, TilePlan};
use crate::index::Record;
use crate::model::message::{Ahead, Message};
use crate::model::wire::{LENGTH, VARINT, bytes_len, key, varint_len};

/// Field of a tile that holds a layer.
const LAYER: u8 = 3;
/// Field of a layer that holds a feature.
const FEATURE: u8 = 2;
/// Version and extent as fields of a layer.
const VERSION: [u8; 2] = [key(15, VARINT), 2];
const EXTENT_FIELD: [u8; 3] = [key(5, VARINT), EXTENT as u8 | 0x80, (EXTENT >> 7) as u8];
/// Key of the field of a feature that holds its geometry's type.
const KIND: u64 = key(3, VARINT) as u64;
/// Greatest length of a feature's tags without columns: its weight, and where it has a text, that;
/// each a small key and a value's place, which is small where there are no texts.
const BARE_TAGS: usize = 1 + 1;
const BARE_TAGS_WITH_TEXT: usize = 2 * (1 + 4);
/// Greatest length of a weight among the values, and of the keys that tiles add.
const BARE_VALUES: usize = 64;

/// A feature's place in the order by which features are given up, last first: the hash of its
/// entity, and its record, so that no two are equal.
pub(super) type Rank = (u64, Record);

/// Geometry types of MVT.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Points.
    Point = 1,
    /// Lines.
    Line = 2,
    /// Polygons.
    Polygon = 3,
}

/// An MVT feature. A record has one for each kind of its geometry.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// Which record.
    pub(super) record: Record,
    /// The MVT id (below 2^53), if it stands for one feature.
    pub(super) id: Option<u64>,
    /// What its geometry is.
    pub(super) kind: Kind,
    /// Where its tags are.
    pub(super) tags: [u32; 2],
    /// Where its geometry ends; it begins where the one before ends.
    geometry_end: u32,
    /// Bytes of the field of the text by which it is known, if its id is a hash.
    text: u32,
}

/// A layer being collected.
#[derive(Default)]
pub(super) struct Draft {
    /// The features' attributes.
    pub(super) attributes: Attributes,
    /// The commands of all features: write here, then [`Draft::push`].
    pub(super) geometry: Message,
    parts: Vec<Part>,
    /// Bytes of the features as fields of the layer.
    features: usize,
    /// Greatest number of bytes that the layer's features take without columns, once it was asked.
    bare: Option<usize>,
}

impl Draft {
    /// Forgets everything; from now on `columns` of the plan's layer are wanted.
    pub(super) fn reset(&mut self, plan: &TilePlan, columns: &[usize]) {
        self.want(plan, columns);
        self.geometry.clear();
        self.parts.clear();
        (self.features, self.bare) = (0, None);
    }

    /// Adds a feature with the geometry written since the last one. `tags` are those of
    /// [`Draft::attributes`] between two ends; `text` is the length of the field of the text by which
    /// it is known, if its id is a hash.
    pub(super) fn push(
        &mut self,
        record: Record,
        id: Option<u64>,
        kind: Kind,
        tags: [u32; 2],
        text: usize,
    ) {
        let geometry_end = self.geometry.len() as u32;
        let part = Part { record, id, kind, tags, geometry_end, text: text as u32 };
        let geometry = self.geometry.len() - self.geometry_from(self.parts.len());
        self.features += bytes_len(feature_len(&part, tags_len(&part), geometry));
        if let Some(bare) = &mut self.bare {
            *bare += bare_len(&part, geometry);
        }
        self.parts.push(part);
    }

    /// The features so far.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Bytes of the layer in its tile, under a name of `name` bytes; 0 without features.
    pub(super) fn len(&self, name: usize) -> usize {
        if self.parts.is_empty() { 0 } else { bytes_len(self.body_len(name)) }
    }

    /// A little more than [`Draft::len`], at less ado.
    pub(super) fn about(&self, name: usize) -> usize {
        2 * BARE_VALUES + name + self.features + self.attributes.len()
    }

    fn body_len(&self, name: usize) -> usize {
        let frame = VERSION.len() + EXTENT_FIELD.len() + bytes_len(name);
        frame + self.features + self.attributes.len()
    }

    /// As [`Draft::len`], at most, were columns left out.
    pub(super) fn bare_len(&mut self, name: usize) -> usize {
        if self.parts.is_empty() { 0 } else { self.bare() + frame_len(name) }
    }

    fn bare(&mut self) -> usize {
        if let Some(bare) = self.bare {
            return bare;
        }
        let parts = self.parts.iter().enumerate();
        let bare = parts.map(|(n, part)| bare_len(part, self.geometry_len(n))).sum();
        self.bare = Some(bare);
        bare
    }

    /// Wants other columns from now on and takes away all tags, which [`Draft::retag`] gives anew.
    pub(super) fn change_columns(&mut self, plan: &TilePlan, columns: &[usize]) {
        self.want(plan, columns);
        for part in &mut self.parts {
            part.tags = [0; 2];
        }
        self.measure();
    }

    fn want(&mut self, plan: &TilePlan, columns: &[usize]) {
        let drawing = plan.layer.index().drawing();
        self.attributes.reset(plan.layer.schema(), columns, drawing.coded());
    }

    /// Gives each record's parts new tags: those that `write` adds.
    pub(super) fn retag(&mut self, mut write: impl FnMut(Record, &mut Attributes)) {
        let mut last = None;
        let mut tags = [0; 2];
        for part in &mut self.parts {
            if last != Some(part.record) {
                last = Some(part.record);
                let from = self.attributes.tags_end();
                self.attributes.next_feature();
                write(part.record, &mut self.attributes);
                tags = [from, self.attributes.tags_end()];
            }
            part.tags = tags;
        }
        self.measure();
    }

    /// Gives up features, those too large for any tile and then those of highest `rank`, until what
    /// is left takes no more than `limit` bytes without columns, under a name of `name` bytes. The
    /// rank from which on features are given up, if any is: equal features, equal rank, in whatever
    /// order they came.
    pub(super) fn cut(
        &mut self,
        name: usize,
        limit: usize,
        rank: impl Fn(Record) -> Rank,
    ) -> Option<Rank> {
        let limit = limit.saturating_sub(frame_len(name));
        if self.bare() <= limit {
            return None;
        }
        let length = |n: usize| bare_len(&self.parts[n], self.geometry_len(n));
        let mut order: Vec<usize> = (0..self.parts.len()).filter(|n| length(*n) <= limit).collect();
        order.sort_by_cached_key(|n| rank(self.parts[*n].record));
        let mut sum = 0;
        let over = order.iter().find(|n| {
            sum += length(**n);
            sum > limit
        });
        let cut = over.map(|n| rank(self.parts[*n].record));
        self.retain(|part, geometry| {
            bare_len(part, geometry) <= limit && cut.is_none_or(|cut| rank(part.record) < cut)
        });
        cut
    }

    fn retain(&mut self, keep: impl Fn(&Part, usize) -> bool) {
        let (mut kept, mut from, mut to) = (0, 0, 0);
        for n in 0..self.parts.len() {
            let part = self.parts[n];
            let end = part.geometry_end as usize;
            if keep(&part, end - from) {
                self.geometry.copy_within(from..end, to);
                to += end - from;
                self.parts[kept] = Part { geometry_end: to as u32, ..part };
                kept += 1;
            }
            from = end;
        }
        self.parts.truncate(kept);
        self.geometry.truncate(to);
        self.measure();
    }

    fn measure(&mut self) {
        let parts = self.parts.iter().enumerate();
        let length = |(n, part)| bytes_len(feature_len(part, tags_len(part), self.geometry_len(n)));
        (self.features, self.bare) = (parts.map(length).sum(), None);
    }

    #[inline]
    fn geometry_from(&self, n: usize) -> usize {
        n.checked_sub(1).map_or(0, |before| self.parts[before].geometry_end as usize)
    }

    fn geometry_len(&self, n: usize) -> usize {
        self.parts[n].geometry_end as usize - self.geometry_from(n)
    }

    /// Appends the layer as a field of its tile; nothing without features.
    pub(super) fn write(&self, name: &str, out: &mut Message) {
        if !self.parts.is_empty() {
            out.write(self.len(name.len()), |out| self.write_layer(name, out));
        }
    }

    fn write_layer(&self, name: &str, out: &mut Ahead<'_>) {
        out.number(key(LAYER, LENGTH), self.body_len(name.len()) as u64);
        out.extend(&VERSION);
        out.number(key(1, LENGTH), name.len() as u64);
        out.extend(name.as_bytes());
        let tags = self.attributes.tags();
        let mut from = 0;
        for part in &self.parts {
            let shape = from..part.geometry_end as usize;
            from = shape.end;
            let length = feature_len(part, tags_len(part), shape.len());
            out.number(key(FEATURE, LENGTH), length as u64);
            if let Some(id) = part.id {
                out.number(key(1, VARINT), id);
            }
            if tags_len(part) > 0 {
                out.number(key(2, LENGTH), tags_len(part) as u64);
                out.take_over(tags, part.tags[0] as usize..part.tags[1] as usize);
            }
            out.put(KIND | (part.kind as u64) << 8, 2);
            out.number(key(4, LENGTH), shape.len() as u64);
            out.take_over(&self.geometry, shape);
        }
        self.attributes.write(out);
        out.extend(&EXTENT_FIELD);
    }
}

fn tags_len(part: &Part) -> usize {
    (part.tags[1] - part.tags[0]) as usize
}

fn feature_len(part: &Part, tags: usize, geometry: usize) -> usize {
    let tags = if tags == 0 { 0 } else { bytes_len(tags) };
    part.id.map_or(0, |id| 1 + varint_len(id)) + tags + 2 + bytes_len(geometry)
}

/// At most, with its text among the values.
fn bare_len(part: &Part, geometry: usize) -> usize {
    if part.text == 0 {
        return bytes_len(feature_len(part, BARE_TAGS, geometry));
    }
    bytes_len(feature_len(part, BARE_TAGS_WITH_TEXT, geometry)) + part.text as usize
}

/// At most, what a layer takes beside its features.
fn frame_len(name: usize) -> usize {
    let length = varint_len(MAX_BYTES as u64) * 2;
    1 + length + VERSION.len() + EXTENT_FIELD.len() + bytes_len(name) + BARE_VALUES
}
