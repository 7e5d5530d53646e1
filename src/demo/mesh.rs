//! A plane cut into faces that share their borders to the bit, whatever is cut later.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::plane::{self, Point, Polygon, Ring};

/// Faces over shared points. A point put on an edge is put into both faces beside it.
pub(super) struct Mesh {
    points: Vec<Point>,
    faces: Vec<Vec<u32>>,
    /// What each face was cut from: see [`Mesh::seal`].
    origins: Vec<u32>,
    /// The face to the left of each directed edge.
    left: FxHashMap<(u32, u32), u32>,
    /// The way that runs along an edge (its ends in rising order).
    ways: FxHashMap<(u32, u32), u32>,
}

/// Where a cut meets a ring.
#[derive(Clone, Copy)]
struct Hit {
    /// The edge from this position of the ring.
    edge: usize,
    at: Point,
    /// The position of the point of the ring that is near enough to be it.
    snapped: Option<usize>,
}

impl Mesh {
    /// One face.
    pub(super) fn new(ring: &[Point]) -> Self {
        let n = ring.len() as u32;
        let left = (0..n).map(|i| ((i, (i + 1) % n), 0)).collect();
        Self {
            points: ring.to_vec(),
            faces: vec![(0..n).collect()],
            origins: vec![0],
            left,
            ways: FxHashMap::default(),
        }
    }

    /// How many faces there are.
    pub(super) fn len(&self) -> usize {
        self.faces.len()
    }

    /// The face's ring.
    pub(super) fn ring(&self, face: usize) -> Ring {
        self.faces[face].iter().map(|v| self.points[*v as usize]).collect()
    }

    /// The face's edges: both ends, and the way along it.
    pub(super) fn bounds(&self, face: usize) -> Vec<(Point, Point, Option<u32>)> {
        let ids = &self.faces[face];
        let edge = |i: usize| {
            let (a, b) = (ids[i], ids[(i + 1) % ids.len()]);
            (self.points[a as usize], self.points[b as usize], self.way(a, b))
        };
        (0..ids.len()).map(edge).collect()
    }

    /// The face that the face was part of when [`Mesh::seal`] was called.
    pub(super) fn origin(&self, face: usize) -> usize {
        self.origins[face] as usize
    }

    /// Makes the faces of now the origins of those cut from them later.
    pub(super) fn seal(&mut self) {
        self.origins = (0..self.faces.len() as u32).collect();
    }

    /// The face that holds the point.
    pub(super) fn face_at(&self, p: Point) -> Option<usize> {
        (0..self.len()).find(|face| plane::inside(&self.ring(*face), p))
    }

    /// The faces beside the face, each once, in rising order.
    pub(super) fn neighbours(&self, face: usize) -> Vec<usize> {
        let ids = &self.faces[face];
        let across = |i: usize| self.left.get(&(ids[(i + 1) % ids.len()], ids[i]));
        let mut found: Vec<usize> =
            (0..ids.len()).filter_map(across).map(|f| *f as usize).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The edges that a way runs along: ends as point numbers, the way, and the faces beside it,
    /// in rising order.
    #[expect(clippy::type_complexity, reason = "it is read where it is made")]
    pub(super) fn ways(&self) -> BTreeMap<(u32, u32), (u32, [Option<usize>; 2])> {
        let face = |a, b| self.left.get(&(a, b)).map(|f| *f as usize);
        self.ways.iter().map(|(&(a, b), way)| ((a, b), (*way, [face(a, b), face(b, a)]))).collect()
    }

    /// The point of that number.
    pub(super) fn point(&self, number: u32) -> Point {
        self.points[number as usize]
    }

    fn way(&self, a: u32, b: u32) -> Option<u32> {
        self.ways.get(&(a.min(b), a.max(b))).copied()
    }

    fn add(&mut self, p: Point) -> u32 {
        self.points.push(p);
        self.points.len() as u32 - 1
    }

    /// Puts a point on the edge, in both faces.
    fn insert(&mut self, a: u32, b: u32, p: Point) -> u32 {
        let v = self.add(p);
        for (a, b) in [(a, b), (b, a)] {
            if let Some(face) = self.left.remove(&(a, b)) {
                let ids = &mut self.faces[face as usize];
                let n = ids.len();
                let place = (0..n).find(|i| ids[*i] == a && ids[(i + 1) % n] == b);
                ids.insert(place.map_or(n, |i| i + 1), v);
                self.left.insert((a, v), face);
                self.left.insert((v, b), face);
            }
        }
        if let Some(way) = self.ways.remove(&(a.min(b), a.max(b))) {
            self.ways.insert((a.min(v), a.max(v)), way);
            self.ways.insert((b.min(v), b.max(v)), way);
        }
        v
    }

    /// Cuts the face from its point `u` to its point `w` along `chain`; the part right of the
    /// chain becomes a face of its own.
    fn connect(&mut self, face: usize, u: u32, w: u32, chain: &[Point], way: Option<u32>) {
        let chain: Vec<u32> = chain.iter().map(|p| self.add(*p)).collect();
        let whole: Vec<u32> = [u].into_iter().chain(chain.iter().copied()).chain([w]).collect();
        let mut ids = self.faces[face].clone();
        let start = ids.iter().position(|v| *v == u).unwrap_or(0);
        ids.rotate_left(start);
        let end = ids.iter().position(|v| *v == w).unwrap_or(0);
        let kept: Vec<u32> =
            ids[end..].iter().copied().chain(whole[..whole.len() - 1].iter().copied()).collect();
        let cut: Vec<u32> =
            ids[..end].iter().copied().chain(whole[1..].iter().rev().copied()).collect();
        let new = self.faces.len();
        for (face, ids) in [(face, &kept), (new, &cut)] {
            for (i, a) in ids.iter().enumerate() {
                self.left.insert((*a, ids[(i + 1) % ids.len()]), face as u32);
            }
        }
        self.faces[face] = kept;
        self.faces.push(cut);
        self.origins.push(self.origins[face]);
        if let Some(way) = way {
            for pair in whole.windows(2) {
                self.ways.insert((pair[0].min(pair[1]), pair[0].max(pair[1])), way);
            }
        }
    }

    /// Cuts every face that the line crosses. Where it passes a point nearer than `snap`
    /// (millimetres) it goes through it. Its ends inside a face are left out.
    pub(super) fn cut(&mut self, line: &[Point], way: u32, snap: f64) {
        let met = self.meet(line, snap);
        for pair in met.windows(2) {
            let ((from, u), (to, w)) = (pair[0], pair[1]);
            if u == w {
                continue;
            }
            if self.left.contains_key(&(u, w)) || self.left.contains_key(&(w, u)) {
                self.ways.insert((u.min(w), u.max(w)), way);
                continue;
            }
            let inner =
                (from.floor() as usize + 1..=to.floor() as usize).filter(|i| *i < line.len());
            let clear =
                |p: &Point| [u, w].iter().all(|v| plane::distance(*p, self.point(*v)) > snap);
            let chain: Vec<Point> = inner.map(|i| line[i]).filter(clear).collect();
            let first = chain.first().copied().unwrap_or(self.point(w));
            let probe = plane::between(self.point(u), first, 0.5);
            let holds = |ids: &Vec<u32>| ids.contains(&u) && ids.contains(&w);
            let face = (0..self.len())
                .find(|f| holds(&self.faces[*f]) && plane::inside(&self.ring(*f), probe));
            if let Some(face) = face {
                self.connect(face, u, w, &chain, Some(way));
            }
        }
    }

    /// The points at which the line meets the edges, put on them, by how far along the line (its
    /// point's number and the part to the next).
    fn meet(&mut self, line: &[Point], snap: f64) -> Vec<(f64, u32)> {
        let mut edges: Vec<(u32, u32)> =
            self.left.keys().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut met = Vec::new();
        for (a, b) in edges {
            let (from, to) = (self.point(a), self.point(b));
            let hit = |i: usize| {
                plane::crossing(from, to, line[i], line[i + 1]).map(|(s, t)| (s, i as f64 + t))
            };
            let mut hits: Vec<(f64, f64)> = (0..line.len() - 1).filter_map(hit).collect();
            hits.sort_by(|x, y| x.0.total_cmp(&y.0));
            let mut last = a;
            for (s, t) in hits {
                let p = plane::between(from, to, s);
                let near =
                    [last, b].into_iter().find(|v| plane::distance(p, self.point(*v)) <= snap);
                let v = near.unwrap_or_else(|| self.insert(last, b, p));
                met.push((t, v));
                last = v;
            }
        }
        met.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        met
    }

    /// Cuts the face straight through `at` along `axis`, unless `accept` refuses the two parts;
    /// the middle of the cut is moved `bend` millimetres to its left.
    /// Gives the new face.
    pub(super) fn divide(
        &mut self,
        face: usize,
        (at, axis): (Point, [f64; 2]),
        (snap, bend): (f64, f64),
        way: Option<u32>,
        accept: impl Fn(&[Point], &[Point]) -> bool,
    ) -> Option<usize> {
        let ring = self.ring(face);
        let [from, to] = hits(&ring, at, axis, snap)?;
        let chain: Vec<Point> = (bend != 0.0)
            .then(|| {
                let middle = plane::between(from.at, to.at, 0.5);
                plane::moved(middle, plane::scaled(plane::left_of(axis), bend))
            })
            .into_iter()
            .collect();
        let [one, other] = parts(&ring, from, to, &chain)?;
        if !accept(&one, &other) {
            return None;
        }
        let ids = self.faces[face].clone();
        let settle = |mesh: &mut Self, hit: Hit| match hit.snapped {
            Some(place) => ids[place],
            None => mesh.insert(ids[hit.edge], ids[(hit.edge + 1) % ids.len()], hit.at),
        };
        let u = settle(self, from);
        let w = settle(self, to);
        self.connect(face, u, w, &chain, way);
        Some(self.len() - 1)
    }

    /// The union of the faces chosen, as polygons whose borders hold every shared point.
    pub(super) fn union(&self, chosen: impl Fn(usize) -> bool) -> Vec<Polygon> {
        let mut out: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (_, ids) in self.faces.iter().enumerate().filter(|(face, _)| chosen(*face)) {
            for (i, a) in ids.iter().enumerate() {
                let b = ids[(i + 1) % ids.len()];
                let across = self.left.get(&(b, *a));
                if across.is_none_or(|other| !chosen(*other as usize)) {
                    out.entry(*a).or_default().push(b);
                }
            }
        }
        let mut rings = Vec::new();
        while let Some((&start, _)) = out.iter().find(|(_, ends)| !ends.is_empty()) {
            rings.extend(self.trace(start, &mut out));
        }
        assemble(rings)
    }

    /// Follows border edges from `start`, taking them away, keeping to the left where there is a
    /// choice, and closing a ring at each point that is met again.
    fn trace(&self, start: u32, out: &mut BTreeMap<u32, Vec<u32>>) -> Vec<Ring> {
        let mut rings = Vec::new();
        let mut path = vec![start];
        loop {
            let at = path[path.len() - 1];
            let before = path.len().checked_sub(2).map(|i| path[i]);
            let Some(ends) = out.get_mut(&at).filter(|ends| !ends.is_empty()) else { break };
            let angle = |to: u32| {
                let way = plane::direction(self.point(at), self.point(to));
                let back =
                    before.map_or([1.0, 0.0], |b| plane::direction(self.point(at), self.point(b)));
                let (sin, cos) =
                    (back[0] * way[1] - back[1] * way[0], back[0] * way[0] + back[1] * way[1]);
                libm::atan2(sin, cos).rem_euclid(std::f64::consts::TAU)
            };
            let best = (0..ends.len()).max_by(|i, j| angle(ends[*i]).total_cmp(&angle(ends[*j])));
            let next = ends.swap_remove(best.unwrap_or(0));
            match path.iter().position(|v| *v == next) {
                Some(place) => {
                    rings.push(path[place..].iter().map(|v| self.point(*v)).collect());
                    path.truncate(place + 1);
                    if path.len() == 1 {
                        break;
                    }
                }
                None => path.push(next),
            }
        }
        rings
    }
}

/// The nearest places at which the line through `at` meets the ring, before and behind it.
fn hits(ring: &[Point], at: Point, axis: [f64; 2], snap: f64) -> Option<[Hit; 2]> {
    let across = |p: Point| {
        let way = plane::difference(p, at);
        axis[0] * way[1] - axis[1] * way[0]
    };
    let mut nearest: [Option<(f64, Hit)>; 2] = [None, None];
    for (edge, (a, b)) in plane::edges(ring).enumerate() {
        let (sa, sb) = (across(a), across(b));
        if (sa > 0.0) == (sb > 0.0) {
            continue;
        }
        let p = plane::between(a, b, sa / (sa - sb));
        let way = plane::difference(p, at);
        let along = axis[0] * way[0] + axis[1] * way[1];
        let slot = &mut nearest[usize::from(along > 0.0)];
        if slot.is_none_or(|(best, _)| along.abs() < best) {
            let ends = [(edge, a), ((edge + 1) % ring.len(), b)];
            let near = ends.into_iter().find(|(_, v)| plane::distance(p, *v) <= snap);
            let snapped = near.map(|(place, _)| place);
            *slot = Some((along.abs(), Hit { edge, at: near.map_or(p, |(_, v)| v), snapped }));
        }
    }
    Some([nearest[0]?.1, nearest[1]?.1])
}

/// The two rings that a cut would leave; `None` if it runs along the ring.
fn parts(ring: &[Point], from: Hit, to: Hit, chain: &[Point]) -> Option<[Ring; 2]> {
    let run = |from: Hit, to: Hit| {
        let n = ring.len();
        let first = from.snapped.map_or(from.edge + 1, |place| place + 1) % n;
        let last = to.snapped.map_or(to.edge, |place| (place + n - 1) % n);
        let mut out = vec![from.at];
        let count = (last + n + 1 - first) % n;
        out.extend((0..count).map(|i| ring[(first + i) % n]));
        out.push(to.at);
        out
    };
    let mut one = run(from, to);
    one.extend(chain.iter().rev());
    let mut other = run(to, from);
    other.extend(chain);
    (one.len() >= 3 && other.len() >= 3).then_some([one, other])
}

/// Shells with the holes that lie in them.
fn assemble(rings: Vec<Ring>) -> Vec<Polygon> {
    let (shells, holes): (Vec<Ring>, Vec<Ring>) =
        rings.into_iter().partition(|ring| plane::doubled_area(ring) > 0);
    let mut polygons: Vec<Polygon> = shells.into_iter().map(|shell| vec![shell]).collect();
    for hole in holes {
        let probe = plane::between(hole[0], hole[1], 0.5);
        let home = polygons.iter().position(|polygon| plane::inside(&polygon[0], probe));
        if let Some(polygon) = home.and_then(|home| polygons.get_mut(home)) {
            polygon.push(hole);
        }
    }
    polygons
}
