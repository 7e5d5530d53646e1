//! The feature seen in place: a checked view of FlatGeobuf bytes.

use flatgeobuf::Feature as Table;

use super::{ColumnType, Geometry, Schema, Value};

/// A feature borrowed from its source. Sources of every kind keep features in FlatGeobuf's
/// encoding, so there is one view.
///
/// A source hands out features whose bytes passed its check (see `source`); on bytes that did not,
/// reading ends early or gives nulls, and never panics.
#[derive(Clone, Copy)]
pub struct Feature<'a> {
    table: Table<'a>,
    schema: &'a Schema,
}

impl<'a> Feature<'a> {
    /// A view of `table`, whose property bytes follow `schema`.
    #[must_use]
    pub const fn new(table: Table<'a>, schema: &'a Schema) -> Self {
        Self { table, schema }
    }

    /// The schema that the properties follow.
    #[must_use]
    pub const fn schema(&self) -> &'a Schema {
        self.schema
    }

    /// The geometry in the source's CRS; `None` where it is null or of a type that names none.
    #[must_use]
    pub fn geometry(&self) -> Option<Geometry<'a>> {
        Geometry::new(self.table.geometry()?, self.schema.geometry)
    }

    /// The values that are not null, each with its column's position, in stored order.
    #[must_use]
    pub fn properties(&self) -> Properties<'a> {
        let bytes = self.table.properties().map_or(&[][..], |vector| vector.bytes());
        Properties::new(bytes, self.schema)
    }

    /// The value in the column at `position`; null where absent. Scans the stored values.
    #[must_use]
    pub fn value(&self, position: usize) -> Value<'a> {
        self.properties().value(position)
    }

    /// Every column's value by position, into `out`, nulls included.
    pub fn values(&self, out: &mut Vec<Value<'a>>) {
        out.clear();
        out.resize(self.schema.columns.len(), Value::Null);
        for (column, value) in self.properties() {
            if let Some(slot) = out.get_mut(column) {
                *slot = value;
            }
        }
    }
}

/// The stored values of a feature. Text that is not UTF-8 reads as null.
#[derive(Clone)]
pub struct Properties<'a> {
    bytes: &'a [u8],
    schema: &'a Schema,
}

impl<'a> Properties<'a> {
    /// Those that `bytes` hold as FlatGeobuf stores them; they follow `schema`.
    #[must_use]
    pub const fn new(bytes: &'a [u8], schema: &'a Schema) -> Self {
        Self { bytes, schema }
    }

    /// The value in the column at `position`; null where absent. Scans the stored values.
    #[must_use]
    pub fn value(&self, position: usize) -> Value<'a> {
        self.clone().next_of(|column| column == position).map_or(Value::Null, |(_, value)| value)
    }

    /// Appends the stored bytes of the values whose column `wanted` tells, as [`Properties::new`]
    /// reads them.
    pub fn copy(self, wanted: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
        for (_, stored) in self.stored().filter(|(column, _)| wanted(*column)) {
            out.extend_from_slice(stored);
        }
    }

    /// Each value's column and its stored bytes, as [`Properties::new`] reads them.
    pub fn stored(mut self) -> impl Iterator<Item = (usize, &'a [u8])> + use<'a> {
        std::iter::from_fn(move || {
            let before = self.bytes;
            let (column, kind) = self.head()?;
            self.value_bytes(kind)?;
            Some((column, before.split_at(before.len() - self.bytes.len()).0))
        })
    }

    /// The next value whose column `wanted` tells, without looking into those before it.
    #[inline]
    pub fn next_of(&mut self, wanted: impl Fn(usize) -> bool) -> Option<(usize, Value<'a>)> {
        let (column, kind, stored) = self.next_stored_of(wanted)?;
        Some((column, kind.value(stored)?))
    }

    /// As [`Properties::next_of`], the value as [`ColumnType::value`] reads it.
    #[inline]
    pub fn next_stored_of(
        &mut self,
        wanted: impl Fn(usize) -> bool,
    ) -> Option<(usize, ColumnType, &'a [u8])> {
        loop {
            let (column, kind) = self.head()?;
            let stored = self.value_bytes(kind)?;
            if wanted(column) {
                return Some((column, kind, stored));
            }
        }
    }

    /// The column of the value that follows.
    #[inline]
    fn head(&mut self) -> Option<(usize, ColumnType)> {
        let column = usize::from(u16::from_le_bytes(self.fixed()?));
        Some((column, self.schema.columns.get(column)?.kind))
    }

    #[inline]
    fn value_bytes(&mut self, kind: ColumnType) -> Option<&'a [u8]> {
        match kind.width() {
            Some(width) => self.take(width),
            None => self.long(),
        }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(head)
    }

    fn fixed<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk().copied()
    }

    fn long(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_le_bytes(self.fixed()?);
        self.take(length as usize)
    }
}

impl<'a> Iterator for Properties<'a> {
    type Item = (usize, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.next_of(|_| true)
    }
}

impl ColumnType {
    /// The value that stored bytes are, those of a text without its length; `None` where they are
    /// too few. Text that is not UTF-8 is null.
    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    #[must_use]
    pub fn value(self, stored: &[u8]) -> Option<Value<'_>> {
        let text = || std::str::from_utf8(stored).ok();
        Some(match self {
            Self::Byte => Value::Int(i8::from_le_bytes(fixed(stored)?).into()),
            Self::UByte => Value::Int(u8::from_le_bytes(fixed(stored)?).into()),
            Self::Bool => Value::Bool(fixed::<1>(stored)? != [0]),
            Self::Short => Value::Int(i16::from_le_bytes(fixed(stored)?).into()),
            Self::UShort => Value::Int(u16::from_le_bytes(fixed(stored)?).into()),
            Self::Int => Value::Int(i32::from_le_bytes(fixed(stored)?).into()),
            Self::UInt => Value::Int(u32::from_le_bytes(fixed(stored)?).into()),
            Self::Long => Value::Int(i64::from_le_bytes(fixed(stored)?)),
            Self::ULong => {
                let value = u64::from_le_bytes(fixed(stored)?);
                i64::try_from(value).map_or(Value::UInt(value), Value::Int)
            }
            Self::Float => Value::Single(f32::from_le_bytes(fixed(stored)?)),
            Self::Double => Value::Double(f64::from_le_bytes(fixed(stored)?)),
            Self::String => text().map_or(Value::Null, Value::Text),
            Self::Json => text().map_or(Value::Null, Value::Json),
            Self::DateTime => text().map_or(Value::Null, Value::DateTime),
            Self::Binary => Value::Binary(stored),
        })
    }
}

fn fixed<const N: usize>(stored: &[u8]) -> Option<[u8; N]> {
    stored.first_chunk().copied()
}
