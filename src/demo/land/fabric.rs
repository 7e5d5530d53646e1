//! What each part of the land is: hills nobody may build on, and the kinds of town between them.

use std::collections::BTreeSet;

use super::grid::{self, EIGHT, Grid};
use super::mesh::Mesh;
use super::outline;
use super::plane;
use super::random::{self, Random};
use super::relief::Relief;

/// What a part of the town is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Zone {
    /// The river between its roads.
    River,
    /// Green hills.
    Hill,
    /// Fields and orchards.
    Rural,
    /// Offices, shops, flats.
    Centre,
    /// Housing estates.
    Town,
    /// A former village, densely built.
    Village,
    /// Works and stores.
    Industry,
}

impl Zone {
    /// Whether it is town.
    pub(crate) const fn is_built(self) -> bool {
        matches!(self, Self::Centre | Self::Town | Self::Village | Self::Industry)
    }

    /// The code that the schema writes.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::River => "river",
            Self::Hill => "hill",
            Self::Rural => "rural",
            Self::Centre => "centre",
            Self::Town => "town",
            Self::Village => "village",
            Self::Industry => "industry",
        }
    }

    /// The largest block, square metres.
    pub(crate) const fn largest_block(self) -> f64 {
        match self {
            Self::Centre => 32_000.0,
            Self::Town => 52_000.0,
            Self::Village => 24_000.0,
            Self::Industry => 80_000.0,
            Self::River | Self::Hill | Self::Rural => f64::MAX,
        }
    }
}

/// The share of the district that is kept as hills.
const HILLS: f64 = 0.40;
/// Hills and gaps in them smaller than this many cells are not told apart.
const LEAST: usize = 28;

/// The hills that nobody may build on: the land highest above its streams.
pub(crate) fn hills(relief: &Relief, inside: &Grid<bool>) -> Grid<bool> {
    let rise = |cell: usize| relief.above[cell] + 90.0 * relief.height.slope(cell).min(0.5);
    let mut all: Vec<f64> = grid::cells().filter(|c| inside[*c]).map(rise).collect();
    all.sort_by(f64::total_cmp);
    let limit = all[((1.0 - HILLS) * all.len() as f64) as usize];
    let mut hill = Grid::of(|cell| rise(cell) > limit);
    for _ in 0..5 {
        let before = hill.clone();
        hill = Grid::of(|cell| {
            let near = grid::around(cell, &EIGHT).filter(|(other, _)| before[*other]).count();
            if before[cell] { near >= 3 } else { near >= 6 }
        });
    }
    for value in [true, false] {
        drop_small(&mut hill, value);
    }
    hill
}

/// Turns patches of the value that are too small.
fn drop_small(hill: &mut Grid<bool>, value: bool) {
    let mut seen = Grid::filled(false);
    for start in grid::cells() {
        if seen[start] || hill[start] != value {
            continue;
        }
        let mut cells = vec![start];
        seen[start] = true;
        let mut next = 0;
        while next < cells.len() {
            for (other, _) in grid::around(cells[next], &grid::FOUR) {
                if !seen[other] && hill[other] == value {
                    seen[other] = true;
                    cells.push(other);
                }
            }
            next += 1;
        }
        if cells.len() < LEAST {
            cells.iter().for_each(|cell| hill[*cell] = !value);
        }
    }
}

/// Where works are: kilometres and radius.
const WORKS: [[f64; 3]; 13] = [
    [5.9, 11.9, 1.0],
    [8.4, 14.0, 0.9],
    [14.4, 19.0, 1.1],
    [11.8, 15.4, 0.9],
    [16.6, 9.6, 0.9],
    [18.6, 12.4, 0.8],
    [22.4, 12.9, 1.0],
    [29.8, 15.6, 1.7],
    [29.4, 13.6, 0.9],
    [25.0, 19.6, 0.9],
    [33.6, 22.2, 1.3],
    [30.2, 22.8, 1.0],
    [24.0, 10.0, 0.8],
];

/// What each face is.
pub(crate) fn zones(
    seed: u64,
    mesh: &Mesh,
    hill: &Grid<bool>,
    rivers: &BTreeSet<usize>,
) -> Vec<Zone> {
    let villages = villages(seed);
    let near =
        |at: [f64; 2], to: [f64; 2]| ((at[0] - to[0]).powi(2) + (at[1] - to[1]).powi(2)).sqrt();
    (0..mesh.len())
        .map(|face| {
            let ring = mesh.ring(face);
            let middle = plane::inner(&ring);
            let at = plane::in_metres(middle);
            let bend = 420.0 * random::rough(seed ^ 0x3d, at, 1_300.0, 3);
            let core = (0..11).map(|i| near(at, outline::centre(i))).fold(f64::MAX, f64::min);
            let works =
                |[x, y, radius]: &[f64; 3]| near(at, [x * 1e3, y * 1e3]) + bend < radius * 1_350.0;
            let rural = random::rough(seed ^ 0x3e, at, 3_000.0, 2) + (at[0] - 27_000.0) / 30_000.0;
            if rivers.contains(&face) {
                Zone::River
            } else if hill[grid::cell_at(at)] {
                Zone::Hill
            } else if core + bend < 780.0 {
                Zone::Centre
            } else if villages
                .iter()
                .any(|[x, y, radius]| near(at, [*x, *y]) + 0.3 * bend < *radius)
            {
                Zone::Village
            } else if WORKS.iter().any(works) {
                Zone::Industry
            } else if rural > 0.16 && core > 1_700.0 {
                Zone::Rural
            } else if random::noise(seed ^ 0x3f, at, 1_500.0) > 0.34 {
                Zone::Industry
            } else {
                Zone::Town
            }
        })
        .collect()
}

/// The former villages: metres and radius.
fn villages(seed: u64) -> Vec<[f64; 3]> {
    let mut random = Random::new(seed, "villages");
    let mut out: Vec<[f64; 3]> = vec![[7_900.0, 9_300.0, 900.0], [11_700.0, 7_900.0, 620.0]];
    for _ in 0..6_000 {
        let at = [random.range(4_000.0, 36_000.0), random.range(4_000.0, 28_000.0)];
        let apart =
            |[x, y, _]: &[f64; 3]| (at[0] - x).powi(2) + (at[1] - y).powi(2) > 1_350.0_f64.powi(2);
        if out.iter().all(apart) {
            out.push([at[0], at[1], random.range(250.0, 520.0)]);
        }
    }
    out
}

/// Where the city is built in detail first, kilometres: an urban village, a new town.
const DETAIL: [[f64; 2]; 2] = [[7.9, 9.3], [25.5, 18.1]];

/// Whether each face is built in detail: those nearest to two places, 2 km² around each for a scale
/// of 1.
pub(crate) fn dense(mesh: &Mesh, zones: &[Zone], scale: f64) -> Vec<bool> {
    let mut dense = vec![false; zones.len()];
    for place in DETAIL {
        let at = plane::from_metres(place.map(|km| km * 1e3));
        let mut faces: Vec<(i64, usize)> = (0..zones.len())
            .filter(|face| zones[*face].is_built())
            .map(|face| (plane::distance(plane::centroid(&mesh.ring(face)), at) as i64, face))
            .collect();
        faces.sort_unstable();
        let mut left = 2.1e6 * scale;
        for (_, face) in faces {
            if left <= 0.0 {
                break;
            }
            dense[face] = true;
            left -= plane::area(&mesh.ring(face));
        }
    }
    dense
}
