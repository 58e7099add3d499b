//! Whether two runs differ, or only vary: 95 % confidence intervals over equal parts of each run.

use std::fmt;

use anyhow::{Context as _, ensure};

use super::report::{Batch, FORMAT, Report};

/// Fewer parts with requests than this say nothing of how a run varies.
const LEAST: usize = 5;

/// How one figure of a second run stands to that of the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub name: &'static str,
    pub unit: &'static str,
    pub first: f64,
    pub second: f64,
    /// What the second has more than the first, with the interval that holds it with a confidence of 95 %.
    pub by: f64,
    pub least: f64,
    pub most: f64,
    /// Whether more is worse.
    is_cost: bool,
}

/// Two runs side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub differences: Vec<Difference>,
    /// What makes the two hard to compare.
    pub cautions: Vec<String>,
}

/// Compares two reports, as JSON.
///
/// # Errors
/// One of them is no report, or too short to say how it varies.
pub fn compare(first: &str, second: &str) -> anyhow::Result<Comparison> {
    let read = |text: &str| -> anyhow::Result<Report> {
        let report: Report = serde_json::from_str(text).context("it is no report of a load test")?;
        ensure!(report.format == FORMAT, "it is of another release: {}", report.format);
        Ok(report)
    };
    let (first, second) = (read(first).context("the first")?, read(second).context("the second")?);
    let parts = |report: &Report| report.batches.iter().filter(|batch| batch.requests > 0).copied().collect::<Vec<Batch>>();
    let (a, b) = (parts(&first), parts(&second));
    ensure!(
        a.len() >= LEAST && b.len() >= LEAST,
        "a run of fewer than {LEAST} seconds cannot be compared: how much it varies is not known"
    );
    let figure = |name, unit, is_cost, of: fn(&Batch) -> f64| {
        let values = |parts: &[Batch]| parts.iter().map(of).collect::<Vec<f64>>();
        Difference::of(name, unit, is_cost, &values(&a), &values(&b))
    };
    let differences = vec![
        figure("p50", "ms", true, |batch| batch.p50_ms),
        figure("p95", "ms", true, |batch| batch.p95_ms),
        figure("p99", "ms", true, |batch| batch.p99_ms),
        figure("errors", "%", true, |batch| batch.error_rate * 100.0),
        figure("throughput", "requests/s", false, |batch| batch.per_s),
    ];
    let mut cautions = Vec::new();
    if first.scenario != second.scenario || first.load != second.load {
        cautions.push(format!("the loads are not the same: {} and {}", first.scenario, second.scenario));
    }
    for (name, report) in [("first", &first), ("second", &second)] {
        cautions.extend(report.verdict.not_measured.iter().map(|why| format!("the {name}: {why}")));
    }
    Ok(Comparison { differences, cautions })
}

impl Difference {
    /// Welch's interval: neither the spread nor the number of the parts has to be the same.
    fn of(name: &'static str, unit: &'static str, is_cost: bool, first: &[f64], second: &[f64]) -> Self {
        let ((mean_a, square_a), (mean_b, square_b)) = (mean_and_square_error(first), mean_and_square_error(second));
        let square = square_a + square_b;
        let parts = |square: f64, count: usize| square * square / (float(count) - 1.0);
        let freedom = if square > 0.0 { square * square / (parts(square_a, first.len()) + parts(square_b, second.len())) } else { 1.0 };
        let (by, half) = (mean_b - mean_a, student_t(freedom) * square.sqrt());
        Self { name, unit, first: mean_a, second: mean_b, by, least: by - half, most: by + half, is_cost }
    }

    /// Whether the interval holds no difference at all.
    pub fn is_shown(&self) -> bool {
        self.least > 0.0 || self.most < 0.0
    }
}

impl Comparison {
    /// Whether a difference for the worse is shown.
    pub fn is_worse(&self) -> bool {
        self.differences.iter().any(|difference| difference.is_shown() && (difference.by > 0.0) == difference.is_cost)
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:<12}{:>14}{:>14}   second less first, with 95 % confidence", "", "first", "second")?;
        for difference in &self.differences {
            let Difference { name, unit, first, second, by, least, most, is_cost } = difference;
            let word = match difference.is_shown() {
                false => "no difference shown",
                true if (*by > 0.0) == *is_cost => "worse",
                true => "better",
            };
            writeln!(out, "{name:<12}{first:>14.2}{second:>14.2}   {by:+.2} {unit} ({least:+.2} to {most:+.2}): {word}")?;
        }
        self.cautions.iter().try_for_each(|caution| writeln!(out, "Beware: {caution}"))
    }
}

/// The mean, and the square of its standard error.
fn mean_and_square_error(values: &[f64]) -> (f64, f64) {
    let count = float(values.len());
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance / count)
}

/// Student's t for 95 % on both sides, by the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5), right to 1 % from 3 degrees of
/// freedom on; below, a little more than it should be.
fn student_t(freedom: f64) -> f64 {
    let normal: f64 = 1.959_964;
    let [third, fifth, seventh] = [3, 5, 7].map(|power| normal.powi(power));
    let first = (third + normal) / 4.0;
    let second = (5.0 * fifth + 16.0 * third + 3.0 * normal) / 96.0;
    let last = (3.0 * seventh + 19.0 * fifth + 17.0 * third - 15.0 * normal) / 384.0;
    let n = freedom.max(1.0);
    if freedom < 3.0 { 12.71 / n.min(3.0).powf(1.26) } else { normal + first / n + second / (n * n) + last / (n * n * n) }
}

#[expect(clippy::cast_precision_loss, reason = "a few parts")]
fn float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_t_is_as_the_tables_have_it() {
        for (freedom, expected) in [(3.0, 3.182), (5.0, 2.571), (10.0, 2.228), (30.0, 2.042), (1000.0, 1.962)] {
            assert!((student_t(freedom) - expected).abs() / expected < 0.01, "{freedom}: {}", student_t(freedom));
        }
    }

    #[test]
    fn a_difference_within_the_noise_is_none() {
        let noise = [10.0, 12.0, 11.0, 9.0, 10.5, 11.5, 10.0, 12.0];
        let other = [10.5, 11.0, 12.0, 9.5, 10.0, 12.0, 11.0, 10.0];
        assert!(!Difference::of("p95", "ms", true, &noise, &other).is_shown());
        let slower = other.map(|value| value + 5.0);
        let difference = Difference::of("p95", "ms", true, &noise, &slower);
        assert!(difference.is_shown() && difference.least > 3.0 && difference.most < 7.0, "{difference:?}");
        assert!(Comparison { differences: vec![difference], cautions: vec![] }.is_worse());
        let equal = Difference::of("errors", "%", true, &[0.0; 8], &[0.0; 8]);
        assert!(!equal.is_shown() && equal.by == 0.0);
    }
}
