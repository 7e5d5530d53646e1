//! Ridge lines: from each top along the highest ground to one that is higher, or down a spur.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::grid::{self, Grid};
use super::super::super::land::names;
use super::super::super::land::plane;
use super::super::super::land::relief::chaikin;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::{smoothed, tenth, tops};

/// The longest way between two tops, in cells.
const LONGEST: usize = 60;

pub(super) fn ridges(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let height = smoothed(&city.relief.height, 1);
    let mut net: BTreeSet<usize> = BTreeSet::new();
    let mut number = 0;
    for top in tops(city, 620.0) {
        if sheet.count >= target {
            break;
        }
        let path = crest(city, &height, &net, top);
        net.extend(&path);
        net.insert(top);
        let points: Vec<[f64; 2]> = path.iter().map(|cell| grid::middle(*cell)).collect();
        let kept: Vec<[f64; 2]> = points
            .iter()
            .enumerate()
            .filter(|(i, _)| i % 3 == 0 || i + 1 == points.len())
            .map(|(_, p)| *p)
            .collect();
        if kept.len() < 3 {
            continue;
        }
        let line = chaikin(&chaikin(&chaikin(&kept)));
        number += 1;
        let mut random = sheet.random.of(top as u64);
        let heights = || path.iter().map(|cell| city.relief.height[*cell]);
        let (low, high) = heights().fold((f64::MAX, f64::MIN), |(a, b), h| (a.min(h), b.max(h)));
        let parts = parting(city, &path);
        let row = Row::new(
            sheet.number(number),
            Shape::Line(line.into_iter().map(plane::from_metres).collect()),
        )
        .named(names::stem(&mut random).with("岭", "Ridge"))
        .set("rank", if parts && high > 180.0 { "1" } else { "2" })
        .set("top_m", tenth(high))
        .set("foot_m", tenth(low))
        .set("watershed", parts);
        sheet.add(row)?;
    }
    Ok(())
}

/// Whether the water to the two sides of most of a line comes to different streams.
fn parting(city: &City, path: &[usize]) -> bool {
    let parted = |cell: &&usize| {
        let own = city.relief.drains_to[**cell];
        grid::around(**cell, &grid::EIGHT).any(|(other, _)| city.relief.drains_to[other] != own)
    };
    path.iter().filter(parted).count() * 2 > path.len()
}

/// The way from a top over the highest ground to the ridges that are known, or, where none is near,
/// down the longest spur.
fn crest(city: &City, height: &Grid<f64>, net: &BTreeSet<usize>, top: usize) -> Vec<usize> {
    let wild = |cell: usize| {
        city.streets.inside[cell] && city.streets.hill[cell] && city.relief.above[cell] > 18.0
    };
    let mut best: BTreeMap<usize, (u64, usize, usize)> = BTreeMap::from([(top, (0, top, 0))]);
    let mut queue = BinaryHeap::from([Reverse((0_u64, top))]);
    let mut spur = (0, top);
    let mut end = None;
    while let Some(Reverse((cost, cell))) = queue.pop() {
        let Some((least, _, steps)) = best.get(&cell).copied() else { continue };
        if cost > least {
            continue;
        }
        if cell != top && net.contains(&cell) {
            end = Some(cell);
            break;
        }
        // A spur ends on a nose: where no water comes from above.
        let nose =
            grid::around(cell, &grid::EIGHT).all(|(other, _)| city.relief.down[other] != cell);
        if nose && (8..26).contains(&steps) && steps > spur.0 {
            spur = (steps, cell);
        }
        if steps >= LONGEST {
            continue;
        }
        for (next, far) in grid::around(cell, &grid::EIGHT).filter(|(next, _)| wild(*next)) {
            // Low ground beside what is higher is hard to pass, most of all where water gathers.
            let lift = grid::around(next, &grid::SIXTEEN)
                .map(|(other, _)| (height[other] - height[next]).max(0.0))
                .sum::<f64>();
            let drop = (height[cell] - height[next]).max(0.0);
            let more = cost + (far * (1.0 + 0.06 * lift + 0.05 * drop)) as u64 + 1;
            if best.get(&next).is_none_or(|(least, ..)| more < *least) {
                best.insert(next, (more, cell, steps + 1));
                queue.push(Reverse((more, next)));
            }
        }
    }
    let mut path = vec![end.unwrap_or(spur.1)];
    while let Some((_, before, _)) =
        best.get(&path[path.len() - 1]).filter(|(_, own, _)| *own != path[path.len() - 1])
    {
        path.push(*before);
    }
    path.reverse();
    path
}
