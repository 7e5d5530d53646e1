//! The raw query: names and values decoded, each name once.

use std::fmt::Write;

use super::table::{self, Endpoint};
use crate::api::problem::Problem;
use crate::model::Schema;
use crate::query::quoted;

/// Parameters of a request: each is compared with all others.
const MAX_PARAMETERS: usize = 256;
/// Columns that a refusal lists.
const LISTED_COLUMNS: usize = 40;

/// The parameters of a request, decoded, in their order. Every name is there once.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(in crate::api) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the part of a target behind `?`, as HTML forms encode it (`+` is a space).
    ///
    /// # Errors
    /// For bytes that are no UTF-8, a `%` without two hex digits, repeated names, and more than 256
    /// parameters.
    pub(in crate::api) fn parse(raw: Option<&str>) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in raw.unwrap_or_default().split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decode(name).ok_or_else(|| {
                Problem::malformed("the name of a query parameter is badly percent-encoded")
            })?;
            let value = decode(value).ok_or_else(|| {
                Problem::invalid(quoted(&name), "the value is badly percent-encoded, or not UTF-8")
            })?;
            if pairs.iter().any(|(other, _)| *other == name) {
                return Err(Problem::invalid(quoted(&name), "given twice; once is expected"));
            }
            if pairs.len() == MAX_PARAMETERS {
                let detail = format!("a query may have {MAX_PARAMETERS} parameters");
                return Err(Problem::malformed(detail));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// The value of `name`, if it is given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Checks that `endpoint` takes every name, and gives those that are columns of `columns`
    /// instead.
    ///
    /// # Errors
    /// For the first name that is neither, listing what is expected.
    pub(in crate::api) fn accept(
        &self,
        endpoint: Endpoint,
        columns: Option<&Schema>,
    ) -> Result<Vec<(String, String)>, Problem> {
        let mut equals = Vec::new();
        for (name, value) in &self.0 {
            if table::names(endpoint).any(|known| known == name) {
                continue;
            }
            if columns.is_none_or(|schema| schema.position(name).is_none()) {
                return Err(unknown(name, endpoint, columns));
            }
            equals.push((name.clone(), value.clone()));
        }
        Ok(equals)
    }

    /// The query of a link that asks the same but for `changes`: values set, or left out if `None`.
    pub(in crate::api) fn with(&self, changes: &[(&str, Option<String>)]) -> Self {
        let changed = |name: &str| changes.iter().any(|(n, _)| *n == name);
        let kept = self.0.iter().filter(|(name, _)| !changed(name)).cloned();
        let set = changes.iter().filter_map(|(n, v)| Some(((*n).to_owned(), v.clone()?)));
        Self(kept.chain(set).collect())
    }

    /// Encoded, with its `?` if there is anything.
    pub(in crate::api) fn encode(&self) -> String {
        let mut text = String::new();
        for (i, (name, value)) in self.0.iter().enumerate() {
            text.push(if i == 0 { '?' } else { '&' });
            text.extend(percent_encoding::utf8_percent_encode(name, ESCAPED));
            text.push('=');
            text.extend(percent_encoding::utf8_percent_encode(value, ESCAPED));
        }
        text
    }
}

/// What a link's query must not hold as it is. Commas, colons and slashes may stand.
const ESCAPED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b',')
    .remove(b':')
    .remove(b'/')
    .remove(b'@')
    .remove(b'*');

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || (rest.next()? as char).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high << 4 | low).ok()?
            }
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn unknown(name: &str, endpoint: Endpoint, columns: Option<&Schema>) -> Problem {
    let known: Vec<&str> = table::names(endpoint).collect();
    let mut detail = match known.as_slice() {
        [] => "unknown parameter; none is expected here".to_owned(),
        known => format!("unknown parameter; expected are {}", known.join(", ")),
    };
    if let Some(schema) = columns.filter(|schema| !schema.columns.is_empty()) {
        let names: Vec<&str> = schema.columns.iter().map(|column| &*column.name).collect();
        let listed = names.get(..LISTED_COLUMNS).unwrap_or(&names).join(", ");
        let more = if names.len() > LISTED_COLUMNS { ", …" } else { "" };
        let _ = write!(detail, ", and the columns {listed}{more}");
    }
    Problem::invalid(quoted(name), detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn queries_are_decoded_as_forms_are() {
        let query = Query::parse(Some("a=1&&name=%E9%BE%99+%2B&flag")).expect("a query");
        assert_eq!(query.get("a"), Some("1"));
        assert_eq!(query.get("name"), Some("龙 +"));
        assert_eq!(query.get("flag"), Some(""));
        assert_eq!(Query::parse(None), Ok(Query::default()));
    }

    #[test]
    fn repeated_names_and_bad_encodings_are_refused() {
        for bad in ["a=1&a=1", "a=%zz", "a=%f", "a=%", "a=%FF%FE", "%zz=1", "a=1&%61=2"] {
            assert!(Query::parse(Some(bad)).is_err(), "{bad}");
        }
        let many = |count| (0..count).map(|i: u32| i.to_string()).collect::<Vec<_>>().join("&");
        assert!(Query::parse(Some(&many(256))).is_ok() && Query::parse(Some(&many(257))).is_err());
    }

    #[test]
    fn a_link_asks_the_same_but_for_what_changes() {
        let query = Query::parse(Some("bbox=1,2,3,4&offset=10&name=a%26b")).expect("a query");
        let next = query.with(&[("offset", Some("20".to_owned())), ("limit", None)]);
        assert_eq!(next.encode(), "?bbox=1,2,3,4&name=a%26b&offset=20");
        assert_eq!(Query::default().encode(), "");
    }

    #[test]
    fn an_unknown_name_is_refused_and_the_expected_ones_are_listed() {
        let query = Query::parse(Some("bobx=1")).expect("a query");
        let problem = query.accept(Endpoint::Items, None).expect_err("unknown");
        let text = format!("{problem:?}");
        assert!(text.contains("bobx") && text.contains("bbox, bbox-crs"), "{text}");
        assert!(query.accept(Endpoint::Operations, None).is_err());
    }

    proptest! {
        #[test]
        fn encoding_and_decoding_are_inverse(pairs in proptest::collection::vec((".{1,8}", ".{0,12}"), 0..6)) {
            let mut query = Query::default();
            for (name, value) in pairs {
                query = query.with(&[(&name, Some(value))]);
            }
            let text = query.encode();
            prop_assert_eq!(Query::parse(text.strip_prefix('?')), Ok(query));
        }

        #[test]
        fn nothing_makes_it_panic(raw in ".{0,60}") {
            let _ = Query::parse(Some(&raw));
        }
    }
}
