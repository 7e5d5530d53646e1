//! Columns whose values repeat: each distinct value is kept once, and records have its number, so
//! that a tile looks at a value once however many features have it.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::IndexError;
use super::blocks::ascends;
use super::build::RECORDS_PER_TASK;
use super::image::{Image, Section, Writer};
use crate::model::{Properties, Row, Schema};
use crate::source::Source;

/// Most distinct values of a coded column: what a tile notes of them stays near the processor.
const MOST_VALUES: usize = 4096;
/// How many records a distinct value has on average, at least.
const LEAST_REPEATS: usize = 4;
/// Columns whose values are longer on average are left in the source.
const MOST_BYTES: usize = 64;

/// Which columns of an index are coded, and how; about to be written.
pub(super) struct Coding<'a> {
    columns: Vec<Joined<'a>>,
    /// By record, and therein by coded column.
    codes: Vec<u16>,
    /// Positions of short columns that are not coded.
    pub(super) short: Vec<usize>,
}

/// The distinct values of a column, as stored. The code of a value is its place and one more; 0
/// stands for none.
#[derive(Default)]
struct Values<'a> {
    values: Vec<&'a [u8]>,
    codes: FxHashMap<&'a [u8], u16>,
}

impl<'a> Values<'a> {
    /// The code of `value`; `None` for a new one beyond the `most`.
    fn code(&mut self, value: &'a [u8], most: usize) -> Option<u16> {
        if let Some(code) = self.codes.get(value) {
            return Some(*code);
        }
        if self.values.len() >= most {
            return None;
        }
        self.values.push(value);
        let code = self.values.len() as u16;
        self.codes.insert(value, code);
        Some(code)
    }
}

/// What some records in a row hold, each column by itself.
struct Part<'a> {
    /// By column.
    values: Vec<Values<'a>>,
    /// By column: the code of each record.
    codes: Vec<Vec<u16>>,
    /// By column: bytes of all values.
    bytes: Vec<usize>,
}

/// A coded column of all records.
struct Joined<'a> {
    position: usize,
    values: Vec<&'a [u8]>,
    /// By part: what its codes are among all.
    translations: Vec<Vec<u16>>,
}

impl<'a> Coding<'a> {
    /// Codes the columns of the features at `rows`, in record order, but for those in `never`.
    pub(super) fn of(source: &'a dyn Source, rows: &[u32], never: &[usize]) -> Self {
        let count = source.schema().columns.len();
        let most = MOST_VALUES.min(rows.len() / LEAST_REPEATS);
        let varied: Vec<AtomicBool> = (0..count).map(|c| never.contains(&c).into()).collect();
        let part = |rows| Part::of(source, rows, &varied, most);
        let parts: Vec<Part<'a>> = rows.par_chunks(RECORDS_PER_TASK).map(part).collect();
        let columns: Vec<Joined<'a>> = (0..count)
            .into_par_iter()
            .filter(|column| !varied[*column].load(Ordering::Relaxed))
            .filter_map(|column| Joined::of(&parts, column, most))
            .collect();
        let is_short = |column: &usize| {
            let bytes: usize = parts.iter().map(|part| part.bytes[*column]).sum();
            let coded = columns.iter().any(|coded| coded.position == *column);
            !coded && bytes <= MOST_BYTES * rows.len()
        };
        let short = (0..count).filter(is_short).collect();
        Self { codes: codes(&parts, &columns, rows.len()), columns, short }
    }

    /// Whether the column at `position` is coded.
    pub(super) fn has(&self, position: usize) -> bool {
        self.columns.iter().any(|column| column.position == position)
    }

    pub(super) fn write(&self, schema: &Schema, out: &mut Writer<'_>) {
        let positions: Vec<u32> = self.columns.iter().map(|c| c.position as u32).collect();
        out.section(Section::CodedColumns, &positions);
        let ends = |lengths: &mut dyn Iterator<Item = usize>| -> Vec<u32> {
            let sum = lengths.scan(0, |end, length| {
                *end += length as u32;
                Some(*end)
            });
            sum.collect()
        };
        out.section(Section::CodedEnds, &ends(&mut self.columns.iter().map(|c| c.values.len())));
        let (mut sent, mut value_ends) = (Vec::new(), Vec::new());
        for value in self.columns.iter().flat_map(|column| &column.values) {
            let from = sent.len();
            Properties::new(value, schema).sent(|_| true, &mut sent);
            // The column is known.
            sent.drain(from..sent.len().min(from + 2));
            value_ends.push(sent.len() as u32);
        }
        out.section(Section::CodedValueEnds, &value_ends);
        out.section(Section::CodedValues, &sent);
    }

    /// The codes of the record of that number, in the columns' order: 0 where it has no value, else
    /// one more than the value's place among those of the column.
    pub(super) fn codes(&self, record: usize) -> &[u16] {
        let width = self.columns.len();
        &self.codes[record * width..(record + 1) * width]
    }
}

impl<'a> Part<'a> {
    /// Notes in `varied` which columns have too many values, and looks no further at those.
    fn of(source: &'a dyn Source, rows: &[u32], varied: &[AtomicBool], most: usize) -> Self {
        let count = varied.len();
        let whole = rows.len() == RECORDS_PER_TASK;
        let most = if whole { most.min(RECORDS_PER_TASK / 2) } else { most };
        let mut part = Self {
            values: (0..count).map(|_| Values::default()).collect(),
            codes: vec![vec![0; rows.len()]; count],
            bytes: vec![0; count],
        };
        for (record, row) in rows.iter().enumerate() {
            let Some(feature) = source.feature(Row::new(*row)) else { continue };
            for (column, stored) in feature.properties().stored() {
                part.bytes[column] += stored.len();
                let code = &mut part.codes[column][record];
                if *code != 0 || varied[column].load(Ordering::Relaxed) {
                    continue;
                }
                match part.values[column].code(stored, most) {
                    Some(found) => *code = found,
                    None => varied[column].store(true, Ordering::Relaxed),
                }
            }
        }
        part
    }
}

impl<'a> Joined<'a> {
    /// The column at `position` of all parts; `None` if it has no value, or too many.
    fn of(parts: &[Part<'a>], position: usize, most: usize) -> Option<Self> {
        let mut all = Values::default();
        let translate = |part: &Part<'a>| {
            let own = &part.values[position].values;
            let codes = own.iter().map(|value| all.code(value, most));
            std::iter::once(Some(0)).chain(codes).collect::<Option<Vec<u16>>>()
        };
        let translations = parts.iter().map(translate).collect::<Option<_>>()?;
        (!all.values.is_empty()).then_some(Self { position, values: all.values, translations })
    }
}

/// The codes of all records, of one after the other.
fn codes(parts: &[Part<'_>], columns: &[Joined<'_>], records: usize) -> Vec<u16> {
    let width = columns.len();
    let mut codes = vec![0; records * width];
    let tasks = codes.par_chunks_mut((RECORDS_PER_TASK * width).max(1)).zip(parts).enumerate();
    tasks.for_each(|(number, (codes, part))| {
        for (at, column) in columns.iter().enumerate() {
            let translation = &column.translations[number];
            for (code, own) in
                codes[at..].iter_mut().step_by(width).zip(&part.codes[column.position])
            {
                *code = translation[usize::from(*own)];
            }
        }
    });
    codes
}

/// The coded columns of an index, in place.
#[derive(Clone, Copy)]
pub struct Coded<'a> {
    columns: &'a [u32],
    ends: &'a [u32],
    value_ends: &'a [u32],
    values: &'a [u8],
}

impl<'a> Coded<'a> {
    pub(super) fn of(image: &'a Image) -> Self {
        Self {
            columns: image.get(Section::CodedColumns),
            ends: image.get(Section::CodedEnds),
            value_ends: image.get(Section::CodedValueEnds),
            values: image.get(Section::CodedValues),
        }
    }

    /// Positions of the columns, ascending.
    pub fn columns(&self) -> impl Iterator<Item = usize> + use<'a> {
        self.columns.iter().map(|column| *column as usize)
    }

    /// How many columns.
    pub(super) const fn width(&self) -> usize {
        self.columns.len()
    }

    /// The places of each column's values among all, in the columns' order.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u32>> + use<'a> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(self.ends).map(|(start, end)| start..*end)
    }

    /// The value at a place, as [`Sent`](crate::model::Sent) has it; empty where there is none, or
    /// none that tiles send.
    #[must_use]
    pub fn field(&self, place: u32) -> &'a [u8] {
        self.values.get(self.range(place)).unwrap_or(&[])
    }

    fn range(&self, place: u32) -> Range<usize> {
        let end = |place: u32| self.value_ends.get(place as usize).map_or(0, |end| *end as usize);
        place.checked_sub(1).map_or(0, end)..end(place)
    }
}

/// Checks the sections; how many columns are coded. That a code has a value is not looked at.
pub(super) fn check(image: &Image) -> Result<usize, IndexError> {
    let columns = image.get::<u32>(Section::CodedColumns).len();
    let ends = image.exactly::<u32>(Section::CodedEnds, columns)?;
    let values = ends.last().map_or(0, |end| *end as usize);
    ascends(ends, values, "coded columns")?;
    let bytes = image.get::<u8>(Section::CodedValues).len();
    ascends(image.exactly::<u32>(Section::CodedValueEnds, values)?, bytes, "coded values")?;
    Ok(columns)
}
