//! Buildings: on parcels, along their streets, going up and coming down with the land's use.

use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::parcels::{self, Block, Parcel};
use super::plane::{self, Frame, Point, Ring, metres};
use super::random::Random;

/// A version of a building.
pub(super) struct Building {
    /// The building's number.
    pub(super) id: String,
    /// The parcel it stands on.
    pub(super) parcel: String,
    /// Its outline.
    pub(super) ring: Ring,
    /// What it is used for.
    pub(super) usage: &'static str,
    /// `building` or `in_use`.
    pub(super) state: &'static str,
    /// Storeys above ground.
    pub(super) storeys: i64,
    /// Year of completion.
    pub(super) built: i32,
    /// First day.
    pub(super) from: Day,
    /// The day after its last, if that has come.
    pub(super) to: Option<Day>,
}

impl Building {
    /// Floor area, square metres.
    pub(super) fn floor_area(&self) -> f64 {
        (plane::area(&self.ring) * self.storeys as f64).round()
    }

    /// Dwellings in it.
    pub(super) fn dwellings(&self) -> i64 {
        let each = match self.usage {
            "res" => 95.0,
            "village" => 42.0,
            "mixed" => 160.0,
            _ => return 0,
        };
        (self.floor_area() / each).floor() as i64
    }

    /// Whether it stands and is used on the last day.
    pub(super) fn stands(&self) -> bool {
        self.to.is_none() && self.state == "in_use"
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
        "R4" => make("village", [60.0, 60.0], [4.0, 4.0], 1.3, (3, 7), 1, Shape::Bar),
        "C1" if random.chance(0.4) => {
            make("com", [46.0, 34.0], [20.0, 22.0], 9.0, (12, 30), 2, Shape::Tower)
        }
        "C1" => make("com", [62.0, 40.0], [18.0, 20.0], 7.0, (3, 6), 2, Shape::Court),
        "GIC2" => make("gic", [50.0, 30.0], [24.0, 24.0], 10.0, (2, 5), 3, Shape::Corner),
        "GIC4" => make("gic", [60.0, 24.0], [22.0, 24.0], 11.0, (5, 14), 4, Shape::Corner),
        "GIC5" => make("gic", [58.0, 15.0], [20.0, 34.0], 12.0, (4, 6), 4, Shape::Corner),
        "M0" => make("ind", [50.0, 30.0], [24.0, 26.0], 10.0, (8, 22), 3, Shape::Tower),
        "M1" => make("ind", [96.0, 44.0], [15.0, 17.0], 8.0, (2, 6), 2, Shape::Bar),
        "W0" => make("ind", [95.0, 42.0], [20.0, 22.0], 9.0, (1, 3), 2, Shape::Bar),
        "U1" => make("gic", [24.0, 15.0], [12.0, 12.0], 6.0, (1, 2), 2, Shape::Bar),
        _ => None,
    }
}

/// All versions of all buildings.
pub(super) fn raise(seed: u64, blocks: &[Block]) -> Vec<Building> {
    let mut out = Vec::new();
    for parcel in blocks.iter().flat_map(|block| &block.parcels) {
        let purpose = format!("buildings {} {}", parcel.id, parcel.from);
        raise_on(parcel, &mut Random::new(seed, &purpose), &mut out);
    }
    out
}

fn raise_on(parcel: &Parcel, random: &mut Random, out: &mut Vec<Building>) {
    let Some(layout) = layout(parcel.usage, random) else { return };
    let new = parcel.from > RECORDS_BEGIN;
    let begun = if new { parcel.from + random.whole(90, 420) as Day } else { parcel.from };
    let done = if new { begun + random.whole(300, 900) as Day } else { parcel.from };
    let ends = |day: Day| parcel.to.is_some_and(|to| day + 60 >= to);
    if begun > RECORDS_END || ends(begun) {
        return;
    }
    let year = parcels::year_built(if new { done } else { parcel.from }, random);
    let storeys = random.whole(layout.storeys.0, layout.storeys.1);
    for (i, ring) in bodies(&parcel.ring, &layout, random).into_iter().enumerate() {
        let building = |state, from, to| Building {
            id: format!("{}-{}B{:02}", parcel.id, calendar::civil(parcel.from).0 % 100, i + 1),
            parcel: parcel.id.clone(),
            ring: ring.clone(),
            usage: layout.usage,
            state,
            storeys: (storeys + random_step(&ring)).max(1),
            built: year,
            from,
            to,
        };
        let in_use = done <= RECORDS_END && !ends(done);
        if new {
            out.push(building("building", begun, if in_use { Some(done) } else { parcel.to }));
        }
        if in_use {
            out.push(building("in_use", done, parcel.to));
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
