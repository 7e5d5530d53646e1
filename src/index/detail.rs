//! Borders of more detail than a screen shows: where tiles of a zoom would be full of vertices, they
//! have those of a zoom less deep, so that the coasts of a country take no longer than a city does.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::fullest::Fullest;
use super::gather::{Gathered, POINTS};
use super::{Inputs, MAX_ZOOM};

/// Shapes of fewer vertices are not counted: they are no more than what they have to be.
const MANY_VERTICES: u64 = 1 << 12;
/// Vertices that a tile may have of those with more: the repair of the border of a coast takes a
/// microsecond and a half for each.
const MOST_OF_TILE: u32 = 8 << 10;
/// How many zooms less deep a zoom's vertices may be: borders are then off by a pixel of 512 to a
/// tile.
const MOST_ZOOMS: u8 = 3;
/// Tiles of deeper zooms show little of such shapes.
const DEEPEST: u8 = 12;
const ZOOMS: usize = MAX_ZOOM as usize + 1;

/// Has vertices kept from a deeper zoom where they are too many; `from`: by position, the zoom from
/// which it is kept. All shapes of the layer lose the same, so that what they share stays shared.
pub(super) fn limit(inputs: &Inputs<'_>, gathered: &Gathered, from: &mut [u8]) {
    let has_many = |shape: &usize| gathered.vertices(*shape) >= MANY_VERTICES;
    let mut shapes: Vec<usize> = (0..gathered.shapes.len()).filter(has_many).collect();
    if shapes.is_empty() {
        return;
    }
    let fullest = Fullest::of(inputs, gathered);
    shapes.retain(|shape| fullest.holds(inputs, gathered.shapes[*shape].row));
    // By zoom: the one whose vertices are kept.
    let mut kept: Vec<u8> = (0..=MAX_ZOOM)
        .into_par_iter()
        .map(|zoom| if zoom > DEEPEST { zoom } else { affordable(gathered, from, &shapes, zoom) })
        .collect();
    for zoom in 1..ZOOMS {
        kept[zoom] = kept[zoom].max(kept[zoom - 1]);
    }
    let first = |rank: u8| kept.partition_point(|own| *own < rank) as u8;
    let firsts: Vec<u8> = (0..=MAX_ZOOM).map(first).collect();
    from.par_iter_mut()
        .for_each(|own| *own = firsts.get(usize::from(*own)).copied().unwrap_or(*own));
}

/// The deepest zoom whose vertices do not fill a tile of `zoom`.
fn affordable(gathered: &Gathered, from: &[u8], shapes: &[usize], zoom: u8) -> u8 {
    // By tile: vertices kept from each zoom on.
    let mut tiles: FxHashMap<[u32; 2], [u32; ZOOMS]> = FxHashMap::default();
    let runs = shapes.iter().flat_map(|shape| gathered.runs_of(*shape));
    for run in runs.filter(|run| gathered.run_kinds[*run] != POINTS) {
        let positions = gathered.positions_of(run);
        let ranked = positions.clone().zip(&gathered.positions[positions.clone()]);
        let of_zoom = ranked.filter(|(index, _)| from[*index] <= zoom);
        let tile = |at: &[u32; 2]| at.map(|v| (u64::from(v) >> (32 - zoom)) as u32);
        let mut last = None;
        let mut counts = [0; ZOOMS];
        for (index, at) in of_zoom {
            let here = tile(at);
            if let Some(left) = last.replace(here).filter(|left| *left != here) {
                add(tiles.entry(left).or_insert([0; ZOOMS]), &mut counts);
            }
            counts[usize::from(from[index])] += 1;
        }
        if let Some(left) = last {
            add(tiles.entry(left).or_insert([0; ZOOMS]), &mut counts);
        }
    }
    let fits = |kept: &u8| {
        let of_tile = |counts: &[u32; ZOOMS]| counts[..=usize::from(*kept)].iter().sum::<u32>();
        tiles.values().all(|counts| of_tile(counts) <= MOST_OF_TILE)
    };
    let least = zoom.saturating_sub(MOST_ZOOMS);
    (least..=zoom).rev().find(fits).unwrap_or(least)
}

/// Moves counts to where they belong.
fn add(sums: &mut [u32; ZOOMS], counts: &mut [u32; ZOOMS]) {
    sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += std::mem::take(count));
}
