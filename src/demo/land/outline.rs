//! The district's outline and the places in it that carry real names.
//!
//! The names are those of the eleven subdistricts of Longgang; the lines are ours.

use super::plane::{self, Point, Ring};
use super::random::Random;

/// Corners of the outline, kilometres in the plane, clockwise from the south-west.
const CORNERS: [[f64; 2]; 24] = [
    [4.2, 9.4],
    [5.8, 13.5],
    [9.3, 15.0],
    [11.0, 18.7],
    [12.4, 20.6],
    [15.4, 20.1],
    [17.5, 17.3],
    [20.0, 19.7],
    [23.0, 24.2],
    [27.0, 26.7],
    [31.2, 28.2],
    [35.3, 27.2],
    [36.3, 23.6],
    [33.8, 20.4],
    [31.8, 16.4],
    [28.7, 12.8],
    [26.2, 10.7],
    [24.1, 7.2],
    [20.0, 5.2],
    [17.0, 6.3],
    [14.5, 4.8],
    [11.5, 3.7],
    [8.3, 5.2],
    [5.6, 7.3],
];

/// A subdistrict: its number, names, centre (kilometres in the plane), and, for those of 2016,
/// the place in this list of the one it was parted from.
pub(crate) struct Place {
    /// Number.
    pub(crate) id: &'static str,
    /// Chinese name.
    pub(crate) zh: &'static str,
    /// English name.
    pub(crate) en: &'static str,
    /// Kilometres in the plane.
    pub(crate) at: [f64; 2],
    /// The older subdistrict it was part of.
    pub(crate) from: Option<usize>,
}

const fn place(
    id: &'static str,
    zh: &'static str,
    en: &'static str,
    at: [f64; 2],
    from: Option<usize>,
) -> Place {
    Place { id, zh, en, at, from }
}

/// The subdistricts.
pub(crate) const SUBDISTRICTS: [Place; 11] = [
    place("SD01", "平湖街道", "Pinghu Subdistrict", [13.2, 16.8], None),
    place("SD02", "坂田街道", "Bantian Subdistrict", [7.2, 10.6], None),
    place("SD03", "布吉街道", "Buji Subdistrict", [10.9, 6.4], None),
    place("SD04", "南湾街道", "Nanwan Subdistrict", [15.0, 8.4], None),
    place("SD05", "横岗街道", "Henggang Subdistrict", [20.3, 11.2], None),
    place("SD06", "龙城街道", "Longcheng Subdistrict", [22.6, 17.2], None),
    place("SD07", "龙岗街道", "Longgang Subdistrict", [27.4, 18.6], None),
    place("SD08", "坪地街道", "Pingdi Subdistrict", [32.0, 23.8], None),
    place("SD09", "吉华街道", "Jihua Subdistrict", [11.0, 9.6], Some(2)),
    place("SD10", "园山街道", "Yuanshan Subdistrict", [22.7, 8.6], Some(4)),
    place("SD11", "宝龙街道", "Baolong Subdistrict", [28.4, 14.9], Some(6)),
];

/// The centre of a subdistrict, metres in the plane.
pub(crate) fn centre(subdistrict: usize) -> [f64; 2] {
    SUBDISTRICTS[subdistrict].at.map(|km| km * 1000.0)
}

/// The outline, counter-clockwise: the corners with bends of all sizes between them (midpoint
/// displacement, Fournier, Fussell, Carpenter 1982).
pub(crate) fn outline(seed: u64) -> Ring {
    let mut random = Random::new(seed, "outline");
    let mut ring: Ring =
        CORNERS.iter().rev().map(|at| at.map(|km| (km * 1e6).round() as i64)).collect();
    for round in 0..5 {
        let share = 0.17 - 0.012 * f64::from(round);
        let bent = |(a, b): (Point, Point)| {
            let by = plane::scaled(
                plane::left_of(plane::difference(b, a)),
                share * random.range(-1.0, 1.0),
            );
            [a, plane::moved(plane::between(a, b, 0.5), by)]
        };
        ring = plane::edges(&ring).flat_map(bent).collect();
    }
    ring
}
