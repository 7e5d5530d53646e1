//! A feature's values as bytes: each column's 0-based number in 16 bits, then the value, both
//! little-endian; text and bytes with their length in 32 bits before them; nulls left out.

use super::WriteError;
use crate::model::{Column, ColumnType, Value};

/// Adds one value a column to `out`.
///
/// # Errors
/// Where their number differs or a column cannot hold its value exactly.
pub(super) fn encode(
    columns: &[Column],
    values: &[Value<'_>],
    out: &mut Vec<u8>,
) -> Result<(), WriteError> {
    if columns.len() != values.len() {
        return Err(WriteError::Values { given: values.len(), columns: columns.len() });
    }
    for ((number, column), value) in (0u16..).zip(columns).zip(values) {
        if value.is_null() {
            continue;
        }
        out.extend_from_slice(&number.to_le_bytes());
        put(column.kind, value, out).ok_or_else(|| WriteError::Value {
            column: column.name.to_string(),
            value: format!("{value:?}"),
        })?;
    }
    Ok(())
}

/// Adds a value; `None` if a column of type `kind` cannot hold it.
fn put(kind: ColumnType, value: &Value<'_>, out: &mut Vec<u8>) -> Option<()> {
    match kind {
        ColumnType::Byte => out.extend_from_slice(&i8::try_from(whole(value)?).ok()?.to_le_bytes()),
        ColumnType::UByte => out.push(u8::try_from(whole(value)?).ok()?),
        ColumnType::Bool => match value {
            Value::Bool(value) => out.push(u8::from(*value)),
            _ => return None,
        },
        ColumnType::Short => {
            out.extend_from_slice(&i16::try_from(whole(value)?).ok()?.to_le_bytes());
        }
        ColumnType::UShort => {
            out.extend_from_slice(&u16::try_from(whole(value)?).ok()?.to_le_bytes());
        }
        ColumnType::Int => out.extend_from_slice(&i32::try_from(whole(value)?).ok()?.to_le_bytes()),
        ColumnType::UInt => {
            out.extend_from_slice(&u32::try_from(whole(value)?).ok()?.to_le_bytes());
        }
        ColumnType::Long => {
            out.extend_from_slice(&i64::try_from(whole(value)?).ok()?.to_le_bytes());
        }
        ColumnType::ULong => {
            out.extend_from_slice(&u64::try_from(whole(value)?).ok()?.to_le_bytes());
        }
        ColumnType::Float => match value {
            Value::Single(value) => out.extend_from_slice(&value.to_le_bytes()),
            _ => return None,
        },
        ColumnType::Double => match value {
            Value::Single(value) => out.extend_from_slice(&f64::from(*value).to_le_bytes()),
            Value::Double(value) => out.extend_from_slice(&value.to_le_bytes()),
            _ => return None,
        },
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
            put_long(value.as_text()?.as_bytes(), out)?;
        }
        ColumnType::Binary => match value {
            Value::Binary(bytes) => put_long(bytes, out)?,
            _ => return None,
        },
    }
    Some(())
}

fn whole(value: &Value<'_>) -> Option<i128> {
    match value {
        Value::Int(value) => Some((*value).into()),
        Value::UInt(value) => Some((*value).into()),
        _ => None,
    }
}

fn put_long(bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_le_bytes());
    out.extend_from_slice(bytes);
    Some(())
}
