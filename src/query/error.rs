//! Why a question has no answer.

use crate::model::ErrorKind;

/// Characters of a caller's own text that a refusal repeats.
const QUOTED: usize = 60;

/// A caller's text, short enough to repeat.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
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
