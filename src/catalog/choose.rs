//! Choosing a layer's columns: what its sidecar names, else what the header and values suggest.

use serde::{Deserialize, Serialize};

use super::survey::{Survey, can_hold_time, find_column};
use super::{Descriptor, Problem, Profile, TemporalDefault, TimeColumn};
use crate::index::MAX_ZOOM;
use crate::model::{Column, Schema};
use crate::source::Source;
use crate::time::{TemporalKind, TimeUnit, Validity, Zone};

/// Columns in pairs whose names say that rows are versions: start and end.
const STATE_NAMES: [(&str, &str); 2] = [("valid_from", "valid_to"), ("start_date", "end_date")];
/// Columns in pairs whose names say that rows are spans in which something happened.
const EVENT_PAIR: (&str, &str) = ("begin", "end");
/// Columns whose names say when something happened.
const EVENT_NAMES: [&str; 4] = ["time", "date", "timestamp", "occurred_at"];
/// Columns whose names say that they tell features apart.
const ID_NAMES: [&str; 4] = ["id", "fid", "gid", "objectid"];
/// Columns whose names say that they are to be read by people.
const LABEL_NAMES: [&str; 2] = ["name", "名称"];
/// How many columns low zooms carry if nobody says which.
const FEW_COLUMNS: usize = 3;
/// Greatest zoom with tiles of its own if nobody says which: units of 15 cm at the equator.
const LAST_ZOOM: u8 = 16;

/// What was chosen, and how time columns are read.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Choice {
    pub(super) profile: Profile,
    pub(super) start_unit: TimeUnit,
    pub(super) end_unit: TimeUnit,
    pub(super) end_inclusive: bool,
    /// Columns with few distinct values, which tiles hold once each.
    pub(super) repeating: Vec<usize>,
}

/// Why a sidecar does not fit its file: the key at fault, and what was expected.
pub(super) struct Misfit {
    pub(super) key: Vec<&'static str>,
    pub(super) reason: String,
}

impl Misfit {
    fn new(key: &[&'static str], reason: impl Into<String>) -> Self {
        Self { key: key.to_vec(), reason: reason.into() }
    }
}

impl Choice {
    /// How the chosen time columns are read; `None` for a layer without time.
    pub(super) fn validity(&self, zone: &Zone) -> Option<Validity> {
        (self.profile.temporal != TemporalKind::None).then(|| Validity {
            kind: self.profile.temporal,
            start_unit: self.start_unit,
            end_unit: self.end_unit,
            end_inclusive: self.end_inclusive,
            zone: zone.clone(),
        })
    }
}

/// Time columns as far as names say.
#[derive(Clone, Copy, Default)]
struct Times {
    kind: Option<TemporalKind>,
    start: Option<usize>,
    end: Option<usize>,
}

/// Chooses for `source`; also what was expected of it in vain.
///
/// # Errors
/// Where the descriptor names what is not there or contradicts itself.
pub(super) fn choose(
    source: &dyn Source,
    descriptor: &Descriptor,
    zone: &Zone,
) -> Result<(Choice, Vec<Problem>), Misfit> {
    let schema = source.schema();
    let named = Named::of(schema, descriptor)?;
    let mut times = named.times(schema, descriptor)?;
    let ids: Vec<usize> = match named.id {
        Some(id) => vec![id],
        None => ID_NAMES.iter().filter_map(|name| find_column(schema, name)).collect(),
    };
    let candidates: Vec<usize> = times.start.into_iter().chain(times.end).collect();
    let survey = Survey::of(source, &candidates, &ids, zone);
    let mut problems = Vec::new();
    if descriptor.valid_from.is_none() && descriptor.valid_to.is_none() {
        times = believed(times, descriptor, schema, &survey, &mut problems)?;
    }
    let temporal = times.kind.unwrap_or(TemporalKind::None);
    let unit = |said: &Option<TimeColumn>, column: Option<usize>| {
        let guessed = || survey.column(column?)?.time.map(|time| time.unit());
        said.as_ref().and_then(TimeColumn::unit).or_else(guessed).unwrap_or(TimeUnit::Ms)
    };
    let profile = Profile {
        temporal,
        start: times.start,
        end: times.end,
        id: choose_id(temporal, &ids, named.id, schema, &survey, &mut problems),
        name: named.name.or_else(|| default_label(schema)),
        rank: named.rank,
        tile_columns: named
            .tile_columns
            .unwrap_or_else(|| few_columns(&survey).take(FEW_COLUMNS).collect()),
        zooms: zooms(descriptor)?,
        all_by_default: descriptor.temporal_default == Some(TemporalDefault::All),
        times: None,
    };
    let choice = Choice {
        profile,
        start_unit: unit(&descriptor.valid_from, times.start),
        end_unit: unit(&descriptor.valid_to, times.end),
        end_inclusive: descriptor.valid_to.as_ref().is_some_and(TimeColumn::is_inclusive),
        repeating: few_columns(&survey).collect(),
    };
    Ok((choice, problems))
}

/// The columns that the descriptor names.
struct Named {
    id: Option<usize>,
    name: Option<usize>,
    rank: Option<usize>,
    start: Option<usize>,
    end: Option<usize>,
    tile_columns: Option<Vec<usize>>,
}

impl Named {
    fn of(schema: &Schema, descriptor: &Descriptor) -> Result<Self, Misfit> {
        let column = |key: &[&'static str], name: Option<&str>| match name {
            None => Ok(None),
            Some(name) => find_column(schema, name)
                .map(Some)
                .ok_or_else(|| Misfit::new(key, format!("the file has no column `{name}`"))),
        };
        let time = |key: &'static str, said: &Option<TimeColumn>| {
            let found = column(&[key], said.as_ref().map(TimeColumn::name))?;
            match found.and_then(|position| schema.columns.get(position)) {
                Some(found) if !can_hold_time(found.kind) => {
                    let reason = "a time column holds dates, texts or whole numbers";
                    Err(Misfit::new(&[key], reason))
                }
                _ => Ok(found),
            }
        };
        let rank = column(&["rank"], descriptor.rank.as_ref().map(super::RankColumn::name))?;
        let numeric = |position: usize| schema.columns.get(position).is_some_and(is_number);
        let ordered = descriptor.rank.as_ref().is_some_and(|rank| !rank.order().is_empty());
        if rank.is_some_and(|rank| !ordered && !numeric(rank)) {
            let reason = "importance goes by a column of numbers, or by `order`";
            return Err(Misfit::new(&["rank"], reason));
        }
        column(&["lineage"], descriptor.lineage.as_deref())?;
        let id = column(&["id"], descriptor.id.as_deref())?;
        let name = column(&["name"], descriptor.name.as_deref())?;
        let by = column(&["style", "by"], descriptor.style.by.as_deref())?;
        let listed = descriptor.tile_properties.as_ref().map(|names| {
            let key: &[&str] = &["tile_properties"];
            let found = names.iter().map(|name| column(key, Some(name)));
            found.filter_map(Result::transpose).collect::<Result<Vec<usize>, Misfit>>()
        });
        let styled: Vec<usize> = [by, rank, name].into_iter().flatten().collect();
        let mut tile_columns = match listed.transpose()? {
            Some(listed) => Some(listed),
            None => Some(styled).filter(|styled| !styled.is_empty()),
        };
        if let Some(columns) = &mut tile_columns {
            let mut seen = Vec::new();
            columns.retain(|column| {
                let new = !seen.contains(column);
                seen.push(*column);
                new
            });
        }
        let start = time("valid_from", &descriptor.valid_from)?;
        let end = time("valid_to", &descriptor.valid_to)?;
        Ok(Self { id, name, rank, start, end, tile_columns })
    }

    /// The time columns, by the descriptor or else by their names.
    fn times(&self, schema: &Schema, descriptor: &Descriptor) -> Result<Times, Misfit> {
        let said = descriptor.temporal;
        if said == Some(TemporalKind::None) {
            return Ok(Times::default());
        }
        if self.start.is_some() || self.end.is_some() {
            let kind = said.or(Some(TemporalKind::State));
            return Ok(Times { kind, start: self.start, end: self.end });
        }
        let times = by_name(schema, said);
        match said {
            Some(_) if times.kind.is_none() => {
                let reason = "the file has no time column; `valid_from` names it";
                Err(Misfit::new(&["temporal"], reason))
            }
            Some(kind) => Ok(Times { kind: Some(kind), ..times }),
            None => Ok(times),
        }
    }
}

fn is_number(column: &Column) -> bool {
    column.kind.is_number()
}

/// The time columns by their names; those of `wanted` first.
fn by_name(schema: &Schema, wanted: Option<TemporalKind>) -> Times {
    let column = |name: &str| {
        let position = find_column(schema, name)?;
        schema.columns.get(position).filter(|column| can_hold_time(column.kind))?;
        Some(position)
    };
    let state = || {
        STATE_NAMES.into_iter().find_map(|(start, end)| {
            let both = (column(start)?, column(end)?);
            let kind = Some(TemporalKind::State);
            Some(Times { kind, start: Some(both.0), end: Some(both.1) })
        })
    };
    let event = || {
        let kind = Some(TemporalKind::Event);
        if let (Some(start), Some(end)) = (column(EVENT_PAIR.0), column(EVENT_PAIR.1)) {
            return Some(Times { kind, start: Some(start), end: Some(end) });
        }
        let start = EVENT_NAMES.into_iter().find_map(column)?;
        Some(Times { kind, start: Some(start), end: None })
    };
    let found = match wanted {
        Some(TemporalKind::Event) => event().or_else(state),
        Some(TemporalKind::None) => None,
        Some(TemporalKind::State) | None => state().or_else(event),
    };
    found.unwrap_or_default()
}

/// Columns that only their names make time columns are believed if at least half of their values
/// name a time.
fn believed(
    times: Times,
    descriptor: &Descriptor,
    schema: &Schema,
    survey: &Survey,
    problems: &mut Vec<Problem>,
) -> Result<Times, Misfit> {
    let doubtful = times.start.into_iter().chain(times.end).find(|position| {
        survey.column(*position).is_some_and(|column| {
            let readable = column.time.map_or(0, |time| time.readable());
            u64::from(readable) * 2 < u64::from(column.present)
        })
    });
    let Some(doubtful) = doubtful else { return Ok(times) };
    let name = schema.columns.get(doubtful).map_or("", |column| &column.name);
    let reason = format!("fewer than half of the values of `{name}` name a time");
    if descriptor.temporal.is_some() {
        return Err(Misfit::new(&["temporal"], reason));
    }
    problems.push(Problem {
        key: Some(name.to_owned()),
        reason: format!("{reason}, so the layer is taken to have none"),
        ..Problem::default()
    });
    Ok(Times::default())
}

fn choose_id(
    temporal: TemporalKind,
    candidates: &[usize],
    named: Option<usize>,
    schema: &Schema,
    survey: &Survey,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    let state = temporal == TemporalKind::State;
    let fits = |position: &&usize| {
        let column = survey.column(**position);
        column.is_some_and(|column| column.is_full() && (state || column.is_unique()))
    };
    if named.is_none() || !state {
        let found = candidates.iter().find(fits).copied();
        if let Some(named) = named.filter(|_| found.is_none()) {
            problems.push(Problem {
                key: schema.columns.get(named).map(|column| column.name.to_string()),
                reason: "its values are not unique or some are null, so the row is the id".into(),
                ..Problem::default()
            });
        }
        return found;
    }
    named
}

fn default_label(schema: &Schema) -> Option<usize> {
    let mut found = LABEL_NAMES.iter().filter_map(|name| find_column(schema, name));
    let text = |position: &usize| {
        let column = schema.columns.get(*position);
        column.is_some_and(|column| column.kind == crate::model::ColumnType::String)
    };
    found.find(text)
}

fn few_columns(survey: &Survey) -> impl Iterator<Item = usize> {
    survey.0.iter().enumerate().filter(|(_, column)| column.is_few()).map(|(position, _)| position)
}

fn zooms(descriptor: &Descriptor) -> Result<(u8, u8), Misfit> {
    let first = descriptor.min_zoom.unwrap_or(0);
    let last = descriptor.max_zoom.unwrap_or(LAST_ZOOM.max(first));
    if first > MAX_ZOOM {
        return Err(Misfit::new(&["min_zoom"], format!("the greatest zoom is {MAX_ZOOM}")));
    }
    if last > MAX_ZOOM {
        return Err(Misfit::new(&["max_zoom"], format!("the greatest zoom is {MAX_ZOOM}")));
    }
    if last < first {
        return Err(Misfit::new(&["max_zoom"], "it is below `min_zoom`"));
    }
    Ok((first, last))
}
