//! Planning: statutory plans with their parcels, drafts and adjustments, control lines, permits.

mod controls;
mod drafts;
mod facilities;
mod lines;
mod model;
mod permits;
mod zones;

use super::super::DemoError;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::land::names::Name;
use super::super::recipes::shapes;
use super::super::sheet::{Row, Shape, Sheet};
use super::land::use_name;
use model::{Piece, Plan};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "plans" => plans(sheet),
        "plan_parcels" => plan_parcels(sheet),
        "draft_parcels" => drafts::draft_parcels(sheet),
        "adjustments" => drafts::adjustments(sheet),
        "facilities" => facilities::facilities(sheet),
        "ecological_line" => lines::ecological_line(sheet),
        "blue_line" => lines::blue_line(sheet),
        "industrial_blocks" => zones::industrial_blocks(sheet),
        "density_zones" => zones::density_zones(sheet),
        "land_permits" => permits::land_permits(sheet),
        "works_permits" => permits::works_permits(sheet),
        _ => Ok(()),
    }
}

/// The editions of a plan: name, first day, the day after the last, whether a full revision.
fn editions(plan: &Plan) -> Vec<(&'static str, Day, Option<Day>, bool)> {
    match plan.revised {
        None => vec![("1", RECORDS_BEGIN, None, true)],
        Some((day, full)) => vec![
            ("1", RECORDS_BEGIN, Some(day), true),
            (if full { "2" } else { "1.1" }, day, None, full),
        ],
    }
}

fn plans(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (plans, pieces) = model::plans(sheet.city);
    for plan in &plans {
        let mut random = sheet.random.named(&plan.id);
        let older = calendar::day(random.whole(2003, 2009) as i32, random.whole(1, 12) as i32, 15);
        for (edition, from, to, full) in editions(plan) {
            let own: Vec<&Piece> = pieces
                .iter()
                .filter(|own| {
                    own.plan == plan.number && own.from <= from && own.to.is_none_or(|to| from < to)
                })
                .collect();
            let gfa: f64 = own.iter().map(|own| own.control.far * own.area()).sum();
            let homes = own.iter().filter(|own| own.control.usage.starts_with('R'));
            let homes: f64 = homes.map(|own| own.control.far * own.area()).sum();
            let approved = if from == RECORDS_BEGIN { older } else { from };
            for shape in shapes(sheet, plan.land.clone()) {
                let row = Row::new(plan.id.clone(), shape)
                    .named(plan.stem.with("片区法定图则", "Statutory Plan"))
                    .during(from, to)
                    .set(
                        "plan_no",
                        format!("LG{:03}-{:02}", 101 + plan.number % 11, plan.number / 11 + 1),
                    )
                    .set("version", edition)
                    .set("reason", if full { "full" } else { "partial" })
                    .set("approved_on", approved)
                    .set("approval_no", approval_no(approved, plan.number))
                    .set("function", function(&own))
                    .set("parcels", own.len())
                    .set("gfa_wan_m2", (gfa / 100.0).round() / 100.0)
                    .set("population", (homes / 32.0 / 100.0).round() * 100.0);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

fn approval_no(approved: Day, number: usize) -> String {
    format!("深图委〔{}〕{:02}号", calendar::civil(approved).0, number % 60 + 3)
}

/// What a plan is mainly for.
fn function(pieces: &[&Piece]) -> &'static str {
    let mut sums = [("housing", 0.0), ("centre", 0.0), ("industry", 0.0), ("ecology", 0.0)];
    for own in pieces {
        let (kind, weight) = match own.control.usage {
            "R2" | "R4" => (0, 1.0),
            "C1" | "GIC1" | "GIC2" => (1, 2.6),
            "M1" | "M0" | "W0" => (2, 1.2),
            "E2" | "E1" | "G1" => (3, 0.5),
            _ => continue,
        };
        sums[kind].1 += own.area() * weight;
    }
    sums.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or("housing", |(kind, _)| kind)
}

/// The edition that set a version of a parcel.
fn edition_of(plan: &Plan, piece: &Piece) -> &'static str {
    let all = editions(plan);
    all.iter().rfind(|(_, from, ..)| *from <= piece.from).map_or("1", |(edition, ..)| edition)
}

fn plan_parcels(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (plans, pieces) = model::plans(sheet.city);
    for piece in &pieces {
        let Some(plan) = plans.get(piece.plan) else { continue };
        let parents = (!piece.parents.is_empty()).then(|| piece.parents.join(","));
        let row =
            controlled(Row::new(piece.id.clone(), Shape::Polygon(piece.land.clone())), plan, piece)
                .during(piece.from, piece.to)
                .set("edition", edition_of(plan, piece))
                .set("parents", parents)
                .set("green_share", piece.control.green)
                .set("status", piece.status);
        sheet.add(row)?;
    }
    Ok(())
}

/// A row with what a plan or a draft says of a parcel.
fn controlled(row: Row, plan: &Plan, piece: &Piece) -> Row {
    let control = &piece.control;
    let (zh, en) = use_name(control.usage);
    row.named(Name::new(format!("{}地块{zh}", piece.no), format!("Parcel {} {en}", piece.no)))
        .set("plan_id", plan.id.clone())
        .set("parcel_no", piece.no.clone())
        .set("use_code", control.usage)
        .set("use_gb_code", controls::national(control.usage))
        .set("far", control.far)
        .set("height_limit", control.height)
        .set("coverage", control.coverage)
        .set("facilities", control.facilities_text())
}
