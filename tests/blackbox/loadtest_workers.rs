//! Several machines: workers that share a load, what only those who know the secret may do, and a worker that is lost.

use serde_json::Value;

use crate::support::{Atlas, Finished, Folder, Running, wait_for};

const SECRET: [(&str, &str); 1] = [("CATATLAS_LOADTEST_SECRET", "the-blue-bowl-by-the-mill")];

/// A worker on a free port, and its address.
#[track_caller]
fn worker(folder: &Folder) -> (Running, String) {
    let worker = folder.start_told(&SECRET, &["loadtest", "worker", "--listen", "127.0.0.1:0"]);
    let address = wait_for("the worker", || Some(worker.stdout().split_once("ready at ")?.1.split_once('\n')?.0.to_owned()));
    (worker, address)
}

fn coordinate(atlas: &Atlas, workers: &str, variables: &[(&str, &str)]) -> Running {
    let run = ["loadtest", "--host", &atlas.url, "--workers", workers, "--scenario", "read-heavy", "--json", "shared.json"];
    atlas.folder().start_told(variables, &[&run[..], &["--rate", "100", "-t", "4s", "-u", "8", "--warm-up", "0s"]].concat())
}

fn report(atlas: &Atlas, ended: &Finished) -> Value {
    let json = std::fs::read_to_string(atlas.folder().data().join("shared.json")).unwrap_or_else(|_| panic!("no report: {ended:#?}"));
    serde_json::from_str(&json).unwrap()
}

#[test]
fn workers_share_a_load_and_nothing_is_counted_twice_or_lost() {
    let atlas = Atlas::empty();
    let ((_first, one), (_second, two)) = (worker(atlas.folder()), worker(atlas.folder()));
    let ended = coordinate(&atlas, &format!("{one},{two}"), &SECRET).wait();
    let report = report(&atlas, &ended);
    assert_eq!(report["total"]["requests"], 400, "{ended:#?}");
    assert_eq!(report["client"]["lost_workers"], serde_json::json!([]), "{ended:#?}");
    assert!(report["total"]["from_due"]["p95_ms"].is_f64(), "merged histograms have enough to tell: {ended:#?}");
}

#[test]
fn a_lost_worker_is_told_and_not_averaged_away() {
    let atlas = Atlas::empty();
    let ((_first, one), (second, two)) = (worker(atlas.folder()), worker(atlas.folder()));
    let mut load = coordinate(&atlas, &format!("{one},{two}"), &SECRET);
    wait_for("the first second", || load.stderr().contains("requests/s").then_some(()));
    second.signal("KILL");
    let ended = load.wait();
    assert_eq!(ended.status.code(), Some(5), "{ended:#?}");
    assert!(ended.stdout.contains(&format!("the worker {two} was lost")), "{ended:#?}");
    let requests = report(&atlas, &ended)["total"]["requests"].as_u64().unwrap();
    assert!((200..400).contains(&requests), "the other worker's part counts: {requests}");
}

#[test]
fn a_worker_works_for_nobody_without_the_secret() {
    let atlas = Atlas::empty();
    let (worker, address) = worker(atlas.folder());
    let wrong = coordinate(&atlas, &address, &[("CATATLAS_LOADTEST_SECRET", "the-red-bowl-by-the-mill")]).wait().fails();
    assert!(wrong.stderr.contains("another secret"), "{wrong:#?}");
    let none = coordinate(&atlas, &address, &[]).wait().fails();
    assert!(none.stderr.contains("CATATLAS_LOADTEST_SECRET"), "{none:#?}");
    wait_for("the worker's word", || worker.stderr().contains("another secret").then_some(()));
    coordinate(&atlas, &address, &SECRET).wait();
    assert!(atlas.folder().file_names().contains(&"shared.json".to_owned()), "it works for who knows it");
}
