//! What a tile of one layer is made from.

use xxhash_rust::xxh3::Xxh3;

use super::attributes::is_written;
use super::{Address, MAX_ZOOM, TileError};
use crate::access::LayerView;
use crate::time::{Instant, Moment, Slab, Span, TemporalKind};

/// Columns that an aggregated tile sums at most, so that it keeps its byte bound.
const MOST_SUMS: usize = 5;

/// Raised whenever equal plans give other bytes than before.
const ENCODER_VERSION: u32 = 9;

/// What is asked of a tile.
#[derive(Clone, Debug)]
pub struct TileAsk {
    /// Where.
    pub address: Address,
    /// The `datetime` parameter.
    pub moment: Option<Moment>,
    /// The columns wanted; `None` for the default of the zoom.
    pub properties: Option<Vec<String>>,
    /// Whether cells of a grid are wanted in the place of features: how many there are in each,
    /// and the sums of the columns.
    pub aggregate: bool,
}

/// A tile of one layer ready to build; owns all that it needs.
#[derive(Clone)]
pub struct TilePlan {
    /// The layer.
    pub layer: LayerView,
    /// Where.
    pub address: Address,
    /// What a row's validity must meet.
    pub window: Option<Span>,
    /// The slab of the window: what cache keys hold in its stead.
    pub slab: Option<Slab>,
    /// Positions of the columns to write, ascending.
    pub columns: Vec<usize>,
    /// Those of them to keep where not all fit.
    pub least: Vec<usize>,
    /// Whether versions of one entity may meet in the tile.
    pub versions: bool,
    /// Whether it shows the cells of a grid; `columns` are summed.
    pub aggregate: bool,
}

/// Resolves an ask against a layer.
///
/// # Errors
/// [`TileError::Invalid`] naming the parameter.
pub fn plan(layer: &LayerView, ask: &TileAsk, now: Instant) -> Result<TilePlan, TileError> {
    let window = layer.window(ask.moment.as_ref(), now);
    let (z, ..) = ask.address.zxy();
    let columns = match &ask.properties {
        Some(names) => named_columns(layer, names)?,
        None if ask.aggregate => Vec::new(),
        None => default_columns(layer, z),
    };
    if ask.aggregate {
        check_sums(layer, &columns)?;
    }
    let kept = |column: &usize| layer.tile_columns().contains(column);
    Ok(TilePlan {
        least: columns.iter().copied().filter(kept).collect(),
        layer: layer.clone(),
        address: ask.address,
        window,
        slab: window.and_then(|window| Some(layer.whole()?.slabs.slab(window))),
        columns,
        versions: layer.temporal() == TemporalKind::State && !is_instant(window),
        aggregate: ask.aggregate,
    })
}

/// Positions of the columns called `names`, ascending.
fn named_columns(layer: &LayerView, names: &[String]) -> Result<Vec<usize>, TileError> {
    let position = |name: &String| {
        layer.schema().position(name).ok_or_else(|| TileError::Invalid {
            parameter: "properties".to_owned(),
            reason: format!("`{}` has no column `{name}`", layer.id()),
        })
    };
    let columns = names.iter().map(position).collect::<Result<_, _>>()?;
    Ok(written(layer, columns))
}

/// Refuses columns that have no sum, and more than a tile has room for.
fn check_sums(layer: &LayerView, columns: &[usize]) -> Result<(), TileError> {
    let columns = || columns.iter().filter_map(|column| layer.schema().columns.get(*column));
    let refused =
        |reason: String| Err(TileError::Invalid { parameter: "properties".to_owned(), reason });
    if let Some(column) = columns().find(|column| !column.kind.is_number()) {
        return refused(format!("`{}` holds no numbers, so it has no sum", column.name));
    }
    if columns().count() > MOST_SUMS {
        return refused(format!("at most {MOST_SUMS} columns are summed"));
    }
    Ok(())
}

/// All columns where every feature fits with them, else the layer's choice.
fn default_columns(layer: &LayerView, z: u8) -> Vec<usize> {
    let sampled_below = layer.whole().map_or(MAX_ZOOM, |mixed| mixed.sampled_below);
    if z < sampled_below {
        return low_zoom_columns(layer);
    }
    written(layer, (0..layer.schema().columns.len()).collect())
}

/// Those carried at low zooms if nobody says which.
pub(super) fn low_zoom_columns(layer: &LayerView) -> Vec<usize> {
    written(layer, layer.tile_columns().to_vec())
}

/// In the schema's order, once each, without those that tiles never write, so that equal wishes
/// have equal plans.
fn written(layer: &LayerView, mut columns: Vec<usize>) -> Vec<usize> {
    let schema = layer.schema();
    columns.sort_unstable();
    columns.dedup();
    columns.retain(|position| {
        schema.columns.get(*position).is_some_and(|column| is_written(&column.name))
    });
    columns
}

/// Whether a window holds one instant alone.
fn is_instant(window: Option<Span>) -> bool {
    window.is_some_and(|window| {
        let [start, end] = window.to_millis();
        end.checked_sub(start) == Some(1)
    })
}

impl TilePlan {
    /// Digest of everything the tile's bytes depend on. Equal keys, equal bytes. What is kept where
    /// not all fits follows from the layer and the columns.
    #[must_use]
    pub fn key(&self) -> u128 {
        let Self { layer, address, window, slab, columns, least: _, versions, aggregate } = self;
        let (z, x, y) = address.zxy();
        let mut key = Xxh3::new();
        key.update(&ENCODER_VERSION.to_le_bytes());
        key.update(&layer.digest().to_le_bytes());
        key.update(&[z, u8::from(*versions), u8::from(*aggregate)]);
        key.update(&x.to_le_bytes());
        key.update(&y.to_le_bytes());
        match (window, slab) {
            (None, _) => key.update(&[0]),
            (Some(_), Some(Slab { first, last })) => {
                key.update(&[1]);
                key.update(&first.to_le_bytes());
                key.update(&last.to_le_bytes());
            }
            (Some(window), None) => {
                key.update(&[2]);
                window.to_millis().iter().for_each(|at| key.update(&at.to_le_bytes()));
            }
        }
        for column in columns {
            key.update(&(*column as u64).to_le_bytes());
        }
        key.digest128()
    }
}
