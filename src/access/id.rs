//! The names of features.

use std::fmt;

/// How a feature is named (DESIGN: Index and tiles).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum FeatureId {
    /// A whole number from 0 to 2^53 - 1.
    Number(u64),
    /// Any other text.
    Text(String),
}

impl FeatureId {
    /// Whether `text` is how it is written.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        match self {
            Self::Number(number) => number.to_string() == text,
            Self::Text(own) => own == text,
        }
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}
