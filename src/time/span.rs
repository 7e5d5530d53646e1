//! A half-open span of time.

use super::Instant;

/// From `start` (inclusive) to `end` (exclusive); either may be open. Never empty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    start: i64,
    end: i64,
}

impl Span {
    /// All of time.
    pub const ALWAYS: Self = Self { start: i64::MIN, end: i64::MAX };

    /// From `start` to before `end`, `None` for an open side; no span if that holds no instant.
    #[must_use]
    pub fn new(start: Option<Instant>, end: Option<Instant>) -> Option<Self> {
        let start = start.map_or(i64::MIN, Instant::millis);
        let end = end.map_or(i64::MAX, Instant::millis);
        (start < end).then_some(Self { start, end })
    }

    /// From the two numbers that [`Span::to_millis`] gives; no span if they hold no instant.
    #[must_use]
    pub fn from_millis([start, end]: [i64; 2]) -> Option<Self> {
        (start < end).then_some(Self { start, end })
    }

    /// `[start, end)` in milliseconds since 1970; `i64::MIN` and `i64::MAX` for open sides.
    #[must_use]
    pub const fn to_millis(self) -> [i64; 2] {
        [self.start, self.end]
    }

    /// The first instant, `None` if open.
    #[must_use]
    pub fn start(self) -> Option<Instant> {
        (self.start != i64::MIN).then(|| Instant::from_millis(self.start))
    }

    /// The first instant that is no longer in it, `None` if open.
    #[must_use]
    pub fn end(self) -> Option<Instant> {
        (self.end != i64::MAX).then(|| Instant::from_millis(self.end))
    }

    /// Whether `at` lies in it.
    #[must_use]
    pub const fn contains(self, at: Instant) -> bool {
        self.start <= at.millis() && at.millis() < self.end
    }

    /// Whether the two share an instant.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}
