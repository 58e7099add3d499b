//! An honest load test: it speaks HTTP like a stranger, counts from when a request was due, and says when it measured nothing.
//!
//! `scenario` and `shape` say what is asked when, `engine`, `user` and `client` ask it, `tally` and `record` count it, `verdict`,
//! `threshold` and `findings` judge it, `report` and the rest tell it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::sync::watch;

mod chart;
mod client;
mod compare;
mod csv;
mod emit;
mod engine;
mod failure;
mod findings;
mod hdr_log;
mod html;
mod record;
mod report;
mod request;
mod scenario;
mod scenario_file;
mod server;
mod shape;
mod tally;
mod terminal;
mod threshold;
mod tidy;
mod user;
mod verdict;
mod wire;
mod worker;

pub use compare::compare;
pub use csv::write as write_csv;
pub use emit::{k6, locust};
pub use engine::Plan;
pub use html::page as html;
pub use report::Report;
pub use request::Origin;
pub use scenario::{NAMES, Scenario, Wishes};
pub use scenario_file::read as read_scenario;
pub use server::{locate, seen};
pub use terminal::summary;
pub use threshold::check as check_threshold;
pub use worker::serve as serve_as_worker;

use hdr_log::HdrLog;
use record::collect;
use report::Surroundings;
use shape::Lane;
use terminal::Terminal;

/// How often a server is looked at while it is loaded, at most.
const LOOKS: u32 = 400;

/// What a run is told beside its plan.
#[derive(Debug, Clone)]
pub struct Setup {
    pub target: String,
    /// The server's process, where it is on this machine and known.
    pub pid: Option<u32>,
    /// Whether what it makes is taken away again.
    pub tidies: bool,
    /// Where every second's histograms are written to.
    pub hdr_log: Option<PathBuf>,
    /// Machines that make the load instead of this one, and the secret that they share.
    pub workers: Vec<SocketAddr>,
    pub secret: String,
}

/// A number, where a text is one.
#[expect(clippy::disallowed_methods, reason = "that a text is no number is all there is to say")]
pub fn number<T: FromStr>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// Runs a plan to its end, and says what came of it.
///
/// # Errors
/// No thread could be started.
pub fn run(plan: &Arc<Plan>, setup: Setup) -> anyhow::Result<Report> {
    let scenario = &plan.scenario;
    let started_at = Timestamp::now();
    let (to, from) = channel();
    let (_go_on, stop) = watch::channel(false);
    let workers = worker::enlist(plan, &setup.workers, &setup.secret)?;
    let (end_watching, watched) = channel();
    let every = Duration::from_secs_f64((scenario.seconds() / f64::from(LOOKS)).max(1.0));
    let looks = {
        let (origin, address, pid) = (plan.origin.clone(), plan.address, setup.pid);
        thread::spawn(move || server::watch(pid, address, &origin, every, &watched))
    };
    let mut lanes = 0;
    let mut threads = Vec::new();
    if workers.is_empty() {
        threads = engine::start(plan, Lane::ALL, 0, &stop, &to)?;
        lanes = threads.len();
    }
    for worker in workers {
        let first = lanes;
        lanes += worker.threads;
        threads.push(worker::follow(worker, first, &to));
    }
    drop(to);
    let mut terminal = Terminal::new(scenario);
    let mut log = setup.hdr_log.as_deref().map(HdrLog::create).transpose().context("the HDR log cannot be written")?;
    let record = collect(scenario, lanes, &from, &mut |record, second, interval| {
        terminal.show(scenario, record, second, interval);
        if let Some(log) = &mut log {
            log.add(scenario, interval);
        }
    });
    log.map_or(Ok(()), HdrLog::finish).context("the HDR log cannot be written")?;
    for thread in threads {
        // One that panicked has said so already, and its lane is missing.
        drop(thread.join());
    }
    drop(end_watching);
    let samples = looks.join().unwrap_or_default();
    let left_behind = if setup.tidies { tidy::remove(plan, &record.made).context("what was made could not be removed")? } else { 0 };
    let findings = findings::findings(scenario, &record, &samples);
    let around = Surroundings { target: setup.target, run: plan.origin.run.clone(), started_at, findings, samples, left_behind };
    Ok(Report::new(scenario, &record, around))
}
