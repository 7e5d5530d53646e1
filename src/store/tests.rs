//! What the store promises, over each of its places.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::place::first_writable;
use super::{Derivation, Draft, Pruned, Store, StoreError, Wanted};
use crate::model::Fingerprint;

struct Fixture {
    folder: tempfile::TempDir,
    store: Store,
}

impl Fixture {
    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A file that was last changed long ago.
    fn old_file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.file(name, bytes);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
        path
    }
}

fn each_place(check: impl Fn(Fixture)) {
    for memory in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("store");
        let store = if memory { Store::in_memory() } else { Store::open(&at).unwrap() };
        check(Fixture { folder, store });
    }
}

fn derivation(of: Fingerprint) -> Derivation {
    Derivation { of, kind: "index", version: 3, hash: 7 }
}

#[test]
fn a_copy_stays_as_it_was_whatever_happens_to_the_file() {
    each_place(|fixture| {
        let path = fixture.file("a.fgb", b"first edition");
        let (print, object) = fixture.store.put(&path, "fgb").unwrap();
        assert_eq!(print, Fingerprint::of(b"first edition"));
        File::options().write(true).open(&path).unwrap().set_len(3).unwrap();
        assert_eq!(&*object, b"first edition");
        fs::write(&path, b"overwritten!!").unwrap();
        assert_eq!(&*object, b"first edition");
        let (second, other) = fixture.store.put(&path, "fgb").unwrap();
        assert_ne!(print, second);
        assert_eq!(&*other, b"overwritten!!");
        let first = fixture.store.object(print, "fgb").unwrap().expect("it is still held");
        assert_eq!(&*first, b"first edition");
    });
}

#[test]
fn an_empty_file_is_an_object_too() {
    each_place(|fixture| {
        let (_, object) = fixture.store.put(&fixture.file("a.fgb", b""), "fgb").unwrap();
        assert!(object.is_empty());
    });
}

#[test]
fn what_is_no_file_is_refused() {
    each_place(|fixture| {
        let refused = fixture.store.put(fixture.folder.path(), "fgb").err();
        assert!(matches!(refused, Some(StoreError::NotAFile)), "{refused:?}");
        let missing = fixture.store.put(&fixture.folder.path().join("none"), "fgb").err();
        assert!(matches!(missing, Some(StoreError::Io { .. })), "{missing:?}");
    });
}

#[test]
fn a_file_with_the_size_times_and_inode_of_a_known_one_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("store");
    let fixture = Fixture { store: Store::open(&at).unwrap(), folder };
    let path = fixture.old_file("a.fgb", b"long ago");
    let (print, _) = fixture.store.put(&path, "fgb").unwrap();
    fixture.store.remember();
    // If it were read, its copy would be made anew.
    let copy = at.join("files").join(format!("{print}.fgb"));
    let tampered = at.join("tampered");
    fs::write(&tampered, b"LONG AGO").unwrap();
    fs::rename(&tampered, &copy).unwrap();
    let later = Store::open(&at).unwrap();
    assert_eq!(&*later.put(&path, "fgb").unwrap().1, b"LONG AGO");
    fixture.old_file("a.fgb", b"changed!");
    assert_eq!(&*later.put(&path, "fgb").unwrap().1, b"changed!");
}

#[test]
fn a_file_that_was_just_changed_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("store");
    let fixture = Fixture { store: Store::open(&at).unwrap(), folder };
    let path = fixture.file("a.fgb", b"now");
    fixture.store.put(&path, "fgb").unwrap();
    fixture.store.remember();
    assert_eq!(fs::read_to_string(at.join("known.json")).unwrap(), "[]");
}

#[test]
fn derived_data_is_built_once_and_again_only_if_it_is_damaged_or_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("store");
    let store = Store::open(&at).unwrap();
    let of = derivation(Fingerprint::of(b"x"));
    let built = std::cell::Cell::new(0);
    let derive = |store: &Store, wanted: &[u8]| {
        let build = |draft: &mut dyn Draft| {
            built.set(built.get() + 1);
            draft.put(wanted);
            Ok::<_, ()>(())
        };
        let open = |object: super::Object| (&*object == wanted).then(|| object.to_vec());
        store.derive(&of, open, build).unwrap().expect("what was built is taken")
    };
    assert_eq!((derive(&store, b"one"), built.get()), (b"one".to_vec(), 1));
    assert_eq!((derive(&store, b"one"), built.get()), (b"one".to_vec(), 1));
    let other = Store::open(&at).unwrap();
    assert_eq!((derive(&other, b"one"), built.get()), (b"one".to_vec(), 1));
    assert_eq!((derive(&store, b"two"), built.get()), (b"two".to_vec(), 2));
    let path = at.join("derived").join(of.of.to_string()).join(of.name());
    let mut sealed = fs::read(&path).unwrap();
    for damage in 0..sealed.len() {
        sealed[damage] ^= 1;
        fs::remove_file(&path).unwrap();
        fs::write(&path, &sealed).unwrap();
        assert_eq!(derive(&store, b"two"), b"two");
        assert_eq!(built.get(), 3 + damage, "damage at {damage} was not noticed");
        sealed[damage] ^= 1;
    }
    fs::remove_file(&path).unwrap();
    fs::write(&path, &sealed[..5]).unwrap();
    assert_eq!(derive(&store, b"two"), b"two");
}

#[test]
fn derived_data_serves_even_where_it_cannot_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let of = derivation(Fingerprint::of(b"x"));
    fs::write(folder.path().join("derived").join(of.of.to_string()), b"in the way").unwrap();
    let open = |object: super::Object| Some(object.to_vec());
    let build = |draft: &mut dyn Draft| {
        draft.put(b"___ and two");
        draft.set_start(b"one");
        Ok::<_, ()>(())
    };
    assert_eq!(store.derive(&of, open, build), Ok(Some(b"one and two".to_vec())));
    let of = derivation(Fingerprint::of(b"y"));
    assert_eq!(store.derive(&of, open, build), Ok(Some(b"one and two".to_vec())));
    let of = derivation(Fingerprint::of(b"z"));
    assert_eq!(store.derive(&of, open, |_| Err(7)), Err(7));
    let left = fs::read_dir(folder.path().join("derived").join(of.of.to_string())).unwrap();
    assert_eq!(left.count(), 0, "a draft that failed is gone");
}

#[test]
fn what_is_neither_wanted_nor_young_nor_the_copy_of_a_file_that_is_there_is_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("store");
    let fixture = Fixture { store: Store::open(&at).unwrap(), folder };
    let put =
        |name: &str| fixture.store.put(&fixture.old_file(name, name.as_bytes()), "fgb").unwrap();
    let ((named, _), (there, _), (gone, mapped)) = (put("named"), put("there"), put("gone"));
    for name in ["named", "gone"] {
        fs::remove_file(fixture.folder.path().join(name)).unwrap();
    }
    let sidecar = fixture.store.put_bytes(b"title = 1", "toml").unwrap();
    let derived = |of, kind, version| {
        let of = Derivation { of, kind, version, hash: 7 };
        let build = |draft: &mut dyn Draft| {
            draft.put(&[1; 10]);
            Ok::<_, ()>(())
        };
        fixture.store.derive(&of, |object| Some(object.len()), build).unwrap();
        at.join("derived").join(of.of.to_string()).join(of.name())
    };
    let stay = [derived(named, "index", 3), derived(named, "names", 1), derived(there, "index", 3)];
    let go = [derived(named, "index", 2), derived(gone, "index", 3)];
    let prune = |written_before| {
        let objects = [named].into();
        let wanted = Wanted { extension: "fgb", objects, derived: &[("index", 3)], written_before };
        fixture.store.prune(wanted)
    };
    assert_eq!(prune(SystemTime::UNIX_EPOCH), Pruned::default());
    let pruned = prune(SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40));
    assert_eq!(pruned, Pruned { files: 3, bytes: 4 + 2 * 34 });
    assert!(stay.iter().all(|path| path.is_file()) && !go.iter().any(|path| path.exists()));
    assert!(!go[1].parent().unwrap().exists());
    for (print, extension, kept) in
        [(named, "fgb", true), (there, "fgb", true), (gone, "fgb", false), (sidecar, "toml", true)]
    {
        let found = fixture.store.object(print, extension).unwrap();
        assert_eq!(found.is_some(), kept, "{print}.{extension}");
    }
    assert_eq!(&*mapped, b"gone");
}

#[test]
fn a_copy_that_was_damaged_is_replaced_when_its_file_is_copied_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("store");
    let fixture = Fixture { store: Store::open(&at).unwrap(), folder };
    let (print, _) = fixture.store.put(&fixture.file("a.fgb", b"sound"), "fgb").unwrap();
    let copy = at.join("files").join(format!("{print}.fgb"));
    fs::remove_file(&copy).unwrap();
    fs::write(&copy, b"wrong").unwrap();
    let (_, again) = fixture.store.put(&fixture.file("b.fgb", b"sound"), "fgb").unwrap();
    assert_eq!((&*again, &*fs::read(&copy).unwrap()), (&b"sound"[..], &b"sound"[..]));
}

#[test]
fn of_two_who_append_one_edition_one_wins_and_the_other_sees_it() {
    each_place(|fixture| {
        let store = &fixture.store;
        let wins: usize = std::thread::scope(|scope| {
            let race = |name: usize| {
                let bytes = vec![name as u8; 4000];
                (1..=20).filter(|number| store.append(*number, &bytes).unwrap()).count()
            };
            let threads: Vec<_> = (0..4).map(|name| scope.spawn(move || race(name))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(wins, 20);
        assert_eq!(store.editions().unwrap(), (1..=20).collect::<Vec<u64>>());
        for number in 1..=20 {
            let edition = store.edition(number).unwrap().unwrap();
            assert!(edition.len() == 4000 && edition.iter().all(|byte| *byte == edition[0]));
        }
        assert_eq!(store.edition(21).unwrap(), None);
    });
}

#[test]
fn several_may_put_the_same_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("store");
    let path = folder.path().join("a.fgb");
    let bytes: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
    fs::write(&path, &bytes).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = Store::open(&at).unwrap();
                assert!(*store.put(&path, "fgb").unwrap().1 == *bytes);
            });
        }
    });
    let left = fs::read_dir(at.join("files")).unwrap().count();
    assert_eq!(left, 1, "something under way was left behind");
}

#[test]
fn the_store_is_beside_the_layers() {
    let folder = tempfile::tempdir().unwrap();
    let layers = folder.path().join("layers");
    fs::create_dir(&layers).unwrap();
    let (_, warnings) = Store::beside(&layers);
    assert!(warnings.is_empty() && folder.path().join(".onemap/files").is_dir());
}

#[test]
fn a_store_that_cannot_be_where_it_should_is_elsewhere_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("a");
    fs::write(&in_the_way, b"a file").unwrap();
    let places = [in_the_way.clone(), folder.path().join("b")];
    let (_, warnings) = first_writable(places.into_iter());
    assert!(warnings.len() == 1 && folder.path().join("b/files").is_dir());
    let (memory, warnings) = first_writable([in_the_way].into_iter());
    assert_eq!(warnings.len(), 2);
    assert!(memory.put_bytes(b"x", "toml").is_ok());
}
