//! Rivers and water works: the streams of the land inside the district, what covers them, what
//! holds them back, who answers for them.

mod lakes;
mod shores;
mod streams;

use std::collections::{BTreeMap, BTreeSet};

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::land::grid::{self, Grid};
use super::super::land::names::{self, Name};
use super::super::land::patches;
use super::super::land::plane;
use super::super::recipes::parallel;
use super::super::sheet::{Row, Shape, Sheet};
use super::terrain::joined;
use streams::{Stream, ribbon, streams};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "rivers" => rivers(sheet),
        "river_surfaces" => river_surfaces(sheet),
        "culverts" => culverts(sheet),
        "reservoirs" => lakes::reservoirs(sheet),
        "catchments" => catchments(sheet),
        "dams_gates" => lakes::dams_gates(sheet),
        "embankments" => embankments(sheet),
        "river_chiefs" => river_chiefs(sheet),
        _ => Ok(()),
    }
}

/// The number of a stretch of river.
fn river_id(reach: usize) -> String {
    format!("RV{reach:04}")
}

/// The name of a river: the same for all its stretches.
fn river_name(sheet: &Sheet<'_>, river: usize, large: bool) -> Name {
    let mut random =
        super::super::land::random::Random::new(sheet.city.options.seed, "river names")
            .of(river as u64);
    let stem = names::stem(&mut random);
    if large { stem.with("河", "River") } else { stem.with("水", "Stream") }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The grade of a stream: 1 for the largest.
fn grade(stream: &Stream<'_>) -> usize {
    match stream.reach.drains {
        d if d > 40.0 => 1,
        d if d > 14.0 => 2,
        d if d > 4.5 => 3,
        _ => 4,
    }
}

fn rivers(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let all = streams(city);
    let cells = catchment_cells(city);
    for stream in &all {
        let next = stream.reach.next.filter(|next| all.iter().any(|other| other.number == *next));
        let fall = (stream.reach.bed[0] - stream.reach.bed[stream.reach.bed.len() - 1]).max(0.0);
        let long = plane::line_length(&stream.line).max(1.0);
        let large = city.relief.reaches[stream.reach.river].drains > 12.0;
        let grade = grade(stream);
        let row = Row::new(river_id(stream.number), Shape::Line(stream.line.clone()))
            .named(river_name(sheet, stream.reach.river, large))
            .set("river_code", format!("4403LG{:04}", stream.reach.river))
            .set("next_id", next.map(river_id))
            .set("catchment_id", catchment_of(&cells, &stream.line))
            .set("grade", grade.to_string())
            .set("width_m", tenth(stream.reach.width()))
            .set("fall_permille", tenth(fall / long * 1_000.0))
            .set("flood_years", [100, 50, 20, 10][grade - 1])
            .set("water_goal", ["V", "IV", "III", "III"][grade - 1]);
        sheet.add(row)?;
    }
    Ok(())
}

fn river_surfaces(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for stream in streams(city).iter().filter(|stream| !stream.covered) {
        let large = city.relief.reaches[stream.reach.river].drains > 12.0;
        let bed = stream.reach.bed[stream.reach.bed.len() / 2];
        let bank = match grade(stream) {
            1 => "wall",
            2 => "stepped",
            3 => "eco",
            _ => "natural",
        };
        // Long stretches are surveyed in parts, which meet in a line across the water.
        let parts = (plane::line_length(&stream.line) / 1_500.0).ceil().max(1.0) as usize;
        let last = stream.line.len() - 1;
        for part in 0..parts {
            let line = &stream.line[part * last / parts..=(part + 1) * last / parts];
            let Some(ring) = ribbon(line, stream.reach.width() / 2.0) else { continue };
            let row = Row::new(
                format!("{}-{}", sheet.number(stream.number), part + 1),
                Shape::ring(ring),
            )
            .named(river_name(sheet, stream.reach.river, large))
            .set("river_id", river_id(stream.number))
            .set("level_m", tenth(bed + 1.1))
            .set("bank", bank)
            .set("width_m", tenth(stream.reach.width()));
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn culverts(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for stream in streams(city).iter().filter(|stream| stream.covered) {
        let kind = if stream.reach.drains > 8.5 { "covered" } else { "box" };
        // Long ones are kept in parts, from manhole to manhole.
        let parts = (plane::line_length(&stream.line) / 2_800.0).ceil().max(1.0) as usize;
        let each = stream.line.len().div_ceil(parts).max(4);
        for (part, start) in (0..stream.line.len() - 1).step_by(each).enumerate() {
            let line = &stream.line[start..(start + each + 1).min(stream.line.len())];
            let id = format!("{}-{}", sheet.number(stream.number), part + 1);
            let row = Row::new(id, Shape::Line(line.to_vec()))
                .named(river_name(sheet, stream.reach.river, false).stem().with("暗涵", "Culvert"))
                .set("river_id", river_id(stream.number))
                .set("kind", kind);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The stretches whose land a catchment is: the largest rivers, by the stretch that water reaches.
fn basin(city: &City, mut reach: usize) -> usize {
    let reaches = &city.relief.reaches;
    while reaches[reach].drains < 9.0 {
        let Some(next) = reaches[reach].next else { break };
        reach = next;
    }
    reach
}

/// The catchments as cells: 1 and the number of the stretch that drains each; 0 outside.
fn catchment_cells(city: &City) -> Grid<u16> {
    let reaches = &city.relief.reaches;
    let inside = &city.streets.inside;
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for cell in grid::cells().filter(|cell| inside[*cell]) {
        if let Some(reach) = city.relief.drains_to[cell] {
            *sizes.entry(basin(city, reach)).or_default() += 1;
        }
    }
    // What is too small goes where its water goes, or to the largest.
    let largest = sizes.iter().max_by_key(|(reach, size)| (**size, **reach)).map_or(0, |(r, _)| *r);
    let home = |mut reach: usize| loop {
        if sizes.get(&reach).is_some_and(|size| *size >= 560) {
            return reach;
        }
        match reaches[reach].next {
            Some(next) => reach = basin(city, next),
            None => return reach,
        }
    };
    let labels = Grid::of(|cell| {
        let reach = city.relief.drains_to[cell].map_or(largest, |reach| home(basin(city, reach)));
        if inside[cell] { reach as u16 + 1 } else { 0 }
    });
    joined(labels, 400)
}

/// The number of the catchment that a line lies in.
fn catchment_of(cells: &Grid<u16>, line: &[plane::Point]) -> Option<String> {
    let half = line.len() / 2;
    let mut labels = line[half..].iter().chain(&line[..half]).map(|p| cells[grid::cell_of(*p)]);
    labels.find(|label| *label > 0).map(|label| format!("CM{:04}", label - 1))
}

/// The first catchment downstream of a stretch that is another, of those that are there.
fn catchment_below(city: &City, known: &BTreeSet<usize>, reach: usize) -> Option<usize> {
    let mut at = reach;
    while let Some(next) = city.relief.reaches[at].next {
        if next != reach && known.contains(&next) {
            return Some(next);
        }
        at = next;
    }
    None
}

fn catchments(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let reaches = &city.relief.reaches;
    let mut all = patches::patches(city.options.seed ^ 0x5d, &catchment_cells(city), 10.0);
    all.sort_by_key(|patch| (patch.label, std::cmp::Reverse(patch.cells.len())));
    let known: BTreeSet<usize> = all.iter().map(|patch| usize::from(patch.label) - 1).collect();
    let mut last = (0, 0);
    for patch in all {
        let part = if last.0 == patch.label { last.1 + 1 } else { 1 };
        last = (patch.label, part);
        let reach = usize::from(patch.label) - 1;
        let town = patch.cells.iter().filter(|cell| !city.streets.hill[**cell]).count();
        let sealed = town as f64 / patch.cells.len() as f64 * 62.0;
        let [x, y] = reaches[reach].line[reaches[reach].line.len() - 1];
        let basin = match (x > 26_000.0, y > 14_000.0 && x < 16_000.0) {
            (true, _) => "longgang",
            (_, true) => "guanlan",
            _ if x < 16_500.0 => "shenzhen",
            _ => "longgang",
        };
        let area = patch.cells.len() as f64 * 0.01;
        let runoff = (0.32 + sealed / 160.0).min(0.82);
        // The lowest of a river bears its name, those above one of their own.
        let lowest = catchment_below(city, &known, reach)
            .is_none_or(|below| reaches[below].river != reaches[reach].river);
        let called = if lowest { reaches[reach].river } else { 9_000 + reach };
        // Parts that lie apart, as the border cuts them off, drain into the largest.
        let (id, next) = match part {
            1 => (format!("CM{reach:04}"), catchment_below(city, &known, reach)),
            _ => (format!("CM{reach:04}-{part}"), Some(reach)),
        };
        let row = Row::new(id, Shape::Polygon(patch.polygon))
            .named(river_name(sheet, called, true).stem().with("流域", "Catchment"))
            .set("basin", basin)
            .set("next_id", next.map(|next| format!("CM{next:04}")))
            .set("impervious_pct", tenth(sealed))
            .set("runoff_coef", (runoff * 100.0).round() / 100.0)
            .set("peak_flow_m3s", tenth(runoff * 9.5 * libm::pow(area, 0.8)));
        sheet.add(row)?;
    }
    Ok(())
}

fn embankments(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut number = 0;
    for stream in streams(city).iter().filter(|stream| !stream.covered && grade(stream) < 4) {
        if plane::line_length(&stream.line) < 1_000.0
            || city.streets.hill[grid::cell_of(stream.line[stream.line.len() / 2])]
        {
            continue;
        }
        for (side, sign) in [("left", 1.0), ("right", -1.0)] {
            number += 1;
            let mut random = sheet.random.of(number as u64);
            let line = parallel(&stream.line, sign * (stream.reach.width() / 2.0 + 3.0));
            let works =
                calendar::day(random.whole(2014, 2020) as i32, random.whole(1, 12) as i32, 1);
            let standard = [50, 20, 10][grade(stream) - 1];
            let again = random.chance(0.25);
            let spans: Vec<(Day, Option<Day>, i32)> = if again {
                vec![(RECORDS_BEGIN, Some(works), standard), (works, None, standard * 2)]
            } else {
                vec![(RECORDS_BEGIN, None, standard)]
            };
            let bed = stream.reach.bed[stream.reach.bed.len() / 2];
            let kind = *random.pick(&["earth", "wall", "wall", "compound"]);
            for (from, to, years) in spans {
                let row = Row::new(sheet.number(number), Shape::Line(line.clone()))
                    .named(
                        river_name(sheet, stream.reach.river, true).stem().with("堤", "Embankment"),
                    )
                    .during(from, to)
                    .set("river_id", river_id(stream.number))
                    .set("side", side)
                    .set("kind", kind)
                    .set("flood_years", years)
                    .set("meets", if years > standard || !again { "yes" } else { "partly" })
                    .set("crest_m", tenth(bed + 4.2))
                    .set("patrol_path", random.chance(0.6));
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

fn river_chiefs(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let start = calendar::day(2017, 6, 1);
    for stream in &streams(city) {
        let mut random = sheet.random.of(stream.number as u64);
        let again = random.chance(0.15);
        let cut = calendar::day(random.whole(2019, 2024) as i32, random.whole(1, 12) as i32, 1);
        let spans = if again { vec![(start, Some(cut)), (cut, None)] } else { vec![(start, None)] };
        let level = ["city", "district", "subdistrict", "community"][grade(stream) - 1];
        let face = city.face_near(stream.line[stream.line.len() / 2]);
        for (from, to) in spans {
            let home = face.map(|face| city.areas.community(face, from));
            let responsible = home.map(|own| {
                if level == "community" {
                    own.id.clone()
                } else {
                    super::super::land::outline::SUBDISTRICTS[own.subdistrict].id.to_owned()
                }
            });
            let row = Row::new(sheet.number(stream.number), Shape::Line(stream.line.clone()))
                .named(
                    river_name(sheet, stream.reach.river, true)
                        .stem()
                        .with("河长责任段", "River Chief Reach"),
                )
                .during(from, to)
                .set("river_id", river_id(stream.number))
                .set("level", level)
                .set("responsible_id", responsible);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A stretch of river: grade, number, geometry, name.
type Stretch = (String, String, Shape, Option<Name>);

/// The stretches of rivers, the largest rivers first.
pub(crate) fn rivers_by_grade(city: &City) -> Result<Vec<Stretch>, DemoError> {
    let layer = "water.rivers";
    let rivers = city.entities(layer)?;
    let stretch = |river: &super::super::city::Entity| {
        let grade = city.value(layer, river, "grade").text().to_owned();
        (grade, river.id.clone(), river.shape.clone(), river.name.clone())
    };
    let mut out: Vec<Stretch> = rivers.iter().map(stretch).collect();
    out.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    Ok(out)
}
