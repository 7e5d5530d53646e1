//! The log, on standard error. A thread of its own writes it, so that no request waits for who reads
//! it. Lines wait for others a moment, so that not every request costs a call of the system; warnings
//! and errors do not.

use std::io::{self, IsTerminal, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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
const MANY_BYTES: usize = 64 << 10;
/// Lines beyond so many bytes are lost: who reads the log does not keep up, or does not read at all,
/// and the map goes on.
const MOST_BYTES: usize = 4 << 20;
/// How long the program waits at its end for lines to be read.
const LAST_WAIT: Duration = Duration::from_secs(1);

static LOG: Log = Log {
    waiting: Mutex::new(Waiting { lines: Vec::new(), hurry: false, writing: false, lost: 0 }),
    hurry: Condvar::new(),
    written: Condvar::new(),
};

/// What is between those that log and the thread that writes.
struct Log {
    waiting: Mutex<Waiting>,
    /// Tells the thread not to wait for more.
    hurry: Condvar,
    /// Tells that what the thread had is written.
    written: Condvar,
}

struct Waiting {
    lines: Vec<u8>,
    hurry: bool,
    /// Whether the thread has lines that may not be written yet.
    writing: bool,
    /// How many lines were lost since the thread last took some.
    lost: usize,
}

impl Log {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line, which is written after a moment, or at once.
    fn add(&self, line: &[u8], at_once: bool) {
        let mut waiting = self.waiting();
        if waiting.lines.len() + line.len() > MOST_BYTES {
            waiting.lost += 1;
            return;
        }
        waiting.lines.extend_from_slice(line);
        if !waiting.hurry && (at_once || waiting.lines.len() >= MANY_BYTES) {
            waiting.hurry = true;
            self.hurry.notify_one();
        }
    }

    /// Writes lines as they come.
    fn write(&self, out: &mut dyn Write) {
        let mut lines = Vec::new();
        loop {
            let idle = |waiting: &mut Waiting| !waiting.hurry;
            let waited = self.hurry.wait_timeout_while(self.waiting(), WAIT, idle);
            let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut lines, &mut waiting.lines);
            let lost = std::mem::take(&mut waiting.lost);
            waiting.hurry = false;
            waiting.writing = !lines.is_empty();
            drop(waiting);
            // There is nowhere else to say that the log cannot be written.
            let _ = out.write_all(&lines);
            lines.clear();
            self.waiting().writing = false;
            self.written.notify_all();
            if lost > 0 {
                tracing::warn!(lost, "log lines were lost: nobody read those before them in time");
            }
        }
    }

    /// Waits until all lines are written, but not for ever.
    fn flush(&self) {
        let mut waiting = self.waiting();
        waiting.hurry = true;
        self.hurry.notify_one();
        let under_way = |waiting: &mut Waiting| waiting.writing || !waiting.lines.is_empty();
        let _ = self.written.wait_timeout_while(waiting, LAST_WAIT, under_way);
    }
}

/// Writes lines to those that wait.
struct Lines;

/// A line about to be written.
struct Line {
    /// Whether it does not wait for others.
    at_once: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { at_once: true }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Line {
        Line { at_once: *meta.level() <= Level::WARN }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.add(bytes, self.at_once);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes all lines that wait: to be called before the program ends.
pub(super) fn flush() {
    LOG.flush();
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
    std::thread::spawn(|| LOG.write(&mut io::stderr()));
}
