//! The HTTP contract route by route: what is answered, what is refused and how.

use serde_json::Value;

use crate::city::{self, ODD_NAME, PLACES};
use crate::server::{Answer, Server};

/// A server over the small city. Nobody but the broken file may be complained about.
fn start(arguments: &[&str]) -> (city::City, Server) {
    let city = city::small();
    let arguments = [&["--settle", "0"], arguments].concat();
    let server = Server::start(&city.layers, &arguments).expects("broken");
    (city, server)
}

/// Every link of a document, wherever it stands.
fn links(document: &Value, found: &mut Vec<String>) {
    match document {
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(href) if name == "href" => found.push(href.clone()),
                    Value::Array(tiles) if name == "tiles" => {
                        found.extend(tiles.iter().filter_map(|t| t.as_str()).map(str::to_owned));
                    }
                    other => links(other, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| links(value, found)),
        _ => {}
    }
}

/// The documents that hold links.
const DOCUMENTS: [&str; 8] = [
    "/?f=json",
    "/themes",
    "/themes/city",
    "/collections",
    "/collections/city.places",
    "/collections/city.places/items?limit=5&offset=5&bbox=100,0,120,50",
    "/collections/city.places/items/3",
    "/xyz/city.places,city.parcels.json",
];

#[test]
fn links_begin_with_what_the_trusted_proxy_says_and_lead_somewhere() {
    let (_city, server) = start(&["--trusted-proxy", "127.0.0.1"]);
    let said = [
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-Host", "maps.example"),
        ("X-Forwarded-Prefix", "/city"),
    ];
    let mut all = Vec::new();
    for document in DOCUMENTS {
        let answer = server.get_with(document, &said);
        assert_eq!(answer.status, 200, "{document}: {answer:?}");
        links(&answer.json(), &mut all);
    }
    assert!(all.len() > 30, "{all:?}");
    all.sort();
    all.dedup();
    for link in all {
        let path = link.strip_prefix("https://maps.example/city").expect(&link);
        let path = path.replace("{z}/{x}/{y}", "10/836/446");
        if path != "/?f=html" {
            assert_eq!(server.get(&path).status, 200, "{path}");
        }
    }
}

#[test]
fn links_begin_with_the_base_url_whatever_is_said() {
    let (_city, server) = start(&["--base-url", "https://a.example/map/"]);
    for document in DOCUMENTS {
        let mut found = Vec::new();
        let answer = server.get_with(document, &[("X-Forwarded-Host", "evil.example")]);
        links(&answer.json(), &mut found);
        assert!(found.iter().all(|link| link.starts_with("https://a.example/map/")), "{found:?}");
    }
}

#[test]
fn nobody_else_says_how_the_server_is_reached() {
    let (_city, server) = start(&[]);
    let answer = server.get_with("/collections", &[("X-Forwarded-Host", "evil.example")]);
    assert!(!String::from_utf8_lossy(&answer.body).contains("evil"));
    let host = server.get_with("/collections", &[("Host", "a b\"c")]);
    assert_eq!(host.status, 400);
}

#[test]
fn pages_follow_each_other_to_the_end() {
    let (_city, server) = start(&[]);
    let mut target = "/collections/city.places/items?limit=10".to_owned();
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let page = server.get(&target).json();
        let features = page["features"].as_array().expect("features");
        assert_eq!(page["numberMatched"], PLACES);
        assert_eq!(page["numberReturned"], features.len());
        ids.extend(features.iter().map(|feature| feature["id"].as_u64().expect("an id")));
        pages += 1;
        let rel = |name: &str| {
            let links = page["links"].as_array()?;
            links.iter().find(|link| link["rel"] == name)?["href"].as_str()
        };
        assert_eq!(rel("prev").is_some(), pages > 1);
        match rel("next") {
            Some(next) => {
                assert!(next.contains("asof=1"), "{next}");
                target = next.split_once(&server.address().to_string()).expect("own").1.to_owned();
            }
            None => break,
        }
    }
    ids.sort_unstable();
    assert_eq!((pages, ids), (3, (0..PLACES as u64).collect()));
}

#[test]
fn pages_of_versions_are_all_of_the_first_ones_now() {
    let (_city, server) = start(&[]);
    let page = server.get("/collections/city.parcels/items?limit=1").json();
    assert_eq!(page["numberMatched"], 2);
    assert!(page["links"].to_string().contains("&now=20"), "{}", page["links"]);
    let page = server.get("/collections/city.parcels/items?limit=1&datetime=2021-01-01").json();
    assert_eq!(page["numberMatched"], 3);
    assert!(!page["links"].to_string().contains("&now="), "{}", page["links"]);
    let then = server.get("/collections/city.parcels/items?now=2021-06-01T00:00:00Z").json();
    assert_eq!(then["numberMatched"], 3);
}

#[test]
fn features_are_found_by_box_column_and_time() {
    let (_city, server) = start(&[]);
    let matched = |query: &str| {
        let answer = server.get(&format!("/collections/{query}"));
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        answer.json()["numberMatched"].as_u64().expect("a number")
    };
    assert_eq!(matched("city.places/items?bbox=114,22.5,114.045,22.6"), 5);
    assert_eq!(matched("city.places/items?bbox=170,-90,114.045,90"), 5);
    assert_eq!(matched("city.places/items?name=place+3"), 1);
    assert_eq!(matched("city.places/items?generation=2"), 0);
    assert_eq!(matched("city.places/items?limit=2"), PLACES as u64);
    assert_eq!(
        matched("city.incidents/items?datetime=2024-05-03T00:00:00Z/2024-05-05T00:00:00Z"),
        2
    );
    assert_eq!(matched("city.owners/items?bbox=0,0,1,1"), 3);
    let page = server.get("/collections/city.places/items?properties=name&limit=100").json();
    let odd = page["features"].as_array().expect("features").iter().find(|f| f["id"] == 0);
    assert_eq!(odd.expect("the first")["properties"], serde_json::json!({"name": ODD_NAME}));
}

#[test]
fn one_feature_is_there_or_absent_or_gone() {
    let (_city, server) = start(&[]);
    let get = |path: &str| server.get(&format!("/collections/city.parcels/items/{path}"));
    assert_eq!(get("1").json()["properties"]["use"], "homes");
    assert_eq!(get("1?datetime=2021-01-01").json()["properties"]["use"], "farm");
    assert_eq!(get("1@2020-01-01T00:00:00Z").json()["id"], "1@2020-01-01T00:00:00Z");
    assert_eq!(get("1?properties=use").json()["properties"], serde_json::json!({"use": "homes"}));
    assert_eq!(get("2").status, 410);
    assert_eq!(get("2").header("content-type"), Some("application/problem+json"));
    assert_eq!(get("9").status, 404);
    assert_eq!(get("%FF").status, 400);
}

/// Every refusal is a problem that says so.
fn refused(answer: &Answer, status: u16, parameter: Option<&str>, target: &str) {
    assert_eq!(answer.status, status, "{target}: {answer:?}");
    let problem = answer.json();
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{target}");
    assert_eq!(problem["status"], status, "{target}");
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
    assert_eq!(problem["parameter"].as_str(), parameter, "{target}: {problem}");
}

#[test]
fn what_cannot_be_answered_names_the_parameter() {
    let (_city, server) = start(&[]);
    let items = "/collections/city.places/items";
    for (target, parameter) in [
        (format!("{items}?bbox=1,2,3"), "bbox"),
        (format!("{items}?bbox=1,2,3,nan"), "bbox"),
        (format!("{items}?bbox=1,50,3,20"), "bbox"),
        (format!("{items}?bbox=1,2,3,4&bbox=1,2,3,4"), "bbox"),
        (format!("{items}?bbox-crs=EPSG:4326&bbox=1,2,3,4"), "bbox-crs"),
        (format!("{items}?crs=http://www.opengis.net/def/crs/EPSG/0/3857"), "crs"),
        (format!("{items}?datetime=yesterday"), "datetime"),
        (format!("{items}?datetime=2024-02-30"), "datetime"),
        (format!("{items}?datetime=2024-05-02/2024-05-01"), "datetime"),
        (format!("{items}?limit=0"), "limit"),
        (format!("{items}?limit=-1"), "limit"),
        (format!("{items}?offset=x"), "offset"),
        (format!("{items}?asof=soon"), "asof"),
        (format!("{items}?now=soon"), "now"),
        (format!("{items}?properties=name,nome"), "properties"),
        (format!("{items}?colour=red"), "colour"),
        (format!("{items}?name=%zz"), "name"),
        (format!("{items}?name=%FF%FE"), "name"),
        (format!("{items}/3?limit=3"), "limit"),
        ("/collections?bbox=1,2,3,4".to_owned(), "bbox"),
        ("/collections/city.places?x".to_owned(), "x"),
        ("/themes?limit=3".to_owned(), "limit"),
        ("/conformance?y=1".to_owned(), "y"),
        ("/?f=json&z=1".to_owned(), "z"),
        ("/xyz/city.places/0/0/0.mvt?bbox=1,2,3,4".to_owned(), "bbox"),
        ("/xyz/city.places/0/0/0.mvt?datetime=x".to_owned(), "datetime"),
        ("/xyz/city.places/0/0/0.mvt?properties=x".to_owned(), "properties"),
        ("/xyz/city.places/23/0/0.mvt".to_owned(), "z"),
        ("/xyz/city.places/-1/0/0.mvt".to_owned(), "z"),
        ("/xyz/city.places/1/2/0.mvt".to_owned(), "x"),
        ("/xyz/city.places/1/0/2.mvt".to_owned(), "y"),
        ("/xyz/city.places/1/0/%2B1.mvt".to_owned(), "y"),
        ("/xyz/city.places.json?limit=1".to_owned(), "limit"),
        ("/healthz?verbose=1".to_owned(), "verbose"),
        ("/readyz?f=json".to_owned(), "f"),
        ("/metrics?name".to_owned(), "name"),
    ] {
        refused(&server.get(&target), 400, Some(parameter), &target);
    }
    let listed = server.get(&format!("{items}?colour=red")).json()["detail"].to_string();
    assert!(listed.contains("bbox-crs") && listed.contains("generation"), "{listed}");
}

#[test]
fn refusals_repeat_little_of_what_was_asked() {
    let (_city, server) = start(&[]);
    let long = "x".repeat(9_000);
    for target in [
        format!("/xyz/city.places/0/0/0.mvt?properties={long}"),
        format!("/xyz/city.places.json?properties={long}"),
        format!("/collections/city.places/items?properties={long}"),
        format!("/collections/city.places/items?generation={long}"),
        format!("/collections/city.places/items?limit={long}"),
    ] {
        let answer = server.get(&target);
        assert!(answer.status == 400 && answer.body.len() < 600, "{answer:?}");
    }
}

#[test]
fn what_is_not_there_is_absent() {
    let (_city, server) = start(&[]);
    for target in [
        "/collections/city.nothing",
        "/collections/nothing",
        "/collections/city.nothing/items",
        "/collections/city.places/items/99",
        "/collections/city.places/unknown",
        "/themes/nothing",
        "/xyz/city.nothing/0/0/0.mvt",
        "/xyz/city.places,city.nothing/0/0/0.mvt",
        "/xyz/city.places/0/0/0.png",
        "/xyz/city.places/0/0/0",
        "/xyz/city.places",
        "/xyz/.json",
        "/assets/nothing.js",
        "/assets/../Cargo.toml",
        "/collections/",
        "/%00",
    ] {
        refused(&server.get(target), 404, None, target);
    }
    refused(&server.get("/collections?asof=99"), 404, Some("asof"), "asof");
    let broken = server.get("/collections/city.broken");
    refused(&broken, 404, None, "broken");
    let theme = server.get("/themes/city").json();
    assert_eq!(theme["failed"][0]["id"], "city.broken", "{theme}");
    let reason = theme["failed"][0]["reason"].as_str().expect("a reason");
    assert!(broken.json()["detail"].as_str().expect("a detail").contains(reason));
}

#[test]
fn what_is_not_offered_is_not_acceptable() {
    let (_city, server) = start(&[]);
    for (target, offered) in [
        ("/?f=xml", "offered here: json, html"),
        ("/collections?f=html", "offered here: json"),
        ("/collections/city.places/items?f=csv", "offered here: json"),
        ("/xyz/city.places.json?f=html", "offered here: json"),
    ] {
        let answer = server.get(target);
        refused(&answer, 406, Some("f"), target);
        assert_eq!(answer.json()["detail"], offered, "{target}");
    }
    for target in ["/collections", "/collections/city.places/items", "/xyz/city.places/0/0/0.mvt"] {
        refused(&server.get_with(target, &[("Accept", "image/png")]), 406, None, target);
        let anything = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(server.get_with(target, &[("Accept", anything)]).status, 200, "{target}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        let answer = server.ask(method, "/collections/city.places/items", &[]);
        refused(&answer, 405, None, method);
        assert_eq!(answer.header("allow"), Some("GET,HEAD"));
    }
}

#[test]
fn every_resource_comes_as_the_media_type_that_links_to_it_name() {
    let (_city, server) = start(&[]);
    for document in DOCUMENTS {
        let answer = server.get(document).json();
        for link in answer["links"].as_array().into_iter().flatten() {
            let (href, media) = (link["href"].as_str().unwrap(), link["type"].as_str().unwrap());
            let target = href.split_once(&server.address().to_string()).expect("own").1;
            let there = server.get_with(target, &[("Accept", media)]);
            assert_eq!(there.status, 200, "{target} as {media}");
            let given = there.header("content-type").expect("a type");
            assert!(given.starts_with(media), "{target} as {media}: {given}");
        }
    }
}

#[test]
fn browsers_get_the_map_from_inside_the_program() {
    let (_city, server) = start(&[]);
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let page = server.get_with("/", &[("Accept", browser)]);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(
        page.header("content-security-policy").expect("a policy").contains("default-src 'self'")
    );
    assert!(page.header("vary").expect("a Vary").contains("accept"));
    let text = String::from_utf8(page.body).unwrap();
    let assets: Vec<&str> = text.split('"').filter(|part| part.contains("assets/")).collect();
    assert!(!assets.is_empty(), "{text}");
    for asset in assets {
        let target = format!("/{}", asset.trim_start_matches("./"));
        let answer = server.get_with(&target, &[("Accept-Encoding", "br")]);
        assert_eq!(
            (answer.status, answer.header("content-encoding")),
            (200, Some("br")),
            "{target}"
        );
        let etag = answer.header("etag").expect("a tag");
        assert_eq!(server.get_with(&target, &[("If-None-Match", etag)]).status, 304);
    }
    assert_eq!(server.get("/").json()["links"][0]["rel"], "self");
    assert!(server.get("/?f=html").body.starts_with(b"<!"));
}
