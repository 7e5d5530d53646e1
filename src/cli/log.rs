//! The log, on standard error. Lines wait for others a moment, so that not every request costs a
//! call of the system; warnings and errors do not.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::arguments::LogFormat;
use super::line::Plain;

/// What is logged where `RUST_LOG` says nothing else.
const DEFAULT_FILTER: &str = "warn,onemap=info";

/// How long a line may wait, and how many bytes of lines.
const WAIT: Duration = Duration::from_millis(100);
const MOST_BYTES: usize = 64 << 10;

static WAITING: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes lines to those that wait.
struct Lines;

/// A line about to be written.
struct Line {
    /// Whether it waits for others.
    waits: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { waits: false }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line {
        Line { waits: *meta.level() > Level::WARN }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut waiting = waiting();
        waiting.extend_from_slice(bytes);
        if self.waits && waiting.len() < MOST_BYTES {
            return Ok(bytes.len());
        }
        send(&mut waiting).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn waiting() -> MutexGuard<'static, Vec<u8>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(waiting: &mut Vec<u8>) -> io::Result<()> {
    let sent = io::stderr().write_all(waiting);
    waiting.clear();
    sent
}

/// Writes all lines that wait: to be called before the program ends.
pub(super) fn flush() {
    // There is nowhere else to say that the log cannot be written.
    let _ = send(&mut waiting());
}

/// Starts the log.
pub(super) fn start(format: LogFormat) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Lines);
    // Colours are for people, not for files and journals.
    let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    match format {
        LogFormat::Text if colours => log.with_target(false).init(),
        LogFormat::Text => log.event_format(Plain).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    std::thread::spawn(|| {
        loop {
            std::thread::sleep(WAIT);
            if !waiting().is_empty() {
                flush();
            }
        }
    });
}
