//! Who agrees to a unit, how it moves on, and who carries it out.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::buildings::Building;
use super::super::super::land::calendar::{Day, RECORDS_END};
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::units::{Unit, actor_id, units};

/// Consents: of whole units, those with the fewest buildings first.
pub(super) fn consents(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let all = units(city);
    let mut order: Vec<(usize, &Unit<'_>)> =
        all.iter().map(|unit| (unit.buildings(city, unit.listed()).len(), unit)).collect();
    order.retain(|(count, _)| *count > 0);
    order.sort_by_key(|(count, unit)| (*count, unit.block));
    for (_, unit) in order {
        if sheet.count + 8 >= target {
            break;
        }
        let mut random = unit.random.of(4);
        let share = if unit.scheme.day("actor").is_some() { 1.0 } else { random.range(0.3, 0.97) };
        for own in unit.buildings(city, unit.listed()) {
            consent(sheet, unit, own, share)?;
        }
    }
    Ok(())
}

fn consent(
    sheet: &mut Sheet<'_>,
    unit: &Unit<'_>,
    own: &Building,
    share: f64,
) -> Result<(), DemoError> {
    let mut random = unit.random.named(&own.id);
    let listed = unit.listed();
    let end = [own.to, unit.scheme.day("lapsed")].into_iter().flatten().min();
    let latest = unit.scheme.day("actor").map_or(RECORDS_END, |day| day - 5);
    let signed = (random.chance(share) || share >= 1.0)
        .then(|| random.whole(i64::from(listed) + 60, i64::from(latest.max(listed + 61))) as Day)
        .filter(|day| end.is_none_or(|end| *day < end) && *day <= RECORDS_END);
    let before = match signed {
        Some(_) => "consent",
        None => ["consent", "open", "refused"][random.weighed([0.5, 0.35, 0.15].into_iter())],
    };
    let housing = own.land == "R2";
    let owners = if housing { own.dwellings().max(1) } else { 1 };
    let mut spans = vec![(listed, signed.or(end), before)];
    spans.extend(signed.map(|day| (day, end, "signed")));
    let ratio = (random.about([0.8, 1.05, 1.3]) * 100.0).round() / 100.0;
    for (from, to, status) in spans {
        let done = status == "signed";
        let row =
            Row::new(format!("{}-{}", unit.id, own.id), Shape::Point(plane::inner(&own.ring)))
                .during(from, to)
                .set("unit_id", unit.id.clone())
                .set("building_id", own.id.clone())
                .set("signed", done)
                .set("status", status)
                .set("old_housing", housing)
                .set("owners", owners)
                .set("floor_m2", own.floor_area())
                .set("ratio", done.then_some(ratio))
                .set("signed_on", done.then_some(from));
        sheet.add(row)?;
    }
    Ok(())
}

pub(super) fn milestones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let all = units(city);
    let mut reached: Vec<(Day, usize, usize)> = Vec::new();
    for (number, unit) in all.iter().enumerate() {
        for (stage, (_, day)) in unit.scheme.stages.iter().enumerate() {
            reached.push((*day, number, stage));
        }
    }
    reached.sort_unstable();
    let skip = reached.len().saturating_sub(target + target / 10);
    for (place, (day, number, stage)) in reached.into_iter().skip(skip).enumerate() {
        let unit = &all[number];
        let (code, _) = unit.scheme.stages[stage];
        let before = stage.checked_sub(1).map(|earlier| unit.scheme.stages[earlier].1);
        let mut random = unit.random.of(300 + stage as u64);
        let begin = (day - random.whole(20, 120) as Day).max(before.unwrap_or(Day::MIN));
        let months = before.map(|before| (f64::from(day - before) / 30.4375 * 10.0).round() / 10.0);
        let approver = match code {
            "listed" | "lapsed" => "district",
            "planned" => *random.pick(&["district", "city"]),
            "land" => "city",
            _ => "bureau",
        };
        let at = plane::inner(&unit.scheme.unit);
        let row = Row::new(sheet.number(place + 1), Shape::Point(at))
            .span(Span::Between(begin, day))
            .set("unit_id", unit.id.clone())
            .set("stage", code)
            .set("months", months)
            .set("approver", approver);
        sheet.add(row)?;
    }
    Ok(())
}

pub(super) fn actors(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for unit in units(city) {
        let Some(confirmed) = unit.scheme.day("actor") else { continue };
        let mut random = unit.random.of(5);
        let at = seat(city, &unit, confirmed);
        let code = credit_code(&mut random);
        let later = ["land", "building"].map(|stage| unit.scheme.day(stage));
        let lapsed = unit.scheme.day("lapsed");
        let cuts: Vec<Day> = [confirmed]
            .into_iter()
            .chain(later.into_iter().flatten().filter(|_| random.chance(0.7)))
            .collect();
        for (i, from) in cuts.iter().enumerate() {
            let to = cuts.get(i + 1).copied().or(lapsed);
            let standing = match i {
                0 => "good",
                _ => ["good", "delayed", "distress"][random.weighed([0.62, 0.28, 0.1].into_iter())],
            };
            let row = Row::new(actor_id(&unit), Shape::Point(at))
                .named(unit.stem.with("更新实施主体", "Renewal Body"))
                .during(*from, to)
                .set("unit_id", unit.id.clone())
                .set("credit_code", code.clone())
                .set("confirmed_on", confirmed)
                .set("standing", standing);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A door near the unit: of the nearest building of commerce or mixed use that stands.
fn seat(city: &City, unit: &Unit<'_>, day: Day) -> plane::Point {
    let middle = plane::inner(&unit.scheme.unit);
    let offices = city
        .buildings
        .iter()
        .filter(|own| matches!(own.usage, "com" | "mixed") && own.from <= day && own.stands());
    let far = |own: &&Building| plane::distance(own.ring[0], middle) as i64;
    offices.min_by_key(far).map_or(middle, |own| plane::inner(&own.ring))
}

/// A code after GB 32100 whose check digit is wrong, so that it is nobody's.
fn credit_code(random: &mut Random) -> String {
    const LETTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut code = String::from("91440307MA");
    for _ in 0..7 {
        code.push(char::from(*random.pick(LETTERS)));
    }
    let mut weight = 1_usize;
    let mut sum = 0;
    for letter in code.bytes() {
        sum += LETTERS.iter().position(|own| *own == letter).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    let right = (31 - sum % 31) % 31;
    code.push(char::from(LETTERS[(right + 1) % 31]));
    code
}
