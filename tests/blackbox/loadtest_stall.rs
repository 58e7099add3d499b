//! A server that stalls cannot hide it: what was due meanwhile has waited, though it was sent only later.

use serde_json::Value;

use crate::support::{Atlas, wait_for};

#[test]
fn a_stall_shows_in_the_percentiles_of_what_was_due() {
    let atlas = Atlas::empty();
    let folder = atlas.folder();
    let run = ["loadtest", "--host", &atlas.url, "--scenario", "read-heavy", "--rate", "100", "-t", "10s", "-u", "4", "--warm-up", "0s"];
    let mut load = folder.start(&[&run[..], &["--json", "stall.json"]].concat());
    wait_for("the first second", || load.stderr().contains("requests/s").then_some(()));
    atlas.send_signal("STOP");
    // Lines of the load itself are the clock: four of them while the server stands still.
    let lines = load.stderr().lines().count();
    wait_for("four seconds more", || (load.stderr().lines().count() >= lines + 4).then_some(()));
    atlas.send_signal("CONT");
    load.wait();
    let report: Value = serde_json::from_str(&std::fs::read_to_string(folder.data().join("stall.json")).unwrap()).unwrap();
    assert_eq!(report["total"]["requests"], 1000, "all that was due was sent: {report}");
    let [due, sent] = ["from_due", "from_sent"].map(|from| report["total"][from]["p95_ms"].as_f64().unwrap());
    // 3 to 5 s of 10 stand still, so the worst 5 % of all have waited for 2.5 s or more.
    assert!(due > 2000.0, "p95 {due} ms from due");
    assert!(sent < due / 2.0, "only the four that were under way took long by themselves: {sent} ms");
}
