//! City parts: groups of bollards on the corners of junctions.

use super::super::DemoError;
use super::super::city::City;
use super::super::land::calendar::{Day, RECORDS_END};
use super::super::land::plane::{self, Point, metres};
use super::super::land::random::Random;
use super::super::land::roads::Segment;
use super::super::land::streets::Class;
use super::super::sheet::{Row, Shape, Sheet};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    if layer == "bollards" { bollards(sheet) } else { Ok(()) }
}

fn bollards(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let dense = |segment: &usize| {
        city.roads.segments[*segment].faces.iter().any(|face| city.streets.dense[*face])
    };
    let mut pool: Vec<(bool, u64, usize)> = (0..city.roads.junctions.len())
        .filter(|i| city.roads.junctions[*i].segments.len() > 2)
        .map(|i| {
            let here = city.roads.junctions[i].segments.iter().any(dense);
            (!here, sheet.random.of(i as u64).next(), i)
        })
        .collect();
    pool.sort_unstable();
    for (number, (.., junction)) in pool.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.of(number as u64 | 1 << 32);
        let Some((segment, points)) = corner(city, junction, &mut random) else { continue };
        let opened = city.roads.junctions[junction].segments.iter();
        let opened = opened.map(|s| city.roads.segments[*s].opened()).max().unwrap_or_default();
        let begin = opened + random.whole(0, 1_500) as Day;
        if begin + 60 > RECORDS_END {
            continue;
        }
        for (from, to, points, status) in life(begin, points, &mut random) {
            let count = points.len();
            let row = Row::new(sheet.number(number + 1), Shape::Points(points))
                .during(from, to)
                .set("junction_id", super::roads::junction_id(junction))
                .set("segment_id", Segment::id(segment))
                .set("part_code", "0221")
                .set("status", status)
                .set("count", count);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// A version of a group: first day, the day after the last, what stands, and how it is.
type Version = (Day, Option<Day>, Vec<Point>, &'static str);

/// A group's versions: some lose a few bollards and are mended.
fn life(begin: Day, points: Vec<Point>, random: &mut Random) -> Vec<Version> {
    let hurt = begin + random.whole(300, 2_600) as Day;
    let mended = hurt + random.whole(20, 160) as Day;
    let damaged = points.len() > 4 && random.chance(0.16) && mended < RECORDS_END;
    if !damaged {
        let ends = (random.chance(0.08) && hurt < RECORDS_END).then_some(hurt);
        return vec![(begin, ends, points, "ok")];
    }
    let lost = random.whole(1, 3) as usize;
    let left: Vec<Point> = points.iter().copied().skip(lost).collect();
    let status = *random.pick(&["damaged", "missing"]);
    vec![
        (begin, Some(hurt), points.clone(), "ok"),
        (hurt, Some(mended), left, status),
        (mended, None, points, "ok"),
    ]
}

/// The points of a corner between two roads of a junction, on an arc from kerb to kerb, and the
/// segment beside the first.
fn corner(city: &City, junction: usize, random: &mut Random) -> Option<(usize, Vec<Point>)> {
    let own = &city.roads.junctions[junction];
    // The roads around the junction by the direction in which they leave it.
    let mut arms: Vec<(i64, usize, [f64; 2])> = own
        .segments
        .iter()
        .filter(|s| city.streets.ways[city.roads.segments[**s].way].class != Class::Express)
        .filter_map(|s| {
            let segment = &city.roads.segments[*s];
            let line: Vec<Point> = if segment.ends[0] == junction {
                segment.line.clone()
            } else {
                segment.line.iter().rev().copied().collect()
            };
            let (to, _) = plane::along(&line, 22.0);
            let way = plane::direction(*line.first()?, to);
            Some(((libm::atan2(way[1], way[0]) * 1e6) as i64, *s, way))
        })
        .collect();
    arms.sort_by_key(|(angle, s, _)| (*angle, *s));
    let count = arms.len();
    let start = random.whole(0, count.max(1) as i64 - 1) as usize;
    (0..count).find_map(|i| {
        let (_, first, a) = arms[(start + i) % count];
        let (_, second, b) = arms[(start + i + 1) % count];
        let (sin, cos) = (a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
        // Between roads that leave at about a right angle.
        if sin < 0.5 || cos.abs() > 0.8 || first == second {
            return None;
        }
        let half = |s: usize| city.roads.segments[s].lanes() as f64 * 1.75 + 0.5;
        Some((first, arc(own.at, (a, half(first)), (b, half(second)), sin, random)))
    })
}

/// Points on the arc that rounds the corner of two kerbs, each `off` metres beside its road.
fn arc(
    at: Point,
    (a, off_a): ([f64; 2], f64),
    (b, off_b): ([f64; 2], f64),
    sin: f64,
    random: &mut Random,
) -> Vec<Point> {
    // Where the kerb left of the first road meets that right of the second.
    let corner = [0, 1].map(|k| (a[k] * off_b + b[k] * off_a) / sin);
    let radius = random.range(6.0, 11.0);
    let step = random.range(1.2, 1.5);
    // A curve from one kerb to the other that touches both.
    let ends = [a, b].map(|way| [0, 1].map(|k| corner[k] + way[k] * radius));
    let bend = |t: f64| {
        [0, 1].map(|k| {
            let (from, to) = (ends[0][k], ends[1][k]);
            from * (1.0 - t) * (1.0 - t) + corner[k] * 2.0 * t * (1.0 - t) + to * t * t
        })
    };
    let fine: Vec<Point> =
        (0..=40).map(|i| plane::moved(at, bend(f64::from(i) / 40.0).map(metres))).collect();
    let count = (plane::line_length(&fine) / step).floor().clamp(3.0, 23.0) as usize;
    (0..=count).map(|i| plane::along(&fine, i as f64 * step).0).collect()
}
