//! Ways over the road net: how long they take, and where they run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::super::city::City;
use super::super::super::land::areas::valid;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::plane::Point;
use super::super::super::land::random::Random;
use super::super::super::land::streets::Class;

/// A version of a segment, as `roads.segments` has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Version {
    /// First day.
    pub(crate) from: Day,
    /// The day after its last.
    pub(crate) to: Option<Day>,
    /// Lanes of both directions together.
    pub(crate) lanes: i64,
    /// Speed limit, km/h.
    pub(crate) speed: i64,
}

/// When each segment was opened: as the land has it, or earlier where what there was already would
/// otherwise have hung on the net by no road.
pub(crate) fn openings(city: &City) -> Vec<Day> {
    let roads = &city.roads;
    let mut out: Vec<Day> =
        roads.segments.iter().map(super::super::super::land::roads::Segment::opened).collect();
    let mut order: Vec<usize> = (0..out.len()).collect();
    order.sort_by_key(|i| (out[*i], *i));
    let mut parts = Parts((0..roads.junctions.len()).collect());
    let first = order.first().map_or(0, |i| out[*i]);
    let old = order.iter().take_while(|i| out[**i] == first).count();
    for i in &order[..old] {
        parts.join(roads.segments[*i].ends);
    }
    let mut sizes = vec![0_usize; roads.junctions.len()];
    for i in &order[..old] {
        sizes[parts.root(roads.segments[*i].ends[0])] += 1;
    }
    let Some(main) = (0..sizes.len()).max_by_key(|at| (sizes[*at], Reverse(*at))) else {
        return out;
    };
    for i in order {
        let day = out[i];
        let ends = roads.segments[i].ends;
        parts.join(ends);
        if parts.root(ends[0]) != parts.root(main) {
            for link in shortest_to(city, &mut parts, ends[0], main, (&out, day)) {
                out[link] = out[link].min(day);
                parts.join(roads.segments[link].ends);
            }
        }
    }
    out
}

/// Junctions in groups (disjoint sets: Galler, Fischer 1964).
struct Parts(Vec<usize>);

impl Parts {
    fn root(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, ends: [usize; 2]) {
        let [a, b] = ends.map(|end| self.root(end));
        self.0[b] = a;
    }
}

/// The segments of the shortest way from a junction to the part of another, of which those that
/// are open on the day cost nothing.
fn shortest_to(
    city: &City,
    parts: &mut Parts,
    from: usize,
    main: usize,
    (opened, day): (&[Day], Day),
) -> Vec<usize> {
    let roads = &city.roads;
    let goal = parts.root(main);
    let mut best: std::collections::BTreeMap<usize, (u64, Option<(usize, usize)>)> =
        std::collections::BTreeMap::from([(from, (0, None))]);
    let mut queue = BinaryHeap::from([Reverse((0_u64, from))]);
    while let Some(Reverse((so_far, at))) = queue.pop() {
        if parts.root(at) == goal {
            let mut out = Vec::new();
            let mut back = at;
            while let Some((_, Some((segment, before)))) = best.get(&back).copied() {
                out.push(segment);
                back = before;
            }
            return out;
        }
        if best.get(&at).is_some_and(|own| own.0 < so_far) {
            continue;
        }
        for number in &roads.junctions[at].segments {
            let segment = &roads.segments[*number];
            let next = segment.ends[usize::from(segment.ends[0] == at)];
            let open = opened[*number] <= day;
            let cost = if open { 0 } else { (segment.length() * 10.0) as u64 + 1 };
            let sum = so_far + cost;
            if best.get(&next).is_none_or(|own| sum < own.0) {
                best.insert(next, (sum, Some((*number, at))));
                queue.push(Reverse((sum, next)));
            }
        }
    }
    Vec::new()
}

/// The versions of all segments.
pub(crate) fn all_versions(city: &City) -> Vec<Vec<Version>> {
    openings(city).into_iter().enumerate().map(|(i, opened)| versions(city, i, opened)).collect()
}

/// The versions of a segment: those of its lanes, cut again where its speed limit was lowered.
fn versions(city: &City, number: usize, opened: Day) -> Vec<Version> {
    let segment = &city.roads.segments[number];
    let mut random = Random::new(city.options.seed, "speed limits").of(segment.way as u64);
    let village = segment.faces.iter().any(|face| city.streets.zones[*face] == Zone::Village);
    let (speed, before) = match city.streets.ways[segment.way].class {
        Class::Express => (80, 100),
        Class::Arterial => *random.pick(&[(60, 70), (60, 70), (50, 60)]),
        Class::Collector => (40, 50),
        Class::Local if village => (20, 30),
        Class::Local => (30, 40),
    };
    let lowered = random
        .chance(0.03)
        .then(|| calendar::day(random.whole(2012, 2024) as i32, random.whole(1, 12) as i32, 1));
    let mut out = Vec::new();
    for (place, (from, to, lanes)) in segment.versions.iter().copied().enumerate() {
        let from = if place == 0 { opened.min(from) } else { from };
        let cut =
            lowered.filter(|day| *day > from + 300 && to.map_or(RECORDS_END, |to| to - 100) > *day);
        if let Some(day) = cut {
            out.push(Version { from, to: Some(day), lanes, speed: before });
            out.push(Version { from: day, to, lanes, speed });
        } else {
            let speed = if lowered.is_some_and(|day| day > from + 300) { before } else { speed };
            out.push(Version { from, to, lanes, speed });
        }
    }
    out
}

/// The road net on a day.
pub(crate) struct Net<'c> {
    city: &'c City,
    /// Milliseconds along each segment, `None` where it is not there or shut.
    cost: Vec<Option<u64>>,
}

/// No way.
const NEVER: u64 = u64::MAX;

impl<'c> Net<'c> {
    /// The net as it is driven on a day, but for segments that are shut.
    pub(crate) fn new(city: &'c City, at: Day, shut: &[usize]) -> Self {
        let mut cost: Vec<Option<u64>> = all_versions(city)
            .into_iter()
            .enumerate()
            .map(|(i, own)| {
                let now = own.into_iter().find(|own| valid(own.from, own.to, at))?;
                let seconds = 3.6 * city.roads.segments[i].length() / now.speed as f64;
                Some((seconds * 1000.0).round().max(1.0) as u64)
            })
            .collect();
        for i in shut {
            if let Some(own) = cost.get_mut(*i) {
                *own = None;
            }
        }
        Self { city, cost }
    }

    /// The net with costs of another kind: `weight` times the length in metres.
    pub(crate) fn weighed(city: &'c City, weight: impl Fn(usize) -> Option<f64>) -> Self {
        let cost = |i: usize| {
            let each = weight(i)?;
            Some((each * city.roads.segments[i].length() * 1000.0).round().max(1.0) as u64)
        };
        Self { city, cost: (0..city.roads.segments.len()).map(cost).collect() }
    }

    /// Makes a segment cost so many times as much from now on.
    pub(crate) fn burden(&mut self, segment: usize, times: f64) {
        if let Some(Some(cost)) = self.cost.get_mut(segment) {
            *cost = ((*cost as f64 * times).round() as u64).max(1);
        }
    }

    /// The cost to every junction from the nearest of the starts, with the start and the segment
    /// by which it is reached.
    fn spread(&self, starts: &[usize], one_way: bool) -> Vec<(u64, usize, Option<usize>)> {
        let roads = &self.city.roads;
        let mut best = vec![(NEVER, usize::MAX, None); roads.junctions.len()];
        let mut queue = BinaryHeap::new();
        for (place, start) in starts.iter().enumerate() {
            if best[*start].0 == NEVER {
                best[*start] = (0, place, None);
                queue.push(Reverse((0_u64, *start)));
            }
        }
        while let Some(Reverse((so_far, at))) = queue.pop() {
            if so_far > best[at].0 {
                continue;
            }
            let start = best[at].1;
            for number in &roads.junctions[at].segments {
                let segment = &roads.segments[*number];
                let along = segment.ends[0] == at;
                let next = segment.ends[usize::from(along)];
                let against = if along { -1 } else { 1 };
                let barred = one_way && segment.oneway == against;
                let Some(cost) = self.cost[*number].filter(|_| !barred) else { continue };
                let sum = so_far + cost;
                if (sum, start) < (best[next].0, best[next].1) {
                    best[next] = (sum, start, Some(*number));
                    queue.push(Reverse((sum, next)));
                }
            }
        }
        best
    }

    /// Seconds by car from a junction to every other; infinite where there is no way.
    pub(crate) fn seconds(&self, from: usize) -> Vec<f64> {
        let to = |(cost, _, _): (u64, usize, Option<usize>)| {
            if cost == NEVER { f64::INFINITY } else { cost as f64 / 1000.0 }
        };
        self.spread(&[from], true).into_iter().map(to).collect()
    }

    /// The cheapest way between two junctions: segments, and whether each is passed along its line.
    pub(crate) fn path(&self, from: usize, to: usize, one_way: bool) -> Vec<(usize, bool)> {
        let reached = self.spread(&[from], one_way);
        let mut out = Vec::new();
        let mut at = to;
        while let Some(number) = reached[at].2 {
            let segment = &self.city.roads.segments[number];
            let along = segment.ends[1] == at;
            out.push((number, along));
            at = segment.ends[usize::from(!along)];
        }
        out.reverse();
        out
    }
}

/// The part of a line between two lengths along it, in metres.
pub(crate) fn part(line: &[Point], from: f64, to: f64) -> Vec<Point> {
    use super::super::super::land::plane;
    let mut out = vec![plane::along(line, from).0];
    let mut far = 0.0;
    for pair in line.windows(2) {
        far += plane::distance(pair[0], pair[1]) / 1000.0;
        if far > from + 0.05 && far < to - 0.05 {
            out.push(pair[1]);
        }
    }
    out.push(plane::along(line, to).0);
    out
}
