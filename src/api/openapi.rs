//! `/api`: the interface as OpenAPI 3.0 describes it, made from the table of parameters.

use axum::response::Response;
use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::negotiate::{self, Offer};
use super::parameters::{Endpoint, Kind, MAX_LIMIT, PARAMETERS, Parameter};
use super::problem::Problem;
use super::respond::{self, Fresh};

/// OpenAPI 3.0 as JSON.
pub(super) const OPENAPI: Offer =
    Offer { f: "json", media: "application/vnd.oai.openapi+json;version=3.0" };

/// A path of the interface.
struct Resource {
    path: &'static str,
    endpoint: Endpoint,
    media: &'static str,
    summary: &'static str,
}

const fn resource(
    path: &'static str,
    endpoint: Endpoint,
    media: &'static str,
    summary: &'static str,
) -> Resource {
    Resource { path, endpoint, media, summary }
}

const JSON: &str = negotiate::JSON.media;
const GEOJSON: &str = negotiate::GEOJSON.media;
const MVT: &str = negotiate::MVT.media;

const RESOURCES: [Resource; 15] = [
    resource("/", Endpoint::Landing, JSON, "Links to everything, or the map for browsers"),
    resource("/api", Endpoint::Server, OPENAPI.media, "This document"),
    resource("/conformance", Endpoint::Server, JSON, "What the server conforms to"),
    resource("/themes", Endpoint::Catalogue, JSON, "The catalogue by theme"),
    resource("/themes/{theme}", Endpoint::Catalogue, JSON, "One theme with its layers"),
    resource("/collections", Endpoint::Catalogue, JSON, "All collections"),
    resource("/collections/{id}", Endpoint::Catalogue, JSON, "One collection"),
    resource("/collections/{id}/items", Endpoint::Items, GEOJSON, "Features of a collection"),
    resource("/collections/{id}/items/{fid}", Endpoint::Item, GEOJSON, "One feature"),
    resource("/xyz/{ids}/{z}/{x}/{y}.mvt", Endpoint::Tile, MVT, "A vector tile"),
    resource("/xyz/{ids}.json", Endpoint::TileJson, JSON, "TileJSON of such tiles"),
    resource("/editions", Endpoint::Server, JSON, "What was published when"),
    resource("/healthz", Endpoint::Operations, JSON, "Whether the server lives"),
    resource("/readyz", Endpoint::Operations, JSON, "Whether it is ready"),
    resource("/metrics", Endpoint::Operations, "text/plain", "Counters, for its own machine only"),
];

/// What stands in braces in a path.
const SEGMENTS: [(&str, &str, &str); 7] = [
    ("theme", "string", "A theme's id."),
    ("id", "string", "A collection's id, `<theme>.<layer>`."),
    ("fid", "string", "A feature's id: an entity's, or `<entity>@<valid_from>`."),
    ("ids", "string", "Up to 64 collections' ids with commas between them."),
    ("z", "integer", "Zoom, 0 to 22."),
    ("x", "integer", "Column, 0 in the west."),
    ("y", "integer", "Row, 0 in the north."),
];

/// `/api`.
pub(super) async fn api(ask: Ask) -> Result<Response, Problem> {
    ask.takes(Endpoint::Server)?;
    let fresh = Fresh::For(ask.service.options.max_age);
    respond::document_as(OPENAPI, &ask, &document(&ask.base.join("")), fresh)
}

fn document(server: &str) -> Value {
    let named = PARAMETERS.iter().map(|p| (component(p), in_query(p)));
    let segments =
        SEGMENTS.iter().map(|(name, kind, doc)| (format!("path-{name}"), in_path(name, kind, doc)));
    let parameters: Map<String, Value> = named.chain(segments).collect();
    let paths: Map<String, Value> =
        RESOURCES.iter().map(|r| (r.path.to_owned(), operation(r))).collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "onemap", "version": env!("CARGO_PKG_VERSION")},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "responses": {"problem": problem()},
        },
    })
}

/// What a parameter is called among those of the document: its name, and where there are several of
/// that name, its values.
fn component(parameter: &Parameter) -> String {
    let namesakes = PARAMETERS.iter().filter(|p| p.name == parameter.name).count();
    match parameter.kind {
        Kind::OneOf(values) if namesakes > 1 => format!("{}-{}", parameter.name, values.join("-")),
        _ => parameter.name.to_owned(),
    }
}

/// A query parameter. Lists have commas between their items.
fn in_query(parameter: &Parameter) -> Value {
    json!({
        "name": parameter.name, "in": "query", "required": false,
        "description": format!("{} {}", parameter.doc, parameter.form),
        "schema": schema(parameter.kind), "style": "form", "explode": false,
    })
}

fn in_path(name: &str, kind: &str, doc: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true, "description": doc,
        "schema": {"type": kind},
    })
}

fn problem() -> Value {
    let members = ["type", "title", "status", "detail", "parameter"].map(|name| {
        let kind = if name == "status" { "integer" } else { "string" };
        (name.to_owned(), json!({"type": kind}))
    });
    let schema = json!({"type": "object", "properties": Map::from_iter(members)});
    json!({
        "description": "What went wrong, and at which parameter (RFC 9457)",
        "content": {"application/problem+json": {"schema": schema}},
    })
}

fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Count { least: 0, default } => {
            json!({"type": "integer", "minimum": 0, "default": default})
        }
        Kind::Count { least, default } => json!({
            "type": "integer", "minimum": least, "maximum": MAX_LIMIT, "default": default,
        }),
        Kind::Numbers => json!({
            "type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6,
        }),
        Kind::Names => json!({"type": "array", "items": {"type": "string"}}),
        Kind::OneOf(values) => json!({"type": "string", "enum": values}),
    }
}

fn operation(resource: &Resource) -> Value {
    let refer = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
    let mut parameters: Vec<Value> = SEGMENTS
        .iter()
        .filter(|(name, ..)| resource.path.contains(&format!("{{{name}}}")))
        .map(|(name, ..)| refer(&format!("path-{name}")))
        .collect();
    let taken = PARAMETERS.iter().filter(|p| p.on.contains(&resource.endpoint));
    parameters.extend(taken.map(|p| refer(&component(p))));
    if resource.endpoint == Endpoint::Items {
        parameters.push(json!({
            "name": "columns", "in": "query", "style": "form", "explode": true,
            "description": "`<column>=<value>`: only features whose column has the value.",
            "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        }));
    }
    let mut responses = json!({
        "200": {"description": "The answer", "content": {resource.media: {}}},
        "default": {"$ref": "#/components/responses/problem"},
    });
    if resource.endpoint == Endpoint::Tile {
        responses["204"] = json!({"description": "Nothing to draw here"});
    }
    if resource.endpoint != Endpoint::Operations {
        responses["304"] = json!({"description": "What `If-None-Match` names is still so"});
    }
    json!({"get": {
        "summary": resource.summary,
        "parameters": parameters,
        "responses": responses,
    }})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        fn check(root: &Value, value: &Value, seen: &mut usize) {
            match value {
                Value::Object(object) => object.iter().for_each(|(name, value)| {
                    if let (Some(reference), "$ref") = (value.as_str(), name.as_str()) {
                        let path = reference.strip_prefix('#').expect("a local reference");
                        assert!(root.pointer(path).is_some(), "{reference}");
                        *seen += 1;
                    }
                    check(root, value, seen);
                }),
                Value::Array(values) => values.iter().for_each(|value| check(root, value, seen)),
                _ => {}
            }
        }
        let document = document("http://a.example");
        let mut seen = 0;
        check(&document, &document, &mut seen);
        assert!(seen > 40, "{seen}");
    }

    #[test]
    fn every_path_names_the_forms_that_it_comes_in() {
        let document = document("http://a.example");
        for resource in &RESOURCES {
            let parameters = document["paths"][resource.path]["get"]["parameters"].as_array();
            let taken = parameters.expect("a list").iter().filter_map(|p| {
                let reference = p["$ref"].as_str()?.strip_prefix('#')?;
                document.pointer(reference).filter(|p| p["name"] == "f")
            });
            let found: Vec<&Value> = taken.map(|p| &p["schema"]["enum"]).collect();
            let forms = match resource.endpoint {
                Endpoint::Landing => json!([["json", "html"]]),
                Endpoint::Tile | Endpoint::Operations => json!([]),
                _ => json!([["json"]]),
            };
            assert_eq!(json!(found), forms, "{}", resource.path);
        }
    }

    #[test]
    fn every_variable_of_a_path_is_described() {
        for resource in &RESOURCES {
            let variables = resource.path.matches('{').count();
            let operation = operation(resource);
            let parameters = operation["get"]["parameters"].as_array().expect("a list");
            let described = parameters.iter().filter(|p| p.to_string().contains("/path-")).count();
            assert_eq!(variables, described, "{}", resource.path);
        }
    }
}
