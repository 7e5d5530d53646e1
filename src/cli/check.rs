//! `onemap check DIR`: everything that loading a folder would say, and an exit code for scripts.

use std::fmt::{self, Display};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};

use super::printable::Printable;
use super::progress;
use crate::access::{Caller, LayerView, ThemeView, View};
use crate::api;
use crate::catalog::{Catalog, Language, Options, Problem, StorePlace, TemporalDefault};
use crate::time::{Instant, Span, TemporalKind};

/// Loads the folder at `dir` as serving would, keeping nothing, and prints what came of it to
/// standard output. The exit code is 0 where nothing is wrong, 1 where something is or where there
/// is no layer.
///
/// # Errors
/// If the folder cannot be read.
pub(super) fn check(dir: &Path) -> anyhow::Result<ExitCode> {
    if dir.is_file() {
        bail!("{} is a file; `onemap inspect` looks at one file", dir.display());
    }
    let view = load(dir)?;
    let report = Report(&view);
    let code = if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    match write!(std::io::stdout().lock(), "{report}") {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(code),
        written => written.context("cannot print").map(|()| code),
    }
}

/// The folder at `dir`, loaded into memory.
fn load(dir: &Path) -> anyhow::Result<View> {
    let options = Options {
        store: StorePlace::Memory,
        quiet: Duration::ZERO,
        temporal_default: TemporalDefault::default(),
        progress: progress::shown(),
    };
    let catalog = Catalog::open(&[dir.to_owned()], options, api::now())
        .with_context(|| format!("cannot check {}", dir.display()))?;
    Ok(View::new(catalog.snapshot(), Caller::Public))
}

/// What a view holds, for people.
struct Report<'a>(&'a View);

impl Report<'_> {
    fn problems(&self) -> usize {
        let failed: usize = self.0.themes().map(|theme| theme.failed().len()).sum();
        let rows: usize = self.0.layers().map(|layer| layer.problems().len()).sum();
        self.0.problems().len() + failed + rows
    }

    fn is_sound(&self) -> bool {
        self.problems() == 0 && self.0.layers().next().is_some()
    }
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for theme in self.0.themes() {
            write_theme(f, &theme)?;
        }
        for problem in self.0.problems() {
            writeln!(f, "problem: {}", Printable(problem))?;
        }
        let layers = self.0.layers().count();
        let failed: usize = self.0.themes().map(|theme| theme.failed().len()).sum();
        let rows: u64 =
            self.0.layers().filter_map(|layer| Some(u64::from(layer.whole()?.count))).sum();
        if layers + failed == 0 {
            writeln!(f, "{}", super::NO_LAYERS)?;
        }
        let (layers, rows) = (counted(layers as u64, "layer"), counted(rows, "feature"));
        let problems = counted(self.problems() as u64, "problem");
        writeln!(f, "{layers} with {rows}; {failed} failed; {problems}")
    }
}

fn write_theme(f: &mut fmt::Formatter<'_>, theme: &ThemeView<'_>) -> fmt::Result {
    writeln!(f, "{}{}", theme.id(), titled(theme.id(), theme.title().get(Language::Zh)))?;
    for layer in theme.layers() {
        write_layer(f, &layer)?;
    }
    for failed in theme.failed() {
        writeln!(f, "  {}: failed", failed.id)?;
        write_problem(f, &failed.problem)?;
    }
    Ok(())
}

fn write_layer(f: &mut fmt::Formatter<'_>, layer: &LayerView) -> fmt::Result {
    let title = layer.descriptor().title.as_ref().map_or("", |title| title.get(Language::Zh));
    write!(f, "  {}{}: ", layer.id(), titled(layer.id().layer(), title))?;
    let column = |position: Option<usize>| {
        position.and_then(|at| layer.schema().columns.get(at)).map(|column| &*column.name)
    };
    if let Some(whole) = layer.whole() {
        f.write_str(&counted(whole.count.into(), "feature"))?;
        match whole.extent {
            Some(extent) => {
                let [west, south, east, north] = extent.to_array();
                write!(f, ", {west:.5} {south:.5} {east:.5} {north:.5}")?;
            }
            None => f.write_str(", no geometry")?,
        }
        if let Some(times) = whole.times {
            write!(f, ", {}", interval(times))?;
        }
    }
    let (start, end) = layer.time_columns();
    match layer.temporal() {
        TemporalKind::None => {}
        TemporalKind::State => f.write_str(", state")?,
        TemporalKind::Event => f.write_str(", event")?,
    }
    for (what, position) in
        [("start", start), ("end", end), ("id", layer.id_column()), ("label", layer.name_column())]
    {
        if let Some(name) = column(position) {
            write!(f, ", {what} `{}`", Printable(name))?;
        }
    }
    if layer.id_column().is_none() {
        f.write_str(", rows as ids")?;
    }
    writeln!(f)?;
    layer.problems().iter().try_for_each(|problem| write_problem(f, problem))
}

fn write_problem(f: &mut fmt::Formatter<'_>, problem: &Problem) -> fmt::Result {
    writeln!(f, "    {}", Printable(problem))
}

/// A title that says more than the id.
fn titled(id: &str, title: &str) -> String {
    if title == id || title.is_empty() { String::new() } else { format!(" ({})", Printable(title)) }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// First and last instant, as the `datetime` parameter is written.
fn interval(span: Span) -> String {
    let text = |at: Option<Instant>| at.map_or("..".to_owned(), |at| at.to_string());
    let last = span.end().map(|end| Instant::from_millis(end.millis().saturating_sub(1)));
    format!("{}/{}", text(span.start()), text(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_a_problem_and_a_folder_that_is_not_there_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let view = load(folder.path()).unwrap();
        assert_eq!((Report(&view).problems(), Report(&view).is_sound()), (0, false));
        assert!(Report(&view).to_string().starts_with("no layers"));
        std::fs::create_dir(folder.path().join("land")).unwrap();
        std::fs::write(folder.path().join("land/a.fgb"), b"no layer").unwrap();
        let view = load(folder.path()).unwrap();
        assert_eq!(Report(&view).problems(), 1);
        let text = Report(&view).to_string();
        assert!(text.contains("land.a: failed") && text.contains("land/a.fgb: "), "{text}");
        assert!(load(&folder.path().join("gone")).is_err());
    }

    #[test]
    fn what_files_are_called_moves_no_cursor() {
        let folder = tempfile::tempdir().unwrap();
        let theme = folder.path().join("land\u{1b}[31m");
        std::fs::create_dir(&theme).unwrap();
        std::fs::write(theme.join("a\nland.b: fine\u{1b}[2J.fgb"), b"no layer").unwrap();
        let text = Report(&load(folder.path()).unwrap()).to_string();
        assert!(text.contains("a\\nland.b: fine\\u{1b}[2J.fgb"), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains("\nland.b: fine"), "{text}");
    }
}
