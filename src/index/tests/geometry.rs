//! Render geometry: what is kept, what is dropped, and the antimeridian.

use super::source::kind_of;
use super::{Layer, all};
use crate::geometry::{Area, Fixed, mercator};
use crate::index::Index;
use crate::model::{ColumnType, Extent, Row, Value, field_value};

/// The geometry of a row, as positions: points, lines, polygons.
type Drawn = (Vec<Fixed>, Vec<Vec<Fixed>>, Vec<Vec<Vec<Fixed>>>);

fn drawn(index: &Index, row: u32) -> Drawn {
    let record = index.record(Row::new(row)).expect("a row with geometry");
    let render = index.drawing().at(record).expect("a record with geometry").render();
    let rings = |polygon: &mut dyn Iterator<Item = crate::index::Run<'_>>| {
        polygon.map(|ring| ring.positions.to_vec()).collect::<Vec<_>>()
    };
    let drawn: Drawn = (
        render.points().to_vec(),
        render.lines().map(|line| line.positions.to_vec()).collect(),
        render.polygons().map(|mut polygon| rings(&mut polygon)).collect(),
    );
    let lines = drawn.1.iter().map(Vec::len);
    let rings = drawn.2.iter().flatten().map(Vec::len);
    assert_eq!(render.vertices(), drawn.0.len() + lines.sum::<usize>() + rings.sum::<usize>());
    drawn
}

fn fixed(positions: &[[f64; 2]]) -> Vec<Fixed> {
    positions.iter().map(|[x, y]| mercator::project(*x, *y)).collect()
}

#[test]
fn collections_keep_points_lines_and_polygons() {
    let index = Layer::of(&["GEOMETRYCOLLECTION(
        POLYGON((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1)), POINT(9 9), LINESTRING(1 1,2 2),
        GEOMETRYCOLLECTION(MULTIPOINT(7 7,8 8), MULTIPOLYGON(((5 5,6 5,6 6,5 5)))))"])
    .index();
    let (points, lines, polygons) = drawn(&index, 0);
    assert_eq!(points, fixed(&[[9.0, 9.0], [7.0, 7.0], [8.0, 8.0]]));
    assert_eq!(lines, [fixed(&[[1.0, 1.0], [2.0, 2.0]])]);
    let shell = fixed(&[[0.0, 0.0], [4.0, 0.0], [4.0, 4.0]]);
    let hole = fixed(&[[2.0, 1.0], [3.0, 1.0], [3.0, 2.0]]);
    let other = fixed(&[[5.0, 5.0], [6.0, 5.0], [6.0, 6.0]]);
    assert_eq!(polygons, [vec![shell, hole], vec![other]]);
    assert_eq!(index.extent().map(|e| e.to_array()), Some([0.0, 0.0, 9.0, 9.0]));
}

#[test]
fn values_of_the_columns_kept_lie_beside_the_records() {
    let texts: Vec<String> =
        (0..9_000).map(|n| format!("POINT({} {})", n * 7 % 90, n * 11 % 80)).collect();
    let layer = Layer::of(&texts);
    let index = layer.index();
    let drawing = index.drawing();
    let coded = drawing.coded();
    // Those whose values repeat by code, others as they are.
    let values = coded.ranges().map(|values| values.len()).sum::<usize>();
    assert_eq!((coded.columns().collect::<Vec<_>>(), values), (vec![2], 7));
    assert!((0..3).all(|column| index.keeps(column)));
    for record in all(&index) {
        let row = drawing.row(record).get() as i32;
        let value = |(column, field)| (column, field_value(ColumnType::Int, field));
        let drawn = drawing.at(record).expect("a record with geometry");
        let values = drawn.values().map(value).collect::<Vec<_>>();
        let numbers = [row, 2 * row].map(|value| Value::Int(value.into()));
        assert_eq!(values, [(0, numbers[0]), (1, numbers[1])]);
        let codes = drawn.codes().iter().map(|code| code.checked_sub(1));
        let kinds =
            codes.map(|at| at.map(|at| field_value(ColumnType::Int, coded.field(at.into()))));
        let kind = kind_of(row).map(|kind| Value::Int(kind.into()));
        assert_eq!(kinds.collect::<Vec<_>>(), [kind]);
    }
}

#[test]
fn repeated_vertices_and_what_has_no_extent_are_dropped() {
    let index = Layer::of(&[
        "LINESTRING(1 1,1 1,1.0000000001 1,2 2,2 2)",
        "LINESTRING(1 1,1 1)",
        "POLYGON((0 0,1 1,0 0))",
        "POLYGON((0 0,1 0,1 0,1 1,0 0,0 0),(0.9 0.1,0.9 0.1,0.8 0.1,0.9 0.1))",
    ])
    .index();
    assert_eq!(drawn(&index, 0).1, [fixed(&[[1.0, 1.0], [2.0, 2.0]])]);
    for row in [1, 2] {
        assert_eq!(drawn(&index, row), Drawn::default(), "row {row}");
        let record = index.record(Row::new(row)).expect("it still has a place");
        assert!(index.drawing().area(record).holds(mercator::project(1.0, 1.0)));
    }
    // Turned as tiles want it.
    assert_eq!(drawn(&index, 3).2, [vec![fixed(&[[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])]]);
}

#[test]
fn a_row_beyond_the_earth_has_no_geometry() {
    let texts = ["POINT(1 1000)", "LINESTRING(0 0,1000 0)", "POINT(1 1)", "NULL"];
    let index = Layer::of(&texts).index();
    assert_eq!(index.rows_without_geometry(), [0, 1, 3]);
    assert_eq!(index.rows_unplaced(), [0, 1]);
    assert_eq!(index.extent(), Some(Extent { west: 1.0, south: 1.0, east: 1.0, north: 1.0 }));
}

#[test]
fn points_and_lines_beyond_the_antimeridian_are_moved_and_cut() {
    let index = Layer::of(&[
        "MULTIPOINT(190 1,-181 2,180 3,-180 4)",
        "LINESTRING(170 0,190 20)",
        "LINESTRING(-170 0,-190 0,-170 10)",
        "LINESTRING(200 0,210 10)",
        "LINESTRING(170 0,180 0,170 5)",
    ])
    .index();
    let points = fixed(&[[-170.0, 1.0], [179.0, 2.0], [180.0, 3.0], [-180.0, 4.0]]);
    assert_eq!(drawn(&index, 0).0, points);
    let halves = [fixed(&[[170.0, 0.0], [180.0, 10.0]]), fixed(&[[-180.0, 10.0], [-170.0, 20.0]])];
    assert_eq!(drawn(&index, 1).1, halves);
    let pieces = [
        fixed(&[[180.0, 0.0], [170.0, 0.0], [180.0, 5.0]]),
        fixed(&[[-170.0, 0.0], [-180.0, 0.0]]),
        fixed(&[[-180.0, 5.0], [-170.0, 10.0]]),
    ];
    assert_eq!(drawn(&index, 2).1, pieces);
    assert_eq!(drawn(&index, 3).1, [fixed(&[[-160.0, 0.0], [-150.0, 10.0]])]);
    assert_eq!(drawn(&index, 4).1, [fixed(&[[170.0, 0.0], [180.0, 0.0], [170.0, 5.0]])]);
}

#[test]
fn polygons_across_the_antimeridian_show_on_both_sides() {
    let index = Layer::of(&[
        "POLYGON((170 -10,190 -10,190 10,170 10,170 -10),(175 -5,175 5,185 5,185 -5,175 -5))",
        "POLYGON((182 0,183 0,183 1,182 0))",
    ])
    .index();
    let record = index.record(Row::new(0)).expect("has geometry");
    let found = index.drawing().at(record).expect("a record with geometry");
    let polygons: Vec<_> = found.render().polygons().collect();
    assert_eq!(polygons.len(), 2, "the hole reaches the cut");
    let sides =
        [mercator::cover(-180.0, -10.0, -170.0, 10.0), mercator::cover(170.0, -10.0, 180.0, 10.0)];
    let mut area = 0.0;
    for polygon in polygons {
        for ring in polygon {
            assert!(sides.iter().any(|side| ring.positions.iter().all(|at| side.holds(*at))));
            area += shoelace(ring.positions);
        }
    }
    let expected = shoelace(&fixed(&[[0.0, -10.0], [20.0, -10.0], [20.0, 10.0], [0.0, 10.0]]))
        - shoelace(&fixed(&[[0.0, -5.0], [10.0, -5.0], [10.0, 5.0], [0.0, 5.0]]));
    assert!((area / expected - 1.0).abs() < 1e-6, "{area} of {expected}");
    let west = Area { min: [0, 0], max: [1 << 20, u32::MAX] };
    let east = Area { min: [u32::MAX - (1 << 20), 0], max: [u32::MAX; 2] };
    for side in [[west].as_slice(), &[east], &[west, east]] {
        let mut found = Vec::new();
        index.select(side, None, None, &mut found);
        assert_eq!(found, [record]);
    }
    assert_eq!(drawn(&index, 1).2, [[fixed(&[[-177.0, 1.0], [-177.0, 0.0], [-178.0, 0.0]])]]);
    assert_eq!(index.extent().map(|e| [e.west, e.east]), Some([-180.0, 180.0]));
}

/// The unsigned area of a ring.
fn shoelace(ring: &[Fixed]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&Fixed, &Fixed)| {
        f64::from(a[0]) * f64::from(b[1]) - f64::from(b[0]) * f64::from(a[1])
    };
    (ring.iter().zip(next).map(cross).sum::<f64>() / 2.0).abs()
}

#[test]
fn empty_layers_and_layers_without_geometry_open() {
    let none: [&str; 0] = [];
    for (layer, rows) in [
        (Layer::of(&none), 0),
        (Layer::of(&["NULL", "POLYGON EMPTY", "GEOMETRYCOLLECTION EMPTY"]), 3),
        (Layer::of(&["MULTIPOLYGON EMPTY"; 40]), 40),
    ] {
        let index = layer.index();
        assert_eq!((index.count(), index.extent(), all(&index).len()), (rows, None, 0));
        assert_eq!(index.rows_without_geometry().len(), rows as usize);
        assert_eq!((index.sampled_below(), index.slabs().bounds().len()), (0, 0));
    }
}

#[test]
fn withdrawn_rows_are_not_served() {
    let index = Layer::of(&["WITHDRAWN"; 3]).index();
    assert_eq!((index.count(), index.rows_without_geometry().len()), (0, 0));
    assert_eq!((index.span(Row::new(0)), index.rows_of(0)), (None, Vec::new()));
}

#[test]
fn labels_stand_inside_polygons_on_lines_and_at_points() {
    let mut layer = Layer::of(&[
        "POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,3 1,3 3,1 3,1 1))",
        "LINESTRING(0 0,1 0,9 0)",
        "MULTIPOINT(5 5,7 7)",
        "POLYGON((0 0,2 2,0 0))",
        "GEOMETRYCOLLECTION(POINT(1 1), POLYGON((8 8,9 8,9 9,8 8)))",
    ]);
    assert_eq!(all(&layer.index()).iter().find_map(|record| layer.index().label(*record)), None);
    layer.labels = true;
    let index = layer.index();
    let label = |row| {
        let record = index.record(Row::new(row)).expect("has geometry");
        mercator::unproject(index.label(record).expect("a label"))
    };
    let near = |[x, y]: [f64; 2], [a, b]: [f64; 2]| (x - a).abs() < 1e-6 && (y - b).abs() < 1e-6;
    let [x, y] = label(0);
    assert!((0.0..4.0).contains(&x) && (0.0..4.0).contains(&y), "in the shell");
    assert!(!((1.0..3.0).contains(&x) && (1.0..3.0).contains(&y)), "not in the hole");
    assert!(near(label(1), [4.5, 0.0]) && near(label(2), [5.0, 5.0]));
    assert!((label(3)[0] - 1.0).abs() < 1e-6, "in the middle of what has no area");
    let [x, y] = label(4);
    assert!((8.0..9.0).contains(&x) && (8.0..x).contains(&y), "in the polygon");
}
