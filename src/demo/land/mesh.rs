//! A plane cut into faces that share their borders to the bit, whatever is cut later.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::plane::{self, Point, Ring};

/// Faces over shared points. A point put on an edge is put into both faces beside it.
pub(crate) struct Mesh {
    pub(super) points: Vec<Point>,
    pub(super) faces: Vec<Vec<u32>>,
    /// What each face was cut from: see [`Mesh::seal`].
    origins: Vec<u32>,
    /// The face to the left of each directed edge.
    pub(super) left: FxHashMap<(u32, u32), u32>,
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
    pub(crate) fn new(ring: &[Point]) -> Self {
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
    pub(crate) fn len(&self) -> usize {
        self.faces.len()
    }

    /// The face's ring.
    pub(crate) fn ring(&self, face: usize) -> Ring {
        self.faces[face].iter().map(|v| self.points[*v as usize]).collect()
    }

    /// The face's edges: both ends, and the way along it.
    pub(crate) fn bounds(&self, face: usize) -> Vec<(Point, Point, Option<u32>)> {
        let ids = &self.faces[face];
        let edge = |i: usize| {
            let (a, b) = (ids[i], ids[(i + 1) % ids.len()]);
            (self.points[a as usize], self.points[b as usize], self.way(a, b))
        };
        (0..ids.len()).map(edge).collect()
    }

    /// The face that the face was part of when [`Mesh::seal`] was called.
    pub(crate) fn origin(&self, face: usize) -> usize {
        self.origins[face] as usize
    }

    /// Makes the faces of now the origins of those cut from them later.
    pub(crate) fn seal(&mut self) {
        self.origins = (0..self.faces.len() as u32).collect();
    }

    /// The face that holds the point.
    pub(crate) fn face_at(&self, p: Point) -> Option<usize> {
        (0..self.len()).find(|face| plane::inside(&self.ring(*face), p))
    }

    /// The faces beside the face, each once, in rising order.
    pub(crate) fn neighbours(&self, face: usize) -> Vec<usize> {
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
    pub(crate) fn ways(&self) -> BTreeMap<(u32, u32), (u32, [Option<usize>; 2])> {
        let face = |a, b| self.left.get(&(a, b)).map(|f| *f as usize);
        self.ways.iter().map(|(&(a, b), way)| ((a, b), (*way, [face(a, b), face(b, a)]))).collect()
    }

    /// The point of that number.
    pub(crate) fn point(&self, number: u32) -> Point {
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
    pub(crate) fn cut(&mut self, line: &[Point], way: Option<u32>, snap: f64) {
        // A road goes on where it leaves a splinter; a line that is none does not.
        let least = if way.is_some() { 60.0 } else { 2_000.0 };
        let met = self.meet(line, snap);
        for pair in met.windows(2) {
            let ((from, u), (to, w)) = (pair[0], pair[1]);
            if u == w {
                continue;
            }
            if self.left.contains_key(&(u, w)) || self.left.contains_key(&(w, u)) {
                if let Some(way) = way {
                    self.ways.entry((u.min(w), u.max(w))).or_insert(way);
                }
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
            // Where the line leaves an edge at too small an angle, it leaves it later.
            let n = chain.len();
            let cuts = (0..4).flat_map(|a| (0..4).map(move |b| (a, b))).filter(|(a, b)| a + b <= n);
            let fitting = face.and_then(|face| {
                let chain = |(a, b): (usize, usize)| &chain[a..n - b];
                cuts.map(chain)
                    .find(|chain| self.fits(face, u, w, chain, least))
                    .map(|c| (face, c.to_vec()))
            });
            if let Some((face, chain)) = fitting {
                self.connect(face, u, w, &chain, way);
            }
        }
    }

    /// Whether a cut along `chain` touches neither itself nor the face's border on its way, and
    /// leaves at least so many square metres on either side.
    fn fits(&self, face: usize, u: u32, w: u32, chain: &[Point], least: f64) -> bool {
        let (from, to) = (self.point(u), self.point(w));
        let line: Vec<Point> =
            [from].into_iter().chain(chain.iter().copied()).chain([to]).collect();
        let ring = self.ring(face);
        let bounds = plane::bounds(&line);
        let border: Vec<(Point, Point)> = plane::edges(&ring)
            .filter(|(a, b)| plane::meets(bounds, plane::bounds(&[*a, *b])))
            .collect();
        let last = line.len() - 2;
        let clear = |i: usize| {
            let (a, b) = (line[i], line[i + 1]);
            let ends = |p: Point| (i == 0 && p == from) || (i == last && p == to);
            let own = (i + 1..=last).all(|j| {
                let (c, d) = (line[j], line[j + 1]);
                if j == i + 1 { a != d } else { plane::crossing(a, b, c, d).is_none() }
            });
            own && border
                .iter()
                .all(|(c, d)| ends(*c) || ends(*d) || plane::crossing(a, b, *c, *d).is_none())
        };
        // Seen from its ends, the cut must lead into the face, not along its border.
        let narrow = |at: Point, next: Point| {
            let way = plane::direction(at, next);
            plane::edges(&ring).any(|(c, d)| {
                let other = if c == at {
                    d
                } else if d == at {
                    c
                } else {
                    return false;
                };
                let edge = plane::direction(at, other);
                way[0] * edge[0] + way[1] * edge[1] > 0.993
            })
        };
        let n = ring.len();
        let (Some(i), Some(j)) = (
            self.faces[face].iter().position(|v| *v == u),
            self.faces[face].iter().position(|v| *v == w),
        ) else {
            return false;
        };
        let mut part: Ring = line.clone();
        part.pop();
        part.extend((0..(i + n - j) % n).map(|k| ring[(j + k) % n]));
        let (one, whole) = (plane::area(&part).abs(), plane::area(&ring));
        (0..=last).all(clear)
            && !narrow(from, line[1])
            && !narrow(to, line[last])
            && one.min(whole - one) > least
    }

    /// The points at which the line meets the edges, put on them, by how far along the line (its
    /// point's number and the part to the next).
    fn meet(&mut self, line: &[Point], snap: f64) -> Vec<(f64, u32)> {
        let mut edges: Vec<(u32, u32)> =
            self.left.keys().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut met = Vec::new();
        let bounds = plane::bounds(line);
        for (a, b) in edges {
            let (from, to) = (self.point(a), self.point(b));
            if !plane::meets(bounds, plane::bounds(&[from, to])) {
                continue;
            }
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

    /// Cuts the face through `at` along `axis`, unless `accept` refuses the two parts; between its
    /// ends the cut passes the points that `bend` gives. Gives the new face.
    pub(crate) fn divide(
        &mut self,
        face: usize,
        (at, axis): (Point, [f64; 2]),
        snap: f64,
        bend: impl Fn(Point, Point) -> Vec<Point>,
        way: Option<u32>,
        accept: impl Fn(&[Point], &[Point]) -> bool,
    ) -> Option<usize> {
        let ring = self.ring(face);
        let [from, to] = hits(&ring, at, axis, snap)?;
        let chain = bend(from.at, to.at);
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
