//! Geometry types: those a file can hold, and the seven simple ones they are read as.

use flatgeobuf::GeometryType;

/// A geometry type as FlatGeobuf names it (specification, `header.fbs`, `GeometryType`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Any type: each feature says its own.
    Unknown,
    /// A position.
    Point,
    /// Straight segments.
    LineString,
    /// A shell and its holes.
    Polygon,
    /// Positions.
    MultiPoint,
    /// Lines.
    MultiLineString,
    /// Polygons.
    MultiPolygon,
    /// Geometries of any type.
    GeometryCollection,
    /// Circular arcs through three positions each.
    CircularString,
    /// Lines and arcs joined end to end.
    CompoundCurve,
    /// A polygon whose rings may be curves.
    CurvePolygon,
    /// Curves.
    MultiCurve,
    /// Curve polygons.
    MultiSurface,
    /// A polygon mesh.
    PolyhedralSurface,
    /// A triangle mesh.
    Tin,
    /// A polygon of three corners.
    Triangle,
}

/// The geometry types of RFC 7946, which every other is read as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Simple {
    /// A position.
    Point,
    /// Positions.
    MultiPoint,
    /// Straight segments.
    LineString,
    /// Lines.
    MultiLineString,
    /// A shell and its holes.
    Polygon,
    /// Polygons.
    MultiPolygon,
    /// Geometries of any type.
    GeometryCollection,
}

impl Kind {
    /// The type that a file's code stands for; `None` for codes that name no type, or an abstract
    /// one (`Curve`, `Surface`).
    #[must_use]
    pub fn from_fgb(code: GeometryType) -> Option<Self> {
        Some(match code {
            GeometryType::Unknown => Self::Unknown,
            GeometryType::Point => Self::Point,
            GeometryType::LineString => Self::LineString,
            GeometryType::Polygon => Self::Polygon,
            GeometryType::MultiPoint => Self::MultiPoint,
            GeometryType::MultiLineString => Self::MultiLineString,
            GeometryType::MultiPolygon => Self::MultiPolygon,
            GeometryType::GeometryCollection => Self::GeometryCollection,
            GeometryType::CircularString => Self::CircularString,
            GeometryType::CompoundCurve => Self::CompoundCurve,
            GeometryType::CurvePolygon => Self::CurvePolygon,
            GeometryType::MultiCurve => Self::MultiCurve,
            GeometryType::MultiSurface => Self::MultiSurface,
            GeometryType::PolyhedralSurface => Self::PolyhedralSurface,
            GeometryType::TIN => Self::Tin,
            GeometryType::Triangle => Self::Triangle,
            _ => return None,
        })
    }

    /// The code that a file writes for it.
    #[must_use]
    pub const fn to_fgb(self) -> GeometryType {
        match self {
            Self::Unknown => GeometryType::Unknown,
            Self::Point => GeometryType::Point,
            Self::LineString => GeometryType::LineString,
            Self::Polygon => GeometryType::Polygon,
            Self::MultiPoint => GeometryType::MultiPoint,
            Self::MultiLineString => GeometryType::MultiLineString,
            Self::MultiPolygon => GeometryType::MultiPolygon,
            Self::GeometryCollection => GeometryType::GeometryCollection,
            Self::CircularString => GeometryType::CircularString,
            Self::CompoundCurve => GeometryType::CompoundCurve,
            Self::CurvePolygon => GeometryType::CurvePolygon,
            Self::MultiCurve => GeometryType::MultiCurve,
            Self::MultiSurface => GeometryType::MultiSurface,
            Self::PolyhedralSurface => GeometryType::PolyhedralSurface,
            Self::Tin => GeometryType::TIN,
            Self::Triangle => GeometryType::Triangle,
        }
    }

    /// The simple type that a geometry of this type is read as; `None` for `Unknown`.
    #[must_use]
    pub fn simple(self) -> Option<Simple> {
        Some(match self {
            Self::Unknown => return None,
            Self::Point => Simple::Point,
            Self::MultiPoint => Simple::MultiPoint,
            Self::LineString | Self::CircularString | Self::CompoundCurve => Simple::LineString,
            Self::MultiLineString | Self::MultiCurve => Simple::MultiLineString,
            Self::Polygon | Self::CurvePolygon | Self::Triangle => Simple::Polygon,
            Self::MultiPolygon | Self::MultiSurface | Self::PolyhedralSurface | Self::Tin => {
                Simple::MultiPolygon
            }
            Self::GeometryCollection => Simple::GeometryCollection,
        })
    }

    /// The type of the parts of a geometry of this type, where the type fixes it.
    pub(crate) fn part(self) -> Self {
        match self {
            Self::MultiPolygon | Self::PolyhedralSurface => Self::Polygon,
            Self::Tin => Self::Triangle,
            _ => Self::Unknown,
        }
    }
}

impl Simple {
    /// The name that GeoJSON and WKT share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::MultiPoint => "MultiPoint",
            Self::LineString => "LineString",
            Self::MultiLineString => "MultiLineString",
            Self::Polygon => "Polygon",
            Self::MultiPolygon => "MultiPolygon",
            Self::GeometryCollection => "GeometryCollection",
        }
    }
}
