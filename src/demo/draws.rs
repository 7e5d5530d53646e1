//! The values of a row: those that were set, and those that are drawn as the schema says.

use super::city::City;
use super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::land::random::Random;
use super::schema::{Column, Draw, Layer, Wave};
use super::sheet::{Cell, Row, Span, length_of};
use crate::model::ColumnType;

/// The row that values are drawn for, and when and where it holds.
pub(crate) struct Moment<'r> {
    /// The row.
    pub(crate) row: &'r Row,
    /// When this version holds.
    pub(crate) span: Span,
    /// The face it lies on.
    pub(crate) face: Option<usize>,
    /// The first day of the row, of which this may be a later piece.
    pub(crate) original: Day,
}

/// One value a column of the layer's own.
pub(crate) fn values(
    city: &City,
    layer: &Layer,
    random: &Random,
    moment: &Moment<'_>,
) -> Vec<Cell> {
    let entity = random.named(&moment.row.id);
    let mut out: Vec<Cell> = Vec::with_capacity(layer.columns.len());
    for (i, column) in layer.columns.iter().enumerate() {
        let mut random = entity.of(i as u64);
        if column.varies {
            random = random.of(moment.original as u64);
        }
        let set = moment.row.get(&column.name);
        let value = match set {
            Some(cell) => fitted(column, cell.clone()),
            None if column.null > 0.0 && random.chance(column.null) => Cell::Null,
            None => {
                let base = column
                    .of
                    .as_deref()
                    .map_or(Base::One, |of| Base::Of(figure(city, layer, moment, &out, of)));
                drawn(column, &base, moment, &mut random)
            }
        };
        out.push(value);
    }
    out
}

/// Whole numbers stay whole in a column of them.
fn fitted(column: &Column, cell: Cell) -> Cell {
    match (column.column_type(), cell) {
        (ColumnType::Double, Cell::Int(v)) => Cell::Real(v as f64),
        (ColumnType::Int, Cell::Real(v)) => Cell::Int(v.round() as i64),
        (ColumnType::DateTime, Cell::Int(v)) if column.is_instant() => Cell::Minute(v),
        (ColumnType::DateTime, Cell::Int(v)) => Cell::Day(v as Day),
        (_, cell) => cell,
    }
}

/// What a drawn number is multiplied by: an earlier column of the row, or a count of the place.
fn figure(
    city: &City,
    layer: &Layer,
    moment: &Moment<'_>,
    before: &[Cell],
    of: &str,
) -> Option<f64> {
    let earlier = layer.columns.iter().zip(before).find(|(column, _)| column.name == of);
    if let Some((_, cell)) = earlier {
        return cell.number();
    }
    match of {
        "area_m2" => return Some(moment.row.shape.area()),
        "length_m" => return Some(length_of(&moment.row.shape)),
        _ => {}
    }
    let count = city.count_around(moment.face?, moment.span.start(), layer);
    Some(match of {
        "dwellings" => count.dwellings,
        "jobs" => count.jobs,
        "floor_area" => count.floor_area,
        _ => count.residents,
    })
}

/// What a drawn number is multiplied by.
enum Base {
    /// Nothing.
    One,
    /// Another figure of the row, which may be missing.
    Of(Option<f64>),
}

fn drawn(column: &Column, base: &Base, moment: &Moment<'_>, random: &mut Random) -> Cell {
    if !column.codes.is_empty() {
        let place = random.weighed(column.codes.iter().map(super::schema::Code::weight));
        return Cell::from(column.codes[place].texts().0.to_owned());
    }
    match (&column.draw, column.column_type()) {
        (Some(Draw::Chance(p)), ColumnType::Bool) => Cell::Bool(random.chance(*p)),
        (Some(Draw::Number(range)), kind) => {
            let base = match base {
                Base::One => 1.0,
                Base::Of(Some(figure)) => *figure,
                Base::Of(None) => return Cell::Null,
            };
            let value = random.about(*range) * base * swing(column, moment.span);
            let step = column.step.unwrap_or(if kind == ColumnType::Int { 1.0 } else { 0.01 });
            number(kind, value, step)
        }
        (Some(Draw::Around([from, to])), ColumnType::DateTime) => {
            let by = random.range(*from, *to);
            around(column, moment, by, random)
        }
        (Some(Draw::Pattern(pattern)), _) => Cell::from(digits(pattern, random)),
        (Some(Draw::Choice(texts)), _) => Cell::from(random.pick(texts).clone()),
        _ => Cell::Null,
    }
}

/// A number as a multiple of a step, without the tail that binary fractions have.
pub(crate) fn number(kind: ColumnType, value: f64, step: f64) -> Cell {
    if kind == ColumnType::Int {
        return Cell::Int(((value / step).round() * step).round() as i64);
    }
    let times = (value / step).round();
    let whole = (1.0 / step).round();
    Cell::Real(if step < 1.0 && whole > 1.0 { times / whole } else { times * step })
}

/// How the value swings at the row's time, and what it has grown to: 1 in the middle of 2020.
fn swing(column: &Column, span: Span) -> f64 {
    let day = span.start();
    let hour =
        if let Span::Minutes(at, _) = span { at.rem_euclid(1440) as f64 / 60.0 } else { 12.0 };
    let (year, month, of_month) = calendar::civil(day);
    let turn = (f64::from(month - 1) + f64::from(of_month) / 31.0) / 12.0;
    let round =
        |at: f64, whole: f64, peak: f64| libm::cos((at - peak) / whole * std::f64::consts::TAU);
    let wave = match column.wave {
        Some(Wave::Summer) => 1.0 + 0.35 * round(turn, 1.0, 0.56),
        Some(Wave::Winter) => 1.0 + 0.35 * round(turn, 1.0, 0.04),
        Some(Wave::Day) => 1.0 + 0.45 * round(hour, 24.0, 14.0),
        Some(Wave::Rush) => {
            let peak = |at: f64| libm::exp(-(hour - at) * (hour - at) / 4.0);
            0.6 + 0.9 * (peak(8.2) + peak(18.3))
        }
        Some(Wave::Week) => {
            if (day + 3).rem_euclid(7) < 5 {
                1.1
            } else {
                0.75
            }
        }
        None => 1.0,
    };
    let years = f64::from(year - 2020) + turn - 0.5;
    wave * libm::pow(1.0 + column.trend, years)
}

/// A day or an instant around the row's start; what is older than the records began long before.
fn around(column: &Column, moment: &Moment<'_>, by: f64, random: &mut Random) -> Cell {
    let start = moment.original;
    let earlier = if start == RECORDS_BEGIN { random.whole(0, 8_000) as Day } else { 0 };
    if column.is_instant() {
        let from = match moment.span {
            Span::Minutes(at, _) => at,
            _ => i64::from(start) * 1440 + random.whole(8 * 60, 18 * 60),
        };
        return Cell::Minute(from + (by * 60.0).round() as i64);
    }
    Cell::Day(start - earlier + by.floor() as Day)
}

/// The pattern with digits for each `{n}`.
fn digits(pattern: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (count, tail) = after.split_once('}').unwrap_or(("0", ""));
        for _ in 0..count.parse().unwrap_or(0) {
            out.push(char::from(b'0' + random.whole(0, 9) as u8));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
