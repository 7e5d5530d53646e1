//! Where requests come in: those for tiles that are asked for again are answered here, all others by
//! the router.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use metrics::{Counter, Histogram, counter, histogram};
use tower::ServiceExt;

use super::guard;
use super::recall::{self, Recall};
use super::router::{TILE, router};
use super::server::Peer;
use super::service::{self, Service};

thread_local! {
    static WORDS: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// All that answers requests. Cheap to clone.
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    service: Arc<Service>,
    router: Router,
    recall: Recall,
    counters: Counters,
}

/// Those of tiles that are recalled.
struct Counters {
    ok: Counter,
    empty: Counter,
    unchanged: Counter,
    seconds: Histogram,
}

impl Front {
    /// Answers for `service`.
    #[must_use]
    pub fn new(service: Arc<Service>) -> Self {
        let requests = |status| counter!(guard::REQUESTS, "route" => TILE, "status" => status);
        let counters = Counters {
            ok: requests("200"),
            empty: requests("204"),
            unchanged: requests("304"),
            seconds: histogram!(guard::SECONDS, "route" => TILE),
        };
        let router = router(Arc::clone(&service));
        Self { inner: Arc::new(Inner { service, router, recall: Recall::new(), counters }) }
    }

    /// The answer to a request of `peer`.
    pub(super) async fn answer(
        &self,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Response<Body> {
        let begun = Instant::now();
        let mut new = None;
        let recalled = WORDS.with_borrow_mut(|words| {
            let recalled =
                recall::words(&request, words).then(|| self.recalled(words, &request))?;
            if recalled.is_none() {
                new = Some(words[..].into());
            }
            recalled
        });
        if let Some(response) = recalled {
            self.note(&request, &response, begun);
            return response;
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        let Ok(mut response) = self.inner.router.clone().oneshot(request).await;
        if let Some(words) = new {
            self.inner.recall.remember(words, &mut response);
        }
        response
    }

    fn recalled<B>(&self, words: &[u8], request: &Request<B>) -> Option<Response<Body>> {
        let edition = self.inner.service.current().ok()?.edition();
        self.inner.recall.answer(words, request, (edition, service::now()))
    }

    fn note<B>(&self, request: &Request<B>, response: &Response<Body>, begun: Instant) {
        let (took, status) = (begun.elapsed(), response.status().as_u16());
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        guard::log(request.method(), target, status, took);
        let Counters { ok, empty, unchanged, seconds } = &self.inner.counters;
        match status {
            204 => empty.increment(1),
            304 => unchanged.increment(1),
            _ => ok.increment(1),
        }
        seconds.record(took.as_secs_f64());
    }
}
