//! The facilities that the plans ask for, planned and built.

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names;
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::controls::Facility;
use super::model::{self, Piece};

pub(super) fn facilities(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let (plans, pieces) = model::plans(city);
    let mut number = 0;
    for (i, piece) in pieces.iter().enumerate() {
        let before = pieces.iter().take(i).rev().take(8);
        let mut before = before.filter(|old| old.id == piece.id && old.to == Some(piece.from));
        // A version that keeps the facilities is told with the one before.
        if before.any(|old| old.control.facilities == piece.control.facilities) {
            continue;
        }
        let next = pieces.iter().skip(i + 1).take(8);
        let mut next = next.filter(|new| new.id == piece.id && piece.to == Some(new.from));
        let lasts = next.find(|new| new.control.facilities == piece.control.facilities);
        let to = lasts.map_or(piece.to, |new| new.to);
        let Some(plan) = plans.get(piece.plan) else { continue };
        for own in &piece.control.facilities {
            number += 1;
            let id = sheet.number(number);
            let mut random = sheet.random.named(&piece.id);
            let built = built_on(city, piece, own, &mut random);
            let stem = names::stem(&mut random);
            for (status, from, to) in spans(piece.from, to, built) {
                let shape = Shape::Point(plane::inner(&piece.land[0]));
                let row = Row::new(id.clone(), shape)
                    .named(stem.with(own.title.0, own.title.1))
                    .during(from, to)
                    .set("plan_id", plan.id.clone())
                    .set("parcel_no", piece.no.clone())
                    .set("kind", own.kind)
                    .set("status", status)
                    .set("siting", if own.own { "own" } else { "within" })
                    .set("land_m2", own.own.then(|| piece.area()))
                    .set("floor_m2", own.floor)
                    .set("capacity", own.size.clone());
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// A facility's versions.
fn spans(from: Day, to: Option<Day>, built: Option<Day>) -> Vec<(&'static str, Day, Option<Day>)> {
    match built {
        Some(day) if day <= from => vec![("built", from, to)],
        Some(day) if to.is_none_or(|to| day < to) => {
            vec![("planned", from, Some(day)), ("built", day, to)]
        }
        _ => vec![("planned", from, to)],
    }
}

/// The day on which the facility stood.
fn built_on(city: &City, piece: &Piece, own: &Facility, random: &mut Random) -> Option<Day> {
    if !own.own {
        let day = random.whole(i64::from(piece.from) + 300, i64::from(RECORDS_END) + 1_500) as Day;
        let built = random.chance(0.55);
        return if built { Some(piece.from) } else { Some(day).filter(|day| *day <= RECORDS_END) };
    }
    let block = city.blocks.get(piece.block?)?;
    let there = |parcel: &&super::super::super::land::parcels::Parcel| {
        parcel.usage == piece.control.usage
            && plane::inside(&piece.land[0], plane::inner(&parcel.ring))
    };
    let first = block.parcels.iter().filter(there).map(|parcel| parcel.from).min()?;
    let day = if first == RECORDS_BEGIN { first } else { first + random.whole(500, 1_100) as Day };
    Some(day).filter(|day| *day <= RECORDS_END)
}
