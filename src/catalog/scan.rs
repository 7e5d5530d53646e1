//! Looking at the folders: which layers and themes there are, by name alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Problem, naming};
use crate::model::CollectionId;

/// The theme of files at a folder's root.
const ROOT_THEME: &str = "main";

/// What lies in the layers folders.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// `catalog.toml` of the first folder.
    pub(super) catalog: Option<PathBuf>,
    /// Themes by id.
    pub(super) themes: BTreeMap<String, FoundTheme>,
    /// Layers by id.
    pub(super) layers: BTreeMap<CollectionId, FoundLayer>,
    /// Whether a folder could not be read: then it is not known what is gone.
    pub(super) incomplete: bool,
    /// What is wrong with the folders.
    pub(super) problems: Vec<Problem>,
}

/// A folder of layers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FoundTheme {
    /// Its name.
    pub(super) name: String,
    /// Its `theme.toml`.
    pub(super) sidecar: Option<PathBuf>,
}

/// A file that should be a layer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FoundLayer {
    pub(super) path: PathBuf,
    /// The path relative to its layers folder, parts joined by `/`.
    pub(super) file: String,
    /// Its sidecar.
    pub(super) sidecar: Option<PathBuf>,
}

/// A theme's folder in one of the layers folders.
struct Place {
    theme: String,
    root: bool,
    entries: Vec<(String, PathBuf)>,
}

/// Looks at `folders`.
pub(super) fn scan(folders: &[PathBuf]) -> Scan {
    let mut scan = Scan::default();
    let mut places = Vec::new();
    for (number, folder) in folders.iter().enumerate() {
        let Some(entries) = scan.list(folder) else { continue };
        if number == 0 {
            scan.catalog =
                entries.iter().find(|(n, _)| n == "catalog.toml").map(|(_, p)| p.clone());
        }
        let (below, files): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(_, p)| p.is_dir());
        for (theme, path) in below {
            let Some(entries) = scan.list(&path) else { continue };
            places.push(Place { theme, root: false, entries });
        }
        let theme = ROOT_THEME.to_owned();
        places.push(Place { theme, root: true, entries: files });
    }
    let names: BTreeSet<String> = places.iter().map(|place| place.theme.clone()).collect();
    let themes = naming::ids(names.iter().map(String::as_str));
    for (name, id) in &themes {
        scan.theme(name, id, places.iter().filter(|place| place.theme == **name));
    }
    scan
}

impl Scan {
    /// The names in a folder that do not begin with a dot, sorted.
    fn list(&mut self, folder: &Path) -> Option<Vec<(String, PathBuf)>> {
        let listed = fs::read_dir(folder).and_then(|entries| {
            entries
                .map(|entry| {
                    let entry = entry?;
                    Ok((entry.file_name().to_string_lossy().into_owned(), entry.path()))
                })
                .filter(|entry| !entry.as_ref().is_ok_and(|(name, _)| name.starts_with('.')))
                .collect::<std::io::Result<Vec<_>>>()
        });
        match listed {
            Ok(mut entries) => {
                entries.sort();
                Some(entries)
            }
            Err(error) => {
                let reason = format!("the folder cannot be read: {error}");
                self.problems.push(Problem::of_file(folder.display().to_string(), reason));
                self.incomplete = true;
                None
            }
        }
    }

    /// Adds the theme called `name`, which lies in `places`.
    fn theme<'p>(&mut self, name: &str, id: &str, places: impl Iterator<Item = &'p Place> + Clone) {
        let sidecar = |place: &Place| {
            let own = place.entries.iter().find(|(name, _)| !place.root && name == "theme.toml");
            own.map(|(_, path)| path.clone())
        };
        let theme = FoundTheme { name: name.to_owned(), sidecar: places.clone().find_map(sidecar) };
        self.themes.insert(id.to_owned(), theme);
        let stems: BTreeSet<&str> = places
            .clone()
            .flat_map(|place| place.entries.iter().filter_map(|(name, _)| stem(name, "fgb")))
            .collect();
        let ids = naming::ids(stems.iter().copied());
        for place in places {
            self.place(id, place, &ids);
        }
    }

    fn place(&mut self, theme: &str, place: &Place, ids: &BTreeMap<&str, String>) {
        let relative = |name: &str| {
            if place.root { name.to_owned() } else { format!("{}/{name}", place.theme) }
        };
        for (name, path) in &place.entries {
            let Some(stem) = stem(name, "fgb") else { continue };
            let id = ids.get(stem).and_then(|layer| CollectionId::new(theme, layer));
            let Some(id) = id else { continue };
            let reserved = if place.root { "catalog" } else { "theme" };
            let sidecar = place
                .entries
                .iter()
                .find(|(other, _)| self::stem(other, "toml") == Some(stem) && stem != reserved);
            let layer = FoundLayer {
                path: path.clone(),
                file: relative(name),
                sidecar: sidecar.map(|(_, path)| path.clone()),
            };
            if let Some(first) = self.layers.get(&id) {
                let (first, second) = (first.path.display(), path.display());
                let reason =
                    format!("`{id}` is the id of {first} and of {second}; the first serves");
                self.problems.push(Problem::of_file(relative(name), reason));
            } else {
                self.layers.insert(id, layer);
            }
        }
        self.strangers(place, ids, &relative);
        self.too_deep(place);
    }

    /// Tells of layers that lie in a folder of a theme.
    fn too_deep(&mut self, place: &Place) {
        for (name, path) in place.entries.iter().filter(|(_, path)| path.is_dir()) {
            let names = fs::read_dir(path).into_iter().flatten().filter_map(Result::ok);
            let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
            let count = names.filter(|name| stem(name, "fgb").is_some()).count();
            if count > 0 {
                let reason = format!(
                    "{count} .fgb in it not served: a theme's layers lie in its folder, no deeper"
                );
                self.problems.push(Problem::of_file(format!("{}/{name}", place.theme), reason));
            }
        }
    }

    /// Tells of sidecars that describe nothing.
    fn strangers(
        &mut self,
        place: &Place,
        ids: &BTreeMap<&str, String>,
        relative: &dyn Fn(&str) -> String,
    ) {
        for (name, path) in &place.entries {
            let Some(stem) = stem(name, "toml") else { continue };
            let own = if place.root { "catalog" } else { "theme" };
            if stem != own && !ids.contains_key(stem) && path.is_file() {
                let reason = format!("it describes no layer: there is no {stem}.fgb beside it");
                self.problems.push(Problem::of_file(relative(name), reason));
            }
        }
    }
}

/// The name without this extension, in whatever case that is written.
fn stem<'n>(name: &'n str, extension: &str) -> Option<&'n str> {
    let (stem, own) = name.rsplit_once('.')?;
    (own.eq_ignore_ascii_case(extension) && !stem.is_empty()).then_some(stem)
}

/// The file's name without its folder and extension.
pub(super) fn title_of(file: &str) -> &str {
    let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
    stem(name, "fgb").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"").unwrap();
        }
        folder
    }

    fn found(scan: &Scan) -> Vec<(&str, &str)> {
        scan.layers.iter().map(|(id, layer)| (id.as_str(), layer.file.as_str())).collect()
    }

    #[test]
    fn folders_are_themes_and_files_layers_and_files_at_the_root_form_main() {
        let folder = tree(&[
            "a.fgb",
            "catalog.toml",
            "土地/宗地.FGB",
            "土地/宗地.toml",
            "土地/theme.toml",
            "土地/notes.txt",
            "土地/deeper/x.fgb",
            ".hidden/x.fgb",
            "empty/.x.fgb",
        ]);
        let scan = scan(&[folder.path().to_owned()]);
        assert_eq!(found(&scan), [("main.a", "a.fgb"), ("tudi.zongdi", "土地/宗地.FGB")]);
        assert!(scan.catalog.is_some() && scan.themes["tudi"].sidecar.is_some());
        let layer = &scan.layers[&CollectionId::parse("tudi.zongdi").unwrap()];
        assert!(layer.sidecar.is_some());
        let told: Vec<String> = scan.problems.iter().map(ToString::to_string).collect();
        let [only] = &told[..] else { panic!("{told:?}") };
        assert!(only.starts_with("土地/deeper: 1 .fgb in it not served") && !scan.incomplete);
        assert_eq!(title_of("土地/宗地.FGB"), "宗地");
    }

    #[test]
    fn one_id_from_two_folders_is_a_problem_that_names_both() {
        let (first, second) = (tree(&["land/a.fgb"]), tree(&["land/a.fgb", "land/b.fgb"]));
        let scan = scan(&[first.path().to_owned(), second.path().to_owned()]);
        assert_eq!(found(&scan), [("land.a", "land/a.fgb"), ("land.b", "land/b.fgb")]);
        let reason = &scan.problems[0].reason;
        for folder in [&first, &second] {
            assert!(reason.contains(&*folder.path().to_string_lossy()), "{reason}");
        }
        assert!(scan.layers.values().next().unwrap().path.starts_with(first.path()));
    }

    #[test]
    fn a_sidecar_without_layer_and_a_folder_that_cannot_be_read_are_told() {
        let folder = tree(&["land/a.toml", "theme.toml"]);
        let gone = folder.path().join("gone");
        let scan = scan(&[folder.path().to_owned(), gone]);
        assert_eq!((scan.problems.len(), scan.incomplete), (3, true), "{:?}", scan.problems);
    }
}
