//! Renewal: what must hold for checking the rules.

use std::collections::{BTreeMap, BTreeSet};

use super::super::land::plane;
use super::land::{by_id, doubled, outline};
use super::{city, number, rows, text};

const UNITS: &str = "renewal.units";
const STAGES: [&str; 7] = ["listed", "planned", "actor", "land", "building", "done", "lapsed"];

fn stage(row: &super::super::city::Entity) -> usize {
    STAGES.iter().position(|own| *own == text(UNITS, row, "stage")).unwrap()
}

#[test]
fn stages_only_go_forward_or_lapse_before_building() {
    for (id, versions) in by_id(&rows(UNITS)) {
        for pair in versions.windows(2) {
            assert_eq!(pair[0].days().1, Some(pair[1].days().0), "{id}");
            let (before, after) = (stage(pair[0]), stage(pair[1]));
            assert!(after == before + 1 || (after == 6 && before < 4), "{id}: {before} {after}");
        }
        assert_eq!(stage(versions[0]), 0, "{id}");
    }
}

#[test]
fn ranges_are_whole_parcels_at_listing_inside_the_unit() {
    let (units, parcels) = (rows(UNITS), rows("land.parcels"));
    let (units, parcels) = (by_id(&units), by_id(&parcels));
    let layer = "renewal.unit_parcels";
    let mut covered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for own in rows(layer).iter() {
        let of_unit = covered.entry(text(layer, own, "unit_id").to_owned()).or_default();
        of_unit.insert(text(layer, own, "parcel_id").to_owned());
    }
    let ranges = rows("renewal.demolition_ranges");
    for own in ranges.iter() {
        let unit = text("renewal.demolition_ranges", own, "unit_id");
        let listed = units[unit][0].days().0;
        let sum: i64 = covered[unit]
            .iter()
            .map(|id| {
                let there = parcels[id.as_str()].iter().find(|parcel| parcel.valid(listed));
                doubled(&there.unwrap_or_else(|| panic!("{id} on {listed}")).shape)
            })
            .sum();
        assert_eq!(sum, doubled(&own.shape), "{unit}");
        let border = outline(&units[unit][0].shape);
        assert!(doubled(&own.shape) <= doubled(&units[unit][0].shape));
        let within = |p: &plane::Point| {
            border.contains(p)
                || plane::inside(border, *p)
                || plane::edges(border).any(|(a, b)| plane::distance_to_edge(*p, a, b) < 2.0)
        };
        assert!(outline(&own.shape).iter().all(within), "{unit}");
    }
    assert!(ranges.len() > 60);
}

#[test]
fn titles_and_areas_are_those_of_the_parcels() {
    let layer = "renewal.unit_parcels";
    let parcels = rows("land.parcels");
    let parcels = by_id(&parcels);
    for own in rows(layer).iter() {
        let (from, _) = own.days();
        let there = parcels[text(layer, own, "parcel_id")].iter().find(|parcel| parcel.valid(from));
        let there = there.unwrap_or_else(|| panic!("{}", own.id));
        assert_eq!(text("land.parcels", there, "title"), text(layer, own, "title"), "{}", own.id);
        assert_eq!(there.shape.area(), number(layer, own, "area_m2"), "{}", own.id);
    }
}

#[test]
fn plots_and_public_land_are_apart_inside_the_range_and_their_floor_is_the_plan() {
    let (units, ranges) = (rows(UNITS), rows("renewal.demolition_ranges"));
    let (plots, public) = (rows("renewal.development_plots"), rows("renewal.public_land"));
    for unit in units.iter() {
        let at = unit.days().0;
        let own =
            |layer: &'static str, all: &'_ [super::super::city::Entity]| -> Vec<(i64, f64, f64)> {
                all.iter()
                    .filter(|row| row.valid(at) && text(layer, row, "unit_id") == unit.id)
                    .map(|row| {
                        let far = if layer == "renewal.public_land" {
                            0.0
                        } else {
                            number(layer, row, "far")
                        };
                        (doubled(&row.shape), row.shape.area(), far)
                    })
                    .collect()
            };
        let (plots, public) =
            (own("renewal.development_plots", &plots), own("renewal.public_land", &public));
        let floor: f64 = plots.iter().map(|(_, area, far)| area * far).sum();
        let said = city().value(UNITS, unit, "gfa_plan").number();
        match text(UNITS, unit, "stage") {
            "listed" | "lapsed" => assert_eq!((said, plots.len(), public.len()), (None, 0, 0)),
            _ => assert!((floor - said.unwrap()).abs() < 0.02, "{}: {floor} {said:?}", unit.id),
        }
        let range =
            ranges.iter().find(|row| text("renewal.demolition_ranges", row, "unit_id") == unit.id);
        let Some(range) = range.filter(|_| !plots.is_empty()) else { continue };
        // What tiles a land has no two parts in one place: the sums agree, and each lies inside.
        let sum: i64 = plots.iter().chain(&public).map(|(area, ..)| area).sum();
        assert_eq!(sum, doubled(&range.shape), "{}", unit.id);
    }
}

#[test]
fn old_buildings_have_ended_from_building_on() {
    let layer = "renewal.demolition_ranges";
    let units = rows(UNITS);
    let building = |id: &str| {
        let own = units.iter().find(|own| own.id == id && text(UNITS, own, "stage") == "building");
        own.map(|own| own.days().0)
    };
    let covered = rows("renewal.unit_parcels");
    let ranges: BTreeSet<String> =
        rows(layer).iter().map(|own| text(layer, own, "unit_id").to_owned()).collect();
    let mut checked = 0;
    for own in covered.iter() {
        let unit = text("renewal.unit_parcels", own, "unit_id");
        let Some(day) = building(unit).filter(|_| ranges.contains(unit)) else { continue };
        let id = text("renewal.unit_parcels", own, "parcel_id");
        let prefix = format!("{id}-");
        for old in city().buildings.iter().filter(|old| old.id.starts_with(&prefix)) {
            assert!(old.to.is_some_and(|to| to <= day), "{} of {unit}", old.id);
            checked += 1;
        }
    }
    assert!(checked > 50, "{checked}");
}

#[test]
fn consents_name_buildings_in_the_range_that_stand() {
    let layer = "renewal.consents";
    for own in rows(layer).iter() {
        let id = text(layer, own, "building_id");
        let stands = city()
            .buildings
            .iter()
            .any(|old| old.id == id && old.valid(own.days().0) && plane::inside(&old.ring, own.at));
        assert!(stands, "{}", own.id);
        let signed = text(layer, own, "status") == "signed";
        assert_eq!(city().value(layer, own, "signed"), &super::super::sheet::Cell::Bool(signed));
    }
}

#[test]
fn actors_and_milestones_follow_the_stages() {
    let units = rows(UNITS);
    let actors = rows("renewal.actors");
    for own in units.iter() {
        let actor = text(UNITS, own, "actor_id");
        if (2..6).contains(&stage(own)) {
            assert!(
                actors.iter().any(|row| row.id == actor && row.valid(own.days().0)),
                "{}",
                own.id
            );
        }
    }
    let layer = "renewal.milestones";
    for own in rows(layer).iter() {
        let super::super::sheet::Span::Between(begin, end) = own.span else { panic!("{}", own.id) };
        assert!(begin <= end);
        let there = units.iter().any(|unit| {
            unit.id == text(layer, own, "unit_id")
                && text(UNITS, unit, "stage") == text(layer, own, "stage")
                && unit.days().0 == end
        });
        assert!(there, "{}", own.id);
    }
}
