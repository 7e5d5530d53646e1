//! Buses: the ways of the routes, and the stops beside them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::areas::valid;
use super::super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::land::roads::Segment;
use super::super::super::land::streets::Class;
use super::super::super::land::thin;
use super::super::super::recipes::{beside, chain_line};
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::roads::near::{self, Lines};
use super::super::roads::reach::Net;
use super::super::roads::{class, day_in, stem as road_stem};
use super::network::Metro;

/// What a kind of route is like: how common it is, straight metres between its ends, its letter.
const KINDS: [(&str, f64, [f64; 2], &str); 5] = [
    ("trunk", 5.0, [5_000.0, 12_000.0], "M"),
    ("branch", 4.0, [2_500.0, 6_000.0], "B"),
    ("express", 2.0, [9_000.0, 18_000.0], "E"),
    ("community", 2.0, [1_200.0, 3_500.0], "C"),
    ("night", 1.0, [5_000.0, 12_000.0], "N"),
];

/// A version of a route.
struct Course {
    /// The route's number, from 0.
    route: usize,
    kind: usize,
    from: Day,
    to: Option<Day>,
    /// The way there, and back.
    ways: [Vec<(usize, bool)>; 2],
}

impl Course {
    /// The segments it passes.
    fn segments(&self) -> BTreeSet<usize> {
        self.ways.iter().flatten().map(|link| link.0).collect()
    }
}

/// The versions of all routes.
fn courses(city: &City, count: usize) -> Result<Vec<Course>, DemoError> {
    let random = Random::new(city.options.seed, "bus routes");
    let roads = Lines::roads(city);
    let metro = Metro::new(city);
    let mut hubs: Vec<Point> =
        city.entities("transit.bus_depots")?.iter().map(|own| own.at).collect();
    hubs.extend(metro.stations.iter().map(|own| own.at));
    let main = |local: f64| {
        move |i: usize| {
            Some(match class(city, i) {
                Class::Express => 1.3,
                Class::Arterial | Class::Collector => 1.0,
                Class::Local => local,
            })
        }
    };
    let mut nets = [1.5, 1.05].map(|local| Net::weighed(city, main(local)));
    let mut out = Vec::new();
    for route in 0..count {
        let mut random = random.of(route as u64);
        let kind = random.weighed(KINDS.iter().map(|own| own.1));
        let (name, _, [least, most], _) = KINDS[kind];
        let short = usize::from(matches!(name, "branch" | "community"));
        let net = &nets[short];
        let start = *random.pick(&hubs);
        let fits =
            |at: &&Point| (metres(least)..metres(most)).contains(&plane::distance(start, **at));
        let ends: Vec<Point> = hubs.iter().filter(fits).copied().collect();
        if ends.is_empty() {
            continue;
        }
        let end = *random.pick(&ends);
        let ways = |random: &mut Random| {
            let far = plane::distance(start, end) * 0.28;
            let by = [random.range(-far, far), random.range(-far, far)];
            let via = plane::moved(plane::between(start, end, random.range(0.35, 0.65)), by);
            let stops: Vec<usize> = [start, via, end]
                .iter()
                .filter_map(|at| near::junction(city, &roads, *at))
                .collect();
            [way(net, &stops), way(net, &stops.iter().rev().copied().collect::<Vec<usize>>())]
        };
        let first = ways(&mut random);
        let begin = if random.chance(0.62) {
            RECORDS_BEGIN
        } else {
            day_in(&mut random, RECORDS_BEGIN + 150, RECORDS_END - 700)
        };
        let change =
            random.chance(0.46).then(|| changed(city, &metro, &first[0], begin, &mut random));
        let change = change.filter(|day| *day > begin + 120 && *day < RECORDS_END);
        let withdrawn = random.chance(0.14);
        let next = change.filter(|_| !withdrawn).map(|day| (day, ways(&mut random)));
        // Later routes rather go where there are buses.
        for (segment, _) in &first[0] {
            nets.iter_mut().for_each(|net| net.burden(*segment, 0.85));
        }
        out.push(Course { route, kind, from: begin, to: change, ways: first });
        if let Some((day, ways)) = next {
            out.push(Course { route, kind, from: day, to: None, ways });
        }
    }
    out.retain(|own| own.ways.iter().all(|way| way.len() > 1));
    Ok(out)
}

/// The way by some junctions, without turning back on the spot.
fn way(net: &Net<'_>, by: &[usize]) -> Vec<(usize, bool)> {
    let mut out: Vec<(usize, bool)> = Vec::new();
    for two in by.windows(2) {
        for link in net.path(two[0], two[1], true) {
            if out.last().is_some_and(|last| last.0 == link.0) {
                out.pop();
            } else {
                out.push(link);
            }
        }
    }
    out
}

/// When a route is changed: in the year after a metro line beside it opened, or at some time.
fn changed(
    city: &City,
    metro: &Metro,
    way: &[(usize, bool)],
    begin: Day,
    random: &mut Random,
) -> Day {
    let beside = |station: usize| {
        let at = metro.stations[station].at;
        way.iter()
            .any(|(s, _)| plane::distance(city.roads.segments[*s].line[0], at) < metres(450.0))
    };
    for line in &metro.lines {
        let near = line.stations.iter().filter(|station| beside(**station)).count();
        if let Some(day) = line.opened(0).filter(|day| near > 2 && *day > begin) {
            return day + random.whole(40, 365) as Day;
        }
    }
    day_in(random, begin + 200, RECORDS_END - 60)
}

/// How many routes there are.
fn count(city: &City) -> usize {
    (city.layer("transit.bus_routes").1.rows(city.options.scale) as f64 / 1.38).round() as usize
}

/// A number for a route, each once.
fn route_no(course: &Course) -> String {
    match KINDS[course.kind].3 {
        "M" if course.route.is_multiple_of(3) => format!("{}", 301 + course.route),
        "M" => format!("M{}", 201 + course.route * 4),
        "B" => format!("B6{:02}", course.route + 1),
        letter => format!("{letter}{}", course.route + 1),
    }
}

/// Routes.
pub(super) fn routes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let stops = city.entities("transit.bus_stops")?;
    let mut by_segment: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, stop) in stops.iter().enumerate() {
        let segment = city.value("transit.bus_stops", stop, "segment_id").text();
        by_segment.entry(segment).or_default().push(i);
    }
    for course in courses(city, count(city))? {
        let mut random = sheet.random.of(course.route as u64);
        let lines: Vec<Vec<Point>> =
            course.ways.iter().map(|way| thin::line(&chain_line(city, way), 0.5)).collect();
        let same = course.ways[0]
            .iter()
            .rev()
            .map(|link| link.0)
            .eq(course.ways[1].iter().map(|link| link.0));
        let length = plane::line_length(&lines[0]);
        let mut passed: BTreeSet<&str> = BTreeSet::new();
        for segment in course.segments() {
            let here = by_segment.get(Segment::id(segment).as_str());
            let there = here.into_iter().flatten().map(|i| &stops[*i]);
            passed
                .extend(there.filter(|stop| stop.valid(course.from)).map(|stop| stop.id.as_str()));
        }
        let ends = [lines[0][0], lines[0][lines[0].len() - 1]];
        let end = |at: Point| near::entity(&stops, at, |stop| stop.valid(course.from));
        let ends = ends.map(end);
        let headway = match KINDS[course.kind].0 {
            "trunk" => random.about([5.0, 9.0, 15.0]),
            "night" => random.about([20.0, 30.0, 30.0]),
            _ => random.about([8.0, 14.0, 30.0]),
        }
        .round();
        let speed = if KINDS[course.kind].0 == "express" { 28.0 } else { 17.0 };
        let running = length / 1000.0 / speed * 60.0 + 8.0;
        let number = route_no(&course);
        let fare = if length > 15_000.0 {
            3.0
        } else if length > 9_000.0 {
            2.5
        } else {
            2.0
        };
        let fare = if KINDS[course.kind].0 == "community" { 1.0 } else { fare };
        let night = KINDS[course.kind].0 == "night";
        let mut row = Row::new(
            sheet.number(course.route + 1),
            Shape::Lines(lines[..if same { 1 } else { 2 }].to_vec()),
        )
        .named(Name::new(format!("{number}路"), format!("Route {number}")))
        .during(course.from, course.to)
        .set("route_no", number)
        .set("kind", KINDS[course.kind].0)
        .set("from_stop_id", ends[0].map(|stop| stop.id.clone()))
        .set("to_stop_id", ends[1].map(|stop| stop.id.clone()))
        .set("stops", passed.len())
        .set("vehicles", (2.0 * running / headway).ceil())
        .set("peak_headway_min", headway)
        .set("fare", fare);
        if night {
            row = row.set("first_bus", "23:00").set("last_bus", "05:00");
        }
        sheet.add(row)?;
    }
    Ok(())
}

/// A place for stops on both sides of a road: segment, metres along it.
type Halt = (usize, f64);

/// Places for stops: at the ends of the routes, halfway between, and so on, none near another.
fn halts(city: &City, courses: &[Course], wanted: usize) -> Vec<Halt> {
    let mut out: Vec<Halt> = Vec::new();
    let mut taken: BTreeMap<[i64; 2], Vec<Point>> = BTreeMap::new();
    let cell = |p: Point| p.map(|v| v.div_euclid(400_000));
    let mut shares = vec![0.02, 0.98];
    let mut parts = 2;
    while out.len() < wanted && parts < 128 {
        for share in std::mem::take(&mut shares) {
            for course in courses {
                let way = &course.ways[0];
                let total: f64 = way.iter().map(|own| city.roads.segments[own.0].length()).sum();
                let mut left = total * share;
                let Some((segment, far)) = way.iter().find_map(|(own, along)| {
                    let length = city.roads.segments[*own].length();
                    left -= length;
                    (left <= 0.0).then_some((*own, if *along { left + length } else { -left }))
                }) else {
                    continue;
                };
                let own = &city.roads.segments[segment];
                if class(city, segment) == Class::Express
                    || own.tunnel
                    || own.bridge
                    || own.length() < 50.0
                {
                    continue;
                }
                let far = far.clamp(22.0, own.length() - 22.0);
                let at = plane::along(&own.line, far).0;
                let [x, y] = cell(at);
                let near = (-1..=1).flat_map(|i| (-1..=1).map(move |j| [x + i, y + j]));
                let alone = near
                    .filter_map(|key| taken.get(&key))
                    .flatten()
                    .all(|other| plane::distance(*other, at) > metres(340.0));
                if alone && out.len() < wanted {
                    taken.entry([x, y]).or_default().push(at);
                    out.push((segment, far));
                }
            }
        }
        shares = (0..parts).map(|k| (f64::from(k) + 0.5) / f64::from(parts)).collect();
        parts *= 2;
    }
    out
}

/// Stops, in pairs on both sides of the road.
pub(super) fn stops(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let courses = courses(city, count(city))?;
    let passes: Vec<BTreeSet<usize>> = courses.iter().map(Course::segments).collect();
    let mut number = 0;
    for (segment, far) in halts(city, &courses, target) {
        if sheet.count + 1 >= target {
            break;
        }
        let own = &city.roads.segments[segment];
        let mut random = sheet.random.of(number as u64);
        let at = plane::along(&own.line, far).0;
        let stem = city.face_near(at).map_or_else(
            || road_stem(city, segment),
            |face| city.areas.community(face, RECORDS_END).name.stem(),
        );
        let (zh, en) = *random.pick(&[
            ("社区", "Community"),
            ("路口", "Crossing"),
            ("市场", "Market"),
            ("小学", "School"),
            ("工业区", "Industrial Area"),
            ("公园", "Park"),
            ("新村", "Village"),
            ("医院", "Clinic"),
        ]);
        let name = stem.with(zh, en);
        let sides: &[f64] = match own.oneway {
            0 => &[1.0, -1.0],
            1 => &[-1.0],
            _ => &[1.0],
        };
        for side in sides {
            number += 1;
            let mut random = sheet.random.of(number as u64 | 1 << 32);
            let off = own.lanes() as f64 * 1.75 + random.range(1.2, 2.4);
            // Traffic keeps right: those to the left serve the way back, a little farther on.
            let far = (far + side * random.range(6.0, 18.0)).clamp(5.0, own.length() - 5.0);
            let at = beside(own, far, side * off);
            let first = own.opened().max(if random.chance(0.8) {
                RECORDS_BEGIN
            } else {
                day_in(&mut random, RECORDS_BEGIN + 100, RECORDS_END - 900)
            });
            let mut cuts = vec![first];
            if random.chance(0.16) && RECORDS_END - first > 800 {
                cuts.push(day_in(&mut random, first + 300, RECORDS_END - 100));
            }
            let end = (random.chance(0.05) && first < RECORDS_END - 1_500)
                .then(|| RECORDS_END - random.whole(30, 90) as Day);
            for (k, from) in cuts.iter().copied().enumerate() {
                let here = courses.iter().zip(&passes).filter(|(course, segments)| {
                    segments.contains(&segment) && valid(course.from, course.to, from)
                });
                let row = Row::new(sheet.number(number), Shape::Point(at))
                    .named(name.clone())
                    .during(from, cuts.get(k + 1).copied().or(end))
                    .set("segment_id", Segment::id(segment))
                    .set("routes", here.count().max(1));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}
