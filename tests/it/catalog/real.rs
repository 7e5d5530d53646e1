//! Folders of others' files, good and bad.

use super::*;

#[test]
fn hostile_files_are_told_and_harm_no_other() {
    let Some(data) = crate::data::folder() else { return };
    let steps = Arc::default();
    let catalog = open(&[data.join("flatgeobuf/hostile")], StorePlace::Memory, &steps, 1);
    let view = view(&catalog);
    let failed: BTreeMap<String, String> = failed(&view)
        .into_iter()
        .map(|(_, told, _)| {
            let (file, reason) = told.split_once(": ").unwrap();
            (file.to_owned(), reason.to_owned())
        })
        .collect();
    for case in crate::data::json(&data, "flatgeobuf/hostile/expected.json").as_array().unwrap() {
        let (name, wanted) = (case["file"].as_str().unwrap(), case["expected"].as_str().unwrap());
        let reason = failed.iter().find(|(file, _)| *file == name).map(|(_, reason)| reason);
        if wanted.starts_with("refuse the file") {
            let reason = reason.unwrap_or_else(|| panic!("{name} is served"));
            assert!(!reason.contains("fault of the server"), "{name}: {reason}");
        }
        if wanted.starts_with("loads") {
            assert_eq!(reason, None, "{name}");
        }
    }
    let control = layer(&catalog, "main.00_good_control");
    assert_eq!((control.whole().unwrap().count, told(&control)), (5, vec![]));
}

#[test]
fn the_real_layers_load_as_their_manifest_says() {
    let Some(data) = crate::data::folder() else { return };
    let steps = Arc::default();
    let catalog = open(&[data.join("layers")], StorePlace::Memory, &steps, 1);
    none(&failed(&view(&catalog)));
    let manifest = crate::data::json(&data, "manifest.json");
    let mut checked = 0;
    for entry in manifest.as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let Some(id) = file.strip_prefix("layers/").and_then(|file| file.strip_suffix(".fgb"))
        else {
            continue;
        };
        let layer = layer(&catalog, &id.replace('/', "."));
        let whole = layer.whole().unwrap();
        assert_eq!(u64::from(whole.count), entry["features"].as_u64().unwrap(), "{file}");
        agree_in_time(&layer, entry);
        agree_in_extent(&layer, entry);
        checked += 1;
    }
    assert_eq!(checked, view(&catalog).layers().count());
    let themes: Vec<usize> = view(&catalog).themes().map(|theme| theme.layers().count()).collect();
    assert_eq!((themes.len(), themes.iter().sum::<usize>()), (11, checked));
}

/// The temporal kind of the manifest where the columns have names that tell it.
fn agree_in_time(layer: &LayerView, entry: &serde_json::Value) {
    use onemap::time::TemporalKind;
    let column = |position: Option<usize>| {
        position.map(|position| layer.schema().columns[position].name.to_string())
    };
    let time = &entry["valid_time"];
    let start = time["valid_from"].as_str().or(time["time"].as_str());
    let unknown =
        ["beginGeldigheid", "year_from", "created", "EFFECTIVE", "year"].map(Some).contains(&start);
    let wanted = match time["kind"].as_str().filter(|_| !unknown) {
        Some("state") => TemporalKind::State,
        Some("event") => TemporalKind::Event,
        _ => TemporalKind::None,
    };
    assert_eq!(layer.temporal(), wanted, "{}", layer.id());
    if wanted != TemporalKind::None {
        assert_eq!(column(layer.time_columns().0).as_deref(), start, "{}", layer.id());
    }
}

/// The extent lies in that of the manifest, which is in the file's CRS, and reaches its sides.
fn agree_in_extent(layer: &LayerView, entry: &serde_json::Value) {
    let side = |n: usize| entry["extent"][n].as_f64().unwrap();
    let [west, south, east, north] = layer.whole().unwrap().extent.unwrap().to_array();
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for (i, j) in (0..=16).flat_map(|i| (0..=16).map(move |j| (i, j))) {
        let (s, t) = (f64::from(i) / 16.0, f64::from(j) / 16.0);
        let position = [side(0) + s * (side(2) - side(0)), side(1) + t * (side(3) - side(1))];
        let position = layer.to_lonlat(position).unwrap();
        for axis in 0..2 {
            low[axis] = low[axis].min(position[axis]);
            high[axis] = high[axis].max(position[axis]);
        }
    }
    let slack =
        [0.001_f64.max((high[0] - low[0]) * 0.15), 0.001_f64.max((high[1] - low[1]) * 0.15)];
    let near = [west - low[0], south - low[1], high[0] - east, high[1] - north];
    for (n, distance) in near.into_iter().enumerate() {
        assert!((-1e-4..=slack[n % 2]).contains(&distance), "{}: {near:?}", layer.id());
    }
}
