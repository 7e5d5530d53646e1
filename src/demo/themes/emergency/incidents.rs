//! Incidents: where and when something of each kind happens.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::recipes::{Rhythm, beside, minute};
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::STORMS;

/// The last minute of the records.
const LAST: i64 = (RECORDS_END as i64 + 1) * 1440 - 1;
/// First year of the register.
const FIRST: Day = calendar::day(2016, 1, 1);

/// A place where something can happen, with what it is and when the place is there.
struct Scene {
    at: Point,
    from: Day,
    to: Option<Day>,
    what: [&'static str; 2],
}

/// What happened: kind, scene, begin.
struct Incident<'s> {
    kind: &'static str,
    what: [&'static str; 2],
    scene: &'s Scene,
    begin: i64,
    unit: f64,
}

const KINDS: [(&str, f64); 4] = [("nat", 4.0), ("acc", 8.0), ("health", 2.0), ("soc", 2.0)];

/// The incidents.
pub(super) fn incidents(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let scenes = scenes(sheet)?;
    let mut all: Vec<Incident<'_>> = Vec::new();
    for number in 0..sheet.target() {
        let mut random = sheet.random.of(number as u64 + 16);
        let place = random.weighed(KINDS.iter().map(|own| own.1));
        if let Some(own) = happen(&scenes[place], KINDS[place].0, &mut random) {
            all.push(own);
        }
    }
    all.sort_by_key(|own| (own.begin, own.scene.at));
    let mut worst: Vec<f64> =
        all.iter().filter(|own| own.kind == "acc").map(|own| own.unit).collect();
    worst.sort_by(f64::total_cmp);
    let worst = worst.len().checked_sub(2).and_then(|i| worst.get(i)).copied().unwrap_or(2.0);
    let (mut year, mut of_year) = (0, 0);
    let count = all.len();
    for (number, own) in all.into_iter().enumerate() {
        let mut random = sheet.random.named("course").of(number as u64);
        let level = match own.unit {
            unit if own.kind == "acc" && unit >= worst => 2,
            unit if unit > 0.87 => 3,
            _ => 4,
        };
        let open = number + 2 >= count;
        let hours = match level {
            2 => random.range(24.0, 72.0),
            3 => random.range(6.0, 40.0),
            _ => random.about([0.5, 2.0, 26.0]),
        };
        let end = own.begin + (hours * 60.0) as i64;
        let in_year = calendar::civil(own.begin.div_euclid(1440) as Day).0;
        of_year = if in_year == year { of_year + 1 } else { 1 };
        year = in_year;
        let name = stem(city, own.scene.at).with(own.what[0], own.what[1]);
        let row = Row::new(sheet.number(number + 1), Shape::Point(own.scene.at))
            .named(name)
            .span(Span::Minutes(own.begin, (!open).then_some(end.min(LAST))))
            .set("report_no", format!("{year}{of_year:04}"))
            .set("kind", own.kind)
            .set("level", level.to_string())
            .set("subkind", own.what[0])
            .set("status", if open { "open" } else { "closed" });
        sheet.add(harmed(row, &own, level, &mut random))?;
    }
    Ok(())
}

/// The row with who was harmed: most incidents of the lowest level harm nobody.
fn harmed(row: Row, own: &Incident<'_>, level: i64, random: &mut Random) -> Row {
    let harms = own.kind == "acc" || own.what[0] == "滑坡" || own.kind == "soc";
    let dead = match level {
        2 => random.whole(3, 9),
        3 if own.kind == "acc" => random.whole(0, 2),
        _ => 0,
    };
    let ill = own.kind == "health";
    let injured = match level {
        2 => random.whole(10, 40),
        3 if harms => random.whole(1, 12),
        3 if ill => random.whole(20, 80),
        4 if ill => random.whole(3, 24),
        4 if harms && random.chance(0.3) => random.whole(1, 4),
        _ => 0,
    };
    let leave = own.kind == "nat" || matches!(own.what[0], "火灾" | "危化品泄漏" | "燃气泄漏");
    let evacuated = match level {
        2 => random.whole(200, 900),
        3 if leave => random.whole(30, 480),
        4 if leave && random.chance(0.4) => random.whole(2, 60),
        _ => 0,
    };
    let row = row.set("dead", dead).set("injured", injured).set("evacuated", evacuated);
    if level < 4 && own.kind != "health" {
        let most = if level == 2 { [600.0, 1200.0, 2600.0] } else { [60.0, 180.0, 900.0] };
        return row.set("loss_wan", (random.about(most) * 10.0).round() / 10.0);
    }
    row
}

/// What the place is called after.
fn stem(city: &City, at: Point) -> super::super::super::land::names::Name {
    use super::super::super::land::names::Name;
    let face = city.face_near(at);
    face.map_or_else(
        || Name::new("龙岗", "Longgang"),
        |face| city.areas.community(face, RECORDS_END).name.stem(),
    )
}

/// Something at one of the scenes, on a day on which the scene is there.
fn happen<'s>(
    scenes: &'s [Scene],
    kind: &'static str,
    random: &mut Random,
) -> Option<Incident<'s>> {
    let unit = random.unit();
    // Half of what rain does, it does in the great storms.
    let storm = (kind == "nat" && random.chance(0.5)).then(|| {
        let later = STORMS.iter().filter(|own| own.0 >= FIRST);
        let all: Vec<&(Day, i64)> = later.collect();
        **random.pick(&all)
    });
    // Some places come up again and again.
    let most = if random.chance(0.25) { scenes.len() / 10 } else { scenes.len() };
    let first = random.whole(0, most.max(1) as i64 - 1) as usize;
    let there = |own: &&Scene| {
        let (from, to) = (own.from.max(FIRST), own.to.unwrap_or(RECORDS_END + 1));
        match storm {
            Some((day, _)) => from <= day && day < to && own.what[0] != "森林火险",
            None => to - from > 60,
        }
    };
    let scene = scenes.iter().cycle().skip(first).take(scenes.len()).find(there)?;
    let rhythm = match kind {
        "nat" if scene.what[0] != "森林火险" => Rhythm::Rain,
        "soc" => Rhythm::Night,
        _ => Rhythm::Day,
    };
    let begin = if let Some((day, at)) = storm {
        i64::from(day) * 1440 + at + random.whole(30, 420)
    } else {
        let to = scene.to.unwrap_or(RECORDS_END).min(RECORDS_END);
        minute(rhythm, scene.from.max(FIRST), to, random)
    };
    Some(Incident { kind, what: scene.what, scene, begin: begin.min(LAST - 60), unit })
}

/// The scenes of each kind.
fn scenes(sheet: &Sheet<'_>) -> Result<[Vec<Scene>; 4], DemoError> {
    let city = sheet.city;
    let mut all: [Vec<Scene>; 4] = Default::default();
    let [nat, acc, health, soc] = &mut all;
    let layers = [
        ("water.flood_points", ["内涝", "Waterlogging"]),
        ("geology.hazard_points", ["滑坡", "Landslide"]),
    ];
    for (layer, what) in layers {
        nat.extend(city.entities(layer)?.iter().map(|own| {
            let (from, to) = own.days();
            Scene { at: own.at, from, to, what }
        }));
    }
    for own in city.entities("commerce.markets")?.iter() {
        let (from, to) = own.days();
        health.push(Scene { at: own.at, from, to, what: ["食物中毒", "Food poisoning"] });
    }
    for (i, (_, parcel)) in city.parcels().enumerate() {
        let mut random = sheet.random.named("parcels").of(i as u64);
        let Some((kind, what)) = on_parcel(parcel.usage, &mut random) else { continue };
        let by = [random.range(-12.0, 12.0), random.range(-12.0, 12.0)].map(metres);
        let at = plane::moved(plane::inner(&parcel.ring), by);
        let scene = Scene { at, from: parcel.from, to: parcel.to, what };
        match kind {
            "nat" => nat.push(scene),
            "acc" => acc.push(scene),
            "health" => health.push(scene),
            _ => soc.push(scene),
        }
    }
    for (i, own) in city.roads.segments.iter().enumerate().step_by(6) {
        let mut random = sheet.random.named("roads").of(i as u64);
        let at = beside(own, own.length() * random.unit(), random.range(-3.0, 3.0));
        let what = ["道路交通事故", "Traffic Accident"];
        acc.push(Scene { at, from: own.opened().max(RECORDS_BEGIN), to: None, what });
    }
    for (place, list) in all.iter_mut().enumerate() {
        sheet.random.of(place as u64 + 1).shuffle(list);
    }
    Ok(all)
}

/// What can happen on land of a use.
fn on_parcel(usage: &str, random: &mut Random) -> Option<(&'static str, [&'static str; 2])> {
    Some(match usage {
        "M1" | "M0" | "W0" => {
            let all = [
                ["火灾", "Fire"],
                ["火灾", "Fire"],
                ["坍塌", "Collapse"],
                ["危化品泄漏", "Chemical Leak"],
                ["机械伤害", "Machine Accident"],
            ];
            ("acc", *random.pick(&all))
        }
        "R4" | "R2" if random.chance(0.25) => {
            ("acc", *random.pick(&[["火灾", "Fire"], ["燃气泄漏", "Gas Leak"]]))
        }
        "E2" if random.chance(0.04) => ("nat", ["森林火险", "Forest Fire"]),
        "G1" if random.chance(0.1) => ("nat", ["台风树木倒伏", "Trees Felled by Typhoon"]),
        "GIC5" => {
            ("health", *random.pick(&[["传染病", "Infection"], ["食物中毒", "Food Poisoning"]]))
        }
        "C1" | "S4" | "GIC2" | "GIC1" => {
            ("soc", *random.pick(&[["聚集", "Gathering"], ["治安", "Public Order"]]))
        }
        _ => return None,
    })
}
