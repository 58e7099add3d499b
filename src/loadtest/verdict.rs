//! What a run is worth by the plan's targets, and whether it measured the server at all.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::record::Record;
use super::scenario::Scenario;
use super::threshold::{self, Held};

/// How good a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Target,
    Acceptable,
    Poor,
    Critical,
}

/// One figure of the plan's table. `measured` is null where there is too little to tell, `grade` also where the load could not ask it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    pub name: String,
    pub unit: String,
    pub measured: Option<f64>,
    pub target: f64,
    pub acceptable: f64,
    pub critical: f64,
    pub grade: Option<Grade>,
    /// Why there is no grade.
    pub why_not: Option<String>,
}

/// What all figures come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Verdict {
    /// The worst of the figures. Null where the server was not measured.
    pub grade: Option<Grade>,
    pub figures: Vec<Figure>,
    pub thresholds: Vec<Held>,
    /// Why this says little or nothing about the server: it limited us, this client was too slow, somebody ended it, a worker was lost.
    pub not_measured: Vec<String>,
}

/// Lags above this make the client the bottleneck, unless they are small beside what was measured.
const LAG_MS: f64 = 10.0;
/// The same as a share of p95.
const LAG_SHARE: f64 = 0.1;
/// A thread that works for more than this share of a second has no time left to be on time.
const BUSY: f64 = 0.9;

impl fmt::Display for Grade {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Target => "target",
            Self::Acceptable => "acceptable",
            Self::Poor => "poor",
            Self::Critical => "critical",
        })
    }
}

impl Verdict {
    pub fn of(scenario: &Scenario, record: &Record) -> Self {
        let figures = figures(scenario, record);
        let mut not_measured = doubts(record);
        let missing = figures.iter().filter(|figure| figure.measured.is_none());
        not_measured.extend(missing.map(|figure| format!("{}: {}", figure.name, figure.why_not.as_deref().unwrap_or("no data"))));
        let worst = figures.iter().filter_map(|figure| figure.grade).max();
        Self { grade: worst.filter(|_| not_measured.is_empty()), figures, thresholds: threshold::held(scenario, record), not_measured }
    }

    /// What a script is told: 0 is target or acceptable, 3 poor, 4 critical, 5 not measured; 99, as k6 has it, a threshold that did not hold.
    pub fn exit_code(&self) -> u8 {
        match self.grade {
            _ if self.thresholds.iter().any(|held| !held.holds) => 99,
            None => 5,
            Some(Grade::Critical) => 4,
            Some(Grade::Poor) => 3,
            Some(Grade::Target | Grade::Acceptable) => 0,
        }
    }

    /// In a word or two.
    pub fn word(&self) -> String {
        let crossed = self.thresholds.iter().filter(|held| !held.holds).count();
        let grade = self.grade.map_or_else(|| "not measured".to_owned(), |grade| grade.to_string());
        if crossed == 0 { grade } else { format!("{grade}; {crossed} of {} thresholds did not hold", self.thresholds.len()) }
    }
}

/// Why the figures may say nothing of the server.
fn doubts(record: &Record) -> Vec<String> {
    let mut doubts = Vec::new();
    let all = record.all();
    if all.limited > 0 {
        doubts.push(format!("limited, not measured: the server told {} requests to come back later. --self lifts limits", all.limited));
    }
    let (lag, p95) = (record.lag.quantile_ms(0.99), all.from_due.rough_ms(0.95));
    if let Some(lag) = lag.filter(|lag| *lag > LAG_MS.max(p95 * LAG_SHARE)) {
        doubts.push(format!("this client was the bottleneck: 1 in 100 requests left {lag:.1} ms late or more by its own fault"));
    } else if record.usual_busiest() > BUSY {
        let busiest = record.usual_busiest() * 100.0;
        doubts.push(format!("this client was the bottleneck: its busiest thread worked {busiest:.0} % of the time"));
    }
    if record.interrupted {
        doubts.push("it was ended before its time".into());
    }
    doubts.extend(record.lost.iter().cloned());
    doubts
}

/// The plan's table (2.2 F): response times, errors and throughput with their target, what is acceptable, and what is critical.
fn figures(scenario: &Scenario, record: &Record) -> Vec<Figure> {
    let all = record.all();
    let figure = |name: &str, unit: &str, measured: Option<f64>, bounds: [f64; 3]| {
        let [target, acceptable, critical] = bounds;
        let grade = measured.map(|measured| grade(measured, bounds));
        let why_not = measured.is_none().then(|| "too few requests to tell".to_owned());
        Figure { name: name.into(), unit: unit.into(), measured, target, acceptable, critical, grade, why_not }
    };
    let seconds = record.measured_s(scenario);
    let answered = u32::try_from(all.requests - all.failed()).map_or(f64::INFINITY, f64::from);
    let rate = (all.requests > 0 && seconds > 0.0).then(|| answered / seconds);
    let mut throughput = figure("throughput", "requests/s", rate, [100.0, 50.0, 20.0]);
    let offered = scenario.offered();
    // A load that asks no more than the target cannot show that the server would not reach it.
    if throughput.grade != Some(Grade::Target) && offered <= throughput.target {
        throughput.grade = None;
        throughput.why_not = Some(format!("not tested: this load asks {offered:.0} a second"));
    }
    vec![
        figure("p50", "ms", all.from_due.quantile_ms(0.5), [50.0, 100.0, 200.0]),
        figure("p95", "ms", all.from_due.quantile_ms(0.95), [200.0, 500.0, 1000.0]),
        figure("errors", "%", (all.requests > 0).then(|| all.error_rate() * 100.0), [0.1, 1.0, 5.0]),
        throughput,
    ]
}

/// Where a figure stands between its bounds: below them is good, or above them where they fall.
fn grade(measured: f64, [target, acceptable, critical]: [f64; 3]) -> Grade {
    let is_better = |bound: f64| if target < critical { measured < bound } else { measured > bound };
    let is_critical = if target < critical { measured > critical } else { measured < critical };
    match measured {
        _ if is_better(target) => Grade::Target,
        _ if is_better(acceptable) => Grade::Acceptable,
        _ if is_critical => Grade::Critical,
        _ => Grade::Poor,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::loadtest::record::Point;
    use crate::loadtest::scenario::Wishes;
    use crate::loadtest::tally::Tally;

    fn record(requests: u64, latency_ms: u64) -> Record {
        let mut record = Record { tallies: vec![Tally::default(); 5], took_s: 100.0, ..Record::default() };
        record.seconds.push(Point { second: 99, users: 1, requests, failures: 0, limited: 0, p50_ms: 0.0, p95_ms: 0.0, p99_ms: 0.0 });
        record.tallies[0].requests = requests;
        (0..requests).for_each(|_| record.tallies[0].from_due.record(Duration::from_millis(latency_ms)));
        record
    }

    fn open(rate: f64) -> Scenario {
        let wishes = Wishes { rate: Some(rate), run_time_s: Some(100.0), warm_up_s: Some(0.0), ..Wishes::default() };
        Scenario { thresholds: vec![], ..Scenario::named("mixed").unwrap().with(&wishes) }
    }

    #[test]
    fn figures_are_graded_by_the_plan() {
        for (measured, bounds, expected) in [
            (49.9, [50.0, 100.0, 200.0], Grade::Target),
            (50.0, [50.0, 100.0, 200.0], Grade::Acceptable),
            (150.0, [50.0, 100.0, 200.0], Grade::Poor),
            (200.1, [50.0, 100.0, 200.0], Grade::Critical),
            (101.0, [100.0, 50.0, 20.0], Grade::Target),
            (30.0, [100.0, 50.0, 20.0], Grade::Poor),
            (19.0, [100.0, 50.0, 20.0], Grade::Critical),
        ] {
            assert_eq!(grade(measured, bounds), expected, "{measured}");
        }
    }

    #[test]
    fn the_worst_figure_is_the_verdict_and_its_code() {
        for (latency_ms, grade, code) in
            [(1, Grade::Target, 0), (80, Grade::Acceptable, 0), (150, Grade::Poor, 3), (2000, Grade::Critical, 4)]
        {
            let verdict = Verdict::of(&open(200.0), &record(15_000, latency_ms));
            assert_eq!((verdict.grade, verdict.exit_code()), (Some(grade), code), "{latency_ms} ms");
        }
    }

    #[test]
    fn a_load_too_small_for_the_throughput_does_not_test_it() {
        let verdict = Verdict::of(&open(30.0), &record(3_000, 1));
        assert_eq!((verdict.figures[3].grade, verdict.grade), (None, Some(Grade::Target)));
        assert_eq!(Verdict::of(&open(200.0), &record(3_000, 1)).figures[3].grade, Some(Grade::Poor));
    }

    #[test]
    fn a_run_that_was_limited_cut_short_or_too_short_measured_nothing() {
        let limited = |record: &mut Record| record.tallies[0].limited = 1;
        let changes: [&dyn Fn(&mut Record); 5] = [
            &limited,
            &|record| record.interrupted = true,
            &|record| record.lost.push("gone".into()),
            &|record| (0..1000).for_each(|_| record.lag.record(Duration::from_millis(50))),
            &|record| record.busiest = vec![0.97],
        ];
        for change in changes {
            let mut record = record(15_000, 1);
            change(&mut record);
            let verdict = Verdict::of(&open(200.0), &record);
            assert_eq!((verdict.grade, verdict.exit_code(), verdict.not_measured.len()), (None, 5, 1));
        }
        assert_eq!(Verdict::of(&open(200.0), &record(30, 1)).exit_code(), 5);
    }
}
