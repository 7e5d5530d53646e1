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
    pub fn copy(mut self, wanted: impl Fn(usize) -> bool, out: &mut Vec<u8>) {
        let mut before = self.bytes;
        while let Some((column, _)) = self.next() {
            let (stored, after) = before.split_at(before.len() - self.bytes.len());
            if wanted(column) {
                out.extend_from_slice(stored);
            }
            before = after;
        }
    }

    /// The next value whose column `wanted` tells, without looking into those before it.
    #[inline]
    pub fn next_of(&mut self, wanted: impl Fn(usize) -> bool) -> Option<(usize, Value<'a>)> {
        loop {
            let column = usize::from(u16::from_le_bytes(self.fixed()?));
            let kind = self.schema.columns.get(column)?.kind;
            if wanted(column) {
                return Some((column, self.decode(kind)?));
            }
            match kind.width() {
                Some(width) => self.take(width)?,
                None => self.long()?,
            };
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

    fn text(&mut self, wrap: fn(&'a str) -> Value<'a>) -> Option<Value<'a>> {
        Some(std::str::from_utf8(self.long()?).map_or(Value::Null, wrap))
    }

    #[expect(clippy::inline_always, reason = "a value handed over in memory stalls who reads it")]
    #[inline(always)]
    fn decode(&mut self, kind: ColumnType) -> Option<Value<'a>> {
        Some(match kind {
            ColumnType::Byte => Value::Int(i8::from_le_bytes(self.fixed()?).into()),
            ColumnType::UByte => Value::Int(u8::from_le_bytes(self.fixed()?).into()),
            ColumnType::Bool => Value::Bool(self.fixed::<1>()? != [0]),
            ColumnType::Short => Value::Int(i16::from_le_bytes(self.fixed()?).into()),
            ColumnType::UShort => Value::Int(u16::from_le_bytes(self.fixed()?).into()),
            ColumnType::Int => Value::Int(i32::from_le_bytes(self.fixed()?).into()),
            ColumnType::UInt => Value::Int(u32::from_le_bytes(self.fixed()?).into()),
            ColumnType::Long => Value::Int(i64::from_le_bytes(self.fixed()?)),
            ColumnType::ULong => {
                let value = u64::from_le_bytes(self.fixed()?);
                i64::try_from(value).map_or(Value::UInt(value), Value::Int)
            }
            ColumnType::Float => Value::Single(f32::from_le_bytes(self.fixed()?)),
            ColumnType::Double => Value::Double(f64::from_le_bytes(self.fixed()?)),
            ColumnType::String => self.text(Value::Text)?,
            ColumnType::Json => self.text(Value::Json)?,
            ColumnType::DateTime => self.text(Value::DateTime)?,
            ColumnType::Binary => Value::Binary(self.long()?),
        })
    }
}

impl<'a> Iterator for Properties<'a> {
    type Item = (usize, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.next_of(|_| true)
    }
}
