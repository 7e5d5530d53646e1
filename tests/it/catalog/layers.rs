//! Files and sidecars as layers: what loads, what is told.

use super::*;

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
            schools
                .feature_id(row, &schools.feature(row).unwrap().properties(), versions)
                .to_string()
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
