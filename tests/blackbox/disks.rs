//! Disks that are full, files that others hold, and pages that rot: what was acknowledged stays, and people are told.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::json;

use crate::support::{Answer, Atlas, Folder, integrity, wait_for};

/// Sends notes until one is not saved. How many were, and what was answered to the one that was not.
#[track_caller]
fn write_until_refused(atlas: &Atlas) -> (u64, Answer) {
    for saved in 0..5000 {
        let answer = atlas.post("/entries", &json!({ "text": format!("{saved} {}", "a long note ".repeat(300)) }));
        if answer.status != 200 {
            return (saved, answer);
        }
    }
    panic!("the disk does not fill up");
}

#[test]
fn on_a_full_disk_nothing_is_lost_reads_go_on_and_room_is_all_it_takes() {
    let folder = Folder::new();
    let Some(program) = folder.start_serving_on_a_small_disk(4) else {
        eprintln!("not tried: nobody may mount a disk here");
        return;
    };
    // As the program sees it: the disk is there for nobody else.
    let filler = PathBuf::from(format!("/proc/{}/root{}/filler", program.pid(), folder.data().display()));
    let atlas = Atlas::answering(folder, program);
    let mut file = File::create(&filler).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let (saved, refused) = write_until_refused(&atlas);
    assert_eq!(refused.status, 507, "{}", refused.start());
    assert_eq!(refused.json()["detail"]["code"], "DISK_FULL", "{}", refused.start());
    assert_eq!(atlas.count(), saved, "reads go on, and nothing is half there");
    atlas.get("/health").is(200);
    drop(file);
    fs::remove_file(filler).unwrap();
    wait_for("room to be noticed", || (atlas.post("/entries", &json!({ "text": "there is room again" })).status == 200).then_some(()));
    assert_eq!(atlas.count(), saved + 1);
    atlas.stop().succeeds();
}

#[test]
fn while_another_program_holds_the_file_reads_go_on_and_writes_are_told_to_come_back() {
    let atlas = Atlas::empty();
    atlas.sighting("before");
    let other = Connection::open(atlas.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = atlas.post("/entries", &json!({ "text": "in vain" })).is(503);
    assert_eq!(refused.json()["detail"]["code"], "BUSY", "{}", refused.start());
    assert!(refused.header("retry-after").is_some());
    assert!(!refused.start().to_lowercase().contains("sqlite"), "{}", refused.start());
    assert_eq!(atlas.count(), 1);
    other.execute_batch("ROLLBACK").unwrap();
    atlas.sighting("after");
    assert_eq!(atlas.count(), 2);
}

#[test]
fn a_torn_log_is_recovered_to_the_last_whole_write() {
    let folder = Folder::new();
    let atlas = folder.serve();
    for number in 1..=20 {
        atlas.sighting(&format!("number {number}"));
    }
    atlas.kill();
    let log = folder.data().join("atlas.db-wal");
    let length = fs::metadata(&log).unwrap().len();
    OpenOptions::new().write(true).open(&log).unwrap().set_len(length - 100).unwrap();
    let atlas = folder.serve();
    assert_eq!(atlas.count(), 19);
    assert_eq!(atlas.sighting("number 20 again"), 20);
    atlas.stop().succeeds();
    assert_eq!(integrity(&folder.database()), "ok");
}

#[test]
fn a_page_that_rots_is_told_of_and_found_by_readiness_doctor_and_backups() {
    let folder = Folder::new();
    let atlas = folder.serve();
    for number in 0..60 {
        atlas.sighting(&format!("{number} {}", "a long note ".repeat(300)));
    }
    atlas.stop().succeeds();
    rot_the_table(&folder, "entries");
    let atlas = folder.serve();
    let answer = atlas.get("/entries?limit=60").is(503);
    assert_eq!(answer.json()["detail"]["code"], "DATABASE_DAMAGED", "{}", answer.start());
    assert_eq!(atlas.get("/health/ready").is(503).json()["checks"]["database"], "is damaged");
    atlas.get("/health/live").is(200);
    atlas.get("/cats").is(200);
    let database = folder.database();
    let run = |command: &str| folder.run(&[command, "--database", database.to_str().unwrap()]);
    let seen = run("doctor");
    assert_eq!(seen.status.code(), Some(1), "{seen:?}");
    seen.says_one_of(&["!!  integrity"]);
    run("backup").fails().says_one_of(&["damaged"]);
}

/// Fills the first page of a table with rubbish.
fn rot_the_table(folder: &Folder, table: &str) {
    let database = Connection::open(folder.database()).unwrap();
    let root: i64 = database.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap();
    database.close().unwrap();
    let mut bytes = fs::read(folder.database()).unwrap();
    let at = usize::try_from(root - 1).unwrap() * 4096;
    bytes[at..at + 4096].fill(0xA5);
    fs::write(folder.database(), bytes).unwrap();
}
