//! What a person sees while a run goes on, and at its end: a page that renews itself in a terminal, plain lines elsewhere.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use super::record::{Point, Record, Second};
use super::report::{Report, Stats, Times};
use super::scenario::Scenario;
use super::tally::Interval;
use super::verdict::Figure;

/// How many seconds the sparkline shows.
const SPARK: usize = 60;
/// How many plain lines a long run prints, about.
const LINES: f64 = 60.0;
const WIDTH: usize = 60;

/// Shows a run on standard error, so that what it prints at the end can be piped.
#[derive(Debug)]
pub struct Terminal {
    is_page: bool,
    /// Lines of the page that stand there now.
    shown: usize,
    /// Seconds from one plain line to the next.
    every: u64,
}

impl Terminal {
    pub fn new(scenario: &Scenario) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a run")]
        let every = (scenario.seconds() / LINES).ceil().max(1.0) as u64;
        Self { is_page: io::stderr().is_terminal(), shown: 0, every }
    }

    /// A second is over.
    pub fn show(&mut self, scenario: &Scenario, record: &Record, second: &Second, interval: &Interval) {
        if self.is_page {
            let page = page(scenario, record, second, interval);
            // Back to the first line of the page before, and each line cleared as it is written over.
            let back = if self.shown > 0 { format!("\x1b[{}A", self.shown) } else { String::new() };
            let lines: String = page.lines().fold(back, |text, line| text + "\x1b[2K" + line + "\n");
            self.shown = page.lines().count();
            eprint!("{lines}");
        } else if (second.number + 1).is_multiple_of(self.every) {
            eprintln!("{}", line(second));
        }
        // What cannot be shown is no reason to end a run.
        drop(io::stderr().flush());
    }
}

fn line(second: &Second) -> String {
    let Second { number, users, is_measured, tally } = second;
    let (p50, p95) = (tally.from_due.rough_ms(0.5), tally.from_due.rough_ms(0.95));
    let limited = if tally.limited > 0 { format!(", {} limited", tally.limited) } else { String::new() };
    let warming = if *is_measured { "" } else { ", warming up" };
    let (requests, failed) = (tally.requests, tally.failed());
    format!(
        "{:>6} s  {users} users, {requests} requests/s, p50 {p50:.1} ms, p95 {p95:.1} ms, {failed} failed{limited}{warming}",
        number + 1
    )
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a length on the screen")]
fn page(scenario: &Scenario, record: &Record, second: &Second, interval: &Interval) -> String {
    let all = record.all();
    let done = ((second.number + 1) as f64 / scenario.seconds()).min(1.0);
    let bar = (done * WIDTH as f64) as usize;
    let recent: Vec<&Point> = record.seconds.iter().rev().take(SPARK).rev().collect();
    let spark = |value: fn(&Point) -> f64| sparkline(&recent.iter().map(|point| value(point)).collect::<Vec<_>>());
    let state = if second.is_measured { "measuring" } else { "warming up" };
    let mut page = format!(
        "\n {}  {}{}  {:.0} %  {state}\n\n {:>9} users   {:>9} requests/s   {:>9.1} ms p95 now\n\n rate  {}\n p95   {}\n\n",
        scenario.name,
        "━".repeat(bar),
        "─".repeat(WIDTH - bar),
        done * 100.0,
        second.users,
        second.tally.requests,
        second.tally.from_due.rough_ms(0.95),
        spark(|point| point.requests as f64),
        spark(|point| point.p95_ms),
    );
    // Writing into a String cannot fail.
    let _ = writeln!(page, " {:<12}{:>10}{:>9}{:>11}{:>11}{:>11}", "request", "count", "failed", "p50", "p95", "p99");
    for (request, tally) in scenario.requests.iter().zip(&record.tallies) {
        let at = |quantile| tally.from_due.quantile_ms(quantile).map_or("-".to_owned(), |ms| format!("{ms:.1} ms"));
        let (name, p50, p95, p99) = (&request.name, at(0.5), at(0.95), at(0.99));
        let _ = writeln!(page, " {name:<12}{:>10}{:>9}{p50:>11}{p95:>11}{p99:>11}", tally.requests, tally.failed());
    }
    let kinds = all.failures.iter().map(|(failure, count)| format!("{count} x {failure}")).collect::<Vec<_>>().join(", ");
    let (kinds, lag) = (if kinds.is_empty() { "no errors".to_owned() } else { kinds }, interval.lag.rough_ms(0.99));
    let _ = writeln!(page, "\n {kinds}; {} limited; this client is {lag:.1} ms late", all.limited);
    page
}

/// Eight heights of a block, from nothing to the most of the values.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index from 0 to 7")]
fn sparkline(values: &[f64]) -> String {
    let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    values.iter().map(|value| blocks[(value / most * 7.0).round().clamp(0.0, 7.0) as usize]).collect()
}

/// The end of a run, for a person.
pub fn summary(report: &Report) -> String {
    let mut text = format!(
        "\n{} against {}: {} requests in {:.0} s, {:.1} a second ({:.0} s of warm-up cut)\n\n",
        report.scenario, report.target, report.total.requests, report.measured_s, report.total.per_s, report.warm_up_s
    );
    // Writing into a String cannot fail.
    let _ = writeln!(
        text,
        "{:<14}{:>10}{:>8}{:>10}{:>12}{:>12}{:>12}{:>12}",
        "", "requests", "failed", "limited", "p50", "p95", "p99", "longest"
    );
    for stats in report.requests.iter().chain([&report.total]) {
        let Stats { name, requests, failed, limited, .. } = stats;
        let _ = writeln!(text, "{name:<14}{requests:>10}{failed:>8}{limited:>10}{}", columns(&stats.from_due));
    }
    let _ = writeln!(text, "{:<42}{}", "  the same from when each was sent", columns(&report.total.from_sent));
    if report.load.model == "closed" {
        text += "  Users wait for answers, so a pause of the server counts once for each. --rate shows what those see who do not wait.\n";
    }
    text += "\n";
    for failure in &report.failures {
        let _ = writeln!(text, "{:>8} x {} {}: {}", failure.count, failure.method, failure.name, failure.says);
    }
    for figure in &report.verdict.figures {
        let _ = writeln!(text, "  {:<12}{:>18}   {}", figure.name, measured(figure), graded(figure));
    }
    for held in &report.verdict.thresholds {
        let measured = held.measured.map_or("no data".to_owned(), |measured| format!("{measured:.4}"));
        let _ = writeln!(text, "  {} {} ({measured})", if held.holds { "holds:" } else { "DOES NOT HOLD:" }, held.threshold);
    }
    for finding in &report.findings {
        let _ = writeln!(text, "  {}", finding.says);
    }
    if report.left_behind > 0 {
        let (left, run) = (report.left_behind, &report.run);
        let _ = writeln!(
            text,
            "  {left} sightings it made are still there: their text ends in (run {run}). A caretaker's --token may delete them."
        );
    }
    let _ = writeln!(text, "\nVerdict: {}", report.verdict.word());
    for why in &report.verdict.not_measured {
        let _ = writeln!(text, "  {why}");
    }
    text
}

fn columns(times: &Times) -> String {
    let at = |ms: Option<f64>| ms.map_or("too few".to_owned(), |ms| format!("{ms:.2} ms"));
    format!("{:>12}{:>12}{:>12}{:>12}", at(times.p50_ms), at(times.p95_ms), at(times.p99_ms), at(Some(times.max_ms)))
}

fn measured(figure: &Figure) -> String {
    figure.measured.map_or("too few".to_owned(), |measured| format!("{measured:.2} {}", figure.unit))
}

fn graded(figure: &Figure) -> String {
    let why_not = || figure.why_not.clone().unwrap_or_default();
    figure.grade.map_or_else(why_not, |grade| format!("{grade} (target {}, critical {})", figure.target, figure.critical))
}
