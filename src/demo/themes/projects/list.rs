//! The projects: what they are, where they lie, when they are built.

use std::collections::BTreeSet;

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::names::{Name, Names};
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::land::streets::Class;
use super::super::super::recipes;
use super::super::super::sheet::{Cell, Span};
use super::plan::{Course, FIRST, LAST, Year, years};

/// Projects on the plan of each year.
const EACH_YEAR: usize = 24;

/// A project.
pub(super) struct Project {
    /// Its number.
    pub(super) id: String,
    /// Its number on the list.
    pub(super) no: String,
    /// Its name.
    pub(super) name: Name,
    /// Code of its class.
    pub(super) class: &'static str,
    /// Code of its funds.
    pub(super) fund: &'static str,
    /// Code of the department that leads.
    pub(super) lead: &'static str,
    /// Where it lies.
    pub(super) at: Point,
    /// Block and place of its parcels; none for works along streets.
    pub(super) parcels: Vec<[usize; 2]>,
    /// The street's segment at which its works start, and what is laid there.
    pub(super) street: Option<(usize, &'static str)>,
    /// The renewal unit.
    pub(super) unit: Option<String>,
    /// Its days.
    pub(super) course: Course,
    /// Ten thousand yuan.
    pub(super) total: f64,
    /// Its years.
    pub(super) years: Vec<Year>,
    /// Chance for it.
    pub(super) random: Random,
}

impl Project {
    /// Whether it was on the plan of a year.
    pub(super) fn listed_in(&self, year: i32) -> bool {
        self.years.iter().any(|own| own.year == year)
    }

    /// The day it started, if it has.
    pub(super) fn started(&self) -> Option<Day> {
        Some(self.course.start).filter(|day| *day <= RECORDS_END)
    }
}

/// What projects are made from.
struct Makings<'c> {
    city: &'c City,
    units: Vec<UnitDays>,
    taken: BTreeSet<[usize; 2]>,
    names: Names,
    random: Random,
}

/// A renewal unit: its number, name, place, and when its body was confirmed, building began, ended.
struct UnitDays {
    id: String,
    name: Name,
    at: Point,
    actor: Day,
    building: Option<Day>,
    done: Option<Day>,
    used: bool,
}

/// The renewal units that got as far as having a body to carry them out.
fn renewal_units(city: &City) -> Result<Vec<UnitDays>, DemoError> {
    let id = "renewal.units";
    let rows = city.entities(id)?;
    let mut ids: Vec<&str> = rows.iter().map(|own| own.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut out = Vec::new();
    for own in ids {
        let versions: Vec<&Entity> = rows.iter().filter(|row| row.id == own).collect();
        let day = |stage: &str| {
            let of = versions.iter().filter(|row| city.value(id, row, "stage").text() == stage);
            of.map(|row| row.span.start()).min()
        };
        let (Some(actor), None, Some(first)) = (day("actor"), day("lapsed"), versions.first())
        else {
            continue;
        };
        out.push(UnitDays {
            id: own.to_owned(),
            name: first.name.clone().unwrap_or_else(|| Name::new(own, own)),
            at: first.at,
            actor,
            building: day("building"),
            done: day("done"),
            used: false,
        });
    }
    Ok(out)
}

/// All projects, in the order of their listing.
pub(super) fn projects(city: &City) -> Result<Vec<Project>, DemoError> {
    let mut makings = Makings {
        city,
        units: renewal_units(city)?,
        taken: BTreeSet::new(),
        names: Names::new(city.options.seed, "projects.register"),
        random: Random::new(city.options.seed, "projects.register.list"),
    };
    let mut out: Vec<Project> = Vec::new();
    for year in FIRST..=LAST {
        let mut active = out.iter().filter(|own| own.listed_in(year)).count();
        let mut of_year = 0;
        while active < EACH_YEAR {
            of_year += 1;
            let old = year == FIRST && of_year % 4 != 0;
            out.push(makings.project(out.len(), (year, of_year), old));
            active += 1;
        }
    }
    Ok(out)
}

impl Makings<'_> {
    fn project(&mut self, number: usize, (year, of_year): (i32, usize), old: bool) -> Project {
        let random = self.random.of(number as u64);
        let mut chance = random.of(1);
        let mut class =
            ["industry", "infra", "welfare", "infra", "renewal", "welfare", "industry"][number % 7];
        let mut course = Course::new(year, old, &mut chance);
        let unit = (class == "renewal").then(|| self.unit(&mut course)).flatten();
        if class == "renewal" && unit.is_none() {
            class = "industry";
        }
        let along = class == "infra" && chance.chance(0.8);
        let street = if along { self.street(course.start, &mut chance) } else { None };
        let parcels = match (unit, street) {
            (_, Some(_)) => Vec::new(),
            (Some(unit), _) => self.parcels_of(self.units[unit].at, &course),
            _ => self.parcels(class, &course, &mut chance),
        };
        let at = self.place(street, &parcels, unit);
        let name = self.name(class, street, &parcels, unit);
        let total = total(class, &mut chance);
        let years = years(&course, total, &random.of(2));
        let fund = match class {
            "welfare" | "infra" => "gov",
            "renewal" => "social",
            _ if chance.chance(0.12) => "gov",
            _ => "social",
        };
        let lead = lead(class, street, &mut chance);
        Project {
            id: format!("PR{:05}", number + 1),
            no: format!("LGZD{year}-{of_year:03}"),
            name,
            class,
            fund,
            lead,
            at,
            parcels,
            street,
            unit: unit.map(|unit| self.units[unit].id.clone()),
            course,
            total,
            years,
            random,
        }
    }

    /// A unit that has a body and is not done, with the project's days set to its own.
    fn unit(&mut self, course: &mut Course) -> Option<usize> {
        let listed = course.listed;
        let fits = |own: &UnitDays| {
            !own.used && own.actor <= listed && own.done.is_none_or(|done| done > listed + 200)
        };
        let place = self.units.iter().position(fits)?;
        let own = &mut self.units[place];
        own.used = true;
        let length = (course.finish - course.start).max(600);
        course.start = own.building.unwrap_or_else(|| course.start.max(RECORDS_END + 90));
        course.start_planned = course.start - if own.building.is_some() { 30 } else { 0 };
        course.finish = own.done.unwrap_or_else(|| (course.start + length).max(RECORDS_END + 120));
        let planned = course.finish + 25;
        let since = course.listed.min(course.start_planned);
        let slipped = listed + 500;
        course.finishes = vec![(since, planned)];
        // Half of those under way for long were to be done earlier.
        if place.is_multiple_of(2) && slipped + 150 < planned && slipped > course.start {
            course.finishes = vec![(since, planned - 120), (slipped, planned)];
        }
        Some(place)
    }

    /// The parcels around a place that last, at most four.
    fn parcels_of(&self, at: Point, course: &Course) -> Vec<[usize; 2]> {
        let Some(face) = self.city.face_near(at) else { return Vec::new() };
        let found = self.city.blocks.binary_search_by_key(&face, |block| block.face);
        let Ok(block) = found else { return Vec::new() };
        let parcels = &self.city.blocks[block].parcels;
        let mut own: Vec<(i64, [usize; 2])> = (0..parcels.len())
            .filter(|place| parcels[*place].to.is_none() && parcels[*place].from < course.finish)
            .map(|place| {
                let far = plane::distance(plane::inner(&parcels[place].ring), at);
                (far as i64, [block, place])
            })
            .collect();
        own.sort_unstable();
        own.into_iter().take(4).map(|(_, place)| place).collect()
    }

    /// Parcels for a project of a class: one that began around the listing, if there is such, and
    /// some beside it.
    fn parcels(&mut self, class: &str, course: &Course, chance: &mut Random) -> Vec<[usize; 2]> {
        let uses: &[&str] = match class {
            "industry" => &["M1", "M0", "W0", "C1"],
            "welfare" => &["GIC2", "GIC4", "GIC5", "GIC7", "G1"],
            _ => &["U1", "U5", "U9", "S4"],
        };
        let usage = *chance.pick(uses);
        let fits = |usage: &str, anything: bool| {
            let own = self.city.parcels().filter(|(place, parcel)| {
                let lasts = parcel.to.is_none() && parcel.from < course.start + 400;
                lasts && (anything || parcel.usage == usage) && !self.taken.contains(place)
            });
            own.map(|(place, parcel)| (place, parcel.from)).collect::<Vec<_>>()
        };
        let mut pool = fits(usage, false);
        if pool.is_empty() {
            pool = fits(usage, true);
        }
        if pool.is_empty() {
            return Vec::new();
        }
        let tries: Vec<([usize; 2], Day)> = (0..24).map(|_| *chance.pick(&pool)).collect();
        let best = tries.iter().min_by_key(|(_, from)| (from - course.listed).abs());
        let Some((first, _)) = best.copied() else { return Vec::new() };
        let middle = plane::inner(&self.city.parcel(first).ring);
        let more = chance.whole(1, 3) as usize;
        let beside = self.parcels_of(middle, course);
        let mut out = vec![first];
        let free = beside.into_iter().filter(|own| *own != first && !self.taken.contains(own));
        out.extend(free.take(more));
        self.taken.extend(out.iter().copied());
        out
    }

    /// A segment of a main street that was open before the works.
    fn street(&self, start: Day, chance: &mut Random) -> Option<(usize, &'static str)> {
        let roads = &self.city.roads.segments;
        let fits = |i: &usize| {
            let own = &roads[*i];
            let class = self.city.streets.ways[own.way].class;
            matches!(class, Class::Arterial | Class::Collector) && own.opened() < start
        };
        let pool: Vec<usize> = (0..roads.len()).filter(fits).collect();
        let kinds = ["widen", "sewer", "water", "duct", "power", "road", "sewer", "widen"];
        (!pool.is_empty()).then(|| (*chance.pick(&pool), *chance.pick(&kinds)))
    }

    fn place(
        &self,
        street: Option<(usize, &str)>,
        parcels: &[[usize; 2]],
        unit: Option<usize>,
    ) -> Point {
        if let Some((segment, _)) = street {
            let own = &self.city.roads.segments[segment];
            return recipes::beside(own, own.length() / 2.0, 0.0);
        }
        let first = parcels.first().map(|place| plane::inner(&self.city.parcel(*place).ring));
        first.or_else(|| unit.map(|unit| self.units[unit].at)).unwrap_or_default()
    }

    fn name(
        &mut self,
        class: &str,
        street: Option<(usize, &str)>,
        parcels: &[[usize; 2]],
        unit: Option<usize>,
    ) -> Name {
        if let Some(unit) = unit {
            return self.units[unit].name.with("建设项目", "Project");
        }
        if let Some((segment, kind)) = street {
            let way = self.city.roads.segments[segment].way;
            let (zh, en) = works(kind);
            return self.city.streets.ways[way].name.with(zh, en);
        }
        let stem = self.names.next();
        let usage = parcels.first().map_or("", |place| self.city.parcel(*place).usage);
        let (zh, en) = built(class, usage);
        stem.with(zh, en)
    }
}

/// What works along a street are called.
pub(super) fn works(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "road" => ("新建工程", "New Road"),
        "widen" => ("改造工程", "Rebuilding"),
        "sewer" => ("雨污分流管网工程", "Sewer Works"),
        "water" => ("给水管网改造工程", "Water Main Works"),
        "duct" => ("综合管廊工程", "Utility Tunnel"),
        _ => ("电力缆化工程", "Power Cable Works"),
    }
}

/// What a project on land of a use is called.
fn built(class: &str, usage: &str) -> (&'static str, &'static str) {
    match usage {
        "GIC2" => ("文体中心建设工程", "Culture and Sports Centre"),
        "GIC4" => ("医院建设工程", "Hospital"),
        "GIC5" => ("学校新建工程", "School"),
        "GIC7" => ("养老服务中心工程", "Care Centre"),
        "G1" => ("公园建设工程", "Park"),
        "U1" => ("供应设施工程", "Utility Works"),
        "U5" => ("环境园工程", "Waste Treatment Works"),
        "U9" => ("消防站工程", "Fire Station"),
        "S4" => ("公交综合车场工程", "Bus Depot"),
        "W0" => ("智慧物流园项目", "Logistics Park"),
        "C1" => ("总部大厦项目", "Headquarters Tower"),
        "M0" => ("研发总部项目", "Research Headquarters"),
        _ if class == "industry" => ("智能制造基地项目", "Smart Manufacturing Base"),
        _ => ("综合服务设施工程", "Service Facility"),
    }
}

/// What a project of a class costs, ten thousand yuan: above what the list asks for.
fn total(class: &str, chance: &mut Random) -> f64 {
    let range = match class {
        "renewal" => [90_000.0, 220_000.0, 800_000.0],
        "industry" => [15_000.0, 60_000.0, 320_000.0],
        "infra" => [10_500.0, 32_000.0, 180_000.0],
        _ => [5_500.0, 24_000.0, 110_000.0],
    };
    (chance.about(range) / 100.0).round() * 100.0
}

fn lead(class: &str, street: Option<(usize, &str)>, chance: &mut Random) -> &'static str {
    match (class, street) {
        ("renewal", _) => "renewal",
        ("industry", _) => "industry",
        (_, Some((_, "sewer" | "water"))) => "water",
        (_, Some(_)) => "transport",
        _ if chance.chance(0.2) => "street",
        _ => "works",
    }
}

/// A day in a cell that may have none.
pub(super) fn day_cell(day: Option<Day>) -> Cell {
    day.map_or(Cell::Null, Cell::Day)
}

/// A span that ends no later than the records.
pub(super) fn within_records(from: Day, to: Day) -> Span {
    Span::Days(from, (to <= RECORDS_END).then_some(to))
}

/// The year of a day.
pub(super) fn year_of(day: Day) -> i32 {
    calendar::civil(day).0
}
