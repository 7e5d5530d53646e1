//! The log, on standard error.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::arguments::LogFormat;

/// What is logged where `RUST_LOG` says nothing else.
const DEFAULT_FILTER: &str = "warn,onemap=info";

/// Starts the log.
pub(super) fn start(format: LogFormat) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for people, not for files and journals.
    let colours = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    match format {
        LogFormat::Text => log.with_target(false).with_ansi(colours).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}
