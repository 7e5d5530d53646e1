//! What flags and the settings file say reaches the answers; what the program says on a console.

use std::process::{Command, Output};

use crate::city;
use crate::server::Server;

#[test]
fn what_no_date_means_is_said_by_a_flag_or_the_settings_file() {
    let city = city::small();
    let file = city.layers.parent().unwrap().join("onemap.toml");
    std::fs::write(&file, "temporal_default = 'all'\nsettle = 0\n").unwrap();
    let file = file.to_str().unwrap();
    for (arguments, parcels) in [
        (&["--settle", "0"][..], 2),
        (&["--settle", "0", "--temporal-default", "all"], 4),
        (&["--config", file], 4),
        (&["--config", file, "--temporal-default", "now"], 2),
    ] {
        let server = Server::start(&city.layers, arguments).expects("broken");
        let page = server.get("/collections/city.parcels/items").json();
        assert_eq!(page["numberMatched"], parcels, "{arguments:?}");
    }
}

fn onemap(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_onemap")).args(arguments).output().unwrap()
}

#[test]
fn wrong_commands_say_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.fgb");
    std::fs::write(&file, b"fgb").unwrap();
    let (folder, file) = (folder.path().to_str().unwrap(), file.to_str().unwrap());
    for (arguments, code, wanted) in [
        (&["check", file][..], 1, "`onemap inspect` looks at one file"),
        (&["inspect", folder], 1, "it is no regular file"),
        (&["inspect", file], 1, "not a FlatGeobuf file"),
        (&["--layers", "no-such-folder", "--listen", "127.0.0.1:0"], 1, "--layers DIR"),
        (&["--temporal-default", "then"], 2, "expected `now` or `all`"),
    ] {
        let output = onemap(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
    let help = onemap(&["--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    assert!(help.contains("SIGUSR1") && help.contains("--temporal-default"), "{help}");
}
