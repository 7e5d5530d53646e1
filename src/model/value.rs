//! A value, borrowed from where it lies.

/// What a feature holds in a column.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Value<'a> {
    /// Nothing. FlatGeobuf leaves nulls out.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number that fits 64 signed bits.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// IEEE 754 single, kept apart since its shortest text differs from that of the double.
    Single(f32),
    /// IEEE 754 double.
    Double(f64),
    /// Text.
    Text(&'a str),
    /// JSON as text; not checked.
    Json(&'a str),
    /// A date or date and time as text; not checked.
    DateTime(&'a str),
    /// Bytes.
    Binary(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Whether there is no value.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of text-like values.
    #[must_use]
    pub const fn as_text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) | Self::Json(text) | Self::DateTime(text) => Some(text),
            _ => None,
        }
    }

    /// The number of numeric values, rounded to a double.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Int(value) => Some(value as f64),
            Self::UInt(value) => Some(value as f64),
            Self::Single(value) => Some(f64::from(value)),
            Self::Double(value) => Some(value),
            _ => None,
        }
    }
}
