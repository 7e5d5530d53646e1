//! Geology: the faults that run through the land.

use super::super::DemoError;
use super::super::land::grid;
use super::super::land::names::{self, Name};
use super::super::land::plane::{self, Point};
use super::super::land::random;
use super::super::sheet::{Row, Shape, Sheet};

/// Bundles of faults that run side by side: a place in kilometres, the bearing in degrees, how many
/// faults, and metres from one to the next.
const BUNDLES: [([f64; 2], f64, usize, f64); 6] = [
    ([9.5, 11.5], 49.0, 4, 1_150.0),
    ([19.5, 12.0], 53.0, 4, 1_400.0),
    ([29.0, 20.5], 45.0, 4, 1_250.0),
    ([13.0, 12.5], 314.0, 2, 2_300.0),
    ([22.5, 15.5], 321.0, 2, 1_900.0),
    ([31.0, 22.0], 308.0, 2, 2_600.0),
];

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    if layer == "faults" { faults(sheet) } else { Ok(()) }
}

fn faults(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let mut number = 0;
    for (bundle, (centre, bearing, count, apart)) in BUNDLES.into_iter().enumerate() {
        let stem = names::stem(&mut sheet.random.of(900 + bundle as u64));
        for place in 0..count {
            let mut random = sheet.random.of((bundle * 16 + place) as u64);
            let bearing = bearing + random.range(-4.0, 4.0);
            let aside = (place as f64 - (count as f64 - 1.0) / 2.0) * apart;
            let long = if bearing < 180.0 {
                [6_500.0, 11_000.0, 18_000.0]
            } else {
                [3_200.0, 5_000.0, 8_000.0]
            };
            let long = random.about(long);
            let shift = random.range(-1_600.0, 1_600.0);
            let line = trace(sheet, centre, bearing, [aside, shift, long]);
            let Some(line) = longest(sheet, &line) else { continue };
            let (first, last) = (line[0], line[line.len() - 1]);
            let [east, north] = plane::difference(last, first);
            let strike = libm::atan2(east, north).to_degrees().rem_euclid(180.0).floor();
            number += 1;
            let row = Row::new(sheet.number(number), Shape::Line(line))
                .named(title(&stem, place))
                .set("strike_deg", strike as i64)
                .set(
                    "kind",
                    if bearing < 180.0 {
                        *random.pick(&["normal", "reverse", "reverse"])
                    } else {
                        *random.pick(&["normal", "strike_slip"])
                    },
                );
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn title(stem: &Name, place: usize) -> Name {
    let number = place + 1;
    stem.with(&format!("{number}号断裂"), &format!("Fault {number}"))
}

/// A gently bent line on a bearing through a place `aside` of the centre and `shift` along.
fn trace(
    sheet: &Sheet<'_>,
    centre: [f64; 2],
    bearing: f64,
    [aside, shift, long]: [f64; 3],
) -> Vec<[f64; 2]> {
    let angle = bearing.to_radians();
    let (way, left) = ([libm::sin(angle), libm::cos(angle)], [-libm::cos(angle), libm::sin(angle)]);
    let count = (long / 150.0).ceil() as i64;
    let seed = sheet.city.options.seed ^ 0x6661;
    let point = |i: i64| {
        let far = shift + (i as f64 / count as f64 - 0.5) * long;
        let at = [0, 1].map(|k| centre[k] * 1e3 + way[k] * far + left[k] * aside);
        // Those of a bundle bend alike, as the bends are broader than they are apart.
        let bend = 420.0 * random::rough(seed, at, 5_200.0, 3);
        [0, 1].map(|k| at[k] + left[k] * bend)
    };
    (0..=count).map(point).collect()
}

/// The longest part of a line inside the district, if it is long enough to be told.
fn longest(sheet: &Sheet<'_>, line: &[[f64; 2]]) -> Option<Vec<Point>> {
    let inside = &sheet.city.streets.inside;
    let parts = line.split(|at| !inside[grid::cell_at(*at)]);
    let best = parts.max_by_key(|part| part.len())?;
    (best.len() > 12).then(|| best.iter().map(|at| plane::from_metres(*at)).collect())
}
