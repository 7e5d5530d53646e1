//! Demo: a district of 37 themes and 358 layers with sixteen years of history, made by a program.
//!
//! The land comes first (`land`): an outline, hills, the streams that follow from them; roads find
//! their way over it and cut it into quarters and blocks; blocks are cut into parcels, on which
//! buildings stand. Every layer is cut from that one model, so that they agree: what a layer is
//! stands in `schema`, how its rows are placed in `recipes`, or, where that needs a program of its
//! own, in `themes`. All of it is synthetic. The same seed and scale give the same bytes on every
//! machine and any number of threads.

mod city;
mod draws;
mod file;
mod land;
mod recipes;
mod schema;
mod sheet;
#[cfg(test)]
mod tests;
mod themes;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::catalog::Text;
use crate::format::flatgeobuf::WriteError;
use city::City;
use sheet::Sheet;

/// Which city.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Another seed, another city.
    pub seed: u64,
    /// How much of the land is built in detail: 4 km² at 1, all of it from about 50 on.
    pub scale: f64,
    /// The themes to write; empty: all.
    pub themes: Vec<String>,
}

impl Default for Options {
    /// The city that `layers/` holds.
    fn default() -> Self {
        Self { seed: 1, scale: 1.0, themes: Vec::new() }
    }
}

/// Why no city was written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A feature does not fit its layer: a fault of the generator.
    #[error("{layer}: {source}")]
    Write {
        /// The layer.
        layer: String,
        /// What does not fit.
        source: WriteError,
    },
    /// A value was set for a column that the layer does not have: a fault of the generator.
    #[error("{layer}: no column `{column}`")]
    Column {
        /// The layer.
        layer: String,
        /// The column.
        column: String,
    },
    /// A layer refers to one that there is not: a fault of the generator.
    #[error("no layer `{0}`")]
    Layer(String),
    /// A file of the schema cannot be read: a fault of the generator.
    #[error("schema of {theme}: {source}")]
    Schema {
        /// The theme.
        theme: &'static str,
        /// Why.
        source: Box<toml::de::Error>,
    },
    /// A sidecar cannot be written: a fault of the generator.
    #[error("a sidecar cannot be written: {0}")]
    Sidecar(#[source] toml::ser::Error),
    /// The scale is out of range.
    #[error("scale {0} is not between 0.1 and 1000")]
    Scale(f64),
    /// There is no such theme.
    #[error("no theme `{0}`; there are {1}")]
    Theme(String, String),
    /// A file cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// What has been made so far.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Layers finished.
    pub layers: usize,
    /// Layers in all.
    pub of: usize,
    /// Features in the layer that was finished last.
    pub features: usize,
}

/// Makes the city and writes it below `folder`, which is made if it is not there; tells `progress`
/// after each layer, from several threads.
///
/// # Errors
/// [`DemoError::Scale`], [`DemoError::Theme`], [`DemoError::File`]; the others would be faults of
/// the generator.
pub fn write(
    options: &Options,
    folder: &Path,
    progress: impl Fn(Progress) + Sync,
) -> Result<(), DemoError> {
    if !(0.1..=1_000.0).contains(&options.scale) {
        return Err(DemoError::Scale(options.scale));
    }
    let city = City::new(options.clone())?;
    let known: Vec<&str> = city.themes.iter().map(|theme| theme.id).collect();
    if let Some(theme) = options.themes.iter().find(|theme| !known.contains(&theme.as_str())) {
        return Err(DemoError::Theme(theme.clone(), known.join(", ")));
    }
    let wanted = |id: &str| options.themes.is_empty() || options.themes.iter().any(|own| own == id);
    describe(&city, folder, wanted)?;
    let themes = city.themes.iter().filter(|theme| wanted(theme.id));
    let ids = themes.flat_map(|theme| {
        theme.layers.iter().map(|(name, layer)| (layer.features, format!("{}.{name}", theme.id)))
    });
    let mut ids: Vec<(usize, String)> = ids.collect();
    // The largest first, so that none is left for the end.
    ids.sort_by(|a, b| b.cmp(a));
    let done = AtomicUsize::new(0);
    ids.par_iter().with_max_len(1).try_for_each(|(_, id)| {
        let mut sheet = Sheet::to_file(&city, id, folder);
        themes::make(&mut sheet)?;
        let features = sheet.count;
        sheet.finish()?;
        let layers = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress { layers, of: ids.len(), features });
        Ok(())
    })
}

/// Writes the files that describe the whole.
fn describe(city: &City, folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<(), DemoError> {
    let make = |folder: &Path| {
        std::fs::create_dir_all(folder)
            .map_err(|source| DemoError::File { path: folder.display().to_string(), source })
    };
    make(folder)?;
    file::put(&folder.join("NOTICE.md"), include_bytes!("notice.md"))?;
    file::put(&folder.join("catalog.toml"), include_bytes!("catalog.toml"))?;
    for (order, theme) in (1..).zip(&city.themes).filter(|(_, theme)| wanted(theme.id)) {
        let title = |text: &Text| {
            let part = |part: &Option<String>| part.clone().unwrap_or_default();
            format!("{{ zh = \"{}\", en = \"{}\" }}", part(&text.zh), part(&text.en))
        };
        let text = format!(
            "title = {}\ndepartment = {}\ngroup = {}\norder = {order}\n",
            title(&theme.title),
            title(&theme.department),
            title(&schema::group(&theme.group))
        );
        make(&folder.join(theme.id))?;
        file::put(&folder.join(theme.id).join("theme.toml"), text.as_bytes())?;
    }
    Ok(())
}
