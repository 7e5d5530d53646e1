//! Streets: the arteries that cut the land into quarters, the streets that cut those into blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{self, Day};
use super::mesh::Mesh;
use super::names::{Name, Names};
use super::plane::{self, Frame, Point, metres};
use super::random::Random;
use super::terrain::Terrain;

/// What a road is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Class {
    /// Without crossings for those who pass through.
    Express,
    /// Between parts of the town.
    Arterial,
    /// Between quarters.
    Collector,
    /// To the doors.
    Local,
}

impl Class {
    /// From the line to the kerb's far side, in metres.
    pub(super) const fn half_width(self) -> f64 {
        match self {
            Self::Express => 24.0,
            Self::Arterial => 19.0,
            Self::Collector => 11.0,
            Self::Local => 6.5,
        }
    }
}

/// A road from one end to the other.
pub(super) struct Way {
    /// What for.
    pub(super) class: Class,
    /// What it is called.
    pub(super) name: Name,
}

/// What a part of the town is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Zone {
    /// The river between its roads.
    River,
    /// Green hills.
    Hill,
    /// A park.
    Park,
    /// Offices, shops, flats.
    Centre,
    /// Housing estates.
    Housing,
    /// A former village, densely built.
    Village,
    /// Works and stores.
    Industry,
}

/// The land cut by its roads.
pub(super) struct Streets {
    /// A face is a block (or a piece of hill, park, river); its origin is a quarter.
    pub(super) mesh: Mesh,
    /// The roads that the mesh's edges name.
    pub(super) ways: Vec<Way>,
    /// What each face is.
    pub(super) zones: Vec<Zone>,
    /// When each face was opened to building.
    pub(super) opened: Vec<Day>,
    /// The middle of the park.
    pub(super) park: Point,
}

/// Places (along the river's course, beside it, radius; metres) that are something of their own.
const CENTRES: [[f64; 3]; 3] =
    [[350.0, 700.0, 820.0], [-2_350.0, -1_150.0, 520.0], [2_500.0, 300.0, 430.0]];
const VILLAGES: [[f64; 3]; 8] = [
    [-2_440.0, 190.0, 210.0],
    [-1_110.0, -1_440.0, 230.0],
    [-1_220.0, 1_290.0, 200.0],
    [660.0, -930.0, 190.0],
    [1_590.0, 1_110.0, 210.0],
    [2_410.0, -660.0, 200.0],
    [-220.0, 1_810.0, 180.0],
    [-2_000.0, -260.0, 190.0],
];
const WORKS: [[f64; 3]; 4] = [
    [2_060.0, -1_720.0, 1_150.0],
    [-3_010.0, -1_460.0, 800.0],
    [3_100.0, 770.0, 700.0],
    [-2_240.0, 2_150.0, 650.0],
];
const PARK: [f64; 3] = [-850.0, 1_440.0, 430.0];

/// The streets of a seed; blocks are `detail` times as many.
pub(super) fn lay_out(seed: u64, detail: f64, terrain: &Terrain) -> Streets {
    let mut names = Names::new(seed, "road names");
    let mut mesh = Mesh::new(&terrain.outline());
    let mut ways = Vec::new();
    arteries(seed, terrain, &mut mesh, &mut ways, &mut names);
    mesh.seal();
    let river: BTreeSet<usize> =
        terrain.river().into_iter().filter_map(|p| mesh.face_at(p)).collect();
    let mut layout = Layout { seed, detail, terrain, mesh, ways, names };
    let mut zones = BTreeMap::new();
    for face in 0..layout.mesh.len() {
        if river.contains(&face) {
            zones.insert(face, Zone::River);
        } else {
            layout.cut_down(face, &mut zones);
        }
    }
    let zones: Vec<Zone> = zones.into_values().collect();
    let opened = (0..layout.mesh.len())
        .map(|face| opening(seed, terrain, plane::centroid(&layout.mesh.ring(face))))
        .collect();
    let parks = (0..zones.len()).filter(|face| zones[*face] == Zone::Park);
    let areas = parks
        .map(|face| layout.mesh.ring(face))
        .max_by(|a, b| plane::area(a).total_cmp(&plane::area(b)));
    let park = areas.map_or_else(|| terrain.place(PARK[0], PARK[1]), |ring| plane::centroid(&ring));
    Streets { mesh: layout.mesh, ways: layout.ways, zones, opened, park }
}

/// Cuts the land by the river's roads and the arterial roads.
fn arteries(seed: u64, terrain: &Terrain, mesh: &mut Mesh, ways: &mut Vec<Way>, names: &mut Names) {
    let mut random = Random::new(seed, "arteries");
    let mut lay = |line: Vec<Point>, class: Class, name: Name| {
        mesh.cut(&line, ways.len() as u32, metres(10.0));
        ways.push(Way { class, name });
    };
    for (offset, name) in [
        (46.0, Name::new("滨河北路", "North Riverside Road")),
        (-46.0, Name::new("滨河南路", "South Riverside Road")),
    ] {
        lay(terrain.beside_river(offset), Class::Collector, name);
    }
    let express = Name::new("龙坪快速路", "Longping Expressway");
    lay(terrain.line(true, -1_640.0, -5_900.0, 5_900.0), Class::Express, express);
    let along = [-2_750.0, 120.0, 980.0, 1_900.0, 2_900.0];
    for v in along {
        let name = names.next().with("大道", "Avenue");
        let v = v + random.range(-70.0, 70.0);
        lay(terrain.line(true, v, -5_900.0, 5_900.0), Class::Arterial, name);
    }
    let across =
        [-3_850.0, -2_950.0, -2_050.0, -1_350.0, -350.0, 640.0, 1_480.0, 2_350.0, 3_200.0, 4_050.0];
    for (i, u) in across.into_iter().enumerate() {
        let name = names.next().with("大道", "Avenue");
        let u = u + random.range(-90.0, 90.0);
        // Some end at the river's road or at an avenue, as roads do.
        let (from, to) = [(-5_200.0, 5_200.0), (-5_200.0, 1_950.0), (-1_800.0, 5_200.0)][i % 3];
        lay(terrain.line(false, u, from, to), Class::Arterial, name);
    }
}

/// When land at a place was opened to building: outward from the old centre, before the records
/// for most.
fn opening(seed: u64, terrain: &Terrain, at: Point) -> Day {
    let cell = [at[0].div_euclid(600_000), at[1].div_euclid(600_000)];
    let mut random = Random::new(seed, &format!("opening {} {}", cell[0], cell[1]));
    let old = terrain.place(CENTRES[1][0], CENTRES[1][1]);
    let far = plane::distance(at, old) / metres(1_000.0);
    let year = 1_988.0 + 4.4 * far + random.range(-4.0, 9.0);
    if year < 2_010.0 {
        return calendar::RECORDS_BEGIN;
    }
    calendar::day(year.min(2_023.0) as i32, random.whole(1, 12) as i32, random.whole(1, 28) as i32)
}

struct Layout<'t> {
    seed: u64,
    detail: f64,
    terrain: &'t Terrain,
    mesh: Mesh,
    ways: Vec<Way>,
    names: Names,
}

impl Layout<'_> {
    fn zone(&self, at: Point) -> Zone {
        let near = |[u, v, radius]: &[f64; 3]| {
            plane::distance(at, self.terrain.place(*u, *v)) < metres(*radius)
        };
        if near(&PARK) {
            Zone::Park
        } else if self.terrain.is_hill(at) {
            Zone::Hill
        } else if VILLAGES.iter().any(near) {
            Zone::Village
        } else if CENTRES.iter().any(near) {
            Zone::Centre
        } else if WORKS.iter().any(near) {
            Zone::Industry
        } else {
            Zone::Housing
        }
    }

    /// Cuts a face by streets until each part is a block.
    fn cut_down(&mut self, face: usize, zones: &mut BTreeMap<usize, Zone>) {
        let ring = self.mesh.ring(face);
        let (area, centre) = (plane::area(&ring), plane::centroid(&ring));
        let zone = self.zone(centre);
        let largest = match zone {
            Zone::River | Zone::Hill => 300_000.0,
            Zone::Park => 1_000_000.0,
            Zone::Centre => 38_000.0 / self.detail,
            Zone::Housing => 68_000.0 / self.detail,
            Zone::Village => 26_000.0 / self.detail,
            Zone::Industry => 110_000.0 / self.detail,
        };
        let cut = (area > largest).then(|| self.street(face, &ring, zone == Zone::Hill)).flatten();
        match cut {
            Some(new) => {
                self.cut_down(face, zones);
                self.cut_down(new, zones);
            }
            None => {
                zones.insert(face, zone);
            }
        }
    }

    /// Cuts a face in two across its longer side; gives the new face.
    fn street(&mut self, face: usize, ring: &[Point], wild: bool) -> Option<usize> {
        let area = plane::area(ring);
        let centre = plane::centroid(ring);
        let mut random = Random::new(self.seed, &format!("street {} {}", centre[0], centre[1]));
        let frame = Frame::around(ring);
        let class = if area > 300_000.0 { Class::Collector } else { Class::Local };
        for attempt in 0..10 {
            let loose = 1.0 + f64::from(attempt) * 0.25;
            let shift = frame.long * 0.10 * loose * random.range(-1.0, 1.0);
            let turn = 0.05 * loose * random.range(-1.0, 1.0);
            let across = plane::left_of(frame.axis);
            let axis = [across[0] + frame.axis[0] * turn, across[1] + frame.axis[1] * turn];
            let axis = plane::scaled(axis, 1.0 / plane::length(axis));
            let at = plane::moved(centre, plane::scaled(frame.axis, shift));
            let bend = frame.short * random.range(-0.035, 0.035);
            let accept = |one: &[Point], other: &[Point]| {
                [one, other].iter().all(|part| plane::area(part) > area * 0.27 && is_compact(part))
            };
            let way = (!wild).then_some(self.ways.len() as u32);
            let new = self.mesh.divide(face, (at, axis), (metres(20.0), bend), way, accept);
            if new.is_some() {
                if !wild {
                    let (zh, en) = match class {
                        Class::Local => {
                            *random.pick(&[("街", "Street"), ("巷", "Lane"), ("路", "Road")])
                        }
                        _ => ("路", "Road"),
                    };
                    self.ways.push(Way { class, name: self.names.next().with(zh, en) });
                }
                return new;
            }
        }
        None
    }
}

/// Whether a part is no splinter and nowhere crosses itself.
pub(super) fn is_compact(ring: &[Point]) -> bool {
    let around: f64 = plane::edges(ring).map(|(a, b)| plane::distance(a, b)).sum::<f64>() / 1000.0;
    plane::area(ring) > 0.030 * around * around && plane::is_simple(ring)
}
