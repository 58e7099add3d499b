//! What is neither ours nor the predecessor's is refused in words, and stays as it was to the byte.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use rusqlite::Connection;

use crate::support::{Finished, Folder, SomeoneElse, fixture};

#[test]
fn a_foreign_database_is_refused() {
    for sql in [
        "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO customers VALUES (1, 'Ada')",
        "CREATE TABLE entries (id INTEGER PRIMARY KEY, amount REAL); INSERT INTO entries VALUES (1, 9.5)",
        "CREATE TABLE entries (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE cats (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (x); PRAGMA user_version = 1",
        "CREATE TABLE t (x); PRAGMA journal_mode = WAL",
    ] {
        let folder = Folder::new();
        Connection::open(folder.database()).unwrap().execute_batch(sql).unwrap();
        is_refused(&folder, &["not a", "neither", "foreign", "unknown"]);
    }
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let not_databases: [&[u8]; 4] = [
        b"Dear diary, saw a cat.\n",
        b"SQLite format 3\0",
        &[0; 4096],
        b"SQLite format 3\0 and then something else entirely, for more than a hundred bytes, so that it looks like a header at least.",
    ];
    for bytes in not_databases {
        let folder = Folder::new();
        fs::write(folder.database(), bytes).unwrap();
        is_refused(&folder, &["not a"]);
    }
}

#[test]
fn a_folder_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.database()).unwrap();
    is_refused(&folder, &["directory", "folder"]);
}

#[test]
fn a_truncated_database_is_refused() {
    for (name, length) in
        [("legacy/v3.db", 40960), ("legacy/v3.db", 8192), ("legacy/v2.db", 60000), ("golden/before.db", 188_416), ("legacy/v1.db", 100)]
    {
        let folder = Folder::with(name);
        let bytes = fs::read(folder.database()).unwrap();
        fs::write(folder.database(), &bytes[..length]).unwrap();
        is_refused(&folder, &["damaged", "malformed", "corrupt", "truncated", "not a database", "incomplete"]);
    }
}

#[test]
fn a_damaged_page_is_refused() {
    let folder = Folder::with("legacy/v3.db");
    let mut bytes = fs::read(folder.database()).unwrap();
    bytes[12 * 4096..13 * 4096].fill(0xA5);
    fs::write(folder.database(), &bytes).unwrap();
    is_refused(&folder, &["damaged", "malformed", "corrupt", "integrity"]);
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    let folder = Folder::new();
    folder.migrate(&[]).succeeds();
    let database = Connection::open(folder.database()).unwrap();
    database.execute_batch("PRAGMA user_version = 9999; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    database.close().unwrap();
    is_refused(&folder, &["newer", "9999"]);
}

#[test]
fn a_file_that_may_not_be_written_is_refused() {
    for name in ["legacy/v3.db", "golden/before.db"] {
        let folder = Folder::with(name);
        fs::set_permissions(folder.data(), Permissions::from_mode(0o777)).unwrap();
        fs::set_permissions(folder.database(), Permissions::from_mode(0o444)).unwrap();
        let before = folder.contents();
        let someone = SomeoneElse::in_folder(&folder).unwrap();
        let database = folder.database();
        let database = database.to_str().unwrap();
        for arguments in
            [&["migrate", "--database", database][..], &["serve", "--database", database, "--host", "127.0.0.1", "--port", "0"]]
        {
            says_why(&someone.run(&folder, arguments), &["read-only", "readonly", "permission", "write"]);
            assert!(before == folder.contents(), "{arguments:?} leaves {:?}", folder.file_names());
        }
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_refused() {
    let folder = Folder::with("legacy/v3.db");
    fs::set_permissions(folder.database(), Permissions::from_mode(0o666)).unwrap();
    let before = folder.contents();
    let someone = SomeoneElse::in_folder(&folder).unwrap();
    fs::set_permissions(folder.data(), Permissions::from_mode(0o555)).unwrap();
    let finished = someone.run(&folder, &["migrate", "--database", folder.database().to_str().unwrap()]);
    fs::set_permissions(folder.data(), Permissions::from_mode(0o755)).unwrap();
    says_why(&finished, &["permission", "write", "create", "read-only", "readonly"]);
    assert!(before == folder.contents(), "leaves {:?}", folder.file_names());
}

#[test]
fn a_link_to_a_predecessors_database_is_adopted_where_it_points() {
    let folder = Folder::new();
    let real = folder.data().join("real.db");
    fs::copy(fixture("legacy/v3.db"), &real).unwrap();
    symlink(&real, folder.database()).unwrap();
    folder.migrate(&[]).succeeds();
    assert!(fs::symlink_metadata(folder.database()).unwrap().is_symlink(), "the link is still one");
    assert_eq!(folder.serve().count(), 60);
}

/// Both `migrate` and `serve` refuse the folder's database with one of these words, and leave everything as it was.
#[track_caller]
fn is_refused(folder: &Folder, words: &[&str]) {
    let before = folder.contents();
    let attempts = [folder.migrate(&[]), folder.migrate(&["--dry-run"]), folder.start_serving(&folder.database()).wait()];
    for attempt in attempts {
        says_why(&attempt, words);
        assert!(attempt.stderr.contains("atlas.db"), "which file? {attempt:#?}");
        assert!(!attempt.stdout.contains("is ready"), "{attempt:#?}");
    }
    assert!(before == folder.contents(), "leaves {:?} instead of {:?}", folder.file_names(), before.keys());
}

#[track_caller]
fn says_why(finished: &Finished, words: &[&str]) {
    let code = finished.status.code();
    assert!(code.is_some_and(|code| code != 0), "it should have refused: {finished:#?}");
    assert!(!finished.stderr.contains("panicked"), "a refusal by panic: {finished:#?}");
    finished.says_one_of(words);
}
