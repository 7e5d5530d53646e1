//! The table of parameters. It feeds what is accepted, what a refusal lists, and the description
//! of the API.

/// A kind of resource, as far as parameters go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::api) enum Endpoint {
    /// `/`: the landing page and the map.
    Landing,
    /// `/api`, `/conformance`, `/editions`: the server as a whole.
    Server,
    /// `/themes`, `/collections` and one of each.
    Catalogue,
    /// `/collections/{id}/items`.
    Items,
    /// `/collections/{id}/items/{fid}`.
    Item,
    /// `/xyz/{ids}/{z}/{x}/{y}.mvt`.
    Tile,
    /// `/xyz/{ids}.json`.
    TileJson,
    /// `/healthz`, `/readyz`, `/metrics` and the page's files.
    Operations,
}

/// What a value is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::api) enum Kind {
    /// Text.
    Text,
    /// A whole number from `least`; the number that counts where it is not given.
    Count { least: u64, default: u64 },
    /// Numbers with commas between them.
    Numbers,
    /// Names with commas between them.
    Names,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// A query parameter.
pub(in crate::api) struct Parameter {
    /// Its name.
    pub(in crate::api) name: &'static str,
    /// What a value looks like.
    pub(in crate::api) form: &'static str,
    /// What a value is made of.
    pub(in crate::api) kind: Kind,
    /// What it does.
    pub(in crate::api) doc: &'static str,
    /// Where it is taken.
    pub(in crate::api) on: &'static [Endpoint],
}

use super::value::{CRS84, CRS84H, DEFAULT_LIMIT};

use Endpoint::{Catalogue, Item, Items, Landing, Server, Tile, TileJson};

const FORM_OF_ANSWER: &str = "The form of the answer, before the header `Accept`.";

/// Every parameter there is, but for the columns of a layer. What takes other values elsewhere is
/// there once for each.
pub(in crate::api) const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "bbox",
        form: "west,south,east,north or west,south,bottom,east,north,top",
        kind: Kind::Numbers,
        doc: "Only features that meet this box, in degrees; west above east crosses the \
              antimeridian. With six numbers, geometry that has heights must reach into them.",
        on: &[Items],
    },
    Parameter {
        name: "bbox-crs",
        form: "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        kind: Kind::OneOf(&[CRS84, CRS84H]),
        doc: "The coordinate reference system of `bbox`.",
        on: &[Items],
    },
    Parameter {
        name: "crs",
        form: "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        kind: Kind::OneOf(&[CRS84]),
        doc: "The coordinate reference system of the answer.",
        on: &[Items, Item],
    },
    Parameter {
        name: "datetime",
        form: "2024-05-01, 2024-05-01T08:00:00+08:00, 2024-01-01/2024-12-31, ../2024-05-01 or ../..",
        kind: Kind::Text,
        doc: "Only what is valid then. Without it, layers of versions answer as of now and all \
              others with everything.",
        on: &[Items, Item, Tile, TileJson],
    },
    Parameter {
        name: "asof",
        form: "an edition's number, or an RFC 3339 instant",
        kind: Kind::Text,
        doc: "Answer as the catalogue was published then.",
        on: &[Catalogue, Items, Item, Tile, TileJson],
    },
    Parameter {
        name: "limit",
        form: "a whole number from 1; above 10000 means 10000",
        kind: Kind::Count { least: 1, default: DEFAULT_LIMIT as u64 },
        doc: "Features of a page.",
        on: &[Items],
    },
    Parameter {
        name: "offset",
        form: "a whole number from 0",
        kind: Kind::Count { least: 0, default: 0 },
        doc: "Features before the page.",
        on: &[Items],
    },
    Parameter {
        name: "properties",
        form: "column names with commas between them",
        kind: Kind::Names,
        doc: "Only these columns; none if empty.",
        on: &[Items, Item, Tile, TileJson],
    },
    Parameter {
        name: "aggregate",
        form: "grid",
        kind: Kind::OneOf(&["grid"]),
        doc: "In the place of features, the cells of a grid of 64 by 64 to a tile: `_count` is the \
              number of features that lie in the cell, by one point of each, and the columns of \
              `properties`, which must hold numbers, are their sums.",
        on: &[Tile, TileJson],
    },
    Parameter {
        name: "f",
        form: "json or html",
        kind: Kind::OneOf(&["json", "html"]),
        doc: FORM_OF_ANSWER,
        on: &[Landing],
    },
    Parameter {
        name: "f",
        form: "json",
        kind: Kind::OneOf(&["json"]),
        doc: FORM_OF_ANSWER,
        on: &[Server, Catalogue, Items, Item, TileJson],
    },
    Parameter {
        name: "now",
        form: "an RFC 3339 instant",
        kind: Kind::Text,
        doc: "The instant that a question without `datetime` is about. Links to further pages \
              carry it, so that all pages answer as of the first one's now.",
        on: &[Items],
    },
];

/// What a value of `name` looks like.
pub(super) fn form(name: &str) -> &'static str {
    PARAMETERS.iter().find(|p| p.name == name).map_or("", |p| p.form)
}

/// The names that `endpoint` takes.
pub(super) fn names(endpoint: Endpoint) -> impl Iterator<Item = &'static str> {
    PARAMETERS.iter().filter(move |p| p.on.contains(&endpoint)).map(|p| p.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_where_they_are_taken_and_every_parameter_is_explained_and_taken_somewhere()
    {
        for (i, parameter) in PARAMETERS.iter().enumerate() {
            let apart = |p: &Parameter| p.on.iter().all(|on| !parameter.on.contains(on));
            let mut before = PARAMETERS[..i].iter().filter(|p| p.name == parameter.name);
            assert!(before.all(apart), "{}", parameter.name);
            assert!(
                !parameter.doc.is_empty() && !parameter.form.is_empty() && !parameter.on.is_empty()
            );
        }
    }
}
