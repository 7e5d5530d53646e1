//! The metro: where its lines run, where they stop and since when.

use std::collections::BTreeSet;

use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::relief::chaikin;
use super::super::super::land::streets::Class;
use super::super::super::land::thin;
use super::super::super::recipes::chain_line;
use super::super::roads::near::{self, Lines};
use super::super::roads::reach::{Net, part};
use super::super::roads::{class, stem};

/// What is known of a line before the land is: its number, places that it passes (kilometres),
/// cars, km/h, the stations that lie above ground from either end, and its stages.
struct Plan {
    no: &'static str,
    by: &'static [[f64; 2]],
    cars: i64,
    speed: i64,
    /// Stations above ground, as shares of the line.
    above: [f64; 2],
    /// First day, stage, the share of the line that it reaches.
    stages: &'static [(Day, &'static str, f64)],
}

const PLANS: [Plan; 5] = [
    Plan {
        no: "3",
        by: &[
            [9.3, 5.2],
            [10.9, 6.4],
            [15.0, 8.4],
            [20.3, 11.2],
            [22.6, 17.2],
            [27.4, 18.6],
            [32.0, 23.8],
        ],
        cars: 6,
        speed: 80,
        above: [0.2, 1.0],
        stages: &[
            (RECORDS_BEGIN, "building", 0.77),
            (calendar::day(2010, 12, 28), "open", 0.77),
            (calendar::day(2025, 6, 28), "open", 1.0),
        ],
    },
    Plan {
        no: "10",
        by: &[[4.8, 11.6], [7.2, 10.6], [11.0, 9.6], [13.9, 12.4], [13.2, 16.8], [12.6, 19.2]],
        cars: 8,
        speed: 80,
        above: [0.82, 1.0],
        stages: &[
            (calendar::day(2015, 9, 1), "building", 1.0),
            (calendar::day(2020, 8, 18), "open", 1.0),
        ],
    },
    Plan {
        no: "14",
        by: &[
            [10.9, 6.4],
            [11.0, 9.6],
            [15.6, 11.4],
            [20.3, 11.2],
            [24.6, 13.2],
            [28.4, 14.9],
            [31.2, 16.4],
        ],
        cars: 8,
        speed: 120,
        above: [2.0, 2.0],
        stages: &[
            (calendar::day(2018, 1, 15), "building", 1.0),
            (calendar::day(2022, 10, 28), "open", 1.0),
        ],
    },
    Plan {
        no: "16",
        by: &[[21.4, 19.8], [22.6, 17.2], [25.4, 16.4], [28.4, 14.9], [29.6, 13.9]],
        cars: 6,
        speed: 80,
        above: [-1.0, 0.2],
        stages: &[
            (calendar::day(2018, 6, 20), "building", 1.0),
            (calendar::day(2022, 12, 28), "open", 1.0),
        ],
    },
    Plan {
        no: "21",
        by: &[
            [9.4, 16.8],
            [13.2, 16.8],
            [18.0, 17.2],
            [22.6, 17.2],
            [25.2, 20.2],
            [28.6, 21.4],
            [32.0, 23.8],
            [35.0, 24.6],
        ],
        cars: 8,
        speed: 120,
        above: [2.0, 2.0],
        stages: &[(calendar::day(2022, 9, 15), "planned", 1.0)],
    },
];

/// Metres between stations, about.
const SPACING: f64 = 1_900.0;

/// A stage of a line: first day, what it is, how many of its stations it serves.
pub(super) type Stage = (Day, &'static str, usize);

/// A line.
pub(super) struct Line {
    /// Its number.
    pub(super) no: &'static str,
    /// Cars of a train.
    pub(super) cars: i64,
    /// Design speed.
    pub(super) speed: i64,
    /// The stations in order.
    pub(super) stations: Vec<usize>,
    /// The course from each station to the next.
    pub(super) parts: Vec<Vec<Point>>,
    /// Whether it runs above ground at each station.
    pub(super) above: Vec<bool>,
    /// Its stages.
    pub(super) stages: Vec<Stage>,
}

impl Line {
    /// The id of its rows.
    pub(super) fn id(&self) -> String {
        format!("TML{:05}", self.no.parse::<usize>().unwrap_or(0))
    }

    /// The day on which trains began to stop at the station in that place, if they have.
    pub(super) fn opened(&self, place: usize) -> Option<Day> {
        let open =
            self.stages.iter().find(|(_, stage, serves)| *stage == "open" && *serves > place);
        open.map(|own| own.0)
    }
}

/// A station.
pub(super) struct Station {
    /// Where.
    pub(super) at: Point,
    /// What it is called.
    pub(super) name: Name,
    /// Its lines: which, and the place among their stations.
    pub(super) lines: Vec<(usize, usize)>,
}

/// The metro.
pub(super) struct Metro {
    /// Lines.
    pub(super) lines: Vec<Line>,
    /// Stations.
    pub(super) stations: Vec<Station>,
}

impl Metro {
    /// Of the city.
    pub(super) fn new(city: &City) -> Self {
        let roads = Lines::roads(city);
        let mut net = Net::weighed(city, |i| {
            Some(match class(city, i) {
                Class::Arterial => 1.0,
                Class::Express => 1.25,
                Class::Collector => 1.7,
                Class::Local => 3.0,
            })
        });
        let mut metro = Self { lines: Vec::new(), stations: Vec::new() };
        for plan in &PLANS {
            let course = course(city, &mut net, &roads, plan);
            metro.add(city, plan, &course);
        }
        metro.name(city, &roads);
        metro
    }

    fn add(&mut self, city: &City, plan: &Plan, course: &[Point]) {
        let length = plane::line_length(course);
        let mut stops: Vec<(f64, Option<usize>)> = Vec::new();
        // Where another line's station is near, the lines meet there.
        let alone = Lines::new(vec![course.to_vec()]);
        for (number, station) in self.stations.iter().enumerate() {
            if let Some(hit) = alone.nearest(station.at, 420.0, |_| true) {
                stops.push((hit.far, Some(number)));
            }
        }
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        stops.dedup_by(|b, a| b.0 - a.0 < 900.0);
        let near = |far: f64, stops: &[(f64, Option<usize>)]| {
            stops.iter().any(|own| (own.0 - far).abs() < 750.0)
        };
        for end in [0.0, length] {
            if !near(end, &stops) {
                stops.push((end, None));
            }
        }
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut more = Vec::new();
        for two in stops.windows(2) {
            let gap = two[1].0 - two[0].0;
            let count = (gap / SPACING).round().max(1.0);
            for k in 1..count as i32 {
                let far = two[0].0 + gap * f64::from(k) / count;
                more.push((busiest(city, course, far), None));
            }
        }
        stops.extend(more);
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        let line = self.lines.len();
        let mut stations = Vec::new();
        for (far, known) in &stops {
            let number = known.unwrap_or_else(|| {
                let at = plane::along(course, *far).0;
                self.stations.push(Station { at, name: Name::new("", ""), lines: Vec::new() });
                self.stations.len() - 1
            });
            self.stations[number].lines.push((line, stations.len()));
            stations.push(number);
        }
        let places: Vec<Point> = stations.iter().map(|own| self.stations[*own].at).collect();
        let parts = (1..stops.len())
            .map(|i| bent(course, (stops[i - 1].0, stops[i].0), [places[i - 1], places[i]]))
            .collect();
        let share = |far: f64| far / length;
        let above =
            stops.iter().map(|(far, _)| (plan.above[0]..=plan.above[1]).contains(&share(*far)));
        let stages = plan.stages.iter().map(|(day, stage, reach)| {
            (*day, *stage, stops.iter().filter(|(far, _)| share(*far) <= *reach + 0.001).count())
        });
        let (above, stages) = (above.collect(), stages.collect());
        let Plan { no, cars, speed, .. } = *plan;
        self.lines.push(Line { no, cars, speed, stations, parts, above, stages });
    }

    /// Names the stations after communities, or the streets where those are taken.
    fn name(&mut self, city: &City, roads: &Lines) {
        let mut taken = BTreeSet::new();
        for station in &mut self.stations {
            let face = city.face_near(station.at);
            let community = face.map(|f| city.areas.community(f, RECORDS_END).name.stem());
            let near = roads.nearest(station.at, 900.0, |i| class(city, i) >= Class::Arterial);
            let ways = near.map(|hit| stem(city, hit.line)).map(|name| {
                (Name::new(format!("{}路", name.zh), format!("{} Road", name.en)), name)
            });
            let mut choices: Vec<Name> =
                community.into_iter().chain(ways.into_iter().flat_map(|(a, b)| [b, a])).collect();
            for (zh, en) in [("东", "East"), ("北", "North"), ("新", "New")] {
                choices.extend(choices.first().map(|own| own.with(zh, en)));
            }
            let name = choices.into_iter().find(|own| taken.insert(own.zh.clone()));
            let name = name.unwrap_or_else(|| Name::new("新城", "Xincheng"));
            station.name = name.with("站", "Station");
        }
    }

    /// When the station's trains began to run, and when a line was added, with the line.
    pub(super) fn openings(&self, station: usize) -> Vec<(Day, usize)> {
        let lines = self.stations[station].lines.iter();
        let mut out: Vec<(Day, usize)> = lines
            .filter_map(|(line, place)| self.lines[*line].opened(*place).map(|day| (day, *line)))
            .collect();
        out.sort_unstable();
        out
    }

    /// The id of a station's rows.
    pub(super) fn station_id(number: usize) -> String {
        format!("TMS{:05}", number + 1)
    }
}

/// The course of a line along main roads, smoothed.
fn course(city: &City, net: &mut Net<'_>, roads: &Lines, plan: &Plan) -> Vec<Point> {
    let by: Vec<usize> = plan
        .by
        .iter()
        .filter_map(|km| near::junction(city, roads, plane::from_metres(km.map(|v| v * 1e3))))
        .collect();
    let mut links: Vec<(usize, bool)> = Vec::new();
    for two in by.windows(2) {
        for link in net.path(two[0], two[1], false) {
            // There and back again to a place beside the way is left out.
            if links.last().is_some_and(|last| last.0 == link.0) {
                links.pop();
            } else {
                links.push(link);
            }
        }
    }
    for (segment, _) in &links {
        net.burden(*segment, 3.0);
    }
    let line = chain_line(city, &links);
    if line.len() < 2 {
        return plan.by.iter().map(|km| plane::from_metres(km.map(|v| v * 1e3))).collect();
    }
    let length = plane::line_length(&line);
    let count = (length / 150.0).round().max(2.0) as i32;
    let every = |k: i32| plane::along(&line, length * f64::from(k) / f64::from(count)).0;
    let mut points: Vec<[f64; 2]> = (0..=count).map(|k| every(k).map(|v| v as f64)).collect();
    for _ in 0..3 {
        points = evened(&points);
    }
    points = chaikin(&points);
    let line: Vec<Point> = points.into_iter().map(|p| p.map(|v| v.round() as i64)).collect();
    thin::line(&line, 1.5)
}

/// Each point moved to the middle of those around it, fewer towards the ends.
fn evened(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let last = points.len() - 1;
    let mean = |i: usize| {
        let wide = i.min(last - i).min(4);
        let around = &points[i - wide..=i + wide];
        let sum = |k: usize| around.iter().map(|p| p[k]).sum::<f64>() / around.len() as f64;
        [sum(0), sum(1)]
    };
    (0..=last).map(mean).collect()
}

/// The place with most floor around within 300 m of a place along the course.
fn busiest(city: &City, course: &[Point], far: f64) -> f64 {
    let weight = |far: f64| {
        let at = plane::along(course, far).0;
        let face = city.face_near(at).map_or(0.0, |face| {
            let count = city.people.at(face, RECORDS_END);
            count.residents + count.jobs
        });
        (face * 10.0) as i64
    };
    let offs = [0.0, -150.0, 150.0, -300.0, 300.0];
    offs.into_iter().map(|off| far + off).max_by_key(|far| weight(*far)).unwrap_or(far)
}

/// The part of a course between two lengths along it, bent so that its ends lie where they should.
fn bent(course: &[Point], (from, to): (f64, f64), ends: [Point; 2]) -> Vec<Point> {
    let mut line = part(course, from, to);
    let last = line.len() - 1;
    let off = [plane::difference(ends[0], line[0]), plane::difference(ends[1], line[last])];
    let whole = plane::line_length(&line).max(0.001);
    let mut far = 0.0;
    let mut before = line[0];
    for p in &mut line {
        far += plane::distance(before, *p) / 1000.0;
        before = *p;
        let t = (far / whole).clamp(0.0, 1.0);
        let ease = t * t * (3.0 - 2.0 * t);
        let by = |k: usize| off[0][k] * (1.0 - ease) + off[1][k] * ease;
        *p = plane::moved(*p, [by(0), by(1)]);
    }
    line[0] = ends[0];
    line[last] = ends[1];
    line.dedup();
    line
}
