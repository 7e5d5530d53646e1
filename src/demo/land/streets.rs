//! The land cut by its rivers, roads and the rim of the hills: first into quarters, then, where
//! the city is built in detail, into blocks.

use std::collections::BTreeSet;

use super::fabric::{self, Zone};
use super::grid::{self, Grid};
use super::mesh::Mesh;
use super::names::{Name, Names};
use super::outline;
use super::patches;
use super::plane::{self, Frame, Point, metres};
use super::random::{self, Random};
use super::relief::{Reach, Relief};
use super::routes;
use super::thin;

/// What a road is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Class {
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
    /// The code that layers write.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Arterial => "arterial",
            Self::Collector => "collector",
            Self::Local => "local",
        }
    }

    /// Lanes of both directions together.
    pub(crate) const fn lanes(self) -> i64 {
        match self {
            Self::Express => 8,
            Self::Arterial => 6,
            Self::Collector => 4,
            Self::Local => 2,
        }
    }

    /// From the line to the edge of the land beside it, in metres.
    pub(crate) const fn half_width(self) -> f64 {
        match self {
            Self::Express => 27.0,
            Self::Arterial => 20.0,
            Self::Collector => 13.0,
            Self::Local => 8.0,
        }
    }
}

/// A road from one end to the other.
pub(crate) struct Way {
    /// What for.
    pub(crate) class: Class,
    /// What it is called.
    pub(crate) name: Name,
}

/// The land cut by its roads.
pub(crate) struct Streets {
    /// A face is a block (or a piece of hill, park, river); its origin is a quarter.
    pub(crate) mesh: Mesh,
    /// The roads that the mesh's edges name.
    pub(crate) ways: Vec<Way>,
    /// What each face is.
    pub(crate) zones: Vec<Zone>,
    /// Whether each face is built in detail.
    pub(crate) dense: Vec<bool>,
    /// The hills that nobody may build on, as cells.
    pub(crate) hill: Grid<bool>,
    /// The cells inside the district.
    pub(crate) inside: Grid<bool>,
}

/// A river has land of its own from so many square kilometres on that drain through it.
pub(crate) const RIVER: f64 = 16.0;

struct Layout<'r> {
    random: Random,
    relief: &'r Relief,
    mesh: Mesh,
    ways: Vec<Way>,
    names: Names,
    hill: Grid<bool>,
}

/// The streets of a seed; `scale` times 4 km² are built in detail.
pub(crate) fn lay_out(seed: u64, scale: f64, relief: &Relief) -> Streets {
    let ring = outline::outline(seed);
    let inside = Grid::of(|cell| plane::inside(&ring, grid::point(cell)));
    let hill = fabric::hills(relief, &inside);
    let mut layout = Layout {
        random: Random::new(seed, "streets"),
        relief,
        mesh: Mesh::new(&ring),
        ways: Vec::new(),
        names: Names::new(seed, "road names"),
        hill: hill.clone(),
    };
    layout.rivers();
    for route in routes::routes(seed, relief, &inside, &hill) {
        let (class, name) = match route.name {
            Some((zh, en)) => (Class::Express, Name::new(zh, en)),
            None => (Class::Arterial, layout.names.next().with("大道", "Avenue")),
        };
        layout.mesh.cut(&route.line, Some(layout.ways.len() as u32), metres(14.0));
        layout.ways.push(Way { class, name });
    }
    layout.coarse();
    layout.shore(seed);
    layout.coarse();
    layout.mesh.seal();
    let rivers = layout.river_faces();
    let mut zones = fabric::zones(seed, &layout.mesh, &layout.hill, &rivers);
    let mut dense = fabric::dense(&layout.mesh, &zones, scale);
    for face in 0..layout.mesh.len() {
        if dense[face] && zones[face].is_built() {
            layout.fine(face, zones[face]);
        }
    }
    for face in zones.len()..layout.mesh.len() {
        let quarter = layout.mesh.origin(face);
        zones.push(zones[quarter]);
        dense.push(dense[quarter]);
    }
    Streets { mesh: layout.mesh, ways: layout.ways, zones, dense, hill, inside }
}

impl Layout<'_> {
    /// Cuts out the land of the rivers.
    fn rivers(&mut self) {
        let mut order: Vec<usize> =
            (0..self.relief.reaches.len()).filter(|r| self.is_mouth(*r)).collect();
        let drains = |r: &usize| self.relief.reaches[*r].drains;
        order.sort_by(|a, b| drains(b).total_cmp(&drains(a)).then(a.cmp(b)));
        for mouth in order {
            let stem = self.stem(mouth);
            let banks = banks(&stem);
            self.mesh.cut(&banks, None, metres(6.0));
        }
    }

    /// Whether a river begins, seen upstream, with this reach.
    fn is_mouth(&self, reach: usize) -> bool {
        let own = &self.relief.reaches[reach];
        let below = own.next.map(|next| &self.relief.reaches[next]);
        own.drains >= RIVER && below.is_none_or(|next| next.river != own.river)
    }

    /// The river's line upstream first, with its width at each point.
    fn stem(&self, mouth: usize) -> Vec<([f64; 2], f64)> {
        let river = self.relief.reaches[mouth].river;
        let own = |r: &&Reach| r.river == river && r.drains >= RIVER;
        let mut reaches: Vec<&Reach> = self.relief.reaches.iter().filter(own).collect();
        reaches.sort_by(|a, b| a.drains.total_cmp(&b.drains));
        let mut line = Vec::new();
        for reach in reaches {
            line.extend(
                reach.line.iter().skip(usize::from(!line.is_empty())).map(|p| (*p, reach.width())),
            );
        }
        // A little beyond its mouth, so that it meets what it runs into.
        let (end, width) = line[line.len() - 1];
        let before = line[line.len() - 2].0;
        let way = [end[0] - before[0], end[1] - before[1]];
        let length = (way[0] * way[0] + way[1] * way[1]).sqrt().max(1.0);
        line.push(([end[0] + way[0] / length * 90.0, end[1] + way[1] / length * 90.0], width));
        line
    }

    /// The faces that are a river's land.
    fn river_faces(&self) -> BTreeSet<usize> {
        let large = self.relief.reaches.iter().filter(|reach| reach.drains >= RIVER);
        let mut out = BTreeSet::new();
        for p in large.flat_map(|reach| reach.line.iter().step_by(3)) {
            out.extend(self.mesh.face_at(plane::from_metres(*p)));
        }
        out.into_iter()
            .filter(|face| {
                // A corridor is narrow everywhere.
                let ring = self.mesh.ring(*face);
                let around: f64 =
                    plane::edges(&ring).map(|(a, b)| plane::distance(a, b)).sum::<f64>() / 1e3;
                plane::area(&ring) < around * 45.0
            })
            .collect()
    }

    /// The share of the face that is hill.
    fn wild(&self, ring: &[Point]) -> f64 {
        let [low, high] = plane::bounds(ring).map(plane::in_metres);
        let (a, b) = (grid::cell_at(low), grid::cell_at(high));
        let [cols, _] = grid::size();
        let (mut all, mut wild) = (0.0, 0.0);
        for cell in
            (a / cols..=b / cols).flat_map(|r| (a % cols..=b % cols).map(move |c| r * cols + c))
        {
            if plane::inside(ring, grid::point(cell)) {
                all += 1.0;
                wild += f64::from(u8::from(self.hill[cell]));
            }
        }
        if all > 0.0 {
            wild / all
        } else {
            f64::from(u8::from(self.hill[grid::cell_of(plane::centroid(ring))]))
        }
    }

    /// Cuts large faces: by collector roads where there is land to build on, anyhow in the hills.
    fn coarse(&mut self) {
        let mut left: Vec<usize> = (0..self.mesh.len()).rev().collect();
        while let Some(face) = left.pop() {
            let ring = self.mesh.ring(face);
            let (area, wild) = (plane::area(&ring), self.wild(&ring));
            let (largest, road) = match wild {
                w if w > 0.88 => (3_200_000.0, false),
                w if w > 0.45 => (1_000_000.0, false),
                w if w > 0.12 => (580_000.0, true),
                _ => (465_000.0, true),
            };
            if area <= largest * Self::size(&ring) {
                continue;
            }
            let class = road.then_some(Class::Collector);
            if let Some(new) = self.street(face, &ring, class) {
                left.extend([face, new]);
            }
        }
    }

    /// Some places are cut finer than others.
    fn size(ring: &[Point]) -> f64 {
        let [x, y] = plane::in_metres(plane::centroid(ring));
        1.0 + 0.35 * random::noise(71, [x, y], 2_300.0)
    }

    /// Cuts along the rim of the hills.
    fn shore(&mut self, seed: u64) {
        let labels = Grid::of(|cell| u16::from(self.hill[cell]));
        for patch in patches::patches(seed, &labels, 0.0) {
            for ring in patch.polygon {
                self.cut_ring(thin::ring(&smoothed(&ring), 16.0));
            }
        }
    }

    /// Cuts along a ring, which may begin anywhere in a face.
    fn cut_ring(&mut self, mut ring: Vec<Point>) {
        let snap = metres(16.0);
        self.mesh.cut(&ring, None, snap);
        // What lies between the last place it met and the first.
        let half = ring.len() / 2;
        ring.rotate_left(half);
        self.mesh.cut(&ring, None, snap);
    }

    /// Cuts a face by streets until each part is a block.
    fn fine(&mut self, face: usize, zone: Zone) {
        let mut left = vec![face];
        while let Some(face) = left.pop() {
            let ring = self.mesh.ring(face);
            if plane::area(&ring) > zone.largest_block()
                && let Some(new) = self.street(face, &ring, Some(Class::Local))
            {
                left.extend([face, new]);
            }
        }
    }

    /// Cuts a face in two across its longer side; gives the new face.
    fn street(&mut self, face: usize, ring: &[Point], class: Option<Class>) -> Option<usize> {
        let area = plane::area(ring);
        let centre = plane::centroid(ring);
        let mut random = self.random.of(centre[0] as u64 ^ ((centre[1] as u64) << 32));
        let frame = Frame::around(ring);
        let loose = if class.is_none() { 3.0 } else { 1.0 };
        let round = plane::roundness(ring).min(0.03);
        for attempt in 0..24 {
            let loose = loose + f64::from(attempt) * 0.3;
            let least = if attempt < 8 { 0.24 } else { 0.10 };
            let shift = frame.long * 0.09 * loose * random.range(-1.0, 1.0);
            let turn = 0.06 * loose * random.range(-1.0, 1.0);
            // A bent face may be cut the other way.
            let across = if attempt > 12 {
                let way = random.range(0.0, std::f64::consts::PI);
                [libm::cos(way), libm::sin(way)]
            } else {
                plane::left_of(frame.axis)
            };
            let axis = [across[0] + frame.axis[0] * turn, across[1] + frame.axis[1] * turn];
            let axis = plane::scaled(axis, 1.0 / plane::length(axis));
            let at = plane::moved(centre, plane::scaled(frame.axis, shift));
            let by = frame.short * random.range(-0.05, 0.05) * loose.min(1.6);
            let bend = |from: Point, to: Point| match class {
                Some(_) => {
                    let middle = plane::between(from, to, 0.5);
                    vec![plane::moved(middle, plane::scaled(plane::left_of(axis), by))]
                }
                None => meander(from, to),
            };
            let accept = |one: &[Point], other: &[Point]| {
                [one, other].iter().all(|part| {
                    plane::area(part) > area * least
                        && plane::roundness(part) > round
                        && plane::is_simple(part)
                })
            };
            let way = class.is_some().then_some(self.ways.len() as u32);
            let new = self.mesh.divide(face, (at, axis), metres(22.0), bend, way, accept);
            if new.is_some() {
                if let Some(class) = class {
                    let local = [("街", "Street"), ("巷", "Lane"), ("路", "Road")];
                    let (zh, en) =
                        if class == Class::Local { *random.pick(&local) } else { ("路", "Road") };
                    self.ways.push(Way { class, name: self.names.next().with(zh, en) });
                }
                return new;
            }
        }
        None
    }
}

/// The way between two points of a hill, as crests wind.
fn meander(from: Point, to: Point) -> Vec<Point> {
    let far = plane::distance(from, to);
    let count = (far / metres(300.0)).floor() as i64;
    let aside = plane::left_of(plane::direction(from, to));
    let point = |i: i64| {
        let part = i as f64 / count as f64;
        let at = plane::between(from, to, part);
        let free = 4.0 * part * (1.0 - part);
        let by = random::rough(83, plane::in_metres(at), 1_300.0, 3) * far * 0.22 * free;
        plane::moved(at, plane::scaled(aside, by))
    };
    (1..count).map(point).collect()
}

/// The ring without its smallest bends: each point moved towards its neighbours, some times.
fn smoothed(ring: &[Point]) -> Vec<Point> {
    let mut points: Vec<[f64; 2]> = ring.iter().map(|p| plane::in_metres(*p)).collect();
    for _ in 0..3 {
        let n = points.len();
        let moved = |i: usize| {
            let (a, b, c) = (points[(i + n - 1) % n], points[i], points[(i + 1) % n]);
            [(a[0] + 2.0 * b[0] + c[0]) / 4.0, (a[1] + 2.0 * b[1] + c[1]) / 4.0]
        };
        points = (0..n).map(moved).collect();
    }
    points.into_iter().map(plane::from_metres).collect()
}

/// The line around a river's land, from its mouth up the left side and back down the right.
fn banks(stem: &[([f64; 2], f64)]) -> Vec<Point> {
    let side = |sign: f64| -> Vec<[f64; 2]> {
        let last = stem.len() - 1;
        (0..=last)
            .filter_map(|i| {
                let (a, b) = (stem[i.saturating_sub(1)].0, stem[(i + 1).min(last)].0);
                let (at, width) = stem[i];
                let way = [b[0] - a[0], b[1] - a[1]];
                let length = (way[0] * way[0] + way[1] * way[1]).sqrt().max(0.1);
                let off = sign * (width / 2.0 + 13.0);
                let p = [at[0] - way[1] / length * off, at[1] + way[0] / length * off];
                let clear = |(q, _): &([f64; 2], f64)| {
                    (q[0] - p[0]).powi(2) + (q[1] - p[1]).powi(2) > (off * off) * 0.96
                };
                stem.iter().all(clear).then_some(p)
            })
            .collect()
    };
    let (left, right) = (side(1.0), side(-1.0));
    let thinned = |bank: Vec<[f64; 2]>| {
        let line: Vec<Point> = bank.into_iter().map(plane::from_metres).collect();
        thin::line(&line, 3.0)
    };
    [thinned(left.into_iter().rev().collect()), thinned(right)].concat()
}
