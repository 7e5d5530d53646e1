//! Identifiers: collections, rows, and the fingerprint of a file's bytes.

use std::fmt;
use std::sync::Arc;

/// `<theme>.<layer>`, each part `[a-z0-9_]+`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CollectionId(Arc<str>);

impl CollectionId {
    /// Joins a theme and a layer; `None` if either is not `[a-z0-9_]+`.
    #[must_use]
    pub fn new(theme: &str, layer: &str) -> Option<Self> {
        (is_part(theme) && is_part(layer)).then(|| Self(format!("{theme}.{layer}").into()))
    }

    /// Reads `theme.layer`; `None` if it is not of that form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (theme, layer) = text.split_once('.')?;
        Self::new(theme, layer)
    }

    /// The whole id, `theme.layer`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the dot.
    #[must_use]
    pub fn theme(&self) -> &str {
        self.0.split_once('.').map_or("", |(theme, _)| theme)
    }

    /// The part behind the dot.
    #[must_use]
    pub fn layer(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, layer)| layer)
    }
}

fn is_part(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl fmt::Display for CollectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CollectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CollectionId({})", self.0)
    }
}

/// A feature's 0-based position in its source. Names nothing across editions of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Row(u32);

impl Row {
    /// The row at 0-based position `position`.
    #[must_use]
    pub const fn new(position: u32) -> Self {
        Self(position)
    }

    /// The position, to index an array by.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The position as it is stored.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// BLAKE3 of a file's bytes: names an immutable object of the store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Wraps a BLAKE3 hash.
    #[must_use]
    pub const fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The fingerprint of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Reads the 64 hex digits that `Display` writes; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }

    /// The hash itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collection_ids_are_two_parts_of_lower_case_letters_digits_and_underscores() {
        let id = CollectionId::parse("land.parcels_2").expect("a valid id");
        assert_eq!((id.theme(), id.layer()), ("land", "parcels_2"));
        for bad in ["land", "land.", ".parcels", "Land.parcels", "a.b.c", "a b.c", "土地.宗地"]
        {
            assert_eq!(CollectionId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn fingerprints_survive_their_text() {
        let print = Fingerprint::of(b"onemap");
        assert_eq!(Fingerprint::parse(&print.to_string()), Some(print));
        assert_eq!(Fingerprint::parse("zz"), None);
    }
}
