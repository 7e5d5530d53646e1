//! Parcels: what the roads leave of each block, cut so that it is tiled exactly at every date.

use rayon::prelude::*;

use super::areas::valid;
use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::fabric::Zone;
use super::facilities;
use super::kerbs;
use super::mesh::Mesh;
use super::outline;
use super::plane::{self, Frame, Point, Ring, metres};
use super::random::{self, Random};
use super::renewal::{self, Scheme};
use super::streets::Streets;
use super::uses;

/// A version of a parcel.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    /// The parcel's number.
    pub(crate) id: String,
    /// The face of the streets' mesh it lies in.
    pub(crate) face: usize,
    /// Its border.
    pub(crate) ring: Ring,
    /// Code of its use.
    pub(crate) usage: &'static str,
    /// First day.
    pub(crate) from: Day,
    /// The day after its last, if that has come.
    pub(crate) to: Option<Day>,
    /// The parcels it was made of.
    pub(crate) parents: Vec<String>,
    /// Whether its buildings are known one by one.
    pub(crate) surveyed: bool,
}

impl Parcel {
    /// Whether it is there on a day.
    pub(crate) fn valid(&self, at: Day) -> bool {
        valid(self.from, self.to, at)
    }

    /// Square metres.
    pub(crate) fn area(&self) -> f64 {
        plane::area(&self.ring)
    }
}

/// A block's land: its border and the versions of its parcels.
pub(crate) struct Block {
    /// The face of the streets' mesh.
    pub(crate) face: usize,
    /// The border, with every point that a parcel puts on it.
    pub(crate) kerb: Ring,
    /// Every version of every parcel.
    pub(crate) parcels: Vec<Parcel>,
    /// Larger pieces of the same cuts, for plans: they tile the block.
    pub(crate) pieces: Vec<Ring>,
    /// The renewal scheme in the block.
    pub(crate) scheme: Option<Scheme>,
}

/// When the land of each face was opened to building: outward from the centres, before the records
/// for most.
pub(crate) fn openings(seed: u64, streets: &Streets) -> Vec<Day> {
    let random = Random::new(seed, "openings");
    let opening = |face: usize| {
        let quarter = streets.mesh.origin(face);
        let [x, y] = plane::in_metres(plane::centroid(&streets.mesh.ring(quarter)));
        let far = |i: usize| {
            let [cx, cy] = outline::centre(i);
            ((x - cx).powi(2) + (y - cy).powi(2)).sqrt()
        };
        let core = (0..11).map(far).fold(f64::MAX, f64::min) / 1_000.0;
        let mut random = random.of(quarter as u64);
        let swing = 6.0 * random::noise(seed ^ 0x51, [x, y], 1_800.0);
        let year = 2_001.5 + 3.4 * core + swing + random.range(-5.0, 8.0);
        if year < 2_011.0 || streets.zones[face] == Zone::Village {
            return RECORDS_BEGIN;
        }
        let year = year.min(2_023.0) as i32;
        calendar::day(year, random.whole(1, 12) as i32, random.whole(1, 28) as i32)
    };
    (0..streets.mesh.len()).map(opening).collect()
}

/// The land of every face that is town or fields.
pub(crate) fn survey(seed: u64, streets: &Streets, opened: &[Day]) -> Vec<Block> {
    let schemes = renewal::places(seed, streets, opened);
    let land = |face: &usize| !matches!(streets.zones[*face], Zone::River | Zone::Hill);
    let faces: Vec<usize> = (0..streets.mesh.len()).filter(land).collect();
    let blocks = faces.par_iter().filter_map(|face| {
        let kerb = kerbs::kerb(streets, *face)?;
        let listed = schemes.get(face).copied();
        Some(Survey::of(seed, streets, *face, &kerb, opened[*face], listed))
    });
    let mut blocks: Vec<Block> = blocks.collect();
    facilities::provide(seed, &mut blocks);
    blocks
}

/// How a block's land was cut.
pub(crate) enum Tree {
    /// A piece.
    Leaf(usize),
    /// Two parts.
    Node(Box<Tree>, Box<Tree>),
}

impl Tree {
    /// The pieces.
    pub(crate) fn faces(&self) -> Vec<usize> {
        match self {
            Self::Leaf(face) => vec![*face],
            Self::Node(a, b) => [a.faces(), b.faces()].concat(),
        }
    }
}

/// A block being cut.
pub(crate) struct Survey {
    face: usize,
    zone: Zone,
    pub(crate) mesh: Mesh,
    pub(crate) random: Random,
    parcels: Vec<Parcel>,
    numbers: usize,
    dense: bool,
    surveyed: bool,
    scheme: Option<Scheme>,
}

impl Survey {
    fn of(
        seed: u64,
        streets: &Streets,
        face: usize,
        kerb: &[Point],
        opened: Day,
        listed: Option<Day>,
    ) -> Block {
        let zone = streets.zones[face];
        let mut survey = Self {
            face,
            zone,
            mesh: Mesh::new(kerb),
            random: Random::new(seed, "parcels").of(face as u64),
            parcels: Vec::new(),
            numbers: 0,
            dense: streets.dense[face],
            surveyed: streets.dense[face],
            scheme: None,
        };
        let mut tree = survey.cut_down(0, largest(zone, streets.dense[face]));
        let part = listed.and_then(|_| renewal::part(&mut survey, &mut tree, zone));
        let whole = tree.faces();
        let mut pieces = Vec::new();
        survey.collect_pieces(&tree, &mut pieces);
        if opened > RECORDS_BEGIN {
            let id = survey.number();
            survey.record(&id, &whole, "E2", (RECORDS_BEGIN, Some(opened)), &[]);
            survey.tell(&tree, opened, &[id]);
        } else if let Some((part, day)) = part.zip(listed) {
            survey.tell_beside(&tree, &part, day);
        } else {
            survey.tell(&tree, RECORDS_BEGIN, &[]);
        }
        let kerb = survey.border(&whole);
        Block { face, kerb, parcels: survey.parcels, pieces, scheme: survey.scheme }
    }

    /// Cuts a piece until its parts are no larger than about `largest` square metres.
    pub(crate) fn cut_down(&mut self, face: usize, largest: f64) -> Tree {
        let ring = self.mesh.ring(face);
        let area = plane::area(&ring);
        // Where parcels are large, some small ones lie between them: schools, parks, stations.
        let small = largest > 40_000.0 && area < 90_000.0 && self.random.chance(0.42);
        let wanted = if small { 16_000.0 } else { largest } * self.random.range(0.7, 1.5);
        if area <= wanted {
            return Tree::Leaf(face);
        }
        let frame = Frame::around(&ring);
        let across = plane::left_of(frame.axis);
        for attempt in 1..=7 {
            let shift = frame.long * 0.045 * f64::from(attempt) * self.random.range(-1.0, 1.0);
            let at = plane::moved(plane::centroid(&ring), plane::scaled(frame.axis, shift));
            let accept = |one: &[Point], other: &[Point]| {
                [one, other]
                    .iter()
                    .all(|part| plane::area(part) > area * 0.22 && plane::is_compact(part))
            };
            let straight = |_, _| Vec::new();
            let cut = self.mesh.divide(face, (at, across), metres(2.5), straight, None, accept);
            if let Some(new) = cut {
                let one = self.cut_down(face, largest);
                let other = self.cut_down(new, largest);
                return Tree::Node(Box::new(one), Box::new(other));
            }
        }
        Tree::Leaf(face)
    }

    /// The largest subtrees of at most three hectares, or leaves.
    fn collect_pieces(&self, tree: &Tree, out: &mut Vec<Ring>) {
        let ring = self.border(&tree.faces());
        match tree {
            Tree::Node(a, b) if plane::area(&ring) > 30_000.0 => {
                self.collect_pieces(a, out);
                self.collect_pieces(b, out);
            }
            _ => out.push(ring),
        }
    }

    /// A number that no parcel of the block has.
    pub(crate) fn number(&mut self) -> String {
        self.numbers += 1;
        format!("LG{:04}-{:02}", self.face, self.numbers)
    }

    /// The border of pieces that lie together.
    pub(crate) fn border(&self, faces: &[usize]) -> Ring {
        let union = self.mesh.union(|face| faces.contains(&face));
        union.into_iter().next().and_then(|polygon| polygon.into_iter().next()).unwrap_or_default()
    }

    /// Writes a version of a parcel.
    pub(crate) fn record(
        &mut self,
        id: &str,
        faces: &[usize],
        usage: &'static str,
        (from, to): (Day, Option<Day>),
        parents: &[String],
    ) {
        self.parcels.push(Parcel {
            id: id.to_owned(),
            face: self.face,
            ring: self.border(faces),
            usage,
            from,
            to,
            parents: parents.to_vec(),
            surveyed: self.surveyed,
        });
    }

    /// A day after `from` on which something may change; `None` if little time is left.
    fn later(&mut self, from: Day) -> Option<Day> {
        let (low, high) = (from + 500, RECORDS_END);
        (low < high).then(|| self.random.whole(low.into(), high.into()) as Day)
    }

    /// Writes the history of the land in `tree` from a day on.
    fn tell(&mut self, tree: &Tree, from: Day, parents: &[String]) {
        let pair = match tree {
            Tree::Leaf(face) => return self.tell_leaf(*face, from, parents),
            Tree::Node(a, b) => match (&**a, &**b) {
                (Tree::Leaf(a), Tree::Leaf(b)) => Some([*a, *b]),
                _ => None,
            },
        };
        let (chance, day) = (self.random.unit(), self.later(from));
        if let (Some(pair), Some(day)) = (pair, day) {
            if chance < 0.11 {
                // One parcel, split later.
                let usage = self.usage(&pair);
                let id = self.number();
                self.record(&id, &pair, usage, (from, Some(day)), parents);
                let parents = [id];
                pair.into_iter().for_each(|face| self.tell_leaf(face, day, &parents));
                return;
            }
            if chance < 0.17 {
                // Two parcels, merged later.
                let ids = [self.number(), self.number()];
                for (face, id) in pair.into_iter().zip(&ids) {
                    let usage = self.usage(&[face]);
                    self.record(id, &[face], usage, (from, Some(day)), parents);
                }
                let usage = self.usage(&pair);
                let id = self.number();
                self.record(&id, &pair, usage, (day, None), &ids);
                return;
            }
        }
        if let Tree::Node(a, b) = tree {
            self.tell(a, from, parents);
            self.tell(b, from, parents);
        }
    }

    /// Writes the history of the land, of which one part (its pieces are given) is a renewal scheme
    /// that is listed on a day.
    fn tell_beside(&mut self, tree: &Tree, part: &[usize], listed: Day) {
        let faces = tree.faces();
        if faces == part {
            self.surveyed = true;
            let (random, zone) = (self.random.of(1), self.zone);
            let before = std::mem::replace(&mut self.random, random);
            self.scheme = Some(renewal::carry_out(self, tree, listed, zone));
            self.random = before;
            self.surveyed = self.dense;
        } else if faces.contains(&part[0]) {
            if let Tree::Node(a, b) = tree {
                self.tell_beside(a, part, listed);
                self.tell_beside(b, part, listed);
            }
        } else {
            self.tell(tree, RECORDS_BEGIN, &[]);
        }
    }

    fn tell_leaf(&mut self, face: usize, from: Day, parents: &[String]) {
        let id = self.number();
        let usage = self.usage(&[face]);
        let next = uses::renewed(usage, &mut self.random);
        match self.later(from).zip(next).filter(|_| self.random.chance(0.055)) {
            Some((day, next)) => {
                self.record(&id, &[face], usage, (from, Some(day)), parents);
                self.record(&id, &[face], next, (day, None), parents);
            }
            None => self.record(&id, &[face], usage, (from, None), parents),
        }
    }

    /// A use that fits the zone and the size.
    pub(crate) fn usage(&mut self, faces: &[usize]) -> &'static str {
        let area = plane::area(&self.border(faces));
        uses::fitting(self.zone, area, &mut self.random)
    }
}

/// The largest parcel of a zone, square metres.
const fn largest(zone: Zone, dense: bool) -> f64 {
    match zone {
        Zone::River | Zone::Hill => f64::MAX,
        Zone::Rural => 55_000.0,
        Zone::Village if dense => 3_000.0,
        Zone::Centre if dense => 9_500.0,
        Zone::Town | Zone::Industry if dense => 24_000.0,
        Zone::Centre => 120_000.0,
        Zone::Village => 170_000.0,
        Zone::Town | Zone::Industry => 240_000.0,
    }
}
