//! What is counted and measured, under the names that Prometheus and its dashboards know.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use prometheus::core::Collector;
use prometheus::process_collector::ProcessCollector;
use prometheus::{
    Error, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use rocket::Request;
use rocket::http::{Method, Status};

use crate::store::observer::{Observer, Query};

use super::access_log::route;
use super::limits::Category;

/// Upper bounds in seconds, of the plan.
const REQUEST_S: [f64; 9] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
const QUERY_S: [f64; 7] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];
const ANALYSIS_S: [f64; 6] = [0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Writes of one batch, of which there are 256 at most.
const BATCH: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Everything that is counted. Labels are of few values each, so it is bounded for ever.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    latency: HistogramVec,
    errors: IntCounterVec,
    refused: IntCounterVec,
    logins_failed: IntCounter,
    entries_created: IntCounter,
    analyses: IntCounter,
    analysis_s: Histogram,
    queries: [Histogram; Query::ALL.len()],
    batches: Histogram,
    commits: Histogram,
    pub(super) gauges: Gauges,
    pub(super) sums: Sums,
}

/// What is looked up when somebody asks.
#[derive(Debug)]
pub struct Gauges {
    pub active: IntGauge,
    pub pool: IntGaugeVec,
    pub queue: IntGauge,
    pub database_bytes: IntGauge,
    pub wal_bytes: IntGauge,
    pub disk_free_bytes: IntGauge,
    pub photos: IntGauge,
    pub geocoder_state: IntGaugeVec,
    pub geocoder_failures: IntGauge,
}

/// Sums since the start, over all routes.
#[derive(Debug, Default)]
pub struct Sums {
    pub requests: AtomicU64,
    pub failures: AtomicU64,
    pub took_us: AtomicU64,
}

impl Metrics {
    /// Counts from nothing. `environment` is told beside the version.
    ///
    /// # Errors
    /// A name is none or there twice.
    pub fn new(environment: &str) -> Result<Self, Error> {
        let registry = Registry::new();
        let kept = Kept(&registry);
        let info = kept.add(IntGaugeVec::new(Opts::new("catatlas_app_info", "Application information"), &["version", "environment"])?)?;
        info.with_label_values(&[env!("CARGO_PKG_VERSION"), environment]).set(1);
        registry.register(Box::new(ProcessCollector::for_self()))?;
        let query_s = kept.histograms("catatlas_db_query_seconds", "Database query latency", &["query_type"], &QUERY_S)?;
        Ok(Self {
            requests: kept.counters("catatlas_requests_total", "Total request count", &["method", "endpoint", "status"])?,
            latency: kept.histograms(
                "catatlas_request_latency_seconds",
                "Request latency in seconds",
                &["method", "endpoint"],
                &REQUEST_S,
            )?,
            errors: kept.counters("catatlas_errors_total", "Requests that were refused or failed", &["method", "endpoint", "status"])?,
            refused: kept.counters("catatlas_rate_limited_total", "Requests that a rate limit refused", &["category"])?,
            logins_failed: kept.counter("catatlas_logins_failed_total", "Attempts to sign in that were refused")?,
            entries_created: kept.counter("catatlas_entries_created_total", "Sightings logged since the start")?,
            analyses: kept.counter("catatlas_ai_analyses_total", "Analyses and insights made since the start")?,
            analysis_s: kept.histogram("catatlas_ai_analysis_seconds", "AI analysis duration", &ANALYSIS_S)?,
            queries: Query::ALL.map(|query| query_s.with_label_values(&[query.as_str()])),
            batches: kept.histogram("catatlas_writer_batch_size", "Writes that were committed together", &BATCH)?,
            commits: kept.histogram("catatlas_writer_commit_seconds", "Time from the begin of a batch to its commit", &QUERY_S)?,
            gauges: Gauges {
                active: kept.gauge("catatlas_active_requests", "Number of active requests")?,
                pool: kept.gauges("catatlas_db_pool_connections", "Reading connections by what they do", &["state"])?,
                queue: kept.gauge("catatlas_writer_queue_depth", "Writes that wait")?,
                database_bytes: kept.gauge("catatlas_database_bytes", "Size of the database file")?,
                wal_bytes: kept.gauge("catatlas_wal_bytes", "Size of the write-ahead log")?,
                disk_free_bytes: kept.gauge("catatlas_disk_free_bytes", "Room left on the disk of the database")?,
                photos: kept.gauge("catatlas_photos", "Number of photos in the database")?,
                geocoder_state: kept.gauges(
                    "catatlas_geocoder_circuit",
                    "1 for the state that the geocoder's circuit is in",
                    &["state"],
                )?,
                geocoder_failures: kept.gauge("catatlas_geocoder_failures", "Failures of the geocoder in a row")?,
            },
            sums: Sums::default(),
            registry,
        })
    }

    /// Everything, as Prometheus reads it.
    ///
    /// # Errors
    /// It could not be written.
    pub fn text(&self, entries: i64) -> Result<String, Error> {
        let mut text = TextEncoder::new().encode_to_string(&self.registry.gather())?;
        // Its name is one of a counter, but it may go down. Untyped is what Prometheus calls that, and the library cannot write it.
        text.push_str("# HELP catatlas_entries_total Total number of entries in database\n# TYPE catatlas_entries_total untyped\n");
        text.extend(["catatlas_entries_total ", &entries.to_string(), "\n"]);
        Ok(text)
    }

    /// Something was analyzed that was not yet.
    pub fn analyzed(&self, began: Instant) {
        self.analyses.inc();
        self.analysis_s.observe(began.elapsed().as_secs_f64());
    }

    /// Counts a request that was answered. What asks how the server is doing is not counted.
    pub fn count(&self, request: &Request<'_>, status: Status, took: Duration) {
        let (method, endpoint) = (request.method(), route(request));
        if endpoint == "/metrics" || endpoint.starts_with("/health") {
            return;
        }
        let code = status.code.to_string();
        let labels = [method.as_str(), endpoint, &code];
        self.requests.with_label_values(&labels).inc();
        self.latency.with_label_values(&labels[..2]).observe(took.as_secs_f64());
        self.sums.requests.fetch_add(1, Ordering::Relaxed);
        self.sums.took_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        if status.code >= 400 {
            self.errors.with_label_values(&labels).inc();
        }
        if status.code >= 500 {
            self.sums.failures.fetch_add(1, Ordering::Relaxed);
        }
        match (method, endpoint, status.code) {
            (Method::Post, "/entries" | "/entries/with-image", 200) => self.entries_created.inc(),
            (Method::Post, "/auth/login", 401 | 403 | 429) => self.logins_failed.inc(),
            _ => {}
        }
    }

    /// Counts a request that a limit refused.
    pub fn refused(&self, category: Category) {
        self.refused.with_label_values(&[category.as_str()]).inc();
    }
}

impl Observer for Metrics {
    fn asked(&self, query: Query, took: Duration) {
        self.queries[query as usize].observe(took.as_secs_f64());
    }

    fn committed(&self, writes: usize, took: Duration) {
        self.batches.observe(f64::from(u32::try_from(writes).unwrap_or(u32::MAX)));
        self.commits.observe(took.as_secs_f64());
    }
}

/// Makes metrics that the registry knows.
struct Kept<'r>(&'r Registry);

impl Kept<'_> {
    fn add<C: Collector + Clone + 'static>(&self, collector: C) -> Result<C, Error> {
        self.0.register(Box::new(collector.clone()))?;
        Ok(collector)
    }

    fn counter(&self, name: &str, help: &str) -> Result<IntCounter, Error> {
        self.add(IntCounter::new(name, help)?)
    }

    fn counters(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntCounterVec, Error> {
        self.add(IntCounterVec::new(Opts::new(name, help), labels)?)
    }

    fn gauge(&self, name: &str, help: &str) -> Result<IntGauge, Error> {
        self.add(IntGauge::new(name, help)?)
    }

    fn gauges(&self, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, Error> {
        self.add(IntGaugeVec::new(Opts::new(name, help), labels)?)
    }

    fn histogram(&self, name: &str, help: &str, bounds: &[f64]) -> Result<Histogram, Error> {
        self.add(Histogram::with_opts(HistogramOpts::new(name, help).buckets(bounds.to_vec()))?)
    }

    fn histograms(&self, name: &str, help: &str, labels: &[&str], bounds: &[f64]) -> Result<HistogramVec, Error> {
        self.add(HistogramVec::new(HistogramOpts::new(name, help).buckets(bounds.to_vec()), labels)?)
    }
}
