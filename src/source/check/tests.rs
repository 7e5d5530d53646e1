//! Each fault of a record, made by hand, is found and named; what is saved is loaded for the same
//! file only.

use flatbuffers::FlatBufferBuilder;
use flatgeobuf::{FeatureArgs, GeometryArgs};

use super::record::{Finding, Inspector};
use super::{Checked, MAX_PROBLEMS};
use crate::model::{Column, ColumnType, Kind, Row, Schema};
use crate::source::contract::points;

/// The arrays of a geometry, and parts of its type or of another.
#[derive(Clone, Default)]
struct Draft {
    code: u8,
    xy: Vec<f64>,
    z: Option<Vec<f64>>,
    ends: Vec<u32>,
    parts: Vec<Draft>,
}

impl Draft {
    fn of(kind: Kind, xy: &[f64]) -> Self {
        Self { code: kind.to_fgb().0, xy: xy.to_vec(), ..Self::default() }
    }

    fn encode<'a>(
        &self,
        fbb: &mut FlatBufferBuilder<'a>,
    ) -> flatbuffers::WIPOffset<flatgeobuf::Geometry<'a>> {
        let parts: Vec<_> = self.parts.iter().map(|part| part.encode(fbb)).collect();
        let args = GeometryArgs {
            xy: (!self.xy.is_empty()).then(|| fbb.create_vector(&self.xy)),
            z: self.z.as_ref().map(|z| fbb.create_vector(z)),
            ends: (!self.ends.is_empty()).then(|| fbb.create_vector(&self.ends)),
            parts: (!parts.is_empty()).then(|| fbb.create_vector(&parts)),
            type_: flatgeobuf::GeometryType(self.code),
            ..GeometryArgs::default()
        };
        flatgeobuf::Geometry::create(fbb, &args)
    }
}

fn record(geometry: Option<&Draft>, properties: &[u8]) -> Vec<u8> {
    let mut fbb = FlatBufferBuilder::new();
    let geometry = geometry.map(|draft| draft.encode(&mut fbb));
    let properties = Some(fbb.create_vector(properties));
    let args = FeatureArgs { geometry, properties, columns: None };
    let feature = flatgeobuf::Feature::create(&mut fbb, &args);
    fbb.finish_size_prefixed(feature, None);
    fbb.finished_data().to_vec()
}

/// What is said about a record in a layer of type `declared` with a text and a number column.
fn said(declared: Kind, geometry: Option<&Draft>, properties: &[u8]) -> String {
    let column =
        |name: &str, kind| Column { name: name.into(), kind, title: None, description: None };
    let columns = vec![column("name", ColumnType::String), column("floors", ColumnType::Short)];
    let schema = Schema { columns, geometry: declared, has_z: false, has_m: false };
    match Inspector::new(&schema).inspect(&record(geometry, properties)) {
        Finding::Clean => String::new(),
        Finding::Dropped(dropped) => format!("dropped: {dropped}"),
        Finding::Fault(fault) => format!("fault: {fault}"),
    }
}

const SQUARE: [f64; 8] = [0., 0., 1., 0., 1., 1., 0., 0.];

#[test]
fn sound_geometries_pass() {
    let polygon = Draft::of(Kind::Polygon, &SQUARE);
    let two = Draft { ends: vec![2, 4], ..Draft::of(Kind::MultiLineString, &SQUARE) };
    let arc = Draft::of(Kind::CircularString, &[0., 0., 1., 1., 2., 0.]);
    let ring = Draft { parts: vec![arc], ..Draft::of(Kind::CurvePolygon, &[]) };
    let surface =
        Draft { parts: vec![ring, polygon.clone()], ..Draft::of(Kind::MultiSurface, &[]) };
    let high = Draft { z: Some(vec![1.; 4]), ..polygon.clone() };
    let empty = Draft::of(Kind::Polygon, &[]);
    for draft in [polygon, two, surface, high, empty, Draft::default()] {
        assert_eq!(said(Kind::Unknown, Some(&draft), &[]), "");
    }
    assert_eq!(said(Kind::Unknown, None, &[]), "");
}

#[test]
fn faults_of_a_geometry_are_named() {
    let point = Draft::of(Kind::Point, &[1., 2.]);
    let polygon = Draft::of(Kind::Polygon, &SQUARE);
    let nest = |kind, part: &Draft| Draft { parts: vec![part.clone()], ..Draft::of(kind, &[]) };
    let ends = |ends: &[u32]| Draft { ends: ends.to_vec(), ..polygon.clone() };
    for (draft, words) in [
        (Draft { code: 200, ..point.clone() }, "unknown type 200"),
        (Draft { code: 13, ..point.clone() }, "unknown type 13"),
        (Draft { code: 0, ..point.clone() }, "coordinates and no type"),
        (Draft::of(Kind::LineString, &[1., 2., 3.]), "3 ordinates do not make pairs"),
        (Draft::of(Kind::Point, &[1., 2., 3., 4.]), "a point of 2 positions"),
        (Draft::of(Kind::Point, &[1., f64::NAN]), "not a number"),
        (Draft::of(Kind::LineString, &[1., 2., f64::INFINITY, 2.]), "not a number"),
        (Draft::of(Kind::LineString, &[1., 2., 3., -1e308]), "beyond 1e12"),
        (Draft::of(Kind::CircularString, &SQUARE), "arcs of 4 positions"),
        (Draft { z: Some(vec![1.]), ..polygon.clone() }, "1 heights or measures for 4 positions"),
        (nest(Kind::Polygon, &point), "a Polygon has no parts"),
        (
            Draft { xy: SQUARE.to_vec(), ..nest(Kind::MultiPolygon, &polygon) },
            "beside the parts of a MultiPolygon",
        ),
        (Draft::of(Kind::GeometryCollection, &SQUARE), "beside the parts of a GeometryCollection"),
        (ends(&[3, 2]), "its runs end at 2 after 3"),
        (ends(&[2, 5]), "its runs end at 5 of 4 positions"),
        (ends(&[2, 3]), "its runs end at 3 of 4 positions"),
        (nest(Kind::MultiSurface, &point), "a Point is a part of a MultiSurface"),
        (nest(Kind::CompoundCurve, &polygon), "a Polygon is a part of a CompoundCurve"),
        (nest(Kind::GeometryCollection, &Draft::default()), "a Unknown is a part of"),
        (nest(Kind::GeometryCollection, &ends(&[9])), "its runs end at 9"),
        (nest(Kind::MultiPolygon, &ends(&[9])), "its runs end at 9"),
    ] {
        let said = said(Kind::Unknown, Some(&draft), &[]);
        assert!(said.starts_with("fault: geometry: ") && said.contains(words), "{said} / {words}");
    }
    let declared = said(Kind::CircularString, Some(&Draft::of(Kind::Unknown, &SQUARE)), &[]);
    assert!(declared.contains("arcs of 4"), "{declared}");
}

#[test]
fn a_height_that_is_not_a_number_is_told_and_served() {
    let draft = Draft { z: Some(vec![f64::NAN]), ..Draft::of(Kind::Point, &[1., 2.]) };
    assert!(said(Kind::Point, Some(&draft), &[]).starts_with("dropped: a height or measure"));
}

#[test]
fn nesting_is_bounded() {
    let nest = |levels| {
        (0..levels).fold(Draft::of(Kind::Point, &[1., 2.]), |inner, _| Draft {
            parts: vec![inner],
            ..Draft::of(Kind::GeometryCollection, &[])
        })
    };
    assert_eq!(said(Kind::Unknown, Some(&nest(crate::model::MAX_DEPTH)), &[]), "");
    let deeper = said(Kind::Unknown, Some(&nest(crate::model::MAX_DEPTH + 1)), &[]);
    assert!(deeper.contains("depth limit"), "{deeper}");
}

#[test]
fn many_small_parts_are_not_taken_for_shared_ones() {
    for part in [Draft::default(), Draft::of(Kind::Point, &[]), Draft::of(Kind::Point, &[1., 2.])] {
        let mut whole = Draft::of(Kind::MultiPolygon, &[]);
        whole.parts = vec![part; 10_000];
        let said = said(Kind::Unknown, Some(&whole), &[]);
        assert!(!said.contains("apparent size"), "{said}");
    }
}

#[test]
fn faults_of_properties_are_named() {
    let text = |bytes: &[u8]| [&[0, 0, bytes.len() as u8, 0, 0, 0][..], bytes].concat();
    let number = [1, 0, 7, 0];
    assert_eq!(said(Kind::Unknown, None, &[&number[..], &text("楼".as_bytes())].concat()), "");
    for (bytes, words) in [
        (text(b"a\xff"), "dropped: column `name` holds text that is not UTF-8"),
        (vec![7, 0, 1], "fault: properties: a value of column 7, and there are 2"),
        (vec![1, 0, 7], "fault: properties: the value of column `floors` is cut short"),
        (vec![0, 0, 7, 0, 0], "fault: properties: the value of column `name` is cut short"),
        (vec![0, 0, 7, 0, 0, 0, 65], "fault: properties: the value of column `name` is cut"),
        (vec![0, 0, 255, 255, 255, 255, 65], "fault: properties: the value of column `name`"),
        ([number, number].concat(), "fault: properties: two values of column `floors`"),
        ([&number[..], &[0]].concat(), "dropped: a lone byte"),
    ] {
        let said = said(Kind::Unknown, None, &bytes);
        assert!(said.starts_with(words), "{said} / {words}");
    }
}

#[test]
fn what_is_saved_is_loaded_for_the_same_file_only() {
    let file = points(300);
    let (header, mut checked) = Checked::of(&file).expect("a sound file");
    let at = checked.offsets.get_mut(7).expect("row 7");
    *at |= super::WITHDRAWN;
    checked.findings.withdrawn = 1;
    checked.seal = super::saved::seal(&file, &checked.offsets);
    let saved = checked.save();
    assert_eq!(Checked::load(&saved, &file), Some((header, checked.clone())));
    assert!(checked.is_withdrawn(Row::new(7)) && !checked.is_withdrawn(Row::new(8)));
    assert!(checked.is_withdrawn(Row::new(300)));
    let mut other = file.clone();
    *other.last_mut().expect("a byte") ^= 1;
    assert_eq!(Checked::load(&saved, &other), None);
    assert_eq!(Checked::load(&saved, &points(299)), None);
    for length in 0..saved.len() {
        assert_eq!(Checked::load(saved.get(..length).expect("shorter"), &file), None, "{length}");
    }
    for at in (0..saved.len()).filter(|at| *at < 400 || at % 50 == 0) {
        let mut damaged = saved.clone();
        *damaged.get_mut(at).expect("a byte") ^= 0x41;
        // What is told may differ by a letter; where rows lie may not.
        if let Some((_, loaded)) = Checked::load(&damaged, &file) {
            assert_eq!(loaded.offsets, checked.offsets, "{at}");
        }
    }
}

#[test]
fn problems_are_kept_up_to_a_bound_and_counted_beyond() {
    let mut file = points(0);
    let nothing = [0; 4];
    file.extend(std::iter::repeat_n(nothing, 250).flatten());
    let (_, checked) = Checked::of(&file).expect("a file of records of size 0");
    assert_eq!((checked.found(), checked.withdrawn()), (250, 250));
    assert_eq!(checked.problems().len(), MAX_PROBLEMS);
    assert!(checked.problems().iter().map(|problem| problem.row).eq(0..100));
}
