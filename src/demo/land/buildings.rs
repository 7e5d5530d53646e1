//! Buildings: on parcels, along their streets, going up and coming down with the land's use.

use rayon::prelude::*;

use super::areas::valid;
use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::courses::Courses;
use super::parcels::{Block, Parcel};
use super::plane::{self, Frame, Point, Ring, metres};
use super::random::Random;
use super::relief::Relief;
use super::uses;

/// A version of a building.
pub(crate) struct Building {
    /// The building's number.
    pub(crate) id: String,
    /// The block and the place in it of the parcel it stands on.
    pub(crate) parcel: [usize; 2],
    /// Its outline.
    pub(crate) ring: Ring,
    /// Code of the land's use.
    pub(crate) land: &'static str,
    /// What it is used for.
    pub(crate) usage: &'static str,
    /// Whether it is still going up.
    pub(crate) unfinished: bool,
    /// Storeys above ground.
    pub(crate) storeys: i64,
    /// Year of completion.
    pub(crate) built: i32,
    /// First day.
    pub(crate) from: Day,
    /// The day after its last, if that has come.
    pub(crate) to: Option<Day>,
}

impl Building {
    /// Floor area, square metres.
    pub(crate) fn floor_area(&self) -> f64 {
        (plane::area(&self.ring) * self.storeys as f64).round()
    }

    /// Dwellings in it.
    pub(crate) fn dwellings(&self) -> i64 {
        if self.unfinished {
            return 0;
        }
        uses::floor_of_dwelling(self.land)
            .map_or(0, |each| (self.floor_area() / each).floor() as i64)
    }

    /// People who live in it: three to a flat, fewer to a room of a former village.
    pub(crate) fn residents(&self) -> i64 {
        let each = if self.land == "R4" { 21 } else { 29 };
        let swing = (self.ring[0][0] + self.ring[0][1]).rem_euclid(5) - 2;
        (self.dwellings() * (each + swing) + 5) / 10
    }

    /// Whether it is there on a day.
    pub(crate) fn valid(&self, at: Day) -> bool {
        valid(self.from, self.to, at)
    }

    /// Whether it stands and is used at the records' end.
    pub(crate) fn stands(&self) -> bool {
        self.to.is_none() && !self.unfinished
    }
}

/// How the buildings of a parcel are laid out; lengths in metres.
struct Layout {
    usage: &'static str,
    /// Length and depth of one.
    body: [f64; 2],
    /// Between two, along and across.
    gap: [f64; 2],
    /// To the parcel's border.
    margin: f64,
    storeys: (i64, i64),
    most: usize,
    shape: Shape,
}

#[derive(Clone, Copy)]
enum Shape {
    Bar,
    Tower,
    Court,
    Corner,
}

fn layout(usage: &str, random: &mut Random) -> Option<Layout> {
    let make = |usage, body, gap, margin, storeys, most, shape| {
        Some(Layout { usage, body, gap, margin, storeys, most, shape })
    };
    match usage {
        "R2" if random.chance(0.45) => {
            make("res", [27.0, 22.0], [24.0, 27.0], 11.0, (17, 33), 4, Shape::Tower)
        }
        "R2" => make("res", [64.0, 14.0], [14.0, 26.0], 8.0, (6, 11), 4, Shape::Bar),
        "R4" => make("res", [16.5, 14.0], [2.6, 4.6], 1.6, (4, 8), 40, Shape::Bar),
        "C1" if random.chance(0.4) => {
            make("com", [46.0, 34.0], [20.0, 22.0], 9.0, (12, 30), 2, Shape::Tower)
        }
        "C1" => make("com", [62.0, 40.0], [18.0, 20.0], 7.0, (3, 6), 2, Shape::Court),
        "GIC1" | "GIC2" | "GIC7" => {
            make("gic", [50.0, 30.0], [24.0, 24.0], 10.0, (2, 6), 3, Shape::Corner)
        }
        "GIC4" => make("gic", [60.0, 24.0], [22.0, 24.0], 11.0, (5, 14), 4, Shape::Corner),
        "GIC5" => make("gic", [58.0, 15.0], [20.0, 34.0], 12.0, (4, 6), 4, Shape::Corner),
        "M0" => make("ind", [50.0, 30.0], [24.0, 26.0], 10.0, (8, 22), 3, Shape::Tower),
        "M1" => make("ind", [90.0, 42.0], [15.0, 17.0], 8.0, (2, 6), 6, Shape::Bar),
        "W0" => make("ind", [95.0, 42.0], [20.0, 22.0], 9.0, (1, 3), 4, Shape::Bar),
        "S4" => make("gic", [60.0, 28.0], [30.0, 24.0], 12.0, (1, 3), 1, Shape::Bar),
        "U1" | "U5" | "U9" => make("gic", [26.0, 16.0], [12.0, 12.0], 6.0, (1, 4), 2, Shape::Bar),
        _ => None,
    }
}

/// All versions of all buildings that are known one by one.
pub(crate) fn raise(seed: u64, blocks: &[Block], relief: &Relief) -> Vec<Building> {
    let streams = Courses::new(relief);
    let random = Random::new(seed, "buildings");
    let raised = blocks.par_iter().enumerate().flat_map_iter(|(number, block)| {
        let mut out = Vec::new();
        for (place, parcel) in block.parcels.iter().enumerate() {
            let mut random = random.named(&parcel.id).of(parcel.from as u64);
            if parcel.surveyed || is_landmark(parcel, &mut random) {
                raise_on([number, place], parcel, &streams, &mut random, &mut out);
            }
        }
        out
    });
    raised.collect()
}

/// Whether the parcel's buildings are known everywhere: public ones, some estates and works.
fn is_landmark(parcel: &Parcel, random: &mut Random) -> bool {
    let share = match parcel.usage {
        "GIC1" | "GIC2" | "GIC4" | "GIC5" | "GIC7" | "U9" | "S4" => 1.0,
        "M0" => 0.5,
        "M1" | "W0" => 0.2,
        "R2" => 0.06,
        "C1" => 0.12,
        _ => 0.0,
    };
    random.chance(share)
}

fn raise_on(
    place: [usize; 2],
    parcel: &Parcel,
    streams: &Courses,
    random: &mut Random,
    out: &mut Vec<Building>,
) {
    let Some(layout) = layout(parcel.usage, random) else { return };
    let new = parcel.from > RECORDS_BEGIN;
    let begun = if new { parcel.from + random.whole(90, 420) as Day } else { parcel.from };
    let done = if new { begun + random.whole(300, 900) as Day } else { parcel.from };
    let ends = |day: Day| parcel.to.is_some_and(|to| day + 60 >= to);
    if begun > RECORDS_END || ends(begun) {
        return;
    }
    let year = if new { calendar::civil(done).0 } else { random.whole(1984, 2009) as i32 };
    let storeys = random.whole(layout.storeys.0, layout.storeys.1);
    let mut bodies = bodies(&parcel.ring, &layout, random);
    bodies.retain(|ring| !streams.touch(ring, 5.0));
    for (i, ring) in bodies.into_iter().enumerate() {
        let mixed = layout.usage == "res" && i % 5 == 3;
        let building = |unfinished, from, to| Building {
            id: format!("{}-{:02}B{:02}", parcel.id, calendar::civil(parcel.from).0 % 100, i + 1),
            parcel: place,
            ring: ring.clone(),
            land: parcel.usage,
            usage: if mixed { "mixed" } else { layout.usage },
            unfinished,
            storeys: (storeys + random_step(&ring)).max(1),
            built: year,
            from,
            to,
        };
        let in_use = done <= RECORDS_END && !ends(done);
        if new {
            out.push(building(true, begun, if in_use { Some(done) } else { parcel.to }));
        }
        if in_use {
            out.push(building(false, done, parcel.to));
        }
    }
}

/// -1, 0 or 1, so that neighbours differ a little in height.
fn random_step(ring: &[Point]) -> i64 {
    (ring[0][0] + ring[0][1]).rem_euclid(3) - 1
}

/// The outlines that fit the parcel.
fn bodies(parcel: &[Point], layout: &Layout, random: &mut Random) -> Vec<Ring> {
    let longest = plane::edges(parcel)
        .max_by(|(a, b), (c, d)| plane::distance(*a, *b).total_cmp(&plane::distance(*c, *d)));
    let Some((a, b)) = longest else { return Vec::new() };
    let frame = Frame::along(parcel, plane::direction(a, b));
    let margin = metres(layout.margin);
    let room = [frame.long - 2.0 * margin, frame.short - 2.0 * margin];
    let count = |axis: usize| {
        let (body, gap) = (metres(layout.body[axis]), metres(layout.gap[axis]));
        ((room[axis] + gap) / (body + gap)).floor().max(1.0)
    };
    let counts = [count(0), count(1)];
    let size = |axis: usize| {
        let body = metres(layout.body[axis]);
        let fair = (room[axis] - metres(layout.gap[axis]) * (counts[axis] - 1.0)) / counts[axis];
        fair.min(body * 1.35).max(body.min(room[axis]) * 0.8)
    };
    let body = [size(0), size(1)];
    if body[0] < metres(6.0) || body[1] < metres(6.0) {
        return Vec::new();
    }
    let at = |axis: usize, i: f64| (i + 0.5 - counts[axis] / 2.0) * (room[axis] / counts[axis]);
    let mut out = Vec::new();
    for row in 0..counts[1] as i32 {
        for place in 0..counts[0] as i32 {
            let centre = [at(0, place.into()), at(1, row.into())];
            let size = [body[0] * random.range(0.9, 1.0), body[1] * random.range(0.92, 1.0)];
            let fitting = [1.0, 0.8, 0.62].into_iter().find_map(|part| {
                let ring = outline(&frame, centre, plane::scaled(size, part), layout.shape);
                stands_in(parcel, &ring, margin * 0.8).then_some(ring)
            });
            if out.len() < layout.most && !random.chance(0.04) {
                out.extend(fitting);
            }
        }
    }
    out
}

/// Whether a building's outline lies inside the parcel, `margin` millimetres from its border.
fn stands_in(parcel: &[Point], ring: &[Point], margin: f64) -> bool {
    let clear = |p: &Point| {
        plane::inside(parcel, *p)
            && plane::edges(parcel).all(|(a, b)| plane::distance_to_edge(*p, a, b) >= margin)
    };
    ring.iter().all(clear)
        && plane::edges(ring)
            .all(|(a, b)| plane::edges(parcel).all(|(c, d)| plane::crossing(a, b, c, d).is_none()))
}

/// An outline around a place in the frame, counter-clockwise.
fn outline(frame: &Frame, [u, v]: [f64; 2], [long, deep]: [f64; 2], shape: Shape) -> Ring {
    let (x, y) = (long / 2.0, deep / 2.0);
    let corners: Vec<[f64; 2]> = match shape {
        Shape::Bar => vec![[-x, -y], [x, -y], [x, y], [-x, y]],
        // A cross, as towers with four flats a floor have.
        Shape::Tower => {
            let (i, j) = (x * 0.62, y * 0.58);
            vec![
                [-i, -y],
                [i, -y],
                [i, -j],
                [x, -j],
                [x, j],
                [i, j],
                [i, y],
                [-i, y],
                [-i, j],
                [-x, j],
                [-x, -j],
                [-i, -j],
            ]
        }
        Shape::Court => {
            let (i, j) = (x * 0.55, -y * 0.2);
            vec![[-x, -y], [x, -y], [x, y], [i, y], [i, j], [-i, j], [-i, y], [-x, y]]
        }
        Shape::Corner => {
            let (i, j) = (-x * 0.45, y * 0.05);
            vec![[-x, -y], [x, -y], [x, j], [i, j], [i, y], [-x, y]]
        }
    };
    corners.into_iter().map(|[a, b]| frame.at(u + a, v + b)).collect()
}
