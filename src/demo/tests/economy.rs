//! Enterprises, where they stand, and what is registered of them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::land::calendar::{Day, RECORDS_BEGIN};
use super::super::land::plane;
use super::{city, rows, text};

const FIRMS: &str = "economy.enterprises";

#[test]
fn enterprises_stand_on_land_for_them_as_long_as_it_is_there() {
    let mut parcels = BTreeMap::new();
    for (place, parcel) in city().parcels() {
        parcels.entry(parcel.id.as_str()).or_insert_with(Vec::new).push((place, parcel));
    }
    for firm in rows(FIRMS).iter() {
        let (from, to) = firm.days();
        let last = to.map_or(from, |to| to - 1);
        let versions = &parcels[text(FIRMS, firm, "parcel_id")];
        let (place, parcel) = *versions
            .iter()
            .find(|(_, parcel)| parcel.valid(from) && parcel.valid(last))
            .unwrap_or_else(|| panic!("{} has no parcel on {from}", firm.id));
        assert!(matches!(parcel.usage, "M1" | "M0" | "W0" | "C1"), "{}", firm.id);
        assert!(plane::inside(&parcel.ring, firm.at), "{} stands beside its parcel", firm.id);
        let building = text(FIRMS, firm, "building_id");
        if !building.is_empty() {
            let home = city().buildings_on(place).iter().find(|own| {
                own.id == building && own.valid(from) && own.valid(last) && !own.unfinished
            });
            assert!(home.is_some_and(|own| plane::inside(&own.ring, firm.at)), "{}", firm.id);
        }
    }
}

#[test]
fn registrations_are_what_the_enterprises_did() {
    let firms = rows(FIRMS);
    let mut done: BTreeSet<(Day, &str, &str)> = BTreeSet::new();
    for own in firms.chunk_by(|a, b| a.id == b.id) {
        let id = own[0].id.as_str();
        if own[0].days().0 > RECORDS_BEGIN {
            done.insert((own[0].days().0, id, "formation"));
        }
        for pair in own.windows(2) {
            assert_eq!(pair[0].days().1, Some(pair[1].days().0), "{id} has a gap");
            if pair[0].at != pair[1].at {
                done.insert((pair[1].days().0, id, "move"));
            }
        }
        if let (_, Some(to)) = own[own.len() - 1].days() {
            done.insert((to, id, "closure"));
        }
    }
    let layer = "economy.registrations";
    let events = rows(layer);
    let registered: BTreeSet<(Day, &str, &str)> = events
        .iter()
        .map(|own| (own.span.start(), text(layer, own, "enterprise_id"), text(layer, own, "kind")))
        .collect();
    assert_eq!(registered.len(), events.len());
    let first = registered.first().unwrap().0;
    assert!(registered.is_subset(&done));
    assert!(done.iter().all(|own| own.0 <= first || registered.contains(own)));
}

#[test]
fn chosen_enterprises_stand_where_the_enterprise_stands() {
    let firms = rows(FIRMS);
    for layer in ["economy.large_enterprises", "economy.specialised", "economy.penalties"] {
        for own in rows(layer).iter() {
            let (id, day) = (text(layer, own, "enterprise_id"), own.span.start());
            let firm = firms.iter().find(|firm| firm.id == id && firm.valid(day));
            assert!(firm.is_some_and(|firm| firm.at == own.at), "{layer} {} on {day}", own.id);
        }
    }
}
