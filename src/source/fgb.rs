//! A FlatGeobuf file read in place.

use super::{Checked, Header, Source};
use crate::model::{Feature, Fingerprint, Row, Schema};
use crate::store::Object;

/// A checked file.
pub struct Fgb {
    _bytes: Object,
    header: Header,
    _checked: Checked,
    fingerprint: Fingerprint,
}

impl Fgb {
    /// Over bytes that passed their check.
    #[must_use]
    pub fn new(bytes: Object, header: Header, checked: Checked, fingerprint: Fingerprint) -> Self {
        Self { _bytes: bytes, header, _checked: checked, fingerprint }
    }

    /// What the header says.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }
}

impl Source for Fgb {
    fn schema(&self) -> &Schema {
        &self.header.schema
    }

    fn len(&self) -> u32 {
        todo!()
    }

    fn feature(&self, _row: Row) -> Option<Feature<'_>> {
        todo!()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}
