//! The doctor: what is well, what could be better, what is broken, and what it can mend.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::{Folder, fixture};

/// An atlas with sightings in every index, a backup of it, and nothing that anybody else may read.
fn healthy() -> Folder {
    let folder = Folder::with("legacy/v3.db");
    folder.migrate(&[]).succeeds();
    fs::set_permissions(folder.database(), Permissions::from_mode(0o600)).unwrap();
    folder.run(&["backup", "--database", folder.database().to_str().unwrap()]).succeeds();
    folder
}

/// The exit code, and what is found by check.
#[track_caller]
fn seen(folder: &Folder, arguments: &[&str]) -> (i32, Vec<Value>) {
    let said = folder.run(&[&["doctor", "--json", "--database", folder.database().to_str().unwrap()], arguments].concat());
    let findings = serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {said:#?}"));
    (said.status.code().unwrap(), findings)
}

#[track_caller]
fn state(findings: &[Value], check: &str) -> String {
    let found = findings.iter().find(|finding| finding["check"] == check).unwrap_or_else(|| panic!("no {check} in {findings:?}"));
    let state = found["state"].as_str().unwrap().to_owned();
    assert_eq!(state == "well", found["advice"].is_null(), "what is not well comes with advice: {found}");
    state
}

#[test]
fn an_atlas_that_is_well_is_found_so_while_it_runs_too() {
    let folder = healthy();
    let before = folder.contents();
    let (_, findings) = seen(&folder, &[]);
    for check in ["settings", "exposure", "schema", "permissions", "log", "clock", "integrity", "indexes", "backups"] {
        assert_eq!(state(&findings, check), "well", "{check}: {findings:?}");
    }
    assert!(before == folder.contents(), "a look leaves {:?}", folder.file_names());
    let atlas = folder.serve();
    atlas.sighting("while the doctor looks");
    let (code, _) = seen(&folder, &[]);
    assert!([0, 3].contains(&code), "nothing is broken");
    assert_eq!(atlas.count(), 61);
}

#[test]
fn an_index_that_says_something_else_is_found_and_mended() {
    for (name, sql) in [
        ("places", "DELETE FROM entry_places WHERE entry_id = (SELECT min(id) FROM entries WHERE location_lat IS NOT NULL)"),
        ("words", "INSERT INTO entry_words (entry_words) VALUES ('delete-all')"),
        ("keywords", "DELETE FROM keyword_postings; DELETE FROM newest_postings"),
    ] {
        let folder = healthy();
        Connection::open(folder.database()).unwrap().execute_batch(sql).unwrap();
        let (code, findings) = seen(&folder, &[]);
        assert_eq!((code, state(&findings, "indexes").as_str()), (1, "broken"), "{name}");
        let told = findings.iter().find(|finding| finding["check"] == "indexes").unwrap();
        assert!(told["found"].as_str().unwrap().contains(&format!("known of {name} ")), "{told}");
        let atlas = folder.serve();
        assert_eq!(seen(&folder, &["--fix"]).0, 1, "not under a running server");
        atlas.stop().succeeds();
        assert_eq!(state(&seen(&folder, &["--fix"]).1, "indexes"), "well");
        assert_eq!(state(&seen(&folder, &[]).1, "indexes"), "well");
    }
}

#[test]
fn damage_is_found_and_never_mended_over() {
    let folder = healthy();
    let mut bytes = fs::read(folder.database()).unwrap();
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page..page + 4096].fill(0xA5);
    fs::write(folder.database(), &bytes).unwrap();
    let (code, findings) = seen(&folder, &["--fix"]);
    assert_eq!((code, state(&findings, "integrity").as_str()), (1, "broken"), "{findings:?}");
    assert_eq!(fs::read(folder.database()).unwrap(), bytes);
    fs::write(folder.database(), "no database").unwrap();
    assert_eq!(seen(&folder, &[]).0, 1);
}

#[test]
fn what_could_be_better_comes_with_advice() {
    let folder = healthy();
    let (code, findings) = seen(&folder, &["--host", "0.0.0.0", "--access", "open"]);
    assert_eq!((code, state(&findings, "exposure").as_str()), (3, "advice"));
    fs::set_permissions(folder.database(), Permissions::from_mode(0o644)).unwrap();
    fs::remove_dir_all(folder.data().join("backups")).unwrap();
    let (code, findings) = seen(&folder, &["--jwt-secret", "secret"]);
    assert_eq!(code, 3);
    for check in ["permissions", "backups", "secrets"] {
        assert_eq!(state(&findings, check), "advice", "{check}");
    }
    fs::copy(fixture("schemas/1.db"), folder.database()).unwrap();
    assert_eq!(state(&seen(&folder, &[]).1, "schema"), "advice");
    fs::copy(fixture("legacy/v1.db"), folder.database()).unwrap();
    assert_eq!(state(&seen(&folder, &[]).1, "database"), "advice");
    folder.run(&["doctor", "--nonsense"]).fails();
}
