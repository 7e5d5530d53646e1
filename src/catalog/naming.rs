//! Ids from the names of folders and files, whatever language they are in.

use std::collections::{BTreeMap, BTreeSet};

use deunicode::deunicode_char;

/// The id of each of `names`, which stand beside each other: `[a-z0-9_]+`, distinct. It depends on
/// the names alone, not on their order.
pub(super) fn ids<'n>(names: impl IntoIterator<Item = &'n str>) -> BTreeMap<&'n str, String> {
    let mut by_id: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        by_id.entry(transliterate(name)).or_default().insert(name);
    }
    let mut ids = BTreeMap::new();
    for (id, names) in &by_id {
        for name in names {
            // Who is called exactly as the id keeps it; of others none has a better right.
            let own = !id.is_empty() && (names.len() == 1 || *name == id);
            let id = if own { id.clone() } else { format!("{id}_{}", short_hash(name)) };
            ids.insert(*name, id);
        }
    }
    ids
}

/// `name` in `[a-z0-9_]`: letters of other scripts as they sound, syllables joined, all else as
/// single underscores, none at the ends.
fn transliterate(name: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for letter in name.chars() {
        let mut buffer = [0; 4];
        let written: &str = letter.encode_utf8(&mut buffer);
        let sound = if letter.is_ascii() { Some(written) } else { deunicode_char(letter) };
        // A mark that belongs to the letter before it has no sound of its own.
        if sound == Some("") {
            continue;
        }
        for c in sound.unwrap_or(" ").trim_end_matches(|c| c == ' ' && !letter.is_ascii()).chars() {
            if c.is_ascii_alphanumeric() {
                if gap && !out.is_empty() {
                    out.push('_');
                }
                gap = false;
                out.push(c.to_ascii_lowercase());
            } else {
                // A soft sign is an apostrophe within its word.
                gap |= letter.is_ascii() || c != '\'';
            }
        }
        gap |= sound.is_none();
    }
    out
}

/// Six hex digits that tell `name` from others.
fn short_hash(name: &str) -> String {
    let hash = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(name.as_bytes()));
    hash.get(..6).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> String {
        ids([name]).remove(name).unwrap()
    }

    #[test]
    fn names_of_any_language_give_ids_as_they_sound() {
        for (name, wanted) in [
            ("parcels", "parcels"),
            ("Land Use (2024)", "land_use_2024"),
            ("学校", "xuexiao"),
            ("龙岗区 学校-2020", "longgangqu_xuexiao_2020"),
            ("école_publique", "ecole_publique"),
            ("e\u{301}cole", "ecole"),
            ("さくら", "sakura"),
            ("Школа", "shkola"),
            ("__a--b__", "a_b"),
            ("🏫", "school"),
            ("规划（草案）", "guihua_caoan"),
        ] {
            assert_eq!(id(name), wanted, "{name}");
        }
    }

    #[test]
    fn names_without_any_sound_get_a_hash() {
        let bare = id("()");
        assert!(bare.starts_with('_') && bare.len() == 7, "{bare}");
        assert_ne!(bare, id("[]"));
    }

    #[test]
    fn of_names_that_clash_only_the_one_called_so_keeps_the_id() {
        let ids = ids(["xuexiao", "学校", "Roads", "roads!"]);
        assert_eq!(ids["xuexiao"], "xuexiao");
        assert!(ids["学校"].starts_with("xuexiao_") && ids["学校"].len() == 14);
        assert_ne!(ids["Roads"], ids["roads!"]);
        assert!(ids.values().all(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')));
    }

    proptest::proptest! {
        #[test]
        fn ids_are_distinct_words_whatever_the_names(names: BTreeSet<String>) {
            let ids = ids(names.iter().map(String::as_str));
            let distinct: BTreeSet<_> = ids.values().collect();
            proptest::prop_assert_eq!(distinct.len(), names.len());
            for id in ids.values() {
                proptest::prop_assert!(crate::model::CollectionId::new("main", id).is_some());
            }
        }
    }
}
