//! Values as vector tiles send them (MVT 2.1, sections 4.1 and 4.4): each a field of its layer, so
//! that a tile takes over the bytes as they are.

use super::wire::{
    FIXED_32, FIXED_64, LENGTH, VARINT, bytes, bytes_len, key, read_varint, varint, varint_len,
    zigzag_64, zigzag_64_back,
};
use super::{ColumnType, Properties, Value};

/// Key of the field of a layer that holds a value.
const VALUE: u8 = key(4, LENGTH);
// Keys of the fields of a value.
const TEXT: u8 = key(1, LENGTH);
const SINGLE: u8 = key(2, FIXED_32);
const DOUBLE: u8 = key(3, FIXED_64);
const INT: u8 = key(4, VARINT);
const UINT: u8 = key(5, VARINT);
const SINT: u8 = key(6, VARINT);
const BOOL: u8 = key(7, VARINT);

/// Values of a feature, those that have an MVT type: each the position of its column (u16, little
/// endian) and its field. Bytes that are none end it.
#[derive(Clone, Debug)]
pub struct Sent<'a> {
    bytes: &'a [u8],
}

impl<'a> Sent<'a> {
    /// Those that `bytes` hold, as [`Properties::sent`] writes them.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// The field of the value in the column at `position`, if there is one.
    #[must_use]
    pub fn field(&self, position: usize) -> Option<&'a [u8]> {
        self.clone().find(|(column, _)| *column == position).map(|(_, field)| field)
    }
}

/// Column and field.
impl<'a> Iterator for Sent<'a> {
    type Item = (usize, &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (column, rest) = self.bytes.split_first_chunk::<2>()?;
        let length = match rest {
            // Most are short.
            [_, length @ ..0x80, ..] => 2 + usize::from(*length),
            [_, behind @ ..] => {
                let (length, size) = read_varint(behind)?;
                usize::try_from(length).ok()?.checked_add(1 + size)?
            }
            [] => return None,
        };
        let (field, rest) = rest.split_at_checked(length)?;
        self.bytes = rest;
        Some((usize::from(u16::from_le_bytes(*column)), field))
    }
}

impl Properties<'_> {
    /// Appends the values whose column `wanted` tells, as [`Sent`] reads them. Text is not looked
    /// into: it was checked when its file was.
    pub fn sent(mut self, wanted: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
        while let Some((column, kind, stored)) = self.next_stored_of(&wanted) {
            let from = out.len();
            out.extend_from_slice(&(column as u16).to_le_bytes());
            let added = match kind {
                ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                    append_text(stored, out);
                    true
                }
                _ => kind.value(stored).is_some_and(|value| append_field(value, out)),
            };
            if !added {
                out.truncate(from);
            }
        }
    }
}

/// Appends a value as a field of its layer; `false` for what has no MVT type: nulls and bytes. Dates
/// and JSON are text.
pub fn append_field(value: Value<'_>, out: &mut Vec<u8>) -> bool {
    match value {
        Value::Null | Value::Binary(_) => return false,
        Value::Text(text) | Value::Json(text) | Value::DateTime(text) => {
            append_text(text.as_bytes(), out);
        }
        Value::Single(value) => append_number(SINGLE, value.to_bits().into(), out),
        Value::Double(value) => append_number(DOUBLE, value.to_bits(), out),
        Value::Int(value) if value >= 0 => append_number(INT, value as u64, out),
        Value::UInt(value) => append_number(UINT, value, out),
        Value::Int(value) => append_number(SINT, zigzag_64(value), out),
        Value::Bool(value) => append_number(BOOL, value.into(), out),
    }
    true
}

/// The text that a field of [`append_field`] holds, if it holds one; not looked into.
#[must_use]
pub fn field_text(field: &[u8]) -> Option<&[u8]> {
    // Most are short.
    if let [VALUE, ..0x80, TEXT, ..0x80, text @ ..] = field {
        return Some(text);
    }
    let (_, size) = read_varint(field.get(1..)?)?;
    let (&TEXT, text) = field.get(1 + size..)?.split_first()? else { return None };
    let (_, size) = read_varint(text)?;
    text.get(size..)
}

/// The value that a field of [`append_field`] holds, of a column of `kind`; null where it is none.
#[must_use]
pub fn field_value(kind: ColumnType, field: &[u8]) -> Value<'_> {
    read(kind, field).unwrap_or(Value::Null)
}

fn read(kind: ColumnType, field: &[u8]) -> Option<Value<'_>> {
    let (_, size) = read_varint(field.get(1..)?)?;
    let (&key, value) = field.get(1 + size..)?.split_first()?;
    let number = || read_varint(value).map(|(number, _)| number);
    Some(match key {
        TEXT => {
            let text = std::str::from_utf8(field_text(field)?).ok()?;
            match kind {
                ColumnType::Json => Value::Json(text),
                ColumnType::DateTime => Value::DateTime(text),
                _ => Value::Text(text),
            }
        }
        SINGLE => Value::Single(f32::from_le_bytes(*value.first_chunk()?)),
        DOUBLE => Value::Double(f64::from_le_bytes(*value.first_chunk()?)),
        INT => Value::Int(i64::try_from(number()?).ok()?),
        UINT => Value::UInt(number()?),
        SINT => Value::Int(zigzag_64_back(number()?)),
        BOOL => Value::Bool(number()? != 0),
        _ => return None,
    })
}

fn append_number(kind: u8, number: u64, out: &mut Vec<u8>) {
    let length = match kind & 7 {
        FIXED_32 => 4,
        FIXED_64 => 8,
        _ => varint_len(number),
    };
    out.extend_from_slice(&[VALUE, 1 + length as u8, kind]);
    if kind & 7 == VARINT {
        varint(out, number);
    } else {
        out.extend_from_slice(&number.to_le_bytes()[..length]);
    }
}

fn append_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(VALUE);
    varint(out, bytes_len(text.len()) as u64);
    bytes(out, 1, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: Value<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        assert!(append_field(value, &mut out), "{value:?}");
        out
    }

    #[test]
    fn values_come_back_as_they_went() {
        let long = "a".repeat(1000);
        for (kind, value) in [
            (ColumnType::Bool, Value::Bool(true)),
            (ColumnType::Long, Value::Int(i64::MIN)),
            (ColumnType::Long, Value::Int(-1)),
            (ColumnType::Byte, Value::Int(0)),
            (ColumnType::Long, Value::Int(i64::MAX)),
            (ColumnType::ULong, Value::UInt(u64::MAX)),
            (ColumnType::Float, Value::Single(0.1)),
            (ColumnType::Double, Value::Double(-0.0)),
            (ColumnType::String, Value::Text("")),
            (ColumnType::String, Value::Text(&long)),
            (ColumnType::Json, Value::Json("{}")),
            (ColumnType::DateTime, Value::DateTime("2024-05-01")),
        ] {
            assert_eq!(field_value(kind, &sent(value)), value);
        }
        assert!(!append_field(Value::Null, &mut Vec::new()));
        assert!(!append_field(Value::Binary(b"x"), &mut Vec::new()));
        assert_eq!(field_text(&sent(Value::Text(&long))), Some(long.as_bytes()));
        assert_eq!(field_text(&sent(Value::Int(9))), None);
        assert_eq!(sent(Value::Int(-1)), [0x22, 2, 0x30, 1]);
        assert_eq!(sent(Value::Text("ab")), [0x22, 4, 0x0a, 2, b'a', b'b']);
    }

    #[test]
    fn cut_or_strange_bytes_end_it() {
        let text = sent(Value::Text(&"b".repeat(200)));
        let number = sent(Value::Int(300));
        let all = [&[7, 0], &text[..], &[8, 1], &number].concat();
        assert_eq!(Sent::new(&all).collect::<Vec<_>>(), [(7, &text[..]), (264, &number[..])]);
        assert_eq!(Sent::new(&all).field(264), Some(&number[..]));
        for end in 0..all.len() {
            assert!(Sent::new(&all[..end]).count() < 2);
            let _ = field_value(ColumnType::String, &all[2..end.max(2)]);
        }
        assert_eq!(Sent::new(&[0, 0, 0x22, 0xff, 0xff, 0xff, 0xff, 0xff]).count(), 0);
        assert_eq!(field_value(ColumnType::Int, &[0x22, 1, 0x99]), Value::Null);
        assert_eq!(field_value(ColumnType::Int, &[]), Value::Null);
    }
}
