//! Faces of the mesh put together, and the lines between groups of them.

use std::collections::{BTreeMap, BTreeSet};

use super::mesh::Mesh;
use super::plane::{self, Point, Polygon, Ring};

impl Mesh {
    /// The union of the faces chosen, as polygons whose borders hold every shared point.
    pub(crate) fn union(&self, chosen: impl Fn(usize) -> bool) -> Vec<Polygon> {
        self.union_of(&(0..self.len()).filter(|face| chosen(*face)).collect())
    }

    /// The union of these faces.
    pub(crate) fn union_of(&self, faces: &BTreeSet<usize>) -> Vec<Polygon> {
        let chosen = |face: usize| faces.contains(&face);
        let mut out: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for ids in faces.iter().map(|face| &self.faces[*face]) {
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

    /// The lines between groups of faces: for each stretch the groups to its left and right
    /// (`None` outside) and its points. Each pair of groups is told once.
    pub(crate) fn borders<G: Copy + Ord>(
        &self,
        group: impl Fn(usize) -> Option<G>,
    ) -> Vec<([Option<G>; 2], Vec<Point>)> {
        let mut edges: BTreeMap<[Option<G>; 2], BTreeMap<u32, Vec<u32>>> = BTreeMap::new();
        for (face, ids) in self.faces.iter().enumerate() {
            for (i, a) in ids.iter().enumerate() {
                let b = ids[(i + 1) % ids.len()];
                let other = self.left.get(&(b, *a)).and_then(|face| group(*face as usize));
                let own = group(face);
                if own > other {
                    edges.entry([own, other]).or_default().entry(*a).or_default().push(b);
                }
            }
        }
        let mut out = Vec::new();
        for (pair, mut next) in edges {
            let ends: BTreeSet<u32> = next.values().flatten().copied().collect();
            let mut starts: Vec<u32> = next.keys().copied().filter(|v| !ends.contains(v)).collect();
            starts.reverse();
            while let Some(start) = starts.pop().or_else(|| next.keys().next().copied()) {
                let mut line = vec![start];
                while let Some(ways) = next.get_mut(&line[line.len() - 1]) {
                    let from = line[line.len() - 1];
                    line.extend(ways.pop());
                    if ways.is_empty() {
                        next.remove(&from);
                    }
                }
                if line.len() > 1 {
                    out.push((pair, line.into_iter().map(|v| self.point(v)).collect()));
                }
            }
        }
        out
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
