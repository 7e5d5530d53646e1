//! Fire stations and the areas that they answer for.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::areas::Quarters;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::recipes::{Cutting, shapes, union};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::near::{self, Lines};
use super::super::roads::reach::Net;
use super::super::roads::{class, day_in, stem as road_stem};

/// How many stations there are: on duty before the records, and later, in three times.
const OLD: usize = 13;
const LATER: [(i32, i32, usize); 3] = [(2012, 2013, 3), (2016, 2017, 5), (2020, 2022, 6)];

/// A station.
pub(super) struct Station {
    /// Where.
    pub(super) at: Point,
    /// Its parcel: block and place.
    parcel: [usize; 2],
    /// Its quarter.
    quarter: usize,
    /// The day on which it went on duty.
    opened: Day,
    /// Its level.
    level: &'static str,
}

/// The id of a station.
fn id(number: usize) -> String {
    format!("FS{:05}", number + 1)
}

/// Parcels that a station may stand on, one a quarter.
fn sites(city: &City, roads: &Lines, random: &Random) -> Vec<Station> {
    let mut out = Vec::new();
    let mut all: Vec<([usize; 2], Point)> = city
        .parcels()
        .filter(|(_, p)| p.to.is_none() && matches!(p.usage, "U9" | "GIC1" | "R4"))
        .map(|(place, p)| (place, plane::inner(&p.ring)))
        .collect();
    random.of(1).shuffle(&mut all);
    // Parcels kept for it first.
    all.sort_by_key(|(place, _)| city.parcel(*place).usage != "U9");
    let mut taken = BTreeSet::new();
    for (parcel, at) in all {
        let own = city.parcel(parcel);
        let quarter = city.streets.mesh.origin(own.face);
        let main = roads
            .nearest(at, 400.0, |i| matches!(class(city, i), Class::Arterial | Class::Collector));
        if main.is_some() && city.streets.zones[own.face].is_built() && taken.insert(quarter) {
            out.push(Station { at, parcel, quarter, opened: own.from, level: "small" });
        }
    }
    out.truncate(420);
    out
}

/// The stations: each next one where it brings most people nearer to one.
pub(super) fn all(city: &City) -> Vec<Station> {
    let random = Random::new(city.options.seed, "fire stations");
    let roads = Lines::roads(city);
    let quarters = Quarters::of(&city.streets);
    let mut people = vec![0.0; quarters.places.len()];
    for face in 0..city.streets.mesh.len() {
        let count = city.people.at(face, RECORDS_END);
        people[city.streets.mesh.origin(face)] += count.residents + 0.6 * count.jobs;
    }
    for (sum, built) in people.iter_mut().zip(&quarters.built) {
        *sum += built / 700.0;
    }
    let mut free = sites(city, &roads, &random);
    let mut nearest = vec![12_000.0; people.len()];
    let mut out: Vec<Station> = Vec::new();
    let mut plan = vec![(RECORDS_BEGIN, RECORDS_BEGIN); OLD];
    for (from, to, count) in LATER {
        plan.extend(vec![(calendar::day(from, 2, 1), calendar::day(to, 11, 30)); count]);
    }
    for (number, (from, to)) in plan.into_iter().enumerate() {
        let mut random = random.of(number as u64 + 16);
        let small = number >= OLD + LATER[0].2;
        let far = |at: Point, q: usize| plane::distance(at, quarters.places[q]) / 1000.0;
        let gain = |own: &Station| {
            let parcel = city.parcel(own.parcel);
            if own.opened > from || (parcel.usage == "R4" && !small) {
                return -1;
            }
            let nearer = |q: usize| (nearest[q] - far(own.at, q)).max(0.0) * people[q];
            (0..people.len()).map(nearer).sum::<f64>() as i64
        };
        let best = (0..free.len()).max_by_key(|i| (gain(&free[*i]), Reverse(*i)));
        let Some(best) = best.filter(|i| gain(&free[*i]) > 0) else { continue };
        let mut own = free.swap_remove(best);
        for (q, least) in nearest.iter_mut().enumerate() {
            *least = least.min(far(own.at, q));
        }
        own.opened = if from == to { from } else { day_in(&mut random, from, to) };
        out.push(own);
    }
    let load = |own: &Station, all: &[Station]| -> i64 {
        let mine = |q: &usize| {
            let far = |other: &Station| plane::distance(other.at, quarters.places[*q]) as i64;
            all.iter().all(|other| far(own) <= far(other))
        };
        (0..people.len()).filter(mine).map(|q| people[q]).sum::<f64>() as i64
    };
    let loads: Vec<i64> = out.iter().map(|own| load(own, &out)).collect();
    for (number, own) in out.iter_mut().enumerate() {
        let before = loads.iter().filter(|other| **other > loads[number]).count();
        own.level = level(number, before as f64 / loads.len() as f64, own.opened);
    }
    out
}

/// A station's level, by how many it has to serve: their place among all, from 0 for the most.
fn level(number: usize, rank: f64, opened: Day) -> &'static str {
    match number {
        0 => "special",
        // Engines and stores that help the others.
        12 => "support",
        _ if opened < calendar::day(2016, 1, 1) => {
            if rank < 0.42 {
                "1"
            } else {
                "2"
            }
        }
        _ if rank < 0.4 => "2",
        _ => "small",
    }
}

/// Engines and crew of a level.
fn strength(level: &str, random: &mut Random) -> (i64, i64) {
    let (engines, crew) = match level {
        "1" => ([7, 10], [30, 45]),
        "2" => ([5, 7], [20, 30]),
        "special" => ([8, 12], [35, 50]),
        "support" => ([6, 15], [20, 40]),
        _ => ([2, 3], [12, 18]),
    };
    (random.whole(engines[0], engines[1]), random.whole(crew[0], crew[1]))
}

/// Stations.
pub(super) fn stations(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let roads = Lines::roads(city);
    let mut taken = BTreeSet::new();
    for (number, own) in all(city).into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64);
        let parcel = city.parcel(own.parcel);
        let community = city.areas.community(parcel.face, RECORDS_END).name.stem();
        let street = roads.nearest(own.at, 400.0, |i| class(city, i) <= Class::Collector);
        let kind = match own.level {
            "special" => ("特勤消防救援站", "Special Fire Station"),
            "support" => ("战勤保障站", "Fire Support Station"),
            "small" => ("小型消防救援站", "Small Fire Station"),
            _ => ("消防救援站", "Fire Station"),
        };
        let stem = if taken.insert(community.zh.clone()) {
            community
        } else {
            let way = street.map(|hit| road_stem(city, hit.line));
            way.unwrap_or(community)
        };
        let again =
            random.chance(0.3).then(|| day_in(&mut random, own.opened + 500, RECORDS_END - 200));
        let again = again.filter(|day| *day > own.opened);
        let since = if own.opened == RECORDS_BEGIN {
            own.opened - random.whole(100, 7_000) as Day
        } else {
            own.opened
        };
        let site = if own.level == "small" { random.range(300.0, 900.0) } else { parcel.area() };
        let segment = roads.nearest(own.at, 2_000.0, |_| true).map(|hit| Segment::id(hit.line));
        let (engines, crew) = strength(own.level, &mut random);
        for (from, to) in [(Some(own.opened), again), (again, None)] {
            let Some(from) = from else { continue };
            // The second version is one of more engines and people.
            let grown = if again == Some(from) || again.is_none() { (0, 0) } else { (1, 4) };
            let row = Row::new(id(number), Shape::Point(own.at))
                .named(stem.with(kind.0, kind.1))
                .during(from, to)
                .set("station_no", format!("LGXF{:02}", number + 1))
                .set("parcel_id", parcel.id.clone())
                .set("segment_id", segment.clone())
                .set("level", own.level)
                .set("vehicles", (engines - grown.0).max(2))
                .set("crew", (crew - grown.1).max(12))
                .set("site_m2", (site * 10.0).round() / 10.0)
                .set("opened_on", i64::from(since));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Which station each quarter has, of those on duty on a day: they grow over neighbours, the
/// quickest to reach first, so that each area hangs together.
fn grown(
    city: &City,
    quarters: &Quarters,
    junctions: &[Option<usize>],
    stations: &[Station],
    at: Day,
) -> Vec<Option<usize>> {
    // The roads of today, so that areas only change where stations come.
    let net = Net::new(city, RECORDS_END, &[]);
    let on_duty: Vec<usize> = (0..stations.len())
        .filter(|s| stations[*s].opened <= at && stations[*s].level != "support")
        .collect();
    let times: Vec<Vec<f64>> = on_duty
        .iter()
        .map(|s| junctions[stations[*s].quarter].map_or_else(Vec::new, |j| net.seconds(j)))
        .collect();
    let time = |k: usize, q: usize| {
        let straight = plane::distance(stations[on_duty[k]].at, quarters.places[q]) / metres(1.0);
        let by_road = junctions[q].and_then(|j| {
            let seconds = times[k].get(j).copied().filter(|t| t.is_finite())?;
            let rest =
                plane::distance(city.roads.junctions[j].at, quarters.places[q]) / metres(8.0);
            Some(seconds + rest)
        });
        // Seconds on main roads; where there is no way yet, on foot over the hill.
        (by_road.unwrap_or(straight / 3.0) * 1000.0) as i64
    };
    let mut owner = vec![None; quarters.places.len()];
    let mut queue: BinaryHeap<Reverse<(i64, usize, usize)>> =
        on_duty.iter().enumerate().map(|(k, s)| Reverse((0, stations[*s].quarter, k))).collect();
    while let Some(Reverse((_, q, k))) = queue.pop() {
        if owner[q].is_some() {
            continue;
        }
        owner[q] = Some(on_duty[k]);
        let free = quarters.beside[q].iter().filter(|next| owner[**next].is_none());
        queue.extend(free.map(|next| Reverse((time(k, *next), *next, k))));
    }
    owner
}

/// The days on which the areas were cut.
fn cuts() -> [Day; 4] {
    let later = LATER.map(|(_, to, _)| calendar::day(to + 1, 1, 1));
    [RECORDS_BEGIN, later[0], later[1], later[2]]
}

/// Areas.
pub(super) fn areas(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (stations, quarters, roads) = (all(city), Quarters::of(&city.streets), Lines::roads(city));
    let junctions: Vec<Option<usize>> =
        quarters.places.iter().map(|at| near::junction(city, &roads, *at)).collect();
    let faces = |owner: Vec<Option<usize>>| -> Vec<Option<usize>> {
        (0..city.streets.mesh.len()).map(|face| owner[city.streets.mesh.origin(face)]).collect()
    };
    let periods = cuts()
        .into_iter()
        .map(|day| (day, faces(grown(city, &quarters, &junctions, &stations, day))));
    let cutting = Cutting { periods: periods.collect(), groups: stations.len() };
    let names = city.entities("fire.stations")?;
    let key: Vec<(usize, Day, Option<Day>)> = city
        .entities("fire.key_buildings")?
        .iter()
        .filter_map(|own| city.face_near(own.at).map(|face| (face, own.days().0, own.days().1)))
        .collect();
    for (group, own) in stations.iter().enumerate() {
        let name = names.iter().find(|row| row.id == id(group)).and_then(|row| row.name.clone());
        let name = name.unwrap_or_else(|| Name::new("消防站", "Fire Station"));
        for (from, to, faces) in cutting.versions(group) {
            let held: BTreeSet<usize> = faces.iter().copied().collect();
            let sum = |of: &dyn Fn(Zone) -> bool| -> f64 {
                let those = faces.iter().filter(|f| of(city.streets.zones[**f]));
                those.map(|f| plane::area(&city.streets.mesh.ring(*f))).sum()
            };
            let (whole, town) = (sum(&|_| true), sum(&|zone| zone.is_built()));
            let suburban = town < 0.5 * whole;
            let standard = match own.level {
                _ if suburban => 15.0,
                "2" => 4.0,
                "small" => 2.0,
                _ => 7.0,
            };
            let people = city.people.sum(faces.iter().copied(), from).residents;
            let buildings = key.iter().filter(|(face, begin, end)| {
                held.contains(face) && super::super::super::land::areas::valid(*begin, *end, from)
            });
            let buildings = buildings.count();
            for (part, shape) in shapes(sheet, union(city, &faces)).into_iter().enumerate() {
                let suffix = if part == 0 { String::new() } else { format!("-{}", part + 1) };
                let row = Row::new(format!("FSA{:05}{suffix}", group + 1), shape)
                    .named(name.with("责任区", "Area"))
                    .during(from, to)
                    .set("station_id", id(group))
                    .set("standard_km2", standard)
                    .set("suburban", suburban)
                    .set("over", whole / 1e6 > standard)
                    .set("residents", people)
                    .set("key_buildings", buildings);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
