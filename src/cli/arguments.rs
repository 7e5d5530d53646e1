//! Arguments as they are written, on the command line or in a settings file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use super::export;
use crate::catalog::TemporalDefault;

/// What the signals do, for the help.
const SIGNALS: &str = "Signals: SIGHUP has the folders read again. SIGUSR1 does the same, and \
accepts that more than half of the layers are gone, which else go on being served, as a folder may \
be unmounted. SIGTERM and SIGINT end the server once requests under way are answered.";

/// Folders of FlatGeobuf as one map, in space and time.
///
/// Without a command, `onemap` serves: every folder below the layers folder is a theme, every .fgb
/// file in it a layer.
#[derive(Parser, Debug)]
#[command(name = "onemap", version, args_conflicts_with_subcommands = true, help_expected = true)]
#[command(after_long_help = SIGNALS)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: Options,
}

#[derive(Subcommand, Debug)]
#[command(help_expected = true)]
pub(super) enum Command {
    /// Serve the layers over HTTP (what happens without a command, too)
    #[command(after_long_help = SIGNALS)]
    Serve(Box<Options>),
    /// Say everything that loading a folder of layers would; exit code 1 if anything is wrong
    Check {
        /// The folder
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Show what a FlatGeobuf file holds and what is wrong with it
    Inspect {
        /// The file
        #[arg(value_name = "FILE.fgb")]
        file: PathBuf,
    },
    /// Write all tiles of some layers at one date into a file or a folder, for a CDN or a device
    /// without network
    ///
    /// The folders are read as serving reads them: what is new or changed in them is copied into the
    /// store and published there as an edition.
    Export(Box<export::Ask>),
    /// Write a made-up district of 37 themes and 358 layers with its history
    Demo {
        /// Folder to write to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Another number, another city
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
        /// How much of it is built in detail, 0.1 to 1000: 1 makes some 56,000 features, 20 some
        /// 700,000, 200 more than ten million
        #[arg(long, value_name = "F", default_value_t = 1.0)]
        scale: f64,
        /// Only these themes, separated by commas
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        themes: Vec<String>,
    },
}

/// How log lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the server may be told, as written. The settings file has the same names, with `_` for `-`.
#[derive(Args, Deserialize, Default, Debug)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    /// Folder of layers; may be given several times [default: layers]
    #[arg(long, value_name = "DIR")]
    pub(super) layers: Vec<PathBuf>,

    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<String>,

    /// Folder for the private copies of published files, their indexes and the editions
    /// [default: .onemap beside the first layers folder]
    #[arg(long, value_name = "DIR")]
    pub(super) store: Option<PathBuf>,

    /// Settings file (TOML) with any of these options by name, `_` for `-`; what the command line
    /// says comes first
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(super) config: Option<PathBuf>,

    /// Public address of the server, with path prefix if any: what links begin with
    /// (as in <https://example.org/onemap>)
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,

    /// Address or network (10.0.0.0/8) of a reverse proxy whose Forwarded and X-Forwarded-* headers
    /// are believed; may be given several times
    #[arg(long, value_name = "IP[/BITS]")]
    pub(super) trusted_proxy: Vec<String>,

    /// How log lines are written [default: text]
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,

    /// Threads that work on requests; half as many more go on with what takes long [default: one for
    /// each processor]
    #[arg(long, value_name = "N")]
    pub(super) workers: Option<usize>,

    /// Requests that may wait for such a thread; more are answered 503 [default: 32 for each worker]
    #[arg(long, value_name = "N")]
    pub(super) queue: Option<usize>,

    /// Megabytes of memory for tiles kept ready [default: 256]
    #[arg(long, value_name = "MB")]
    pub(super) cache_mb: Option<u64>,

    /// Connections open at once; others wait [default: 1024]
    #[arg(long, value_name = "N")]
    pub(super) max_connections: Option<usize>,

    /// Seconds that a request may take, and each further piece of a long answer [default: 30]
    #[arg(long, value_name = "SECONDS")]
    pub(super) timeout: Option<f64>,

    /// Seconds from the opening of a connection until its first request must have come [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub(super) header_timeout: Option<f64>,

    /// Seconds after which a connection that moves no byte is closed [default: 75]
    #[arg(long, value_name = "SECONDS")]
    pub(super) idle_timeout: Option<f64>,

    /// Seconds that requests under way may still take once the server is told to stop [default: 10]
    #[arg(long, value_name = "SECONDS")]
    pub(super) shutdown_timeout: Option<f64>,

    /// Seconds that a file must not have changed before it is read [default: 2]
    #[arg(long, value_name = "SECONDS")]
    pub(super) settle: Option<f64>,

    /// What a question without date means in layers of versions whose sidecar does not say it: what
    /// is valid now, or all versions [default: now]
    #[arg(long, value_name = "now|all", value_parser = temporal_default)]
    pub(super) temporal_default: Option<TemporalDefault>,

    /// Seconds for which an answer may be kept by browsers and proxies at most [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub(super) max_age: Option<u32>,
}

fn temporal_default(text: &str) -> Result<TemporalDefault, &'static str> {
    match text {
        "now" => Ok(TemporalDefault::Now),
        "all" => Ok(TemporalDefault::All),
        _ => Err("expected `now` or `all`"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_and_flag_has_a_help_text() {
        // `help_expected` makes this panic where one has none.
        Cli::command().debug_assert();
        all(&Cli::command());
    }

    fn all(command: &clap::Command) {
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{command}: {argument}");
        }
        command.get_subcommands().for_each(all);
    }

    #[test]
    fn serve_is_what_happens_without_a_command() {
        let cli =
            Cli::parse_from(["onemap", "--listen", "[::1]:0", "--layers", "a", "--layers", "b"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.listen.as_deref(), Some("[::1]:0"));
        assert_eq!(cli.serve.layers, [PathBuf::from("a"), PathBuf::from("b")]);
        assert!(matches!(Cli::parse_from(["onemap", "serve"]).command, Some(Command::Serve(_))));
    }

    #[test]
    fn a_settings_file_takes_the_same_names_and_refuses_others() {
        let text = "layers = ['city']\nbase_url = 'https://example.org/map'\ntimeout = 5\n\
                    temporal_default = 'all'\n";
        let options: Options = toml::from_str(text).expect("known keys");
        assert_eq!(options.temporal_default, Some(TemporalDefault::All));
        assert_eq!(options.layers, [PathBuf::from("city")]);
        let error = toml::from_str::<Options>("lisen = ':1'").expect_err("an unknown key");
        assert!(error.to_string().contains("lisen"), "{error}");
    }
}
