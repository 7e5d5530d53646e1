//! A made-up city of buildings, published as a server would have it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use onemap::access::{Caller, LayerView, View};
use onemap::catalog::{Catalog, Options, Silent, StorePlace, TemporalDefault};
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{CollectionId, Column, ColumnType, Kind, Value};
use onemap::tile::{Address, TileAsk, TilePlan, plan};
use onemap::time::Instant;

/// West and south of the city, and the distance of buildings: some 45 by 45 in a tile of zoom 14.
pub(crate) const ORIGIN: [f64; 2] = [113.9, 22.5];
pub(crate) const STEP: f64 = 360.0 / 16384.0 / 45.0;
/// Vertices of a building.
const CORNERS: u32 = 11;

/// How many buildings the city has: 500,000 for `ONEMAP_CHECKS=full`, otherwise a twentieth.
pub(crate) fn count() -> u32 {
    sized(500_000)
}

/// `full` for `ONEMAP_CHECKS=full`, otherwise a twentieth.
pub(crate) fn sized(full: u32) -> u32 {
    if std::env::var("ONEMAP_CHECKS").is_ok_and(|size| size == "full") { full } else { full / 20 }
}

const COLUMNS: [(&str, ColumnType); 10] = [
    ("gid", ColumnType::Int),
    ("label", ColumnType::String),
    ("use", ColumnType::String),
    ("storeys", ColumnType::Int),
    ("height", ColumnType::Double),
    ("area", ColumnType::Double),
    ("built", ColumnType::Int),
    ("material", ColumnType::String),
    ("listed", ColumnType::Bool),
    ("address", ColumnType::String),
];

/// `count` buildings of eleven corners and ten columns that differ by their number alone.
pub(crate) fn buildings(count: u32) -> Vec<u8> {
    let columns = COLUMNS.map(|(name, kind)| Column {
        name: name.into(),
        kind,
        title: None,
        description: None,
    });
    let options = WriterOptions {
        name: "buildings".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::Polygon,
    };
    let mut writer = Writer::new(options, columns.to_vec());
    let across = f64::from(count).sqrt() as u32;
    for n in 0..count {
        let centre = [n % across, n / across].map(|step| f64::from(step) * STEP);
        let ring = (0..CORNERS).map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::TAU / f64::from(CORNERS);
            let reach = STEP * (0.3 + f64::from((n * 7 + corner * 5) % 11) * 0.01);
            (
                ORIGIN[0] + centre[0] + reach * angle.cos(),
                ORIGIN[1] + centre[1] + reach * angle.sin(),
            )
        });
        let polygon = geo::Polygon::new(ring.collect(), vec![]).into();
        let (name, address) = (format!("Building {n}"), format!("{} Road {}", n % 50, n / 50));
        let values = [
            Value::Int(n.into()),
            Value::Text(&name),
            Value::Text(["housing", "office", "school", "shop", "factory"][n as usize % 5]),
            Value::Int((n % 30).into()),
            Value::Double(f64::from(n % 300) / 2.0),
            Value::Double(f64::from(n.wrapping_mul(2_654_435_761) >> 12) / 100.0),
            Value::Int((1950 + n % 75).into()),
            Value::Text(["brick", "concrete", "steel", "wood"][n as usize % 4]),
            Value::Bool(n.is_multiple_of(37)),
            Value::Text(&address),
        ];
        writer.add(Some(&polygon), &values).unwrap();
    }
    writer.finish()
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
    let ask = TileAsk { address, moment: None, properties: None };
    plan(layer, &ask, Instant::from_millis(0)).unwrap()
}
