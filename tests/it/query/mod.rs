//! Features by box, date and column values, against answers computed elsewhere and against a scan
//! of every feature with another library's predicates.

mod names;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use geo::{CoordsIter, Intersects, MapCoords};
use geozero::ToGeo;
use onemap::access::{Caller, FeatureId, LayerView, View};
use onemap::catalog::{Catalog, Options, Silent, StorePlace, TemporalDefault};
use onemap::model::{CollectionId, ColumnType, Extent, Kind, Row};
use onemap::query::{self, ItemsAsk, QueryError};
use onemap::time::{Instant, Moment, Zone};
use onemap::work::Deadline;

use crate::city::{self, Owned};
use crate::data;

const NOW: Instant = Instant::from_millis(1_780_243_200_000); // 2026-06-01T00:00:00+08:00

/// A catalogue over one file, called `test.layer`.
pub(crate) struct Served {
    pub(crate) layer: LayerView,
    _folder: tempfile::TempDir,
}

impl Served {
    /// `None` where the file is refused.
    fn file(file: &Path) -> Option<Self> {
        Self::new(&std::fs::read(file).unwrap(), "")
    }

    pub(crate) fn new(bytes: &[u8], sidecar: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let theme = folder.path().join("layers/test");
        std::fs::create_dir_all(&theme).unwrap();
        std::fs::write(theme.join("layer.fgb"), bytes).unwrap();
        std::fs::write(theme.join("layer.toml"), sidecar).unwrap();
        let options = Options {
            store: StorePlace::Folder(folder.path().join("store")),
            temporal_default: TemporalDefault::Now,
            quiet: Duration::ZERO,
            progress: Arc::new(Silent),
        };
        let folders = [folder.path().join("layers")];
        let catalog = Catalog::open(&folders, options, NOW).unwrap();
        let view = View::new(catalog.snapshot(), Caller::Public);
        let layer = view.layer(&CollectionId::parse("test.layer").unwrap())?;
        Some(Self { layer, _folder: folder })
    }

    fn rows(&self, ask: &ItemsAsk) -> Vec<u32> {
        let plan = query::plan(&self.layer, ask, NOW).unwrap();
        let page = query::run(&plan, &Deadline::never()).unwrap();
        assert_eq!(page.matched, page.rows.len() as u64, "a page of all");
        page.rows.into_iter().map(Row::get).collect()
    }

    /// The rows whose geometry meets the box by `geo`'s predicates, and those without geometry.
    fn scan(&self, extent: Extent) -> Vec<u32> {
        let rows = (0..self.layer.rows()).filter(|row| {
            let Some(feature) = self.layer.feature(Row::new(*row)) else { return false };
            let Some(geometry) = feature.geometry().and_then(|g| g.to_geo().ok()) else {
                return true;
            };
            if geometry.coords_count() == 0 {
                return true;
            }
            let moved = geometry.map_coords(|c| {
                let [x, y] = self.layer.to_lonlat([c.x, c.y]).unwrap_or([f64::NAN; 2]);
                geo::Coord { x, y }
            });
            let corner = |x, y| geo::Coord { x, y };
            let rect = geo::Rect::new(
                corner(extent.west, extent.south),
                corner(extent.east, extent.north),
            );
            moved.intersects(&rect)
        });
        rows.collect()
    }
}

/// Everything, without date, box and filter.
fn all() -> ItemsAsk {
    ItemsAsk {
        bbox: None,
        heights: None,
        moment: Some(Moment::parse("../..", &Zone::default()).unwrap()),
        limit: usize::MAX,
        offset: 0,
        equals: Vec::new(),
        properties: None,
        zone: Zone::default(),
    }
}

fn within(bbox: [f64; 4]) -> ItemsAsk {
    let [west, south, east, north] = bbox;
    ItemsAsk { bbox: Some(vec![Extent { west, south, east, north }]), ..all() }
}

fn numbers(list: &serde_json::Value) -> [f64; 4] {
    serde_json::from_value(list.clone()).unwrap()
}

/// What makes `entities` a layer of versions.
const OF_VERSIONS: &str = "id = \"code\"\ntemporal = \"state\"\nvalid_from = \"valid_from\"\n";

/// A file of points at `places`, versions of the entities `ids` from 2020 on.
fn entities(ids: &[Option<&str>], places: &[[f64; 2]]) -> Vec<u8> {
    let columns = [("code", ColumnType::String), ("valid_from", ColumnType::String)];
    let rows = ids.iter().zip(places).map(|(id, [x, y])| {
        let id = id.map_or(Owned::Null, city::text);
        (Some(geo::Point::new(*x, *y).into()), vec![id, city::text("2020-01-01")])
    });
    city::layer("versions", Kind::Point, &columns, rows)
}

#[test]
fn boxes_hold_as_many_features_as_counted_elsewhere_and_those_a_scan_finds() {
    let Some(folder) = data::folder() else { return };
    let oracle = data::json(&folder, "oracle_layers.json");
    let (mut boxes, mut layers) = (0, 0);
    for (file, expected) in oracle["layers"].as_object().unwrap() {
        let Some(served) = Served::file(&folder.join(file)) else { panic!("{file} is refused") };
        layers += 1;
        for query in expected["bbox_queries"].as_array().into_iter().flatten() {
            let bbox = numbers(&query["bbox"]);
            let found = served.rows(&within(bbox));
            let [west, south, east, north] = bbox;
            assert_eq!(found, served.scan(Extent { west, south, east, north }), "{file} {bbox:?}");
            let expected = query["intersecting"].as_u64().unwrap();
            assert_eq!(found.len() as u64, expected, "{file} {bbox:?}");
            boxes += 1;
        }
    }
    assert!(boxes > 200 && layers > 60, "only {boxes} boxes in {layers} layers");
}

#[test]
fn columns_hold_each_value_as_often_as_counted_elsewhere() {
    let Some(folder) = data::folder() else { return };
    let oracle = data::json(&folder, "oracle_layers.json");
    let mut compared = 0;
    for (file, expected) in oracle["layers"].as_object().unwrap() {
        let attributes = expected["attributes"].as_object().unwrap();
        let counted = attributes.iter().filter_map(|(column, of)| {
            let counts = of["counts"].as_object()?;
            Some((column, counts))
        });
        let counted: Vec<_> = counted.take(data::checks(60)).collect();
        if counted.is_empty() {
            continue;
        }
        let served = Served::file(&folder.join(file)).unwrap();
        for (column, (value, count)) in
            counted.into_iter().flat_map(|(column, counts)| counts.iter().map(move |c| (column, c)))
        {
            let ask = ItemsAsk { equals: vec![(column.clone(), value.clone())], ..all() };
            let found = served.rows(&ask).len() as u64;
            assert_eq!(found, count.as_u64().unwrap(), "{file} {column}={value}");
            compared += 1;
        }
    }
    assert!(compared > 100, "only {compared} compared");
}

/// Versions of a few years, every fifth without geometry; row 13 is never valid.
fn versions() -> Vec<u8> {
    let columns = ["id", "valid_from", "valid_to"].map(|name| (name, ColumnType::String));
    let rows = (0..600).map(|row| {
        let (id, year) = (row.to_string(), 2000 + row % 20);
        let (from, to) = (format!("{year}-01-01"), format!("{}-06-01", year + row % 3));
        let to = if row == 13 { &from } else { &to };
        let values = vec![
            city::text(&id),
            if row % 11 == 0 { Owned::Null } else { city::text(&from) },
            if row % 7 == 0 { Owned::Null } else { city::text(to) },
        ];
        let at = geo::Point::new(114.0 + f64::from(row) / 100.0, 22.5).into();
        ((row % 5 > 0).then_some(at), values)
    });
    city::layer("versions", Kind::Point, &columns, rows)
}

#[test]
fn a_date_without_a_box_finds_every_row_that_is_valid_then() {
    let served = Served::new(&versions(), "").unwrap();
    let layer = &served.layer;
    assert_eq!(layer.whole().unwrap().count, 599);
    for (date, least, most) in [
        ("2005-03-01", 50, 300),
        ("2010-01-01", 50, 300),
        ("2010-06-01", 50, 300),
        ("1900-01-01", 1, 100),
        ("2003-01-01/2004-12-31", 100, 400),
        ("../2001-01-01", 50, 300),
        ("../..", 599, 599),
    ] {
        let moment = Moment::parse(date, &Zone::default()).unwrap();
        let window = moment.window(layer.temporal()).unwrap();
        let valid = |row: &u32| {
            let span = layer.index().span(Row::new(*row));
            span.is_some_and(|span| span.meets(window))
        };
        let wanted: Vec<u32> = (0..600).filter(valid).collect();
        assert!((least..=most).contains(&wanted.len()), "{date}: {}", wanted.len());
        let ask = ItemsAsk { moment: Some(moment), ..all() };
        assert_eq!(served.rows(&ask), wanted, "{date}");
        let one = ItemsAsk { equals: vec![("id".into(), "8".into())], ..ask };
        let is_8 = |row: &u32| {
            let feature = layer.feature(Row::new(*row));
            feature.is_some_and(|feature| feature.value(0).as_text() == Some("8"))
        };
        let wanted: Vec<u32> = wanted.into_iter().filter(is_8).collect();
        assert_eq!(served.rows(&one), wanted, "{date}");
    }
}

#[test]
fn pages_put_together_are_the_whole_in_row_order() {
    let Some(folder) = data::folder() else { return };
    let served = Served::file(&folder.join("layers/admin/us_states_history.fgb")).unwrap();
    for ask in [all(), within([-100.0, 30.0, -80.0, 45.0])] {
        let whole = served.rows(&ask);
        assert!(whole.is_sorted() && whole.len() > 40);
        for limit in [1, 7, 1000] {
            let mut together = Vec::new();
            for offset in (0..).step_by(limit).take_while(|offset| *offset < whole.len() + limit) {
                let ask = ItemsAsk { limit, offset: offset as u64, ..ask.clone() };
                let plan = query::plan(&served.layer, &ask, NOW).unwrap();
                let page = query::run(&plan, &Deadline::never()).unwrap();
                assert_eq!(page.matched, whole.len() as u64);
                together.extend(page.rows.into_iter().map(Row::get));
            }
            assert_eq!(together, whole);
        }
    }
}

#[test]
fn what_the_layer_does_not_have_is_refused_by_the_name_of_its_parameter() {
    let Some(folder) = data::folder() else { return };
    let served = Served::file(&folder.join("layers/admin/us_states_history.fgb")).unwrap();
    let refused = |ask: &ItemsAsk| match query::plan(&served.layer, ask, NOW) {
        Err(QueryError::Invalid { parameter, .. }) => parameter,
        _ => panic!("{ask:?} is taken"),
    };
    let ask = ItemsAsk { properties: Some(vec!["id".into(), "nope".into()]), ..all() };
    assert_eq!(refused(&ask), "properties");
    let ask = ItemsAsk { equals: vec![("nope".into(), "1".into())], ..all() };
    assert_eq!(refused(&ask), "nope");
}

#[test]
fn equal_plans_have_equal_keys_and_whatever_is_asked_otherwise_changes_them() {
    let ids = [Some("a"), Some("b")];
    let bytes = entities(&ids, &[[114.0, 22.5]; 2]);
    let layer = Served::new(&bytes, OF_VERSIONS).unwrap().layer;
    let at = |text: &str| Some(Moment::parse(text, &Zone::default()).unwrap());
    let key = |ask: ItemsAsk| query::plan(&layer, &ask, NOW).unwrap().key();
    let day = |text: &str| ItemsAsk { moment: at(text), ..all() };
    // Nothing changed between the two days.
    assert_eq!(key(day("2021-01-01")), key(day("2024-06-30")));
    let box_of = |west: f64| within([west, 22.0, 115.0, 23.0]);
    let asks = [
        all(),
        day("2021-01-01"),
        day("2019-01-01"),
        box_of(113.0),
        box_of(113.5),
        ItemsAsk { heights: Some([0.0, 1.0]), ..box_of(113.0) },
        ItemsAsk { heights: Some([0.0, 2.0]), ..box_of(113.0) },
        ItemsAsk { limit: 1, ..all() },
        ItemsAsk { offset: 1, ..all() },
        ItemsAsk { equals: vec![("code".into(), "a".into())], ..all() },
        ItemsAsk { equals: vec![("code".into(), "b".into())], ..all() },
        ItemsAsk { properties: Some(vec![]), ..all() },
        ItemsAsk { properties: Some(vec!["code".into()]), ..all() },
    ];
    let mut keys: Vec<u128> = asks.into_iter().map(key).collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), count, "two questions have one key");
}
