//! Weather warnings by subdistrict.

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::plane::Point;
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet, Span};
use super::STORMS;

/// A signal in force: kind, colour, begin and end, share of the subdistricts.
struct Signal {
    kind: &'static str,
    colour: &'static str,
    begin: i64,
    end: i64,
    share: f64,
}

/// First day of the register.
const FIRST: i32 = 2022;
const LAST: i64 = (RECORDS_END as i64 + 1) * 1440 - 1;

/// The signals of kinds that come alone: kind, months, hours, share of the target.
const ALONE: [(&str, [i32; 2], [f64; 2], f64); 5] = [
    ("rainstorm", [4, 9], [2.0, 8.0], 0.2),
    ("thunder", [4, 9], [2.0, 6.0], 0.25),
    ("heat", [6, 9], [9.0, 60.0], 0.13),
    ("cold", [12, 14], [14.0, 72.0], 0.08),
    ("fog", [1, 4], [3.0, 9.0], 0.07),
];

/// The warnings.
pub(super) fn warnings(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut places: Vec<(String, Point)> = Vec::new();
    for own in city.entities("admin.subdistricts")?.iter() {
        let known = places.iter().any(|(id, _)| *id == own.id);
        if own.valid(calendar::day(FIRST, 1, 1)) && !known {
            places.push((own.id.clone(), own.at));
        }
    }
    let mut all = storms(sheet);
    all.extend(typhoons(sheet));
    let rest = sheet.target().saturating_sub(all.len());
    let shares: f64 = ALONE.iter().map(|own| own.3).sum();
    for (k, (kind, months, hours, share)) in ALONE.into_iter().enumerate() {
        let count = (rest as f64 * share / shares).round() as usize;
        for number in 0..count {
            let mut random = sheet.random.of(number as u64).of(k as u64 + 16);
            let own = alone(kind, months, hours, &mut random);
            // No two of a kind at a time.
            let day = own.begin.div_euclid(1440);
            let taken = all
                .iter()
                .any(|other| other.kind == kind && (other.begin.div_euclid(1440) - day).abs() < 4);
            if !taken {
                all.push(own);
            }
        }
    }
    all.sort_by_key(|own| (own.begin, own.kind));
    let (mut year, mut of_year) = (0, 0);
    for (number, own) in all.into_iter().enumerate() {
        let mut random = sheet.random.named("places").of(number as u64);
        let in_year = calendar::civil(own.begin.div_euclid(1440) as Day).0;
        of_year = if in_year == year { of_year + 1 } else { 1 };
        year = in_year;
        let count = ((places.len() as f64 * own.share).round() as usize).clamp(1, places.len());
        let points = neighbours(&places, count, &mut random);
        let closed =
            matches!((own.kind, own.colour), ("rainstorm", "red") | ("typhoon", "orange" | "red"));
        let row = Row::new(sheet.number(number + 1), Shape::Points(points.clone()))
            .span(Span::Minutes(own.begin, Some(own.end.min(LAST))))
            .set("signal_no", format!("{year}{of_year:04}"))
            .set("kind", own.kind)
            .set("colour", own.colour)
            .set("subdistricts", points.len())
            .set("issued_at", own.begin)
            .set("forecast", forecast(own.kind, own.colour))
            .set("schools_closed", closed);
        sheet.add(row)?;
    }
    Ok(())
}

/// A subdistrict of chance and those nearest to it.
fn neighbours(places: &[(String, Point)], count: usize, random: &mut Random) -> Vec<Point> {
    let Some((_, middle)) = places.get(random.whole(0, places.len() as i64 - 1) as usize) else {
        return Vec::new();
    };
    let mut all: Vec<Point> = places.iter().map(|own| own.1).collect();
    all.sort_by_key(|p| super::super::super::land::plane::distance(*p, *middle) as i64);
    all.truncate(count);
    all
}

/// The rainstorms that flooded the district: the signal rises and falls, end on begin.
fn storms(sheet: &Sheet<'_>) -> Vec<Signal> {
    let mut out = Vec::new();
    let first = calendar::day(FIRST, 1, 1);
    for (k, (day, at)) in STORMS.into_iter().filter(|own| own.0 >= first).enumerate() {
        let mut random = sheet.random.named("storms").of(k as u64);
        let mut begin = i64::from(day) * 1440 + at - 40;
        let steps = [("yellow", 0.5), ("orange", 0.8), ("red", 1.0), ("orange", 0.8)];
        for (colour, share) in steps {
            let end = begin + random.whole(70, 170);
            out.push(Signal { kind: "rainstorm", colour, begin, end, share });
            begin = end;
        }
    }
    out
}

/// Typhoons: one in most years, over the whole district.
fn typhoons(sheet: &Sheet<'_>) -> Vec<Signal> {
    let mut out = Vec::new();
    for year in FIRST..=2025 {
        let mut random = sheet.random.named("typhoons").of(year as u64);
        if year > FIRST && !random.chance(0.85) {
            continue;
        }
        let day = calendar::day(year, random.whole(7, 10) as i32, random.whole(1, 28) as i32);
        let mut begin = i64::from(day) * 1440 + random.whole(300, 1_300);
        let rising = ["white", "blue", "yellow", "orange", "red"];
        let most = random.weighed([0.0, 1.0, 3.0, 2.0, 1.0].into_iter());
        let falling = rising[1..most].iter().rev().take(1);
        for colour in rising[..=most].iter().chain(falling) {
            let end = begin + random.whole(600, 1_500);
            out.push(Signal { kind: "typhoon", colour, begin, end, share: 1.0 });
            begin = end;
        }
    }
    out
}

/// A signal that comes alone.
fn alone(
    kind: &'static str,
    [low, high]: [i32; 2],
    hours: [f64; 2],
    random: &mut Random,
) -> Signal {
    let years = if high > 6 { 2025 } else { 2026 };
    let year = random.whole(FIRST.into(), years) as i32;
    let month = random.whole(low.into(), high.into()) as i32;
    let (year, month) = if month > 12 { (year, month - 12) } else { (year, month) };
    let day = calendar::day(year, month, random.whole(1, 28) as i32);
    let hour = match kind {
        "fog" => random.whole(3, 8),
        "heat" => random.whole(9, 12),
        "cold" => random.whole(14, 22),
        _ => random.whole(11, 20),
    };
    let colours: [(&str, f64); 3] = match kind {
        "cold" => [("blue", 3.0), ("yellow", 5.0), ("orange", 1.0)],
        "heat" => [("yellow", 7.0), ("orange", 3.0), ("red", 0.3)],
        _ => [("yellow", 8.0), ("orange", 3.0), ("red", 0.5)],
    };
    let colour = colours[random.weighed(colours.iter().map(|own| own.1))].0;
    let begin = i64::from(day) * 1440 + hour * 60 + random.whole(0, 59);
    let end = begin + (random.range(hours[0], hours[1]) * 60.0) as i64;
    let wide = matches!(kind, "heat" | "cold");
    let share = if wide { 1.0 } else { random.range(0.2, 0.9) };
    Signal { kind, colour, begin, end, share }
}

/// What a signal of a kind and colour announces.
fn forecast(kind: &str, colour: &str) -> &'static str {
    match (kind, colour) {
        ("rainstorm", "yellow") => "未来6小时雨量50毫米以上,局地有积水",
        ("rainstorm", "orange") => "未来3小时雨量50毫米以上,强降雨持续",
        ("rainstorm", _) => "未来3小时雨量100毫米以上,谨防山洪内涝",
        ("typhoon", "white") => "48小时内可能受热带气旋影响",
        ("typhoon", "blue") => "24小时内平均风力6级以上,阵风8级",
        ("typhoon", "yellow") => "24小时内平均风力8级以上,阵风10级",
        ("typhoon", "orange") => "12小时内平均风力10级以上,阵风12级",
        ("typhoon", _) => "12小时内平均风力12级以上,停课停业",
        ("thunder", "yellow") => "6小时内雷雨伴阵风8级以上",
        ("thunder", "orange") => "2小时内雷雨伴阵风10级以上",
        ("thunder", _) => "2小时内雷雨伴阵风12级以上",
        ("heat", "yellow") => "最高气温35℃以上",
        ("heat", "orange") => "最高气温37℃以上",
        ("heat", _) => "最高气温39℃以上",
        ("cold", "blue") => "24小时内最低气温降至10℃以下",
        ("cold", "yellow") => "24小时内最低气温降至5℃以下",
        ("cold", _) => "24小时内最低气温降至0℃左右",
        ("fog", "yellow") => "12小时内能见度低于500米",
        ("fog", "orange") => "6小时内能见度低于200米",
        _ => "2小时内能见度低于50米",
    }
}
