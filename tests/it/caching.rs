//! What caches may rely on: tags, ages, encodings, and answers without body.

use std::io::Read;
use std::time::{Duration, Instant};

use crate::city;
use crate::server::{Answer, Server};

fn start(arguments: &[&str]) -> (city::City, Server) {
    let city = city::small();
    let arguments = [&["--settle", "0"], arguments].concat();
    let server = Server::start(&city.layers, &arguments).expects("broken");
    (city, server)
}

/// A tile with places in it.
const TILE: &str = "/xyz/city.places/10/836/446.mvt";
/// Routes with a tag.
const TAGGED: [&str; 9] = [
    TILE,
    "/xyz/city.parcels/10/836/446.mvt",
    "/xyz/city.places.json",
    "/?f=json",
    "/themes",
    "/collections",
    "/collections/city.places",
    "/collections/city.places/items?limit=2",
    "/collections/city.places/items/3",
];

fn age(answer: &Answer) -> u64 {
    let control = answer.header("cache-control").expect("a Cache-Control");
    let age = control.split("max-age=").nth(1).expect("an age");
    age.split(',').next().and_then(|age| age.parse().ok()).expect("seconds")
}

#[test]
fn a_tag_comes_back_as_not_modified() {
    let (_city, server) = start(&[]);
    for target in TAGGED {
        let first = server.get(target);
        assert_eq!(first.status, 200, "{target}");
        let etag = first.header("etag").expect("a tag").to_owned();
        for held in [
            etag.clone(),
            format!("\"other\", {etag}"),
            format!("W/{}", etag.trim_start_matches("W/")),
            "*".to_owned(),
        ] {
            let again = server.get_with(target, &[("If-None-Match", &held)]);
            assert_eq!((again.status, again.body.len()), (304, 0), "{target} {held}");
            assert_eq!(again.header("etag"), Some(etag.as_str()), "{target}");
            assert_eq!(again.header("cache-control"), first.header("cache-control"), "{target}");
            assert_eq!(again.header("vary"), first.header("vary"), "{target}");
        }
        let other = server.get_with(target, &[("If-None-Match", "\"other\"")]);
        assert_eq!(other.status, 200, "{target}");
        assert_eq!(other.header("etag"), Some(etag.as_str()), "{target}");
    }
}

#[test]
fn only_what_names_an_edition_and_a_time_is_kept_for_ever() {
    let (_city, server) = start(&["--max-age", "40"]);
    for (target, forever) in [
        (TILE, false),
        ("/xyz/city.places/10/836/446.mvt?asof=1", true),
        ("/xyz/city.parcels/10/836/446.mvt?asof=1", false),
        ("/xyz/city.parcels/10/836/446.mvt?datetime=2021-01-01", false),
        ("/xyz/city.parcels/10/836/446.mvt?datetime=2021-01-01&asof=1", true),
        ("/xyz/city.places,city.parcels/10/836/446.mvt?asof=1", false),
        ("/collections?asof=1", true),
        ("/collections/city.places/items?asof=1", true),
        ("/collections/city.parcels/items?asof=1", false),
        ("/collections/city.parcels/items?asof=1&now=2021-01-01T00:00:00Z", true),
        ("/collections/city.parcels/items/1?asof=1", false),
        ("/themes", false),
        ("/themes?asof=1", false),
        ("/themes/city?asof=1", false),
    ] {
        let answer = server.get(target);
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        let control = answer.header("cache-control").expect("a Cache-Control");
        assert_eq!(control.contains("immutable"), forever, "{target}: {control}");
        assert_eq!(age(&answer) > 40, forever, "{target}: {control}");
    }
    for uncached in ["/healthz", "/readyz", "/metrics", "/nowhere"] {
        assert_eq!(server.get(uncached).header("cache-control"), Some("no-store"), "{uncached}");
    }
}

#[test]
fn an_entity_is_that_of_now_even_where_no_date_means_all_versions() {
    let city = city::small();
    std::fs::write(city.layers.join("city/parcels.toml"), "temporal_default = \"all\"\n").unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("broken");
    for (target, forever) in [
        ("/collections/city.parcels/items?asof=1", true),
        ("/collections/city.parcels/items/1?asof=1", false),
        ("/collections/city.parcels/items/1?asof=1&datetime=2021-01-01", true),
    ] {
        let answer = server.get(target);
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        let control = answer.header("cache-control").expect("a Cache-Control");
        assert_eq!(control.contains("immutable"), forever, "{target}: {control}");
    }
}

#[test]
fn tiles_come_in_the_encoding_wanted_and_are_the_same_inside() {
    let (_city, server) = start(&[]);
    let plain = server.get(TILE);
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("content-type"), Some("application/vnd.mapbox-vector-tile"));
    assert!(!plain.body.is_empty());
    let mut tags = vec![plain.header("etag").expect("a tag").to_owned()];
    for (accept, name) in [
        ("gzip, deflate, br, zstd", "zstd"),
        ("br", "br"),
        ("gzip;q=1, zstd;q=0.2", "gzip"),
        ("*", "zstd"),
    ] {
        let answer = server.get_with(TILE, &[("Accept-Encoding", accept)]);
        assert_eq!(answer.header("content-encoding"), Some(name), "{accept}");
        assert!(answer.header("vary").expect("a Vary").contains("accept-encoding"));
        assert_eq!(unpacked(&answer), plain.body, "{accept}");
        tags.push(answer.header("etag").expect("a tag").to_owned());
    }
    assert!(tags[0] != tags[1] && tags[1] == tags[4], "{tags:?}");
    assert!(!tags[0].starts_with("W/") && tags[1..].iter().all(|tag| tag.starts_with("W/")));
    for target in TAGGED.into_iter().chain(["/?f=html", "/collections/nothing"]) {
        for none in ["identity;q=0", "*;q=0", "deflate, identity; q=0.0"] {
            let refused = server.get_with(target, &[("Accept-Encoding", none)]);
            assert_eq!(refused.status, 406, "{target} {none}");
            assert_eq!(refused.json()["status"], 406, "{target} {none}");
            assert_eq!(refused.header("cache-control"), Some("no-store"), "{target} {none}");
        }
    }
    let json = server.get_with("/collections", &[("Accept-Encoding", "gzip")]);
    assert_eq!(json.header("content-encoding"), Some("gzip"));
    assert_eq!(unpacked(&json), server.get("/collections").body);
}

#[test]
fn a_tile_that_many_ask_for_comes_in_fewer_bytes_under_the_same_tag() {
    let city = city::small();
    city::publish_places(&city.layers, 400, 1);
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("broken");
    let target = "/xyz/city.places/8/209/111.mvt";
    let plain = server.get(target).body;
    for encoding in ["gzip", "br", "zstd"] {
        let ask =
            |media| server.get_with(target, &[("Accept-Encoding", encoding), ("Accept", media)]);
        // Those who ask in the same words are answered from what is remembered of the first.
        let media = ["*/*", "application/*", "application/vnd.mapbox-vector-tile"];
        let [first, ..] = media.map(ask);
        let end = Instant::now() + Duration::from_secs(60);
        let again = loop {
            let again = ask("*/*");
            if again.body.len() < first.body.len() {
                break again;
            }
            assert!(Instant::now() < end, "{encoding}: {} bytes", again.body.len());
            std::thread::sleep(Duration::from_millis(5));
        };
        assert_eq!((unpacked(&first), unpacked(&again)), (plain.clone(), plain.clone()));
        let tag = first.header("etag").expect("a tag");
        assert_eq!(again.header("etag"), Some(tag), "{encoding}");
        let held = [("Accept-Encoding", encoding), ("If-None-Match", tag)];
        assert_eq!(server.get_with(target, &held).status, 304, "{encoding}");
    }
    // It is counted just after it can be seen.
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let counters = String::from_utf8(server.get("/metrics").body).unwrap();
        if counters.contains("onemap_tiles_compressed_again_total 3\n") {
            break;
        }
        assert!(Instant::now() < end, "{counters}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_page_of_many_pieces_comes_whole_in_any_encoding() {
    let city = city::small();
    city::publish_places(&city.layers, 9000, 1);
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("broken");
    let target = "/collections/city.places/items?limit=9000";
    let plain = server.get(target);
    assert!(plain.body.len() > 1 << 20, "{} bytes are several pieces", plain.body.len());
    for encoding in ["gzip", "br", "zstd"] {
        let answer = server.get_with(target, &[("Accept-Encoding", encoding)]);
        assert_eq!(answer.header("content-encoding"), Some(encoding));
        let page: serde_json::Value = serde_json::from_slice(&unpacked(&answer)).unwrap();
        assert_eq!(page["features"], plain.json()["features"], "{encoding}");
    }
}

fn unpacked(answer: &Answer) -> Vec<u8> {
    let bytes = answer.body.as_slice();
    let mut out = Vec::new();
    match answer.header("content-encoding") {
        Some("gzip") => flate2::read::GzDecoder::new(bytes).read_to_end(&mut out),
        Some("br") => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out),
        Some("zstd") => zstd::stream::read::Decoder::new(bytes).unwrap().read_to_end(&mut out),
        other => unreachable!("{other:?}"),
    }
    .unwrap();
    out
}

#[test]
fn a_tile_of_several_layers_is_theirs_one_after_the_other_and_each_once() {
    let (_city, server) = start(&[]);
    let of = |ids: &str| server.get(&format!("/xyz/{ids}/10/836/446.mvt"));
    let (places, parcels) = (of("city.places"), of("city.parcels"));
    let joined = [places.body.clone(), parcels.body].concat();
    assert_eq!(of("city.places,city.parcels").body, joined);
    assert_eq!(of("city.places,city.places").body, places.body);
    assert_eq!(server.get("/xyz/city.places/10/836/446.pbf").body, places.body);
    let many: Vec<String> = (0..65).map(|i| format!("city.places{i}")).collect();
    assert_eq!(of(&many.join(",")).status, 404);
    let again = vec!["city.places"; 500].join(",");
    assert_eq!(of(&again).body, places.body);
}

#[test]
fn nothing_to_draw_is_no_content() {
    let (_city, server) = start(&[]);
    for target in ["/xyz/city.places/10/0/0.mvt", "/xyz/city.owners/0/0/0.mvt"] {
        let answer = server.get_with(target, &[("Accept-Encoding", "gzip")]);
        assert_eq!((answer.status, answer.body.len()), (204, 0), "{target}");
        assert!(answer.header("etag").is_some() && answer.header("cache-control").is_some());
        assert_eq!(answer.header("content-type"), None);
        assert_eq!(answer.header("content-encoding"), None);
    }
}

#[test]
fn tiles_of_another_time_are_other_tiles_with_other_tags() {
    let (_city, server) = start(&[]);
    let at = |when: &str| server.get(&format!("/xyz/city.parcels/10/836/446.mvt?datetime={when}"));
    let (before, after) = (at("2021-12-31T23:59:59.999Z"), at("2022-01-01T00:00:00Z"));
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_ne!(before.body, after.body);
    let same = at("2022-06-01T00:00:00%2B08:00");
    assert_eq!(same.header("etag"), after.header("etag"));
    assert_eq!(same.body, after.body);
}

#[test]
fn head_says_what_get_says_without_a_body() {
    let (_city, server) = start(&[]);
    for target in TAGGED.into_iter().chain(["/healthz", "/xyz/city.places/10/0/0.mvt"]) {
        let (get, head) = (server.get(target), server.ask("HEAD", target, &[]));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{target}");
        // No content has no length either.
        let length = if get.status == 204 { "etag" } else { "content-length" };
        for name in [length, "etag", "content-type", "cache-control", "vary"] {
            assert_eq!(head.header(name), get.header(name), "{target} {name}");
        }
    }
}

#[test]
fn titles_come_in_the_language_wanted() {
    let city = city::small();
    let title = "title = {zh = \"地块\", en = \"Plots\"}\n";
    std::fs::write(city.layers.join("city/parcels.toml"), title).unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("broken");
    let zh = server.get_with("/collections/city.parcels", &[("Accept-Language", "zh-CN")]);
    assert_eq!(zh.json()["title"], "地块");
    assert_eq!(zh.header("content-language"), Some("zh"));
    let en = server.get("/collections/city.parcels");
    assert_eq!(en.json()["title"], "Plots");
    assert_ne!(zh.header("etag"), en.header("etag"));
    assert!(en.header("vary").expect("a Vary").contains("accept-language"));
}
