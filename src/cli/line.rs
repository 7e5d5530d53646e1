//! A log line for files and journals: time, level, message, fields. Every request has one, so it is
//! put together with little ado.

use std::cell::RefCell;
use std::fmt::{self, Debug, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Writes events so.
pub(super) struct Plain;

thread_local! {
    static LINE: RefCell<(Clock, String)> = RefCell::default();
}

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        LINE.with_borrow_mut(|(clock, line)| {
            line.clear();
            clock.write(SystemTime::now(), line);
            let level = event.metadata().level().as_str();
            // Levels have five letters at most.
            line.push_str(if level.len() < 5 { "  " } else { " " });
            line.push_str(level);
            event.record(&mut Fields(line));
            line.push('\n');
            writer.write_str(line)
        })
    }
}

/// Says the time in UTC; remembers how a second is written.
#[derive(Default)]
struct Clock {
    second: u64,
    text: String,
}

impl Clock {
    fn write(&mut self, now: SystemTime, line: &mut String) {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        if self.second != since.as_secs() || self.text.is_empty() {
            self.second = since.as_secs();
            let second = i64::try_from(self.second).unwrap_or(i64::MAX);
            let at = jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::MAX);
            self.text = at.to_string();
            self.text.truncate("2024-05-01T00:00:00".len());
        }
        line.push_str(&self.text);
        // A million more, for the zeros.
        line.push_str(itoa::Buffer::new().format(1_000_000 + since.subsec_micros()));
        let from = line.len() - "1000000".len();
        line.replace_range(from..=from, ".");
        line.push('Z');
    }
}

/// Appends fields: the message as it is, others as `name=value`, text in quotes.
struct Fields<'a>(&'a mut String);

impl Fields<'_> {
    fn name(&mut self, field: &Field) {
        self.0.push(' ');
        if field.name() != "message" {
            self.0.push_str(field.name());
            self.0.push('=');
        }
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" || !value.bytes().all(is_plain) {
            return self.record_debug(field, &value);
        }
        self.name(field);
        self.0.push('"');
        self.0.push_str(value);
        self.0.push('"');
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field);
        self.0.push_str(itoa::Buffer::new().format(value));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.name(field);
        self.0.push_str(zmij::Buffer::new().format(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.name(field);
        let from = self.0.len();
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value:?}");
        // No value begins a line of its own or moves the cursor of who reads.
        if self.0[from..].contains(char::is_control) {
            let value = self.0.split_off(from);
            for c in value.chars() {
                if c.is_control() {
                    self.0.extend(c.escape_default());
                } else {
                    self.0.push(c);
                }
            }
        }
    }
}

/// Whether a byte needs no escape in a quoted text.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("unpoisoned").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged, without its time.
    fn logged(log: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .event_format(Plain)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let bytes = kept.0.lock().expect("unpoisoned").clone();
        String::from_utf8(bytes).expect("text").split_off("2024-05-01T00:00:00.000000Z".len())
    }

    #[test]
    fn a_line_has_its_message_and_fields() {
        let line = logged(|| {
            let method = "GET";
            tracing::info!(%method, target = "/a?b=1", status = 200_u16, ms = 0.25, "request");
        });
        assert_eq!(line, "  INFO request method=GET target=\"/a?b=1\" status=200 ms=0.25\n");
        assert_eq!(logged(|| tracing::error!("no {}", 1)), " ERROR no 1\n");
    }

    #[test]
    fn no_value_begins_a_line_of_its_own() {
        let line = logged(|| tracing::warn!(text = "a\n\"b", display = %"c\nd\u{1b}[0m", "e\nf"));
        assert_eq!(line, "  WARN e\\nf text=\"a\\n\\\"b\" display=c\\nd\\u{1b}[0m\n");
    }

    #[test]
    fn time_is_written_to_the_microsecond() {
        let (mut clock, mut line) = (Clock::default(), String::new());
        for (seconds, micros) in [(0, 7), (0, 999_999), (1_714_521_600, 0)] {
            let since = Duration::new(seconds, micros * 1000);
            clock.write(UNIX_EPOCH + since, &mut line);
        }
        let expected = [
            "1970-01-01T00:00:00.000007Z",
            "1970-01-01T00:00:00.999999Z",
            "2024-05-01T00:00:00.000000Z",
        ];
        assert_eq!(line, expected.concat());
    }
}
