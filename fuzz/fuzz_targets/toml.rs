//! Any text as the sidecar of a layer, of its theme and of the catalogue: the layer is served, or
//! listed as failed with a reason and the file that is at fault.

#![no_main]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use onemap::access::{Caller, View};
use onemap::catalog::{Catalog, Options, Silent, StorePlace, TemporalDefault};
use onemap::time::Instant;

/// Versions of points, with text, numbers and dates.
const LAYER: &[u8] = include_bytes!("../../layers/transit/metro_stations.fgb");

/// A layers folder of this process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("onemap-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("theme")).expect("a folder");
    std::fs::write(folder.join("theme/layer.fgb"), LAYER).expect("a file");
    folder
});

fuzz_target!(|text: &str| {
    for file in ["catalog.toml", "theme/theme.toml", "theme/layer.toml"] {
        std::fs::write(FOLDER.join(file), text).expect("a file");
    }
    let options = Options {
        store: StorePlace::Memory,
        quiet: Duration::ZERO,
        temporal_default: TemporalDefault::Now,
        progress: Arc::new(Silent),
    };
    let catalog = Catalog::open(std::slice::from_ref(&*FOLDER), options, Instant::from_millis(0))
        .expect("bad sidecars keep no catalogue from opening");
    let view = View::new(catalog.snapshot(), Caller::Public);
    let failed: Vec<_> = view.themes().flat_map(|theme| theme.failed()).collect();
    assert_eq!(view.layers().count() + failed.len(), 1);
    let told = view.layers().flat_map(|layer| layer.problems().to_vec()).collect::<Vec<_>>();
    for problem in failed.iter().map(|failed| &failed.problem).chain(&told).chain(view.problems()) {
        assert!(problem.file.contains('.') && !problem.reason.is_empty(), "{problem}");
    }
});
