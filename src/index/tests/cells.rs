//! Cells: of land that is tiled each is owned once, at any date; levels agree; what fits has none.

use std::collections::BTreeMap;

use super::{Layer, all};
use crate::geometry::quadtree;
use crate::index::{Index, MAX_ZOOM, Record, ZoomCells};
use crate::time::{Instant, Span};

/// Squares along a side of the land.
const SIDE: u32 = 160;

/// Squares that tile a piece of land of a degree.
fn land() -> Vec<String> {
    let step = 1.0 / f64::from(SIDE);
    let square = |i: u32| {
        let [x, y] = [i % SIDE, i / SIDE].map(|v| f64::from(v) * step);
        let [e, n] = [i % SIDE + 1, i / SIDE + 1].map(|v| f64::from(v) * step);
        let [x, y, e, n] = [116.0 + x, 39.0 + y, 116.0 + e, 39.0 + n];
        format!("POLYGON(({x} {y},{e} {y},{e} {n},{x} {n},{x} {y}))")
    };
    (0..SIDE * SIDE).map(square).collect()
}

/// The owners of all cells of a zoom.
fn owners(cells: &ZoomCells<'_>, window: Option<Span>) -> BTreeMap<u64, Vec<Record>> {
    let mut owners: BTreeMap<u64, Vec<Record>> = BTreeMap::new();
    let (mut inside, mut owned) = (cells.inside(0, 0), Vec::new());
    while inside.take(100, window, &mut owned) {
        for (cells, record) in &owned {
            for code in cells.codes() {
                owners.entry(code).or_default().push(*record);
            }
        }
    }
    owners
}

fn zooms(index: &Index) -> Vec<u8> {
    (0..=MAX_ZOOM).filter(|zoom| index.cells(*zoom).is_some()).collect()
}

#[test]
fn what_fits_has_no_cells_and_nor_have_points_or_mixtures() {
    let few: Vec<String> = land().into_iter().take(500).collect();
    assert!(zooms(&Layer::of(&few).index()).is_empty());
    let mut mixed = land();
    mixed.push("POINT(116 39)".into());
    let index = Layer::of(&mixed).index();
    assert!(zooms(&index).is_empty() && index.rate(0) < 1.0);
}

#[test]
fn a_feature_of_many_parts_does_not_fit_for_being_one() {
    let part = |n: u32| {
        let [x, y] = [n % 300, n / 300].map(|v| f64::from(v) / 300.0);
        let [w, s, e, n] = [116.0 + x, 39.0 + y, 116.002 + x, 39.002 + y];
        format!("(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))")
    };
    let one = format!("MULTIPOLYGON({})", (0..90_000).map(part).collect::<Vec<_>>().join(","));
    let index = Layer::of(&[one]).index();
    assert_eq!((index.rate(0), index.sampled_below() > 0), (1.0, false));
    assert!((5..14).contains(&zooms(&index).len()), "{:?}", zooms(&index));
}

#[test]
fn a_large_crooked_shape_among_many_leaves_them_their_cells() {
    let mut shapes = land();
    // A coast of 400,000 vertices in a box of forty degrees, each a little off a circle.
    let coast: Vec<String> = (0..=400_000_u32)
        .map(|n| {
            let angle = f64::from(n % 400_000) * std::f64::consts::TAU / 4e5;
            let far = 10.0 + 0.02 * f64::from(n % 2);
            format!("{} {}", 60.0 + far * angle.cos(), 20.0 + far * angle.sin())
        })
        .collect();
    shapes.push(format!("POLYGON(({}))", coast.join(",")));
    let index = Layer::of(&shapes).index();
    assert_eq!(index.rate(0), 1.0);
    assert!(zooms(&index).len() > 5, "{:?}", zooms(&index));
}

#[test]
fn each_cell_of_tiled_land_is_owned_once_and_levels_agree() {
    let layer = Layer::of(&land());
    assert_eq!(layer.bytes(), layer.bytes());
    let index = layer.index();
    let zooms = zooms(&index);
    assert_eq!(zooms, (0..index.from_zoom(all(&index)[0])).collect::<Vec<u8>>());
    assert!((6..14).contains(&zooms.len()), "{zooms:?}");
    let mut finer: Option<(u8, BTreeMap<u64, Vec<Record>>)> = None;
    for zoom in zooms.into_iter().rev() {
        let cells = index.cells(zoom).unwrap();
        let level = cells.level();
        let owned = owners(&cells, None);
        assert!(owned.values().all(|owners| owners.len() == 1), "z{zoom}");
        for (code, owners) in &owned {
            let area = index.drawing().area(owners[0]);
            assert!(area.holds(quadtree::sample_point(level, *code)));
        }
        if let Some((below, finer)) = &finer {
            assert!(level <= *below);
            for (code, owners) in &owned {
                let down = |code: u64, level: u8| code << 2 | quadtree::chosen_child(level, code);
                let child = (level..*below).fold(*code, down);
                assert_eq!(finer.get(&child), Some(owners));
            }
        }
        finer = Some((level, owned));
    }
}

#[test]
fn at_each_date_its_versions_own_the_cells() {
    let twice: Vec<String> = land().into_iter().flat_map(|own| [own.clone(), own]).collect();
    let mut layer = Layer::of(&twice);
    let at = |ms: i64| Some(Instant::from_millis(ms));
    let spans = [Span::new(None, at(0)), Span::new(at(0), None)];
    layer.spans = Some((0..twice.len()).map(|i| spans[i % 2]).collect());
    let index = layer.index();
    let cells = index.cells(5).expect("does not fit");
    for (date, version) in [(-1, 0), (0, 1)] {
        let window = Span::new(at(date), at(date + 1));
        let owned = owners(&cells, window);
        assert!(owned.len() > 1_000);
        for owners in owned.values() {
            assert_eq!(owners.len(), 1);
            assert_eq!(index.drawing().row(owners[0]).index() % 2, version);
        }
    }
    assert!(owners(&cells, None).values().all(|owners| owners.len() == 2));
}

#[test]
fn who_owns_many_cells_is_a_feature_of_its_own() {
    let mut shapes = land();
    shapes.push("POLYGON((110 30,112 30,112 32,110 32,110 30))".into());
    let index = Layer::of(&shapes).index();
    let cells = index.cells(4).expect("does not fit");
    let large = |row: u32| cells.is_own(index.record(crate::model::Row::new(row)).unwrap(), 0);
    assert!(large(SIDE * SIDE) && !large(0));
}

#[test]
fn what_lies_under_the_first_of_the_file_makes_no_cell_wider() {
    let levels = |shapes: &[String]| {
        let index = Layer::of(shapes).index();
        let level = |zoom: u8| index.cells(zoom).map(|cells| cells.level());
        (0..MAX_ZOOM).filter_map(level).collect::<Vec<u8>>()
    };
    let cover = "POLYGON((115 38,118 38,118 41,115 41,115 38))".to_owned();
    let [first, last] = [true, false].map(|first| {
        let mut shapes = land();
        shapes.insert(if first { 0 } else { shapes.len() }, cover.clone());
        levels(&shapes)
    });
    assert_eq!(first.len(), last.len());
    assert!(first.iter().zip(&last).all(|(first, last)| first >= last), "{first:?} {last:?}");
    assert!(first != last, "{first:?}");
}

#[test]
fn land_that_lies_over_itself_thousands_of_times_is_sampled() {
    let square = "POLYGON((110 10,140 10,140 40,110 40,110 10))";
    let mut layer = Layer::of(&vec![square; 3_000]);
    layer.weigh(400, 400);
    let index = layer.index();
    assert!(zooms(&index).is_empty() && index.rate(5) < 1.0);
}
