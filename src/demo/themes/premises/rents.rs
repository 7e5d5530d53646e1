//! What industrial premises cost: by place, year and use.

use super::super::super::land::calendar::{self, Day};
use super::super::super::land::outline;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random;

/// Yuan a square metre and month on a day: factories were let for 22.8 on average in 2020, more
/// near the west and the centres, less where it is far.
pub(super) fn level(seed: u64, at: Point, day: Day, usage: &str) -> f64 {
    let [x, y] = plane::in_metres(at);
    let far = |i: usize| {
        let [cx, cy] = outline::centre(i);
        ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / 1_000.0
    };
    let near = (0..11).map(far).fold(f64::MAX, f64::min);
    let place = 1.14 - 0.035 * near.min(8.0) + 0.12 * random::noise(seed ^ 0x61, [x, y], 2_500.0);
    let base = match usage {
        "rd" => 38.0,
        "highrise" => 34.5,
        "store" => 20.5,
        "dorm" => 24.0,
        _ => 22.4,
    };
    base * place * year(day)
}

/// The level of a day by that of the middle of 2020: it rose until then, and gave way since 2022.
fn year(day: Day) -> f64 {
    let since = f64::from(day - calendar::day(2020, 7, 1)) / 365.25;
    if since < 0.0 {
        return libm::pow(1.045, since);
    }
    1.0 + 0.018 * since.min(2.0) - 0.021 * (since - 2.0).max(0.0)
}

/// To halves.
pub(super) fn halves(rent: f64) -> f64 {
    (rent * 2.0).round() / 2.0
}

/// To tenths.
pub(super) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A place some steps away, where a park's switchgear stands.
pub(super) fn beside(at: Point) -> Point {
    plane::moved(at, [plane::metres(9.0), plane::metres(-6.0)])
}
