//! What a geometry's arrays must be for its type.

use flatgeobuf::Geometry as Table;

use crate::model::{Kind, Simple};

/// The greatest coordinate that is taken for one: beyond every CRS in any unit, and far from where
/// sums and squares of doubles overflow.
const MAX_COORDINATE: f64 = 1e12;

/// A geometry that can be served.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing is wrong.
    Clean,
    /// A height or a measure is not a finite number.
    OddOrdinates,
}

/// Why a geometry cannot be served.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("unknown type {0}")]
    Type(u8),
    #[error("it has coordinates and no type")]
    NoType,
    #[error("a {part:?} is a part of a {whole:?}")]
    Part { whole: Kind, part: Kind },
    #[error("a {0:?} has no parts, and this one does")]
    Parts(Kind),
    #[error("positions of its own beside the parts of a {0:?}")]
    Stray(Kind),
    #[error("{0} ordinates do not make pairs")]
    Odd(usize),
    #[error("a point of {0} positions")]
    Point(usize),
    #[error("arcs of {0} positions")]
    Arcs(usize),
    #[error("a coordinate is not a number or is beyond 1e12")]
    Coordinate,
    #[error("{ordinates} heights or measures for {positions} positions")]
    Ordinates { ordinates: usize, positions: usize },
    #[error("its runs end at {end} after {before}")]
    Descending { before: usize, end: usize },
    #[error("its runs end at {end} of {positions} positions")]
    Ends { end: usize, positions: usize },
}

/// Checks a verified geometry whose type is `declared` unless that is `Unknown`. The depth is
/// bounded by the verification.
pub(super) fn check(table: Table<'_>, declared: Kind) -> Result<Shape, Fault> {
    let code = table.type_();
    let own = Kind::from_fgb(code).ok_or(Fault::Type(code.0))?;
    let kind = if declared == Kind::Unknown { own } else { declared };
    let xy = table.xy().map_or(&[][..], |xy| xy.bytes()).as_chunks::<8>().0;
    let positions = xy.len() / 2;
    if !xy.len().is_multiple_of(2) {
        return Err(Fault::Odd(xy.len()));
    }
    if !all_within(xy, MAX_COORDINATE) {
        return Err(Fault::Coordinate);
    }
    let mut shape = Shape::Clean;
    for ordinates in [table.z(), table.m()].into_iter().flatten() {
        let values = ordinates.bytes().as_chunks::<8>().0;
        if values.len() != positions {
            return Err(Fault::Ordinates { ordinates: values.len(), positions });
        }
        if !all_within(values, f64::MAX) {
            shape = Shape::OddOrdinates;
        }
    }
    check_runs(&table, kind, positions)?;
    let parts = table.parts().filter(|parts| !parts.is_empty());
    match place(kind) {
        Place::None if positions > 0 || parts.is_some() => return Err(Fault::NoType),
        Place::Runs if parts.is_some() => return Err(Fault::Parts(kind)),
        Place::Parts if positions > 0 => return Err(Fault::Stray(kind)),
        Place::Either if positions > 0 && parts.is_some() => return Err(Fault::Stray(kind)),
        Place::None | Place::Runs | Place::Parts | Place::Either => {}
    }
    for part in parts.into_iter().flatten() {
        if check_part(part, kind)? == Shape::OddOrdinates {
            shape = Shape::OddOrdinates;
        }
    }
    Ok(shape)
}

fn check_part(part: Table<'_>, whole: Kind) -> Result<Shape, Fault> {
    let declared = whole.part();
    let shape = check(part, declared)?;
    let kind = match declared {
        Kind::Unknown => Kind::from_fgb(part.type_()).unwrap_or(Kind::Unknown),
        declared => declared,
    };
    let fits = match whole {
        Kind::CompoundCurve | Kind::CurvePolygon | Kind::MultiCurve => {
            kind.simple() == Some(Simple::LineString)
        }
        Kind::MultiSurface => kind.simple() == Some(Simple::Polygon),
        _ => kind != Kind::Unknown,
    };
    if fits { Ok(shape) } else { Err(Fault::Part { whole, part: kind }) }
}

/// Where a geometry has its positions.
enum Place {
    /// In itself.
    Runs,
    /// In its parts.
    Parts,
    /// In its parts, or in itself where it has none.
    Either,
    /// Nowhere.
    None,
}

fn place(kind: Kind) -> Place {
    match kind {
        Kind::Unknown => Place::None,
        Kind::Point
        | Kind::MultiPoint
        | Kind::LineString
        | Kind::CircularString
        | Kind::Polygon
        | Kind::MultiLineString
        | Kind::Triangle => Place::Runs,
        Kind::MultiPolygon | Kind::PolyhedralSurface | Kind::Tin => Place::Either,
        Kind::GeometryCollection
        | Kind::CompoundCurve
        | Kind::CurvePolygon
        | Kind::MultiCurve
        | Kind::MultiSurface => Place::Parts,
    }
}

/// Checks the number of positions, and that `ends` cuts all of them into runs.
fn check_runs(table: &Table<'_>, kind: Kind, positions: usize) -> Result<(), Fault> {
    match kind {
        Kind::Point if positions > 1 => return Err(Fault::Point(positions)),
        Kind::CircularString if positions > 0 && positions.is_multiple_of(2) => {
            return Err(Fault::Arcs(positions));
        }
        _ => {}
    }
    let mut before = 0;
    let Some(ends) = table.ends().filter(|ends| !ends.is_empty()) else { return Ok(()) };
    for end in ends {
        let end = end as usize;
        if end < before {
            return Err(Fault::Descending { before, end });
        }
        before = end;
    }
    if before == positions { Ok(()) } else { Err(Fault::Ends { end: before, positions }) }
}

/// Whether each value is a number from `-limit` to `limit`. Looks at all of them, so that the
/// compiler can take several at once.
fn all_within(values: &[[u8; 8]], limit: f64) -> bool {
    values.iter().fold(true, |ok, value| ok & (f64::from_le_bytes(*value).abs() <= limit))
}
