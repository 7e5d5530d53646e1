//! Groups of neighbouring zones.

use std::collections::BTreeMap;

use super::super::super::land::plane::{self, Point};

/// Zones of a group at most.
const MOST: usize = 9;

/// Zones in groups: cut in halves across the longer way.
pub(super) fn grouped(places: &BTreeMap<usize, Point>) -> BTreeMap<usize, usize> {
    let all: Vec<(usize, Point)> = places.iter().map(|(zone, at)| (*zone, *at)).collect();
    let count = all.len().div_ceil(MOST).max(1);
    let mut out = BTreeMap::new();
    let mut next = 0;
    halve(all, count, &mut next, &mut out);
    out
}

fn halve(
    mut zones: Vec<(usize, Point)>,
    count: usize,
    next: &mut usize,
    out: &mut BTreeMap<usize, usize>,
) {
    if count <= 1 || zones.len() < 2 {
        *next += 1;
        out.extend(zones.iter().map(|(zone, _)| (*zone, *next)));
        return;
    }
    let points: Vec<Point> = zones.iter().map(|(_, at)| *at).collect();
    let [low, high] = plane::bounds(&points);
    let axis = usize::from(high[1] - low[1] > high[0] - low[0]);
    zones.sort_by_key(|(zone, at)| (at[axis], *zone));
    let first = count / 2;
    let rest = zones.split_off((zones.len() * first).div_ceil(count));
    halve(zones, first, next, out);
    halve(rest, count - first, next, out);
}

/// Moves one zone of the largest group to the group that it lies nearest to.
pub(super) fn recut(groups: &mut BTreeMap<usize, usize>, places: &BTreeMap<usize, Point>) {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    groups.values().for_each(|group| *sizes.entry(*group).or_default() += 1);
    let Some((largest, _)) = sizes.iter().max_by_key(|(_, size)| **size) else { return };
    let mut best: Option<(i64, usize, usize)> = None;
    for (zone, at) in places.iter().filter(|(zone, _)| groups.get(zone) == Some(largest)) {
        for (other, to) in places {
            let Some(group) = groups.get(other).copied().filter(|own| own != largest) else {
                continue;
            };
            let far = plane::distance(*at, *to) as i64;
            if sizes.get(&group).is_some_and(|size| *size < MOST)
                && best.is_none_or(|(least, ..)| far < least)
            {
                best = Some((far, *zone, group));
            }
        }
    }
    if let Some((_, zone, group)) = best {
        groups.insert(zone, group);
    }
}
