//! Enterprises: where each works from its opening through its moves to its closure.

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::{self, Name};
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::credit_code;

/// Where an enterprise can work, and when.
struct Place<'c> {
    parcel: &'c Parcel,
    building: Option<&'c Building>,
    from: Day,
    to: Option<Day>,
}

impl Place<'_> {
    /// Whether one can settle here on a day and stay for a while.
    fn open(&self, at: Day) -> bool {
        self.from <= at && self.to.is_none_or(|to| to > at + 400)
    }
}

/// The places of a kind: in known buildings, and on land whose buildings are not known one by one.
#[derive(Default)]
struct Market<'c> {
    built: Vec<Place<'c>>,
    plain: Vec<Place<'c>>,
}

impl<'c> Market<'c> {
    fn of(city: &'c City, uses: &[&str]) -> Self {
        let mut out = Self::default();
        for (place, parcel) in city.parcels().filter(|(_, parcel)| uses.contains(&parcel.usage)) {
            if !parcel.surveyed {
                out.plain.push(Place { parcel, building: None, from: parcel.from, to: parcel.to });
            }
            for building in city.buildings_on(place).iter().filter(|own| !own.unfinished) {
                let from = parcel.from.max(building.from);
                let to = [parcel.to, building.to].into_iter().flatten().min();
                out.built.push(Place { parcel, building: Some(building), from, to });
            }
        }
        out
    }

    /// A place that is open on a day.
    fn find(&self, at: Day, random: &mut Random) -> Option<&Place<'c>> {
        let known = random.chance(0.7);
        let lists = if known { [&self.built, &self.plain] } else { [&self.plain, &self.built] };
        lists
            .into_iter()
            .filter(|list| !list.is_empty())
            .find_map(|list| (0..60).map(|_| random.pick(list)).find(|place| place.open(at)))
    }
}

/// The time at a place.
struct Stay<'m, 'c> {
    place: &'m Place<'c>,
    from: Day,
    to: Option<Day>,
}

/// The stays of an enterprise: first day at the first place, moves, and the end if it closed.
fn stays<'m, 'c>(market: &'m Market<'c>, random: &mut Random) -> Vec<Stay<'m, 'c>> {
    let mut out: Vec<Stay<'m, 'c>> = Vec::new();
    let first = calendar::day(2010, 2, 1);
    let span = f64::from(RECORDS_END - 60 - first);
    let mut from = RECORDS_BEGIN;
    if random.chance(0.55) {
        from = working(first + (span * libm::pow(random.unit(), 0.85)) as Day);
    }
    while let Some(place) = market.find(from, random) {
        // Of twenty enterprises one moves or closes in a year.
        let years = -libm::log(1.0 - random.unit()) / 0.05;
        let wished = from + 220 + (years.min(60.0) * 365.0) as Day;
        let cleared = place.to.map(|to| to - random.whole(20, 170) as Day);
        let forced = cleared.is_some_and(|day| day <= wished);
        let end = working(cleared.map_or(wished, |day| day.min(wished)));
        if end > RECORDS_END - 20 {
            out.push(Stay { place, from, to: None });
            return out;
        }
        out.push(Stay { place, from, to: Some(end) });
        from = end;
        if random.chance(if forced { 0.2 } else { 0.45 }) {
            return out;
        }
    }
    out
}

/// The day, or the Friday before where it falls on a weekend.
pub(super) fn working(day: Day) -> Day {
    match (day + 3).rem_euclid(7) {
        5 => day - 1,
        6 => day - 2,
        _ => day,
    }
}

/// What an enterprise does: code, Chinese and English words of its name.
type Industry = (&'static str, &'static str, &'static str);

/// What is done on land of a kind, and how often.
fn industry(kind: usize, usage: &str, random: &mut Random) -> Industry {
    let makers: [(Industry, f64); 5] = [
        (("electronics", "电子", "Electronics"), 9.0),
        (("machinery", "精密机械", "Machinery"), 5.0),
        (("plastics", "模具塑胶", "Moulds"), 4.0),
        (("printing", "包装印刷", "Packaging"), 3.0),
        (("apparel", "服饰", "Apparel"), 3.0),
    ];
    let young: [(Industry, f64); 5] = [
        (("electronics", "光电", "Photonics"), 5.0),
        (("software", "软件", "Software"), 4.0),
        (("research", "检测技术", "Testing"), 3.0),
        (("machinery", "智能装备", "Equipment"), 3.0),
        (("services", "企业服务", "Services"), 1.0),
    ];
    let stores: [(Industry, f64); 2] =
        [(("logistics", "供应链", "Logistics"), 4.0), (("trade", "商贸", "Trading"), 1.0)];
    let offices: [(Industry, f64); 4] = [
        (("trade", "贸易", "Trading"), 5.0),
        (("services", "商务咨询", "Consulting"), 4.0),
        (("software", "信息科技", "Information"), 2.0),
        (("research", "工程设计", "Engineering"), 1.0),
    ];
    let of: &[(Industry, f64)] = match (kind, usage) {
        (0, "M0") => &young,
        (0, _) => &makers,
        (1, _) => &stores,
        _ => &offices,
    };
    of[random.weighed(of.iter().map(|(_, weight)| *weight))].0
}

/// The sizes: code, registered capital, staff.
const SIZES: [(&str, [f64; 3], [f64; 3]); 4] = [
    ("large", [5_000.0, 18_000.0, 160_000.0], [1_000.0, 1_500.0, 6_800.0]),
    ("medium", [1_000.0, 2_800.0, 12_000.0], [300.0, 420.0, 980.0]),
    ("small", [100.0, 480.0, 2_000.0], [20.0, 65.0, 295.0]),
    ("micro", [3.0, 50.0, 200.0], [2.0, 8.0, 19.0]),
];

/// What stays the same of an enterprise over its life.
struct Card {
    id: String,
    name: Name,
    code: String,
    industry: &'static str,
    ownership: &'static str,
    size: usize,
    capital: f64,
    staff: f64,
    founded: Day,
}

impl Card {
    fn new(
        id: String,
        number: usize,
        kind: usize,
        first: &Stay<'_, '_>,
        random: &mut Random,
    ) -> Self {
        let (industry, zh, en) = industry(kind, first.place.parcel.usage, random);
        // Two stems together: a name that nobody has.
        let (one, other) = (names::stem(random), names::stem(random));
        let name = Name::new(
            format!("{}{}{zh}有限公司", one.zh, other.zh),
            format!("{} {} {en}", one.en, other.en),
        );
        let old = first.from == RECORDS_BEGIN;
        let founded = if old { first.from - random.whole(60, 7_600) as Day } else { first.from };
        let ownership = [
            ("private", 14.0),
            ("hmt", 3.0),
            ("foreign", 2.0),
            ("state", 1.0),
            ("collective", 1.0),
        ];
        let ownership = ownership[random.weighed(ownership.iter().map(|(_, weight)| *weight))].0;
        let weights = if kind == 2 { [0.3, 2.0, 10.0, 14.0] } else { [1.4, 5.0, 12.0, 9.0] };
        let size = random.weighed(weights.into_iter());
        let capital = random.about(SIZES[size].1);
        let step = if capital > 1_000.0 { 100.0 } else { 1.0 };
        let capital = (capital / step).round() * step;
        let staff = random.about(SIZES[size].2);
        let code = credit_code(number, founded >= calendar::day(2015, 10, 1), random);
        Self { id, name, code, industry, ownership, size, capital, staff, founded }
    }
}

/// The layer of enterprises.
pub(super) fn enterprises(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let markets = [&["M1", "M0"][..], &["W0"], &["C1"]].map(|uses| Market::of(city, uses));
    let empty = |market: &Market<'_>| market.built.is_empty() && market.plain.is_empty();
    if markets.iter().all(empty) {
        return Ok(());
    }
    let mut number = 0;
    while sheet.count < target && number < 4 * target + 64 {
        number += 1;
        let mut random = sheet.random.of(number as u64 + 16);
        let kind = random.weighed([70.0, 10.0, 20.0].into_iter());
        let stays = stays(&markets[kind], &mut random);
        let Some(first) = stays.first() else { continue };
        let card = Card::new(sheet.number(number), number, kind, first, &mut random);
        for (turn, stay) in stays.iter().enumerate() {
            let place = stay.place;
            let at =
                within(place.building.map_or(&place.parcel.ring, |own| &own.ring), &mut random);
            let grown = if turn == 0 { 1.0 } else { random.range(0.85, 1.3) };
            let [least, _, most] = SIZES[card.size].2;
            let row = Row::new(card.id.clone(), Shape::Point(at))
                .named(card.name.clone())
                .during(stay.from, stay.to)
                .set("credit_code", card.code.clone())
                .set("parcel_id", place.parcel.id.clone())
                .set("building_id", place.building.map(|own| own.id.clone()))
                .set("industry", card.industry)
                .set("ownership", card.ownership)
                .set("size", SIZES[card.size].0)
                .set("capital_wan", card.capital)
                .set("staff", (card.staff * grown).clamp(least, most).round())
                .set("founded_on", card.founded);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A point in a ring, on the way from a middle to a corner.
fn within(ring: &[Point], random: &mut Random) -> Point {
    let middle = plane::inner(ring);
    let at = plane::between(middle, *random.pick(ring), random.range(0.0, 0.6));
    if plane::inside(ring, at) { at } else { middle }
}

/// An enterprise with its places in time.
pub(crate) struct Firm<'e> {
    /// A row of it: what stays the same.
    pub(crate) entity: &'e Entity,
    /// Where it worked: first day, the day after the last, the row.
    pub(crate) stays: Vec<(Day, Option<Day>, &'e Entity)>,
}

impl<'e> Firm<'e> {
    /// First day, and the day after the last.
    pub(crate) fn days(&self) -> (Day, Option<Day>) {
        let first = self.stays.first().map_or(RECORDS_BEGIN, |stay| stay.0);
        (first, self.stays.last().and_then(|stay| stay.1))
    }

    /// The pieces of its time from a day to before another, cut at its moves and on these days:
    /// first day, the day after the last, the row of the place.
    pub(crate) fn pieces(
        &self,
        from: Day,
        to: Option<Day>,
        cuts: &[Day],
    ) -> Vec<(Day, Option<Day>, &'e Entity)> {
        let mut starts = vec![from];
        starts.extend(self.stays.iter().map(|stay| stay.0).chain(cuts.iter().copied()));
        starts.retain(|day| *day >= from && to.is_none_or(|to| *day < to));
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().map(Some).chain([to]);
        let place = |day: Day| {
            let stay = self.stays.iter().rfind(|stay| stay.0 <= day).or(self.stays.first());
            stay.map_or(self.entity, |stay| stay.2)
        };
        starts.iter().zip(ends).map(|(start, end)| (*start, end, place(*start))).collect()
    }
}

/// The enterprises among the rows of their layer; rows that differ only in the area's number count
/// as one stay.
pub(crate) fn firms(rows: &[Entity]) -> Vec<Firm<'_>> {
    let mut out: Vec<Firm<'_>> = Vec::new();
    for row in rows {
        let (from, to) = row.days();
        match out.last_mut().filter(|firm| firm.entity.id == row.id) {
            Some(firm) => match firm.stays.last_mut().filter(|stay| stay.2.at == row.at) {
                Some(stay) => stay.1 = to,
                None => firm.stays.push((from, to, row)),
            },
            None => out.push(Firm { entity: row, stays: vec![(from, to, row)] }),
        }
    }
    out
}
