//! Features of one collection by box, time and column values.

use crate::access::LayerView;
use crate::model::{ErrorKind, Extent, Row};
use crate::time::{Instant, Moment, Span};
use crate::work::Deadline;

/// What is asked of a collection's items.
#[derive(Clone, Debug)]
pub struct ItemsAsk {
    /// Boxes in degrees, any of which may be met; two where the box crosses the antimeridian.
    pub bbox: Option<Vec<Extent>>,
    /// The `datetime` parameter.
    pub moment: Option<Moment>,
    /// Features of a page.
    pub limit: usize,
    /// Features before it.
    pub offset: u64,
    /// `<column>=<value>`: the column's value, as text, is the value.
    pub equals: Vec<(String, String)>,
    /// The columns wanted; `None` for all.
    pub properties: Option<Vec<String>>,
}

/// A question ready to run; owns all that it needs.
pub struct ItemsPlan {
    /// The layer.
    pub layer: LayerView,
    /// What a row's validity must meet.
    pub window: Option<Span>,
    /// Column positions to write, in the schema's order.
    pub columns: Vec<usize>,
    /// Whether versions of one entity may meet in the answer, so that ids carry `@<valid_from>`.
    pub versions: bool,
    /// Features of a page.
    pub limit: usize,
    /// Features before it.
    pub offset: u64,
}

/// A page of matching rows, in row order.
pub struct Page {
    /// The rows of the page.
    pub rows: Vec<Row>,
    /// How many match in all.
    pub matched: u64,
}

/// Why a question has no answer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum QueryError {
    /// A parameter names what does not exist or a value that cannot be.
    #[error("{reason}")]
    Invalid {
        /// The parameter.
        parameter: String,
        /// What was expected.
        reason: String,
    },
    /// No such feature.
    #[error("there is no such feature")]
    Absent,
    /// The entity has ended.
    #[error("the feature has ended")]
    Gone,
    /// The deadline passed.
    #[error(transparent)]
    Expired(#[from] crate::work::Expired),
}

impl QueryError {
    /// What it means to the caller.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { parameter, .. } => ErrorKind::Invalid { parameter: parameter.clone() },
            Self::Absent => ErrorKind::Absent,
            Self::Gone => ErrorKind::Gone,
            Self::Expired(_) => ErrorKind::TimedOut,
        }
    }
}

/// Resolves an ask against a layer.
///
/// # Errors
/// [`QueryError::Invalid`] naming the parameter.
pub fn plan(_layer: &LayerView, _ask: &ItemsAsk, _now: Instant) -> Result<ItemsPlan, QueryError> {
    todo!()
}

/// Finds the page.
///
/// # Errors
/// [`QueryError::Expired`].
pub fn run(_plan: &ItemsPlan, _deadline: &Deadline) -> Result<Page, QueryError> {
    todo!()
}

/// The row that `fid` names at `moment`: an entity's id, or `<entity>@<valid_from>`.
///
/// # Errors
/// [`QueryError::Absent`], or [`QueryError::Gone`] for an entity that has ended.
pub fn find(
    _layer: &LayerView,
    _fid: &str,
    _moment: Option<&Moment>,
    _now: Instant,
) -> Result<Row, QueryError> {
    todo!()
}
