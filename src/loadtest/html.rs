//! A run as one page that needs nothing beside itself: its style and its charts are in it, and it has no script.

use std::fmt::Write as _;

use super::chart::{Line, chart, time_ticks};
use super::record::Point;
use super::report::{Report, Stats, Times};
use super::server::Sample;
use super::tally::Latencies;
use super::verdict::{Figure, Verdict};

const STYLE: &str = include_str!("report.css");

/// The page. Writing into a String cannot fail, here and below.
pub fn page(report: &Report) -> String {
    let Report { scenario, target, started_at, load, measured_s, warm_up_s, .. } = report;
    let (scenario, target) = (escaped(scenario), escaped(target));
    let started_at = started_at.split('.').next().unwrap_or_default();
    let waits = if load.model == "open" { "connections, at a rate that waits for nobody" } else { "users who wait for their answers" };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{scenario}: load test of {target}</title>\n<style>\n{STYLE}</style>\n<h1>{scenario}</h1>\n\
         <p>{target}, {started_at}, CatAtlas {}. Up to {} {waits}; {measured_s:.0} s measured after {warm_up_s:.0} s of warm-up.</p>\n",
        report.catatlas, load.users
    );
    verdict(&mut page, &report.verdict);
    for finding in &report.findings {
        let _ = writeln!(page, "<p>{}</p>", escaped(&finding.says));
    }
    page += "<h2>Over time</h2>\n";
    over_time(&mut page, report);
    page += "<h2>Requests</h2>\n<p>From when a request was due, which is what a visitor waits; in the last line from when it was sent, which is what the server takes.</p>\n";
    requests(&mut page, report);
    let lines = [("from due", "a", &report.total.from_due), ("from sent", "b", &report.total.from_sent)];
    let lines = lines.map(|(name, class, times)| Line { name, class, points: distribution(&times.histogram) });
    page += &chart("Latency by percentile", "ms", &lines, &nines());
    if !report.failures.is_empty() {
        page += "<h2>Failures</h2>\n<div class=\"wide\"><table><tr><th>request<th>what happened<th>times\n";
        for failure in &report.failures {
            let _ = writeln!(page, "<tr><td>{}<td>{}<td>{}", escaped(&failure.name), escaped(&failure.says), failure.count);
        }
        page += "</table></div>\n";
    }
    let client = &report.client;
    let lag = client.lag_p99_ms.map_or("too few to tell".to_owned(), |ms| format!("{ms:.2} ms"));
    let (busy, cut) = (client.busiest_thread * 100.0, client.cut);
    let _ = writeln!(
        page,
        "<h2>The client</h2>\n<p>1 in 100 requests left later than {lag} by its own fault; its busiest thread worked {busy:.0} % of the time; \
         {cut} answers were cut with the warm-up.</p>"
    );
    page + "</html>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn verdict(page: &mut String, verdict: &Verdict) {
    let class = verdict.grade.map_or("none".to_owned(), |grade| grade.to_string());
    let _ = writeln!(page, "<p class=\"verdict {class}\">{}</p>", verdict.word());
    for why in &verdict.not_measured {
        let _ = writeln!(page, "<p>{}</p>", escaped(why));
    }
    page.push_str("<div class=\"figures\">\n");
    for figure in &verdict.figures {
        let Figure { name, unit, measured, target, grade, why_not, .. } = figure;
        let measured = measured.map_or("&ndash;".to_owned(), |measured| format!("{measured:.1} {unit}"));
        let graded = grade.map_or_else(|| why_not.clone().unwrap_or_default(), |grade| format!("{grade} (target {target} {unit})"));
        let _ = writeln!(page, "<div class=\"figure\"><span>{name}</span><b>{measured}</b><span>{}</span></div>", escaped(&graded));
    }
    page.push_str("</div>\n");
    for held in &verdict.thresholds {
        let measured = held.measured.map_or("no data".to_owned(), |measured| format!("{measured:.4}"));
        let _ = writeln!(page, "<p>{} {} ({measured})</p>", if held.holds { "Holds:" } else { "Does not hold:" }, escaped(&held.threshold));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing")]
fn over_time(page: &mut String, report: &Report) {
    let ticks = time_ticks(report.load.run_time_s);
    let line = |name, class, of: fn(&Point) -> f64| Line {
        name,
        class,
        points: report.seconds.iter().map(|point| (point.second as f64, of(point))).collect(),
    };
    let rates = [line("requests/s", "a", |point| point.requests as f64), line("failed/s", "bad", |point| point.failures as f64)];
    *page += &chart("Requests", "", &rates, &ticks);
    let times = [line("p99", "c", |point| point.p99_ms), line("p95", "b", |point| point.p95_ms), line("p50", "a", |point| point.p50_ms)];
    *page += &chart("Latency", "ms", &times, &ticks);
    *page += &chart(
        if report.load.model == "open" { "Connections" } else { "Users" },
        "",
        &[line("at once", "a", |point| point.users as f64)],
        &ticks,
    );
    let seen = |of: fn(&Sample) -> Option<f64>| report.server.iter().filter_map(|sample| Some((sample.second, of(sample)?))).collect();
    *page +=
        &chart("Memory of the server", "MB", &[Line { name: "resident", class: "a", points: seen(|sample| sample.memory_mb) }], &ticks);
    *page +=
        &chart("Open files of the server", "", &[Line { name: "open", class: "a", points: seen(|sample| sample.descriptors) }], &ticks);
}

fn requests(page: &mut String, report: &Report) {
    page.push_str("<div class=\"wide\"><table><tr><th><th>requests<th>a second<th>failed<th>limited<th>p50<th>p95<th>p99<th>longest\n");
    let row = |name: &str, stats: &Stats, times: &Times| {
        let at = |ms: Option<f64>| ms.map_or("too few".to_owned(), |ms| format!("{ms:.2} ms"));
        let Stats { requests, per_s, failed, limited, .. } = stats;
        let (p50, p95, p99, most) = (at(times.p50_ms), at(times.p95_ms), at(times.p99_ms), at(Some(times.max_ms)));
        format!("<tr><td>{}<td>{requests}<td>{per_s:.1}<td>{failed}<td>{limited}<td>{p50}<td>{p95}<td>{p99}<td>{most}\n", escaped(name))
    };
    report.requests.iter().for_each(|stats| *page += &row(&stats.name, stats, &stats.from_due));
    *page += &row("all", &report.total, &report.total.from_due);
    *page += &row("all, from sent", &report.total, &report.total.from_sent);
    page.push_str("</table></div>\n");
}

/// Latencies by how rare they are: each nine is as wide as the one before, for the tail is what users remember.
fn distribution(latencies: &Latencies) -> Vec<(f64, f64)> {
    let steps = (0..=160).map(|step| f64::from(step) / 40.0);
    let told = steps.map(|nines| (nines, latencies.quantile_ms(1.0 - 10_f64.powf(-nines))));
    told.filter_map(|(nines, ms)| Some((nines, ms?))).collect()
}

fn nines() -> Vec<(f64, String)> {
    [("p0", 0.0), ("p50", 0.301), ("p90", 1.0), ("p95", 1.301), ("p99", 2.0), ("p99.9", 3.0), ("p99.99", 4.0)]
        .map(|(name, at)| (at, name.to_owned()))
        .to_vec()
}
