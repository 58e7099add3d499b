//! A predecessor's database becomes ours in place: same ids, same values, nothing lost, a backup beside it first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::types::Value as Cell;
use serde_json::{Map, Value, json};

use crate::support::{
    Atlas, Finished, Folder, GOLDEN_DATABASE, LEGACY, Row, columns, dump, fixture, ids, integrity, rows, sequences, tables,
};

const ALL: [&str; 4] = [LEGACY[0], LEGACY[1], LEGACY[2], GOLDEN_DATABASE];

#[test]
fn a_dry_run_changes_nothing() {
    for name in ALL {
        let folder = Folder::with(name);
        let before = folder.contents();
        let said = folder.migrate(&["--dry-run"]).succeeds();
        assert!(!said.stdout.trim().is_empty(), "{name}: a dry run says what it would do");
        assert!(before == folder.contents(), "{name}: a dry run leaves {:?}", folder.file_names());
    }
}

#[test]
fn adoption_keeps_every_row() {
    for name in ALL {
        let (original, folder) = (fixture(name), Folder::with(name));
        folder.migrate(&[]).succeeds();
        let adopted = folder.database();
        let (expected, expected_orphans) = what_must_be_there(&original);
        for (table, (columns, before)) in &expected {
            let after = rows(&adopted, table, columns);
            assert_eq!(before.len(), after.len(), "{name}: rows of {table}");
            for (before, after) in before.iter().zip(&after) {
                assert_eq!(before, after, "{name}: a row of {table} {columns:?}");
            }
        }
        assert_eq!(orphans(&adopted), expected_orphans, "{name}: orphans");
        assert_eq!(integrity(&adopted), "ok", "{name}");
    }
}

#[test]
fn adoption_keeps_the_id_counters() {
    for name in ALL {
        let folder = Folder::with(name);
        folder.migrate(&[]).succeeds();
        let after = sequences(&folder.database());
        for (table, highest) in sequences(&fixture(name)) {
            assert_eq!(after.get(&table), Some(&highest), "{name}: the counter of {table}");
        }
    }
}

#[test]
fn the_next_ids_follow_the_highest_ever_given() {
    for name in LEGACY {
        let atlas = Atlas::of(name);
        assert_eq!(atlas.sighting("the next one"), 501, "{name}");
        let cats = sequences(&fixture(name)).get("cats").copied().unwrap_or(0);
        assert_eq!(atlas.cat("the next one"), cats + 1, "{name}");
    }
}

#[test]
fn a_backup_lies_beside_and_equals_the_original() {
    for name in ALL {
        let folder = Folder::with(name);
        let said = folder.migrate(&[]).succeeds();
        let backup = backup_of(&folder);
        assert!(said.stdout.contains(file_name(&backup)), "{name}: {} is not named in {said:?}", backup.display());
        assert_eq!(dump(&backup), dump(&fixture(name)), "{name}");
        assert_eq!(integrity(&backup), "ok", "{name}");
        status_of(&backup, &folder).succeeds().says_one_of(&["predecessor"]);
    }
}

#[test]
fn adopting_twice_changes_nothing_more() {
    for name in ALL {
        let folder = Folder::with(name);
        folder.migrate(&[]).succeeds();
        let once = folder.contents();
        folder.migrate(&[]).succeeds();
        folder.migrate(&["--dry-run"]).succeeds();
        assert!(once == folder.contents(), "{name}: the second run leaves {:?}", folder.file_names());
    }
}

#[test]
fn serving_a_predecessors_database_adopts_it() {
    for name in ALL {
        let atlas = Atlas::of(name);
        let count = ids(&fixture(name), "entries").len() as u64;
        assert_eq!(atlas.count(), count, "{name}");
        let backup = backup_of(atlas.folder());
        assert_eq!(dump(&backup), dump(&fixture(name)), "{name}");
        let said = atlas.stop().succeeds();
        assert!(said.stderr.contains(file_name(&backup)), "{name}: the log does not name the backup: {said:?}");
    }
}

#[test]
fn status_says_what_a_file_is() {
    let folder = Folder::new();
    status_of(&folder.database(), &folder).succeeds().says_one_of(&["new"]);
    for (name, schema) in LEGACY.iter().zip(["1", "2", "3"]) {
        let said = status_of(&fixture(name), &folder).succeeds();
        said.says_one_of(&["predecessor"]);
        said.says_one_of(&[&format!("schema {schema}"), &format!("version {schema}")]);
    }
    assert!(folder.contents().is_empty(), "status makes {:?}", folder.file_names());
    folder.migrate(&[]).succeeds();
    let before = folder.contents();
    status_of(&folder.database(), &folder).succeeds().says_one_of(&["schema", "version"]);
    assert!(before == folder.contents(), "status leaves {:?}", folder.file_names());
}

#[test]
fn an_empty_file_is_a_new_database() {
    let folder = Folder::new();
    std::fs::write(folder.database(), "").unwrap();
    folder.migrate(&[]).succeeds();
    let atlas = Atlas::serve(folder);
    assert_eq!(atlas.count(), 0);
    assert_eq!(atlas.sighting("the first one"), 1);
}

fn status_of(file: &Path, folder: &Folder) -> Finished {
    folder.run(&["migrate", "status", "--database", file.to_str().unwrap()])
}

fn file_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// The one file beside the database that is a database as well.
#[track_caller]
fn backup_of(folder: &Folder) -> PathBuf {
    let files = folder.contents();
    let others: Vec<&String> =
        files.iter().filter(|(name, bytes)| *name != "atlas.db" && bytes.starts_with(b"SQLite format 3\0")).map(|(name, _)| name).collect();
    assert_eq!(others.len(), 1, "one backup among {:?}", files.keys());
    folder.data().join(others[0])
}

type Kept = BTreeMap<String, (Vec<String>, Vec<Row>)>;
type Orphans = BTreeMap<(String, i64), Value>;

/// The original's rows as they must be found after adoption, and the rows that foreign keys cannot allow.
fn what_must_be_there(original: &Path) -> (Kept, Orphans) {
    let [entries, cats]: [BTreeSet<i64>; 2] = ["entries", "cats"].map(|table| ids(original, table).into_iter().collect());
    let (mut kept, mut orphans) = (Kept::new(), Orphans::new());
    for table in tables(original) {
        let columns = columns(original, &table);
        let place = |column: &str| columns.iter().position(|own| own == column);
        let mut remaining = Vec::new();
        for mut row in rows(original, &table, &columns) {
            let id = whole(&row[0]);
            let json = json_of(&columns, &row);
            let cat = place("cat_id").filter(|at| row[*at] != Cell::Null && !cats.contains(&whole(&row[*at])));
            let is_lost = match table.as_str() {
                "analyses" => !entries.contains(&id),
                "entries" => false,
                _ => cat.is_some(),
            };
            if is_lost || cat.is_some() {
                orphans.insert((table.clone(), id), json);
            }
            if !is_lost {
                if let Some(at) = cat {
                    row[at] = Cell::Null;
                }
                remaining.push(row);
            }
        }
        kept.insert(table, (columns, remaining));
    }
    (kept, orphans)
}

fn orphans(adopted: &Path) -> Orphans {
    let found = rows(adopted, "orphans", &["source_table", "source_id", "reason", "row_json"].map(str::to_owned));
    found
        .into_iter()
        .map(|row| {
            let [Cell::Text(table), Cell::Integer(id), Cell::Text(reason), Cell::Text(json)] = &row[..] else {
                panic!("an orphan of other types: {row:?}")
            };
            assert!(!reason.is_empty(), "an orphan without a reason: {row:?}");
            ((table.clone(), *id), serde_json::from_str(json).unwrap())
        })
        .collect()
}

fn whole(cell: &Cell) -> i64 {
    let Cell::Integer(number) = cell else { panic!("not an integer: {cell:?}") };
    *number
}

fn json_of(columns: &[String], row: &Row) -> Value {
    let value = |cell: &Cell| match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => json!(number),
        Cell::Real(number) => json!(number),
        Cell::Text(text) => json!(text),
        Cell::Blob(bytes) => panic!("a blob of {} bytes in a fixture", bytes.len()),
    };
    Value::Object(columns.iter().cloned().zip(row.iter().map(value)).collect::<Map<_, _>>())
}
