//! `onemap serve`: from settings to a server that runs until it is told to stop.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::arguments::Options;
use super::settings::Settings;
use super::{log, progress};
use crate::access::{Caller, View};
use crate::api::{self, Service};
use crate::catalog::{self, Catalog, CatalogError, StorePlace};
use crate::store::Pruned;
use crate::tile::Tiles;
use crate::work::Pool;

/// How often the counters are tidied up.
const UPKEEP: Duration = Duration::from_secs(10);
/// Upper ends of the histogram of answer times, seconds.
const BUCKETS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 30.0];

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(options: Options) -> Result<()> {
    let settings = Settings::resolve(options)?;
    log::start(settings.log_format);
    // The threads of the pool work beside these, which only move bytes: were there as many as
    // processors, they would wake one another without need.
    let movers = available_parallelism().map_or(1, |all| (all.get() / 2).max(1));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(movers)
        .enable_all()
        .build()
        .context("the runtime does not start")?;
    let served = runtime.block_on(serve(settings));
    // Work that hangs must not keep the program from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    log::flush();
    served
}

async fn serve(settings: Settings) -> Result<()> {
    let stop = stop()?;
    let hangup = signal(SignalKind::hangup()).context("no handler for SIGHUP")?;
    let accept = signal(SignalKind::user_defined1()).context("no handler for SIGUSR1")?;
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!("cannot listen on {} (--listen ADDR:PORT takes another)", settings.listen)
    })?;
    let address = listener.local_addr().context("the listener has no address")?;
    let service = Arc::new(service(&settings, counters()?));
    tracing::info!("open http://{address}/");
    if let Some(base) = &settings.base_url {
        tracing::info!("for the public it is {}", base.join("/"));
    }
    let opened = tokio::task::spawn_blocking({
        let service = Arc::clone(&service);
        let store = settings.store.map_or(StorePlace::Beside, StorePlace::Folder);
        let options = catalog::Options {
            store,
            quiet: settings.settle,
            temporal_default: settings.temporal_default,
            progress: progress::shown(),
        };
        move || open(&service, &settings.layers, options)
    });
    let leisure = tokio::spawn({
        let service = Arc::clone(&service);
        async move { service.compress_at_leisure().await }
    });
    let (failed, failure) = tokio::sync::oneshot::channel();
    let follow = tokio::spawn(async move {
        match opened.await.context("the layers could not be read").flatten() {
            // A signal that came meanwhile has waited.
            Ok(catalog) => follow(hangup, accept, catalog).await,
            Err(error) => drop(failed.send(error)),
        }
    });
    let mut error = None;
    let ended = async {
        tokio::select! {
            () = stop => {}
            Ok(reason) = failure => error = Some(reason),
        }
    };
    api::serve(listener, api::Front::new(service), settings.limits, ended).await;
    follow.abort();
    leisure.abort();
    tracing::info!("stopped");
    error.map_or(Ok(()), Err)
}

fn service(settings: &Settings, counters: PrometheusHandle) -> Service {
    let options = api::Options {
        reach: api::Reach {
            base: settings.base_url.clone(),
            proxies: settings.trusted_proxies.clone(),
        },
        timeout: settings.timeout,
        max_age: settings.max_age,
        metrics: counters,
    };
    Service::new(
        options,
        Pool::new(settings.workers, settings.queue),
        Tiles::new(settings.cache_bytes),
    )
}

/// Reads the layers and serves them; blocks.
fn open(service: &Service, folders: &[PathBuf], options: catalog::Options) -> Result<Arc<Catalog>> {
    let begun = Instant::now();
    let opened = Catalog::open(folders, options, api::now());
    let catalog = Arc::new(opened.map_err(|error| match error {
        CatalogError::Folder { .. } => anyhow!("{error} (--layers DIR names another)"),
        error => error.into(),
    })?);
    service.open(Arc::clone(&catalog));
    tell(&View::new(catalog.snapshot(), Caller::Public), begun, "the layers are served");
    match catalog.prune(api::now()) {
        Ok(Pruned { files: 0, .. }) => {}
        Ok(Pruned { files, bytes }) => {
            tracing::info!(files, bytes, "removed from the store what no edition names");
        }
        Err(error) => tracing::warn!(%error, "the store is not pruned"),
    }
    Ok(catalog)
}

/// Reads the folders again at every signal: of `accept`, whatever is gone.
async fn follow(mut hangup: Signal, mut accept: Signal, catalog: Arc<Catalog>) {
    loop {
        let accepts = tokio::select! {
            Some(()) = hangup.recv() => false,
            Some(()) = accept.recv() => true,
            else => return,
        };
        let (catalog, begun) = (Arc::clone(&catalog), Instant::now());
        match tokio::task::spawn_blocking(move || catalog.reload(api::now(), accepts)).await {
            Ok(Ok(snapshot)) => {
                let view = View::new(snapshot, Caller::Public);
                tell(&view, begun, "the folders were read again");
            }
            Ok(Err(error)) => tracing::error!(%error, "the folders could not be read again"),
            Err(error) => tracing::error!(%error, "reading the folders again failed"),
        }
    }
}

/// Logs what is wrong with the folders, and what was `done` since `begun`.
fn tell(view: &View, begun: Instant, done: &str) {
    let fate = ["its last good file is served", "it is not served"];
    for complaint in super::complaints(view, |_| true, fate) {
        tracing::warn!("{complaint}");
    }
    if view.layers().next().is_none() {
        tracing::info!("{}", super::NO_LAYERS);
    }
    let with_problems = view.layers().filter(|layer| !layer.problems().is_empty()).count();
    tracing::info!(
        edition = view.edition(),
        layers = view.layers().count(),
        with_problems,
        seconds = begun.elapsed().as_secs_f64(),
        "{done}"
    );
}

/// Starts the counters.
fn counters() -> Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .context("the counters have no buckets")?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("the counters are already there")?;
    let tidied = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            tidied.run_upkeep();
        }
    });
    Ok(handle)
}

/// Ready once the process is told to stop.
fn stop() -> Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("no handler for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("no handler for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
