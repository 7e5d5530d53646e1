//! Slabs: the pieces of time in which a layer does not change.

use super::{Instant, Span};

/// Bounds collected before they are first sorted: half a megabyte.
const FIRST_TIDY: usize = 1 << 16;

/// The sorted distinct starts and ends of a layer's rows. They cut time into slabs.
#[derive(Clone, Debug, Default)]
pub struct Slabs {
    bounds: Vec<i64>,
}

/// The slabs in which a window's two ends lie: equal slabs, equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Slab {
    /// Slab of the window's first instant.
    pub first: u32,
    /// Slab of its last.
    pub last: u32,
}

impl Slabs {
    /// Of the spans given.
    #[must_use]
    pub fn of(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut bounds = Vec::new();
        let mut limit = FIRST_TIDY;
        for span in spans {
            bounds.extend(span.start().map(Instant::millis));
            bounds.extend(span.end().map(Instant::millis));
            if bounds.len() >= limit {
                // Rows are many and bounds few: memory stays within twice the distinct ones.
                tidy(&mut bounds);
                limit = bounds.len().saturating_mul(2).max(FIRST_TIDY);
            }
        }
        tidy(&mut bounds);
        Self { bounds }
    }

    /// From bounds that [`Slabs::bounds`] gave.
    #[must_use]
    pub fn from_bounds(bounds: Vec<i64>) -> Self {
        Self { bounds }
    }

    /// Sorted distinct bounds, milliseconds since 1970.
    #[must_use]
    pub fn bounds(&self) -> &[i64] {
        &self.bounds
    }

    /// The slabs of `window`'s ends. Of two windows with equal slabs, each span that the bounds
    /// are from meets both or neither.
    #[must_use]
    pub fn slab(&self, window: Span) -> Slab {
        let [first, end] = window.to_millis();
        Slab { first: self.at_or_before(first), last: self.at_or_before(end - 1) }
    }

    /// The first bound after `at`: when the answer for `at` next changes.
    #[must_use]
    pub fn next_change(&self, at: Instant) -> Option<Instant> {
        let next = self.bounds.partition_point(|bound| *bound <= at.millis());
        self.bounds.get(next).copied().map(Instant::from_millis)
    }

    /// How many bounds lie at or before `at`: the number of its slab.
    fn at_or_before(&self, at: i64) -> u32 {
        let count = self.bounds.partition_point(|bound| *bound <= at);
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

fn tidy(bounds: &mut Vec<i64>) {
    bounds.sort_unstable();
    bounds.dedup();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(start: Option<i64>, end: Option<i64>) -> Span {
        let span = Span::new(start.map(Instant::from_millis), end.map(Instant::from_millis));
        span.expect("not empty")
    }

    #[test]
    fn bounds_are_the_sorted_distinct_ends_and_open_ends_are_none() {
        let slabs = Slabs::of([
            span(Some(5), Some(9)),
            span(None, Some(5)),
            span(Some(1), None),
            Span::ALWAYS,
        ]);
        assert_eq!(slabs.bounds(), [1, 5, 9]);
        assert_eq!(slabs.next_change(Instant::from_millis(4)), Some(Instant::from_millis(5)));
        assert_eq!(slabs.next_change(Instant::from_millis(5)), Some(Instant::from_millis(9)));
        assert_eq!(slabs.next_change(Instant::from_millis(9)), None);
    }

    #[test]
    fn a_million_rows_with_few_bounds_give_those_bounds() {
        let rows = (0..1_000_000_i64).map(|row| span(Some(row % 100), Some(row % 100 + 1)));
        assert_eq!(Slabs::of(rows).bounds(), (0..=100).collect::<Vec<_>>());
    }

    #[test]
    fn a_layer_without_bounds_has_one_slab() {
        let slabs = Slabs::default();
        assert_eq!(slabs.slab(Span::ALWAYS), Slab { first: 0, last: 0 });
        assert_eq!(slabs.slab(span(Some(3), Some(4))), Slab { first: 0, last: 0 });
    }

    fn any_span() -> impl Strategy<Value = Span> {
        (prop::option::of(-6..6_i64), prop::option::of(-6..6_i64)).prop_filter_map(
            "empty",
            |(start, end)| {
                Span::new(start.map(Instant::from_millis), end.map(Instant::from_millis))
            },
        )
    }

    proptest! {
        #[test]
        fn windows_with_equal_slabs_meet_the_same_spans(
            rows in prop::collection::vec(any_span(), 0..6), a in any_span(), b in any_span(),
        ) {
            let slabs = Slabs::of(rows.iter().copied());
            let answer = |window: Span| rows.iter().map(|row| row.meets(window)).collect::<Vec<_>>();
            if slabs.slab(a) == slabs.slab(b) {
                prop_assert_eq!(answer(a), answer(b));
            }
        }

        #[test]
        fn an_answer_holds_until_the_next_change(
            rows in prop::collection::vec(any_span(), 0..6), at in -8..8_i64,
        ) {
            let slabs = Slabs::of(rows.iter().copied());
            let answer = |at| rows.iter().map(|r| r.contains(Instant::from_millis(at))).collect::<Vec<_>>();
            let until = slabs.next_change(Instant::from_millis(at)).map_or(8, Instant::millis);
            for later in at..until {
                prop_assert_eq!(answer(at), answer(later));
            }
        }
    }
}
