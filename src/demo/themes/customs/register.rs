//! The customs register: enterprises with their credit classes through the three regimes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Cell, Row, Shape, Sheet, Span};
use super::super::economy::{Firm, firms};
use super::posts::Posts;

pub(super) const LAYER: &str = "customs.enterprises";
const FIRMS: &str = "economy.enterprises";
const LEASES: &str = "premises.leases";

/// The days on which a new regime of credit classes came into force.
pub(super) const REGIMES: [Day; 2] = [calendar::day(2021, 11, 1), calendar::day(2026, 4, 1)];

/// How far customs trust an enterprise, whatever the regime calls it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Advanced,
    Certified,
    Plain,
    Broken,
    Lost,
}

impl Trust {
    /// What the regime of a day calls it.
    fn class(self, at: Day) -> &'static str {
        let regime = REGIMES.iter().filter(|day| **day <= at).count();
        match (self, regime) {
            (Self::Advanced, _) => "advanced",
            (Self::Certified, 0) => "general",
            (Self::Plain, 0) => "normal",
            (Self::Certified | Self::Plain, 1) => "other",
            (Self::Certified, _) => "certified",
            (Self::Plain, _) => "regular",
            (Self::Lost, 2..) => "serious",
            (Self::Broken | Self::Lost, _) => "discredited",
        }
    }

    /// What it may turn into.
    fn next(self, random: &mut Random) -> Self {
        let of: &[(Self, f64)] = match self {
            Self::Plain => &[(Self::Certified, 4.0), (Self::Broken, 4.0), (Self::Advanced, 2.0)],
            Self::Certified => &[(Self::Advanced, 4.0), (Self::Plain, 2.0), (Self::Broken, 2.0)],
            Self::Advanced => &[(Self::Certified, 2.0), (Self::Plain, 2.0)],
            Self::Broken => &[(Self::Plain, 3.0), (Self::Lost, 5.0)],
            Self::Lost => &[(Self::Plain, 1.0)],
        };
        of[random.weighed(of.iter().map(|(_, weight)| *weight))].0
    }

    /// Least, usual and greatest risk score.
    fn risk(self) -> [f64; 3] {
        match self {
            Self::Advanced => [3.0, 9.0, 22.0],
            Self::Certified => [10.0, 21.0, 38.0],
            Self::Plain => [18.0, 36.0, 62.0],
            Self::Broken => [55.0, 70.0, 88.0],
            Self::Lost => [78.0, 90.0, 99.0],
        }
    }
}

/// The turns of trust from the first day on: day and what holds since.
fn turns(from: Day, to: Option<Day>, random: &mut Random) -> Vec<(Day, Trust)> {
    let last = to.unwrap_or(RECORDS_END);
    let first = random.weighed([1.2, 2.0, 6.0, 0.4].into_iter());
    let mut trust = [Trust::Advanced, Trust::Certified, Trust::Plain, Trust::Broken][first];
    let mut out = vec![(from, trust)];
    let mut day = from;
    loop {
        // Those who lost credit win it back in a year or two; others stay as they are for long.
        let years = match trust {
            Trust::Broken | Trust::Lost => random.range(1.2, 4.0),
            _ => 2.0 - libm::log(1.0 - random.unit()) * 13.0,
        };
        day += (years.min(50.0) * 365.0) as Day;
        // No turn within weeks of a new regime: its first version would last for days only.
        if REGIMES.iter().any(|regime| (day - regime).abs() < 45) {
            day += 90;
        }
        if day > last - 60 {
            return out;
        }
        trust = trust.next(random);
        out.push((day, trust));
    }
}

/// Makes the enterprise one of the smugglers who were caught: the newest regime has a class of its
/// own for them.
fn convict(turns: &mut Vec<(Day, Trust)>, from: Day, random: &mut Random) {
    let fallen = calendar::day(2024, 2, 1) + random.whole(0, 600) as Day;
    if from < fallen - 300 {
        turns.retain(|turn| turn.0 < fallen - 200);
        turns.extend([(fallen, Trust::Broken), (REGIMES[1], Trust::Lost)]);
    }
}

/// The kinds of enterprise and what each trades by.
fn kind(industry: &str, random: &mut Random) -> (&'static str, &'static str) {
    if industry == "logistics" {
        let kind = if random.chance(0.45) { "broker" } else { "storage" };
        let trade = if random.chance(0.3) { "ecommerce" } else { "general" };
        return (kind, trade);
    }
    if random.chance(0.5) {
        let trade = if random.chance(0.75) { "inward" } else { "outward" };
        return ("processing", trade);
    }
    let trade = if random.chance(0.12) { "ecommerce" } else { "general" };
    ("trader", trade)
}

/// The enterprises that trade across the border, in an order of chance.
fn traders<'e>(city: &City, all: Vec<Firm<'e>>, random: &Random) -> Vec<Firm<'e>> {
    let fits = |firm: &Firm<'_>| {
        let industry = city.value(FIRMS, firm.entity, "industry").text();
        let size = city.value(FIRMS, firm.entity, "size").text();
        let industrial = !matches!(industry, "trade" | "services" | "software" | "research");
        industrial && size != "micro"
    };
    let mut out: Vec<Firm<'e>> = all.into_iter().filter(fits).collect();
    random.of(1).shuffle(&mut out);
    out
}

/// The leases of premises, if the city has them.
fn leases(city: &City) -> Result<Arc<Vec<Entity>>, DemoError> {
    match city.entities(LEASES) {
        Err(DemoError::Layer(_)) => Ok(Arc::default()),
        other => other,
    }
}

/// The leases of each enterprise, with the unit.
fn units<'e>(city: &City, leases: &'e [Entity]) -> BTreeMap<String, Vec<(&'e Entity, String)>> {
    let mut out: BTreeMap<String, Vec<(&Entity, String)>> = BTreeMap::new();
    for lease in leases {
        let [tenant, unit] = ["enterprise_id", "unit_id"]
            .map(|column| city.value(LEASES, lease, column).text().to_owned());
        if !unit.is_empty() {
            out.entry(tenant).or_default().push((lease, unit));
        }
    }
    out
}

/// The register.
pub(super) fn enterprises(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let rows = city.entities(FIRMS)?;
    let posts = Posts::of(city)?;
    let leases = leases(city)?;
    let units = units(city, &leases);
    let traders = traders(city, firms(&rows), &sheet.random);
    let mut number = 0;
    for firm in traders {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.named(&firm.entity.id);
        let (open, close) = firm.days();
        let old = open == RECORDS_BEGIN && random.chance(0.7);
        let from = if old {
            open
        } else {
            open.max(calendar::day(2010, 3, 1)) + random.whole(40, 900) as Day
        };
        // Customs came to know of those that have closed since, too, but not for a few weeks.
        if from > close.unwrap_or(RECORDS_END) - 240 {
            continue;
        }
        number += 1;
        let registered = if old { from - random.whole(20, 4_000) as Day } else { from };
        let founded = city.value(FIRMS, firm.entity, "founded_on");
        let registered =
            if let Cell::Day(day) = founded { registered.max(*day) } else { registered };
        let (kind, trade) = kind(city.value(FIRMS, firm.entity, "industry").text(), &mut random);
        let mut turns = turns(from, close, &mut random);
        if number % 16 == 5 && close.is_none() {
            convict(&mut turns, from, &mut random);
        }
        // A turn that the regime has no word for makes no version.
        let trust =
            |day: Day| turns.iter().rfind(|turn| turn.0 <= day).map_or(Trust::Plain, |turn| turn.1);
        let cuts: Vec<Day> = turns
            .iter()
            .map(|turn| turn.0)
            .filter(|day| trust(*day).class(*day) != trust(*day - 1).class(*day - 1))
            .chain(REGIMES)
            .collect();
        let code = (number as u64 * 77_777 + 13) % 1_000_000;
        for (start, end, place) in firm.pieces(from, close, &cuts) {
            let trust = trust(start);
            let unit = units.get(&firm.entity.id).and_then(|own| {
                own.iter().find(|(lease, _)| lease.valid(start)).map(|(_, unit)| unit.clone())
            });
            let row = Row::new(sheet.number(number), Shape::Point(place.at))
                .during(start, end)
                .set("customs_code", format!("9999{code:06}"))
                .set("credit_code", city.value(FIRMS, firm.entity, "credit_code").clone())
                .set("enterprise_id", firm.entity.id.clone())
                .set("unit_id", unit)
                .set("post_id", posts.at(place.at))
                .set("kind", kind)
                .set("class", trust.class(start))
                .set("risk", (random.about(trust.risk()) * 10.0).round() / 10.0)
                .set("trade", trade)
                .set("registered_on", registered);
            let row = match firm.entity.name.clone() {
                Some(name) => row.named(name),
                None => row,
            };
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// Where a class stands among the others: the lower, the more trust.
pub(super) fn rank(class: &str) -> usize {
    match class {
        "advanced" => 0,
        "general" | "certified" => 1,
        "normal" | "regular" | "other" => 2,
        "discredited" => 3,
        _ => 4,
    }
}

/// The changes of class between consecutive versions.
pub(super) fn class_changes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let rows = city.entities(LAYER)?;
    let mut number = 0;
    for pair in rows.windows(2) {
        let [before, after] = pair else { continue };
        let class = |row| city.value(LAYER, row, "class").text().to_owned();
        let (old, new) = (class(before), class(after));
        if before.id != after.id || old == new {
            continue;
        }
        number += 1;
        let (day, _) = after.days();
        let reason = match (rank(&old), rank(&new)) {
            _ if REGIMES.contains(&day) => "regime",
            (3.., _) if rank(&new) < rank(&old) => "recovery",
            (old, new) if new < old => "upgrade",
            _ => "downgrade",
        };
        let mut random = sheet.random.named(&after.id).of(day as u64);
        let row = Row::new(sheet.number(number), Shape::Point(after.at))
            .span(Span::Minutes(i64::from(day) * 1440, None))
            .set("enterprise_id", after.id.clone())
            .set("old", old)
            .set("new", new)
            .set("reason", reason)
            .set(
                "decision_no",
                format!("关信〔{}〕{:04}号", calendar::civil(day).0, random.whole(1, 4_999)),
            );
        sheet.add(row)?;
    }
    Ok(())
}
