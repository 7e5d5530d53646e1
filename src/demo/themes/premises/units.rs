//! Units of premises and who rents them: each building of a park is let floor by floor.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::leases::{self, Lease, Tenants};
use super::parks::{Park, parks};
use super::rents;

/// The day since which premises are registered.
pub(super) const REGISTERED: Day = calendar::day(2017, 1, 1);

/// A part of a building that is let by itself.
pub(super) struct Unit {
    /// Its number.
    pub(super) id: String,
    /// Its place in the list of parks.
    pub(super) park: usize,
    /// The building, by its place in the city's list.
    pub(super) building: usize,
    /// The floor it is on.
    pub(super) floor: i64,
    /// Running number on the floor.
    pub(super) place: usize,
    /// Square metres.
    pub(super) area: f64,
    /// Code of its use.
    pub(super) usage: &'static str,
    /// A point in the building.
    pub(super) at: Point,
    /// First day.
    pub(super) from: Day,
    /// The day after its last.
    pub(super) to: Option<Day>,
    /// Its leases in their order.
    pub(super) leases: Vec<Lease>,
}

impl Unit {
    /// The spans in which it is let or not: first day, day after the last, the lease.
    pub(super) fn spans(&self) -> Vec<(Day, Option<Day>, Option<&Lease>)> {
        let mut out = Vec::new();
        let mut at = Some(self.from);
        for lease in &self.leases {
            let Some(start) = at else { break };
            if lease.from > start {
                out.push((start, Some(lease.from), None));
            }
            out.push((lease.from, lease.to, Some(lease)));
            at = lease.to;
        }
        if let Some(start) = at.filter(|start| self.to.is_none_or(|to| *start < to)) {
            out.push((start, self.to, None));
        }
        out
    }

    /// Whether it is there on a day.
    pub(super) fn valid(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// The lease that holds on a day.
    pub(super) fn lease(&self, day: Day) -> Option<&Lease> {
        self.leases.iter().find(|own| own.from <= day && own.to.is_none_or(|to| day < to))
    }

    /// What it is asked for on a day, yuan a square metre and month.
    pub(super) fn rent(&self, city: &City, day: Day) -> f64 {
        let tall = city.buildings[self.building].storeys >= 7 && self.usage == "factory";
        let usage = if tall { "highrise" } else { self.usage };
        let mut random = Random::new(city.options.seed, "premises.rent").named(&self.id);
        let ground = if self.floor == 1 && self.usage == "factory" { 1.12 } else { 1.0 };
        let own = ground * random.range(0.88, 1.12);
        rents::halves(rents::level(city.options.seed, self.at, day, usage) * own)
    }
}

/// What a building of an industrial parcel is used for.
pub(super) fn building_kind(building: &Building, seed: u64) -> &'static str {
    let mut random = Random::new(seed, "premises.kind").named(&building.id);
    match building.land {
        "W0" => "store",
        "M0" if random.chance(0.72) => "rd",
        "M0" => "highrise",
        _ if building.storeys >= 5 && random.chance(0.2) => "dorm",
        _ if building.storeys >= 7 => "highrise",
        _ => "factory",
    }
}

/// A building of a park and what is left of it to let.
struct Stock {
    park: usize,
    building: usize,
    kind: &'static str,
    /// What is let of each floor, as a share.
    used: BTreeMap<i64, f64>,
    count: usize,
}

/// The buildings of parks, the parks in turn, so that each has some.
fn stock(city: &City, parks: &[Park]) -> Vec<Stock> {
    let mut on: FxHashMap<[usize; 2], Vec<usize>> = FxHashMap::default();
    for (number, building) in city.buildings.iter().enumerate() {
        let lasts = building.to.is_none_or(|to| to > REGISTERED + 400);
        if lasts && !building.unfinished {
            on.entry(building.parcel).or_default().push(number);
        }
    }
    let own = |(park, own): (usize, &Park)| {
        let places = own.versions.iter().flat_map(|version| version.parcels.iter());
        let buildings: BTreeSet<usize> =
            places.filter_map(|place| on.get(place)).flatten().copied().collect();
        let stock = move |building| {
            let kind = building_kind(&city.buildings[building], city.options.seed);
            Stock { park, building, kind, used: BTreeMap::new(), count: 0 }
        };
        buildings.into_iter().map(stock)
    };
    let mut turns: Vec<_> = parks.iter().enumerate().map(own).collect();
    let mut out = Vec::new();
    loop {
        let before = out.len();
        out.extend(turns.iter_mut().filter_map(Iterator::next));
        if out.len() == before {
            return out;
        }
    }
}

/// All units with their leases, and the parks they lie in.
pub(super) fn units(city: &City) -> Result<(Vec<Park>, Vec<Unit>), DemoError> {
    let parks = parks(city)?;
    let tenants = Tenants::new(city)?;
    let mut stock = stock(city, &parks);
    let random = Random::new(city.options.seed, "premises.units.places");
    let wanted = city.layer("premises.units").1.rows(city.options.scale) * 107 / 100;
    let mut out: Vec<Unit> = Vec::new();
    let mut rows = 0;
    // Each round lets another part of each building; dormitories have few.
    for round in 0..400_u64 {
        let before = out.len();
        for own in &mut stock {
            if rows >= wanted {
                return Ok((parks, out));
            }
            let mut random = random.named(&city.buildings[own.building].id).of(round);
            if own.kind == "dorm" && round > 0 {
                continue;
            }
            let id = format!("PU{:05}", out.len() + 1);
            if let Some(mut unit) = unit(city, own, id, &mut random) {
                unit.leases = leases::of(city, &unit, &tenants);
                rows += unit.spans().len();
                out.push(unit);
            }
        }
        if out.len() == before {
            break;
        }
    }
    Ok((parks, out))
}

/// The next unit of a building, if there is room on the floor that chance picks.
fn unit(city: &City, own: &mut Stock, id: String, random: &mut Random) -> Option<Unit> {
    let building = &city.buildings[own.building];
    let plate = building.floor_area() / building.storeys as f64;
    let floor = random.whole(1, building.storeys);
    let used = own.used.entry(floor).or_insert(0.0);
    let share = match plate {
        _ if building.storeys == 1 => 0.5,
        plate if plate > 2_500.0 => *random.pick(&[0.5, 0.33, 0.25, 0.25]),
        plate if plate > 1_000.0 => *random.pick(&[0.9, 0.45, 0.45, 0.3]),
        _ => *random.pick(&[0.9, 0.9, 0.45]),
    };
    let share = share * random.range(0.9, 0.98);
    if *used + share > 1.0 {
        return None;
    }
    *used += share;
    own.count += 1;
    let usage = match own.kind {
        "store" => "store",
        "rd" => "rd",
        "dorm" => "dorm",
        "highrise" if random.chance(0.25) => "rd",
        _ if floor == 1 && random.chance(0.1) => "store",
        _ => "factory",
    };
    let middle = plane::inner(&building.ring);
    let corner = *random.pick(&building.ring);
    let at = plane::between(middle, corner, random.range(0.1, 0.6));
    let at = if plane::inside(&building.ring, at) { at } else { middle };
    let from = building.from.max(REGISTERED + random.whole(0, 900) as Day);
    let from = if building.from > REGISTERED { building.from } else { from };
    if building.to.is_some_and(|to| to < from + 200) || from > RECORDS_END - 30 {
        return None;
    }
    Some(Unit {
        id,
        park: own.park,
        building: own.building,
        floor,
        place: own.count,
        area: (plate * share * 10.0).floor() / 10.0,
        usage,
        at,
        from,
        to: building.to,
        leases: Vec::new(),
    })
}
