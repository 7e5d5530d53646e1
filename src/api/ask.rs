//! What every handler begins with: the request's parts, read once.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::links::BaseUrl;
use super::negotiate;
use super::parameters::{Endpoint, Query};
use super::problem::Problem;
use super::service::{self, Service};
use crate::access::{LayerView, View};
use crate::catalog::Language;
use crate::model::CollectionId;
use crate::time::Instant;

/// A request, as far as every resource reads it.
pub(super) struct Ask {
    pub(super) service: Arc<Service>,
    /// The clock, read once; or what a paging link says of the first page.
    pub(super) now: Instant,
    pub(super) query: Query,
    pub(super) headers: HeaderMap,
    /// What links begin with.
    pub(super) base: BaseUrl,
    /// The path, as it was asked for.
    pub(super) path: String,
    /// The language that titles come in.
    pub(super) language: Language,
    segments: Vec<String>,
}

impl FromRequestParts<Arc<Service>> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let Path(segments) = Path::<Vec<String>>::from_request_parts(parts, service)
            .await
            .map_err(|rejected| Problem::malformed(rejected.body_text()))?;
        let query = Query::parse(parts.uri.query())?;
        Ok(Self {
            now: query.now()?.unwrap_or_else(service::now),
            query,
            base: service.options.reach.base(parts)?,
            path: parts.uri.path().to_owned(),
            language: negotiate::language(&parts.headers),
            headers: parts.headers.clone(),
            service: Arc::clone(service),
            segments,
        })
    }
}

impl Ask {
    /// The variable segment of the path at `position`, decoded.
    pub(super) fn segment(&self, position: usize) -> &str {
        self.segments.get(position).map_or("", String::as_str)
    }

    /// The view that the request is about.
    pub(super) async fn view(&self) -> Result<View, Problem> {
        self.service.view(self.query.asof()?).await
    }

    /// The layer called `id` in `view`.
    pub(super) fn layer(view: &View, id: &str) -> Result<LayerView, Problem> {
        let parsed = CollectionId::parse(id);
        if let Some(layer) = parsed.as_ref().and_then(|id| view.layer(id)) {
            return Ok(layer);
        }
        let failed =
            view.themes().flat_map(|theme| theme.failed()).find(|f| Some(&f.id) == parsed.as_ref());
        Err(Problem::absent(match failed {
            Some(failed) => format!("the collection `{}` failed: {}", failed.id, failed.problem),
            None => "there is no such collection; /collections lists those there are".to_owned(),
        }))
    }

    /// Refuses parameters that `endpoint` does not take.
    pub(super) fn takes(&self, endpoint: Endpoint) -> Result<(), Problem> {
        self.query.accept(endpoint, None).map(|_| ())
    }
}
