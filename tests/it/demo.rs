//! The bundled city, as the program finds it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::server::Server;

/// A copy of `layers/`, so that the store of the test lies beside it.
fn bundled(place: &Path) -> PathBuf {
    let layers = place.join("layers");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    for theme in std::fs::read_dir(&from).unwrap().map(Result::unwrap) {
        if !theme.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&layers).unwrap();
            std::fs::copy(theme.path(), layers.join(theme.file_name())).unwrap();
            continue;
        }
        let to = layers.join(theme.file_name());
        std::fs::create_dir_all(&to).unwrap();
        for file in std::fs::read_dir(theme.path()).unwrap().map(Result::unwrap) {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    layers
}

#[test]
fn all_layers_load_without_a_problem_and_say_that_they_are_made_up() {
    let place = tempfile::tempdir().unwrap();
    let layers = bundled(place.path());
    let checked = Command::new(env!("CARGO_BIN_EXE_onemap")).arg("check").arg(&layers).output();
    let told = String::from_utf8(checked.unwrap().stdout).unwrap();
    assert!(told.contains("358 layers with "), "{told}");
    assert!(told.trim_end().ends_with("; 0 failed; 0 problems"), "{told}");

    let server = Server::start(&layers, &[]);
    let themes = server.get("/themes").json();
    let themes = themes["themes"].as_array().unwrap().clone();
    assert_eq!(themes.len(), 37);
    let all = themes.iter().flat_map(|theme| theme["layers"].as_array().unwrap());
    let ids: Vec<&str> = all.map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 358);
    for id in ids {
        let about = server.get(&format!("/collections/{id}")).json();
        assert!(about.to_string().contains("Synthetic"), "{id} does not say what it is: {about}");
    }
}
