//! A made-up city of buildings, published as a server would have it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use onemap::access::{Caller, LayerView, View};
use onemap::catalog::{Catalog, Options, Silent, StorePlace, TemporalDefault};
use onemap::model::CollectionId;
use onemap::tile::{Address, TileAsk, TilePlan, plan};
use onemap::time::Instant;

use crate::buildings::{ORIGIN, STEP, buildings};

/// How many buildings the city has: 500,000 for `ONEMAP_CHECKS=full`, otherwise a twentieth.
pub(crate) fn count() -> u32 {
    sized(500_000)
}

/// `full` for `ONEMAP_CHECKS=full`, otherwise a twentieth.
pub(crate) fn sized(full: u32) -> u32 {
    if std::env::var("ONEMAP_CHECKS").is_ok_and(|size| size == "full") { full } else { full / 20 }
}

/// Options of a server whose store lies in `folder`.
pub(crate) fn options(folder: &Path) -> Options {
    Options {
        store: StorePlace::Folder(folder.join("store")),
        temporal_default: TemporalDefault::Now,
        quiet: Duration::ZERO,
        progress: Arc::new(Silent),
    }
}

/// The city as a server would have it, with a label at each building if `labels`.
pub(crate) fn published(labels: bool) -> LayerView {
    let folder = tempfile::tempdir().unwrap();
    let theme = folder.path().join("layers/city");
    std::fs::create_dir_all(&theme).unwrap();
    std::fs::write(theme.join("buildings.fgb"), buildings(count())).unwrap();
    let name = if labels { "name = \"label\"\n" } else { "" };
    let sidecar = format!("id = \"gid\"\n{name}style = {{ by = \"use\" }}\n");
    std::fs::write(theme.join("buildings.toml"), sidecar).unwrap();
    let layers = [folder.path().join("layers")];
    let now = Instant::from_millis(0);
    let catalog = Catalog::open(&layers, options(folder.path()), now).unwrap();
    let view = View::new(catalog.snapshot(), Caller::Public);
    let layer = view.layer(&CollectionId::new("city", "buildings").unwrap()).unwrap();
    // The store must outlive the layer.
    std::mem::forget(folder);
    layer
}

/// The tile at `zoom` that holds the middle of the city.
pub(crate) fn planned(layer: &LayerView, zoom: u8) -> TilePlan {
    let middle = f64::from(count()).sqrt() / 2.0 * STEP;
    let [lon, lat] = ORIGIN.map(|origin| origin + middle);
    let side = f64::from(1u32 << zoom);
    let north = (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln();
    let x = (lon + 180.0) / 360.0 * side;
    let y = (1.0 - north / std::f64::consts::PI) / 2.0 * side;
    let address = Address::new(zoom, x as u32, y as u32).unwrap();
    let ask = TileAsk { address, moment: None, properties: None, aggregate: false };
    plan(layer, &ask, Instant::from_millis(0)).unwrap()
}
