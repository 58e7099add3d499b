//! `catatlas loadtest` as a stranger meets it: short runs, with counts and orders of size, for how fast a machine is is nobody's promise.

use serde_json::Value;

use crate::support::{Atlas, Finished, Folder};

/// What the exit code may be where the machine may be too busy to measure anything.
const MEASURED_OR_NOT: [i32; 4] = [0, 3, 4, 5];

/// A short load on an atlas, and its report.
#[track_caller]
fn load(atlas: &Atlas, arguments: &[&str]) -> (Finished, Value) {
    let folder = atlas.folder();
    let json = folder.data().join("report.json");
    let all = [&["loadtest", "--host", &atlas.url, "--json", "report.json"], arguments].concat();
    let ended = folder.run(&all);
    let report = std::fs::read_to_string(&json).unwrap_or_else(|_| panic!("no report: {ended:#?}"));
    (ended, serde_json::from_str(&report).unwrap())
}

fn code(ended: &Finished) -> i32 {
    ended.status.code().unwrap()
}

fn count(report: &Value, name: &str) -> u64 {
    let requests = report["requests"].as_array().unwrap();
    requests.iter().find(|request| request["name"] == name).map_or(0, |request| request["requests"].as_u64().unwrap())
}

#[test]
fn an_open_load_sends_what_is_due_and_takes_away_what_it_made() {
    let atlas = Atlas::empty();
    atlas.post("/entries", &serde_json::json!({ "text": "here before" })).is(200);
    let (ended, report) = load(&atlas, &["--scenario", "mixed", "--rate", "100", "-t", "3s", "-u", "8", "--warm-up", "0s"]);
    assert!(MEASURED_OR_NOT.contains(&code(&ended)), "{ended:#?}");
    assert_eq!(report["total"]["requests"], 300, "{ended:#?}");
    assert_eq!(report["total"]["failed"], 0, "{}", report["failures"]);
    assert!(count(&report, "list") > count(&report, "create"), "{ended:#?}");
    assert!(report["made"].as_u64().unwrap() > 0, "{ended:#?}");
    assert_eq!(report["left_behind"], report["made"], "in an open atlas nobody may delete: {ended:#?}");
    assert!(ended.stdout.contains("are still there"), "{ended:#?}");
    assert_eq!(atlas.count(), 1 + report["made"].as_u64().unwrap());
    let marked = atlas.get("/entries?limit=1").is(200).json();
    let text = marked[0]["text"].as_str().unwrap();
    assert!(text.ends_with(&format!("(run {})", report["run"].as_str().unwrap())), "{text}");
}

#[test]
fn who_is_signed_in_leaves_nothing_behind() {
    let atlas = Atlas::empty();
    let token = atlas.person("mina", "caretaker").access_token;
    let (ended, report) = load(&atlas, &["--scenario", "write-heavy", "--rate", "60", "-t", "2s", "-u", "4", "--token", &token]);
    assert!(report["made"].as_u64().unwrap() > 0, "{ended:#?}");
    assert_eq!(report["left_behind"], 0, "{ended:#?}");
    assert_eq!(atlas.count(), 0);
}

#[test]
fn percentiles_are_refused_below_the_requests_they_need() {
    let atlas = Atlas::empty();
    let (ended, report) = load(&atlas, &["--scenario", "read-heavy", "--rate", "25", "-t", "2s", "-u", "2", "--warm-up", "0s"]);
    assert_eq!(report["total"]["requests"], 50);
    let times = &report["total"]["from_due"];
    assert!(times["p50_ms"].is_f64() && times["p95_ms"].is_null() && times["p99_ms"].is_null(), "{times}");
    assert_eq!(code(&ended), 5, "no data is a failure: {ended:#?}");
    assert!(ended.stdout.contains("Verdict: not measured"), "{ended:#?}");
}

#[test]
fn a_threshold_that_does_not_hold_is_told_by_the_exit_code() {
    let atlas = Atlas::empty();
    let rate = ["--scenario", "read-heavy", "--rate", "50", "-t", "1s", "-u", "2", "--threshold"];
    let (fails, report) = load(&atlas, &[&rate[..], &["http_reqs: count>1000000"]].concat());
    assert_eq!((code(&fails), &report["verdict"]["thresholds"][0]["holds"]), (99, &Value::Bool(false)), "{fails:#?}");
    let (holds, report) = load(&atlas, &[&rate[..], &["http_reqs: count>10"]].concat());
    assert_eq!(report["verdict"]["thresholds"][0]["holds"], true, "{holds:#?}");
    assert_ne!(code(&holds), 99);
    let (no_data, _) = load(&atlas, &[&rate[..], &["http_req_duration: p(99.9)<1000000"]].concat());
    assert_eq!(code(&no_data), 99, "{no_data:#?}");
}

#[test]
fn a_limited_server_is_not_measured_and_its_limit_is_no_failure() {
    let atlas = Atlas::serve_with(Folder::new(), &["--rate-limit-per-minute", "20"]);
    let (ended, report) = load(&atlas, &["--scenario", "read-heavy", "--rate", "40", "-t", "3s", "-u", "4", "--warm-up", "0s"]);
    assert!(report["total"]["limited"].as_u64().unwrap() > 0, "{ended:#?}");
    assert_eq!(report["total"]["failed"].as_u64().unwrap(), never_sent(&report), "{}", report["failures"]);
    assert_eq!(code(&ended), 5);
    assert!(ended.stdout.contains("limited, not measured"), "{ended:#?}");
}

/// Requests that nobody was free to send, for all waited as they were told to.
fn never_sent(report: &Value) -> u64 {
    let failures = report["failures"].as_array().unwrap();
    failures.iter().filter(|failure| failure["kind"] == "never_sent").map(|failure| failure["count"].as_u64().unwrap()).sum()
}

#[test]
fn a_server_of_its_own_is_a_copy_and_the_database_stays_as_it_is() {
    let atlas = Atlas::empty();
    for text in ["one", "two"] {
        atlas.post("/entries", &serde_json::json!({ "text": text })).is(200);
    }
    let folder = atlas.folder();
    let database = folder.database();
    let run = ["loadtest", "--self", "--database", database.to_str().unwrap(), "--scenario", "mixed", "--rate", "100", "-t", "2s"];
    let ended = folder.run(&[&run[..], &["-u", "8", "--json", "own.json"]].concat());
    let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.data().join("own.json")).unwrap()).unwrap();
    assert_eq!(report["total"]["failed"], 0, "{ended:#?}");
    assert_eq!(report["total"]["limited"], 0, "its limits are off: {ended:#?}");
    assert!(report["server"][0]["memory_mb"].as_f64().unwrap() > 1.0, "{}", report["server"]);
    assert!(count(&report, "single") > 0, "there were sightings to read: {ended:#?}");
    assert_eq!(atlas.count(), 2);
}

#[test]
fn a_server_that_is_not_on_this_machine_is_not_loaded_by_accident() {
    let folder = Folder::new();
    for (url, word) in [("http://192.0.2.7", "--i-own-this-server"), ("https://127.0.0.1", "plain HTTP"), ("http://127.0.0.1/x", "path")] {
        let refused = folder.run(&["loadtest", "--host", url]).fails();
        assert!(refused.stderr.contains(word), "{refused:#?}");
    }
    let gone = folder.run(&["loadtest", "--host", "http://127.0.0.1:9"]).fails();
    assert!(gone.stderr.contains("does not answer"), "{gone:#?}");
    assert!(folder.contents().is_empty(), "a refusal leaves {:?}", folder.file_names());
}

#[test]
fn a_scenario_of_ones_own_is_read_from_a_file_and_its_checks_are_made() {
    let atlas = Atlas::empty();
    let file = r#"
        name = "evening round"
        connections = 2
        warm_up = 0
        [[stages]]
        seconds = 1
        rate = 40
        [[stages]]
        seconds = 1
        rate = 40
        [[request]]
        name = "healthy"
        path = "/health"
        [[request]]
        name = "wrong"
        path = "/health"
        contains = "a word that is not there"
        [[request]]
        name = "gone"
        path = "/nowhere"
        expect = [404]
    "#;
    let path = atlas.folder().data().join("round.toml");
    std::fs::write(&path, file).unwrap();
    let (ended, report) = load(&atlas, &["--scenario", "round.toml"]);
    assert_eq!((&report["scenario"], &report["total"]["requests"]), (&Value::from("evening round"), &Value::from(60)), "{ended:#?}");
    let failures = report["failures"].as_array().unwrap();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert_eq!((&failures[0]["kind"], failures[0]["count"].as_u64().unwrap()), (&Value::from("check"), count(&report, "wrong")));
    std::fs::write(&path, file.replace("stages", "stage")).unwrap();
    let refused = atlas.folder().run(&["loadtest", "--scenario", "round.toml"]).fails();
    assert!(refused.stderr.contains("stage"), "{refused:#?}");
}
