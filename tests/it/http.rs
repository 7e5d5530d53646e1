//! The HTTP contract, asked of the real server.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::city;
use crate::server::Server;

#[test]
fn health_answers_and_unknown_paths_and_methods_are_problems() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &[]);
    assert_eq!(server.get("/healthz").status, 200);
    let absent = server.get("/nowhere");
    assert_eq!(absent.status, 404);
    assert_eq!(absent.header("content-type"), Some("application/problem+json"));
    assert_eq!(absent.json()["status"], 404);
    let method = server.ask("DELETE", "/healthz", &[]);
    assert_eq!((method.status, method.header("allow")), (405, Some("GET,HEAD")));
    assert_eq!(method.json()["status"], 405);
}

#[test]
fn silent_connections_and_half_heads_are_closed() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &["--header-timeout", "0.3"]);
    for begun in ["", "GET /healthz HTTP/1.1\r\nHost: a\r\n", "PRI * HTTP/2.0\r\n\r\nSM"] {
        let mut stream = server.connect();
        stream.write_all(begun.as_bytes()).expect("it listens");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).expect("closed by the server, not timed out");
        assert!(rest.is_empty(), "{begun:?}: {rest:?}");
    }
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_later_head_that_comes_byte_by_byte_is_not_waited_for() {
    let city = city::empty();
    // Within the idle time, though a first head might take longer.
    let arguments = ["--timeout", "0.2", "--idle-timeout", "1", "--header-timeout", "60"];
    let server = Server::start_unready(&city.layers, &arguments);
    let mut stream = server.connect();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").expect("it listens");
    assert!(stream.read(&mut [0; 1024]).expect("an answer") > 0);
    let closed = (0..50).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(b"G").is_err()
    });
    assert!(closed, "still open after five seconds");
}

#[test]
fn a_full_house_lets_others_wait_until_a_place_is_free() {
    let city = city::empty();
    let arguments = ["--max-connections", "2", "--header-timeout", "0.5"];
    let server = Server::start_unready(&city.layers, &arguments);
    let _silent = [server.connect(), server.connect()];
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn a_request_above_the_limits_is_refused() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &[]);
    let long = server.get(&format!("/healthz?{}", "a".repeat(20_000)));
    assert_eq!((long.status, long.json()["status"].as_u64()), (414, Some(414)));
    assert_eq!(server.get(&format!("/healthz?{}", "a".repeat(300_000))).status, 414);
    let large = server.ask("POST", "/healthz", &[("Content-Length", "10000000")]);
    assert_eq!((large.status, large.json()["status"].as_u64()), (413, Some(413)));
}

#[test]
fn a_request_to_two_hosts_or_none_is_refused() {
    let city = city::small();
    let server = Server::start(&city.layers, &["--settle", "0"]).expects("broken");
    let ask = |target: &str, hosts: &str| {
        let request = format!("GET {target} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        server.raw(request.as_bytes(), false)
    };
    // A tile that anyone else was given already, too.
    let tile = "/xyz/city.places/0/0/0.mvt";
    for _ in 0..2 {
        assert_eq!(ask(tile, "Host: a\r\n").status, 200);
    }
    let refused =
        ["", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", "Host: a b\r\n", "Host:\r\n"];
    for hosts in refused {
        for target in ["/collections", tile, "/healthz", "/readyz", "/metrics", "/nowhere"] {
            let answer = ask(target, hosts);
            let status = answer.json()["status"].as_u64();
            assert_eq!((answer.status, status), (400, Some(400)), "{target} {hosts}");
        }
    }
    // HTTP/1.0 knows no `Host`.
    assert_eq!(server.raw(b"GET /healthz HTTP/1.0\r\n\r\n", false).status, 200);
    // The target's own authority comes before `Host` (RFC 9112 section 3.2.2).
    let absolute = ask("http://b.example/collections", "Host: a\r\n");
    assert_eq!(absolute.json()["links"][0]["href"], "http://b.example/collections");
}

#[test]
fn cors_lets_anyone_read() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &[]);
    let answer = server.get_with("/healthz", &[("Origin", "https://elsewhere.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let exposed = answer.header("access-control-expose-headers").expect("exposed headers");
    assert!(exposed.contains("etag"), "{exposed}");
    let preflight = server.ask(
        "OPTIONS",
        "/healthz",
        &[("Origin", "https://elsewhere.example"), ("Access-Control-Request-Method", "GET")],
    );
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,HEAD,OPTIONS"));
}

#[test]
fn told_to_stop_the_server_ends_in_time_though_a_connection_hangs() {
    let city = city::empty();
    let mut server =
        Server::start_unready(&city.layers, &["--shutdown-timeout", "0.3"]).expects("cut off");
    let mut half = server.connect();
    half.write_all(b"GET /healthz HTTP/1.1\r\n").expect("it listens");
    server.signal("-TERM");
    assert!(server.wait().success());
}

#[test]
fn the_map_goes_on_and_ends_though_nobody_reads_the_log() {
    let city = city::empty();
    let mut server = Server::start(&city.layers, &[]).expects("log lines were lost");
    let log = server.log_unread();
    // More lines than a pipe and the program hold.
    let target = format!("/{}", "x".repeat(400));
    let unread = log.lock().expect("the log");
    for _ in 0..12_000 {
        assert_eq!(server.get(&target).status, 404);
    }
    drop(unread);
    let end = Instant::now() + Duration::from_secs(30);
    while !server.log().contains("\"lost\":") {
        assert!(Instant::now() < end, "it is not said that lines were lost");
        std::thread::sleep(Duration::from_millis(20));
    }
    let unread = log.lock().expect("the log");
    for _ in 0..200 {
        assert_eq!(server.get(&target).status, 404);
    }
    server.signal("-TERM");
    assert!(server.wait().success());
    drop(unread);
}

#[test]
fn a_port_in_use_is_said_clearly() {
    let city = city::empty();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_onemap"))
        .args(["--listen", &address, "--layers"])
        .arg(&city.layers)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
}

#[test]
fn http_2_is_spoken_to_who_begins_with_it() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &[]);
    let mut stream = server.connect();
    // The preface and an empty SETTINGS frame (RFC 9113 section 3.4).
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("it listens");
    let mut head = [0; 9];
    stream.read_exact(&mut head).expect("a frame");
    assert_eq!((head[3], &head[5..]), (4, &[0; 4][..]), "not SETTINGS: {head:?}");
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &[]);
    let mut stream = server.connect();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {}\r\n\r\n", server.address());
    stream.write_all(request.repeat(3).as_bytes()).expect("it listens");
    let mut text = String::new();
    while text.matches("{\"status\":\"ok\"}").count() < 3 {
        let mut bytes = [0; 1024];
        let read = stream.read(&mut bytes).expect("more");
        assert_ne!(read, 0, "closed early: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
}

#[test]
fn what_is_no_http_is_refused_and_harms_nobody() {
    let city = city::empty();
    let server = Server::start_unready(&city.layers, &[]);
    for garbage in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".repeat(20),
        b"GET /\0 HTTP/1.1\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            .to_vec(),
        [b"GET / HTTP/1.1\r\n".to_vec(), b"X: y\r\n".repeat(500), b"\r\n".to_vec()].concat(),
        [b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'y'; 600_000]].concat(),
    ] {
        let mut stream = server.connect();
        let _ = stream.write_all(&garbage);
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        let head = String::from_utf8_lossy(&rest[..rest.len().min(12)]).into_owned();
        assert!(rest.is_empty() || head.starts_with("HTTP/1.1 4"), "{head}");
    }
    assert_eq!(server.get("/healthz").status, 200);
}
