//! Tests of tiles over layers made in memory, read back by a reader that shares nothing with the
//! encoder.

mod bound;
mod cache;
mod content;
mod long;
mod polygons;
mod shapes;
mod thin;
mod tilejson;

#[path = "../../../tests/it/mvt.rs"]
mod mvt;

use std::collections::BTreeMap;
use std::sync::Arc;

use flatgeobuf::{ColumnType, FgbWriter, FgbWriterOptions, GeometryType};
use geozero::wkt::Wkt;
use geozero::{ColumnValue, PropertyProcessor};

use super::{Address, Built, TileAsk, TilePlan, build, plan};
use crate::access::{Caller, LayerView, View};
use crate::catalog::{Descriptor, Layer, Profile, Snapshot, Text, entity_key};
use crate::geometry::Crs;
use crate::index::{self, AttributeBytes, Index, Inputs};
use crate::model::{CollectionId, Row, Value};
use crate::source::{Fgb, Source};
use crate::store::Object;
use crate::time::{Instant, Moment, Span, TemporalKind, Zone};
use crate::work::Deadline;

/// A layer to be made: WGS 84, without time, rows as ids.
struct Made {
    columns: Vec<(&'static str, ColumnType)>,
    file: FgbWriter<'static>,
    id: Option<usize>,
    name: Option<usize>,
    tile_columns: Vec<usize>,
    spans: Option<Vec<Option<Span>>>,
    min_zoom: u8,
    attribute_bytes: u32,
}

impl Made {
    fn new(columns: &[(&'static str, ColumnType)]) -> Self {
        Self::typed(GeometryType::Unknown, columns)
    }

    /// Of geometries of one type.
    fn typed(kind: GeometryType, columns: &[(&'static str, ColumnType)]) -> Self {
        let options =
            FgbWriterOptions { write_index: false, detect_type: false, ..Default::default() };
        let mut file = FgbWriter::create_with_options("layer", kind, options).unwrap();
        for (name, kind) in columns {
            file.add_column(name, *kind, |_, _| {});
        }
        Self {
            columns: columns.to_vec(),
            file,
            id: None,
            name: None,
            tile_columns: Vec::new(),
            spans: None,
            min_zoom: 0,
            attribute_bytes: 40,
        }
    }

    /// Of geometries alone.
    fn of<T: AsRef<str>>(geometries: &[T]) -> Self {
        let mut made = Self::new(&[]);
        for text in geometries {
            made.add(text.as_ref(), &[]);
        }
        made
    }

    /// Adds a feature of well-known text, with values for the first columns.
    fn add(&mut self, text: &str, values: &[Option<ColumnValue<'_>>]) {
        let named = self.columns.iter().zip(values).enumerate();
        self.file
            .add_feature_geom(Wkt(text), |feature| {
                for (n, ((name, _), value)) in named {
                    if let Some(value) = value {
                        feature.property(n, name, value).unwrap();
                    }
                }
            })
            .unwrap();
    }

    /// The spans of all rows, in order, `[start, end)`, make it a layer of versions.
    fn versions(mut self, spans: &[[i64; 2]]) -> Self {
        self.spans = Some(spans.iter().map(|span| Span::from_millis(*span)).collect());
        self
    }

    fn view(self) -> LayerView {
        let mut file = Vec::new();
        self.file.write(&mut file).unwrap();
        let source = Fgb::in_memory(&file).unwrap();
        let entity = |row: u32| match self.id {
            None => u64::from(row),
            Some(id) => entity_key(source.feature(Row::new(row)).unwrap().value(id)),
        };
        let entities: Vec<u64> = (0..source.len()).map(entity).collect();
        let temporal = if self.spans.is_some() { TemporalKind::State } else { TemporalKind::None };
        let profile = Profile {
            temporal,
            start: None,
            end: None,
            id: self.id,
            name: self.name,
            rank: None,
            tile_columns: self.tile_columns,
            zooms: (self.min_zoom, 16),
            all_by_default: false,
            times: None,
        };
        let inputs = Inputs {
            source: &source,
            crs: &Crs::crs84(),
            spans: self.spans.as_deref(),
            together: false,
            entities: &entities,
            rank: None,
            columns: &profile.near_columns(),
            names: &profile.name_columns(),
            classes: &profile.class_columns(),
            attribute_bytes: &|_| AttributeBytes {
                chosen: self.attribute_bytes,
                all: self.attribute_bytes,
                label: self.name.map_or(0, |_| self.attribute_bytes),
            },
            labels: self.name.is_some(),
            min_zoom: self.min_zoom,
        };
        let mut bytes = Vec::new();
        index::build(&inputs, &mut bytes).unwrap();
        let index = Index::open(Object::from_slice(&bytes), source.len()).unwrap();
        let descriptor = Descriptor { title: Some(Text::of("Things")), ..Descriptor::default() };
        let id = CollectionId::new("test", "things").unwrap();
        let layer = Layer {
            id: id.clone(),
            file: "test/things.fgb".to_owned(),
            descriptor,
            profile,
            validity: None,
            source: Arc::new(source),
            crs: Crs::crs84(),
            index,
            version: 7,
            problems: Vec::new(),
        };
        View::new(Arc::new(edition(layer)), Caller::Public).layer(&id).unwrap()
    }
}

/// An edition of one layer.
fn edition(layer: Layer) -> Snapshot {
    Snapshot {
        edition: 1,
        published: Instant::from_millis(0),
        title: Text::default(),
        attribution: None,
        default_view: None,
        default_layers: Vec::new(),
        zone: Zone::named("Asia/Shanghai").unwrap(),
        themes: Vec::new(),
        layers: BTreeMap::from([(layer.id.clone(), Arc::new(layer))]),
        problems: Vec::new(),
    }
}

fn at(z: u8, x: u32, y: u32) -> TileAsk {
    TileAsk {
        address: Address::new(z, x, y).unwrap(),
        moment: None,
        properties: None,
        aggregate: false,
    }
}

fn planned(layer: &LayerView, ask: &TileAsk) -> TilePlan {
    plan(layer, ask, Instant::from_millis(0)).unwrap()
}

fn built(layer: &LayerView, ask: &TileAsk) -> Built {
    build(&planned(layer, ask), &Deadline::never()).unwrap()
}

/// The tile as its reader sees it, every geometry decodable.
fn read(layer: &LayerView, ask: &TileAsk) -> mvt::Tile {
    let tile = mvt::Tile::read(&built(layer, ask).bytes).unwrap();
    let layers = ["test.things", "test.things.label"].map(|name| tile.layer(name));
    for feature in layers.into_iter().flatten().flat_map(|layer| &layer.features) {
        feature.geometry().unwrap();
    }
    tile
}

/// The features of the layer itself.
fn features(tile: &mvt::Tile) -> Vec<mvt::Feature> {
    tile.layer("test.things").map_or(Vec::new(), |layer| layer.features.clone())
}

fn text(value: &str) -> mvt::Value {
    mvt::Value::Text(value.to_owned())
}

/// Longitude and latitude of a place in a tile, given in tile units.
fn lonlat(z: u8, x: u32, y: u32, unit: [f64; 2]) -> [f64; 2] {
    let side = f64::from(1u32 << z);
    let east = (f64::from(x) + unit[0] / 4096.0) / side;
    let south = (f64::from(y) + unit[1] / 4096.0) / side;
    let latitude = (std::f64::consts::PI * (1.0 - 2.0 * south)).sinh().atan();
    [east * 360.0 - 180.0, latitude.to_degrees()]
}

/// A tile in the middle of Shenzhen, and well-known text over its units.
const TILE: (u8, u32, u32) = (14, 13382, 7131);

/// Positions in units of [`TILE`] as the inside of well-known text.
fn wkt(units: &[[f64; 2]]) -> String {
    let (z, x, y) = TILE;
    let positions = units.iter().map(|unit| lonlat(z, x, y, *unit));
    positions.map(|[lon, lat]| format!("{lon} {lat}")).collect::<Vec<_>>().join(", ")
}

fn here() -> TileAsk {
    at(TILE.0, TILE.1, TILE.2)
}

fn moment(text: &str) -> Moment {
    Moment::parse(text, &Zone::named("Asia/Shanghai").unwrap()).unwrap()
}
