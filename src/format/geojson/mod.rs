//! GeoJSON (RFC 7946) with what OGC API Features adds to a collection.
//!
//! Must not know: how the bytes reach the client.

mod collection;
mod geometry;
#[cfg(test)]
mod tests;

pub use collection::{Collection, Head};

use super::json;
use crate::access::FeatureId;
use crate::geometry::Crs;
use crate::model::{Feature, Schema, Value};

/// Media type of GeoJSON.
pub const MEDIA_TYPE: &str = "application/geo+json";

/// Writes features of one layer.
pub struct FeatureWriter<'a> {
    /// Where positions are transformed from.
    crs: &'a Crs,
    columns: &'a [usize],
    /// Each column's name and colon, as they are written.
    names: Vec<Vec<u8>>,
    /// The values of one feature; kept for the next.
    values: Vec<Value<'a>>,
}

impl<'a> FeatureWriter<'a> {
    /// For features of `schema` in `crs`, with the columns at the positions `columns`, in that
    /// order.
    #[must_use]
    pub fn new(schema: &Schema, crs: &'a Crs, columns: &'a [usize]) -> Self {
        let name = |position: &usize| {
            let column = schema.columns.get(*position);
            let mut name = Vec::new();
            json::string(&mut name, column.map_or("", |column| &*column.name));
            name.push(b':');
            name
        };
        Self { crs, columns, names: columns.iter().map(name).collect(), values: Vec::new() }
    }

    /// Appends `feature` as a GeoJSON feature. Every column wanted is there, null where there is no
    /// value. `links`: a JSON array, for a feature that is an answer of its own.
    pub fn write(
        &mut self,
        out: &mut Vec<u8>,
        feature: &Feature<'a>,
        id: &FeatureId,
        links: Option<&str>,
    ) {
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        match id {
            FeatureId::Number(number) => json::integer(out, *number),
            FeatureId::Text(text) => json::string(out, text),
        }
        out.extend_from_slice(b",\"geometry\":");
        match feature.geometry() {
            Some(shape) => geometry::geometry(out, self.crs, &shape),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"properties\":{");
        feature.values(&mut self.values);
        for (at, (position, name)) in self.columns.iter().zip(&self.names).enumerate() {
            if at > 0 {
                out.push(b',');
            }
            out.extend_from_slice(name);
            json::value(out, self.values.get(*position).copied().unwrap_or(Value::Null));
        }
        out.push(b'}');
        if let Some(links) = links {
            out.extend_from_slice(b",\"links\":");
            out.extend_from_slice(links.as_bytes());
        }
        out.push(b'}');
    }
}
