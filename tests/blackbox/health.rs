//! Whether it is well, as monitors and service managers ask.

use serde_json::json;

use crate::support::{Atlas, Folder, SomeoneElse};

#[test]
fn a_healthy_atlas_says_so_in_three_ways() {
    let atlas = Atlas::empty();
    for path in ["/health", "/health/live"] {
        assert_eq!(atlas.get(path).is(200).json(), json!({ "status": "ok" }));
    }
    let ready = json!({ "status": "ok", "checks": { "database": "ok", "writer": "ok", "schema": "ok", "disk": "ok" } });
    assert_eq!(atlas.get("/health/ready").is(200).json(), ready);
}

#[test]
fn a_disk_that_is_nearly_full_is_not_ready_but_alive() {
    let folder = Folder::new();
    let atlas = Atlas::serve_with(&folder, &["--disk-floor-mb", "999999999"]);
    let answer = atlas.get("/health/ready").is(503).json();
    assert_eq!(answer["status"], "unavailable");
    assert_eq!(answer["checks"], json!({ "database": "ok", "writer": "ok", "schema": "ok", "disk": "is nearly full" }));
    atlas.get("/health").is(200);
    atlas.get("/health/live").is(200);
    let refused = folder.run(&["healthcheck", "--url", &atlas.url]).fails();
    assert!(refused.stderr.contains("disk is nearly full"), "{refused:#?}");
    folder.run(&["healthcheck", "--url", &atlas.url, "--live"]).succeeds();
    let log = atlas.stop().stderr;
    assert!(log.contains("request_failed") && log.contains("error_type=NotReady"), "{log}");
}

#[test]
fn a_database_of_another_release_is_not_ready() {
    let atlas = Atlas::empty();
    atlas.get("/health/ready").is(200);
    let database = rusqlite::Connection::open(atlas.database()).unwrap();
    database.execute_batch("PRAGMA user_version = 1").unwrap();
    assert_eq!(atlas.get("/health/ready").is(503).json()["checks"]["schema"], "is of another release");
}

#[test]
fn a_writer_that_cannot_write_is_not_ready() {
    let atlas = Atlas::empty();
    let database = rusqlite::Connection::open(atlas.database()).unwrap();
    database.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = atlas.get("/health/ready").is(503).json();
    assert_eq!((&answer["checks"]["writer"], &answer["checks"]["database"]), (&json!("does not write"), &json!("ok")));
    database.execute_batch("ROLLBACK").unwrap();
}

#[test]
fn nobody_in_particular_can_check_health() {
    let folder = Folder::new();
    let atlas = folder.serve();
    let someone = SomeoneElse::in_folder(&folder).unwrap();
    someone.run(&folder, &["healthcheck", "--url", &atlas.url]).succeeds();
}
