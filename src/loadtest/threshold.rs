//! Thresholds of one's own, in k6's words: `http_req_duration: p(95)<200`, `http_req_failed{name:list}: rate<0.01`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::number;
use super::record::Record;
use super::scenario::Scenario;
use super::tally::Tally;

/// A threshold and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Held {
    pub threshold: String,
    /// What was measured; nothing where there was too little to tell, which is a failure too.
    pub measured: Option<f64>,
    pub holds: bool,
}

/// A threshold as it is read.
#[derive(Debug, Clone, PartialEq)]
struct Threshold {
    metric: Metric,
    requests: Requests,
    aggregate: Aggregate,
    comparison: Comparison,
    bound: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Metric {
    /// Milliseconds from when a request was due.
    Duration,
    /// The same from when it was sent.
    Service,
    Failed,
    Requests,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Requests {
    All,
    Named(String),
    Reads,
    Writes,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Aggregate {
    Average,
    Least,
    Most,
    Quantile(f64),
    Rate,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
}

const FORM: &str = "A threshold is a metric (http_req_duration, http_req_service, http_req_failed, http_reqs), if need be {name:list}, \
                    {kind:read} or {kind:write}, a colon, and what has to hold: p(95)<200, avg<50, max<1000, rate<0.01, count>100.";

/// Whether a threshold can be read, and where not, why.
///
/// # Errors
/// The form it should have.
pub fn check(text: &str, scenario: &Scenario) -> Result<(), String> {
    let read = read(text).ok_or_else(|| format!("the threshold {text:?} cannot be read. {FORM}"))?;
    match &read.requests {
        Requests::Named(name) if !scenario.requests.iter().any(|request| request.name == *name) => {
            let names: Vec<_> = scenario.requests.iter().map(|request| request.name.as_str()).collect();
            Err(format!("the threshold {text:?} is of a request that this scenario does not have; it has {}", names.join(", ")))
        }
        _ => Ok(()),
    }
}

/// What came of every threshold of a scenario.
pub fn held(scenario: &Scenario, record: &Record) -> Vec<Held> {
    let each = scenario.thresholds.iter().filter_map(|text| Some((text, read(text)?)));
    each.map(|(text, threshold)| {
        let measured = threshold.measure(scenario, record);
        let holds = measured.is_some_and(|measured| threshold.comparison.holds(measured, threshold.bound));
        Held { threshold: text.clone(), measured, holds }
    })
    .collect()
}

impl Threshold {
    fn measure(&self, scenario: &Scenario, record: &Record) -> Option<f64> {
        let chosen = scenario.requests.iter().zip(&record.tallies).filter(|(request, _)| match &self.requests {
            Requests::All => true,
            Requests::Named(name) => request.name == *name,
            Requests::Reads => request.is_read(),
            Requests::Writes => !request.is_read(),
        });
        let tally = Tally::sum(chosen.map(|(_, tally)| tally));
        let seconds = record.measured_s(scenario);
        if tally.requests == 0 || seconds <= 0.0 {
            return None;
        }
        let count = |count: u64| u32::try_from(count).map_or(f64::INFINITY, f64::from);
        match (self.metric, self.aggregate) {
            (Metric::Failed, Aggregate::Rate) => Some(tally.error_rate()),
            (Metric::Failed, Aggregate::Count) => Some(count(tally.failed())),
            (Metric::Requests, Aggregate::Rate) => Some(count(tally.requests) / seconds),
            (Metric::Requests, Aggregate::Count) => Some(count(tally.requests)),
            (Metric::Duration, aggregate) => aggregate.of(&tally.from_due),
            (Metric::Service, aggregate) => aggregate.of(&tally.from_sent),
            _ => None,
        }
    }
}

impl Aggregate {
    fn of(self, latencies: &super::tally::Latencies) -> Option<f64> {
        match self {
            Self::Quantile(quantile) => latencies.quantile_ms(quantile),
            _ if latencies.count() == 0 => None,
            Self::Average => Some(latencies.mean_ms()),
            Self::Least => Some(latencies.min_ms()),
            Self::Most => Some(latencies.max_ms()),
            Self::Rate | Self::Count => None,
        }
    }

    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "avg" => Self::Average,
            "min" => Self::Least,
            "max" => Self::Most,
            "med" => Self::Quantile(0.5),
            "rate" => Self::Rate,
            "count" => Self::Count,
            _ => {
                let percentile: f64 = number(text.strip_prefix("p(")?.strip_suffix(')')?)?;
                (0.0..100.0).contains(&percentile).then_some(Self::Quantile(percentile / 100.0))?
            }
        })
    }
}

impl Comparison {
    fn holds(self, measured: f64, bound: f64) -> bool {
        match self {
            Self::Less => measured < bound,
            Self::AtMost => measured <= bound,
            Self::More => measured > bound,
            Self::AtLeast => measured >= bound,
            Self::Equal => (measured - bound).abs() < f64::EPSILON,
        }
    }
}

fn read(text: &str) -> Option<Threshold> {
    let (subject, held) = match text.split_once('}') {
        Some((subject, held)) => (subject, held.trim_start().strip_prefix(':')?),
        None => text.split_once(':')?,
    };
    let (metric, selector) = subject.split_once('{').map_or((subject, None), |(metric, selector)| (metric, Some(selector)));
    let metric = match metric.trim() {
        "http_req_duration" => Metric::Duration,
        "http_req_service" => Metric::Service,
        "http_req_failed" => Metric::Failed,
        "http_reqs" => Metric::Requests,
        _ => return None,
    };
    let requests = match selector.map(|selector| selector.split_once(':')) {
        None => Requests::All,
        Some(Some(("name", name))) => Requests::Named(name.trim().to_owned()),
        Some(Some(("kind", "read"))) => Requests::Reads,
        Some(Some(("kind", "write"))) => Requests::Writes,
        Some(_) => return None,
    };
    let comparisons = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("==", Comparison::Equal),
        ("<", Comparison::Less),
        (">", Comparison::More),
    ];
    let (aggregate, comparison, bound) =
        comparisons.iter().find_map(|(sign, comparison)| held.split_once(sign).map(|(left, right)| (left, *comparison, right)))?;
    let aggregate = Aggregate::read(aggregate.trim())?;
    let fits = match metric {
        Metric::Failed | Metric::Requests => matches!(aggregate, Aggregate::Rate | Aggregate::Count),
        Metric::Duration | Metric::Service => !matches!(aggregate, Aggregate::Rate | Aggregate::Count),
    };
    let bound = number(bound)?;
    fits.then_some(Threshold { metric, requests, aggregate, comparison, bound })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn thresholds_are_read_as_k6_writes_them() {
        let scenario = Scenario::named("mixed").unwrap();
        for text in [
            "http_req_duration: p(95)<200",
            "http_req_failed{name:list}: rate < 0.01",
            "http_reqs:rate>=100",
            "http_req_service{kind:read}: med<=5",
        ] {
            assert_eq!(check(text, &scenario), Ok(()), "{text}");
        }
        for text in [
            "",
            "p(95)<200",
            "http_req_duration: rate<1",
            "http_req_failed: p(95)<1",
            "http_reqs: rate",
            "http_req_duration: p(100)<1",
            "http_req_duration{name:nobody}: max<1",
        ] {
            assert!(check(text, &scenario).is_err(), "{text}");
        }
    }

    #[test]
    fn no_data_is_a_failure() {
        let mut scenario = Scenario::named("mixed").unwrap();
        scenario.thresholds = vec!["http_req_duration: p(95)<200".into(), "http_req_duration: max<200".into()];
        let mut record = Record { tallies: vec![Tally::default(); 5], took_s: 1e6, ..Record::default() };
        assert!(held(&scenario, &record).iter().all(|held| !held.holds && held.measured.is_none()));
        for _ in 0..100 {
            record.tallies[0].requests += 1;
            record.tallies[0].from_due.record(Duration::from_millis(10));
        }
        record.seconds.push(super::super::record::Point {
            second: 100_000,
            users: 1,
            requests: 1,
            failures: 0,
            limited: 0,
            p50_ms: 0.0,
            p95_ms: 0.0,
            p99_ms: 0.0,
        });
        let holds: Vec<_> = held(&scenario, &record).iter().map(|held| held.holds).collect();
        assert_eq!(holds, [false, true], "100 requests say nothing of p95, and their longest is known");
    }
}
