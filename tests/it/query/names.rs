//! Features by their names.

use super::*;

#[test]
fn one_feature_is_found_by_its_entity_or_its_version() {
    let Some(folder) = data::folder() else { return };
    let bytes = std::fs::read(folder.join("time/tiny_state_datetime.fgb")).unwrap();
    let layer = Served::new(&bytes, "id = \"id\"\n").unwrap().layer;
    let vid = layer.schema().position("vid").unwrap();
    let zone = Zone::default();
    let find = |fid: &str, datetime: Option<&str>| {
        let moment = datetime.map(|text| Moment::parse(text, &zone).unwrap());
        query::find(&layer, fid, moment.as_ref(), NOW)
            .map(|row| layer.feature(row).unwrap().value(vid).as_text().unwrap().to_owned())
    };
    let found = |vid: &str| Ok(vid.to_owned());
    assert_eq!(find("A", None), found("a3"));
    assert_eq!(find("A", Some("2021-08-31")), found("a1"));
    assert_eq!(find("A", Some("2020-01-01/2022-01-01")), found("a2"));
    assert_eq!(find("A", Some("../..")), found("a3"));
    assert_eq!(find("A", Some("2019-08-31")), Err(QueryError::Absent));
    assert_eq!(find("B", Some("2020-05-01")), Err(QueryError::Absent));
    assert_eq!(find("F", None), Err(QueryError::Gone));
    assert_eq!(find("F", Some("2021-08-31")), found("f1"));
    assert_eq!(find("G", None), Err(QueryError::Absent));
    assert_eq!(find("D", None), Err(QueryError::Absent));
    assert_eq!(find("A@2019-08-31T16:00:00Z", None), found("a1"));
    assert_eq!(find("A@2019-09-01T00:00:00+08:00", None), found("a1"));
    assert_eq!(find("A@2019-08-31T16:00:00Z", Some("2024-01-01")), Err(QueryError::Absent));
    assert_eq!(find("B@..", None), found("b1"));
    for nothing in ["A@", "A@..", "A@2019", "@", "", "Z", "A@2019-08-31T16:00:00Z@"] {
        assert_eq!(find(nothing, None), Err(QueryError::Absent), "{nothing}");
    }
}

#[test]
fn every_feature_is_found_by_the_name_that_a_page_gives_it() {
    let ids = [Some("a"), None, Some("b@c/d e"), None, Some("."), Some("_1")];
    let bytes = entities(&ids, &[[114.0, 22.5]; 6]);
    let layer = Served::new(&bytes, OF_VERSIONS).unwrap().layer;
    for (datetime, versions) in [("2021-01-01", false), ("../..", true)] {
        let moment = Moment::parse(datetime, &Zone::default()).unwrap();
        let plan = query::plan(&layer, &ItemsAsk { moment: Some(moment), ..all() }, NOW).unwrap();
        let page = query::run(&plan, &Deadline::never()).unwrap();
        assert_eq!((page.rows.len(), plan.versions), (ids.len(), versions));
        for row in page.rows {
            let name = layer
                .feature_id(row, &layer.feature(row).unwrap().properties(), versions)
                .to_string();
            let found = query::find(&layer, &name, Some(&moment), NOW).unwrap();
            let again =
                layer.feature_id(found, &layer.feature(found).unwrap().properties(), versions);
            assert_eq!(again.to_string(), name);
        }
    }
}

#[test]
fn a_row_whose_position_is_none_on_earth_is_told_and_is_nowhere() {
    let bytes = entities(&[Some("a"), Some("b")], &[[181.0, 91.0], [181.0, 89.0]]);
    let layer = Served::new(&bytes, OF_VERSIONS).unwrap().layer;
    let told: Vec<_> = layer.problems().iter().filter_map(|problem| problem.row).collect();
    let lost = (0..2).find(|row| {
        let feature = layer.feature(Row::new(*row)).unwrap();
        feature.value(0).as_text() == Some("a")
    });
    assert_eq!(told, [lost.unwrap()], "{:?}", layer.problems());
    assert_eq!(layer.index().rows_without_geometry(), [lost.unwrap()]);
    assert_eq!(layer.whole().unwrap().extent.unwrap().to_array(), [-179.0, 89.0, -179.0, 89.0]);
}

#[test]
fn ids_carry_their_version_where_versions_may_meet() {
    let Some(folder) = data::folder() else { return };
    let bytes = std::fs::read(folder.join("time/tiny_state_datetime.fgb")).unwrap();
    let layer = Served::new(&bytes, "id = \"id\"\n").unwrap().layer;
    for (datetime, versions) in [
        (None, false),
        (Some("2021-09-01"), false),
        (Some("2021-09-01T00:00:00Z/2021-09-01T00:00:00Z"), false),
        (Some("2021-09-01/2021-09-01"), true),
        (Some("../.."), true),
    ] {
        let moment = datetime.map(|text| Moment::parse(text, &Zone::default()).unwrap());
        let plan = query::plan(&layer, &ItemsAsk { moment, ..all() }, NOW).unwrap();
        assert_eq!(plan.versions, versions, "{datetime:?}");
        let page = query::run(&plan, &Deadline::never()).unwrap();
        for row in page.rows {
            let feature = layer.feature(row).unwrap();
            let id = layer.feature_id(row, &feature.properties(), plan.versions);
            let moment = moment.or(Some(Moment::at(NOW)));
            let FeatureId::Text(text) = id else { panic!("{id:?}") };
            assert_eq!(query::find(&layer, &text, moment.as_ref(), NOW), Ok(row), "{text}");
        }
    }
}
