//! The files that Locust writes with `--csv`, column by column, so that what reads those reads ours.

use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use jiff::{SignedDuration, Timestamp};

use super::report::{Report, Stats};

const PERCENTILES: [f64; 11] = [0.5, 0.66, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 1.0];
const PERCENTILE_NAMES: &str = "50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%";

/// Writes `PREFIX_stats.csv`, `PREFIX_stats_history.csv` and `PREFIX_failures.csv`.
///
/// # Errors
/// A file cannot be written.
pub fn write(prefix: &Path, report: &Report) -> io::Result<()> {
    let file = |ending: &str| {
        let mut name = prefix.as_os_str().to_owned();
        name.push(ending);
        name
    };
    fs::write(file("_stats.csv"), stats(report))?;
    fs::write(file("_stats_history.csv"), history(report))?;
    fs::write(file("_failures.csv"), failures(report))
}

/// A text as CSV has it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn stats(report: &Report) -> String {
    let mut text = format!(
        "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,\
         Average Content Size,Requests/s,Failures/s,{PERCENTILE_NAMES}\n"
    );
    for stats in report.requests.iter().chain([&report.total]) {
        let Stats { name, method, requests, failed, per_s, mean_bytes, from_due: times, .. } = stats;
        let failures_per_s = if *requests == 0 { 0.0 } else { per_s * share(*failed, *requests) };
        let median = times.histogram.rough_ms(0.5);
        // Writing into a String cannot fail.
        let _ = write!(text, "{method},{},{requests},{failed},{median},{},{},{}", quoted(name), times.mean_ms, times.min_ms, times.max_ms);
        let _ = write!(text, ",{mean_bytes},{per_s},{failures_per_s}");
        // Locust refuses no percentile; where we do, it is N/A, as Locust writes what it does not know.
        for quantile in PERCENTILES {
            let told = if quantile < 1.0 { times.histogram.quantile_ms(quantile) } else { Some(times.max_ms) };
            text += &told.map_or(",N/A".to_owned(), |ms| format!(",{}", ms.round()));
        }
        text += "\n";
    }
    text
}

fn history(report: &Report) -> String {
    let mut text = format!(
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s,{PERCENTILE_NAMES},Total Request Count,Total Failure Count,\
         Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time,Total Average Content Size\n"
    );
    let started: Timestamp = report.started_at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let (mut requests, mut failures) = (0, 0);
    for point in &report.seconds {
        requests += point.requests;
        failures += point.failures;
        let after = SignedDuration::from_secs(i64::try_from(point.second + 1).unwrap_or(i64::MAX));
        let at = started.saturating_add(after).map_or(0, Timestamp::as_second);
        let told = PERCENTILES.map(|quantile| match quantile {
            0.5 => format!("{}", point.p50_ms.round()),
            0.95 => format!("{}", point.p95_ms.round()),
            0.99 => format!("{}", point.p99_ms.round()),
            _ => "N/A".to_owned(),
        });
        let _ = write!(text, "{at},{},,Aggregated,{},{},{}", point.users, point.requests, point.failures, told.join(","));
        // What Locust tells of all seconds so far is not kept; at the end the other file tells it.
        let _ = writeln!(text, ",{requests},{failures},N/A,N/A,N/A,N/A,N/A");
    }
    text
}

fn failures(report: &Report) -> String {
    let rows = report
        .failures
        .iter()
        .map(|failure| format!("{},{},{},{}\n", failure.method, quoted(&failure.name), quoted(&failure.says), failure.count));
    rows.fold("Method,Name,Error,Occurrences\n".to_owned(), |text, row| text + &row)
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^52")]
fn share(part: u64, of: u64) -> f64 {
    part as f64 / of as f64
}
