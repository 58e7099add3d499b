//! The last hour of this server in samples, for charts.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rocket::fairing::AdHoc;
use rocket::{State, get, tokio};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::time;
use crate::store::Db;

use super::answer::Json;
use super::context::InFlight;
use super::metrics::Metrics;

/// Every so often a sample is taken, and so many are kept: an hour.
const EVERY: Duration = Duration::from_secs(10);
const KEPT: usize = 360;

/// How the server did for ten seconds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sample {
    /// When they ended.
    at: String,
    /// Requests that were answered.
    requests: u64,
    /// Those of them that failed on our side.
    failures: u64,
    /// How long a request took on average, in milliseconds.
    mean_ms: f64,
    /// Requests under way at the end.
    active: usize,
    /// Writes that waited at the end.
    waiting_writes: usize,
    database_bytes: u64,
    wal_bytes: u64,
}

/// The samples there are, the oldest first.
#[derive(Debug, Default)]
pub struct Samples {
    kept: Mutex<VecDeque<Sample>>,
}

/// The last hour.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastHour {
    /// Seconds from one sample to the next.
    every_seconds: u64,
    /// The oldest first, at most 360.
    samples: Vec<Sample>,
}

/// How the server did in the last hour, in samples of ten seconds.
#[utoipa::path(responses((status = 200, body = LastHour)))]
#[get("/admin/stats")]
pub fn stats(samples: &State<Arc<Samples>>) -> Json<LastHour> {
    let kept = samples.kept.lock().unwrap_or_else(PoisonError::into_inner);
    Json(LastHour { every_seconds: EVERY.as_secs(), samples: kept.iter().cloned().collect() })
}

/// Takes samples for as long as the server runs, the first at once.
pub fn sampling(samples: Arc<Samples>, metrics: Arc<Metrics>, db: Db, in_flight: InFlight) -> AdHoc {
    AdHoc::on_liftoff("samples", |_| {
        Box::pin(async move {
            tokio::spawn(async move {
                let mut every = tokio::time::interval(EVERY);
                let mut before = [0; 3];
                loop {
                    every.tick().await;
                    samples.add(sample(&metrics, &mut before, &db, &in_flight));
                }
            });
        })
    })
}

fn sample(metrics: &Metrics, before: &mut [u64; 3], db: &Db, in_flight: &InFlight) -> Sample {
    let sums = [&metrics.sums.requests, &metrics.sums.failures, &metrics.sums.took_us].map(|sum| sum.load(Ordering::Relaxed));
    let [requests, failures, took_us] = [0, 1, 2].map(|which| sums[which].saturating_sub(before[which]));
    *before = sums;
    let sizes = db.sizes();
    Sample {
        at: time::format(Timestamp::now()),
        requests,
        failures,
        mean_ms: Duration::from_micros(took_us).as_secs_f64() * 1e3 / Duration::from_secs(requests.max(1)).as_secs_f64(),
        active: in_flight.count(),
        waiting_writes: db.load().waiting_writes,
        database_bytes: sizes.database_bytes,
        wal_bytes: sizes.wal_bytes,
    }
}

impl Samples {
    fn add(&self, sample: Sample) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(sample);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_samples_is_kept_and_no_more() {
        let samples = Samples::default();
        let sample = |requests| Sample {
            at: String::new(),
            requests,
            failures: 0,
            mean_ms: 0.0,
            active: 0,
            waiting_writes: 0,
            database_bytes: 0,
            wal_bytes: 0,
        };
        (0..1000).for_each(|number| samples.add(sample(number)));
        let kept = samples.kept.lock().unwrap();
        assert_eq!((kept.len(), kept[0].requests, kept[359].requests), (360, 640, 999));
    }
}
