//! Water supply and drainage: works, plants, outfalls, pressure.

use std::collections::{BTreeMap, BTreeSet};

use super::super::DemoError;
use super::super::city::{City, Entity};
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::fabric::Zone;
use super::super::land::grid;
use super::super::land::names::{self, Name};
use super::super::land::plane::{self, Point, metres};
use super::super::land::random::Random;
use super::super::sheet::{Cell, Row, Shape, Sheet, Span};
use super::roads::{day_in, near};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "water_works" => water_works(sheet),
        "treatment_plants" => treatment_plants(sheet),
        "outfalls" => outfalls(sheet),
        "pressure_readings" => pressure_readings(sheet),
        _ => Ok(()),
    }
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    if layer != "water_mains" {
        return Ok(row);
    }
    let year = match row.span.start() {
        RECORDS_BEGIN => sheet.random.named(&row.id).whole(1985, 2009) as i32,
        day => calendar::civil(day).0,
    };
    Ok(row.set("laid_year", year))
}

/// Parcels of a use that are not taken, the best first, none near another.
fn grounds(
    city: &City,
    usage: &str,
    used: &BTreeSet<String>,
    count: usize,
    score: impl Fn(Point, f64) -> f64,
) -> Vec<[usize; 2]> {
    let fits = |p: &super::super::land::parcels::Parcel| {
        p.usage == usage && p.to.is_none() && !used.contains(&p.id)
    };
    let mut all: Vec<(i64, [usize; 2])> = city
        .parcels()
        .filter(|(_, p)| fits(p))
        .map(|(place, p)| {
            // Old works stand on land that is old.
            let old = if p.from == RECORDS_BEGIN { 3.0 } else { 0.0 };
            (-((score(plane::inner(&p.ring), p.area()) + old) * 1e3) as i64, place)
        })
        .collect();
    all.sort_unstable();
    let mut out: Vec<[usize; 2]> = Vec::new();
    for least in [3_500.0, 1_500.0, 0.0] {
        for (_, place) in &all {
            let at = plane::inner(&city.parcel(*place).ring);
            let far = |other: &[usize; 2]| {
                plane::distance(plane::inner(&city.parcel(*other).ring), at) > metres(least)
            };
            if out.len() < count && !out.contains(place) && out.iter().all(far) {
                out.push(*place);
            }
        }
    }
    out
}

/// The parcels of the water works.
pub(crate) fn work_sites(city: &City) -> Result<Vec<[usize; 2]>, DemoError> {
    let reservoirs = city.entities("water.reservoirs")?;
    let score = |at: Point, area: f64| {
        let own = near::entity(&reservoirs, at, |_| true);
        area.min(40_000.0) / 1e4 - own.map_or(0.0, |own| near::away(own, at) as f64 / 1e6) * 0.8
    };
    Ok(grounds(city, "U1", &BTreeSet::new(), 3, score))
}

/// Capacities that add up to a whole, by weight, in steps of 10 000 m³ a day.
fn shared(total: f64, weights: &[f64], [least, most]: [f64; 2]) -> Vec<i64> {
    let sum: f64 = weights.iter().sum();
    let own =
        |weight: &f64| ((total * weight / sum).clamp(least, most) / 1e4).round() as i64 * 10_000;
    weights.iter().map(own).collect()
}

fn people(city: &City) -> f64 {
    city.people.sum(0..city.streets.mesh.len(), RECORDS_END).residents
}

/// What something is called after its community.
fn called(city: &City, face: usize, zh: &str, en: &str) -> Name {
    city.areas.community(face, RECORDS_END).name.stem().with(zh, en)
}

fn water_works(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let reservoirs = city.entities("water.reservoirs")?;
    let places = work_sites(city)?;
    let weights: Vec<f64> = (0..places.len()).map(|i| [1.4, 1.2, 0.5, 1.0][i % 4]).collect();
    // The last is closed, so that the others must do.
    let sizes = shared(people(city) * 0.30 * 1.2 * 1.06, &weights, [30_000.0, 900_000.0]);
    for (number, place) in places.iter().enumerate() {
        let parcel = city.parcel(*place);
        let mut random = sheet.random.of(number as u64);
        let first = if number == 3 { calendar::day(2016, 6, 30) } else { RECORDS_BEGIN };
        let first = first.max(parcel.from);
        let size = sizes[number];
        let day =
            |year: i32, random: &mut Random| calendar::day(year, random.whole(2, 11) as i32, 1);
        let mut states = vec![(first, "working", size)];
        match number {
            1 => {
                states[0].2 = (size as f64 * 0.6 / 1e4).round() as i64 * 10_000;
                states.push((day(2019, &mut random), "working", size));
            }
            2 if first == RECORDS_BEGIN => states.push((day(2014, &mut random), "closed", size)),
            _ => {}
        }
        states.retain(|own| own.0 >= first);
        states.dedup_by_key(|own| own.0);
        let reservoir = near::entity(&reservoirs, plane::inner(&parcel.ring), |_| true);
        for (k, (from, status, size)) in states.iter().copied().enumerate() {
            let row = Row::new(sheet.number(number + 1), Shape::ring(parcel.ring.clone()))
                .named(called(city, parcel.face, "水厂", "Water Works"))
                .during(from, states.get(k + 1).map(|next| next.0))
                .set("parcel_id", parcel.id.clone())
                .set("reservoir_id", reservoir.map(|own| own.id.clone()))
                .set("status", status)
                .set("capacity_m3d", size);
            let row = if status == "closed" { row.set("daily_m3", 0) } else { row };
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn treatment_plants(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let rivers = city.entities("water.rivers")?;
    let score = |at: Point, area: f64| {
        let above = city.relief.above.at(plane::in_metres(at));
        area.min(50_000.0) / 1e4 - above / 12.0
    };
    let id = "sanitation.waste_plants";
    let others = city.entities(id)?;
    let used =
        others.iter().map(|own| city.value(id, own, "parcel_id").text().to_owned()).collect();
    let places = grounds(city, "U5", &used, 5, score);
    let weights: Vec<f64> = (0..places.len()).map(|i| [2.6, 2.0, 1.5, 1.1, 0.8][i % 5]).collect();
    let sizes = shared(people(city) * 0.24 * 1.1, &weights, [20_000.0, 900_000.0]);
    for (number, place) in places.iter().enumerate() {
        let parcel = city.parcel(*place);
        let mut random = sheet.random.of(number as u64);
        let (first, begin) = match number {
            3 => (calendar::day(2013, 9, 1), "1a"),
            4 => (calendar::day(2018, 11, 1), "quasi_iv"),
            0 => (RECORDS_BEGIN, "1a"),
            _ => (RECORDS_BEGIN, "1b"),
        };
        let first = first.max(parcel.from);
        let mut states = vec![(first, begin)];
        if number < 3 {
            let day = calendar::day(random.whole(2017, 2019) as i32, random.whole(3, 12) as i32, 1);
            states.push((day, if begin == "1a" { "quasi_iv" } else { "1a" }));
        }
        states.retain(|own| own.0 >= first);
        let river = near::entity(&rivers, plane::inner(&parcel.ring), |_| true);
        let newest = number == 4;
        for (k, (from, standard)) in states.iter().copied().enumerate() {
            let row = Row::new(sheet.number(number + 1), Shape::ring(parcel.ring.clone()))
                .named(called(city, parcel.face, "水质净化厂", "Water Treatment Plant"))
                .during(from, states.get(k + 1).map(|next| next.0))
                .set("parcel_id", parcel.id.clone())
                .set("river_id", river.map(|own| own.id.clone()))
                .set("capacity_m3d", sizes[number])
                .set("standard", standard)
                .set("buried", newest);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A place on a bank: metres down its stream, bank, where, what comes out.
struct Outlet {
    stream: usize,
    far: f64,
    left: bool,
    at: Point,
    kind: &'static str,
}

/// Places on banks, more where there is town and industry.
fn outlets(city: &City, random: &Random) -> Vec<Outlet> {
    let mut out = Vec::new();
    for (number, reach) in city.relief.reaches.iter().enumerate() {
        let line: Vec<Point> = reach.line.iter().map(|at| plane::from_metres(*at)).collect();
        let length = plane::line_length(&line);
        if line.len() < 2 || reach.drains < 6.0 {
            continue;
        }
        for k in 0..(length / 120.0) as i32 {
            let mut random = random.of(number as u64 * 4_096 + k as u64);
            let far = (f64::from(k) + random.unit()) * 120.0;
            let (on, way) = plane::along(&line, far);
            let left = random.chance(0.5);
            let side = if left { 1.0 } else { -1.0 };
            // On the bank, as far as the water is wide.
            let off = (reach.width() / 2.0 + 1.5).clamp(5.0, 15.0);
            let at = plane::moved(on, plane::scaled(plane::left_of(way), side * metres(off)));
            if !city.streets.inside[grid::cell_of(on)] {
                continue;
            }
            let beyond = plane::moved(on, plane::scaled(plane::left_of(way), side * metres(130.0)));
            let zone = city.face_near(beyond).map_or(Zone::Hill, |face| city.streets.zones[face]);
            let (chance, kinds): (f64, [f64; 4]) = match zone {
                Zone::Industry => (0.9, [4.0, 2.0, 1.0, 3.0]),
                Zone::Village => (1.0, [4.0, 4.0, 2.0, 0.0]),
                Zone::Centre | Zone::Town => (0.8, [7.0, 3.0, 0.8, 0.2]),
                Zone::Rural => (0.25, [7.0, 1.0, 1.0, 0.0]),
                Zone::Hill | Zone::River => (0.06, [1.0, 0.0, 0.0, 0.0]),
            };
            if random.chance(chance) {
                let kind =
                    ["storm", "mixed", "foul", "industrial"][random.weighed(kinds.iter().copied())];
                out.push(Outlet { stream: number, far, left, at, kind });
            }
        }
    }
    random.of(1).shuffle(&mut out);
    out
}

/// What became of an outlet: first days, states, and the day on which it was given up.
fn history(kind: &str, random: &mut Random) -> (Vec<(Day, &'static str)>, Option<Day>) {
    let survey = calendar::day(2015, random.whole(3, 10) as i32, random.whole(1, 28) as i32);
    let treated = calendar::day(random.whole(2017, 2020) as i32, random.whole(1, 12) as i32, 15);
    match kind {
        "foul" if random.chance(0.8) => (vec![(survey, "traced")], Some(treated)),
        "mixed" if random.chance(0.5) => (vec![(survey, "traced")], Some(treated)),
        "foul" | "mixed" => (vec![(survey, "traced"), (treated, "repaired")], None),
        "industrial" if random.chance(0.4) => (vec![(survey, "normal"), (treated, "sealed")], None),
        "industrial" => (vec![(survey, "normal")], None),
        _ if random.chance(0.2) => {
            (vec![(day_in(random, survey + 200, RECORDS_END - 300), "normal")], None)
        }
        _ => (vec![(survey, "normal")], None),
    }
}

fn outfalls(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let rivers = city.entities("water.rivers")?;
    let sections = city.entities("environment.water_sections")?;
    let mut all = outlets(city, &sheet.random);
    for plant in
        city.entities("drainage.treatment_plants")?.iter().filter(|own| own.valid(RECORDS_END))
    {
        let least = all.iter().min_by_key(|own| plane::distance(own.at, plant.at) as i64);
        if let Some(Outlet { stream, far, left, at, .. }) = least {
            let beside = Outlet { stream: *stream, far: *far, left: *left, at: *at, kind: "plant" };
            all.retain(|own| own.at != beside.at);
            all.insert(0, beside);
        }
    }
    all.truncate(target * 8 / 10);
    all.sort_by(|a, b| (a.stream, !a.left).cmp(&(b.stream, !b.left)).then(a.far.total_cmp(&b.far)));
    let mut placed = BTreeMap::new();
    for (number, own) in all.iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.of(number as u64 | 1 << 24);
        let river = near::entity(&rivers, own.at, |river| river.valid(RECORDS_END));
        let bank = if own.left { "L" } else { "R" };
        let code =
            river.map_or_else(|| format!("W{:03}", own.stream + 1), |river| river.id.clone());
        let order = placed.entry(format!("{code}{bank}")).or_insert(0);
        *order += 1;
        let no = format!("{code}-{bank}{order:03}");
        let section = downstream(city, &sections, own);
        let (states, end) = history(own.kind, &mut random);
        let name = river
            .and_then(|river| river.name.clone())
            .unwrap_or_else(|| names::stem(&mut random).with("河", "River"));
        let name = name.with(
            &format!("{}号排放口", &no[no.len() - 4..]),
            &format!("Outfall {}", &no[no.len() - 4..]),
        );
        for (k, (from, status)) in states.iter().copied().enumerate() {
            let row = Row::new(sheet.number(number + 1), Shape::Point(own.at))
                .named(name.clone())
                .during(from, states.get(k + 1).map(|next| next.0).or(end))
                .set("outfall_no", no.clone())
                .set("river_id", river.map(|own| own.id.clone()))
                .set("section_id", section.map(|own| own.id.clone()))
                .set("kind", own.kind)
                .set("status", status);
            let wet = matches!(own.kind, "plant" | "foul");
            sheet.add(if wet { row.set("dry_flow", true) } else { row })?;
        }
    }
    Ok(())
}

/// The first section that the water of an outlet passes.
fn downstream<'e>(city: &City, sections: &'e [Entity], own: &Outlet) -> Option<&'e Entity> {
    let (mut at, mut from) = (Some(own.stream), own.far);
    while let Some(number) = at {
        let reach = &city.relief.reaches[number];
        let line: Vec<Point> = reach.line.iter().map(|at| plane::from_metres(*at)).collect();
        let length = plane::line_length(&line);
        let alone = near::Lines::new(vec![line]);
        let far = |section: &&Entity| {
            let hit = alone.nearest(section.at, 60.0, |_| true)?;
            (hit.far >= from - 1.0 && hit.far <= length).then_some((hit.far * 1e3) as i64)
        };
        let first = sections.iter().filter(|own| far(own).is_some()).min_by_key(|own| far(own));
        if first.is_some() {
            return first;
        }
        (at, from) = (reach.next, 0.0);
    }
    None
}

fn pressure_readings(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let id = "drainage.pump_stations";
    let stations = city.entities(id)?;
    let supply: Vec<&Entity> = stations
        .iter()
        .filter(|own| own.valid(RECORDS_END) && city.value(id, own, "kind").text() == "supply")
        .collect();
    let hours = (target as f64 / supply.len().max(1) as f64).round().max(1.0) as i64;
    let end = i64::from(RECORDS_END + 1) * 24;
    for (place, station) in supply.iter().enumerate() {
        let mut random = sheet.random.named(&station.id);
        let usual = random.range(0.33, 0.44);
        let short = place < 2;
        for back in (1..=hours).rev() {
            let mut random = random.of(back as u64);
            let hour = (end - back).rem_euclid(24);
            let busy = matches!(hour, 7..=9 | 19..=22);
            let swing = match hour {
                7..=9 | 19..=22 => -random.range(0.03, 0.06),
                0..=5 => random.range(0.01, 0.03),
                _ => random.range(-0.01, 0.01),
            };
            let low = if short && busy { 0.28 - usual + 0.02 } else { 0.0 };
            let pressure = ((usual + swing + low.min(0.0)) * 1e3).round() / 1e3;
            let at = (end - back) * 60;
            let mark = calendar::date((at / 1440) as Day);
            let row =
                Row::new(format!("{}-{mark}T{hour:02}", station.id), Shape::Point(station.at))
                    .span(Span::Minutes(at, None))
                    .set("pump_station_id", station.id.clone())
                    .set("pressure_mpa", pressure)
                    .set("low", Cell::Bool(pressure < 0.28));
            sheet.add(row)?;
        }
    }
    Ok(())
}
