//! The bundled city, as the program finds it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

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

/// What `jq` gives of a document by one of the filters that the README uses.
fn filtered(document: &Value, filter: &str) -> Vec<Value> {
    let all = |key: &str| {
        document["features"].as_array().unwrap().iter().map(|one| one[key].clone()).collect()
    };
    match filter {
        ".numberMatched" => vec![document["numberMatched"].clone()],
        "[.features[].id]" => vec![Value::Array(all("id"))],
        ".numberMatched, .features[0]" => {
            vec![document["numberMatched"].clone(), document["features"][0].clone()]
        }
        "[.status, .parameter]" => {
            vec![Value::Array(vec![document["status"].clone(), document["parameter"].clone()])]
        }
        other => panic!("a test must know what `{other}` gives"),
    }
}

#[test]
fn the_examples_of_the_readme_answer_as_it_says() {
    let place = tempfile::tempdir().unwrap();
    let server = Server::start(&bundled(place.path()), &[]);
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let readme = readme.unwrap();
    let mut lines = readme.lines();
    let mut judged = 0;
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ curl -s ") else { continue };
        let target = command.split('\'').nth(1).unwrap_or_default();
        let target = target.strip_prefix("http://127.0.0.1:8080").unwrap_or_else(|| {
            // The tile's answer goes to a file, and its status is printed.
            command.split("'http://127.0.0.1:8080").nth(1).unwrap().trim_end_matches('\'')
        });
        let answer = server.get(target);
        if let Some((_, filter)) = command.split_once("| jq ") {
            let filter = filter.trim_start_matches("-c ").trim_matches('\'');
            for value in filtered(&answer.json(), filter) {
                assert_eq!(Some(value.to_string().as_str()), lines.next(), "{command}");
            }
        } else {
            let kind = answer.header("content-type").unwrap();
            assert_eq!(Some(format!("{} {kind}", answer.status).as_str()), lines.next());
        }
        judged += 1;
    }
    assert!(judged >= 5, "{judged} examples");
}
