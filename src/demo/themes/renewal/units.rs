//! Renewal units: stages, ranges, parcels.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{self, Day};
use super::super::super::land::names::{self, Name};
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::land::renewal::{Covered, Scheme, Way};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::land::{floor_on, titles};

/// A renewal unit.
pub(crate) struct Unit<'c> {
    /// Its id.
    pub(crate) id: String,
    /// Its number as the list writes it.
    pub(crate) no: String,
    /// The block's place in the city's list.
    pub(crate) block: usize,
    /// What the city knows of it.
    pub(crate) scheme: &'c Scheme,
    /// What it is named after.
    pub(crate) stem: Name,
    /// Chance for it.
    pub(crate) random: Random,
}

/// The units: schemes of the city, as many as the layer has rows for.
pub(crate) fn units(city: &City) -> Vec<Unit<'_>> {
    let random = Random::new(city.options.seed, "renewal units");
    let target = city.layer("renewal.units").1.rows(city.options.scale);
    let mut order: Vec<(u64, usize)> = (0..city.blocks.len())
        .filter(|block| city.blocks[*block].scheme.is_some())
        .map(|block| (random.of(city.blocks[block].face as u64).next(), block))
        .collect();
    order.sort_unstable();
    let mut chosen: Vec<(Day, usize, &Scheme)> = Vec::new();
    let mut rows = 0;
    for (_, block) in order {
        let Some(scheme) = &city.blocks[block].scheme else { continue };
        let Some((_, listed)) = scheme.stages.first() else { continue };
        if rows + scheme.stages.len() > target + target / 12 {
            continue;
        }
        rows += scheme.stages.len();
        chosen.push((*listed, block, scheme));
    }
    chosen.sort_by_key(|(listed, block, _)| (*listed, *block));
    let mut of_year = (0, 0);
    let mut out = Vec::new();
    for (listed, block, scheme) in chosen {
        let year = calendar::civil(listed).0;
        of_year = if of_year.0 == year { (year, of_year.1 + 1) } else { (year, 1) };
        let random = random.of(city.blocks[block].face as u64).of(7);
        let stem = names::stem(&mut random.of(1));
        let (id, no) = (format!("RU{:03}", out.len() + 1), format!("LG{year}-{:03}", of_year.1));
        out.push(Unit { id, no, block, scheme, stem, random });
    }
    out
}

impl Unit<'_> {
    /// The unit's name.
    pub(crate) fn name(&self) -> Name {
        self.stem.with("城市更新单元", "Urban Renewal Unit")
    }

    /// The day the unit ended: lapsed, or done.
    pub(crate) fn ended(&self) -> Option<Day> {
        self.scheme.day("lapsed").or_else(|| self.scheme.day("done"))
    }

    /// The day it was listed.
    pub(crate) fn listed(&self) -> Day {
        self.scheme.stages.first().map_or(0, |(_, day)| *day)
    }

    /// The stages: code, first day, the day after the last.
    pub(crate) fn stages(&self) -> Vec<(&'static str, Day, Option<Day>)> {
        let all = &self.scheme.stages;
        let ends = all.iter().skip(1).map(|(_, day)| Some(*day)).chain([None]);
        all.iter().zip(ends).map(|((stage, from), to)| (*stage, *from, to)).collect()
    }

    /// The parcels in its range: what is covered, and the place in the city's list.
    pub(crate) fn parcels<'u>(&'u self, city: &'u City) -> Vec<(&'u Covered, [usize; 2])> {
        let parcels = &city.blocks[self.block].parcels;
        let cleared = self.scheme.parcels.iter().filter(|own| own.cleared);
        let place = |own: &'u Covered| {
            let place = parcels.iter().position(|parcel| parcel.id == own.id)?;
            Some((own, [self.block, place]))
        };
        cleared.filter_map(place).collect()
    }

    /// The buildings in its range on a day.
    pub(crate) fn buildings<'u>(&'u self, city: &'u City, at: Day) -> Vec<&'u Building> {
        let places = self.parcels(city).into_iter().map(|(_, place)| place);
        places.flat_map(|place| city.buildings_on(place)).filter(|own| own.valid(at)).collect()
    }

    /// Per cent of the range's land whose title is lawful or handled on a day.
    fn lawful_share(&self, city: &City, at: Day) -> f64 {
        let (mut lawful, mut whole) = (0.0, 0.0);
        for (own, place) in self.parcels(city) {
            let area = written(plane::area(&own.ring));
            whole += area;
            let title = title_at(city, place, at);
            lawful += if matches!(title, "lawful" | "handled") { area } else { 0.0 };
        }
        (lawful / whole * 1_000.0).round() / 10.0
    }
}

/// Square metres as layers write them.
pub(super) fn written(area: f64) -> f64 {
    (area * 100.0).round() / 100.0
}

/// The title of a parcel on a day, or the last it had.
fn title_at(city: &City, place: [usize; 2], at: Day) -> &'static str {
    let all = titles(city, place);
    all.iter()
        .rfind(|(from, ..)| *from <= at)
        .or(all.first())
        .map_or("lawful", |(.., title)| *title)
}

/// The ratio planned for a parcel that is a plot of a scheme.
pub(crate) fn planned_far(city: &City, place: [usize; 2]) -> Option<f64> {
    let scheme = city.blocks[place[0]].scheme.as_ref()?;
    let ring = &city.parcel(place).ring;
    scheme.plots.iter().find(|plot| plot.ring == *ring)?.far
}

pub(super) fn unit_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for unit in units(city) {
        let mut random = unit.random.of(2);
        let scheme = unit.scheme;
        let kind = match scheme.way {
            Way::Demolish => "demolish",
            Way::Improve => "improve",
            Way::Mixed => "mixed",
        };
        let listed = unit.listed();
        let (year, month, day) = calendar::civil(listed);
        let expires = calendar::day(year + 2, month, day.min(28));
        let old: f64 = unit.buildings(city, listed).iter().map(|own| own.floor_area()).sum();
        let old = if old > 0.0 { old } else { estimated(city, &unit) };
        let reached = scheme.day("actor").is_some();
        let applicant =
            *random.pick(&["holder", "stock", "stock", "developer", "developer", "gov"]);
        for (stage, from, to) in unit.stages() {
            let planned = !matches!(stage, "listed" | "lapsed");
            let acting = reached && scheme.day("actor").is_some_and(|day| day <= from);
            let row = Row::new(unit.id.clone(), Shape::Polygons(vec![vec![scheme.unit.clone()]]))
                .named(unit.name())
                .during(from, to)
                .set("unit_no", unit.no.clone())
                .set("kind", kind)
                .set("stage", stage)
                .set("gfa_plan", planned.then(|| scheme.floor_area()))
                .set("gfa_old", old)
                .set("expires_on", (stage == "listed").then_some(expires))
                .set("actor_id", acting.then(|| actor_id(&unit)))
                .set("applicant", applicant)
                .set("aim", aim(scheme))
                .set(
                    "batch",
                    format!("{year}年第{}批", ["一", "二", "三", "四"][(month as usize - 1) / 3]),
                );
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Floor area where no building is known.
fn estimated(city: &City, unit: &Unit<'_>) -> f64 {
    let floor = |(own, place): (&Covered, [usize; 2])| {
        let each = if city.parcel(place).usage == "R4" { 2.1 } else { 1.2 };
        plane::area(&own.ring) * each
    };
    unit.parcels(city).into_iter().map(floor).sum::<f64>().round()
}

/// The id of the body that carries a unit out.
pub(super) fn actor_id(unit: &Unit<'_>) -> String {
    unit.id.replace("RU", "RA")
}

/// What most of the planned floor is for.
fn aim(scheme: &Scheme) -> &'static str {
    let floor = |usage: &str| -> f64 {
        let own = scheme.plots.iter().filter(|plot| plot.usage == usage);
        own.map(|plot| plot.far.unwrap_or(0.0) * plane::area(&plot.ring)).sum()
    };
    let all = [("housing", floor("R2")), ("commerce", floor("C1")), ("new_industry", floor("M0"))];
    let most = all.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    most.filter(|(_, floor)| *floor > 0.0).map_or("public", |(aim, _)| aim)
}

pub(super) fn demolition_ranges(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for unit in units(city).into_iter().filter(|own| own.scheme.way != Way::Improve) {
        let mut random = unit.random.of(3);
        let phase = random.whole(1, 2);
        let last = unit.scheme.day("building").map_or(Day::MAX, |day| day - 1);
        for (stage, from, to) in unit.stages() {
            if matches!(stage, "lapsed" | "done") {
                continue;
            }
            let there = unit.buildings(city, from.min(last));
            let residents: i64 = there.iter().map(|own| own.residents()).sum();
            let floor: f64 = there.iter().map(|own| own.floor_area()).sum();
            let datum = if from < calendar::day(2019, 1, 1) { "sz" } else { "cgcs2000" };
            let shape = Shape::Polygons(vec![vec![unit.scheme.range.clone()]]);
            let row = Row::new(unit.id.replace("RU", "RD"), shape)
                .named(unit.stem.with("拆除范围", "Demolition Range"))
                .during(from, to)
                .set("unit_id", unit.id.clone())
                .set("phase", phase)
                .set("buildings", there.len())
                .set("floor_m2", floor)
                .set("residents", residents)
                .set("lawful_share", unit.lawful_share(city, from.min(last)))
                .set("datum", datum);
            sheet.add(row)?;
        }
    }
    Ok(())
}

pub(super) fn unit_parcels(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for unit in units(city) {
        for (own, place) in unit.parcels(city) {
            let parcel = city.parcel(place);
            let mut random = unit.random.named(&own.id);
            let holder = match parcel.usage {
                "R4" => *random.pick(&["stock", "stock", "person"]),
                _ if own.title == "state" => "gov",
                "M1" | "W0" => *random.pick(&["stock", "stock", "enterprise"]),
                _ => "enterprise",
            };
            let floor = floor_on(city, place, unit.listed());
            let proof = format!("深房地字第6000{:06}号", random.whole(100_000, 999_999));
            // Of some the proof of title is found only for the unit's plan.
            let found = unit
                .scheme
                .day("planned")
                .filter(|_| own.title != "unsettled" && random.chance(0.45));
            let known = own.title != "unsettled" && (found.is_some() || random.chance(0.8));
            let all = titles(city, place);
            let mut spans: Vec<(Day, Option<Day>, &'static str, bool)> =
                all.into_iter().map(|(from, to, title)| (from, to, title, known)).collect();
            if let (Some(day), [(from, to, title, _)]) = (found, spans.as_slice()) {
                spans = vec![(*from, Some(day), *title, false), (day, *to, *title, true)];
            }
            for (from, to, title, known) in spans {
                let from = from.max(unit.listed());
                let to = [to, unit.ended()].into_iter().flatten().min();
                if to.is_some_and(|to| to <= from) {
                    continue;
                }
                let shape = Shape::Point(plane::inner(&own.ring));
                let row = Row::new(format!("{}-{}", unit.id, &own.id), shape)
                    .during(from, to)
                    .set("unit_id", unit.id.clone())
                    .set("parcel_id", own.id.clone())
                    .set("title", title)
                    .set("area_m2", written(plane::area(&own.ring)))
                    .set("holder_kind", holder)
                    .set("certificate_no", known.then(|| proof.clone()))
                    .set("floor_m2", floor);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
