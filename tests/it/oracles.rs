//! The served answers against independent ones (`shared/data/README.md` says how they were got).

use serde_json::Value;

use crate::real::{collection, collections, features, matched};
use crate::{data, real};

fn each(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn numbers(value: &Value) -> String {
    let list = value.as_array().unwrap();
    list.iter().map(Value::to_string).collect::<Vec<_>>().join(",")
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

fn property(feature: &Value, name: &str) -> String {
    match &feature["properties"][name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn counts_and_boxes_equal_those_of_gdal_and_shapely() {
    let (Some(folder), Some(server)) = (data::folder(), real::server()) else { return };
    let served = collections(&server);
    let oracle = data::json(&folder, "oracle_layers.json");
    let mut asked = 0;
    for (file, expected) in each(&oracle["layers"]) {
        let id = collection(file);
        if !served.contains(&id) {
            assert!(file.starts_with("cql2/"), "{file} is not served");
            continue;
        }
        let all = matched(&server, &id, "datetime=../..");
        assert_eq!(all, expected["features"].as_u64().unwrap(), "{file}");
        for query in expected["bbox_queries"].as_array().into_iter().flatten() {
            let bbox = numbers(&query["bbox"]);
            let found = matched(&server, &id, &format!("datetime=../..&bbox={bbox}"));
            assert_eq!(found, query["intersecting"].as_u64().unwrap(), "{file} bbox={bbox}");
            asked += 1;
        }
    }
    assert!(asked > 100, "only {asked} boxes were asked");
}

#[test]
fn what_is_valid_at_a_date_equals_the_independent_count() {
    let (Some(folder), Some(server)) = (data::folder(), real::server()) else { return };
    let oracle = data::json(&folder, "time/oracle_valid_at.json");
    let mut asked = 0;
    for (file, expected) in each(&oracle["layers"]) {
        let id = collection(file);
        let zone = if file.contains("taiwan") { "%2B08:00" } else { "Z" };
        for (day, count) in each(&expected["valid_at"]) {
            let found = matched(&server, &id, &format!("datetime={day}T00:00:00{zone}"));
            assert_eq!(found, count.as_u64().unwrap(), "{file} {day}");
            asked += 1;
        }
        if expected["points_crs"].is_string() {
            continue;
        }
        let points = expected["points"].as_array().into_iter().flatten();
        for point in points {
            let (at, day) = (numbers(&point["point"]), point["at"].as_str().unwrap());
            let query = format!("datetime={day}T00:00:00{zone}&bbox={at},{at}");
            let column = expected["id"].as_str().unwrap();
            let found = features(&server, &id, &query);
            let found = sorted(found.iter().map(|one| property(one, column)).collect());
            let wanted = point["ids"].as_array().unwrap().iter();
            let wanted = sorted(
                wanted
                    .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned))
                    .collect(),
            );
            assert_eq!(found, wanted, "{file} {query}");
            asked += 1;
        }
    }
    assert!(asked > 200, "only {asked} questions were asked");
}

#[test]
fn events_of_a_day_are_counted_in_utc_and_in_the_catalogues_zone() {
    let (Some(folder), Some(server)) = (data::folder(), real::server()) else { return };
    let oracle = data::json(&folder, "time/oracle_valid_at.json");
    let quakes = &oracle["layers"]["time/earthquakes_2018_02_utc.fgb"];
    let id = "time.earthquakes_2018_02_utc";
    for (day, count) in each(&quakes["events_per_utc_day"]) {
        let span = format!("datetime={day}T00:00:00Z/{day}T23:59:59.999Z");
        assert_eq!(matched(&server, id, &span), count.as_u64().unwrap(), "{span}");
    }
    for (day, count) in each(&quakes["events_per_day_shanghai"]) {
        let found = matched(&server, id, &format!("datetime={day}"));
        assert_eq!(found, count.as_u64().unwrap(), "{day} in Asia/Shanghai");
    }
}

#[test]
fn the_tiny_sets_answer_every_form_of_datetime_in_all_three_encodings() {
    let (Some(folder), Some(server)) = (data::folder(), real::server()) else { return };
    let oracle = data::json(&folder, "time/tiny_expected.json");
    let vids = |list: &Value, key: &str| {
        let list = list[key].as_array().unwrap().iter();
        sorted(list.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).collect())
    };
    for file in oracle["state"]["files"].as_array().unwrap() {
        let id = collection(&format!("time/{}", file.as_str().unwrap()));
        let ask = |query: &str| {
            sorted(features(&server, &id, query).iter().map(|one| property(one, "vid")).collect())
        };
        for query in oracle["state"]["queries"].as_array().unwrap() {
            let datetime = query["datetime"].as_str().unwrap().replace('+', "%2B");
            assert_eq!(ask(&format!("datetime={datetime}")), vids(query, "vids"), "{id} {query}");
        }
        assert_eq!(ask(""), vids(&oracle["state"]["no_datetime_at"], "vids"), "{id} now");
    }
    for query in oracle["events"]["queries"].as_array().unwrap() {
        let datetime = query["datetime"]
            .as_str()
            .map_or_else(String::new, |text| format!("datetime={}", text.replace('+', "%2B")));
        let found = features(&server, "time.tiny_events", &datetime);
        let found = sorted(found.iter().map(|one| property(one, "id")).collect());
        assert_eq!(found, vids(query, "ids"), "{query}");
    }
}

/// Boxes around random positions of every layer: the server's count against a scan of all its
/// features with the `geo` crate's predicate.
#[test]
fn boxes_on_every_layer_equal_a_scan() {
    let Some(server) = real::server() else { return };
    let mut seed = 20_240_229_u64;
    let mut random = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as f64 / f64::from(1_u32 << 31)
    };
    for id in collections(&server) {
        let all: Vec<Option<geo::Geometry<f64>>> =
            features(&server, &id, "datetime=../..").iter().map(crate::geojson::geometry).collect();
        let extent = all.iter().flatten().filter_map(geo::BoundingRect::bounding_rect).reduce(
            |a: geo::Rect<f64>, b| {
                geo::Rect::new(
                    (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
                    (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
                )
            },
        );
        let Some(extent) = extent else { continue };
        for _ in 0..data::checks(100).max(4) {
            let scale = 0.5_f64.powf(random() * 8.0);
            let (w, h) = (extent.width() * scale, extent.height() * scale);
            let west = (extent.min().x + random() * (extent.width() - w)).clamp(-180.0, 180.0);
            let south = (extent.min().y + random() * (extent.height() - h)).clamp(-90.0, 90.0);
            let (east, north) = ((west + w).min(180.0), (south + h).min(90.0));
            let area = geo::Rect::new((west, south), (east, north)).to_polygon();
            let expected = all
                .iter()
                .filter(|one| {
                    one.as_ref().is_none_or(|one| geo::Intersects::intersects(one, &area))
                })
                .count() as u64;
            let bbox = format!("{west},{south},{east},{north}");
            let found = matched(&server, &id, &format!("datetime=../..&bbox={bbox}"));
            assert_eq!(found, expected, "{id} bbox={bbox}");
        }
    }
}
