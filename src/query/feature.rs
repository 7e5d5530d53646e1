//! One feature by its id.

use super::QueryError;
use crate::access::LayerView;
use crate::model::Row;
use crate::time::{Instant, Moment, Span, TemporalKind};

/// The row that `fid` names at `moment` (at `now` where there is none): an entity's id, or
/// `<entity>@<valid_from>` with the start in RFC 3339 or `..`. The whole text is tried as an entity
/// first.
///
/// Of an entity in a `state` layer it is the version that is valid then, the last of them where
/// `moment` is an interval. A version named by its start is found whatever the date, unless
/// `moment` is given and does not meet it.
///
/// # Errors
/// [`QueryError::Gone`] for an entity that has ended by then; [`QueryError::Absent`] for one that
/// has not begun or will be again, and for what names nothing.
pub fn find(
    layer: &LayerView,
    fid: &str,
    moment: Option<&Moment>,
    now: Instant,
) -> Result<Row, QueryError> {
    let rows = layer.rows_of(fid);
    if !rows.is_empty() {
        return entity(layer, &rows, moment, now);
    }
    let (entity, start) = fid.rsplit_once('@').ok_or(QueryError::Absent)?;
    version(layer, entity, start, moment).ok_or(QueryError::Absent)
}

/// The version of the entity with these rows that is asked for.
fn entity(
    layer: &LayerView,
    rows: &[Row],
    moment: Option<&Moment>,
    now: Instant,
) -> Result<Row, QueryError> {
    let state = layer.temporal() == TemporalKind::State;
    // Where no `datetime` selects every version, an id alone still names the present one.
    let window = match layer.window(moment, now) {
        None if state && moment.is_none() => Moment::at(now).window(TemporalKind::State),
        window => window,
    };
    let span = |row: &Row| layer.index().span(*row);
    let meets = |row: &&Row| span(row).is_some_and(|s| window.is_none_or(|w| s.meets(w)));
    if let Some(row) = rows.iter().rfind(meets) {
        return Ok(*row);
    }
    let [begin, _] = window.unwrap_or(Span::ALWAYS).to_millis();
    let ended = rows.iter().filter_map(span).all(|span| span.to_millis()[1] <= begin);
    Err(if state && ended { QueryError::Gone } else { QueryError::Absent })
}

/// The version of `entity` that begins at `start`.
fn version(layer: &LayerView, entity: &str, start: &str, moment: Option<&Moment>) -> Option<Row> {
    let start = if start == ".." { None } else { Some(Instant::parse(start)?) };
    let window = moment.and_then(|moment| moment.window(layer.temporal()));
    layer.rows_of(entity).into_iter().find(|row| {
        let span = layer.index().span(*row);
        span.is_some_and(|s| s.start() == start && window.is_none_or(|w| s.meets(w)))
    })
}
