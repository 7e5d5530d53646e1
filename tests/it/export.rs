//! `onemap export`: an archive has the tiles that the server serves, whatever its layout.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::city;
use crate::server::Server;

type Tiles = BTreeMap<(u8, u32, u32), Vec<u8>>;

fn export(layers: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onemap"));
    command.arg("export").arg("--layers").arg(layers).args(arguments).output().unwrap()
}

fn unzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

/// The tiles of a folder, and its metadata.
fn of_folder(path: &Path) -> (Tiles, Value) {
    let mut tiles = Tiles::new();
    let names = |path: &Path| {
        let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_none_or(|own| own == "mvt")).collect::<Vec<_>>()
    };
    let number = |path: &Path| path.file_stem().unwrap().to_str().unwrap().parse::<u32>().unwrap();
    for zoom in names(path) {
        for column in names(&zoom) {
            for tile in names(&column) {
                let at = (number(&zoom) as u8, number(&column), number(&tile));
                tiles.insert(at, std::fs::read(tile).unwrap());
            }
        }
    }
    let metadata = std::fs::read(path.join("metadata.json")).unwrap();
    (tiles, serde_json::from_slice(&metadata).unwrap())
}

fn of_mbtiles(path: &Path) -> (Tiles, BTreeMap<String, String>) {
    let database = rusqlite::Connection::open(path).unwrap();
    let mut tiles = database.prepare("SELECT * FROM tiles").unwrap();
    let tiles = tiles.query_map((), |row| {
        let (z, x, south): (u8, u32, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let bytes: Vec<u8> = row.get(3)?;
        Ok(((z, x, (1 << z) - 1 - south), unzipped(&bytes)))
    });
    let mut metadata = database.prepare("SELECT name, value FROM metadata").unwrap();
    let metadata = metadata.query_map((), |row| Ok((row.get(0)?, row.get(1)?)));
    (tiles.unwrap().map(Result::unwrap).collect(), metadata.unwrap().map(Result::unwrap).collect())
}

/// Reads varints (`PMTiles` 3, section 4.2).
fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            break;
        }
    }
    value
}

/// The tile of an id: its place on the Hilbert curve of its zoom, behind all lower zooms.
fn tile_of(id: u64) -> (u8, u32, u32) {
    let (mut z, mut before) = (0, 0);
    while id >= before + (1_u64 << (2 * z)) {
        before += 1 << (2 * z);
        z += 1;
    }
    let (mut rest, mut x, mut y) = (id - before, 0_u64, 0_u64);
    for level in 0..z {
        let side = 1 << level;
        let [right, down] = [(rest / 2) & 1, (rest ^ (rest / 2)) & 1];
        if down == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        x += side * right;
        y += side * down;
        rest /= 4;
    }
    (z as u8, x as u32, y as u32)
}

/// The tiles of an archive whose directory has no leaves, and its metadata.
fn of_pmtiles(path: &Path) -> (Tiles, Value) {
    let file = std::fs::read(path).unwrap();
    assert_eq!(&file[..8], b"PMTiles\x03");
    let word = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
    let part = |at: usize| &file[word(at)..word(at) + word(at + 8)];
    assert_eq!(word(48), 0, "leaves");
    let directory = unzipped(part(8));
    let mut rest = &directory[..];
    let count = varint(&mut rest) as usize;
    let mut column = || (0..count).map(|_| varint(&mut rest)).collect::<Vec<u64>>();
    let [steps, runs, lengths, offsets] = [column(), column(), column(), column()];
    let mut tiles = Tiles::new();
    let (mut id, mut offset, mut length) = (0, 0, 0);
    for n in 0..count {
        id += steps[n];
        offset = if offsets[n] == 0 { offset + length } else { offsets[n] as usize - 1 };
        length = lengths[n] as usize;
        let at = word(56) + offset;
        for run in 0..runs[n] {
            tiles.insert(tile_of(id + run), unzipped(&file[at..at + length]));
        }
    }
    (tiles, serde_json::from_slice(&unzipped(part(24))).unwrap())
}

#[test]
fn every_layout_holds_the_tiles_that_are_served() {
    let city = city::small();
    let out = city.layers.parent().unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("broken");
    let ids = "city.places,city.parcels";
    let zooms = ["--datetime", "2021-06-30", "--min-zoom", "3", "--max-zoom", "14"];
    let mut found = Vec::new();
    for name in ["tiles", "a.pmtiles", "a.mbtiles"] {
        let path = out.join(name);
        let wanted = ["--collections", ids, "--out", path.to_str().unwrap()];
        let output = export(&city.layers, &[&wanted[..], &zooms].concat());
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        found.push(match name {
            "tiles" => {
                let (tiles, metadata) = of_folder(&path);
                assert_eq!(metadata["datetime"], "2021-06-30");
                tiles
            }
            "a.pmtiles" => {
                let (tiles, metadata) = of_pmtiles(&path);
                assert_eq!(metadata["vector_layers"].as_array().unwrap().len(), 3);
                assert_eq!(
                    (metadata["minzoom"].as_u64(), metadata["maxzoom"].as_u64()),
                    (Some(3), Some(14))
                );
                tiles
            }
            _ => {
                let (tiles, metadata) = of_mbtiles(&path);
                assert_eq!((&*metadata["format"], &*metadata["minzoom"]), ("pbf", "3"));
                assert_eq!(metadata["datetime"], "2021-06-30");
                assert!(metadata["json"].contains("city.parcels"));
                assert_eq!(metadata["bounds"].split(',').count(), 4);
                tiles
            }
        });
        // Nothing is replaced unless that is meant.
        assert!(!export(&city.layers, &wanted).status.success());
        assert!(
            export(&city.layers, &[&wanted[..], &["--force"], &zooms].concat()).status.success()
        );
        assert!(!out.join(format!("{name}.partial")).exists());
    }
    let tiles = &found[0];
    assert!(found.iter().all(|other| other == tiles));
    assert!(tiles.len() > 20 && tiles.keys().all(|(z, ..)| (3..=14).contains(z)));
    for ((z, x, y), bytes) in tiles {
        let answer = server.get(&format!("/xyz/{ids}/{z}/{x}/{y}.mvt?datetime=2021-06-30"));
        assert_eq!((answer.status, &answer.body), (200, bytes), "{z}/{x}/{y}");
    }
    // Tiles that are not in it show nothing.
    let around = tiles.keys().flat_map(|(z, x, y)| [(*z, x + 1, *y), (*z, *x, y + 1)]);
    for (z, x, y) in around.filter(|at| !tiles.contains_key(at) && at.1.max(at.2) >> at.0 == 0) {
        let target = format!("/xyz/{ids}/{z}/{x}/{y}.mvt?datetime=2021-06-30");
        assert_eq!(server.get(&target).status, 204, "{z}/{x}/{y}");
    }
}

#[test]
fn what_cannot_be_exported_is_told() {
    let city = city::small();
    let out = city.layers.parent().unwrap().join("a.pmtiles");
    let out = out.to_str().unwrap();
    for (arguments, told) in [
        (vec!["--collections", "city.nowhere"], "city.nowhere"),
        (vec!["--datetime", "2021-13"], "--datetime"),
        (
            vec!["--collections", "city.places,city.broken"],
            "`city.broken` failed: city/broken.fgb: ",
        ),
        (vec!["--max-zoom", "23"], "--max-zoom: the greatest zoom is 22"),
        (vec!["--min-zoom", "23"], "--min-zoom: the greatest zoom is 22"),
        (vec!["--min-zoom", "9", "--max-zoom", "8"], "--min-zoom"),
    ] {
        let output = export(&city.layers, &[&["--out", out], &arguments[..]].concat());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(told), "{arguments:?}: {error}");
        assert!(!Path::new(out).exists());
    }
}

#[test]
fn a_catalogue_without_title_is_named_by_its_layers() {
    let city = city::small();
    let path = city.layers.parent().unwrap().join("a.mbtiles");
    let arguments = ["--max-zoom", "2", "--out", path.to_str().unwrap(), "--force"];
    let name = || {
        assert!(export(&city.layers, &arguments).status.success());
        of_mbtiles(&path).1["name"].clone()
    };
    assert_eq!(name(), "incidents, parcels, places");
    std::fs::write(city.layers.join("catalog.toml"), "title = \"The city\"").unwrap();
    assert_eq!(name(), "The city");
}

#[test]
fn the_help_says_that_an_edition_is_published() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onemap"));
    let help = command.args(["help", "export"]).output().unwrap().stdout;
    assert!(String::from_utf8(help).unwrap().contains("published there as an edition"));
    let city = city::small();
    let (store, out) = (city.layers.with_file_name("store"), city.layers.with_file_name("out"));
    let place = ["--store", store.to_str().unwrap(), "--out", out.to_str().unwrap()];
    assert!(export(&city.layers, &[&place[..], &["--max-zoom", "1"]].concat()).status.success());
    assert_eq!(files(&store.join("editions")).len(), 1);
}

#[test]
fn what_is_left_out_or_no_longer_there_is_told() {
    let city = city::small();
    let above = city.layers.parent().unwrap();
    let told = |out: &str, more: &[&str]| {
        let path = above.join(out);
        let arguments = ["--max-zoom", "2", "--out", path.to_str().unwrap()];
        let output = export(&city.layers, &[&arguments, more].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let all = told("a", &[]);
    assert!(all.contains("warning: city.broken: it is not exported: city/broken.fgb: "), "{all}");
    // Who names layers is told of those.
    let some = told("b", &["--collections", "city.places"]);
    assert!(!some.contains("warning"), "{some}");
    std::fs::write(city.layers.join("city/places.fgb"), b"no layer any more").unwrap();
    let some = told("c", &["--collections", "city.places"]);
    assert!(some.contains("city.places: its last good file is exported: "), "{some}");
    for name in ["places", "parcels", "incidents", "owners"] {
        std::fs::remove_file(city.layers.join(format!("city/{name}.fgb"))).unwrap();
    }
    let gone = told("d", &[]);
    assert!(gone.matches("warning").count() > 1, "{gone}");
}

#[test]
fn the_zooms_of_the_metadata_are_those_of_the_archive() {
    let city = city::small();
    let out = city.layers.parent().unwrap();
    for (name, first, last) in [("a", 2, 5), ("b", 17, 18)] {
        let path = out.join(name);
        let zooms = ["--min-zoom", &first.to_string(), "--max-zoom", &last.to_string()];
        let place = ["--collections", "city.places,city.parcels", "--out", path.to_str().unwrap()];
        assert!(export(&city.layers, &[&place[..], &zooms].concat()).status.success());
        let (_, metadata) = of_folder(&path);
        let held = first..=last;
        let layers = metadata["vector_layers"].as_array().unwrap();
        assert_eq!(layers.len(), 3);
        let own = layers.iter().flat_map(|layer| [&layer["minzoom"], &layer["maxzoom"]]);
        for zoom in own.chain([&metadata["center"][2]]) {
            assert!(held.contains(&zoom.as_u64().unwrap()), "{metadata}");
        }
        for layer in layers {
            assert!(layer["minzoom"].as_u64() <= layer["maxzoom"].as_u64(), "{metadata}");
        }
    }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn nothing_but_an_archive_is_replaced() {
    let city = city::small();
    let above = city.layers.parent().unwrap();
    let store = above.join("store");
    let export = |out: &str, force: bool| {
        let arguments = ["--out", out, "--collections", "city.places", "--max-zoom", "3"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_onemap"));
        command.arg("export").args(arguments).args(force.then_some("--force"));
        command.current_dir(&city.layers).args(["--layers", ".", "--store"]).arg(&store);
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    assert!(export("../tiles", false).0 && export("../tiles", true).0);
    std::fs::create_dir(above.join("others")).unwrap();
    std::fs::write(above.join("others/a.txt"), b"kept").unwrap();
    let before = files(above);
    let layers = format!("../{}", city.layers.file_name().unwrap().to_str().unwrap());
    for out in [".", "..", "/", &layers, "../store", "../others", "../tiles/3", "city"] {
        let (done, told) = export(out, true);
        assert!(!done && told.contains("--out"), "{out}: {told}");
        assert_eq!(files(above), before, "{out}");
    }
    // A store that is yet to be made would lie in the archive.
    let store = above.join("new");
    let mut command = Command::new(env!("CARGO_BIN_EXE_onemap"));
    command.arg("export").arg("--layers").arg(&city.layers).arg("--out").arg(&store);
    let output = command.arg("--store").arg(&store).output().unwrap();
    assert!(!output.status.success() && !store.exists());
}
