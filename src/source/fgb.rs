//! A FlatGeobuf file read in place.

use super::{Checked, FileError, Header, Source};
use crate::model::{Feature, Fingerprint, Row, Schema};
use crate::store::Object;

/// A checked file, mapped or in memory.
pub struct Fgb {
    bytes: Object,
    header: Header,
    checked: Checked,
    fingerprint: Fingerprint,
}

impl Fgb {
    /// Over bytes that passed their check; `header` and `checked` are what [`Checked::of`] or
    /// [`Checked::load`] gave for these very bytes.
    ///
    /// # Panics
    /// If they were given for other bytes, which would make reading unsound.
    #[must_use]
    pub fn new(bytes: Object, header: Header, checked: Checked, fingerprint: Fingerprint) -> Self {
        assert!(checked.is_of(&bytes), "the check of another file");
        Self { bytes, header, checked, fingerprint }
    }

    /// Checks `file` and keeps a copy of it in memory: for what lies in no store.
    ///
    /// # Errors
    /// As [`Checked::of`].
    pub fn in_memory(file: &[u8]) -> Result<Self, FileError> {
        let bytes = Object::from_slice(file);
        let (header, checked) = Checked::of(&bytes)?;
        let fingerprint = Fingerprint::of(&bytes);
        Ok(Self { bytes, header, checked, fingerprint })
    }

    /// What the header says.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// What the check found.
    #[must_use]
    pub const fn checked(&self) -> &Checked {
        &self.checked
    }
}

impl Source for Fgb {
    fn schema(&self) -> &Schema {
        &self.header.schema
    }

    fn len(&self) -> u32 {
        self.checked.rows()
    }

    #[expect(unsafe_code, reason = "verifying each feature at each read costs three times as much")]
    fn feature(&self, row: Row) -> Option<Feature<'_>> {
        let record = self.checked.record(&self.bytes, row)?;
        // SAFETY: `record` was verified as a size-prefixed feature by `Checked::of`, the only maker
        // of row offsets: it marks the rows that did not pass, and `record` gives none of those.
        // What was verified is what is read now, because an `Object` never changes, and because
        // `Checked` is of this object: made from it in `in_memory`; in `new` and `Checked::load`
        // its seal (over size, ends, and offsets and sizes of records) has been compared. Saved
        // offsets come from the store alone, which keeps them under the fingerprint of the file.
        let table = unsafe { flatgeobuf::size_prefixed_root_as_feature_unchecked(record) };
        Some(Feature::new(table, &self.header.schema))
    }

    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}
