//! The house rules: who may use whom, how long things may be, what may be named.
//!
//! Each rule is a function from a file's path and text to complaints; the tests at the end show
//! that each can fail.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by rank (`docs/architecture.md`). A module uses those of lower rank.
const RANKS: [(&str, u8); 18] = [
    ("model", 0),
    ("time", 0),
    ("geometry", 0),
    ("work", 0),
    ("filter", 1),
    ("store", 2),
    ("source", 2),
    ("index", 3),
    ("catalog", 4),
    ("access", 5),
    ("query", 6),
    ("tile", 7),
    ("format", 7),
    ("style", 7),
    ("analysis", 7),
    ("api", 8),
    ("cli", 9),
    ("demo", 9),
];

/// Edges between equals that are meant.
const SIBLINGS: [(&str, &str); 4] =
    [("time", "model"), ("geometry", "model"), ("source", "store"), ("cli", "demo")];

/// Calls that only some modules may make, and why.
const RESERVED: [(&str, &[&str], &str); 4] = [
    ("SystemTime::now", &["api", "cli"], "below `api` the time is an argument"),
    ("Timestamp::now", &["api", "cli"], "below `api` the time is an argument"),
    ("Zoned::now", &["api", "cli"], "below `api` the time is an argument"),
    ("Instant::now", &["api", "cli", "work"], "deadlines are made in `work`"),
];

const LONGEST_FILE_LINES: usize = 400;
const LONGEST_FUNCTION_LINES: usize = 70;

/// Rules that a file need not keep: path, rule, reason.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// Text with comments, strings and character literals blanked, so that only code is left. Lines
/// and columns stay where they are.
fn code_only(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut i = 0;
    while i < bytes.len() {
        let end = match bytes[i..] {
            [b'/', b'/', ..] => text[i..].find('\n').map_or(bytes.len(), |n| i + n),
            [b'/', b'*', ..] => text[i + 2..].find("*/").map_or(bytes.len(), |n| i + n + 4),
            [b'"', ..] => end_of_string(bytes, i + 1),
            [b'r', b'"' | b'#', ..] if !word(bytes, i.wrapping_sub(1)) => end_of_raw(text, i),
            [b'\'', b'\\', _, ..] => text[i + 3..].find('\'').map_or(bytes.len(), |n| i + n + 4),
            [b'\'', ..] => match text[i + 1..].chars().next() {
                Some(c) if bytes.get(i + 1 + c.len_utf8()) == Some(&b'\'') => i + c.len_utf8() + 2,
                _ => i,
            },
            _ => i,
        };
        out[i..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        i = end.max(i + 1);
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn word(bytes: &[u8], i: usize) -> bool {
    bytes.get(i).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

fn end_of_string(bytes: &[u8], mut i: usize) -> usize {
    while i < bytes.len() && bytes[i] != b'"' {
        i += if bytes[i] == b'\\' { 2 } else { 1 };
    }
    (i + 1).min(bytes.len())
}

fn end_of_raw(text: &str, i: usize) -> usize {
    let hashes = text[i + 1..].bytes().take_while(|b| *b == b'#').count();
    if text.as_bytes().get(i + 1 + hashes) != Some(&b'"') {
        return i;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    text[i + 2 + hashes..].find(&close).map_or(text.len(), |n| i + 2 + hashes + n + close.len())
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn matches_of<'t>(text: &'t str, what: &str) -> impl Iterator<Item = usize> + 't {
    let what = what.to_owned();
    let found: Vec<usize> = text.match_indices(&what).map(|(at, _)| at).collect();
    found.into_iter().filter(move |at| !word(text.as_bytes(), at.wrapping_sub(1)))
}

/// The top-level module a file of `src` belongs to; `None` for the crate's roots.
fn module_of(path: &str) -> Option<&str> {
    let inner = path.strip_prefix("src/")?;
    inner.split_once('/').map(|(module, _)| module)
}

/// The first names after `crate::`, with the position of each: `crate::{a::B, c}` names `a`, `c`.
fn crate_names(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in matches_of(code, "crate::") {
        let rest = &code[at + 7..];
        let mut depth = 0;
        let mut expect = true;
        for (n, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => expect = true,
                c if expect && depth <= 1 && (c.is_alphanumeric() || c == '_') => {
                    let name = rest[n..].split(|c: char| !c.is_alphanumeric() && c != '_').next();
                    found.push((at, name.unwrap_or_default().to_owned()));
                    expect = false;
                }
                _ => {}
            }
            if depth == 0 && !expect || depth < 0 || c == ';' {
                break;
            }
        }
    }
    found
}

/// How many `mod name { … }` of this file hold the position.
fn inline_modules_around(code: &str, at: usize) -> usize {
    let opened = matches_of(code, "mod ").filter_map(|start| {
        let open = start + code[start..].find(['{', ';'])?;
        (code.as_bytes()[open] == b'{').then_some(open)
    });
    opened.filter(|open| *open < at && at < close_of(code, *open)).count()
}

/// Where the brace at `open` is closed.
fn close_of(code: &str, open: usize) -> usize {
    let mut depth = 0;
    let close = code[open..].find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    close.map_or(code.len(), |n| open + n)
}

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

fn edges(path: &str, text: &str) -> Vec<String> {
    let Some(from) = module_of(path) else { return Vec::new() };
    let Some(own) = rank(from) else {
        return vec![format!("{path}:1: module `{from}` has no rank")];
    };
    let code = code_only(text);
    let mut out = Vec::new();
    for (at, to) in crate_names(&code) {
        let line = line_of(&code, at);
        match rank(&to) {
            None => out.push(format!("{path}:{line}: `crate::{to}` is no module with a rank")),
            Some(_) if to == from => {}
            Some(other) if other < own => {}
            Some(_) if SIBLINGS.contains(&(from, to.as_str())) => {}
            Some(other) => out.push(format!(
                "{path}:{line}: `{from}` (rank {own}) must not use `{to}` (rank {other})"
            )),
        }
    }
    // A chain of `super` that leaves the module would be an edge that the names do not show.
    let depth = path.trim_end_matches("/mod.rs").matches('/').count();
    for at in matches_of(&code, "super::").filter(|at| !code[..*at].ends_with("super::")) {
        let chain = code[at..].split("super::").take_while(|between| between.is_empty()).count();
        if chain >= depth + inline_modules_around(&code, at) {
            let line = line_of(&code, at);
            out.push(format!("{path}:{line}: leaves `{from}` by `super`; name it by `crate::`"));
        }
    }
    out
}

fn reserved(path: &str, text: &str) -> Vec<String> {
    let code = code_only(text);
    let module = module_of(path).unwrap_or_default();
    let mut out = Vec::new();
    for (call, allowed, why) in RESERVED {
        if !allowed.contains(&module) {
            out.extend(
                matches_of(&code, call).map(|at| {
                    format!("{path}:{}: `{call}` in `{module}`: {why}", line_of(&code, at))
                }),
            );
        }
    }
    // Above `access`, a snapshot is only handed on: what it holds is seen through a `View`. Tests
    // build snapshots themselves.
    let above = rank(module).is_some_and(|rank| rank > 5) && module != "cli";
    let tests = path.ends_with("/tests.rs") || path.contains("/tests/");
    if above && !tests && matches_of(&code, "Snapshot").next().is_some() {
        for field in [".layers", ".themes"] {
            out.extend(code.match_indices(field).filter_map(|(at, _)| {
                let next = code.as_bytes().get(at + field.len());
                (next != Some(&b'(') && !word(code.as_bytes(), at + field.len()))
                    .then(|| format!("{path}:{}: reads a snapshot's `{field}`", line_of(&code, at)))
            }));
        }
    }
    out
}

fn sizes(path: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let lines = text.lines().count();
    if lines > LONGEST_FILE_LINES {
        out.push(format!("{path}:1: {lines} lines, more than {LONGEST_FILE_LINES}"));
    }
    if !text.starts_with("//! ") {
        out.push(format!("{path}:1: begins without `//!` and what it is responsible for"));
    }
    let code = code_only(text);
    for at in matches_of(&code, "fn ") {
        let Some(open) = code[at..].find(['{', ';']).map(|n| at + n) else { continue };
        if code.as_bytes()[open] == b';' {
            continue;
        }
        let lines = line_of(&code, close_of(&code, open)) - line_of(&code, at) + 1;
        if lines > LONGEST_FUNCTION_LINES {
            out.push(format!(
                "{path}:{}: a function of {lines} lines, more than {LONGEST_FUNCTION_LINES}",
                line_of(&code, at)
            ));
        }
    }
    out
}

/// Places on somebody's machine have no place in the project.
fn machine_paths(path: &str, text: &str) -> Vec<String> {
    let roots = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut out = Vec::new();
    for root in roots {
        out.extend(matches_of(text, root).map(|at| {
            format!("{path}:{}: names a place on a machine, `{root}`", line_of(text, at))
        }));
    }
    out
}

/// Files of the project that a document names in back quotes, or links to, must exist.
fn dead_names(root: &Path, path: &str, text: &str) -> Vec<String> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let quoted = text.split('`').skip(1).step_by(2).map(|name| (PathBuf::new(), name));
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let linked = linked.filter(|name| !name.is_empty() && !name.contains("://"));
    let starts = ["src/", "tests/", "web/", "docs/", "layers/", "styles/", "benches/", ".ci/"];
    quoted
        .filter(|(_, name)| starts.iter().any(|start| name.starts_with(start)))
        .filter(|(_, name)| !name.contains(['<', '*', ' ', '{', '…']))
        .chain(linked.map(|name| (folder.to_owned(), name)))
        .filter(|(base, name)| !root.join(base).join(name).exists())
        .map(|(_, name)| format!("{path}: names `{name}`, which does not exist"))
        .collect()
}

/// Files of the project below `folder`, without what is built or downloaded.
fn files(root: &Path, folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let skipped = ["target", "node_modules", "dist", "corpus", "artifacts"];
    let mut out = Vec::new();
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return out };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let hidden = name.starts_with('.') && name != ".ci";
        if entry.path().is_dir() && !hidden && !skipped.contains(&name.as_str()) {
            out.extend(files(root, &path, extensions));
        } else if extensions.iter().any(|extension| name.ends_with(extension)) {
            out.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    out.sort();
    out
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn hold(rule: &str, complaints: Vec<String>) {
    let excepted = |complaint: &String| {
        EXCEPTIONS.iter().any(|(path, of, _)| *of == rule && complaint.starts_with(path))
    };
    let left: Vec<String> = complaints.into_iter().filter(|c| !excepted(c)).collect();
    assert!(left.is_empty(), "{} broken:\n{}", rule, left.join("\n"));
}

fn each(files: &[(String, String)], rule: fn(&str, &str) -> Vec<String>) -> Vec<String> {
    files.iter().flat_map(|(path, text)| rule(path, text)).collect()
}

#[test]
fn modules_use_only_those_below_them() {
    hold("edges", each(&files(root(), "src", &[".rs"]), edges));
}

#[test]
fn files_and_functions_are_short_and_say_what_they_are_for() {
    let folders = ["src", "tests", "benches", "fuzz/fuzz_targets"];
    let all = folders.map(|folder| files(root(), folder, &[".rs"])).concat();
    hold("sizes", each(&all, sizes));
}

#[test]
fn clocks_and_snapshots_are_read_where_they_may_be() {
    hold("reserved", each(&files(root(), "src", &[".rs"]), reserved));
}

#[test]
fn no_file_names_a_place_on_a_machine() {
    let kinds = [".rs", ".toml", ".md", ".ts", ".js", ".json", ".html", ".css", "run", ".yml"];
    hold("machine paths", each(&files(root(), "", &kinds), machine_paths));
}

#[test]
fn documents_name_files_that_exist() {
    let documents = files(root(), "", &[".md"]);
    let dead = |(path, text): &(String, String)| dead_names(root(), path, text);
    hold("dead names", documents.iter().flat_map(dead).collect());
}

#[test]
fn no_source_file_is_forgotten() {
    let all = [files(root(), "src", &[".rs"]), files(root(), "tests/it", &[".rs"])].concat();
    let declared: BTreeSet<String> = all
        .iter()
        .flat_map(|(path, text)| {
            let folder = path.rsplit_once('/').unwrap().0;
            let code = code_only(text);
            let name_at = |at: usize| {
                let name = code[at + 4..].split([';', ' ', '{']).next().unwrap().to_owned();
                [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")]
            };
            matches_of(&code, "mod ").flat_map(name_at).collect::<Vec<_>>()
        })
        .collect();
    let roots = ["src/lib.rs", "src/main.rs", "tests/it/main.rs"];
    let lost = all.iter().filter(|(p, _)| !roots.contains(&p.as_str()) && !declared.contains(p));
    hold("forgotten files", lost.map(|(path, _)| format!("{path}: no `mod` names it")).collect());
}

#[test]
fn the_rules_can_be_broken() {
    let check = |rule: fn(&str, &str) -> Vec<String>, path: &str, text: &str, wanted: &str| {
        let found = rule(path, text);
        assert!(found.iter().any(|c| c.contains(wanted)), "{text:?} gave {found:?}");
    };
    check(edges, "src/tile/plan.rs", "//! x\nuse crate::api::Problem;", ":2: `tile` (rank 7)");
    check(edges, "src/time/span.rs", "use crate::{\n  model::Row, geometry::Crs};", "`geometry`");
    check(edges, "src/tile/mod.rs", "let x = crate::format::json();", "`format`");
    check(edges, "src/tile/mod.rs", "use super::api;", "leaves `tile`");
    check(edges, "src/tile/plan.rs", "use super::super::api;", "leaves `tile`");
    check(edges, "src/tile/plan.rs", "mod a { use super::super::super::api; }", "leaves `tile`");
    check(edges, "src/other/mod.rs", "", "has no rank");
    check(sizes, "src/a.rs", "fn x() {}", "begins without");
    check(sizes, "src/a.rs", &format!("//! x\n{}", "\n".repeat(400)), "401 lines");
    check(sizes, "src/a.rs", &format!("//! x\nfn x() {{{}}}", "\n".repeat(70)), ":2: a function");
    check(reserved, "src/tile/a.rs", "let now = SystemTime::now();", "in `tile`");
    check(reserved, "src/api/a.rs", "fn x(s: &Snapshot) { s.layers.len(); }", "`.layers`");
    check(machine_paths, "a.md", concat!("see /ho", "me/me/x"), "a.md:1");
    let dead = dead_names(root(), "README.md", "see `src/nowhere.rs` and [x](docs/no.md)");
    assert_eq!(dead.len(), 2, "{dead:?}");
}

#[test]
fn the_rules_read_code_and_nothing_else() {
    let text = "//! crate::api\nconst A: &str = \"crate::api {\"; // crate::api\nlet c = '\"';\n\
                let r = r#\"crate::api \" \"#; /* crate::api */ use crate::{model::{Row}, work};";
    assert_eq!(edges("src/tile/a.rs", text), Vec::<String>::new());
    let names: Vec<String> = crate_names(&code_only(text)).into_iter().map(|(_, n)| n).collect();
    assert_eq!(names, ["model", "work"]);
    let inside = "mod tests { use super::*; use super::super::x; }";
    assert_eq!(edges("src/tile/plan.rs", inside), Vec::<String>::new());
    assert_eq!(code_only("'a' 'b \\' x"), "    'b \\' x");
}
