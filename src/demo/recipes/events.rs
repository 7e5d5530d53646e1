//! Things that happen, with their rhythm, and what surrounds other things.

use super::super::DemoError;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::plane::{self, Point, metres};
use super::super::land::random::Random;
use super::super::land::roads::Segment;
use super::super::schema::Happenings;
use super::super::sheet::{Row, Shape, Sheet, Span};
use super::super::themes;
use super::lots::fill;
use super::roadside::beside;
use super::title;
use crate::time::TemporalKind;

/// When in the day, the week and the year things happen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// On working days, in working hours.
    Office,
    /// By day.
    Day,
    /// In the evening and at night, more at weekends.
    Night,
    /// In the rush hours of working days.
    Rush,
    /// In the rains of summer.
    Rain,
    /// At any time.
    Even,
}

impl Rhythm {
    /// By the schema's word.
    pub(crate) fn named(word: &str) -> Self {
        match word {
            "office" => Self::Office,
            "night" => Self::Night,
            "rush" => Self::Rush,
            "rain" => Self::Rain,
            "even" => Self::Even,
            _ => Self::Day,
        }
    }

    /// The weight of a day.
    fn of_day(self, day: Day) -> f64 {
        let weekend = (day + 3).rem_euclid(7) >= 5;
        let month = calendar::civil(day).1;
        match self {
            Self::Office => {
                if weekend {
                    0.06
                } else {
                    1.0
                }
            }
            Self::Rush => {
                if weekend {
                    0.4
                } else {
                    1.0
                }
            }
            Self::Night => {
                if weekend {
                    1.0
                } else {
                    0.6
                }
            }
            Self::Rain => match month {
                5..=9 => 1.0,
                4 | 10 => 0.25,
                _ => 0.04,
            },
            Self::Day => {
                if weekend {
                    0.8
                } else {
                    1.0
                }
            }
            Self::Even => 1.0,
        }
    }

    /// The weight of an hour.
    fn of_hour(self, hour: usize) -> f64 {
        let hump = |at: f64, wide: f64| libm::exp(-(hour as f64 - at) * (hour as f64 - at) / wide);
        match self {
            Self::Office => hump(10.0, 5.0) + hump(15.5, 6.0),
            Self::Day => 0.08 + hump(13.0, 40.0),
            Self::Night => 0.1 + hump(21.5, 9.0) + hump(0.5, 6.0),
            Self::Rush => 0.1 + hump(8.0, 3.0) + hump(18.0, 4.0),
            Self::Rain => 0.3 + hump(16.0, 16.0),
            Self::Even => 1.0,
        }
    }
}

/// A minute from one day to another (not included), as the rhythm has it; later years have more.
pub(crate) fn minute(rhythm: Rhythm, from: Day, to: Day, random: &mut Random) -> i64 {
    let span = (to - from).max(1);
    let mut day = from;
    for _ in 0..60 {
        day = from + random.whole(0, i64::from(span) - 1) as Day;
        let late = 0.6 + 0.4 * f64::from(day - from) / f64::from(span);
        if random.chance(rhythm.of_day(day) * late) {
            break;
        }
    }
    let hour = random.weighed((0..24).map(|hour| rhythm.of_hour(hour)));
    i64::from(day) * 1440 + hour as i64 * 60 + random.whole(0, 59)
}

/// A place where something can happen: the key of what is there, since when, and until when.
struct Scene {
    key: String,
    at: Point,
    from: Day,
    to: Option<Day>,
}

fn scenes(sheet: &Sheet<'_>, how: &Happenings) -> Result<Vec<Scene>, DemoError> {
    let city = sheet.city;
    let mut out: Vec<Scene> = Vec::new();
    if let Some(layer) = &how.at {
        out.extend(city.entities(layer)?.iter().map(|entity| {
            let (from, to) = entity.days();
            Scene { key: entity.id.clone(), at: entity.at, from, to }
        }));
    } else if how.on.is_empty() {
        for (i, segment) in city.roads.segments.iter().enumerate() {
            let code = city.streets.ways[segment.way].class.code();
            if how.class.is_empty() || how.class.iter().any(|own| own == code) {
                let mut random = sheet.random.of(i as u64 | 1 << 33);
                let far = segment.length() * random.unit();
                let at = beside(segment, far, random.range(-3.0, 3.0));
                out.push(Scene { key: Segment::id(i), at, from: segment.opened(), to: None });
            }
        }
    } else {
        for (_, parcel) in city.parcels() {
            let zone = city.streets.zones[parcel.face].code();
            let in_zone = how.zone.is_empty() || how.zone.iter().any(|own| own == zone);
            if in_zone && how.on.iter().any(|own| own == parcel.usage) {
                let at = plane::inner(&parcel.ring);
                out.push(Scene { key: parcel.id.clone(), at, from: parcel.from, to: parcel.to });
            }
        }
    }
    sheet.random.of(1).shuffle(&mut out);
    Ok(out)
}

/// Events.
pub(crate) fn happenings(sheet: &mut Sheet<'_>, how: &Happenings) -> Result<(), DemoError> {
    let city = sheet.city;
    let scenes = scenes(sheet, how)?;
    if scenes.is_empty() {
        return Ok(());
    }
    let rhythm = Rhythm::named(&how.rhythm);
    let first = calendar::day(how.from, 1, 1);
    let mut times: Vec<(i64, usize)> = (0..sheet.target())
        .map(|i| {
            let mut random = sheet.random.of(i as u64 | 1 << 34);
            let hot = (scenes.len() / 12).max(1);
            let most = if random.chance(how.cluster) { hot } else { scenes.len() };
            let mut scene = random.whole(0, most as i64 - 1) as usize;
            let open = |scene: usize| {
                let (from, to) =
                    (scenes[scene].from.max(first), scenes[scene].to.unwrap_or(RECORDS_END + 1));
                (to - from > 30).then_some((from, to.min(RECORDS_END + 1)))
            };
            let found = (0..scenes.len()).find_map(|k| {
                let other = (scene + k) % scenes.len();
                open(other).map(|span| (other, span))
            });
            let (found, (from, to)) = found.unwrap_or((scene, (first, RECORDS_END + 1)));
            scene = found;
            (minute(rhythm, from, to, &mut random), scene)
        })
        .collect();
    times.sort_unstable();
    let key =
        sheet.layer.columns.first().filter(|own| own.name.ends_with("_id") && how.at.is_some());
    let key = key.map(|own| own.name.clone());
    for (number, (at, scene)) in times.into_iter().enumerate() {
        let mut random = sheet.random.of(number as u64 | 1 << 35);
        let scene = &scenes[scene];
        let last = i64::from(RECORDS_END + 1) * 1440 - 1;
        let span = match (how.days, how.hours) {
            (Some([least, most]), _) => {
                let from = at.div_euclid(1440) as Day;
                Span::Between(from, (from + random.range(least, most) as Day).min(RECORDS_END))
            }
            (None, Some([least, most])) => {
                Span::Minutes(at, Some((at + (random.range(least, most) * 60.0) as i64).min(last)))
            }
            (None, None) => Span::Minutes(at, None),
        };
        let off = if how.at.is_some() { 0.0 } else { 24.0 };
        let by = [random.range(-off, off), random.range(-off, off)];
        let place = plane::moved(scene.at, by.map(metres));
        let mut row = Row::new(sheet.number(number + 1), Shape::Point(place)).span(span);
        if !sheet.layer.unnamed {
            row = row.named(title(city, sheet.layer, place, number, &mut random));
        }
        if let Some(key) = &key {
            row = row.set(key.clone(), scene.key.clone());
        }
        row = fill(sheet, row, "parcel_id", if how.on.is_empty() { "" } else { &scene.key });
        row = fill(sheet, row, "segment_id", &scene.key);
        let row = themes::complete(sheet, row)?;
        sheet.add(row)?;
    }
    Ok(())
}

/// Surroundings of what another layer has: a ring of so many metres, not quite round.
pub(crate) fn around(sheet: &mut Sheet<'_>, of: &str, reach: f64) -> Result<(), DemoError> {
    let city = sheet.city;
    let entities = city.entities(of)?;
    let target = sheet.target();
    let key = sheet.layer.columns.first().filter(|own| own.name.ends_with("_id"));
    let key = key.map(|own| own.name.clone());
    for (number, entity) in entities.iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let mut random = sheet.random.named(&entity.id);
        let size = random.range(0.8, 1.3);
        let ring = (0..28)
            .map(|i| {
                let angle = f64::from(i) / 28.0 * std::f64::consts::TAU;
                let far = metres(reach * size * random.range(0.94, 1.06));
                plane::moved(entity.at, [far * libm::cos(angle), far * libm::sin(angle)])
            })
            .collect();
        let (from, to) = entity.days();
        let span = match sheet.layer.temporal {
            TemporalKind::None => Span::Always,
            TemporalKind::State => Span::Days(from, to),
            TemporalKind::Event => Span::Between(from.max(RECORDS_BEGIN), from + 60),
        };
        let mut row =
            Row::new(sheet.number(number + 1), Shape::ring(ring)).span(span).at(entity.at);
        if let Some(name) = entity.name.clone() {
            row = row.named(name);
        }
        if let Some(key) = &key {
            row = row.set(key.clone(), entity.id.clone());
        }
        let row = themes::complete(sheet, row)?;
        sheet.add(row)?;
    }
    Ok(())
}
