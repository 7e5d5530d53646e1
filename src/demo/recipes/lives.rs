//! Lives: when what is placed begins, changes and ends, and what it is called.

use super::super::city::City;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::names::{self, Name};
use super::super::land::plane::Point;
use super::super::land::random::Random;
use super::super::schema::{Layer, Life};

/// The versions of something that can be there from a day to before another: each a first day and
/// the day after its last.
pub(crate) fn life(
    how: &Life,
    (from, to): (Day, Option<Day>),
    random: &mut Random,
) -> Vec<(Day, Option<Day>)> {
    let latest = to.unwrap_or(RECORDS_END);
    let old = from == RECORDS_BEGIN && random.chance(how.before);
    let begin = if old || latest - from < 400 {
        from
    } else {
        day_between(from.max(calendar::day(2010, 3, 1)), latest - 120, random)
    };
    let mut end = to;
    if random.chance(how.closed) && latest - begin > 900 {
        end = Some(day_between(begin + 500, latest - 30, random));
    }
    let last = end.unwrap_or(RECORDS_END);
    let mut cuts = vec![begin];
    let mut more = how.versions - 1.0;
    while more > 0.0 && random.chance(more.min(0.85)) && last - begin > 500 {
        cuts.push(day_between(begin + 200, last - 100, random));
        more *= 0.6;
    }
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts[1..].iter().copied().map(Some).chain([end]);
    cuts.iter().copied().zip(ends).collect()
}

fn day_between(from: Day, to: Day, random: &mut Random) -> Day {
    random.whole(from.into(), to.max(from).into()) as Day
}

/// What something is called that a layer has at a place: after the community, or otherwise where
/// that is taken.
pub(crate) fn title(
    city: &City,
    layer: &Layer,
    at: Point,
    number: usize,
    random: &mut Random,
) -> Name {
    let community = city.face_near(at).map(|face| &city.areas.community(face, RECORDS_END).name);
    let stem = match community {
        Some(name) if number.is_multiple_of(3) => name.stem(),
        _ => names::stem(random),
    };
    let zh = layer.title.zh.as_deref().unwrap_or_default();
    let zh = zh.split(['(', '(', ',', ',']).next().unwrap_or(zh);
    let zh = zh.split('与').next().unwrap_or(zh);
    stem.with(zh, &singular(layer.title.en.as_deref().unwrap_or_default()))
}

/// One of what a title names: "Charging Station" of "Charging stations".
fn singular(title: &str) -> String {
    let title = title.split([',', '(']).next().unwrap_or(title);
    let title = title.split(" and ").next().unwrap_or(title).trim();
    let one = match title {
        t if t.ends_with("ies") => format!("{}y", &t[..t.len() - 3]),
        t if t.ends_with("sses") || t.ends_with("xes") || t.ends_with("ches") => {
            t[..t.len() - 2].to_owned()
        }
        t if t.ends_with("ss") || t.ends_with("us") => t.to_owned(),
        t if t.ends_with('s') => t[..t.len() - 1].to_owned(),
        t => t.to_owned(),
    };
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    one.split(' ').map(capital).collect::<Vec<String>>().join(" ")
}
