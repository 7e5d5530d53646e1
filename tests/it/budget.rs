//! The byte bound over layers of many shapes and attributes: no tile is beyond it, and where a
//! layer's index says that a tile fits, it does, whole and with its default columns.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use geo::{Coord, CoordsIter, Geometry, LineString, Point, Polygon};
use onemap::model::{ColumnType, Kind};
use onemap::tile::{Address, MAX_BYTES, MAX_ZOOM, TileAsk, build, plan};
use onemap::time::Instant;
use onemap::work::Deadline;

use crate::city::{self, double, text};
use crate::data;
use crate::planar::to_tile;
use crate::query::Served;
use crate::tiles::Random;

/// What a layer is made of.
#[derive(Debug)]
struct Wish {
    seed: u64,
    kind: Kind,
    count: usize,
    centre: [f64; 2],
    /// Half the side of the square in which centres of features lie, and the reach of each,
    /// degrees.
    spread: f64,
    reach: f64,
    corners: usize,
    /// Bytes of an id that is text.
    id: Option<usize>,
    name: Option<usize>,
    texts: Vec<usize>,
    numbers: usize,
    /// How many of the texts and numbers low zooms carry.
    chosen: usize,
}

impl Wish {
    fn of(seed: u64) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // Equal shares of each power of ten.
        let log = |random: &mut Random, low: f64, high: f64| low * (high / low).powf(random.next());
        let kinds = [Kind::Point, Kind::MultiPoint, Kind::LineString, Kind::Polygon];
        let kind = kinds[random.below(kinds.len())];
        let centres = [[114.06, 22.54], [0.0, 51.48], [0.0, 0.0], [-45.0, 30.0]];
        let centre = centres[random.below(centres.len())];
        let spread = log(&mut random, 1e-4, 8.0);
        let reach = spread * log(&mut random, 1e-3, 2.0);
        let corners = if kind == Kind::Point { 1 } else { log(&mut random, 4.0, 800.0) as usize };
        let maybe = |random: &mut Random, high: f64| {
            (random.below(3) == 0).then(|| log(random, 1.0, high) as usize)
        };
        let (id, name) = (maybe(&mut random, 80.0), maybe(&mut random, 200.0));
        let texts: Vec<usize> =
            (0..random.below(4)).map(|_| log(&mut random, 1.0, 300.0) as usize).collect();
        let numbers = random.below(6);
        let chosen = random.below(texts.len() + numbers + 1);
        let each = 25 + corners * 3 + texts.iter().sum::<usize>() + numbers * 12;
        let total = log(&mut random, 2e5, 6e6) as usize;
        let count = (total / each).clamp(3, 30_000);
        Self { seed, kind, count, centre, spread, reach, corners, id, name, texts, numbers, chosen }
    }

    fn geometry(&self, random: &mut Random) -> Geometry<f64> {
        let [x, y] = self.centre.map(|v| v + (random.next() * 2.0 - 1.0) * self.spread);
        let positions = (0..self.corners).map(|n| {
            let angle = n as f64 / self.corners as f64 * std::f64::consts::TAU;
            let reach = self.reach * (0.4 + 0.6 * random.next());
            Coord { x: x + reach * angle.cos(), y: y + reach * angle.sin() }
        });
        let positions = LineString(positions.collect());
        match self.kind {
            Kind::Point => Point::new(x, y).into(),
            Kind::MultiPoint => geo::MultiPoint::from(positions.0).into(),
            Kind::LineString => positions.into(),
            _ => Polygon::new(positions, Vec::new()).into(),
        }
    }

    fn columns(&self) -> Vec<(String, ColumnType)> {
        let column = |name: &str| (name.to_owned(), ColumnType::String);
        let id = self.id.map(|_| column("id"));
        let name = self.name.map(|_| column("name"));
        let texts = (0..self.texts.len()).map(|n| column(&format!("text{n}")));
        let numbers = (0..self.numbers).map(|n| (format!("number{n}"), ColumnType::Double));
        id.into_iter().chain(name).chain(texts).chain(numbers).collect()
    }

    fn sidecar(&self) -> String {
        let own = usize::from(self.id.is_some()) + usize::from(self.name.is_some());
        let columns = self.columns();
        let chosen = columns.iter().skip(own).take(self.chosen).map(|(name, _)| name);
        let mut sidecar = format!("tile_properties = {:?}\n", chosen.collect::<Vec<_>>());
        let keys = [("id", self.id), ("name", self.name)];
        for (key, _) in keys.iter().filter(|(_, length)| length.is_some()) {
            writeln!(sidecar, "{key} = \"{key}\"").unwrap();
        }
        sidecar
    }

    fn file(&self) -> (Vec<u8>, Vec<Geometry<f64>>) {
        let columns = self.columns();
        let columns: Vec<_> = columns.iter().map(|(name, kind)| (&**name, *kind)).collect();
        let mut random = Random(self.seed);
        let geometries: Vec<_> = (0..self.count).map(|_| self.geometry(&mut random)).collect();
        let rows = geometries.iter().enumerate().map(|(row, geometry)| {
            let lengths = self.id.iter().chain(&self.name).chain(&self.texts);
            let texts = lengths
                .enumerate()
                .map(|(n, length)| text(&format!("{row}-{n}-{:x<length$}", "", length = *length)));
            let numbers = (0..self.numbers).map(|_| double(random.next()));
            (Some(geometry.clone()), texts.chain(numbers).collect())
        });
        let file = city::layer("layer", self.kind, &columns, rows);
        (file, geometries)
    }
}

/// Positions by which full tiles are found.
const ENOUGH: usize = 20_000;

/// The tiles of a zoom that hold most positions, buffers counted.
fn fullest(geometries: &[Geometry<f64>], z: u8, count: usize) -> Vec<Address> {
    let last = f64::from((1_u32 << z) - 1);
    let mut tiles: BTreeMap<[u32; 2], u32> = BTreeMap::new();
    let total: usize = geometries.iter().map(CoordsIter::coords_count).sum();
    let positions = geometries.iter().flat_map(CoordsIter::coords_iter);
    for at in positions.step_by(total / ENOUGH + 1) {
        let at = to_tile(at, (z, 0, 0));
        let cells = |v: f64| {
            let cell = |v: f64| (v / 4096.0).floor().clamp(0.0, last) as u32;
            cell(v - 64.0)..=cell(v + 64.0)
        };
        for x in cells(at.x) {
            cells(at.y).for_each(|y| *tiles.entry([x, y]).or_default() += 1);
        }
    }
    let mut tiles: Vec<_> = tiles.into_iter().map(|(tile, count)| (count, tile)).collect();
    tiles.sort_unstable_by_key(|tile| std::cmp::Reverse(*tile));
    tiles.into_iter().take(count).map(|(_, [x, y])| Address::new(z, x, y).unwrap()).collect()
}

#[test]
fn what_the_index_says_fits_does_and_no_tile_is_beyond_the_bound() {
    let (mut tiles, mut largest) = (0, 0);
    for seed in 0..data::checks(200) as u64 {
        let wish = Wish::of(seed);
        let (file, geometries) = wish.file();
        let served = Served::new(&file, &wish.sidecar()).unwrap();
        let layer = &served.layer;
        let whole_from = layer.whole().unwrap().sampled_below;
        for z in 0..=MAX_ZOOM {
            for address in fullest(&geometries, z, 2) {
                let ask = TileAsk { address, moment: None, properties: None, aggregate: false };
                let plan = plan(layer, &ask, Instant::from_millis(0)).unwrap();
                let built = build(&plan, &Deadline::never()).unwrap();
                let size = built.bytes.len();
                assert!(size <= MAX_BYTES, "{address:?} has {size} bytes: {wish:?}");
                // What does not fit at the deepest zoom is left to the tile.
                let fits = z < MAX_ZOOM || whole_from < MAX_ZOOM;
                assert!(
                    !fits || (!built.left_out.attributes && built.left_out.kept >= 1.0),
                    "{address:?} does not fit: {} kept, whole from {whole_from}: {wish:?}",
                    built.left_out.kept
                );
                (tiles, largest) = (tiles + 1, size.max(largest));
            }
        }
    }
    println!("{tiles} tiles of at most {largest} bytes");
    assert!(largest > MAX_BYTES / 2, "{largest}: the bound was never near");
}
