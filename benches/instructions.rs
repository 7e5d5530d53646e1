//! Instructions that fixed work takes, counted by callgrind, so that a change that makes it dearer
//! is seen on any machine: `cargo bench --profile dev --bench instructions`, in the profile that tests
//! are built in, so that nothing is built twice. Fails where a count is more than 5 % above what is
//! recorded here; what falls far below is to be recorded anew.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a benchmark that cannot go on ends")]

#[path = "support/buildings.rs"]
mod buildings;
#[path = "support/city.rs"]
mod city;

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, ExitCode};

use onemap::access::LayerView;
use onemap::catalog::Catalog;
use onemap::format::geojson::{Collection, Head};
use onemap::query::{self, ItemsAsk};
use onemap::tile::{Encoding, build, compress};
use onemap::time::{Instant, Zone};
use onemap::work::{Chunk, Deadline};

/// What is counted, and millions of instructions that it took.
const RECORDED: [(&str, f64); 7] = [
    ("tile of zoom 14", 10.799),
    ("tile of zoom 8", 39.686),
    ("zstd of a tile", 7.691),
    ("gzip of a tile", 14.508),
    ("page of 1,000 features", 17.106),
    ("filter over all features", 34.250),
    ("load", 533.683),
];
/// By how much a count may be above what is recorded, and below before it is to be recorded anew.
const SLACK: f64 = 0.05;

/// The function in which callgrind counts.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

fn tile(layer: &LayerView, zoom: u8) {
    let (plan, deadline) = (city::planned(layer, zoom), Deadline::never());
    // The first fills buffers that the others find.
    assert!(!build(&plan, &deadline).unwrap().bytes.is_empty());
    counted(|| build(&plan, &deadline).unwrap());
}

fn compressed(encoding: Encoding) {
    let plan = city::planned(&city::published(false), 14);
    let bytes = build(&plan, &Deadline::never()).unwrap().bytes;
    black_box(compress(&bytes, encoding));
    counted(|| compress(&bytes, encoding));
}

fn page(layer: &LayerView, equals: Vec<(String, String)>) {
    let ask = ItemsAsk {
        bbox: None,
        heights: None,
        moment: None,
        limit: 1000,
        offset: 0,
        equals,
        properties: None,
        zone: Zone::default(),
    };
    let (now, deadline) = (Instant::from_millis(0), Deadline::never());
    let plan = query::plan(layer, &ask, now).unwrap();
    let work = || {
        let page = query::run(&plan, &deadline).unwrap();
        let head = Head { matched: page.matched, at: now, links: "[]".to_owned() };
        let layer = plan.layer.clone();
        let columns = plan.columns.clone();
        let mut all = Collection::new(layer, columns, plan.versions, page.rows, head);
        let mut length = 0;
        while let Chunk::More(bytes) = all.next_chunk(&deadline).unwrap() {
            length += bytes.len();
        }
        length
    };
    work();
    counted(work);
}

fn load(folder: &Path) {
    let layers = [folder.join("layers")];
    let theme = layers[0].join("city");
    std::fs::create_dir_all(&theme).unwrap();
    std::fs::write(theme.join("buildings.fgb"), buildings::buildings(5_000)).unwrap();
    // Work that is done here is counted here.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().unwrap();
    let now = Instant::from_millis(0);
    counted(|| Catalog::open(&layers, city::options(folder), now).unwrap());
}

fn run(case: &str) {
    match case {
        "tile of zoom 14" => tile(&city::published(false), 14),
        "tile of zoom 8" => tile(&city::published(true), 8),
        "zstd of a tile" => compressed(Encoding::Zstd),
        "gzip of a tile" => compressed(Encoding::Gzip),
        "page of 1,000 features" => page(&city::published(false), Vec::new()),
        "filter over all features" => {
            page(&city::published(false), vec![("storeys".to_owned(), "29".to_owned())]);
        }
        _ => load(tempfile::tempdir().unwrap().path()),
    }
}

/// Millions of instructions, by callgrind in a process of its own.
fn count(case: &str) -> f64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", "--toggle-collect=*instructions*counted*"])
        .arg(std::env::current_exe().unwrap())
        .args(["--case", case])
        .output()
        .expect("valgrind is to be installed");
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split("Collected :").nth(1));
    let count = collected.and_then(|text| text.trim().parse::<f64>().ok());
    count.unwrap_or_else(|| panic!("{case}: {told}")) / 1e6
}

#[expect(clippy::print_stdout, reason = "a benchmark tells what it found")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|own| own == "--case") {
        run(&arguments[at + 1]);
        return ExitCode::SUCCESS;
    }
    let mut code = ExitCode::SUCCESS;
    for (case, recorded) in RECORDED {
        let found = count(case);
        let change = found / recorded - 1.0;
        let verdict = match change {
            _ if change > SLACK => {
                code = ExitCode::FAILURE;
                "more than is allowed"
            }
            _ if change < -SLACK => "less: record it",
            _ => "as recorded",
        };
        println!("{case}: {found:.3} million instructions, {:+.1} %: {verdict}", change * 100.0);
    }
    code
}
