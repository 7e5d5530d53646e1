//! The real layers of the test data, laid out as a folder that the server can serve, and what the
//! server answers about them, page by page.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::data;
use crate::server::Server;

/// A server over the real layers, `time` among their themes; `None` where there are none.
pub(crate) fn server() -> Option<Server> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let data = data::folder()?;
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real");
        for file in data::fgb_files(&data.join("layers")) {
            lay(&file, &root.join("layers"));
        }
        for file in data::fgb_files(&data.join("time")) {
            lay(&file, &root.join("layers"));
        }
        Some(root.join("layers"))
    });
    Some(Server::start(folder.as_ref()?, &["--timeout", "120"]))
}

/// Copies a file to its theme's folder, unless it lies there.
fn lay(file: &Path, root: &Path) {
    let theme = root.join(file.parent().unwrap().file_name().unwrap());
    let to = theme.join(file.file_name().unwrap());
    let length = |path: &Path| fs::metadata(path).map(|meta| meta.len()).ok();
    if length(&to) != length(file) {
        fs::create_dir_all(&theme).unwrap();
        fs::write(&to, fs::read(file).unwrap()).unwrap();
    }
}

/// The collection that a file of the test data becomes.
pub(crate) fn collection(file: &str) -> String {
    let mut parts = file.trim_end_matches(".fgb").rsplit('/');
    let layer = parts.next().unwrap();
    format!("{}.{layer}", parts.next().unwrap())
}

/// The ids of all collections.
pub(crate) fn collections(server: &Server) -> Vec<String> {
    let answer = server.get("/collections").json();
    let list = answer["collections"].as_array().unwrap();
    list.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// How many features match, as the first page says.
pub(crate) fn matched(server: &Server, id: &str, query: &str) -> u64 {
    let answer = server.get(&format!("/collections/{id}/items?limit=1&{query}"));
    assert_eq!(answer.status, 200, "{id} {query}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()["numberMatched"].as_u64().unwrap()
}

/// Every feature that matches, page by page along the `next` links.
pub(crate) fn features(server: &Server, id: &str, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = format!("/collections/{id}/items?limit=1000&{query}");
    loop {
        let answer = server.get(&next);
        assert_eq!(answer.status, 200, "{next}: {}", String::from_utf8_lossy(&answer.body));
        let mut page = answer.json();
        let Value::Array(found) = page["features"].take() else { panic!("no features in {next}") };
        assert_eq!(page["numberReturned"], found.len(), "{next}");
        all.extend(found);
        let links = page["links"].as_array().unwrap();
        if let Some(link) = links.iter().find(|link| link["rel"] == "next") {
            let href = link["href"].as_str().unwrap();
            href[href.find("/collections").unwrap()..].clone_into(&mut next);
        } else {
            assert_eq!(page["numberMatched"], all.len(), "{id} {query}");
            return all;
        }
    }
}
