//! What is published while the server runs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;

use crate::city::{self, PLACES};
use crate::server::Server;

fn start(arguments: &[&str]) -> (city::City, Server) {
    let city = city::small();
    let arguments = [&["--settle", "0"], arguments].concat();
    let server = Server::start(&city.layers, &arguments).expects("broken");
    (city, server)
}

/// Reads the folders again and waits until that is done, for the `times`th time.
pub(crate) fn reload(server: &Server, times: usize) {
    reload_by("-HUP", server, times);
}

fn reload_by(signal: &str, server: &Server, times: usize) {
    server.signal(signal);
    wait_for(server, times);
}

fn wait_for(server: &Server, times: usize) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while server.log().matches("read again").count() < times {
        assert!(std::time::Instant::now() < end, "{}", server.log());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

fn generations(page: &Value) -> Vec<i64> {
    let features = page["features"].as_array().expect("features");
    let of = |feature: &Value| feature["properties"]["generation"].as_i64().expect("a number");
    features.iter().map(of).collect()
}

#[test]
fn a_publication_swaps_the_layer_and_links_to_further_pages_keep_the_edition() {
    let (city, server) = start(&[]);
    let first = server.get("/collections/city.places/items?limit=5").json();
    let tile = "/xyz/city.places/10/836/446.mvt";
    let tag = server.get(tile).header("etag").expect("a tag").to_owned();
    city::publish_places(&city.layers, 12, 2);
    reload(&server, 1);
    let now = server.get("/collections/city.places/items?limit=100").json();
    assert_eq!((&now["numberMatched"], generations(&now)), (&12.into(), vec![2; 12]));
    let again = server.get_with(tile, &[("If-None-Match", &tag)]);
    assert_eq!(again.status, 200);
    let links = first["links"].as_array().expect("links");
    let next = links.iter().find(|link| link["rel"] == "next").expect("a next page");
    let next = next["href"].as_str().expect("a link");
    let next = next.split_once(&server.address().to_string()).expect("own").1;
    let second = server.get(next).json();
    assert_eq!((&second["numberMatched"], generations(&second)), (&PLACES.into(), vec![1; 5]));
    let old = server.get("/collections/city.places?asof=1").json();
    assert_eq!(old["count"], PLACES);
    assert_eq!(server.get("/readyz").json()["edition"], 2);
    let editions = server.get("/editions").json();
    let newest = &editions["editions"][0];
    assert_eq!((&newest["edition"], &newest["changed"][0]), (&2.into(), &"city.places".into()));
}

#[test]
fn requests_under_way_are_unharmed_by_swaps() {
    let (city, server) = start(&[]);
    let (over, answers) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let page = server.get("/collections/city.places/items?limit=1000");
                    assert_eq!(page.status, 200);
                    let page = page.json();
                    let found = generations(&page);
                    assert!(found.windows(2).all(|two| two[0] == two[1]), "two editions in one");
                    assert_eq!(page["numberMatched"], found.len());
                    let tile = server.get("/xyz/city.places,city.parcels/10/836/446.mvt");
                    assert_eq!(tile.status, 200);
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for generation in 2..8 {
            city::publish_places(&city.layers, 200 + generation, generation as i64);
            reload(&server, generation - 1);
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(answers.into_inner() > 0);
}

#[test]
fn a_file_that_breaks_leaves_its_last_edition_serving_and_is_listed() {
    let (city, server) = start(&[]);
    let server = server.expects("places");
    std::fs::write(city.layers.join("city/places.fgb"), b"cut sho").unwrap();
    reload(&server, 1);
    let page = server.get("/collections/city.places/items").json();
    assert_eq!(page["numberMatched"], PLACES);
    let theme = server.get("/themes/city").json();
    let layers = theme["layers"].as_array().expect("layers");
    let places = layers.iter().find(|layer| layer["id"] == "city.places").expect("the layer");
    assert_eq!(places["status"], "stale", "{places}");
}

#[test]
fn a_signal_that_comes_while_the_layers_are_first_read_is_not_lost() {
    let city = city::small();
    // Files just written are waited for.
    let server = Server::start_unready(&city.layers, &["--settle", "1"]).expects("broken");
    server.signal("-HUP");
    assert_eq!(server.get("/readyz").status, 503);
    wait_for(&server, 1);
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn most_layers_gone_at_once_go_on_being_served_until_that_is_accepted() {
    let (city, server) = start(&[]);
    let server = server.expects("layers are gone");
    for file in ["places", "parcels", "incidents", "broken"] {
        std::fs::remove_file(city.layers.join("city").join(format!("{file}.fgb"))).unwrap();
    }
    let served = || server.get("/collections").json()["numberMatched"].as_u64();
    reload(&server, 1);
    assert_eq!(served(), Some(4));
    assert_eq!(server.get("/collections/city.places/items").json()["numberMatched"], PLACES);
    let problems = server.get("/themes").json()["problems"].to_string();
    assert!(problems.contains("3 of 4 layers are gone") && problems.contains("SIGUSR1"));
    reload_by("-USR1", &server, 2);
    assert_eq!(served(), Some(1));
    assert_eq!(server.get("/collections/city.places").status, 404);
    assert_eq!(server.get("/themes").json()["problems"], serde_json::json!([]));
}

#[test]
fn counters_are_for_this_machine_alone() {
    let (_city, server) = start(&[]);
    server.get("/collections");
    let counters = server.get("/metrics");
    assert_eq!(counters.status, 200);
    let text = String::from_utf8(counters.body).unwrap();
    assert!(
        text.contains("onemap_requests_total{route=\"/collections\",status=\"200\"} 1"),
        "{text}"
    );
    assert!(text.contains("onemap_layers 4"), "{text}");
    for proxied in ["X-Forwarded-For", "Forwarded", "Via"] {
        assert_eq!(server.get_with("/metrics", &[(proxied, "for=1.2.3.4")]).status, 404);
    }
}

#[test]
fn more_work_than_fits_is_turned_away_with_a_time_to_come_back() {
    let (_city, server) = start(&["--workers", "1", "--queue", "0", "--cache-mb", "0"]);
    let seen = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (server, seen) = (&server, &seen);
            scope.spawn(move || {
                for round in 0..500 {
                    if seen.load(Ordering::Relaxed) {
                        return;
                    }
                    let offset = thread * 1000 + round;
                    let target =
                        format!("/collections/city.places/items?limit=1000&offset={offset}");
                    let answer = server.get(&target);
                    if answer.status == 503 {
                        assert!(answer.header("retry-after").is_some());
                        assert_eq!(answer.json()["status"], 503);
                        seen.store(true, Ordering::Relaxed);
                    } else {
                        assert_eq!(answer.status, 200);
                    }
                }
            });
        }
    });
    assert!(seen.into_inner(), "the pool was never full");
}
