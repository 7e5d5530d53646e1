//! The real program, started on a free port and asked over real sockets. Its log must be clean in
//! the end.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long anything here may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server. Stopped, and its log looked through, when dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    expected: Vec<&'static str>,
}

/// An answer as it came over the wire, chunks joined.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; the first of several.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }
}

impl Server {
    /// Starts the server over a folder of layers, with further arguments, and waits until it is
    /// ready.
    pub(crate) fn start(layers: &Path, arguments: &[&str]) -> Self {
        let server = Self::start_unready(layers, arguments);
        let end = Instant::now() + PATIENCE;
        while server.get("/readyz").status != 200 {
            assert!(Instant::now() < end, "not ready in time:\n{}", server.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Starts the server and waits until it listens.
    pub(crate) fn start_unready(layers: &Path, arguments: &[&str]) -> Self {
        let store = layers.parent().expect("a folder above").join(".store");
        let mut child = Command::new(env!("CARGO_BIN_EXE_onemap"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
            .arg("--layers")
            .arg(layers)
            .arg("--store")
            .arg(store)
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let (found, address) = std::sync::mpsc::channel();
        let kept = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("open http://") {
                    let end = rest.find(['"', ' ']).unwrap_or(rest.len());
                    let _ = found.send(rest[..end].to_owned());
                }
                let mut log = kept.lock().expect("the log");
                log.push_str(&line);
                log.push('\n');
            }
        });
        let address = address.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            let _ = child.kill();
            panic!("it does not listen:\n{}", log.lock().expect("the log"))
        });
        let address = address.trim_end_matches('/').parse().expect("an address");
        Self { child, address, log, expected: Vec::new() }
    }

    /// Log lines with this text in them may be warnings or errors.
    pub(crate) fn expects(mut self, text: &'static str) -> Self {
        self.expected.push(text);
        self
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The log under its lock: while that is held, nobody reads what the program logs.
    pub(crate) fn log_unread(&self) -> Arc<Mutex<String>> {
        Arc::clone(&self.log)
    }

    /// Its process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
    }

    /// `GET target`.
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }

    /// `GET target` with headers.
    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", target, headers)
    }

    /// A request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            write!(request, "Host: {}\r\n", self.address).unwrap();
        }
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        request.push_str("\r\n");
        self.raw(request.as_bytes(), method == "HEAD")
    }

    /// Sends `request` as it is, and reads one answer. Reading may fail once the answer is whole.
    pub(crate) fn raw(&self, request: &[u8], head: bool) -> Answer {
        let mut stream = self.connect();
        // A server that answers before it has read all may close first.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        parse(&bytes, head)
    }

    /// Sends a signal to the process.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.pid().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Waits for the process to end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a process") {
                return status;
            }
            assert!(Instant::now() < end, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none() {
            let _ = Command::new("kill").arg(self.child.id().to_string()).status();
            let end = Instant::now() + PATIENCE;
            while self.child.try_wait().ok().flatten().is_none() {
                if Instant::now() > end {
                    let _ = self.child.kill();
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        if std::thread::panicking() {
            eprintln!("the server's log:\n{}", self.log());
            return;
        }
        for line in self.log().lines() {
            let bad = line.contains("\"level\":\"WARN\"")
                || line.contains("\"level\":\"ERROR\"")
                || !line.starts_with('{');
            let expected = self.expected.iter().any(|text| line.contains(text));
            assert!(!bad || expected, "the log is not clean: {line}");
        }
    }
}

/// An answer from its bytes. `head`: there is no body whatever the headers say.
pub(crate) fn parse(bytes: &[u8], head: bool) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| {
        panic!("no whole head: {:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(300)]))
    });
    let text = std::str::from_utf8(&bytes[..end]).expect("a head in ASCII");
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = bytes[end + 4..].to_vec();
    let mut answer = Answer { status: status.expect("a status"), headers, body };
    if answer.header("transfer-encoding").is_some() && !head {
        answer.body = joined(&answer.body);
    } else if let Some(length) = answer.header("content-length").filter(|_| !head) {
        assert_eq!(answer.body.len().to_string(), length, "the body is whole");
    }
    answer
}

/// Joins chunks; panics where the last one is missing.
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk's length");
        let length = std::str::from_utf8(&rest[..end]).expect("hex");
        let length = usize::from_str_radix(length, 16).expect("hex");
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}
