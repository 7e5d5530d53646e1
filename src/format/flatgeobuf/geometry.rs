//! A geometry as a FlatGeobuf table: the positions of its runs one behind another, `ends` where
//! there is more than one run, parts for what nests.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::GeometryArgs;
use flatgeobuf::packed_r_tree::NodeItem;
use geo::{Coord, Geometry, MultiPolygon, Polygon};

use super::WriteError;
use crate::model::Kind;

type Encoded<'a> = WIPOffset<flatgeobuf::Geometry<'a>>;

/// Writes `geometry` for a layer of type `declared` and grows `bounds` to hold it. A single
/// geometry in a layer of its multi-type is written as one of one part.
///
/// # Errors
/// Where the geometry is of another type.
pub(super) fn encode<'a>(
    geometry: &Geometry<f64>,
    declared: Kind,
    fbb: &mut FlatBufferBuilder<'a>,
    bounds: &mut NodeItem,
) -> Result<Encoded<'a>, WriteError> {
    let own = kind(geometry);
    let promoted = matches!(
        (own, declared),
        (Kind::Point, Kind::MultiPoint)
            | (Kind::LineString, Kind::MultiLineString)
            | (Kind::Polygon, Kind::MultiPolygon)
    );
    if !promoted && declared != Kind::Unknown && declared != own {
        return Err(WriteError::Geometry { given: own, declared });
    }
    let kind = if promoted { declared } else { own };
    let nests = matches!(kind, Kind::MultiPolygon | Kind::GeometryCollection);
    let named = nests || declared == Kind::Unknown;
    Ok(put(geometry, kind, &mut Encoder { fbb, bounds, named }))
}

fn kind(geometry: &Geometry<f64>) -> Kind {
    match geometry {
        Geometry::Point(_) => Kind::Point,
        Geometry::Line(_) | Geometry::LineString(_) => Kind::LineString,
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => Kind::Polygon,
        Geometry::MultiPoint(_) => Kind::MultiPoint,
        Geometry::MultiLineString(_) => Kind::MultiLineString,
        Geometry::MultiPolygon(_) => Kind::MultiPolygon,
        Geometry::GeometryCollection(_) => Kind::GeometryCollection,
    }
}

/// Writes `geometry` as one of type `kind`: its own, or the multi-type of its own.
fn put<'a>(geometry: &Geometry<f64>, kind: Kind, to: &mut Encoder<'_, 'a>) -> Encoded<'a> {
    match geometry {
        Geometry::Point(point) => to.runs([&[point.0][..]], kind),
        Geometry::Line(line) => to.runs([&[line.start, line.end][..]], kind),
        Geometry::LineString(line) => to.runs([&line.0[..]], kind),
        Geometry::MultiPoint(points) => {
            let positions: Vec<Coord<f64>> = points.iter().map(|point| point.0).collect();
            to.runs([&positions[..]], kind)
        }
        Geometry::MultiLineString(lines) => to.runs(lines.iter().map(|line| &line.0[..]), kind),
        Geometry::Polygon(polygon) if kind == Kind::MultiPolygon => {
            let part = put_polygon(polygon, to);
            to.parts(&[part], kind)
        }
        Geometry::Polygon(polygon) => put_polygon(polygon, to),
        Geometry::MultiPolygon(MultiPolygon(polygons)) => {
            let parts: Vec<_> = polygons.iter().map(|polygon| put_polygon(polygon, to)).collect();
            to.parts(&parts, kind)
        }
        Geometry::GeometryCollection(members) => {
            let parts: Vec<_> =
                members.iter().map(|member| put(member, self::kind(member), to)).collect();
            to.parts(&parts, kind)
        }
        Geometry::Rect(rect) => put(&rect.to_polygon().into(), kind, to),
        Geometry::Triangle(triangle) => put(&triangle.to_polygon().into(), kind, to),
    }
}

fn put_polygon<'a>(polygon: &Polygon<f64>, to: &mut Encoder<'_, 'a>) -> Encoded<'a> {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    to.runs(rings.filter(|ring| !ring.0.is_empty()).map(|ring| &ring.0[..]), Kind::Polygon)
}

struct Encoder<'b, 'a> {
    fbb: &'b mut FlatBufferBuilder<'a>,
    bounds: &'b mut NodeItem,
    /// Whether runs are written with their type; where the header says it they need none.
    named: bool,
}

impl<'a> Encoder<'_, 'a> {
    fn runs<'r>(
        &mut self,
        runs: impl IntoIterator<Item = &'r [Coord<f64>]>,
        kind: Kind,
    ) -> Encoded<'a> {
        let (mut xy, mut ends) = (Vec::new(), Vec::new());
        for run in runs {
            for position in run {
                xy.extend([position.x, position.y]);
                self.bounds.expand_xy(position.x, position.y);
            }
            ends.push((xy.len() / 2) as u32);
        }
        let xy = (!xy.is_empty()).then(|| self.fbb.create_vector(&xy));
        let ends = (ends.len() > 1).then(|| self.fbb.create_vector(&ends));
        let type_ = if self.named { kind } else { Kind::Unknown }.to_fgb();
        let args = GeometryArgs { xy, ends, type_, ..GeometryArgs::default() };
        flatgeobuf::Geometry::create(self.fbb, &args)
    }

    fn parts(&mut self, parts: &[Encoded<'a>], kind: Kind) -> Encoded<'a> {
        let parts = Some(self.fbb.create_vector(parts));
        let args = GeometryArgs { parts, type_: kind.to_fgb(), ..GeometryArgs::default() };
        flatgeobuf::Geometry::create(self.fbb, &args)
    }
}
