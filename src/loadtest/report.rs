//! What a run says, as one JSON document. Its schema is made of these types.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::failure::Failure;
use super::findings::Finding;
use super::record::{BATCHES, Point, Record};
use super::request::Request;
use super::scenario::{Load, Scenario};
use super::server::Sample;
use super::tally::{Latencies, Tally};
use super::verdict::Verdict;

/// The version of this document. It changes when a field changes its meaning or goes away.
pub const FORMAT: &str = "catatlas-loadtest/1";

/// Everything that a run says. Times are in milliseconds where a name ends in `_ms`, and in seconds where it ends in `_s`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Report {
    pub format: String,
    pub catatlas: String,
    pub scenario: String,
    pub target: String,
    /// Marks what the run made.
    pub run: String,
    pub started_at: String,
    pub load: LoadReport,
    pub warm_up_s: f64,
    pub measured_s: f64,
    /// All requests together.
    pub total: Stats,
    pub requests: Vec<Stats>,
    pub failures: Vec<FailureCount>,
    pub client: ClientReport,
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// Every second of the run, the warm-up included.
    pub seconds: Vec<Point>,
    /// Equal parts of the measured time, to compare two runs by.
    pub batches: Vec<Batch>,
    pub server: Vec<Sample>,
    /// What the run made, and how much of it could not be taken away again.
    pub made: u64,
    pub left_behind: u64,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LoadReport {
    /// `closed` (users wait for answers) or `open` (a rate).
    pub model: String,
    /// Users at most, or connections.
    pub users: u64,
    /// Requests a second that it asks of a server that answers at once; null where users do not think.
    pub offered_per_s: Option<f64>,
    pub run_time_s: f64,
    pub think_s: (f64, f64),
}

/// Figures of one request of the scenario, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Stats {
    pub name: String,
    pub method: String,
    pub path: String,
    pub requests: u64,
    pub failed: u64,
    /// Told to come back later (429): no failures, and no measurement.
    pub limited: u64,
    pub per_s: f64,
    pub mean_bytes: f64,
    /// From when a request was due: what a visitor waits.
    pub from_due: Times,
    /// From when it was sent: what the server takes.
    pub from_sent: Times,
}

/// Times of right answers and of those that never came in time. A percentile is null where there are too few requests to tell it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Times {
    pub mean_ms: f64,
    pub min_ms: f64,
    pub p50_ms: Option<f64>,
    pub p75_ms: Option<f64>,
    pub p90_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    pub p999_ms: Option<f64>,
    pub max_ms: f64,
    /// The whole histogram in microseconds, as `HdrHistogram`'s V2 encoding, in hexadecimal digits.
    #[schema(value_type = String)]
    pub histogram: Latencies,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FailureCount {
    pub name: String,
    pub method: String,
    /// `connect`, `broken`, `not_http`, `timeout`, `never_sent`, `check` or `status_500`.
    pub kind: String,
    pub says: String,
    pub count: u64,
}

/// How this client did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClientReport {
    /// How late requests left by its own fault.
    pub lag_p99_ms: Option<f64>,
    pub lag_max_ms: f64,
    /// How much of a core the busiest thread usually took.
    pub busiest_thread: f64,
    /// Answers that were cut off with the warm-up.
    pub cut: u64,
    pub lost_workers: Vec<String>,
}

/// A part of the measured time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Batch {
    pub requests: u64,
    pub per_s: f64,
    pub error_rate: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
}

/// What is around a run.
#[derive(Debug)]
pub struct Surroundings {
    pub target: String,
    pub run: String,
    pub started_at: Timestamp,
    pub findings: Vec<Finding>,
    pub samples: Vec<Sample>,
    pub left_behind: u64,
}

impl Report {
    pub fn new(scenario: &Scenario, record: &Record, around: Surroundings) -> Self {
        let seconds = record.measured_s(scenario);
        let each = scenario.requests.iter().zip(&record.tallies);
        let stats = |(request, tally): (&Request, &Tally)| stats(&request.name, &request.method, &request.path, tally, seconds);
        let failures = each.clone().flat_map(|(request, tally)| tally.failures.iter().map(|failure| counted(request, *failure)));
        Self {
            format: FORMAT.into(),
            catatlas: env!("CARGO_PKG_VERSION").into(),
            scenario: scenario.name.clone(),
            target: around.target,
            run: around.run,
            started_at: around.started_at.to_string(),
            load: LoadReport::of(scenario),
            warm_up_s: scenario.warm_up_s,
            measured_s: seconds,
            total: self::stats("Aggregated", "", "", &record.all(), seconds),
            failures: failures.collect(),
            requests: each.map(stats).collect(),
            client: ClientReport {
                lag_p99_ms: record.lag.quantile_ms(0.99),
                lag_max_ms: record.lag.max_ms(),
                busiest_thread: record.usual_busiest(),
                cut: record.cut,
                lost_workers: record.lost.clone(),
            },
            verdict: Verdict::of(scenario, record),
            findings: around.findings,
            seconds: record.seconds.clone(),
            batches: record.batches.iter().map(|tally| Batch::of(tally, seconds / f64::from(BATCHES))).collect(),
            server: around.samples,
            made: record.made.len() as u64,
            left_behind: around.left_behind,
        }
    }

    /// The JSON schema of this document.
    pub fn schema() -> serde_json::Value {
        #[derive(OpenApi)]
        #[openapi(components(schemas(Report)))]
        struct Document;
        let document = serde_json::to_value(Document::openapi()).unwrap_or_default();
        serde_json::json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("urn:{FORMAT}"),
            "$ref": "#/components/schemas/Report",
            "components": document["components"],
        })
    }
}

impl LoadReport {
    fn of(scenario: &Scenario) -> Self {
        let model = match scenario.load {
            Load::Closed { .. } => "closed",
            Load::Open { .. } => "open",
        };
        let offered = Some(scenario.offered()).filter(|offered| offered.is_finite());
        let (users, run_time_s) = (scenario.load.most_users(), scenario.seconds());
        Self { model: model.into(), users, offered_per_s: offered, run_time_s, think_s: scenario.think_s }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
fn stats(name: &str, method: &str, path: &str, tally: &Tally, seconds: f64) -> Stats {
    Stats {
        name: name.into(),
        method: method.into(),
        path: path.into(),
        requests: tally.requests,
        failed: tally.failed(),
        limited: tally.limited,
        per_s: if seconds > 0.0 { tally.requests as f64 / seconds } else { 0.0 },
        mean_bytes: if tally.requests == 0 { 0.0 } else { tally.bytes as f64 / tally.requests as f64 },
        from_due: Times::of(&tally.from_due),
        from_sent: Times::of(&tally.from_sent),
    }
}

fn counted(request: &Request, (failure, count): (Failure, u64)) -> FailureCount {
    FailureCount { name: request.name.clone(), method: request.method.clone(), kind: failure.kind(), says: failure.to_string(), count }
}

impl Times {
    fn of(latencies: &Latencies) -> Self {
        let at = |quantile| latencies.quantile_ms(quantile);
        Self {
            mean_ms: latencies.mean_ms(),
            min_ms: latencies.min_ms(),
            p50_ms: at(0.5),
            p75_ms: at(0.75),
            p90_ms: at(0.9),
            p95_ms: at(0.95),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: latencies.max_ms(),
            histogram: latencies.clone(),
        }
    }
}

impl Batch {
    #[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
    fn of(tally: &Tally, seconds: f64) -> Self {
        let at = |quantile| tally.from_due.rough_ms(quantile);
        let per_s = if seconds > 0.0 { tally.requests as f64 / seconds } else { 0.0 };
        Self { requests: tally.requests, per_s, error_rate: tally.error_rate(), p50_ms: at(0.5), p95_ms: at(0.95), p99_ms: at(0.99) }
    }
}
