//! Settings: arguments and the settings file put together, checked, with defaults filled in.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::arguments::{LogFormat, Options};
use crate::api::{BaseUrl, Limits, Network};
use crate::catalog::TemporalDefault;

/// What the server goes by.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) layers: Vec<PathBuf>,
    pub(super) listen: SocketAddr,
    pub(super) store: Option<PathBuf>,
    pub(super) base_url: Option<BaseUrl>,
    pub(super) trusted_proxies: Vec<Network>,
    pub(super) log_format: LogFormat,
    pub(super) workers: usize,
    pub(super) queue: usize,
    pub(super) cache_bytes: u64,
    pub(super) timeout: Duration,
    pub(super) max_age: Duration,
    pub(super) settle: Duration,
    pub(super) temporal_default: TemporalDefault,
    pub(super) limits: Limits,
}

/// Longest time that a setting may name.
const MAX_SECONDS: f64 = 86_400.0;

impl Settings {
    /// Resolves what was written.
    pub(super) fn resolve(options: Options) -> Result<Self> {
        let options = match options.config.clone() {
            Some(path) => options.over(read(&path)?),
            None => options,
        };
        let workers = match options.workers {
            Some(workers) => workers,
            None => std::thread::available_parallelism().map_or(2, usize::from),
        };
        ensure!((1..=1024).contains(&workers), "workers: between 1 and 1024");
        let queue = options.queue.unwrap_or(workers * 32);
        ensure!(queue <= 1 << 20, "queue: at most {}", 1 << 20);
        let connections = options.max_connections.unwrap_or(1024);
        ensure!((1..=1 << 20).contains(&connections), "max-connections: between 1 and {}", 1 << 20);
        let timeout = seconds("timeout", options.timeout, 30.0)?;
        let idle = seconds("idle-timeout", options.idle_timeout, 75.0)?;
        Ok(Self {
            layers: if options.layers.is_empty() { vec!["layers".into()] } else { options.layers },
            listen: address(options.listen.as_deref().unwrap_or("127.0.0.1:8080"))?,
            store: options.store,
            base_url: options.base_url.as_deref().map(base_url).transpose()?,
            trusted_proxies: options
                .trusted_proxy
                .iter()
                .map(|text| network(text))
                .collect::<Result<_>>()?,
            log_format: options.log_format.unwrap_or(LogFormat::Text),
            workers,
            queue,
            cache_bytes: options.cache_mb.unwrap_or(256).saturating_mul(1 << 20),
            timeout,
            max_age: Duration::from_secs(options.max_age.unwrap_or(60).into()),
            settle: match options.settle {
                Some(0.0) => Duration::ZERO,
                given => seconds("settle", given, 2.0)?,
            },
            temporal_default: options.temporal_default.unwrap_or_default(),
            limits: Limits {
                connections,
                first_request: seconds("header-timeout", options.header_timeout, 10.0)?,
                // A request at work moves no byte, and its connection is not idle.
                idle: idle.max(timeout + Duration::from_secs(1)),
                shutdown: seconds("shutdown-timeout", options.shutdown_timeout, 10.0)?,
            },
        })
    }
}

impl Options {
    /// These, and `file` for what is not said here.
    fn over(self, file: Self) -> Self {
        let list = |mine: Vec<PathBuf>, other| if mine.is_empty() { other } else { mine };
        Self {
            layers: list(self.layers, file.layers),
            listen: self.listen.or(file.listen),
            store: self.store.or(file.store),
            config: self.config,
            base_url: self.base_url.or(file.base_url),
            trusted_proxy: if self.trusted_proxy.is_empty() {
                file.trusted_proxy
            } else {
                self.trusted_proxy
            },
            log_format: self.log_format.or(file.log_format),
            workers: self.workers.or(file.workers),
            queue: self.queue.or(file.queue),
            cache_mb: self.cache_mb.or(file.cache_mb),
            max_connections: self.max_connections.or(file.max_connections),
            timeout: self.timeout.or(file.timeout),
            header_timeout: self.header_timeout.or(file.header_timeout),
            idle_timeout: self.idle_timeout.or(file.idle_timeout),
            shutdown_timeout: self.shutdown_timeout.or(file.shutdown_timeout),
            settle: self.settle.or(file.settle),
            temporal_default: self.temporal_default.or(file.temporal_default),
            max_age: self.max_age.or(file.max_age),
        }
    }
}

/// Reads a settings file; its relative paths begin at its own folder.
fn read(path: &Path) -> Result<Options> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the settings file {}", path.display()))?;
    let mut options: Options =
        toml::from_str(&text).with_context(|| format!("settings file {}", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    options.layers.iter_mut().for_each(|layers| *layers = folder.join(&*layers));
    options.store = options.store.map(|store| folder.join(store));
    Ok(options)
}

fn address(text: &str) -> Result<SocketAddr> {
    let found = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    found.with_context(|| format!("listen: `{text}` is no address with a port (127.0.0.1:8080)"))
}

fn base_url(text: &str) -> Result<BaseUrl> {
    BaseUrl::parse(text).with_context(|| {
        format!("base-url: `{text}` is no http or https address without query (https://a.org/map)")
    })
}

fn network(text: &str) -> Result<Network> {
    Network::parse(text).with_context(|| {
        format!("trusted-proxy: `{text}` is no IP address or network (10.0.0.0/8)")
    })
}

fn seconds(name: &str, given: Option<f64>, default: f64) -> Result<Duration> {
    let value = given.unwrap_or(default);
    if value > 0.0 && value <= MAX_SECONDS {
        Ok(Duration::from_secs_f64(value))
    } else {
        bail!("{name}: more than 0 and at most {MAX_SECONDS} seconds, not {value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_comes_before_the_file_and_its_paths_begin_at_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("onemap.toml");
        std::fs::write(&path, "layers = ['a']\nlisten = '127.0.0.1:1'\nworkers = 3\n")
            .expect("written");
        let options = Options {
            config: Some(path),
            listen: Some("127.0.0.1:2".to_owned()),
            ..Options::default()
        };
        let settings = Settings::resolve(options).expect("settings");
        assert_eq!(settings.listen.port(), 2);
        assert_eq!((settings.workers, settings.queue), (3, 96));
        assert_eq!(settings.temporal_default, TemporalDefault::Now);
        assert_eq!(settings.layers, [folder.path().join("a")]);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let refused =
            |options: Options| format!("{:#}", Settings::resolve(options).expect_err("cannot be"));
        let with = Options::default;
        for (options, name) in [
            (Options { workers: Some(0), ..with() }, "workers"),
            (Options { timeout: Some(0.0), ..with() }, "timeout"),
            (Options { timeout: Some(f64::NAN), ..with() }, "timeout"),
            (Options { listen: Some("8080".into()), ..with() }, "listen"),
            (Options { base_url: Some("example.org".into()), ..with() }, "base-url"),
            (Options { trusted_proxy: vec!["10.0.0.0/33".into()], ..with() }, "trusted-proxy"),
            (Options { config: Some("/nowhere.toml".into()), ..with() }, "/nowhere.toml"),
        ] {
            let reason = refused(options);
            assert!(reason.contains(name), "{reason}");
        }
    }
}
