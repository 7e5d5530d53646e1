//! `onemap serve`: from settings to a server that runs until it is told to stop.

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::Options;
use super::log;
use super::settings::Settings;
use crate::api;

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
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    served
}

async fn serve(settings: Settings) -> Result<()> {
    let stop = stop()?;
    let listener = TcpListener::bind(settings.listen).await.with_context(|| {
        format!("cannot listen on {} (--listen ADDR:PORT takes another)", settings.listen)
    })?;
    let address = listener.local_addr().context("the listener has no address")?;
    tracing::info!("open http://{address}");
    let router = api::router(settings.timeout);
    api::serve(listener, router, settings.limits, stop).await;
    tracing::info!("stopped");
    Ok(())
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
