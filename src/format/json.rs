//! JSON text (RFC 8259) of the values that a file can hold, appended to a buffer.

use crate::model::Value;

/// Appends `value`: numbers as their shortest text that reads back as the same number, NaN and
/// infinities as null, bytes as base64 (RFC 4648), dates as their text, a JSON column as it is
/// where it is JSON, else as text.
pub(super) fn value(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Int(number) => integer(out, number),
        Value::UInt(number) => integer(out, number),
        Value::Single(number) if number.is_finite() => float(out, number),
        Value::Double(number) if number.is_finite() => float(out, number),
        Value::Null | Value::Single(_) | Value::Double(_) => out.extend_from_slice(b"null"),
        Value::Json(text) if is_json(text) => out.extend_from_slice(text.as_bytes()),
        Value::Text(text) | Value::DateTime(text) | Value::Json(text) => string(out, text),
        Value::Binary(bytes) => base64(out, bytes),
    }
}

/// Appends a whole number.
pub(super) fn integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// Appends the shortest text of a finite number.
pub(super) fn float(out: &mut Vec<u8>, number: impl zmij::Float) {
    out.extend_from_slice(zmij::Buffer::new().format_finite(number).as_bytes());
}

/// Appends a string with its quotes. U+2028 and U+2029 are escaped too: script engines of before
/// 2019 end a line at them.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut copied = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let (escape, length): (&[u8], usize) = match byte {
            b'"' => (b"\\\"", 1),
            b'\\' => (b"\\\\", 1),
            b'\n' => (b"\\n", 1),
            b'\r' => (b"\\r", 1),
            b'\t' => (b"\\t", 1),
            0..0x20 => (&control(*byte), 1),
            0xe2 => match bytes.get(at + 1..at + 3) {
                Some([0x80, 0xa8]) => (b"\\u2028", 3),
                Some([0x80, 0xa9]) => (b"\\u2029", 3),
                _ => continue,
            },
            _ => continue,
        };
        out.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
        out.extend_from_slice(escape);
        copied = at + length;
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    out.push(b'"');
}

/// The escape of a control character.
fn control(byte: u8) -> [u8; 6] {
    let hex = |digit: u8| if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
    [b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte & 15)]
}

/// Whether a JSON column holds JSON that every reader takes: numbers in range, surrogates paired,
/// nested no deeper than 128.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Appends bytes as a base64 string with its quotes.
fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len().div_ceil(3) * 4 + 2);
    out.push(b'"');
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = BASE64[(bits >> (18 - 6 * i)) as usize & 63];
            out.push(if i > group.len() { b'=' } else { digit });
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(held: Value<'_>) -> String {
        let mut out = Vec::new();
        value(&mut out, held);
        String::from_utf8(out).expect("text")
    }

    fn read(held: Value<'_>) -> serde_json::Value {
        serde_json::from_str(&written(held)).expect("JSON")
    }

    #[test]
    fn values_have_the_text_that_json_gives_them() {
        for (held, text) in [
            (Value::Null, "null"),
            (Value::Bool(true), "true"),
            (Value::Int(i64::MIN), "-9223372036854775808"),
            (Value::UInt(u64::MAX), "18446744073709551615"),
            (Value::Single(0.1), "0.1"),
            (Value::Double(f64::NAN), "null"),
            (Value::Double(f64::NEG_INFINITY), "null"),
            (Value::Single(f32::INFINITY), "null"),
            (
                Value::Text("a\"b\\c\n\r\t\u{1}\u{1f}\u{7f}/"),
                "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f\u{7f}/\"",
            ),
            (Value::Text("\u{2028}x\u{2029}€"), "\"\\u2028x\\u2029€\""),
            (Value::DateTime("2024-05-01T00:00:00"), "\"2024-05-01T00:00:00\""),
            (Value::Json(" {\"a\": [1, null]} "), " {\"a\": [1, null]} "),
            (Value::Json("{\"a\":"), "\"{\\\"a\\\":\""),
            (Value::Json("[\"\\ud800\"]"), "\"[\\\"\\\\ud800\\\"]\""),
            (Value::Json(""), "\"\""),
            (Value::Binary(b""), "\"\""),
            (Value::Binary(b"f"), "\"Zg==\""),
            (Value::Binary(b"fo"), "\"Zm8=\""),
            (Value::Binary(b"foobar\xff"), "\"Zm9vYmFy/w==\""),
        ] {
            assert_eq!(written(held), text);
            serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        }
    }

    #[test]
    fn json_nested_too_deep_to_be_read_is_text() {
        let deep = "[".repeat(5000) + &"]".repeat(5000);
        assert_eq!(read(Value::Json(&deep)), serde_json::Value::String(deep.clone()));
    }

    proptest! {
        #[test]
        fn every_string_is_read_back(text in any::<String>()) {
            prop_assert_eq!(read(Value::Text(&text)), serde_json::Value::String(text));
        }

        #[test]
        fn every_text_in_a_json_column_gives_json(text in "[\\[\\]{}\",:0-9a-z\\\\ue. -]{0,12}") {
            read(Value::Json(&text));
        }

        #[test]
        fn every_double_is_read_back_to_the_bit(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            let back: f64 = written(Value::Double(number)).parse().expect("a number");
            prop_assert_eq!(back.to_bits(), bits);
            prop_assert!(read(Value::Double(number)).is_number());
        }

        #[test]
        fn every_single_is_read_back_to_the_bit(bits in any::<u32>()) {
            let number = f32::from_bits(bits);
            prop_assume!(number.is_finite());
            let back: f32 = written(Value::Single(number)).parse().expect("a number");
            prop_assert_eq!(back.to_bits(), bits);
            prop_assert!(read(Value::Single(number)).is_number());
        }

        #[test]
        fn every_whole_number_is_read_back(signed in any::<i64>(), unsigned in any::<u64>()) {
            prop_assert_eq!(read(Value::Int(signed)).as_i64(), Some(signed));
            prop_assert_eq!(read(Value::UInt(unsigned)).as_u64(), Some(unsigned));
        }
    }
}
