//! A geometry seen in place, and the walk that reads it as the simple types of RFC 7946.

use flatgeobuf::Geometry as Table;

use super::curve;
use super::{Kind, Path, Simple};

/// Deepest nesting of geometries that is read; deeper parts are left out. A file's check refuses
/// rows beyond it by name.
pub(crate) const MAX_DEPTH: usize = 48;

/// Receives a geometry as nested events. The order is `begin`, then for `MultiPolygon` and
/// `GeometryCollection` each child's whole sequence, for the others one `path` for a line, a ring
/// or a set of points, then `end`.
pub trait GeometrySink {
    /// A geometry begins; `parts` children or paths follow.
    fn begin(&mut self, kind: Simple, parts: usize);
    /// The position of a point, the positions of a multi-point, a line, or a ring (shell first).
    fn path(&mut self, path: &Path<'_>);
    /// The geometry of the matching `begin` is complete.
    fn end(&mut self, kind: Simple);
}

/// A geometry borrowed from its source, in the source's CRS.
#[derive(Clone, Copy)]
pub struct Geometry<'a> {
    table: Table<'a>,
    kind: Kind,
}

impl<'a> Geometry<'a> {
    /// A view of `table`, whose type is `declared` unless that is `Unknown`; `None` where neither
    /// names a type.
    #[must_use]
    pub fn new(table: Table<'a>, declared: Kind) -> Option<Self> {
        let own = Kind::from_fgb(table.type_())?;
        let kind = if declared == Kind::Unknown { own } else { declared };
        (kind != Kind::Unknown).then_some(Self { table, kind })
    }

    /// Its type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Reads it into `sink` as simple types: arcs become straight segments, meshes multi-polygons.
    pub fn walk(&self, sink: &mut impl GeometrySink) {
        self.descend(sink, 0);
    }

    /// The positions of a type that has no parts and no ends.
    pub(crate) fn whole(&self) -> Path<'a> {
        self.slice(0, usize::MAX)
    }

    /// The parts of a type that has them.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Geometry<'a>> + use<'a> {
        let declared = self.kind.part();
        let parts = self.table.parts();
        parts.into_iter().flatten().filter_map(move |part| Self::new(part, declared))
    }

    /// The runs that `ends` cuts the positions into; one run where there are no ends.
    pub(crate) fn runs(&self) -> impl Iterator<Item = Path<'a>> + use<'a> {
        let this = *self;
        let ends = self.table.ends().filter(|ends| !ends.is_empty());
        let whole = ends.is_none().then(|| this.whole()).filter(|path| !path.is_empty());
        let mut from = 0;
        whole.into_iter().chain(ends.into_iter().flatten().map(move |end| {
            let (start, end) = (from, (end as usize).max(from));
            from = end;
            this.slice(start, end)
        }))
    }

    fn slice(&self, from: usize, to: usize) -> Path<'a> {
        let cut = |bytes: &'a [u8], width: usize| {
            let end = to.saturating_mul(width).min(bytes.len());
            bytes.get(from.saturating_mul(width)..end).unwrap_or(&[])
        };
        Path::new(
            self.table.xy().map_or(&[][..], |xy| cut(xy.bytes(), 16)),
            self.table.z().map(|z| cut(z.bytes(), 8)),
            self.table.m().map(|m| cut(m.bytes(), 8)),
        )
    }

    fn descend(&self, sink: &mut impl GeometrySink, depth: usize) {
        let Some(simple) = self.kind.simple().filter(|_| depth <= MAX_DEPTH) else { return };
        match self.kind {
            Kind::Point | Kind::MultiPoint | Kind::LineString => {
                let path = self.whole();
                sink.begin(simple, usize::from(!path.is_empty()));
                if !path.is_empty() {
                    sink.path(&path);
                }
            }
            Kind::CircularString | Kind::CompoundCurve => {
                let path = curve::linearise(self);
                sink.begin(simple, usize::from(!path.is_empty()));
                if !path.is_empty() {
                    sink.path(&path);
                }
            }
            Kind::Polygon | Kind::MultiLineString | Kind::Triangle => {
                sink.begin(simple, self.runs().count());
                self.runs().for_each(|run| sink.path(&run));
            }
            Kind::CurvePolygon | Kind::MultiCurve => {
                sink.begin(simple, self.parts().count());
                self.parts().for_each(|part| sink.path(&curve::linearise(&part)));
            }
            Kind::Tin if self.table.parts().is_none() => {
                // Every run is a triangle of its own, which has no hole.
                sink.begin(simple, self.runs().count());
                self.runs().for_each(|run| polygon(sink, std::iter::once(run), 1));
            }
            Kind::MultiPolygon | Kind::PolyhedralSurface if self.table.parts().is_none() => {
                // Some writers store a multi-polygon of one part as that part.
                let rings = self.runs().count();
                sink.begin(simple, usize::from(rings > 0));
                if rings > 0 {
                    polygon(sink, self.runs(), rings);
                }
            }
            Kind::Unknown
            | Kind::MultiPolygon
            | Kind::PolyhedralSurface
            | Kind::Tin
            | Kind::MultiSurface
            | Kind::GeometryCollection => {
                sink.begin(simple, self.parts().count());
                self.parts().for_each(|part| part.descend(sink, depth + 1));
            }
        }
        sink.end(simple);
    }
}

fn polygon<'a>(sink: &mut impl GeometrySink, rings: impl Iterator<Item = Path<'a>>, count: usize) {
    sink.begin(Simple::Polygon, count);
    rings.for_each(|ring| sink.path(&ring));
    sink.end(Simple::Polygon);
}
