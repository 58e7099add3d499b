//! Up to this release and down again: each schema there has been, whole at every step, with a copy of what was before.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::support::{Folder, Row, columns, dump, ids, integrity, rows, tables, wait_for};

/// A file of each schema that a release has made, from the first on, with a cat, sightings, a comment and, where there is a place for
/// them, a photo and an account.
const SCHEMAS: [&str; 6] = ["schemas/1.db", "schemas/2.db", "schemas/3.db", "schemas/4.db", "schemas/5.db", "schemas/6.db"];

/// These tables are as they were, but for rows and columns that only one of the two knows.
#[track_caller]
fn has_the_same_rows(one: &Folder, other: &Folder, what: &str) {
    let [one, other] = [one, other].map(Folder::database);
    for table in tables(&one) {
        let is_made_anew = ["settings", "schema_versions", "totals"].contains(&table.as_str()) || table.starts_with("entry_words");
        if is_made_anew || !tables(&other).contains(&table) {
            continue;
        }
        let theirs = columns(&other, &table);
        let common: Vec<_> = columns(&one, &table).into_iter().filter(|column| theirs.contains(column)).collect();
        let rows: [Vec<Row>; 2] = [&one, &other].map(|file| rows(file, &table, &common));
        assert_eq!(rows[0], rows[1], "{what}: {table}");
    }
}

fn copies_of_before(folder: &Folder) -> Vec<PathBuf> {
    folder.file_names().into_iter().filter(|name| name.contains(".before-catatlas-")).map(|name| folder.data().join(name)).collect()
}

#[test]
fn there_is_a_fixture_of_every_schema() {
    let latest = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/migrations")).unwrap().count();
    assert_eq!(SCHEMAS.len(), latest);
    for (name, schema) in SCHEMAS.iter().zip(1..) {
        let folder = Folder::with(name);
        let before = folder.contents();
        folder.migrate(&["status"]).succeeds().says_one_of(&[&format!("schema version {schema}\n")]);
        assert!(before == folder.contents(), "status leaves {:?}", folder.file_names());
    }
}

#[test]
fn every_schema_comes_up_with_all_its_rows_and_a_copy_beside() {
    for name in SCHEMAS {
        let (folder, original) = (Folder::with(name), Folder::with(name));
        let before = folder.contents();
        folder.migrate(&["up", "--dry-run"]).succeeds();
        assert!(before == folder.contents(), "{name}: a dry run leaves {:?}", folder.file_names());
        folder.migrate(&["up"]).succeeds();
        has_the_same_rows(&original, &folder, name);
        assert_eq!(integrity(&folder.database()), "ok", "{name}");
        let copies = copies_of_before(&folder);
        assert_eq!(copies.len(), usize::from(name != SCHEMAS[SCHEMAS.len() - 1]), "{name}: {copies:?}");
        assert!(copies.iter().all(|copy| dump(copy) == dump(&original.database())), "{name}");
        assert_eq!(folder.serve().count(), 3, "{name}");
    }
}

#[test]
fn every_schema_goes_down_to_every_older_one_and_up_again() {
    for (name, from) in SCHEMAS.iter().zip(1..) {
        for to in 1..from {
            let (folder, original, older) = (Folder::with(name), Folder::with(name), Folder::with(SCHEMAS[to - 1]));
            let before = folder.contents();
            folder.migrate(&["down", "--to", &to.to_string(), "--dry-run"]).succeeds().says_one_of(&["would be taken back"]);
            assert!(before == folder.contents(), "{name}: a dry run leaves {:?}", folder.file_names());
            let said = folder.migrate(&["down", "--to", &to.to_string()]).succeeds();
            assert_eq!(said.stdout.matches(" ms for the step").count(), from - to, "{said:?}");
            assert_eq!(tables(&folder.database()), tables(&older.database()), "{from} to {to}");
            has_the_same_rows(&original, &folder, &format!("{from} down to {to}"));
            let copies = copies_of_before(&folder);
            assert!(matches!(&copies[..], [copy] if dump(copy) == dump(&original.database())), "{copies:?}");
            folder.migrate(&["status"]).succeeds().says_one_of(&[&format!("schema version {to}\n")]);
            folder.migrate(&["up"]).succeeds();
            has_the_same_rows(&older, &folder, &format!("{from} down to {to} and up"));
            assert_eq!(integrity(&folder.database()), "ok");
            let atlas = folder.serve();
            assert_eq!((atlas.count(), atlas.sighting("the next one")), (3, 4));
        }
    }
}

#[test]
fn a_way_down_that_is_none_is_refused_and_nothing_changed() {
    let latest = SCHEMAS[SCHEMAS.len() - 1];
    let newer = "INSERT INTO schema_versions VALUES (900, 1); PRAGMA user_version = 900";
    for (name, sql, to, word) in [
        (latest, "", "0", "no way down"),
        (latest, "", "-1", "unexpected"),
        (SCHEMAS[0], "", "2", "no way down"),
        (latest, newer, "1", "newer release"),
        ("legacy/v3.db", "", "1", "no atlas"),
    ] {
        let folder = Folder::with(name);
        Connection::open(folder.database()).unwrap().execute_batch(sql).unwrap();
        let before = folder.contents();
        folder.migrate(&["down", "--to", to]).fails().says_one_of(&[word]);
        assert!(before == folder.contents(), "{name} to {to} leaves {:?}", folder.file_names());
    }
    let folder = Folder::with(latest);
    let atlas = folder.serve();
    folder.migrate(&["down", "--to", "1"]).fails().says_one_of(&["in use"]);
    atlas.stop().succeeds();
}

#[test]
fn a_file_that_went_through_an_edited_migration_is_refused() {
    for name in SCHEMAS {
        let folder = Folder::with(name);
        let database = Connection::open(folder.database()).unwrap();
        let changed = database.execute("UPDATE settings SET value = 'another text' WHERE name = 'migration_1'", []).unwrap();
        database.close().unwrap();
        assert_eq!(changed, 1, "{name} knows what it went through");
        let before = folder.contents();
        folder.migrate(&[]).fails().says_one_of(&["migration 1 reads otherwise"]);
        folder.start_serving(&folder.database()).wait().fails().says_one_of(&["migration 1 reads otherwise"]);
        assert!(before == folder.contents(), "{name}: a refusal leaves {:?}", folder.file_names());
    }
}

#[test]
fn a_migration_killed_at_any_step_is_completed_or_undone_by_the_next() {
    let latest = SCHEMAS[SCHEMAS.len() - 1];
    for (name, arguments) in [(SCHEMAS[0], &["up"][..]), (latest, &["down", "--to", "1"])] {
        for polls in [0, 1, 2, 3, 4, 6, 8] {
            let (folder, original) = (Folder::with(name), Folder::with(name));
            let database = folder.database();
            let mut running = folder.start(&[&["migrate"], arguments, &["--database", database.to_str().unwrap()]].concat());
            let mut left = polls;
            wait_for("the moment to kill", || {
                left -= 1;
                (left < 0 || running.ended().is_some()).then_some(())
            });
            if running.ended().is_none() {
                running.signal("KILL");
            }
            running.wait();
            folder.migrate(arguments).succeeds();
            has_the_same_rows(&original, &folder, name);
            folder.migrate(&["up"]).succeeds();
            assert_eq!(integrity(&database), "ok");
            assert_eq!(ids(&database, "entries"), [1, 2, 3], "{name} killed after {polls} polls");
            let whole = copies_of_before(&folder).iter().filter(|copy| dump(copy) == dump(&original.database())).count();
            assert_eq!(whole, 1, "{:?}", folder.file_names());
        }
    }
}
