//! The statutory plans: areas that tile the built-up land, their parcels, and one revision of each.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::Name;
use super::super::super::land::parcels::Block;
use super::super::super::land::plane::{self, Point, Polygon, Ring};
use super::super::super::land::random::Random;
use super::super::super::recipes::{cut_areas, union};
use super::super::land::{joined, without};
use super::controls::Control;

/// A statutory plan.
pub(crate) struct Plan {
    /// Its number, the same in all editions.
    pub(crate) id: String,
    /// Its place in the list.
    pub(crate) number: usize,
    /// The faces that it covers.
    pub(crate) faces: Vec<usize>,
    /// Its land.
    pub(crate) land: Vec<Polygon>,
    /// What it is named after.
    pub(crate) stem: Name,
    /// The day of its revision, and whether that was a full one.
    pub(crate) revised: Option<(Day, bool)>,
    random: Random,
}

/// A version of a plan's parcel.
#[derive(Clone)]
pub(crate) struct Piece {
    /// Its number.
    pub(crate) id: String,
    /// Its number in the plan.
    pub(crate) no: String,
    /// The plan's place in the list.
    pub(crate) plan: usize,
    /// Its land.
    pub(crate) land: Polygon,
    /// The block's place in the city's list, if it is no road, hill or water.
    pub(crate) block: Option<usize>,
    /// First day.
    pub(crate) from: Day,
    /// The day after its last.
    pub(crate) to: Option<Day>,
    /// What is planned.
    pub(crate) control: Control,
    /// The parcels it was made of.
    pub(crate) parents: Vec<String>,
    /// Whether the plan keeps, builds or renews.
    pub(crate) status: &'static str,
}

impl Piece {
    /// Square metres, as written.
    pub(crate) fn area(&self) -> f64 {
        (self.land.iter().map(|ring| plane::area(ring)).sum::<f64>() * 100.0).round() / 100.0
    }
}

/// The plans and their parcels.
pub(crate) fn plans(city: &City) -> (Vec<Plan>, Vec<Piece>) {
    let random = Random::new(city.options.seed, "statutory plans");
    let cutting = cut_areas(city, 36, true, &[], &random);
    let mut faces: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    if let Some((_, of)) = cutting.periods.first() {
        for (face, group) in of.iter().enumerate() {
            if let Some(group) = group {
                faces.entry(*group).or_default().push(face);
            }
        }
    }
    let blocks: BTreeMap<usize, usize> =
        city.blocks.iter().enumerate().map(|(block, own)| (own.face, block)).collect();
    // A plan needs land that is built on.
    faces.retain(|_, own| own.iter().any(|face| blocks.contains_key(face)));
    let mut all = Vec::new();
    let mut pieces = Vec::new();
    let mut taken = BTreeSet::new();
    for (number, own) in faces.into_values().enumerate() {
        let random = random.of(number as u64 + 16);
        let stem = stem(city, &own, &random, &mut taken);
        let mut draw = random.of(1);
        let full = draw.chance(0.6);
        let day = calendar::day(
            draw.whole(2012, 2024) as i32,
            draw.whole(1, 12) as i32,
            draw.whole(1, 28) as i32,
        );
        let id = format!("PL{:03}", number + 1);
        let land = union(city, &own);
        let mut plan =
            Plan { id, number, faces: own, land, stem, revised: Some((day, full)), random };
        let mut drawn = draw_parcels(city, &blocks, &plan);
        if !revises(&drawn, &plan) {
            plan.revised = None;
            drawn = draw_parcels(city, &blocks, &plan);
        }
        pieces.extend(drawn);
        all.push(plan);
    }
    (all, pieces)
}

/// A name that no plan has: after the community in its middle, or a made-up one.
fn stem(city: &City, faces: &[usize], random: &Random, taken: &mut BTreeSet<String>) -> Name {
    let face = faces
        .iter()
        .copied()
        .max_by_key(|face| plane::doubled_area(&city.streets.mesh.ring(*face)));
    let community = face.map(|face| city.areas.community(face, RECORDS_END).name.stem());
    let mut draw = random.of(2);
    let mut stem = community.unwrap_or_else(|| super::super::super::land::names::stem(&mut draw));
    for _ in 0..40 {
        if taken.insert(stem.zh.clone()) {
            break;
        }
        stem = super::super::super::land::names::stem(&mut draw);
    }
    stem
}

/// Whether the revision changes a use and a ratio.
fn revises(pieces: &[Piece], plan: &Plan) -> bool {
    let Some((day, _)) = plan.revised else { return true };
    let pairs = || {
        let new = pieces.iter().filter(move |own| own.from == day);
        new.filter_map(|own| {
            let same = |old: &&Piece| old.id == own.id && old.to == Some(day);
            pieces.iter().find(same).map(|old| (&old.control, &own.control))
        })
    };
    pairs().any(|(a, b)| a.usage != b.usage)
        && pairs().any(|(a, b)| a.usage == b.usage && (a.far - b.far).abs() > 0.05)
}

/// A parcel of an edition, before it is known which others change.
struct Draft {
    land: Polygon,
    block: usize,
    usage: [&'static str; 2],
}

fn draw_parcels(city: &City, blocks: &BTreeMap<usize, usize>, plan: &Plan) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut kerbs: Vec<&Ring> = Vec::new();
    let mut streets: Vec<usize> = Vec::new();
    let mut rest = Vec::new();
    for face in &plan.faces {
        match (blocks.get(face), city.streets.zones[*face]) {
            (Some(block), _) => {
                let own = &city.blocks[*block];
                kerbs.push(&own.kerb);
                streets.push(*face);
                drafts.extend(drafts_of(city, plan, *block, own));
            }
            (None, Zone::Hill) => rest.push(("E2", *face)),
            (None, Zone::River) => rest.push(("E1", *face)),
            (None, _) => streets.push(*face),
        }
    }
    let mut changes = changes(&mut drafts, plan);
    let mut last = None;
    let (mut block_no, mut place) = (0, 0);
    let (mut cut, mut joins) = (BTreeSet::new(), Vec::new());
    for (i, draft) in drafts.iter().enumerate() {
        if last != Some(draft.block) {
            (last, block_no, place) = (Some(draft.block), block_no + 1, 0);
        }
        place += 1;
        let no = format!("{block_no:02}-{place:02}");
        let change = changes.remove(&i);
        emit(city, plan, draft, &no, change, &mut out);
        if cut.insert(draft.block) {
            merge(plan, &drafts[i..], block_no, &mut joins);
        }
    }
    for join in joins {
        // What is joined ends with the edition before.
        out.retain(|own| own.from < join.from || !join.parents.contains(&own.id));
        for own in out.iter_mut().filter(|own| join.parents.contains(&own.id)) {
            own.to = Some(join.from);
        }
        out.push(join);
    }
    let roads = without(union(city, &streets), &kerbs);
    let rest = rest.into_iter().map(|(usage, face)| (usage, vec![city.streets.mesh.ring(face)]));
    let lands = roads.into_iter().map(|land| ("S2", land)).chain(rest);
    for (i, (usage, land)) in lands.enumerate() {
        let no = format!("{}-{:02}", if usage == "S2" { "S" } else { "E" }, i + 1);
        let control = Control::of(usage, 0.0, &mut plan.random.of(i as u64 + 64));
        out.push(Piece {
            id: format!("{}-{no}", plan.id),
            no,
            plan: plan.number,
            land,
            block: None,
            from: RECORDS_BEGIN,
            to: None,
            control,
            parents: Vec::new(),
            status: if usage == "S2" { "to_build" } else { "built" },
        });
    }
    out
}

/// The pieces of a block with the uses of both editions.
fn drafts_of(city: &City, plan: &Plan, block: usize, own: &Block) -> Vec<Draft> {
    let before = plan.revised.map_or(RECORDS_END, |(day, _)| day - 1);
    let town = city.streets.zones[own.face].is_built();
    // A plan says what fields in the town will be.
    let first = if town && city.opened[own.face] > before { RECORDS_END } else { before };
    let planned = own.scheme.as_ref().filter(|scheme| scheme.day("lapsed").is_none());
    let draft = |ring: &Ring| {
        let old = main_use(own, ring, first);
        let future = planned.and_then(|scheme| {
            scheme.day("planned")?;
            let plots = scheme.plots.iter().map(|plot| (&plot.ring, plot.usage));
            most(ring, plots)
                .filter(|(_, area)| *area > plane::area(ring) * 0.5)
                .map(|(usage, _)| usage)
        });
        let new = future.unwrap_or_else(|| main_use(own, ring, RECORDS_END));
        Draft { land: vec![ring.clone()], block, usage: [old, new] }
    };
    own.pieces.iter().map(draft).collect()
}

/// The use of most of the land in a ring on a day.
pub(super) fn main_use(block: &Block, ring: &[Point], at: Day) -> &'static str {
    let there = || block.parcels.iter().filter(move |own| own.valid(at));
    if let Some((usage, _)) = most(ring, there().map(|own| (&own.ring, own.usage))) {
        return usage;
    }
    let middle = plane::inner(ring);
    there().find(|own| plane::inside(&own.ring, middle)).map_or("E9", |own| own.usage)
}

/// The use of most of the rings that lie in a ring, and its area.
fn most<'r>(
    ring: &[Point],
    all: impl Iterator<Item = (&'r Ring, &'static str)>,
) -> Option<(&'static str, f64)> {
    let mut areas: BTreeMap<&'static str, f64> = BTreeMap::new();
    for (own, usage) in all.filter(|(own, _)| plane::inside(ring, plane::inner(own))) {
        *areas.entry(usage).or_default() += plane::area(own);
    }
    areas.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))
}

/// What a revision does to the drafts beside what the land itself has become: a new use, or a new
/// ratio.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Use,
    Ratio,
}

fn changes(drafts: &mut [Draft], plan: &Plan) -> BTreeMap<usize, Change> {
    let mut out = BTreeMap::new();
    let Some((_, full)) = plan.revised else { return out };
    let mut random = plan.random.of(3);
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    random.shuffle(&mut order);
    let wanted = if full { drafts.len().div_ceil(16).max(1) } else { 1 };
    let mut moved = 0;
    for i in &order {
        let own = &mut drafts[*i];
        if own.usage[0] != own.usage[1] {
            out.insert(*i, Change::Use);
            moved += 1;
        }
    }
    for i in &order {
        let own = &mut drafts[*i];
        if moved >= wanted || out.contains_key(i) {
            continue;
        }
        let choices: &[&'static str] = match own.usage[0] {
            "M1" => &["M0", "M0", "R2", "G1"],
            "R4" => &["R2", "R2", "G1"],
            "W0" => &["M0", "C1"],
            "E9" => &["GIC5", "R2", "G1"],
            "R2" => &["C1", "GIC7"],
            _ => continue,
        };
        own.usage[1] = *random.pick(choices);
        out.insert(*i, Change::Use);
        moved += 1;
    }
    let wanted = if full { drafts.len().div_ceil(12).max(1) } else { random.whole(1, 3) as usize };
    let denser = order.iter().filter(|i| {
        matches!(drafts[**i].usage[0], "R2" | "C1" | "M0" | "M1" | "GIC5" | "R4" | "W0" | "GIC4")
    });
    let denser: Vec<usize> =
        denser.copied().filter(|i| !out.contains_key(i)).take(wanted).collect();
    out.extend(denser.into_iter().map(|i| (i, Change::Ratio)));
    out
}

/// Writes the versions of a parcel.
fn emit(
    city: &City,
    plan: &Plan,
    draft: &Draft,
    no: &str,
    change: Option<Change>,
    out: &mut Vec<Piece>,
) {
    let id = format!("{}-{no}", plan.id);
    let random = plan.random.named(&id);
    let area: f64 = draft.land.iter().map(|ring| plane::area(ring)).sum();
    let control = Control::of(draft.usage[0], area, &mut random.of(0));
    let ring = &draft.land[0];
    let block = &city.blocks[draft.block];
    let status = |usage: &str, at: Day| match main_use(block, ring, at) {
        now if now == usage => "built",
        "E2" | "E9" => "to_build",
        _ => "renew",
    };
    let piece = |control: Control, from, to| Piece {
        id: id.clone(),
        no: no.to_owned(),
        plan: plan.number,
        land: draft.land.clone(),
        block: Some(draft.block),
        from,
        to,
        status: status(control.usage, from),
        control,
        parents: Vec::new(),
    };
    let Some((change, (day, _))) = change.zip(plan.revised) else {
        out.push(piece(control, RECORDS_BEGIN, None));
        return;
    };
    let mut draw = random.of(1);
    let later = match change {
        Change::Use => Control::of(draft.usage[1], area, &mut draw),
        Change::Ratio => control.denser(&mut draw),
    };
    out.push(piece(control, RECORDS_BEGIN, Some(day)));
    out.push(piece(later, day, None));
}

/// In some blocks a full revision joins two parcels of one use that lie side by side.
fn merge(plan: &Plan, drafts: &[Draft], block_no: usize, out: &mut Vec<Piece>) {
    let Some((day, true)) = plan.revised else { return };
    let [own, next, ..] = drafts else { return };
    let count = drafts.iter().take_while(|other| other.block == own.block).count();
    if count < 2 || !plan.random.of(own.block as u64 + 4_096).chance(0.4) {
        return;
    }
    let same = own.usage == next.usage && own.usage[0] == own.usage[1];
    let mut land = joined([&own.land[0], &next.land[0]].into_iter());
    if !same || land.len() != 1 {
        return;
    }
    let land = land.swap_remove(0);
    if land.len() != 1 {
        return;
    }
    let no = format!("{block_no:02}-{:02}", count + 1);
    let id = format!("{}-{no}", plan.id);
    let area = plane::area(&land[0]);
    let control = Control::of(own.usage[1], area, &mut plan.random.named(&id));
    out.push(Piece {
        id,
        no,
        plan: plan.number,
        land,
        block: Some(own.block),
        from: day,
        to: None,
        control,
        parents: [1, 2].map(|place| format!("{}-{block_no:02}-{place:02}", plan.id)).to_vec(),
        status: "built",
    });
}
