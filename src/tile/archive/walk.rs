//! Walking all tiles that show something, zoom by zoom.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use bytes::Bytes;
use pmtiles::{TileCoord, TileId};
use rayon::prelude::*;
use serde_json::Value;

use super::super::cache::run_through;
use super::super::{Address, TileAsk, TileError, TilePlan, plan, tilejson};
use super::folder::TEMPLATE;
use super::place::Place;
use super::{Archive, ArchiveError, Format};
use crate::access::LayerView;
use crate::catalog::{Language, Text};
use crate::time::{Instant, Moment};
use crate::work::Deadline;

/// Tiles that are made together before they are written.
const TILES_TOGETHER: usize = 128;
/// Lots of such tiles that may wait to be written.
const LOTS_WAITING: usize = 2;

/// What to put into an archive.
pub struct Export<'a> {
    /// Under which name.
    pub name: &'a str,
    /// The layers, in the order in which tiles have them.
    pub layers: &'a [LayerView],
    /// As the `datetime` parameter; its text is kept in the archive.
    pub moment: Option<(&'a str, Moment)>,
    /// What is valid now.
    pub now: Instant,
    /// First and last zoom.
    pub zooms: [u8; 2],
    /// Attribution of layers without one.
    pub credit: Option<&'a Text>,
    /// How it is laid out.
    pub format: Format,
}

/// Told how far it has come: tiles looked at, of those known to be looked at so far.
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Sync);

/// What was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// Tiles that show something.
    pub tiles: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Tiles as they are kept, in order.
type Lot = Vec<(Address, Bytes)>;

impl Export<'_> {
    /// Writes the archive to `path`: aside, renamed once it is whole.
    ///
    /// # Errors
    /// [`ArchiveError`]; nothing is at `path` then but what was there before.
    pub fn write(&self, path: &Path, progress: Progress<'_>) -> Result<Written, ArchiveError> {
        let place = Place::of(path)?;
        let written = self.write_aside(place.begin()?, progress);
        let written = written.and_then(|written| place.settle().map(|()| written));
        if written.is_err() {
            place.give_up();
        }
        written
    }

    fn write_aside(&self, path: &Path, progress: Progress<'_>) -> Result<Written, ArchiveError> {
        let archive = self.format.create(path, &self.tilejson()?)?;
        let (lots, waiting) = sync_channel::<Lot>(LOTS_WAITING);
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || take(archive, waiting.into_iter()));
            let made = self.make(progress, |lot| lots.send(lot).is_ok());
            drop(lots);
            let written = match writer.join() {
                Ok(written) => written?,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            made?;
            Ok(written)
        })
    }

    fn tilejson(&self) -> Result<Value, TileError> {
        let language = Language::Zh;
        let [_, last] = self.zooms;
        let deepest = Address::new(last, 0, 0).map(|address| self.plans(address)).transpose()?;
        let plans = deepest.unwrap_or_default();
        let mut json = tilejson(self.name, TEMPLATE, &plans, self.credit, language);
        keep_within(&mut json, self.zooms);
        if let Some((text, _)) = self.moment {
            json["datetime"] = text.into();
        }
        Ok(json)
    }

    /// Makes all tiles and gives them in order, as long as they are taken.
    fn make(
        &self,
        progress: Progress<'_>,
        mut give: impl FnMut(Lot) -> bool,
    ) -> Result<(), TileError> {
        let [first, last] = self.zooms;
        let mut shown: Vec<Address> = Address::new(0, 0, 0).into_iter().collect();
        let (mut done, mut known) = (0, 0);
        for z in 0..=last {
            shown.retain(|tile| self.shows(*tile));
            if z >= first {
                known += shown.len() as u64;
                shown.sort_by_cached_key(|tile| place(*tile));
                for tiles in shown.chunks(TILES_TOGETHER) {
                    let made = tiles.par_iter().map(|tile| Ok((*tile, self.tile(*tile)?)));
                    let lot = made.collect::<Result<Lot, TileError>>()?;
                    if !give(lot) {
                        return Ok(());
                    }
                    done += tiles.len() as u64;
                    progress(done, known);
                }
            }
            shown = shown.into_iter().flat_map(children).collect();
        }
        Ok(())
    }

    /// Whether a tile may show something, it or one deeper.
    fn shows(&self, tile: Address) -> bool {
        let mut found = Vec::new();
        self.layers.iter().any(|layer| {
            let moment = self.moment.as_ref().map(|(_, moment)| moment);
            let window = layer.window(moment, self.now);
            layer.index().select(&[tile.area()], window, None, &mut found);
            !found.is_empty()
        })
    }

    /// The layers of a tile, one after the other, in the archive's encoding.
    fn tile(&self, address: Address) -> Result<Bytes, TileError> {
        let plans = self.plans(address)?;
        Ok(run_through(&plans, self.format.encoding(), &Deadline::never())?.bytes)
    }

    /// What one tile of each layer is made from.
    fn plans(&self, address: Address) -> Result<Vec<TilePlan>, TileError> {
        let moment = self.moment.as_ref().map(|(_, moment)| *moment);
        let ask = TileAsk { address, moment, properties: None, aggregate: false };
        self.layers.iter().map(|layer| plan(layer, &ask, self.now)).collect()
    }
}

/// Brings the zooms that a TileJSON names to those that an archive holds.
fn keep_within(json: &mut Value, [first, last]: [u8; 2]) {
    json["minzoom"] = first.into();
    json["maxzoom"] = last.into();
    for layer in json["vector_layers"].as_array_mut().into_iter().flatten() {
        clamp(&mut layer["minzoom"], [first, last]);
        clamp(&mut layer["maxzoom"], [first, last]);
    }
    if let Some(zoom) = json.get_mut("center").and_then(|center| center.get_mut(2)) {
        clamp(zoom, [first, last]);
    }
}

fn clamp(zoom: &mut Value, [first, last]: [u8; 2]) {
    let own = zoom.as_u64().unwrap_or_default();
    *zoom = own.clamp(first.into(), last.into()).into();
}

/// Writes what comes.
fn take(
    mut archive: Box<dyn Archive>,
    lots: impl Iterator<Item = Lot>,
) -> Result<Written, ArchiveError> {
    let mut written = Written::default();
    for (address, bytes) in lots.flatten().filter(|(_, bytes)| !bytes.is_empty()) {
        archive.add(address, &bytes)?;
        written.tiles += 1;
        written.bytes += bytes.len() as u64;
    }
    archive.finish().map(|()| written)
}

fn children(tile: Address) -> impl Iterator<Item = Address> {
    let (z, x, y) = tile.zxy();
    let corners = [[0, 0], [1, 0], [0, 1], [1, 1]];
    corners.into_iter().filter_map(move |[dx, dy]| Address::new(z + 1, 2 * x + dx, 2 * y + dy))
}

/// Its place on its zoom's Hilbert curve.
fn place(tile: Address) -> u64 {
    let (z, x, y) = tile.zxy();
    TileCoord::new(z, x, y).map_or(0, |at| TileId::from(at).value())
}
