//! The server under load: cheap answers keep coming while dear ones wait or are refused, what nobody
//! waits for any more stops, memory stays level, and a map that is panned fast keeps its connection.
//! `ONEMAP_CHECKS=full` loads it for five minutes, with 400,000 features, and holds it to times.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::http::Request;
use geo::Point;
use onemap::model::{ColumnType, Kind};

use crate::city::{self, City, double, int, text};
use crate::data::checks;
use crate::server::Server;
use crate::tiles::Random;

const ORIGIN: [f64; 2] = [114.0, 22.5];
const SIDE: f64 = 0.5;
const CLIENTS: usize = 64;
/// Of so many clients one asks for what is dear.
const DEAR: usize = 4;
/// How long cheap answers may take at the 99th percentile, by the full check.
const CHEAP_P99: Duration = Duration::from_millis(50);
/// How much memory may grow from the first third of the time to its end.
const GROWTH_KB: u64 = 64 << 10;

fn served() -> (City, Server) {
    let columns = [
        ("id", ColumnType::Int),
        ("name", ColumnType::String),
        ("kind", ColumnType::String),
        ("area", ColumnType::Double),
    ];
    let mut random = Random(5);
    let rows = (0..checks(400_000)).map(|n| {
        let at = ORIGIN.map(|origin| origin + random.next() * SIDE);
        let kind = format!("kind {}", random.below(9));
        let name = format!("place {n}");
        let values = vec![int(n as i64), text(&name), text(&kind), double(random.next() * 1e3)];
        (Some(Point::from(at).into()), values)
    });
    let city = city::empty();
    let theme = city.layers.join("test");
    std::fs::create_dir(&theme).unwrap();
    std::fs::write(theme.join("layer.fgb"), city::layer("l", Kind::Point, &columns, rows)).unwrap();
    let server = Server::start(&city.layers, &["--settle", "0"]);
    (city, server)
}

/// A tile that a panning user asks for.
fn cheap(random: &mut Random) -> String {
    let z = 15 + random.below(2) as u32;
    let [lon, lat] = ORIGIN.map(|origin| origin + random.next() * SIDE);
    let side = f64::from(1_u32 << z);
    let x = (lon + 180.0) / 360.0 * side;
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side;
    format!("/xyz/test.layer/{z}/{}/{}.mvt", x as u32, y as u32)
}

/// Something that reads every feature, or many; no two alike.
fn dear(random: &mut Random) -> String {
    let number = random.below(1_000_000_000);
    match random.below(3) {
        0 => format!("/collections/test.layer/items?area={number}.5"),
        1 => format!("/collections/test.layer/items?limit=10000&offset={}", number % 1000),
        _ => format!("/xyz/test.layer/{0}/0/0.mvt?aggregate=grid&properties=area", number % 2),
    }
}

/// What a client saw.
#[derive(Default)]
struct Seen {
    cheap: Vec<Duration>,
    dear: usize,
    refused: usize,
}

fn client(base: &str, number: usize, stop: &AtomicBool) -> Seen {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let agent = ureq::Agent::new_with_config(config);
    let mut random = Random(number as u64 + 1);
    let mut seen = Seen::default();
    while !stop.load(Ordering::Relaxed) {
        let is_dear = number.is_multiple_of(DEAR);
        let target = if is_dear { dear(&mut random) } else { cheap(&mut random) };
        let begun = Instant::now();
        let mut answer = agent.get(format!("{base}{target}")).call().unwrap();
        let retry = answer.headers().contains_key("retry-after");
        let body = answer.body_mut().with_config().limit(100 << 20).read_to_vec().unwrap();
        match (answer.status().as_u16(), is_dear) {
            (200 | 204, false) => seen.cheap.push(begun.elapsed()),
            (200 | 204, true) => seen.dear += 1,
            (503, true) if retry => seen.refused += 1,
            (status, _) => panic!("{status} of {target}: {}", String::from_utf8_lossy(&body)),
        }
    }
    seen
}

fn anonymous_kb(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn cheap_answers_come_while_dear_ones_wait_and_memory_stays_level() {
    let (_city, server) = served();
    let base = format!("http://{}", server.address());
    let time = Duration::from_secs(checks(300) as u64);
    let stop = AtomicBool::new(false);
    let all = Mutex::new(Vec::new());
    let memory = std::thread::scope(|scope| {
        for number in 0..CLIENTS {
            let (base, stop, all) = (&base, &stop, &all);
            scope.spawn(move || {
                let seen = client(base, number, stop);
                all.lock().unwrap().push(seen);
            });
        }
        std::thread::sleep(time / 3);
        let early = anonymous_kb(&server);
        std::thread::sleep(time * 2 / 3);
        let late = anonymous_kb(&server);
        stop.store(true, Ordering::Relaxed);
        [early, late]
    });
    let all = all.into_inner().unwrap();
    let mut took: Vec<Duration> = all.iter().flat_map(|seen| &seen.cheap).copied().collect();
    took.sort_unstable();
    let sum = |of: fn(&Seen) -> usize| all.iter().map(of).sum::<usize>();
    let (dear, refused) = (sum(|seen| seen.dear), sum(|seen| seen.refused));
    let p99 = took[took.len() * 99 / 100];
    let median = took[took.len() / 2];
    println!(
        "{} cheap, median {median:?}, p99 {p99:?}; {dear} dear, {refused} refused",
        took.len()
    );
    println!(
        "anonymous memory {} kB at a third of the time, {} kB at the end",
        memory[0], memory[1]
    );
    assert!(dear > 0, "dear answers come, too");
    assert!(memory[1] < memory[0] + GROWTH_KB, "{memory:?}");
    let full = std::env::var_os("ONEMAP_CHECKS").is_some_and(|size| size == "full");
    assert!(!full || p99 < CHEAP_P99, "{p99:?}");
}

fn busy(server: &Server) -> f64 {
    let text = String::from_utf8(server.get("/metrics").body).unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix("onemap_pool_busy "));
    value.unwrap().parse().unwrap()
}

#[test]
fn work_that_nobody_waits_for_any_more_stops() {
    use std::io::Write;
    let (_city, server) = served();
    let mut random = Random(3);
    let asked: Vec<_> = (0..32)
        .map(|_| {
            let mut stream = server.connect();
            write!(stream, "GET {} HTTP/1.1\r\nHost: x\r\n\r\n", dear(&mut random)).unwrap();
            stream
        })
        .collect();
    drop(asked);
    let end = Instant::now() + Duration::from_secs(20);
    while busy(&server) > 0.0 {
        assert!(Instant::now() < end, "{}", busy(&server));
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A client that asks for 500 tiles over one HTTP/2 connection and gives each up at once.
#[test]
fn a_map_that_is_panned_fast_keeps_its_connection() {
    let (_city, server) = served();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = server.address();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        let connection = tokio::spawn(connection);
        let mut random = Random(9);
        let request = |uri: &str| {
            let uri = format!("http://{address}{uri}");
            Request::get(uri).body(()).unwrap()
        };
        for _ in 0..500 {
            let mut client = client.clone().ready().await.unwrap();
            let (answer, mut stream) =
                client.send_request(request(&cheap(&mut random)), true).unwrap();
            if random.below(2) == 0 {
                // Let some of them begin.
                tokio::task::yield_now().await;
            }
            stream.send_reset(h2::Reason::CANCEL);
            drop(answer);
        }
        let mut client = client.ready().await.unwrap();
        let (answer, _) = client.send_request(request(&cheap(&mut random)), true).unwrap();
        assert_eq!(answer.await.unwrap().status(), 200);
        assert!(!connection.is_finished());
    });
}
