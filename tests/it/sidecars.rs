//! Sidecars put together at random, of keys that exist and others, with values that fit and others:
//! the layer is served and can be asked, or is listed as failed with a reason and a file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use onemap::access::{Caller, View};
use onemap::catalog::{Catalog, Language, Options, Silent, StorePlace, TemporalDefault};
use onemap::query::{self, ItemsAsk};
use onemap::tile::{self, Address, TileAsk};
use onemap::time::{Instant, Zone};
use onemap::work::Deadline;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::data;

/// Versions of points, with text, numbers and dates.
const LAYER: &[u8] = include_bytes!("../../layers/transit/metro_stations.fgb");
const NOW: Instant = Instant::from_millis(1_780_243_200_000); // 2026-06-01T00:00:00+08:00
/// Folders that are made and opened.
const FOLDERS_FULL: u32 = 4_000;

const KEYS: &[&str] = &[
    "title",
    "description",
    "attribution",
    "id",
    "name",
    "valid_from",
    "valid_to",
    "temporal",
    "temporal_default",
    "lineage",
    "rank",
    "crs",
    "min_zoom",
    "max_zoom",
    "tile_properties",
    "keywords",
    "access",
    "style.color",
    "style.by",
    "style.stops",
    "columns.line.codes",
    "columns.line.unit",
    "timezone",
    "default_view",
    "order",
    "colour",
    "\"\"",
    "标题",
];

const VALUES: &[&str] = &[
    "\"id\"",
    "\"line\"",
    "\"name\"",
    "\"valid_from\"",
    "\"valid_to\"",
    "\"nothing\"",
    "\"\"",
    "\"state\"",
    "\"event\"",
    "\"none\"",
    "\"all\"",
    "\"public\"",
    "\"EPSG:4547\"",
    "\"+proj=moll\"",
    "\"GEOGCS[\"",
    "\"Europe/Berlin\"",
    "\"#12345\"",
    "0",
    "22",
    "-1",
    "255",
    "9223372036854775807",
    "1e308",
    "nan",
    "true",
    "2020-01-01",
    "[]",
    "[\"line\", \"line\", \"name\"]",
    "[[1, \"#000\"], [nan, \"#fff\"]]",
    "[114, 22.5, 10]",
    "[nan, 1e9, -inf]",
    "{}",
    "{zh = \"线\", en = \"Line\"}",
    "{column = \"valid_to\", inclusive = true}",
    "{column = \"line\", order = [1, \"a\", true, 2.5]}",
    "{column = \"valid_from\", unit = \"year\"}",
    "{a = {b = {c = [{}]}}}",
    "\"\"\"",
    "[",
];

/// Lines of a sidecar, most of them well-formed; any text now and then.
fn any_sidecar() -> impl Strategy<Value = String> {
    let key = prop::sample::select(KEYS);
    let value = prop::sample::select(VALUES);
    let line = prop_oneof![
        20 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
        1 => prop::sample::select(&["[style]", "[columns.name]", "[[style]]", "# \u{feff}"][..])
            .prop_map(str::to_owned),
        1 => "\\PC{0,20}",
    ];
    prop::collection::vec(line, 0..5).prop_map(|lines| lines.join("\n"))
}

fn check(folder: &Path, sidecars: &[String; 3]) {
    for (file, text) in
        ["theme/layer.toml", "theme/theme.toml", "catalog.toml"].iter().zip(sidecars)
    {
        std::fs::write(folder.join(file), text).unwrap();
    }
    let options = Options {
        store: StorePlace::Memory,
        quiet: Duration::ZERO,
        temporal_default: TemporalDefault::Now,
        progress: Arc::new(Silent),
    };
    let catalog = Catalog::open(&[folder.to_owned()], options, NOW).unwrap();
    let view = View::new(catalog.snapshot(), Caller::Public);
    let failed: Vec<_> = view.themes().flat_map(|theme| theme.failed()).collect();
    assert_eq!(view.layers().count() + failed.len(), 1);
    let told: Vec<_> = view.layers().flat_map(|layer| layer.problems().to_vec()).collect();
    for problem in failed.iter().map(|failed| &failed.problem).chain(&told).chain(view.problems()) {
        assert!(problem.file.contains('.') && !problem.reason.is_empty(), "{problem}");
    }
    for layer in view.layers() {
        let ask = ItemsAsk {
            bbox: None,
            heights: None,
            moment: None,
            limit: 10,
            offset: 0,
            equals: Vec::new(),
            properties: None,
            zone: Zone::default(),
        };
        let plan = query::plan(&layer, &ask, NOW).unwrap();
        query::run(&plan, &Deadline::never()).unwrap();
        let address = Address::new(0, 0, 0).unwrap();
        let ask = TileAsk { address, moment: None, properties: None, aggregate: false };
        let plan = tile::plan(&layer, &ask, NOW).unwrap();
        tile::build(&plan, &Deadline::never()).unwrap();
        let json = tile::tilejson("", "{z}/{x}/{y}", &[plan], view.attribution(), Language::En);
        assert!(json["minzoom"].as_u64() <= json["maxzoom"].as_u64(), "{json}");
    }
}

#[test]
fn whatever_sidecars_say_the_layer_is_served_or_told_why_not() {
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.path().join("theme")).unwrap();
    std::fs::write(place.path().join("theme/layer.fgb"), LAYER).unwrap();
    let cases = data::checks(FOLDERS_FULL as usize) as u32;
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    runner
        .run(&[any_sidecar(), any_sidecar(), any_sidecar()], |sidecars| {
            check(place.path(), &sidecars);
            Ok(())
        })
        .unwrap();
}
