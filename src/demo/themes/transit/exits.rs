//! The ways into metro stations.

use super::super::super::city::City;
use super::super::super::land::calendar::Day;
use super::super::super::land::plane::{self, Point, metres};
use super::super::super::land::random::Random;
use super::super::super::recipes::beside;
use super::super::roads::near::Lines;
use super::network::Metro;

/// A way into a station.
pub(super) struct Exit {
    /// Its letter.
    pub(super) letter: &'static str,
    /// Where.
    pub(super) at: Point,
    /// The days on which it was opened after the station, in days.
    pub(super) later: Day,
}

/// The ways into a station: at the kerbs around, off the carriageway.
pub(super) fn exits(city: &City, metro: &Metro, roads: &Lines, station: usize) -> Vec<Exit> {
    let own = &metro.stations[station];
    let mut random = Random::new(city.options.seed, "metro exits").of(station as u64);
    let wanted = if own.lines.len() > 1 {
        3
    } else if random.chance(0.3) {
        2
    } else {
        1
    };
    let mut out: Vec<Exit> = Vec::new();
    for letter in ["A", "B", "C", "D"] {
        for _ in 0..24 {
            if out.len() >= wanted {
                return out;
            }
            let around = [random.range(-85.0, 85.0), random.range(-85.0, 85.0)].map(metres);
            let near = plane::moved(own.at, around);
            let Some(hit) = roads.nearest(near, 300.0, |_| true) else { continue };
            let segment = &city.roads.segments[hit.line];
            let side = if random.chance(0.5) { 1.0 } else { -1.0 };
            let off = side * (segment.lanes() as f64 * 1.75 + random.range(2.5, 6.0));
            let at = beside(segment, hit.far, off);
            let clear = roads.nearest(at, 40.0, |_| true).is_none_or(|hit| {
                hit.away > city.roads.segments[hit.line].lanes() as f64 * 1.75 + 1.0
            });
            let far = plane::distance(at, own.at);
            let apart = out.iter().all(|other| plane::distance(other.at, at) > metres(25.0));
            if clear && apart && far > metres(20.0) && far < metres(120.0) {
                let later = if random.chance(0.12) { random.whole(200, 900) as Day } else { 0 };
                out.push(Exit { letter, at, later });
                break;
            }
        }
    }
    out
}
