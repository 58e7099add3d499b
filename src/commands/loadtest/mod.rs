//! `catatlas loadtest`: how much a server bears, told honestly.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, ensure};
use clap::{Args, Subcommand, ValueEnum};
use jiff::SignedDuration;
use url::Url;

use crate::auth::secrets;
use crate::config::Secret;
use crate::loadtest::{self, NAMES, Origin, Plan, Report, Scenario, Setup, Wishes, number};

mod own_server;

use own_server::OwnServer;

/// The shortest secret that workers take.
const SECRET: usize = 16;

/// Loads a server as many users would, and says by the project's targets how it did.
///
/// Latency counts from when a request was due, so a server that stalls cannot hide it. Exits with 0 where the verdict is target or
/// acceptable, 3 where it is poor, 4 where it is critical, 5 where the server was not measured, and 99 where a threshold does not hold.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct LoadtestArgs {
    #[command(subcommand)]
    command: Option<LoadtestCommand>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum LoadtestCommand {
    /// Print the JSON schema of the report
    Schema,
    /// Lend this machine's cores to a load test that is begun on another with --workers
    Worker {
        /// The address to listen on. Others than this machine's let the network in, which needs the secret all the same
        #[arg(long = "listen", id = "listen", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8100")]
        listen: SocketAddr,
        /// What the two machines share. Others on this machine can read flags: the variable is better
        #[arg(long, value_name = "SECRET", env = "CATATLAS_LOADTEST_SECRET", hide_env_values = true)]
        secret: Option<Secret>,
        /// Load servers that are not on this machine: only those that are yours
        #[arg(long)]
        i_own_this_server: bool,
    },
}

#[derive(Debug, Args)]
struct Options {
    /// What is asked and by how many: baseline (50 users, 5 min), stress (10 to 500 over 10 min), spike (50 to 300), soak (100 users,
    /// 4 h), read-heavy, write-heavy, mixed, or a TOML file with a scenario of one's own
    #[arg(long, value_name = "NAME|FILE.toml", default_value = "baseline", value_parser = scenario)]
    scenario: Scenario,
    /// The server to be loaded
    #[arg(long = "host", id = "target", value_name = "URL", default_value = "http://127.0.0.1:8000")]
    target: Url,
    /// Start a server on a temporary copy of the database, without limits, and load that
    #[arg(long = "self", conflicts_with_all = ["target", "token"])]
    own: bool,
    /// The database that --self copies; where there is none, it begins with an empty one
    #[arg(long, value_name = "FILE", default_value = "atlas.db")]
    database: PathBuf,
    /// Load a server that is not on this machine: only one that is yours
    #[arg(long)]
    i_own_this_server: bool,
    /// How many users there are at most; with --rate, how many connections
    #[arg(short, long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    users: Option<u32>,
    /// How many users come a second at the beginning
    #[arg(short = 'r', long, value_name = "NUMBER", value_parser = positive)]
    spawn_rate: Option<f64>,
    /// How long it takes: 30s, 5m, 1h30m
    #[arg(short = 't', long, value_name = "TIME", value_parser = seconds)]
    run_time: Option<f64>,
    /// So many requests a second whether answers come or not, as visitors do who know nothing of each other
    #[arg(long, value_name = "NUMBER", value_parser = positive)]
    rate: Option<f64>,
    /// How long a user thinks between an answer and the next request: 1-3 (seconds, the default) or 0
    #[arg(long, value_name = "SECONDS", value_parser = think)]
    think: Option<(f64, f64)>,
    /// How long the server may warm up before anything counts; by itself the ramp and a tenth of the run, at most 10 s
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    warm_up: Option<f64>,
    /// The longest a request may take
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = seconds)]
    timeout: f64,
    /// What has to hold, as k6 writes it: `http_req_duration: p(95)<200`. May be given more than once
    #[arg(long = "threshold", value_name = "THRESHOLD")]
    thresholds: Vec<String>,
    /// A token to sign in with. Others on this machine can read flags: the variable is better
    #[arg(long, value_name = "TOKEN", env = "CATATLAS_LOADTEST_TOKEN", hide_env_values = true)]
    token: Option<Secret>,
    /// The process of the server, to watch its memory and open files; --self knows it
    #[arg(long, value_name = "PID")]
    server_pid: Option<u32>,
    /// Write the report as JSON; `loadtest schema` prints what is in it
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write `PREFIX_stats.csv`, `PREFIX_stats_history.csv` and `PREFIX_failures.csv`, as Locust does
    #[arg(long, value_name = "PREFIX")]
    csv: Option<PathBuf>,
    /// Write the report as one HTML page with its charts
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write every second's histograms, as tools for `HdrHistogram` read them
    #[arg(long, value_name = "FILE")]
    hdr_log: Option<PathBuf>,
    /// Let workers make the load (`catatlas loadtest worker` on other machines), each its part of the users
    #[arg(long, value_name = "ADDRESS:PORT,...", value_delimiter = ',', conflicts_with = "own")]
    workers: Vec<SocketAddr>,
    /// What this machine and the workers share. Others on this machine can read flags: the variable is better
    #[arg(long, value_name = "SECRET", env = "CATATLAS_LOADTEST_SECRET", hide_env_values = true)]
    secret: Option<Secret>,
    /// Compare two reports (JSON) instead: what differs, and what only varies. Exits with 3 where the second is worse
    #[arg(long, value_names = ["A.json", "B.json"], num_args = 2)]
    compare: Vec<PathBuf>,
    /// Print the scenario for another engine instead, to spread it over many machines
    #[arg(long, value_name = "ENGINE")]
    emit: Option<Engine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Locust,
    K6,
}

fn scenario(text: &str) -> Result<Scenario, String> {
    if Path::new(text).extension().is_some_and(|ending| ending == "toml") {
        let file = fs::read_to_string(text).map_err(|why| why.to_string())?;
        return loadtest::read_scenario(&file);
    }
    Scenario::named(text).ok_or_else(|| format!("there is no such scenario. There are {}, and files that end in .toml", NAMES.join(", ")))
}

fn seconds(text: &str) -> Result<f64, String> {
    let plain = number::<f64>(text);
    let read = plain.or_else(|| text.parse::<SignedDuration>().map_or(None, |time| Some(time.as_secs_f64())));
    read.filter(|seconds| (0.0..=30.0 * 86_400.0).contains(seconds)).ok_or_else(|| "a time looks like 30s, 5m or 1h30m".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    number(text).filter(|number| (0.001..=1e7).contains(number)).ok_or_else(|| "it should be a number above 0".to_owned())
}

fn think(text: &str) -> Result<(f64, f64), String> {
    let (least, most) = text.split_once('-').unwrap_or((text, text));
    let read = |text: &str| number::<f64>(text).filter(|seconds| (0.0..=3600.0).contains(seconds));
    let both = read(least).zip(read(most)).filter(|(least, most)| least <= most);
    both.ok_or_else(|| "it should be seconds, or two with a dash between, such as 1-3".to_owned())
}

/// # Errors
/// The server is not to be loaded or does not answer, or something cannot be written.
pub fn run(args: &LoadtestArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        Some(LoadtestCommand::Schema) => {
            println!("{:#}", Report::schema());
            Ok(ExitCode::SUCCESS)
        }
        Some(LoadtestCommand::Worker { listen, secret: shared, i_own_this_server }) => {
            let secret = secret(shared.as_ref(), true)?;
            let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
            println!("The worker is ready at {}", listener.local_addr()?);
            loadtest::serve_as_worker(&listener, &secret, *i_own_this_server)?;
            Ok(ExitCode::SUCCESS)
        }
        None => perform(&args.options),
    }
}

/// What a coordinator and its workers share, where it is needed.
fn secret(given: Option<&Secret>, is_needed: bool) -> anyhow::Result<String> {
    let secret = given.map_or("", |secret| secret.reveal());
    ensure!(
        !is_needed || secret.len() >= SECRET,
        "please set CATATLAS_LOADTEST_SECRET, the same on all machines, to {SECRET} characters or more: `openssl rand -hex 16` makes a good one."
    );
    Ok(secret.to_owned())
}

fn perform(options: &Options) -> anyhow::Result<ExitCode> {
    let scenario = wished(options)?;
    match (&options.compare[..], options.emit) {
        ([first, second], _) => compare(first, second),
        (_, Some(engine)) => {
            print!("{}", if engine == Engine::K6 { loadtest::k6(&scenario) } else { loadtest::locust(&scenario) });
            Ok(ExitCode::SUCCESS)
        }
        _ => load(options, scenario),
    }
}

fn compare(first: &Path, second: &Path) -> anyhow::Result<ExitCode> {
    let read = |file: &Path| fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()));
    let comparison = loadtest::compare(&read(first)?, &read(second)?)?;
    print!("{comparison}");
    Ok(if comparison.is_worse() { ExitCode::from(3) } else { ExitCode::SUCCESS })
}

fn load(options: &Options, scenario: Scenario) -> anyhow::Result<ExitCode> {
    let own = options.own.then(|| OwnServer::start(&options.database)).transpose()?;
    let target = own.as_ref().map_or(&options.target, |own| &own.url);
    let (address, authority) = loadtest::locate(target, options.i_own_this_server)?;
    let run = secrets::Secret::random()?.expose()[..8].to_owned();
    let origin = Origin { authority, token: options.token.as_ref().map(|token| token.reveal().clone()), run };
    let timeout = Duration::from_secs_f64(options.timeout.max(0.001));
    let seen = loadtest::seen(address, &origin, timeout)?;
    let plan = Arc::new(Plan { scenario, origin, address, timeout, seen });
    let target = target.as_str().trim_end_matches('/').to_owned();
    let setup = Setup {
        target,
        pid: own.as_ref().map(OwnServer::pid).or(options.server_pid),
        tidies: own.is_none(),
        hdr_log: options.hdr_log.clone(),
        workers: options.workers.clone(),
        secret: secret(options.secret.as_ref(), !options.workers.is_empty())?,
    };
    let report = loadtest::run(&plan, setup)?;
    drop(own);
    print!("{}", loadtest::summary(&report));
    write(options, &report)?;
    Ok(ExitCode::from(report.verdict.exit_code()))
}

/// The scenario as the options have it.
fn wished(options: &Options) -> anyhow::Result<Scenario> {
    let wishes = Wishes {
        users: options.users,
        spawn_rate: options.spawn_rate,
        run_time_s: options.run_time,
        rate: options.rate,
        think_s: options.think,
        warm_up_s: options.warm_up,
    };
    let mut scenario = options.scenario.clone().with(&wishes);
    scenario.thresholds.extend(options.thresholds.iter().cloned());
    scenario.thresholds.iter().try_for_each(|text| loadtest::check_threshold(text, &scenario)).map_err(|why| anyhow!(why))?;
    let (run_s, warm_up_s) = (scenario.seconds(), scenario.warm_up_s);
    ensure!(warm_up_s < run_s, "a run of {run_s} s with a warm-up of {warm_up_s} s measures nothing");
    Ok(scenario)
}

fn write(options: &Options, report: &Report) -> anyhow::Result<()> {
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(report)? + "\n").with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if let Some(file) = &options.html {
        fs::write(file, loadtest::html(report)).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if let Some(prefix) = &options.csv {
        loadtest::write_csv(prefix, report).with_context(|| format!("{}_stats.csv cannot be written", prefix.display()))?;
    }
    Ok(())
}
