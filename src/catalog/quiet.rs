//! Waiting until nobody writes to the files any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::time::Instant;

/// How many times a file that keeps changing is looked at before it is given up for now.
const LOOKS: usize = 10;

/// Waits until the files among `paths` that changed less than `quiet` before `now` have not
/// changed for that long; gives those that do not come to rest.
pub(super) fn wait<'p>(
    paths: impl Iterator<Item = &'p Path>,
    quiet: Duration,
    now: Instant,
) -> BTreeSet<PathBuf> {
    let now = Duration::from_millis(now.millis().max(0) as u64);
    let recent = |path: &Path| {
        let modified = fs::metadata(path).and_then(|metadata| metadata.modified()).ok()?;
        let at = modified.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        (at + quiet > now).then(|| (path.to_owned(), look(path)))
    };
    let mut restless: Vec<_> =
        if quiet.is_zero() { Vec::new() } else { paths.filter_map(recent).collect() };
    for _ in 0..LOOKS {
        if restless.is_empty() {
            break;
        }
        thread::sleep(quiet);
        restless.retain_mut(|(path, seen)| {
            let found = look(path);
            let changed = found != *seen;
            *seen = found;
            changed
        });
    }
    restless.into_iter().map(|(path, _)| path).collect()
}

/// What changes when a file is written to.
fn look(path: &Path) -> Option<(u64, SystemTime)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_file_at_rest_is_not_waited_for_and_one_that_never_rests_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let (still, busy) = (folder.path().join("still"), folder.path().join("busy"));
        fs::write(&still, b"x").unwrap();
        let mut file = fs::File::create(&busy).unwrap();
        let stop = AtomicBool::new(false);
        let found = thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    file.write_all(b"x").unwrap();
                    thread::sleep(Duration::from_millis(1));
                }
            });
            let paths = [still.as_path(), busy.as_path()];
            let found = wait(paths.into_iter(), Duration::from_millis(40), Instant::from_millis(0));
            stop.store(true, Ordering::Relaxed);
            found
        });
        assert_eq!(found, BTreeSet::from([busy]));
        let later = Instant::from_millis(i64::MAX / 2);
        assert!(wait([still.as_path()].into_iter(), Duration::from_secs(3600), later).is_empty());
    }
}
