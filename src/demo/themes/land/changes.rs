//! The register of splits, mergers and changes of use.

use std::collections::BTreeMap;

use super::super::super::DemoError;
use super::super::super::land::calendar::Day;
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};

/// A change: the parcels that end, those that begin, and why.
struct Change<'c> {
    day: Day,
    kind: &'static str,
    cause: &'static str,
    old: Vec<&'c Parcel>,
    new: Vec<&'c Parcel>,
}

pub(super) fn parcel_changes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut all: Vec<Change<'_>> = Vec::new();
    for block in &city.blocks {
        let mut random = sheet.random.of(block.face as u64);
        changes_in(&block.parcels, block.scheme.is_some(), &mut random, &mut all);
    }
    all.sort_by(|a, b| (b.day, &b.new[0].id).cmp(&(a.day, &a.new[0].id)));
    all.truncate(target);
    all.reverse();
    for (number, change) in all.into_iter().enumerate() {
        let sum = |side: &[&Parcel]| {
            let area: f64 = side.iter().map(|own| (own.area() * 100.0).round()).sum();
            area / 100.0
        };
        let ids =
            |side: &[&Parcel]| side.iter().map(|own| own.id.as_str()).collect::<Vec<_>>().join(",");
        let larger =
            change.old.iter().chain(&change.new).max_by(|a, b| a.area().total_cmp(&b.area()));
        let Some(larger) = larger else { continue };
        let row = Row::new(sheet.number(number + 1), Shape::Point(plane::inner(&larger.ring)))
            .span(Span::Between(change.day, change.day))
            .set("kind", change.kind)
            .set("old_parcels", ids(&change.old))
            .set("new_parcels", ids(&change.new))
            .set("old_m2", sum(&change.old))
            .set("new_m2", sum(&change.new))
            .set("cause", change.cause);
        sheet.add(row)?;
    }
    Ok(())
}

/// The changes among a block's parcels.
fn changes_in<'c>(
    parcels: &'c [Parcel],
    renewal: bool,
    random: &mut Random,
    all: &mut Vec<Change<'c>>,
) {
    let mut families: BTreeMap<(Day, &[String]), Vec<&Parcel>> = BTreeMap::new();
    for own in parcels {
        let before = parcels.iter().find(|other| other.id == own.id && other.to == Some(own.from));
        if let Some(before) = before {
            let cause = if before.usage == "E9" { "supply" } else { "holder" };
            let (old, new) = (vec![before], vec![own]);
            all.push(Change { day: own.from, kind: "use", cause, old, new });
        } else if !own.parents.is_empty() {
            families.entry((own.from, &own.parents)).or_default().push(own);
        }
    }
    for ((day, parents), new) in families {
        let ends = |own: &&Parcel| parents.contains(&own.id) && own.to == Some(day);
        let old: Vec<&Parcel> = parcels.iter().filter(ends).collect();
        // A first part of a family may have been cut off by a later split of its own.
        if old.is_empty() {
            continue;
        }
        let kind = match (old.len(), new.len()) {
            (1, 1) => "use",
            (1, _) => "split",
            (_, 1) => "merge",
            _ => "redraw",
        };
        let cause = match old[0].usage {
            "E2" | "E9" => "supply",
            _ if renewal && kind == "redraw" => "renewal",
            _ if random.chance(0.2) => "road",
            _ if random.chance(0.12) => "correct",
            _ => "holder",
        };
        all.push(Change { day, kind, cause, old, new });
    }
}
