//! The power cut: killed in the middle of its work, the program starts again at once and has lost nothing it acknowledged.

use std::collections::BTreeMap;

use crate::support::{Atlas, Folder, are_all_there, dump, fixture, integrity, wait_for, write_until_it_ends};

/// How often it is killed; `scripts/check-long` does it 200 times.
fn rounds() -> usize {
    std::env::var("ROUNDS").map_or(20, |rounds| rounds.parse().unwrap())
}

#[test]
fn every_acknowledged_sighting_survives_kill_nine_under_load() {
    let folder = Folder::new();
    let mut acknowledged = BTreeMap::new();
    for round in 1..=rounds() {
        let mut atlas = folder.serve();
        acknowledged.append(&mut write_until_it_ends(&atlas, "KILL", 10 + 7 * (round % 13)));
        assert_eq!(atlas.program().wait().status.code(), None, "killed, not ended");
        drop(atlas);
        assert_eq!(integrity(&folder.database()), "ok", "round {round}");
        are_all_there(&folder, &acknowledged);
    }
}

#[test]
fn a_start_after_kill_nine_needs_no_tidying() {
    let folder = Folder::with("legacy/v3.db");
    for number in 1..=3 {
        let atlas = folder.serve();
        assert_eq!(atlas.sighting("a cat"), 500 + number);
        atlas.kill();
    }
    assert_eq!(folder.serve().count(), 63);
}

#[test]
fn migrate_works_after_kill_nine() {
    let folder = Folder::new();
    let atlas = folder.serve();
    atlas.sighting("a cat");
    atlas.kill();
    folder.migrate(&["--dry-run"]).succeeds();
    folder.migrate(&[]).succeeds();
    assert_eq!(folder.serve().count(), 1);
}

/// Killed at whatever moment of adoption, a file is the predecessor's still or ours already, and the next start completes it.
#[test]
fn an_adoption_cut_short_is_completed_by_the_next_one() {
    for polls in [0, 1, 2, 4, 8, 16] {
        let folder = Folder::with("golden/before.db");
        let mut adoption = folder.start(&["migrate", "--database", folder.database().to_str().unwrap()]);
        let mut left = polls;
        wait_for("the moment to kill", || {
            left -= 1;
            (left < 0 || adoption.ended().is_some()).then_some(())
        });
        if adoption.ended().is_none() {
            adoption.signal("KILL");
        }
        adoption.wait();
        let atlas = Atlas::serve(folder);
        assert_eq!(atlas.count(), 400, "killed after {polls} polls");
        assert_eq!(atlas.get("/cats").is(200).ids().len(), 25);
        let backups: Vec<_> = atlas.folder().contents().into_keys().filter(|name| dumps_like_the_original(&atlas, name)).collect();
        assert!(!backups.is_empty(), "no backup equals the original among {:?}", atlas.folder().file_names());
    }
}

fn dumps_like_the_original(atlas: &Atlas, name: &str) -> bool {
    let file = atlas.folder().data().join(name);
    let is_database = std::fs::read(&file).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"));
    is_database && name != "atlas.db" && integrity(&file) == "ok" && dump(&file) == dump(&fixture("golden/before.db"))
}
