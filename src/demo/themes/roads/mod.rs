//! Roads: segments, junctions and what belongs to them.

pub(crate) mod near;
pub(crate) mod reach;
mod structures;
mod walks;
mod works;

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::names::Name;
use super::super::land::random::Random;
use super::super::land::roads::Segment;
use super::super::land::streets::Class;
use super::super::sheet::{Row, Shape, Sheet};
use super::address::{is_named, street_id};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "segments" => segments(sheet),
        "junctions" => junctions(sheet),
        "bridges" => structures::bridges(sheet),
        "tunnels" => structures::tunnels(sheet),
        "footways" => walks::footways(sheet),
        "closures" => works::closures(sheet),
        "maintenance" => works::maintenance(sheet),
        "planned" => walks::planned(sheet),
        _ => Ok(()),
    }
}

/// The id of a junction.
pub(crate) fn junction_id(number: usize) -> String {
    format!("J{:05}", number + 1)
}

/// The class of a segment's road.
pub(crate) fn class(city: &City, segment: usize) -> Class {
    city.streets.ways[city.roads.segments[segment].way].class
}

/// Whether the city is built in detail beside a segment.
pub(crate) fn is_dense(city: &City, segment: usize) -> bool {
    city.roads.segments[segment].faces.iter().any(|face| city.streets.dense[*face])
}

/// The name of a segment's road without what kind of road it is.
pub(crate) fn stem(city: &City, segment: usize) -> Name {
    let name = &city.streets.ways[city.roads.segments[segment].way].name;
    let kinds = ["大道", "快速", "高速", "路", "街", "巷"];
    let zh = kinds.iter().find_map(|kind| name.zh.strip_suffix(kind)).unwrap_or(&name.zh);
    Name::new(zh, name.en.split(' ').next().unwrap_or(&name.en))
}

/// A day in a range, or its end where that comes first.
pub(crate) fn day_in(random: &mut Random, from: Day, to: Day) -> Day {
    random.whole(from.into(), to.max(from).into()) as Day
}

fn segments(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let versions = reach::all_versions(city);
    let streets = city.entities("address.streets")?;
    for (number, segment) in city.roads.segments.iter().enumerate() {
        let way = &city.streets.ways[segment.way];
        let [from, to] = segment.ends.map(junction_id);
        let mut random = Random::new(city.options.seed, "surfaces").of(segment.way as u64);
        let asphalt = way.class <= Class::Collector || random.chance(0.6);
        let street = is_named(&streets, segment.way).then(|| street_id(segment.way));
        for version in &versions[number] {
            let row = Row::new(Segment::id(number), Shape::Line(segment.line.clone()))
                .named(way.name.clone())
                .during(version.from, version.to)
                .set("class", way.class.code())
                .set("oneway", segment.oneway)
                .set("lanes", version.lanes)
                .set("speed_kmh", version.speed)
                .set("from_id", from.clone())
                .set("to_id", to.clone())
                .set("street_id", street.clone())
                .set("bridge", segment.bridge)
                .set("surface", if asphalt { "asphalt" } else { "concrete" });
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// What a junction is called: after the roads that meet there.
pub(crate) fn junction_name(city: &City, number: usize) -> Name {
    let segments = &city.roads.junctions[number].segments;
    let mut ways: Vec<usize> = segments.iter().map(|s| city.roads.segments[*s].way).collect();
    ways.sort_by_key(|way| (city.streets.ways[*way].class, *way));
    ways.dedup();
    let name = |place: usize| ways.get(place).map(|way| &city.streets.ways[*way].name);
    match (name(0), name(1)) {
        (Some(a), Some(b)) => {
            Name::new(format!("{}与{}交叉口", a.zh, b.zh), format!("{} and {}", a.en, b.en))
        }
        (Some(a), None) if segments.len() == 1 => a.with("尽端", "End"),
        (Some(a), None) => a.with("路口", "Junction"),
        _ => Name::new("路口", "Junction"),
    }
}

/// The form of a junction where so many segments meet, the greatest road that comes and how many
/// come that are more than local.
fn form(degree: usize, first: Class, main: usize, lights: bool, round: bool) -> &'static str {
    match degree {
        0 | 1 => "end",
        _ if first == Class::Express && main > 2 => "interchange",
        _ if round && !lights && degree > 2 => "roundabout",
        2 | 3 => "tee",
        4 => "cross",
        _ => "multi",
    }
}

fn junctions(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let openings = reach::openings(city);
    for (number, junction) in city.roads.junctions.iter().enumerate() {
        let mut random = sheet.random.of(number as u64);
        let opened = |s: &usize| openings[*s];
        let mut days: Vec<Day> = junction.segments.iter().map(opened).collect();
        let main = |at: Day| {
            let open = junction.segments.iter().filter(|s| opened(s) <= at);
            open.filter(|s| class(city, **s) <= Class::Collector).count()
        };
        let first = junction.segments.iter().map(|s| class(city, *s)).min().unwrap_or(Class::Local);
        let busy = first != Class::Express && main(RECORDS_END) > 2;
        let chance = random.chance(if busy { 0.85 } else { 0.03 });
        let lit = (chance && junction.segments.len() > 2 && first != Class::Express).then(|| {
            let old = random.chance(0.92);
            let year = random.whole(2011, 2025) as i32;
            let day = calendar::day(year, *random.pick(&[3, 6, 9, 12]), 15);
            if old { RECORDS_BEGIN } else { day }
        });
        let round = random.chance(0.03) && first >= Class::Collector;
        let begin = days.iter().copied().min().unwrap_or(RECORDS_BEGIN);
        days.extend(lit.filter(|day| *day > begin));
        days.sort_unstable();
        days.dedup();
        let name = junction_name(city, number);
        for (place, from) in days.iter().copied().enumerate() {
            let degree = junction.segments.iter().filter(|s| opened(s) <= from).count();
            let lights = lit.is_some_and(|day| day <= from) && degree > 2;
            let row = Row::new(junction_id(number), Shape::Point(junction.at))
                .named(name.clone())
                .during(from, days.get(place + 1).copied())
                .set("kind", form(degree, first, main(from), lights, round))
                .set("degree", degree)
                .set("signals", lights)
                .set("crossings", if lights { degree } else { degree.saturating_sub(2).min(2) })
                .set("refuge", first == Class::Arterial && random.chance(0.5));
            sheet.add(row)?;
        }
    }
    Ok(())
}
