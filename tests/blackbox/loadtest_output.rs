//! What a load test writes: JSON by its schema, Locust's CSV, one HTML page, an HDR log, a comparison, and scripts for other engines.

use std::fs;

use boon::{Compiler, Schemas};
use serde_json::Value;

use crate::support::{Atlas, Folder};

/// An atlas, and everything that one run of ten seconds wrote.
fn written() -> Atlas {
    let atlas = Atlas::empty();
    let run = ["loadtest", "--host", &atlas.url, "--scenario", "mixed", "--rate", "60", "-t", "6s", "-u", "4", "--warm-up", "1s"];
    let files = ["--json", "a.json", "--csv", "locust", "--html", "a.html", "--hdr-log", "a.hlog"];
    let ended = atlas.folder().run(&[&run[..], &files].concat());
    assert!(ended.status.code().is_some_and(|code| [0, 3, 4, 5].contains(&code)), "{ended:#?}");
    atlas
}

#[track_caller]
fn read(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.data().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_run_is_written_as_json_csv_html_and_an_hdr_log() {
    let atlas = written();
    let folder = atlas.folder();
    let report: Value = serde_json::from_str(&read(folder, "a.json")).unwrap();
    follows_its_schema(folder, &report);
    assert!(report["seconds"].as_array().unwrap().len() >= 6, "{}", report["seconds"]);
    is_what_locust_writes(folder, &report);
    let html = read(folder, "a.html");
    assert!(html.contains("<svg") && html.contains("Latency by percentile"), "no charts: {html}");
    for outside in ["<script", "src=", "href=", "url(", "@import"] {
        assert!(!html.contains(outside), "the page needs something beside itself: {outside}");
    }
    let log = read(folder, "a.hlog");
    assert!(log.starts_with('#') && log.contains("StartTime") && log.contains("Tag=list,"), "{log}");
    is_compared(folder, &report);
}

#[track_caller]
fn follows_its_schema(folder: &Folder, report: &Value) {
    let schema: Value = serde_json::from_str(&folder.run(&["loadtest", "schema"]).succeeds().stdout).unwrap();
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("report.json", schema).unwrap();
    let described = compiler.compile("report.json", &mut schemas).unwrap();
    assert!(schemas.validate(report, described).is_ok(), "{}", schemas.validate(report, described).unwrap_err());
    let mut wrong = report.clone();
    wrong["total"]["requests"] = "many".into();
    assert!(schemas.validate(&wrong, described).is_err(), "the schema lets everything pass");
}

#[track_caller]
fn is_what_locust_writes(folder: &Folder, report: &Value) {
    let stats = read(folder, "locust_stats.csv");
    let [header, .., total] = &stats.lines().collect::<Vec<_>>()[..] else { panic!("{stats}") };
    assert!(header.starts_with("Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time"), "{header}");
    assert!(total.starts_with(&format!(",Aggregated,{},0,", report["total"]["requests"])), "{total}");
    let history = read(folder, "locust_stats_history.csv");
    let columns = |line: &str| line.split(',').count();
    assert!(history.lines().all(|line| columns(line) == columns(history.lines().next().unwrap())), "{history}");
    assert!(stats.lines().all(|line| columns(line) == columns(header)), "{stats}");
    assert_eq!(read(folder, "locust_failures.csv"), "Method,Name,Error,Occurrences\n");
}

#[track_caller]
fn is_compared(folder: &Folder, report: &Value) {
    let same = folder.run(&["loadtest", "--compare", "a.json", "a.json"]).succeeds();
    assert_eq!(same.stdout.matches("no difference shown").count(), 5, "{same:#?}");
    let mut slower = report.clone();
    for batch in slower["batches"].as_array_mut().unwrap() {
        batch["p50_ms"] = Value::from(batch["p50_ms"].as_f64().unwrap() + 10_000.0);
    }
    fs::write(folder.data().join("b.json"), slower.to_string()).unwrap();
    let worse = folder.run(&["loadtest", "--compare", "a.json", "b.json"]);
    assert_eq!(worse.status.code(), Some(3), "{worse:#?}");
    assert_eq!(worse.stdout.matches(": worse").count(), 1, "{worse:#?}");
    folder.run(&["loadtest", "--compare", "a.json", "locust_stats.csv"]).fails();
}

#[test]
fn a_scenario_is_written_for_locust_and_for_k6() {
    let folder = Folder::new();
    let locust = folder.run(&["loadtest", "--emit", "locust", "--scenario", "stress"]).succeeds().stdout;
    assert!(locust.contains("class CatAtlasUser(HttpUser)") && locust.contains("[(600.0, 500.0)]"), "{locust}");
    let k6 = folder.run(&["loadtest", "--emit", "k6", "--rate", "50", "-t", "10s"]).succeeds().stdout;
    assert!(k6.contains("ramping-arrival-rate") && k6.contains("p(95)<200"), "{k6}");
    fs::write(folder.data().join("locustfile.py"), &locust).unwrap();
    let mut python = std::process::Command::new("python3");
    let read = python.args(["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())"]).arg(folder.data().join("locustfile.py"));
    assert!(read.status().unwrap().success(), "{locust}");
}
