//! Editions: what is kept, what stays when files change, what a restart does again.

use super::*;

#[test]
fn a_warm_start_checks_profiles_and_indexes_nothing() {
    let city = City::new();
    city.put("t/a.fgb", numbers(10));
    city.put("t/b.fgb", versions(&[("A", "2020-01-01", "")]));
    city.put("t/b.toml", "title = \"B\"");
    let first = view(&city.open());
    assert_eq!(city.steps().len(), 6);
    let second = view(&city.open_at(2));
    none(&city.steps());
    let facts = |view: &View| -> Vec<_> {
        let of = |layer: LayerView| (layer.digest(), layer.whole().map(|whole| whole.count));
        view.layers().map(of).collect()
    };
    assert_eq!(facts(&first), facts(&second));
    assert_eq!((first.edition(), second.edition()), (1, 1));
    // A title is in nothing derived; the lowest zoom is.
    city.put("t/b.toml", "title = \"C\"");
    view(&city.open_at(3));
    none(&city.steps());
    city.put("t/b.toml", "title = \"C\"\nmin_zoom = 5");
    view(&city.open_at(4));
    let wanted = [("t.b".to_owned(), Step::Profile), ("t.b".to_owned(), Step::Index)];
    assert_eq!(city.steps(), wanted);
}

#[test]
fn damaged_derived_data_is_made_anew() {
    let city = City::new();
    city.put("t/a.fgb", numbers(10));
    city.open();
    city.steps();
    for file in files_below(&city.store().join("derived")) {
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 255;
        fs::remove_file(&file).unwrap();
        fs::write(&file, bytes).unwrap();
    }
    assert_eq!(layer(&city.open(), "t.a").whole().unwrap().count, 10);
    assert_eq!(city.steps().len(), 3);
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn several_may_open_one_store_at_once_and_make_one_edition() {
    let city = City::new();
    for n in 0..6 {
        city.put(&format!("t/l{n}.fgb"), numbers(50 + n));
    }
    let all: Vec<(u64, Vec<u128>)> = std::thread::scope(|scope| {
        let opening = || {
            let view = view(&city.open());
            (view.edition(), view.layers().map(|layer| layer.digest()).collect())
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(opening)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(all.iter().all(|one| *one == all[0]) && all[0].0 == 1, "{all:?}");
}

#[test]
fn a_reload_loads_what_changed_and_keeps_the_rest() {
    let city = City::new();
    city.put("t/a.fgb", numbers(1));
    city.put("t/b.fgb", numbers(2));
    let catalog = city.open_at(1000);
    city.steps();
    let before = view(&catalog);
    catalog.reload(Instant::from_millis(2000), false).unwrap();
    assert_eq!((view(&catalog).edition(), city.steps()), (1, vec![]));
    city.put("t/b.fgb", numbers(3));
    city.put("u/c.fgb", numbers(4));
    catalog.reload(Instant::from_millis(3000), false).unwrap();
    let after = view(&catalog);
    assert_eq!((after.edition(), ids(&after)), (2, vec!["t.a".into(), "t.b".into(), "u.c".into()]));
    assert!(city.steps().iter().all(|(id, _)| id != "t.a"));
    let digest = |view: &View, id| view.layer(&CollectionId::parse(id).unwrap()).unwrap().digest();
    assert_eq!(digest(&before, "t.a"), digest(&after, "t.a"));
    assert_ne!(digest(&before, "t.b"), digest(&after, "t.b"));
    // Who began under the old snapshot still sees it.
    let old = before.layer(&CollectionId::parse("t.b").unwrap()).unwrap();
    assert_eq!(old.whole().unwrap().count, 2);
}

#[test]
fn a_bad_new_file_leaves_the_old_edition_serving_also_after_a_restart() {
    let city = City::new();
    city.put("t/a.fgb", numbers(5));
    city.put("t/b.fgb", numbers(6));
    let catalog = city.open();
    city.put("t/a.fgb", &numbers(50)[..400]);
    catalog.reload(Instant::from_millis(2), false).unwrap();
    for catalog in [catalog, city.open_at(3)] {
        assert_eq!(layer(&catalog, "t.a").whole().unwrap().count, 5);
        let failed = failed(&view(&catalog));
        let [(id, _, served)] = &failed[..] else { panic!("one fails: {failed:?}") };
        assert_eq!((id.as_str(), *served, view(&catalog).edition()), ("t.a", true, 1));
    }
    city.put("t/a.fgb", numbers(7));
    let catalog = city.open_at(4);
    assert_eq!(layer(&catalog, "t.a").whole().unwrap().count, 7);
    assert_eq!((failed(&view(&catalog)), view(&catalog).edition()), (vec![], 2));
}

#[test]
fn a_file_truncated_or_overwritten_in_place_while_served_changes_nothing() {
    let city = City::new();
    city.put("t/a.fgb", numbers(500));
    let catalog = city.open();
    let layer = layer(&catalog, "t.a");
    let path = city.layers().join("t/a.fgb");
    let read = || -> i64 {
        let ids = (0..500).map(|row| {
            let feature = layer.feature(onemap::model::Row::new(row)).unwrap();
            match feature.value(0) {
                Value::Int(id) => id,
                other => panic!("{other:?}"),
            }
        });
        ids.sum()
    };
    let size = fs::metadata(&path).unwrap().len();
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(100).unwrap();
    assert_eq!(read(), 500 * 499 / 2);
    file.set_len(0).unwrap();
    assert_eq!(read(), 500 * 499 / 2);
    fs::write(&path, vec![0xff; size as usize]).unwrap();
    assert_eq!(read(), 500 * 499 / 2);
    catalog.reload(Instant::from_millis(2), false).unwrap();
    assert_eq!(read(), 500 * 499 / 2);
    assert!(failed(&view(&catalog))[0].2);
}

#[test]
fn a_scan_that_would_remove_more_than_half_of_the_layers_removes_none_until_it_is_accepted() {
    let city = City::new();
    for name in ["a", "b", "c", "d"] {
        city.put(&format!("t/{name}.fgb"), numbers(1));
    }
    let catalog = city.open();
    city.remove("t/d.fgb");
    city.remove("t/c.fgb");
    catalog.reload(Instant::from_millis(2), false).unwrap();
    assert_eq!(ids(&view(&catalog)), ["t.a", "t.b"]);
    fs::rename(city.layers().join("t"), city.layers().join(".t")).unwrap();
    catalog.reload(Instant::from_millis(3), false).unwrap();
    for catalog in [&catalog, &city.open_at(4)] {
        let view = view(catalog);
        assert_eq!((ids(&view).len(), view.edition()), (2, 2));
        assert!(view.problems()[0].reason.contains("2 of 2 layers are gone"));
    }
    catalog.reload(Instant::from_millis(5), true).unwrap();
    assert_eq!(ids(&view(&catalog)), Vec::<String>::new());
}

#[test]
fn a_folder_that_cannot_be_read_removes_nothing() {
    let city = City::new();
    city.put("t/a.fgb", numbers(1));
    let second = City::new();
    for name in ["b", "c"] {
        second.put(&format!("u/{name}.fgb"), numbers(1));
    }
    let folders = [city.layers(), second.layers()];
    let place = StorePlace::Folder(city.store());
    let catalog = open(&folders, place.clone(), &city.steps, 1);
    fs::rename(second.layers(), second.folder.path().join("unmounted")).unwrap();
    catalog.reload(Instant::from_millis(2), false).unwrap();
    assert_eq!(ids(&view(&catalog)), ["t.a", "u.b", "u.c"]);
    assert!(!view(&catalog).problems().is_empty());
    assert_eq!(ids(&view(&open(&folders, place, &city.steps, 3))), ["t.a", "u.b", "u.c"]);
}

#[test]
fn old_editions_answer_as_they_did() {
    use onemap::catalog::{Asof, CatalogError};
    let city = City::new();
    city.put("t/a.fgb", numbers(1));
    city.put("t/a.toml", "title = \"First\"");
    let catalog = city.open_at(1000);
    city.put("t/a.fgb", numbers(2));
    city.put("t/a.toml", "title = \"Second\"");
    catalog.reload(Instant::from_millis(2000), false).unwrap();
    city.put("t/b.fgb", numbers(3));
    // Clocks go back; editions do not.
    catalog.reload(Instant::from_millis(1500), false).unwrap();
    let at = |catalog: &Catalog, asof| {
        let view = View::new(catalog.at_edition(asof).unwrap(), Caller::Public);
        let layer = view.layer(&CollectionId::parse("t.a").unwrap()).unwrap();
        let title = layer.descriptor().title.clone().unwrap().en.unwrap();
        (view.edition(), title, layer.whole().unwrap().count, ids(&view).len())
    };
    let first = (1, "First".to_owned(), 1, 1);
    let second = (2, "Second".to_owned(), 2, 1);
    let third = (3, "Second".to_owned(), 2, 2);
    for catalog in [&catalog, &city.open_at(3000)] {
        assert_eq!(at(catalog, Asof::Edition(1)), first);
        assert_eq!(at(catalog, Asof::Edition(2)), second);
        assert_eq!(at(catalog, Asof::Edition(3)), third);
        assert_eq!(at(catalog, Asof::Instant(Instant::from_millis(1999))), first);
        assert_eq!(at(catalog, Asof::Instant(Instant::from_millis(2000))), second);
        assert_eq!(at(catalog, Asof::Instant(Instant::from_millis(9999))), third);
        let unknown =
            [Asof::Edition(0), Asof::Edition(4), Asof::Instant(Instant::from_millis(999))];
        for asof in unknown {
            assert!(matches!(catalog.at_edition(asof), Err(CatalogError::Absent)), "{asof:?}");
        }
    }
    for file in files_below(&city.store().join("files")) {
        fs::remove_file(file).unwrap();
    }
    let later = city.open_at(4000);
    assert!(matches!(later.at_edition(Asof::Edition(1)), Err(CatalogError::Gone)));
    assert_eq!(at(&later, Asof::Edition(2)).2, 2);
}

#[test]
fn pruning_keeps_what_any_edition_names() {
    use onemap::catalog::Asof;
    let city = City::new();
    city.put("t/a.fgb", numbers(1));
    city.put("t/a.toml", "title = \"First\"");
    let catalog = city.open_at(1000);
    city.put("t/a.fgb", numbers(2));
    catalog.reload(Instant::from_millis(2000), false).unwrap();
    city.put("t/a.fgb", &numbers(3)[..300]);
    catalog.reload(Instant::from_millis(3000), false).unwrap();
    city.remove("t/a.fgb");
    let objects = || files_below(&city.store().join("files")).len();
    assert_eq!(objects(), 4);
    assert_eq!(catalog.prune(Instant::from_millis(4000)).unwrap().files, 0);
    let far = Instant::parse("2500-01-01T00:00:00Z").unwrap();
    assert_eq!((catalog.prune(far).unwrap().files, objects()), (1, 3));
    let later = city.open_at(5000);
    for edition in [1, 2] {
        let view = View::new(later.at_edition(Asof::Edition(edition)).unwrap(), Caller::Public);
        let layer = view.layer(&CollectionId::parse("t.a").unwrap()).unwrap();
        assert_eq!(u64::from(layer.whole().unwrap().count), edition);
    }
    // What an edition that cannot be read names is not known.
    fs::write(city.store().join("editions/3.json"), "{").unwrap();
    fs::write(city.store().join("files").join(format!("{}.fgb", "0".repeat(64))), "x").unwrap();
    assert_eq!(catalog.prune(far).unwrap().files, 0);
}

#[test]
fn two_servers_that_publish_into_one_store_both_get_their_editions() {
    let (first, second) = (City::new(), City::new());
    let place = StorePlace::Folder(first.store());
    std::thread::scope(|scope| {
        for city in [&first, &second] {
            let place = place.clone();
            scope.spawn(move || {
                city.put("t/a.fgb", numbers(1));
                let catalog = open(&[city.layers()], place, &city.steps, 1);
                for n in 2..8 {
                    city.put("t/a.fgb", numbers(n));
                    catalog.reload(Instant::from_millis(n), false).unwrap();
                    assert_eq!(layer(&catalog, "t.a").whole().unwrap().count, n as u32);
                }
            });
        }
    });
    let editions = fs::read_dir(first.store().join("editions")).unwrap().count();
    assert!((8..=14).contains(&editions), "{editions}");
}
