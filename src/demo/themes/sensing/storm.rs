//! Rain by place and hour: dry air, showers, and the storm that ends the records.

use super::super::super::land::calendar;
use super::super::super::land::plane::{self, Point};
use super::super::super::land::random;

/// The last hour that is measured, in hours since 1970 in the city's time: from 23:00 on.
pub(crate) const LAST_HOUR: i64 = calendar::RECORDS_END as i64 * 24 + 23;
/// Hours from the storm's peak to the last one.
const SINCE_PEAK: i64 = 7;

/// Millimetres of rain at a place in an hour. The storm comes from the south-west, is fiercest in
/// its middle, and has passed some hours before the records end.
pub(crate) fn rain(seed: u64, at: Point, hour: i64) -> f64 {
    let [x, y] = plane::in_metres(at);
    let since = (hour - (LAST_HOUR - SINCE_PEAK)) as f64;
    let centre = [19_000.0 + 2_600.0 * since, 12_500.0 + 1_900.0 * since];
    let far = ((x - centre[0]).powi(2) + (y - centre[1]).powi(2)).sqrt() / 8_500.0;
    let rough = 1.0 + 0.35 * random::noise(seed ^ hour as u64, [x, y], 6_000.0);
    let storm = 66.0 * libm::exp(-far * far) * libm::exp(-since * since / 14.0) * rough;
    // Showers before it, in some afternoons.
    let day = hour.div_euclid(24);
    let wet = random::noise(seed ^ 0x11, [day as f64 * 611.0, 0.0], 1_000.0);
    let of_day = hour.rem_euclid(24) as f64 - 16.0;
    let patch = random::noise(seed ^ day as u64, [x, y], 9_000.0);
    let shower = if wet > 0.1 && patch > 0.0 {
        14.0 * wet * patch * libm::exp(-of_day * of_day / 6.0)
    } else {
        0.0
    };
    let mm = storm + shower;
    if mm < 0.1 { 0.0 } else { mm }
}
