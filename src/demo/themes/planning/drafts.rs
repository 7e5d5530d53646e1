//! Drafts of revisions, and the adjustments that partial revisions made.

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::plane;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::controls::Control;
use super::model::{self, Piece, Plan};

/// Drafts: of the smaller plans, in turn one on display today and one from before a revision.
pub(super) fn draft_parcels(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let target = sheet.target();
    let (plans, pieces) = model::plans(sheet.city);
    let valid = |plan: &Plan, at: Day| -> Vec<&Piece> {
        let there = |own: &&Piece| own.from <= at && own.to.is_none_or(|to| at < to);
        pieces.iter().filter(|own| own.plan == plan.number).filter(there).collect()
    };
    let mut order: Vec<(usize, &Plan)> = plans
        .iter()
        .filter(|plan| plan.revised.is_some())
        .map(|plan| (valid(plan, RECORDS_END).len(), plan))
        .filter(|(count, _)| *count > 22)
        .collect();
    order.sort_by_key(|(count, plan)| (*count, plan.number));
    let mut number = 0;
    for (turn, (count, plan)) in order.into_iter().enumerate() {
        if number + count > target + target / 10 {
            break;
        }
        let Some((day, _)) = plan.revised else { continue };
        let open = turn % 2 == 0;
        let mut random = sheet.random.named(&plan.id);
        let (from, to) = if open {
            (calendar::day(2026, 1, 5) + random.whole(0, 150) as Day, None)
        } else {
            (day - random.whole(180, 420) as Day, Some(day))
        };
        let display = format!("LGGS-{}-{:02}", calendar::civil(from).0, plan.number + 1);
        for piece in valid(plan, if open { RECORDS_END } else { day }) {
            number += 1;
            let mut own = piece.clone();
            let mut random = random.named(&own.id);
            if open {
                own.control = proposed(&own, &mut random);
            }
            // What a draft would replace: itself, or what it would be joined of.
            let before =
                if own.parents.is_empty() || open { own.id.clone() } else { own.parents.join(",") };
            let objections = if random.chance(0.75) { 0 } else { random.whole(1, 24) };
            let row = Row::new(sheet.number(number), Shape::Polygon(own.land.clone()));
            let row = super::controlled(row, plan, &own)
                .during(from.max(RECORDS_BEGIN), to)
                .set("parents", before)
                .set("display_no", display.clone())
                .set("objections", objections);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// What a draft of today proposes for a parcel.
fn proposed(piece: &Piece, random: &mut super::super::super::land::random::Random) -> Control {
    let (chance, area) = (random.unit(), piece.area());
    let usage = match piece.control.usage {
        "M1" if chance < 0.3 => "M0",
        "M1" if chance < 0.38 => "G1",
        "R4" if chance < 0.25 => "R2",
        "E9" if chance < 0.4 => "GIC5",
        _ if chance < 0.12 && piece.control.far > 1.5 => return piece.control.denser(random),
        _ => return piece.control.clone(),
    };
    Control::of(usage, area, random)
}

/// One row an item that differs between the versions of a parcel before and after a partial
/// revision.
pub(super) fn adjustments(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let target = sheet.target();
    let (plans, pieces) = model::plans(sheet.city);
    let mut number = 0;
    for new in &pieces {
        let Some(plan) = plans.get(new.plan) else { continue };
        let Some((day, false)) = plan.revised else { continue };
        let old = pieces.iter().find(|old| old.id == new.id && old.to == Some(new.from));
        let Some(old) = old.filter(|_| new.from == day) else { continue };
        let mut random = sheet.random.named(&new.id);
        let begin = (day - random.whole(90, 400) as Day).max(RECORDS_BEGIN);
        let moved = old.control.usage != new.control.usage;
        let basis = match new.status {
            "renew" => "renewal",
            _ if new.control.usage.starts_with("GIC") || new.control.usage == "G1" => "public",
            _ => *random.pick(&["public", "renewal", "road", "correct"]),
        };
        let applicant = match basis {
            "renewal" => "renewal",
            "public" | "road" => "gov",
            _ => "holder",
        };
        for (item, before, after) in items(&old.control, &new.control, moved) {
            if sheet.count >= target {
                return Ok(());
            }
            number += 1;
            let row = Row::new(sheet.number(number), Shape::Point(plane::inner(&new.land[0])))
                .span(Span::Between(begin, day))
                .set("plan_id", plan.id.clone())
                .set("parcel_no", new.no.clone())
                .set("item", item)
                .set("old", before)
                .set("new", after)
                .set("applicant", applicant)
                .set("basis", basis);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The items that differ, with both values as text.
fn items(old: &Control, new: &Control, moved: bool) -> Vec<(&'static str, String, String)> {
    let mut out = Vec::new();
    if moved {
        out.push(("use", old.usage.to_owned(), new.usage.to_owned()));
    }
    if (old.far - new.far).abs() > 0.05 {
        out.push(("far", format!("{:.1}", old.far), format!("{:.1}", new.far)));
    }
    if old.height != new.height {
        let text =
            |height: Option<f64>| height.map_or_else(|| "无".to_owned(), |h| format!("{h:.0}"));
        out.push(("height", text(old.height), text(new.height)));
    }
    let text = |own: &Control| own.facilities_text().unwrap_or_else(|| "无".to_owned());
    if text(old) != text(new) {
        out.push(("facility", text(old), text(new)));
    }
    out
}
