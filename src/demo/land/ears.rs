//! Stretches of road put together, so that each way begins and ends on another.

use std::collections::BTreeSet;

/// The stretches put together to ways that begin and end on what was there before them: first on
/// the anchors, then on earlier ways (an ear decomposition: Whitney 1932). Dead ends are left out.
pub(crate) fn ears(arcs: &[Vec<usize>], mut anchors: BTreeSet<usize>) -> Vec<Vec<usize>> {
    let ends: BTreeSet<usize> = arcs.iter().flat_map(|arc| [arc[0], arc[arc.len() - 1]]).collect();
    let is_node = |cell: &usize| ends.contains(cell);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for arc in arcs {
        let mut from = 0;
        for i in 1..arc.len() {
            if i == arc.len() - 1 || is_node(&arc[i]) || anchors.contains(&arc[i]) {
                parts.push(arc[from..=i].to_vec());
                from = i;
            }
        }
    }
    let mut used = vec![false; parts.len()];
    let mut out = Vec::new();
    loop {
        let before = out.len();
        for i in 0..parts.len() {
            if used[i] {
                continue;
            }
            let (a, b) = (parts[i][0], parts[i][parts[i].len() - 1]);
            used[i] = true;
            let Some(head) = lead(&parts, &used, &anchors, a, &[b]) else {
                used[i] = false;
                continue;
            };
            let mut way: Vec<usize> = head;
            way.reverse();
            way.extend_from_slice(&parts[i][1..]);
            let Some(tail) = lead(&parts, &used, &anchors, b, &way) else {
                used[i] = false;
                continue;
            };
            way.extend_from_slice(&tail[1..]);
            let on: BTreeSet<usize> = way.iter().copied().collect();
            for (used, part) in used.iter_mut().zip(&parts) {
                *used |= part.iter().all(|cell| on.contains(cell));
            }
            anchors.extend(on);
            out.push(way);
        }
        if out.len() == before {
            return out;
        }
    }
}

/// The way from a node over unused stretches to the nearest anchor, past nothing of `taken`.
fn lead(
    parts: &[Vec<usize>],
    used: &[bool],
    anchors: &BTreeSet<usize>,
    from: usize,
    taken: &[usize],
) -> Option<Vec<usize>> {
    let mut ways = vec![vec![from]];
    let mut seen: BTreeSet<usize> = taken.iter().copied().collect();
    seen.insert(from);
    let mut next = 0;
    while next < ways.len() {
        let way = ways[next].clone();
        let at = way[way.len() - 1];
        if anchors.contains(&at) {
            return Some(way);
        }
        for (part, _) in parts.iter().zip(used).filter(|(_, used)| !**used) {
            let (a, b) = (part[0], part[part.len() - 1]);
            let on: Vec<usize> = if a == at {
                part[1..].to_vec()
            } else if b == at {
                part[..part.len() - 1].iter().rev().copied().collect()
            } else {
                continue;
            };
            if seen.insert(on[on.len() - 1]) {
                ways.push(way.iter().copied().chain(on).collect());
            }
        }
        next += 1;
    }
    None
}
