//! `onemap serve`: from settings to a server that runs until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::arguments::Options;
use super::settings::Settings;
use super::{log, progress};
use crate::api::{self, Service};
use crate::catalog::{self, Catalog};
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime does not start")?;
    let served = runtime.block_on(serve(settings));
    // Work that hangs must not keep the program from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn serve(settings: Settings) -> Result<()> {
    let stop = stop()?;
    let hangup = signal(SignalKind::hangup()).context("no handler for SIGHUP")?;
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
        let (folders, store, quiet) = (settings.layers, settings.store, settings.settle);
        move || open(&service, &folders, store, quiet)
    });
    let follow = tokio::spawn(follow(hangup, Arc::clone(&service)));
    let (failed, failure) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let outcome = opened.await.context("the layers could not be read").flatten();
        if let Err(error) = outcome {
            drop(failed.send(error));
        }
    });
    let mut error = None;
    let ended = async {
        tokio::select! {
            () = stop => {}
            Ok(reason) = failure => error = Some(reason),
        }
    };
    api::serve(listener, api::router(service), settings.limits, ended).await;
    follow.abort();
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
fn open(
    service: &Service,
    folders: &[std::path::PathBuf],
    store: Option<std::path::PathBuf>,
    quiet: Duration,
) -> Result<()> {
    let store = store.map_or(catalog::StorePlace::Beside, catalog::StorePlace::Folder);
    let options = catalog::Options { store, quiet, progress: progress::shown() };
    let begun = std::time::Instant::now();
    let catalog = Catalog::open(folders, options, api::now())?;
    service.open(Arc::new(catalog));
    tracing::info!(seconds = begun.elapsed().as_secs_f64(), "the layers are served");
    Ok(())
}

/// Reads the folders again at every SIGHUP.
async fn follow(mut hangup: Signal, service: Arc<Service>) {
    while hangup.recv().await.is_some() {
        let service = Arc::clone(&service);
        match tokio::task::spawn_blocking(move || service.reload()).await {
            Ok(Ok(())) => tracing::info!("the folders were read again"),
            Ok(Err(error)) => tracing::error!(%error, "the folders could not be read again"),
            Err(error) => tracing::error!(%error, "reading the folders again failed"),
        }
    }
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
