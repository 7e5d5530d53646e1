//! Industrial parks: the industrial land of one block or of neighbouring blocks, through the years.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::{Name, Names};
use super::super::super::land::plane::{self, Point, Ring};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::outline::merged;
use super::rents;

/// Land uses of industry.
pub(super) const INDUSTRY: [&str; 3] = ["M1", "M0", "W0"];

/// A park as it is for a time.
pub(super) struct Version {
    /// First day.
    pub(super) from: Day,
    /// The day after its last.
    pub(super) to: Option<Day>,
    /// Block and place of its parcels.
    pub(super) parcels: Vec<[usize; 2]>,
}

/// A park.
pub(super) struct Park {
    /// Its number.
    pub(super) id: String,
    /// Its name.
    pub(super) name: Name,
    /// Code of its kind today.
    pub(super) kind: &'static str,
    /// A place in it.
    pub(super) at: Point,
    /// Its versions in their order.
    pub(super) versions: Vec<Version>,
}

impl Park {
    /// From its first day to the day after its last.
    pub(super) fn days(&self) -> (Day, Option<Day>) {
        let first = self.versions.first().map_or(RECORDS_BEGIN, |own| own.from);
        (first, self.versions.last().and_then(|own| own.to))
    }
}

/// The industrial parcels of blocks at each time: spans in which they stay the same.
fn versions(city: &City, blocks: &[usize]) -> Vec<Version> {
    let own: Vec<[usize; 2]> = blocks
        .iter()
        .flat_map(|block| (0..city.blocks[*block].parcels.len()).map(|place| [*block, place]))
        .filter(|place| INDUSTRY.contains(&city.parcel(*place).usage))
        .collect();
    let mut days: BTreeSet<Day> = [RECORDS_BEGIN].into();
    for place in &own {
        let parcel = city.parcel(*place);
        days.insert(parcel.from);
        days.extend(parcel.to);
    }
    let days: Vec<Day> = days.into_iter().collect();
    let mut out: Vec<Version> = Vec::new();
    for (i, from) in days.iter().enumerate() {
        let parcels: Vec<[usize; 2]> =
            own.iter().copied().filter(|place| city.parcel(*place).valid(*from)).collect();
        if parcels.is_empty() {
            // A park that was given up does not come back.
            if out.is_empty() {
                continue;
            }
            break;
        }
        out.push(Version { from: *from, to: days.get(i + 1).copied(), parcels });
    }
    out
}

/// How much there is in each block: buildings of industry at the records' end, and firms in them.
fn weights(city: &City, firms: &[Entity]) -> Vec<(f64, usize)> {
    let id = "economy.enterprises";
    let mut in_building: BTreeMap<&str, f64> = BTreeMap::new();
    for firm in firms {
        *in_building.entry(city.value(id, firm, "building_id").text()).or_default() += 1.0;
    }
    let weight = |block: usize| {
        let parcels = &city.blocks[block].parcels;
        (0..parcels.len())
            .filter(|place| {
                INDUSTRY.contains(&parcels[*place].usage) && parcels[*place].to.is_none()
            })
            .flat_map(|place| city.buildings_on([block, place]))
            .filter(|building| building.stands())
            .map(|building| 1.0 + in_building.get(building.id.as_str()).copied().unwrap_or(0.0))
            .sum::<f64>()
    };
    (0..city.blocks.len()).map(|block| (weight(block), block)).collect()
}

/// All parks, those with the most in them first.
pub(super) fn parks(city: &City) -> Result<Vec<Park>, DemoError> {
    let random = Random::new(city.options.seed, "premises.parks.places");
    let firms = city.entities("economy.enterprises")?;
    let mut order = weights(city, &firms);
    order.retain(|(weight, _)| *weight > 0.0);
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let block_of: BTreeMap<usize, usize> =
        city.blocks.iter().enumerate().map(|(number, block)| (block.face, number)).collect();
    let wanted = city.layer("premises.parks").1.rows(city.options.scale) * 17 / 20;
    let mut names = Names::new(city.options.seed, "premises.parks");
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut out: Vec<Park> = Vec::new();
    let mut rows = 0;
    for (_, block) in &order {
        if rows >= wanted {
            break;
        }
        if !taken.insert(*block) {
            continue;
        }
        let face = city.blocks[*block].face;
        let mut random = random.of(face as u64);
        let mut blocks = vec![*block];
        if random.chance(0.3) {
            let beside = city.streets.mesh.neighbours(face).into_iter();
            let other = beside
                .filter_map(|face| block_of.get(&face).copied())
                .find(|other| !taken.contains(other) && !versions(city, &[*other]).is_empty());
            taken.extend(other);
            blocks.extend(other);
        }
        let versions = versions(city, &blocks);
        let (Some(last), true) = (versions.last(), versions.len() < 6) else { continue };
        let largest = last
            .parcels
            .iter()
            .max_by(|a, b| city.parcel(**a).area().total_cmp(&city.parcel(**b).area()));
        let Some(largest) = largest else { continue };
        let at = plane::inner(&city.parcel(*largest).ring);
        let kind = kind(city, last, &mut random);
        let id = format!("PP{:05}", out.len() + 1);
        let name = named(&names.next(), kind);
        rows += versions.len();
        out.push(Park { id, name, kind, at, versions });
    }
    Ok(out)
}

/// What a park of these parcels is.
fn kind(city: &City, version: &Version, random: &mut Random) -> &'static str {
    let area = |usage: &str| {
        let own = version.parcels.iter().map(|place| city.parcel(*place));
        own.filter(|parcel| parcel.usage == usage)
            .map(super::super::super::land::parcels::Parcel::area)
            .sum::<f64>()
    };
    let [works, new, store] = INDUSTRY.map(area);
    if store > works.max(new) {
        return "logistics";
    }
    if new > works {
        return "innovation";
    }
    let village = version.parcels.iter().any(|place| {
        matches!(city.streets.zones[city.parcel(*place).face], Zone::Village | Zone::Rural)
    });
    if village || random.chance(0.5) { "town" } else { "advanced" }
}

fn named(stem: &Name, kind: &str) -> Name {
    match kind {
        "logistics" => stem.with("物流园", "Logistics Park"),
        "innovation" => stem.with("创新产业园", "Innovation Park"),
        "advanced" => stem.with("科技工业园", "Technology Park"),
        _ => stem.with("工业园", "Industrial Park"),
    }
}

/// The rows of `premises.parks`.
pub(super) fn park_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (number, park) in parks(city)?.iter().enumerate() {
        let mut random = sheet.random.named(&park.id);
        let operator = *random.pick(&operators(park.kind));
        let level = match random.unit() {
            p if p < 0.15 => "city",
            p if p < 0.55 && park.kind != "town" => "district",
            _ => "none",
        };
        let industries = industries(park.kind);
        let industry = *random.pick(&industries);
        let first = park.days().0;
        let before = if first == RECORDS_BEGIN { random.whole(200, 7_500) as Day } else { 0 };
        for version in &park.versions {
            let rings: Vec<&Ring> =
                version.parcels.iter().map(|place| &city.parcel(*place).ring).collect();
            let last = version.to.map_or(RECORDS_END, |to| to - 1);
            let buildings = version.parcels.iter().flat_map(|place| city.buildings_on(*place));
            let own: Vec<f64> = buildings
                .filter(|own| !own.unfinished && own.valid(last))
                .map(super::super::super::land::buildings::Building::floor_area)
                .collect();
            let row = Row::new(park.id.clone(), Shape::Polygons(merged(&rings)))
                .named(park.name.clone())
                .during(version.from, version.to)
                .at(park.at)
                .set("park_no", format!("LGP-{:03}", number + 1))
                .set("kind", park.kind)
                .set("operator", operator)
                .set("level", level)
                .set("parcels", version.parcels.len())
                .set("buildings", own.len())
                .set("floor_m2", own.iter().sum::<f64>())
                .set("industry", industry)
                .set("founded_on", i64::from(first - before));
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn operators(kind: &str) -> [&'static str; 3] {
    match kind {
        "town" => ["stock", "stock", "private"],
        "innovation" => ["gov", "private", "private"],
        "logistics" => ["private", "own", "stock"],
        _ => ["private", "own", "gov"],
    }
}

fn industries(kind: &str) -> [&'static str; 4] {
    match kind {
        "town" => ["light", "electronics", "machinery", "light"],
        "innovation" => ["electronics", "health", "materials", "electronics"],
        "logistics" => ["logistics", "logistics", "logistics", "logistics"],
        _ => ["electronics", "machinery", "materials", "electronics"],
    }
}

/// The rows of `premises.park_utilities`: figures follow the floor area.
pub(super) fn utility_rows(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let parks = parks(city)?;
    let more = (target as f64 / parks.len().max(1) as f64 - 1.2).clamp(0.0, 0.9);
    for (number, park) in parks.iter().enumerate() {
        let mut random = sheet.random.named(&park.id);
        let (from, to) = park.days();
        let Some(last) = park.versions.last() else { continue };
        let area: f64 = last.parcels.iter().map(|place| city.parcel(*place).area()).sum();
        let floor = area * random.range(1.1, 2.2);
        let latest = to.unwrap_or(RECORDS_END) - 200;
        let earliest = (from + 400).max(calendar::day(2012, 1, 1));
        let cut = (earliest < latest && random.chance(more))
            .then(|| random.whole(earliest.into(), latest.into()) as Day);
        let lines = ["single", "double", "double", "ring"];
        let first = random.whole(0, 2) as usize;
        let mut size = random.range(0.7, 1.1);
        let spans = match cut {
            Some(cut) => vec![(from, Some(cut)), (cut, to)],
            None => vec![(from, to)],
        };
        let beds = (floor * random.range(0.004, 0.012)).round();
        for (line, (from, to)) in (first..).zip(spans) {
            let tens = |value: f64, step: f64| (value * size / step).round().max(1.0) * step;
            let row = Row::new(sheet.number(number + 1), Shape::Point(rents::beside(park.at)))
                .named(Name::new(
                    format!("{}配套", park.name.zh),
                    format!("{} utilities", park.name.en),
                ))
                .during(from, to)
                .set("park_id", park.id.clone())
                .set("power_kva", tens(floor * 0.06, 315.0))
                .set("supply_lines", lines[line.min(3)])
                .set("water_m3d", tens(floor * 0.009, 10.0))
                .set("sewage_m3d", tens(floor * 0.0075, 10.0))
                .set("parking_spaces", tens(floor * 0.006, 5.0))
                .set("dorm_beds", beds);
            sheet.add(row)?;
            size *= random.range(1.15, 1.6);
        }
    }
    Ok(())
}
