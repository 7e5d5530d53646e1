//! A folder full of broken files, served: each is listed with its reason, and the sound ones beside
//! them answer, whatever then happens to their files.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;

use crate::city::{self, PLACES};
use crate::data;
use crate::publication::reload;
use crate::server::Server;

/// A broken file's name and bytes, and whether nothing of it can be served.
type Hostile = (String, Vec<u8>, bool);

/// The files of the test data, or where there are none some that are made of `sound`.
fn hostile_files(sound: &[u8]) -> Vec<Hostile> {
    let Some(folder) = data::folder() else { return made_of(sound) };
    let folder = folder.join("flatgeobuf/hostile");
    let cases = data::json(&folder, "expected.json");
    let file = |case: &Value| {
        let name = case["file"].as_str().unwrap();
        let refused = case["expected"].as_str().unwrap().starts_with("refuse the file");
        (name.to_owned(), fs::read(folder.join(name)).unwrap(), refused)
    };
    cases.as_array().unwrap().iter().map(file).collect()
}

fn made_of(sound: &[u8]) -> Vec<Hostile> {
    let with = |at: usize, bytes: &[u8]| {
        let mut file = sound.to_vec();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        file
    };
    let header = 12 + u32::from_le_bytes(*sound[8..].first_chunk().unwrap()) as usize;
    let files = [
        ("empty", Vec::new()),
        ("magic", sound[..8].to_vec()),
        ("other", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("version", with(3, &[9])),
        ("size", with(8, &[0xff; 4])),
        ("root", with(12, &[0xf0, 0xff, 0xff, 0x7f])),
        ("in_header", sound[..header - 3].to_vec()),
        ("in_index", sound[..header + 3].to_vec()),
        ("in_feature", sound[..sound.len() - 3].to_vec()),
    ];
    files.map(|(name, bytes)| (format!("{name}.fgb"), bytes, true)).into()
}

/// The city's places beside a theme of broken files.
fn folder() -> (city::City, Vec<Hostile>) {
    let city = city::empty();
    fs::create_dir(city.layers.join("city")).unwrap();
    fs::create_dir(city.layers.join("hostile")).unwrap();
    city::publish_places(&city.layers, PLACES, 1);
    let files = hostile_files(&fs::read(places(&city.layers)).unwrap());
    for (name, bytes, _) in &files {
        fs::write(city.layers.join("hostile").join(name), bytes).unwrap();
    }
    (city, files)
}

fn places(layers: &Path) -> std::path::PathBuf {
    layers.join("city/places.fgb")
}

const TILE: &str = "/xyz/city.places/10/836/446.mvt";
const ITEM: &str = "/collections/city.places/items/7";
const ITEMS: &str = "/collections/city.places/items?limit=100";

/// What is answered about the places, without the time at which it is.
fn answers(server: &Server) -> Vec<Vec<u8>> {
    let body = |target| {
        let answer = server.get(target);
        assert_eq!(answer.status, 200, "{target}");
        answer.body
    };
    let features = server.get(ITEMS).json()["features"].to_string();
    vec![body(TILE), body(ITEM), features.into_bytes()]
}

#[test]
fn every_broken_file_is_listed_with_its_reason_and_the_sound_one_serves() {
    let (city, files) = folder();
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("hostile/");
    assert_eq!(server.get("/readyz").status, 200);
    let themes = server.get("/themes").json();
    let theme = |id: &str| {
        let themes = themes["themes"].as_array().unwrap();
        themes.iter().find(|theme| theme["id"] == id).unwrap().clone()
    };
    let failed = theme("hostile")["failed"].as_array().unwrap().clone();
    for (name, _, refused) in &files {
        let path = format!("hostile/{name}");
        let found = failed.iter().find(|failed| failed["problem"]["file"] == *path);
        assert!(found.is_some() || !refused, "{name} is not listed");
        let reason = found.map_or("served", |failed| failed["reason"].as_str().unwrap());
        assert!(!reason.is_empty() && !reason.contains("fault of the server"), "{name}: {reason}");
    }
    // What is not refused answers, whatever it holds.
    for layer in theme("hostile")["layers"].as_array().unwrap() {
        let id = layer["id"].as_str().unwrap();
        let items = server.get(&format!("/collections/{id}/items?limit=1000"));
        assert_eq!(items.status, 200, "{id}");
        assert_eq!(items.json()["numberMatched"], layer["count"], "{id}");
        let tile = server.get(&format!("/xyz/{id}/0/0/0.mvt")).status;
        assert!(tile == 200 || tile == 204, "{id}: {tile}");
    }
    assert_eq!(theme("city")["layers"][0]["status"], "served");
    assert_eq!(server.get(ITEMS).json()["numberMatched"], PLACES);
    assert!(answers(&server).iter().all(|answer| !answer.is_empty()));
}

#[test]
fn a_file_that_is_truncated_and_overwritten_in_place_changes_no_answer() {
    let (city, _) = folder();
    // Without a cache every answer reads the layer.
    let server = Server::start(&city.layers, &["--settle", "0", "--cache-mb", "0"])
        .expects("hostile/")
        .expects("city/places.fgb");
    let before = answers(&server);
    let path = places(&city.layers);
    let sound = fs::read(&path).unwrap();
    let (over, read) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    assert_eq!(answers(&server), before);
                    read.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        for length in [sound.len() - 1, sound.len() / 2, 12, 0] {
            file.set_len(length as u64).unwrap();
            wait_for_more(&read);
        }
        for filler in [0x00, 0xff] {
            overwrite(&path, &vec![filler; sound.len() * 2]);
            wait_for_more(&read);
        }
        over.store(true, Ordering::Relaxed);
    });
    reload(&server, 1);
    assert_eq!(answers(&server), before, "the last good file is served");
    let city_theme = server.get("/themes/city").json();
    let layer = &city_theme["layers"][0];
    assert_eq!(layer["status"], "stale");
    assert_eq!(layer["reason"], "not a FlatGeobuf file");
    assert_eq!(server.get("/readyz").json()["edition"], 1);
    // Made whole in place, it is what it was.
    overwrite(&path, &sound);
    reload(&server, 2);
    assert_eq!(answers(&server), before);
    assert_eq!(server.get("/themes/city").json()["layers"][0]["status"], "served");
    assert_eq!(server.get("/readyz").json()["edition"], 1);
}

/// Writes over the file as `cp` does, its inode kept.
fn overwrite(path: &Path, bytes: &[u8]) {
    OpenOptions::new().write(true).truncate(true).open(path).unwrap().write_all(bytes).unwrap();
}

/// Waits until both readers have begun and ended a round since now.
fn wait_for_more(read: &AtomicUsize) {
    let (enough, end) = (
        read.load(Ordering::Relaxed) + 4,
        std::time::Instant::now() + std::time::Duration::from_secs(60),
    );
    while read.load(Ordering::Relaxed) < enough {
        assert!(std::time::Instant::now() < end, "nobody reads");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
