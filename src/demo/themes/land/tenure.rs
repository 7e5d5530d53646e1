//! Who holds parcels, and by what right.

use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::super::land::fabric::Zone;
use super::super::super::land::parcels::Parcel;
use super::super::super::land::random::Random;
use super::super::super::land::renewal::Way;

/// The versions of a parcel's title while one version of the parcel lasts: first day, the day after
/// the last, code.
pub(crate) fn titles(
    city: &City,
    [block, place]: [usize; 2],
) -> Vec<(Day, Option<Day>, &'static str)> {
    let (own, parcel) = (&city.blocks[block], city.parcel([block, place]));
    let Some(scheme) = &own.scheme else {
        return vec![(parcel.from, parcel.to, usual(city, parcel))];
    };
    let Some(covered) = scheme.parcels.iter().find(|covered| covered.id == parcel.id) else {
        let plot = scheme.plots.iter().find(|plot| plot.ring == parcel.ring);
        let title = match plot {
            Some(plot) if plot.far.is_none() => "state",
            Some(_) => "lawful",
            None => usual(city, parcel),
        };
        return vec![(parcel.from, parcel.to, title)];
    };
    // One parcel of those units that got as far is settled before the body is confirmed.
    let first = scheme.parcels.iter().filter(|other| other.cleared && other.title == "unsettled");
    let chosen = first.map(|other| &other.id).min() == Some(&covered.id);
    let settled = scheme.day("actor").filter(|_| chosen && scheme.way != Way::Improve);
    match settled.map(|day| day - 45) {
        Some(day) if day > parcel.from && parcel.to.is_none_or(|to| day < to) => {
            vec![(parcel.from, Some(day), covered.title), (day, parcel.to, "handled")]
        }
        _ => vec![(parcel.from, parcel.to, covered.title)],
    }
}

/// The title of a parcel that no renewal covers.
fn usual(city: &City, parcel: &Parcel) -> &'static str {
    let zone = city.streets.zones[parcel.face];
    let mut random = Random::new(city.options.seed, "titles").named(&parcel.id);
    let chance = random.unit();
    match (parcel.usage, zone) {
        ("E1" | "E2" | "E9" | "S4" | "G1" | "G2", _) => "state",
        ("U1" | "U5" | "U9", _) if chance < 0.7 => "state",
        ("R4", _) if chance < 0.22 => "unsettled",
        ("R4", _) if chance < 0.42 => "handled",
        ("M1" | "W0", Zone::Village | Zone::Industry | Zone::Rural)
            if parcel.from == RECORDS_BEGIN =>
        {
            if chance < 0.16 {
                "unsettled"
            } else if chance < 0.30 {
                "handled"
            } else {
                "lawful"
            }
        }
        ("C1", Zone::Village) if chance < 0.2 => "unsettled",
        _ => "lawful",
    }
}

/// What kind of body holds land of a use.
#[expect(clippy::explicit_auto_deref, reason = "it says which type is picked")]
pub(crate) fn holder(usage: &str, title: &str, random: &mut Random) -> &'static str {
    match usage {
        _ if title == "state" => "gov",
        "R4" => *random.pick(&["stock", "stock", "stock", "stock", "person"]),
        "R2" => *random.pick(&["owners", "owners", "owners", "enterprise"]),
        "C1" => *random.pick(&["enterprise", "enterprise", "enterprise", "stock", "owners"]),
        "M1" | "W0" if title != "lawful" => "stock",
        "M1" | "M0" | "W0" => *random.pick(&["enterprise", "enterprise", "enterprise", "stock"]),
        _ => "gov",
    }
}

/// How the holder came by it.
pub(crate) fn acquired(usage: &str, title: &str, random: &mut Random) -> &'static str {
    match (title, usage) {
        ("unsettled", _) | ("state", "E1" | "E2" | "E9") => "none",
        ("state", _) => "allocated",
        ("handled", _) | (_, "R4") => "confirmed",
        (_, "R2" | "C1" | "M0" | "M1" | "W0") => {
            ["granted", "leased", "contributed"][random.weighed([0.92, 0.05, 0.03].into_iter())]
        }
        _ => "allocated",
    }
}

/// Years that land of a use is granted for.
pub(crate) fn term(usage: &str, from: Day, random: &mut Random) -> i64 {
    match usage {
        "R2" | "R4" => 70,
        "C1" => 40,
        "M0" | "M1" | "W0" if from >= calendar::day(2013, 1, 1) => *random.pick(&[20, 30, 30, 50]),
        _ => 50,
    }
}

/// Floor area of the buildings on a parcel on a day, square metres.
pub(crate) fn floor_on(city: &City, place: [usize; 2], at: Day) -> f64 {
    let there = city.buildings_on(place).iter().filter(|own| own.valid(at));
    there.map(super::super::super::land::buildings::Building::floor_area).sum()
}

/// What a use is called: Chinese, English.
pub(crate) fn use_name(usage: &str) -> (&'static str, &'static str) {
    match usage {
        "R2" => ("住宅用地", "Housing"),
        "R4" => ("村居用地", "Village Housing"),
        "C1" => ("商业用地", "Commerce"),
        "GIC1" => ("行政用地", "Administration"),
        "GIC2" => ("文体用地", "Culture and Sport"),
        "GIC4" => ("医疗用地", "Health"),
        "GIC5" => ("教育用地", "Education"),
        "GIC7" => ("福利用地", "Welfare"),
        "M1" => ("工业用地", "Industry"),
        "M0" => ("新型产业用地", "New Industry"),
        "W0" => ("物流用地", "Logistics"),
        "S2" => ("道路用地", "Streets"),
        "S4" => ("场站用地", "Transport"),
        "U1" | "U5" | "U9" => ("公用设施用地", "Utilities"),
        "G1" => ("公园绿地", "Park"),
        "G2" => ("防护绿地", "Green Buffer"),
        "E1" => ("水域", "Water"),
        "E9" => ("备用地", "Reserve"),
        _ => ("农林用地", "Farm and Forest"),
    }
}
