//! People: who lives and works where, year by year, from the land's uses and its buildings.

use rustc_hash::FxHashMap;

use super::buildings::Building;
use super::calendar::{self, Day, RECORDS_BEGIN};
use super::parcels::{Block, Parcel};
use super::uses;

/// First and last year that are counted, each on 1 January and 1 September.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 2010..=2026;

/// What is counted.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub(crate) struct Count {
    /// Homes.
    pub(crate) dwellings: f64,
    /// People who live there.
    pub(crate) residents: f64,
    /// Jobs.
    pub(crate) jobs: f64,
    /// Floor, square metres.
    pub(crate) floor_area: f64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.dwellings += other.dwellings;
        self.residents += other.residents;
        self.jobs += other.jobs;
        self.floor_area += other.floor_area;
    }
}

/// The counts of every face.
pub(crate) struct People {
    /// By face and half-year from 1 January 2010.
    counts: FxHashMap<usize, Vec<Count>>,
}

/// The half-year that a day lies in: from 1 January and from 1 September.
fn period(at: Day) -> usize {
    let (year, month, _) = calendar::civil(at);
    let year = year.clamp(*YEARS.start(), *YEARS.end());
    ((year - YEARS.start()) * 2 + i32::from(month >= 9)) as usize
}

impl People {
    /// Of the city's land.
    pub(crate) fn new(blocks: &[Block], buildings: &[Building]) -> Self {
        let mut by_parcel: FxHashMap<[usize; 2], Vec<&Building>> = FxHashMap::default();
        for building in buildings {
            by_parcel.entry(building.parcel).or_default().push(building);
        }
        let mut counts: FxHashMap<usize, Vec<Count>> = FxHashMap::default();
        let periods: Vec<Day> =
            YEARS.flat_map(|year| [1, 9].map(|month| calendar::day(year, month, 1))).collect();
        for (number, block) in blocks.iter().enumerate() {
            let sums =
                counts.entry(block.face).or_insert_with(|| vec![Count::default(); periods.len()]);
            for (place, parcel) in block.parcels.iter().enumerate() {
                let known = by_parcel.get(&[number, place]);
                for (sum, at) in sums.iter_mut().zip(&periods) {
                    if parcel.valid(*at) {
                        *sum += match known {
                            Some(buildings) => of_buildings(buildings, *at),
                            None => usual(parcel, *at),
                        };
                    }
                }
            }
        }
        Self { counts }
    }

    /// What is counted on a face at a day.
    pub(crate) fn at(&self, face: usize, day: Day) -> Count {
        self.counts.get(&face).map_or_else(Count::default, |counts| counts[period(day)])
    }

    /// The sum over faces.
    pub(crate) fn sum(&self, faces: impl Iterator<Item = usize>, day: Day) -> Count {
        let mut sum = Count::default();
        faces.for_each(|face| sum += self.at(face, day));
        sum
    }
}

fn of_buildings(buildings: &[&Building], at: Day) -> Count {
    let mut sum = Count::default();
    for building in buildings.iter().filter(|b| b.valid(at) && !b.unfinished) {
        let floor_area = building.floor_area();
        sum += Count {
            dwellings: building.dwellings() as f64,
            residents: building.residents() as f64,
            jobs: uses::floor_of_job(building.land).map_or(0.0, |each| (floor_area / each).floor()),
            floor_area,
        };
    }
    sum
}

/// What stands on a parcel whose buildings are not known one by one: it grows for some years.
fn usual(parcel: &Parcel, at: Day) -> Count {
    let age = f64::from(at - parcel.from) / 365.25;
    let built = if parcel.from > RECORDS_BEGIN { (age / 4.0 - 0.35).clamp(0.0, 1.0) } else { 1.0 };
    // In these years the town filled up: storeys were added, empty flats were let.
    let filled = 0.62 + 0.38 * (f64::from(at - RECORDS_BEGIN) / 4_000.0).clamp(0.0, 1.0);
    let floor_area = (parcel.area() * uses::usual_far(parcel.usage) * built * filled).round();
    let share = |each: Option<f64>| each.map_or(0.0, |each| (floor_area / each).floor());
    let dwellings = share(uses::floor_of_dwelling(parcel.usage));
    let each = if parcel.usage == "R4" { 2.1 } else { 2.9 };
    Count {
        dwellings,
        residents: (dwellings * each).round(),
        jobs: share(uses::floor_of_job(parcel.usage)),
        floor_area,
    }
}
