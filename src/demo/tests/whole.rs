//! The city as a whole: the same bytes every time, all layers, enough in each.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::city::Entity;
use super::super::{Options, write};
use super::{city, rows};
use crate::time::TemporalKind;

/// Every file below a folder: path and bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                out.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    out
}

/// The city, written by so many threads.
fn written(options: &Options, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| write(options, folder.path(), |_| ())).unwrap();
    files(folder.path())
}

#[test]
fn one_thread_and_two_write_the_same_bytes_and_layers_holds_them() {
    let one = written(&Options::default(), 1);
    let two = written(&Options::default(), 2);
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(two[path] == *bytes, "{path} differs from run to run");
    }
    let held = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("layers"));
    for (path, bytes) in &one {
        let same = held.get(path).is_some_and(|held| held == bytes);
        assert!(same, "layers/{path} differs: run `onemap demo --out layers`");
    }
    assert_eq!(one.keys().collect::<Vec<_>>(), held.keys().collect::<Vec<_>>());
    let size: usize = one.values().map(Vec::len).sum();
    assert!(size <= 20_000_000, "{size} bytes");
}

#[test]
fn another_seed_and_scale_make_another_city() {
    let themes = vec!["admin".to_owned(), "land".to_owned()];
    let options = Options { seed: 7, scale: 0.4, themes };
    let other = written(&options, 2);
    assert!(other.keys().all(|path| !path.starts_with("water/")));
    assert!(other.contains_key("admin/district.fgb"));
    let folder = tempfile::tempdir().unwrap();
    for wrong in [
        Options { scale: 0.0, ..Options::default() },
        Options { scale: f64::NAN, ..Options::default() },
        Options { themes: vec!["nonsense".to_owned()], ..Options::default() },
    ] {
        assert!(write(&wrong, folder.path(), |_| ()).is_err(), "{wrong:?}");
    }
}

#[test]
fn there_are_37_themes_and_358_layers_with_rows_enough() {
    let city = city();
    assert_eq!(city.themes.len(), 37);
    assert_eq!(city.themes.iter().map(|theme| theme.layers.len()).sum::<usize>(), 358);
    let mut sum = 0;
    let mut off = Vec::new();
    for theme in &city.themes {
        for (name, layer) in &theme.layers {
            let id = format!("{}.{name}", theme.id);
            let count = rows(&id).len();
            sum += count;
            let share = count as f64 / layer.features as f64;
            if !(0.6..=1.35).contains(&share) {
                off.push(format!("{id}: {count} of {}", layer.features));
            }
        }
    }
    assert!(off.is_empty(), "{off:#?}");
    assert!((50_000..=70_000).contains(&sum), "{sum} features");
}

#[test]
fn the_documented_layers_are_those_of_the_city() {
    let told = include_str!("../../../docs/demo-city.md");
    let number = |count: usize| match (count / 1_000, count % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    };
    let mut missing = Vec::new();
    for theme in &city().themes {
        for (name, layer) in &theme.layers {
            let id = format!("{}.{name}", theme.id);
            let title = [&layer.title.zh, &layer.title.en].map(|part| part.clone().unwrap());
            let [zh, en] = title;
            let (kind, time) = (&layer.geometry, format!("{:?}", layer.temporal).to_lowercase());
            let count = number(rows(&id).len());
            let line = format!("| `{id}` | {zh} | {en} | {kind} | {time} | {count} |");
            missing.extend((!told.contains(&line)).then_some(line));
        }
    }
    assert!(missing.is_empty(), "docs/demo-city.md lacks {missing:#?}");
}

#[test]
fn every_column_of_every_layer_has_values() {
    let city = city();
    let mut empty = Vec::new();
    for theme in &city.themes {
        for (name, layer) in &theme.layers {
            let id = format!("{}.{name}", theme.id);
            let rows = rows(&id);
            for (i, column) in layer.columns.iter().enumerate() {
                if rows.iter().all(|row| row.values[i] == super::super::sheet::Cell::Null) {
                    empty.push(format!("{id}.{}", column.name));
                }
            }
        }
    }
    assert!(empty.is_empty(), "{empty:#?}");
}

#[test]
fn versions_of_an_entity_never_overlap_and_ids_of_others_are_unique() {
    let city = city();
    for theme in &city.themes {
        for (name, layer) in &theme.layers {
            let id = format!("{}.{name}", theme.id);
            let mut spans: BTreeMap<&str, Vec<(i32, i32)>> = BTreeMap::new();
            let rows = rows(&id);
            for row in rows.iter() {
                let (from, to) = row.days();
                let to = to.unwrap_or(i32::MAX);
                assert!(from < to, "{id} {} begins on {from} and ends on {to}", row.id);
                spans.entry(&row.id).or_default().push((from, to));
            }
            for (entity, mut spans) in spans {
                spans.sort_unstable();
                if layer.temporal == TemporalKind::State {
                    let apart = spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
                    assert!(apart, "{id} {entity} {spans:?}");
                } else {
                    assert_eq!(spans.len(), 1, "{id} has {entity} twice");
                }
            }
        }
    }
}

#[test]
fn no_two_layers_hold_the_same_shapes_and_values() {
    let city = city();
    let mut seen: BTreeMap<u64, String> = BTreeMap::new();
    for theme in &city.themes {
        for name in theme.layers.keys() {
            let id = format!("{}.{name}", theme.id);
            let rows = rows(&id);
            let held = |row: &Entity| (row.at, row.span.start(), row.values.clone());
            let places: Vec<_> = rows.iter().map(held).collect();
            let hash = xxhash_rust::xxh3::xxh3_64(format!("{places:?}").as_bytes());
            if let Some(other) = seen.insert(hash, id.clone()) {
                panic!("{id} is {other} by another name");
            }
        }
    }
}
