//! What all requests share: the catalogue once it is open, the pool, the tiles kept ready.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use metrics_exporter_prometheus::PrometheusHandle;

use super::links::Reach;
use super::problem::Problem;
use crate::access::{Caller, View};
use crate::catalog::{Asof, Catalog, Change};
use crate::tile::Tiles;
use crate::time::Instant;
use crate::work::{Deadline, Pool};

/// The clock: read here, and below `api` an argument.
#[must_use]
pub fn now() -> Instant {
    SystemTime::now().into()
}

/// How requests are answered.
pub struct Options {
    /// How the server is reached.
    pub reach: Reach,
    /// How long a request may take.
    pub timeout: Duration,
    /// How long an answer may be kept by browsers and proxies at most: a later edition may correct
    /// the past.
    pub max_age: Duration,
    /// The counters that `/metrics` shows.
    pub metrics: PrometheusHandle,
}

/// What all requests share.
pub struct Service {
    pub(super) options: Options,
    pub(super) pool: Pool,
    pub(super) tiles: Tiles,
    catalog: OnceLock<Arc<Catalog>>,
}

impl Service {
    /// A service that is not ready before [`Service::open`].
    #[must_use]
    pub fn new(options: Options, pool: Pool, tiles: Tiles) -> Self {
        Self { options, pool, tiles, catalog: OnceLock::new() }
    }

    /// Serves `catalog` from now on. Only the first one counts.
    pub fn open(&self, catalog: Arc<Catalog>) {
        let _ = self.catalog.set(catalog);
    }

    /// Compresses tiles that many ask for again, with more effort, one after the other while there
    /// is nothing else to do. Ends where no tiles are kept.
    pub async fn compress_at_leisure(&self) {
        loop {
            match self.tiles.compress_next(&self.pool).await {
                Ok(Some(saved)) => {
                    metrics::counter!("onemap_tiles_compressed_again_total").increment(1);
                    metrics::counter!("onemap_tiles_compressed_again_saved_bytes_total")
                        .increment(saved as u64);
                }
                Ok(None) => return,
                Err(error) => tracing::error!(%error, "a tile could not be compressed again"),
            }
        }
    }

    /// What each edition changed, in order.
    pub(super) async fn changes(&self) -> Result<Vec<Change>, Problem> {
        let catalog = Arc::clone(self.catalog()?);
        Ok(self.pool.run(self.deadline(), move |_| catalog.changes()).await??)
    }

    /// When the work for a request that came just now must end.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::after(self.options.timeout)
    }

    fn catalog(&self) -> Result<&Arc<Catalog>, Problem> {
        self.catalog.get().ok_or_else(|| Problem::not_ready("the layers are still being read"))
    }

    /// What the public may see of what is served now.
    pub(super) fn current(&self) -> Result<View, Problem> {
        Ok(View::new(self.catalog()?.snapshot(), Caller::Public))
    }

    /// What the public may see of the edition that `asof` names, or of what is served now.
    pub(super) async fn view(&self, asof: Option<Asof>) -> Result<View, Problem> {
        let current = self.current()?;
        let Some(asof) = asof.filter(|asof| *asof != Asof::Edition(current.edition())) else {
            return Ok(current);
        };
        let catalog = Arc::clone(self.catalog()?);
        let opened = self.pool.run(self.deadline(), move |_| catalog.at_edition(asof)).await?;
        let snapshot = opened.map_err(|error| Problem::from(error).at("asof"))?;
        Ok(View::new(snapshot, Caller::Public))
    }
}
