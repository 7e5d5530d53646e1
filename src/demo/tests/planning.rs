//! Statutory plans: what must hold for comparing and for conflicts.

use std::collections::{BTreeMap, BTreeSet};

use super::super::land::plane;
use super::super::sheet::{Cell, Span};
use super::land::{by_id, doubled, follow_their_parents, outline};
use super::{DATES, city, number, rows, text};

const PARCELS: &str = "planning.plan_parcels";

#[test]
fn the_parcels_of_a_plan_tile_it_at_every_date() {
    let (plans, parcels) = (rows("planning.plans"), rows(PARCELS));
    let mut days: BTreeSet<i32> = DATES.into_iter().collect();
    days.extend(plans.iter().map(|own| own.days().0));
    for at in days {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for own in parcels.iter().filter(|own| own.valid(at)) {
            *sums.entry(text(PARCELS, own, "plan_id")).or_default() += doubled(&own.shape);
        }
        for plan in plans.iter().filter(|own| own.valid(at)) {
            assert_eq!(
                sums.remove(plan.id.as_str()),
                Some(doubled(&plan.shape)),
                "{} on {at}",
                plan.id
            );
        }
        assert!(sums.is_empty(), "parcels of no plan on {at}: {sums:?}");
    }
}

#[test]
fn plans_have_one_edition_at_a_time_and_their_figures_are_those_of_the_parcels() {
    let (plans, parcels) = (rows("planning.plans"), rows(PARCELS));
    for (id, versions) in by_id(&plans) {
        for pair in versions.windows(2) {
            assert_eq!(pair[0].days().1, Some(pair[1].days().0), "{id}");
        }
        let last = versions[versions.len() - 1];
        assert_eq!(last.days().1, None, "{id}");
    }
    for plan in plans.iter() {
        let at = plan.days().0;
        let own = || {
            let there = parcels.iter().filter(|own| own.valid(at));
            there.filter(|own| text(PARCELS, own, "plan_id") == plan.id)
        };
        assert_eq!(own().count() as f64, number("planning.plans", plan, "parcels"));
        let gfa: f64 = own().map(|own| number(PARCELS, own, "far") * own.shape.area()).sum();
        assert!(
            (gfa / 1e4 - number("planning.plans", plan, "gfa_wan_m2")).abs() < 0.02,
            "{}",
            plan.id
        );
    }
}

#[test]
fn plan_parcels_begin_as_their_parents_end() {
    follow_their_parents(PARCELS);
}

#[test]
fn every_revision_changes_a_use_and_a_ratio() {
    let (plans, parcels) = (rows("planning.plans"), rows(PARCELS));
    let mut revisions = 0;
    for (id, versions) in by_id(&plans) {
        for edition in versions.iter().skip(1) {
            let day = edition.days().0;
            let on = |at: i32| -> BTreeMap<&str, (&str, f64)> {
                let there = parcels.iter().filter(|own| own.valid(at));
                let own = there.filter(|own| text(PARCELS, own, "plan_id") == id);
                own.map(|own| {
                    let item = (text(PARCELS, own, "use_code"), number(PARCELS, own, "far"));
                    (own.id.as_str(), item)
                })
                .collect()
            };
            let (old, new) = (on(day - 1), on(day));
            let pairs = || old.iter().filter_map(|(id, old)| Some((old, new.get(id)?)));
            assert!(pairs().any(|(old, new)| old.0 != new.0), "{id}: no use changed");
            assert!(
                pairs().any(|(old, new)| (old.1 - new.1).abs() > 0.05),
                "{id}: no ratio changed"
            );
            revisions += 1;
        }
    }
    assert!(revisions > 25, "{revisions} revisions");
}

#[test]
fn the_sums_of_a_comparison_are_the_areas_of_both_sides() {
    // Parcels of two dates over one plan: pieces by id, whole on both sides, or joined.
    let (plans, parcels) = (rows("planning.plans"), rows(PARCELS));
    for plan in plans.iter().filter(|own| own.days().0 > DATES[0]) {
        let (before, after) = (plan.days().0 - 1, plan.days().0);
        let area = |at: i32| -> i64 {
            let there = parcels.iter().filter(|own| own.valid(at));
            let own = there.filter(|own| text(PARCELS, own, "plan_id") == plan.id);
            own.map(|own| doubled(&own.shape)).sum()
        };
        assert_eq!(area(before), area(after), "{}", plan.id);
    }
}

#[test]
fn drafts_tile_their_plans() {
    let layer = "planning.draft_parcels";
    let (plans, drafts) = (rows("planning.plans"), rows(layer));
    let mut sums: BTreeMap<(&str, i32), i64> = BTreeMap::new();
    for own in drafts.iter() {
        *sums.entry((text(layer, own, "plan_id"), own.days().0)).or_default() +=
            doubled(&own.shape);
    }
    assert!(sums.len() > 3);
    for ((id, from), sum) in sums {
        // A draft that lay in a subdistrict whose number changed has rows from that day on, too.
        let plan = plans.iter().find(|own| own.id == id).unwrap();
        assert_eq!(sum, doubled(&plan.shape), "{id} from {from}");
    }
}

#[test]
fn adjustments_are_the_differences_of_two_versions() {
    let layer = "planning.adjustments";
    let parcels = rows(PARCELS);
    for own in rows(layer).iter() {
        let Span::Between(_, day) = own.span else { panic!("{}", own.id) };
        let version = |at: i32| {
            let fits = |parcel: &&super::super::city::Entity| {
                parcel.valid(at)
                    && text(PARCELS, parcel, "plan_id") == text(layer, own, "plan_id")
                    && text(PARCELS, parcel, "parcel_no") == text(layer, own, "parcel_no")
            };
            parcels.iter().find(fits).unwrap_or_else(|| panic!("{} on {at}", own.id))
        };
        let (column, decimals) = match text(layer, own, "item") {
            "use" => ("use_code", 0),
            "far" => ("far", 1),
            "height" => ("height_limit", 0),
            _ => ("facilities", 0),
        };
        let written = |at: i32| match city().value(PARCELS, version(at), column) {
            Cell::Null => "无".to_owned(),
            Cell::Text(text) => text.clone().into_owned(),
            cell => format!("{:.decimals$}", cell.number().unwrap()),
        };
        assert_eq!(written(day - 1), text(layer, own, "old"), "{}", own.id);
        assert_eq!(written(day), text(layer, own, "new"), "{}", own.id);
        assert_ne!(written(day - 1), written(day));
    }
}

#[test]
fn facilities_lie_on_their_parcel_which_names_them() {
    let layer = "planning.facilities";
    let parcels = rows(PARCELS);
    for own in rows(layer).iter() {
        let at = own.days().0;
        let fits = |parcel: &&super::super::city::Entity| {
            parcel.valid(at)
                && text(PARCELS, parcel, "plan_id") == text(layer, own, "plan_id")
                && text(PARCELS, parcel, "parcel_no") == text(layer, own, "parcel_no")
        };
        let parcel = parcels.iter().find(fits).unwrap_or_else(|| panic!("{}", own.id));
        assert!(plane::inside(outline(&parcel.shape), own.at), "{}", own.id);
        assert!(!text(PARCELS, parcel, "facilities").is_empty(), "{}", own.id);
    }
}

#[test]
fn permits_follow_supply() {
    let layer = "planning.land_permits";
    let supplies = rows("land.supply");
    let known = by_id(&supplies);
    for own in rows(layer).iter() {
        let supply = known[text(layer, own, "supply_id")][0];
        let (Span::Between(begin, _), Span::Between(_, signed)) = (own.span, supply.span) else {
            panic!("{}", own.id)
        };
        assert!(begin >= signed, "{}", own.id);
        assert_eq!(text(layer, own, "parcel_id"), text("land.supply", supply, "parcel_id"));
        assert_eq!(number(layer, own, "gfa_m2"), number("land.supply", supply, "gfa_m2"));
    }
}
