//! Geometries of every type, encoded by hand, and what a walk, a bridge and a straightened curve
//! make of them.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::GeometryArgs;
use geozero::{CoordDimensions, GeozeroGeometry, ToGeo, ToWkt};

use super::{Geometry, Kind, Path};

/// A geometry to encode: positions `[x, y, z, m]`, `ends`, parts.
#[derive(Clone)]
pub(super) struct Draft {
    kind: Kind,
    positions: Vec<[f64; 4]>,
    dims: (bool, bool),
    ends: Vec<u32>,
    parts: Option<Vec<Draft>>,
}

impl Draft {
    /// Positions without height and measure, in runs.
    pub(super) fn runs(kind: Kind, runs: &[&[[f64; 2]]]) -> Self {
        let mut ends = Vec::new();
        let mut positions = Vec::new();
        for run in runs {
            positions.extend(run.iter().map(|[x, y]| [*x, *y, x * 10.0, y * 100.0]));
            ends.push(positions.len() as u32);
        }
        if ends.len() < 2 {
            ends.clear();
        }
        Self { kind, positions, dims: (false, false), ends, parts: None }
    }

    pub(super) fn of(kind: Kind, parts: Vec<Self>) -> Self {
        Self { parts: Some(parts), ..Self::runs(kind, &[]) }
    }

    /// With heights of ten times x and measures of a hundred times y, as asked.
    pub(super) fn with(mut self, z: bool, m: bool) -> Self {
        self.dims = (z, m);
        let parts = self.parts.take();
        self.parts = parts.map(|parts| parts.into_iter().map(|part| part.with(z, m)).collect());
        self
    }

    fn encode<'a>(&self, fbb: &mut FlatBufferBuilder<'a>) -> WIPOffset<flatgeobuf::Geometry<'a>> {
        let parts = self.parts.as_ref().map(|parts| {
            let parts: Vec<_> = parts.iter().map(|part| part.encode(fbb)).collect();
            fbb.create_vector(&parts)
        });
        let axis = |axis: usize| self.positions.iter().map(|p| p[axis]).collect::<Vec<f64>>();
        let xy: Vec<f64> = self.positions.iter().flat_map(|p| [p[0], p[1]]).collect();
        let args = GeometryArgs {
            xy: (!xy.is_empty()).then(|| fbb.create_vector(&xy)),
            z: self.dims.0.then(|| fbb.create_vector(&axis(2))),
            m: self.dims.1.then(|| fbb.create_vector(&axis(3))),
            ends: (!self.ends.is_empty()).then(|| fbb.create_vector(&self.ends)),
            type_: self.kind.to_fgb(),
            parts,
            ..GeometryArgs::default()
        };
        flatgeobuf::Geometry::create(fbb, &args)
    }

    /// Calls `see` with the geometry as a source would show it.
    pub(super) fn see<T>(&self, declared: Kind, see: impl FnOnce(Geometry<'_>) -> T) -> T {
        let mut fbb = FlatBufferBuilder::new();
        let root = self.encode(&mut fbb);
        fbb.finish(root, None);
        let table = flatbuffers::root::<flatgeobuf::Geometry<'_>>(fbb.finished_data());
        see(Geometry::new(table.expect("just encoded"), declared).expect("a type"))
    }

    fn wkt(&self, declared: Kind) -> String {
        self.see(declared, |geometry| {
            geometry.to_wkt_ndim(CoordDimensions::xyzm()).expect("text of any geometry")
        })
    }
}

const SQUARE: &[[f64; 2]] = &[[0., 0.], [9., 0.], [9., 9.], [0., 0.]];
const HOLE: &[[f64; 2]] = &[[5., 1.], [6., 1.], [6., 2.], [5., 1.]];
const LINE: &[[f64; 2]] = &[[0., 1.], [2., 3.]];

#[test]
fn simple_types_read_as_themselves_in_every_dimension() {
    let point = Draft::runs(Kind::Point, &[&[[1., 2.]]]);
    let polygon = Draft::runs(Kind::Polygon, &[SQUARE, HOLE]);
    let cases = [
        (point.clone(), "POINT(1 2)"),
        (point.clone().with(true, false), "POINT(1 2 10)"),
        (point.clone().with(false, true), "POINT(1 2 200)"),
        (point.with(true, true), "POINT(1 2 10 200)"),
        (
            Draft::runs(Kind::LineString, &[LINE]).with(true, true),
            "LINESTRING(0 1 0 100,2 3 20 300)",
        ),
        (Draft::runs(Kind::MultiPoint, &[LINE]), "MULTIPOINT(0 1,2 3)"),
        (Draft::runs(Kind::MultiLineString, &[LINE]), "MULTILINESTRING((0 1,2 3))"),
        (Draft::runs(Kind::MultiLineString, &[LINE, LINE]), "MULTILINESTRING((0 1,2 3),(0 1,2 3))"),
        (polygon.clone(), "POLYGON((0 0,9 0,9 9,0 0),(5 1,6 1,6 2,5 1))"),
        (
            Draft::of(
                Kind::MultiPolygon,
                vec![polygon.clone(), Draft::runs(Kind::Polygon, &[HOLE])],
            ),
            "MULTIPOLYGON(((0 0,9 0,9 9,0 0),(5 1,6 1,6 2,5 1)),((5 1,6 1,6 2,5 1)))",
        ),
    ];
    for (draft, wkt) in cases {
        assert_eq!(draft.wkt(Kind::Unknown), wkt);
        assert_eq!(draft.wkt(draft.kind), wkt);
    }
}

#[test]
fn heights_of_later_parts_are_those_of_their_own_positions() {
    let polygon =
        Draft::runs(Kind::Polygon, &[&[[0., 0.], [1., 0.]], &[[2., 3.]]]).with(true, true);
    assert_eq!(polygon.wkt(Kind::Unknown), "POLYGON((0 0 0 0,1 0 10 0),(2 3 20 300))");
}

#[test]
fn empty_geometries_are_empty_and_keep_their_type() {
    for (kind, wkt) in [
        (Kind::Point, "POINT EMPTY"),
        (Kind::LineString, "LINESTRING EMPTY"),
        (Kind::Polygon, "POLYGON EMPTY"),
        (Kind::MultiPoint, "MULTIPOINT EMPTY"),
        (Kind::MultiLineString, "MULTILINESTRING EMPTY"),
        (Kind::MultiPolygon, "MULTIPOLYGON EMPTY"),
        (Kind::GeometryCollection, "GEOMETRYCOLLECTION EMPTY"),
        (Kind::CircularString, "LINESTRING EMPTY"),
        (Kind::CompoundCurve, "LINESTRING EMPTY"),
        (Kind::CurvePolygon, "POLYGON EMPTY"),
        (Kind::MultiCurve, "MULTILINESTRING EMPTY"),
        (Kind::MultiSurface, "MULTIPOLYGON EMPTY"),
        (Kind::PolyhedralSurface, "MULTIPOLYGON EMPTY"),
        (Kind::Tin, "MULTIPOLYGON EMPTY"),
        (Kind::Triangle, "POLYGON EMPTY"),
    ] {
        assert_eq!(Draft::runs(kind, &[]).wkt(Kind::Unknown), wkt, "{kind:?}");
        assert_eq!(Draft::of(kind, vec![]).wkt(Kind::Unknown), wkt, "{kind:?} of no parts");
    }
}

#[test]
fn collections_nest_and_their_members_say_their_own_type() {
    let inner = Draft::of(Kind::GeometryCollection, vec![Draft::runs(Kind::Point, &[&[[1., 2.]]])]);
    let mut members = vec![Draft::runs(Kind::LineString, &[LINE]), inner];
    Draft::of(Kind::GeometryCollection, members.clone()).see(Kind::Unknown, |geometry| {
        let geo = geometry.to_geo().expect("a collection");
        assert!(matches!(geo, geo::Geometry::GeometryCollection(members) if members.len() == 2));
    });
    // `geo` has no empty point; text has.
    members.push(Draft::runs(Kind::Point, &[]));
    let wkt = "GEOMETRYCOLLECTION(LINESTRING(0 1,2 3),GEOMETRYCOLLECTION(POINT(1 2)),POINT EMPTY)";
    assert_eq!(Draft::of(Kind::GeometryCollection, members).wkt(Kind::Unknown), wkt);
}

#[test]
fn meshes_read_as_multi_polygons() {
    let triangle = Draft::runs(Kind::Triangle, &[SQUARE]);
    let wkt = "MULTIPOLYGON(((0 0,9 0,9 9,0 0)),((5 1,6 1,6 2,5 1)))";
    assert_eq!(triangle.wkt(Kind::Unknown), "POLYGON((0 0,9 0,9 9,0 0))");
    let parts = vec![triangle, Draft::runs(Kind::Triangle, &[HOLE])];
    assert_eq!(Draft::of(Kind::Tin, parts.clone()).wkt(Kind::Unknown), wkt);
    assert_eq!(Draft::of(Kind::PolyhedralSurface, parts).wkt(Kind::Unknown), wkt);
    assert_eq!(Draft::runs(Kind::Tin, &[SQUARE, HOLE]).wkt(Kind::Unknown), wkt);
}

#[test]
fn a_multi_polygon_stored_as_its_only_part_keeps_the_hole() {
    let stored = Draft::runs(Kind::MultiPolygon, &[SQUARE, HOLE]);
    let wkt = "MULTIPOLYGON(((0 0,9 0,9 9,0 0),(5 1,6 1,6 2,5 1)))";
    assert_eq!(stored.wkt(Kind::MultiPolygon), wkt);
}

#[test]
fn dimensions_are_those_of_any_part() {
    let empty = Draft::runs(Kind::Polygon, &[]);
    let solid = Draft::runs(Kind::Polygon, &[SQUARE]).with(true, false);
    Draft::of(Kind::MultiPolygon, vec![empty, solid]).see(Kind::Unknown, |geometry| {
        let dims = geometry.dims();
        assert!(dims.z && !dims.m);
    });
}

#[test]
fn nesting_beyond_the_bound_is_left_out() {
    let mut nested = Draft::runs(Kind::Point, &[&[[1., 2.]]]);
    for _ in 0..super::MAX_DEPTH + 2 {
        nested = Draft::of(Kind::GeometryCollection, vec![nested]);
    }
    assert!(!nested.wkt(Kind::Unknown).contains("POINT"));
}

#[test]
fn a_height_that_is_not_a_number_reads_as_0() {
    let bytes: Vec<u8> = [1.0, f64::NAN].into_iter().flat_map(f64::to_le_bytes).collect();
    let path = Path::new(&bytes, Some(bytes.get(8..).expect("a double")), None);
    assert_eq!((path.len(), path.z(0), path.z(7), path.m(0)), (1, 0.0, 0.0, 0.0));
}
