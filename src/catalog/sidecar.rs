//! Reading sidecars: what is wrong with one is told by file, line and key.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;

/// Reads the sidecar `text` of the file `file`.
///
/// # Errors
/// Where it is no TOML, or has unknown keys or wrong types: the first of them, with its place.
pub(super) fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Problem> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map(|span| span.start);
        Problem {
            file: file.to_owned(),
            line: at.map(|at| line_of(text, at)),
            row: None,
            key: at.and_then(|at| key_at(text, at)),
            reason: error.message().trim().to_owned(),
        }
    })
}

/// The `bytes` of the sidecar `file` as text.
///
/// # Errors
/// Where they are no UTF-8, with the line.
pub(super) fn text(file: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let fine = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = fine.split(|byte| *byte == b'\n').count();
        Problem { line: Some(line), ..Problem::of_file(file, "it is not in UTF-8") }
    })
}

/// Something wrong with what a sidecar says in `key` (a path of keys), though it can be read.
pub(super) fn problem(file: &str, text: &str, key: &[&str], reason: impl Into<String>) -> Problem {
    let table = DeTable::parse(text).ok();
    let at = table.and_then(|table| find(table.get_ref(), key));
    Problem {
        file: file.to_owned(),
        line: at.map(|at| line_of(text, at)),
        row: None,
        key: Some(key.join(".")),
        reason: reason.into(),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Where the key of this path is written.
fn find(table: &DeTable<'_>, path: &[&str]) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    let (key, value) = table.iter().find(|(key, _)| key.get_ref() == *first)?;
    let inner = match value.get_ref() {
        DeValue::Table(inner) => find(inner, rest),
        _ => None,
    };
    Some(inner.unwrap_or(key.span().start))
}

/// The path of the key at `at`, or of the one whose value is there.
fn key_at(text: &str, at: usize) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let mut best: Option<(usize, String)> = None;
    visit(table.get_ref(), "", &mut |path, key, value| {
        for span in [key, value] {
            let length = span.len();
            if (span.contains(&at) || span.start == at)
                && best.as_ref().is_none_or(|(least, _)| length <= *least)
            {
                best = Some((length, path.to_owned()));
            }
        }
    });
    best.map(|(_, path)| path)
}

/// Calls `each` with the path, the key's place and the value's place of every key.
fn visit(
    table: &DeTable<'_>,
    above: &str,
    each: &mut impl FnMut(&str, Range<usize>, Range<usize>),
) {
    for (key, value) in table {
        let key: &Spanned<_> = key;
        let dot = if above.is_empty() { "" } else { "." };
        let path = format!("{above}{dot}{}", key.get_ref());
        each(&path, key.span(), value.span());
        if let DeValue::Table(inner) = value.get_ref() {
            visit(inner, &path, each);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Descriptor;
    use super::*;

    fn wrong(text: &str) -> (Option<usize>, Option<String>) {
        let problem = read::<Descriptor>("a.toml", text).expect_err("it is wrong");
        assert!(!problem.reason.is_empty() && !problem.reason.contains('\n'), "{problem}");
        (problem.line, problem.key)
    }

    #[test]
    fn every_key_of_a_descriptor_is_read() {
        let text = r##"
            title = {zh = "宗地", en = "Parcels"}
            description = "Registered parcels"
            department = {zh = "规划和自然资源局"}
            license = "CC0-1.0"
            attribution = "City"
            source = "Cadastre"
            as_of = "2026-01-01"
            basis = "Survey"
            id = "parcel_no"
            name = "label"
            valid_from = "begin"
            valid_to = {column = "last_day", inclusive = true, unit = "yyyymmdd"}
            temporal = "state"
            temporal_default = "all"
            lineage = "parents"
            rank = {column = "class", order = ["express", "arterial", 3, true]}
            crs = "EPSG:4547"
            min_zoom = 8
            max_zoom = 18
            tile_properties = ["use_code"]
            keywords = ["land", "土地"]
            access = "public"
            [style]
            color = "#aabbcc"
            by = "use_code"
            stops = [[1, "#000000"], [2.5, "#ffffff"]]
            icon = "square"
            [columns.use_code]
            title = {zh = "用途", en = "Use"}
            unit = "m2"
            codes = {R2 = {zh = "居住", en = "Residential"}, M1 = "Industry"}
        "##;
        let read: Descriptor = read("a.toml", text).unwrap();
        assert_eq!(
            read.valid_to.as_ref().map(|to| (to.name(), to.is_inclusive())),
            Some(("last_day", true))
        );
        assert_eq!(read.rank.as_ref().map(|rank| rank.order().len()), Some(4));
        assert_eq!(read.columns["use_code"].codes["M1"].en.as_deref(), Some("Industry"));
        let again: Descriptor = toml::from_str(&toml::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
        let values: Descriptor = toml::from_str("[style]\nstops = {a = \"#fff\"}").unwrap();
        assert!(matches!(values.style.stops, Some(super::super::Stops::Values(_))));
    }

    #[test]
    fn unknown_keys_and_wrong_types_name_line_and_key() {
        let key = |key: &str| Some(key.to_owned());
        assert_eq!(wrong("title = \"a\"\ntitel = \"b\""), (Some(2), key("titel")));
        assert_eq!(wrong("\nmin_zoom = \"three\""), (Some(2), key("min_zoom")));
        assert_eq!(wrong("[style]\n\ncolour = \"red\""), (Some(3), key("style.colour")));
        assert_eq!(wrong("title = {zh = \"a\", fr = \"b\"}"), (Some(1), key("title.fr")));
        assert_eq!(wrong("a = 1\n[columns.x]\nunit = 4"), (Some(1), key("a")));
        assert_eq!(wrong("[columns.x]\nunit = 4"), (Some(2), key("columns.x.unit")));
        assert_eq!(wrong("access = \"secret\"").1, key("access"));
        assert_eq!(wrong("valid_to = 5").1, key("valid_to"));
        assert_eq!(wrong("temporal = \"sometimes\"").1, key("temporal"));
        assert_eq!(wrong("a = 1\nx = [").0, Some(2));
    }

    #[test]
    fn what_is_no_utf_8_is_told_by_line() {
        assert_eq!(text("a.toml", b"title = \"\xe5\x9c\xb0\"".to_vec()).unwrap().len(), 13);
        let told = text("a.toml", b"id = \"a\"\n\ntitle = \"\xb5\xd8\"\n".to_vec()).unwrap_err();
        assert_eq!(told.to_string(), "a.toml, line 3: it is not in UTF-8");
    }

    #[test]
    fn a_readable_sidecar_that_is_wrong_is_told_by_line_too() {
        let text = "id = \"a\"\n[style]\nby = \"b\"\n";
        let found = problem("a.toml", text, &["style", "by"], "there is no column `b`");
        assert_eq!(found.to_string(), "a.toml, line 3, `style.by`: there is no column `b`");
        assert_eq!(problem("a.toml", text, &["id"], "x").line, Some(1));
        assert_eq!(problem("a.toml", text, &["name"], "x").line, None);
    }
}
