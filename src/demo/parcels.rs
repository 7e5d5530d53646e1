//! Parcels: what the kerbs leave of each block, cut so that it is tiled exactly at every date.

use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::mesh::Mesh;
use super::plane::{self, Frame, Point, Ring, metres};
use super::random::Random;
use super::streets::{Streets, Zone, is_compact};

/// A version of a parcel.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    /// The parcel's number.
    pub(super) id: String,
    /// The face of the streets' mesh it lies in.
    pub(super) block: usize,
    /// Its border.
    pub(super) ring: Ring,
    /// Code of its use.
    pub(super) usage: &'static str,
    /// First day.
    pub(super) from: Day,
    /// The day after its last, if that has come.
    pub(super) to: Option<Day>,
    /// The parcels it was made of.
    pub(super) parents: Vec<String>,
}

/// A block's land: its kerb and the versions of its parcels.
pub(super) struct Block {
    /// The face of the streets' mesh.
    pub(super) face: usize,
    /// The border, with every point that a parcel puts on it.
    pub(super) kerb: Ring,
    /// Every version of every parcel.
    pub(super) parcels: Vec<Parcel>,
}

/// The land of every face that is built on or a park.
pub(super) fn survey(seed: u64, detail: f64, streets: &Streets) -> Vec<Block> {
    let built = |face: &usize| !matches!(streets.zones[*face], Zone::River | Zone::Hill);
    (0..streets.mesh.len())
        .filter(built)
        .filter_map(|face| {
            let kerb = kerb(streets, face)?;
            Some(Survey::of(seed, detail, streets, face, &kerb))
        })
        .collect()
}

/// The face without the roads along it; `None` if little is left.
fn kerb(streets: &Streets, face: usize) -> Option<Ring> {
    let mut bounds: Vec<(Point, Point, f64)> = Vec::new();
    let mut edges = streets.mesh.bounds(face);
    let length = |i: &usize| plane::distance(edges[*i].0, edges[*i].1);
    let longest = (0..edges.len()).max_by(|i, j| length(i).total_cmp(&length(j)))?;
    edges.rotate_left(longest);
    for (a, b, way) in edges {
        let half = way.map_or(2.0, |way| streets.ways[way as usize].class.half_width());
        // A kerb does not follow what is shorter than roads are wide.
        let joins = |last: &(Point, Point, f64)| {
            let (d, e) = (plane::direction(last.0, last.1), plane::direction(a, b));
            let straight = last.2 == half && (d[0] * e[1] - d[1] * e[0]).abs() < 0.012;
            straight || plane::distance(a, b) < metres(32.0)
        };
        match bounds.last_mut().filter(|last| joins(last)) {
            Some(last) => last.1 = b,
            None => bounds.push((a, b, half)),
        }
    }
    let mut ring = Vec::new();
    for (i, next) in bounds.iter().enumerate() {
        corner(&bounds[(i + bounds.len() - 1) % bounds.len()], next, &mut ring);
    }
    let kept = plane::area(&ring);
    let whole = plane::area(&streets.mesh.ring(face));
    (kept > 400.0 && kept > whole * 0.3 && is_compact(&ring)).then_some(ring)
}

/// The corner between two edges moved inward by their widths, cut off where it is sharp, as kerbs
/// are.
fn corner(before: &(Point, Point, f64), after: &(Point, Point, f64), ring: &mut Ring) {
    let (d, e) = (plane::direction(before.0, before.1), plane::direction(after.0, after.1));
    let (wide, next) = (metres(before.2), metres(after.2));
    let cross = d[0] * e[1] - d[1] * e[0];
    let at = after.0;
    if cross.abs() < 0.08 {
        ring.push(plane::moved(at, plane::scaled(plane::left_of(d), wide)));
        if before.2 != after.2 {
            ring.push(plane::moved(at, plane::scaled(plane::left_of(e), next)));
        }
        return;
    }
    // The point on both lines, in the directions of the two edges.
    let (along, back) = (wide / cross, next / cross);
    let p = plane::moved(at, [e[0] * along - d[0] * back, e[1] * along - d[1] * back]);
    if cross < 0.35 {
        ring.push(p);
        return;
    }
    let room = plane::distance(before.0, before.1).min(plane::distance(after.0, after.1));
    let cut = metres(7.0).min(room * 0.15);
    ring.push(plane::moved(p, plane::scaled(d, -cut)));
    ring.push(plane::moved(p, plane::scaled(e, cut)));
}

/// How a block's land was cut.
enum Tree {
    Leaf(usize),
    Node(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn faces(&self) -> Vec<usize> {
        match self {
            Self::Leaf(face) => vec![*face],
            Self::Node(a, b) => [a.faces(), b.faces()].concat(),
        }
    }
}

struct Survey {
    face: usize,
    zone: Zone,
    mesh: Mesh,
    random: Random,
    parcels: Vec<Parcel>,
    numbers: usize,
}

impl Survey {
    fn of(seed: u64, detail: f64, streets: &Streets, face: usize, kerb: &[Point]) -> Block {
        let zone = streets.zones[face];
        let mut survey = Self {
            face,
            zone,
            mesh: Mesh::new(kerb),
            random: Random::new(seed, &format!("parcels {face}")),
            parcels: Vec::new(),
            numbers: 0,
        };
        let tree = survey.cut_down(0, largest(zone) / detail);
        let opened = streets.opened[face];
        let whole = tree.faces();
        if opened > RECORDS_BEGIN {
            let usage = if zone == Zone::Park { "E9" } else { "E2" };
            let id = survey.number();
            survey.record(&id, &whole, usage, RECORDS_BEGIN, Some(opened), &[]);
            survey.tell(&tree, opened, &[id]);
        } else {
            survey.tell(&tree, RECORDS_BEGIN, &[]);
        }
        let kerb = survey.border(&whole);
        Block { face, kerb, parcels: survey.parcels }
    }

    fn cut_down(&mut self, face: usize, largest: f64) -> Tree {
        let ring = self.mesh.ring(face);
        let area = plane::area(&ring);
        let wanted = largest * self.random.range(0.75, 1.5);
        if area <= wanted {
            return Tree::Leaf(face);
        }
        let frame = Frame::around(&ring);
        let across = plane::left_of(frame.axis);
        for attempt in 1..=6 {
            let shift = frame.long * 0.04 * f64::from(attempt) * self.random.range(-1.0, 1.0);
            let at = plane::moved(plane::centroid(&ring), plane::scaled(frame.axis, shift));
            let accept = |one: &[Point], other: &[Point]| {
                [one, other].iter().all(|part| plane::area(part) > area * 0.25 && is_compact(part))
            };
            let cut = self.mesh.divide(face, (at, across), (metres(2.5), 0.0), None, accept);
            if let Some(new) = cut {
                let one = self.cut_down(face, largest);
                let other = self.cut_down(new, largest);
                return Tree::Node(Box::new(one), Box::new(other));
            }
        }
        Tree::Leaf(face)
    }

    fn number(&mut self) -> String {
        self.numbers += 1;
        format!("LG{:04}-{:03}", self.face, self.numbers)
    }

    fn border(&self, faces: &[usize]) -> Ring {
        let union = self.mesh.union(|face| faces.contains(&face));
        union.into_iter().next().and_then(|polygon| polygon.into_iter().next()).unwrap_or_default()
    }

    fn record(
        &mut self,
        id: &str,
        faces: &[usize],
        usage: &'static str,
        from: Day,
        to: Option<Day>,
        parents: &[String],
    ) {
        self.parcels.push(Parcel {
            id: id.to_owned(),
            block: self.face,
            ring: self.border(faces),
            usage,
            from,
            to,
            parents: parents.to_vec(),
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
        let (chance, day) = (self.random.range(0.0, 1.0), self.later(from));
        if let (Some(pair), Some(day)) = (pair, day) {
            if chance < 0.15 {
                // One parcel, split later.
                let usage = self.usage(&pair);
                let id = self.number();
                self.record(&id, &pair, usage, from, Some(day), parents);
                let parents = [id];
                pair.into_iter().for_each(|face| self.tell_leaf(face, day, &parents));
                return;
            }
            if chance < 0.24 {
                // Two parcels, merged later.
                let ids = [self.number(), self.number()];
                for (face, id) in pair.into_iter().zip(&ids) {
                    let usage = self.usage(&[face]);
                    self.record(id, &[face], usage, from, Some(day), parents);
                }
                let usage = self.usage(&pair);
                let id = self.number();
                self.record(&id, &pair, usage, day, None, &ids);
                return;
            }
        }
        if let Tree::Node(a, b) = tree {
            self.tell(a, from, parents);
            self.tell(b, from, parents);
        }
    }

    fn tell_leaf(&mut self, face: usize, from: Day, parents: &[String]) {
        let id = self.number();
        let usage = self.usage(&[face]);
        let next = renewed(usage, &mut self.random);
        match self.later(from).zip(next).filter(|_| self.random.chance(0.09)) {
            Some((day, next)) => {
                self.record(&id, &[face], usage, from, Some(day), parents);
                self.record(&id, &[face], next, day, None, parents);
            }
            None => self.record(&id, &[face], usage, from, None, parents),
        }
    }

    /// A use that fits the zone.
    fn usage(&mut self, faces: &[usize]) -> &'static str {
        let area = plane::area(&self.border(faces));
        let shares: &[(&str, f64)] = match self.zone {
            Zone::Park => return "G1",
            Zone::River | Zone::Hill => return "E2",
            Zone::Centre => &[
                ("C1", 0.46),
                ("R2", 0.30),
                ("GIC2", 0.10),
                ("GIC5", 0.03),
                ("G1", 0.07),
                ("M0", 0.04),
            ],
            Zone::Housing => &[
                ("R2", 0.715),
                ("GIC5", 0.040),
                ("GIC4", 0.02),
                ("C1", 0.09),
                ("G1", 0.075),
                ("U1", 0.02),
                ("GIC2", 0.04),
            ],
            Zone::Village => &[("R4", 0.92), ("C1", 0.05), ("GIC2", 0.03)],
            Zone::Industry => &[
                ("M1", 0.64),
                ("M0", 0.11),
                ("W0", 0.10),
                ("R2", 0.06),
                ("C1", 0.03),
                ("U1", 0.03),
                ("G1", 0.03),
            ],
        };
        let mut left = self.random.range(0.0, 1.0);
        let fits = |usage: &str| usage != "GIC5" || (8_000.0..45_000.0).contains(&area);
        let found = shares.iter().find(|(_, share)| {
            left -= share;
            left < 0.0
        });
        found.map(|(usage, _)| *usage).filter(|usage| fits(usage)).unwrap_or(shares[0].0)
    }
}

/// The largest parcel of a zone, square metres.
const fn largest(zone: Zone) -> f64 {
    match zone {
        Zone::River | Zone::Hill | Zone::Park => f64::MAX,
        Zone::Centre => 9_500.0,
        Zone::Housing => 24_000.0,
        Zone::Village => 420.0,
        Zone::Industry => 26_000.0,
    }
}

/// What land of a use is turned to when it is renewed.
fn renewed(usage: &str, random: &mut Random) -> Option<&'static str> {
    let choices: &[&'static str] = match usage {
        "M1" => &["M0", "M0", "R2", "C1"],
        "W0" => &["M0", "M1"],
        "R4" => &["R2", "G1"],
        "R2" => &["C1"],
        "C1" => &["R2", "GIC2"],
        _ => return None,
    };
    Some(*random.pick(choices))
}

/// The uses, with their names in Chinese and English.
pub(super) const USES: [(&str, &str, &str); 13] = [
    ("R2", "二类居住用地", "Housing"),
    ("R4", "四类居住用地(原农村)", "Former village housing"),
    ("C1", "商业用地", "Commerce"),
    ("GIC2", "文体设施用地", "Culture and sport"),
    ("GIC4", "医疗卫生用地", "Health"),
    ("GIC5", "教育设施用地", "Education"),
    ("M0", "新型产业用地", "New industry"),
    ("M1", "普通工业用地", "Industry"),
    ("W0", "物流用地", "Logistics"),
    ("U1", "供应设施用地", "Utilities"),
    ("G1", "公园绿地", "Park"),
    ("E2", "农林和其他用地", "Farm and other land"),
    ("E9", "发展备用地", "Reserved land"),
];

/// Whether a version is valid on a day.
pub(super) fn valid(from: Day, to: Option<Day>, at: Day) -> bool {
    from <= at && to.is_none_or(|to| at < to)
}

/// The year in which something that is there from `from` was built: before the records for what
/// they begin with.
pub(super) fn year_built(from: Day, random: &mut Random) -> i32 {
    if from > RECORDS_BEGIN { calendar::civil(from).0 } else { random.whole(1984, 2009) as i32 }
}
