//! Parcels, what they were made of, and the layers that follow them.

use std::collections::{BTreeMap, BTreeSet};

use super::super::city::Entity;
use super::super::land::plane::{self, Point};
use super::super::sheet::{Shape, Span};
use super::{DATES, city, number, rows, text};

/// Twice the signed area of all rings.
pub(super) fn doubled(shape: &Shape) -> i64 {
    let land =
        |land: &Vec<Vec<Point>>| land.iter().map(|ring| plane::doubled_area(ring)).sum::<i64>();
    match shape {
        Shape::Polygon(polygon) => land(polygon),
        Shape::Polygons(all) => all.iter().map(land).sum(),
        _ => 0,
    }
}

/// The first ring.
pub(super) fn outline(shape: &Shape) -> &[Point] {
    match shape {
        Shape::Polygon(polygon) => &polygon[0],
        Shape::Polygons(all) => &all[0][0],
        _ => &[],
    }
}

/// By id.
pub(super) fn by_id(all: &[Entity]) -> BTreeMap<&str, Vec<&Entity>> {
    let mut out: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    all.iter().for_each(|own| out.entry(&own.id).or_default().push(own));
    out
}

/// Children begin on the day their parents end, and not before.
pub(super) fn follow_their_parents(layer: &str) {
    let all = rows(layer);
    let known = by_id(&all);
    let mut children = 0;
    for (id, versions) in &known {
        let begun = versions.iter().map(|own| own.days().0).min().unwrap();
        let parents: BTreeSet<&str> =
            versions.iter().flat_map(|own| text(layer, own, "parents").split(',')).collect();
        for parent in parents.into_iter().filter(|parent| !parent.is_empty()) {
            let last = known.get(parent).unwrap_or_else(|| panic!("{layer} {id}: no {parent}"));
            let end = last.iter().map(|own| own.days().1.unwrap_or(i32::MAX)).max();
            assert_eq!(end, Some(begun), "{layer} {id} of {parent}");
            children += 1;
        }
    }
    assert!(children > 10, "{layer}: {children} children");
}

#[test]
fn parcels_tile_each_block_at_every_date() {
    let all = rows("land.parcels");
    for at in DATES {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for own in all.iter().filter(|own| own.valid(at)) {
            *sums.entry(&own.id[2..6]).or_default() += doubled(&own.shape);
        }
        for block in &city().blocks {
            let face = format!("{:04}", block.face);
            let kerb = plane::doubled_area(&block.kerb);
            assert_eq!(sums.get(face.as_str()), Some(&kerb), "block {face} on {at}");
        }
    }
}

#[test]
fn parcels_begin_as_their_parents_end_and_numbers_are_never_used_twice() {
    follow_their_parents("land.parcels");
    let all = rows("land.parcels");
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for own in all.iter() {
        let id = numbers.entry(text("land.parcels", own, "parcel_no")).or_insert(&own.id);
        assert_eq!(*id, own.id);
    }
}

#[test]
fn changes_are_those_of_the_parcels() {
    let layer = "land.parcel_changes";
    let parcels = rows("land.parcels");
    let known = by_id(&parcels);
    for own in rows(layer).iter() {
        let Span::Between(day, end) = own.span else { panic!("{}", own.id) };
        assert_eq!(day, end);
        let sum = |column: &str, at: i32| -> f64 {
            let ids = text(layer, own, column).split(',');
            let version = |id: &str| {
                let found = known[id].iter().find(|parcel| parcel.valid(at));
                found.unwrap_or_else(|| panic!("{}: {id} on {at}", own.id)).shape.area()
            };
            ids.map(version).sum()
        };
        assert!((sum("old_parcels", day - 1) - number(layer, own, "old_m2")).abs() < 0.02);
        assert!((sum("new_parcels", day) - number(layer, own, "new_m2")).abs() < 0.02);
        if text(layer, own, "kind") != "use" {
            let old: BTreeSet<&str> = text(layer, own, "old_parcels").split(',').collect();
            for id in text(layer, own, "new_parcels").split(',') {
                let parents: BTreeSet<&str> =
                    text("land.parcels", known[id][0], "parents").split(',').collect();
                assert_eq!(old, parents, "{} {id}", own.id);
            }
        }
    }
}

#[test]
fn land_use_tiles_the_district_at_every_date() {
    let all = rows("land.land_use");
    let district: i64 = (0..city().streets.mesh.len())
        .map(|face| plane::doubled_area(&city().streets.mesh.ring(face)))
        .sum();
    for at in DATES {
        let there = all.iter().filter(|own| own.valid(at));
        assert_eq!(there.map(|own| doubled(&own.shape)).sum::<i64>(), district, "on {at}");
    }
    for own in all.iter().filter(|own| own.days().0 > DATES[0]) {
        let (_, month, day) = super::super::land::calendar::civil(own.days().0);
        assert_eq!((month, day), (12, 31), "{}", own.id);
    }
}

#[test]
fn parcels_are_supplied_once_and_as_they_are() {
    let layer = "land.supply";
    let parcels = rows("land.parcels");
    let known = by_id(&parcels);
    let mut seen = BTreeSet::new();
    for own in rows(layer).iter() {
        let id = text(layer, own, "parcel_id");
        assert!(seen.insert(id.to_owned()), "{id} twice");
        assert_eq!(doubled(&known[id][0].shape), doubled(&own.shape), "{id}");
        let gfa = number(layer, own, "far") * own.shape.area();
        assert!((gfa - number(layer, own, "gfa_m2")).abs() < 0.02, "{id}");
    }
    let layer = "land.unsettled_land";
    for own in rows(layer).iter() {
        let versions = &known[text(layer, own, "parcel_id")];
        let (from, to) = own.days();
        let last = to.map_or(i32::MAX, |to| to - 1);
        let same = versions.iter().any(|parcel| {
            parcel.valid(from)
                && text("land.parcels", parcel, "title") == "unsettled"
                && (parcel.valid(last) || last == i32::MAX && parcel.days().1.is_none())
        });
        assert!(same, "{}", own.id);
    }
}
