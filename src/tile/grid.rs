//! Tiles of `aggregate=grid`: how many features lie in each cell of a grid, and the sums of their
//! columns; of all that match, not of a sample.

use std::collections::BTreeMap;

use super::attributes::Own;
use super::commands::{Pen, Unit};
use super::draft::{Draft, Kind};
use super::values::Values;
use super::{EXTENT, LeftOut, TileError, TilePlan};
use crate::geometry::repair::Polygons;
use crate::geometry::{Fixed, mercator};
use crate::index::Record;
use crate::model::message::Message;
use crate::model::{Schema, Value, append_field, field_value};
use crate::work::Deadline;

/// Levels of cells below their tile: 64 by 64, each 8 pixels of 512 wide.
const LEVELS: u8 = 6;
/// Tile units across a cell.
const CELL: i32 = EXTENT >> LEVELS;
/// Records between two looks at the deadline.
const RECORDS_BETWEEN_CHECKS: usize = 10_000;

/// What lies in a cell.
#[derive(Default)]
struct Cell {
    count: u64,
    /// By column.
    sums: Vec<f64>,
}

/// Builds the tile. Each feature counts in one cell of one tile, where its label stands, or would
/// if the layer has none: in the middle of its box. The tile stands behind `bytes`.
pub(super) fn build(
    plan: &TilePlan,
    bytes: &mut Message,
    features: &mut Draft,
    records: &mut Vec<Record>,
    deadline: &Deadline,
) -> Result<LeftOut, TileError> {
    let cells = collect(plan, records, deadline)?;
    let schema = plan.layer.schema();
    features.reset(plan, &plan.columns);
    let (mut square, mut field) = (Polygons::default(), Vec::new());
    for (number, (at, cell)) in (0..).zip(&cells) {
        draw(*at, &mut square);
        Pen::new(&mut features.geometry).polygons(&square);
        let from = features.attributes.tags_end();
        features.attributes.next_feature();
        field.clear();
        append_field(Value::UInt(cell.count), &mut field);
        features.attributes.own(Own::Count, &field);
        for (column, sum) in plan.columns.iter().zip(&cell.sums) {
            field.clear();
            append_field(sum_of(*sum, *column, schema), &mut field);
            features.attributes.column(*column, &field, schema);
        }
        let tags = [from, features.attributes.tags_end()];
        features.push(Record::of(number), None, Kind::Polygon, tags, 0);
    }
    features.write(plan.layer.id().as_str(), bytes);
    Ok(LeftOut::default())
}

/// The cells with features, by row and column.
fn collect(
    plan: &TilePlan,
    records: &mut Vec<Record>,
    deadline: &Deadline,
) -> Result<BTreeMap<[u32; 2], Cell>, TileError> {
    let (z, x, y) = plan.address.zxy();
    let (index, schema) = (plan.layer.index(), plan.layer.schema());
    records.clear();
    index.select(&[mercator::tile_area(z, x, y, 0)], plan.window, None, records);
    let drawing = index.drawing();
    let values = Values::of(plan, &plan.columns);
    let mut cells: BTreeMap<[u32; 2], Cell> = BTreeMap::new();
    for (number, record) in records.iter().enumerate() {
        if number % RECORDS_BETWEEN_CHECKS == 0 {
            deadline.check()?;
        }
        let at = index.label(*record).unwrap_or_else(|| {
            let area = drawing.area(*record);
            [0, 1].map(|axis| u32::midpoint(area.min[axis], area.max[axis]))
        });
        if !plan.address.holds(at) {
            continue;
        }
        let cell = cells.entry(cell_of(at, z)).or_default();
        cell.count += 1;
        cell.sums.resize(plan.columns.len(), 0.0);
        if plan.columns.is_empty() {
            continue;
        }
        let Some(held) = values.at(*record) else { continue };
        let wanted = |own| plan.columns.contains(&own);
        values.each(&held, wanted, |column, field| {
            let sum = plan.columns.iter().position(|own| *own == column);
            let kind = schema.columns.get(column).map(|column| column.kind);
            let value = kind.and_then(|kind| field_value(kind, field).as_f64());
            if let (Some(sum), Some(value)) = (sum, value) {
                cell.sums[sum] += value;
            }
        });
    }
    Ok(cells)
}

/// Row and column of a position's cell in its tile of a zoom.
fn cell_of(at: Fixed, z: u8) -> [u32; 2] {
    let [column, row] =
        at.map(|v| (u64::from(v) >> (32 - u32::from(z + LEVELS)) & ((1 << LEVELS) - 1)) as u32);
    [row, column]
}

/// The square of a cell.
fn draw([row, column]: [u32; 2], square: &mut Polygons) {
    let [west, north]: Unit = [column, row].map(|v| v as i32 * CELL);
    square.clear();
    let [east, south] = [west + CELL, north + CELL];
    square.points.extend([[west, north], [east, north], [east, south], [west, south]]);
    square.end_ring();
    square.end_polygon();
}

/// A sum as the column's values are: whole if they are.
fn sum_of(sum: f64, column: usize, schema: &Schema) -> Value<'static> {
    let whole = schema.columns.get(column).is_some_and(|column| column.kind.is_integer());
    if whole { Value::Int(sum as i64) } else { Value::Double(sum) }
}
