//! Columns and what they hold.

use std::sync::Arc;

use super::Kind;

/// What a column holds, as FlatGeobuf names it (specification, `header.fbs`, `ColumnType`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ColumnType {
    /// Signed 8 bits.
    Byte,
    /// Unsigned 8 bits.
    UByte,
    /// True or false.
    Bool,
    /// Signed 16 bits.
    Short,
    /// Unsigned 16 bits.
    UShort,
    /// Signed 32 bits.
    Int,
    /// Unsigned 32 bits.
    UInt,
    /// Signed 64 bits.
    Long,
    /// Unsigned 64 bits.
    ULong,
    /// IEEE 754 single.
    Float,
    /// IEEE 754 double.
    Double,
    /// UTF-8 text.
    String,
    /// JSON as text, unchecked.
    Json,
    /// A date or a date and time as text (ISO 8601), zone optional, unchecked.
    DateTime,
    /// Bytes.
    Binary,
}

impl ColumnType {
    /// The type that a file's code stands for, if it names one.
    #[must_use]
    pub fn from_fgb(code: flatgeobuf::ColumnType) -> Option<Self> {
        use flatgeobuf::ColumnType as Code;
        Some(match code {
            Code::Byte => Self::Byte,
            Code::UByte => Self::UByte,
            Code::Bool => Self::Bool,
            Code::Short => Self::Short,
            Code::UShort => Self::UShort,
            Code::Int => Self::Int,
            Code::UInt => Self::UInt,
            Code::Long => Self::Long,
            Code::ULong => Self::ULong,
            Code::Float => Self::Float,
            Code::Double => Self::Double,
            Code::String => Self::String,
            Code::Json => Self::Json,
            Code::DateTime => Self::DateTime,
            Code::Binary => Self::Binary,
            _ => return None,
        })
    }

    /// The code that a file writes for it.
    #[must_use]
    pub const fn to_fgb(self) -> flatgeobuf::ColumnType {
        use flatgeobuf::ColumnType as Code;
        match self {
            Self::Byte => Code::Byte,
            Self::UByte => Code::UByte,
            Self::Bool => Code::Bool,
            Self::Short => Code::Short,
            Self::UShort => Code::UShort,
            Self::Int => Code::Int,
            Self::UInt => Code::UInt,
            Self::Long => Code::Long,
            Self::ULong => Code::ULong,
            Self::Float => Code::Float,
            Self::Double => Code::Double,
            Self::String => Code::String,
            Self::Json => Code::Json,
            Self::DateTime => Code::DateTime,
            Self::Binary => Code::Binary,
        }
    }

    /// Bytes of a value; `None` where a 4-byte length precedes it.
    #[must_use]
    pub const fn width(self) -> Option<usize> {
        match self {
            Self::Byte | Self::UByte | Self::Bool => Some(1),
            Self::Short | Self::UShort => Some(2),
            Self::Int | Self::UInt | Self::Float => Some(4),
            Self::Long | Self::ULong | Self::Double => Some(8),
            Self::String | Self::Json | Self::DateTime | Self::Binary => None,
        }
    }

    /// Whether values are whole numbers.
    #[must_use]
    pub const fn is_integer(self) -> bool {
        matches!(
            self,
            Self::Byte
                | Self::UByte
                | Self::Short
                | Self::UShort
                | Self::Int
                | Self::UInt
                | Self::Long
                | Self::ULong
        )
    }

    /// Whether values are numbers, whole or not.
    #[must_use]
    pub const fn is_number(self) -> bool {
        self.is_integer() || matches!(self, Self::Float | Self::Double)
    }
}

/// A column as its file describes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its name: any text, unique in the schema.
    pub name: Arc<str>,
    /// What it holds.
    pub kind: ColumnType,
    /// A title for people, if the file has one.
    pub title: Option<String>,
    /// A description, if the file has one.
    pub description: Option<String>,
}

/// The columns of a source and the geometry type its header declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Schema {
    /// In the file's order.
    pub columns: Vec<Column>,
    /// `Unknown` where features differ. `None` geometry in every feature is a table.
    pub geometry: Kind,
    /// Whether positions have a height.
    pub has_z: bool,
    /// Whether positions have a measure.
    pub has_m: bool,
}

impl Schema {
    /// The position of the column called `name`, to the letter.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| &*column.name == name)
    }
}
