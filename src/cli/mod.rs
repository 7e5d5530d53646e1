//! The command line: what `onemap` is told, and the commands that are not the server itself.

mod arguments;
mod check;
mod export;
mod inspect;
mod line;
mod log;
mod printable;
mod progress;
mod serve;
mod settings;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::access::View;
use crate::demo;
use crate::model::CollectionId;
use arguments::{Cli, Command};

/// What to say where a folder holds no layer.
const NO_LAYERS: &str =
    "no layers: a theme is a folder in the layers folder, a layer an .fgb file in such a folder";

/// Runs the program. The exit code is 0 where all went well, 1 where it did not, 2 where the
/// arguments could not be read.
#[must_use]
pub fn main() -> ExitCode {
    let Cli { command, serve } = Cli::parse();
    let outcome = match command.unwrap_or(Command::Serve(Box::new(serve))) {
        Command::Serve(options) => serve::run(*options).map(|()| ExitCode::SUCCESS),
        Command::Inspect { file } => inspect::inspect(&file).map(|()| ExitCode::SUCCESS),
        Command::Check { dir } => check::check(&dir),
        Command::Export(ask) => export::export(&ask).map(|()| ExitCode::SUCCESS),
        Command::Demo { out, seed, scale, themes } => {
            demo(&out, &demo::Options { seed, scale, themes }).map(|()| ExitCode::SUCCESS)
        }
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("onemap: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What is wrong with the folders that `view` is of, and which layers failed of those `wanted`;
/// `fate`: what comes of a layer whose last good file is there, and of any other.
fn complaints(
    view: &View,
    wanted: impl Fn(&CollectionId) -> bool,
    fate: [&str; 2],
) -> impl Iterator<Item = String> {
    let failed = view.themes().flat_map(|theme| theme.failed());
    let failed = failed.filter(move |failed| wanted(&failed.id)).map(move |failed| {
        let [last_good, none] = fate;
        let so = if failed.served { last_good } else { none };
        format!("{}: {so}: {}", failed.id, failed.problem)
    });
    view.problems().iter().map(ToString::to_string).chain(failed)
}

/// `onemap demo`: writes the city.
fn demo(out: &Path, options: &demo::Options) -> Result<()> {
    let features = std::sync::atomic::AtomicUsize::new(0);
    let bar = progress::layers();
    demo::write(options, out, |made| {
        features.fetch_add(made.features, std::sync::atomic::Ordering::Relaxed);
        bar.set_length(made.of as u64);
        bar.set_position(bar.position().max(made.layers as u64));
    })?;
    bar.finish_and_clear();
    let (out, features) = (out.display(), features.into_inner());
    eprintln!("{features} features in {out}; onemap serve --layers {out} shows them");
    Ok(())
}
