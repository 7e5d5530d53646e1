//! Uses of land: which fit where, what they turn into, how densely they are built.

use super::fabric::Zone;
use super::random::Random;

/// A use: its code, the share of each zone's parcels (centre, town, village, industry, rural), and
/// the sizes it fits, square metres.
struct Use {
    code: &'static str,
    shares: [f64; 5],
    sizes: [f64; 2],
}

const fn kind(code: &'static str, shares: [f64; 5], sizes: [f64; 2]) -> Use {
    Use { code, shares, sizes }
}

const ANY: [f64; 2] = [0.0, 1e9];

/// The uses; the first three that fit no other take what is left.
const USES: [Use; 20] = [
    kind("R2", [0.300, 0.560, 0.060, 0.050, 0.0], ANY),
    kind("R4", [0.010, 0.020, 0.660, 0.010, 0.070], ANY),
    kind("C1", [0.330, 0.080, 0.060, 0.030, 0.0], [0.0, 90_000.0]),
    kind("GIC1", [0.045, 0.010, 0.015, 0.004, 0.0], [1_000.0, 40_000.0]),
    kind("GIC2", [0.050, 0.025, 0.015, 0.005, 0.0], [1_500.0, 60_000.0]),
    kind("GIC4", [0.025, 0.016, 0.008, 0.002, 0.0], [2_000.0, 60_000.0]),
    kind("GIC5", [0.050, 0.085, 0.045, 0.012, 0.0], [9_000.0, 70_000.0]),
    kind("GIC7", [0.010, 0.014, 0.010, 0.0, 0.0], [1_500.0, 40_000.0]),
    kind("M1", [0.0, 0.030, 0.070, 0.560, 0.050], [1_500.0, 1e9]),
    kind("M0", [0.050, 0.010, 0.0, 0.120, 0.0], [3_000.0, 160_000.0]),
    kind("W0", [0.0, 0.005, 0.005, 0.075, 0.0], [4_000.0, 1e9]),
    kind("S4", [0.020, 0.015, 0.008, 0.025, 0.0], [2_000.0, 60_000.0]),
    kind("U1", [0.010, 0.012, 0.006, 0.022, 0.010], [600.0, 50_000.0]),
    kind("U5", [0.004, 0.007, 0.005, 0.014, 0.010], [600.0, 60_000.0]),
    kind("U9", [0.012, 0.014, 0.008, 0.012, 0.0], [1_200.0, 30_000.0]),
    kind("G1", [0.070, 0.075, 0.020, 0.030, 0.030], [600.0, 300_000.0]),
    kind("G2", [0.010, 0.012, 0.005, 0.025, 0.020], ANY),
    kind("E1", [0.0, 0.0, 0.0, 0.0, 0.030], [3_000.0, 90_000.0]),
    kind("E2", [0.0, 0.0, 0.0, 0.0, 0.720], ANY),
    kind("E9", [0.004, 0.010, 0.0, 0.014, 0.060], ANY),
];

/// A use that fits a zone and a size.
pub(crate) fn fitting(zone: Zone, area: f64, random: &mut Random) -> &'static str {
    let column = match zone {
        Zone::Centre => 0,
        Zone::Town => 1,
        Zone::Village => 2,
        Zone::Industry => 3,
        Zone::Rural | Zone::River | Zone::Hill => 4,
    };
    let fits = |of: &Use| (of.sizes[0]..of.sizes[1]).contains(&area);
    let weight = |of: &Use| if fits(of) { of.shares[column] } else { 0.0 };
    USES[random.weighed(USES.iter().map(weight))].code
}

/// What land of a use is turned to when it is renewed.
pub(crate) fn renewed(usage: &str, random: &mut Random) -> Option<&'static str> {
    let choices: &[&'static str] = match usage {
        "M1" => &["M0", "M0", "R2", "C1"],
        "W0" => &["M0", "M1"],
        "R4" => &["R2", "G1"],
        "R2" => &["C1"],
        "C1" => &["R2", "GIC2"],
        "E9" => &["R2", "GIC5", "C1", "G1"],
        "E2" => &["G1"],
        _ => return None,
    };
    Some(*random.pick(choices))
}

/// Floor area by land area where the buildings are not known one by one.
pub(crate) fn usual_far(usage: &str) -> f64 {
    match usage {
        "R4" => 1.5,
        "C1" => 2.4,
        "M0" => 2.2,
        "W0" => 0.8,
        "R2" | "M1" | "GIC1" | "GIC2" | "GIC4" | "GIC7" => 1.1,
        "GIC5" => 0.7,
        "S4" | "U1" | "U5" | "U9" => 0.3,
        _ => 0.0,
    }
}

/// Square metres of floor for a dwelling, if there are any.
pub(crate) fn floor_of_dwelling(usage: &str) -> Option<f64> {
    match usage {
        "R2" => Some(96.0),
        "R4" => Some(46.0),
        "C1" => Some(420.0),
        "M1" => Some(900.0),
        _ => None,
    }
}

/// Square metres of floor for a job.
pub(crate) fn floor_of_job(usage: &str) -> Option<f64> {
    match usage {
        "C1" => Some(38.0),
        "M0" => Some(42.0),
        "M1" => Some(52.0),
        "W0" => Some(150.0),
        "R2" => Some(900.0),
        "R4" => Some(380.0),
        "GIC1" | "GIC2" | "GIC4" | "GIC5" | "GIC7" => Some(75.0),
        "S4" | "U1" | "U5" | "U9" => Some(120.0),
        _ => None,
    }
}
