//! Land supply: parcels that were cleared or newly cut and then built on.

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::renewal;
use super::parcel_no;

/// A parcel to supply: where it is, the day of its contract, the renewal unit.
struct Grant {
    place: [usize; 2],
    signed: Day,
    unit: Option<String>,
}

pub(super) fn supply(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut grants = grants(city, &sheet.random);
    grants.truncate(target);
    grants.sort_by_key(|own| (own.signed, own.place));
    let plans = city.entities("planning.plan_parcels")?;
    for (number, grant) in grants.into_iter().enumerate() {
        let parcel = city.parcel(grant.place);
        let mut random = sheet.random.named(&parcel.id).of(1);
        let planned = planned(&plans, plane::inner(&parcel.ring), grant.signed);
        let far = planned
            .filter(|own| {
                city.value("planning.plan_parcels", own, "use_code").text() == parcel.usage
            })
            .and_then(|own| city.value("planning.plan_parcels", own, "far").number());
        let own = renewal::planned_far(city, grant.place);
        let far = own.or(far).unwrap_or_else(|| usual_far(parcel.usage, &mut random));
        let shape = Shape::ring(parcel.ring.clone());
        let gfa = (far * shape.area() * 100.0).round() / 100.0;
        let way = way(parcel.usage, grant.unit.is_some(), &mut random);
        let price = price(parcel.usage, &mut random) * gfa / 10_000.0;
        let price = (way != "allocate").then_some((price / 10.0).round() * 10.0);
        let no = parcel_no(&parcel.id);
        let begin = grant.signed - random.whole(30, 90) as Day;
        let row = Row::new(sheet.number(number + 1), shape)
            .named(Name::new(format!("{no}宗地供应"), format!("Supply of {no}")))
            .span(Span::Between(begin.max(RECORDS_BEGIN), grant.signed))
            .set("parcel_id", parcel.id.clone())
            .set("parcel_no", no)
            .set("way", way)
            .set("use_code", parcel.usage)
            .set("far", far)
            .set("gfa_m2", gfa)
            .set("term_years", super::term(parcel.usage, grant.signed, &mut random))
            .set("price_wan", price)
            .set("start_by_on", grant.signed + 365)
            .set("finish_by_on", grant.signed + random.whole(1_095, 1_460) as Day)
            .set("unit_id", grant.unit);
        sheet.add(row)?;
    }
    Ok(())
}

/// What may have been supplied: plots of renewal units first, then others in an order of chance.
fn grants(city: &City, random: &Random) -> Vec<Grant> {
    let mut out = Vec::new();
    let mut others: Vec<(u64, Grant)> = Vec::new();
    let units = renewal::units(city);
    for (place, parcel) in city.parcels() {
        if parcel.from == RECORDS_BEGIN || !is_built_on(parcel.usage) {
            continue;
        }
        let unit = units.iter().find(|own| own.block == place[0]);
        let plot = unit.filter(|own| own.scheme.plots.iter().any(|plot| plot.ring == parcel.ring));
        if let Some((unit, signed)) = plot.and_then(|own| Some((own, own.scheme.day("land")?))) {
            out.push(Grant { place, signed, unit: Some(unit.id.clone()) });
        } else if was_vacant(city, place, parcel) {
            let mut random = random.named(&parcel.id);
            let signed = parcel.from + random.whole(0, 60) as Day;
            if signed <= RECORDS_END {
                others.push((random.next(), Grant { place, signed, unit: None }));
            }
        }
    }
    others.sort_by_key(|(order, own)| (*order, own.place));
    // Public land of renewal units is handed over, some of it by a contract of its own.
    out.retain(|own| random.of(own.place[0] as u64).of(own.place[1] as u64).chance(0.8));
    out.extend(others.into_iter().map(|(_, own)| own));
    out
}

fn is_built_on(usage: &str) -> bool {
    !matches!(usage, "E1" | "E2" | "E9" | "G1" | "G2" | "R4")
}

/// Whether the land was reserve or fields before.
fn was_vacant(city: &City, [block, _]: [usize; 2], parcel: &Parcel) -> bool {
    let before = |other: &&Parcel| {
        other.to == Some(parcel.from)
            && (other.id == parcel.id || parcel.parents.contains(&other.id))
    };
    let vacant = |own: &Parcel| matches!(own.usage, "E2" | "E9");
    let mut before = city.blocks[block].parcels.iter().filter(before).peekable();
    before.peek().is_some() && before.all(vacant)
}

/// The plan parcel at a place on a day.
pub(crate) fn planned(plans: &[Entity], at: Point, day: Day) -> Option<&Entity> {
    plans.iter().find(|own| {
        own.valid(day)
            && match &own.shape {
                Shape::Polygon(land) => {
                    let [low, high] = plane::bounds(&land[0]);
                    let near = (0..2).all(|k| low[k] <= at[k] && at[k] <= high[k]);
                    near && land.iter().filter(|ring| plane::inside(ring, at)).count() == 1
                }
                _ => false,
            }
    })
}

/// Floor area by land area where the plan says nothing of this use.
fn usual_far(usage: &str, random: &mut Random) -> f64 {
    let [least, usual, most] = match usage {
        "R2" => [2.5, 3.2, 4.5],
        "C1" => [3.0, 4.2, 6.5],
        "M1" => [1.8, 2.4, 3.5],
        "M0" => [3.0, 4.0, 6.0],
        "W0" => [1.5, 1.8, 2.5],
        "U1" | "U5" | "U9" | "S4" => [0.4, 0.6, 1.0],
        _ => [0.8, 1.3, 2.2],
    };
    (random.about([least, usual, most]) * 10.0).round() / 10.0
}

fn way(usage: &str, renewal: bool, random: &mut Random) -> &'static str {
    match usage {
        "R2" | "C1" | "M0" | "M1" | "W0" if renewal => "agreement",
        "R2" | "C1" => ["list", "auction"][random.weighed([0.75, 0.25].into_iter())],
        "M0" | "M1" | "W0" => {
            ["list", "agreement", "lease"][random.weighed([0.72, 0.15, 0.13].into_iter())]
        }
        _ => "allocate",
    }
}

/// Price of a square metre of floor.
fn price(usage: &str, random: &mut Random) -> f64 {
    random.about(match usage {
        "R2" => [8_000.0, 14_000.0, 28_000.0],
        "C1" => [5_000.0, 8_000.0, 15_000.0],
        "M0" => [1_500.0, 2_400.0, 4_000.0],
        _ => [500.0, 750.0, 1_200.0],
    })
}
