//! What the shape of a load was meant to show: where the server breaks, how long it takes to recover, what grows and should not.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::{Point, Record};
use super::scenario::{Question, Scenario};
use super::server::Sample;

/// Over how many seconds figures are put together, so that one slow answer is no break.
const WINDOW: usize = 5;
/// The plan's critical response time and error rate: beyond them the server is broken.
const BROKEN: (f64, f64) = (1000.0, 0.05);
/// What the plan still accepts: within it the server has recovered.
const WELL: (f64, f64) = (500.0, 0.01);
/// Growth that is no drift yet, as a share, and in the figure's unit.
const STILL: (f64, f64) = (0.2, 8.0);

/// Something that the figures alone do not say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// `breaking_point`, `recovery` or `drift`.
    pub kind: String,
    /// For a person.
    pub says: String,
    /// Users at the breaking point, seconds to recover, growth an hour; null where there is none.
    pub value: Option<f64>,
    /// Whether somebody should look at it.
    pub is_bad: bool,
}

/// What there is to find in a run, given what was seen of the server meanwhile.
pub fn findings(scenario: &Scenario, record: &Record, samples: &[Sample]) -> Vec<Finding> {
    match scenario.question {
        Question::None => vec![],
        Question::BreakingPoint => vec![breaking_point(&record.seconds)],
        Question::Recovery { jump_s } => vec![recovery(&record.seconds, jump_s)],
        Question::Drift => drift(samples),
    }
}

/// Whether the figures of some seconds are beyond a response time (p95) and an error rate.
fn is_beyond(points: &[Point], (p95_ms, error_rate): (f64, f64)) -> bool {
    let sum = |count: fn(&Point) -> u64| points.iter().map(count).sum::<u64>();
    let (requests, failures) = (sum(|point| point.requests), sum(|point| point.failures));
    let mut sorted: Vec<f64> = points.iter().filter(|point| point.requests > 0).map(|point| point.p95_ms).collect();
    sorted.sort_by(f64::total_cmp);
    // Nothing answered at all is as broken as it gets.
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(f64::INFINITY);
    usual > p95_ms || float(failures) > error_rate * float(requests)
}

fn breaking_point(seconds: &[Point]) -> Finding {
    let kind = "breaking_point".to_owned();
    let most = seconds.iter().map(|point| point.users).max().unwrap_or(0);
    match seconds.windows(WINDOW).find(|window| is_beyond(window, BROKEN)) {
        Some([first, ..]) => Finding {
            says: format!("broke at {} users, {} s after the start: p95 over 1000 ms or more than 5 % errors", first.users, first.second),
            value: Some(float(first.users)),
            is_bad: true,
            kind,
        },
        _ => Finding { says: format!("no breaking point up to {most} users"), value: None, is_bad: false, kind },
    }
}

fn recovery(seconds: &[Point], jump_s: f64) -> Finding {
    let kind = "recovery".to_owned();
    let after: Vec<Point> = seconds.iter().filter(|point| float(point.second) >= jump_s).copied().collect();
    let windows: Vec<bool> = after.windows(WINDOW).map(|window| is_beyond(window, WELL)).collect();
    let (says, value, is_bad) = match windows.iter().rposition(|is_unwell| *is_unwell) {
        None => ("the jump was absorbed: p95 stayed below 500 ms and errors below 1 %".to_owned(), Some(0.0), false),
        Some(last) if last + 1 == windows.len() => ("it did not recover from the jump before the end".to_owned(), None, true),
        Some(last) => {
            let seconds = last + WINDOW;
            let recovered_s = float(seconds as u64);
            (format!("recovered {seconds} s after the jump"), Some(recovered_s), false)
        }
    };
    Finding { kind, says, value, is_bad }
}

/// One of the figures of a sample.
type Column = fn(&Sample) -> Option<f64>;

/// How far the middle of the last fifth of the samples is from that of the first.
fn drift(samples: &[Sample]) -> Vec<Finding> {
    let columns: [(&str, &str, Column); 3] = [
        ("memory", "MB", |sample| sample.memory_mb),
        ("open files", "", |sample| sample.descriptors),
        ("database connections in use", "", |sample| sample.pool),
    ];
    let each = columns.into_iter().map(|(name, unit, of)| {
        let kind = "drift".to_owned();
        let seen: Vec<(f64, f64)> = samples.iter().filter_map(|sample| Some((sample.second, of(sample)?))).collect();
        let fifth = seen.len() / 5;
        if fifth == 0 {
            let says = format!("{name}: not seen. It takes --self, --server-pid, or a server that tells it at /metrics");
            return Finding { kind, says, value: None, is_bad: false };
        }
        let (first, last) = (&seen[..fifth], &seen[seen.len() - fifth..]);
        let (from, to) = (median(first.iter().map(|(_, value)| *value)), median(last.iter().map(|(_, value)| *value)));
        let hours = (median(last.iter().map(|(at, _)| *at)) - median(first.iter().map(|(at, _)| *at))) / 3600.0;
        let grew = to - from;
        let is_bad = grew > from * STILL.0 && grew > STILL.1;
        let says = format!("{name}: from {from:.0} to {to:.0} {unit}{}", if is_bad { ": it grows" } else { "" });
        Finding { kind, says, value: (hours > 0.0).then(|| grew / hours), is_bad }
    });
    each.collect()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(p95_ms: impl Fn(u64) -> f64) -> Vec<Point> {
        let point = |second| Point {
            second,
            users: 10 + second,
            requests: 100,
            failures: 0,
            limited: 0,
            p50_ms: 1.0,
            p95_ms: p95_ms(second),
            p99_ms: 1.0,
        };
        (0..60).map(point).collect()
    }

    #[test]
    fn the_breaking_point_is_where_it_stays_critical() {
        let broke = breaking_point(&points(|second| if second >= 30 { 1500.0 } else { 20.0 }));
        assert_eq!(broke.value, Some(38.0), "the first window of which most is broken: {broke:?}");
        let blip = breaking_point(&points(|second| if second == 30 { 1500.0 } else { 20.0 }));
        assert_eq!((blip.value, blip.is_bad), (None, false), "one slow second is no break");
    }

    #[test]
    fn recovery_is_counted_from_the_jump() {
        let find = |slow: std::ops::Range<u64>| recovery(&points(|second| if slow.contains(&second) { 900.0 } else { 20.0 }), 20.0);
        assert_eq!(find(0..0).value, Some(0.0));
        assert!((8.0..=13.0).contains(&find(20..30).value.unwrap()), "{:?}", find(20..30));
        assert!(find(20..60).is_bad);
    }

    #[test]
    fn memory_that_grows_is_found() {
        let samples = |growth: f64| -> Vec<Sample> {
            let sample = |second| Sample { second, memory_mb: Some(30.0 + growth * second), descriptors: Some(12.0), pool: None };
            (0..100).map(f64::from).map(sample).collect()
        };
        let bad = |growth| drift(&samples(growth)).iter().map(|finding| finding.is_bad).collect::<Vec<_>>();
        assert_eq!(bad(0.5), [true, false, false]);
        assert_eq!(bad(0.01), [false, false, false]);
    }
}
