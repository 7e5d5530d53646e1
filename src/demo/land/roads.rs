//! The road net: stretches between junctions, as they are driven on.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::fabric::Zone;
use super::plane::{self, Point};
use super::random::Random;
use super::streets::{Class, Streets};

/// A stretch of road from junction to junction.
pub(crate) struct Segment {
    /// Its line.
    pub(crate) line: Vec<Point>,
    /// Places in [`Roads::junctions`] of its ends.
    pub(crate) ends: [usize; 2],
    /// The road it belongs to.
    pub(crate) way: usize,
    /// Whether it crosses a river.
    pub(crate) bridge: bool,
    /// Whether it runs under a hill.
    pub(crate) tunnel: bool,
    /// 1 along the line only, -1 against it only, 0 both.
    pub(crate) oneway: i64,
    /// The versions: first day, the day after the last, lanes.
    pub(crate) versions: Vec<(Day, Option<Day>, i64)>,
    /// The faces beside it.
    pub(crate) faces: Vec<usize>,
}

impl Segment {
    /// In metres.
    pub(crate) fn length(&self) -> f64 {
        plane::line_length(&self.line)
    }

    /// Its number.
    pub(crate) fn id(number: usize) -> String {
        format!("S{:05}", number + 1)
    }

    /// The day on which it was opened.
    pub(crate) fn opened(&self) -> Day {
        self.versions[0].0
    }

    /// Lanes today.
    pub(crate) fn lanes(&self) -> i64 {
        self.versions[self.versions.len() - 1].2
    }
}

/// A place where roads meet or end.
pub(crate) struct Junction {
    /// Where.
    pub(crate) at: Point,
    /// The segments that end there.
    pub(crate) segments: Vec<usize>,
}

/// The net.
pub(crate) struct Roads {
    /// Stretches.
    pub(crate) segments: Vec<Segment>,
    /// Their ends.
    pub(crate) junctions: Vec<Junction>,
}

/// What sets a stretch apart from the next on the same road.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Piece {
    way: u32,
    bridge: bool,
    tunnel: bool,
    from: Day,
}

impl Roads {
    /// The net of the streets; what hangs on it nowhere is left out.
    pub(crate) fn new(seed: u64, streets: &Streets, opened: &[Day]) -> Self {
        let random = Random::new(seed, "roads");
        let mut pieces: BTreeMap<(u32, u32), Piece> = BTreeMap::new();
        let mut beside: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut faces_of: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
        for ((a, b), (way, faces)) in streets.mesh.ways() {
            let faces: Vec<usize> = faces.into_iter().flatten().collect();
            let all = |zone| faces.len() == 2 && faces.iter().all(|f| streets.zones[*f] == zone);
            let class = streets.ways[way as usize].class;
            // Streets that were laid before the rim of the hills was known end at it.
            let wild = |f: &usize| matches!(streets.zones[*f], Zone::Hill | Zone::River);
            if class >= Class::Collector && faces.iter().all(wild) && !all(Zone::River) {
                continue;
            }
            let from = opening(&random, way, class, faces.iter().map(|f| opened[*f]).min());
            let tunnel = class <= Class::Arterial && all(Zone::Hill);
            pieces.insert((a, b), Piece { way, bridge: all(Zone::River), tunnel, from });
            faces_of.insert((a, b), faces);
            beside.entry(a).or_default().push(b);
            beside.entry(b).or_default().push(a);
        }
        let kept = connected(&beside);
        beside.retain(|v, _| kept.contains(v));
        let mut roads = Self { segments: Vec::new(), junctions: Vec::new() };
        let mut numbers = BTreeMap::new();
        for path in paths(&pieces, &beside) {
            let last = path.len() - 1;
            let edge = |i: usize| (path[i].min(path[i + 1]), path[i].max(path[i + 1]));
            let ends = [path[0], path[last]].map(|v| {
                *numbers.entry(v).or_insert_with(|| {
                    let at = streets.mesh.point(v);
                    roads.junctions.push(Junction { at, segments: Vec::new() });
                    roads.junctions.len() - 1
                })
            });
            let Piece { way, bridge, tunnel, from } = pieces[&edge(0)];
            let mut faces: Vec<usize> =
                (0..last).flat_map(|i| faces_of[&edge(i)].iter().copied()).collect();
            faces.sort_unstable();
            faces.dedup();
            let class = streets.ways[way as usize].class;
            let versions = versions(&random, way, class, from);
            let line = path.iter().map(|v| streets.mesh.point(*v)).collect();
            let way = way as usize;
            for end in ends {
                roads.junctions[end].segments.push(roads.segments.len());
            }
            roads.segments.push(Segment {
                line,
                ends,
                way,
                bridge,
                tunnel,
                oneway: 0,
                versions,
                faces,
            });
        }
        roads.direct(&random, streets);
        roads
    }

    /// Makes some streets one-way, as long as every place can still be reached from every other.
    fn direct(&mut self, random: &Random, streets: &Streets) {
        for (number, segment) in self.segments.iter_mut().enumerate() {
            let mut random = random.of(number as u64 | 1 << 40);
            let local = streets.ways[segment.way].class == Class::Local;
            if local && random.chance(0.14) {
                segment.oneway = if random.chance(0.5) { 1 } else { -1 };
            }
        }
        loop {
            let reached = [true, false].map(|along| self.reached(along));
            let lost = |end: usize| !(reached[0][end] && reached[1][end]);
            let mut changed = false;
            for segment in &mut self.segments {
                if segment.oneway != 0 && segment.ends.iter().any(|end| lost(*end)) {
                    segment.oneway = 0;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// The junctions that can be reached from the first, or from which it can.
    fn reached(&self, along: bool) -> Vec<bool> {
        let mut seen = vec![false; self.junctions.len()];
        let mut queue = vec![0];
        seen[0] = true;
        while let Some(at) = queue.pop() {
            for number in &self.junctions[at].segments {
                let segment = &self.segments[*number];
                let [from, to] = segment.ends;
                let forward = if along { 1 } else { -1 };
                for (start, end, way) in [(from, to, forward), (to, from, -forward)] {
                    let open = segment.oneway == 0 || segment.oneway == way;
                    if start == at && open && !seen[end] {
                        seen[end] = true;
                        queue.push(end);
                    }
                }
            }
        }
        seen
    }
}

/// When a road was opened: streets with the land beside them, some main roads in between.
fn opening(random: &Random, way: u32, class: Class, beside: Option<Day>) -> Day {
    let mut random = random.of(way.into());
    let late = match class {
        Class::Local => return beside.unwrap_or(RECORDS_BEGIN),
        Class::Express => 0.3,
        Class::Arterial => 0.22,
        Class::Collector => 0.16,
    };
    if !random.chance(late) {
        return RECORDS_BEGIN;
    }
    calendar::day(random.whole(2011, 2025) as i32, *random.pick(&[1, 5, 6, 7, 9, 10, 12]), 28)
}

/// A road's versions: some were widened.
fn versions(random: &Random, way: u32, class: Class, from: Day) -> Vec<(Day, Option<Day>, i64)> {
    let mut random = random.of(u64::from(way) | 1 << 41);
    let lanes = class.lanes();
    let widened = random.whole((from + 900).into(), i64::from(RECORDS_END) + 2_500) as Day;
    let twice = matches!(class, Class::Arterial | Class::Collector) && random.chance(0.3);
    if twice && widened < RECORDS_END {
        vec![(from, Some(widened), lanes - 2), (widened, None, lanes)]
    } else {
        vec![(from, None, lanes)]
    }
}

/// The points of the largest part of the net that hangs together.
fn connected(beside: &BTreeMap<u32, Vec<u32>>) -> BTreeSet<u32> {
    let mut best = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for start in beside.keys() {
        if !seen.insert(*start) {
            continue;
        }
        let mut part = BTreeSet::from([*start]);
        let mut queue = vec![*start];
        while let Some(at) = queue.pop() {
            for next in &beside[&at] {
                if part.insert(*next) {
                    seen.insert(*next);
                    queue.push(*next);
                }
            }
        }
        if part.len() > best.len() {
            best = part;
        }
    }
    best
}

/// The ways from junction to junction.
fn paths(pieces: &BTreeMap<(u32, u32), Piece>, beside: &BTreeMap<u32, Vec<u32>>) -> Vec<Vec<u32>> {
    let piece = |a: u32, b: u32| pieces[&(a.min(b), a.max(b))];
    let passes = |v: u32| {
        let around = &beside[&v];
        around.len() == 2 && piece(v, around[0]) == piece(v, around[1])
    };
    let mut out = Vec::new();
    let mut done = BTreeSet::new();
    // First from junctions; what is left then are rings without one.
    let starts = beside.keys().filter(|v| !passes(**v)).chain(beside.keys());
    for (start, next) in starts.flat_map(|v| beside[v].iter().map(move |next| (*v, *next))) {
        let mut path = vec![start, next];
        if !done.insert((start.min(next), start.max(next))) {
            continue;
        }
        while passes(path[path.len() - 1]) && path[path.len() - 1] != start {
            let (before, at) = (path[path.len() - 2], path[path.len() - 1]);
            let Some(next) = beside[&at].iter().find(|v| **v != before) else { break };
            done.insert((at.min(*next), at.max(*next)));
            path.push(*next);
        }
        out.push(path);
    }
    out
}
