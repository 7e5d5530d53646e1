//! What plans control: floor area ratio, height, coverage, green space, facilities, by use.

use super::super::super::land::random::Random;

/// What a plan says of a parcel.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Control {
    /// Code of the use.
    pub(crate) usage: &'static str,
    /// Floor area by land area.
    pub(crate) far: f64,
    /// Greatest height, metres.
    pub(crate) height: Option<f64>,
    /// Per cent of the land under buildings.
    pub(crate) coverage: f64,
    /// Per cent of the land under plants.
    pub(crate) green: Option<f64>,
    /// Facilities due.
    pub(crate) facilities: Vec<Facility>,
}

/// A facility that a plan asks for.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Facility {
    /// Code of its kind.
    pub(crate) kind: &'static str,
    /// Chinese and English name of the kind.
    pub(crate) title: (&'static str, &'static str),
    /// Whether it has land of its own.
    pub(crate) own: bool,
    /// Floor area, square metres.
    pub(crate) floor: f64,
    /// Its size as plans write it.
    pub(crate) size: Option<String>,
}

/// Least, usual and greatest ratio of a use.
pub(crate) const fn ratios(usage: &str) -> Option<[f64; 3]> {
    Some(match usage.as_bytes() {
        b"R2" => [2.5, 3.2, 4.5],
        b"R4" => [1.8, 2.2, 2.6],
        b"C1" => [3.0, 4.2, 6.5],
        b"M1" => [1.8, 2.4, 3.5],
        b"M0" => [3.0, 4.0, 6.0],
        b"W0" => [1.5, 1.8, 2.5],
        b"GIC1" | b"GIC2" | b"GIC4" | b"GIC5" | b"GIC7" => [0.8, 1.3, 2.2],
        b"U1" | b"U5" | b"U9" | b"S4" => [0.4, 0.6, 1.0],
        _ => return None,
    })
}

impl Control {
    /// For a parcel of so many square metres.
    pub(crate) fn of(usage: &'static str, area: f64, random: &mut Random) -> Self {
        let tenth = |v: f64| (v * 10.0).round() / 10.0;
        let far = ratios(usage).map_or(0.0, |range| tenth(random.about(range)));
        let whole = |v: f64| v.round();
        let coverage = match usage {
            "R2" => whole(random.range(25.0, 35.0)),
            "R4" | "C1" | "M0" | "M1" | "W0" => whole(random.range(40.0, 55.0)),
            _ if far > 0.0 => whole(random.range(25.0, 38.0)),
            _ => 0.0,
        };
        let green = match usage {
            "R2" | "R4" | "GIC1" | "GIC2" | "GIC4" | "GIC5" | "GIC7" => random.range(30.0, 40.0),
            "C1" | "M0" | "U1" | "U5" | "U9" | "S4" => random.range(20.0, 28.0),
            "M1" | "W0" => random.range(15.0, 20.0),
            "G1" => random.range(65.0, 90.0),
            "G2" => random.range(80.0, 95.0),
            _ => 0.0,
        };
        let green = (green > 0.0).then(|| whole(green));
        let facilities = facilities(usage, area, random);
        Self { usage, far, height: height(far, usage), coverage, green, facilities }
    }

    /// With more floor on the same land.
    pub(crate) fn denser(&self, random: &mut Random) -> Self {
        let far = ((self.far + random.range(0.3, 1.3)) * 10.0).round() / 10.0;
        Self { far, height: height(far, self.usage), ..self.clone() }
    }

    /// The facilities as one text.
    pub(crate) fn facilities_text(&self) -> Option<String> {
        let text = |own: &Facility| match &own.size {
            Some(size) => format!("{size}{}", own.title.0),
            None => own.title.0.to_owned(),
        };
        let all: Vec<String> = self.facilities.iter().map(text).collect();
        (!all.is_empty()).then(|| all.join("、"))
    }
}

/// The height limit that usually goes with a ratio above 0, metres.
pub(super) fn usual_height(far: f64) -> f64 {
    match far {
        f if f < 1.5 => 24.0,
        f if f < 2.3 => 50.0,
        f if f < 3.0 => 80.0,
        f if f < 3.8 => 100.0,
        f if f < 5.0 => 120.0,
        _ => 150.0,
    }
}

/// The height limit of a plot, metres; none where nothing is built.
fn height(far: f64, usage: &str) -> Option<f64> {
    (far > 0.0).then(|| if usage == "GIC5" { 24.0 } else { usual_height(far) })
}

/// The class of GB 50137.
pub(crate) fn national(usage: &str) -> &'static str {
    match usage {
        "C1" => "B",
        "GIC1" | "GIC2" | "GIC4" | "GIC5" | "GIC7" => "A",
        "R2" | "R4" => "R",
        "M1" | "M0" => "M",
        "W0" => "W",
        "S2" | "S4" => "S",
        "U1" | "U5" | "U9" => "U",
        "G1" | "G2" => "G",
        _ => "E",
    }
}

/// The facilities due on a parcel: its own use's, or smaller ones within large estates.
fn facilities(usage: &'static str, area: f64, random: &mut Random) -> Vec<Facility> {
    let own = |kind, title, far: f64, size: Option<String>| {
        vec![Facility { kind, title, own: true, floor: (area * far / 10.0).round() * 10.0, size }]
    };
    // A plan names the larger ones of a part of the town, not each.
    if !random.chance(if usage == "GIC5" || usage == "GIC4" { 0.26 } else { 0.165 }) {
        return Vec::new();
    }
    let chance = random.unit();
    match usage {
        "GIC5" if area < 6_000.0 => {
            own("kindergarten", ("幼儿园", "Kindergarten"), 0.8, Some("12班".to_owned()))
        }
        "GIC5" if area > 24_000.0 && chance < 0.5 => {
            own("nine", ("九年一贯制学校", "Nine-year School"), 1.3, Some("36班".to_owned()))
        }
        "GIC5" if chance < 0.25 => {
            own("junior", ("初中", "Junior School"), 1.2, Some("24班".to_owned()))
        }
        "GIC5" => own("primary", ("小学", "Primary School"), 1.1, Some("30班".to_owned())),
        "GIC4" if area > 12_000.0 => {
            let beds = ((area / 110.0 / 50.0).round() * 50.0).max(100.0);
            own("hospital", ("综合医院", "Hospital"), 1.6, Some(format!("{beds}床")))
        }
        "GIC4" => own("clinic", ("社区健康服务中心", "Community Health Centre"), 0.5, None),
        "GIC2" => own("culture", ("文化活动室", "Culture Room"), 0.4, None),
        "GIC7" => own("elderly", ("老年人日间照料中心", "Day Care for the Elderly"), 0.6, None),
        "U9" if chance < 0.45 => own("police", ("派出所", "Police Station"), 0.7, None),
        "U9" => own("fire", ("消防站", "Fire Station"), 0.6, None),
        "U1" => own("substation", ("变电站", "Substation"), 0.4, Some("3×63MVA".to_owned())),
        "U5" => own("waste", ("垃圾转运站", "Waste Transfer Station"), 0.3, None),
        "S4" if area < 20_000.0 => own("bus", ("公交首末站", "Bus Terminus"), 0.3, None),
        "R2" | "C1" | "M0" | "R4" if chance < 0.14 => within(random),
        _ => Vec::new(),
    }
}

/// Facilities within buildings, after the planning standards.
fn within(random: &mut Random) -> Vec<Facility> {
    const KINDS: [(&str, (&str, &str), f64, f64); 7] = [
        ("clinic", ("社区健康服务中心", "Community Health Centre"), 1_000.0, 2_000.0),
        ("elderly", ("老年人日间照料中心", "Day Care for the Elderly"), 750.0, 1_200.0),
        ("market", ("肉菜市场", "Food Market"), 1_000.0, 2_500.0),
        ("culture", ("文化活动室", "Culture Room"), 1_000.0, 2_000.0),
        ("kindergarten", ("幼儿园", "Kindergarten"), 2_800.0, 4_800.0),
        ("toilet", ("公共厕所", "Public Toilet"), 60.0, 120.0),
        ("sports", ("社区体育活动场地", "Community Sports Ground"), 1_500.0, 3_000.0),
    ];
    let (kind, title, least, most) = *random.pick(&KINDS);
    let floor = (random.range(least, most) / 10.0).round() * 10.0;
    let size = (kind == "kindergarten").then(|| "9班".to_owned());
    vec![Facility { kind, title, own: false, floor, size }]
}
