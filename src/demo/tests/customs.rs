//! What must hold of the enterprises that customs watch over.

use std::collections::{BTreeMap, BTreeSet};

use super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::land::plane;
use super::super::sheet::Shape;
use super::{DATES, city, number, rows, text};

const LAYER: &str = "customs.enterprises";
const FIRMS: &str = "economy.enterprises";
const CUTS: [Day; 2] = [calendar::day(2021, 11, 1), calendar::day(2026, 4, 1)];

#[test]
fn a_class_is_one_of_the_regime_of_its_time() {
    let regimes: [&[&str]; 3] = [
        &["advanced", "general", "normal", "discredited"],
        &["advanced", "other", "discredited"],
        &["advanced", "certified", "regular", "discredited", "serious"],
    ];
    let all = rows(LAYER);
    let mut now = BTreeSet::new();
    for own in all.iter() {
        let (from, to) = own.days();
        let regime = CUTS.iter().filter(|cut| **cut <= from).count();
        let class = text(LAYER, own, "class");
        assert!(regimes[regime].contains(&class), "{} is {class} on {from}", own.id);
        let last = to.map_or(RECORDS_END, |to| to - 1);
        assert!(CUTS.iter().all(|cut| *cut <= from || *cut > last), "{} spans a regime", own.id);
        if own.valid(RECORDS_END) {
            now.insert(class);
        }
    }
    for class in ["advanced", "certified", "regular", "discredited", "serious"] {
        assert!(now.contains(class), "nobody is {class} today");
    }
}

#[test]
fn each_has_premises_on_industrial_land_and_the_post_of_its_area() {
    let mut parcels: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for (_, parcel) in city().parcels() {
        parcels.entry(parcel.id.as_str()).or_default().push(parcel);
    }
    let (firms, areas) = (rows(FIRMS), rows("customs.post_areas"));
    let posts: BTreeSet<String> =
        rows("customs.posts").iter().map(|post| post.id.clone()).collect();
    for own in rows(LAYER).iter() {
        let (from, to) = own.days();
        let last = to.map_or(RECORDS_END, |to| to - 1);
        let id = text(LAYER, own, "enterprise_id");
        for day in [from, last] {
            let firm = firms.iter().find(|firm| firm.id == id && firm.valid(day));
            let firm = firm.unwrap_or_else(|| panic!("{} is no enterprise on {day}", own.id));
            assert_eq!(firm.at, own.at, "{} stands elsewhere on {day}", own.id);
            let parcel = parcels[text(FIRMS, firm, "parcel_id")].iter().find(|own| own.valid(day));
            let industrial = parcel.is_some_and(|own| matches!(own.usage, "M1" | "M0" | "W0"));
            assert!(industrial, "{} stands on no industrial land on {day}", own.id);
            assert_eq!(text(FIRMS, firm, "credit_code"), text(LAYER, own, "credit_code"));
        }
        let post = text(LAYER, own, "post_id");
        assert!(posts.contains(post));
        let area = areas.iter().find(|area| match &area.shape {
            Shape::Polygon(polygon) => plane::inside(&polygon[0], own.at),
            _ => false,
        });
        let area = area.unwrap_or_else(|| panic!("{} lies in no area", own.id));
        assert_eq!(text("customs.post_areas", area, "post_id"), post, "{}", own.id);
    }
}

#[test]
fn the_areas_of_posts_tile_the_district() {
    let district = rows("admin.district")[0].shape.area();
    for at in DATES {
        let areas = rows("customs.post_areas");
        let sum: f64 = areas.iter().filter(|own| own.valid(at)).map(|own| own.shape.area()).sum();
        assert!((sum - district).abs() < 1.0, "{sum} of {district} on {at}");
    }
}

#[test]
fn everything_is_of_an_enterprise_on_the_register_and_stands_there() {
    let register = rows(LAYER);
    let by_id: BTreeMap<&str, Vec<_>> = register.iter().fold(BTreeMap::new(), |mut all, own| {
        all.entry(own.id.as_str()).or_insert_with(Vec::new).push(own);
        all
    });
    let layers = ["visits", "handbooks", "declarations", "class_changes"]
        .map(|own| format!("customs.{own}"));
    let mut visited = BTreeSet::new();
    for layer in &layers {
        for own in rows(layer).iter() {
            let id = text(layer, own, "enterprise_id").to_owned();
            let day = own.span.start();
            let there = by_id[id.as_str()].iter().find(|row| row.valid(day));
            assert!(there.is_some_and(|row| row.at == own.at), "{layer} {} on {day}", own.id);
            if layer.ends_with("visits") {
                visited.insert(id);
            }
        }
    }
    assert_eq!(visited.len(), by_id.len(), "some were never visited");
}

#[test]
fn no_more_are_inspected_than_declared() {
    let layer = "customs.declarations";
    let mut sums = [0.0, 0.0];
    for own in rows(layer).iter() {
        let [count, inspected] = ["count", "inspected"].map(|column| number(layer, own, column));
        assert!(inspected >= 0.0 && inspected <= count, "{}", own.id);
        sums = [sums[0] + count, sums[1] + inspected];
    }
    let rate = sums[1] / sums[0];
    assert!((0.005..0.1).contains(&rate), "{rate} are inspected");
}

#[test]
fn class_changes_are_those_between_versions() {
    let layer = "customs.class_changes";
    let mut expected = BTreeSet::new();
    let register = rows(LAYER);
    for pair in register.windows(2).filter(|pair| pair[0].id == pair[1].id) {
        assert_eq!(pair[0].days().1, Some(pair[1].days().0), "{} has a gap", pair[0].id);
        let [old, new] = [&pair[0], &pair[1]].map(|own| text(LAYER, own, "class"));
        if old != new {
            expected.insert((pair[1].id.as_str(), pair[1].days().0, old, new));
        }
    }
    let changes = rows(layer);
    let found: BTreeSet<_> = changes
        .iter()
        .map(|own| {
            let of = |column| text(layer, own, column);
            (of("enterprise_id"), own.span.start(), of("old"), of("new"))
        })
        .collect();
    assert_eq!(found.len(), changes.len());
    assert_eq!(found, expected);
}

#[test]
fn handbooks_are_due_within_their_time_and_closed_once() {
    let layer = "customs.handbooks";
    let mut open = 0;
    for own in rows(layer).iter() {
        let status = text(layer, own, "status");
        let closed = city().value(layer, own, "closed_on");
        assert_eq!(status == "closed", *closed != super::super::sheet::Cell::Null, "{}", own.id);
        open += usize::from(status != "closed" && own.valid(RECORDS_END));
    }
    assert!(open > 3, "{open} handbooks are open today");
}

#[test]
fn codes_are_nobodys() {
    let letters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut codes = BTreeMap::new();
    for own in rows(LAYER).iter() {
        let customs = text(LAYER, own, "customs_code");
        assert!(customs.starts_with("9999") && customs.len() == 10, "{customs}");
        let credit = text(LAYER, own, "credit_code");
        assert_eq!(credit.len(), 18);
        let mut weight = 1;
        let mut sum = 0;
        for letter in credit.chars().take(17) {
            sum += letters.find(letter).unwrap() * weight;
            weight = weight * 3 % 31;
        }
        let check = letters.find(credit.chars().last().unwrap()).unwrap();
        assert_ne!((sum + check) % 31, 0, "{credit} could be a real one");
        assert_eq!(
            *codes.entry(customs.to_owned()).or_insert(own.id.clone()),
            own.id,
            "{customs} twice"
        );
    }
}
