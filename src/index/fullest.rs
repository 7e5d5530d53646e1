//! When a layer has most to show.

use super::Inputs;
use super::gather::Gathered;
use crate::time::{Instant, Span};

/// The instant at which most shapes are valid; `None` where all are drawn together.
pub(super) struct Fullest(Option<Instant>);

impl Fullest {
    /// The first such instant.
    pub(super) fn of(inputs: &Inputs<'_>, gathered: &Gathered) -> Self {
        let Some(spans) = inputs.spans.filter(|_| !inputs.together) else { return Self(None) };
        let spans = gathered.shapes.iter().filter_map(|shape| spans[shape.row as usize]);
        let mut changes: Vec<(i64, i32)> =
            spans.map(Span::to_millis).flat_map(|[start, end]| [(start, 1), (end, -1)]).collect();
        changes.sort_unstable();
        let (mut valid, mut most, mut at) = (0, 0, None);
        for (instant, change) in changes {
            valid += change;
            if valid > most {
                (most, at) = (valid, Some(Instant::from_millis(instant)));
            }
        }
        Self(at)
    }

    /// Whether a row is valid then.
    pub(super) fn holds(&self, inputs: &Inputs<'_>, row: u32) -> bool {
        let span = inputs.spans.and_then(|spans| spans[row as usize]);
        self.0.is_none_or(|at| span.is_some_and(|span| span.contains(at)))
    }
}
