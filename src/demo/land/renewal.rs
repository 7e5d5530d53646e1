//! Renewal: where old parcels are put together, cleared and built on anew, and by which stages.

use std::collections::BTreeMap;

use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::fabric::Zone;
use super::parcels::{Survey, Tree};
use super::plane::{self, Ring};
use super::random::Random;
use super::streets::Streets;

/// Schemes in the district.
const SCHEMES: usize = 46;

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Old buildings come down.
    Demolish,
    /// They are improved.
    Improve,
    /// A part comes down.
    Mixed,
}

/// The stages in their order, by code; `lapsed` may follow any before `building`.
pub(crate) const STAGES: [&str; 7] =
    ["listed", "planned", "actor", "land", "building", "done", "lapsed"];

/// A parcel that a scheme covers.
pub(crate) struct Covered {
    /// The parcel's number.
    pub(crate) id: String,
    /// Its border.
    pub(crate) ring: Ring,
    /// Code of its title.
    pub(crate) title: &'static str,
    /// Whether it lies in the range that is cleared.
    pub(crate) cleared: bool,
}

/// A piece of land as it is planned.
pub(crate) struct Plot {
    /// Its border.
    pub(crate) ring: Ring,
    /// Code of its use.
    pub(crate) usage: &'static str,
    /// Floor area by land area; `None` for land given to the public.
    pub(crate) far: Option<f64>,
}

/// A renewal scheme.
pub(crate) struct Scheme {
    /// What is done.
    pub(crate) way: Way,
    /// Stages and the days they were reached.
    pub(crate) stages: Vec<(&'static str, Day)>,
    /// The border of the unit.
    pub(crate) unit: Ring,
    /// The border of what is cleared.
    pub(crate) range: Ring,
    /// The parcels that it covers.
    pub(crate) parcels: Vec<Covered>,
    /// What is planned on the cleared land.
    pub(crate) plots: Vec<Plot>,
}

impl Scheme {
    /// The day a stage was reached.
    pub(crate) fn day(&self, stage: &str) -> Option<Day> {
        self.stages.iter().find(|(own, _)| *own == stage).map(|(_, day)| *day)
    }

    /// The planned floor area: of each plot its ratio by its land, each as written.
    pub(crate) fn floor_area(&self) -> f64 {
        let floor = |plot: &Plot| {
            plot.far.map(|far| far * (plane::area(&plot.ring) * 100.0).round() / 100.0)
        };
        (self.plots.iter().filter_map(floor).sum::<f64>() * 100.0).round() / 100.0
    }
}

/// The faces in which a scheme is listed, and the day.
pub(crate) fn places(seed: u64, streets: &Streets, opened: &[Day]) -> BTreeMap<usize, Day> {
    let random = Random::new(seed, "renewal");
    // By quarter, so that a finer city has its schemes in the same places.
    let mut best: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    for (face, opened) in opened.iter().enumerate() {
        let area = plane::area(&streets.mesh.ring(face));
        let old = *opened == RECORDS_BEGIN;
        let fits = matches!(streets.zones[face], Zone::Village | Zone::Industry | Zone::Town);
        if old && fits && area > 40_000.0 {
            let own = best.entry(streets.mesh.origin(face)).or_insert((0.0, face));
            if area > own.0 {
                *own = (area, face);
            }
        }
    }
    let mut order: Vec<(u64, usize)> = best
        .into_iter()
        .map(|(quarter, (_, face))| {
            let mut random = random.of(quarter as u64);
            let last = if streets.zones[face] == Zone::Town { 1_u64 << 63 } else { 0 };
            (last / 2 + random.next() / 2, face)
        })
        .collect();
    order.sort_unstable();
    let listed = |(_, face): (u64, usize)| {
        let mut random = random.of(face as u64 | 1 << 40);
        let day = calendar::day(2011, 1, 1) + random.whole(0, 365 * 14) as Day;
        (face, day)
    };
    order.into_iter().take(SCHEMES).map(listed).collect()
}

/// Cuts the part of the land that a scheme takes, a piece of one to five hectares, into the parcels
/// of before; gives their pieces.
pub(crate) fn part(survey: &mut Survey, tree: &mut Tree, zone: Zone) -> Option<Vec<usize>> {
    let area = |survey: &Survey, tree: &Tree| plane::area(&survey.border(&tree.faces()));
    if let Tree::Node(a, b) = tree {
        return part(survey, a, zone).or_else(|| part(survey, b, zone));
    }
    let whole = area(survey, tree);
    let Tree::Leaf(face) = *tree else { return None };
    if whole > 60_000.0 {
        *tree = survey.cut_down(face, 34_000.0);
        return if let Tree::Node(..) = tree { part(survey, tree, zone) } else { None };
    }
    if whole < 11_000.0 {
        return None;
    }
    let largest: f64 = if zone == Zone::Village { 2_600.0 } else { 4_600.0 };
    *tree = survey.cut_down(face, largest.max(whole / 12.0));
    Some(tree.faces()).filter(|faces| faces.len() > 3)
}

/// Writes the history of the land of a scheme.
pub(crate) fn carry_out(survey: &mut Survey, tree: &Tree, listed: Day, zone: Zone) -> Scheme {
    let way = match survey.random.weighed([0.72, 0.14, 0.14].into_iter()) {
        0 => Way::Demolish,
        1 => Way::Improve,
        _ => Way::Mixed,
    };
    let stages = stages(&mut survey.random, listed);
    let range: Vec<usize> = match (way, tree) {
        (Way::Mixed, Tree::Node(a, b)) => {
            let area = |t: &Tree| plane::area(&survey.border(&t.faces()));
            if area(a) > area(b) { a.faces() } else { b.faces() }
        }
        _ => tree.faces(),
    };
    let cleared = stages
        .iter()
        .find(|(stage, _)| *stage == "building" && way != Way::Improve)
        .map(|(_, day)| *day);
    let mut parcels = Vec::new();
    for face in tree.faces() {
        let id = survey.number();
        let usage = match zone {
            Zone::Village => *survey.random.pick(&["R4", "R4", "R4", "R4", "C1"]),
            Zone::Industry => *survey.random.pick(&["M1", "M1", "M1", "M1", "W0"]),
            _ => *survey.random.pick(&["R2", "R2", "C1", "M1"]),
        };
        let inside = range.contains(&face);
        survey.record(&id, &[face], usage, (RECORDS_BEGIN, cleared.filter(|_| inside)), &[]);
        let shares = [0.52, 0.16, 0.24, 0.08];
        let title =
            ["lawful", "handled", "unsettled", "state"][survey.random.weighed(shares.into_iter())];
        let ring = survey.border(&[face]);
        parcels.push(Covered { id, ring, title, cleared: inside });
    }
    let plots = if way == Way::Improve { Vec::new() } else { plots(survey, tree, &range, zone) };
    if let Some(day) = cleared {
        let old: Vec<String> =
            parcels.iter().filter(|own| own.cleared).map(|own| own.id.clone()).collect();
        for (faces, plot) in &plots {
            let id = survey.number();
            survey.record(&id, faces, plot.usage, (day, None), &old);
        }
    }
    Scheme {
        way,
        stages,
        unit: survey.border(&tree.faces()),
        range: survey.border(&range),
        parcels,
        plots: plots.into_iter().map(|(_, plot)| plot).collect(),
    }
}

/// The days on which the stages were reached.
fn stages(random: &mut Random, listed: Day) -> Vec<(&'static str, Day)> {
    let mut out = vec![(STAGES[0], listed)];
    let mut day = listed;
    for stage in &STAGES[1..6] {
        let months = match *stage {
            "planned" => random.whole(10, 30),
            "done" => random.whole(26, 48),
            _ => random.whole(5, 22),
        };
        day += (months * 30 + random.whole(0, 29)) as Day;
        if day > RECORDS_END {
            break;
        }
        if *stage != "done" && *stage != "building" && random.chance(0.05) {
            out.push((STAGES[6], day));
            break;
        }
        out.push((stage, day));
    }
    out
}

/// The cleared land as it is planned: at least 15 % and 3,000 m² of it for the public.
fn plots(survey: &mut Survey, tree: &Tree, range: &[usize], zone: Zone) -> Vec<(Vec<usize>, Plot)> {
    let whole = plane::area(&survey.border(range));
    let mut groups = Vec::new();
    gather(survey, tree, range, whole * 0.42, &mut groups);
    groups.sort_by(|a, b| plane::area(&a.1).total_cmp(&plane::area(&b.1)));
    let mut public = 0.0;
    let count = groups.len();
    let mut out = Vec::new();
    for (i, (faces, ring)) in groups.into_iter().enumerate() {
        let area = plane::area(&ring);
        let enough = public >= whole * 0.15 && public >= 3_000.0;
        let (usage, far) = if !enough && i + 1 < count {
            public += area;
            let choices: &[&'static str] =
                if area > 9_000.0 { &["GIC5", "G1"] } else { &["G1", "G1", "GIC2", "U9", "S4"] };
            (*survey.random.pick(choices), None)
        } else {
            let choices: &[&'static str] = if zone == Zone::Industry {
                &["M0", "M0", "R2", "C1"]
            } else {
                &["R2", "R2", "C1"]
            };
            let far = (survey.random.range(3.2, 7.4) * 10.0).round() / 10.0;
            (*survey.random.pick(choices), Some(far))
        };
        out.push((faces, Plot { ring, usage, far }));
    }
    out
}

/// Subtrees of the range that are no larger than `largest`.
fn gather(
    survey: &Survey,
    tree: &Tree,
    range: &[usize],
    largest: f64,
    out: &mut Vec<(Vec<usize>, Ring)>,
) {
    let faces = tree.faces();
    if !faces.iter().any(|face| range.contains(face)) {
        return;
    }
    let whole = faces.iter().all(|face| range.contains(face));
    let ring = survey.border(&faces);
    match tree {
        Tree::Node(a, b) if !whole || plane::area(&ring) > largest => {
            gather(survey, a, range, largest, out);
            gather(survey, b, range, largest, out);
        }
        _ => out.push((faces, ring)),
    }
}
