//! Folders as catalogues: what loads, what is told, what stays when files change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use onemap::access::{Caller, LayerView, View};
use onemap::catalog::{Catalog, Options, Progress, Step, StorePlace, TemporalDefault};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{CollectionId, Column, ColumnType, Kind, Value};
use onemap::time::Instant;

/// A folder of layers with a store beside it.
pub(crate) struct City {
    folder: tempfile::TempDir,
    steps: Arc<Steps>,
}

/// Remembers what was done to which layer, without copies, which are always looked for.
#[derive(Default)]
pub(crate) struct Steps(Mutex<Vec<(String, Step)>>);

impl Progress for Steps {
    fn begin(&self, _layers: usize) {}

    fn step(&self, id: &CollectionId, step: Step) {
        if step != Step::Copy {
            self.0.lock().unwrap().push((id.to_string(), step));
        }
    }

    fn done(&self, _id: &CollectionId) {}
}

impl City {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("layers")).unwrap();
        Self { folder, steps: Arc::default() }
    }

    pub(crate) fn layers(&self) -> PathBuf {
        self.folder.path().join("layers")
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Writes a file below the layers folder as publishers do: aside, renamed.
    pub(crate) fn put(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.layers().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let aside = self.folder.path().join("aside");
        fs::write(&aside, bytes).unwrap();
        fs::rename(aside, path).unwrap();
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.layers().join(file)).unwrap();
    }

    pub(crate) fn open(&self) -> Catalog {
        self.open_at(1)
    }

    fn open_at(&self, now: i64) -> Catalog {
        open(&[self.layers()], StorePlace::Folder(self.store()), &self.steps, now)
    }

    /// What was done since the last call.
    fn steps(&self) -> Vec<(String, Step)> {
        let mut steps = std::mem::take(&mut *self.steps.0.lock().unwrap());
        steps.sort_by_key(|(id, step)| (id.clone(), *step as u8));
        steps
    }
}

fn open(folders: &[PathBuf], store: StorePlace, steps: &Arc<Steps>, now: i64) -> Catalog {
    let progress = Arc::clone(steps) as Arc<dyn Progress>;
    let temporal_default = TemporalDefault::Now;
    let options = Options { store, quiet: Duration::ZERO, temporal_default, progress };
    Catalog::open(folders, options, Instant::from_millis(now)).unwrap()
}

pub(crate) fn view(catalog: &Catalog) -> View {
    View::new(catalog.snapshot(), Caller::Public)
}

pub(crate) fn layer(catalog: &Catalog, id: &str) -> LayerView {
    view(catalog).layer(&CollectionId::parse(id).unwrap()).unwrap()
}

fn ids(view: &View) -> Vec<String> {
    view.layers().map(|layer| layer.id().to_string()).collect()
}

/// Failed layers: id, reason, whether the old one is served.
fn failed(view: &View) -> Vec<(String, String, bool)> {
    let failed = view.themes().flat_map(|theme| theme.failed().to_vec());
    failed.map(|f| (f.id.to_string(), f.problem.to_string(), f.served)).collect()
}

fn told(layer: &LayerView) -> Vec<String> {
    layer.problems().iter().map(ToString::to_string).collect()
}

/// A file of points, one a row, 0.01 degrees apart from each other in row order.
pub(crate) fn points(columns: &[(&str, ColumnType)], rows: &[&[Value<'_>]]) -> Vec<u8> {
    file(Some(4326), columns, rows)
}

fn file(epsg: Option<u16>, columns: &[(&str, ColumnType)], rows: &[&[Value<'_>]]) -> Vec<u8> {
    let column = |(name, kind): &(&str, ColumnType)| Column {
        name: (*name).into(),
        kind: *kind,
        title: None,
        description: None,
    };
    let options = WriterOptions {
        name: "points".to_owned(),
        title: None,
        description: None,
        epsg,
        geometry: Kind::Point,
    };
    let mut writer = Writer::new(options, columns.iter().map(column).collect());
    for (row, values) in rows.iter().enumerate() {
        let point = geo::Point::new(114.0 + row as f64 / 100.0, 22.5);
        writer.add(Some(&point.into()), values).unwrap();
    }
    writer.finish()
}

fn numbers(count: i64) -> Vec<u8> {
    let rows: Vec<[Value<'_>; 1]> = (0..count).map(|id| [Value::Int(id)]).collect();
    let rows: Vec<&[Value<'_>]> = rows.iter().map(|row| &row[..]).collect();
    points(&[("id", ColumnType::Int)], &rows)
}

/// Versions of entities as text: entity, valid from, valid to.
fn versions(rows: &[(&str, &str, &str)]) -> Vec<u8> {
    fn value(text: &str) -> Value<'_> {
        if text.is_empty() { Value::Null } else { Value::Text(text) }
    }
    let rows: Vec<[Value<'_>; 3]> =
        rows.iter().map(|(id, from, to)| [value(id), value(from), value(to)]).collect();
    let rows: Vec<&[Value<'_>]> = rows.iter().map(|row| &row[..]).collect();
    let text = ColumnType::String;
    points(&[("id", text), ("valid_from", text), ("valid_to", text)], &rows)
}

/// Asserts that nothing was found.
fn none<T: std::fmt::Debug>(found: &[T]) {
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn file_names_of_any_language_give_ids_and_titles_keep_the_names() {
    let city = City::new();
    for file in ["教育/学校.fgb", "教育/さくら.fgb", "Transport/ROADS.FGB", "🏫/🏥.fgb", "a b.fgb"]
    {
        city.put(file, numbers(1));
    }
    city.put("教育/theme.toml", "title = {zh = \"教育\", en = \"Education\"}\norder = 1");
    let catalog = city.open();
    let view = view(&catalog);
    let wanted =
        ["jiaoyu.sakura", "jiaoyu.xuexiao", "main.a_b", "school.hospital", "transport.roads"];
    assert_eq!(ids(&view), wanted);
    let title = |id| layer(&catalog, id).descriptor().title.clone().unwrap();
    assert_eq!(title("jiaoyu.xuexiao").zh.as_deref(), Some("学校"));
    assert_eq!(title("transport.roads").en.as_deref(), Some("ROADS"));
    let themes: Vec<String> = view.themes().map(|theme| theme.id().to_owned()).collect();
    assert_eq!(themes, ["jiaoyu", "main", "school", "transport"]);
    assert_eq!(view.theme("jiaoyu").unwrap().title().en.as_deref(), Some("Education"));
}

#[test]
fn a_sidecar_that_is_wrong_fails_its_layer_by_file_line_and_key_and_no_other() {
    let city = City::new();
    for (name, sidecar) in [
        ("good", "title = \"fine\""),
        ("unknown_key", "title = \"x\"\ntitel = \"y\""),
        ("wrong_type", "\nmin_zoom = \"low\""),
        ("no_such_column", "id = \"code\""),
        ("no_such_style", "[style]\nby = \"use\""),
        ("bad_time", "temporal = \"state\""),
        ("bad_crs", "crs = \"EPSG:999999\""),
        ("bad_zooms", "min_zoom = 9\nmax_zoom = 8"),
        ("bad_rank", "rank = \"label\""),
        ("secret", "access = \"staff\""),
    ] {
        let rows: [&[Value<'_>]; 1] = [&[Value::Text("a")]];
        city.put(&format!("t/{name}.fgb"), points(&[("label", ColumnType::String)], &rows));
        city.put(&format!("t/{name}.toml"), sidecar);
    }
    let catalog = city.open();
    assert_eq!(ids(&view(&catalog)), ["t.good"]);
    let failed = failed(&view(&catalog));
    assert_eq!(failed.len(), 9);
    for (id, place) in [
        ("t.unknown_key", "t/unknown_key.toml, line 2, `titel`:"),
        ("t.wrong_type", "t/wrong_type.toml, line 2, `min_zoom`:"),
        ("t.no_such_column", "t/no_such_column.toml, line 1, `id`:"),
        ("t.no_such_style", "t/no_such_style.toml, line 2, `style.by`:"),
        ("t.bad_time", "t/bad_time.toml, line 1, `temporal`:"),
        ("t.bad_crs", "t/bad_crs.toml, line 1, `crs`:"),
        ("t.bad_zooms", "t/bad_zooms.toml, line 2, `max_zoom`:"),
        ("t.bad_rank", "t/bad_rank.toml, line 1, `rank`:"),
        ("t.secret", "t/secret.toml, line 1, `access`:"),
    ] {
        let (_, told, served) = failed.iter().find(|(own, ..)| own == id).unwrap();
        assert!(told.starts_with(place) && !served, "{told}");
    }
    let wrong: String = fs::read_to_string(city.layers().join("t/unknown_key.toml")).unwrap();
    city.put("t/unknown_key.toml", wrong.replace("titel", "license"));
    catalog.reload(Instant::from_millis(2), false).unwrap();
    assert_eq!(ids(&view(&catalog)), ["t.good", "t.unknown_key"]);
}

#[test]
fn a_file_without_crs_holds_degrees_or_asks_for_one() {
    let city = City::new();
    let rows: [&[Value<'_>]; 1] = [&[]];
    city.put("degrees.fgb", file(None, &[], &rows));
    let options = WriterOptions {
        name: "metres".to_owned(),
        title: None,
        description: None,
        epsg: None,
        geometry: Kind::Point,
    };
    let mut writer = Writer::new(options, Vec::new());
    writer.add(Some(&geo::Point::new(500_000.0, 2_500_000.0).into()), &[]).unwrap();
    let metres = writer.finish();
    city.put("metres.fgb", &metres);
    city.put("named.fgb", &metres);
    city.put("named.toml", "crs = \"EPSG:4547\"");
    for catalog in [city.open(), city.open_at(2)] {
        assert_eq!(ids(&view(&catalog)), ["main.degrees", "main.named"]);
        let failed = failed(&view(&catalog));
        let [(id, told, _)] = &failed[..] else { panic!("one fails: {failed:?}") };
        assert!(id == "main.metres" && told.contains("`crs`"), "{told}");
        let [west, south, ..] =
            layer(&catalog, "main.named").whole().unwrap().extent.unwrap().to_array();
        assert!((west - 114.0).abs() < 0.001 && (south - 22.6).abs() < 0.1, "{west} {south}");
    }
}

#[test]
fn rows_that_are_never_valid_or_overlap_or_share_an_id_are_told() {
    let city = City::new();
    city.put(
        "t/schools.fgb",
        versions(&[
            ("A", "2019-09-01", "2021-09-01"),
            ("A", "2021-09-01", ""),
            ("B", "2019-09-01", "2021-09-01"),
            ("B", "2021-08-31", ""),
            ("C", "2021-09-01", "2021-09-01"),
            ("D", "sometime", ""),
        ]),
    );
    let rows: [&[Value<'_>]; 3] = [&[Value::Int(7)], &[Value::Int(8)], &[Value::Int(7)]];
    city.put("t/twice.fgb", points(&[("id", ColumnType::Int)], &rows));
    city.put("t/told.fgb", points(&[("id", ColumnType::Int)], &rows));
    city.put("t/told.toml", "id = \"id\"");
    // The key of -1 is a hash of its text; a row whose number is that very hash.
    let hash = onemap::catalog::entity_key(Value::Double(-1.0)) as f64;
    let rows: [&[Value<'_>]; 2] = [&[Value::Double(-1.0)], &[Value::Double(hash)]];
    city.put("t/collide.fgb", points(&[("id", ColumnType::Double)], &rows));
    let catalog = city.open();
    let schools = layer(&catalog, "t.schools");
    let has = |layer: &LayerView, what: &str| {
        assert!(told(layer).iter().any(|problem| problem.contains(what)), "{:?}", told(layer));
    };
    assert_eq!((schools.whole().unwrap().count, schools.problems().len()), (4, 3));
    has(&schools, "at or before its start");
    has(&schools, "`sometime` names no time");
    has(&schools, "of the same entity");
    assert!(schools.problems().iter().all(|problem| problem.row.is_some()));
    assert_eq!(layer(&catalog, "t.twice").id_column(), None);
    assert!(told(&layer(&catalog, "t.twice")).is_empty());
    has(&layer(&catalog, "t.told"), "not unique");
    has(&layer(&catalog, "t.collide"), "have one hash");
}

#[test]
fn rows_beyond_what_their_crs_can_place_are_told_and_served_without_a_place() {
    let city = City::new();
    let options = WriterOptions {
        name: "far".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::Point,
    };
    let mut writer = Writer::new(options, Vec::new());
    for x in [114.0, 500_000.0] {
        writer.add(Some(&geo::Point::new(x, 22.5).into()), &[]).unwrap();
    }
    city.put("t/far.fgb", writer.finish());
    for catalog in [city.open(), city.open_at(2)] {
        let far = layer(&catalog, "t.far");
        assert_eq!(far.whole().unwrap().count, 2);
        let [only] = &told(&far)[..] else { panic!("{:?}", told(&far)) };
        assert!(only.starts_with("t/far.fgb, row ") && only.contains("on no map"), "{only}");
    }
}

#[test]
fn a_slip_in_the_catalogues_own_sidecars_leaves_the_last_good_ones_in_force() {
    let city = City::new();
    city.put("land/a.fgb", versions(&[("A", "2020-01-01", "")]));
    city.put("catalog.toml", "title = \"City\"\ntimezone = \"UTC\"");
    city.put("land/theme.toml", "title = \"Land\"");
    let catalog = city.open();
    let facts = |catalog: &Catalog| {
        let view = view(catalog);
        let layer = layer(catalog, "land.a");
        let theme = view.theme("land").unwrap().title().en.clone().unwrap();
        let start = layer.whole().unwrap().times.unwrap().start().unwrap().to_string();
        (view.title().en.clone().unwrap(), theme, view.zone().name().to_owned(), start)
    };
    let text = str::to_owned;
    let good = (text("City"), text("Land"), text("UTC"), text("2020-01-01T00:00:00Z"));
    assert_eq!(facts(&catalog), good);
    for (at, wrong) in [(2, "titel = \"City\""), (3, "timezone = \"UCT+8\""), (4, "title = ")] {
        city.put("catalog.toml", wrong);
        city.put("land/theme.toml", "titel = \"Land\"");
        catalog.reload(Instant::from_millis(at), false).unwrap();
        for catalog in [&catalog, &city.open_at(at)] {
            assert_eq!(facts(catalog), good, "{wrong}");
            let files: Vec<String> =
                view(catalog).problems().iter().map(|problem| problem.file.clone()).collect();
            assert_eq!(files, ["catalog.toml", "land/theme.toml"], "{wrong}");
        }
    }
    city.put("catalog.toml", "title = \"Town\"");
    city.remove("land/theme.toml");
    catalog.reload(Instant::from_millis(9), false).unwrap();
    let shanghai = text("2019-12-31T16:00:00Z");
    let title = view(&catalog).theme("land").unwrap().title().en.clone();
    assert_eq!(title.as_deref(), Some("land"));
    assert_eq!(facts(&catalog), (text("Town"), text("land"), text("Asia/Shanghai"), shanghai));
    none(view(&catalog).problems());
}

#[test]
fn what_no_date_means_is_said_for_all_layers_or_by_a_sidecar_for_one() {
    let city = City::new();
    for name in ["plain", "now", "all"] {
        city.put(&format!("t/{name}.fgb"), versions(&[("A", "2020-01-01", "2021-01-01")]));
    }
    city.put("t/now.toml", "temporal_default = \"now\"");
    city.put("t/all.toml", "temporal_default = \"all\"");
    let open = |temporal_default| {
        let options = Options {
            store: StorePlace::Folder(city.store()),
            quiet: Duration::ZERO,
            temporal_default,
            progress: Arc::clone(&city.steps) as Arc<dyn Progress>,
        };
        Catalog::open(&[city.layers()], options, Instant::from_millis(1)).unwrap()
    };
    let now = Instant::from_millis(0);
    let selects_all = |catalog: &Catalog| {
        ["plain", "now", "all"]
            .map(|name| layer(catalog, &format!("t.{name}")).window(None, now).is_none())
    };
    let (usual, other) = (open(TemporalDefault::Now), open(TemporalDefault::All));
    assert_eq!(selects_all(&usual), [false, false, true]);
    assert_eq!(selects_all(&other), [true, false, true]);
    let digest = |catalog: &Catalog| layer(catalog, "t.plain").digest();
    assert_ne!(digest(&usual), digest(&other));
}

#[test]
fn a_pipe_in_the_folder_is_told_and_nobody_waits_for_what_it_may_bring() {
    let city = City::new();
    city.put("t/a.fgb", numbers(1));
    for name in ["catalog.toml", "t/theme.toml", "t/a.toml", "t/b.fgb"] {
        let pipe = city.layers().join(name);
        assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    }
    let catalog = city.open();
    let view = view(&catalog);
    let told: Vec<String> = view.problems().iter().map(ToString::to_string).collect();
    let reason = "it is no regular file";
    assert_eq!(told, [format!("catalog.toml: {reason}"), format!("t/theme.toml: {reason}")]);
    let failed: Vec<String> = failed(&view).into_iter().map(|(_, told, _)| told).collect();
    assert_eq!(failed, [format!("t/a.toml: {reason}"), format!("t/b.fgb: {reason}")]);
}

#[test]
fn time_columns_that_mostly_hold_no_time_are_not_believed() {
    let city = City::new();
    city.put("t/a.fgb", versions(&[("A", "2020", "soon"), ("B", "2020", "later")]));
    let catalog = city.open();
    let layer = layer(&catalog, "t.a");
    assert_eq!(layer.temporal(), onemap::time::TemporalKind::None);
    assert!(told(&layer)[0].contains("`valid_to`"), "{:?}", told(&layer));
}

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

#[test]
fn features_are_named_by_their_entity_and_where_versions_meet_by_their_start() {
    let city = City::new();
    let rows = [("A", "2019-09-01", "2021-09-01"), ("A", "2021-09-01", ""), ("B", "", "")];
    city.put("t/s.fgb", versions(&rows));
    city.put("t/n.fgb", numbers(3));
    city.put("t/all.fgb", versions(&rows));
    city.put("t/all.toml", "temporal_default = \"all\"");
    let catalog = city.open();
    let schools = layer(&catalog, "t.s");
    let names = |entity: &str, versions| -> Vec<String> {
        let rows = schools.rows_of(entity).into_iter();
        rows.map(|row| {
            schools.feature_id(row, &schools.feature(row).unwrap(), versions).to_string()
        })
        .collect()
    };
    assert_eq!(names("A", false), ["A", "A"]);
    assert_eq!(names("A", true), ["A@2019-08-31T16:00:00Z", "A@2021-08-31T16:00:00Z"]);
    assert_eq!(names("B", true), ["B@.."]);
    assert_eq!(names("C", true), Vec::<String>::new());
    let numbers = layer(&catalog, "t.n");
    assert_eq!(numbers.rows_of("2").len(), 1);
    assert_eq!((numbers.rows_of("02").len(), numbers.rows_of("3").len()), (0, 0));
    let now = Instant::parse("2020-01-01T00:00:00Z").unwrap();
    assert!(schools.window(None, now).unwrap().contains(now));
    assert_eq!(numbers.window(None, now), None);
    assert_eq!(layer(&catalog, "t.all").window(None, now), None);
    assert_eq!(schools.next_change(now).unwrap().to_string(), "2021-08-31T16:00:00Z");
    let times = schools.whole().unwrap().times.unwrap();
    assert_eq!((times.start(), times.end()), (None, None));
}

#[test]
fn importance_goes_by_a_number_or_by_an_order() {
    let city = City::new();
    let rows: [&[Value<'_>]; 3] = [
        &[Value::Text("local"), Value::Int(3)],
        &[Value::Text("express"), Value::Int(1)],
        &[Value::Text("path"), Value::Null],
    ];
    let columns = [("class", ColumnType::String), ("level", ColumnType::Int)];
    for (name, sidecar) in [
        ("number", "rank = \"level\""),
        ("order", "rank = {column = \"class\", order = [\"express\", \"local\"]}"),
    ] {
        city.put(&format!("t/{name}.fgb"), points(&columns, &rows));
        city.put(&format!("t/{name}.toml"), sidecar);
    }
    let catalog = city.open();
    none(&failed(&view(&catalog)));
    assert_eq!(layer(&catalog, "t.number").tile_columns(), [1]);
    assert_eq!(layer(&catalog, "t.order").tile_columns(), [0]);
}

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
